"""Tracked changes → both readings of a Word file, in one walk over its XML.

A stretch of text stands before the changes, after them, or in both: a mask of two bits that is narrowed on the way
down (w:ins leaves AFTER, w:del leaves BEFORE, one in the other leaves nothing). A paragraph *mark* has a mask of its
own. Where a mark is missing from a reading, the paragraph runs on into the next one there, and the next one's
properties hold for both, because Word keeps a paragraph's properties in its mark.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from lxml import etree

from reader.document import Line, Note, Run, Side
from reader.numbering import Counter, Numbering
from reader.ooxml import MC, M, on, symbol, val, w
from reader.styles import PLAIN, Look, Properties, Styles, numbered, properties_before, read_properties

BEFORE, AFTER, BOTH = 1, 2, 3
SIDES = {BEFORE: Side.BEFORE, AFTER: Side.AFTER, BOTH: Side.BOTH}
KEEPS = {w("ins"): AFTER, w("moveTo"): AFTER, w("del"): BEFORE, w("moveFrom"): BEFORE}

P, R, T, DEL_TEXT, PPR, RPR, TBL = w("p"), w("r"), w("t"), w("delText"), w("pPr"), w("rPr"), w("tbl")
TAB, BR = w("tab"), w("br")
ITALIC, BOLD, R_STYLE, R_CHANGE, P_CHANGE, NUM_PR = (
    w("i"),
    w("b"),
    w("rStyle"),
    w("rPrChange"),
    w("pPrChange"),
    w("numPr"),
)
TR, TC, TR_PR, TC_PR = w("tr"), w("tc"), w("trPr"), w("tcPr")
FLD_CHAR, FLD_TYPE, FOOTNOTE, ENDNOTE, ID, CUSTOM = (
    w("fldChar"), w("fldCharType"), w("footnoteReference"), w("endnoteReference"), w("id"), w("customMarkFollows")
)  # fmt: skip
ALTERNATE, CHOICE, FALLBACK, BOX = f"{{{MC}}}AlternateContent", f"{{{MC}}}Choice", f"{{{MC}}}Fallback", w("txbxContent")
ALT_CHUNK, SUB_DOC, SYM = w("altChunk"), w("subDoc"), w("sym")
FIXED = {TAB: "\t", BR: "\n", w("cr"): "\n", w("noBreakHyphen"): "\u2011", w("ptab"): "\t"}
# Elements that hold no words, or words that are not the text's: properties, codes of fields, the reading aid of ruby.
WORDS = {T, DEL_TEXT, f"{{{M}}}t"}
NOTES = {FOOTNOTE, ENDNOTE}
SILENT = {
    PPR, RPR, TR_PR, TC_PR, FALLBACK, w("instrText"), w("delInstrText"), w("sectPr"), w("tblPr"), w("tblGrid"),
    w("tblPrEx"), w("sdtPr"), w("sdtEndPr"), w("customXmlPr"), w("smartTagPr"), w("rt"), w("rubyPr"),
    w("footnoteRef"), w("endnoteRef"), w("bookmarkStart"), w("bookmarkEnd"), w("lastRenderedPageBreak"),
    w("proofErr"), w("softHyphen"), w("commentReference"), w("annotationRef"), w("separator"),
    w("continuationSeparator"), w("ffData"), w("fldData"),
}  # fmt: skip


@dataclass(slots=True)
class Pending:
    """Words of one reading whose paragraph mark is missing there, waiting for the paragraph that they run on into."""

    text: str = ""
    notes: list[Note] = field(default_factory=list)
    source: list[int] = field(default_factory=list)
    properties: Properties = field(default_factory=Properties)
    italic: bool = True
    bold: bool = True


@dataclass(slots=True)
class Reference:
    """A call of a footnote: `kind` is "footnote" or "endnote", `mark` a mark typed by hand."""

    kind: str
    id: str
    mask: int
    mark: str = ""


class Walk:
    """One walk through a part of the file. `after` and `before` fill with lines, `redline` with both in one.

    `notes` answers (kind, id, side) with the words of a footnote; a walk through the footnotes themselves has none.
    """

    def __init__(
        self, styles: Styles, numbering: Numbering, notes: dict[tuple[str, str, int], str] | None = None
    ) -> None:
        self.styles, self.numbering, self.notes = styles, numbering, notes or {}
        self.after: list[Line] = []
        self.before: list[Line] = []
        self.redline: list[tuple[Run, ...]] = []
        self.changed = False
        self.left_out = 0  # parts of the document that lie in other files
        self._counters: dict[int, Counter] = {BEFORE: numbering.counter(), AFTER: numbering.counter()}
        self._pending: dict[int, Pending | None] = {BEFORE: None, AFTER: None}
        self._note_counts: dict[tuple[str, int], int] = {}
        self._tables = 0
        self._code: list[bool] = []  # open fields: True while in the code, False in the result
        self._begin()

    def _begin(self) -> None:
        self._pieces: list[str] = []
        self._masks: list[int] = []
        self._references: list[tuple[int, Reference]] = []  # with the number of pieces before them
        self._boxes: list[tuple[etree._Element, int]] = []
        self._mixed = False
        self._inherit_italic = self._inherit_bold = 0  # masks of words that take these from the paragraph's style
        self._roman = self._light = 0  # masks of words that are surely not italic, not bold

    # --- blocks ---------------------------------------------------------------------------------------------------

    def blocks(self, parent: etree._Element, mask: int = BOTH) -> None:
        """Walk what stands on its own: paragraphs, tables, and whatever wraps them."""
        for child in parent:
            tag = child.tag
            if tag == P:
                self.paragraph(child, mask)
            elif tag == TBL:
                self.container(child, mask, table=True)
            elif tag in SILENT:
                continue
            elif tag == TR:
                self.blocks(child, mask & self.tracked(child.find(TR_PR), w("ins"), w("del")))
            elif tag == TC:
                self.container(child, mask & self.tracked(child.find(TC_PR), w("cellIns"), w("cellDel")))
            elif tag in KEEPS:
                self.changed = True
                self.blocks(child, mask & KEEPS[tag])
            elif tag == ALTERNATE:
                self.blocks(chosen(child), mask)
            elif tag in (ALT_CHUNK, SUB_DOC):
                self.left_out += 1
            elif tag in (R, T):  # a run that has no paragraph of its own still has words
                self._begin()
                self.inline_child(child, tag, mask)
                self.finish(None, mask, mask)
            else:
                self.blocks(child, mask)

    def container(self, element: etree._Element, mask: int, *, table: bool = False) -> None:
        """A stretch out of which no paragraph runs on: a table, a cell, a text box, a footnote."""
        self.flush()
        self._tables += table
        self.blocks(element, mask)
        self._tables -= table
        self.flush()

    def tracked(self, properties: etree._Element | None, inserted: str, deleted: str) -> int:
        """The mask that the properties of a row or cell leave."""
        if properties is None:
            return BOTH
        mask = BOTH
        if properties.find(inserted) is not None:
            mask &= AFTER
        if properties.find(deleted) is not None:
            mask &= BEFORE
        if mask != BOTH:
            self.changed = True
        return mask

    def paragraph(self, p: etree._Element, mask: int) -> None:
        self._begin()
        properties = None
        for child in p:
            tag = child.tag
            if tag == R:
                self.run(child, mask)
            elif tag == PPR:
                properties = child
            else:
                self.inline_child(child, tag, mask)
        if self._code:  # a field may run on into the next paragraph with its result, hardly ever with its code
            self._code = [False] * len(self._code)
        mark = mask
        if properties is not None:
            letters = properties.find(RPR)
            if letters is not None:
                for child in letters:
                    if child.tag in KEEPS:
                        mark &= KEEPS[child.tag]
                        self.changed = True
        boxes = self._boxes
        self.finish(properties, mask, mark)
        for box, box_mask in boxes:
            self.boxed(box, box_mask)

    def boxed(self, box: etree._Element, mask: int) -> None:
        """A text box: its lines come after the paragraph that holds it, as a reader meets them."""
        pending, self._pending = self._pending, {BEFORE: None, AFTER: None}
        self.container(box, mask)
        self._pending = pending

    # --- words ----------------------------------------------------------------------------------------------------

    def inline(self, parent: etree._Element, mask: int) -> None:
        for child in parent:
            tag = child.tag
            if tag == R:
                self.run(child, mask)
            else:
                self.inline_child(child, tag, mask)

    def inline_child(self, child: etree._Element, tag: str, mask: int) -> None:
        """Anything inside a paragraph but a run, and the rarer things inside a run."""
        if tag in SILENT:
            return
        if tag in KEEPS:
            self.changed = True
            self.inline(child, mask & KEEPS[tag])
        elif tag == R:
            self.run(child, mask)
        elif tag in WORDS:
            self.say(child.text, mask)
        elif tag in FIXED:
            self.say(FIXED[tag], mask)
        elif tag == SYM:
            self.say(symbol(child.get(w("font")) or "", child.get(w("char")) or ""), mask)
        elif tag == BOX:
            self._boxes.append((child, mask))
        elif tag == ALTERNATE:
            self.inline(chosen(child), mask)
        elif tag == FLD_CHAR:
            self.field(child.get(FLD_TYPE))
        elif tag in NOTES:
            kind = "footnote" if tag == FOOTNOTE else "endnote"
            self._references.append((len(self._pieces), Reference(kind, child.get(ID) or "", mask)))
        elif tag in (ALT_CHUNK, SUB_DOC):
            self.left_out += 1
        else:
            self.inline(child, mask)

    def run(self, r: etree._Element, mask: int) -> None:
        """A w:r: words in one look. Its w:rPr comes first, says the schema."""
        italic = bold = old_italic = old_bold = None
        custom = None
        start = len(self._pieces)
        for child in r:
            tag = child.tag
            if tag in WORDS:
                text = child.text
                if not text:
                    continue
                if custom is not None:  # the mark of a footnote, typed by hand, is no part of the line
                    custom.mark += text
                elif not self._code or True not in self._code:
                    self._pieces.append(text)
                    self._masks.append(mask)
            elif tag in FIXED:
                if not self._code or True not in self._code:
                    self._pieces.append(FIXED[tag])
                    self._masks.append(mask)
            elif tag == RPR:
                italic, bold, change = self.letters(child)
                old_italic, old_bold = italic, bold
                if change is not None:
                    old = change.find(RPR)
                    old_italic, old_bold, _ = self.letters(old) if old is not None else (None, None, None)
            else:
                self.inline_child(child, tag, mask)
                if tag in NOTES and child.get(CUSTOM) not in (None, "0", "false", "off"):
                    custom = self._references[-1][1]
        if len(self._pieces) > start:
            if mask != BOTH:
                self._mixed = True
            if italic is None and bold is None and old_italic is None and old_bold is None:
                self._inherit_italic |= mask
                self._inherit_bold |= mask
            elif not "".join(self._pieces[start:]).isspace():
                for side, slanted, heavy in ((AFTER, italic, bold), (BEFORE, old_italic, old_bold)):
                    here = mask & side
                    if slanted is None:
                        self._inherit_italic |= here
                    elif not slanted:
                        self._roman |= here
                    if heavy is None:
                        self._inherit_bold |= here
                    elif not heavy:
                        self._light |= here

    def letters(self, element: etree._Element) -> tuple[bool | None, bool | None, etree._Element | None]:
        """Italic and bold of a w:rPr (None: as the paragraph's style has it) and the w:rPrChange that keeps the old."""
        italic = bold = change = None
        for child in element:
            tag = child.tag
            if tag == ITALIC:
                italic = on(child)
            elif tag == BOLD:
                bold = on(child)
            elif tag == R_STYLE:
                look = self.styles.look(val(child))
                italic = True if italic is None and look.italic else italic
                bold = True if bold is None and look.bold else bold
            elif tag == R_CHANGE:
                change = child
        return italic, bold, change

    def say(self, text: str | None, mask: int) -> None:
        if text and True not in self._code:
            self._pieces.append(text)
            self._masks.append(mask)
            if mask != BOTH:
                self._mixed = True

    def field(self, kind: str | None) -> None:
        """w:fldChar: between "begin" and "separate" stands a field's code, then its result up to "end"."""
        if kind == "begin":
            self._code.append(True)
        elif kind == "separate" and self._code:
            self._code[-1] = False
        elif kind == "end" and self._code:
            self._code.pop()

    # --- lines ----------------------------------------------------------------------------------------------------

    def finish(self, element: etree._Element | None, mask: int, mark: int) -> None:
        """The paragraph is read: lay it down in each reading, or keep its words for the paragraph it runs on into."""
        number = len(self.redline)
        pieces = self._pieces
        if not self._mixed and mask == BOTH:
            text = "".join(pieces)
            if "\n" in text:
                text = self._one_line(text)
            self.redline.append((Run(text),) if text else ())
        else:
            text = ""
            self.redline.append(self._runs())
        after = read_properties(element) if element is not None else PLAIN
        before = properties_before(element, after) if element is not None else PLAIN
        pending = self._pending
        if (not self._mixed and mark == BOTH and after is before and not self._references
                and pending[BEFORE] is None and pending[AFTER] is None):  # fmt: skip
            self._lay_alike(text, after, number)
            return
        if after is not before:
            self.changed = True
        for side, properties in ((BEFORE, before), (AFTER, after)):
            if mask & side:
                self._lay(side, properties, bool(mark & side), number)

    def _one_line(self, text: str) -> str:
        return text

    def _runs(self) -> tuple[Run, ...]:
        runs: list[Run] = []
        last, words = 0, []
        for piece, mask in zip(self._pieces, self._masks, strict=True):
            if mask == 0:
                continue
            if mask != last and words:
                runs.append(Run("".join(words), SIDES[last]))
                words = []
            last = mask
            words.append(piece)
        if words:
            runs.append(Run("".join(words), SIDES[last]))
        return tuple(runs)

    def _lay_alike(self, text: str, properties: Properties, number: int) -> None:
        """An untouched paragraph: one line serves both readings, unless its automatic label differs."""
        look = self.styles.look(properties.style)
        place = numbered(properties, look, self.numbering)
        label = old = None
        if place is not None:
            label = self._counters[AFTER].label(*place)
            old = self._counters[BEFORE].label(*place)
        if not text or text.isspace():
            return
        line = self._line(text, label, properties, look, place, (number,), (),
                          not self._roman and (not self._inherit_italic or look.italic),
                          not self._light and (not self._inherit_bold or look.bold))  # fmt: skip
        self.after.append(line)
        if label != old:
            self.changed = True
            line = self._line(text, old, properties, look, place, (number,), (), line.italic, line.bold)
        self.before.append(line)

    def _lay(self, side: int, properties: Properties, ends: bool, number: int) -> None:
        pieces, notes = [], []
        length, called = 0, iter(self._references)
        upcoming = next(called, None)
        for index, (piece, mask) in enumerate(zip(self._pieces, self._masks, strict=True)):
            while upcoming is not None and upcoming[0] <= index:
                self._note(upcoming[1], side, length, notes)
                upcoming = next(called, None)
            if mask & side:
                pieces.append(piece)
                length += len(piece)
        while upcoming is not None:
            self._note(upcoming[1], side, length, notes)
            upcoming = next(called, None)
        text = "".join(pieces)
        look = self.styles.look(properties.style)
        blank = not text or text.isspace()
        italic = blank or (not self._roman & side and (not self._inherit_italic & side or look.italic))
        bold = blank or (not self._light & side and (not self._inherit_bold & side or look.bold))
        waiting = self._pending[side]
        if waiting is not None:
            notes = [*waiting.notes, *(Note(note.mark, note.text, note.at + len(waiting.text)) for note in notes)]
            source = [*waiting.source, number] if text or not waiting.source else waiting.source
            text, italic, bold = waiting.text + text, waiting.italic and italic, waiting.bold and bold
        else:
            source = [number]
        if ends:
            self._pending[side] = None
            self._emit(side, text, properties, look, source, notes, italic, bold)
        elif text or notes:
            self._pending[side] = Pending(text, notes, source, properties, italic, bold)

    def flush(self) -> None:
        """The end of a cell, a table, a text: words that wait for a paragraph to run on into stand for themselves."""
        for side in (BEFORE, AFTER):
            waiting = self._pending[side]
            if waiting is not None:
                self._pending[side] = None
                look = self.styles.look(waiting.properties.style)
                self._emit(
                    side,
                    waiting.text,
                    waiting.properties,
                    look,
                    waiting.source,
                    waiting.notes,
                    waiting.italic,
                    waiting.bold,
                )

    def _emit(self, side: int, text: str, properties: Properties, look: Look, source: list[int], notes: list[Note],
              italic: bool, bold: bool) -> None:  # fmt: skip
        place = numbered(properties, look, self.numbering)
        label = self._counters[side].label(*place) if place is not None else None
        if properties.old_label is not None:
            label = properties.old_label
        if (not text or text.isspace()) and not notes:
            return
        line = self._line(text, label, properties, look, place, tuple(source), tuple(notes), italic, bold)
        (self.after if side == AFTER else self.before).append(line)

    def _line(self, text: str, label: str | None, properties: Properties, look: Look, place: tuple[str, int] | None,
              source: tuple[int, ...], notes: tuple[Note, ...], italic: bool, bold: bool) -> Line:  # fmt: skip
        indent = properties.indent
        level = look.level
        if place is not None:
            level = place[1]
            if indent is None and (properties.num_id is not None or look.indent is None):
                listed = self.numbering.level(*place)
                indent = listed.indent if listed is not None else None
        return Line(
            text, label, look.name, level,
            look.indent if indent is None else indent,
            italic, bold,
            look.centred if properties.centred is None else properties.centred,
            look.heading if properties.heading is None else properties.heading or None,
            self._tables > 0, None, notes, source,
        )  # fmt: skip

    def _note(self, reference: Reference, side: int, at: int, notes: list[Note]) -> None:
        if not reference.mask & side:
            return
        mark = reference.mark.strip()
        if not mark:
            key = (reference.kind, side)
            self._note_counts[key] = self._note_counts.get(key, 0) + 1
            mark = str(self._note_counts[key])
        notes.append(Note(mark, self.notes.get((reference.kind, reference.id, side), ""), at))


def chosen(alternate: etree._Element) -> etree._Element:
    """The branch of mc:AlternateContent that is read: the first mc:Choice, or, in its absence, the fallback."""
    choice = alternate.find(CHOICE)
    if choice is None:
        choice = alternate.find(FALLBACK)
    return choice if choice is not None else etree.Element("nothing")
