"""What a document says of itself."""

from __future__ import annotations

import pytest

from reader import titles
from reader.document import Line
from tests.reader.structure import read


def head(*texts: str, enacting: str | None = None, closing: tuple[str, ...] = ()) -> titles.Head:
    return titles.read([Line(text) for text in texts], Line(enacting) if enacting else None, closing)


@pytest.mark.parametrize(
    ("line", "label"),
    [
        ("RESOLUTION 1332 (C11, last amended C24)", "C24"),
        ("RESOLUTION 102 (REV. BUENOS AIRES, 2017)", "Rev. Buenos Aires, 2017"),
        ("RESOLUTION 30 (Rev.Kigali, 2022)", "Rev. Kigali, 2022"),
        ("RESOLUTION 219 (Bucharest, 2022)", "Bucharest, 2022"),
        ("RESOLUTION 1332", None),
    ],
)
def test_the_label_of_a_version_is_in_the_bracket_after_the_number(line: str, label: str | None) -> None:
    assert head(line, "A title").title.revision == label


def test_the_number_title_and_body_of_a_council_resolution() -> None:
    found = head(
        "MOD",
        "RESOLUTION 1332 (C11, last amended C24)",
        "(adopted at the eleventh meeting)",
        "ITU role",
        enacting="The ITU Council,",
    ).title

    assert (found.kind, found.number, found.title, found.body) == ("resolution", "1332", "ITU role", "ITU Council")
    assert found.symbol is None


def test_the_head_of_a_un_text() -> None:
    found = head(
        "A/RES/80/173",
        "Resolution adopted by the General Assembly on 17 December 2025",
        "80/173. A title",
        enacting="The General Assembly",
    ).title

    assert (found.symbol, found.number, found.title, found.body, found.adopted) == (
        "A/RES/80/173",
        "80/173",
        "A title",
        "UNGA",
        "2025-12-17",
    )


def test_a_symbol_in_a_sentence_is_another_documents() -> None:
    assert (
        head("References: A/RES/80/118 and Documents C26/59", "RESOLUTION 5", "T", enacting="The Council,").title.symbol
        is None
    )
    assert (
        head("United Nations A/80/L.41", "Draft resolution", enacting="The General Assembly,").title.symbol
        == "A/80/L.41"
    )


def test_a_draft_a_decision_and_an_amendment_are_told_apart() -> None:
    assert head("DRAFT NEW RESOLUTION [ITU-1]", "T", enacting="The Plenipotentiary Conference,").title.kind == "draft"
    assert (
        head("DECISION 5 (REV. DUBAI, 2018)", "T", enacting="The Plenipotentiary Conference,").title.kind == "decision"
    )
    assert head("Amendments to draft resolution A/80/L.41").title.kind == "amendment"
    assert head("Minutes of a meeting").title.kind == "other"


def test_the_day_of_adoption_may_stand_below_the_text() -> None:
    assert head(
        "5/1. T", enacting="The Human Rights Council,", closing=("37th meeting", "14 July 2023")
    ).title.adopted == ("2023-07-14")


def test_look_alike_letters_in_the_head_are_read_as_latin_ones_and_kept_as_printed() -> None:
    reading = read(
        "Document С26/59\nRESOLUTION 1332 (С11, last amended С24)\nA title\nThe ITU Council,\nresolves\n1\tto act."
    )

    assert reading.versions[0].label == "C24"
    assert reading.front_matter == ("Document С26/59",)


@pytest.mark.parametrize(
    ("line", "number"),
    [
        ("SEVENTY-FOURTH WORLD HEALTH ASSEMBLY\tWHA74.7", "WHA74.7"),
        ("RESOLUTION ITU-R 1-8", "ITU-R 1-8"),
        ("S-30/1. A title", "S-30/1"),
        ("EB150.R5 A title", "EB150.R5"),
    ],
)
def test_numbers_of_every_body_are_known(line: str, number: str) -> None:
    assert head(line, "A title").title.number == number
