"""When an instruction is owed is changed; which of its tasks would change is shown before it is saved."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from mandates import rules
from mandates.actions import Overtaken, Refused, facts, schedules
from mandates.models import Body, Instruction, Member, Schedule, Task
from mandates.work_forms import ScheduleForm

from . import PageRequest, number_in
from .cards import Notice


@dataclass(frozen=True, slots=True)
class Change:
    """One task: its date that matters before and after; `kind` is "moved", "new", "gone" or "overtaken"."""

    title: str
    url: str
    kind: str
    before: date | None
    after: date | None


@dataclass(frozen=True)
class SchedulePage:
    instruction: Instruction
    form: ScheduleForm
    seen: int
    notice: Notice | None = None
    looked: bool = False
    changes: tuple[Change, ...] = ()
    sentence: str = ""


@require_http_methods(["GET", "POST"])
def change(request: PageRequest, pk: int) -> HttpResponse:
    """`look` shows what a save would change, and saves nothing."""
    rules.require(request.user, "edit instructions")
    row = get_object_or_404(Instruction.objects.select_related("resolution__body"), pk=pk)
    schedule = row.schedules.select_related("session").first()
    if request.method != "POST":
        return _page(request, SchedulePage(row, ScheduleForm(schedule=schedule), row.revision), status=200)
    form = ScheduleForm(request.POST, schedule=schedule)
    seen = number_in(request.POST.get("seen", "")) or 0
    if not form.is_valid():
        return _page(request, SchedulePage(row, form, seen), status=422)
    said = form.cleaned_data
    values = {**form.values(), "body": _body(form, schedule)}
    try:
        if "look" in request.POST:
            changes = _preview(row, seen, values, request.user)
            page = SchedulePage(row, form, seen, looked=True, changes=changes, sentence=_in_words(changes))
            return _page(request, page, status=200)
        schedules.change(instruction=row, seen=seen, values=values, by=request.user, at=timezone.now(), why=said["why"])
    except Overtaken as why_not:
        row.refresh_from_db()
        notice = Notice(str(why_not), (*why_not.theirs, _("Save again to put your words in the place of theirs.")))
        return _page(request, SchedulePage(row, form, row.revision, notice=notice), status=409)
    except Refused as why_not:
        return _page(request, SchedulePage(row, form, seen, notice=Notice(str(why_not))), status=422)
    messages.success(request, _("Saved: when “%(title)s” is owed.") % {"title": row.title})
    return redirect(f"{row.get_absolute_url()}#work")


def _body(form: ScheduleForm, schedule: Schedule | None) -> Body | None:
    """The body at whose sessions it is owed: that of the session, else the first receiver that is one, as
    `actions.instructions` has it, so that an edit of the instruction finds the same. Where neither was touched, it
    stays."""
    said = form.cleaned_data
    if schedule is not None and not {"session", "reports_to"} & set(form.changed_data):
        return schedule.body
    if said["session"]:
        return said["session"].body
    named = facts.body_names()
    found = (named.get(name.casefold().removeprefix("the ")) for name in said["reports_to"])
    return next((body for body in found if body is not None), None)


def _preview(row: Instruction, seen: int, values: dict[str, Any], by: Member) -> tuple[Change, ...]:
    """The whole change, done in a transaction and taken back: it can't say anything else than the change will."""
    before = _tasks(row)
    with transaction.atomic():
        schedules.change(instruction=row, seen=seen, values=values, by=by, at=timezone.now())
        after = _tasks(row)
        transaction.set_rollback(True)
    row.refresh_from_db()
    return tuple(_changes(row, before, after))


def _tasks(row: Instruction) -> dict[int, Task]:
    return {task.pk: task for task in row.tasks.select_related("session").order_by("matters_on", "pk")}


def _changes(row: Instruction, before: dict[int, Task], after: dict[int, Task]) -> list[Change]:
    found = []
    for key in [*before, *(key for key in after if key not in before)]:
        old, new = before.get(key), after.get(key)
        if old is None and new is not None:
            found.append(Change(_named(row, new), "", "new", None, new.matters_on))
        elif new is None and old is not None:
            found.append(Change(_named(row, old), old.get_absolute_url(), "gone", old.matters_on, None))
        elif old is not None and new is not None and old.status != new.status:
            found.append(Change(_named(row, old), old.get_absolute_url(), "overtaken", old.matters_on, None))
        elif old is not None and new is not None and _said(old) != _said(new):
            found.append(Change(_named(row, new), old.get_absolute_url(), "moved", old.matters_on, new.matters_on))
    return found


def _said(task: Task) -> tuple:
    return (task.occurrence, task.session_id, task.first_stop_id, task.due_on, task.matters_on, task.late_after)


def _named(row: Instruction, task: Task) -> str:
    """Which of the instruction's tasks it is: by its session, else its occurrence, else its date."""
    if task.session:
        return str(task.session)
    return task.occurrence or (date_format(task.due_on, "j F Y") if task.due_on else row.title)


def _in_words(changes: tuple[Change, ...]) -> str:
    if not changes:
        return _("No task would change.")
    counts = {kind: sum(one.kind == kind for one in changes) for kind in ("moved", "new", "gone", "overtaken")}
    words = {
        "moved": ngettext("%(n)d gets other dates", "%(n)d get other dates", counts["moved"]),
        "new": ngettext("%(n)d is new", "%(n)d are new", counts["new"]),
        "gone": ngettext("%(n)d goes", "%(n)d go", counts["gone"]),
        "overtaken": ngettext("%(n)d is closed as overtaken", "%(n)d are closed as overtaken", counts["overtaken"]),
    }
    said = ", ".join(words[kind] % {"n": count} for kind, count in counts.items() if count)
    return _("Of its tasks: %(what)s.") % {"what": said}


def _page(request: PageRequest, page: SchedulePage, *, status: int) -> HttpResponse:
    return render(request, "mandates/schedule_change.html", {"page": page, "form": page.form}, status=status)
