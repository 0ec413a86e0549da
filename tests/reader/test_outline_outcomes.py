"""Outcomes, decisions and texts within texts: where they begin, and which paragraphs stand outermost."""

from __future__ import annotations

from textwrap import fill

from reader.document import Part
from tests.reader.structure import openers, read, tree

DECLARATION = """E/HLS/2024/1
Ministerial declaration of the high-level segment of the 2024 session of the Economic and Social Council
1. We, the ministers and high representatives, adopt the following declaration.
2. We are deeply concerned that progress is too slow.
3. We commit to:
(a) Ending poverty;
(b) Ending hunger.
"""


def test_an_outcome_that_names_no_speaker_begins_below_its_title() -> None:
    reading = read(DECLARATION)
    assert reading.title.kind == "outcome"
    assert (reading.title.title or "").startswith("Ministerial declaration")
    assert tree(reading.sections[0].paragraphs) == ["1.", "2.", ("3.", ["(a)", "(b)"])]


def test_numbered_paragraphs_stand_outermost_behind_those_who_declare() -> None:
    reading = read(
        "The General Assembly\nAdopts the political declaration contained in the annex to the present resolution.\n"
        "Annex\nPolitical declaration of the high-level meeting on pandemic prevention\n"
        "We, Heads of State and Government, assembled at the United Nations on 20 September 2023, to this end:\n"
        "1. Reaffirm the right of every human being to health;\n2. Request the Secretary-General to report.\n"
    )
    annex = reading.sections[-1]
    assert annex.part is Part.ANNEX
    assert tree(annex.paragraphs) == [None, "1.", "2."]


def test_items_that_go_on_with_the_sentence_stay_below_it() -> None:
    reading = read(
        "Terms of reference\nAnnex\nTerms of reference of the group\nThe mandate of the group is:\n"
        "1. to examine the matter;\n2. to report to the Council.\n"
    )
    assert tree(reading.sections[-1].paragraphs) == [(None, ["1.", "2."])]


def test_a_decision_begins_with_the_meeting_at_which_it_was_taken() -> None:
    reading = read(
        "Economic and Social Council decision 2023/312\nReport of the Commission on its twenty-sixth session\n"
        "At its 17th plenary meeting, on 7 June 2023, the Economic and Social Council:\n"
        "(a) Took note of the report;\n(b) Requested the Secretary-General to submit it.\n"
    )
    assert tree(reading.sections[0].paragraphs) == [(None, ["(a)", "(b)"])]
    assert reading.title.title == "Report of the Commission on its twenty-sixth session"


def test_the_resolution_that_a_board_recommends_has_a_preamble_and_clauses_of_its_own() -> None:
    reading = read(
        "EB152.R5 Behavioural sciences for better health\nThe Executive Board,\nHaving considered the report,\n"
        "RECOMMENDS to the Seventy-sixth World Health Assembly the adoption of the following resolution:\n"
        "The Seventy-sixth World Health Assembly,\nRecognizing the WHO Constitution,\n"
        "1. URGES Member States:\n(1) to acknowledge the role of science;\n"
        "2. REQUESTS the Director-General to report.\n"
    )
    assert [(section.part, tree(section.paragraphs)) for section in reading.sections] == [
        (Part.PREAMBULAR, [None]),
        (Part.OPERATIVE, [None]),
        (Part.PREAMBULAR, [None]),
        (Part.OPERATIVE, [("1.", ["(1)"]), "2."]),
    ]


def test_an_opener_wrapped_at_the_margin_is_one_opener() -> None:
    rows = [
        "RESOLUTION 101 (New Delhi, 2024)",
        "The World Telecommunication Standardization Assembly (New Delhi, 2024),",
        "considering",
        "that study groups have produced Recommendations on artificial intelligence in the last two study periods,",
        "instructs the Director of the Telecommunication Standardization Bureau, in collaboration with the Directors "
        "of the other Bureaux",
        "1 to organize workshops and capacity-building events for the benefit of all developing countries concerned;",
        "2 to report to the next assembly on the implementation of this resolution and the lessons that were learned,",
        "invites Member States",
        "to contribute to the work.",
    ]
    wrapped = read("\n\n".join(fill(row, 78) for row in rows))
    assert (
        openers(wrapped)
        == openers(read("\n\n".join(rows)))
        == [
            ("considering", 1),
            (rows[4], 2),
            ("invites Member States", 1),
        ]
    )


def test_a_short_text_is_unwrapped_where_blank_lines_part_its_paragraphs() -> None:
    title = "79/549. Oil slick on Lebanese shores"
    sentence = (
        "At its 53rd plenary meeting, on 19 December 2024, the General Assembly, on the recommendation of the Second "
        "Committee, decided to request the Secretary-General to submit the report to the General Assembly at its "
        "eightieth session."
    )
    reading = read(f"{title}\n\n{fill(sentence, 78)}\n")
    assert [paragraph.text for section in reading.sections for paragraph in section.paragraphs] == [sentence]
