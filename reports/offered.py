"""The names that filters of the list of work offer: units, sessions, lines and goals.

They change a few times a year, and each page of the list needs all of them: they are kept for a minute. A count is
never shown under what is kept alone: where it is of something unknown, the names are read anew.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from mandates.models import ActionLine, Goal, Session, Unit
from mandates.models.addresses import session_name

from .boards.kept import kept

KEPT = 60  # seconds


@dataclass(frozen=True)
class Names:
    """Each in the order in which it is offered."""

    units: tuple[tuple[int, int | None, str], ...]  # key, the one above it, short name
    sessions: tuple[tuple[int, str, str, date], ...]  # key, code, in words, last day
    lines: tuple[tuple[str, str], ...]  # code, in words
    goals: tuple[tuple[str, str], ...]  # number, in words

    @classmethod
    def of(cls, *, units: Iterable[int] = (), sessions: Iterable[int] = ()) -> Names:
        """The names, with those of units and sessions that occur. Four queries, or none within a minute after them."""
        held = kept("list-names", None, KEPT, cls._read)
        if not (held.above.keys() >= set(units) and held.codes.keys() >= set(sessions)):
            held = cls._read()
        return held

    @classmethod
    def _read(cls) -> Names:
        units = Unit.objects.order_by("outside", "abbr").values_list("pk", "parent", "abbr")
        sessions = Session.objects.select_related("body").order_by("starts", "code")
        return cls(
            units=tuple(units),
            sessions=tuple((row.pk, row.code, _in_words(row), row.ends) for row in sessions),
            lines=tuple(
                (row.code, f"{row.code} {row.short}".strip()) for row in ActionLine.objects.order_by("position")
            ),
            goals=tuple((str(row.number), str(row)) for row in Goal.objects.order_by("number")),
        )

    @cached_property
    def above(self) -> dict[int, int | None]:
        return {key: parent for key, parent, _abbr in self.units}

    @cached_property
    def codes(self) -> dict[int, str]:
        return {key: code for key, code, _words, _ends in self.sessions}

    def chain(self, unit: int) -> list[int]:
        """A unit and those above it."""
        found: list[int] = []
        key: int | None = unit
        while key is not None and key not in found:
            found.append(key)
            key = self.above.get(key)
        return found


def _in_words(row: Session) -> str:
    name = session_name(row)
    return name if str(row.year) in name else f"{name} ({row.year})"
