"""Every pair of states through every door."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable

from django.urls import NoReverseMatch, reverse

from mandates.models import Task, states
from mandates.task_forms import new_token
from mandates.work_forms import pack_seen
from reports.tables import write

from .row import BOTH, Outcome, exactly, none, row
from .trial import Trial
from .visitor import Visitor
from .world import coordinators, form, tasks, update_address, wrong_histories

Status = Task.Status
WORDS, PAPER = "A sentence that says why.", "C26/59"
Door = Callable[[Visitor, Task, str], None]


def the_form(who: Visitor, task: Task, to: str) -> None:
    who.post(update_address(task), form(task, seen=task.revision, status=to, words=WORDS, link=PAPER))


def many_at_once(who: Visitor, task: Task, to: str) -> None:
    seen = pack_seen({task.pk: task.revision})
    typed = {"act": "update", "status": to, "why": WORDS, "go": "1", "seen": seen, "token": new_token()}
    who.post(reverse("tasks-bulk"), typed, htmx=False)


def a_table(who: Visitor, task: Task, to: str) -> None:
    """Exported, edited as a person does, brought in; taken where the preview offers it."""
    lines = b"".join(write.csv_lines(tasks=Task.objects.filter(pk=task.pk), by=who.member)).decode("utf-8-sig")
    row = next(csv.DictReader(io.StringIO(lines)))
    row |= {"Status": str(Status(to).label), "In a sentence": WORDS, "Evidence": PAPER}
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, row.keys())
    writer.writeheader()
    writer.writerow(row)
    seen = who.upload(reverse("tasks-import"), "tasks.csv", out.getvalue().encode())
    if packed := seen.fields("packed"):
        typed = {"packed": packed[0], "token": seen.fields("token")[0], "name": "tasks.csv"}
        who.post(reverse("tasks-import"), typed, htmx=False)


def opened_again(who: Visitor, task: Task, to: str) -> None:
    path = reverse("task-reopen", args=[task.pk])
    who.post(path, {"seen": task.revision, "token": new_token(), "to": to, "words": WORDS})


def the_admin(who: Visitor, task: Task, to: str) -> None:
    """Tasks have no form in the admin; the address at which one would stand is tried all the same."""
    try:
        path = reverse("admin:mandates_task_change", args=[task.pk])
    except NoReverseMatch:
        path = f"{reverse('admin:index')}mandates/task/{task.pk}/change/"
    who.post(path, {"status": to, "_save": "Save"}, htmx=False)


def _by_the_form(before: str, to: str) -> bool:
    """Also a new word on the same open status: the task stays where it is, and says so."""
    return to in states.steps_from(before)


# Each door, and whether the table lets `before` become `to` through it.
DOORS: tuple[tuple[Door, Callable[[str, str], bool]], ...] = (
    (the_form, _by_the_form),
    (many_at_once, lambda before, to: states.may_step(before, to) and to not in states.ASKS_FOR_EVIDENCE),
    (a_table, _by_the_form),
    (opened_again, lambda before, to: to in states.REOPENS.get(before, ())),
    (the_admin, lambda _before, _to: False),
)


@row(on=BOTH)
def every_pair_of_states(trial: Trial) -> Outcome:
    """From each status to each, through the form, many at once, a table, opening again and the admin: what the table of
    states allows is done, and nothing else changes a task.
    """
    who = Visitor(trial.web().port, coordinators(1)[0])
    tried = as_allowed = 0
    befores = [Status.NONE, Status.PROG, Status.DONE] if trial.quick else Status.values
    for before in befores:
        for to in Status.values:
            for door, allows in DOORS:
                task = tasks(1, status=before)[0]
                door(who, task, to)
                row = Task.objects.get(pk=task.pk)
                expected = (to, 2) if allows(before, to) else (before, 1)
                tried += 1
                if (row.status, row.revision) == expected:
                    as_allowed += 1
                else:
                    print(f"{door.__name__}: {before} → {to} gave {row.status}, revision {row.revision}")
    return Outcome.of(
        f"{len(befores) * len(Status.values)} pairs through {len(DOORS)} doors, {tried} acts",
        exactly("as the table says", as_allowed, tried),
        none("tasks whose history is not their revisions", wrong_histories()),
    )


ROWS = {"E4": every_pair_of_states}
