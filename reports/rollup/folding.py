"""The fold: what history says, added up into tallies a little at a time, and made anew.

What was written since the last fold is added at each reading (`folded`), so a page is never behind.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from mandates.models import ActionLine, LineTag, Task
from reports.models import Fold, Tally

from . import deltas
from .deltas import Marks, Side
from .values import NUMBERS

DAY, MONTH = Tally.Span.DAY.value, Tally.Span.MONTH.value
TABLE = Tally._meta.db_table
WAIT = timedelta(seconds=10)  # for what is under way in other transactions; what takes longer is folded next time
AT_ONCE = 500  # rows a statement
ANEW = "tallies_anew"  # a table of one transaction
MEMORY = "128MB"  # that each sort of a rebuild may take: with PostgreSQL's 4 MB, millions of rows go by the disk


@transaction.atomic
def fold(*, now: datetime) -> int:
    """Fold in what history has got since; how many rows of days changed. Twice, or two at once, does no harm.

    All is made anew where nothing is folded yet, or where settings or lines are others than it was made with.
    """
    held = _held()
    if not fits(held.thresholds) or held.lines != _lines():
        return rebuild(now=now)
    old, new = Marks(held.tasks, held.tags), _settled()
    if new is None or new == old:
        return 0
    rows = deltas.ask([Side(1, new), Side(-1, old)], since=old)
    _add(rows)
    _note(held, new, now)
    return len(rows)


@transaction.atomic
def rebuild(*, now: datetime) -> int:
    """Make the tallies anew from all of history; how many rows of days there are. Readers see the old ones meanwhile.

    Raises TimeoutError where another transaction has been writing history all the while.
    """
    held, marks = _held(), _settled()
    if marks is None:
        raise TimeoutError(f"another transaction has been writing history for {WAIT}: try again")
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # Until the end of the transaction. Of rows that a statement makes itself PostgreSQL knows no numbers, and
            # would sort millions of them on the disk to join them with what has room in memory.
            cursor.execute(f"SET LOCAL work_mem = '{MEMORY}'; SET LOCAL enable_mergejoin = off")
        count = _anew(cursor, marks)
    _note(held, marks, now)
    return count


def _anew(cursor: Any, marks: Marks) -> int:
    """Sums of all days and months beside the tallies; then the tallies that are others give way to them.

    Those that are right stay: where nothing was wrong, nothing is written, and no index is kept up for it.
    """
    columns = ", ".join(map(connection.ops.quote_name, NUMBERS))
    sums = ", ".join(f"SUM({connection.ops.quote_name(name)})" for name in NUMBERS)
    row, month = f"span, key, day, {columns}", deltas.month_of("day")
    cursor.execute(
        f"CREATE TEMPORARY TABLE {ANEW} AS SELECT '{DAY}' AS span, key, {deltas.day_of('day')} AS day, {columns}"  # noqa: S608
        f" FROM ({deltas.statement([Side(1, marks)])}) AS found"
    )
    cursor.execute(f"SELECT COUNT(*) FROM {ANEW}")  # noqa: S608
    (count,) = cursor.fetchone()
    cursor.execute(
        f"INSERT INTO {ANEW} ({row}) SELECT '{MONTH}', key, {month}, {sums} FROM {ANEW} GROUP BY key, {month}"  # noqa: S608
    )
    cursor.execute(f"DELETE FROM {TABLE} WHERE ({row}) NOT IN (SELECT {row} FROM {ANEW})")  # noqa: S608
    cursor.execute(f"INSERT INTO {TABLE} ({row}) SELECT {row} FROM {ANEW} EXCEPT SELECT {row} FROM {TABLE}")  # noqa: S608
    cursor.execute(f"DROP TABLE {ANEW}")
    return count


def fits(given: str) -> bool:
    """Whether tallies that were made with these thresholds are those of the settings."""
    return given == _thresholds()


def _held() -> Fold:
    """The one row, under its lock: who folds, folds alone."""
    Fold.objects.get_or_create(pk=1)
    return Fold.objects.select_for_update().get(pk=1)


def _note(held: Fold, marks: Marks, now: datetime) -> None:
    held.tasks, held.tags, held.folded_at = marks.tasks, marks.tags, now
    held.thresholds, held.lines = _thresholds(), _lines()
    held.save()


def _thresholds() -> str:
    days = (settings.SILENT_AFTER_DAYS, settings.SILENT_WITHIN_DAYS, settings.DUE_SOON_DAYS)
    return " ".join(map(str, (*days, settings.SEAT_TIME_ZONE)))


def _lines() -> str:
    lines = ActionLine.objects.order_by("pk").values_list("pk", "code", "parent")
    return " ".join(":".join(map(str, line)) for line in lines)


def _settled() -> Marks | None:
    """Marks below which nothing can appear any more; None where other transactions go on for too long.

    A row's key is given out before others can see the row. So marks are noted, and hold once every transaction that
    was writing history at that moment is over. SQLite has one writer at a time, and it is us.
    """
    marks = _marks()
    if connection.vendor != "postgresql":
        return marks
    noted, patience = _under_way(), time.monotonic() + WAIT.total_seconds()
    while noted & _under_way():
        if time.monotonic() > patience:
            return None
        time.sleep(0.05)
    return marks


def _marks() -> Marks:
    """The last rows of history that can be seen."""
    tasks, tags = (
        model.history.model._default_manager.order_by("-history_id").values_list("history_id", flat=True).first() or 0
        for model in (Task, LineTag)
    )
    return Marks(tasks, tags)


def _under_way() -> set[str]:
    """The transactions that may hold a key of history, but for our own.

    Who inserts takes the table's lock before a key is given out, and keeps it to the end of the transaction; who only
    waits for it has no key yet. So whoever writes elsewhere, in this database or in another of the server, is not
    waited for.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT virtualtransaction FROM pg_locks"
            " WHERE locktype = 'relation' AND mode = 'RowExclusiveLock' AND granted"
            " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
            " AND relation IN (%s::regclass, %s::regclass) AND pid IS DISTINCT FROM pg_backend_pid()",
            [deltas.TASKS, deltas.TAGS],
        )
        return {transaction for (transaction,) in cursor.fetchall()}


def _add(rows: Iterable[tuple[Any, ...]]) -> None:
    """Add figures to the rows of their days and months."""
    sums: dict[tuple[str, Any, str], Counter[int]] = {}
    for key, number, *figures in rows:
        day = deltas.day_from(number)
        for span, first in ((DAY, day), (MONTH, day.replace(day=1))):
            held = sums.setdefault((span, first, key), Counter())
            for place, figure in enumerate(figures):
                held[place] += figure
    named = [connection.ops.quote_name(name) for name in NUMBERS]
    added = ", ".join(f"{name} = {TABLE}.{name} + excluded.{name}" for name in named)
    marks = f"({', '.join(['%s'] * (3 + len(NUMBERS)))})"
    # in the order of their keys, so that two writers could not wait for each other
    values = [(*key, *(held[place] for place in range(len(NUMBERS)))) for key, held in sorted(sums.items())]
    with connection.cursor() as cursor:
        for start in range(0, len(values), AT_ONCE):
            part = values[start : start + AT_ONCE]
            cursor.execute(
                f"INSERT INTO {TABLE} (span, day, key, {', '.join(named)}) VALUES {', '.join([marks] * len(part))}"  # noqa: S608
                f" ON CONFLICT (span, day, key) DO UPDATE SET {added}",
                [value for row in part for value in row],
            )
