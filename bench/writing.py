"""The rows about writing: many changes at once, one change, sixteen writers, and the sums made anew."""

from __future__ import annotations

import itertools
import json
import os
import statistics
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from .databases import at
from .goals import Report
from .ratio import against
from .writer import act, crowd

MANY = 10_000
WRITERS, FILE_WRITERS = 16, 8
TURNS = 3  # of the writers, each with its floor
CHANGES = 40  # different tasks whose change is tried in turn
Statement = tuple[str, Any]


def rows(report: Report, database: str, *, seconds: float) -> None:
    with at(database):
        _many(report, database)
        _one(report, database)
        if connection.vendor == "postgresql":
            _writers(report, database, seconds)
            _anew(report, database)


# ── Many changes at once ─────────────────────────────────────────────────────────────────────────────────────────


def _many(report: Report, database: str) -> None:
    """The same status for many tasks, against two statements that write row and history and compare each revision."""
    from mandates.actions import bulk
    from mandates.models import Member, Task

    by = Member.objects.get(username="coordinator")
    seen = dict(Task.objects.open().exclude(status="none").order_by("pk").values_list("pk", "revision")[:MANY])

    def change() -> int:
        with transaction.atomic():
            count = bulk.update_many(seen=seen, to="risk", words="Funds are short.", by=by, at=timezone.now())
            transaction.set_rollback(True)
        return count

    with _kept() as sent:
        count = change()
    ratio = against(partial(_floor_many, seen), change)
    figures = f"{count:,} changes with history, {database}: against set-based SQL ({ratio})"
    report.row("P13", ratio.value, figures)
    queries = len(sent) - count / 1000
    report.row("P13 queries", max(0, queries), f"statements besides one for a thousand rows, of {len(sent)}")


def _floor_many(seen: dict[int, int]) -> None:
    """Set-based, each row with its own status and its revision compared."""
    columns, own = _columns()
    now = connection.ops.adapt_datetimefield_value(timezone.now())
    rows = json.dumps([[key, revision] for key, revision in seen.items()])
    given = (
        "SELECT (e.value->>0)::bigint AS id, (e.value->>1)::int AS revision FROM json_array_elements(%s::json) e"
        if connection.vendor == "postgresql"
        else "SELECT e.value ->> 0 AS id, e.value ->> 1 AS revision FROM json_each(%s) e"
    )
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE mandates_task SET status = 'risk', revision = mandates_task.revision + 1, last_word_at = %s"  # noqa: S608
            f" FROM ({given}) AS v WHERE v.id = mandates_task.id AND v.revision = mandates_task.revision",
            [now, rows],
        )
        cursor.execute(
            f"INSERT INTO mandates_historicaltask ({columns}, history_date, history_type) SELECT {own}, %s, '~'"  # noqa: S608
            f" FROM mandates_task JOIN ({given}) AS v ON v.id = mandates_task.id",
            [now, rows],
        )
        transaction.set_rollback(True)


def _columns() -> tuple[str, str]:
    """The columns of a task as its history has them, and the same of the task's own table."""
    from mandates.models import Task

    names = [str(field.column) for field in Task._meta.concrete_fields if not field.generated]
    return ", ".join(names), ", ".join(f"mandates_task.{name}" for name in names)


# ── One change ───────────────────────────────────────────────────────────────────────────────────────────────────


def _one(report: Report, database: str) -> None:
    """The statements of one change, against the two that write row and history: both sent bare, each to its commit."""
    changes, floors, most = recorded()
    ratio = against(_turns(floors), _turns(changes))
    report.row("P14", ratio.value, f"one change, {database}: its SQL against row and history ({ratio})")
    report.row("P14 queries", most, "statements of one change, at most")


def recorded() -> tuple[list[list[Statement]], list[list[Statement]], int]:
    """What is sent when a member says where each of some tasks stands; the floor under each of these changes; and how
    many statements a change takes at most."""
    from mandates.actions import status
    from mandates.models import Member, Task

    rows = Task.objects.open().filter(status="prog", submitted_at=None, lead__posts__holdings__until=None)
    rows = rows.exclude(lead__posts__holdings=None).order_by("pk").distinct()[:CHANGES]
    found, floors = [], []
    for number, task in enumerate(rows):
        by = Member.objects.filter(holdings__post__unit=task.lead, holdings__until=None, role="member").first()
        if by is None:
            continue
        with _kept() as sent, transaction.atomic():
            status.update(task=task, to="prog", words="Two answers are in.", by=by, at=timezone.now(),
                          seen=task.revision, token=f"bench-{os.getpid()}-{number}")  # fmt: skip
            transaction.set_rollback(True)
        found.append([_without_token(one) for one in sent if not one[0].startswith(("SAVEPOINT", "RELEASE"))])
        floors.append(_floor_one(task.pk, by.pk))
    return found, floors, max(map(len, found))


def _without_token(one: Statement) -> Statement:
    """The form's number is taken once only; sent again it must not be there."""
    sql, params = one
    if sql.startswith("INSERT") and params:
        params = tuple(None if str(value).startswith("bench-") else value for value in params)
    return sql, params


