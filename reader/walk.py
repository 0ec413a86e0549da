"""Each line of a resolution told for what it is: opener, heading, numbered item, clause, annex, closing line.

In go the pieces of one reading and where its first clause stands, out come sections with their trees, the lines that
belong to no clause, and what was odd on the way. How a line is told is written in `reader.outline`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from reader import marks, mending, oddities, openers
from reader.document import Doubt, Line, Part, Side
from reader.hanging import Hanging, last_of
from reader.labels import Label
from reader.tree import Piece, Sec, every

_WORD = re.compile(r"[A-Za-z]")
_BARE_NUMBER = re.compile(r"(?:[IVX]{1,6}|[A-Z]|\d{1,2})\.?$")
# "At its 46th plenary meeting, on …, the Council decided to …"   "The … Assembly, having considered …, decided:"
_DECISION = re.compile(
    r"(?:At its\b.{0,200}\bmeeting|The\b.{0,120}(?:Assembly|Council|Board|Committee|Commission|Conference)\b)"
    r".{0,600}\b(?:decided|decides|took note|adopted|agreed|requested|elected|endorsed|approved)\b",
    re.DOTALL,
)
# "At its 17th plenary meeting, on 7 June 2023, the Economic and Social Council:", before "(a) Took note …"
_DECISION_OPENS = re.compile(
    r"At its\b.{0,200}\bmeeting.{0,300}\b(?:Assembly|Council|Board|Committee|Commission|Conference)\s*:\s*$", re.DOTALL
)
# "Recommends to the Health Assembly the adoption of the following resolution:"
_ANOTHER_FOLLOWS = re.compile(r"\bfollowing\s+(?:draft\s+)?(?:resolution|decision|declaration)s?\s*:\s*$")
_HEADING_LABEL = frozenset(("CAPITAL", "CAPITAL.", "ROMAN", "ROMAN.", "CAPITAL)", "ROMAN)"))


def first_clause(piece: Piece) -> bool:
    """Whether a resolution without enacting words may begin here: an opener alone, or a preambular clause."""
    if piece.label is not None:
        return False
    found = openers.opener(piece.text)
    if found is None:
        return decides(piece)
    if found.case == "lower":
        return openers.alone(piece.text) is not None
    return found.part is Part.PREAMBULAR and piece.text.rstrip().endswith((",", ";", ":")) and bool(found.rest)


def decides(piece: Piece) -> bool:
    """Whether a line tells what a body decided, as the decisions of the UN family do in one sentence."""
    if piece.label is not None or piece.text[:3] not in ("At ", "The"):
        return False
    return _DECISION.match(piece.text) is not None or _DECISION_OPENS.match(piece.text) is not None


class Walk(Hanging):
    """Walks the pieces once, tells each line for what it is, and hangs it in its section."""

    def __init__(self, pieces: list[Piece], start: int, side: Side) -> None:
        super().__init__(pieces)
        self.closing: list[Line] = []  # what stands after the last clause: meeting, day, record of the vote
        self.start = start
        self.side = side
        self.closed = False
        self.stopped: str | None = None  # the sign of a second text in the document

    def walk(self) -> None:
        pieces = self.pieces
        begun = self.start < len(pieces) and (
            openers.enacting(pieces[self.start].text) or first_clause(pieces[self.start])
        )
        if not begun or decides(pieces[self.start]):
            # No resolution's beginning, or a decision told in one sentence: its paragraphs are what it says.
            self.part = Part.OPERATIVE
        for at in range(self.start, len(pieces)):
            piece = pieces[at]
            if at == self.start and begun and piece.label is None and openers.enacting(piece.text):
                continue
            if self.sections and piece.label is None and marks.proposal(piece.text):
                self._stop(piece, pieces[at:])
                break
            self._take(piece, at)
        for sec in self.sections:
            self.oddities.extend((odd.code, odd.node, odd.expected, sec) for odd in sec.grower.oddities)

    def _stop(self, piece: Piece, left: Sequence[Piece]) -> None:
        """Another text begins: a version holds one, so the others are kept as they are and said to be there."""
        self.closing.extend(one.line for one in left if one.first)
        self.stopped = piece.text.strip()

    # ---- one piece ----

    def _take(self, piece: Piece, at: int) -> None:
        label = piece.label
        sec = self.sec
        if label is not None and label.sure and sec is not None and sec.opener is not None and self._plainly(label):
            self._hang(sec, piece, at)  # a numbered line below an opener
            return
        if label is None and not _WORD.search(piece.text):
            return  # a rule, a row of stars
        if self.part is not Part.PREAMBULAR and (self.closed or label is None or not label.sure) and self._ends(piece):
            self.closing.append(piece.line)
            return
        if piece.label is None:
            if self._begins_within(piece):
                return
            if self._annex(piece) or self._opener(piece, at):
                return
            if self._heading(piece, at):
                return
            self._plain(piece, at)
            return
        if self._labelled_heading(piece, at):
            return
        if not piece.label.sure and not self._believable(piece, at):
            self._as_text(piece)
            return
        self._item(piece, at)

    def _plainly(self, label: Label) -> bool:
        """Whether a numbered line can only be an item of the section: the text has not ended, and it is no annex."""
        return not self.closed and self.part is not Part.ANNEX and label.ways[0].family not in ("PP", "OP")

    def _ends(self, piece: Piece) -> bool:
        """Whether a line stands after the last clause: the meeting, the day, the record of the vote."""
        whole = piece.line.text.strip() if piece.first else piece.text
        if marks.closing(whole):
            self.closed = self.closed or marks.ends_the_text(whole)
            return True
        if self.closed and self._opens_again(piece):
            self.closed = False
        return self.closed

    def _opens_again(self, piece: Piece) -> bool:
        """Whether the text goes on after all: an annex, an opener, the next number of an open list."""
        label = piece.label
        if label is not None:
            return label.sure and self.sec is not None and self.sec.grower.expects(label)
        if piece.opener or piece.line.style == "Call" or piece.line.heading is not None:
            return True
        return marks.annex(piece.text) is not None or openers.alone(piece.text) is not None

    def _begins_within(self, piece: Piece) -> bool:
        """The text that a board recommends to its assembly: enacting words again, a preamble and clauses of its own."""
        last = last_of(self.sec.nodes) if self.sec is not None and self.sec.part is Part.OPERATIVE else None
        if last is None or not _ANOTHER_FOLLOWS.search(last.text) or not openers.enacting(piece.text):
            return False
        self.part = Part.PREAMBULAR
        self.closing.append(piece.line)
        self._open(Sec(Part.PREAMBULAR, None, None, "recommended: preamble", "recommended: preamble"))
        return True

    def _annex(self, piece: Piece) -> bool:
        found = marks.annex(piece.text)
        if found is not None:
            self._open_annex(found.name, found.title)
            return True
        if (piece.line.style or "").lower().replace("_", "").startswith(("annexno", "appendixno")):
            self._open_annex("Annex", None)
            return True
        if self.sec is not None and self.part is Part.OPERATIVE and marks.terms(piece.text):
            self._open_annex("Annex", piece.text.strip())
            return True
        return False

    def _open_annex(self, name: str, title: str | None) -> None:
        self.annex = name
        self.part = Part.ANNEX
        self._open(Sec(Part.ANNEX, None, title or name, name, name))

    def _opener(self, piece: Piece, at: int) -> bool:
        if piece.opener:
            found = openers.opener(piece.opener)
            self._open_clause(piece.opener, found.part if found else Part.OPERATIVE)
            return True
        text = piece.text
        styled = piece.line.style == "Call"
        first = text[:1]
        if styled and len(text) < 500:
            found = openers.opener(text)
            part = found.part if found else self.part
            self._open_clause(text.rstrip(" ,:"), part)
            return True
        if self.part is Part.ANNEX or not first.isalpha():
            return False
        if first.islower():
            found = openers.alone(text)
            if found and self._stands_alone(found, text, at):
                self._open_clause(found.phrase, found.part)
                return True
            return self._unusual_opener(text, at) or self._run_in(piece, at)
        if len(text) < 120 and text[-1] != ":":
            # "Recalling", "Instructs the Secretary-General" alone on a line: some print the ITU's style with a capital.
            found = openers.alone(text)
            if found and found.case == "title" and self._items_follow(at):
                self._open_clause(f"{found.phrase} {found.rest}".rstrip(" ,"), found.part)
                return True
        return False

    def _unusual_opener(self, text: str, at: int) -> bool:
        """ "invites everybody concerned" before a list that begins at 1: whomever it names, it opens the list."""
        if len(text) > 120 or text[-1] in ".;:" or not self._items_follow(at) or self.pieces[at + 1].label is None:
            return False
        found = openers.opener(text)
        if found is None or found.part is not Part.OPERATIVE or not found.rest:
            return False
        self._open_clause(text.rstrip(" ,"), found.part)
        return True

    def _stands_alone(self, found: openers.Opener, text: str, at: int) -> bool:
        """A line of the right form is an opener unless its neighbours say that it goes on with an item."""
        if text.rstrip().endswith(":") and self.sec is not None and not self._items_follow(at):
            return False
        following = self.pieces[at + 1] if at + 1 < len(self.pieces) else None
        if following is None:
            return len(text) < 80
        if len(text) > 120 or found.phrase.count(" ") > 12:
            return following.label is not None or following.text[:1].islower()
        return True

    def _items_follow(self, at: int) -> bool:
        """Whether the next line opens a list, or is a clause that a section may begin with."""
        following = self.pieces[at + 1] if at + 1 < len(self.pieces) else None
        if following is None:
            return False
        if following.label is not None:
            return any(way.value <= 1 for way in following.label.ways)
        return following.text[:1].islower()

    def _run_in(self, piece: Piece, at: int) -> bool:
        """An ITU opener and its only clause on one line, where a section has just ended ("…,")."""
        if self.sec is None or self.sec.opener is None or not (found := openers.split(piece.text)):
            return False
        last = last_of(self.sec.nodes)
        if last is None or not last.text.endswith(",") or (piece.line.level or 0) > 0:
            return False
        phrase, clause = found
        opened = openers.opener(phrase)
        self._open_clause(phrase, opened.part if opened else self.part)
        rest = piece.text[clause:].strip()
        if rest:
            self._plain(Piece(piece.line, rest, piece.start + clause, None, False, None, piece.notes), at)
        return True

    # ---- headings ----

    def _is_heading(self, piece: Piece, at: int) -> bool:
        line, text = piece.line, piece.text
        if len(text) > 250 or not text or not (text[0].isupper() or text[0].isdigit() or text[0] in "“\"'‘"):
            return False
        ending = text.rstrip()[-1]
        if line.heading is not None:
            return ending not in ",;"
        if ending in ".,;:" or line.table:
            return False
        style = (line.style or "").lower().replace("_", "").replace(" ", "")
        if style.startswith(
            ("heading", "title", "annextitle", "apptitle", "subtitle", "parttitle", "arttitle", "sectiontitle")
        ):
            return True
        if openers.opener(text) and self.part is not Part.ANNEX and not (line.bold or line.centred):
            return False
        if line.bold or line.centred:
            return True
        if line.page is not None or line.style is not None or len(text) > 120:
            return False  # a format that marks bold and headings, and this is neither
        if self.sec is not None and self.sec.opener is not None:
            return False
        following = self.pieces[at + 1] if at + 1 < len(self.pieces) else None
        if following is None:
            return False
        above = self.pieces[at - 1].text.rstrip()[-1:] if at else "."
        ends = '.;:,”"' if self.part is Part.PREAMBULAR else '.;:”"'
        above = self.pieces[at - 1].text.rstrip()[-1:] if at else "."
        return above in ends and len(following.text) > len(text) and text[-1].isalnum()

    def _heading(self, piece: Piece, at: int) -> bool:
        sec = self.sec
        if sec is not None and sec.part is Part.ANNEX and not sec.nodes and sec.heading == sec.address:
            # The line below "Annex" is its title, unless it is a sentence.
            text = piece.text.strip()
            if text[:1] == "(" and text[-1:] == ")":
                return True
            if len(text) < 300 and text[-1:] not in ".;," and not text[:1].islower():
                sec.heading = text
                return True
        if sec is not None and sec.opener is not None and self.part is not Part.ANNEX and piece.line.heading is None:
            return False
        bare = _BARE_NUMBER.match(piece.text.strip()) is not None  # "II": a part of a text of the General Assembly
        after_bare = sec is not None and not sec.nodes and _BARE_NUMBER.match(sec.heading or "") is not None
        if self.part is Part.PREAMBULAR and sec is None and not bare and not self._numbers_follow(at):
            return False
        if not bare and not (after_bare and not openers.opener(piece.text)) and not self._is_heading(piece, at):
            return False
        self._open_heading(piece.text.strip(), piece.line.heading or 0)
        return True

    def _numbers_follow(self, at: int) -> bool:
        following = self.pieces[at + 1] if at + 1 < len(self.pieces) else None
        return following is not None and following.label is not None

    def _open_heading(self, heading: str, depth: int) -> None:
        sec = self.sec
        if sec is not None and sec.heading and not sec.nodes and sec.opener is None and sec.heading != self.annex:
            # One heading on two lines: "II" above "Financial mechanisms", or a long one that two paragraphs share.
            bare = _BARE_NUMBER.match(sec.heading) is not None
            if (bare or (sec.depth == depth and depth)) and len(sec.heading) < 200:
                sec.heading = f"{sec.heading} {heading}"
                return
        if self.part is Part.ANNEX and self.annex:
            address = f"{self.annex}: {heading}"
            fresh = Sec(Part.ANNEX, None, heading, address, address)
        else:
            self.part = Part.OPERATIVE
            fresh = Sec(Part.OPERATIVE, None, heading, heading, "operative")
        fresh.depth = depth
        self._open(fresh)

    def _labelled_heading(self, piece: Piece, at: int) -> bool:
        """ "II. Financial mechanisms": a label that is part of a heading."""
        label = piece.label
        if label is None or (self.sec is not None and self.sec.opener is not None and self.part is not Part.ANNEX):
            return False
        text = piece.text
        if not text or len(text) > 160 or text.rstrip()[-1] in ".;,:":
            return False
        capital = label.ways[0].family in _HEADING_LABEL
        marked = piece.line.heading is not None or (piece.line.bold and text[:1].isupper())
        if not (marked or (capital and text[:1].isupper())):
            return False
        if not marked and not capital:
            return False
        self._open_heading(f"{label.printed} {text}".strip(), piece.line.heading or 0)
        return True

    # ---- doubts ----

    def doubts(self, unsure: Sequence[mending.Unsure], flattened: bool, glued_numbers: set[int]) -> list[Doubt]:
        """What was noticed on the way. The gap before a number that is two run together is none."""
        found = [
            Doubt(
                "glued-items",
                f"“{place.text.strip()}” may hold two items: is “{place.label}” the number of a new one?",
                None,
                place.text.strip(),
                ("a new item", "part of the sentence"),
                self.side,
            )
            for place in unsure
        ]
        if self.stopped:
            found.append(
                Doubt(
                    "several-texts",
                    f"Another text begins at “{self.stopped}”: the document holds several, only the first was read.",
                    None,
                    self.stopped,
                    ("bring in each text as a document of its own",),
                    self.side,
                )
            )
        place: dict[int, int] = {}
        if self.oddities:
            place = {id(node): n for n, node in enumerate(node for sec in self.sections for node in every(sec.nodes))}
        for code, node, expected, sec in sorted(self.oddities, key=lambda odd: place.get(id(odd[1]), 0)):
            if id(node) in glued_numbers and code in ("number-gap", "number-back"):
                continue
            if flattened and code in ("number-back", "numbering-restarts"):
                code, expected = "number-twice", None
            doubt = oddities.doubt(code, node, expected, sec, self.side)
            if doubt:
                found.append(doubt)
        return found
