"""Editing an instruction."""

from __future__ import annotations

import re

import pytest

from mandates.actions import instructions as verbs
from mandates.models import ActionLine, Goal, Instruction
from mandates.views.instructions import said_of
from tests.factories import NOON, ParagraphFactory, SessionFactory, fields, instruction_in


@pytest.fixture
def report(li_na) -> Instruction:
    SessionFactory(name="CSTD 30", number=30)
    ActionLine.objects.create(code="C2", title="Infrastructure", position=2)
    Goal.objects.create(number=9, title="Industry")
    return instruction_in(ParagraphFactory(), by=li_na, action_lines=["C2"], sdgs=[9], qualifiers=["as appropriate"])


def address(instruction: Instruction) -> str:
    return f"/instructions/{instruction.pk}/edit/"


def as_shown(client, instruction: Instruction, **changes) -> dict[str, object]:
    """What a browser would send back of the form as it stands, with what a person changed in it."""
    form = client.get(address(instruction)).context["form"]
    sent = {field.name: field.value() for field in form if field.value() is not None}
    return {"seen": instruction.revision, **sent, **changes}


def test_a_change_is_saved_with_its_reason_and_the_rest_stays(client, li_na, report):
    before = said_of(report)
    client.force_login(li_na)
    answer = client.post(
        address(report), as_shown(client, report, deliverable="roadmap", why="as Council said"), follow=True
    )
    assert "Saved: “Report to CSTD 30”." in answer.text
    report.refresh_from_db()
    assert said_of(report) == {**before, "deliverable": "roadmap"}
    change = report.history.get(history_type="~")
    assert (change.history_user, change.history_change_reason) == (li_na, "as Council said")


def test_saving_without_a_change_writes_no_history(client, li_na, report):
    client.force_login(li_na)
    answer = client.post(address(report), as_shown(client, report), follow=True)
    assert "Nothing was changed." in answer.text
    assert report.history.count() == 1


@pytest.mark.parametrize(
    "deadline",
    [
        {"text": "by June 2027", "date": "2027-06"},
        {"text": "in 2027", "date": "2027", "year": 2027},
        {"text": "by 12 April 2027", "date": "2027-04-12"},
        {"text": "every two years until PP-30", "recurrence": "FREQ=YEARLY;INTERVAL=2", "until": "PP-30"},
        {"text": "every third week", "recurrence": "FREQ=WEEKLY;INTERVAL=3"},
        None,
    ],
)
def test_every_kind_of_date_goes_through_the_form_and_comes_back_as_it_was(client, li_na, deadline):
    one = instruction_in(ParagraphFactory(), deadline=deadline)
    before = said_of(one)
    client.force_login(li_na)
    client.post(address(one), as_shown(client, one, title="Another title"))
    one.refresh_from_db()
    assert one.title == "Another title"
    assert said_of(one) == before


def test_when_somebody_was_quicker_both_are_shown_and_nothing_is_written_over(client, li_na, boris, report):
    client.force_login(li_na)
    typed = as_shown(client, report, title="Mine", deliverable="mine")
    verbs.edit(instruction=report, seen=1, fields=fields(deliverable="theirs"), title="Theirs", by=boris, at=NOON)
    answer = client.post(address(report), typed)
    assert answer.status_code == 409
    report.refresh_from_db()
    assert (report.title, report.deliverable) == ("Theirs", "theirs")
    notice = re.search(r'id="overtaken".*?</div>', answer.text, re.DOTALL)[0]
    assert "Boris Hahn changed it; it now reads “Theirs”." in notice
    assert "<dt>Deliverable</dt><dd>theirs</dd>" in notice
    assert 'value="Mine"' in answer.text
    assert 'value="mine"' in answer.text
    again = client.post(address(report), {**typed, "seen": answer.context["page"].seen})
    assert again.status_code == 302
    report.refresh_from_db()
    assert (report.title, report.deliverable) == ("Mine", "mine")


def test_what_cannot_be_saved_says_why_and_keeps_the_words(client, li_na, report):
    client.force_login(li_na)
    answer = client.post(address(report), as_shown(client, report, title="", deliverable="a new one", why="because"))
    assert answer.status_code == 422
    assert "Your words were kept." in answer.text
    assert 'value="a new one"' in answer.text
    assert 'value="because"' in answer.text


@pytest.mark.parametrize("seen", ["", "x", "-1", "9" * 40])
def test_a_form_that_does_not_say_what_it_saw_writes_nothing(client, li_na, report, seen):
    client.force_login(li_na)
    assert client.post(address(report), as_shown(client, report, title="Mine", seen=seen)).status_code == 409
    assert Instruction.objects.get().title == "Report to CSTD 30"


def test_only_the_coordinator_edits(client, mariam, report):
    client.force_login(mariam)
    assert client.get(address(report)).status_code == 403
    assert client.post(address(report), {"title": "Mine", "seen": 1}).status_code == 403
    assert 'title="Only the coordinator edits instructions."' in client.get(report.get_absolute_url()).text
