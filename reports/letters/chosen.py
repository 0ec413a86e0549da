"""Which tasks a letter tells to whom: the groups of My work, for many members at once.

`views.work.groups_of` is the same for one member; a test holds the two together. Tasks are asked for by the units
that lead them, not by the members who share these units, so that a query for a thousand members is no longer than its
answer.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from heapq import nsmallest
from typing import Any

from django.db.models import (
    Case,
    Count,
    ExpressionWrapper,
    F,
    FilteredRelation,
    IntegerField,
    Q,
    QuerySet,
    Value,
    When,
    Window,
)
from django.db.models.functions import Coalesce, RowNumber

from mandates.models import StatusUpdate, Task
from mandates.models.clocks import clock
from mandates.models.prepared import Given, OneOf, Prepared
from mandates.views.work import APPROVE, CLOCKS, LATER, OVERDUE, SILENT, SOON, WAITING
from reports.clocks import Moment

from .whose import Whose

SHOWN = 10  # tasks of a group that a letter lists; a link leads to the rest
LISTED = (OVERDUE, SOON, APPROVE, SILENT)
RUNNING = (OVERDUE, SOON, SILENT)  # listed, and told by the task alone, whoever looks

Ordered = tuple[Any, int]  # what the group is sorted by, and the key of the task


@dataclass(frozen=True, slots=True)
class Submitted:
    """A task that waits for approval."""

    key: int
    lead: int | None
    by: int | None
    at: datetime


@dataclass(frozen=True)
class Groups:
    """A member's open tasks: all are counted, the most urgent of what is listed are named."""

    counts: Mapping[str, int]
    keys: Mapping[str, tuple[int, ...]]

    @property
    def total(self) -> int:
        return sum(self.counts.values())


# ── The queries ──────────────────────────────────────────────────────────────────────────────────────────────────


def _placed() -> QuerySet[Any, Any]:
    """Of each unit and clock how many tasks there are, and the first of those that are listed: more of one unit no
    letter names."""
    moment: dict[str, Any] = {name: Given(name) for name in ("day", "soon_until", "silent_since", "silent_until")}
    silent = Q(clock=SILENT)
    day = Case(When(~silent, then=Coalesce("matters_on", Value(date.max))))
    word = Case(When(silent, then=Coalesce("last_word_at", "created_at")))
    each: dict[str, Any] = {"partition_by": ["lead", "clock"]}
    place = Window(RowNumber(), order_by=[F("day").asc(), F("word").asc(), "pk"], **each)
    led = Task.objects.filter(lead__in=OneOf("units"), is_open=True, submitted_at=None).annotate(clock=clock(**moment))
    placed = led.annotate(day=day, word=word).annotate(place=place, n=Window(Count("pk"), **each))
    shown = ExpressionWrapper(Given("shown"), output_field=IntegerField())
    placed = placed.filter(Q(place=1) | Q(clock__in=RUNNING, place__lte=shown))
    return placed.order_by().values_list("lead", "clock", "n", "pk", "day", "word")


def _waiting() -> QuerySet[Any, Any]:
    """What is submitted, the longest waiting first; a row for each update that says who handed it in, for whom."""
    said = Q(updates__kind=StatusUpdate.Kind.SUBMITTED, updates__at=F("submitted_at"))
    waiting = Task.objects.open().filter(submitted_at__isnull=False).order_by("submitted_at", "pk")
    waiting = waiting.annotate(handed_in=FilteredRelation("updates", condition=said))
    return waiting.values_list("pk", "lead", "submitted_by", "submitted_at", "handed_in__by", "handed_in__on_behalf_of")


PLACED, SUBMITTED_ANYWHERE = Prepared(_placed), Prepared(_waiting)
SUBMITTED_IN = Prepared(lambda: _waiting().filter(lead__in=OneOf("units")))


@dataclass(frozen=True)
class Chosen:
    """The open tasks of some units, by unit and clock. Two queries."""

    rows: Mapping[tuple[int, str], Sequence[Ordered]]  # of what is listed the first, the most urgent first
    counts: Mapping[tuple[int, str], int]  # of all that is not submitted
    submitted: Sequence[Submitted]
    handed_in: Collection[tuple[int, int]]  # (task, member who handed it in, or for whom it was)
    _worked_out: dict[frozenset[int], Any] = field(default_factory=dict)

    @classmethod
    def of(cls, people: Iterable[Whose], moment: Moment, *, shown: int = SHOWN) -> Chosen:
        """`shown` of a unit's tasks in each clock are kept at hand."""
        people = list(people)
        units = frozenset().union(*(one.units for one in people))
        rows: dict[tuple[int, str], list[Ordered]] = defaultdict(list)
        counts: dict[tuple[int, str], int] = {}
        for lead, name, n, key, day, word in PLACED.ask(
            units=units, shown=shown, day=moment.day, soon_until=moment.soon_until, silent_since=moment.silent_since,
            silent_until=moment.silent_until,
        ):  # fmt: skip
            counts[lead, name] = n
            if name in RUNNING:
                rows[lead, name].append((word or day, key))
        everywhere = any(one.approves_all for one in people)
        submitted, handed_in = {}, set()
        for key, lead, by, at, *who in SUBMITTED_ANYWHERE.ask() if everywhere else SUBMITTED_IN.ask(units=units):
            submitted[key] = Submitted(key, lead, by, at)
            handed_in |= {(key, member) for member in who if member is not None}
        return cls(rows, counts, list(submitted.values()), handed_in)

    def groups(self, whose: Whose) -> Groups:
        """What is theirs, in the groups and the order of My work."""
        theirs = self._to_approve(whose)
        counts, keys = self._of_units(whose.units)
        waiting = counts[WAITING] - sum(one.lead in whose.units for one in theirs)
        return Groups(
            {**counts, WAITING: waiting, APPROVE: len(theirs)},
            {**keys, APPROVE: tuple(one.key for one in theirs[:SHOWN])},
        )

    def _of_units(self, units: frozenset[int]) -> tuple[dict[str, int], dict[str, tuple[int, ...]]]:
        """What units have, as if nobody could approve any of it. Worked out once for all whose units they are."""
        if units not in self._worked_out:
            counts = dict.fromkeys(CLOCKS, 0)
            listed: dict[str, list[Ordered]] = {name: [] for name in RUNNING}
            for lead in units:
                for name in (*RUNNING, WAITING, LATER):
                    counts[name] += self.counts.get((lead, name), 0)
                for name in RUNNING:
                    listed[name] += self.rows.get((lead, name), ())
                counts[WAITING] += self.waits[lead]
            keys = {name: tuple(key for _, key in nsmallest(SHOWN, listed[name])) for name in RUNNING}
            self._worked_out[units] = counts, keys
        return self._worked_out[units]

    @cached_property
    def waits(self) -> Counter[int | None]:
        """How many tasks of each unit are submitted."""
        return Counter(one.lead for one in self.submitted)

    def _to_approve(self, whose: Whose) -> list[Submitted]:
        """`Worker.may_approve` of what they see on My work."""
        units = whose.approves
        if not (whose.approves_all or any(self.waits[unit] for unit in units)):
            return []
        return [
            one
            for one in self.submitted
            if (whose.approves_all or one.lead in units)
            and one.by != whose.member.pk
            and (one.key, whose.member.pk) not in self.handed_in
        ]
