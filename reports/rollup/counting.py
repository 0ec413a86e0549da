"""Counting: from tallies where they hold the answer, else from the rows themselves, by one statement."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from functools import lru_cache
from typing import Any

from django.db import connection

from mandates.models.prepared import Given, OneOf
from reports import facets
from reports.as_at import tasks
from reports.asked import chosen
from reports.clocks import Moment
from reports.grouping import Counting, FirstDue, Grouping, Raw
from reports.statements import later, told

from . import folded
from .values import Counts, Rollup, Scope

SOONEST = 300  # tasks among which the first date of each key is looked for; what has none there is asked for alone


def rollup(scope: Scope, as_at: Moment) -> Rollup:
    """The figures of a scope at a moment: from the tallies where they hold them, else counted."""
    if scope.by == "line" and not scope.across and not scope.where:
        held = folded.on(as_at.day)
        if held is not None:
            return _with_dates(scope, as_at, held)
    return counted(scope, as_at)


def trend(scope: Scope, days: Sequence[date]) -> tuple[Counts, ...]:
    """The figures of all tasks of a scope at the end of each of some days, without what is due next."""
    if days and set(scope.where) <= {"line"}:
        held = folded.over(days, scope.where.get("line", ""))
        if held is not None:
            return held
    return tuple(replace(counted(Scope("line", "", scope.where), Moment.at(day)).total, next_due=None) for day in days)


def _with_dates(scope: Scope, as_at: Moment, held: dict[str, Counts]) -> Rollup:
    """The figures of the tallies, with what is due next."""
    given, shape = told(as_at), (as_at.is_past, connection.vendor)
    due, seen = _ahead(SOONEST, *shape).ask(given)
    missing = any(key and key not in due and counts.open > counts.overdue for key, counts in held.items())
    if missing and seen == SOONEST:
        due, seen = _ahead(0, *shape).ask(given)
    first = min(due.values(), default=None)
    rows = {key: replace(counts, next_due=due.get(key)) for key, counts in held.items() if key}
    return Rollup(scope, as_at, rows, {}, replace(held.get("", Counts()), next_due=first))


@lru_cache(maxsize=10)
def _ahead(most: int, is_past: bool, engine: str) -> FirstDue:
    """The statement of what is due next on each action line, among the `most` that are due soonest; 0: all."""
    moment = later(is_past=is_past)
    rows = tasks(moment, few=bool(most)).filter(is_open=True, matters_on__gte=Given("day"))
    return FirstDue(rows.order_by("matters_on")[:most] if most else rows, facets.DIMENSIONS["line"].grouping(moment))


def counted(scope: Scope, as_at: Moment) -> Rollup:
    """The figures, from the rows that the list of work would show."""
    meanings = {name: facets.FILTERS[name].meaning(value) for name, value in scope.asked.values.items() if value}
    shape = tuple((name, meaning.word) for name, meaning in meanings.items())
    counting, groupings = _put_together(scope.dimensions, shape, as_at.is_past, connection.vendor)
    groups, total = counting.ask({**told(as_at), **{name: meaning.value for name, meaning in meanings.items()}})
    keys = [
        _kept(grouping.keys({raws[number] for raws, _figures in groups}), scope, name)
        for number, (name, grouping) in enumerate(zip(scope.dimensions, groupings, strict=True))
    ]
    rows: dict[str, Counts] = {}
    cells: dict[tuple[str, str], Counts] = {}
    for raws, figures in groups:
        counts = Counts(*figures)
        for key in keys[0][raws[0]]:
            if not scope.across:
                rows[key] = rows[key] + counts if key in rows else counts
            for other in keys[1][raws[1]] if scope.across else ():
                cells[key, other] = cells[key, other] + counts if (key, other) in cells else counts
    if scope.across:
        rows = dict(counted(Scope(scope.by, "", scope.where), as_at).rows)
    return Rollup(scope, as_at, rows, cells, Counts(*total))


@lru_cache(maxsize=200)
def _put_together(
    dimensions: tuple[str, ...], shape: tuple[tuple[str, str], ...], is_past: bool, engine: str
) -> tuple[Counting, list[Grouping]]:
    """The statement of all scopes of one shape: it counts the rows that the list has, with values that are told later.
    And how it groups them.

    `engine` is what it is put together for. There are not many shapes: a filter is asked by a value, by "none", or
    stands for nothing.
    """
    moment, conditions = later(is_past=is_past), {}
    for name, word in shape:
        facet = facets.FILTERS[name]
        value = OneOf(name) if facet.several else Given(name)
        conditions[name] = facet.where(facets.Meaning(word, value), moment)
    groupings = [facets.DIMENSIONS[name].grouping(moment) for name in dimensions]
    return Counting(chosen(conditions, moment), moment, groupings), groupings


def _kept(keys: Any, scope: Scope, name: str) -> dict[Raw, tuple[str, ...]]:
    """The keys without those that only overlap with a filter on the same thing: their list would hold other rows."""
    if name not in scope.where:
        return dict(keys)
    within = facets.DIMENSIONS[name].within(scope.where[name])
    return {raw: tuple(key for key in found if within(key)) for raw, found in keys.items()}
