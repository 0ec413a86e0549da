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

from .values import MEASURES, NOBODY, NUMBERS

EVER = 2_000_000  # days: later than any date
ALL, NO_LINE = -1, 0  # in the place of a line's id, while sums are made
WHAT = {name: number for number, name in enumerate(NUMBERS)}  # figures by number: quicker to compare than by name
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
    sums = " UNION ALL ".join(f"SELECT * FROM sums{number}" for number in range(len(sides)))  # noqa: S608
    figures = {name: f"SUM(n) FILTER (WHERE what = {number})" for name, number in WHAT.items()}
    selected = ", ".join(f"COALESCE({figure}, 0) AS {_named(name)}" for name, figure in figures.items())
    some = " OR ".join(f"{figure} <> 0" for figure in figures.values())
    added = f"SELECT key, day, {selected} FROM ({sums}) AS s GROUP BY key, day HAVING {some}"  # noqa: S608
    named = ", ".join(map(_named, NUMBERS))
    return (
        f"WITH {', '.join(parts)} SELECT names.code AS key, day, {named} FROM ({added}) AS added JOIN"  # noqa: S608
        f" (SELECT id, code FROM {LINES} UNION ALL SELECT {NO_LINE}, '{NOBODY}' UNION ALL SELECT {ALL}, '') AS names"
        f" ON names.id = added.key"
    )


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


def _side(n: int, side: Side, *, only_touched: bool) -> list[str]:
    """The CTEs of one side; the last is `sums`: (key, day, what, n)."""
    tasks, tags = (side.marks.tasks, side.marks.tags) if side.marks else (None, None)
    total = f"{side.sign} * CAST(SUM(n) AS integer)"  # PostgreSQL adds larger numbers up digit by digit
    return [
        *_edges(n, _from(TASKS, tasks, only_touched=only_touched)),
        *_lines(n, _from(TAGS, tags, only_touched=only_touched)),
        f"sums{n} AS (SELECT {ALL} AS key, day, what, {total} AS n FROM edges{n} GROUP BY day, what"  # noqa: S608
        f" UNION ALL SELECT key, day, what, {total} FROM keyed{n} GROUP BY key, day, what)",
    ]


# The rows of each thing, the last first: as the index of its days has them (mandates/migrations/0004), so that nothing
# needs to be sorted.
BACKWARDS = "(PARTITION BY h.id ORDER BY h.history_date DESC, h.history_id DESC)"


def _edges(n: int, history: str) -> list[str]:
    """What each task adds to which figure on which day; `edges`: (instruction_id, day, what, n)."""
    after, within, soon = settings.SILENT_AFTER_DAYS, settings.SILENT_WITHIN_DAYS, settings.DUE_SOON_DAYS
    overdue, silent = WHAT["overdue"], WHAT["silent"]
    stored = " ".join(f"WHEN '{name}' THEN {WHAT[name]}" for name in MEASURES if name != "off")
    figure = f"CASE WHEN h.history_type <> '-' THEN CASE h.status {stored} ELSE {WHAT['off']} END END"
    day, word = _seat_day("h.history_date"), _seat_day("COALESCE(h.last_word_at, h.created_at)")
    last, matters = _number("COALESCE(h.late_after, h.matters_on)"), _number("h.matters_on")
    quiet = _most(f"{word} + {after + 1}", f"COALESCE({matters} - {within}, -{EVER})")
    return [
        # a row of history is a state from its day until the day of the next; of several in a day the last one counts.
        # Each number of a row is worked out once, before its neighbours are looked at (without OFFSET, once for each).
        f"rows{n} AS (SELECT instruction_id, figure, LEAD(figure) OVER {BACKWARDS} AS before,"  # noqa: S608
        f" since, LAG(since, 1, {EVER}) OVER {BACKWARDS} AS until, runs, ours, late, quiet, soon FROM ("
        f"SELECT h.id, h.history_date, h.history_id, h.instruction_id, {figure} AS figure, {day} AS since,"
        f" h.is_open AND h.submitted_at IS NULL AND h.history_type <> '-' AS runs, h.waiting_for = '' AS ours,"
        f" {last} + 1 AS late, CASE WHEN h.is_open AND h.waiting_for = '' THEN {quiet} END AS quiet,"
        f" COALESCE({matters} - {soon}, {EVER}) AS soon FROM {history}{' OFFSET 0' if _postgres() else ''}) AS h)",
        # while it lasts, its clock runs: overdue from the day after its last one in time; silent until it is due soon
        f"clocks{n} AS (SELECT instruction_id, {overdue} AS what, {_most('since', 'late')} AS since, until FROM rows{n}"  # noqa: S608
        f" WHERE runs AND since < until AND late < until UNION ALL"
        f" SELECT instruction_id, {silent}, {_most('since', 'quiet')}, {_least('until', 'soon')} FROM rows{n}"
        f" WHERE runs AND ours AND since < until AND quiet < until AND quiet < soon AND since < soon)",
        f"edges{n} AS (SELECT instruction_id, since AS day, figure AS what, 1 AS n FROM rows{n}"  # noqa: S608
        f" WHERE figure IS NOT NULL AND (before IS NULL OR before <> figure) UNION ALL"
        f" SELECT instruction_id, since, before, -1 FROM rows{n}"
        f" WHERE before IS NOT NULL AND (figure IS NULL OR before <> figure) UNION ALL"
        f" SELECT instruction_id, since, what, 1 FROM clocks{n} UNION ALL"
        f" SELECT instruction_id, until, what, -1 FROM clocks{n} WHERE until < {EVER})",
    ]


