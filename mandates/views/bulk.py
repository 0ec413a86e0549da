"""The same act for many tasks: what would change is shown first, then all of it is done, or nothing."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from mandates import rules
from mandates.actions import Overtaken, Refused, bulk, plans
from mandates.models import Member, Task
from mandates.task_forms import new_token
from mandates.work_forms import MOST_KEYS, BulkForm, keys_of, pack_seen, unpack_seen

from . import PageRequest
from .cards import Notice

SHOWN = 200  # rows of a preview that are written out; all problems are


@dataclass(frozen=True)
class BulkPage:
    """What would change, row by row, and what goes back when it is to be done."""

    form: BulkForm
    back: str
    title: str
    changes: tuple[bulk.Row, ...] = ()
    problems: tuple[bulk.Row, ...] = ()
    unchanged: int = 0
    count: int = 0
    seen: str = ""
    token: str = ""
    notice: Notice | None = None
    said: dict[str, str] = field(default_factory=dict)  # what was typed, as hidden fields

    @property
    def more(self) -> int:
        return self.count - len(self.changes)


@require_POST
def change(request: PageRequest) -> HttpResponse:
    """Without `go` the preview of what was marked; with it, the act."""
    rules.require(request.user, "update task")
    back = _back(request.POST.get("query", ""))
    form = BulkForm(request.POST)
    form.is_valid()
    if sentence := form.sentence():
        messages.error(request, sentence)
        return redirect(back)
    if "go" in request.POST:
        return _do(request, form, back)
    keys = keys_of(request.POST.getlist("task"), request.POST.get("tasks", ""))
    if not keys:
        messages.error(request, _("Mark the tasks first."))
        return redirect(back)
    if len(keys) > MOST_KEYS:
        messages.error(request, _("At most %(most)d tasks can be changed at once.") % {"most": MOST_KEYS})
        return redirect(back)
    return _show(request, _preview(form, keys, request.user, back), status=200)


def _do(request: PageRequest, form: BulkForm, back: str) -> HttpResponse:
    seen = unpack_seen(request.POST.get("seen", ""))
    said = form.cleaned_data
    who: dict[str, Any] = {"by": request.user, "at": timezone.now(), "token": request.POST.get("token", "")}
    try:
        if not seen:
            raise Refused(_("The form came back damaged. Mark the tasks again."))
        if said["act"] == "reassign":
            count = bulk.reassign_many(seen=seen, unit=said["unit"], why=said["why"], **who)
        elif said["act"] == "redate":
            count = bulk.redate_many(seen=seen, to=said["to"], why=said["why"], **who)
        else:
            count = bulk.update_many(seen=seen, to=said["status"], words=said["why"], **who)
    except Overtaken as why_not:
        page = _preview(form, list(seen), request.user, back, Notice(str(why_not), why_not.theirs))
        return _show(request, page, status=409)
    except bulk.NotAll as why_not:
        page = _preview(form, list(seen), request.user, back, Notice(str(why_not), why_not.problems[:20]))
        return _show(request, page, status=422)
    except Refused as why_not:
        page = _preview(form, list(seen), request.user, back, Notice(str(why_not)))
        return _show(request, page, status=422)
    done = ngettext("%(n)d task is changed.", "%(n)d tasks are changed.", count) % {"n": count}
    messages.success(request, done)
    return redirect(back)


def _preview(form: BulkForm, keys: list[int], by: Member, back: str, notice: Notice | None = None) -> BulkPage:
    said, today = form.cleaned_data, plans.today(timezone.now())
    tasks: list[Task] = []
    for start in range(0, len(keys), 5000):  # a statement of SQLite takes 32,766 parameters
        tasks += Task.objects.filter(pk__in=keys[start : start + 5000]).select_related("instruction", "lead", "session")
    who: dict[str, Any] = {"tasks": tasks, "by": by, "on": today}
    if said["act"] == "reassign":
        seen_first = bulk.preview_reassign(unit=said["unit"], **who)
        title = _("Give tasks to %(unit)s") % {"unit": said["unit"]}
    elif said["act"] == "redate":
        seen_first = bulk.preview_redate(to=said["to"], **who)
        title = _("Give tasks the date %(day)s") % {"day": date_format(said["to"], "j F Y")}
    else:
        seen_first = bulk.preview_update(to=said["status"], words=said["why"], **who)
        title = _("Say of tasks: %(status)s") % {"status": Task.Status(said["status"]).label}
    changes = seen_first.changes
    return BulkPage(
        form=form,
        back=back,
        title=title,
        changes=changes[:SHOWN],
        problems=seen_first.problems,
        unchanged=len(seen_first.rows) - len(changes) - len(seen_first.problems),
        count=len(changes),
        seen=pack_seen(seen_first.seen),
        token=new_token(),
        notice=notice,
        said={
            "act": said["act"],
            "unit": str(said["unit"].pk) if said["unit"] else "",
            "to": said["to"].isoformat() if said["to"] else "",
            "status": said["status"],
            "why": said["why"],
            "query": back.partition("?")[2],
        },
    )


def _back(query: str) -> str:
    """The list that the tasks were marked in."""
    kept = urlencode([(name, value) for name, value in parse_qsl(query[:2000]) if "\0" not in value])
    return f"{reverse('tasks')}?{kept}" if kept else reverse("tasks")


def _show(request: PageRequest, page: BulkPage, *, status: int) -> HttpResponse:
    return render(request, "mandates/tasks_bulk.html", {"page": page}, status=status)
