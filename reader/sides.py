"""Laying the two readings of one document beside each other.

In go the sections before and after the tracked changes and the redline of each paragraph of the file, out come merged
sections: every paragraph with both texts and both numbers, what became of it, and its redline. Paragraphs are paired
because they are the same paragraph of the file, not because they look alike; what was moved as a whole is found by
its words. A paragraph that was struck stands where it stood.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise

from rapidfuzz.distance import Indel

from reader import openers
from reader.document import Change, Doubt, Paragraph, Part, Run, Section, Side
from reader.tree import Node, Sec, every

_BLANKS = str.maketrans({"\t": " ", "\n": " ", "\v": " ", "\r": " "})
_LONG = 4000  # words beyond which a word-by-word comparison is not worth its time


def alone(sec: Sec) -> Section:
    """A section of a document that has one reading only: the before-fields stay empty."""
    return Section(
        sec.part,
        sec.address,
        sec.opener,
        sec.heading,
        openers.addressees(sec.opener) if sec.opener else (),
        tuple(_single(node) for node in sec.nodes),
    )


def _single(node: Node) -> Paragraph:
    piece = node.piece
    return Paragraph(
        address=node.address,
        number=node.number,
        text=node.text,
        redline=(Run(node.text),),
        footnotes=piece.notes,
        children=tuple(_single(child) for child in node.children),
        printed=node.printed,
        source=piece.line.source,
    )


def lay_together(
    before: Sequence[Sec], after: Sequence[Sec], redline: Sequence[Sequence[Run]]
) -> tuple[list[Section], list[Doubt]]:
    """The merged sections, and the doubts that only the comparison shows."""
    found = _Pairing(before, after, redline).sections()
    for sec in after:
        for node in every(sec.nodes):
            node.twin = None  # two nodes that know each other are a circle, which only the collector could free
    return found


class _Pairing:
    def __init__(self, before: Sequence[Sec], after: Sequence[Sec], redline: Sequence[Sequence[Run]]) -> None:
        self.before = before
        self.after = after
        self.redline = redline
        self.doubts: list[Doubt] = []
        old = [node for sec in before for node in every(sec.nodes)]
        new = [node for sec in after for node in every(sec.nodes)]
        self.taken = {node.address for node in new}
        self._pair_by_source(old, new)
        self._pair_moved(old, new)

    def _pair(self, old: Node, new: Node) -> None:
        old.twin, new.twin = new, old

    def _pair_by_source(self, old: Sequence[Node], new: Sequence[Node]) -> None:
        by_source: dict[int, list[Node]] = {}
        for node in old:
            for number in node.piece.line.source:
                by_source.setdefault(number, []).append(node)
        for node in new:
            source = node.piece.line.source
            there = by_source.get(source[0], []) if len(source) == 1 else []
            if len(there) == 1:
                if there[0].twin is None:
                    self._pair(there[0], node)  # the plain case: one paragraph of the file, one in each reading
                continue
            best: Node | None = None
            score = -1.0
            for number in source:
                for other in by_source.get(number, ()):
                    if other.twin is None and (found := _likeness(other, node)) > score:
                        best, score = other, found
            if best is not None:
                self._pair(best, node)

    def _pair_moved(self, old: Sequence[Node], new: Sequence[Node]) -> None:
        """What was struck in one place and put in word for word in another was moved."""
        gone: dict[str, list[Node]] = {}
        for node in old:
            if node.twin is None and len(node.text) > 15:
                gone.setdefault(_bare(node.text), []).append(node)
        if not gone:
            return
        for node in new:
            if node.twin is not None or len(node.text) <= 15:
                continue
            candidates = gone.get(_bare(node.text))
            if candidates:
                self._pair(candidates.pop(0), node)
                node.moved = True

    # ---- sections ----

    def sections(self) -> tuple[list[Section], list[Doubt]]:
        partner = self._section_partners()
        stayed = {id(old) for old in partner.values()}
        merged: list[Section] = []
        waiting = list(self.before)
        for sec in self.after:
            old = partner.get(id(sec))
            if old is not None:
                # Sections that went stand before the next one that stayed.
                while waiting and waiting[0] is not old:
                    gone = waiting.pop(0)
                    if id(gone) not in stayed:
                        self._add_gone(gone, merged)
                if waiting:
                    waiting.pop(0)
            merged.append(self._section(sec, old))
        for gone in waiting:
            if id(gone) not in stayed:
                self._add_gone(gone, merged)
        return merged, self.doubts

    def _section_partners(self) -> dict[int, Sec]:
        """id of a section after → the section before that it continues: by its name, else by its paragraphs."""
        home = {id(node): sec for sec in self.before for node in every(sec.nodes)}
        partner: dict[int, Sec] = {}
        used: set[int] = set()
        names: dict[tuple[Part, str], list[Sec]] = {}
        for sec in self.before:
            names.setdefault((sec.part, _name(sec)), []).append(sec)
        for sec in self.after:
            for other in names.get((sec.part, _name(sec)), ()):
                if id(other) not in used:
                    partner[id(sec)] = other
                    used.add(id(other))
                    break
        for sec in self.after:
            if id(sec) in partner:
                continue
            votes: dict[int, int] = {}
            homes: dict[int, Sec] = {}
            for node in sec.nodes:
                old = node.twin
                there = home.get(id(old)) if old is not None else None
                if there is not None and id(there) not in used and there.part is sec.part:
                    votes[id(there)] = votes.get(id(there), 0) + 1
                    homes[id(there)] = there
            if votes:
                best = max(votes, key=lambda key: votes[key])
                partner[id(sec)] = homes[best]
                used.add(best)
        return partner

    def _add_gone(self, sec: Sec, merged: list[Section]) -> None:
        paragraphs = self._merge([], [node for node in sec.nodes if self._any_gone(node)], None)
        if paragraphs:
            addresses = {section.address for section in merged} | {section.address for section in self.after}
            address = sec.address if sec.address not in addresses else f"{sec.address} (before)"
            merged.append(Section(sec.part, address, sec.opener, sec.heading, (), paragraphs))

    def _any_gone(self, node: Node) -> bool:
        return node.twin is None

    def _section(self, sec: Sec, old: Sec | None) -> Section:
        gone = [node for node in old.nodes if self._any_gone(node)] if old is not None else []
        return Section(
            sec.part,
            sec.address,
            sec.opener,
            sec.heading,
            openers.addressees(sec.opener) if sec.opener else (),
            self._merge(sec.nodes, gone, sec),
        )

    # ---- paragraphs ----

    def _merge(self, new: Sequence[Node], gone: Sequence[Node], sec: Sec | None) -> tuple[Paragraph, ...]:
        if not gone:
            return tuple([self._paragraph(node) for node in new]) if new else ()
        out: list[Paragraph] = []
        at = 0
        for node in new:
            place = _first(node)
            while at < len(gone) and _first(gone[at]) < place:
                out.append(self._gone(gone[at]))
                at += 1
            out.append(self._paragraph(node))
            self._ask(node, gone[at - 1] if at else None, sec)
        out.extend(self._gone(node) for node in gone[at:])
        return tuple(out)

    def _ask(self, node: Node, struck: Node | None, sec: Sec | None) -> None:
        """A paragraph struck and another put in its place under the same number may be its successor."""
        if struck is None or node.twin is not None or node.number is None or node.number != struck.number:
            return
        if not node.number[0].isalnum():
            return
        where = f"{sec.opener or sec.heading or ''}: " if sec else ""
        self.doubts.append(
            Doubt(
                "successor",
                f"{where}Is the new {node.printed} a successor of the old {struck.printed}? "
                "One was struck and the other put in its place.",
                node.address,
                struck.text,  # what a person compares the new words with
                ("a new paragraph; the old one went", "the old paragraph, reworded"),
            )
        )

    def _gone(self, node: Node) -> Paragraph:
        address = node.address
        if address in self.taken:
            address = f"{address} (before)"
            count = 2
            while address in self.taken:
                address = f"{node.address} (before {count})"
                count += 1
        self.taken.add(address)
        piece = node.piece
        return Paragraph(
            address=address,
            number=None,
            text=None,
            number_before=node.number,
            text_before=node.text,
            address_before=node.address,
            change=Change.GONE,
            redline=(Run(node.text, Side.BEFORE),),
            children=self._merge([], [child for child in node.children if self._any_gone(child)], None),
            footnotes_before=piece.notes,
            printed=node.printed,
            source=piece.line.source,
        )

    def _paragraph(self, node: Node) -> Paragraph:
        old = node.twin
        piece = node.piece
        if old is None:
            return Paragraph(
                address=node.address,
                number=node.number,
                text=node.text,
                change=Change.NEW,
                redline=(Run(node.text, Side.AFTER),),
                children=self._merge(node.children, [], None),
                footnotes=piece.notes,
                printed=node.printed,
                source=piece.line.source,
            )
        gone = [child for child in old.children if child.twin is None] if old.children else []
        return Paragraph(
            address=node.address,
            number=node.number,
            text=node.text,
            number_before=old.number,
            text_before=old.text,
            address_before=old.address,
            change=self._change(old, node),
            redline=self._redline(old, node),
            children=self._merge(node.children, gone, None),
            footnotes=piece.notes,
            footnotes_before=old.piece.notes,
            printed=node.printed,
            source=piece.line.source,
        )

    def _change(self, old: Node, new: Node) -> Change:
        if old.text != new.text and " ".join(old.text.split()) != " ".join(new.text.split()):
            return Change.REWORDED
        if new.moved:
            return Change.MOVED
        return Change.SAME if old.number == new.number else Change.RENUMBERED

    def _redline(self, old: Node, new: Node) -> tuple[Run, ...]:
        if old.text == new.text:
            return (Run(new.text),) if new.text else ()
        runs = self._from_file(old, new)
        return runs if runs is not None else by_words(old.text, new.text)

    def _from_file(self, old: Node, new: Node) -> tuple[Run, ...] | None:
        """The file's own runs, cut to the words of the paragraph on either side; None where they do not fit."""
        sources = sorted({*old.piece.line.source, *new.piece.line.source})
        if not sources or sources[0] < 0 or sources[-1] >= len(self.redline):
            return None
        runs = [run for number in sources for run in self.redline[number]]
        was = "".join(run.text for run in runs if run.side is not Side.AFTER).translate(_BLANKS)
        now = "".join(run.text for run in runs if run.side is not Side.BEFORE).translate(_BLANKS)
        from_old, from_new = _find(was, old), _find(now, new)
        if from_old < 0 or from_new < 0:
            return None
        cut = _cut(runs, (from_old, from_old + len(old.text)), (from_new, from_new + len(new.text)))
        if text_of(cut, Side.BEFORE) != old.text or text_of(cut, Side.AFTER) != new.text:
            return None
        return cut


