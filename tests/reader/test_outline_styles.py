"""The drafting styles of the UN family: the verb opens the paragraph itself."""

from __future__ import annotations

import pytest

from reader.document import Part
from tests.reader.structure import at, codes, openers, read, tree

GENERAL_ASSEMBLY = """A/RES/80/118
Resolution adopted by the General Assembly on 12 December 2025
80/118. Information and communications technologies for sustainable development
The General Assembly,
Recalling its resolutions 56/183 of 21 December 2001 and 57/238 of 20 December 2002,
Taking note with appreciation of the report of the Secretary-General,1
Acutely aware of the gap between countries,
1. Recognizes the role of the Forum;
2. Requests the Secretary-General:
(a) To submit a report;
(b) To convene:
(i) One meeting;
(ii) Another;
Financial mechanisms
3. Decides to act on paragraph 2 above;
4. Also decides to act on paragraph 9 above.
64th plenary meeting
12 December 2025
"""


def test_a_text_of_the_general_assembly_has_one_preamble_and_its_paragraphs_under_their_headings() -> None:
    reading = read(GENERAL_ASSEMBLY)

    assert [
        (section.part, section.opener, section.heading, len(section.paragraphs)) for section in reading.sections
    ] == [
        (Part.PREAMBULAR, None, None, 3),
        (Part.OPERATIVE, None, None, 2),
        (Part.OPERATIVE, None, "Financial mechanisms", 2),
    ]
    assert tree(reading.sections[1].paragraphs) == ["1.", ("2.", ["(a)", ("(b)", ["(i)", "(ii)"])])]
    assert at(reading, "operative/2/b/ii").text == "Another;"
    assert at(reading, "preamble/3").number is None
    assert at(reading, "operative/3").text == "Decides to act on paragraph 2 above;"
    assert [(doubt.code, doubt.address) for doubt in reading.doubts] == [("missing-reference", "operative/4")]


WHO = """WHA66.10 Follow-up to the Political Declaration
The Sixty-sixth World Health Assembly,
Having considered the reports on noncommunicable diseases;1
Recalling the Political Declaration, which requests:
(1) a framework;
(2) options;
1. DECIDES:
(1) to endorse the plan;
2. URGES Member States:2
(1) to continue;
(2) to accelerate, including by:
(a) strengthening systems;
(b) monitoring;
3. REQUESTS the Director-General to report in 2016.
(Ninth plenary meeting, 27 May 2013)
1 Documents A66/8 and A66/9.
2 And, where applicable, regional economic integration organizations.
"""


def test_a_text_of_the_world_health_assembly_keeps_its_verbs_in_capitals_and_its_notes() -> None:
    reading = read(WHO)

    assert [tree(section.paragraphs) for section in reading.sections] == [
        [None, (None, ["(1)", "(2)"])],
        [("1.", ["(1)"]), ("2.", ["(1)", ("(2)", ["(a)", "(b)"])]), "3."],
    ]
    assert at(reading, "operative/2").text == "URGES Member States:"
    assert [note.mark for note in at(reading, "operative/2").footnotes] == ["2"]
    assert (reading.title.number, reading.title.body, reading.title.adopted) == ("WHA66.10", "WHA", "2013-05-27")


IMO = """RESOLUTION A.1126(30)
Adopted on 6 December 2017
LINKAGES BETWEEN TECHNICAL ASSISTANCE AND THE 2030 AGENDA
THE ASSEMBLY,
RECALLING Article 15(k) of the Convention,
MINDFUL ALSO of the need to give priority,
BEING AWARE of the request,
HAVING CONSIDERED the recommendations,
1\tINVITES Member States to act;
2\tALSO INVITES partner organizations:
\t.1\tto report; and
\t.2\tto help;
3\tREVOKES resolution A.1006(25).
ANNEX
GUIDELINES
1\tINTRODUCTION
1.1\tThese guidelines apply.
2\tAPPLICATION
"""


def test_a_text_of_the_maritime_organization_is_read() -> None:
    reading = read(IMO)

    assert openers(reading) == [("preambular", 4), ("operative", 3), ("GUIDELINES", 2)]
    assert tree(reading.sections[1].paragraphs) == ["1", ("2", [".1", ".2"]), "3"]
    assert tree(reading.sections[2].paragraphs) == [("1", ["1.1"]), "2"]
    assert (reading.title.body, reading.title.adopted) == ("IMO Assembly", "2017-12-06")
    assert reading.title.title == "LINKAGES BETWEEN TECHNICAL ASSISTANCE AND THE 2030 AGENDA"


@pytest.mark.parametrize(
    ("enacting", "body"),
    [
        ("The Economic and Social Council,", "ECOSOC"),
        ("The Human Rights Council,", "HRC"),
        ("The United Nations Environment Assembly,", "UNEA"),
        (
            "The United Nations Habitat Assembly of the United Nations Human Settlements Programme,",
            "UN-Habitat Assembly",
        ),
        ("The Commission on Science and Technology for Development,", "CSTD"),
    ],
)
def test_every_body_of_the_un_family_is_known_by_its_enacting_words(enacting: str, body: str) -> None:
    reading = read(
        f"53/29. A title\n{enacting}\nRecalling its resolution 1/1,\n1. Requests all to act;\n2. Decides to end."
    )

    assert reading.title.body == body
    assert openers(reading) == [("preambular", 1), ("operative", 2)]
    assert codes(reading) == []


