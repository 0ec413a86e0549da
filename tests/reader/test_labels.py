"""Numbers as strings."""

from __future__ import annotations

import pytest

from reader import labels


@pytest.mark.parametrize(
    ("text", "number", "printed", "words"),
    [
        ("5\tto report", "5", "5", "to report"),
        ("a)\tthat", "a", "a)", "that"),
        ("(a) To report", "a", "(a)", "To report"),
        ("(12) to report", "12", "(12)", "to report"),
        ("12. Requests", "12", "12.", "Requests"),
        ("1.Requests", "1", "1.", "Requests"),
        ("iv)\tto consider", "iv", "iv)", "to consider"),
        ("a.\tupdating", "a", "a.", "updating"),
        ("b)bis to act", "b)bis", "b)bis", "to act"),
        ("b bis) to act", "b bis", "b bis)", "to act"),
        ("9bis\tthat", "9bis", "9bis", "that"),
        ("9 ter that", "9 ter", "9 ter", "that"),
        ("1.2.1 the revenue", "1.2.1", "1.2.1", "the revenue"),
        ("–\tthe activities", "–", "–", "the activities"),
        ("• to assist", "•", "•", "to assist"),
        (".1\tfor Members", ".1", ".1", "for Members"),
        ("aa) more", "aa", "aa)", "more"),
        ("OP5. Requests", "OP5", "OP5.", "Requests"),
        ("II. Financial mechanisms", "II", "II.", "Financial mechanisms"),
    ],
)
def test_a_label_keeps_its_number_as_printed(text: str, number: str, printed: str, words: str) -> None:
    label = labels.read(text)

    assert label is not None
    assert (label.number, label.printed, text[label.end :]) == (number, printed, words)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "2030 Agenda",
        "(ICT) is",
        "(adopted at the meeting)",
        "In view of",
        "I am",
        "visible and",
        "to go) home",
        "iiv) no numeral",
        "Mr. Smith",
        "invites:",
        "(2024) was",
        "\u0663) Arabic",
    ],
)
def test_words_are_no_labels(text: str) -> None:
    assert labels.read(text) is None


def test_a_bare_number_before_one_blank_is_not_sure_and_before_a_tab_it_is() -> None:
    assert labels.read("30 per cent").sure is False
    assert labels.read("30\tper cent").sure is True


def test_a_letter_that_is_a_numeral_too_is_counted_both_ways() -> None:
    assert [(way.family, way.value) for way in labels.read("i) to act").ways] == [("letter)", 9), ("roman)", 1)]
    assert [(way.family, way.value) for way in labels.read("h) to act").ways] == [("letter)", 8)]


def test_two_letters_that_follow_each_other_before_one_bracket_are_glued() -> None:
    assert labels.read("fg)\tthat").glued
    assert not labels.read("ff)\tthat").glued
    assert labels.read("ok) that") is None


@pytest.mark.parametrize(
    ("letters", "value"), [("i", 1), ("iv", 4), ("ix", 9), ("xiv", 14), ("xxxix", 39), ("iiv", None), ("", None)]
)
def test_numerals_are_counted_and_what_is_none_is_refused(letters: str, value: int | None) -> None:
    assert labels.roman(letters) == value


def test_an_automatic_label_is_a_label_whatever_it_looks_like() -> None:
    assert [labels.automatic(text).number for text in ("a)", "1.", "•", "Article 3", "(iv)")] == [
        "a",
        "1",
        "•",
        "Article 3",
        "iv",
    ]
