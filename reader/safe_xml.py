"""XML from strangers: looked at as bytes before a parser sees it, then parsed with every door shut."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any

from lxml import etree

from reader.document import Unreadable
from reader.limits import Limits

DAMAGED = "The file is damaged or was cut short; open it in Word and save it again."
DECLARED = re.compile(rb"<\?xml\s[^>]*?encoding\s*=\s*[\"']([^\"']*)[\"']")
# Encodings in which "<" is always and only the byte 3C, so that a search of the bytes misses no declaration.
PLAIN_ENCODINGS = re.compile(
    rb"(?:utf-?8|(?:us-)?ascii|iso-8859-\d{1,2}|windows-125\d|koi8-r|gb2312|gbk|gb18030|big5|shift_jis|euc-\w+)$",
    re.IGNORECASE,
)
PASSAGE = 1 << 18  # bytes of XML parsed at a time
SHUT: dict[str, Any] = {
    "resolve_entities": False,
    "no_network": True,
    "load_dtd": False,
    "huge_tree": False,
    "remove_comments": True,
    "remove_pis": True,
    "collect_ids": False,
}
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
        begin = data[:2000].removeprefix(b"\xef\xbb\xbf").lstrip()
        declared = DECLARED.match(begin)
        if not begin.startswith(b"<") or (begin.startswith(b"<?xml") and b"?>" not in begin):
            raise Unreadable("The file is damaged: a part that should be XML is not.")
        if declared and not PLAIN_ENCODINGS.match(declared[1]):
            raise Unreadable("The file holds XML in an encoding that Word does not use.")
    refuse_declarations(data)
    if len(data) // SHORTEST > limits.elements and elements(data) > limits.elements:
        raise Unreadable(too_many(limits))
    return data


def refuse_declarations(data: bytes) -> None:
    if b"<!DOCTYPE" in data or b"<!ENTITY" in data:
        raise Unreadable(
            "The file holds a document type declaration, which no honest document of this kind has; it is not opened."
        )


def checked_pieces(pieces: Iterable[bytes], size: int, limits: Limits) -> Iterator[bytes]:
    """What `checked_xml` does, for XML of `size` bytes that comes in pieces; each is checked before it is handed on.

    XML in two-byte letters is put together first, as its pieces can't be looked at.
    """
    coming = iter(pieces)
    first = next(coming, b"")
    if first.startswith((b"\xff\xfe", b"\xfe\xff", b"<\x00", b"\x00")):
        whole = checked_xml(first + b"".join(coming), limits)
        yield from (whole[start : start + PASSAGE] for start in range(0, len(whole), PASSAGE))
        return
    last, count = b"", 0
    for piece in chain((checked_xml(first, limits),), coming):
        refuse_declarations(last + piece[:16])  # one may lie across the border
        refuse_declarations(piece)
        if size // SHORTEST > limits.elements:
            count += elements(piece)
            if count > limits.elements:
                raise Unreadable(too_many(limits))
        last = piece[-16:]
        yield piece


def too_many(limits: Limits) -> str:
    return f"The file holds more than {limits.elements:,} elements, far more than any resolution; it is not opened."


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
    """The tree of bytes that `checked_xml` has passed. Nothing is fetched or resolved; depth is bounded at 256."""
    try:
        root = etree.fromstring(data, etree.XMLParser(**SHUT))
    except etree.XMLSyntaxError as error:
        raise Unreadable(why(error)) from None
    if root is None or root.getroottree().docinfo.doctype:
        raise Unreadable(DAMAGED)
    return root


def passages(pieces: Iterable[bytes], tag: str) -> Iterator[etree._Element]:
    """The children of the first element called `tag`, some at a time, under an element of their own.

    `pieces` are checked XML. The children are let go before the next ones are parsed: nothing of them may be kept. So
    a long document needs the memory of a short one, which is also faster, as the system need not find new pages of
    memory for the tree.
    """
    parser = etree.XMLPullParser(events=("start",), tag=tag, **SHUT)
    parent = passage = None
    try:
        for piece in pieces:
            parser.feed(piece)
            if parent is None:
                parent = next((element for _, element in parser.read_events()), None)
                top = parent.getparent() if parent is not None else None
                if parent is not None and parent.getroottree().docinfo.doctype:
                    raise Unreadable(DAMAGED)
                # a neighbour in the same tree: to move elements into another one takes time that grows with its square
                passage = etree.SubElement(top, "passage") if top is not None else None
            if parent is not None and passage is not None and len(parent) > 1:  # the last child may not be whole yet
                passage.extend(parent[:-1])
                yield passage
                del passage[:]
        parser.close()
    except etree.XMLSyntaxError as error:
        raise Unreadable(why(error)) from None
    if parent is None:
        raise Unreadable("The file holds no document text; open it in Word and save it again.")
    yield parent


def why(error: etree.XMLSyntaxError) -> str:
    """What to say of XML that a parser refuses."""
    text = str(error).lower()
    if "memory" in text:
        raise MemoryError
    if "depth" in text:
        return "The file's parts are nested deeper than any document needs; it is not opened."
    if "huge" in text or "too long" in text or "too big" in text:
        return "The file holds a stretch of text longer than any document needs; it is not opened."
    return DAMAGED
