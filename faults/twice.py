"""The same form twice: a double click, the way back and forward, a retry of what nobody answered."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from typing import Any

from django.urls import reverse
from django.utils import timezone

from mandates.actions import status
from mandates.models import Member, StatusUpdate, Task
from mandates.task_forms import new_token
from mandates.work_forms import pack_seen
from reports.tables import preview as tables
from reports.tables import read, write
from tests.factories import AssignmentFactory, SessionFactory, SuggestionFactory, UnitFactory

from .row import BOTH, Outcome, exactly, none, row
from .trial import Trial
from .visitor import Answer, Visitor
from .world import at_once, coordinators, form, tasks


@dataclass(frozen=True)
class Form:
    """A form as it was shown, and how often what it asks for has happened."""

    name: str
    path: str
    typed: dict[str, Any]
    effects: Callable[[], int]
    has_token: bool = True  # then a repetition is answered as the first was


def _facts(task: Task, kind: str = "") -> Callable[[], int]:
    found = StatusUpdate.objects.filter(task=task, **({"kind": kind} if kind else {}))
    before = found.count()
    return lambda: found.count() - before


def _of_one_task(task: Task, name: str, **typed: Any) -> Form:
    task.refresh_from_db()
    return Form(name, reverse(name, args=[task.pk]), form(task, seen=task.revision, **typed), _facts(task))


def _submitted(by: Member) -> Task:
    """A task that waits for a second person's approval."""
    task = tasks(1, status="prog", session=SessionFactory())[0]
    status.submit(
        task=task, words="Handed in.", by=by, at=timezone.now(), seen=1, evidence=[status.evidence.Given(link="C26/59")]
    )
    return task


def _table(by: Member) -> Form:
    """An edited table whose preview was shown."""
    task = tasks(1, status="todo")[0]
    lines = b"".join(write.csv_lines(tasks=Task.objects.filter(pk=task.pk), by=by)).decode()
    seen = tables.preview(
        table=read.read(data=lines.replace("Not started", "At risk").encode()), by=by, at=timezone.now()
    )
    typed = {"packed": tables.pack(preview=seen), "token": new_token(), "name": "tasks.csv"}
    return Form("table", reverse("tasks-import"), typed, _facts(task))


def _many(act: str, **typed: Any) -> Form:
    some = tasks(3, status="todo")
    seen = pack_seen({task.pk: task.revision for task in some})
    return Form(
        f"many: {act}",
        reverse("tasks-bulk"),
        {"act": act, "why": "All of them.", "go": "1", "seen": seen, "token": new_token(), **typed},
        _facts(some[0]),
    )


def forms(me: Member, other: Member) -> Iterator[Form]:
    """One of each, on rows of their own."""
    yield _of_one_task(tasks(1, status="todo")[0], "task-update", status="prog", words="Begun.")
    yield _of_one_task(tasks(1, status="todo")[0], "task-update", status="done", words="Sent.", link="C26/59")
    yield _of_one_task(tasks(1, status="prog")[0], "task-still-so")
    yield _of_one_task(tasks(1, status="prog")[0], "task-nothing-due", words="No session this year.")
    yield _of_one_task(tasks(1, status="over")[0], "task-reopen", to="prog", words="It is asked again.")
    yield _of_one_task(_submitted(other), "task-approve")
    yield _of_one_task(_submitted(other), "task-return", words="The annex is missing.")
    yield _many("update", status="risk")
    yield _many("redate", to="2027-05-01")
    yield _many("reassign", unit=UnitFactory(abbr="BDT").pk)
    yield _table(me)
    task = tasks(1)[0]
    yield Form("comment", reverse("task-comment", args=[task.pk]), {"words": "A remark."}, task.comments.count)
    suggestion = SuggestionFactory(paragraph__section__version__label=new_token())
    found = type(suggestion).objects.filter(pk=suggestion.pk, instruction__isnull=False)
    confirm = reverse("suggestion-confirm", args=[suggestion.pk])
    yield Form("confirm", confirm, {"seen": suggestion.revision}, found.count, has_token=False)
    lead = AssignmentFactory()
    moved = tasks(1, instruction=lead.instruction, lead=lead.unit)[0]
    typed = {"unit": UnitFactory(abbr="TSB").pk, "why": "The work moves."}
    address = reverse("instruction-reassign", args=[lead.instruction_id])
    yield Form("reassign", address, typed, _facts(moved), has_token=False)
    yield _move()


def _move() -> Form:
    """The form that moves a session, which has another task each time it is shown."""
    day = date(2027, 3, 1)
    session = SessionFactory(code=f"CSTD-{new_token()}", starts=day, ends=day + timedelta(days=4), precision="day")
    later = {"starts": "2027-04-01", "ends": "2027-04-05", "precision": "day", "state": "confirmed", "place": "Geneva"}
    effects = type(session).objects.filter(pk=session.pk, revision__gt=1)
    rows = session.history.filter(revision__gt=1)
    return Form(
        "session-move",
        reverse("session-move", args=[session.code]),
        {**later, "why": "Announced.", "seen": session.revision},
        lambda: max(effects.count(), rows.count()),
        has_token=False,
    )


# The ways in which the same form comes twice: each gives the answers that came.


def double_click(who: Visitor, shown: Form) -> list[Answer]:
    return at_once([partial(who.post, shown.path, shown.typed, htmx=True)] * 2)


def back_and_forward(who: Visitor, shown: Form) -> list[Answer]:
    return [who.post(shown.path, shown.typed, htmx=False) for _time in range(2)]


def retries(who: Visitor, shown: Form) -> list[Answer]:
    """Two at once of which nobody waits for the first answer, then once more."""
    return [*at_once([partial(who.post, shown.path, shown.typed, htmx=True)] * 3), who.post(shown.path, shown.typed)]


@row(on=BOTH)
def the_same_form_twice(trial: Trial) -> Outcome:
    """A double click, the way back and forward, and a retry send the same form again, for each form that changes
    something: it has one effect, and where the form has a token, each answer says so.
    """
    web = trial.web()
    me, other = coordinators(2)
    who = Visitor(web.port, me)
    tried = once = otherwise = 0
    wrong: list[str] = []
    for _round in range(trial.size(5, 1)):
        for way in (double_click, back_and_forward, retries):
            for shown in forms(me, other):
                answers = way(who, shown)
                tried += 1
                effects = shown.effects()
                once += effects == 1
                unlike = shown.has_token and any(answer.status not in (200, 204, 302) for answer in answers)
                otherwise += unlike
                if effects != 1 or unlike or any(answer.status in (0, 500) for answer in answers):
                    wrong.append(f"{shown.name}, {way.__name__}: {effects} {[answer.status for answer in answers]}")
    for line in dict.fromkeys(wrong):
        print(line)
    return Outcome.of(
        f"{tried:,} forms sent again in three ways",
        exactly("had one effect", once, tried),
        none("told otherwise", otherwise),
    )


ROWS = {"E5": the_same_form_twice}
