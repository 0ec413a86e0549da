"""An instruction is edited: what others changed meanwhile is shown beside what was typed, and nothing is lost."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from mandates import rules
from mandates.actions import Overtaken, Refused, instructions, plans
from mandates.forms import InstructionForm
from mandates.models import Instruction, Schedule
from mandates.models.words import one_line
from mandates.work_forms import LONGEST_REASON

from . import PageRequest, number_in
from .cards import Notice

PRECISE = {Schedule.Precision.YEAR: 4, Schedule.Precision.MONTH: 7, Schedule.Precision.DAY: 10}  # characters of ISO


@dataclass(frozen=True, slots=True)
class Theirs:
    """A field that now reads otherwise than what was typed."""

    label: str
    words: str


@dataclass(frozen=True)
class EditPage:
    instruction: Instruction
    form: InstructionForm
    seen: int  # the revision that a save would change
    why: str = ""
    notice: Notice | None = None
    theirs: tuple[Theirs, ...] = ()


def said_of(instruction: Instruction) -> dict[str, Any]:
    """An instruction in the reader's form (`docs/reader-output.md`), as it stands today."""
    schedule = instruction.schedules.select_related("session").order_by("pk").first()
    return {
        "verb": instruction.verb,
        "force": instruction.force,
        "addressees": list(instruction.addressings.order_by("pk").values_list("addressee__name", flat=True)),
        "action": instruction.action,
        "deliverable": instruction.deliverable,
        "reports_to": list(schedule.reports_to) if schedule else [],
        "via": list(schedule.via) if schedule else [],
        "deadline": _deadline(schedule) if schedule else None,
        "action_lines": list(instruction.line_tags.values_list("action_line__code", flat=True)),
        "sdgs": list(instruction.goal_tags.values_list("goal__number", flat=True)),
        "qualifiers": list(instruction.qualifiers),
    }


def _deadline(schedule: Schedule) -> dict[str, Any] | None:
    session, day = schedule.session, schedule.due_on
    found = {
        "text": schedule.words,
        "session": session.code if session else None,
        "date": day.isoformat()[: PRECISE[Schedule.Precision(schedule.precision)]] if day else None,
        "year": session.starts.year if session else day.year if day else None,
        "recurrence": schedule.recurrence or None,
        "until": schedule.until or None,
    }
    return found if any(found.values()) else None


@require_http_methods(["GET", "POST"])
def edit(request: PageRequest, pk: int) -> HttpResponse:
    rules.require(request.user, "edit instructions")
    row = get_object_or_404(Instruction.objects.select_related("resolution__body"), pk=pk)
    read = said_of(row)
    today = plans.today(timezone.now())
    if request.method != "POST":
        form = InstructionForm(read=read, title=row.title, today=today)
        return _page(request, EditPage(row, form, seen=row.revision), status=200)
    form = InstructionForm(request.POST, read=read, title=row.title, today=today)
    seen = number_in(request.POST.get("seen", "")) or 0
    why = one_line(request.POST.get("why", ""), LONGEST_REASON)
    if not form.is_valid():
        return _page(request, EditPage(row, form, seen=seen, why=why), status=422)
    if seen == row.revision and not form.has_changed():
        messages.info(request, _("Nothing was changed."))
        return redirect(row)
    try:
        instructions.edit(
            instruction=row,
            seen=seen,
            fields={**form.as_fields(), "why": why or None},
            title=form.cleaned_data["title"],
            by=request.user,
            at=timezone.now(),
        )
    except Overtaken as why_not:
        row.refresh_from_db()
        page = EditPage(
            row,
            form,
            seen=row.revision,
            why=why,
            notice=Notice(str(why_not), (*why_not.theirs, _("Save again to put your words in the place of theirs."))),
            theirs=_theirs(form),
        )
        return _page(request, page, status=409)
    except Refused as why_not:
        return _page(request, EditPage(row, form, seen=seen, why=why, notice=Notice(str(why_not))), status=409)
    messages.success(request, _("Saved: “%(title)s”.") % {"title": row.title})
    return redirect(row)


def _theirs(form: InstructionForm) -> tuple[Theirs, ...]:
    """What now stands in the fields in which something else was typed."""
    return tuple(
        Theirs(str(form.fields[name].label), _in_words(form.get_initial_for_field(form.fields[name], name)))
        for name in form.changed_data
    )


def _in_words(value: Any) -> str:
    if isinstance(value, list | tuple):
        value = ", ".join(str(one) for one in value)
    return str(value or "") or _("nothing")


def _page(request: PageRequest, page: EditPage, *, status: int) -> HttpResponse:
    return render(request, "mandates/instruction_edit.html", {"page": page, "form": page.form}, status=status)
