"""The list of work as at a past day: the rows of that day, which nobody can change."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from mandates.actions import tracked
from mandates.models import Section, Task
from tests.factories import (
    NOON,
    MemberFactory,
    ParagraphFactory,
    SessionFactory,
    TaskFactory,
    UnitFactory,
    instruction_in,
)

MAY = datetime(2026, 5, 4, 12, tzinfo=UTC)
JULY = datetime(2026, 7, 6, 12, tzinfo=UTC)


@pytest.fixture
def task(db) -> Task:
    """At risk with SPM in May; in July done, with BDT, under another title, with another date."""
    with time_machine.travel(MAY, tick=False):
        instruction = instruction_in(ParagraphFactory(), title="Report as it was called", at=MAY)
        task = TaskFactory(
            instruction=instruction, lead=UnitFactory(abbr="SPM"), status="risk", due_on=date(2026, 5, 20)
        )
    with time_machine.travel(JULY, tick=False):
        task.status, task.lead = "done", UnitFactory(abbr="BDT")
        instruction.title = "Report as it is called"
        for row in (task, instruction):
            tracked.save(row=row, by=MemberFactory(), at=JULY)
    with time_machine.travel(NOON, tick=False):
        yield task


def test_a_past_day_shows_what_stood_then_and_leads_to_the_task_of_today(client, li_na, task):
    client.force_login(li_na)
    html = client.get("/work/all/?at=2026-06-01").text
    assert "As at 1 June 2026" in html
    assert "Report as it was called" in html
    assert "At risk" in html
    assert "12 days late" in html
    assert "SPM" in html.split("<tbody")[1]
    assert f'href="/tasks/{task.pk}/"' in html
    for today in ("Report as it is called", 'name="task"', "tasks.csv", "tasks.xlsx", "/work/all/import/"):
        assert today not in html, today
    assert "Report as it was called" not in client.get("/work/all/?status=all&at=2026-08-01").text


def test_a_past_day_may_be_said_by_a_session_and_what_is_not_over_is_now(client, li_na, task):
    SessionFactory(code="C26", starts=date(2026, 5, 5), ends=date(2026, 6, 1), precision="day")
    client.force_login(li_na)
    assert "As at 1 June 2026" in client.get("/work/all/?at=C26").text
    for not_over in ("2026-11-24", "2027-01-01", "2026-02-30", "yesterday", "0001-01-01%00", ""):
        html = client.get(f"/work/all/?at={not_over}")
        assert html.status_code == 200
        assert "As at 1" not in html.text, not_over


def test_filters_and_words_are_those_of_the_day(client, li_na, task):
    client.force_login(li_na)
    for query in ("status=risk", "clock=overdue", f"unit={UnitFactory(abbr='SPM').pk}", "q=was+called", "order=text"):
        assert f"/tasks/{task.pk}/" in client.get(f"/work/all/?{query}&at=2026-06-01").text, query
    for query in ("status=done", f"unit={UnitFactory(abbr='BDT').pk}&status=all", "q=is+called"):
        assert f"/tasks/{task.pk}/" not in client.get(f"/work/all/?{query}&at=2026-06-01").text, query


def test_no_table_is_taken_of_a_past_day(client, li_na, task):
    client.force_login(li_na)
    for name in ("tasks.csv", "tasks.xlsx"):
        assert client.get(f"/work/all/{name}?at=2026-06-01").status_code == 404


def test_one_row_and_forty_ask_the_same_number_of_questions(client, li_na, task):
    client.force_login(li_na)
    section, asked = Section.objects.get(), []
    for more in (0, 40):
        with time_machine.travel(MAY, tick=False):
            for _number in range(more):
                TaskFactory(instruction=instruction_in(ParagraphFactory(section=section), at=MAY, by=li_na))
        client.get("/work/all/?at=2026-06-01")
        with CaptureQueriesContext(connection) as questions:
            client.get("/work/all/?at=2026-06-01")
        asked.append(len(questions))
    assert asked[0] == asked[1]
