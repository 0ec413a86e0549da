"""The gate: what a file is, by its content, and whether it is safe to open.

Every check here works on bytes or on a zip's own directory, before any library builds a tree or unpacks a part.
A refusal is an `Unreadable` with one sentence that says what the file is and what to do.
"""

from __future__ import annotations

import re

from reader import package
from reader.document import Unreadable
from reader.limits import DEFAULTS, Limits, megabytes
from reader.package import SAVE_AS
from reader.safe_xml import WIDE_STARTS, checked_xml, narrow

__all__ = ["Limits", "admit"]


BINARY = {
    b"\x89PNG": "a picture", b"\xff\xd8\xff": "a picture", b"GIF8": "a picture", b"BM": "a picture",
    b"\x1f\x8b": "a packed archive", b"7z\xbc\xaf": "a packed archive", b"Rar!": "a packed archive",
    b"BZh": "a packed archive", b"\xfd7zXZ": "a packed archive", b"\x7fELF": "a program", b"MZ": "a program",
}  # fmt: skip
HTML = re.compile(
    rb"<(?:!doctype\s+html|html|head|body|title|meta|div|p|h[1-6]|table|span|br|ol|ul|b|i)\b[^<]*>", re.IGNORECASE
)
ROOT = re.compile(rb"<(?:([A-Za-z_][\w.-]*):)?([A-Za-z_][\w.-]*)[\s/>]")
PROLOG = re.compile(rb"\s*(?:<\?.*?\?>\s*|<!--.*?-->\s*)*", re.DOTALL)


def admit(data: bytes, name: str, limits: Limits = DEFAULTS) -> str:
    """The format of a file ("docx", "pdf", "html", "text" or "akn"), told by its content; `name` only helps in doubt.

    Raises `Unreadable` for a file that is none of these, or that is over a limit or unsafe to open.
    """
    if not data:
        raise Unreadable("The file is empty.")
    if len(data) > limits.file_bytes:
        raise Unreadable(f"The file has {megabytes(len(data))}; at most {megabytes(limits.file_bytes)} can be read.")
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")):
        package.inspect(data, limits)
        return "docx"
    if b"%PDF-" in data[:1024]:
        return "pdf"
    refuse_other_formats(data, name)
    return text_format(data, name, limits)


def refuse_other_formats(data: bytes, name: str) -> None:
    """A sentence of its own for each kind of file that people really send."""
    if data.startswith(b"\xd0\xcf\x11\xe0"):  # the container of Word 97 and of encrypted packages
        if "EncryptedPackage".encode("utf-16-le") in data:
            raise Unreadable("The file is encrypted with a password; save it without the password and bring that in.")
        if "WordDocument".encode("utf-16-le") in data:
            raise Unreadable(f"The file is in the old Word format (.doc); {SAVE_AS}.")
        raise Unreadable(f"The file is in an old Office format that is not read; {SAVE_AS}.")
    if data[:64].lstrip().startswith(b"{\\rtf"):
        raise Unreadable(f"The file is in Rich Text Format (.rtf); {SAVE_AS}.")
    if data[:64].lstrip().lower().startswith(b"mime-version:"):
        raise Unreadable(f"The file is a web archive or an e-mail; {SAVE_AS}.")
    for start, what in BINARY.items():
        if data.startswith(start) and (len(start) > 2 or b"\x00" in data[:512]):
            raise Unreadable(f"The file is {what}, not a document.")


def text_format(data: bytes, name: str, limits: Limits) -> str:
    """Plain text, HTML or Akoma Ntoso, told by how it begins."""
    wide = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    if data.startswith(WIDE_STARTS):
        raise Unreadable("The file is text in an encoding that is not read (UTF-32); save it as UTF-8.")
    if wide or data.startswith((b"<\x00", b"\x00<")):
        data = narrow(data)
    elif b"\x00" in data:
        raise Unreadable(wrong_name(name) or "The file is not a document: it holds bytes that are no text.")
    if len(data) > limits.characters * 4 or (
        len(data) > limits.characters and len(data.decode("utf-8", "replace")) > limits.characters
    ):
        raise Unreadable(f"The text is longer than the {limits.characters:,} characters that can be read.")
    lower = name.lower()
    begin = data.removeprefix(b"\xef\xbb\xbf").lstrip()
    if begin.startswith(b"<"):
        prolog = PROLOG.match(begin[:100_000])
        rest = begin[prolog.end() if prolog else 0 :]
        root = ROOT.match(rest)
        local = root[2].lower() if root else b""
        if local == b"akomantoso" or (rest[:9].upper() == b"<!DOCTYPE" and b"akomaNtoso" in rest[:10_000]):
            checked_xml(begin, limits)
            return "akn"
        if HTML.search(begin[:20_000]) or lower.endswith((".html", ".htm", ".xhtml")):
            return "html"
        if local in (b"package", b"worddocument") and root and root[1] in (b"pkg", b"w"):
            raise Unreadable(f"The file is a Word document saved as one XML file; {SAVE_AS}.")
        if begin.startswith(b"<?xml") or lower.endswith(".xml"):
            raise Unreadable("The file is XML, but not Akoma Ntoso, the one kind of XML that is read.")
    if lower.endswith((".html", ".htm", ".xhtml")) and HTML.search(data[:20_000]):
        return "html"
    if sentence := wrong_name(name):
        raise Unreadable(sentence)
    return "text"


def wrong_name(name: str) -> str | None:
    """What to say of a file that is called a Word or PDF file and is none."""
    lower = name.lower()
    if lower.endswith((".docx", ".docm", ".dotx", ".doc")):
        return "The file is called a Word document but is none, or it is damaged; open it in Word and save it again."
    if lower.endswith(".pdf"):
        return "The file is called a PDF but is none, or it is damaged."
    return None
