"""Reading what is folded: sums of past months, the days of this one, and the tail of history since the last fold."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
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
# How far is folded, and how far history goes: where that is the same, there is no tail to ask for.
HEAD = (
    f"f.tasks, f.tags, (SELECT COALESCE(MAX(history_id), 0) FROM {deltas.TASKS}),"  # noqa: S608
    f" (SELECT COALESCE(MAX(history_id), 0) FROM {deltas.TAGS}), f.thresholds"
)


@dataclass(frozen=True, slots=True)
class _Fold:
    marks: Marks
    is_whole: bool


def on(day: date) -> dict[str, Counts] | None:
    """The figures of each key at the end of a day, without what is due next; None: not folded. 1 or 2 queries."""
    held = _asked(
        f"SELECT {HEAD}, t.key, {NAMES} FROM {FOLD} AS f LEFT JOIN (SELECT key, {SUMS}"  # noqa: S608
        f" FROM {TALLIES} WHERE (span = '{MONTH}' AND day < %s) OR (span = '{DAY}' AND day >= %s AND day <= %s)"
        f" GROUP BY key) AS t ON 1 = 1",
        [day.replace(day=1), day.replace(day=1), day],
    )
    fold = _fold(held)
    if fold is None:
        return None
    sums: dict[str, Figures] = {
        key: list(map(int, figures)) for key, *figures in (row[5:] for row in held) if key is not None
    }
    for key, when, figures in _tail(fold):
        if when <= day:
            _add(sums.setdefault(key, [0] * len(NUMBERS)), figures)
    return {key: _counts(figures) for key, figures in sums.items() if any(figures)}


def over(days: Sequence[date], key: str) -> tuple[Counts, ...] | None:
    """The figures of one key at the end of each of some days; None where nothing is folded. 1 or 2 queries."""
    months = sorted({day.replace(day=1) for day in days})
    within = " OR ".join(["(t.day >= %s AND t.day <= %s)"] * len(months))
    latest = {month: max(day for day in days if day.replace(day=1) == month) for month in months}
    held = _asked(
        f"SELECT {HEAD}, t.span, t.day, {NAMES} FROM {FOLD} AS f LEFT JOIN {TALLIES} AS t"  # noqa: S608
        f" ON t.key = %s AND ((t.span = '{MONTH}' AND t.day < %s) OR (t.span = '{DAY}' AND ({within})))",
        [key, months[-1], *(day for month in months for day in (month, latest[month]))],
    )
    fold = _fold(held)
    if fold is None:
        return None
    rows = [(span, _day(when), figures) for span, when, *figures in (row[5:] for row in held) if span is not None]
    tail = [(when, figures) for name, when, figures in _tail(fold) if name == key]
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


def _tail(fold: _Fold) -> Iterator[tuple[str, date, Figures]]:
    """What history since the fold changes; nothing is asked where there is none."""
    if fold.is_whole:
        return
    for key, number, *figures in deltas.ask([Side(1), Side(-1, fold.marks)], since=fold.marks):
        yield key, deltas.day_from(number), list(map(int, figures))


def _asked(statement: str, values: list[Any]) -> list[tuple[Any, ...]]:
    days = [connection.ops.adapt_datefield_value(value) if isinstance(value, date) else value for value in values]
    with connection.cursor() as cursor:
        cursor.execute(statement, days)
        return cursor.fetchall()


def _fold(held: Sequence[Sequence[Any]]) -> _Fold | None:
    """How far is folded, unless nothing is, or with other settings."""
    if not held or not folding.fits(held[0][4]):
        return None
    tasks, tags, last_task, last_tag = held[0][:4]
    return _Fold(Marks(tasks, tags), is_whole=(tasks, tags) == (last_task, last_tag))


def _day(given: Any) -> date:
    return date.fromisoformat(given) if isinstance(given, str) else given


def _add(sums: Figures, figures: Sequence[int]) -> None:
    for place, figure in enumerate(figures):
        sums[place] += figure


def _counts(sums: Figures) -> Counts:
    named: dict[str, Any] = dict(zip(NUMBERS, sums, strict=True))
    return Counts(**named)
