"""Counting: from tallies where they hold the answer, else from the rows themselves, by one statement."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from functools import lru_cache
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from mandates.models import Task
from mandates.models.prepared import Given, OneOf, Prepared
from reports import facets
from reports.as_at import tasks, tasks_of
from reports.asked import chosen
from reports.clocks import Moment
from reports.grouping import Counting, FirstDue, Grouping, Raw
from reports.statements import later, told

from . import folded
from .values import Counts, Rollup, Scope

# How far it is looked what is due first on each line: among so many tasks of today; on a past day among so many rows of
# history, of which each task has several. What has nothing due there is looked for farther on.
SOONEST = 300
ROWS_AHEAD = 10_000


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
    some = {key for key, counts in held.items() if key and counts.open > counts.overdue}
    due: dict[str, date] = {}
    for due in _nearer_first(as_at):
        if some <= due.keys():
            break
    first = min(due.values(), default=None)
    rows = {key: replace(counts, next_due=due.get(key)) for key, counts in held.items() if key}
    return Rollup(scope, as_at, rows, {}, replace(held.get("", Counts()), next_due=first))


def _nearer_first(as_at: Moment) -> Iterator[dict[str, date]]:
    """What is due next on each action line, of those that are due soon; and again, looked for farther on, until all
    have been looked at."""
    given, engine = told(as_at), connection.vendor
    if not as_at.is_past:
        due, seen = _soonest(SOONEST, engine).ask(given)
        yield due
        if seen == SOONEST:
            yield _soonest(0, engine).ask(given)[0]
        return
    due = {}
    start: date | None = as_at.day
    rows = ROWS_AHEAD
    while start:
        until = _day_after(rows).ask(start=start)
        stretch = {"start": start, "until": until[0] if until else date.max}
        due = _due_then(rows, engine).ask({**given, **stretch})[0] | due
        yield due
        # Of the rows of the last day some may be left: from there on, and farther, so that a day with many is passed.
        start, rows = (until[0] if until else None), 2 * rows


@lru_cache(maxsize=4)
def _soonest(most: int, engine: str) -> FirstDue:
    """The statement of what is due next on each action line, among the `most` that are due soonest; 0: all."""
    moment = later(is_past=False)
    rows = tasks(moment).filter(is_open=True, matters_on__gte=Given("day"))
    return FirstDue(rows.order_by("matters_on")[:most] if most else rows, facets.DIMENSIONS["line"].grouping(moment))


def _ahead() -> QuerySet[Any]:
    """The rows of all history that are open and due from a day on, in that order."""
    return Task.history.filter(is_open=True, matters_on__gte=Given("start")).order_by("matters_on")


@lru_cache(maxsize=20)
def _day_after(rows: int) -> Prepared:
    """The day of the last of so many rows ahead; none where there are fewer."""
    return Prepared(lambda: _ahead().values_list("matters_on", flat=True)[rows - 1 : rows])


@lru_cache(maxsize=20)
def _due_then(rows: int, engine: str) -> FirstDue:
    """What was due next on each action line, of the tasks in so many rows ahead, up to the day of the last of them.

    Each task is looked up once: most of the rows were not the latest at that moment. What was due later than that day
    counts not: a row that is not among these may have been due before it.
    """
    moment = later(is_past=True)
    due = tasks_of(_ahead()[:rows], moment).filter(
        is_open=True, matters_on__gte=Given("start"), matters_on__lte=Given("until")
    )
    return FirstDue(due, facets.DIMENSIONS["line"].grouping(moment))


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
