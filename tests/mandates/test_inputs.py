"""Inputs: who is asked, what came, who says so; what was asked keeps its task from vanishing."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from mandates import rules
from mandates.actions import Refused, inputs, schedules
from mandates.models import Assignment, Input, Task
from tests.factories import NOON, AssignmentFactory, MemberFactory, TaskFactory, UnitFactory

from .work import hold, task

pytestmark = pytest.mark.django_db
TODAY = NOON.date()


def unit(abbr: str):
    return UnitFactory(abbr=abbr)


def test_the_units_that_contribute_and_were_not_asked_are_the_natural_ones(li_na):
    row = TaskFactory(lead=unit("SPM"))
    for abbr, changes in (("BDT", {}), ("TSB", {}), ("BR", {"confirmed_at": None}), ("SPM", {})):
        AssignmentFactory(instruction=row.instruction, unit=unit(abbr), part=Assignment.Part.CONTRIBUTES, **changes)
    assert [one.abbr for one in inputs.contributors(task=row)] == ["BDT", "TSB"]
    inputs.ask(task=row, units=[unit("BDT")], by=li_na, at=NOON)
    assert [one.abbr for one in inputs.contributors(task=row)] == ["TSB"]


def test_a_unit_is_asked_once_and_nobody_asks_themselves(li_na):
    row = TaskFactory(lead=unit("SPM"))
    made = inputs.ask(task=row, units=[unit("BDT"), unit("BDT"), unit("TSB")], by=li_na, at=NOON)
    assert [str(one) for one in made] == ["BDT", "TSB"]
    with pytest.raises(Refused, match="not asked yet"):
        inputs.ask(task=row, units=[unit("BDT")], by=li_na, at=NOON)
    with pytest.raises(Refused, match="nobody asks themselves"):
        inputs.ask(task=row, units=[unit("SPM")], by=li_na, at=NOON)
    Task.objects.filter(pk=row.pk).update(status="over")
    with pytest.raises(Refused, match="closed"):
        inputs.ask(task=row, units=[unit("BR")], by=li_na, at=NOON)
    assert Input.objects.count() == 2


def test_what_came_is_said_once_and_can_be_taken_back(li_na, mariam):
    row = TaskFactory(lead=hold(mariam))
    [asked] = inputs.ask(task=row, units=[unit("BDT")], by=mariam, at=NOON)
    inputs.receive(asked=asked, by=mariam, at=NOON, document=" C26/INF/3 ")
    assert (asked.received_by, asked.received_at, asked.document, asked.href) == (mariam, NOON, "C26/INF/3", "")
    with pytest.raises(Refused, match="Mariam Diallo marked the input of BDT as received, 24 November, 13:00"):
        inputs.receive(asked=asked, by=li_na, at=NOON)
    with pytest.raises(Refused, match="has come; take that back first"):
        inputs.withdraw(asked=asked, by=li_na, at=NOON)
    inputs.take_back(asked=asked, by=li_na, at=NOON + timedelta(1))
    assert (asked.received_by, asked.received_at, asked.document) == (None, None, "")
    with pytest.raises(Refused, match="still to come"):
        inputs.take_back(asked=asked, by=li_na, at=NOON)
    inputs.withdraw(asked=asked, by=mariam, at=NOON)
    said = [(one.history_type, one.history_user) for one in Input.history.order_by("history_id")]
    assert said == [("+", mariam), ("~", mariam), ("~", li_na), ("-", mariam)]


def test_a_link_that_could_run_is_refused_and_nothing_is_marked(li_na):
    [asked] = inputs.ask(task=TaskFactory(), units=[unit("BDT")], by=li_na, at=NOON)
    with pytest.raises(Refused, match="https://"):
        inputs.receive(asked=asked, by=li_na, at=NOON, document="javascript:alert(1)")
    asked.refresh_from_db()
    assert asked.received_at is None


def test_who_leads_asks_and_who_gives_or_waits_marks(li_na):
    people = {name: MemberFactory(username=name) for name in ("lead", "giver", "other")}
    for name, abbr in (("lead", "SPM"), ("giver", "BDT"), ("other", "TSB")):
        hold(people[name], unit=abbr)
    people |= {role: MemberFactory(username=role, role=role) for role in ("viewer", "chair")} | {"li.na": li_na}
    row = TaskFactory(lead=unit("SPM"))
    [asked] = inputs.ask(task=row, units=[unit("BDT")], by=li_na, at=NOON)
    asks = {name for name, one in people.items() if rules.may(one, "ask for inputs", row, on=TODAY)}
    marks = {name for name, one in people.items() if rules.may(one, "mark inputs", asked, on=TODAY)}
    assert (asks, marks) == ({"lead", "li.na"}, {"lead", "giver", "li.na"})
    with pytest.raises(PermissionDenied, match="Only the unit that is asked"):
        inputs.receive(asked=asked, by=people["other"], at=NOON)
    with pytest.raises(PermissionDenied, match="Only the unit that leads"):
        inputs.ask(task=row, units=[unit("BR")], by=people["giver"], at=NOON)


def test_a_task_for_which_inputs_were_asked_is_overtaken_and_not_lost_when_its_schedule_changes(li_na):
    instruction = task().instruction
    yearly = {"recurrence": "FREQ=YEARLY", "session": None, "body": None}

    def change(**values) -> None:
        schedules.change(instruction=instruction, seen=instruction.revision, values=values, by=li_na, at=NOON)

    change(**yearly)
    asked, silent = instruction.tasks.open().order_by("-occurrence")[:2]
    inputs.ask(task=asked, units=[unit("BDT")], by=li_na, at=NOON)
    change(**yearly, until="2027")
    asked.refresh_from_db()
    assert (asked.status, asked.inputs.count()) == ("over", 1)
    assert not Task.objects.filter(pk=silent.pk).exists()


@pytest.mark.parametrize("broken", [{"received_at": NOON}, {"document": "C26/1"}])
def test_the_database_keeps_that_somebody_says_what_came(li_na, broken):
    [asked] = inputs.ask(task=TaskFactory(), units=[unit("BDT")], by=li_na, at=NOON)
    with pytest.raises(IntegrityError), transaction.atomic():
        Input.objects.filter(pk=asked.pk).update(**broken)
