"""Action lines and goals: lists, ranges, titles in between, look-alikes."""

import pytest

from reader import taxonomies


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("its WSIS Action Line Roadmaps for C2, C4, C5, and C6 to take", "C2 C4 C5 C6"),
        ("WSIS Action Lines C1, C3, C7–C9 and C11", "C1 C3 C7 C8 C9 C11"),
        ("action lines C1 to C11", "C1 C2 C3 C4 C5 C6 C7 C8 C9 C10 C11"),
        (
            "action lines C2 (Information and communication infrastructure), C4 (Capacity Building) and C6 (Enabling "
            "environment)",
            "C2 C4 C6",
        ),
        ("action line C7 (e-agriculture)", "C7.7"),
        ("the action line on e-health", "C7.4"),
        ("other action lines, such as C7, C8 and C9", "C7 C8 C9"),
        ("action lines С1 and С5", "C1 C5"),  # Cyrillic С
        ("including WSIS Action Lines for which the ITU is the facilitator", "C2 C4 C5 C6"),
    ],
)
def test_the_lines_that_the_words_name(text, codes):
    assert " ".join(taxonomies.action_lines(text).codes) == codes


@pytest.mark.parametrize(
    "text",
    [
        "Document C26/59 on the action lines",
        "the C24 and C26 sessions",
        "opening new air lines",
        "lines of credit C5",
        "action lines",
    ],
)
def test_documents_and_sessions_are_no_lines(text):
    assert taxonomies.action_lines(text) is None


def test_lines_named_by_itus_role_are_less_certain_than_listed_ones():
    by_role = taxonomies.action_lines("the action lines for which ITU is the facilitator")
    listed = taxonomies.action_lines("action lines C2 and C5")
    assert by_role.rule == "action-lines-by-role"
    assert by_role.confidence < listed.confidence


@pytest.mark.parametrize(
    ("text", "goals"),
    [
        ("to achieve SDG 5 of the 2030 Agenda", "5"),
        ("SDGs 9 and 11", "9 11"),
        ("Sustainable Development Goals 4, 5 and 10", "4 5 10"),
        ("Goal 5 and Goal 16", "5 16"),
        ("SDG target 9.c", "9"),
    ],
)
def test_the_goals_that_the_words_number(text, goals):
    assert " ".join(taxonomies.goals(text).codes) == goals


@pytest.mark.parametrize("text", ["the goal of 50 per cent", "the SDGs", "target 2030", "goal 18"])
def test_other_numbers_are_no_goals(text):
    assert taxonomies.goals(text) is None
