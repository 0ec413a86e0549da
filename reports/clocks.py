"""The clocks of tasks as queries: which open task is overdue, due soon, waiting, silent or later.

`mandates.views.work.clock_of` is the same rule for one task and one person; a test holds the two together. Here nobody
in particular looks: what waits for approval waits for others.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import BooleanField, Case, CharField, Count, ExpressionWrapper, Q, QuerySet, Value, When

from mandates.actions import plans
from mandates.models import Task
from mandates.views.work import LATER, OVERDUE, SILENT, SOON, WAITING

SUBMITTED = ExpressionWrapper(Q(submitted_at__isnull=False), output_field=BooleanField())  # waits for approval
CLOCKS = (OVERDUE, SOON, WAITING, SILENT, LATER)


@dataclass(frozen=True, slots=True)
class Moment:
    """A moment and the day at the seat; what is soon and what is silent by the settings."""

    now: datetime
    day: date

    @classmethod
    def of(cls, now: datetime) -> Moment:
        return cls(now, plans.today(now))

    @property
    def soon_until(self) -> date:
        return self.day + timedelta(days=settings.DUE_SOON_DAYS)

    @property
    def silent_since(self) -> datetime:
        return self.now - timedelta(days=settings.SILENT_AFTER_DAYS)

    @property
    def silent_until(self) -> date:
        return self.day + timedelta(days=settings.SILENT_WITHIN_DAYS)


def clock(moment: Moment) -> Case:
    """The clock of an open task as a column: the first that fits, in the order of `CLOCKS`."""
    late = Q(matters_on__lt=moment.day) & (Q(late_after=None) | Q(late_after__lt=moment.day))
    since = moment.silent_since
    quiet = Q(last_word_at__lt=since) | Q(last_word_at=None, created_at__lt=since)
    near = Q(matters_on=None) | Q(matters_on__lte=moment.silent_until)
    return Case(
        When(submitted_at__isnull=False, then=Value(WAITING)),
        When(late, then=Value(OVERDUE)),
        When(matters_on__lte=moment.soon_until, then=Value(SOON)),
        When(~Q(waiting_for=""), then=Value(WAITING)),
        When(quiet & near, then=Value(SILENT)),
        default=Value(LATER),
        output_field=CharField(),
    )


def clocked(tasks: QuerySet[Task], moment: Moment) -> Any:
    """The open ones of `tasks` with their `clock`."""
    return tasks.filter(is_open=True).annotate(clock=clock(moment))


def counts(tasks: QuerySet[Task], moment: Moment) -> dict[str, int]:
    """How many of `tasks` stand in each clock, also where that is 0. One query."""
    found = dict(clocked(tasks, moment).order_by().values_list("clock").annotate(n=Count("pk")))
    return {name: found.get(name, 0) for name in CLOCKS}
