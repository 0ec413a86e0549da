"""To which sessions goes what is due next in each row of a board."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from django.db.models import F

from mandates.models import Session
from mandates.models.addresses import session_name
from reports import facets
from reports.clocks import Moment
from reports.grouping import Grouping, grouped
from reports.rollup import Counts, Scope

from .kept import kept
from .names import Offered

TIED = Grouping(
    keys=lambda raws: {},
    columns={"day": F("matters_on"), "at": F("session_id"), "through": F("first_stop_id")},
)

# A date that is due next is always told anew. That a task goes to another session on the very same day is seen within a
# minute, and each page of a meeting has one question less.
KEPT = 60  # seconds


def next_sessions(scope: Scope, moment: Moment, rows: Mapping[str, Counts], offered: Offered) -> dict[str, str]:
    """For each row (the total under "") the sessions that what is due next goes to."""
    due = {key: counts.next_due for key, counts in rows.items() if counts.next_due}
    asked = (scope, moment.param, sorted(due.items()))
    return kept("whom", asked, KEPT, lambda: _asked(scope, moment, due, offered))


def _asked(scope: Scope, moment: Moment, due: Mapping[str, date], offered: Offered) -> dict[str, str]:
    """The same, asked: first of all the session that a task passes through.

    Only tasks with one of these dates are looked at, in one statement; one query more for the keys of some rows, and
    one for sessions that no filter offers.
    """
    if not due:
        return {}
    tasks = scope.asked.tasks(moment).filter(is_open=True, matters_on__in=set(due.values()))
    own = facets.DIMENSIONS[scope.by].grouping(moment)
    groups, _total = grouped(tasks, moment, [own, TIED])
    keys = own.keys({raw for (raw, _tied), _figures in groups})
    found: dict[str, set[int]] = {}
    for (raw, (day, at, through)), _figures in groups:
        for key in (*keys[raw], ""):
            if due.get(key) == _date(day) and (session := through or at):
                found.setdefault(key, set()).add(session)
    names = _names(set().union(*found.values()), offered)
    return {key: ", ".join(sorted(names[one] for one in sessions)) for key, sessions in found.items()}


def _date(day: date | str) -> date:
    return date.fromisoformat(day) if isinstance(day, str) else day


def _names(sessions: set[int], offered: Offered) -> dict[int, str]:
    names = {one.pk: one.name for one in offered.sessions if one.pk in sessions}
    if others := sessions - names.keys():
        names |= {row.pk: session_name(row) for row in Session.objects.select_related("body").filter(pk__in=others)}
    return names
