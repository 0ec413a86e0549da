"""When an instruction is owed is changed on a page of its own, and an edit of the instruction keeps it so."""

from __future__ import annotations

import html as entities
import re
from datetime import date
from typing import Any

import pytest
import time_machine

from mandates.actions import schedules
from mandates.models import Instruction, Schedule, Session, Task
from tests.factories import NOON, BodyFactory, ParagraphFactory, SessionFactory, instruction_in


@pytest.fixture(autouse=True)
def _noon(db):
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def cstd() -> Session:
    session = SessionFactory(number=30)
    SessionFactory(code="CSTD-31", number=31, body=session.body, starts=date(2028, 4, 1), ends=date(2028, 4, 30))
    return session


@pytest.fixture
def instruction(cstd, li_na) -> Instruction:
    return instruction_in(ParagraphFactory(), by=li_na)


def form_of(page: str) -> dict[str, Any]:
    """What a browser would send back of the last form of what a page says, untouched."""
    form = page.split("</main>")[0].rsplit("<form", 1)[1].split("</form>")[0]
    said: dict[str, Any] = {}
    for tag in re.findall(r"<input[^>]*>", form):
        of = dict(re.findall(r'(\w+)="([^"]*)"', tag))
        if of.get("type") == "checkbox":
            if " checked" in tag:
                said.setdefault(of["name"], []).append(of["value"])
        elif "name" in of:
            said[of["name"]] = entities.unescape(of.get("value", ""))
    for name, words in re.findall(r'<textarea name="(\w+)"[^>]*>(.*?)</textarea>', form, re.DOTALL):
        said[name] = entities.unescape(words.strip())
    for name, options in re.findall(r'<select name="(\w+)".*?>(.*?)</select>', form, re.DOTALL):
        chosen = re.search(r'<option value="([^"]*)" selected', options)
        said[name] = entities.unescape(chosen[1]) if chosen else ""
    return said


def test_what_would_change_is_shown_task_by_task_before_anything_is_saved(client, li_na, instruction):
    address = f"/instructions/{instruction.pk}/schedule/"
    client.force_login(li_na)
    said = {**form_of(client.get(address).text), "session": "CSTD-31", "look": "1"}
    answer = client.post(address, said)
    assert "Of its tasks: 1 gets other dates." in answer.text
    assert "1 Mar 2027" in answer.text
    assert "1 Apr 2028" in answer.text
    assert "Nothing is saved yet." in answer.text
    assert Task.objects.get().session.code == "CSTD-30"
    instruction.refresh_from_db()
    assert instruction.revision == 1


def test_what_was_shown_is_what_is_saved(client, li_na, instruction):
    address = f"/instructions/{instruction.pk}/schedule/"
    client.force_login(li_na)
    said = {**form_of(client.get(address).text), "session": "CSTD-31", "why": "decided at CSTD 30"}
    assert client.post(address, said).status_code == 302
    task = Task.objects.get()
    assert (task.session.code, task.updates.get().words) == (
        "CSTD-31",
        "From 1 March 2027 to 1 April 2028: decided at CSTD 30",
    )


def test_when_somebody_was_quicker_nothing_is_written_over(client, li_na, instruction):
    address = f"/instructions/{instruction.pk}/schedule/"
    client.force_login(li_na)
    said = {**form_of(client.get(address).text), "session": "CSTD-31"}
    Instruction.objects.update(revision=2)
    for extra in ({}, {"look": "1"}):
        answer = client.post(address, {**said, **extra})
        assert answer.status_code == 409
        assert 'name="seen" value="2"' in answer.text
    assert Task.objects.get().session.code == "CSTD-30"


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"due_on": "2027-13"}, "Write it as 2027, 2027-04 or 2027-04-12."),
        ({"due_on": "0000"}, "Write it as 2027, 2027-04 or 2027-04-12."),
        ({"due_on": "2027", "session": "CSTD-30"}, "Give a session or a date, not both"),
        ({"due_on": "2027", "recurrence": "FREQ=YEARLY"}, "What recurs needs a month or a day"),
        ({"session": "CSTD-99"}, "Select a valid choice."),
        ({"recurrence": "FREQ=SESSION", "session": "", "reports_to": ""}, "needs a body whose sessions they are"),
        ({"since": "soon", "seen": "²"}, "Enter a valid date."),
    ],
)
def test_what_makes_no_sense_is_refused_in_a_sentence(client, li_na, instruction, said, sentence):
    client.force_login(li_na)
    answer = client.post(f"/instructions/{instruction.pk}/schedule/", {"seen": "1", **said})
    assert answer.status_code == 422
    assert sentence in entities.unescape(answer.text)


