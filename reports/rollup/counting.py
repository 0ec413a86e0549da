"""Counting: from the rows themselves, by one statement."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from reports import facets
from reports.clocks import Moment
from reports.grouping import Raw, grouped

from .values import Counts, Rollup, Scope


def rollup(scope: Scope, as_at: Moment) -> Rollup:
    """The figures of a scope at a moment."""
    return counted(scope, as_at)


def trend(scope: Scope, days: Sequence[date]) -> tuple[Counts, ...]:
    """The figures of all tasks of a scope at the end of each of some days."""
    return tuple(counted(scope, Moment.at(day)).total for day in days)


def counted(scope: Scope, as_at: Moment) -> Rollup:
    """The figures, from the rows that the list of work would show."""
    dimensions = [facets.DIMENSIONS[name] for name in scope.dimensions]
    groups, total = grouped(scope.asked.tasks(as_at), as_at, [one.grouping(as_at) for one in dimensions])
    keys = [
        _kept(one.grouping(as_at).keys({raws[number] for raws, _figures in groups}), scope, name)
        for number, (name, one) in enumerate(zip(scope.dimensions, dimensions, strict=True))
    ]
    rows: dict[str, Counts] = {}
    cells: dict[tuple[str, str], Counts] = {}
    for raws, figures in groups:
        counts = Counts(*figures)
        for key in keys[0][raws[0]]:
            if not scope.across:
                rows[key] = rows.get(key, Counts()) + counts
            for other in keys[1][raws[1]] if scope.across else ():
                cells[key, other] = cells.get((key, other), Counts()) + counts
    if scope.across:
        rows = dict(counted(Scope(scope.by, "", scope.where), as_at).rows)
    return Rollup(scope, as_at, rows, cells, Counts(*total))


def _kept(keys: Any, scope: Scope, name: str) -> dict[Raw, tuple[str, ...]]:
    """The keys without those that only overlap with a filter on the same thing: their list would hold other rows."""
    if name not in scope.where:
        return dict(keys)
    within = facets.DIMENSIONS[name].within(scope.where[name])
    return {raw: tuple(key for key in found if within(key)) for raw, found in keys.items()}
