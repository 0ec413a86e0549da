"""Suggestions become instructions only by a person's hand, and two people at once do no harm."""

from __future__ import annotations

import pytest

from mandates.actions import Overtaken, Refused, instructions, suggestions
from mandates.models import Instruction, Session, Suggestion
from tests.factories import (
    NOON,
    DoubtFactory,
    ParagraphFactory,
    SectionFactory,
    SessionFactory,
    SuggestionFactory,
    VersionFactory,
    fields,
    instruction_in,
)

pytestmark = pytest.mark.django_db
State = Suggestion.State


def test_confirming_makes_an_instruction_with_all_that_was_read(li_na):
    session = SessionFactory()
    suggestion = SuggestionFactory(fields=fields(action_lines=[], via=["CWG-WSIS&SDG"]))

    instruction = suggestions.confirm(suggestion=suggestion, seen=1, by=li_na, at=NOON)

    assert [str(one) for one in instruction.addressees.all()] == ["Secretary-General"]
    schedule = instruction.schedules.get()
    assert (schedule.session, schedule.via, schedule.words) == (
        session,
        ["CWG-WSIS&SDG"],
        "to the 30th session of CSTD in 2027",
    )
    assert instruction.places.get().paragraph == suggestion.paragraph
    assert (suggestion.state, suggestion.decided_by, suggestion.decided_at) == (State.CONFIRMED, li_na, NOON)
    assert instruction.history.get().history_user == li_na


def test_a_session_that_we_do_not_hold_is_announced_by_its_year_only(li_na):
    SessionFactory()  # so that the body CSTD is known
    said = fields(deadline={"text": "to CSTD at its 31st session", "session": "CSTD-31", "year": 2028})

    instruction = suggestions.confirm(suggestion=SuggestionFactory(fields=said), seen=1, by=li_na, at=NOON)

    announced = instruction.schedules.get().session
    assert (announced.code, announced.number, announced.precision) == ("CSTD-31", 31, Session.Precision.YEAR)
    assert announced.dates == "2028, dates not announced"


def test_the_second_of_two_is_told_what_the_first_decided_and_nothing_is_written(li_na, boris):
    suggestion = SuggestionFactory()
    suggestions.reject(suggestion=suggestion, seen=1, by=boris, at=NOON, reason="no duty")

    with pytest.raises(Overtaken) as caught:
        suggestions.confirm(suggestion=suggestion, seen=1, by=li_na, at=NOON)

    assert caught.value.theirs == ("Boris Hahn: rejected, 24 November, 13:00.",)
    assert Instruction.objects.count() == 0
    suggestion.refresh_from_db()
    assert suggestion.state == State.REJECTED


def test_undoing_a_confirmation_takes_its_instruction_away_and_keeps_the_trace(li_na):
    suggestion = SuggestionFactory()
    instruction = suggestions.confirm(suggestion=suggestion, seen=1, by=li_na, at=NOON)

    suggestions.undo(suggestion=suggestion, seen=2, by=li_na, at=NOON)

    assert not Instruction.objects.exists()
    assert (suggestion.state, suggestion.decided_by, suggestion.instruction) == (State.OPEN, None, None)
    assert [row.history_type for row in Instruction.history.filter(id=instruction.pk)] == ["-", "+"]


def test_an_instruction_that_people_worked_on_is_not_taken_away_by_undoing(li_na):
    suggestion = SuggestionFactory()
    instruction = suggestions.confirm(suggestion=suggestion, seen=1, by=li_na, at=NOON)
    instructions.edit(instruction=instruction, seen=1, fields=fields(), title="Another title", by=li_na, at=NOON)

    with pytest.raises(Refused):
        suggestions.undo(suggestion=suggestion, seen=2, by=li_na, at=NOON)

    assert Instruction.objects.get().title == "Another title"


