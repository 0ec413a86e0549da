"""Where a task stands is said here: on its row in My work, and on its page.

A form brings `seen` (the revision that the person had before them), `token` (its own number, so that a double click
has one effect) and `back` (the page it stands on). HTMX gets the row, or the part of the page that the form is;
everybody else a redirect, or a page with the form where it could not be done. 409: somebody else was quicker.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mandates import rules
from mandates.actions import Overtaken, Refused, comments, evidence, plans, status, tracked
from mandates.models import Evidence, StatusUpdate, Task, states
from mandates.task_forms import TaskForm, new_token

from . import PageRequest
from .cards import Notice
from .task_open import opened_of
from .task_rows import Row, fetched, row_of
from .work import CLOSED, TITLES, Worker, tally

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Panel:
    """A small form of a task's page: approve, return, nothing due, reopen, comment. Drawn by a template of its name."""

    name: str
    task: Task
    token: str = field(default_factory=new_token)
    typed: str = ""
    chosen: str = ""
    notice: Notice | None = None

    @property
    def template(self) -> str:
        return f"mandates/_task_{self.name}.html"

    @property
    def seen(self) -> int:
        return self.task.revision

    @property
    def steps(self) -> list[tuple[str, str]]:
        """Where a closed task may go when it is opened again."""
        return [(step, str(Task.Status(step).label)) for step in states.REOPENS.get(self.task.status, ())]


def _task(pk: int) -> Task:
    return get_object_or_404(fetched(), pk=pk)


def _seen(request: PageRequest) -> int:
    seen = request.POST.get("seen", "")
    if not (seen.isascii() and seen.isdigit() and len(seen) < 10):
        raise BadRequest("The form does not say what was seen.")
    return int(seen)


def _back(request: PageRequest) -> str:
    return "task" if (request.POST or request.GET).get("back") == "task" else "work"


def _notice(why: Refused, request: PageRequest) -> Notice:
    theirs = (*why.theirs, _("Save again to say yours on top of it.")) if isinstance(why, Overtaken) else ()
    if request.FILES:
        theirs += (_("Choose the file again: a browser does not keep it."),)
    return Notice(str(why), theirs)


def _code(why: Refused) -> int:
    return 409 if isinstance(why, Overtaken) else 422


# ── The row: update and "Still so" ───────────────────────────────────────────────────────────────────────────────


@never_cache
@require_http_methods(["GET", "POST"])
def update(request: PageRequest, pk: int) -> HttpResponse:
    task, now = _task(pk), timezone.now()
    day = plans.today(now)
    rules.require(request.user, "update task", task, on=day)
    if request.method == "GET":
        closed = "leave" in request.GET or task.status in Task.CLOSED
        form = None if closed else TaskForm(task=task, by=request.user, day=day)
        return _row(request, task, form)
    token = request.POST.get("token", "")
    seen = _seen(request)
    form = TaskForm(request.POST, request.FILES, task=task, by=request.user, day=day, token=token)
    repeated = (
        bool(tracked.TOKEN.fullmatch(token))
        and StatusUpdate.objects.filter(token=token, task=task, by=request.user).exists()
    )
    if repeated:  # a double click, or the way back and forward: what the first one did is shown
        return _done(request, task, _("Saved."))
    if not form.is_valid() and seen == task.revision:
        return _row(request, task, form, code=422)
    try:
        said = form.said() if form.is_valid() else _stale(form)
        status.update(task=task, by=request.user, at=now, seen=seen, token=token, **said)
    except Refused as why:
        fresh = _task(pk)
        form = TaskForm(request.POST, request.FILES, task=fresh, by=request.user, day=day, token=token)
        if isinstance(why, Overtaken):
            form.keep_choice()
        form.is_valid()
        return _row(request, fresh, form, notice=_notice(why, request), code=_code(why))
    return _done(request, task, _saved(task))


