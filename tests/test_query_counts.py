"""How often each page asks the database: the number stands in `query_counts.json`, and is the same for 1, 50 and 1,000
rows (row P3 of the faults and floors). Whoever changes it on purpose writes the new one there, and says why."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from mandates.models import ActionLine, Instruction, LineTag, Paragraph, Place, Schedule, StatusUpdate, Task
from reports.rollup import folding
from tests.factories import NOON, BodyFactory, HoldingFactory, SectionFactory, SessionFactory, UnitFactory

KEPT = Path(__file__).with_name("query_counts.json")


def lay_down(rows: int, by) -> None:
    """One text, one session and one unit with so many instructions, each with its task and a word said of it."""
    section, unit, session = SectionFactory(), UnitFactory(), SessionFactory(body=BodyFactory(code="CSTD"))
    line = ActionLine.objects.create(code="C7", title="ICT applications", position=7)
    version = section.version
    numbers = range(rows)
    instructions = Instruction.objects.bulk_create(
        Instruction(
            resolution=version.resolution, title=f"Report {n}", force="instructs", created_by=by, created_at=NOON
        )
        for n in numbers
    )
    paragraphs = Paragraph.objects.bulk_create(
        Paragraph(section=section, version=version, position=n, address=f"x/{n}", anchor=f"p-{n}", text="to report;")
        for n in numbers
    )
    Place.objects.bulk_create(
        Place(instruction=one, paragraph=place) for one, place in zip(instructions, paragraphs, strict=True)
    )
    LineTag.objects.bulk_create(LineTag(instruction=one, action_line=line) for one in instructions)
    schedules = Schedule.objects.bulk_create(
        Schedule(instruction=one, session=session, reports_to=["CSTD"]) for one in instructions
    )
    tasks = Task.objects.bulk_create(
        Task(
            instruction=one, schedule=schedule, occurrence="CSTD-30", session=session, lead=unit, status="prog",
            due_on=session.starts, matters_on=session.starts, last_word_at=NOON, created_at=NOON - timedelta(30),
        )
        for one, schedule in zip(instructions, schedules, strict=True)
    )  # fmt: skip
    for table, made in ((Task, tasks), (LineTag, LineTag.objects.all()), (Instruction, instructions)):
        table.history.bulk_history_create(list(made), batch_size=200, default_date=NOON - timedelta(30))
    StatusUpdate.objects.bulk_create(
        StatusUpdate(task=one, kind="said", before="prog", after="prog", words="Begun.", by=by, at=NOON)
        for one in tasks
    )
    folding.rebuild(now=NOON)


def addresses() -> dict[str, str]:
    task, unit = Task.objects.first(), UnitFactory()
    text = task.instruction.resolution
    return {
        "my work": reverse("my-work"),
        "list of work": reverse("tasks"),
        "list of work as at a past day": f"{reverse('tasks')}?at=2026-11-20",
        "task": reverse("task", args=[task.pk]),
        "text": text.versions.get().get_absolute_url(),
        "instruction": task.instruction.get_absolute_url(),
        "instructions": reverse("instructions"),
        "session": reverse("session", args=["CSTD-30"]),
        "unit": reverse("unit", args=[unit.pk]),
        "board by line": reverse("board", args=["line"]),
        "board by line as at a past day": f"{reverse('board', args=['line'])}?at=2026-11-20",
        "board by unit": reverse("board", args=["unit"]),
        "matrix of lines and units": reverse("matrix", args=["line", "unit"]),
    }


@pytest.mark.django_db
@pytest.mark.parametrize("rows", [1, 50, 1000])
def test_each_page_asks_as_often_as_is_written_down_however_many_rows_there_are(client, mariam, rows):
    lay_down(rows, mariam)
    HoldingFactory(member=mariam, post__unit=UnitFactory())
    client.force_login(mariam)
    found = {}
    with time_machine.travel(NOON, tick=False):
        for name, address in addresses().items():
            client.get(address)  # what is kept in memory from the first look on is not asked for again
            with CaptureQueriesContext(
                connection,
            ) as asked:
                assert client.get(address).status_code == 200, name
            found[name] = len(asked)
    assert found == json.loads(KEPT.read_text())
