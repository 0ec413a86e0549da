"""The ITU's drafting style: openers alone on a line, and all that hangs below them."""

from __future__ import annotations

from reader.document import Part
from tests.reader.structure import at, codes, openers, read, tree

COUNCIL = """Purpose
This contribution proposes a revision of Resolution 1332.
MOD
RESOLUTION 1332 (C11, last amended C24)
(adopted at the eleventh Plenary meeting)
ITU role in the implementation of the WSIS outcomes
The ITU Council,
recalling
a)\tResolution 140 (Rev. Bucharest, 2022);
b)\tResolution 70 (Rev. Bucharest, 2022),
considering further
that the Plenipotentiary Conference requested Council to act,
resolves
1\tto use the WSIS framework, including by:
a.\tupdating its roadmaps;
b.\tproviding input;
2\tthat the group should go on;
2bis\tthat it should report,
instructs the Director of the Telecommunication Development Bureau, in coordination with the Directors of the other \
Bureaux
1\tto act on resolves 2 above;
2\tto report,
invites Member States, Sector Members, and all Stakeholders
to contribute.
ANNEX
Terms of reference of the group
a)\tto facilitate inputs;
b)\tto oversee.
"""


def test_an_opener_alone_on_a_line_opens_a_section_and_the_front_matter_stays_apart() -> None:
    reading = read(COUNCIL)

    assert openers(reading) == [
        ("recalling", 2),
        ("considering further", 1),
        ("resolves", 3),
        (
            "instructs the Director of the Telecommunication Development Bureau, in coordination with the Directors of "
            "the other Bureaux",
            2,
        ),
        ("invites Member States, Sector Members, and all Stakeholders", 1),
        ("Terms of reference of the group", 2),
    ]
    assert [section.part for section in reading.sections] == [Part.PREAMBULAR] * 2 + [Part.OPERATIVE] * 3 + [Part.ANNEX]
    assert reading.front_matter == (
        "Purpose",
        "This contribution proposes a revision of Resolution 1332.",
        "MOD",
        "(adopted at the eleventh Plenary meeting)",
    )
    assert codes(reading) == []


def test_addresses_are_the_section_and_the_numbers() -> None:
    reading = read(COUNCIL)

    assert at(reading, "resolves/1/b").text == "providing input;"
    assert at(reading, "resolves/2bis").number == "2bis"
    assert at(reading, "considering further/1").number is None
    assert at(reading, "Annex/b").text == "to oversee."


def test_addressees_are_those_that_the_opener_names() -> None:
    sections = {section.opener: section.addressees for section in read(COUNCIL).sections}

    assert sections["invites Member States, Sector Members, and all Stakeholders"] == (
        "Member States",
        "Sector Members",
        "all Stakeholders",
    )
    assert sections["resolves"] == ()
    director = next(found for opener, found in sections.items() if opener and opener.startswith("instructs"))
    assert director == ("Director of the Telecommunication Development Bureau",)


def test_a_second_section_with_the_same_opener_has_an_address_of_its_own() -> None:
    reading = read(
        "The ITU Council,\nresolves\n1\tto act,\ninstructs the Secretary-General\n1\tto go,\nresolves\n1\tto stop."
    )

    assert [section.address for section in reading.sections] == [
        "resolves",
        "instructs the Secretary-General",
        "resolves (2)",
    ]
    assert at(reading, "resolves (2)/1").text == "to stop."


LETTERS = """The ITU Council,
considering
g)\tthat much was done;
h)\tthat the conference requested the Council:
i)\tto oversee;
ii)\tto consider:
–\tthe activities;
–\tthe prizes;
\tand invites members:
\t\tto take part;
i)\tthat more is to be done;
j)\tthat all is well,
resolves
1\tto act.
"""


def test_the_letter_i_after_the_numerals_of_h_goes_on_with_the_letters() -> None:
    (considering, _) = read(LETTERS).sections

    assert tree(considering.paragraphs) == [
        "g)",
        ("h)", ["i)", ("ii)", ["–", "–"]), None, None]),
        "i)",
        "j)",
    ]


def test_a_numeral_below_h_is_told_by_the_numeral_that_follows_and_a_lone_one_is_asked_about() -> None:
    below = "The ITU Council,\nconsidering\ng)\tone;\nh)\ttwo:\ni)\tthree;\nii)\tfour,\nresolves\n1\tto act."
    lone = "The ITU Council,\nconsidering\ng)\tone;\nh)\ttwo:\ni)\tthree,\nresolves\n1\tto act."

    assert tree(read(below).sections[0].paragraphs) == ["g)", ("h)", ["i)", "ii)"])]
    assert "letter-or-numeral" not in codes(read(below))
    assert codes(read(lone)) == ["list-begins-late", "letter-or-numeral"]


def test_words_that_look_like_an_opener_inside_an_item_open_nothing() -> None:
    reading = read(
        "The ITU Council,\nconsidering\na)\tthat it requested:\n\tand invites ITU members:\n\t\tto take part;\n"
        "b)\tthat Resolution 8 instructs the Director of BDT to act,\nresolves\n1\tto act."
    )

    assert openers(reading) == [("considering", 2), ("resolves", 1)]


