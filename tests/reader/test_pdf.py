"""PDF: rows become paragraphs again; heads, feet and footnotes leave the text."""

from __future__ import annotations

import pytest

from reader import mending, pdf
from reader.document import Part, Reading, Unreadable
from reader.outline import outline
from tests.reader.structure import at, codes


@pytest.fixture(scope="module")
def outcome(shared) -> Reading:
    return outline(pdf.manuscript((shared / "data" / "documents" / "A_RES_80_173.pdf").read_bytes()))


def test_the_outcome_document_has_its_127_paragraphs_under_its_headings_and_a_preamble_of_7(outcome: Reading) -> None:
    operative = [section for section in outcome.sections if section.part is Part.OPERATIVE]

    assert [len(section.paragraphs) for section in outcome.sections if section.part is Part.PREAMBULAR] == [7]
    assert [node.number for section in operative for node in section.paragraphs] == [str(n) for n in range(1, 128)]
    assert [section.heading for section in operative] == [
        "Introduction",
        "Information and communications technologies for development",
        "Closing all digital divides",
        "The digital economy",
        "Social and economic development",
        "Environmental impacts",
        "The enabling environment for digital development",
        "Building confidence and security in the use of information and communications technologies",
        "Capacity development",
        "Financial mechanisms",
        "Human rights and ethical dimensions of the information society",
        "Data governance",
        "Artificial intelligence",
        "Internet governance",
        "Development of the World Summit on the Information Society framework",
        "Monitoring and measurement",
        "Follow-up and review",
    ]


def test_its_footnotes_are_attached_where_they_are_called(outcome: Reading) -> None:
    marks = [note.mark for section in outcome.sections for node in section.paragraphs for note in node.footnotes]
    node = at(outcome, "operative/2")

    assert marks == [str(n) for n in range(1, 13)]
    assert [(node.text[: note.at].rsplit(" ", 1)[-1], note.text) for note in node.footnotes] == [
        ("Principles,", "See A/C.2/59/3, annex."),
        ("Action,", "Ibid."),
        ("Society.", "See A/60/687."),
    ]


def test_running_heads_page_numbers_and_broken_words_are_gone(outcome: Reading) -> None:
    words = " ".join(node.text for section in outcome.sections for node in section.paragraphs)

    assert "A/RES/80/173" not in words
    assert "25-20874" not in words
    assert "WSIS+20 Forum High-level Event" in words
    assert codes(outcome) == []


def test_its_head_is_told(outcome: Reading) -> None:
    title = outcome.title

    assert (title.kind, title.symbol, title.number, title.body, title.adopted) == (
        "outcome",
        "A/RES/80/173",
        "80/173",
        "UNGA",
        "2025-12-17",
    )
    assert title.title.startswith(
        "Outcome document of the high-level meeting of the General Assembly on the overall review"
    )


@pytest.mark.parametrize(
    ("before", "after", "seen", "joined"),
    [
        ("the people-", "centred society", {"people-centred": 1}, "the people-centred society"),
        ("the develop-", "ment of", {"development": 3}, "the development of"),
        ("the WSIS+20 High-", "level Event", {"high": 2, "level": 2}, "the WSIS+20 High-level Event"),
        ("the tele\u00ad", "communication", {}, "the telecommunication"),
        ("telecommunication/", "ICT services", {}, "telecommunication/ICT services"),
        ("one line", "and another", {}, "one line and another"),
    ],
)
def test_a_word_broken_between_two_rows_is_mended_by_what_the_document_calls_it(
    before: str, after: str, seen: dict[str, int], joined: str
) -> None:
    assert mending.joined(before, after, seen) == joined


@pytest.mark.parametrize("data", [b"", b"%PDF-1.7\n", b"%PDF-1.4 and then nothing", b"no pdf at all"])
def test_a_damaged_pdf_is_refused_with_a_sentence(data: bytes) -> None:
    with pytest.raises(Unreadable) as refused:
        pdf.manuscript(data)
    assert str(refused.value).endswith(".")
