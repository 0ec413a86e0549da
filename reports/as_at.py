"""Rows as they stood: those of now, or as at the end of a past day the latest row of history of each.

The rows of history have the columns of their model, so one condition serves both. What hangs on them through a foreign
key (the name of a unit, the code of a session) is today's; what is counted by (tags, force, title, lead, dates, status)
is of that day. Never `as_of()`: of two rows of history in one moment it gives both.
"""

from __future__ import annotations

from typing import Any

from django.db.models import Model, OuterRef, QuerySet, Subquery

from mandates.models import GoalTag, Instruction, LineTag, Task, Version

from .clocks import Moment

GONE = "-"


def tasks(moment: Moment, *, few: bool = False) -> QuerySet[Task]:
    """The tasks there were at a moment. `few` says that conditions will leave few of them, which decides only how."""
    return _rows(Task, moment, few=few)


def instructions(moment: Moment) -> QuerySet[Instruction]:
    return _rows(Instruction, moment, few=True)


def line_tags(moment: Moment) -> QuerySet[LineTag]:
    return _rows(LineTag, moment, few=True)


def goal_tags(moment: Moment) -> QuerySet[GoalTag]:
    return _rows(GoalTag, moment, few=True)


def versions(moment: Moment) -> QuerySet[Version]:
    return _rows(Version, moment, few=True)


def _rows(model: Any, moment: Moment, *, few: bool) -> QuerySet[Any]:
    if not moment.is_past:
        return model.objects.all()
    kept: type[Model] = model.history.model
    latest = (
        kept._default_manager.filter(id=OuterRef("id"), history_date__lte=moment.now)
        .order_by("-history_date", "-history_id")
        .values("history_id")[:1]
    )
    rows = kept._default_manager.exclude(history_type=GONE)
    if few:  # each row that the conditions find is asked whether it is the latest
        return rows.filter(history_date__lte=moment.now, history_id=Subquery(latest))
    # each thing that was ever made is asked for its latest row: one look at the index a thing, not one a row
    made = kept._default_manager.filter(history_type="+", history_date__lte=moment.now)
    return rows.filter(history_id__in=made.annotate(latest=Subquery(latest)).values("latest"))
