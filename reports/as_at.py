"""Rows as they stood: those of now, or as at the end of a past day the latest row of history of each.

The rows of history have the columns of their model, so one condition serves both. What hangs on them through a foreign
key (the name of a unit, the code of a session) is today's; what is counted by (tags, force, title, lead, dates, status)
is of that day. Never `as_of()`: of two rows of history in one moment it gives both.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Model, OuterRef, Q, QuerySet, Subquery
from django.db.models.sql.datastructures import BaseTable

from mandates.models import GoalTag, Instruction, LineTag, Task, Version
from mandates.models.prepared import Given

from .clocks import Moment

GONE = "-"


def tasks(moment: Moment, *, few: bool = False, among: Sequence[Q] = ()) -> QuerySet[Task]:
    """The tasks there were at a moment.

    `few` says that conditions will leave few of them, and `among` which conditions do: they decide only how the rows
    are looked for.
    """
    return _rows(Task, moment, few=few, among=among)


def tasks_of(rows: QuerySet[Any], moment: Moment) -> QuerySet[Any]:
    """How the tasks of some rows of history stood at a past moment; each is looked up once, however many its rows."""
    kept: type[Model] = Task.history.model
    return _latest(kept._default_manager.exclude(history_type=GONE), moment, rows.values("id"))


def instructions(moment: Moment) -> QuerySet[Instruction]:
    return _rows(Instruction, moment, few=True)


def line_tags(moment: Moment) -> QuerySet[LineTag]:
    return _rows(LineTag, moment, few=True)


def goal_tags(moment: Moment) -> QuerySet[GoalTag]:
    return _rows(GoalTag, moment, few=True)


def versions(moment: Moment) -> QuerySet[Version]:
    return _rows(Version, moment, few=True)


def _rows(model: Any, moment: Moment, *, few: bool, among: Sequence[Q] = ()) -> QuerySet[Any]:
    if not moment.is_past:
        return model.objects.all()
    kept: type[Model] = model.history.model
    latest = (
        kept._default_manager.filter(id=OuterRef("id"), history_date__lte=moment.now)
        .order_by("-history_date", "-history_id")
        .values("history_id")[:1]
    )
    rows = kept._default_manager.exclude(history_type=GONE)
    if among:
        ever = kept._default_manager.filter(*among, history_date__lte=moment.now).order_by()
        return _latest(rows, moment, ever.values("id"))
    if few:  # each row that the conditions find is asked whether it is the latest
        return rows.filter(history_date__lte=moment.now, history_id=Subquery(latest))
    # each thing that was ever made is asked for its latest row: one look at the index a thing, not one a row
    made = kept._default_manager.filter(history_type="+", history_date__lte=moment.now)
    return rows.filter(history_id__in=made.annotate(latest=Subquery(latest)).values("latest"))


def _latest(rows: QuerySet[Any], moment: Moment, ever: QuerySet[Any]) -> QuerySet[Any]:
    """The rows, but only the latest of each thing that is among `ever`.

    A task has ten rows, and a unit has led it in most of them: each task is looked up once, by the index, not each row.
    """
    try:
        found, values = ever.query.sql_with_params()
    except EmptyResultSet:
        return rows.none()
    told: Any = moment.now  # or what stands for it
    now = told.slot if isinstance(told, Given) else connection.ops.adapt_datetimefield_value(told)
    alias = rows.query.get_initial_alias()
    rows.query.alias_map[alias] = _Latest(rows.model._meta.db_table, alias, found, (*values, now))
    return rows


class _Latest(BaseTable):
    """In the place of a table of history: the latest rows of some things."""

    def __init__(self, table: str, alias: str | None, found: str, values: tuple[Any, ...]) -> None:
        super().__init__(table, alias)
        self.found, self.values = found, values

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        table = connection.ops.quote_name(self.table_name)
        latest = "WHERE h.id = ever.id AND h.history_date <= %s ORDER BY h.history_date DESC, h.history_id DESC LIMIT 1"
        if connection.vendor == "postgresql":
            joined = f"CROSS JOIN LATERAL (SELECT * FROM {table} AS h {latest}) AS held"  # noqa: S608
        else:
            joined = f"JOIN {table} AS held ON held.history_id = (SELECT h.history_id FROM {table} AS h {latest})"  # noqa: S608
        alias = compiler.quote_name_unless_alias(self.table_alias)
        ever = f"(SELECT DISTINCT id FROM ({self.found}) AS found) AS ever"  # noqa: S608
        sql = f"(SELECT held.* FROM {ever} {joined}) AS {alias}"  # noqa: S608
        return sql, list(self.values)

    def relabeled_clone(self, change_map: dict[str | None, str]) -> _Latest:
        alias = change_map.get(self.table_alias, self.table_alias)
        return _Latest(self.table_name, alias, self.found, self.values)

    @property
    def identity(self) -> tuple[Any, ...]:
        return (*super().identity, self.found, self.values)
