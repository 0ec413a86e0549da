"""The page of a task: what is asked and in which words, by when, where it stands, and all that was said of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from mandates import rules
from mandates.actions import plans
from mandates.models import LeadTime, Member, Place, Task
from mandates.models.places import place_that_matters
from mandates.models.prepared import Given, Prepared
from mandates.task_forms import TaskForm
from mandates.views.inputs import Inputs, inputs_on_task
from mandates.views.task_open import Opened, around_of, opened_of, places_of
from mandates.views.task_rows import Row, When, date_that_matters, rows_from
from mandates.views.tasks import Panel
from mandates.views.work import Worker

from . import wording
from .schedules import date_in_words
from .session_plan import StepRow, steps_of
from .timeline import Entry, Shown, evidence_of, named_in, timeline_of, told_of
from .wording import Stretch


@dataclass(frozen=True)
class TaskPage:
    """What the page of a task needs: nine queries and those of the rights, however long its timeline is."""

    row: Row
    opened: Opened
    stretches: tuple[Stretch, ...]
    footnotes: tuple[dict, ...]
    when: When
    steps: tuple[StepRow, ...]
    due: str
    due_vague: bool
    delivered: str
    evidence: tuple[Shown, ...]
    hidden: int  # pieces of evidence that only members see
    inputs: Inputs
    timeline: tuple[Entry, ...]
    decide: Panel | None
    nothing: Panel | None
    reopen: Panel | None
    comment: Panel | None
    why_not: str
    mention: str

    @classmethod
    def of(cls, task: Task, member: Member, now: datetime, *, choose: bool = False) -> TaskPage:
        """`task` comes from `task_rows.fetched`. `choose`: another unit is looked for, to be asked for an input."""
        worker = Worker.of(member, now)
        day, stop = worker.day, task.first_stop or task.session
        lead_times = _LEAD_TIMES.ask(body=stop.body_id) if stop else []
        plan = plans.plan(stop, lead_times) if stop else None
        places, told = places_of(task), told_of(task)
        around = around_of(task, day, named_in(told))
        people, helping = around.people, {task.instruction_id: around.helping}
        row = rows_from([task], worker, helping=helping, places={task.instruction_id: places})[0]
        is_open = task.status not in Task.CLOSED
        form = TaskForm(task=task, by=member, day=day) if row.may_update and is_open else None
        opened = opened_of(task, form, day, back="task", places=places, around=around, plan=plan)
        stretches, footnotes = _words(places)
        evidence, hidden = evidence_of(told, task, member, people)
        may_reopen = row.may_update and not is_open
        if may_reopen and task.approved_at:
            may_reopen = rules.may(member, "approve task", task, on=day)
        contributing = [party.unit for party in around.contributors]
        return cls(
            row=row,
            opened=opened,
            stretches=stretches,
            footnotes=footnotes,
            when=date_that_matters(task, {stop.body_id: {one.step: one for one in lead_times}} if stop else {}, day),
            steps=tuple(steps_of(plan, day)) if plan and not task.dated_by_hand else (),
            due=_due(task),
            due_vague=task.precision != "day",
            delivered=date_format(task.delivered_on, "j F Y") if task.delivered_on else "",
            evidence=evidence,
            hidden=hidden,
            inputs=inputs_on_task(task, member=member, day=day, contributing=contributing, plan=plan, choose=choose),
            timeline=timeline_of(told, task, evidence, people),
            decide=Panel("decide", task) if row.may_approve else None,
            nothing=Panel("nothing", task) if form else None,
            reopen=Panel("reopen", task) if may_reopen else None,
            comment=Panel("comment", task) if rules.may(member, "comment") else None,
            why_not="" if row.may_update else str(rules.RIGHTS["update task"].sentence),
            mention=next((name for name in _names(opened) if name != member.username), ""),
        )

    @property
    def task(self) -> Task:
        return self.row.task

    @property
    def approval(self) -> str:
        """Who handed it in, and who approved it."""
        task = self.task
        if task.approved_by and task.approved_at:
            day = date_format(plans.today(task.approved_at), "j F Y")
            parts = {"who": task.approved_by, "day": day, "by": task.submitted_by}
            return _("handed in by %(by)s, approved by %(who)s on %(day)s") % parts
        if task.submitted_at:
            parts = {"by": task.submitted_by, "day": date_format(plans.today(task.submitted_at), "j F Y")}
            return _("handed in by %(by)s on %(day)s; waits for a second person’s approval") % parts
        return ""


def _names(opened: Opened) -> Iterable[str]:
    for party in (opened.lead, *opened.contributors):
        if party:
            yield from party.names


_CITATIONS = Prepared(lambda: wording.citations(paragraph=Given("paragraph")))


def _words(places: Sequence[Place]) -> tuple[tuple[Stretch, ...], tuple[dict, ...]]:
    """The official words with links where they cite. One query."""
    if not places:
        return (), ()
    paragraph = place_that_matters(places).paragraph
    laid = wording.places_of(paragraph, _CITATIONS.ask(paragraph=paragraph.pk))
    return wording.standing(paragraph, laid), tuple(paragraph.footnotes)


_LEAD_TIMES = Prepared(lambda: LeadTime.objects.filter(body=Given("body")))


def _due(task: Task) -> str:
    return date_in_words(task.due_on, task.precision) if task.due_on else ""
