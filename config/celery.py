"""Work in the background: the Celery application, and the timetable in one list.

The row is the queue. A page writes down what is to be done and hands over the row's id; the job fetches the row and
does it, and may run twice without harm. What a dead worker or a lost message left behind, the sweep on the timetable
finds by its age. So a broker that forgets (a folder, a Redis without a disk) costs a minute, never a document.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from celery import Celery, Task
from celery.schedules import schedule

from config.stack import in_one_piece

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")


class Job(Task):
    """What each job is made of: the loops that fill and send letters meet no seam of the stack."""

    abstract = True

    def __call__(self, *args: Any, **named: Any) -> Any:
        return in_one_piece(self.run, *args, **named)


app = Celery("mandates", task_cls=Job)
app.config_from_object("django.conf:settings", namespace="CELERY")
# Modules are called jobs.py: a task is a word of the domain.
app.autodiscover_tasks(related_name="jobs")
app.autodiscover_tasks(["config"], related_name="jobs")

# (name, the job, how often in seconds, why). A run that is late by one turn is dropped: the next one does the same.
TIMETABLE: list[tuple[str, str, int, str]] = [
    ("sweep", "mandates.jobs.sweep", 60, "documents whose reading a dead worker or a lost message left behind"),
    (
        "make ahead",
        "mandates.jobs.make_ahead",
        6 * 3600,
        "tasks of what recurs, as the years ahead come into the window",
    ),
    ("write letters", "reports.jobs.write_letters", 300, "each person's hour comes in a time zone of their own"),
    ("send letters", "reports.jobs.send_letters", 60, "what waits: newly written, or to be tried again"),
    ("settle letters", "reports.jobs.settle_letters", 120, "what a dead worker had in hand"),
    ("fold tallies", "reports.jobs.fold_tallies", 60, "sums of the board, so that a page adds up little of its own"),
    # The night is in the job and not here: beat counts from its own start, and would miss a night in which it was down.
    ("recount tallies", "reports.jobs.recount_tallies", 900, "once a night the sums are held against the facts"),
    ("sign of life", "config.jobs.sign_of_life", 15, "the health page says when beat and a worker last did something"),
]

app.conf.beat_schedule = {
    name: {"task": job, "schedule": schedule(seconds), "options": {"expires": seconds}}
    for name, job, seconds, _why in TIMETABLE
}


@app.on_after_configure.connect
def prepare_folders(sender: Celery, **_: Any) -> None:
    """Make the folders of the `filesystem://` broker, readable by us alone, and put our transport in its place."""
    if not str(sender.conf.broker_url).startswith("filesystem://"):
        return
    from config import folders

    options = sender.conf.broker_transport_options
    folders.prepare(Path(options[name]) for name in ("data_folder_in", "processed_folder", "control_folder"))
