"""A process that sends letters for ever, as the timetable's jobs do, to be killed at any moment.

    python -m faults.sender COUNT

Its children do the work, each a process of its own with connections of its own; in the place of one that was killed
stands another at once.
"""

from __future__ import annotations

import os
import sys
import time


def send_for_ever() -> None:
    from django.utils import timezone

    from reports.letters import outbox

    while True:
        outbox.settle(at=timezone.now())
        outbox.send_waiting(worker=f"sender:{os.getpid()}", clock=timezone.now)
        time.sleep(0.05)


def child() -> None:
    if os.fork() == 0:
        try:
            send_for_ever()
        finally:
            os._exit(1)


def main(count: int) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django

    django.setup()
    import reports.letters.outbox  # noqa: F401 - once, before the children are made

    for _each in range(count):
        child()
    while True:
        os.wait()
        child()


if __name__ == "__main__":
    main(int(sys.argv[1]))
