"""Inputs of a task: who is asked, what came, what is still to come; marked on the task's page and on the session's.

A form brings `back`, the page it stands on. HTMX gets the part of the page anew, everybody else a redirect to it, or a
page with the part where something could not be done.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date

from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from mandates import rules
from mandates.actions import Refused, inputs, plans
from mandates.models import Input, LeadTime, Member, Session, Task, Unit
from mandates.models.prepared import OneOf, Prepared

from . import PageRequest, number_in
from .cards import Notice

SHOWN = 100  # tasks with inputs on the page of a session


@dataclass(frozen=True, slots=True)
class Asked:
    """A unit that is asked. `document` is what it sent, as far as the reader may see it; `typed` is kept of a form
    that could not be saved."""

    input: Input
    may_mark: bool
    document: str = ""
    href: str = ""
    typed: str = ""


@dataclass(frozen=True)
class Inputs:
    """The inputs of a task. `to_ask` are the contributing units that were not asked yet, `others` all other units."""

    task: Task
    received: tuple[Asked, ...] = ()
    missing: tuple[Asked, ...] = ()
    closes: date | None = None
    may_ask: bool = False
    to_ask: tuple[Unit, ...] = ()
    others: tuple[Unit, ...] | None = None  # None while nobody looks for one
    back: str = ""  # the code of the session whose page it stands on; "" on the task's own
    notice: Notice | None = None

    template = "mandates/_inputs.html"

    @property
    def total(self) -> int:
        return len(self.received) + len(self.missing)

    @property
    def said(self) -> str:
        """ "3 of 7 received"."""
        return _("%(n)d of %(all)d received") % {"n": len(self.received), "all": self.total}


_INPUTS = Prepared(
    lambda: Input.objects.filter(task__in=OneOf("tasks")).select_related("unit", "received_by").order_by("unit__abbr")
)


def inputs_of(tasks: Iterable[Task], *, member: Member, day: date, back: str = "") -> dict[int, Inputs]:
    """The inputs of those tasks for which any was asked, by the key of the task. Two queries at most."""
    by_key = {task.pk: task for task in tasks}
    rows = _INPUTS.ask(tasks=by_key) if by_key else []
    for row in rows:
        row.task = by_key[row.task_id]
    markable = rules.markable(member, rows, on=day)
    sees = rules.may(member, "see internal evidence")
    found: dict[int, list[Asked]] = defaultdict(list)
    for row in rows:
        shown = {"document": row.document, "href": row.href} if sees else {}
        found[row.task_id].append(Asked(row, row.pk in markable, **shown))
    return {
        key: Inputs(
            task=by_key[key],
            received=tuple(one for one in some if one.input.received_at),
            missing=tuple(one for one in some if not one.input.received_at),
            back=back,
        )
        for key, some in found.items()
    }


def inputs_on_task(
    task: Task,
    *,
    member: Member,
    day: date,
    back: str = "",
    contributing: Iterable[Unit] | None = None,
    plan: plans.Plan | None = None,
    choose: bool = False,
) -> Inputs:
    """The inputs of one task with who may still be asked, as its page shows them. Five queries at most.

    `contributing` are the units that contribute and `plan` that of the session, where they are at hand; `choose` says
    that another unit is looked for: only then all are asked for.
    """
    panel = inputs_of([task], member=member, day=day, back=back).get(task.pk) or Inputs(task, back=back)
    may_ask = task.is_open and not back and rules.may(member, "ask for inputs", task, on=day)
    asked = {one.input.unit_id for one in (*panel.received, *panel.missing)}
    to_ask: Iterable[Unit] = ()
    if may_ask and contributing is None:
        to_ask = inputs.contributors(task=task)
    elif may_ask and contributing is not None:
        to_ask = sorted((unit for unit in contributing if unit.pk not in asked), key=lambda unit: unit.abbr)
    to_ask, others = tuple(to_ask), None
    if may_ask and choose:
        known = asked | {unit.pk for unit in to_ask} | {task.lead_id or 0}
        others = tuple(Unit.objects.exclude(pk__in=known).order_by("outside", "abbr"))
    stop = task.first_stop or task.session
    if plan is None and stop and panel.missing:
        plan = plans.plan(stop)
    return replace(panel, closes=_closes(plan) if plan else None, may_ask=may_ask, to_ask=to_ask, others=others)


@dataclass(frozen=True)
class SessionInputs:
    """The inputs of all that goes to a session: counted, and thing by thing."""

    panels: tuple[Inputs, ...]
    closes: date | None

    @classmethod
    def of(cls, session: Session, *, member: Member, day: date) -> SessionInputs:
        """Six queries at most, whatever the number of tasks: the first SHOWN for which inputs were asked."""
        tied = Task.objects.filter(Q(session=session) | Q(first_stop=session), pk__in=Input.objects.values("task"))
        rows = list(tied.select_related("instruction").order_by("matters_on", "pk")[:SHOWN])
        found = inputs_of(rows, member=member, day=day, back=session.code)
        return cls(tuple(found[row.pk] for row in rows if row.pk in found), closes(session) if found else None)

    @property
    def total(self) -> int:
        return sum(panel.total for panel in self.panels)

    @property
    def received(self) -> int:
        return sum(len(panel.received) for panel in self.panels)

    @property
    def units_received(self) -> str:
        """The units from which something came, each once."""
        return ", ".join(sorted({one.input.unit.abbr for panel in self.panels for one in panel.received}))

    @property
    def units_missing(self) -> str:
        """The units from which something is still to come, each once."""
        return ", ".join(sorted({one.input.unit.abbr for panel in self.panels for one in panel.missing}))


def closes(session: Session) -> date | None:
    """The day on which the call for inputs closes, by the session's plan; None where it has no such step."""
    return _closes(plans.plan(session))


