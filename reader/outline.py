"""Numbers as strings, lines as a tree: the structure of a resolution in each drafting style.

In goes a `Manuscript`, out comes a `Reading` without instructions. The lines before and after the tracked changes are
read by themselves, each as if it were the only text, and `sides` lays the two beside each other.

How a line is told:

- The resolution begins at its enacting words ("The ITU Council,") or, where there are none, at its first clause.
  What stands before is title or front matter.
- ITU prints an opener alone on a line; it opens a section, and its address is the opener ("instructs the
  Secretary-General"; a second one alike is "instructs the Secretary-General (2)").
- The UN, WHO and IMO begin the paragraph with the verb: one section holds the preamble (addresses "preamble/1" …), and
  the operative paragraphs hang below "operative" ("operative/5/a") whatever heading they stand under, since their
  numbers run through. A heading opens a section of its own.
- An annex opens with the word; its address is "Annex", "Annex 2"; headings inside it open sections below it.
- A line without a number after an item that ends in a colon, or that begins with a small letter, belongs to that item.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from reader import collector, glued, mending, openers, references, sides, titles, walk
from reader.document import Doubt, Line, Manuscript, Reading, Section, Side, Title, VersionLabel
from reader.tree import Piece, Sec, every, give_addresses
from reader.walk import Walk


@dataclass(frozen=True, slots=True)
class Draft:
    """One reading of a document, by itself."""

    sections: list[Sec]
    front: list[Line]  # the lines of no clause: those before the first, and those after the last
    title: Title
    doubts: list[Doubt]

    @property
    def label(self) -> str:
        """The name of this version: "C24", "Rev. Dubai, 2018", else the document's symbol or number."""
        return self.title.revision or self.title.symbol or self.title.number or ""


def outline(manuscript: Manuscript) -> Reading:
    """Read the lines of both readings into sections and paragraphs, side by side. Never raises on any lines."""
    with collector.at_rest():
        return _outline(manuscript)


def _outline(manuscript: Manuscript) -> Reading:
    shared = _Shared()
    after = _draft(manuscript.after, manuscript, Side.AFTER, shared)
    title, doubts = after.title, [*manuscript.doubts, *after.doubts]
    if manuscript.before is None:
        sections: tuple[Section, ...] = tuple(sides.alone(sec) for sec in after.sections)
        versions: tuple[VersionLabel, ...] = (VersionLabel(after.label, Side.AFTER),)
    else:
        shared.asked = frozenset(node.text for sec in after.sections for node in every(sec.nodes))
        before = _draft(manuscript.before, manuscript, Side.BEFORE, shared)
        merged, more = sides.lay_together(before.sections, after.sections, manuscript.redline)
        sections = tuple(merged)
        said = {(doubt.code, doubt.sentence) for doubt in after.doubts}
        doubts += [doubt for doubt in before.doubts if (doubt.code, doubt.sentence) not in said]
        doubts += [*more, *references.stale(sections, shared.finder_for(after.sections))]
        versions = (VersionLabel(before.label, Side.BEFORE), VersionLabel(after.label, Side.AFTER))
        title = replace(title, revision=before.title.revision or title.revision)
    return Reading(
        title=title,
        versions=versions,
        sections=sections,
        doubts=tuple(doubts),
        front_matter=tuple(line.text for line in after.front),
        format=manuscript.format,
    )


@dataclass(slots=True)
class _Shared:
    """What one reading has learned and the other need not find out again: nearly all lines stand in both."""

    known: mending.Known = field(default_factory=dict)
    asked: frozenset[str] = frozenset()
    finder: references.Finder | None = None

    def finder_for(self, sections: Sequence[Sec]) -> references.Finder:
        fresh = references.Finder.of(sections)
        if self.finder is None or self.finder.names != fresh.names or self.finder.paragraphs != fresh.paragraphs:
            self.finder = fresh
        return self.finder


