"""What the statements that count share: a moment that is told later, and SQL that is sent again with other values.

To put one of them together takes the ORM three milliseconds, to answer it takes PostgreSQL one. So a statement is put
together by its shape, from the very conditions that the list of work has, and kept (see `mandates.models.prepared`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

from django.db import connection

from mandates.models.prepared import Given, filled

from .clocks import Moment

TIMES = ("day", "now", "soon_until", "silent_since", "silent_until")  # of a moment, that conditions ask for


class _Later:
    def __init__(self, *, is_past: bool) -> None:
        self.is_past = is_past
        for name in TIMES:
            setattr(self, name, Given(name))


def later(*, is_past: bool) -> Moment:
    """A moment that is told when the statement is sent: of its times conditions hand on what stands for them."""
    return cast(Moment, _Later(is_past=is_past))


def told(moment: Moment) -> dict[str, Any]:
    """The times of a moment, for a statement that was put together with `later`."""
    return {name: getattr(moment, name) for name in TIMES}


def ask(sql: str, values: Sequence[Any], given: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """The rows of a statement, with these values where it left some open."""
    with connection.cursor() as cursor:
        cursor.execute(*filled(sql, values, given))
        return cursor.fetchall()
