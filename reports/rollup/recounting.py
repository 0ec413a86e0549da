"""The tallies held against the facts: each figure of each row, today and on days past."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta

from django.db import connection, transaction

from mandates.actions import plans
from reports.clocks import Moment
from reports.models import Fold

from . import folded
from .counting import counted
from .values import NUMBERS, Counts, Scope

log = logging.getLogger(__name__)
BACK = (0, 1, 7, 30, 91, 365)  # days before today that are compared each night
NIGHT = timedelta(hours=3)  # after midnight at the seat


def is_due(*, now: datetime) -> bool:
    """Whether the tallies have not been compared since the last night: so a missed night is made up for."""
    today = plans.today(now)
    night = plans.begins(today) + NIGHT
    if now < night:
        night = plans.begins(today - timedelta(days=1)) + NIGHT
    held = Fold.objects.filter(pk=1).first()
    return held is not None and (held.checked_at is None or held.checked_at < night)


@transaction.atomic
def recount(*, now: datetime, days: Sequence[date] | None = None) -> tuple[str, ...]:
    """What differs between the tallies and a plain count, as sentences; empty where all is right, or nothing is folded.

    Without `days`, today and five days past. What is wrong is logged as an error and shown by the health page until a
    comparison finds all right again.
    """
    _stand_still()
    today = Moment.of(now)
    if folded.on(today.day) is None:
        return ()
    moments = [Moment.at(day) for day in days] if days else [_ago(today, number) for number in BACK]
    wrong = tuple(sentence for moment in moments for sentence in _differences(moment))
    held = Fold.objects.select_for_update().get(pk=1)
    held.checked_at, held.wrong = now, wrong[0] if wrong else ""
    held.save(update_fields=["checked_at", "wrong"])
    for sentence in wrong[:1]:
        log.error("The tallies are not what the facts say, in %d figures. The first: %s", len(wrong), sentence)
    return wrong


def _ago(today: Moment, number: int) -> Moment:
    return Moment.at(today.day - timedelta(days=number)) if number else today


def _differences(moment: Moment) -> Iterator[str]:
    held = folded.on(moment.day) or {}
    plain = counted(Scope("line"), moment)
    facts: dict[str, Counts] = {"": plain.total, **plain.rows}
    for key in sorted({*held, *facts}):
        one, other = held.get(key, Counts()), facts.get(key, Counts())
        for name in NUMBERS:
            tallied, counted_now = getattr(one, name), getattr(other, name)
            if tallied != counted_now:
                yield f"{moment.day}, {key or 'all'}, {name}: {tallied} in the tallies, {counted_now} by the facts"


def _stand_still() -> None:
    """See one state of the database in all that follows, where this is the outermost transaction."""
    if connection.vendor == "postgresql" and len(connection.atomic_blocks) == 1:
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
