"""The rows of a list of work: those of My work, but each led by its date that matters, whatever its clock says."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from mandates.models import LeadTime
from mandates.views import task_rows
from mandates.views.task_rows import Row, date_that_matters
from mandates.views.work import CLOSED, Worker


def rows_of(keys: Sequence[int], worker: Worker) -> tuple[Row, ...]:
    """The rows of tasks, in the order of their keys. One query more than `task_rows.rows_of`."""
    rows = task_rows.rows_of(keys, worker)
    lead_times: dict[int, dict[str, LeadTime]] = defaultdict(dict)
    bodies = {stop.body_id for row in rows if (stop := row.task.first_stop or row.task.session)}
    for one in LeadTime.objects.filter(body__in=bodies, step=LeadTime.Step.DOCUMENT):
        lead_times[one.body_id][one.step] = one
    return tuple(
        row if row.clock == CLOSED else replace(row, when=date_that_matters(row.task, lead_times, worker.day))
        for row in rows
    )
