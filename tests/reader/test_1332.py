"""The founding document: the proposal to revise Council Resolution 1332, with its tracked changes."""

from __future__ import annotations

import re

import pytest

from reader import docx, sides
from reader.document import Change, Reading, Side
from reader.outline import outline
from tests.reader.structure import at, openers, operative, tree, walk


@pytest.fixture(scope="module")
def redline(shared) -> Reading:
    path = shared / "data" / "documents" / "council-resolution-1332-c26-proposal.docx"
    return outline(docx.manuscript(path.read_bytes()))


def test_it_has_33_operative_paragraphs_before_and_34_after(redline: Reading) -> None:
    assert operative(redline, Side.BEFORE) == 33
    assert operative(redline, Side.AFTER) == 34


def test_its_sections_stand_under_their_openers(redline: Reading) -> None:
    assert openers(redline) == [
        ("recalling", 12),
        ("considering", 10),  # one of them struck
        ("recognizing", 9),
        ("noting", 2),
        ("resolves", 8),  # one struck
        ("instructs the Council Working Group on the World Summit on the Information Society and SDGs", 2),
        ("instructs the Secretary-General", 16),
        ("instructs the Secretary-General and the Directors of the Bureaux", 5),
        ("invites Member States, Sector Members, and all Stakeholders", 6),
        ("Terms of reference of the Council Working Group on WSIS&SDG", 12),
    ]


def test_its_head_says_what_it_is(redline: Reading) -> None:
    title = redline.title

    assert (title.kind, title.number, title.body, title.revision) == ("resolution", "1332", "ITU Council", "C24")
    assert [version.label for version in redline.versions] == ["C24", "C26"]
    assert redline.front_matter[0] == "Purpose"
    assert "MOD" in redline.front_matter
    assert not any("resolves" in line for line in redline.front_matter)


def test_what_was_renumbered_carries_both_numbers(redline: Reading) -> None:
    renumbered = {
        node.address: (node.number_before, node.change) for node in walk(redline) if node.number != node.number_before
    }

    assert renumbered["resolves/6"] == ("4", Change.RENUMBERED)
    assert renumbered["resolves/7"] == ("5", Change.REWORDED)  # its words changed too, and rewording wins
    secretary = "instructs the Secretary-General"
    assert [renumbered[f"{secretary}/{number}"] for number in (13, 14, 15)] == [
        ("12", Change.RENUMBERED),
        ("13", Change.RENUMBERED),
        ("14", Change.REWORDED),
    ]


def test_considering_i_is_the_letter_after_h_whose_own_numerals_end_with_v(redline: Reading) -> None:
    considering = redline.sections[1].paragraphs

    assert tree(considering)[-2:] == [
        ("h)", [None, None, "i)", "ii)", "iii)", "iv)", ("v)", ["–", "–", "–"]), None, None]),
        "i)",
    ]
    assert [note.mark for note in at(redline, "considering/i").footnotes] == ["1"]


def test_no_glued_token_is_left_in_either_reading(redline: Reading) -> None:
    glued = re.compile(r"20242025|70/12580|L\.49265|WSIS\+2030|twenty30|implementationthe|to the through|C24C26")

    for node in walk(redline):
        assert not glued.search(node.text or "")
        assert not glued.search(node.text_before or "")
        assert sides.text_of(node.redline, Side.AFTER) == (node.text or "")
        assert sides.text_of(node.redline, Side.BEFORE) == (node.text_before or "")


def test_it_raises_no_alarm_but_asks_after_two_successors(redline: Reading) -> None:
    assert [(doubt.code, doubt.address) for doubt in redline.doubts] == [
        ("successor", "considering/e"),
        ("successor", "instructs the Secretary-General/5"),
    ]
