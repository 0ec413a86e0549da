"""The page of a task: what is asked and in which words, by when, where it stands, and all that was said of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import prefetch_related_objects
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mandates import rules
from mandates.actions import comments, plans, status
from mandates.models import Citation, Comment, Evidence, Input, LeadTime, Member, Place, Session, StatusUpdate, Task
from mandates.models.places import place_that_matters
from mandates.task_forms import TaskForm
from mandates.views.inputs import Inputs, inputs_on_task
from mandates.views.task_open import Opened, opened_of
from mandates.views.task_rows import Row, When, date_that_matters, rows_from
from mandates.views.tasks import Panel
from mandates.views.work import Worker

from . import wording
from .schedules import date_in_words
from .session_plan import StepRow, steps_of
from .wording import Stretch

Kind = StatusUpdate.Kind
# What a row in the history of an input says.
INPUTS = {
    "+": gettext_lazy("asked %(units)s for an input"),
    "received": gettext_lazy("marked the input of %(units)s as received"),
    "~": gettext_lazy("took back that the input of %(units)s was received"),
    "-": gettext_lazy("no longer asks %(units)s for an input"),
}


@dataclass(frozen=True, slots=True)
class Shown:
    """A piece of evidence that the reader may see. `href` leads to the link or to the file; "" for a number alone."""

    evidence: Evidence
    href: str
    by: str


@dataclass(frozen=True, slots=True)
class Bit:
    """A stretch of a comment; `names` is the member whom it mentions, "" for plain words."""

    text: str
    names: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that was said or happened. `status` is the state after it, where that is another one than before."""

    at: datetime
    sentence: str
    mark: str = ""
    bits: tuple[Bit, ...] = ()
    evidence: tuple[Shown, ...] = ()
    anchor: str = ""