def test_an_edit_keeps_what_the_machine_read_beside_what_the_person_said(li_na):
    suggestion = SuggestionFactory()

    instruction = suggestions.edit(
        suggestion=suggestion, seen=1, fields=fields(deliverable="annual report"), title="Ours", by=li_na, at=NOON
    )

    assert (instruction.title, instruction.deliverable) == ("Ours", "annual report")
    assert (suggestion.state, suggestion.fields["deliverable"]) == (State.EDITED, "report")


def test_confirming_what_was_in_the_older_text_too_gives_it_a_place_in_both(li_na):
    old = ParagraphFactory(section=SectionFactory(version=VersionFactory(label="C24")))
    new = ParagraphFactory(
        section=SectionFactory(version=VersionFactory(label="C26", predecessor=old.version)),
        predecessor=old,
        change="renumbered",
    )

    said = fields(stood_before=fields())

    instruction = suggestions.confirm(
        suggestion=SuggestionFactory(paragraph=new, fields=said), seen=1, by=li_na, at=NOON
    )

    assert [place.paragraph for place in instruction.places.all()] == [old, new]


def test_words_put_into_an_instruction_held_before_do_not_stay_behind_an_undo_in_silence(li_na):
    old = ParagraphFactory(section=SectionFactory(version=VersionFactory(label="C24")))
    held = instruction_in(old)
    new = ParagraphFactory(
        section=SectionFactory(version=VersionFactory(label="C26", predecessor=old.version)),
        predecessor=old,
        change="reworded",
    )
    suggestion = SuggestionFactory(paragraph=new, kind="kept", instruction=held)
    suggestions.edit(suggestion=suggestion, seen=1, fields=fields(), title="Other words", by=li_na, at=NOON)

    with pytest.raises(Refused, match="Edit it there"):
        suggestions.undo(suggestion=suggestion, seen=2, by=li_na, at=NOON)

    suggestion.refresh_from_db()
    held.refresh_from_db()
    assert (suggestion.state, held.title) == (State.EDITED, "Other words")


def test_confirming_a_deletion_closes_the_instruction_and_undoing_opens_it(li_na):
    old = ParagraphFactory(section=SectionFactory(version=VersionFactory(label="C24")))
    held = instruction_in(old)
    ghost = ParagraphFactory(
        section=SectionFactory(version=VersionFactory(label="C26", predecessor=old.version)),
        predecessor=old,
        change="gone",
        text="",
    )
    suggestion = SuggestionFactory(paragraph=ghost, kind="close", instruction=held)

    suggestions.confirm(suggestion=suggestion, seen=1, by=li_na, at=NOON)
    held.refresh_from_db()
    assert held.state == Instruction.State.CLOSED
    assert "gone in Res. 1332 (C26)" in held.history.first().history_change_reason

    suggestions.undo(suggestion=suggestion, seen=2, by=li_na, at=NOON)
    held.refresh_from_db()
    assert held.state == Instruction.State.OPEN


def test_confirming_and_undoing_the_deletion_of_what_nobody_held_leaves_nothing_behind(li_na):
    old = ParagraphFactory(section=SectionFactory(version=VersionFactory(label="C24")))
    ghost = ParagraphFactory(
        section=SectionFactory(version=VersionFactory(label="C26", predecessor=old.version)),
        predecessor=old,
        change="gone",
        text="",
    )
    suggestion = SuggestionFactory(paragraph=ghost, kind="close")

    instruction = suggestions.confirm(suggestion=suggestion, seen=1, by=li_na, at=NOON)
    assert (instruction.state, [place.paragraph for place in instruction.places.all()]) == ("closed", [old])

    suggestions.undo(suggestion=suggestion, seen=2, by=li_na, at=NOON)
    assert (Instruction.objects.count(), suggestion.state, suggestion.instruction) == (0, State.OPEN, None)


