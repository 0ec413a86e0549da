"""What history adds to the tallies, as one statement of SQL for both engines.

A row of history is a task's state from its day until the day of the next one, a tag's row the same; what counts is the
state at the end of a day at the seat. Within that time a task is overdue from the day after its last one in time, and
silent from when its last word is too old until it is due soon: so the clocks that run by themselves are in the sums,
on days to come too. Entering a span adds one on its first day, leaving it takes one away.

The sums of an instruction depend on its rows of history alone. So any rows that were written since, in whatever order
and with whatever dates, are folded in by taking away what the instructions that they touch gave before, and adding
what they give now.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.db import connection

from mandates.models import ActionLine, LineTag, Task

from .values import NOBODY, NUMBERS

EVER = 2_000_000  # days: later than any date
TASKS = Task.history.model._meta.db_table
TAGS = LineTag.history.model._meta.db_table
LINES = ActionLine._meta.db_table


@dataclass(frozen=True, slots=True)
class Marks:
    """The rows of history up to these keys."""

    tasks: int
    tags: int


@dataclass(frozen=True, slots=True)
class Side:
    """The sums of the rows up to some marks, or of all; taken away with the sign -1."""

    sign: int
    marks: Marks | None = None


def statement(sides: Sequence[Side], *, since: Marks | None = None) -> str:
    """SELECT of (key, day as a number, the nine figures): the sum of the sides.

    With `since`, only of the instructions that rows of history after these marks touch.
    """
    parts = [_touched(since)] if since else []
    for number, side in enumerate(sides):
        parts += _side(number, side, only_touched=since is not None)
    sums = ", ".join(f"SUM({_figure(name)}) AS {_named(name)}" for name in NUMBERS)
    edges = " UNION ALL ".join(f"SELECT * FROM edges{number}" for number in range(len(sides)))  # noqa: S608
    some = " OR ".join(f"SUM({_figure(name)}) <> 0" for name in NUMBERS)
    return f"WITH {', '.join(parts)} SELECT key, day, {sums} FROM ({edges}) AS e GROUP BY key, day HAVING {some}"  # noqa: S608


def day_of(number: str) -> str:
    """SQL of a day from its number."""
    return f"(DATE '2000-01-01' + {number})" if _postgres() else f"date(2451544.5 + {number})"


def month_of(column: str) -> str:
    """SQL of the first day of a date's month."""
    return f"date_trunc('month', {column})::date" if _postgres() else f"date({column}, 'start of month')"


def day_from(number: int) -> date:
    """The day that a number means."""
    return date(2000, 1, 1) + timedelta(days=number)


def _named(name: str) -> str:
    return connection.ops.quote_name(name)


def _postgres() -> bool:
    return connection.vendor == "postgresql"


def _number(column: str) -> str:
    """SQL of a date as a number of days."""
    return f"({column} - DATE '2000-01-01')" if _postgres() else f"CAST(julianday({column}) - 2451544.5 AS INTEGER)"


def _seat_day(column: str) -> str:
    """SQL of the day at the seat of a moment, as a number of days."""
    zone = settings.SEAT_TIME_ZONE.replace("'", "")
    if _postgres():
        return _number(f"({column} AT TIME ZONE '{zone}')::date")
    return _number(f"django_datetime_cast_date({column}, '{zone}', 'UTC')")


def _most(*values: str) -> str:
    return f"{'GREATEST' if _postgres() else 'MAX'}({', '.join(values)})"


def _least(*values: str) -> str:
    return f"{'LEAST' if _postgres() else 'MIN'}({', '.join(values)})"


def _touched(since: Marks) -> str:
    return (
        f"touched AS (SELECT instruction_id FROM {TASKS} WHERE history_id > {since.tasks}"  # noqa: S608
        f" UNION SELECT instruction_id FROM {TAGS} WHERE history_id > {since.tags})"
    )


def _from(table: str, mark: int | None, *, only_touched: bool) -> str:
    conditions = [f"h.history_id <= {mark}"] if mark is not None else []
    if only_touched:
        conditions.append("h.instruction_id IN (SELECT instruction_id FROM touched)")
    return f"{table} AS h" + (f" WHERE {' AND '.join(conditions)}" if conditions else "")


def _figure(name: str) -> str:
    """SQL of what an edge adds to a figure."""
    if name in {"overdue", "silent"}:
        return f"CASE WHEN what = '{name}' THEN sign ELSE 0 END"
    status = "IN ('over', 'notus')" if name == "off" else f"= '{name}'"
    return f"CASE WHEN what = 'status' AND status {status} THEN sign ELSE 0 END"


