"""Rows written together with their row of history: who, when, why. One at a time, or many at once, which
`QuerySet.update` alone would leave without a trace.

For many: three statements for five thousand rows (row P13 of the faults and floors).

The moment of an act is noted before it waits for its rows. Whoever waited comes after those waited for, so their
history is dated no earlier (`WAITED`): read by date it tells what it tells read by key.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, models
from django.db.models import F
from django.utils.translation import gettext as _

from mandates.models import Member, StatusUpdate, Task

from . import Refused

TOKEN = re.compile(r"[A-Za-z0-9_.:-]{1,40}")
WAITED = timedelta(minutes=1)  # longer waits for no lock; what is dated further back is meant so
AT_ONCE = 5000  # rows a statement: SQLite takes 32,766 parameters, PostgreSQL 65,535


def form_token(*, token: str) -> str:
    """The number of a form, as it came back; Refused where it can't be one that we gave out."""
    if token and not TOKEN.fullmatch(token):
        raise Refused(_("The form came back damaged. Open the page again; your words are kept."))
    return token


def locked(*, rows: models.QuerySet[Any], key: int) -> Any:
    """The row with that key under its lock; Refused where it is gone since the person saw it."""
    for row in rows.select_for_update(of=("self",)).filter(pk=key).order_by():
        return row
    raise Refused(_("This was taken back a moment ago. Nothing was written."))


def save(*, row: Any, by: Member | None, at: datetime, why: str | None = None) -> datetime:
    """Write a row, and in its history that it was `by`, at `at`, and why. The moment that its history says."""
    moment = _after_others(row, at)
    row._history_user, row._history_date, row._change_reason = by, moment, why or None
    row.save()
    return moment


def note(*, row: Any, by: Member | None, at: datetime, why: str | None = None) -> None:
    """Copy a row into its history. The caller has just changed it on the condition that it was as the person saw it,
    whose moment is therefore later than that of whatever was noted before: it is not asked for (row P14)."""
    _insert(*_copying(type(row), [row.pk], by, "%s", [connection.ops.adapt_datetimefield_value(at)], why))


def delete(*, row: Any, by: Member | None, at: datetime, why: str | None = None) -> None:
    """Take a row away; its history stays, and says who did so and why."""
    row._history_user, row._history_date, row._change_reason = by, _after_others(row, at), why or None
    row.delete()


def _after_others(row: Any, at: datetime) -> datetime:
    """The moment of the act, or of the one that it waited for."""
    if row.pk is None:
        return at
    later = type(row).history.filter(id=row.pk, history_date__gt=at, history_date__lte=at + WAITED)
    return later.order_by("-history_date").values_list("history_date", flat=True).first() or at


def change_tasks(
    *,
    keys: Sequence[int],
    values: dict[str, Any],
    kind: str,
    words: str,
    by: Member | None,
    at: datetime,
    token: str = "",
) -> int:
    """Give tasks the same values; each gets one more revision, a row of history and a `StatusUpdate`. How many.

    What no person did (`by` is None: the timetable) leaves its row of history alone. The caller holds the rows' locks,
    has asked for the right, and runs the transaction.
    """
    for part in _parts(sorted(keys)):
        if by is not None:
            _facts(part, values.get("status"), kind, words, by, at)
        Task.objects.filter(pk__in=part).update(**values, revision=F("revision") + 1)
        _insert(*_copying(Task, part, by, *_moment_of_each(Task, at), words))
    if token and keys:
        first = StatusUpdate.objects.filter(task=min(keys), by=by, kind=kind).order_by("-pk").first()
        if first is not None:
            StatusUpdate.objects.filter(pk=first.pk).update(token=token)
    return len(keys)


def _parts(keys: Sequence[int]) -> Iterator[Sequence[int]]:
    return (keys[start : start + AT_ONCE] for start in range(0, len(keys), AT_ONCE))


def _facts(keys: Sequence[int], to: str | None, kind: str, words: str, by: Member, at: datetime) -> None:
    """One fact a task, with the status before (which the row still has) and after."""
    table, named = StatusUpdate._meta.db_table, connection.ops.quote_name
    status = named("status")
    after, given = (status, []) if to is None else ("%s", [to])
    columns = ", ".join(map(named, ("task_id", "kind", "before", "after", "words", "by_id", "at")))
    moment, moments = _moment_of_each(Task, at)
    _insert(
        f"INSERT INTO {named(table)} ({columns}) SELECT {named('id')}, %s, {status}, {after}, %s, %s, {moment}"  # noqa: S608
        f" FROM {named(Task._meta.db_table)} AS kept WHERE {named('id')} IN ({_marks(keys)})",
        [kind, *given, words, by.pk, *moments, *keys],
    )


def _copying(
    model: Any, keys: Sequence[int], by: Member | None, moment: str, moments: Sequence[Any], why: str | None
) -> tuple[str, list[Any]]:
    """The statement, and its values, that copies rows as they are now into the table of their history. `moment` is an
    expression with the values `moments`."""
    named = connection.ops.quote_name
    columns = [
        str(field.column)
        for field in model._meta.concrete_fields
        if not field.generated  # the database works these out in both tables
    ]
    own = ", ".join(map(named, columns))
    about = ", ".join(map(named, ("history_date", "history_type", "history_user_id", "history_change_reason")))
    statement = (
        f"INSERT INTO {named(model.history.model._meta.db_table)} ({own}, {about})"  # noqa: S608
        f" SELECT {own}, {moment}, '~', %s, %s"
        f" FROM {named(model._meta.db_table)} AS kept WHERE {named('id')} IN ({_marks(keys)})"
    )
    return statement, [*moments, by.pk if by else None, why or None, *keys]


def _moment_of_each(model: Any, at: datetime) -> tuple[str, list[Any]]:
    """`_after_others` for each of the rows called `kept`: an expression, and its values."""
    named = connection.ops.quote_name
    later = (
        f"SELECT history_date FROM {named(model.history.model._meta.db_table)} AS past"  # noqa: S608
        f" WHERE past.{named('id')} = kept.{named('id')} AND history_date > %s AND history_date <= %s"
        " ORDER BY history_date DESC LIMIT 1"
    )
    moments = (at, at + WAITED, at)
    return f"COALESCE(({later}), %s)", [connection.ops.adapt_datetimefield_value(moment) for moment in moments]


def _insert(statement: str, values: list[Any]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def _marks(keys: Sequence[int]) -> str:
    return ", ".join(["%s"] * len(keys))
