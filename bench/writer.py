"""Many who write at once, each in a process of its own that has all in hand when they begin together."""

from __future__ import annotations

import contextlib
import multiprocessing
import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import DatabaseError, connections

Work = Callable[[], object]
FORKED = multiprocessing.get_context("fork")  # a process that had to load the program anew would come too late


@dataclass(frozen=True)
class Done:
    """What one of them has done in the time: changes, and the sentences of errors."""

    changes: int
    errors: tuple[str, ...]


def crowd(work: Callable[[int], Work], *, writers: int, seconds: float) -> list[Done]:
    """What each of so many writers has done in so many seconds; `work(number)` is what it does again and again."""
    begin, told = FORKED.Barrier(writers), FORKED.Queue()
    people = [FORKED.Process(target=_write, args=(work, number, seconds, begin, told)) for number in range(writers)]
    for one in people:
        one.start()
    found = [told.get(timeout=300 + seconds) for _ in people]
    for one in people:
        one.join()
    return found


def _write(work: Callable[[int], Work], number: int, seconds: float, begin: Any, told: Any) -> None:
    for one in connections.all(initialized_only=True):
        one.connection = None  # it is the parent's
    act, changes, errors = work(number), 0, []
    begin.wait()
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            act()
            changes += 1
        except DatabaseError as error:
            errors.append(str(error).splitlines()[0])
    told.put(Done(changes, tuple(errors)))
    connections.close_all()


def act(number: int) -> Work:
    """The coordinator says of some open task, often of the same as another writer, where it stands now."""
    from django.utils import timezone

    from mandates.actions import Overtaken, Refused, status
    from mandates.models import Member, Task

    chance = random.Random(number)
    by = Member.objects.get(username="coordinator")
    open_ones = Task.objects.open().filter(submitted_at=None).exclude(status="none")
    keys = list(open_ones.order_by("pk").values_list("pk", flat=True)[:400])

    def work() -> None:
        task = Task.objects.get(pk=chance.choice(keys))
        to = chance.choice(("prog", "risk", "todo"))
        with contextlib.suppress(Overtaken, Refused):  # where somebody was quicker, as it must be
            status.update(task=task, to=to, words="Said.", by=by, at=timezone.now(), seen=task.revision)

    return work
