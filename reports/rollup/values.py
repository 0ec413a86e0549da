"""What is asked of the roll-up, and what comes back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from urllib.parse import quote_plus, urlencode

from django.http import QueryDict
from django.urls import reverse

from reports import facets
from reports.asked import AT, Asked, clean
from reports.clocks import OVERDUE, SILENT, Moment

DIMENSIONS = tuple(facets.DIMENSIONS)  # what can be counted by
MEASURES = ("done", "cont", "prog", "risk", "todo", "none", "off")  # in the bar's order; off: overtaken, not for us
NOBODY = facets.NONE  # the key of what has no line ("All lines, or the process"), no unit, no session, no goal
CLOCKED = frozenset({OVERDUE, SILENT})
FILTERED_BY = (*DIMENSIONS, "text")  # status and clock are what is measured, so they are no filters here


@dataclass(frozen=True, slots=True)
class Counts:
    """The figures of a row or a cell: the seven statuses add up to its tasks; overdue and silent are open ones again.

    What waits for approval counts under the status it has until then. `next_due` is the first date that matters from
    the day on, of what is open; None where there is none, and in a trend.
    """

    done: int = 0
    cont: int = 0
    prog: int = 0
    risk: int = 0
    todo: int = 0
    none: int = 0
    off: int = 0
    overdue: int = 0
    silent: int = 0
    next_due: date | None = None

    @property
    def total(self) -> int:
        return self.done + self.cont + self.prog + self.risk + self.todo + self.none + self.off

    @property
    def closed(self) -> int:
        return self.done + self.off

    @property
    def open(self) -> int:
        return self.total - self.closed

    def __add__(self, other: Counts) -> Counts:
        due = [day for day in (self.next_due, other.next_due) if day is not None]
        sums = {name: getattr(self, name) + getattr(other, name) for name in NUMBERS}
        return Counts(**sums, next_due=min(due, default=None))


NUMBERS = (*MEASURES, "overdue", "silent")


@dataclass(frozen=True)
class Scope:
    """Which tasks are counted, and by what. `across` makes a matrix; `where` is named and valued as in addresses."""

    by: str = "line"
    across: str = ""
    where: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, query: QueryDict, *, by: str, across: str = "") -> Scope:
        found = {name: clean(query.get(name, "")) for name in FILTERED_BY}
        return cls(by, across, {name: value for name, value in found.items() if value})

    @property
    def dimensions(self) -> tuple[str, ...]:
        return (self.by, self.across) if self.across else (self.by,)

    @property
    def asked(self) -> Asked:
        """The tasks that are counted, as the list of work asks for them: open and closed ones."""
        return Asked({name: value for name, value in self.where.items() if name in FILTERED_BY})


@dataclass(frozen=True)
class Rollup:
    """The figures of each key, as it stands in addresses; of each pair with `across`; and of all, each task once.

    A task with several lines counts in each of them, and in the line above a part: rows may add up to more than all.
    """

    scope: Scope
    moment: Moment
    rows: Mapping[str, Counts]
    cells: Mapping[tuple[str, str], Counts]
    total: Counts


_quoted = lru_cache(maxsize=2048)(quote_plus)


class Links:
    """The addresses behind the numbers of one roll-up. A page has hundreds: what they share is put together once."""

    def __init__(self, scope: Scope, as_at: Moment) -> None:
        self.scope = scope
        self.list = reverse("tasks")
        self.end = f"&{urlencode({AT: as_at.param})}" if as_at.is_past else ""
        self.shared: dict[tuple[bool, bool], str] = {}

    def __call__(self, *, key: str = "", across_key: str = "", measure: str = "") -> str:
        """The address of the list of work whose rows are exactly those counted in a row, a cell, or (no key) in all.

        `measure` is one of MEASURES, "open", "closed", "overdue" or "silent"; empty is all of them.
        """
        own = f"{self.scope.by}={_quoted(key)}&" if key else ""
        if across_key:
            own += f"{self.scope.across}={_quoted(across_key)}&"
        status = f"clock={measure}&status=open" if measure in CLOCKED else f"status={measure or facets.ALL}"
        return f"{self.list}?{self._where(bool(key), bool(across_key))}{own}{status}{self.end}"

    def _where(self, has_key: bool, has_other: bool) -> str:
        """The filters, but for those that a key takes the place of."""
        if (has_key, has_other) not in self.shared:
            taken = {self.scope.by if has_key else "", self.scope.across if has_other else ""}
            kept = {name: value for name, value in self.scope.where.items() if name not in taken}
            self.shared[has_key, has_other] = f"{urlencode(kept)}&" if kept else ""
        return self.shared[has_key, has_other]


def link(scope: Scope, as_at: Moment, *, key: str = "", across_key: str = "", measure: str = "") -> str:
    """One such address. See `Links`, which is for many."""
    return Links(scope, as_at)(key=key, across_key=across_key, measure=measure)
