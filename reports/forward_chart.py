"""A body's sessions on a line of six years, with the days counted back from them, in the units of the picture."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext as _

from mandates.actions import plans
from mandates.models import LeadTime
from mandates.models.addresses import session_name

WIDTH, EDGE = 1000.0, 12.0
LEAST = 3.0  # units: a session of two days is still seen
APART = 16.0  # units between two numbers, which else would tread on each other
ROWS = (26, 40)  # where numbers stand: above, and a second row for those that lie close


@dataclass(frozen=True, slots=True)
class Bar:
    """A stretch of time: where it begins, how wide it is, how it looks."""

    x: str
    width: str
    kind: str


@dataclass(frozen=True, slots=True)
class Number:
    """The number of a session, as it stands in the table."""

    x: str
    y: int
    number: int


@dataclass(frozen=True, slots=True)
class Year:
    x: str
    label_x: str
    label: str


@dataclass(frozen=True)
class Chart:
    """The picture: sessions, the steps on the way to them, their document deadlines."""

    years: tuple[Year, ...]
    sessions: tuple[Bar, ...]
    numbers: tuple[Number, ...]
    steps: tuple[Bar, ...]
    deadlines: tuple[str, ...]  # x of each diamond
    words: str


def chart_of(planned: Sequence[plans.Plan], first: date, last: date) -> Chart:
    """The plans of a body's sessions between two days."""
    length = (last - first).days

    def x(day: date) -> float:
        share = min(max((day - first).days / length, 0), 1)
        return EDGE + share * (WIDTH - 2 * EDGE)

    sessions, steps, deadlines = [], [], []
    numbers: list[Number] = []
    ends = [-APART, -APART]  # how far each row of numbers is taken
    for number, plan in enumerate(planned, start=1):
        held = plan.session
        sessions.append(
            _bar(x(held.starts), x(held.ends + timedelta(days=1)), "vague" if held.is_vague else "seg--now")
        )
        middle = (x(held.starts) + x(held.ends)) / 2
        row = 0 if middle - ends[0] >= APART else 1
        ends[row] = middle
        numbers.append(Number(_units(middle), ROWS[row], number))
        for step in plan.steps:
            if step.last < first or step.last > last:
                continue
            if step.step == LeadTime.Step.DOCUMENT:
                deadlines.append(_units(x(step.last)))
            elif step.first is not None:
                kind = "seg seg--vague" if plan.is_vague else "seg"
                steps.append(_bar(x(step.first), x(step.last + timedelta(days=1)), kind))
            else:
                steps.append(_bar(x(step.last) - LEAST, x(step.last), "seg"))
    return Chart(
        years=tuple(
            Year(_units(x(date(year, 1, 1))), _units(x(date(year, 1, 1)) + 4), str(year))
            for year in range(first.year + 1, last.year + 1)
        ),
        sessions=tuple(sessions),
        numbers=tuple(numbers),
        steps=tuple(steps),
        deadlines=tuple(deadlines),
        words=_(
            "Sessions from %(first)s to %(last)s: %(names)s. The table below says when each is, and what it receives."
        )
        % {
            "first": first.year,
            "last": last.year,
            "names": ", ".join(f"{n} {session_name(plan.session)}" for n, plan in enumerate(planned, start=1)),
        },
    )


def _bar(begins: float, ends: float, kind: str) -> Bar:
    return Bar(_units(begins), _units(max(ends - begins, LEAST)), kind)


def _units(value: float) -> str:
    """A number as SVG takes it, whatever the language of the page."""
    return f"{value:.1f}"