def _stale(form: TaskForm) -> dict[str, Any]:
    """What was typed under a state that is past: enough to be told what happened meanwhile; nothing is written."""
    return {"to": form.data.get("status", ""), "words": form.data.get("words", "")}


def _saved(task: Task) -> str:
    if task.to_approve:
        return _("Submitted. It is done once a second person approves it.")
    return _("Saved.")


@require_POST
def still_so(request: PageRequest, pk: int) -> HttpResponse:
    task, now = _task(pk), timezone.now()
    rules.require(request.user, "update task", task, on=plans.today(now))
    token = request.POST.get("token", "")
    try:
        status.confirm_unchanged(task=task, by=request.user, at=now, seen=_seen(request), token=token)
    except Refused as why:
        form = TaskForm(task=_task(pk), by=request.user, day=plans.today(now))
        return _row(request, _task(pk), form, notice=_notice(why, request), code=_code(why))
    return _done(request, task, _("Saved: it still stands so."))


def _row(
    request: PageRequest, task: Task, form: TaskForm | None, *, notice: Notice | None = None, code: int = 200
) -> HttpResponse:
    """The row, open where there is a form: as a piece, or as a page of its own."""
    worker, back = Worker.of(request.user, timezone.now()), _back(request)
    row = row_of(task, worker)
    if form is not None:
        row = row.open_with(opened_of(task, form, worker.day, back=back, notice=notice))
    context = {"row": row, "back": back, "task": task}
    if not request.htmx:
        if form is None:
            return _go_back(task, back)
        return render(request, "mandates/task_update.html", context, status=code)
    template = "mandates/_task_update.html" if back == "task" else "mandates/_task_row.html"
    return render(request, template, {**context, "opened": row.opened}, status=code)


def _done(request: PageRequest, task: Task, said: str) -> HttpResponse:
    """It is saved: the row and the counts of My work; the page of the task anew; or the way back."""
    back = _back(request)
    if request.htmx and back == "work":
        worker = Worker.of(request.user, timezone.now())
        row = row_of(task, worker)
        counts = tally(worker)
        context = {"row": row, "tally": counts, "said": said, "moved": _moved(request, row)}
        return render(request, "mandates/_task_saved.html", context)
    messages.success(request, said)
    if request.htmx:
        answer = HttpResponse(status=204)
        answer["HX-Refresh"] = "true"
        return answer
    return _go_back(task, back)


def _moved(request: PageRequest, row: Row) -> str:
    """What is said of a row that stands in another group now; it stays where it is until the page is loaded anew."""
    before = request.POST.get("group", "")
    if before not in TITLES or before == row.clock:
        return ""
    if row.clock == CLOSED:
        return _("It is closed and leaves this list when you load it anew.")
    return _("It stands under “%(group)s” when you load this list anew.") % {"group": TITLES[row.clock]}


def _go_back(task: Task, back: str) -> HttpResponse:
    return redirect(task.get_absolute_url() if back == "task" else f"{reverse('my-work')}#t{task.pk}")


# ── On the task's page ───────────────────────────────────────────────────────────────────────────────────────────


def _act(
    request: PageRequest,
    pk: int,
    name: str,
    right: str,
    act: Callable[[Task, int, str], object],
    said: str,
) -> HttpResponse:
    """Fetch, ask the rule, do it; where it is refused, the small form again with what was typed and the sentence."""
    task = _task(pk)
    if right == "comment":
        rules.require(request.user, right)
    else:
        rules.require(request.user, right, task, on=plans.today(timezone.now()))
    seen, token = _seen(request) if right != "comment" else 0, request.POST.get("token", "")
    try:
        act(task, seen, token)
    except Refused as why:
        panel = Panel(
            name,
            _task(pk),
            typed=request.POST.get("words", ""),
            chosen=request.POST.get("to", ""),
            notice=_notice(why, request),
        )
        template = panel.template if request.htmx else "mandates/task_again.html"
        return render(request, template, {"panel": panel, "task": panel.task}, status=_code(why))
    messages.success(request, said)
    if request.htmx:
        answer = HttpResponse(status=204)
        answer["HX-Refresh"] = "true"
        return answer
    return redirect(task)