def text_of(runs: Iterable[Run], side: Side) -> str:
    """The words of one reading of a redline."""
    return "".join(run.text for run in runs if run.side is side or run.side is Side.BOTH)


def _find(text: str, node: Node) -> int:
    found = text.find(node.text, max(0, node.piece.start - 3))
    return found if found >= 0 else text.find(node.text)


def _cut(runs: Sequence[Run], old: tuple[int, int], new: tuple[int, int]) -> tuple[Run, ...]:
    """The runs inside the two ranges; a stretch in both readings but inside one range counts for that one only."""
    out: list[tuple[str, Side]] = []
    was = now = 0
    for run in runs:
        text = run.text.translate(_BLANKS)
        size = len(text)
        in_old = run.side is not Side.AFTER
        in_new = run.side is not Side.BEFORE
        edges = {0, size}
        if in_old:
            edges.update(edge - was for edge in old if 0 < edge - was < size)
        if in_new:
            edges.update(edge - now for edge in new if 0 < edge - now < size)
        marks = sorted(edges)
        for begin, end in pairwise(marks):
            here_old = in_old and old[0] <= was + begin < old[1]
            here_new = in_new and new[0] <= now + begin < new[1]
            if here_old or here_new:
                side = Side.BOTH if here_old and here_new else Side.BEFORE if here_old else Side.AFTER
                if out and out[-1][1] is side:
                    out[-1] = (out[-1][0] + text[begin:end], side)
                else:
                    out.append((text[begin:end], side))
        was += size if in_old else 0
        now += size if in_new else 0
    return tuple(Run(text, side) for text, side in out)


