"""Who does what an instruction asks, and the tasks that come of it: the part of its page where work is given out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Case, F, IntegerField, Value, When

from mandates import rules
from mandates.models import Assignment, Instruction, Member, Task, Unit
from mandates.models.prepared import Given, Prepared
from mandates.views.task_rows import Row
from mandates.views.work import Worker

from .session_plan import people_of
from .work_rows import rows_of

SHOWN = 50  # tasks written out: open ones first


@dataclass(frozen=True, slots=True)
class Part:
    """A unit's part in the instruction, and who holds its posts today."""

    assignment: Assignment
    people: str


_ASSIGNED = Prepared(
    lambda: (
        Assignment.objects.filter(instruction=Given("instruction"))
        .select_related("unit", "confirmed_by")
        .order_by("-part", "pk")
    )
)


@dataclass(frozen=True)
class InstructionWork:
    """A fixed number of queries, whatever the number of tasks."""

    lead: Part | None
    contributes: tuple[Part, ...]
    suggested: tuple[Part, ...]
    rows: tuple[Row, ...]
    total: int
    open: int
    units: tuple[Unit, ...]  # for who may give the work out

    @classmethod
    def of(cls, instruction: Instruction, *, member: Member, now: datetime) -> InstructionWork:
        worker = Worker.of(member, now)
        assigned: list[Assignment] = _ASSIGNED.ask(instruction=instruction.pk)
        people = people_of({row.unit_id for row in assigned}, worker.day)
        parts = [Part(row, ", ".join(people.get(row.unit_id, ()))) for row in assigned]
        confirmed = [part for part in parts if part.assignment.confirmed_at]
        order = Case(When(is_open=True, then=Value(0)), default=Value(1), output_field=IntegerField())
        tasks = Task.objects.filter(instruction=instruction)
        found = tasks.annotate(order=order).order_by("order", F("matters_on").asc(nulls_last=True), "pk")
        keys = list(found.values_list("pk", "is_open"))
        return cls(
            lead=next((part for part in confirmed if part.assignment.part == Assignment.Part.LEAD), None),
            contributes=tuple(part for part in confirmed if part.assignment.part != Assignment.Part.LEAD),
            suggested=tuple(part for part in parts if not part.assignment.confirmed_at),
            rows=rows_of([key for key, _is_open in keys[:SHOWN]], worker),
            total=len(keys),
            open=sum(is_open for _key, is_open in keys),
            units=tuple(Unit.objects.order_by("outside", "abbr")) if rules.may(member, "assign units") else (),
        )

    @property
    def more(self) -> int:
        return self.total - len(self.rows)
