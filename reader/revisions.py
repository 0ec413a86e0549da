"""Tracked changes → both readings of a Word file, in one pass over its XML.

A stretch of text stands before the changes, after them, or in both: a mask of two bits that is narrowed on the way
down (w:ins leaves AFTER, w:del leaves BEFORE, one in the other leaves nothing). A paragraph *mark* has a mask of its
own. Where a mark is missing from a reading, the paragraph runs on into the next one there, and the next one's
properties hold for both, because Word keeps a paragraph's properties in its mark.

The pass is flat: lxml hands over only the elements that matter, in the order of the document, and `Context` has noted
beforehand, for the few that stand under a change, a box or a table, what that means for them. That is four times as
fast as a walk down and up the tree, and no depth of nesting can exhaust it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields, make_dataclass

from lxml import etree

from reader import context as c
from reader.context import AFTER, BEFORE, BOTH, DROPPED, Context
from reader.document import Line, Note, Run, Side
from reader.numbering import Counter, Numbering
from reader.ooxml import symbol, val, w
from reader.styles import P_STYLE, PLAIN, Look, Properties, Styles, numbered, properties_before, read_properties

SIDES = {BEFORE: Side.BEFORE, AFTER: Side.AFTER, BOTH: Side.BOTH}
T, DEL_TEXT, P, PPR, TAB, TABS, FIELD, FOOTNOTE = c.T, c.DEL_TEXT, c.P, c.PPR, c.TAB, c.TABS, c.FIELD, c.FOOTNOTE
FIXED = {TAB: "\t", c.BR: "\n", c.CR: "\n", c.NO_BREAK_HYPHEN: "\u2011", c.POSITION_TAB: "\t"}
HEARD = (*c.SPOKEN, P, PPR, TABS, FIELD)
ID, FIELD_TYPE, CUSTOM_MARK, FONT, CHAR = w("id"), w("fldCharType"), w("customMarkFollows"), w("font"), w("char")

Notes = dict[tuple[str, str, int], str]  # the words of the footnotes, by kind, id and side
Call = tuple[int, etree._Element, int, list[str]]  # of a footnote: pieces before it, element, mask, mark typed by hand


@dataclass(slots=True)
class Pending:
    """Words of one reading whose paragraph mark is missing there, waiting for the paragraph that they run on into."""

    text: str
    notes: list[Note]
    source: list[int]
    properties: Properties
    italic: bool
    bold: bool
    tabled: bool
    home: etree._Element | None


class Transcript:
    """Takes down what it hears of a part of the file: lines of both readings, and the redline with both in one.

    `notes` holds the words of the footnotes by (kind, id, side); the footnotes themselves are taken down without any.
    """

    def __init__(self, styles: Styles, numbering: Numbering, notes: Notes | None = None) -> None:
        self.styles, self.numbering, self.notes = styles, numbering, notes or {}
        self.after: list[Line] = []
        self.before: list[Line] = []
        self.redline: list[tuple[Run, ...]] = []
        self.changed = False
        self.left_out = 0
        self._counters: dict[int, Counter] = {BEFORE: numbering.counter(), AFTER: numbering.counter()}
        self._pending: dict[int, Pending | None] = {BEFORE: None, AFTER: None}
        self._styled: dict[str | None, Properties] = {}
        self._note_counts: dict[tuple[str, int], int] = {}

    def hear(self, root: etree._Element) -> None:
        """Take down all that stands below `root`: a document's body or a passage of it, a footnote."""
        self._context = Context(root, self.styles)
        self.changed |= self._context.changed
        self.left_out += self._context.left_out
        self._listen(root.iter(*HEARD), boxed=False)
        for box in self._context.boxes.get(None, ()):
            self._box(box)
        del self._context  # which holds on to elements

    def end(self) -> None:
        """There is no more to come."""
        self._flush()

    def _listen(self, elements: Iterable[etree._Element], *, boxed: bool) -> None:
        """One flow of paragraphs. This loop runs for each word of the document: it looks up as little as it can."""
        context = self._context
        masks, letters, hidden = context.masks, context.letters, set() if boxed else context.boxed
        special = bool(masks or context.marks or context.tracked or context.boxes)
        paragraph = properties = custom = None
        pieces: list[str] = []
        sides: list[int] = []  # in which reading each piece stands
        calls: list[Call] = []  # footnotes, with the number of pieces before them
        fields: list[bool] = []  # open fields: True while in the code, False in the result
        coding = mixed = False
        plain = roman = light = stops = 0
        for element in elements:
            if hidden and element in hidden:
                continue
            tag = element.tag
            if tag == T or tag == DEL_TEXT:  # noqa: SIM109  the most frequent question of all
                text = element.text
                if not text or coding:
                    continue
                mask = masks.get(element, BOTH) if masks else BOTH
                if mask != BOTH:
                    if mask == DROPPED:
                        continue
                    mixed = True
                if custom is not None:
                    if element.getparent() is custom[1].getparent():  # a footnote's mark, typed by hand
                        custom[3].append(text)
                        continue
                    custom = None
                pieces.append(text if "\n" not in text else text.replace("\n", " "))  # as Word shows it
                sides.append(mask)
                if letters and element in letters:
                    if not text.isspace():
                        for side, (italic, bold) in zip((AFTER, BEFORE), letters[element], strict=True):
                            here = mask & side
                            plain |= (here if italic is None else 0) | (here << 2 if bold is None else 0)
                            roman |= here if italic is False else 0
                            light |= here if bold is False else 0
                elif plain != 15 and not text.isspace():
                    plain |= mask | mask << 2
            elif tag == P:
                if special and masks.get(element) == DROPPED:
                    continue
                if paragraph is not None or pieces:
                    self._end(paragraph, properties, pieces, sides, calls, mixed, plain, roman, light)
                    if special and paragraph in context.boxes:
                        for box in context.boxes[paragraph]:
                            self._box(box)
                    pieces, sides, calls = [], [], []
                paragraph, properties, custom, mixed = element, None, None, False
                plain = roman = light = 0
                if coding:  # a field may run on into the next paragraph with its result, hardly ever with its code
                    fields, coding = [False] * len(fields), False
            elif tag == PPR:
                if element.getparent() is paragraph:  # not the old properties in w:pPrChange
                    properties = element
            elif tag == TABS:  # places of tab stops, called w:tab too
                stops = len(element)
            elif tag == TAB and stops:
                stops -= 1
            elif tag == FIELD:
                if masks.get(element) != DROPPED:
                    kind = element.get(FIELD_TYPE)
                    if kind == "begin":
                        fields.append(True)
                    elif kind == "separate" and fields:
                        fields[-1] = False
                    elif kind == "end" and fields:
                        fields.pop()
                    coding = True in fields
            elif not coding:
                mask = masks.get(element, BOTH) if masks else BOTH
                if mask == DROPPED:
                    continue
                if mask != BOTH:
                    mixed = True
                if tag == FOOTNOTE or tag == c.ENDNOTE:
                    calls.append((len(pieces), element, mask, []))
                    custom = calls[-1] if element.get(CUSTOM_MARK) not in (None, "0", "false", "off") else None
                    continue
                if tag in FIXED:
                    text = FIXED[tag]
                elif tag == c.SYM:
                    text = symbol(element.get(FONT) or "", element.get(CHAR) or "")
                else:
                    text = element.text or ""
                pieces.append(text)
                sides.append(mask)
        if paragraph is not None or pieces:
            self._end(paragraph, properties, pieces, sides, calls, mixed, plain, roman, light)
            for box in context.boxes.get(paragraph, ()) if paragraph is not None else ():
                self._box(box)

    def _box(self, box: etree._Element) -> None:
        """A text box: its lines come after the paragraph that holds it, as a reader meets them."""
        pending, self._pending = self._pending, {BEFORE: None, AFTER: None}
        self._listen(box.iter(*HEARD), boxed=True)
        self._flush()
        self._pending = pending

    # --- lines ----------------------------------------------------------------------------------------------------

    def _end(
        self,
        paragraph: etree._Element | None,
        element: etree._Element | None,
        pieces: list[str],
        sides: list[int],
        calls: list[Call],
        mixed: bool,
        plain: int,
        roman: int,
        light: int,
    ) -> None:
        """The paragraph is heard: lay it down in each reading, or keep its words for the paragraph it runs on into.

        `plain` holds the sides of words that are italic as the style has it, and shifted by two, those of bold;
        `roman` and `light` the sides of words that are surely not italic, not bold.
        """
        context = self._context
        number = len(self.redline)
        after = self._properties(element)
        before = properties_before(element, after) if element is not None and paragraph in context.tracked else after
        mask = context.masks.get(paragraph, BOTH)
        mark = mask & context.marks.get(paragraph, BOTH)
        tabled = paragraph in context.tabled
        pending = self._pending
        side = sides[0] if sides else BOTH
        if (
            side == mark != 0
            and not calls
            and after is before
            and pending[BEFORE] is pending[AFTER] is None
            and (not mixed or sides.count(side) == len(sides))
            and (side != BOTH or not context.letters or alike(plain, roman, light))
        ):
            self._lay_whole(side, "".join(pieces), number, after, plain, roman, light, tabled)
            return
        if after is not before:
            self.changed = True
        heard = runs(pieces, sides)
        self.redline.append(heard)
        home = None
        if paragraph is not None and (tabled or paragraph in context.boxed):
            home = next(paragraph.iterancestors(c.TC, c.BOX), None)
        for side, properties in ((BEFORE, before), (AFTER, after)):
            waiting = pending[side]
            if waiting is not None and waiting.home is not home:
                self._flush(side)
                waiting = None
            ends = bool(mark & side)
            other = SIDES[BOTH ^ side]
            words = "".join([run.text for run in heard if run.side is not other]) if mask & side else ""
            notes = self._notes(pieces, sides, calls, side) if calls else []
            if not mask & side or not (words or ends or notes):
                continue
            look = self.styles.look(properties.style)
            blank = not words or words.isspace()
            italic = blank or (not roman & side and (not plain & side or look.italic))
            bold = blank or (not light & side and (not plain & side << 2 or look.bold))
            laid = Pending(words, notes, [number], properties, italic, bold, tabled, home)
            if waiting is not None:
                self._join(side, waiting, laid)
            if ends:
                pending[side] = None
                self._emit(side, laid, look)
            else:
                pending[side] = laid

    def _properties(self, element: etree._Element | None) -> Properties:
        """The properties of a paragraph; where it names its style and nothing else, as most do, those known by then."""
        if element is None:
            return PLAIN
        if len(element) == 1 and element[0].tag == P_STYLE:
            style = val(element[0])
            known = self._styled.get(style)
            if known is None:
                known = self._styled[style] = Properties(style)
            return known
        return read_properties(element)

    def _lay_whole(
        self, side: int, text: str, number: int, own: Properties, plain: int, roman: int, light: int, tabled: bool
    ) -> None:
        """A paragraph whose words and mark stand in the same reading or readings, as nearly all do: one line."""
        self.redline.append((Run(text, SIDES[side]),) if text else ())
        look = self.styles.look(own.style)
        place = labels = None
        if own.num_id is not None or look.num_id is not None:
            place = numbered(own, look, self.numbering)
            if place is not None:
                labels = {one: self._counters[one].label(*place) for one in (BEFORE, AFTER) if one & side}
        if not text or text.isspace():
            return
        italic = not roman and (not plain & BOTH or look.italic)
        bold = not light and (not plain & BOTH << 2 or look.bold)
        label = labels[side & AFTER or BEFORE] if labels else None
        line = self._line(text, label, own, look, place, italic, bold, tabled, (), (number,))
        if side & AFTER:
            self.after.append(line)
        if side & BEFORE:
            if labels and labels[BEFORE] != label:  # untouched, but what was added or struck above changes its number
                self.changed = True
                line = self._line(text, labels[BEFORE], own, look, place, italic, bold, tabled, (), (number,))
            self.before.append(line)

    def _notes(self, pieces: list[str], sides: list[int], calls: list[Call], side: int) -> list[Note]:
        """The footnotes called in the words of one reading, each with its place among them."""
        notes = []
        for place, element, mask, typed in calls:
            if not mask & side:
                continue
            kind = "footnote" if element.tag == FOOTNOTE else "endnote"
            mark = "".join(typed).strip()
            if not mark:
                self._note_counts[kind, side] = self._note_counts.get((kind, side), 0) + 1
                mark = str(self._note_counts[kind, side])
            at = sum(len(piece) for piece, its in zip(pieces[:place], sides, strict=False) if its & side)
            notes.append(Note(mark, self.notes.get((kind, element.get(ID) or "", side), ""), at))
        return notes

    def _join(self, side: int, waiting: Pending, words: Pending) -> None:
        """Put words that waited, their paragraph mark missing in this reading, before those they run on into."""
        if words.text and waiting.text and not waiting.text[-1].isspace() and not words.text[0].isspace():
            # the mark that is gone parted words as a space does: not "units.development"
            waiting.text += " "
            self.redline[waiting.source[-1]] += (Run(" ", SIDES[side]),)
        shift = len(waiting.text)
        words.notes = [*waiting.notes, *(Note(note.mark, note.text, note.at + shift) for note in words.notes)]
        words.source = waiting.source + words.source if words.text else waiting.source
        words.text = waiting.text + words.text
        words.italic, words.bold = words.italic and waiting.italic, words.bold and waiting.bold

    def _flush(self, *sides: int) -> None:
        """The end of a cell, a box, a text: words that wait for a paragraph to run on into stand for themselves."""
        for side in sides or (BEFORE, AFTER):
            waiting, self._pending[side] = self._pending[side], None
            if waiting is not None:
                self._emit(side, waiting, self.styles.look(waiting.properties.style))

    def _emit(self, side: int, words: Pending, look: Look) -> None:
        place = numbered(words.properties, look, self.numbering)
        label = self._counters[side].label(*place) if place is not None else None
        if words.properties.old_label is not None:
            label = words.properties.old_label
        if (not words.text or words.text.isspace()) and not words.notes:
            return
        notes, source = tuple(words.notes), tuple(words.source)
        line = self._line(
            words.text, label, words.properties, look, place, words.italic, words.bold, words.tabled, notes, source
        )
        (self.after if side == AFTER else self.before).append(line)

    def _line(
        self,
        text: str,
        label: str | None,
        properties: Properties,
        look: Look,
        place: tuple[str, int] | None,
        italic: bool,
        bold: bool,
        tabled: bool,
        notes: tuple[Note, ...],
        source: tuple[int, ...],
    ) -> Line:
        indent, level = properties.indent, look.level
        if place is not None:
            level = place[1]
            if indent is None and (properties.num_id is not None or look.indent is None):
                listed = self.numbering.level(*place)
                indent = listed.indent if listed is not None else None
        if indent is None:
            indent = look.indent
        centred = look.centred if properties.centred is None else properties.centred
        heading = look.heading if properties.heading is None else properties.heading or None
        line = Draft(text, label, look.name, level, indent, italic, bold, centred, heading, tabled, None, notes, source)
        line.__class__ = Line
        return line


def alike(*masks: int) -> bool:
    """Whether the letters of a paragraph look alike in both readings: the bits of one, and those of the other."""
    return all((mask & 5) << 1 == mask & 10 for mask in masks)


def runs(pieces: list[str], sides: list[int]) -> tuple[Run, ...]:
    """Pieces as runs of a redline, neighbours of one side joined; what was added and struck again is in none."""
    if 0 in sides:
        kept = [(piece, side) for piece, side in zip(pieces, sides, strict=True) if side]
        pieces, sides = [piece for piece, _ in kept], [side for _, side in kept]
    joined = []
    start, count = 0, len(pieces)
    while start < count:
        side = sides[start]
        end = start + 1
        while end < count and sides[end] == side:
            end += 1
        joined.append(Run("".join(pieces[start:end]), SIDES[side]))
        start = end
    return tuple(joined)


# A frozen dataclass sets each field through object.__setattr__, which makes a line four times as slow to build as one
# that is not frozen; over a long document that is a fifth of the whole reading. So a line is built unfrozen.
Draft = make_dataclass("Draft", [(each.name, each.type) for each in fields(Line)], slots=True)
