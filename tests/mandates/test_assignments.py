"""Which unit does it: suggested with a reason, confirmed by a person, moved in one edit that the history shows."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from mandates.actions import Refused, assignments, facts
from mandates.models import ActionLine, Addressee, Assignment, Body, StatusUpdate, Task, Unit
from tests.factories import (
    NOON,
    AssignmentFactory,
    InstructionFactory,
    ParagraphFactory,
    TaskFactory,
    UnitFactory,
    instruction_in,
)

pytestmark = pytest.mark.django_db
Part = Assignment.Part


def lines(*pairs) -> None:
    """Action lines with their focal points."""
    for position, (code, unit) in enumerate(pairs):
        ActionLine.objects.create(code=code, title=code, position=position, focal_unit=unit)


def said(instruction) -> list[tuple[str, str, str]]:
    return [(str(row.unit), row.part, row.why) for row in instruction.assignments.order_by("pk")]


def test_addressees_and_focal_points_are_suggested_with_the_reason(li_na):
    bdt = UnitFactory(abbr="BDT")
    Addressee.objects.create(name="Secretary-General", house="ITU", unit=UnitFactory(abbr="SG"))
    lines(("C2", bdt), ("C5", UnitFactory(abbr="GCA")), ("C6", bdt))

    instruction = instruction_in(ParagraphFactory(), by=li_na, action_lines=["C2", "C5", "C6"])

    assert said(instruction) == [
        ("SG", Part.LEAD, "named as addressee: Secretary-General"),
        ("BDT", Part.CONTRIBUTES, "focal point of C2, C6"),
        ("GCA", Part.CONTRIBUTES, "focal point of C5"),
    ]
    assert not instruction.assignments.exclude(confirmed_at=None).exists()


def test_the_only_focal_point_leads_where_no_addressee_has_a_unit(li_na):
    lines(("C2", UnitFactory(abbr="BDT")))
    instruction = instruction_in(ParagraphFactory(), by=li_na, addressees=["Member States"], action_lines=["C2"])
    assert said(instruction) == [("BDT", Part.LEAD, "focal point of C2")]


def test_what_a_person_rejected_is_not_suggested_again(li_na):
    lines(("C2", UnitFactory(abbr="BDT")))
    instruction = instruction_in(ParagraphFactory(), by=li_na, addressees=[], action_lines=["C2"])
    assignments.reject(assignment=instruction.assignments.get(), by=li_na, at=NOON, why="They only advise.")

    assert assignments.suggest(instruction=instruction, by=li_na, at=NOON) == []
    assert Assignment.history.first().history_change_reason == "They only advise."


def test_confirming_a_lead_gives_it_the_tasks_that_had_no_unit(li_na):
    row = AssignmentFactory(confirmed_at=None)
    idle, others = (
        TaskFactory(instruction=row.instruction, lead=None),
        TaskFactory(instruction=row.instruction, lead=UnitFactory(abbr="BDT")),
    )

    assignments.confirm(assignment=row, by=li_na, at=NOON)

    assert (row.confirmed_by, row.confirmed_at) == (li_na, NOON)
    assert [Task.objects.get(pk=task.pk).lead.abbr for task in (idle, others)] == ["SPM", "BDT"]


def test_there_is_one_lead_by_the_action_and_by_the_database(li_na):
    lead = AssignmentFactory()
    second = AssignmentFactory(instruction=lead.instruction, unit=UnitFactory(abbr="BDT"), confirmed_at=None)
    with pytest.raises(Refused, match="SPM leads this"):
        assignments.confirm(assignment=second, by=li_na, at=NOON)
    with pytest.raises(IntegrityError), transaction.atomic():
        Assignment.objects.filter(pk=second.pk).update(confirmed_at=NOON)
    assignments.confirm(assignment=second, by=li_na, at=NOON, part=Part.CONTRIBUTES)
    assert second.part == Part.CONTRIBUTES


def test_redeployment_is_one_edit_that_moves_open_tasks_and_leaves_what_was_reported(li_na):
    lead = AssignmentFactory()
    instruction, bdt = lead.instruction, UnitFactory(abbr="BDT")
    AssignmentFactory(instruction=instruction, unit=bdt, part=Part.CONTRIBUTES)
    tasks = {
        standing: TaskFactory(instruction=instruction, occurrence=standing, status=standing)
        for standing in Task.Status.values
    }
    past = TaskFactory(instruction=instruction, status="notus", matters_on=date(2026, 1, 1))

    done = assignments.reassign(instruction=instruction, unit=bdt, by=li_na, at=NOON, why="SPM is dissolved.")

    assert (done.before.abbr, done.after, done.moved) == ("SPM", bdt, 6)
    now = {name: Task.objects.get(pk=task.pk) for name, task in tasks.items()}
    assert {name: task.lead.abbr for name, task in now.items()} == {
        "none": "BDT",
        "todo": "BDT",
        "prog": "BDT",
        "risk": "BDT",
        "cont": "BDT",
        "notus": "BDT",
        "done": "SPM",
        "over": "SPM",
    }
    assert now["notus"].status == "todo"
    past.refresh_from_db()
    assert (past.lead.abbr, past.status) == ("SPM", "notus")
    assert said(instruction) == [("BDT", Part.LEAD, "")]
    row = now["prog"].history.first()
    assert (row.lead, row.history_user, row.history_change_reason, row.revision) == (bdt, li_na, "SPM is dissolved.", 2)
    fact = now["prog"].updates.get()
    assert (fact.kind, fact.words, fact.before, fact.after) == (
        StatusUpdate.Kind.REASSIGNED,
        "SPM is dissolved.",
        "prog",
        "prog",
    )
    assert lead.history.first().history_change_reason == "SPM is dissolved."


def test_redeployment_asks_for_a_reason_and_for_the_right(li_na, mariam):
    instruction = AssignmentFactory().instruction
    with pytest.raises(Refused, match="Say why"):
        assignments.reassign(instruction=instruction, unit=UnitFactory(abbr="BDT"), by=li_na, at=NOON, why=" ")
    with pytest.raises(PermissionDenied):
        assignments.reassign(instruction=instruction, unit=UnitFactory(abbr="BDT"), by=mariam, at=NOON, why="Mine!")


def test_a_lead_with_open_tasks_is_moved_not_taken_away(li_na):
    lead = AssignmentFactory()
    TaskFactory(instruction=lead.instruction)
    with pytest.raises(Refused, match="open tasks"):
        assignments.reject(assignment=lead, by=li_na, at=NOON)
    instruction = InstructionFactory()
    assignments.reject(assignment=AssignmentFactory(instruction=instruction), by=li_na, at=NOON)
    assert said(instruction) == []


def test_the_units_of_our_facts_know_who_is_inside_the_house():
    facts.load(at=NOON)
    outside = dict(Unit.objects.values_list("abbr", "outside"))
    assert [abbr for abbr in ("ITU", "SPM", "SG", "BDT", "BDT-DNS", "TSB", "WSIS&SDG TF") if outside[abbr]] == []
    assert all(outside[abbr] for abbr in ("UNGIS", "DESA", "UNESCO", "Council", "CWG-WSIS&SDG", "Member States", "ITF"))
    assert Unit.objects.get(abbr="WSIS&SDG TF").parent.abbr == "GS"


def test_a_role_with_a_remark_fits_its_column_and_the_remark_goes_to_the_source():
    """PostgreSQL refused the first load on it; SQLite does not look at lengths."""
    facts.load(at=NOON)
    roles = dict(ActionLine.objects.values_list("code", "itu_role"))
    assert (roles["C1"], roles["C4"], roles["C7.3"], roles["C10"]) == (
        "co-facilitator or partner",
        "facilitator",
        "partner",
        "",
    )
    assert "Res. 140 Rev. Dubai lists only" in ActionLine.objects.get(code="C4").source
    assert Body.objects.get(code="ITU Council").governs
    assert not Body.objects.get(code="CWG-WSIS&SDG").governs


def test_what_was_due_today_at_the_seat_goes_with_the_work(li_na):
    """Half past ten in the evening in UTC, at the end of June, is the next day at the seat."""
    at = datetime(2027, 6, 30, 22, 30, tzinfo=UTC)
    refused = TaskFactory(lead=UnitFactory(abbr="SPM"), status="notus", matters_on=date(2027, 6, 30))
    AssignmentFactory(instruction=refused.instruction, unit=refused.lead)
    done = assignments.reassign(
        instruction=refused.instruction, unit=UnitFactory(abbr="TSB"), by=li_na, at=at, why="not ours"
    )
    assert done.moved == 0
