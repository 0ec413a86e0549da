"""How a place in a text is said."""

from __future__ import annotations

import pytest

from mandates.models.addresses import LONGEST_OPENER, address_of, session_name, shorten
from tests.factories import (
    BodyFactory,
    ParagraphFactory,
    ResolutionFactory,
    SectionFactory,
    SessionFactory,
    VersionFactory,
)


@pytest.mark.parametrize(
    ("opener", "short"),
    [
        ("resolves", "resolves"),
        ("instructs the Secretary-General", "instructs SG"),
        ("instructs the Deputy Secretary-General", "instructs DSG"),
        ("instructs the Secretary-General and the Directors of the Bureaux", "instructs SG and Directors"),
        ("instructs the Secretary-General and the Directors of the three Bureaux", "instructs SG and Directors"),
        ("instructs the Director of the Telecommunication Development Bureau (BDT)", "instructs Director BDT"),
        ("invites the Director of the Radiocommunication Bureau", "invites Director BR"),
        ("instructs the Council Working Group on WSIS&SDG", "instructs CWG-WSIS&SDG"),
        (
            "instructs the Council Working Group on the World Summit on the Information Society and SDGs",
            "instructs CWG-WSIS&SDG",
        ),
        ("invites Member States, Sector Members, and all Stakeholders", "invites Member States…"),
        ("recognizing", "recognizing"),
        ("requests the Executive Director of the United Nations Human Settlements Programme",
         "requests the Executive Director…"),
    ],
)  # fmt: skip
def test_openers_are_shortened_as_people_say_them(opener, short):
    assert shorten(opener) == short


def test_a_shortened_opener_never_breaks_a_word_and_keeps_within_its_measure():
    long = "instructs " + "Sonderorganisationsbeauftragte " * 4
    assert shorten(long) == "instructs…"
    assert len(shorten("x" * 200)) <= LONGEST_OPENER + 1


def test_an_address_says_text_place_version_and_state(db):
    paragraph = ParagraphFactory(number="5")
    assert str(address_of(paragraph)) == "Res. 1332 instructs SG 5 (C26 proposed)"
    paragraph.version.state = "in force"
    assert str(address_of(paragraph)) == "Res. 1332 instructs SG 5 (C26)"


def test_a_sub_paragraph_and_an_annex_have_their_numbers_in_order(db):
    version = VersionFactory()
    resolves = SectionFactory(version=version, opener="resolves")
    assert address_of(ParagraphFactory(section=resolves, address="resolves/3/a")).where == "Res. 1332 resolves 3 a"
    annex = SectionFactory(version=version, part="annex", opener="", heading="Terms of reference", address="Annex")
    said = address_of(ParagraphFactory(section=annex, address="Annex/b/ii")).where
    assert said == "Res. 1332 Terms of reference b ii"


@pytest.mark.parametrize("address", ["operative/113", "Financial mechanisms/113", "113"])
def test_a_text_without_openers_is_addressed_by_its_numbers(db, address):
    version = VersionFactory(
        resolution=ResolutionFactory(key="A/RES/80/173", number="A/RES/80/173", slug="a-res-80-173")
    )
    section = SectionFactory(version=version, opener="", heading="Financial mechanisms", address="Financial mechanisms")
    assert address_of(ParagraphFactory(section=section, address=address)).where == "A/RES/80/173, 113"


def test_a_version_that_is_called_like_its_text_is_not_named_twice(db):
    resolution = ResolutionFactory(number="A/RES/80/173", slug="a-res-80-173")
    version = VersionFactory(resolution=resolution, label="A/RES/80/173", slug="A-RES-80-173", state="in force")
    section = SectionFactory(version=version, opener="", heading="", address="operative")
    assert str(address_of(ParagraphFactory(section=section, address="operative/113"))) == "A/RES/80/173, 113"


def test_the_preamble_of_such_a_text_is_told_from_its_paragraphs(db):
    version = VersionFactory(resolution=ResolutionFactory(number="A/RES/80/173", slug="a-res-80-173"))
    section = SectionFactory(version=version, opener="", heading="", address="preamble", part="preambular")
    paragraph = ParagraphFactory(section=section, address="preamble/2", number="")
    assert address_of(paragraph).where == "A/RES/80/173, preamble 2"


@pytest.mark.parametrize(
    ("code", "number", "name", "said"),
    [
        ("CSTD-30", 30, "CSTD, thirtieth session", "CSTD 30"),
        ("C27", None, "ITU Council 2027 session", "Council 2027"),
        ("PP-26", None, "Plenipotentiary Conference 2026", "PP-26"),
        ("HLPF-2027", None, "HLPF 2027 (ECOSOC)", "HLPF 2027 (ECOSOC)"),
    ],
)
def test_a_session_is_called_as_people_call_it(db, code, number, name, said):
    body = "ITU Council" if code == "C27" else "CSTD"
    assert session_name(SessionFactory(code=code, number=number, name=name, body=BodyFactory(code=body))) == said