def _lines(n: int, history: str) -> list[str]:
    """The same under each line while the instruction has it; `keyed`: (key, day, what, n)."""
    day = _seat_day("h.history_date")
    return [
        f"tags{n} AS (SELECT h.instruction_id, h.action_line_id, h.history_type, {day} AS since,"  # noqa: S608
        f" LAG({day}, 1, {EVER}) OVER {BACKWARDS} AS until FROM {history})",
        # a line holds while at least one tag of it, or of a part of it, is there; "none" while there is no tag at all
        f"held{n} AS (SELECT t.instruction_id, k.key, t.since, t.until FROM tags{n} AS t JOIN"  # noqa: S608
        f" (SELECT id, id AS key FROM {LINES} UNION ALL SELECT id, {NO_LINE} FROM {LINES} UNION ALL"
        f" SELECT id, parent_id FROM {LINES} WHERE parent_id IS NOT NULL) AS k"
        f" ON k.id = t.action_line_id WHERE t.history_type <> '-' AND t.since < t.until)",
        f"born{n} AS (SELECT instruction_id, MIN(since) AS since FROM rows{n} GROUP BY instruction_id)",  # noqa: S608
        f"steps{n} AS (SELECT instruction_id, key, day, SUM(n) AS n FROM ("  # noqa: S608
        f"SELECT instruction_id, key, since AS day, 1 AS n FROM held{n} UNION ALL"
        f" SELECT instruction_id, key, until, -1 FROM held{n} WHERE until < {EVER} UNION ALL"
        f" SELECT instruction_id, {NO_LINE}, -{EVER}, 0 FROM born{n}) AS s GROUP BY instruction_id, key, day)",
        f"counted{n} AS (SELECT instruction_id, key, day AS since,"  # noqa: S608
        f" SUM(n) OVER (PARTITION BY instruction_id, key ORDER BY day) AS tags,"
        f" LEAD(day, 1, {EVER}) OVER (PARTITION BY instruction_id, key ORDER BY day) AS until FROM steps{n})",
        f"lines{n} AS (SELECT instruction_id, key, since, until FROM counted{n}"  # noqa: S608
        f" WHERE (key <> {NO_LINE} AND tags > 0) OR (key = {NO_LINE} AND tags = 0))",
        # A line that came or went while there were tasks: on that day it takes on, or loses, what stood the day before.
        f"moved{n} AS (SELECT l.* FROM lines{n} AS l JOIN born{n} AS b ON b.instruction_id = l.instruction_id"  # noqa: S608
        f" WHERE l.since > b.since OR (l.until > b.since AND l.until < {EVER}))",
        f"spans{n} AS (SELECT instruction_id, figure AS what, since, until FROM rows{n} WHERE figure IS NOT NULL"  # noqa: S608
        f" AND since < until AND instruction_id IN (SELECT instruction_id FROM moved{n}) UNION ALL"
        f" SELECT * FROM clocks{n} WHERE instruction_id IN (SELECT instruction_id FROM moved{n}))",
        f"keyed{n} AS (SELECT l.key, e.day, e.what, e.n FROM edges{n} AS e JOIN lines{n} AS l"  # noqa: S608
        f" ON l.instruction_id = e.instruction_id AND e.day >= l.since AND e.day < l.until UNION ALL"
        f" SELECT m.key, m.since, s.what, 1 FROM moved{n} AS m JOIN spans{n} AS s"
        f" ON s.instruction_id = m.instruction_id AND s.since < m.since AND s.until >= m.since UNION ALL"
        f" SELECT m.key, m.until, s.what, -1 FROM moved{n} AS m JOIN spans{n} AS s"
        f" ON s.instruction_id = m.instruction_id AND s.since < m.until AND s.until >= m.until"
        f" WHERE m.until < {EVER})",
    ]


def ask(sides: Sequence[Side], *, since: Marks | None = None) -> list[tuple[Any, ...]]:
    """The rows of the statement."""
    with connection.cursor() as cursor:
        cursor.execute(statement(sides, since=since))
        return cursor.fetchall()