def test_operative_paragraphs_without_numbers_are_told_by_their_verb() -> None:
    reading = read(
        "The Governing Council,\nRecalling its decision 1/1,\nHaving learned much,\nDecides to extend the plan;\n"
        "Also requests the Executive Director to report."
    )

    assert openers(reading) == [("preambular", 2), ("operative", 2)]
    assert at(reading, "operative/2").text.startswith("Also requests")


def test_what_stands_after_the_last_clause_is_no_paragraph() -> None:
    reading = read(
        "The Human Rights Council,\nRecalling much,\n1. Decides to act.\n37th meeting\n14 July 2023\n"
        "[Adopted by a recorded vote of 30 to 4. The voting was as follows:\nIn favour:\nBenin\nAgainst:\nBelgium]"
    )

    assert openers(reading) == [("preambular", 1), ("operative", 1)]
    assert reading.title.adopted == "2023-07-14"


def test_a_declaration_begins_where_it_speaks() -> None:
    reading = read(
        "80/173. Outcome document\nThe General Assembly,\nAdopts the following outcome document:\nOutcome document\n"
        "We, the Ministers and heads of delegations,\nRecalling resolution 70/125,\nWelcoming much,\nIntroduction\n"
        "1. We reaffirm our commitment.\n2. We resolve to act.\nFollow-up\n3. We decide to meet."
    )

    assert openers(reading) == [("preambular", 2), ("Introduction", 2), ("Follow-up", 1)]
    assert (reading.title.kind, reading.title.body) == ("outcome", "UNGA")
    assert "Adopts the following outcome document:" in reading.front_matter
    assert codes(reading) == []


def test_a_text_in_parts_has_a_preamble_and_numbers_below_each_part() -> None:
    reading = read(
        "77/262. Questions\nThe General Assembly,\nI\nRevised estimates\nRecalling its resolution 76/245,\n"
        "1. Takes note of the report;\nII\nLimited discretion\nRecalling its resolution 60/283,\n"
        "1. Takes note;\n2. Ends."
    )

    assert [(section.part, section.heading, len(section.paragraphs)) for section in reading.sections] == [
        (Part.PREAMBULAR, "I Revised estimates", 1),
        (Part.OPERATIVE, "I Revised estimates", 1),
        (Part.PREAMBULAR, "II Limited discretion", 1),
        (Part.OPERATIVE, "II Limited discretion", 2),
    ]
    assert codes(reading) == []


@pytest.mark.parametrize(
    ("words", "number", "labels"),
    [
        (
            "WHA75(9) Maternal nutrition\nThe Seventy-fifth World Health Assembly, having "
            "considered the report, decided:\n"
            "(1) to request guidance;\n(2) to ask for a report.\n(Eighth plenary meeting, 28 May 2022)",
            "WHA75(9)",
            [(None, ["(1)", "(2)"])],
        ),
        (
            "80/512. Elections\nAt its 46th plenary meeting, on 12 November 2025, the General Assembly decided:\n"
            "(a) To take note;\n(b) To report.",
            "80/512",
            [(None, ["(a)", "(b)"])],
        ),
    ],
)
def test_a_decision_told_in_one_sentence_is_operative(words: str, number: str, labels: list[object]) -> None:
    reading = read(words)

    assert (reading.title.kind, reading.title.number) == ("decision", number)
    assert [(section.part, tree(section.paragraphs)) for section in reading.sections] == [(Part.OPERATIVE, labels)]


def test_a_draft_without_a_number_has_the_title_above_the_name_of_the_body() -> None:
    reading = read(
        "United Nations A/C.2/80/L.23\nAgenda item 15\nIraq*: draft resolution\nTechnologies for development\n"
        "The General Assembly,\nRecalling much,\n1. Decides to act.\n_______________\n* On behalf of the Group of 77."
    )

    title = reading.title
    assert (title.kind, title.symbol, title.title) == ("draft", "A/C.2/80/L.23", "Technologies for development")
    assert openers(reading) == [("preambular", 1), ("operative", 1)]


def test_the_paragraphs_of_a_draft_under_negotiation_keep_their_double_numbers() -> None:
    reading = read(
        "The Seventy-fourth World Health Assembly,\n(PP1) Recalling the mandate;\n(PP2) Noting much,\n"
        "OP1. CALLS ON Member States:\n(1) to act;\nOP2. REQUESTS the Director-General to report."
    )

    assert [(section.part, tree(section.paragraphs)) for section in reading.sections] == [
        (Part.PREAMBULAR, ["(PP1)", "(PP2)"]),
        (Part.OPERATIVE, [("OP1.", ["(1)"]), "OP2."]),
    ]