def test_splitting_gives_two_to_decide_and_merging_makes_them_one_again(li_na):
    suggestion = SuggestionFactory(fields=fields(addressees=["Secretary-General"]))
    second = suggestions.split(suggestion=suggestion, seen=1, by=li_na, at=NOON)
    assert [one.state for one in suggestion.paragraph.suggestions.all()] == [State.OPEN, State.OPEN]
    second.fields = {**second.fields, "addressees": ["Directors of the Bureaux"]}
    second.save()

    suggestions.merge(suggestion=second, seen=1, into=suggestion, by=li_na, at=NOON)

    suggestion.refresh_from_db()
    assert suggestion.fields["addressees"] == ["Secretary-General", "Directors of the Bureaux"]
    assert (second.state, second.reason) == (State.REJECTED, "Merged into “Report on the outcomes achieved”.")


def test_only_what_is_certain_and_unquestioned_is_confirmed_in_one_go(li_na):
    section = SectionFactory()
    certain, unsure, questioned = (
        SuggestionFactory(paragraph=ParagraphFactory(section=section), confidence=confidence)
        for confidence in (0.95, 0.5, 0.95)
    )
    DoubtFactory(paragraph=questioned.paragraph)

    done = suggestions.confirm_certain(version=certain.version, by=li_na, at=NOON)

    assert done == 1
    assert {one.pk: one.state for one in Suggestion.objects.all()} == {
        certain.pk: State.CONFIRMED,
        unsure.pk: State.OPEN,
        questioned.pk: State.OPEN,
    }


def test_editing_addressees_touches_only_the_rows_that_differ_and_writes_their_history(li_na):
    instruction = instruction_in(ParagraphFactory(), by=li_na, addressees=["Secretary-General", "Member States"])
    kept = instruction.addressings.get(addressee__name="Secretary-General")

    instructions.edit(
        instruction=instruction,
        seen=1,
        fields=fields(addressees=["Secretary-General", "Sector Members"]),
        title="t",
        by=li_na,
        at=NOON,
    )

    assert [str(one) for one in instruction.addressings.all()] == ["Secretary-General", "Sector Members"]
    assert kept.history.count() == 1
    changes = type(kept).history.filter(instruction_id=instruction.pk).order_by("history_id")
    assert [(row.history_type, row.addressee.name) for row in changes] == [
        ("+", "Secretary-General"),
        ("+", "Member States"),
        ("-", "Member States"),
        ("+", "Sector Members"),
    ]
    assert {row.history_user for row in changes} == {li_na}


def test_the_second_editor_of_an_instruction_is_told_and_nothing_is_overwritten(li_na, boris):
    instruction = instruction_in(ParagraphFactory())
    instructions.edit(instruction=instruction, seen=1, fields=fields(), title="By Boris", by=boris, at=NOON)

    with pytest.raises(Overtaken) as caught:
        instructions.edit(instruction=instruction, seen=1, fields=fields(), title="By Li Na", by=li_na, at=NOON)

    assert caught.value.theirs == ("Boris Hahn changed it; it now reads “By Boris”.",)
    assert Instruction.objects.get().title == "By Boris"


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({"text": "by June 2006", "date": "2006-06"}, ("2006-06-30", "month")),
        ({"text": "by 31 December 2027", "date": "2027-12-31"}, ("2027-12-31", "day")),
        ({"text": "by 2028", "date": None, "year": 2028}, ("2028-12-31", "year")),
        ({"text": "by 31 February 2027", "date": "2027-02-31"}, (None, "day")),
        ({"text": "annually", "recurrence": "FREQ=YEARLY", "year": 2027}, (None, "day")),
    ],
)
def test_a_date_is_as_precise_as_the_words(said, expected, li_na):
    schedule = instruction_in(ParagraphFactory(), by=li_na, deadline=said).schedules.get()
    assert (schedule.due_on and schedule.due_on.isoformat(), schedule.precision) == expected


@pytest.mark.parametrize(
    ("action", "title"),
    [
        ("report … on the outcomes achieved by the ITF", "Report on the outcomes achieved by the ITF"),
        ("that ITU should play a leading role;", "ITU should play a leading role"),
        ("use the WSIS framework as the foundation …", "Use the WSIS framework as the foundation"),
        ("", "Instruction"),
    ],
)
def test_a_title_is_a_handle_without_the_gap_that_a_deadline_left(action, title):
    assert instructions.title_of({"action": action}) == title
