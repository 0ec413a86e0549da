"""Who leads an instruction and who contributes: suggestions are confirmed or rejected, units named, work handed on."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from mandates import rules
from mandates.actions import assignments
from mandates.models import Assignment, Instruction
from mandates.models.words import plain
from mandates.work_forms import LONGEST_REASON, AssignForm, ReassignForm

from . import PageRequest
from .told import said_in, tell

PARTS = {
    Assignment.Part.LEAD: gettext_lazy("%(unit)s leads this."),
    Assignment.Part.CONTRIBUTES: gettext_lazy("%(unit)s contributes to this."),
}


@require_POST
def confirm(request: PageRequest, pk: int) -> HttpResponse:
    """Take a suggested unit as fact, in its part or in the other one."""
    row = _row(request, pk)

    def act() -> str:
        assignments.confirm(assignment=row, by=request.user, at=timezone.now(), part=request.POST.get("part") or None)
        return _said(row)

    return tell(request, act, back=_back(row.instruction))


@require_POST
def reject(request: PageRequest, pk: int) -> HttpResponse:
    """Take an assignment away; the unit is not suggested again."""
    row = _row(request, pk)

    def act() -> str:
        why = plain(request.POST.get("why", ""), LONGEST_REASON)
        assignments.reject(assignment=row, by=request.user, at=timezone.now(), why=why)
        return _("%(unit)s has no part in this.") % {"unit": row.unit}

    return tell(request, act, back=_back(row.instruction))


@require_POST
def assign(request: PageRequest, pk: int) -> HttpResponse:
    """Say by hand that a unit leads or contributes."""
    rules.require(request.user, "assign units")
    instruction = get_object_or_404(Instruction, pk=pk)

    def act() -> str:
        said = said_in(AssignForm(request.POST))
        return _said(assignments.assign(instruction=instruction, by=request.user, at=timezone.now(), **said))

    return tell(request, act, back=_back(instruction))


@require_POST
def reassign(request: PageRequest, pk: int) -> HttpResponse:
    """Give an instruction and its open tasks to another unit."""
    rules.require(request.user, "assign units")
    instruction = get_object_or_404(Instruction, pk=pk)

    def act() -> str:
        said = said_in(ReassignForm(request.POST))
        done = assignments.reassign(instruction=instruction, by=request.user, at=timezone.now(), **said)
        moved = ngettext("%(n)d open task went with it.", "%(n)d open tasks went with it.", done.moved)
        return f"{_('%(unit)s leads this.') % {'unit': done.after}} {moved % {'n': done.moved}}"

    return tell(request, act, back=_back(instruction))


def _row(request: PageRequest, pk: int) -> Assignment:
    rules.require(request.user, "assign units")
    return get_object_or_404(Assignment.objects.select_related("instruction", "unit"), pk=pk)


def _back(instruction: Instruction) -> str:
    return f"{instruction.get_absolute_url()}#who"


def _said(row: Assignment) -> str:
    return str(PARTS[Assignment.Part(row.part)] % {"unit": row.unit})
