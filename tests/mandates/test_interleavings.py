"""One thing is edited while another takes it away or lays a new text over it: nothing is orphaned (row E3)."""

from __future__ import annotations

import pytest

import reader
from mandates.actions import Refused, comments, evidence, facts, instructions, status, suggestions, versions
from mandates.models import Instruction, Place, Suggestion
from tests.factories import NOON, DocumentFactory, SuggestionFactory, fields

pytestmark = pytest.mark.django_db


def test_an_edit_of_what_was_taken_back_meanwhile_is_refused_with_a_sentence(li_na, boris):
    suggestion = SuggestionFactory()
    held = Instruction.objects.get(pk=suggestions.confirm(suggestion=suggestion, seen=1, by=li_na, at=NOON).pk)
    suggestions.undo(suggestion=suggestion, seen=2, by=boris, at=NOON)

    with pytest.raises(Refused, match="taken back"):
        instructions.edit(instruction=held, seen=1, fields=fields(), title="Mine", by=li_na, at=NOON)

    assert not Instruction.objects.exists()


def test_a_new_text_and_an_edit_in_either_order_leave_one_place_in_each_version(li_na, sample):
    facts.load(at=NOON)
    said = reader.as_json(reader.read(sample.read_bytes(), sample.name))
    first = versions.lay_down(reading=said, document=DocumentFactory(), by=li_na, at=NOON)
    for suggestion in first.suggestions.filter(kind="new"):
        suggestions.confirm(suggestion=suggestion, seen=1, by=li_na, at=NOON)
    before, after = Instruction.objects.filter(state="open")[:2]

    instructions.edit(instruction=before, seen=1, fields=fields(), title="Edited before", by=li_na, at=NOON)
    second = versions.lay_down(
        reading=reader.as_json(reader.read(sample.read_bytes(), sample.name)),
        document=DocumentFactory(),
        by=li_na,
        at=NOON,
    )
    instructions.edit(instruction=after, seen=1, fields=fields(), title="Edited after", by=li_na, at=NOON)

    for instruction, title in ((before, "Edited before"), (after, "Edited after")):
        instruction.refresh_from_db()
        in_versions = list(instruction.places.values_list("paragraph__version", flat=True))
        assert (instruction.title, len(in_versions)) == (title, len(set(in_versions)))
        assert second.pk in in_versions
    assert not Place.objects.filter(paragraph=None).exists()


def test_what_a_newer_text_goes_on_from_is_not_taken_back(li_na, sample):
    facts.load(at=NOON)
    said = reader.as_json(reader.read(sample.read_bytes(), sample.name))
    first = versions.lay_down(reading=said, document=DocumentFactory(), by=li_na, at=NOON)
    decided = first.suggestions.filter(kind="new").first()
    suggestions.confirm(suggestion=decided, seen=1, by=li_na, at=NOON)
    said = reader.as_json(reader.read(sample.read_bytes(), sample.name))
    versions.lay_down(reading=said, document=DocumentFactory(), by=li_na, at=NOON)

    with pytest.raises(Refused, match="A newer text goes on"):
        suggestions.undo(suggestion=decided, seen=2, by=li_na, at=NOON)

    assert not Suggestion.objects.filter(state="confirmed", instruction=None).exists()


def test_what_evidence_hangs_on_is_not_taken_back(li_na, boris):
    suggestion = SuggestionFactory()
    held = suggestions.confirm(suggestion=suggestion, seen=1, by=li_na, at=NOON)
    evidence.add(task=held.tasks.get(), given=evidence.Given(link="C26/59"), by=boris, at=NOON)

    with pytest.raises(Refused, match="Close it instead"):
        suggestions.undo(suggestion=suggestion, seen=2, by=li_na, at=NOON)

    assert held.tasks.get().evidence.count() == 1


def test_words_for_what_was_taken_back_meanwhile_are_refused_with_a_sentence(li_na, boris):
    suggestion = SuggestionFactory()
    task = suggestions.confirm(suggestion=suggestion, seen=1, by=li_na, at=NOON).tasks.get()
    suggestions.undo(suggestion=suggestion, seen=2, by=li_na, at=NOON)

    for late in (
        lambda: status.update(task=task, to="prog", words="Begun.", by=boris, at=NOON, seen=1),
        lambda: comments.add(task=task, words="A remark.", by=boris, at=NOON),
        lambda: evidence.add(task=task, given=evidence.Given(link="C26/59"), by=boris, at=NOON),
    ):
        with pytest.raises(Refused, match="taken back a moment ago"):
            late()
