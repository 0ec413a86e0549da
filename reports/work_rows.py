"""The rows of a list of work: those of My work, but each led by its date that matters, whatever its clock says."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mandates.models import LeadTime, Session, Task
from mandates.views import task_rows
from mandates.views.task_rows import Row, When
from mandates.views.work import CLOSED, Worker


def rows_of(keys: Sequence[int], worker: Worker) -> tuple[Row, ...]:
    """The rows of tasks, in the order of their keys. One query more than `task_rows.rows_of`."""
    rows = task_rows.rows_of(keys, worker)
    lead_times: dict[int, dict[str, LeadTime]] = defaultdict(dict)
    bodies = {stop.body_id for row in rows if (stop := row.task.first_stop or row.task.session)}
    for one in LeadTime.objects.filter(body__in=bodies, step=LeadTime.Step.DOCUMENT):
        lead_times[one.body_id][one.step] = one
    return tuple(
        row if row.clock == CLOSED else replace(row, when=when_of(row.task, lead_times, worker.day)) for row in rows
    )


def when_of(task: Task, lead_times: Mapping[int, Mapping[str, LeadTime]], day: date) -> When:
    """The date that matters of an open task, how far it is, and the reason."""
    if task.matters_on is None:
        return When(lead=_("no date"))
    late = task.days_late(day)
    precision = "day" if task.session_id or task.first_stop_id else task.precision
    vague = task.is_vague or task.precision != Session.Precision.DAY
    if precision != "day" and not late:
        distance = ""  # "2027" is no day: how many days there are to its end says nothing
    elif late:
        distance = ngettext("%(n)d day late", "%(n)d days late", late) % {"n": late}
    else:
        distance = task_rows.distance_in_words(task.matters_on, task.late_after, day)
    return When(
        lead=task_rows.day_in_words(task.matters_on, precision),
        iso=task.matters_on.isoformat(),
        vague=vague,
        distance=distance,
        late=bool(late),
        reason=task_rows.reason_of(task, lead_times),
    )
