"""The gate: what a file is, by its content, and whether it is safe to open.

Every check here works on bytes or on a zip's own directory, before any library builds a tree or unpacks a part.
A refusal is an `Unreadable` with one sentence that says what the file is and what to do.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from reader.document import Unreadable


@dataclass(frozen=True, slots=True)
class Limits:
    """How much a file may ask of us. All are far above what resolutions need, and low enough to stay quick."""

    file_bytes: int = 20_000_000  # the largest council documents, with pictures, stay below 10 MB
    parts: int = 500  # a Word file has 10 to 40 parts, one more per picture
    unpacked_bytes: int = 200_000_000  # all parts together: what a web server can spare for one reading
    part_bytes: int = 64_000_000  # one part: some 6,000 pages of text
    ratio: int = 200  # unpacked against packed: XML reaches 30, tables of empty cells 100, bombs 1,000
    ratio_from_bytes: int = 1_048_576  # small parts of one repeated letter may well pack 1,000 to 1
    elements: int = 2_000_000  # a 400-page redline has 250,000; the tree takes some 130 bytes for each
    xml_bytes: int = 64_000_000  # of all XML parts together, as their trees live in memory at the same time
    pages: int = 1_000  # of a PDF; the longest outcome documents have 300
    characters: int = 10_000_000  # of plain text, HTML or Akoma Ntoso: fifty times the Final Acts of a conference
    cpu_seconds: int = 20  # for the child process: an honest file of 5 MB takes one
    wall_seconds: float = 60.0  # the child may have to wait for a processor, but not for ever
    memory_bytes: int = 1_000_000_000  # for the child process: ten times what a 400-page redline takes
    output_bytes: int = 200_000_000  # of the child's answer, which holds each word up to four times


SAVE_AS = "save it in Word as a .docx document and bring that in"
BINARY = {
    b"\x89PNG": "a picture", b"\xff\xd8\xff": "a picture", b"GIF8": "a picture", b"BM": "a picture",
    b"\x1f\x8b": "a packed archive", b"7z\xbc\xaf": "a packed archive", b"Rar!": "a packed archive",
    b"BZh": "a packed archive", b"\xfd7zXZ": "a packed archive", b"\x7fELF": "a program", b"MZ": "a program",
}  # fmt: skip
HTML = re.compile(rb"<(?:!doctype\s+html|html|head|body|title|meta|div|p|h[1-6]|table|span|br|ol|ul|b|i)\b[^<]*>", re.IGNORECASE)
ROOT = re.compile(rb"<(?:([A-Za-z_][\w.-]*):)?([A-Za-z_][\w.-]*)[\s/>]")
PROLOG = re.compile(rb"\s*(?:<\?.*?\?>\s*|<!--.*?-->\s*)*", re.DOTALL)
FORBIDDEN = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
DECLARED = re.compile(rb"<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([^\"']{1,40})[\"']")
# Encodings in which "<" is always and only the byte 3C, so that a search of the bytes misses no declaration.
PLAIN_ENCODINGS = re.compile(rb"(?:utf-?8|(?:us-)?ascii|iso-8859-\d{1,2}|windows-125\d|koi8-r|gb2312|gbk|gb18030|big5|shift_jis|euc-\w+)$", re.IGNORECASE)
WIDE_STARTS = (b"\xff\xfe\x00\x00", b"\x00\x00\xfe\xff", b"<\x00\x00\x00", b"\x00\x00\x00<")


def admit(data: bytes, name: str, limits: Limits = Limits()) -> str:
    """The format of a file ("docx", "pdf", "html", "text" or "akn"), told by its content; `name` only helps in doubt.

    Raises `Unreadable` for a file that is none of these, or that is over a limit or unsafe to open.
    """
    if not data:
        raise Unreadable("The file is empty.")
    if len(data) > limits.file_bytes:
        raise Unreadable(f"The file has {megabytes(len(data))}; at most {megabytes(limits.file_bytes)} can be read.")
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")):
        from reader import package

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
    if len(data) > limits.characters * 4 or (len(data) > limits.characters and len(data.decode("utf-8", "replace")) > limits.characters):
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


def checked_xml(data: bytes, limits: Limits) -> bytes:
    """The bytes of an XML document, safe to hand to a parser: one-byte encoding, no DOCTYPE, not too many elements.

    A DOCTYPE is refused because it may name entities: some grow without end, some fetch a file, and a parser that
    resolves none of them loses the text after them without a word.
    """
    if data.startswith(WIDE_STARTS):
        raise Unreadable("The file holds XML in an encoding that Word does not use.")
    if data.startswith((b"\xff\xfe", b"\xfe\xff", b"<\x00", b"\x00<")):
        data = narrow(data)
    else:
        begin = data[:400].removeprefix(b"\xef\xbb\xbf").lstrip()
        declared = DECLARED.match(begin)
        if not begin.startswith(b"<"):
            raise Unreadable("The file is damaged: a part that should be XML is not.")
        if declared and not PLAIN_ENCODINGS.match(declared[1]):
            raise Unreadable("The file holds XML in an encoding that Word does not use.")
    # bytes.find runs at memory speed, a regular expression without a fixed start does not
    if data.find(b"<!") >= 0 and FORBIDDEN.search(data):
        raise Unreadable("The file holds a document type declaration, which no honest document of this kind has; it is not opened.")
    if data.count(b"<") - data.count(b"</") > limits.elements:
        raise Unreadable(f"The file holds more than {limits.elements:,} elements, far more than any resolution; it is not opened.")
    return data


def narrow(data: bytes) -> bytes:
    """UTF-16, with or without its mark, as UTF-8; the XML declaration, which would now lie, goes."""
    encoding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-16-le" if data[:1] == b"<" else "utf-16-be")
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        raise Unreadable("The file is damaged: its text can't be decoded.") from None
    return re.sub(r"^\s*<\?xml.*?\?>", "", text, count=1, flags=re.DOTALL).encode("utf-8", "replace")


def megabytes(count: int) -> str:
    """20000000 → "20.0 MB"."""
    return f"{count / 1_000_000:.1f} MB"
