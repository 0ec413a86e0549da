"""Paragraph properties of a Word file: what a style and its chain of parents say, and what a paragraph says itself."""

from __future__ import annotations

import re
from dataclasses import dataclass

from lxml import etree

from reader.numbering import Numbering, whole
from reader.ooxml import on, twips, val, w

HEADING = re.compile(r"heading\s?(\d)$", re.IGNORECASE)
ENUMERATION = re.compile(r"enumlev\s?_?(\d)", re.IGNORECASE)  # ITU's styles of lists: enumlev1 stands one step in

PPR, RPR, NAME, BASED_ON = w("pPr"), w("rPr"), w("name"), w("basedOn")
STYLE, STYLE_ID, TYPE, DEFAULT = w("style"), w("styleId"), w("type"), w("default")
P_STYLE, NUM_PR, JC, IND, OUTLINE, P_CHANGE = (
    w("pStyle"),
    w("numPr"),
    w("jc"),
    w("ind"),
    w("outlineLvl"),
    w("pPrChange"),
)
NUM_ID, ILVL, INS, DEL, OLD_NUMBER, ORIGINAL = (
    w("numId"),
    w("ilvl"),
    w("ins"),
    w("del"),
    w("numberingChange"),
    w("original"),
)
LEFT, START, ITALIC, BOLD = w("left"), w("start"), w("i"), w("b")


@dataclass(slots=True)
class Look:
    """What a style gives a paragraph. `num_id` and `ilvl` are those of automatic numbering; "0" switches it off."""

    name: str | None = None
    num_id: str | None = None
    ilvl: int | None = None
    indent: float | None = None
    centred: bool = False
    heading: int | None = None
    italic: bool = False
    bold: bool = False
    level: int = 0


@dataclass(slots=True)
class Properties:
    """What a paragraph is in one reading. `old_label` is a label that the file itself gives (w:numberingChange)."""

    style: str | None = None
    num_id: str | None = None
    ilvl: int | None = None
    indent: float | None = None
    centred: bool | None = None
    heading: int | None = None
    old_label: str | None = None


PLAIN = Properties()


class Styles:
    """The styles of a file by id. Chains of parents are followed once; a chain that bites its tail ends there."""

    def __init__(self, root: etree._Element | None) -> None:
        self._elements: dict[str, etree._Element] = {}
        self._looks: dict[str | None, Look] = {}
        self._default: str | None = None
        self.list_styles: dict[str, str] = {}
        if root is None:
            return
        for style in root.iterfind(STYLE):
            key = style.get(STYLE_ID) or ""
            self._elements.setdefault(key, style)
            kind = style.get(TYPE) or "paragraph"
            if kind == "paragraph" and style.get(DEFAULT) in ("1", "true", "on"):
                self._default = key
            if kind == "numbering":
                num_id = style.find(f"{PPR}/{NUM_PR}/{NUM_ID}")
                if num_id is not None:
                    self.list_styles[key] = val(num_id) or ""

    def look(self, key: str | None) -> Look:
        """The look of a style; without a key, of the file's default paragraph style, without its name."""
        known = self._looks.get(key)
        if known is None:
            known = self._looks[key] = self._follow(key)
        return known

    def _follow(self, key: str | None) -> Look:
        look = Look()
        if key is not None:
            look.name = key
            element = self._elements.get(key)
            name = element.find(NAME) if element is not None else None
            if name is not None and val(name):
                look.name = val(name)
        chain: list[etree._Element] = []
        place = key if key in self._elements else self._default
        seen: set[str] = set()
        while place is not None and place in self._elements and place not in seen:
            seen.add(place)
            chain.append(self._elements[place])
            parent = self._elements[place].find(BASED_ON)
            place = val(parent) if parent is not None else None
        for element in reversed(chain):  # from the farthest ancestor down, each overriding what it names
            self._apply(look, element)
        if look.name:
            if look.heading is None and (found := HEADING.match(look.name)):
                look.heading = int(found[1]) or None
            if found := ENUMERATION.match(look.name):
                look.level = int(found[1])
        return look

    @staticmethod
    def _apply(look: Look, element: etree._Element) -> None:
        properties = element.find(PPR)
        if properties is not None:
            own = read_properties(properties)
            if own.num_id is not None:
                look.num_id, look.ilvl = own.num_id, own.ilvl
            elif own.ilvl is not None:
                look.ilvl = own.ilvl
            look.indent = own.indent if own.indent is not None else look.indent
            look.centred = own.centred if own.centred is not None else look.centred
            if own.heading is not None:
                look.heading = own.heading or None
        letters = element.find(RPR)
        if letters is not None:
            for child in letters:
                if child.tag == ITALIC:
                    look.italic = on(child)
                elif child.tag == BOLD:
                    look.bold = on(child)


def read_properties(element: etree._Element) -> Properties:
    """A w:pPr as it stands after the changes. An outline level of 9, body text, reads as heading 0: none."""
    own = Properties()
    for child in element:
        tag = child.tag
        if tag == P_STYLE:
            own.style = val(child)
        elif tag == NUM_PR:
            for part in child:
                if part.tag == NUM_ID:
                    own.num_id = val(part)
                elif part.tag == ILVL:
                    own.ilvl = min(max(whole(val(part), 0), 0), 8)
                elif part.tag == DEL:
                    own.num_id = "0"
        elif tag == JC:
            own.centred = val(child) == "center"
        elif tag == IND:
            own.indent = twips(child.get(LEFT) or child.get(START))
        elif tag == OUTLINE:
            depth = whole(val(child), 9)
            own.heading = depth + 1 if 0 <= depth < 9 else 0
    return own


def properties_before(element: etree._Element, after: Properties) -> Properties:
    """A w:pPr as it stood before the changes: the old set kept in w:pPrChange, or a tracked numbering taken back.

    w:numPr/w:ins says that the numbering is new; w:numPr/w:numberingChange keeps the old label as printed (Word 97
    to 2007 write it); w:pPrChange keeps the whole of the old properties, and wins.
    """
    change = element.find(P_CHANGE)
    if change is not None:
        old = change.find(PPR)
        return read_properties(old) if old is not None else Properties()
    numbers = element.find(NUM_PR)
    if numbers is None:
        return after
    inserted, kept, gone = numbers.find(INS), numbers.find(OLD_NUMBER), numbers.find(DEL)
    if inserted is None and kept is None and gone is None:
        return after
    before = Properties(after.style, after.num_id, after.ilvl, after.indent, after.centred, after.heading)
    if inserted is not None:
        before.num_id = before.ilvl = None
    elif gone is not None:
        number = numbers.find(NUM_ID)
        before.num_id = val(number) if number is not None else None
    elif kept is not None:
        from reader.numbering import old_label

        before.old_label = old_label(kept.get(ORIGINAL) or "")
    return before


def numbered(own: Properties, look: Look, numbering: Numbering) -> tuple[str, int] | None:
    """The list and the level that a paragraph counts in: its own, or its style's; None where it has no number.

    A style that numbers its paragraphs may leave the level to the list, whose level then names the style (w:pStyle).
    """
    num_id = own.num_id if own.num_id is not None else look.num_id
    if num_id is None or num_id == "0":
        return None
    ilvl = own.ilvl
    if ilvl is None and own.num_id is None:
        ilvl = look.ilvl
        if ilvl is None and own.style is not None:
            ilvl = numbering.by_style.get((numbering.abstract(num_id) or "", own.style))
    return num_id, ilvl or 0
