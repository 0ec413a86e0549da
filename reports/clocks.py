"""The clocks of tasks as queries: which open task is overdue, due soon, waiting, silent or later.

`mandates.views.work.clock_of` is the same rule for one task and one person; a test holds the two together. Here nobody
in particular looks: what waits for approval waits for others.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import BooleanField, Case, Count, ExpressionWrapper, Q, QuerySet

from mandates.actions import plans
from mandates.models import Session, Task
from mandates.models.clocks import LATER, OVERDUE, SILENT, SOON, WAITING
from mandates.models.clocks import clock as column_of

SUBMITTED = ExpressionWrapper(Q(submitted_at__isnull=False), output_field=BooleanField())  # waits for approval
CLOCKS = (OVERDUE, SOON, WAITING, SILENT, LATER)


@dataclass(frozen=True, slots=True)
class Moment:
    """A moment and the day at the seat; what is soon and what is silent by the settings.

    Now, or the end of a day that is over (`is_past`): then pages show what stood at the end of it.
    """

    now: datetime
    day: date
    is_past: bool = False

    @classmethod
    def of(cls, now: datetime) -> Moment:
        return cls(now, plans.today(now))

    @classmethod
    def at(cls, day: date) -> Moment:
        """The end of a past day at the seat."""
        return cls(plans.begins(day + timedelta(days=1)) - timedelta(microseconds=1), day, is_past=True)

    @classmethod
    def asked(cls, text: str, now: datetime) -> Moment:
        """What stands in an address as `at=`: a day ("2026-06-01"), or a session's code for the end of its last day.

        Now where it is empty, is no such thing, or is not over yet. One query where it may be a session's code.
        """
        day = _day(text)
        if day is None and text:
            day = Session.objects.filter(code=text).values_list("ends", flat=True).first()
        return cls.at(day) if day is not None and day < plans.today(now) else cls.of(now)

    @property
    def param(self) -> str:
        """What stands in an address as `at=`; empty for now."""
        return self.day.isoformat() if self.is_past else ""

    @property
    def soon_until(self) -> date:
        return self.day + timedelta(days=settings.DUE_SOON_DAYS)

    @property
    def silent_since(self) -> datetime:
        """A task without a word since then is silent: whole days at the seat, as its clock runs by days."""
        return plans.begins(self.day - timedelta(days=settings.SILENT_AFTER_DAYS))

    @property
    def silent_until(self) -> date:
        return self.day + timedelta(days=settings.SILENT_WITHIN_DAYS)


FIRST_DAY = date(1970, 1, 2)  # no record is older; a day far out could not be counted back from


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text) if len(text) == 10 else None
    except ValueError:
        return None
    return max(day, FIRST_DAY) if day else None


def clock(moment: Moment) -> Case:
    """The clock of an open task as a column: the first that fits, in the order of `CLOCKS`."""
    return column_of(
        day=moment.day,
        soon_until=moment.soon_until,
        silent_since=moment.silent_since,
        silent_until=moment.silent_until,
    )


def clocked(tasks: QuerySet[Task], moment: Moment) -> Any:
    """The open ones of `tasks` with their `clock`."""
    return tasks.filter(is_open=True).annotate(clock=clock(moment))


def counts(tasks: QuerySet[Task], moment: Moment) -> dict[str, int]:
    """How many of `tasks` stand in each clock, also where that is 0. One query."""
    found = dict(clocked(tasks, moment).order_by().values_list("clock").annotate(n=Count("pk")))
    return {name: found.get(name, 0) for name in CLOCKS}
