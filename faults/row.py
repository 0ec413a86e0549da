"""What a row is, and what it gives."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .trial import Trial

POSTGRESQL, SQLITE = "postgresql", "sqlite"
BOTH = (POSTGRESQL, SQLITE)  # ◆ in the list of faults


@dataclass(frozen=True)
class Count:
    """Something that was counted, beside what had to come out."""

    what: str
    got: float
    expected: float
    held: bool

    def __str__(self) -> str:
        return f"{self.got:,g} {self.what}" + ("" if self.held else f" (expected {self.expected:,g})")


def exactly(what: str, got: float, expected: float) -> Count:
    return Count(what, got, expected, got == expected)


def at_most(what: str, got: float, limit: float) -> Count:
    return Count(what, got, limit, got <= limit)


def at_least(what: str, got: float, limit: float) -> Count:
    return Count(what, got, limit, got >= limit)


def none(what: str, got: float) -> Count:
    return exactly(what, got, 0)


@dataclass(frozen=True)
class Outcome:
    """What a row counted, in words, and whether all of it is as it must be."""

    words: str
    held: bool

    @classmethod
    def of(cls, tried: str, *counts: Count) -> Outcome:
        """`tried` says how much was tried ("1000 pairs"); the row holds where every count does."""
        return cls(f"{tried}: " + ", ".join(map(str, counts)), all(count.held for count in counts))


Body = Callable[["Trial"], Outcome]


@dataclass(frozen=True)
class Row:
    """A function and what it asks for.

    `needs`: "redis" (a server of its own, as the queue and the cache; on SQLite the queue is a folder), "cluster" (a
    PostgreSQL server of its own, which may be killed), "mail" (an SMTP server that keeps what it was given).
    """

    body: Body
    on: tuple[str, ...]
    needs: frozenset[str]

    @property
    def sentence(self) -> str:
        return " ".join((self.body.__doc__ or "").split())

    def needed(self, engine: str) -> frozenset[str]:
        return self.needs if engine == POSTGRESQL else self.needs - {"redis"}


def row(*needs: str, on: tuple[str, ...] = (POSTGRESQL,)) -> Callable[[Body], Row]:
    """Makes a row of a function: `@row("redis", "mail", on=BOTH)`."""
    return lambda body: Row(body, on, frozenset(needs))
