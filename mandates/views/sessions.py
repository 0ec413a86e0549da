"""A session gets other dates, is confirmed, held or cancelled. What moves with it is shown before it is saved."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from mandates import rules
from mandates.actions import Overtaken, Refused, sessions
from mandates.models import LeadTime, Session, Task, Unit
from mandates.work_forms import day_field

from . import PageRequest, number_in
from .cards import Notice

State = Session.State
SHOWN = 100  # tasks of a preview that are written out; all are counted


class SessionForm(forms.Form):
    """The dates of a session as precisely as they are known, and its state."""

    precision = forms.ChoiceField(
        label=gettext_lazy("Known to the"),
        choices=Session.Precision.choices,
        help_text=gettext_lazy("Known to the month or the year: any day of the first and of the last will do."),
    )
    starts = day_field(gettext_lazy("First day"))
    ends = day_field(gettext_lazy("Last day"))
    document_deadline = day_field(
        gettext_lazy("Document deadline"), required=False, help_text=gettext_lazy("Leave it empty until announced.")
    )
    place = forms.CharField(label=gettext_lazy("Place"), max_length=120, required=False)
    state = forms.ChoiceField(label=gettext_lazy("State"), choices=State.choices)
    why = forms.CharField(
        label=gettext_lazy("Why, or on whose word"),
        max_length=500,
        required=False,
        help_text=gettext_lazy("Owners of what moves will read it. To cancel, it must be said."),
    )

    def dates(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ("starts", "ends", "precision", "document_deadline")}


@dataclass(frozen=True, slots=True)
class StepChange:
    """A step of the plan: its last day now and as it would be; None where there is none."""

    name: str
    before: date | None
    after: date | None


@dataclass(frozen=True)
class Effect:
    """What a save would do: said in a sentence, then task by task. `moved` and `stay` are cut to the first."""

    sentence: str
    moved: tuple[sessions.Moved, ...] = ()
    more: int = 0
    late: int = 0
    stay: tuple[Task, ...] = ()
    stay_count: int = 0
    made: int = 0
    steps: tuple[StepChange, ...] = ()
    owners: tuple[Unit, ...] = ()
    unled: int = 0
    decide: tuple[Task, ...] = ()  # where it is cancelled: what a person would have to decide


@dataclass(frozen=True)
class MovePage:
    session: Session
    form: SessionForm
    seen: int
    notice: Notice | None = None
    effect: Effect | None = None


def _initial(session: Session) -> dict[str, Any]:
    names = ("precision", "starts", "ends", "document_deadline", "place", "state")
    return {name: getattr(session, name) for name in names}


@require_http_methods(["GET", "POST"])
def move(request: PageRequest, code: str) -> HttpResponse:
    """Other dates, another deadline, place or state; `look` shows what a save would do, and saves nothing."""
    rules.require(request.user, "edit sessions")
    row = get_object_or_404(Session.objects.select_related("body"), code=code)
    if request.method != "POST":
        return _page(request, MovePage(row, SessionForm(initial=_initial(row)), row.revision), status=200)
    form = SessionForm(request.POST, initial=_initial(row))
    seen = number_in(request.POST.get("seen", "")) or 0
    if not form.is_valid():
        return _page(request, MovePage(row, form, seen), status=422)
    try:
        if "look" in request.POST:
            return _page(request, MovePage(row, form, seen, effect=_effect(row, form)), status=200)
        _save(request, row, form, seen)
    except Overtaken as why_not:
        row.refresh_from_db()
        notice = Notice(str(why_not), (*why_not.theirs, _("Save again to put your words in the place of theirs.")))
        return _page(request, MovePage(row, form, row.revision, notice=notice), status=409)
    except Refused as why_not:
        return _page(request, MovePage(row, form, seen, notice=Notice(str(why_not))), status=422)
    return redirect("session", row.code)


def _save(request: PageRequest, row: Session, form: SessionForm, seen: int) -> None:
    """Move the session, or cancel it: a decision of its own."""
    said, at, was_cancelled = form.cleaned_data, timezone.now(), row.state == State.CANCELLED
    if said["state"] == State.CANCELLED and row.state != State.CANCELLED:
        left = sessions.cancel(session=row, seen=seen, by=request.user, at=at, why=said["why"])
        waits = ngettext("%(n)d open task waits for a decision.", "%(n)d open tasks wait for a decision.", len(left))
        messages.success(
            request,
            _("%(session)s is cancelled.") % {"session": row} + (f" {waits % {'n': len(left)}}" if left else ""),
        )
        return
    if not form.has_changed() and seen == row.revision:
        messages.info(request, _("Nothing was changed."))
        return
    moved = sessions.move(
        session=row,
        seen=seen,
        by=request.user,
        at=at,
        why=said["why"],
        place=said["place"],
        state=said["state"] if said["state"] != row.state else None,
        **form.dates(),
    )
    messages.success(request, _("Saved: %(session)s, %(dates)s.") % {"session": row, "dates": row.dates})
    if was_cancelled and row.state != State.CANCELLED:
        messages.info(request, _("It was cancelled, and stands again: %(state)s.") % {"state": row.get_state_display()})
    if moved.redated:
        messages.info(request, _tasks_moved(len(moved.redated)))


def _tasks_moved(count: int) -> str:
    return ngettext("%(n)d open task moved with it.", "%(n)d open tasks moved with it.", count) % {"n": count}


def _effect(row: Session, form: SessionForm) -> Effect:
    """What a save would do. Of a session that is cancelled: what waits for a decision then, as nothing moves."""
    if form.cleaned_data["state"] == State.CANCELLED and row.state != State.CANCELLED:
        tied = Task.objects.open().filter(Q(session=row) | Q(first_stop=row), dated_by_hand=False)
        waits = ngettext(
            "No task would move; %(n)d open task would wait for a decision.",
            "No task would move; %(n)d open tasks would wait for a decision.",
            count := tied.count(),
        )
        first = tied.select_related("instruction", "lead").order_by("matters_on", "pk")[:SHOWN]
        return Effect(waits % {"n": count}, decide=tuple(first), more=max(0, count - SHOWN))
    seen_first = sessions.preview_move(session=row, at=timezone.now(), **form.dates())
    return Effect(
        sentence=_in_words(seen_first),
        moved=seen_first.moved[:SHOWN],
        more=max(0, len(seen_first.moved) - SHOWN),
        late=sum(one.newly_overdue for one in seen_first.moved),
        stay=seen_first.stay[:SHOWN],
        stay_count=len(seen_first.stay),
        made=seen_first.made,
        steps=_steps(seen_first),
        owners=tuple(Unit.objects.filter(pk__in=seen_first.owners).order_by("abbr")),
        unled=sum(one.task.lead_id is None for one in seen_first.moved),
    )


def _steps(seen_first: sessions.Preview) -> tuple[StepChange, ...]:
    before = {step.step: step.last for step in seen_first.plan_before.steps}
    after = {step.step: step.last for step in seen_first.plan_after.steps}
    return tuple(
        StepChange(str(LeadTime.Step(step).label), before.get(step), after.get(step))
        for step in LeadTime.Step
        if before.get(step) != after.get(step)
    )


def _in_words(preview: sessions.Preview) -> str:
    """What a save would move, in a sentence."""
    count = len(preview.moved)
    if not count:
        return _("No open task would move.")
    late = sum(1 for one in preview.moved if one.newly_overdue)
    said = ngettext("%(n)d open task would move.", "%(n)d open tasks would move.", count) % {"n": count}
    if late:
        said += " " + ngettext("%(n)d would be overdue.", "%(n)d would be overdue.", late) % {"n": late}
    return said


def _page(request: PageRequest, page: MovePage, *, status: int) -> HttpResponse:
    return render(request, "mandates/session_move.html", {"page": page, "form": page.form}, status=status)
