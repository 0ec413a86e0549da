"""Units: the tree with its figures, and the page of one unit."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from mandates.models import Assignment, Unit
from reports.unit import UnitPage, UnitsPage
from tests.factories import (
    NOON,
    AssignmentFactory,
    HoldingFactory,
    InstructionFactory,
    MemberFactory,
    ParagraphFactory,
    PostFactory,
    SectionFactory,
    TaskFactory,
    UnitFactory,
    instruction_in,
)

TODAY = NOON.date()


@pytest.fixture(autouse=True)
def _noon(db):
    with time_machine.travel(NOON, tick=False):
        yield


def page_of(unit: Unit) -> UnitPage:
    return UnitPage.of(unit, member=MemberFactory(role="viewer"), now=NOON)


def test_the_tree_adds_up_what_is_below_and_marks_who_has_nobody(client, mariam):
    bdt = UnitFactory(abbr="BDT")
    below = UnitFactory(abbr="BDT/DKH", parent=bdt)
    outside = UnitFactory(abbr="UNESCO", outside=True)
    HoldingFactory(member=mariam, post=PostFactory(unit=bdt))
    TaskFactory(lead=bdt, due_on=TODAY - timedelta(1))
    TaskFactory(lead=below)
    TaskFactory(lead=outside)
    TaskFactory(lead=UnitFactory(abbr="TSB"))
    TaskFactory(lead=None)
    page = UnitsPage.of(NOON)
    figures = {row.unit.abbr: (row.depth, row.open, row.overdue, row.unheld) for row in page.inside}
    assert figures == {"BDT": (0, 2, 1, False), "BDT/DKH": (1, 1, 0, False), "TSB": (0, 1, 0, True)}
    assert [row.unit.abbr for row in page.outside] == ["UNESCO"]
    assert (page.unheld, page.unassigned) == (1, 1)
    client.force_login(mariam)
    html = client.get("/units/").text
    assert f'<a href="/work/all/?unit={bdt.pk}">2</a>' in html
    assert '<a href="/work/all/?unit=none">1 open task has no lead unit</a>' in html


def test_the_numbers_of_a_unit_are_those_of_the_list_that_they_lead_to(client, mariam):
    unit = UnitFactory()
    TaskFactory(due_on=TODAY - timedelta(1))
    TaskFactory(due_on=TODAY + timedelta(2))
    TaskFactory(due_on=None, waiting_for="the Deputy")
    TaskFactory(due_on=None, created_at=NOON - timedelta(200))
    TaskFactory(due_on=None)
    TaskFactory(status="done")
    client.force_login(mariam)
    for clock, count in page_of(unit).counts.items():
        assert count == 1
        assert client.get(f"/work/all/?unit={unit.pk}&clock={clock}").text.count('<th role="rowheader"') == 1
    assert [row.clock for row in page_of(unit).rows] == ["overdue", "soon", "waiting", "silent", "later"]


def test_a_post_says_who_holds_it_who_will_who_did_and_who_deputises():
    deputy = PostFactory(title="Deputy", unit=UnitFactory(abbr="BDT"))
    stands_in = HoldingFactory(post=deputy).member
    post = PostFactory(deputy=deputy)
    HoldingFactory(post=post, since=date(2010, 1, 1), until=date(2012, 1, 1))
    before = HoldingFactory(post=post, since=date(2025, 1, 1), until=TODAY - timedelta(1))
    now = HoldingFactory(post=post, since=TODAY, until=TODAY + timedelta(9))
    coming = HoldingFactory(post=post, since=TODAY + timedelta(10))
    row = page_of(post.unit).posts[0]
    assert (row.past, row.now, row.coming, row.deputy_people) == ((before,), (now,), (coming,), (stands_in,))


def test_the_coordinator_finds_the_forms_of_redeployment_and_others_do_not(client, li_na, mariam):
    post = PostFactory()
    address = f"/posts/{post.pk}/hand-over/"
    client.force_login(li_na)
    assert address in client.get(post.unit.get_absolute_url()).text
    client.force_login(mariam)
    assert address not in client.get(post.unit.get_absolute_url()).text


def test_what_it_leads_and_what_it_contributes_to_are_told_apart_and_suggestions_only_counted():
    unit = UnitFactory()
    AssignmentFactory(unit=unit, instruction=InstructionFactory(title="Led"))
    AssignmentFactory(unit=unit, instruction=InstructionFactory(title="Helped"), part=Assignment.Part.CONTRIBUTES)
    AssignmentFactory(unit=unit, confirmed_at=None)
    AssignmentFactory(unit=unit, instruction=InstructionFactory(state="closed"))
    page = page_of(unit)
    assert [one.row.instruction.title for one in page.leads] == ["Led"]
    assert [one.row.instruction.title for one in page.contributes] == ["Helped"]
    assert page.suggested == 1


@pytest.mark.parametrize("address", ["/units/", "/units/{pk}/"])
def test_five_and_sixty_tasks_ask_the_same_number_of_questions(client, li_na, address):
    unit, section = PostFactory().unit, SectionFactory()
    HoldingFactory(post=unit.posts.get())
    client.force_login(li_na)
    asked = []
    for count in (5, 55):
        for _number in range(count):
            instruction = instruction_in(ParagraphFactory(section=section), by=li_na)
            AssignmentFactory(instruction=instruction, unit=unit)
            TaskFactory(instruction=instruction, lead=unit)
        client.get(address.format(pk=unit.pk))
        with CaptureQueriesContext(connection) as questions:
            assert client.get(address.format(pk=unit.pk)).status_code == 200
        asked.append(len(questions))
    assert asked[0] == asked[1]