def _floor_one(key: int, by: int) -> list[Statement]:
    """The row with its new revision, and its copy in history, as one would write them by hand."""
    columns, own = _columns()
    now = connection.ops.adapt_datetimefield_value(timezone.now())
    return [
        (
            "UPDATE mandates_task SET status = 'prog', last_word_at = %s, revision = revision + 1"
            " WHERE id = %s AND revision > 0",
            [now, key],
        ),
        (
            f"INSERT INTO mandates_historicaltask ({columns}, history_date, history_type, history_user_id)"  # noqa: S608
            f" SELECT {own}, %s, '~', %s FROM mandates_task WHERE id = %s",
            [now, by, key],
        ),
    ]


def _turns(changes: list[list[Statement]]) -> Callable[[], None]:
    """One change after another, each in a transaction of its own."""
    next_one = itertools.cycle(changes)

    def work() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            for sql, params in next(next_one):
                cursor.execute(sql, params)
                if cursor.description:
                    cursor.fetchall()

    return work


@contextmanager
def _kept() -> Iterator[list[Statement]]:
    sent: list[Statement] = []

    def keep(execute: Callable, sql: str, params: Any, many: bool, context: Any) -> Any:
        sent.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(keep):
        yield sent


# ── Sixteen writers ──────────────────────────────────────────────────────────────────────────────────────────────


def _writers(report: Report, database: str, seconds: float) -> None:
    """Sixteen people at once. First the SQL alone, in turns with its floor; then the verb itself, and a recount."""
    changes, floors, _most = recorded()
    turn = max(2.0, seconds / 10)
    rates: dict[str, list[float]] = {"floor": [], "change": []}
    for _ in range(TURNS):
        for kind, sent in (("floor", floors), ("change", changes)):
            done = crowd(partial(_from, sent), writers=WRITERS, seconds=turn)
            rates[kind].append(sum(one.changes for one in done) / turn)
    ours, floor = statistics.median(rates["change"]), statistics.median(rates["floor"])
    report.row("P15", ours / floor, f"{WRITERS} writers, {database}: {ours:.0f} changes a second against {floor:.0f}")
    acts = crowd(act, writers=WRITERS, seconds=seconds)
    errors = [error for one in acts for error in one.errors]
    count = sum(one.changes for one in acts)
    report.row(
        "P15 errors", len(errors), f"deadlocks and errors of {count} changes in {seconds:g} s {errors[:1] or ''}"
    )
    from reports.rollup import folding
    from reports.rollup.recounting import recount

    folding.fold(now=timezone.now())
    report.row("P15 wrong", len(recount(now=timezone.now())), "differences between the roll-up and a plain count then")


def file_writers(report: Report, database: str, *, seconds: float) -> None:
    """Eight people at once on a database that is a file, which takes one writer at a time: nobody is told "locked"."""
    with at(database):
        acts = crowd(act, writers=FILE_WRITERS, seconds=seconds)
    errors = [error for one in acts for error in one.errors]
    count = sum(one.changes for one in acts)
    report.row(
        "P19 errors", len(errors), f"errors of {FILE_WRITERS} writers on SQLite, of {count} changes {errors[:1] or ''}"
    )


def _from(changes: list[list[Statement]], number: int) -> Callable[[], None]:
    """Bare statements to the commit, beginning at another task than the other writers do."""
    at = number % len(changes)
    return _turns(changes[at:] + changes[:at])


# ── The sums made anew ───────────────────────────────────────────────────────────────────────────────────────────


def _anew(report: Report, database: str) -> None:
    """All sums from history, against the signed changes of each day laid into a table by hand."""
    from reports.rollup import folding

    ratio = against(_floor_anew, lambda: folding.rebuild(now=timezone.now()), turns=3)
    report.row("P17", ratio.value, f"sums made anew, {database}: against a table of signed changes ({ratio})")
    report.row("P17 seconds", ratio.work, f"seconds, {database}; readers go on with what is folded until it is done")


def _floor_anew() -> None:
    """Per day, line and status what came and what went, as one statement lays it into a table; and its months."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("""
            CREATE TEMPORARY TABLE bench_days ON COMMIT DROP AS
            WITH stood AS (
              SELECT id, instruction_id, status, (history_date AT TIME ZONE 'Europe/Zurich')::date AS day,
                     lead(history_date) OVER (PARTITION BY id ORDER BY history_date, history_id) AS until, history_type
              FROM mandates_historicaltask),
            signed AS (
              SELECT instruction_id, status, day, 1 AS n FROM stood WHERE history_type <> '-'
              UNION ALL
              SELECT instruction_id, status, (until AT TIME ZONE 'Europe/Zurich')::date, -1
              FROM stood WHERE until IS NOT NULL AND history_type <> '-')
            SELECT g.action_line_id, s.status, s.day, sum(n) AS n FROM signed s
            LEFT JOIN mandates_linetag g ON g.instruction_id = s.instruction_id GROUP BY 1, 2, 3
        """)
        cursor.execute("""
            CREATE TEMPORARY TABLE bench_months ON COMMIT DROP AS
            SELECT action_line_id, status, date_trunc('month', day) AS month, sum(n) AS n
            FROM bench_days GROUP BY 1, 2, 3
        """)
