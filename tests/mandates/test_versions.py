"""What the reader read is filed away: the founding document from end to end, and what comes after it."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

import reader
from mandates.actions import Refused, facts, suggestions, versions
from mandates.models import Citation, Instruction, Paragraph, Resolution, Suggestion, Version
from tests.factories import NOON, DocumentFactory, VersionFactory

pytestmark = pytest.mark.django_db


def as_read(sample) -> dict:
    return reader.as_json(reader.read(sample.read_bytes(), sample.name))


@pytest.fixture
def filed(sample, li_na) -> Version:
    """C26 of Resolution 1332 as proposed, with the C24 that it sets out from."""
    facts.load(at=NOON)
    return versions.lay_down(reading=as_read(sample), document=DocumentFactory(), by=li_na, at=NOON)


def tops(version: Version, part: str = "operative"):
    return version.paragraphs.standing().filter(depth=0, section__part=part)


def test_the_redline_gives_both_versions_with_their_states_and_sessions(filed):
    assert [(str(v), v.state, v.session.code) for v in filed.resolution.versions.all()] == [
        ("Res. 1332 (C24)", "in force", "C24"),
        ("Res. 1332 (C26)", "proposed", "C26"),
    ]
    assert str(filed.resolution) == "Council Resolution 1332"
    assert (tops(filed.predecessor).count(), tops(filed).count()) == (33, 34)


def test_renumbered_paragraphs_know_what_they_were(filed):
    was = {
        row.address: row.predecessor.address
        for row in filed.paragraphs.filter(change="renumbered", depth=0).select_related("predecessor")
        if row.section.part == "operative"
    }
    assert was == {
        "resolves/6": "resolves/4",
        "instructs the Secretary-General/13": "instructs the Secretary-General/12",
        "instructs the Secretary-General/14": "instructs the Secretary-General/13",
    }


def test_each_redline_gives_back_both_texts(filed):
    for row in filed.paragraphs.standing().select_related("predecessor"):
        both = "".join(run["text"] for run in row.redline if run["side"] != "before")
        assert both == row.text
        if row.predecessor:
            assert "".join(run["text"] for run in row.redline if run["side"] != "after") == row.predecessor.text


def test_what_went_stands_in_its_place_without_text_and_offers_to_close(filed):
    gone = filed.paragraphs.get(change="gone", predecessor__address="resolves/6")
    before, after = filed.paragraphs.filter(position__in=[gone.position - 1, gone.position + 1]).order_by("position")
    assert (before.address, after.section.opener.startswith("instructs the Council Working Group")) == (
        "resolves/7",
        True,
    )
    assert gone.text == ""
    assert [one.kind for one in gone.suggestions.all()] == ["close"]


def test_nothing_is_an_instruction_before_a_person_says_so(filed):
    assert Instruction.objects.count() == 0
    assert {one.state for one in filed.suggestions.all()} == {"open"}


def test_internal_citations_point_at_their_paragraph_and_others_wait_until_their_text_arrives(filed, li_na):
    internal = Citation.objects.get(paragraph__address="instructs the Secretary-General/5", kind="internal")
    assert internal.paragraph_cited == filed.paragraphs.standing().get(address="resolves/5")
    waiting = Citation.objects.waiting().filter(key="PP/140")
    assert waiting.exists()

    reading = {
        "document": {"kind": "resolution", "symbol": None, "number": "140", "title": "WSIS", "body": "PP",
                     "revision": "Rev. Bucharest, 2022", "adopted": None},
        "versions": [{"label": "Rev. Bucharest, 2022", "side": "after"}],
        "sections": [{"kind": "operative", "opener": "resolves", "heading": None, "addressees": [],
                      "address": "resolves",
                      "paragraphs": [{"address": "resolves/1", "number": "1", "number_before": None, "text": "that ITU",
                                      "text_before": None, "change": None, "children": [], "footnotes": []}]}],
        "instructions": [],
    }  # fmt: skip
    versions.lay_down(reading=reading, document=DocumentFactory(), by=li_na, at=NOON)

    assert not waiting.exists()
    assert Citation.objects.filter(key="PP/140", resolution=Resolution.objects.get(key="PP/140")).exists()


def test_a_second_proposal_for_the_session_keeps_the_first_and_carries_over_what_is_the_same(filed, sample, li_na):
    for suggestion in filed.suggestions.filter(kind="new"):
        suggestions.confirm(suggestion=suggestion, seen=1, by=li_na, at=NOON)
    confirmed = Instruction.objects.filter(state="open").count()

    second = versions.lay_down(reading=as_read(sample), document=DocumentFactory(), by=li_na, at=NOON)

    assert second.label == "C26 (2)"
    same = second.suggestions.filter(paragraph__change__in=["same", "renumbered"], kind="kept")
    assert same.count() > 20
    assert {(one.state, one.reason) for one in same} == {("confirmed", "Carried over: the same words.")}
    assert Instruction.objects.filter(state="open").count() == confirmed  # no instruction was made twice
    reworded = second.suggestions.filter(paragraph__change="reworded", kind="kept")
    assert {one.state for one in reworded} == {"open"}


def accepted(nodes: list[dict]) -> list[dict]:
    """The nodes as they stand after all changes are accepted."""
    plain = {"text_before": None, "number_before": None, "change": None, "redline": []}
    return [node | plain | {"children": accepted(node["children"])} for node in nodes if node["change"] != "gone"]


def test_a_later_text_without_tracked_changes_is_compared_with_what_we_hold(filed, sample, li_na):
    for suggestion in filed.suggestions.filter(kind="new"):
        suggestions.confirm(suggestion=suggestion, seen=1, by=li_na, at=NOON)
    reading = as_read(sample)
    reading["versions"] = [{"label": "C27", "side": "after"}]
    reading["instructions_before"] = []
    for section in reading["sections"]:
        section["paragraphs"] = accepted(section["paragraphs"])
    resolves = next(section for section in reading["sections"] if section["opener"] == "resolves")
    dropped = resolves["paragraphs"].pop(1)  # "that ITU should continue to coordinate WSIS Forums…"
    reading["instructions"] = [said for said in reading["instructions"] if said["address"] != dropped["address"]]

    later = versions.lay_down(reading=reading, document=DocumentFactory(), by=li_na, at=NOON)

    gone = later.paragraphs.get(change="gone")
    assert gone.predecessor.text == dropped["text"]
    assert later.paragraphs.get(position=gone.position - 1).address == "resolves/1"
    assert [(one.kind, one.state) for one in gone.suggestions.all()] == [("close", "open")]
    assert set(later.paragraphs.exclude(change="gone").values_list("change", flat=True)) == {"same"}
    assert later.suggestions.filter(kind="new").count() == 0


def test_a_text_without_paragraphs_is_refused_with_a_sentence(li_na):
    reading = {"document": {"kind": "other"}, "versions": [{"label": "text", "side": "after"}], "sections": []}
    with pytest.raises(Refused, match="No numbered paragraph"):
        versions.lay_down(reading=reading, document=DocumentFactory(), by=li_na, at=NOON)


def a_letter() -> dict:
    """What is read of a file that says neither what it is nor which version."""
    return reader.as_json(reader.read(b"Dear Sir,\n\nhow are you?\n", "letter.txt"))


def test_files_that_say_nothing_of_what_they_are_have_nothing_to_do_with_each_other(li_na):
    first, second = (DocumentFactory(original_name=name) for name in ("Note to the file.docx", "Letter.txt"))
    versions.lay_down(reading=a_letter(), document=first, by=li_na, at=NOON)
    version = versions.lay_down(reading=a_letter(), document=second, by=li_na, at=NOON)
    assert sorted(str(one) for one in Resolution.objects.all()) == ["Letter", "Note to the file"]
    assert version.predecessor is None


def test_every_version_has_a_name_even_where_the_document_gives_none(li_na):
    reading = a_letter()
    reading["versions"].insert(0, {"label": "", "side": "before"})
    version = versions.lay_down(reading=reading, document=DocumentFactory(), by=li_na, at=NOON)
    assert [one.label for one in version.resolution.versions.order_by("position")] == ["text before", "text"]


def test_adopting_supersedes_what_was_in_force_and_the_database_knows_only_one(filed, li_na):
    versions.adopt(version=filed, by=li_na, at=NOON, reason="adopted at the last meeting")

    assert [(v.label, v.state) for v in filed.resolution.versions.all()] == [("C24", "superseded"), ("C26", "in force")]
    assert filed.history.first().history_user == li_na
    with pytest.raises(IntegrityError), transaction.atomic():
        VersionFactory(resolution=filed.resolution, label="C27", state="in force", document=None)


def test_a_version_in_force_is_not_withdrawn(filed, li_na):
    with pytest.raises(Refused):
        versions.set_aside(version=filed.predecessor, state="withdrawn", by=li_na, at=NOON, reason="")


def test_filing_takes_few_queries_however_long_the_text(filed, sample, li_na, django_assert_max_num_queries):
    with django_assert_max_num_queries(90):
        versions.lay_down(reading=as_read(sample), document=DocumentFactory(), by=li_na, at=NOON)
    assert Paragraph.objects.filter(version__label="C26 (2)").count() > 100
    assert Suggestion.objects.filter(version__label="C26 (2)").count() > 30
