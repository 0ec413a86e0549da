"""Reading what is folded: sums of past months, the days of this one, and the tail of history since the last fold."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from django.db import connection

from reports.models import Fold, Tally

from . import deltas, folding
from .deltas import Marks, Side
from .folding import DAY, MONTH
from .values import NUMBERS, Counts

TALLIES, FOLD = Tally._meta.db_table, Fold._meta.db_table
NAMES = ", ".join(f't."{name}"' for name in NUMBERS)
SUMS = ", ".join(f'SUM("{name}") AS "{name}"' for name in NUMBERS)
Figures = list[int]


def on(day: date) -> dict[str, Counts] | None:
    """The figures of each key at the end of a day, without what is due next; None: nothing is folded. Two queries."""
    held = _asked(
        f"SELECT f.tasks, f.tags, f.thresholds, t.key, {NAMES} FROM {FOLD} AS f LEFT JOIN (SELECT key, {SUMS}"  # noqa: S608
        f" FROM {TALLIES} WHERE (span = '{MONTH}' AND day < %s) OR (span = '{DAY}' AND day >= %s AND day <= %s)"
        f" GROUP BY key) AS t ON 1 = 1",
        [day.replace(day=1), day.replace(day=1), day],
    )
    marks = _marks(held)
    if marks is None:
        return None
    sums: dict[str, Figures] = {
        key: list(map(int, figures)) for key, *figures in (row[3:] for row in held) if key is not None
    }
    for key, when, figures in _tail(marks):
        if when <= day:
            _add(sums.setdefault(key, [0] * len(NUMBERS)), figures)
    return {key: _counts(figures) for key, figures in sums.items() if any(figures)}


def over(days: Sequence[date], key: str) -> tuple[Counts, ...] | None:
    """The figures of one key at the end of each of some days; None where nothing is folded. Two queries."""
    months = sorted({day.replace(day=1) for day in days})
    within = " OR ".join(["(t.day >= %s AND t.day <= %s)"] * len(months))
    latest = {month: max(day for day in days if day.replace(day=1) == month) for month in months}
    held = _asked(
        f"SELECT f.tasks, f.tags, f.thresholds, t.span, t.day, {NAMES} FROM {FOLD} AS f LEFT JOIN {TALLIES} AS t"  # noqa: S608
        f" ON t.key = %s AND ((t.span = '{MONTH}' AND t.day < %s) OR (t.span = '{DAY}' AND ({within})))",
        [key, months[-1], *(day for month in months for day in (month, latest[month]))],
    )
    marks = _marks(held)
    if marks is None:
        return None
    rows = [(span, _day(when), figures) for span, when, *figures in (row[3:] for row in held) if span is not None]
    tail = [(when, figures) for name, when, figures in _tail(marks) if name == key]
    found = []
    for day in days:
        sums = [0] * len(NUMBERS)
        first = day.replace(day=1)
        for span, when, figures in rows:
            if (span == MONTH and when < first) or (span == DAY and first <= when <= day):
                _add(sums, figures)
        for when, figures in tail:
            if when <= day:
                _add(sums, figures)
        found.append(_counts(sums))
    return tuple(found)


def _tail(marks: Marks) -> Iterator[tuple[str, date, Figures]]:
    """What history since the marks changes."""
    for key, number, *figures in deltas.ask([Side(1), Side(-1, marks)], since=marks):
        yield key, deltas.day_from(number), list(map(int, figures))


def _asked(statement: str, values: list[Any]) -> list[tuple[Any, ...]]:
    days = [connection.ops.adapt_datefield_value(value) if isinstance(value, date) else value for value in values]
    with connection.cursor() as cursor:
        cursor.execute(statement, days)
        return cursor.fetchall()


def _marks(held: Sequence[Sequence[Any]]) -> Marks | None:
    """How far is folded, unless nothing is, or with other settings."""
    return Marks(held[0][0], held[0][1]) if held and folding.fits(held[0][2]) else None


def _day(given: Any) -> date:
    return date.fromisoformat(given) if isinstance(given, str) else given


def _add(sums: Figures, figures: Sequence[int]) -> None:
    for place, figure in enumerate(figures):
        sums[place] += figure


def _counts(sums: Figures) -> Counts:
    named: dict[str, Any] = dict(zip(NUMBERS, sums, strict=True))
    return Counts(**named)
