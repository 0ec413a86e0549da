"""People who go on saving while servers and processes are killed under them, and who remember what they were told."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

from mandates.models import Evidence, StatusUpdate, Task

from .servers import wait_until
from .visitor import Visitor
from .world import coordinators, form, tasks, update_address

OPEN = ("todo", "prog", "risk", "cont")
AGAIN_AFTER = 0.2  # seconds until a person tries the same form again …
PATIENCE = 1000  # … and so often


@dataclass
class Writer:
    """Saves one form after the other on a task of their own; the same form again where nobody answered."""

    visitor: Visitor
    task: Task
    saved: dict[str, float] = field(default_factory=dict)  # when each token was acknowledged
    failed: list[tuple[float, int]] = field(
        default_factory=list
    )  # when it was asked what had no good answer, and which
    cut_off: int = 0  # forms of which at least one try had no answer
    refused: list[int] = field(default_factory=list)  # answers that say something else than "saved"

    def work(self, until: threading.Event) -> None:
        number = 1
        while not until.is_set():
            words = {"words": f"Word {number}.", "link": f"C26/{number}"}
            number += self.save(form(self.task, seen=number, status=OPEN[number % 4], **words))

    def save(self, typed: dict[str, Any]) -> bool:
        """Send the form until somebody answers. Whether it is saved."""
        for tries in range(PATIENCE):
            asked = time.monotonic()
            status = self.visitor.post(update_address(self.task), typed).status
            if status == 200:
                self.saved[typed["token"]] = time.monotonic()
                return True
            if status != 0 and status < 500:
                self.refused.append(status)
                return False
            self.cut_off += tries == 0
            self.failed.append((asked, time.monotonic()))
            time.sleep(AGAIN_AFTER)
        raise TimeoutError("nobody answers any more")


@contextmanager
def writing(port: int, count: int) -> Iterator[list[Writer]]:
    """So many people write while the block runs; at its end each finishes the form in hand."""
    rows = tasks(count, status="none")
    writers = [Writer(Visitor(port, member), task) for member, task in zip(coordinators(count), rows, strict=True)]
    until = threading.Event()
    threads = [threading.Thread(target=_apart, args=[writer.work, until]) for writer in writers]
    for thread in threads:
        thread.start()
    try:
        yield writers
    finally:
        until.set()
        for thread in threads:
            thread.join()


def _apart(act: Callable[[threading.Event], None], until: threading.Event) -> None:
    try:
        act(until)
    finally:
        connection.close()


def wait_for_saves(writers: list[Writer], more: int) -> float:
    """Seconds until so many more forms were acknowledged."""
    now = sum(len(writer.saved) for writer in writers)
    return wait_until(
        lambda: sum(len(writer.saved) for writer in writers) >= now + more, "nobody can save any more", within=180
    )


def missing(writers: list[Writer]) -> int:
    """Forms that were acknowledged and are not there."""
    acknowledged = {token for writer in writers for token in writer.saved}
    return len(acknowledged - set(StatusUpdate.objects.exclude(token=None).values_list("token", flat=True)))


def doubled(writers: list[Writer]) -> int:
    """Facts that stand twice: each writer numbers their words."""
    said = list(StatusUpdate.objects.filter(task__in=[writer.task for writer in writers]).values_list("task", "words"))
    return len(said) - len(set(said))


def half_acts(writers: list[Writer]) -> int:
    """Acts of which only a part is there: the row, its history, the fact and its evidence belong together."""
    halves = 0
    for task in Task.objects.filter(pk__in=[writer.task.pk for writer in writers]):
        said = list(task.updates.order_by("pk"))
        rows = list(task.history.order_by("revision"))
        steps = [(row.status, row.revision) for row in rows]
        halves += abs(len(rows) - task.revision) + abs(len(said) - (task.revision - 1))
        halves += steps[-1] != (task.status, task.revision)
        halves += sum(one.after != row.status for one, row in zip(said, rows[1:], strict=False))
        halves += abs(Evidence.objects.filter(task=task).count() - len(said))
        halves += sum(not one.evidence.exists() for one in said)
    return halves