@dataclass(frozen=True)
class TaskPage:
    """What the page of a task needs: a fixed number of queries, however long its timeline is."""

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
    def of(cls, task: Task, member: Member, now: datetime) -> TaskPage:
        """`task` comes from `task_rows.fetched`."""
        worker = Worker.of(member, now)
        stop = task.first_stop or task.session
        prefetch_related_objects([one for one in (task.first_stop, task.session) if one], "body__lead_times")
        row = rows_from([task], worker)[0]
        is_open = task.status not in Task.CLOSED
        form = TaskForm(task=task, by=member, day=worker.day) if row.may_update and is_open else None
        opened = opened_of(task, form, worker.day, back="task")
        stretches, footnotes = _words(task)
        evidence, hidden = _evidence(task, member)
        may_reopen = row.may_update and not is_open
        if may_reopen and task.approved_at:
            may_reopen = rules.may(member, "approve task", task, on=worker.day)
        return cls(
            row=row,
            opened=opened,
            stretches=stretches,
            footnotes=footnotes,
            when=date_that_matters(task, _lead_times(stop), worker.day),
            steps=tuple(steps_of(plans.plan(stop), worker.day)) if stop and not task.dated_by_hand else (),
            due=_due(task),
            due_vague=task.precision != "day",
            delivered=date_format(task.delivered_on, "j F Y") if task.delivered_on else "",
            evidence=evidence,
            hidden=hidden,
            inputs=inputs_on_task(task, member=member, day=worker.day),
            timeline=_timeline(task, evidence),
            decide=Panel("decide", task) if row.may_approve else None,
            nothing=Panel("nothing", task) if form else None,
            reopen=Panel("reopen", task) if may_reopen else None,
            comment=Panel("comment", task) if rules.may(member, "comment") else None,
            why_not="" if row.may_update else rules.why_not(member, "update task", task, on=worker.day),
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
            parts = {"who": task.approved_by, "day": date_format(task.approved_at, "j F Y"), "by": task.submitted_by}
            return _("handed in by %(by)s, approved by %(who)s on %(day)s") % parts
        if task.submitted_at:
            parts = {"by": task.submitted_by, "day": date_format(task.submitted_at, "j F Y")}
            return _("handed in by %(by)s on %(day)s; waits for a second person’s approval") % parts
        return ""


def _names(opened: Opened) -> Iterable[str]:
    for party in (opened.lead, *opened.contributors):
        if party:
            yield from party.names


def _words(task: Task) -> tuple[tuple[Stretch, ...], tuple[dict, ...]]:
    """The official words with links where they cite. Two queries."""
    places = list(
        Place.objects.filter(instruction=task.instruction_id).select_related(
            "paragraph__section", "paragraph__version__resolution"
        )
    )
    if not places:
        return (), ()
    paragraph = place_that_matters(places).paragraph
    citations = Citation.objects.filter(paragraph=paragraph).select_related(
        "resolution", "paragraph_cited__version__resolution"
    )
    laid = wording.places_of(paragraph, citations.order_by("start"))
    return wording.standing(paragraph, laid), tuple(paragraph.footnotes)


def _lead_times(stop: Session | None) -> dict[int, dict[str, LeadTime]]:
    return {stop.body_id: {row.step: row for row in stop.body.lead_times.all()}} if stop else {}


def _due(task: Task) -> str:
    return date_in_words(task.due_on, task.precision) if task.due_on else ""


def _evidence(task: Task, member: Member) -> tuple[tuple[Shown, ...], int]:
    """What the member may see, and how many pieces there are besides."""
    rows = list(task.evidence.select_related("by").order_by("at", "pk"))
    seen = tuple(
        Shown(
            evidence=row,
            href=reverse("evidence-file", args=[row.pk]) if row.file else row.href,
            by=_("%(who)s, %(day)s") % {"who": row.by, "day": date_format(row.at, "j F Y")},
        )
        for row in rows
        if rules.may_see(member, row)
    )
    return seen, len(rows) - len(seen)


# ── The timeline ─────────────────────────────────────────────────────────────────────────────────────────────────


def _timeline(task: Task, evidence: tuple[Shown, ...]) -> tuple[Entry, ...]:
    """Updates, comments, and changes that no person's update tells of (a session moved by the timetable), newest
    first. Six queries."""
    with_update: dict[int, list[Shown]] = defaultdict(list)
    for one in evidence:
        with_update[one.evidence.update_id or 0].append(one)
    updates = list(task.updates.select_related("by", "on_behalf_of"))
    entries = [
        Entry(
            at=said.at,
            sentence=status.sentence(said=said),
            mark=_mark(said),
            evidence=tuple(with_update.get(said.pk, ())),
            anchor=f"u{said.pk}",
        )
        for said in updates
    ]
    for comment in task.comments.select_related("by").prefetch_related("mentions"):
        who = {"who": comment.by, "when": date_format(comment.at, "j F, H:i")}
        sentence = _("%(who)s commented, %(when)s:") % who
        entries.append(Entry(comment.at, sentence, bits=_bits(comment), anchor=f"c{comment.pk}"))
    entries += _evidence_shown(evidence)
    entries += _inputs_asked(task)
    told = {(said.at, said.by_id) for said in updates}
    for row in task.history.select_related("history_user").order_by("history_id"):
        if row.history_type != "+" and (row.history_date, row.history_user_id) not in told:
            entries.append(Entry(row.history_date, _changed(row)))
    entries.append(Entry(task.created_at, _("On the list since %(day)s.") % {"day": _day(task.created_at)}))
    return tuple(sorted(entries, key=lambda entry: entry.at, reverse=True))


def _evidence_shown(evidence: Iterable[Shown]) -> Iterator[Entry]:
    """That evidence was made public or internal: of what the reader may see. One query."""
    named = {one.evidence.pk: one.evidence for one in evidence}
    rows = Evidence.history.filter(id__in=named, history_type="~").select_related("history_user")
    for row in rows.order_by("history_id"):
        words = _("made “%(what)s” public") if row.is_public else _("made “%(what)s” internal")
        yield Entry(row.history_date, _said(row, words % {"what": named[row.id]}))


def _inputs_asked(task: Task) -> Iterator[Entry]:
    """Who was asked for an input, and what came; units that were asked in one call in one sentence. One query."""
    calls: dict[tuple, list[str]] = defaultdict(list)
    first: dict[tuple, Any] = {}
    rows = Input.history.filter(task_id=task.pk).select_related("history_user", "unit").order_by("history_id")
    for row in rows:
        kind = "received" if row.history_type == "~" and row.received_at else row.history_type
        call = (row.history_date, row.history_user_id, kind)
        calls[call].append(str(row.unit))
        first.setdefault(call, row)
    for call, units in calls.items():
        yield Entry(call[0], _said(first[call], INPUTS[call[2]] % {"units": ", ".join(units)}))


def _said(row: Any, what: str) -> str:
    """A row of history as a sentence: who, when, what."""
    who = row.history_user or _("The system")
    return _("%(who)s, %(when)s: %(what)s.") % {
        "who": who,
        "when": date_format(row.history_date, "j F, H:i"),
        "what": what,
    }


def _day(at: datetime) -> str:
    return date_format(plans.today(at), "j F Y")


def _changed(row) -> str:
    """A change that left no update of its own: what no person did, or a write beside the verbs."""
    said = {
        "who": row.history_user or _("The timetable"),
        "when": date_format(row.history_date, "j F, H:i"),
        "why": row.history_change_reason or _("its dates were worked out anew"),
    }
    if row.matters_on:
        day = date_in_words(row.matters_on, "day")
        return _("%(who)s, %(when)s: %(why)s. It matters on %(day)s.") % {**said, "day": day}
    return _("%(who)s, %(when)s: %(why)s.") % said


def _mark(said: StatusUpdate) -> str:
    if said.kind == Kind.SUBMITTED:
        return Task.Status.DONE
    if said.kind in {Kind.SAID, Kind.CONFIRMED, Kind.APPROVED, Kind.RETURNED, Kind.REOPENED, Kind.NOTHING_DUE}:
        return said.after
    return ""


def _bits(comment: Comment) -> tuple[Bit, ...]:
    """The words of a comment, parted where they name a member."""
    named = {member.username.casefold(): str(member) for member in comment.mentions.all()}
    bits, at = [], 0
    for match in comments.MENTION.finditer(comment.words):
        name = named.get(match[1].casefold())
        if name:
            bits += [Bit(comment.words[at : match.start()]), Bit(match[0], name)]
            at = match.end()
    return tuple(bit for bit in (*bits, Bit(comment.words[at:])) if bit.text)
