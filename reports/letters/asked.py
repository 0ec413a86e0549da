"""What units were newly asked: an instruction was given to them, or tasks of it were."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from heapq import nsmallest

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mandates.models import Assignment, StatusUpdate, Task

from .chosen import SHOWN
from .parts import Part, Row, Rows, and_more, path_to
from .whose import Whose

Kind, Lead = StatusUpdate.Kind, Assignment.Part.LEAD


@dataclass(frozen=True, slots=True)
class _Given:
    """That an instruction came to a unit."""

    instruction: int
    leads: bool
    by: int | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Asked:
    """An instruction that is new to a member: its next task, and how many more there are."""

    task: int
    day: date
    more: int
    leads: bool


@dataclass(frozen=True)
class NewlyAsked:
    """What came to units in a time, by unit. Three queries."""

    given: Mapping[int, Sequence[_Given]]
    tasks: Mapping[int, Sequence[tuple[date, int, int | None]]]  # instruction → its open tasks: day, key, lead

    @classmethod
    def of(cls, units: Collection[int], since: datetime, now: datetime) -> NewlyAsked:
        given: dict[int, list[_Given]] = defaultdict(list)
        assigned = Assignment.objects.filter(unit__in=units, confirmed_at__gt=since, confirmed_at__lte=now)
        for unit, instruction, part, by, at in assigned.order_by("pk").values_list(
            "unit", "instruction", "part", "confirmed_by", "confirmed_at"
        ):
            given[unit].append(_Given(instruction, part == Lead, by, at or now))
        moved = StatusUpdate.objects.filter(kind=Kind.REASSIGNED, at__gt=since, at__lte=now, task__lead__in=units)
        for unit, instruction, by, at in moved.order_by("pk").values_list(
            "task__lead", "task__instruction", "by", "at"
        ):
            given[unit].append(_Given(instruction, True, by, at))
        instructions = {one.instruction for found in given.values() for one in found}
        tasks: dict[int, list[tuple[date, int, int | None]]] = defaultdict(list)
        for instruction, day, key, lead in (
            Task.objects.open()
            .filter(instruction__in=instructions)
            .values_list("instruction", "matters_on", "pk", "lead")
        ):
            tasks[instruction].append((day or date.max, key, lead))
        return cls(given, {key: sorted(found) for key, found in tasks.items()})

    def to(self, whose: Whose, since: datetime) -> tuple[Asked, ...]:
        """What is new to the member since then and was not given out by themselves, the soonest first."""
        leads: dict[int, bool] = {}
        for unit in whose.units & self.given.keys():
            for one in self.given[unit]:
                if one.at > since and one.by != whose.member.pk:
                    leads[one.instruction] = leads.get(one.instruction, False) or one.leads
        found = []
        for instruction, lead in leads.items():
            open_tasks = [task for task in self.tasks.get(instruction, ()) if not lead or task[2] in whose.units]
            if open_tasks:
                day, key, _lead = open_tasks[0]
                found.append(Asked(key, day, len(open_tasks) - 1, lead))
        return tuple(sorted(found, key=lambda one: (one.day, one.task)))


def part(asked: Sequence[Asked], rows: Rows) -> Part:
    """The section of what is newly asked."""
    shown = nsmallest(SHOWN, asked, key=lambda one: (one.day, one.task))
    return Part(
        title=_("Newly asked"),
        count=len(asked),
        rows=tuple(_row(one, rows) for one in shown),
        more=and_more(len(asked) - SHOWN, path_to("my-work")),
    )


def _row(one: Asked, rows: Rows) -> Row:
    notes = [] if one.leads else [_("your unit contributes")]
    if one.more:
        notes.append(ngettext("and %(n)d later date", "and %(n)d later dates", one.more) % {"n": one.more})
    return rows.row(one.task, "", note=", ".join(notes))
