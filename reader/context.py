"""What the surroundings of a Word element mean for it: under a change, in a box, in a table, in slanted letters.

Most words of a document stand under nothing special. So this looks once through the document for the elements that
are special, and writes down what they mean for the words, and the paragraphs, below them; all others need no entry.
"""

from __future__ import annotations

from lxml import etree

from reader.ooxml import MC, M, on, val, w
from reader.styles import Styles

BEFORE, AFTER, BOTH = 1, 2, 3  # the readings in which something stands, as a mask
DROPPED = 8  # words that are there twice (mc:Fallback) or that are no text (the reading aid of w:ruby)

P, T, DEL_TEXT, TAB, BR, PPR = w("p"), w("t"), w("delText"), w("tab"), w("br"), w("pPr")
CR, NO_BREAK_HYPHEN, POSITION_TAB, SYM, MATH_TEXT = w("cr"), w("noBreakHyphen"), w("ptab"), w("sym"), f"{{{M}}}t"
FOOTNOTE, ENDNOTE, FIELD = w("footnoteReference"), w("endnoteReference"), w("fldChar")
TBL, TR, TC, BOX, R, RPR = w("tbl"), w("tr"), w("tc"), w("txbxContent"), w("r"), w("rPr")
TR_PR, TC_PR, NUM_PR, PPR_CHANGE, NUMBER_CHANGE = w("trPr"), w("tcPr"), w("numPr"), w("pPrChange"), w("numberingChange")
ALTERNATE, CHOICE, FALLBACK, RUBY_TEXT = f"{{{MC}}}AlternateContent", f"{{{MC}}}Choice", f"{{{MC}}}Fallback", w("rt")
ITALIC, BOLD, RUN_STYLE, RUN_CHANGE = w("i"), w("b"), w("rStyle"), w("rPrChange")
TABS, ALT_CHUNK, SUB_DOC = w("tabs"), w("altChunk"), w("subDoc")
INS, DEL, MOVE_TO, MOVE_FROM, CELL_INS, CELL_DEL = (
    w("ins"), w("del"), w("moveTo"), w("moveFrom"), w("cellIns"), w("cellDel"),
)  # fmt: skip

KEEPS = {INS: AFTER, MOVE_TO: AFTER, CELL_INS: AFTER, DEL: BEFORE, MOVE_FROM: BEFORE, CELL_DEL: BEFORE}
SPOKEN = (T, DEL_TEXT, TAB, BR, CR, NO_BREAK_HYPHEN, POSITION_TAB, SYM, MATH_TEXT, FOOTNOTE, ENDNOTE)
SPECIAL = (*KEEPS, PPR_CHANGE, NUMBER_CHANGE, ALTERNATE, RUBY_TEXT, BOX, TBL, ITALIC, BOLD, RUN_STYLE, RUN_CHANGE,
           ALT_CHUNK, SUB_DOC)  # fmt: skip

Letters = tuple[bool | None, bool | None]  # italic and bold; None: as the paragraph's style has it


