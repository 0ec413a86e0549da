"""Where a clause is hung: the section that is open, the item that it goes on with, the one that it stands below.

In go pieces that were told by `reader.walk`, out come sections with their trees, and what was odd in their numbers.
"""

from __future__ import annotations

from collections.abc import Sequence

from reader import openers
from reader.document import Part
from reader.tree import Node, Piece, Sec


class Hanging:
    """The sections as far as they have grown, the one that is open, and the part of the text that it belongs to."""

    def __init__(self, pieces: list[Piece]) -> None:
        self.pieces = pieces
        self.sections: list[Sec] = []
        self.sec: Sec | None = None
        self.part = Part.PREAMBULAR
        self.annex: str | None = None
        self.oddities: list[tuple[str, Node, str | None, Sec]] = []

    def _open_clause(self, phrase: str, part: Part) -> None:
        phrase = " ".join(phrase.split())
        self.part = part if self.part is not Part.ANNEX else Part.ANNEX
        self._open(Sec(self.part, phrase, None, phrase, phrase))

    def _open(self, sec: Sec) -> None:
        if self.sec is not None and sec.opener is None and self.sec.opener is None and sec.part is self.sec.part:
            sec.grower.carried = self.sec.grower.carry()
        self.sections.append(sec)
        self.sec = sec

    def _believable(self, piece: Piece, at: int) -> bool:
        """Whether a bare number before a blank is a label: "5 to report" after 4, not "30 years ago"."""
        label = piece.label
        if label is None:
            return False
        if label.dash:
            return True
        text = piece.text
        if not text:
            return False
        if self.sec is None:
            return label.ways[0].value == 1 or text[:3] in ("to ", "tha")
        if not self.sec.grower.stack and text[:3] in ("to ", "tha"):
            return True
        return self.sec.grower.expects(label)

    def _as_text(self, piece: Piece) -> None:
        """A number that is no label goes back into the words."""
        line = piece.line
        whole = Piece(
            line,
            (line.text[: piece.start] + piece.text).strip() if piece.first else piece.text,
            0,
            None,
            piece.first,
            None,
            piece.notes,
        )
        self._plain(whole, 0)

    def _item(self, piece: Piece, at: int) -> None:
        sec = self.sec
        label = piece.label
        assert label is not None
        numeric = label.ways[0].family in ("number", "number.", "number)", "OP")
        if label.ways[0].family == "PP":
            sec = self._preamble()
        elif sec is None or (sec.opener is None and sec.part is Part.PREAMBULAR and numeric):
            found = openers.opener(piece.text)
            operative = found is not None and found.part is Part.OPERATIVE
            if (
                self.part is Part.PREAMBULAR
                and sec is not None
                and not operative
                and self._inside_preamble(label.ways[0].value)
            ):
                pass
            elif found is not None and found.part is Part.PREAMBULAR and sec is None:
                sec = self._preamble()
            else:
                sec = self._operative()
        self._hang(sec, piece, at)

    def _inside_preamble(self, value: int) -> bool:
        """A number within a preamble: a list below a clause that ends in a colon, and what follows in it."""
        if self.sec is None or not self.sec.nodes:
            return False
        last = self.sec.nodes[-1]
        return last.text.endswith(":") and (value == 1) == (not last.children)

    def _preamble(self) -> Sec:
        if self.sec is None or self.sec.part is not Part.PREAMBULAR or self.sec.opener is not None:
            self._open(Sec(Part.PREAMBULAR, None, None, "preamble", "preamble"))
        assert self.sec is not None
        return self.sec

    def _operative(self) -> Sec:
        self.part = Part.OPERATIVE
        if self.sec is None or self.sec.part is not Part.OPERATIVE or self.sec.opener is not None:
            above = self.sec.heading if self.sec is not None and self.sec.part is Part.PREAMBULAR else None
            self._open(Sec(Part.OPERATIVE, None, above, above or "operative", "operative"))
        assert self.sec is not None
        return self.sec

    def _hang(self, sec: Sec, piece: Piece, at: int) -> Node:
        node = sec.grower.hang(piece, self.pieces, at)
        if sec.grower.doubtful():
            self.oddities.append(("letter-or-numeral", node, None, sec))
        return node

    def _plain(self, piece: Piece, at: int) -> None:
        """A line without a number: a clause of its own, or one that goes on with the item before it."""
        sec = self.sec
        text = piece.text
        if sec is None:
            found = openers.opener(text)
            if self.part is Part.PREAMBULAR and not (found and found.part is Part.OPERATIVE and found.case != "lower"):
                sec = self._preamble()
            else:
                sec = self._operative()
            self._hang(sec, piece, at)
            return
        if sec.opener is None and sec.part is not Part.ANNEX:
            found = openers.opener(text)
            if found and found.case != "lower":
                if found.part is Part.OPERATIVE and sec.part is Part.PREAMBULAR:
                    sec = self._operative()
                elif found.part is Part.PREAMBULAR and sec.part is Part.OPERATIVE and sec.heading and not sec.nodes:
                    # Each part of the text has a preamble of its own below its heading.
                    self.part = sec.part = Part.PREAMBULAR
                    sec.address = sec.base = f"{sec.heading}: preamble"
                self._hang(sec, piece, at)
                return
            if sec.part is Part.PREAMBULAR and text[:1].isupper():
                self._hang(sec, piece, at)
                return
        self._continue(sec, piece, at)

    def _continue(self, sec: Sec, piece: Piece, at: int) -> None:
        stack = sec.grower.stack
        text = piece.text
        if not stack or (stack[0].number == "" and not stack[0].node.text.endswith(":")):
            self._hang(sec, piece, at)
            return
        top, last = stack[0].node, stack[-1].node
        if stack[0].number == "" and text.split(" ", 1)[0] == top.text.split(" ", 1)[0] and top.children:
            self._hang(sec, piece, at)  # "that …:" with its list, then the next "that …": sisters without numbers
            return
        small = text[:1].islower() or text[:1] in "(“\"'"
        if last.text.endswith(":") and not last.children:
            sec.grower.below(piece, len(stack) - 1)
        elif small or not top.text.endswith("."):
            depth = 0
            indent = piece.line.indent
            if indent is not None:
                # The margin says below which item the line stands.
                for level in range(len(stack) - 1, 0, -1):
                    outer = stack[level].indent
                    if outer is not None and indent > outer + 2:
                        depth = level
                        break
            sec.grower.below(piece, depth)
        else:
            self._hang(sec, piece, at)


def last_of(nodes: Sequence[Node]) -> Node | None:
    """The node that ends a tree: the last of the last."""
    node = nodes[-1] if nodes else None
    while node is not None and node.children:
        node = node.children[-1]
    return node
