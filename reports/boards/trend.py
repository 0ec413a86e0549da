"""Work over time, from the facts: what was open, done and overdue at the end of each month."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Self

from django.http import QueryDict
from django.utils.translation import gettext as _

from reports.charts import LARGE, LineChart, Series, line_chart
from reports.clocks import Moment
from reports.rollup import Counts, Scope, rollup

from .cells import Cell, Cells
from .frame import BoardAddress, Frame
from .names import Offered
from .past import trend_on
from .words import day_said

YEAR = 12  # months of the small picture
SPANS = (12, 24, 48)  # months that the page of the trend offers; a plenipotentiary cycle is four years


def month_ends(day: date, months: int) -> tuple[date, ...]:
    """The last days of the months up to the one of `day`, oldest first; the last is `day` itself."""
    found, first = [day], day.replace(day=1)
    while len(found) < months:
        last = first - timedelta(days=1)
        found.append(last)
        first = last.replace(day=1)
    return tuple(reversed(found))


def small_chart(scope: Scope, moment: Moment, total: Counts) -> LineChart:
    """What was open and overdue at the ends of the last twelve months; the last point is how it stands (`total`)."""
    days = month_ends(moment.day, YEAR)
    counts = (*trend_on(scope, days[:-1]), total)
    return line_chart(
        _series(counts, ("open", "late")),
        [day_said(day, "M Y") for day in days],
        title=_("Open and overdue, by month end"),
        words=_described(days, counts),
    )


def _series(counts: Sequence[Counts], kinds: Sequence[str]) -> list[Series]:
    made = {
        "open": Series("open", _("open"), tuple(one.open for one in counts)),
        "done": Series("done", _("done"), tuple(one.done for one in counts)),
        "late": Series("late", _("overdue"), tuple(one.overdue for one in counts)),
    }
    return [made[kind] for kind in kinds]


def _described(days: Sequence[date], counts: Sequence[Counts]) -> str:
    """The picture in a sentence, for those who don't see it."""
    first, last = counts[0], counts[-1]
    return _(
        "Open tasks went from %(open_before)d in %(first)s to %(open)d in %(last)s; overdue ones from %(late_before)d"
        " to %(late)d."
    ) % {
        "open_before": first.open,
        "open": last.open,
        "late_before": first.overdue,
        "late": last.overdue,
        "first": day_said(days[0], "F Y"),
        "last": day_said(days[-1], "F Y"),
    }


# ── The page ─────────────────────────────────────────────────────────────────────────────────────────────────────


MEASURED = ("", "open", "done", "overdue", "silent")


@dataclass(frozen=True, slots=True)
class Point:
    """The end of a month, each number with the address of its rows as at that day."""

    day: date
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class TrendPage:
    """Open, done and overdue by the ends of months, as a picture and as a table that says the same."""

    frame: Frame
    chart: LineChart
    points: tuple[Point, ...]  # the last first
    spans: tuple[tuple[int, str, bool], ...]  # months, address, whether they are shown

    @classmethod
    def of(cls, query: QueryDict, *, path: str, now: datetime) -> Self:
        address = BoardAddress.of(query, path=path, by="line", now=now)
        scope, moment = address.scope, address.moment
        months = next((each for each in SPANS if query.get("months") == str(each)), SPANS[0])
        days = month_ends(moment.day, months)
        counts = (*trend_on(scope, days[:-1]), rollup(scope, moment).total)
        return cls(
            frame=Frame.of(address, Offered.on(address.today)),
            chart=line_chart(
                _series(counts, ("open", "done", "late")),
                [day_said(day, "M Y") for day in days],
                title=_("Open, done and overdue, by month end"),
                words=_described(days, counts),
                size=LARGE,
            ),
            points=tuple(
                _point(Cells(scope, at), at.day, one)
                for at, one in zip(_moments(days, moment), reversed(counts), strict=True)
            ),
            spans=tuple((each, address.url(months=str(each)), each == months) for each in SPANS),
        )


def _point(cells: Cells, day: date, counts: Counts) -> Point:
    return Point(day, tuple(cells.cell(counts, measure) for measure in MEASURED))


def _moments(days: Sequence[date], last: Moment) -> list[Moment]:
    """The days as moments, the last first: it may be now, which is not over."""
    return [last, *(Moment.at(day) for day in reversed(days[:-1]))]