class Context:
    """What is special about the elements below `root`; an element that is in none of these is not special.

    `masks`: in which reading words, or the words of a paragraph, stand. `marks`: the same for the mark of a paragraph.
    `tracked`: paragraphs whose properties were changed. `tabled`: paragraphs in tables. `boxes`: the text boxes of a
    paragraph, whose words (`boxed`) are read after it. `letters`: italic and bold of words, after and before.
    `left_out` counts parts of the document that lie in other files. `changed` says whether any change was seen.
    """

    def __init__(self, root: etree._Element, styles: Styles) -> None:
        self.styles = styles
        self.masks: dict[etree._Element, int] = {}
        self.marks: dict[etree._Element, int] = {}
        self.tracked: set[etree._Element] = set()
        self.tabled: set[etree._Element] = set()
        self.boxes: dict[etree._Element | None, list[etree._Element]] = {}
        self.boxed: set[etree._Element] = set()
        self.letters: dict[etree._Element, tuple[Letters, Letters]] = {}
        self.left_out = 0
        self.changed = False
        self._inner_tables: set[etree._Element] = set()
        self._runs: set[etree._Element] = set()
        for element in root.iter(*SPECIAL):
            self._note(element, element.tag)

    def _note(self, element: etree._Element, tag: str) -> None:
        if tag in KEEPS:
            self._change(element, KEEPS[tag])
        elif tag in (ITALIC, BOLD, RUN_STYLE, RUN_CHANGE):
            self._lettered(element)
        elif tag in (PPR_CHANGE, NUMBER_CHANGE):
            self._properties(element)
        elif tag == TBL:
            if element not in self._inner_tables:
                for inner in element.iter(P, TBL):
                    (self.tabled if inner.tag == P else self._inner_tables).add(inner)
        elif tag == ALTERNATE:
            if self.masks.get(element) != DROPPED:  # or it has been said already, of all that stands below
                branches = [*element.iterchildren(CHOICE), *element.iterchildren(FALLBACK)]
                for branch in branches[1:]:  # the first that is there is read, the others say the same again
                    self._narrow(branch, DROPPED)
        elif tag == RUBY_TEXT:
            self._narrow(element, DROPPED)
        elif tag == BOX:
            if element not in self.boxed and self.masks.get(element) != DROPPED:
                self.boxed.update(element.iter())
                self.boxes.setdefault(next(element.iterancestors(P), None), []).append(element)
        else:
            self.left_out += 1

    def _change(self, element: etree._Element, keeps: int) -> None:
        parent = element.getparent()
        place = parent.tag if parent is not None else ""
        if place == RPR:  # the mark of a paragraph: w:p/w:pPr/w:rPr/w:ins
            properties = parent.getparent()
            if properties is not None and properties.tag == PPR:
                paragraph = properties.getparent()
                self.marks[paragraph] = self.marks.get(paragraph, BOTH) & keeps
                self.changed = True
        elif place == NUM_PR:
            self._properties(element)
        elif place in (TR_PR, TC_PR):
            self._narrow(parent.getparent(), keeps)
            self.changed = True
        else:
            self._narrow(element, keeps)
            self.changed = True

    def _narrow(self, element: etree._Element, keeps: int) -> None:
        """Narrow the mask of all that stands below. A change within a change of the same kind narrows nothing: so no
        element is visited more than three times, however deep the changes are nested."""
        masks = self.masks
        known = masks.get(element, BOTH)
        if known == DROPPED or known & keeps == known:
            return
        for below in element.iter():  # all of them: to pick some out costs more than to note the rest
            if keeps == DROPPED:
                masks[below] = DROPPED
            elif (now := masks.get(below, BOTH)) != DROPPED:
                masks[below] = now & keeps

    def _properties(self, element: etree._Element) -> None:
        paragraph = next(element.iterancestors(P), None)
        if paragraph is not None:
            self.tracked.add(paragraph)

    def _lettered(self, element: etree._Element) -> None:
        """The look of a run, said of its words: w:r/w:rPr/w:i. (w:pPr/w:rPr/w:i is the look of the mark.)"""
        parent = element.getparent()
        run = parent.getparent() if parent is not None else None
        if run is None or run.tag != R or run in self._runs:
            return
        self._runs.add(run)
        after, change = self._read(parent)
        old = change.find(RPR) if change is not None else None
        before = after if change is None else self._read(old)[0] if old is not None else (None, None)
        for child in run:
            if child.tag in (T, DEL_TEXT):
                self.letters[child] = after, before

    def _read(self, element: etree._Element) -> tuple[Letters, etree._Element | None]:
        italic = bold = change = None
        for child in element:
            tag = child.tag
            if tag == ITALIC:
                italic = on(child)
            elif tag == BOLD:
                bold = on(child)
            elif tag == RUN_STYLE:
                look = self.styles.look(val(child))
                italic = True if italic is None and look.italic else italic
                bold = True if bold is None and look.bold else bold
            elif tag == RUN_CHANGE:
                change = child
        return (italic, bold), change
