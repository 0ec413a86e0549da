"""A process that sends letters for ever, as the timetable's jobs do, to be killed at any moment.

    python -m faults.sender COUNT

Its children do the work, each a process of its own with connections of its own; in the place of one that was killed
stands another at once.
"""

from __future__ import annotations

import os
import sys
import time
import traceback


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
        except Exception:
            traceback.print_exc()
        finally:
            sys.stderr.flush()
            os._exit(1)


def main(count: int) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django

    django.setup()
    from django.urls import reverse

    import reports.letters.outbox  # noqa: F401

    reverse("my-letters")  # what a worker has loaded long ago is loaded once, before the children are made

    for _each in range(count):
        child()
    while True:
        os.wait()
        child()


if __name__ == "__main__":
    main(int(sys.argv[1]))
