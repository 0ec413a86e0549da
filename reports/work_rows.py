"""The rows of a list of work: those of My work, but each led by its date that matters, whatever its clock says."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from mandates.models import Instruction, Resolution, Task
from mandates.views import task_rows
from mandates.views.task_beside import laid_beside
from mandates.views.task_rows import Row, date_that_matters
from mandates.views.work import APPROVE, SILENT, WAITING, Worker

from . import as_at
from .clocks import Moment

LED_OTHERWISE = {WAITING, APPROVE, SILENT}  # in My work: by what they wait for, or since when nobody has spoken
TIED = ("session__body", "first_stop__body", "schedule__body", "lead", "submitted_by", "approved_by")


def rows_of(keys: Sequence[int], worker: Worker) -> tuple[Row, ...]:
    """The rows of tasks, in the order of their keys."""
    return _dated(task_rows.rows_of(keys, worker), worker)


def rows_then(keys: Sequence[int], worker: Worker, moment: Moment) -> tuple[Row, ...]:
    """The rows of tasks as they stood, in the order of their keys, which are those of rows of history.

    Status, dates, lead, title and words are of that day; nothing can be done in them.
    """
    then = replace(worker, now=moment.now, day=moment.day)
    rows = task_rows.rows_from(_stood(keys, moment), then)
    return _dated([replace(row, may_update=False, may_approve=False) for row in rows], then)


def _stood(keys: Sequence[int], moment: Moment) -> list[Task]:
    """The tasks of rows of history, with all that `task_rows.fetched` lays beside one of today."""
    kept: Any = Task.history.model
    beside = laid_beside("id", until=moment.now)
    found = kept._default_manager.filter(pk__in=keys).select_related(*TIED).annotate(**beside)
    by_key = {row.pk: row for row in found}
    rows = [by_key[key] for key in keys if key in by_key]
    instructions = _instructions({row.instruction_id for row in rows}, moment)
    tasks = []
    for row in rows:
        task = row.instance
        for name in TIED:
            name = name.split("__")[0]
            setattr(task, name, getattr(row, name))
        task.instruction = instructions[task.instruction_id]
        for name in beside:
            setattr(task, name, getattr(row, name))
        tasks.append(task)
    return tasks


def _instructions(keys: Iterable[int], moment: Moment) -> dict[int, Instruction]:
    """Instructions as they stood, with their texts; one whose text has gone since has no address."""
    then: Any = as_at.instructions(moment).filter(id__in=keys)
    found: dict[int, Instruction] = {row.id: row.instance for row in then}
    texts = Resolution.objects.select_related("body").in_bulk({row.resolution_id for row in found.values()})
    for row in found.values():
        if row.resolution_id in texts:
            row.resolution = texts[row.resolution_id]
    return found


def _dated(rows: Sequence[Row], worker: Worker) -> tuple[Row, ...]:
    """Rows that wait or are silent, led by their date too; the others are already."""
    lead_times = task_rows.lead_times_at_hand(row.task for row in rows if row.clock in LED_OTHERWISE)
    return tuple(
        replace(row, when=date_that_matters(row.task, lead_times, worker.day)) if row.clock in LED_OTHERWISE else row
        for row in rows
    )
