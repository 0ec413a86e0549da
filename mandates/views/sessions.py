"""A session gets other dates, is confirmed, held or cancelled. What moves with it is shown before it is saved."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from mandates import rules
from mandates.actions import Overtaken, Refused, sessions
from mandates.models import Session

from . import PageRequest
from .cards import Notice

State = Session.State


def day_field(label: Any, *, required: bool = True, help_text: Any = "") -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, required=required, help_text=help_text, widget=widget)


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


@dataclass(frozen=True)
class EditPage:
    session: Session
    form: SessionForm
    seen: int
    notice: Notice | None = None
    preview: str = ""


def _initial(session: Session) -> dict[str, Any]:
    names = ("precision", "starts", "ends", "document_deadline", "place", "state")
    return {name: getattr(session, name) for name in names}


@require_http_methods(["GET", "POST"])
def edit(request: PageRequest, code: str) -> HttpResponse:
    rules.require(request.user, "edit sessions")
    row = get_object_or_404(Session.objects.select_related("body"), code=code)
    if request.method != "POST":
        return _page(request, EditPage(row, SessionForm(initial=_initial(row)), row.revision), status=200)
    form = SessionForm(request.POST, initial=_initial(row))
    typed = request.POST.get("seen", "")
    seen = int(typed) if typed.isdecimal() and len(typed) < 10 else 0
    if not form.is_valid():
        return _page(request, EditPage(row, form, seen), status=422)
    try:
        if "look" in request.POST:
            seen_first = _in_words(sessions.preview_move(session=row, at=timezone.now(), **form.dates()))
            return _page(request, EditPage(row, form, seen, preview=seen_first), status=200)
        _save(request, row, form, seen)
    except Overtaken as why_not:
        row.refresh_from_db()
        notice = Notice(str(why_not), (*why_not.theirs, _("Save again to put your words in the place of theirs.")))
        return _page(request, EditPage(row, form, row.revision, notice=notice), status=409)
    except Refused as why_not:
        return _page(request, EditPage(row, form, seen, notice=Notice(str(why_not))), status=422)
    return redirect("session", row.code)


def _save(request: PageRequest, row: Session, form: SessionForm, seen: int) -> None:
    """Move the session, or cancel it: a decision of its own."""
    said, at = form.cleaned_data, timezone.now()
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
    if moved.redated:
        messages.info(request, _tasks_moved(len(moved.redated)))


def _tasks_moved(count: int) -> str:
    return ngettext("%(n)d open task moved with it.", "%(n)d open tasks moved with it.", count) % {"n": count}


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


def _page(request: PageRequest, page: EditPage, *, status: int) -> HttpResponse:
    return render(request, "mandates/session_edit.html", {"page": page, "form": page.form}, status=status)