def _side(n: int, side: Side, *, only_touched: bool) -> list[str]:
    """The CTEs of one side; the last is `edges`: (key, status, what, day, sign)."""
    after, within, soon = settings.SILENT_AFTER_DAYS, settings.SILENT_WITHIN_DAYS, settings.DUE_SOON_DAYS
    task_mark, tag_mark = (side.marks.tasks, side.marks.tags) if side.marks else (None, None)
    matters, word = _number("h.matters_on"), _seat_day("COALESCE(h.last_word_at, h.created_at)")
    order = "PARTITION BY h.id ORDER BY h.history_date, h.history_id"
    until = f"LEAD({_seat_day('h.history_date')}, 1, {EVER}) OVER ({order})"
    quiet = f"{word} + {after + 1}"
    return [
        # a task's state, from its day until the next; of several in one day only the last lasts until the day's end
        f"rows{n} AS (SELECT h.instruction_id, h.history_type, h.status, {_seat_day('h.history_date')} AS since,"  # noqa: S608
        f" {until} AS until, h.is_open AND h.submitted_at IS NULL AS runs, h.waiting_for = '' AS ours,"
        f" {_number('COALESCE(h.late_after, h.matters_on)')} + 1 AS late,"
        f" {_most(quiet, f'COALESCE({matters} - {within}, -{EVER})')} AS quiet, "
        f" COALESCE({matters} - {soon}, {EVER}) AS soon FROM {_from(TASKS, task_mark, only_touched=only_touched)})",
        f"states{n} AS (SELECT * FROM rows{n} WHERE history_type <> '-' AND since < until)",  # noqa: S608
        # a line counts while at least one tag of it, or of a part of it, is there; "none" while there is no tag at all
        f"tags{n} AS (SELECT h.instruction_id, h.action_line_id, h.history_type,"  # noqa: S608
        f" {_seat_day('h.history_date')} AS since, {until} AS until"
        f" FROM {_from(TAGS, tag_mark, only_touched=only_touched)})",
        f"keyed{n} AS (SELECT t.instruction_id, k.key, t.since, t.until FROM tags{n} AS t JOIN"  # noqa: S608
        f" (SELECT id, code AS key FROM {LINES} UNION ALL SELECT id, '{NOBODY}' FROM {LINES} UNION ALL"
        f" SELECT part.id, line.code FROM {LINES} AS part JOIN {LINES} AS line ON line.id = part.parent_id) AS k"
        f" ON k.id = t.action_line_id WHERE t.history_type <> '-' AND t.since < t.until)",
        f"steps{n} AS (SELECT instruction_id, key, day, SUM(n) AS n FROM ("  # noqa: S608
        f"SELECT instruction_id, key, since AS day, 1 AS n FROM keyed{n} UNION ALL"
        f" SELECT instruction_id, key, until, -1 FROM keyed{n} WHERE until < {EVER} UNION ALL"
        f" SELECT DISTINCT instruction_id, '{NOBODY}', -{EVER}, 0 FROM states{n}) AS s"
        f" GROUP BY instruction_id, key, day)",
        f"counted{n} AS (SELECT instruction_id, key, day AS since,"  # noqa: S608
        f" SUM(n) OVER (PARTITION BY instruction_id, key ORDER BY day) AS tags,"
        f" LEAD(day, 1, {EVER}) OVER (PARTITION BY instruction_id, key ORDER BY day) AS until FROM steps{n})",
        f"lines{n} AS (SELECT instruction_id, key, since, until FROM counted{n}"  # noqa: S608
        f" WHERE (key <> '{NOBODY}' AND tags > 0) OR (key = '{NOBODY}' AND tags = 0))",
        # each state under each key
        f"both{n} AS (SELECT '' AS key, since, until, status, runs, ours, late, quiet, soon FROM states{n} UNION ALL"  # noqa: S608
        f" SELECT l.key, {_most('s.since', 'l.since')}, {_least('s.until', 'l.until')}, s.status, s.runs, s.ours,"
        f" s.late, s.quiet, s.soon FROM states{n} AS s JOIN lines{n} AS l ON l.instruction_id = s.instruction_id"
        f" AND l.since < s.until AND s.since < l.until)",
        f"spans{n} AS (SELECT key, status, 'status' AS what, since, until FROM both{n} UNION ALL"  # noqa: S608
        f" SELECT key, status, 'overdue', {_most('since', 'late')}, until FROM both{n} WHERE runs AND late < until"
        f" UNION ALL SELECT key, status, 'silent', {_most('since', 'quiet')}, {_least('until', 'soon')} FROM both{n}"
        f" WHERE runs AND ours AND quiet < soon AND quiet < until AND since < soon)",
        f"edges{n} AS (SELECT key, status, what, since AS day, {side.sign} AS sign FROM spans{n} UNION ALL"  # noqa: S608
        f" SELECT key, status, what, until, {-side.sign} FROM spans{n} WHERE until < {EVER})",
    ]


def ask(sides: Sequence[Side], *, since: Marks | None = None) -> list[tuple[Any, ...]]:
    """The rows of the statement."""
    with connection.cursor() as cursor:
        cursor.execute(statement(sides, since=since))
        return cursor.fetchall()