def test_numbered_parts_hang_below_the_number_they_begin_with() -> None:
    reading = read(
        "DECISION 5 (REV. BUCHAREST, 2022)\nRevenue\nThe Plenipotentiary Conference (Bucharest, 2022),\ndecides\n"
        "1 to authorize:\n1.1 the expenditure;\n1.2 the revenue:\na) contributions;\n2 to act.\n"
        "ANNEX 2\nOptions\n1) One.\n2) Two."
    )

    assert tree(reading.sections[0].paragraphs) == [("1", ["1.1", ("1.2", ["a)"])]), "2"]
    assert (reading.sections[1].address, reading.sections[1].heading) == ("Annex 2", "Options")
    assert tree(reading.sections[1].paragraphs) == ["1)", "2)"]


def test_a_number_twice_a_gap_and_a_list_that_begins_late_are_asked_about_where_they_stand() -> None:
    reading = read(
        "The ITU Council,\nresolves\n1\tto go;\n1\tto stay;\n4\tto run,\ninstructs the Secretary-General\n3\tto act."
    )

    assert [(doubt.code, doubt.address) for doubt in reading.doubts] == [
        ("number-twice", "resolves/1 (2)"),
        ("number-gap", "resolves/4"),
        ("list-begins-late", "instructs the Secretary-General/3"),
    ]


def test_a_reference_to_a_number_that_is_not_there_is_asked_about_and_one_to_another_text_is_not() -> None:
    reading = read(
        'The ITU Council,\nresolves\n1\tto go;\n2\tto stay, in line with resolves 7 "that ITU should",\n'
        "instructs the Secretary-General\n1\tto act on resolves 4 above;\n2\tto act on resolves 2 above;\n"
        "3\tto act on what is referred to in resolves 9;\n4\tto follow resolves 8 of Resolution 140 (Rev. Dubai, 2018)."
    )

    assert [(doubt.code, doubt.address, doubt.text) for doubt in reading.doubts] == [
        ("missing-reference", "instructs the Secretary-General/1", "resolves 4"),
        ("missing-reference", "instructs the Secretary-General/3", "resolves 9"),
    ]


def test_the_number_of_years_at_the_beginning_of_a_line_is_no_label() -> None:
    reading = read("The ITU Council,\nresolves\n1 to look back on\n30 years of work;\n2 to go on.")

    assert [node.number for node in reading.sections[0].paragraphs] == ["1", "2"]
    assert reading.sections[0].paragraphs[0].children[0].text == "30 years of work;"


def test_a_contribution_with_several_proposals_is_read_to_the_end_of_the_first_and_says_so() -> None:
    reading = read(
        "MOD\tRCC/36A1/1\nRESOLUTION 2 (REV. BUCHAREST, 2022)\nForum\nThe Plenipotentiary "
        "Conference (Bucharest, 2022),\n"
        "resolves\n1\tto act.\nReasons:\tTo update.\nADD\tRCC/36A1/2\nDRAFT NEW RESOLUTION [RCC-1]\nNew\n"
        "The Plenipotentiary Conference (Bucharest, 2022),\nresolves\n1\tto stop."
    )

    assert openers(reading) == [("resolves", 1)]
    assert [(doubt.code, doubt.text) for doubt in reading.doubts] == [("several-texts", "ADD RCC/36A1/2")]
    assert "Reasons:\tTo update." in reading.front_matter
    assert "1\tto stop." in reading.front_matter


def test_the_first_item_of_a_list_may_stand_on_the_line_of_its_parent() -> None:
    reading = read("The ITU Council,\nresolves\n1\ta)\tto act;\nb)\tto report;\n2\tto stop.")

    assert tree(reading.sections[0].paragraphs) == [("1", ["a)", "b)"]), "2"]
    assert at(reading, "resolves/1/a").text == "to act;"


def test_an_opener_with_an_unusual_addressee_or_a_capital_opens_a_section_where_a_list_follows() -> None:
    reading = read(
        "The Council,\nRecalling\na)\tmuch,\ninvites everybody\n1\tto act,\nInstructs the Secretary-General\n1\tto go."
    )

    assert openers(reading) == [("Recalling", 1), ("invites everybody", 1), ("Instructs the Secretary-General", 1)]


def test_clauses_without_numbers_that_begin_alike_are_sisters() -> None:
    reading = read(
        "The ITU Radiocommunication Assembly,\nresolves\nthat the methods shall be:\n– one;\n– two;\n"
        "that the Director acts."
    )

    assert tree(reading.sections[0].paragraphs) == [(None, ["–", "–"]), None]


def test_the_title_of_an_annex_may_stand_on_its_own_line_or_behind_the_word() -> None:
    resolution = "The Council,\nresolves\nto act,\n"

    assert read(resolution + "Annex: Terms of reference\n1. To go.").sections[-1].heading == "Terms of reference"
    assert read(resolution + "ANNEX 2 TO RESOLUTION 5\nOptions\n1. To go.").sections[-1].heading == "Options"
    assert read(resolution + "ANNEX 2 TO RESOLUTION 5\nOptions\n1. To go.").sections[-1].address == "Annex 2"
