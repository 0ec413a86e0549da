"""Pictures as values: where each stretch of a bar, each point of a line and each label stands, in the picture's units.

Nothing here knows a task or a database. A template draws these values and works nothing out; the same numbers stand
beside each picture as text.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

BAR = 200.0  # width of a bar in its own units
GRID_LINES = 4  # at most, above the axis


# ── The bar ──────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of a bar: how it looks, where it begins, how long it is."""

    kind: str
    x: str
    width: str


def bar(parts: Iterable[tuple[str, int]]) -> tuple[Stretch, ...]:
    """The stretches of a bar as wide as its whole, for (kind, number) in their order; those of 0 are left out."""
    present = [(kind, number) for kind, number in parts if number]
    whole = sum(number for _kind, number in present)
    found, before = [], 0
    for kind, number in present:
        found.append(Stretch(kind, units(BAR * before / whole), units(BAR * number / whole)))
        before += number
    return tuple(found)


# ── Lines over time ──────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Series:
    """Numbers over time, oldest first, with the word that stands at the end of their line, and how it looks.

    Where there are fewer than days, the line ends before the picture does.
    """

    kind: str  # the class of the line: "open", "late", "done", "owed"
    word: str
    values: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Line:
    kind: str
    points: str
    x: str  # of the last point
    y: str
    label: str
    label_x: str
    label_y: str


@dataclass(frozen=True, slots=True)
class Tick:
    """A name on an axis: where it stands, and where its text is anchored."""

    at: str
    words: str
    anchor: str = "middle"


@dataclass(frozen=True, slots=True)
class Size:
    """How large a picture is, and the room that it keeps at its sides: for labels at the end, days below."""

    width: float
    height: float
    start: float = 10
    end: float = 96
    top: float = 14
    below: float = 22
    gap: float = 15  # between the labels at the ends of two lines


SMALL = Size(360, 112)
MEDIUM = Size(720, 150, start=34, end=130, top=30, below=26, gap=22)
LARGE = Size(720, 200, start=34, end=130, top=16, below=26, gap=22)


@dataclass(frozen=True, slots=True)
class LineChart:
    """Lines over time. `title` and `words` say what the picture shows to who can't see it."""

    title: str
    words: str
    size: Size
    lines: tuple[Line, ...]
    days: tuple[Tick, ...]  # below the axis
    grid: tuple[Tick, ...]  # numbers beside it, each with a line across; none in a small picture
    marks: tuple[Tick, ...] = field(default=())  # days that are pointed out by a line from top to bottom

    @property
    def axis(self) -> str:
        return units(self.size.height - self.size.below)

    @property
    def first_x(self) -> str:
        return units(self.size.start)

    @property
    def last_x(self) -> str:
        return units(self.size.width - self.size.end)

    @property
    def days_y(self) -> str:
        return units(self.size.height - self.size.below + 17)

    @property
    def scale_x(self) -> str:
        return units(self.size.start - 8)

    @property
    def box(self) -> str:
        return f"0 0 {self.size.width:.0f} {self.size.height:.0f}"


def line_chart(
    series: Sequence[Series],
    days: Sequence[str],
    *,
    title: str,
    words: str,
    size: Size = SMALL,
    marks: Iterable[tuple[int, str]] = (),
) -> LineChart:
    """A picture of `series`, whose values stand at `days`, given in words; one value each at least.

    `marks` are (number of a day, words) that a line from top to bottom points out.
    """
    most = max(1, *(value for one in series for value in one.values))
    step = most if size is SMALL else _step(most)
    scale = _Scale(size, len(days), -(-most // step) * step)
    lines = [
        Line(
            kind=one.kind,
            points=" ".join(f"{units(scale.x(at))},{units(scale.y(value))}" for at, value in enumerate(one.values)),
            x=units(scale.x(len(one.values) - 1)),
            y=units(scale.y(one.values[-1])),
            label=f"{one.values[-1]} {one.word}",
            label_x=units(scale.x(len(one.values) - 1) + 8),
            label_y="",
        )
        for one in series
    ]
    return LineChart(
        title=title,
        words=words,
        size=size,
        lines=tuple(_labelled(lines, size)),
        days=tuple(_days(days, scale)),
        grid=tuple(Tick(units(scale.y(value)), str(value)) for value in range(0, scale.most + 1, step))
        if size is not SMALL
        else (),
        marks=tuple(Tick(units(scale.x(at)), said) for at, said in marks),
    )


@dataclass(frozen=True, slots=True)
class _Scale:
    size: Size
    points: int
    most: int

    def x(self, at: int) -> float:
        width = self.size.width - self.size.start - self.size.end
        return self.size.start + width * at / max(1, self.points - 1)

    def y(self, value: int) -> float:
        height = self.size.height - self.size.top - self.size.below
        return self.size.top + height * (1 - value / self.most)


def _step(most: int) -> int:
    """The distance of two lines of the grid: 1, 2 or 5 with noughts behind it, so that there are few of them."""
    step = 1
    while True:
        for each in (step, 2 * step, 5 * step):
            if most <= each * GRID_LINES:
                return each
        step *= 10


def _labelled(lines: Sequence[Line], size: Size) -> list[Line]:
    """The lines with the height of their labels: beside their last points, but never one over the other."""
    order = sorted(range(len(lines)), key=lambda number: float(lines[number].y))
    heights: dict[int, float] = {}
    last = size.top - size.gap
    for number in order:
        last = heights[number] = max(float(lines[number].y), last + size.gap)
    # what was pushed below the axis pushes the others up again
    lowest = size.height - size.below
    for number in reversed(order):
        heights[number] = min(heights[number], lowest)
        lowest = heights[number] - size.gap
    return [replace(one, label_y=units(heights[number] + 4)) for number, one in enumerate(lines)]


def _days(days: Sequence[str], scale: _Scale) -> Iterable[Tick]:
    """The first and the last day by name; in a large picture as many between as can be read."""
    last = len(days) - 1
    every = max(1, -(-len(days) // 8)) if scale.size is not SMALL else last or 1
    for at, words in enumerate(days):
        if at == last or (at % every == 0 and last - at >= every):
            anchor = "start" if at == 0 and last else "end" if at == last else "middle"
            yield Tick(units(scale.x(at)), words, anchor)


def units(value: float) -> str:
    """A number as SVG takes it, whatever the language of the page."""
    return f"{value:.2f}".rstrip("0").rstrip(".")
