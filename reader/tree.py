"""Where a numbered line belongs: the tree of paragraphs and sub-paragraphs under one opener.

A `Grower` takes the lines of a section one by one and hangs each on the tree. A label continues a list that is open
("c" after "b"), opens a new one below the last paragraph ("i" after "b)"), or goes back to an outer one; where a label
can be counted in two ways the lines that follow decide ("i)" before "j)" is a letter, before "ii)" a numeral).

Addresses are the section's address and the numbers down to the paragraph: "resolves/3/a". Where a number stands
twice below one parent the second is "5 (2)"; dashes are counted ("–1", "–2"); a paragraph without a number is
counted among its like ("1", "2"), with a pilcrow before it where its neighbours have numbers ("¶1").
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from reader import openers
from reader.document import Line, Note, Part
from reader.labels import Label, Way

DEEPEST = 9  # levels of nesting; no resolution goes deeper than five, a hostile file may try


@dataclass(slots=True)
class Piece:
    """What is to be hung: a line of the manuscript, or a part of one that held several items."""

    line: Line
    text: str  # the words, blanks at both ends gone
    start: int  # where they begin in the line's text
    label: Label | None = None
    first: bool = True  # the first piece of its line
    opener: str | None = None  # set where mending has found an opener glued to the line before
    notes: tuple[Note, ...] = ()


class Node:
    """A paragraph while the tree grows."""

    __slots__ = ("address", "children", "moved", "number", "piece", "printed", "text", "twin")

    def __init__(self, piece: Piece, number: str | None, printed: str | None) -> None:
        self.piece = piece
        self.number = number
        self.printed = printed
        self.text = piece.text
        self.children: list[Node] = []
        self.address = ""
        self.twin: Node | None = None  # the same paragraph in the other reading
        self.moved = False  # it stands elsewhere in the other reading


class Sec:
    """A section while the tree grows."""

    __slots__ = ("address", "base", "depth", "grower", "heading", "nodes", "opener", "part")

    def __init__(
        self, part: Part, opener: str | None = None, heading: str | None = None, address: str = "", base: str = ""
    ) -> None:
        self.part = part
        self.opener = opener
        self.heading = heading
        self.address = address
        self.base = base  # where the addresses of its paragraphs begin; the same as its own but for UN texts
        self.nodes: list[Node] = []
        self.grower = Grower(self.nodes, apart=opener is None and part is not Part.PREAMBULAR)
        self.depth = 0


@dataclass(slots=True)
class Level:
    family: str
    value: int
    suffix: int
    node: Node
    nodes: list[Node]  # the list in which the node and its sisters stand
    indent: float | None
    number: str


@dataclass(frozen=True, slots=True)
class Oddity:
    """What was noticed while hanging a line: "number-twice", "number-gap", "numbering-restarts" …"""

    code: str
    node: Node
    expected: str | None = None


_NUMERIC = frozenset(("number", "number.", "number)"))


class Grower:
    """Hangs the lines of one section on its tree."""

    def __init__(self, nodes: list[Node], *, apart: bool = False) -> None:
        self.nodes = nodes
        self.apart = apart  # "1." is outermost even behind an unnumbered line ("We, the Heads of State …:")
        self.stack: list[Level] = []
        self.oddities: list[Oddity] = []
        # The last number of the section before, by family, where the numbers run on through headings.
        self.carried: dict[str, int] = {}

    def carry(self) -> dict[str, int]:
        """What a section that runs on from this one is to know: its last outermost number, by family."""
        carried = dict(self.carried)
        if self.nodes and (label := self.nodes[-1].piece.label) is not None:
            carried[label.ways[0].family] = label.ways[0].value
        return carried

    def expects(self, label: Label) -> bool:
        """Whether a doubtful bare number is the next one of an open list, or may open one."""
        way = label.ways[0]
        for level in self.stack:
            if level.family in _NUMERIC or level.family == way.family:
                return 0 <= way.value - level.value <= (1 if way.value > 9 else 2)
        return way.value == 1 or way.value == self.carried.get(way.family, -9) + 1

    def hang(self, piece: Piece, coming: Sequence[Piece], at: int) -> Node:
        """Hang the piece; `coming[at + 1:]` are the lines after it, of which a few may be asked."""
        label = piece.label
        if label is None:
            return self._unnumbered(piece)
        node = Node(piece, label.number, label.printed)
        if self._goes_on(label, piece, node):
            return node
        depth, way, fresh = self._choose(label, piece, coming, at)
        if fresh:
            del self.stack[depth:]
            siblings = self.stack[depth - 1].node.children if depth else self.nodes
            before = self.carried.get(way.family, 0) if depth == 0 else 0
            if way.value > before + 1 and way.family != "bullet":
                self.oddities.append(
                    Oddity("number-gap", node, str(before)) if before else Oddity("list-begins-late", node)
                )
        else:
            level = self.stack[depth]
            del self.stack[depth + 1 :]
            siblings = level.nodes
            self._note(level, way, node)
            del self.stack[depth]
        siblings.append(node)
        self.stack.append(Level(way.family, way.value, way.suffix, node, siblings, piece.line.indent, label.number))
        return node

    def _goes_on(self, label: Label, piece: Piece, node: Node) -> bool:
        """The plain case, which most lines are: the next number of the one open list that it can continue, at the same
        margin. What may be counted in another way as well, or opens a list, is left to `_choose`."""
        stack = self.stack
        indent = piece.line.indent
        found: Level | None = None
        way = label.ways[0]
        for one in label.ways:
            if one.value <= 1:
                return False
            family, wanted = one.family, one.value - 1
            for level in stack:
                if level.family == family and level.value == wanted:
                    if found is not None:
                        return False
                    found, way = level, one
        if found is None or way.family.startswith(("dec", "bul", "dash")):
            return False
        if indent is not None and found.indent is not None and abs(indent - found.indent) >= 4:
            return False
        while stack[-1] is not found:
            stack.pop()
        found.nodes.append(node)
        found.value, found.suffix, found.node = way.value, way.suffix, node
        found.indent, found.number = indent, node.number or ""
        return True

    def _note(self, level: Level, way: Way, node: Node) -> None:
        if way.family in ("dash", "bullet"):
            return
        step = way.value - level.value
        if step == 0 and way.suffix == level.suffix:
            self.oddities.append(Oddity("number-twice", node))
        elif step < 0:
            self.oddities.append(Oddity("numbering-restarts" if way.value == 1 else "number-back", node, level.number))
        elif step > 1:
            self.oddities.append(Oddity("number-gap", node, level.number))

    def _choose(self, label: Label, piece: Piece, coming: Sequence[Piece], at: int) -> tuple[int, Way, bool]:
        """(depth, way, whether a new list opens there)."""
        best: tuple[float, int, Way, bool] | None = None
        ambiguous = len(label.ways) > 1
        options: list[tuple[float, int, Way, bool]] = []
        for way in label.ways:
            options.extend(self._options(way, label, piece))
        for option in options:
            if best is None or option[0] > best[0]:
                best = option
        if best is None:
            return 0, label.ways[0], True
        if ambiguous:
            chosen = self._by_followers(label, options, coming, at)
            if chosen:
                best = chosen
        return best[1], best[2], best[3]

    def _options(self, way: Way, label: Label, piece: Piece) -> list[tuple[float, int, Way, bool]]:
        options: list[tuple[float, int, Way, bool]] = []
        stack = self.stack
        family = way.family
        held = False
        for depth, level in enumerate(stack):
            alike = level.family == family or (level.family in _NUMERIC and family in _NUMERIC)
            if not alike:
                continue
            held = True
            if family.startswith("decimal") and label.number.rpartition(".")[0] != level.number.rpartition(".")[0]:
                continue
            step = way.value - level.value
            if family in ("dash", "bullet"):
                score = 90.0 if level.number == label.number else 70.0
            elif step == 1 or (step == 0 and way.suffix > level.suffix):
                score = 100.0
            elif step == 0:
                score = 45.0
            elif step > 1:
                score = 60.0 - min(step, 20)
            else:
                score = 30.0 if way.value == 1 else 10.0
            if piece.line.indent is not None and level.indent is not None:
                # The margin decides between lists that would both do, and between "twice" and "a list below".
                off = abs(piece.line.indent - level.indent)
                score += 4.0 if off < 4 else (-6.0 if off > 12 else 0.0)
            # Of two open lists that would both do, the inner one goes on.
            options.append((score + depth * 0.5, depth, way, False))
        options.extend(self._new_lists(way, label, piece, held))
        return options

    def _new_lists(self, way: Way, label: Label, piece: Piece, held: bool) -> list[tuple[float, int, Way, bool]]:
        stack = self.stack
        if not stack:
            return [(50.0, 0, way, True)]
        if way.family.startswith("decimal"):
            return self._decimal(way, label)
        depth = len(stack)
        if depth >= DEEPEST:
            return []
        last = stack[-1].node
        colon = (last.children[-1] if last.children else last).text.endswith((":", "—", "–"))
        first = way.value <= 1 and way.suffix == 0
        if first and self.apart and depth == 1 and stack[0].number == "" and way.family in _NUMERIC:
            own = piece.text[:1].isupper() and not piece.text.startswith(("To ", "That "))
            if not colon or (own and way.family == "number."):
                return [(80.0, 0, way, True)]
        if not first:
            return [] if held else [(25.0, depth, way, True)]
        score = 80.0 if not held else 20.0
        if colon:
            score += 15.0 if not held else 12.0
        indent, outer = piece.line.indent, stack[-1].indent
        if held and indent is not None and outer is not None and indent > outer + 6:
            score += 30.0
        return [(score, depth, way, True)]

    def _decimal(self, way: Way, label: Label) -> list[tuple[float, int, Way, bool]]:
        """ "2.1" belongs below "2" where a "2" is open, else it stands on its own."""
        parent = label.number.rpartition(".")[0]
        for depth in range(len(self.stack) - 1, -1, -1):
            if self.stack[depth].number == parent and depth + 1 < DEEPEST:
                return [(99.0, depth + 1, way, True)]
        if any(level.family == way.family for level in self.stack):
            depth = next(at for at, level in enumerate(self.stack) if level.family == way.family)
            return [(40.0, depth, way, False)]
        return [(35.0, 0, way, True)]

    def _by_followers(
        self, label: Label, options: list[tuple[float, int, Way, bool]], coming: Sequence[Piece], at: int
    ) -> tuple[float, int, Way, bool] | None:
        """Between a letter and a numeral: whichever goes on in the lines that follow."""
        strong: dict[str, tuple[float, int, Way, bool]] = {}
        for option in options:
            kind = option[2].family
            if option[0] >= 78.0 and (kind not in strong or option[0] > strong[kind][0]):
                strong[kind] = option
        if len(strong) < 2:
            return None
        for piece in coming[at + 1 : at + 40]:
            if piece.label is None:
                if piece.opener or piece.line.style == "Call" or openers.alone(piece.text):
                    break  # another section begins
                continue
            for way in piece.label.ways:
                if way.family in strong and way.value == strong[way.family][2].value + 1:
                    return strong[way.family]
        letter = next((option for kind, option in strong.items() if kind.startswith("letter")), None)
        numeral = next((option for kind, option in strong.items() if kind.startswith("roman")), None)
        if letter and numeral and not letter[3] and numeral[3]:
            # After "h) … in order to:" a lone "i)" may be either; the colon is the only witness.
            intro = self.stack[-1].node.text if self.stack else ""
            if not intro.endswith(":"):
                return letter
            self._doubtful = True
            return numeral
        return None

    _doubtful = False

    def doubtful(self) -> bool:
        """Whether the last line hung could be read in two ways; asking clears it."""
        found, self._doubtful = self._doubtful, False
        return found

    def _unnumbered(self, piece: Piece) -> Node:
        node = Node(piece, None, None)
        self.nodes.append(node)
        self.stack.clear()
        self.stack.append(Level("none", 0, 0, node, self.nodes, piece.line.indent, ""))
        return node

    def below(self, piece: Piece, depth: int) -> Node:
        """Hang an unnumbered line below the open paragraph at `depth`, leaving the lists outside it open."""
        depth = max(0, min(depth, len(self.stack) - 1))
        node = Node(piece, None, None)
        self.stack[depth].node.children.append(node)
        return node


def give_addresses(sec: Sec, taken: dict[str, int], used: set[str]) -> None:
    """Give every paragraph of the section its address, unique in the document.

    `taken` counts the numbers already given below the section's base by sections that share it, `used` holds all
    addresses given so far.
    """
    waiting: list[tuple[str, list[Node], dict[str, int]]] = [(sec.base, sec.nodes, taken)]
    while waiting:
        base, nodes, seen = waiting.pop()
        mixed = any(node.number is not None for node in nodes)
        for node in nodes:
            number = node.number
            if number is None or (len(number) == 1 and not number.isalnum()):
                key = number or ("¶" if mixed else "")
                count = seen[key] = seen.get(key, 0) + 1
                address = f"{base}/{key}{count}"
            else:
                count = seen[number] = seen.get(number, 0) + 1
                address = f"{base}/{number}" if count == 1 else f"{base}/{number} ({count})"
            wanted, again = address, 1
            while address in used:
                again += 1
                address = f"{wanted} ({again})"
            used.add(address)
            node.address = address
            if node.children:
                waiting.append((address, node.children, {}))


def every(nodes: Iterable[Node]) -> Iterator[Node]:
    """Every paragraph of a tree, in reading order."""
    for node in nodes:
        yield node
        if node.children:
            yield from every(node.children)