def _closes(plan: plans.Plan) -> date | None:
    return next((one.last for one in plan.steps if one.step == LeadTime.Step.INPUTS), None)


# ── What is done with them ───────────────────────────────────────────────────────────────────────────────────────


@require_POST
def ask(request: PageRequest, pk: int) -> HttpResponse:
    """Ask the units that were ticked or chosen."""
    task = get_object_or_404(_tasks(), pk=pk)
    rules.require(request.user, "ask for inputs", task, on=plans.today(timezone.now()))
    keys = {number_in(typed) or 0 for typed in request.POST.getlist("unit")}
    units = list(Unit.objects.filter(pk__in=keys))

    def act() -> str:
        made = inputs.ask(task=task, units=units, by=request.user, at=timezone.now())
        return ngettext("%(n)d unit is asked.", "%(n)d units are asked.", len(made)) % {"n": len(made)}

    return _answer(request, task, act)


@require_POST
def receive(request: PageRequest, pk: int) -> HttpResponse:
    """Say that an input came, perhaps with its link or number."""
    row, document = _row(request, pk), request.POST.get("document", "")

    def act() -> str:
        inputs.receive(asked=row, by=request.user, at=timezone.now(), document=document)
        return _("Received: the input of %(unit)s.") % {"unit": row.unit}

    return _answer(request, row.task, act, typed=(row.pk, document))


@require_POST
def take_back(request: PageRequest, pk: int) -> HttpResponse:
    """Say that an input has not come after all."""
    row = _row(request, pk)

    def act() -> str:
        inputs.take_back(asked=row, by=request.user, at=timezone.now())
        return _("Still to come: the input of %(unit)s.") % {"unit": row.unit}

    return _answer(request, row.task, act)


@require_POST
def withdraw(request: PageRequest, pk: int) -> HttpResponse:
    """Ask a unit no more."""
    row = _row(request, pk, right="ask for inputs")

    def act() -> str:
        inputs.withdraw(asked=row, by=request.user, at=timezone.now())
        return _("%(unit)s is not asked any more.") % {"unit": row.unit}

    return _answer(request, row.task, act)


def _tasks():
    return Task.objects.select_related("instruction", "lead", "session__body", "first_stop__body")


def _row(request: PageRequest, pk: int, *, right: str = "mark inputs") -> Input:
    row = get_object_or_404(Input.objects.select_related("unit"), pk=pk)
    row.task = _tasks().get(pk=row.task_id)
    rules.require(request.user, right, row.task if right == "ask for inputs" else row, on=plans.today(timezone.now()))
    return row


def _answer(
    request: PageRequest, task: Task, act: Callable[[], str], *, typed: tuple[int, str] = (0, "")
) -> HttpResponse:
    """Do it; then the part of the page anew, or the way back. Where it is refused, with the sentence and what was
    typed."""
    session = Session.objects.filter(code=request.POST.get("back", "").replace("\0", "")).first()
    back = session.code if session else ""
    notice = None
    try:
        said = act()
    except Refused as why:
        notice = Notice(str(why))
    if notice is None and not request.htmx:
        messages.success(request, said)
        return redirect(f"{reverse('session', args=[back]) if back else task.get_absolute_url()}#inputs-{task.pk}")
    day = plans.today(timezone.now())
    panel = replace(inputs_on_task(task, member=request.user, day=day, back=back), notice=notice)
    if notice is not None:
        kept = tuple(replace(one, typed=typed[1]) if one.input.pk == typed[0] else one for one in panel.missing)
        panel = replace(panel, missing=kept)
    context = {"panel": panel, "task": task, "fresh": not notice}
    if session is not None:
        context["inputs"] = SessionInputs.of(session, member=request.user, day=day)
    template = "mandates/_inputs_saved.html" if request.htmx else "mandates/task_again.html"
    return render(request, template, context, status=422 if notice else 200)
