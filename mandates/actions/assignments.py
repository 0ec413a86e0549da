"""Assignments: which unit leads an instruction, which contribute. Rules suggest, a person confirms."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from mandates import rules
from mandates.models import Assignment, Instruction, Member, StatusUpdate, Task, Unit
from mandates.models.words import plain

from . import Refused, plans, tracked

Part, Kind = Assignment.Part, StatusUpdate.Kind


@dataclass(frozen=True)
class Redeployment:
    """What a redeployment did: the lead before and after, and how many open tasks went with it."""

    before: Unit | None
    after: Unit
    moved: int


@transaction.atomic
def suggest(*, instruction: Instruction, by: Member, at: datetime) -> list[Assignment]:
    """Lay down who might do it, for a person to confirm, each with its reason; those that are new.

    The unit that we hold for the first addressee leads; units of further addressees, and the focal points of its
    action lines, contribute. Where no addressee has a unit, the one focal point of all its lines leads. What is there
    already, and what a person has rejected, is not suggested again.
    """
    known = set(instruction.assignments.values_list("unit_id", flat=True))
    known |= set(Assignment.history.filter(instruction_id=instruction.pk).values_list("unit_id", flat=True))
    leads = instruction.assignments.filter(part=Part.LEAD).exists()
    found: dict[int, tuple[Unit, str, str]] = {}
    for addressing in instruction.addressings.select_related("addressee__unit"):
        unit = addressing.addressee.unit
        if unit is not None and unit.pk not in found:
            part: str = Part.CONTRIBUTES if leads or found else Part.LEAD
            found[unit.pk] = (unit, part, _("named as addressee: %(name)s") % {"name": addressing.addressee.name})
    focal = _focal_points(instruction)
    alone = len(focal) == 1 and not leads and not found
    for unit, codes in focal.values():
        why = _("focal point of %(lines)s") % {"lines": ", ".join(codes)}
        found.setdefault(unit.pk, (unit, Part.LEAD if alone else Part.CONTRIBUTES, why))
    made = []
    for unit, part, why in found.values():
        if unit.pk not in known:
            row = Assignment(instruction=instruction, unit=unit, part=part, why=why[:200])
            _save(row, by, at, _("suggested: %(why)s") % {"why": why})
            made.append(row)
    return made


@transaction.atomic
def confirm(*, assignment: Assignment, by: Member, at: datetime, part: str | None = None) -> None:
    """Take a suggestion as fact, in its part or in another one.

    Afterwards a lead's open tasks that had no unit are the unit's. A second lead is refused: `reassign` moves it.
    """
    rules.require(by, "assign units")
    instruction = _locked(assignment.instruction)
    row = Assignment.objects.select_related("unit").get(pk=assignment.pk)
    if row.confirmed_at and (part is None or part == row.part):
        raise Refused(_("%(unit)s is confirmed already.") % {"unit": row.unit})
    _take_part(instruction, row, part or row.part, by, at)
    assignment.refresh_from_db()


@transaction.atomic
def reject(*, assignment: Assignment, by: Member, at: datetime, why: str = "") -> None:
    """Take an assignment away, suggested or confirmed. Its history stays, and the unit is not suggested again.

    A lead with open tasks is not taken away but reassigned: somebody has to do them.
    """
    rules.require(by, "assign units")
    instruction = _locked(assignment.instruction)
    row = Assignment.objects.get(pk=assignment.pk)
    if row.confirmed_at and row.part == Part.LEAD and instruction.tasks.open().filter(lead=row.unit_id).exists():
        raise Refused(_("%(unit)s has open tasks here: give the work to another unit instead.") % {"unit": row.unit})
    tracked.delete(row=row, by=by, at=at, why=plain(why) or _("taken away"))


@transaction.atomic
def assign(*, instruction: Instruction, unit: Unit, part: str, by: Member, at: datetime, why: str = "") -> Assignment:
    """Say by hand that a unit leads or contributes. It is confirmed as it is said."""
    rules.require(by, "assign units")
    instruction = _locked(instruction)
    row = instruction.assignments.filter(unit=unit).first() or Assignment(instruction=instruction, unit=unit)
    row.why = plain(why, 200) or row.why
    _take_part(instruction, row, part, by, at)
    return row


@transaction.atomic
def reassign(*, instruction: Instruction, unit: Unit, by: Member, at: datetime, why: str) -> Redeployment:
    """Give an instruction to another lead unit, in one edit.

    Afterwards the unit leads it, and all its open tasks are the unit's; so are coming ones that the former lead had
    closed as "not for us", which are open again as not started. What was reported stays with the unit that reported.
    The unit that led before is no longer assigned; the history shows each step, with the reason.
    """
    rules.require(by, "assign units")
    why = plain(why)
    if not why:
        raise Refused(_("Say why the work goes to another unit."))
    instruction = _locked(instruction)
    lead = instruction.assignments.filter(part=Part.LEAD, confirmed_at__isnull=False).select_related("unit").first()
    before = lead.unit if lead else None
    if before == unit and not instruction.tasks.open().exclude(lead=unit).exists():
        raise Refused(_("%(unit)s leads this already.") % {"unit": unit})
    other = instruction.assignments.filter(unit=unit).exclude(pk=lead.pk if lead else 0).first()
    if lead and before != unit:
        if other:  # the new lead contributed so far: one row a unit
            tracked.delete(row=other, by=by, at=at, why=why)
        lead.unit, lead.why = unit, ""
        _confirm(lead, Part.LEAD, by, at, why)
    elif lead is None:
        _confirm(other or Assignment(instruction=instruction, unit=unit), Part.LEAD, by, at, why)
    moved = _give_tasks(instruction, unit, by, at, why)
    return Redeployment(before, unit, moved)


def lead_of(*, instruction: Instruction) -> Unit | None:
    """The unit confirmed to lead it: the one that its tasks are made for."""
    lead = instruction.assignments.filter(part=Part.LEAD, confirmed_at__isnull=False).select_related("unit").first()
    return lead.unit if lead else None


def _give_tasks(instruction: Instruction, unit: Unit, by: Member, at: datetime, why: str) -> int:
    tasks = list(instruction.tasks.select_for_update().order_by("pk"))
    refused = [
        task.pk
        for task in tasks
        if task.status == Task.Status.NOTUS and (task.matters_on is None or task.matters_on >= plans.today(at))
    ]
    theirs = [task.pk for task in tasks if task.status not in Task.CLOSED and task.lead_id != unit.pk]
    tracked.change_tasks(keys=theirs, values={"lead": unit}, kind=Kind.REASSIGNED, words=why, by=by, at=at)
    again = {"lead": unit, "status": Task.Status.TODO, "last_word_at": at}
    tracked.change_tasks(keys=refused, values=again, kind=Kind.REASSIGNED, words=why, by=by, at=at)
    return len(theirs) + len(refused)


def _focal_points(instruction: Instruction) -> dict[int, tuple[Unit, list[str]]]:
    """The focal units of the instruction's action lines, each with the codes of its lines."""
    found: dict[int, tuple[Unit, list[str]]] = {}
    tags = instruction.line_tags.select_related("action_line__focal_unit").order_by("action_line__position")
    for tag in tags:
        unit = tag.action_line.focal_unit
        if unit is not None:
            found.setdefault(unit.pk, (unit, []))[1].append(tag.action_line.code)
    return found


