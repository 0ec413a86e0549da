"""Akoma Ntoso XML: the structure is marked, and read back as lines with their labels.

In go bytes, out comes a `Manuscript`. Every numbered unit gives a line with its `num` as label; what the file says of
itself (FRBR data: date, number, title) goes into the facts. Footnotes (`authorialNote`) are attached where they stand.
Insertions and deletions (`ins`, `del`) give both readings.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from lxml import etree

from reader.document import Line, Manuscript, Note, Run, Side, Unreadable
from reader.limits import DEFAULTS, Limits
from reader.safe_xml import checked_xml, parsed

_BLOCKS = frozenset(
    [
        "p",
        "heading",
        "subheading",
        "longTitle",
        "docTitle",
        "docNumber",
        "crossHeading",
        "listIntroduction",
        "listWrapUp",
        "block",
        "tocItem",
        "li",
        "th",
        "td",
        "docProponent",
        "docType",
        "docStage",
        "wrapUp",
        "formula",
        "docDate",
    ]
)
_INLINE_AS_BLOCK = frozenset(["docTitle", "docNumber", "docProponent", "docType", "docStage", "docDate"])
_LEVELS = frozenset(
    [
        "paragraph",
        "subparagraph",
        "point",
        "indent",
        "alinea",
        "item",
        "clause",
        "subclause",
        "section",
        "subsection",
        "article",
        "list",
        "rule",
        "proviso",
        "transitional",
        "level",
        "recital",
        "citation",
    ]
)
_HIGHER = frozenset(
    [
        "part",
        "chapter",
        "title",
        "book",
        "tome",
        "division",
        "subdivision",
        "subpart",
        "subchapter",
        "subtitle",
        "hcontainer",
    ]
)
_OUT = frozenset(["meta", "toc", "remark", "num"])


@dataclass(slots=True)
class _Open:
    runs: list[tuple[str, Side]] = field(default_factory=list)
    notes: list[tuple[str, str, int]] = field(default_factory=list)
    label: str | None = None
    heading: int | None = None
    style: str | None = None
    level: int = 0
    table: bool = False


def manuscript(data: bytes, limits: Limits = DEFAULTS) -> Manuscript:
    """The lines of an Akoma Ntoso document. Raises `Unreadable` where the XML is none, or hostile."""
    root = parsed(checked_xml(data, limits))
    facts = _facts(root)
    reader = _Reader()
    reader.read(root)
    gathered = reader.done
    if not gathered:
        raise Unreadable("The XML file holds no text of a document.")
    changed = any(side is not Side.BOTH for line in gathered for _, side in line.runs)
    after = tuple(found for n, line in enumerate(gathered) if (found := _line(line, n, Side.AFTER)))
    before = (
        tuple(found for n, line in enumerate(gathered) if (found := _line(line, n, Side.BEFORE))) if changed else None
    )
    redline = tuple(tuple(Run(text, side) for text, side in line.runs) for line in gathered)
    return Manuscript(format="akn", after=after, before=before, redline=redline, facts=facts)


def _name(element: etree._Element) -> str:
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def _facts(root: etree._Element) -> dict[str, str]:
    """Number, title, symbol and day of adoption as the metadata give them."""
    facts: dict[str, str] = {}
    for element in root.iter():
        name = _name(element)
        value = element.get("value") or ""
        if name == "FRBRWork":
            for child in element:
                inner = _name(child)
                said = child.get("value") or ""
                if inner == "FRBRdate" and re.match(r"\d{4}", child.get("date") or ""):
                    facts.setdefault("adopted", (child.get("date") or "")[:10])
                elif inner in ("FRBRnumber", "FRBRname") and said:
                    facts.setdefault("number" if inner == "FRBRnumber" else "name", said)
                elif (
                    inner == "FRBRalias"
                    and said
                    and child.get("name", "title") in ("title", "short-title", "shortTitle")
                ):
                    facts.setdefault("title", said)
        elif name == "body" or (name == "p" and value):
            break
    return facts


class _Reader:
    def __init__(self) -> None:
        self.done: list[_Open] = []
        self.open = _Open()
        self.label: str | None = None

    def read(self, root: etree._Element) -> None:
        # Depth is bounded by the parser at 256; each step of nesting is one frame of this walk's own stack.
        stack: list[tuple[etree._Element, int, Side, int]] = [(root, 0, Side.BOTH, 0)]
        self._enter(root, Side.BOTH, 0)
        while stack:
            element, at, side, level = stack.pop()
            if at < len(element):
                stack.append((element, at + 1, side, level))
                child = element[at]
                name = _name(child)
                if not name or name in _OUT:
                    if name == "num":
                        self.label = _plain(child)
                    self._text(child.tail, side)
                    continue
                if name == "authorialNote":
                    self._note(child)
                    self._text(child.tail, side)
                    continue
                inner = Side.AFTER if name == "ins" and side is Side.BOTH else Side.BEFORE if name == "del" else side
                deeper = level + (name in _LEVELS)
                self._enter(child, inner, deeper)
                stack.append((child, 0, inner, deeper))
                continue
            self._leave(element)
            if stack:
                self._text(element.tail, stack[-1][2])
        self._close()

    def _enter(self, element: etree._Element, side: Side, level: int) -> None:
        name = _name(element)
        if name in _BLOCKS or name in _LEVELS or name in _HIGHER or name in ("br", "eol"):
            self._close()
        if name in _LEVELS or name in _HIGHER:
            self.label = None
        if name in ("attachment", "doc", "annex") and name != "doc":
            self._close()
        self.open.level = max(0, level - 1)
        if name in ("heading", "crossHeading", "docTitle"):
            self.open.heading = 1 if name != "docTitle" else None
            self.open.style = "Title" if name == "docTitle" else None
        elif name in ("td", "th"):
            self.open.table = True
        if name in _BLOCKS or name not in ("akomaNtoso",):
            self._text(element.text, side)

    def _leave(self, element: etree._Element) -> None:
        name = _name(element)
        if name in _BLOCKS or name in _LEVELS or name in _HIGHER:
            self._close()

    def _note(self, element: etree._Element) -> None:
        marker = element.get("marker") or ""
        length = sum(len(text) for text, side in self.open.runs if side is not Side.BEFORE)
        self.open.notes.append((marker, _plain(element), length))

    def _text(self, text: str | None, side: Side) -> None:
        if not text or (text.isspace() and not self.open.runs):
            return
        words = re.sub(r"\s+", " ", text)
        if not self.open.runs or self.open.runs[-1][0].endswith(" "):
            words = words.lstrip(" ")
        if words:
            self.open.runs.append((words, side))

    def _close(self) -> None:
        held = self.open
        if any(not text.isspace() for text, _ in held.runs):
            held.label, self.label = self.label, None
            self.done.append(held)
        self.open = _Open()


def _plain(element: etree._Element) -> str:
    return " ".join("".join(element.itertext()).split())


def _line(held: _Open, number: int, side: Side) -> Line | None:
    text = "".join(text for text, of in held.runs if of is side or of is Side.BOTH)
    lead = len(text) - len(text.lstrip())
    text = text.strip()
    if not text:
        return None
    heading = held.heading
    if heading is not None and held.label:
        text, label = f"{held.label} {text}", None
    else:
        label = held.label
    notes = tuple(Note(mark, words, min(len(text), max(0, at - lead))) for mark, words, at in held.notes)
    return Line(
        text=text,
        label=label,
        level=held.level,
        heading=heading,
        style=held.style,
        table=held.table,
        notes=notes,
        source=(number,),
    )
