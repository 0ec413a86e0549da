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

from .names import Offered

TIED = Grouping(
    keys=lambda raws: {},
    columns={"day": F("matters_on"), "at": F("session_id"), "through": F("first_stop_id")},
)


def next_sessions(scope: Scope, moment: Moment, rows: Mapping[str, Counts], offered: Offered) -> dict[str, str]:
    """For each row the sessions that what is due next goes to: first of all the one that it passes through.

    `rows` are those that are shown, the total under "". Only tasks with one of their dates are looked at, in one
    statement; one query more for the keys of some rows, and one for sessions that no filter offers.
    """
    days = {counts.next_due for counts in rows.values()} - {None}
    if not days:
        return {}
    due = scope.asked.tasks(moment).filter(is_open=True, matters_on__in=days)
    own = facets.DIMENSIONS[scope.by].grouping(moment)
    groups, _total = grouped(due, moment, [own, TIED])
    keys = own.keys({raw for (raw, _tied), _figures in groups})
    found: dict[str, set[int]] = {}
    for (raw, (day, at, through)), _figures in groups:
        for key in (*keys[raw], ""):
            if key in rows and rows[key].next_due == _date(day) and (session := through or at):
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
