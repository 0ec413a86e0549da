"""A change as a sentence: what it is about, what became of it, in whose words, and where its record stands."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from mandates.models.addresses import Address
from reports.wording import Stretch

if TYPE_CHECKING:
    from .ground import Ground


@dataclass(frozen=True, slots=True)
class Sentence:
    """ "**Report to CSTD 30:** done. “Sent on 3 March.”" and below it where the words stand, who leads, who said so.

    `url` leads to the record; `mark` is the shape before it (`_mark.html`). `quote` holds words of a person, `words`
    official ones with what was struck and added. `unit`, `who` and `notes` stand in this order in the line below.
    """

    mark: str
    about: str
    url: str
    says: str
    quote: str = ""
    words: tuple[Stretch, ...] = ()
    address: Address | None = None
    unit: str = ""
    notes: tuple[str, ...] = ()
    who: str = ""

    @property
    def below(self) -> tuple[str, ...]:
        """What stands after the address, the empty parts left out."""
        return tuple(part for part in (self.unit, *self.notes, self.who) if part)


@dataclass(frozen=True)
class Draft:
    """A sentence before what it needs is fetched: whose places, tasks and words it will ask the ground for."""

    say: Callable[[Ground], Sentence]
    instructions: tuple[int, ...] = ()
    tasks: tuple[int, ...] = ()
    updates: tuple[int | None, ...] = ()


class Source(Protocol):
    """One kind of change. Asked for its number and for a stretch of its rows, by a fixed number of queries."""

    def count(self) -> int: ...

    def drafts(self, start: int, stop: int) -> list[Draft]: ...


class Listed:
    """A source whose rows are few enough to be at hand: what people edit one by one."""

    def __init__(self, rows: Iterable[Draft]) -> None:
        self.rows = list(rows)

    def count(self) -> int:
        return len(self.rows)

    def drafts(self, start: int, stop: int) -> list[Draft]:
        return self.rows[start:stop]


def stretch(sources: Sequence[Source], counts: Sequence[int], start: int, stop: int) -> list[Draft]:
    """The rows from `start` up to `stop` of several sources laid one after the other."""
    found: list[Draft] = []
    for source, count in zip(sources, counts, strict=True):
        first, last = max(start, 0), min(stop, count)
        if first < last:
            found += source.drafts(first, last)
        start, stop = start - count, stop - count
    return found
