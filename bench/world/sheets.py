"""Tables filled by the thousand: rows are gathered as values and go into the database portion by portion.

PostgreSQL takes them by COPY, with its indexes and references laid aside meanwhile and made again at the end, which
also proves that each reference leads somewhere. SQLite takes them by plain INSERTs.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db import connection, models

AT_ONCE = 20_000  # rows held in memory before they are written


class Sheet:
    """The rows of one table on their way into it."""

    def __init__(self, model: type[models.Model]) -> None:
        self.model = model
        self.fields = [field for field in model._meta.concrete_fields if not getattr(field, "generated", False)]
        self.empty = {field.column: _default(field) for field in self.fields}
        self.rows: list[tuple] = []
        self.count = 0
        last = model._default_manager.order_by("-pk").values_list("pk", flat=True).first()
        self._keys = itertools.count((last or 0) + 1)

    def key(self) -> int:
        """The key of a new row."""
        return next(self._keys)

    def put(self, **values: Any) -> dict[str, Any]:
        """A row by its columns; what is not said has the model's default. Gives all its values, in their order."""
        row = {**self.empty, **values}
        if len(row) != len(self.empty):
            raise KeyError(f"{self.model.__name__} has no column {set(row) - set(self.empty)}")
        if row["id"] is None:
            row["id"] = self.key()
        self.rows.append(tuple(row.values()))
        return row

    @property
    def table(self) -> str:
        return self.model._meta.db_table


class Trail(Sheet):
    """The table of a model's history: what a row looked like, when, and who did it."""

    def __init__(self, model: Any) -> None:
        super().__init__(model.history.model)
        own = [field.column for field in model._meta.concrete_fields if not getattr(field, "generated", False)]
        named = {field.column: field for field in self.fields}
        about = ["history_date", "history_type", "history_user_id"]
        if "history_change_reason" in named:
            about.append("history_change_reason")
        self.fields = [named[column] for column in (*own, *about)]
        self._says_why = "history_change_reason" in named

    def note(self, row: dict[str, Any], sign: str, at: datetime, by: int | None, why: str | None = None) -> None:
        """That a row was made ("+"), changed ("~") or taken away ("-"), and what it looked like then."""
        about = (at, sign, by, why) if self._says_why else (at, sign, by)
        self.rows.append((*row.values(), *about))


class Book:
    """All sheets of a world. `sheet` and `trail` give that of a model; `flush` writes what has been gathered."""

    def __init__(self) -> None:
        self._sheets: dict[type[models.Model], Sheet] = {}
        self._trails: dict[type[models.Model], Trail] = {}

    def sheet(self, model: type[models.Model]) -> Sheet:
        if model not in self._sheets:
            self._sheets[model] = Sheet(model)
        return self._sheets[model]

    def trail(self, model: type[models.Model]) -> Trail:
        if model not in self._trails:
            self._trails[model] = Trail(model)
        return self._trails[model]

    @property
    def all(self) -> list[Sheet]:
        return [*self._sheets.values(), *self._trails.values()]

    def flush(self, *, least: int = 0) -> None:
        """Write the rows gathered, as soon as there are `least` of any kind."""
        if max((len(sheet.rows) for sheet in self.all), default=0) < least:
            return
        for sheet in self.all:
            if sheet.rows:
                _write(sheet)
                sheet.count += len(sheet.rows)
                sheet.rows = []

    def close(self) -> None:
        """Write what is left, and let the database's own keys go on from there."""
        from django.core.management.color import no_style

        self.flush()
        made = [sheet.model for sheet in self.all]
        with connection.cursor() as cursor:
            for statement in connection.ops.sequence_reset_sql(no_style(), made):
                cursor.execute(statement)


def _default(field: models.Field) -> Any:
    if isinstance(field, models.JSONField):
        return json.dumps(field.get_default())
    return field.get_default()


def _write(sheet: Sheet) -> None:
    named = connection.ops.quote_name
    columns = ", ".join(named(field.column) for field in sheet.fields)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {named(sheet.table)} ({columns}) FROM STDIN") as copy:
                for row in sheet.rows:
                    copy.write_row(row)
            return
        marks = ", ".join(["%s"] * len(sheet.fields))
        moments = [n for n, field in enumerate(sheet.fields) if isinstance(field, models.DateTimeField)]
        cursor.executemany(
            f"INSERT INTO {named(sheet.table)} ({columns}) VALUES ({marks})",  # noqa: S608
            [_plain(row, moments) for row in sheet.rows],
        )


def _plain(row: tuple, moments: list[int]) -> list[Any]:
    """A row as SQLite keeps it: moments are text without their zone."""
    values = list(row)
    for n in moments:
        if values[n] is not None:
            values[n] = connection.ops.adapt_datetimefield_value(values[n])
    return values


@contextmanager
def bare(models_filled: list[type[models.Model]]) -> Iterator[None]:
    """On PostgreSQL, the tables without indexes and references while the block runs; then they have them again."""
    if connection.vendor != "postgresql":
        yield
        return
    connection.check_constraints()  # what waits for the end of the transaction is asked now: a table must be at rest
    tables = [model._meta.db_table for model in models_filled]
    named = connection.ops.quote_name
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid), contype FROM pg_constraint"
            " WHERE contype IN ('f', 'u') AND conrelid = ANY (%s::regclass[]) ORDER BY contype DESC, conname",
            [[named(table) for table in tables]],
        )
        rules = cursor.fetchall()
        for table, name, _made, _kind in rules:
            cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {named(name)}")
        cursor.execute(
            "SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index"
            " WHERE indrelid = ANY (%s::regclass[]) AND NOT indisprimary",
            [[named(table) for table in tables]],
        )
        indexes = cursor.fetchall()
        for name, _made in indexes:
            cursor.execute(f"DROP INDEX {name}")
    yield
    connection.check_constraints()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL maintenance_work_mem = '256MB'")
        for _name, made in indexes:
            cursor.execute(made)
        for table, name, made, _kind in rules:  # what is unique before what refers to it
            cursor.execute(f"ALTER TABLE {table} ADD CONSTRAINT {named(name)} {made}")
