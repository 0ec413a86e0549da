"""XML from strangers: looked at as bytes before a parser sees it, then parsed with every door shut."""

from __future__ import annotations

import re

from lxml import etree

from reader.document import Unreadable
from reader.limits import Limits

DAMAGED = "The file is damaged or was cut short; open it in Word and save it again."
DECLARED = re.compile(rb"<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([^\"']{1,40})[\"']")
# Encodings in which "<" is always and only the byte 3C, so that a search of the bytes misses no declaration.
PLAIN_ENCODINGS = re.compile(
    rb"(?:utf-?8|(?:us-)?ascii|iso-8859-\d{1,2}|windows-125\d|koi8-r|gb2312|gbk|gb18030|big5|shift_jis|euc-\w+)$",
    re.IGNORECASE,
)
SHORTEST = 4  # bytes of an element, "<a/>": counting takes time, so it is left out where there can't be too many
WIDE_STARTS = (b"\xff\xfe\x00\x00", b"\x00\x00\xfe\xff", b"<\x00\x00\x00", b"\x00\x00\x00<")


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
    if b"<!DOCTYPE" in data or b"<!ENTITY" in data:
        raise Unreadable(
            "The file holds a document type declaration, which no honest document of this kind has; it is not opened."
        )
    if len(data) // SHORTEST > limits.elements and elements(data) > limits.elements:
        raise Unreadable(
            f"The file holds more than {limits.elements:,} elements, far more than any resolution; it is not opened."
        )
    return data


def elements(data: bytes) -> int:
    """How many elements the bytes of an XML document hold."""
    return data.count(b"<") - data.count(b"</")


def narrow(data: bytes) -> bytes:
    """UTF-16, with or without its mark, as UTF-8; the XML declaration, which would now lie, goes."""
    encoding = (
        "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-16-le" if data[:1] == b"<" else "utf-16-be")
    )
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        raise Unreadable("The file is damaged: its text can't be decoded.") from None
    return re.sub(r"^\s*<\?xml.*?\?>", "", text, count=1, flags=re.DOTALL).encode("utf-8", "replace")


def parsed(data: bytes) -> etree._Element:
    """A tree of bytes that `checked_xml` has passed. Nothing is fetched or resolved; depth is bounded at 256."""
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
        collect_ids=False,
    )
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        text = str(error)
        if "depth" in text.lower():
            raise Unreadable("The file's parts are nested deeper than any document needs; it is not opened.") from None
        if "huge" in text.lower() or "too long" in text.lower() or "too big" in text.lower():
            raise Unreadable(
                "The file holds a stretch of text longer than any document needs; it is not opened."
            ) from None
        raise Unreadable(DAMAGED) from None
    if root is None or root.getroottree().docinfo.doctype:
        raise Unreadable(DAMAGED)
    return root
