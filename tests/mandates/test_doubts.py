"""A question is answered once, and the answer that a paragraph continues a struck one ties the two."""

from __future__ import annotations

import pytest

from mandates.actions import Overtaken, Refused, doubts, suggestions
from mandates.models import Suggestion
from tests.factories import (
    NOON,
    DoubtFactory,
    ParagraphFactory,
    SectionFactory,
    SuggestionFactory,
    VersionFactory,
    fields,
    instruction_in,
)

pytestmark = pytest.mark.django_db

READINGS = ["a new paragraph; the old one went", "the old paragraph, reworded"]


@pytest.fixture
def five(li_na):
    """The new 5, the struck 5 beside it, what was read in both, and the question."""
    old = ParagraphFactory(
        section=SectionFactory(version=VersionFactory(label="C24")), number="5", text="to contribute"
    )
    section = SectionFactory(version=VersionFactory(label="C26", predecessor=old.version))
    ghost = ParagraphFactory(
        section=section, change="gone", predecessor=old, number="", number_before="5", text="", address="SG/5 (before)"
    )
    new = ParagraphFactory(section=section, change="new", number="5")
    held = instruction_in(old, by=li_na, action="contribute to the Summit")
    close = SuggestionFactory(paragraph=ghost, kind="close", instruction=held, fields=fields(action="contribute"))
    read = SuggestionFactory(paragraph=new)
    return new, close, read, DoubtFactory(paragraph=new, code="successor", readings=READINGS)


def test_a_question_is_answered_by_one_person_only(li_na, boris):
    doubt = DoubtFactory()
    doubts.answer(doubt=doubt, words="A new instruction", by=boris, at=NOON)

    with pytest.raises(Overtaken) as caught:
        doubts.answer(doubt=doubt, words="Continues the old 5", by=li_na, at=NOON)

    assert caught.value.theirs == ("Boris Hahn: “A new instruction”",)


def test_a_question_that_stands_is_not_asked_again(li_na):
    doubt = DoubtFactory()
    doubts.ask_again(doubt=doubt, by=li_na, at=NOON)
    assert [row.history_type for row in doubt.history.all()] == ["+"]


def test_an_empty_answer_is_none(li_na):
    with pytest.raises(Refused):
        doubts.answer(doubt=DoubtFactory(), words="  ", by=li_na, at=NOON)


def test_a_paragraph_that_continues_the_struck_one_keeps_its_instruction(five, li_na):
    new, close, read, doubt = five

    doubts.answer(doubt=doubt, words=READINGS[1], by=li_na, at=NOON)

    new.refresh_from_db()
    close.refresh_from_db()
    read.refresh_from_db()
    assert (new.predecessor, new.number_before) == (close.paragraph.predecessor, "5")
    assert (read.kind, read.instruction) == (Suggestion.Kind.KEPT, close.instruction)
    assert (close.state, close.reason) == ("rejected", "It goes on in the paragraph put in its place.")
    suggestions.confirm(suggestion=read, seen=read.revision, by=li_na, at=NOON)
    places = [str(place.paragraph.version.label) for place in close.instruction.places.all()]
    assert (places, close.instruction.state) == (["C24", "C26"], "open")


def test_taking_the_answer_back_parts_them_again(five, li_na):
    new, close, read, doubt = five
    doubts.answer(doubt=doubt, words=READINGS[1], by=li_na, at=NOON)

    doubts.ask_again(doubt=doubt, by=li_na, at=NOON)

    new.refresh_from_db()
    close.refresh_from_db()
    read.refresh_from_db()
    assert (new.predecessor, doubt.answer) == (None, "")
    assert (read.kind, read.instruction, read.state) == (Suggestion.Kind.NEW, None, "open")
    assert (close.state, close.decided_at) == ("open", None)
    assert "stood_before" not in read.fields


def test_a_new_paragraph_is_left_as_it_is(five, li_na):
    new, close, _read, doubt = five
    doubts.answer(doubt=doubt, words=READINGS[0], by=li_na, at=NOON)
    close.refresh_from_db()
    new.refresh_from_db()
    assert (new.predecessor, close.state) == (None, "open")


def test_what_is_decided_already_is_not_pulled_away(five, li_na):
    _new, close, _read, doubt = five
    suggestions.confirm(suggestion=close, seen=close.revision, by=li_na, at=NOON)

    with pytest.raises(Refused, match="decided already"):
        doubts.answer(doubt=doubt, words=READINGS[1], by=li_na, at=NOON)

    doubt.refresh_from_db()
    assert doubt.answer == ""
