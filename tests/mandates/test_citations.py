"""Citations are tied to what we hold, wait for what we don't, and find it when it arrives."""

from __future__ import annotations

import pytest

from mandates.actions import citations
from mandates.models import Citation
from tests.factories import BodyFactory, ParagraphFactory, ResolutionFactory, SectionFactory, VersionFactory

pytestmark = pytest.mark.django_db


def cite(paragraph, key: str, kind: str = "paragraph") -> Citation:
    return Citation.objects.create(paragraph=paragraph, text=key, start=0, end=1, kind=kind, key=key)


@pytest.fixture
def outcome():
    """A/RES/80/173 with two headings, under which its paragraphs are counted through."""
    resolution = ResolutionFactory(
        key="A/RES/80/173", slug="a-res-80-173", number="80/173", body=BodyFactory(code="UNGA")
    )
    version = VersionFactory(resolution=resolution, label="A/RES/80/173", slug="80-173")
    for heading, numbers in (("Introduction", "12"), ("Follow-up", "34")):
        section = SectionFactory(version=version, opener="", heading=heading, address=heading)
        for number in numbers:
            ParagraphFactory(section=section, number=number, address=f"operative/{number}")
    return resolution


def test_a_paragraph_named_by_its_number_is_found_when_its_text_arrives(outcome):
    citing = ParagraphFactory()
    third, beyond, whole = (cite(citing, f"A/RES/80/173/{number}") for number in ("3", "99", "1-3"))

    assert citations.resolve(resolution=outcome) == 3

    for citation in (third, beyond, whole):
        citation.refresh_from_db()
    assert third.paragraph_cited.address == "operative/3"
    assert (beyond.paragraph_cited, beyond.resolution) == (None, outcome)  # no such paragraph: the text as a whole
    assert whole.resolution == outcome


def test_a_text_that_arrives_later_finds_what_we_hold(outcome):
    citing = ParagraphFactory()
    citation = cite(citing, "A/RES/80/173", kind="un-resolution")
    foreign = cite(citing, "A/RES/80/17", kind="un-resolution")

    citations.resolve(resolution=citing.version.resolution)

    citation.refresh_from_db()
    foreign.refresh_from_db()
    assert (citation.resolution, foreign.resolution) == (outcome, None)


def test_a_number_that_stands_under_two_openers_names_no_paragraph():
    version = VersionFactory()
    for opener in ("resolves", "instructs the Secretary-General"):
        ParagraphFactory(section=SectionFactory(version=version, opener=opener), number="1")
    citing = ParagraphFactory(section=SectionFactory(version=VersionFactory(resolution__number="1334")))
    by_number, by_address = cite(citing, "ITU-Council/1332/1"), cite(citing, "ITU-Council/1332/resolves/1")

    citations.resolve(resolution=version.resolution)

    by_number.refresh_from_db()
    by_address.refresh_from_db()
    assert (by_number.paragraph_cited, by_number.resolution) == (None, version.resolution)
    assert by_address.paragraph_cited.address == "resolves/1"


def test_a_decision_and_a_resolution_of_the_same_number_are_two_texts():
    council = BodyFactory()
    keys = [citations.key_of(symbol=None, body=council, number="482", kind=kind) for kind in ("resolution", "decision")]
    assert keys == ["ITU-Council/482", "ITU-Council/Decision/482"]
