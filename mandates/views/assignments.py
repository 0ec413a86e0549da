"""Who leads an instruction and who contributes: suggestions are confirmed or rejected, units named, work handed on."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from mandates import rules
from mandates.actions import Refused, assignments
from mandates.models import Assignment, Instruction
from mandates.models.words import plain
from mandates.work_forms import LONGEST_REASON, AssignForm, ReassignForm

from . import PageRequest
from .posts import first_error

PARTS = {
    Assignment.Part.LEAD: gettext_lazy("%(unit)s leads this."),
    Assignment.Part.CONTRIBUTES: gettext_lazy("%(unit)s contributes to this."),
}


def _back(instruction: Instruction) -> HttpResponse:
    return redirect(f"{instruction.get_absolute_url()}#who")


@require_POST
def confirm(request: PageRequest, pk: int) -> HttpResponse:
    """Take a suggested unit as fact, in its part or in the other one."""
    rules.require(request.user, "assign units")
    row = get_object_or_404(Assignment.objects.select_related("instruction", "unit"), pk=pk)
    part = request.POST.get("part") or None
    try:
        assignments.confirm(assignment=row, by=request.user, at=timezone.now(), part=part)
    except Refused as why:
        messages.error(request, str(why))
    else:
        messages.success(request, _said(row))
    return _back(row.instruction)


@require_POST
def reject(request: PageRequest, pk: int) -> HttpResponse:
    """Take an assignment away; the unit is not suggested again."""
    rules.require(request.user, "assign units")
    row = get_object_or_404(Assignment.objects.select_related("instruction", "unit"), pk=pk)
    why = plain(request.POST.get("why", ""), LONGEST_REASON)
    try:
        assignments.reject(assignment=row, by=request.user, at=timezone.now(), why=why)
    except Refused as why_not:
        messages.error(request, str(why_not))
    else:
        messages.success(request, _("%(unit)s has no part in this.") % {"unit": row.unit})
    return _back(row.instruction)


@require_POST
def assign(request: PageRequest, pk: int) -> HttpResponse:
    """Say by hand that a unit leads or contributes."""
    rules.require(request.user, "assign units")
    instruction = get_object_or_404(Instruction, pk=pk)
    form = AssignForm(request.POST)
    if not form.is_valid():
        messages.error(request, first_error(form))
        return _back(instruction)
    try:
        row = assignments.assign(instruction=instruction, by=request.user, at=timezone.now(), **form.cleaned_data)
    except Refused as why:
        messages.error(request, str(why))
    else:
        messages.success(request, _said(row))
    return _back(instruction)


@require_POST
def reassign(request: PageRequest, pk: int) -> HttpResponse:
    """Give an instruction and its open tasks to another unit."""
    rules.require(request.user, "assign units")
    instruction = get_object_or_404(Instruction, pk=pk)
    form = ReassignForm(request.POST)
    if not form.is_valid():
        messages.error(request, first_error(form))
        return _back(instruction)
    try:
        done = assignments.reassign(instruction=instruction, by=request.user, at=timezone.now(), **form.cleaned_data)
    except Refused as why:
        messages.error(request, str(why))
        return _back(instruction)
    moved = ngettext("%(n)d open task went with it.", "%(n)d open tasks went with it.", done.moved)
    messages.success(request, f"{_('%(unit)s leads this.') % {'unit': done.after}} {moved % {'n': done.moved}}")
    return _back(instruction)


def _said(row: Assignment) -> str:
    return str(PARTS[Assignment.Part(row.part)] % {"unit": row.unit})