def _draft(lines: Sequence[Line], manuscript: Manuscript, side: Side, shared: _Shared) -> Draft:
    # A Word file keeps its footnotes apart; elsewhere they may have run into the lines.
    found = list(lines) if manuscript.format == "docx" else mending.footnotes(lines)
    pieces, unsure = mending.pieces(found, any(_opens_alone(line) for line in found), shared.known)
    start, declares = _beginning(pieces)
    walked = Walk(pieces, start, side)
    walked.walk()
    before = [piece.line for piece in pieces[:start] if piece.first]
    head = titles.read(
        before, _enacting(pieces, start), [line.text for line in walked.closing], declares, manuscript.facts
    )
    front = [line for n, line in enumerate(before) if n not in head.used and not openers.enacting(line.text)]
    if declares:
        front.append(pieces[start].line)  # who declares: words that are nobody's paragraph, and not to be lost
    _number(walked.sections)
    doubts, glued_numbers = glued.doubts(walked.sections, before, side, shared.asked)
    flattened = any(doubt.code == "flattened" for doubt in doubts)
    doubts += walked.doubts(unsure, flattened, glued_numbers)
    doubts += references.missing(walked.sections, side, shared.finder_for(walked.sections))
    return Draft(walked.sections, [*front, *walked.closing], head.title, doubts)


def _opens_alone(line: Line) -> bool:
    text = line.text
    return (text[:1].islower() and len(text) < 400 and openers.alone(text) is not None) or line.style == "Call"


def _enacting(pieces: Sequence[Piece], start: int) -> Line | None:
    """The line that names the body: "The General Assembly" even where a declaration's "We, …" follows it."""
    named = [piece.line for piece in pieces[: start + 1] if piece.label is None and openers.enacting(piece.text)]
    if not named and start < len(pieces) and walk.decides(pieces[start]):
        return pieces[start].line
    return next((line for line in reversed(named) if not line.text.startswith("We")), named[-1] if named else None)


def _beginning(pieces: Sequence[Piece]) -> tuple[int, bool]:
    """The index of the enacting line or of the first clause, and whether a declaration speaks ("We, the …,")."""
    candidates = [at for at, piece in enumerate(pieces) if piece.label is None and openers.enacting(piece.text)]
    for at in candidates:
        if not _clause_follows(pieces, at):
            continue
        if pieces[at].text.startswith("We"):
            return at, True
        # "The General Assembly / Adopts the following outcome document: / We, the Ministers …,"
        later = [n for n in candidates if at < n <= at + 8 and pieces[n].text.startswith("We")]
        if later and any(piece.text.rstrip().endswith(":") for piece in pieces[at + 1 : later[0]]):
            return later[0], True
        return at, False
    return next((at for at, piece in enumerate(pieces) if walk.first_clause(piece)), _below_title(pieces)), False


def _below_title(pieces: Sequence[Piece]) -> int:
    """Where an outcome that names no speaker begins: at its paragraph 1, below the line that says what it is."""
    for at, piece in enumerate(pieces[:20]):
        if piece.label is not None:
            titled = [n for n, line in enumerate(pieces[:at]) if titles.names_an_outcome(line.text)]
            return titled[-1] + 1 if titled and piece.label.sure and piece.label.ways[0].value == 1 else 0
    return 0


def _clause_follows(pieces: Sequence[Piece], at: int) -> bool:
    """Whether a clause stands within a few lines of the enacting words: a body named in passing has none."""
    if pieces[at].text.startswith("We"):
        return True
    for piece in pieces[at + 1 : at + 8]:
        if piece.opener or openers.opener(piece.text) or piece.line.style == "Call":
            return True
        if piece.label and piece.label.ways[0].value == 1:
            return True
    return False


def _starts_again(sec: Sec, taken: dict[str, int]) -> bool:
    first = next((node.number for node in sec.nodes if node.number is not None), None)
    return sec.heading is not None and first is not None and first in taken


def _number(sections: Sequence[Sec]) -> None:
    """Give each section an address of its own, then each paragraph."""
    seen: dict[str, int] = {}
    taken: dict[str, dict[str, int]] = {}
    used: set[str] = set()
    for sec in sections:
        runs_on = sec.base == "operative"
        wanted = sec.address
        count = seen[wanted] = seen.get(wanted, 0) + 1
        if count > 1:
            sec.address = f"{wanted} ({count})"
            while sec.address in seen:
                sec.address += "\u2032"
            seen[sec.address] = 1
        if runs_on and _starts_again(sec, taken.get("operative", {})):
            runs_on = False  # numbers that begin again under each heading can't be told apart without it
        if not runs_on:
            sec.base = sec.address
        give_addresses(sec, taken.setdefault(sec.base, {}), used)
