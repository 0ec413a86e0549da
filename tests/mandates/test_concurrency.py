"""Many people on the same tasks at once (row E2): no deadlock, nothing lost, one row of history and one fact an act."""

from __future__ import annotations

import random
import threading
from contextlib import suppress
from datetime import timedelta

import pytest
from django.db import connection

from mandates.actions import Overtaken, Refused, assignments, bulk, status
from mandates.models import StatusUpdate, Task
from tests.factories import NOON, AssignmentFactory, MemberFactory, TaskFactory, UnitFactory

WORKERS, ACTS = 8, 30


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_eight_people_on_twenty_tasks_lose_nothing_and_never_wait_for_each_other():
    lead = AssignmentFactory()
    units = [lead.unit, UnitFactory(abbr="BDT")]
    keys = [TaskFactory(instruction=lead.instruction).pk for _each in range(20)]
    people = [MemberFactory(role="coordinator") for _each in range(WORKERS)]
    broken: list[BaseException] = []
    start = threading.Barrier(WORKERS)

    def work(number: int) -> None:
        chance, by = random.Random(number), people[number]
        start.wait()
        try:
            for act in range(ACTS):
                with suppress(Overtaken, Refused):  # told, as they should be
                    one_act(chance, by, NOON + timedelta(seconds=act, microseconds=number))
        except BaseException as error:
            broken.append(error)
        finally:
            connection.close()

    def one_act(chance: random.Random, by, at) -> None:
        some = Task.objects.filter(pk__in=chance.sample(keys, 5)).order_by("?")
        what = chance.random()
        if what < 0.6:
            task = chance.choice(list(some))
            to = chance.choice(["todo", "prog", "risk", "cont"])
            status.update(task=task, to=to, words="A word.", by=by, at=at, seen=task.revision)
        elif what < 0.9:
            seen = {task.pk: task.revision for task in some}
            bulk.update_many(seen=seen, to=chance.choice(["prog", "risk"]), words="", by=by, at=at)
        else:
            assignments.reassign(instruction=lead.instruction, unit=chance.choice(units), by=by, at=at, why="Try.")

    threads = [threading.Thread(target=work, args=[number]) for number in range(WORKERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert broken == []
    for task in Task.objects.all():
        assert (task.history.count(), task.updates.count()) == (task.revision, task.revision - 1)
        assert list(task.history.order_by("revision").values_list("revision", flat=True)) == [
            *range(1, task.revision + 1)
        ]
    assert StatusUpdate.objects.count() > WORKERS * ACTS / 4
    assert lead.instruction.assignments.filter(part="lead").count() == 1