def _take_part(instruction: Instruction, row: Assignment, part: str, by: Member, at: datetime) -> None:
    if part not in Part.values:
        raise Refused(_("A unit leads or contributes."))
    lead = instruction.assignments.filter(part=Part.LEAD, confirmed_at__isnull=False).exclude(pk=row.pk)
    if part == Part.LEAD and (other := lead.select_related("unit").first()):
        raise Refused(_("%(unit)s leads this: give the work to another unit instead.") % {"unit": other.unit})
    if part != Part.LEAD and row.pk and row.confirmed_at and row.part == Part.LEAD:
        raise Refused(_("%(unit)s leads this: give the work to another unit first.") % {"unit": row.unit})
    _confirm(row, part, by, at, _("confirmed"))
    if part == Part.LEAD:
        idle = list(
            instruction.tasks.select_for_update().open().filter(lead=None).order_by("pk").values_list("pk", flat=True)
        )
        words = _("%(unit)s leads") % {"unit": row.unit}
        tracked.change_tasks(keys=idle, values={"lead": row.unit}, kind=Kind.REASSIGNED, words=words, by=by, at=at)


def _confirm(row: Assignment, part: str, by: Member, at: datetime, why: str) -> None:
    row.part, row.confirmed_by, row.confirmed_at = part, by, at
    _save(row, by, at, why)


def _locked(instruction: Instruction) -> Instruction:
    return Instruction.objects.select_for_update().get(pk=instruction.pk)


def _save(row: Assignment, by: Member, at: datetime, why: str | None) -> None:
    tracked.save(row=row, by=by, at=at, why=why)
