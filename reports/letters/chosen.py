"""Which tasks a letter tells to whom: the groups of My work, for many members at once.

`views.work.groups_of` is the same for one member; a test holds the two together. Tasks are asked for by the units
that lead them, not by the members who share these units, so that a query for a thousand members is no longer than its
answer.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from heapq import nsmallest
from typing import Any

from django.db.models import Count, F, Q

from mandates.models import StatusUpdate, Task
from mandates.views.work import APPROVE, CLOCKS, LATER, OVERDUE, SILENT, SOON, WAITING
from reports.clocks import Moment, clocked

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


@dataclass(frozen=True)
class Chosen:
    """The open tasks of some units, by unit and clock. Four queries."""

    rows: Mapping[tuple[int, str], Sequence[Ordered]]  # of what is listed, the most urgent first
    counts: Mapping[tuple[int, str], int]  # of all that is not submitted
    submitted: Sequence[Submitted]
    handed_in: Collection[tuple[int, int]]  # (task, member who handed it in, or for whom it was)

    @classmethod
    def of(cls, people: Iterable[Whose], moment: Moment) -> Chosen:
        people = list(people)
        units = frozenset().union(*(one.units for one in people))
        led = Task.objects.filter(lead__in=units)
        rows: dict[tuple[int, str], list[Ordered]] = defaultdict(list)
        for lead, clock, key, matters_on, word, made in (
            clocked(led, moment)
            .filter(clock__in=RUNNING)
            .order_by()
            .values_list("lead", "clock", "pk", "matters_on", "last_word_at", "created_at")
        ):
            rows[lead, clock].append(((word or made) if clock == SILENT else (matters_on or date.max), key))
        for found in rows.values():
            found.sort()
        counts = {at: len(found) for at, found in rows.items()}
        for lead, clock, n in (
            clocked(led.filter(submitted_at=None), moment)
            .exclude(clock__in=RUNNING)
            .order_by()
            .values_list("lead", "clock")
            .annotate(n=Count("pk"))
        ):
            counts[lead, clock] = n
        looked_at = Q() if any(one.approves_all for one in people) else Q(lead__in=units)
        waiting = Task.objects.open().filter(looked_at, submitted_at__isnull=False).order_by("submitted_at", "pk")
        submitted = [Submitted(*row) for row in waiting.values_list("pk", "lead", "submitted_by", "submitted_at")]
        return cls(rows, counts, submitted, _handed_in(submitted))

    def groups(self, whose: Whose) -> Groups:
        """What is theirs, in the groups and the order of My work."""
        counts = dict.fromkeys(CLOCKS, 0)
        listed: dict[str, list[Ordered]] = defaultdict(list)
        for lead in whose.units:
            for clock in (*RUNNING, WAITING, LATER):
                counts[clock] += self.counts.get((lead, clock), 0)
                listed[clock] += self.rows.get((lead, clock), ())[:SHOWN]
        keys = {clock: tuple(key for _, key in nsmallest(SHOWN, listed[clock])) for clock in RUNNING}
        theirs = self._to_approve(whose)
        counts[APPROVE] = len(theirs)
        counts[WAITING] += sum(self.waits[lead] for lead in whose.units)
        counts[WAITING] -= sum(one.lead in whose.units for one in theirs)
        keys[APPROVE] = tuple(one.key for one in theirs[:SHOWN])
        return Groups(counts, keys)

    @cached_property
    def waits(self) -> Counter[int | None]:
        """How many tasks of each unit are submitted."""
        return Counter(one.lead for one in self.submitted)

    def _to_approve(self, whose: Whose) -> list[Submitted]:
        """`Worker.may_approve` of what they see on My work."""
        if not (whose.approves_all or whose.approves):
            return []
        return [
            one
            for one in self.submitted
            if (whose.approves_all or one.lead in whose.approves)
            and one.by != whose.member.pk
            and (one.key, whose.member.pk) not in self.handed_in
        ]


def _handed_in(submitted: Sequence[Submitted]) -> set[tuple[int, int]]:
    """Who handed in what waits, and for whom."""
    updates = StatusUpdate.objects.filter(
        kind=StatusUpdate.Kind.SUBMITTED, task__in=[one.key for one in submitted], task__submitted_at=F("at")
    )
    return {
        (task, member)
        for task, by, other in updates.values_list("task", "by", "on_behalf_of")
        for member in (by, other)
        if member is not None
    }
