"""The burn-up towards a session: week by week what was owed for it, and what of that was done or closed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Self

from django.utils.translation import gettext as _

from mandates.models import Session
from reports.charts import MEDIUM, LineChart, Series, line_chart
from reports.clocks import Moment
from reports.rollup import Counts, Scope, rollup

from .cells import Cell, Cells
from .past import trend_on
from .words import day_said

WEEK = timedelta(days=7)
BACK, AHEAD = 13, 26  # weeks: a quarter back, and ahead only where the deadline lies within half a year


@dataclass(frozen=True, slots=True)
class Week:
    """How it stood at the end of a day."""

    day: date
    cells: tuple[Cell, ...]  # owed, done, closed otherwise


@dataclass(frozen=True)
class BurnUp:
    """What a session is owed, over the last quarter. `weeks` say the same as the picture, the last first."""

    chart: LineChart
    weeks: tuple[Week, ...]

    @classmethod
    def of(cls, session: Session, *, moment: Moment, deadline: date | None) -> Self | None:
        """None where nothing is owed. It ends where the session does; `deadline` is pointed out where it is near."""
        scope = Scope("session", "", {"session": session.code})
        last = moment if moment.day <= session.ends else Moment.at(session.ends)
        now = rollup(scope, last).total
        if not now.total:
            return None
        days = [last.day - WEEK * back for back in range(BACK, 0, -1)]
        before = list(zip(days, trend_on(scope, days), strict=True))
        while len(before) > 1 and not before[1][1].total:  # one week without work says where it began
            before.pop(0)
        points = [*before, (last.day, now)]
        return cls(
            chart=_chart([day for day, _counts in points], [counts for _day, counts in points], deadline),
            weeks=tuple(
                _week(scope, last if day == last.day else Moment.at(day), counts) for day, counts in reversed(points)
            ),
        )


def _week(scope: Scope, at: Moment, counts: Counts) -> Week:
    cells = Cells(scope, at)
    owed = cells.cell(counts, "", label=_("Owed"))
    return Week(at.day, (owed, cells.cell(counts, "done"), cells.cell(counts, "off")))


def _chart(days: Sequence[date], counts: Sequence[Counts], deadline: date | None) -> LineChart:
    weeks, marks = list(days), [(len(days) - 1, _("today"))]
    if deadline and days[-1] < deadline <= days[-1] + WEEK * AHEAD:
        while weeks[-1] < deadline:
            weeks.append(min(weeks[-1] + WEEK, deadline))
        marks.append((len(weeks) - 1, _("deadline")))
    first, last = counts[0], counts[-1]
    words = _(
        "From %(first)s to %(last)s what is owed went from %(owed_before)d to %(owed)d, what is done or closed from"
        " %(closed_before)d to %(closed)d."
    )
    return line_chart(
        [
            Series("open", _("owed"), tuple(one.total for one in counts)),
            Series("done", _("done or closed"), tuple(one.closed for one in counts)),
        ],
        [day_said(day, "j M") for day in weeks],
        title=_("Owed, and done or closed, by week"),
        words=words
        % {
            "owed_before": first.total,
            "owed": last.total,
            "closed_before": first.closed,
            "closed": last.closed,
            "first": day_said(days[0], "j F Y"),
            "last": day_said(days[-1], "j F Y"),
        },
        size=MEDIUM,
        marks=marks,
    )
