"""What somebody who knows the tables would write by hand: the SQL under filtered roll-ups.

It is asked what the page is asked, the key that stands in the address, and answers what `reports.rollup` answers by
action line: seven statuses, overdue, silent, the next date; a row for each line by its code (a part counts in its line
too, once), and one for all. `check` holds the two together, so that no floor is low because it says something else. Of
the ways tried at both sizes (figures by status alone, figures per instruction first, the clock in each figure) this
was the quickest that gives these figures.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.db import connection

Statements = list[tuple[str, list[Any]]]

COLUMNS = """
instruction_id, status, is_open, matters_on,
CASE WHEN NOT is_open OR submitted_at IS NOT NULL THEN ''
     WHEN matters_on < %s AND coalesce(late_after, matters_on) < %s THEN 'overdue'
     WHEN waiting_for = '' AND (matters_on IS NULL OR matters_on > %s AND matters_on <= %s)
          AND coalesce(last_word_at, created_at) < %s THEN 'silent' END AS stands
"""
FIGURES = """
count(*) FILTER (WHERE status = 'done'), count(*) FILTER (WHERE status = 'cont'),
count(*) FILTER (WHERE status = 'prog'), count(*) FILTER (WHERE status = 'risk'),
count(*) FILTER (WHERE status = 'todo'), count(*) FILTER (WHERE status = 'none'),
count(*) FILTER (WHERE status IN ('over', 'notus')),
count(*) FILTER (WHERE stands = 'overdue'), count(*) FILTER (WHERE stands = 'silent'),
min(matters_on) FILTER (WHERE is_open AND matters_on >= %s)
"""
LINES = """
SELECT id, code FROM mandates_actionline UNION ALL
SELECT part.id, line.code FROM mandates_actionline part JOIN mandates_actionline line ON line.id = part.parent_id
"""
COUNTED = f"""
SELECT k.code, {FIGURES} FROM t LEFT JOIN k ON k.instruction_id = t.instruction_id GROUP BY 1
UNION ALL SELECT 'all', {FIGURES} FROM t
"""  # noqa: S608
BELOW = """
WITH RECURSIVE below(id) AS (
  SELECT CAST(%s AS bigint) UNION SELECT u.id FROM mandates_unit u JOIN below b ON u.parent_id = b.id)
SELECT id FROM below
"""


def _clocks(moment: Any) -> list[Any]:
    since = connection.ops.adapt_datetimefield_value(moment.silent_since)
    return [moment.day, moment.day, moment.soon_until, moment.silent_until, since]


def filters(moment: Any) -> Iterator[tuple[str, str, Statements]]:
    """(filter, value, statements): the unit, the session and the text with most tasks."""
    from mandates.models import Resolution, Session

    unit = _most("lead")
    below, keys = _below(unit)
    yield "unit", str(unit), [below, _counted(f"lead_id IN ({_marks(keys)})", keys, moment)]
    code = Session.objects.get(pk=_most("session")).code
    key = "(SELECT id FROM mandates_session WHERE code = %s)"
    yield "session", code, [_counted(f"(session_id = {key} OR first_stop_id = {key})", [code, code], moment)]
    slug = Resolution.objects.get(pk=_most("instruction__resolution")).slug
    key = "(SELECT id FROM mandates_resolution WHERE slug = %s)"
    where = f"instruction_id IN (SELECT id FROM mandates_instruction WHERE resolution_id = {key})"  # noqa: S608
    yield "resolution", slug, [_counted(where, [slug], moment)]


def _most(column: str) -> Any:
    """What stands in a column of most tasks."""
    from django.db.models import Count

    from mandates.models import Task

    rows = Task.objects.exclude(**{column: None}).order_by().values_list(column).annotate(n=Count("pk"))
    return rows.order_by("-n", column)[0][0]


def _below(unit: int) -> tuple[tuple[str, list[Any]], list[int]]:
    """The statement that finds the units below one, which no floor is spared: only the one stands in the address."""
    with connection.cursor() as cursor:
        cursor.execute(BELOW, [unit])
        return (BELOW, [unit]), sorted(key for (key,) in cursor.fetchall())


def _marks(keys: Sequence[int]) -> str:
    return ", ".join(["%s"] * len(keys))


def _counted(where: str, values: list[Any], moment: Any) -> tuple[str, list[Any]]:
    """One statement: the chosen tasks once, their lines beside them, and all of them."""
    sql = f"""
        WITH t AS (SELECT {COLUMNS} FROM mandates_task WHERE {where}),
        k AS (SELECT DISTINCT g.instruction_id, l.code FROM mandates_linetag g
              JOIN ({LINES}) l ON l.id = g.action_line_id
              WHERE g.instruction_id IN (SELECT instruction_id FROM t))
        {COUNTED}
    """  # noqa: S608
    return sql, [*_clocks(moment), *values, moment.day, moment.day]


def past_unit(moment: Any) -> tuple[str, str, Statements]:
    """The unit with most tasks as at the end of a past day: the latest row of each task that it ever led, and the tags
    as they were that day."""
    unit = _most("lead")
    below, keys = _below(unit)
    sql = f"""
        WITH t AS (
          SELECT {COLUMNS} FROM (SELECT DISTINCT id FROM mandates_historicaltask WHERE lead_id IN ({_marks(keys)})) c
          CROSS JOIN LATERAL (
            SELECT * FROM mandates_historicaltask h WHERE h.id = c.id AND h.history_date <= %s
            ORDER BY history_date DESC, history_id DESC LIMIT 1) s
          WHERE s.history_type <> '-' AND s.lead_id IN ({_marks(keys)})),
        g AS (
          SELECT DISTINCT ON (id) instruction_id, action_line_id, history_type FROM mandates_historicallinetag
          WHERE instruction_id IN (SELECT instruction_id FROM t) AND history_date <= %s
          ORDER BY id, history_date DESC, history_id DESC),
        k AS (SELECT DISTINCT g.instruction_id, l.code FROM g JOIN ({LINES}) l ON l.id = g.action_line_id
              WHERE g.history_type <> '-')
        {COUNTED}
    """  # noqa: S608
    values = [*_clocks(moment), *keys, moment.now, *keys, moment.now, moment.day, moment.day]
    return "unit", str(unit), [below, (sql, values)]


def check(statements: Statements, rollup: Any) -> None:
    """Raise ValueError unless the last of the statements answers what the roll-up does."""
    from dataclasses import astuple

    with connection.cursor() as cursor:
        cursor.execute(*statements[-1])
        by_hand = {code or "none": tuple(figures) for code, *figures in cursor.fetchall()}
    counted = {**{key: astuple(counts) for key, counts in rollup.rows.items()}, "all": astuple(rollup.total)}
    if connection.vendor != "postgresql":  # SQLite has no dates
        counted = {key: (*numbers, due and due.isoformat()) for key, (*numbers, due) in counted.items()}
    if by_hand != counted:
        raise ValueError(f"by hand {by_hand}, by the roll-up {counted}")