_TOKEN = re.compile(r"\s+|\w+|[^\w\s]")


def by_words(old: str, new: str) -> tuple[Run, ...]:
    """A redline made by comparing word by word: for texts whose own redline is not at hand."""
    was, now = _TOKEN.findall(old), _TOKEN.findall(new)
    if len(was) > _LONG or len(now) > _LONG:
        return tuple(run for run in (Run(old, Side.BEFORE), Run(new, Side.AFTER)) if run.text)
    out: list[Run] = []
    for code in Indel.opcodes(was, now):
        if code.tag == "equal":
            out.append(Run("".join(now[code.dest_start : code.dest_end])))
            continue
        if code.src_end > code.src_start:
            out.append(Run("".join(was[code.src_start : code.src_end]), Side.BEFORE))
        if code.dest_end > code.dest_start:
            out.append(Run("".join(now[code.dest_start : code.dest_end]), Side.AFTER))
    return tuple(out)


def _first(node: Node) -> int:
    source = node.piece.line.source
    return source[0] if source else -1


def _bare(text: str) -> str:
    return " ".join(text.split()).rstrip(".,;: ").lower()


def _name(sec: Sec) -> str:
    return " ".join((sec.opener or sec.heading or sec.address).lower().split())


def _likeness(old: Node, new: Node) -> float:
    if old.text == new.text:
        return 2.0
    if old.number is not None and old.number == new.number:
        return 1.0
    size = max(len(old.text), len(new.text)) or 1
    return float(Indel.normalized_similarity(old.text[:400], new.text[:400])) * min(1.0, 400 / size + 0.5)
