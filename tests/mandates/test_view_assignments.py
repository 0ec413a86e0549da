"""Who does it is said on the page of the instruction."""

from __future__ import annotations

import pytest

from mandates.models import Assignment, Instruction
from tests.factories import AssignmentFactory, TaskFactory, UnitFactory


@pytest.fixture
def suggested(db) -> Assignment:
    return AssignmentFactory(unit=UnitFactory(abbr="BDT"), confirmed_at=None, why="focal point of C2")


def page(client, instruction: Instruction) -> str:
    return client.get(instruction.get_absolute_url()).text


def test_a_suggestion_says_why_and_is_confirmed_by_the_coordinator(client, li_na, mariam, suggested):
    task = TaskFactory(instruction=suggested.instruction, lead=None)
    client.force_login(mariam)
    html = page(client, suggested.instruction)
    assert "focal point of C2" in html
    assert f"/assignments/{suggested.pk}/confirm/" not in html
    client.force_login(li_na)
    assert f"/assignments/{suggested.pk}/confirm/" in page(client, suggested.instruction)
    answer = client.post(f"/assignments/{suggested.pk}/confirm/", follow=True)
    assert "BDT leads this." in answer.text
    task.refresh_from_db()
    assert task.lead == suggested.unit


def test_a_contributor_that_was_suggested_may_be_confirmed_as_the_lead(client, li_na, suggested):
    Assignment.objects.update(part="contributes")
    client.force_login(li_na)
    client.post(f"/assignments/{suggested.pk}/confirm/", {"part": "lead"})
    suggested.refresh_from_db()
    assert (suggested.part, suggested.confirmed_by) == ("lead", li_na)


def test_a_suggestion_is_rejected_and_a_lead_with_open_tasks_is_not_taken_away(client, li_na, suggested):
    client.force_login(li_na)
    client.post(f"/assignments/{suggested.pk}/reject/")
    assert not Assignment.objects.exists()
    lead = AssignmentFactory()
    TaskFactory(instruction=lead.instruction, lead=lead.unit)
    answer = client.post(f"/assignments/{lead.pk}/reject/", follow=True)
    assert "has open tasks here: give the work to another unit instead." in answer.text
    assert Assignment.objects.get() == lead


def test_the_work_goes_to_another_unit_with_its_tasks_and_asks_why(client, li_na):
    lead = AssignmentFactory()
    task = TaskFactory(instruction=lead.instruction, lead=lead.unit)
    to = UnitFactory(abbr="TSB")
    address = f"/instructions/{lead.instruction_id}/reassign/"
    client.force_login(li_na)
    assert "Why: This field is required." in client.post(address, {"unit": to.pk}, follow=True).text
    answer = client.post(address, {"unit": to.pk, "why": "reorganised"}, follow=True)
    assert "TSB leads this. 1 open task went with it." in answer.text
    task.refresh_from_db()
    assert task.lead == to


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"part": "leads"}, "Unit: This field is required."),
        ({"unit": "x", "part": "lead"}, "Unit: Select a valid choice."),
        ({"unit": True, "part": "rules"}, "Part: Select a valid choice."),
        ({"unit": True, "part": "lead"}, "SPM leads this: give the work to another unit instead."),
    ],
)
def test_what_makes_no_sense_is_refused_in_a_sentence(client, li_na, said, sentence):
    lead = AssignmentFactory()
    if said.get("unit") is True:
        said = {**said, "unit": UnitFactory(abbr="TSB").pk}
    client.force_login(li_na)
    assert sentence in client.post(f"/instructions/{lead.instruction_id}/assign/", said, follow=True).text


def test_its_tasks_stand_on_the_page_the_open_ones_first(client, mariam):
    lead = AssignmentFactory()
    TaskFactory(instruction=lead.instruction, status="done")
    TaskFactory(instruction=lead.instruction, status="risk")
    client.force_login(mariam)
    html = page(client, lead.instruction).split('id="work"')[1]
    assert html.index("At risk") < html.index("Done")
