"""One of many who write at once, in a process of its own: `python -m bench.writer KIND NUMBER BEGIN SECONDS`.

`floor` sends the two statements of a change that write row and history, `change` all its statements, `act` calls the
verb. Prints what it has done as JSON.
"""

from __future__ import annotations

import contextlib
import json
import random
import sys
import time
from collections.abc import Callable

import django


def main(kind: str, number: int, begin: float, seconds: float) -> None:
    django.setup()
    from django.db import DatabaseError

    work = act(number) if kind == "act" else sent(kind, number)
    done, errors = 0, []
    time.sleep(max(0.0, begin - time.time()))
    while time.time() < begin + seconds:
        try:
            work()
            done += 1
        except DatabaseError as error:
            errors.append(str(error).splitlines()[0])
    print(json.dumps({"done": done, "errors": errors}))


def sent(kind: str, number: int) -> Callable[[], None]:
    """Bare statements to the commit, beginning at another task than the other writers do."""
    from .writing import _turns, floor_of, recorded

    changes, _most = recorded()
    changes = changes[number % len(changes) :] + changes[: number % len(changes)]
    return _turns([floor_of(change) for change in changes] if kind == "floor" else changes)


def act(number: int) -> Callable[[], None]:
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


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), float(sys.argv[3]), float(sys.argv[4]))