def kept() -> dict[str, Any]:
    """The schedule as it is; how precise a date is that it does not have says nothing."""
    values = Schedule.objects.values().get()
    return {name: value for name, value in values.items() if name != "precision" or values["due_on"]}


SCHEDULES = [
    {"session": "CSTD-31"},
    {"session": "CSTD-31", "recurrence": "FREQ=YEARLY", "until": "CSTD-31"},
    {"due_on": "2027-03-31"},
    {"due_on": "2027-03"},
    {"due_on": "2027"},
    {"recurrence": "FREQ=YEARLY", "due_on": "2027-03-31", "until": "2029"},
    {"recurrence": "FREQ=YEARLY", "due_on": "2027-02"},
    {"recurrence": "FREQ=YEARLY", "since": "2027-01-01"},
    {"recurrence": "FREQ=SESSION", "reports_to": "CSTD\nECOSOC"},
    {"recurrence": "FREQ=YEARLY", "reports_to": "ECOSOC", "via": "CSTD"},
    {"recurrence": "FREQ=MONTHLY;INTERVAL=6"},
    {"reports_to": "ECOSOC", "via": "CSTD"},
]


@pytest.mark.parametrize("said", SCHEDULES)
def test_an_edit_of_the_instruction_keeps_what_was_said_of_when_it_is_owed(client, li_na, instruction, said):
    """The edit form writes the schedule anew: it must hold all that the schedule says, or a re-dating is lost."""
    BodyFactory(code="ECOSOC", house="UN")
    address = f"/instructions/{instruction.pk}/schedule/"
    client.force_login(li_na)
    empty = dict.fromkeys(("session", "due_on", "recurrence", "since", "until", "via"), "")
    answer = client.post(address, {"seen": "1", **empty, "reports_to": "CSTD", **said})
    assert answer.status_code == 302, re.findall(r'class="error">.*?</p>', answer.text)
    schedule, tasks = kept(), list(Task.objects.order_by("pk").values())
    edit = f"/instructions/{instruction.pk}/edit/"
    form = {**form_of(client.get(edit).text), "title": "Another title"}
    assert client.post(edit, form).status_code == 302
    instruction.refresh_from_db()
    assert instruction.title == "Another title"
    assert kept() == schedule
    assert list(Task.objects.order_by("pk").values()) == tasks


def test_a_body_that_the_schedule_names_and_the_words_do_not_outlives_an_edit(client, li_na, instruction):
    ecosoc = BodyFactory(code="ECOSOC", house="UN")
    schedules.change(
        instruction=instruction, seen=1, by=li_na, at=NOON,
        values={"session": None, "recurrence": "FREQ=YEARLY", "body": ecosoc, "reports_to": []},
    )  # fmt: skip
    client.force_login(li_na)
    edit = f"/instructions/{instruction.pk}/edit/"
    assert client.post(edit, {**form_of(client.get(edit).text), "title": "Another"}).status_code == 302
    assert Schedule.objects.get().body == ecosoc


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"due_on": "9999-12-31"}, "Write it as 2027"),
        ({"recurrence": "FREQ=YEARLY", "since": "0001-01-01"}, "Look at the year"),
        ({"recurrence": "FREQ=YEARLY", "since": "1990-01-01"}, "it would be owed for years long past"),
    ],
)
def test_a_slip_in_the_year_makes_no_thousands_of_tasks(client, li_na, typed, sentence):
    row = instruction_in(ParagraphFactory(), by=li_na)
    before = row.tasks.count()
    client.force_login(li_na)
    said = {"seen": row.revision, "due_on": "", "recurrence": "", "reports_to": "", "via": "", "until": "", **typed}
    answer = client.post(f"/instructions/{row.pk}/schedule/", said)
    assert (answer.status_code, row.tasks.count()) == (422, before)
    assert sentence in answer.text
