"""Official wording with what is laid over it."""

from __future__ import annotations

import pytest

from mandates.models import Paragraph
from reports.wording import Called, Cited, Marked, Places, redlined, standing, struck

TEXT = "to report on resolves 5 annually;"
REDLINE = [
    {"text": "to report on ", "side": "both"},
    {"text": "the old ", "side": "before"},
    {"text": "resolves", "side": "after"},
    {"text": " 5 annually;", "side": "both"},
]


def paragraph(**changes) -> Paragraph:
    return Paragraph(text=TEXT, redline=REDLINE, change="reworded", **changes)


def test_words_that_cite_are_a_link_and_those_that_wait_say_why():
    places = Places(cited=[Cited(13, 23, href="#resolves-5"), Cited(24, 32, waits="not held")])
    said = [(one.text, one.href, one.waits) for one in standing(paragraph(), places)]
    assert said == [
        ("to report on ", "", ""),
        ("resolves 5", "#resolves-5", ""),
        (" ", "", ""),
        ("annually", "", "not held"),
        (";", "", ""),
    ]


def test_a_link_goes_on_over_the_edge_of_an_insertion_and_is_not_moved_by_what_was_struck():
    said = [(one.text, one.side, one.href) for one in redlined(paragraph(), Places(cited=[Cited(13, 23, href="#r")]))]
    assert said == [
        ("to report on ", "both", ""),
        ("the old ", "before", ""),
        ("resolves", "after", "#r"),
        (" 5", "both", "#r"),
        (" annually;", "both", ""),
    ]


def test_a_footnote_is_called_once_at_its_place_and_none_is_lost():
    places = Places(called=[Called(0, "*"), Called(9, "1"), Called(len(TEXT), "2"), Called(500, "3")])
    said = [(one.text, one.note) for one in standing(paragraph(), places)]
    assert said == [("", "*"), ("to report", "1"), (TEXT[9:], "2, 3")]


def test_a_redline_that_holds_the_typed_number_before_the_text_shifts_what_is_laid_over_it():
    one = Paragraph(text=TEXT, change="same", redline=[{"text": "5\t" + TEXT, "side": "both"}])
    assert [s.text for s in redlined(one, Places(cited=[Cited(13, 23, href="#r")])) if s.href] == ["resolves 5"]


def test_a_redline_that_does_not_give_the_text_is_shown_without_a_link_on_the_wrong_words():
    one = Paragraph(text="something else", change="reworded", redline=REDLINE)
    said = redlined(one, Places(cited=[Cited(0, 9, href="#r")]))
    assert "".join(s.text for s in said) == "to report on the old resolves 5 annually;"
    assert not any(s.href for s in said)


def test_words_that_hold_the_words_of_others_are_quiet_and_each_letter_stands_where_its_words_end():
    places = Places(marked=[Marked(3, 32, "a"), Marked(24, 32, "b")])
    said = [(one.text, one.wide, one.letters) for one in standing(paragraph(), places) if one.marked]
    assert said == [("report on resolves 5 ", True, ""), ("annually", False, "a b")]


@pytest.mark.parametrize(
    ("change", "sides"),
    [("new", ["after"]), ("same", ["both", "before", "after", "both"]), ("gone", ["before", "before", "before"])],
)
def test_a_new_paragraph_is_put_in_as_a_whole_and_one_that_went_is_struck_as_a_whole(change, sides):
    one = Paragraph(text="" if change == "gone" else TEXT, redline=REDLINE, change=change)
    assert [s.side for s in redlined(one, Places())] == sides


def test_the_words_of_a_paragraph_that_went_are_those_of_the_text_before():
    assert struck(paragraph()) == "to report on the old  5 annually;"


def test_nothing_of_the_text_is_lost_or_said_twice_wherever_things_lie():
    places = Places(
        cited=[Cited(0, 40, href="#"), Cited(5, 5), Cited(30, 90)],
        marked=[Marked(2, 9, "a"), Marked(5, 12, "b")],
        called=[Called(0, "1"), Called(500, "2")],
    )
    assert "".join(one.text for one in standing(paragraph(), places)) == TEXT
