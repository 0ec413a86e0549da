"""PDF: rows become paragraphs again; heads, feet and footnotes leave the text."""

from __future__ import annotations

import pytest

from reader import mending, pdf
from reader.document import Part, Reading, Unreadable
from reader.outline import outline
from tests.reader.pdfmaker import Put, make
from tests.reader.structure import at, codes, openers, tree


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


def council_pages() -> bytes:
    """Two pages in the ITU's layout: hanging indents, no gaps, a running head, a footnote, a paragraph across."""
    first = [
        Put("RESOLUTION 1332 (C11, last amended C24)", 180, 80, font="B"),
        Put("ITU role in the implementation of the outcomes", 170, 100, font="B"),
        Put("The ITU Council,", 70, 130),
        Put("considering", 110, 142, font="I"),
        Put("a)", 70, 154),
        Put("that the needs of developing countries", 110, 154),
        Put("1", 262, 151, size=6),
        Put("are to be taken into account in all of the work of the", 268, 154),
        Put("Union and of its members;", 110, 166),
        Put("b)", 70, 178),
        Put("that telecommunication/information and communication technologies, including those in para-", 110, 178),
        Put("5. of the Agenda, are of use,", 110, 190),
        Put("resolves", 110, 202, font="I"),
        Put("1", 70, 214),
        Put(
            "to continue to carry out the work that was begun by the Union in all countries of the world and", 110, 214
        ),
        Put("1", 70, 760, size=6),
        Put("These include the least developed countries.", 78, 763, size=8),
        Put("C26/59-E", 70, 800, size=8),
    ]
    second = [
        Put("- 2 -", 290, 40, size=8),
        Put("in all of its Sectors;", 110, 80),
        Put("2", 70, 92),
        Put("to report.", 110, 92),
        Put("ANNEX", 280, 120, font="B"),
        Put("Terms of reference", 260, 140, font="B"),
        Put("a)", 70, 160),
        Put("to oversee.", 110, 160),
        Put("C26/59-E", 70, 800, size=8),
    ]
    return make(first, second)


def test_a_council_document_with_hanging_indents_is_read_across_its_pages() -> None:
    reading = outline(pdf.manuscript(council_pages()))

    assert openers(reading) == [("considering", 2), ("resolves", 2), ("Terms of reference", 1)]
    assert at(reading, "resolves/1").text == (
        "to continue to carry out the work that was begun by the Union in all countries of the world and in all of its "
        "Sectors;"
    )
    note = at(reading, "considering/a").footnotes[0]
    assert (note.mark, note.text) == ("1", "These include the least developed countries.")
    assert at(reading, "considering/a").text.startswith("that the needs of developing countries are to be")
    assert tree(reading.sections[0].paragraphs) == ["a)", "b)"]
    assert codes(reading) == []


def test_a_pdf_of_pictures_asks_for_the_word_file() -> None:
    with pytest.raises(Unreadable, match="pictures of pages"):
        pdf.manuscript(make([], [], picture=True))


def gapped_pages() -> bytes:
    """Paragraphs parted by gaps as wide as that above the foot; the last of the first page is short."""
    first = [
        Put("WHA75.11 Health emergency in refugee-receiving countries", 120, 70, font="B"),
        Put("The World Telecommunication Standardization Assembly of the Union", 120, 101, font="B"),
        Put("(Dubai, 2018),", 120, 114, font="B"),
        Put("Recognizing the Constitution and all that was said in earlier resolutions of this Assembly,", 98, 134),
    ]
    first += [
        Put(f"{number}. Requests the Director-General to report on the matter;", 70, 134 + 20 * number)
        for number in range(1, 31)
    ]
    first += [Put("31. Encourages all Member States, in line with their circumstances:", 70, 754)]
    first += [Put("(a) To share best practices on the governance of data;", 98, 774)]
    first += [Put("24-12345", 70, 805, size=8), Put("1/2", 500, 805, size=9)]
    second = [
        Put("(b) To foster the development of capacities.", 98, 110),
        Put("24-12345", 70, 805, size=8),
        Put("2/2", 500, 805, size=9),
    ]
    return make(first, second)


def test_the_last_paragraph_of_a_page_does_not_go_with_the_running_foot() -> None:
    lines = [line.text.replace("\t", " ") for line in pdf.manuscript(gapped_pages()).after]
    assert "(a) To share best practices on the governance of data;" in lines
    assert not any("24-12345" in line for line in lines)


def test_the_name_of_the_body_is_one_line_however_it_is_set() -> None:
    lines = [line.text for line in pdf.manuscript(gapped_pages()).after]
    assert lines[:2] == [
        "WHA75.11 Health emergency in refugee-receiving countries",
        "The World Telecommunication Standardization Assembly of the Union (Dubai, 2018),",
    ]
