"""What somebody who knows the tables would write by hand: the SQL under filtered roll-ups.

The same figures as `reports.rollup` gives by action line: seven statuses, overdue, silent, the next date; a row for
each line (a part counts in its line too, once), and one for all.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db import connection

Statements = list[tuple[str, list[Any]]]

FIGURES = """
count(*) FILTER (WHERE status = 'done'), count(*) FILTER (WHERE status = 'cont'),
count(*) FILTER (WHERE status = 'prog'), count(*) FILTER (WHERE status = 'risk'),
count(*) FILTER (WHERE status = 'todo'), count(*) FILTER (WHERE status = 'none'),
count(*) FILTER (WHERE status IN ('over', 'notus')),
count(*) FILTER (WHERE is_open AND submitted_at IS NULL AND matters_on < %s AND coalesce(late_after, matters_on) < %s),
count(*) FILTER (WHERE is_open AND submitted_at IS NULL AND waiting_for = ''
  AND (matters_on IS NULL OR matters_on > %s AND matters_on <= %s) AND coalesce(last_word_at, created_at) < %s),
min(matters_on) FILTER (WHERE is_open AND matters_on >= %s)
"""


def _values(moment: Any) -> list[Any]:
    since = connection.ops.adapt_datetimefield_value(moment.silent_since)
    return [moment.day, moment.day, moment.soon_until, moment.silent_until, since, moment.day]


def filters(moment: Any) -> Iterator[tuple[str, str, Statements]]:
    """(filter, value, statements): the unit, the text, the session and the force with most tasks."""
    from django.db.models import Count

    from mandates import rules
    from mandates.models import Resolution, Session, Task

    def most(column: str) -> Any:
        rows = Task.objects.exclude(**{column: None}).order_by().values_list(column).annotate(n=Count("pk"))
        return rows.order_by("-n", column)[0][0]

    unit = most("lead")
    keys = sorted(rules.with_those_below({unit}))
    yield "unit", str(unit), _counted(f"t.lead_id IN ({', '.join(['%s'] * len(keys))})", keys, moment)
    session = Session.objects.get(pk=most("session"))
    where = "(t.session_id = %s OR t.first_stop_id = %s)"
    yield "session", session.code, _counted(where, [session.pk, session.pk], moment)
    resolution = Resolution.objects.get(pk=most("instruction__resolution"))
    where = "t.instruction_id IN (SELECT id FROM mandates_instruction WHERE resolution_id = %s)"
    yield "resolution", resolution.slug, _counted(where, [resolution.pk], moment)


def _counted(where: str, values: list[Any], moment: Any) -> Statements:
    """One statement: the chosen tasks once, their lines beside them, and all of them."""
    figures = _values(moment)
    sql = f"""
        WITH t AS (SELECT instruction_id, status, is_open, submitted_at, matters_on, late_after, waiting_for,
                          last_word_at, created_at
                   FROM mandates_task t WHERE {where})
        SELECT g.action_line_id, {FIGURES} FROM t
        LEFT JOIN mandates_linetag g ON g.instruction_id = t.instruction_id GROUP BY 1
        UNION ALL SELECT NULL, {FIGURES} FROM t
    """  # noqa: S608
    return [(sql, [*values, *figures, *figures])]


def past_unit(moment: Any) -> tuple[str, str, Statements]:
    """The unit with most tasks as at the end of a past day: the latest row of each task that it ever led, and the tags
    as they were that day."""
    from django.db.models import Count

    from mandates import rules
    from mandates.models import Task

    rows = Task.objects.exclude(lead=None).order_by().values_list("lead").annotate(n=Count("pk"))
    unit = rows.order_by("-n", "lead")[0][0]
    keys = sorted(rules.with_those_below({unit}))
    figures, marks = _values(moment), ", ".join(["%s"] * len(keys))
    sql = f"""
        WITH t AS (
          SELECT s.* FROM (SELECT DISTINCT id FROM mandates_historicaltask WHERE lead_id IN ({marks})) c
          CROSS JOIN LATERAL (
            SELECT * FROM mandates_historicaltask h WHERE h.id = c.id AND h.history_date <= %s
            ORDER BY history_date DESC, history_id DESC LIMIT 1) s
          WHERE s.history_type <> '-' AND s.lead_id IN ({marks})),
        g AS (
          SELECT DISTINCT ON (id) instruction_id, action_line_id, history_type FROM mandates_historicallinetag
          WHERE instruction_id IN (SELECT instruction_id FROM t) AND history_date <= %s
          ORDER BY id, history_date DESC, history_id DESC)
        SELECT g.action_line_id, {FIGURES} FROM t
        LEFT JOIN g ON g.instruction_id = t.instruction_id AND g.history_type <> '-' GROUP BY 1
        UNION ALL SELECT NULL, {FIGURES} FROM t
    """  # noqa: S608
    return "unit", str(unit), [(sql, [*keys, moment.now, *keys, moment.now, *figures, *figures])]
