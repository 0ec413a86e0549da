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
from collections.abc import Callable, Iterable, Mapping
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
    """A value that is told when the query is sent. `slot` stands for it among the values of hand-written SQL."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name, self.slot = name, _Slot(name)

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        return "%s", [self.slot]


class OneOf(Given):
    """The values of an `__in` that are told when the query is sent; none at all find nothing."""

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        return "(%s)", [_Slot(self.name, several=True)]


@dataclass(frozen=True, slots=True)
class _Kept:
    """A query put together for one engine."""

    rows: type
    compiler: Any
    sql: str
    values: tuple[Any, ...]
    converters: dict[int, Any]


def filled(sql: str, values: Iterable[Any], given: Mapping[str, Any]) -> tuple[str, list[Any]]:
    """SQL with its values, those that were left open told: what is sent."""
    told, places, several = [], [], False
    for value in values:
        some = [value]
        if isinstance(value, _Slot):
            found = given[value.name]
            some, several = (list(found) or [None], True) if value.several else ([found], several)
            if value.several and all(type(one) is int for one in some):
                places.append(", ".join(map(str, some)))  # keys as they are: to bind hundreds takes longer than to ask
                continue
            some = [_adapted(one) for one in some]
        told += some
        places.append(", ".join(["%s"] * len(some)))
    if several:
        pieces = PLACE.split(sql)
        sql = "".join(part for pair in zip(pieces, (*places, ""), strict=True) for part in pair)
    return sql, told


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
        compiler.as_sql = lambda: filled(kept.sql, kept.values, given)
        compiler.get_converters = lambda _expressions: kept.converters
        found: Iterable[Any] = kept.rows(_Sent(compiler, connection.alias))
        return list(found)

    def _put_together(self) -> _Kept:
        rows = self._build()
        compiler = rows.query.get_compiler(connection=connection)
        sql, values = compiler.as_sql()
        converters = compiler.get_converters([one[0] for one in compiler.select[: compiler.col_count]])
        kept = _Kept(rows._iterable_class, compiler, sql, tuple(values), converters)
        self._kept[connection.vendor] = kept
        return kept


def _adapted(value: Any) -> Any:
    """A value as the engine takes it."""
    if isinstance(value, datetime):
        return connection.ops.adapt_datetimefield_value(value)
    return connection.ops.adapt_datefield_value(value) if isinstance(value, date) else value
