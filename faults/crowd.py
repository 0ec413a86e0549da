"""Many people on the same tasks for a minute."""

from __future__ import annotations

import random
import time
from collections import Counter
from functools import partial

from django.db import connection
from django.urls import reverse
from django.utils import timezone

from mandates.models import ActionLine, LineTag, Task, Unit
from mandates.task_forms import new_token
from mandates.work_forms import pack_seen
from reports.rollup import folding
from reports.rollup.recounting import recount
from tests.factories import AssignmentFactory, UnitFactory

from .row import Outcome, at_least, none, row
from .trial import Trial
from .visitor import Answer, Visitor
from .world import at_once, coordinators, form, tasks, update_address, wrong_histories

CLIENTS, TASKS, TOGETHER = 16, 200, 12
OPEN = ("todo", "prog", "risk", "cont")


@row("cluster")  # of its own: the fold waits for whoever writes anywhere on the server
def a_crowd(trial: Trial) -> Outcome:
    """Sixteen clients change 200 tasks for 60 seconds, one by one, many at once and by giving the work to another unit,
    while the roll-up is folded: no deadlock, no page that breaks, each task has one row of history for each of its
    revisions, and the roll-up is what a recount gives.
    """
    web = trial.web()
    lead = AssignmentFactory()
    for position, code in enumerate(("C2", "C5")):
        line = ActionLine.objects.create(code=code, title=code, position=position)
        LineTag.objects.create(instruction=lead.instruction, action_line=line)
    units = [lead.unit, UnitFactory(abbr="BDT")]
    keys = [task.pk for task in tasks(TASKS, instruction=lead.instruction, lead=lead.unit, status="todo")]
    people = [
        Client(number, web.port, member, keys, lead.instruction.pk, units)
        for number, member in enumerate(coordinators(CLIENTS))
    ]
    folding.fold(now=timezone.now())
    seconds = trial.size(60, 8)
    end = time.monotonic() + seconds
    came = sum(at_once([*(partial(client.work, end) for client in people), partial(fold_until, end)]), Counter())
    changed = sum(Task.objects.values_list("revision", flat=True)) - TASKS
    return Outcome.of(
        f"{CLIENTS} clients for {seconds} s, {came.total():,} requests, {came[409]:,} told that another was quicker",
        at_least("changes", changed, CLIENTS),
        none("deadlocks", deadlocks()),
        none("pages broken", came.total() - sum(came[status] for status in (200, 302, 409, 422))),
        none("tasks whose history is not their revisions", wrong_histories()),
        none("wrong cells", wrong_cells()),
    )


def fold_until(end: float) -> Counter[int]:
    """Fold the roll-up every few seconds, as the timetable does every minute."""
    while time.monotonic() < end:
        folding.fold(now=timezone.now())
        time.sleep(3)
    return Counter()


def wrong_cells() -> int:
    """Figures of the roll-up that are not what a plain count gives."""
    folding.fold(now=timezone.now())
    return len(recount(now=timezone.now()))


class Client:
    """One of the crowd. What it does is drawn by its number."""

    def __init__(self, number: int, port: int, member, keys: list[int], instruction: int, units: list[Unit]) -> None:
        self.chance, self.visitor = random.Random(number), Visitor(port, member)
        self.keys, self.instruction, self.units = keys, instruction, units

    def work(self, end: float) -> Counter[int]:
        """Statuses of the answers, counted."""
        came: Counter[int] = Counter()
        while time.monotonic() < end:
            act = self.chance.choices([self.update, self.still_so, self.many, self.reassign], [70, 15, 14, 1])[0]
            came[act().status] += 1
        return came

    def _one(self) -> tuple[Task, int]:
        task = Task.objects.only("pk", "revision").get(pk=self.chance.choice(self.keys))
        return task, task.revision

    def update(self) -> Answer:
        task, seen = self._one()
        typed = form(task, seen=seen, status=self.chance.choice(OPEN), words=f"Word {self.chance.random():.6f}.")
        return self.visitor.post(update_address(task), typed)

    def still_so(self) -> Answer:
        task, seen = self._one()
        return self.visitor.post(reverse("task-still-so", args=[task.pk]), form(task, seen=seen))

    def many(self) -> Answer:
        some = self.chance.sample(self.keys, TOGETHER)
        seen = dict(Task.objects.filter(pk__in=some).order_by("?").values_list("pk", "revision"))
        typed = {"act": "update", "status": self.chance.choice(OPEN), "why": "All of them.", "go": "1"}
        return self.visitor.post(reverse("tasks-bulk"), {**typed, "seen": pack_seen(seen), "token": new_token()})

    def reassign(self) -> Answer:
        typed = {"unit": self.chance.choice(self.units).pk, "why": "The work moves."}
        return self.visitor.post(reverse("instruction-reassign", args=[self.instruction]), typed)


def deadlocks() -> int:
    """What the server has counted in this database."""
    time.sleep(1.5)  # it reports its counts once a second
    with connection.cursor() as cursor:
        cursor.execute("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
        return cursor.fetchone()[0]


ROWS = {"E2": a_crowd}
