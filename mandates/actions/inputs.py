"""Inputs: which units are asked to give something to a task's paper, and from which it has come.

Units are asked in one call, as they are told in one: mostly those that contribute to the instruction. What came is
marked by whoever gave it or by whoever waits for it, and can be taken back.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from mandates import rules
from mandates.models import Assignment, Input, Member, Task, Unit

from . import Refused, evidence, plans, tracked


@transaction.atomic
def ask(*, task: Task, units: Iterable[Unit], by: Member, at: datetime) -> list[Input]:
    """Ask units for an input to a task's paper; those that are newly asked.

    A unit that was asked before is not asked twice. Raises PermissionDenied; Refused where the task is closed, where
    a unit would ask itself, or where nobody new is asked.
    """
    rules.require(by, "ask for inputs", task, on=plans.today(at))
    row = Task.objects.select_for_update().get(pk=task.pk)
    if not row.is_open:
        raise Refused(_("It is closed: open it again before you ask for inputs."))
    asked = set(row.inputs.values_list("unit_id", flat=True))
    fresh = {unit.pk: unit for unit in units if unit.pk not in asked}
    if row.lead_id in fresh:
        raise Refused(_("%(unit)s leads this: nobody asks themselves.") % {"unit": fresh[row.lead_id]})
    if not fresh:
        raise Refused(_("Choose a unit that was not asked yet."))
    made = [Input(task=row, unit=unit, asked_by=by, asked_at=at) for unit in fresh.values()]
    for each in made:
        tracked.save(row=each, by=by, at=at)
    return made


@transaction.atomic
def receive(*, asked: Input, by: Member, at: datetime, document: str = "") -> None:
    """Say that an input came, perhaps with its link or document number. Refused where somebody said so before."""
    row = _locked(asked, by, at)
    if row.received_at:
        when = date_format(plans.at_the_seat(row.received_at), "j F, H:i")
        names = {"who": row.received_by, "unit": row.unit, "when": when}
        raise Refused(_("%(who)s marked the input of %(unit)s as received, %(when)s.") % names)
    row.received_by, row.received_at = by, at
    row.document = evidence.checked_link(document) if document.strip() else ""
    tracked.save(row=row, by=by, at=at)
    asked.refresh_from_db()


@transaction.atomic
def take_back(*, asked: Input, by: Member, at: datetime) -> None:
    """Say that an input has not come after all. Afterwards it is still to come; the history keeps both."""
    row = _locked(asked, by, at)
    if not row.received_at:
        raise Refused(_("The input of %(unit)s is still to come.") % {"unit": row.unit})
    row.received_by, row.received_at, row.document = None, None, ""
    tracked.save(row=row, by=by, at=at)
    asked.refresh_from_db()


@transaction.atomic
def withdraw(*, asked: Input, by: Member, at: datetime) -> None:
    """Ask a unit no more. Refused where its input has come: that stays."""
    rules.require(by, "ask for inputs", asked.task, on=plans.today(at))
    row = Input.objects.select_for_update(of=("self",)).select_related("unit").get(pk=asked.pk)
    if row.received_at:
        raise Refused(_("The input of %(unit)s has come; take that back first.") % {"unit": row.unit})
    tracked.delete(row=row, by=by, at=at)


def contributors(*, task: Task) -> list[Unit]:
    """The units that are naturally asked: those that contribute to the instruction and were not asked yet."""
    theirs = Assignment.objects.filter(
        instruction=task.instruction_id, part=Assignment.Part.CONTRIBUTES, confirmed_at__isnull=False
    )
    left = Unit.objects.filter(pk__in=theirs.values("unit")).exclude(inputs__task=task).exclude(pk=task.lead_id or 0)
    return list(left.order_by("abbr"))


def _locked(asked: Input, by: Member, at: datetime) -> Input:
    rules.require(by, "mark inputs", asked, on=plans.today(at))
    return Input.objects.select_for_update(of=("self",)).select_related("unit", "received_by").get(pk=asked.pk)