@require_POST
def approve(request: PageRequest, pk: int) -> HttpResponse:
    def act(task: Task, seen: int, token: str) -> None:
        words = request.POST.get("words", "")
        status.approve(task=task, by=request.user, at=timezone.now(), seen=seen, token=token, words=words)

    return _act(request, pk, "decide", "approve task", act, _("Approved: it is done."))


@require_POST
def return_(request: PageRequest, pk: int) -> HttpResponse:
    def act(task: Task, seen: int, token: str) -> None:
        words = request.POST.get("words", "")
        status.return_(task=task, by=request.user, at=timezone.now(), seen=seen, token=token, words=words)

    return _act(request, pk, "decide", "approve task", act, _("Returned: they read your words on the task’s page."))


@require_POST
def nothing_due(request: PageRequest, pk: int) -> HttpResponse:
    def act(task: Task, seen: int, token: str) -> None:
        reason = request.POST.get("words", "")
        status.nothing_due(task=task, reason=reason, by=request.user, at=timezone.now(), seen=seen, token=token)

    return _act(request, pk, "nothing", "update task", act, _("Saved: nothing is due this time."))


@require_POST
def reopen(request: PageRequest, pk: int) -> HttpResponse:
    def act(task: Task, seen: int, token: str) -> None:
        to, reason = request.POST.get("to", ""), request.POST.get("words", "")
        status.reopen(task=task, to=to, reason=reason, by=request.user, at=timezone.now(), seen=seen, token=token)

    return _act(request, pk, "reopen", "update task", act, _("Opened again."))


@require_POST
def comment(request: PageRequest, pk: int) -> HttpResponse:
    def act(task: Task, seen: int, token: str) -> None:
        comments.add(task=task, words=request.POST.get("words", ""), by=request.user, at=timezone.now())

    return _act(request, pk, "comment", "comment", act, _("Your comment stands in the timeline."))


# ── Evidence ─────────────────────────────────────────────────────────────────────────────────────────────────────


def safe_name(evidence: Evidence) -> str:
    """The name under which the file is handed out: as it was called, without paths and signs that steer."""
    name = re.sub(r"[\x00-\x1f\x7f\u200e\u200f\u202a-\u202e\u2066-\u2069]", "", evidence.original_name)
    return re.split(r"[\\/]", name)[-1].strip(" .") or f"evidence-{evidence.pk}"


@require_POST
def evidence_show(request: PageRequest, pk: int) -> HttpResponse:
    """Make a piece of evidence public (`public` is "yes"), or internal again."""
    row = get_object_or_404(Evidence.objects.select_related("task"), pk=pk)
    public = request.POST.get("public") == "yes"
    evidence.show(evidence=row, public=public, by=request.user, at=timezone.now())
    said = (
        _("“%(what)s” is public: viewers see it too.")
        if public
        else _("“%(what)s” is internal: viewers do not see it.")
    )
    messages.success(request, said % {"what": row})
    return redirect(f"{row.task.get_absolute_url()}#evidence")


@cache_control(private=True, no_store=True)
@require_safe
def evidence_file(request: PageRequest, pk: int) -> HttpResponse | FileResponse:
    """The file of a piece of evidence, for those who see it on the page. To others there is none."""
    row = get_object_or_404(Evidence.objects.exclude(file=""), pk=pk)
    if not rules.may_see(request.user, row):
        raise Http404(_("There is no such file."))
    try:
        stored = row.file.open("rb")
    except FileNotFoundError:
        log.error("The file of evidence %s is not where it was put", row.pk)
        raise Http404(_("The file is no longer in its place on the server.")) from None
    answer = FileResponse(stored, as_attachment=True, filename=safe_name(row), content_type="application/octet-stream")
    answer["X-Content-Type-Options"] = "nosniff"
    return answer
