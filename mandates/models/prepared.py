"""Queries that the ORM puts together once, and that are sent again with other values.

To put a query of ours together takes the ORM half a millisecond to two, and PostgreSQL answers it in less. So a page
that is one thing among many keeps its queries by their shape: where a value differs from one time to the next there
stands a `Given`, and the value is told when the query is sent. What comes back is what the query itself would give:
the same objects with the same neighbours, the same tuples.

    LEAD_TIMES = Prepared(lambda: LeadTime.objects.filter(body=Given("body")))
    LEAD_TIMES.ask(body=8)
"""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import connection
from django.db.models import Expression, QuerySet

PLACE = re.compile(r"(?<!%)%s")


@dataclass(frozen=True, slots=True)
class _Slot:
    """Where a value goes, among the values of a query."""

    name: str
    several: bool = False


class Given(Expression):
    """A value that is told when the query is sent."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        return "%s", [_Slot(self.name)]


class OneOf(Given):
    """The values of an `__in` that are told when the query is sent; none at all find nothing."""

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        return "(%s)", [_Slot(self.name, several=True)]


@dataclass(frozen=True, slots=True)
class _Kept:
    """A query put together for one engine."""

    rows: type
    compiler: Any
    sql: str
    values: tuple[Any, ...]
    converters: dict[int, Any]
    several: bool

    def filled(self, given: dict[str, Any]) -> tuple[str, list[Any]]:
        """The SQL with the values of this time."""
        if not self.several:
            return self.sql, [_adapted(given[one.name]) if isinstance(one, _Slot) else one for one in self.values]
        pieces, values, sql = PLACE.split(self.sql), [], []
        for piece, value in zip(pieces, self.values, strict=False):
            some = [value]
            if isinstance(value, _Slot):
                told = given[value.name]
                some = [_adapted(one) for one in (list(told) or [None] if value.several else [told])]
            values += some
            sql += [piece, ", ".join(["%s"] * len(some))]
        return "".join((*sql, pieces[-1])), values


@dataclass(frozen=True, slots=True)
class _Sent:
    """What Django's iteration over rows asks of a queryset and of its query: a compiler that has done its work."""

    compiler: Any
    db: str
    _known_related_objects: dict = field(default_factory=dict)

    @property
    def query(self) -> _Sent:
        return self

    def get_compiler(self, using: str) -> Any:
        return self.compiler


class Prepared:
    """A query of one shape, as `build` gives it with a `Given` where a value comes later: objects, or `values_list`."""

    def __init__(self, build: Callable[[], QuerySet[Any]]) -> None:
        self._build = build
        self._kept: dict[str, _Kept] = {}

    def ask(self, **given: Any) -> list[Any]:
        """The rows, with these values. One query."""
        kept = self._kept.get(connection.vendor) or self._put_together()
        compiler = copy.copy(kept.compiler)
        compiler.connection = connection
        compiler.as_sql = lambda: kept.filled(given)
        compiler.get_converters = lambda _expressions: kept.converters
        found: Iterable[Any] = kept.rows(_Sent(compiler, connection.alias))
        return list(found)

    def _put_together(self) -> _Kept:
        rows = self._build()
        compiler = rows.query.get_compiler(connection=connection)
        sql, values = compiler.as_sql()
        converters = compiler.get_converters([one[0] for one in compiler.select[: compiler.col_count]])
        several = any(isinstance(one, _Slot) and one.several for one in values)
        kept = _Kept(rows._iterable_class, compiler, sql, tuple(values), converters, several)  # type: ignore[attr-defined]
        self._kept[connection.vendor] = kept
        return kept


def _adapted(value: Any) -> Any:
    """A value as the engine takes it."""
    if isinstance(value, datetime):
        return connection.ops.adapt_datetimefield_value(value)
    return connection.ops.adapt_datefield_value(value) if isinstance(value, date) else value
