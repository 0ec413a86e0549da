"""Deadlines: the examples above the rules are their tests; beside them what must not be read as a deadline."""

import pytest

from reader import deadlines
from reader.deadlines import Ground

ITU = Ground("ITU", 2026)


@pytest.mark.parametrize(("rule", "text", "expected"), list(deadlines.explained()))
def test_each_rule_reads_its_own_examples(rule, text, expected):
    ground = Ground("ITU", 2025) if "next" in text or "Council" in text else Ground("UN", 2025, 80)
    found = deadlines.deadlines(text, ground)
    assert [deadlines.answer(f) for f in found] == [expected]
    assert found[0].rule == rule
    start, end = found[0].span
    assert text[start:end] == found[0].deadline.text


@pytest.mark.parametrize(
    "text",
    [
        "to implement the 2030 Agenda for Sustainable Development",
        "taking into account the 2030 Sustainable Development Agenda",
        "pursuant to Resolution 140 (Rev. Bucharest, 2022)",
        "adopted at the WSIS+10 High-Level Event (Geneva, 2014)",
        "the outcomes of the WSIS+20 review",
        "in its resolution 70/125 of 16 December 2015",
        "the Connect 2030 Agenda",
        "as decided at its eightieth session",
        "with a focus on the 2027 session of the Council",
        "the follow-up to the 2025 United Nations General Assembly",
        "the plan for the period 2024-2027",
        "taking into account the annual reports presented by the Secretary-General",
        "with a Chair rotating on an annual basis",
        "the item entitled “Review of progress in 2027”",
        "recalling the meeting held in Geneva in 2026",
        "within the allocated resources in the biennial budget",
        "to regularly update the roadmaps",
    ],
)
def test_years_of_titles_citations_and_events_are_no_deadlines(text):
    assert deadlines.deadlines(text, ITU) == []


@pytest.mark.parametrize(
    ("family", "own", "text", "session"),
    [
        ("ITU", "C", "to report to the Council at its 2027 session", "C27"),
        ("ECOSOC", "ECOSOC", "to report to the Council at its 2027 session", "ECOSOC-2027"),
        ("HRC", "HRC", "to report to the Council at its sixty-second session", "HRC-62"),
        ("UN", "UNGA", "to report at its eighty-first session", "UNGA-81"),
        ("WHO", "WHA", "to the Executive Board at its 158th session", "EB-158"),
    ],
)
def test_which_session_is_meant_depends_on_whose_text_it_is(family, own, text, session):
    assert [f.deadline.session for f in deadlines.deadlines(text, Ground(family, 2025, own=own))] == [session]


@pytest.mark.parametrize(
    ("ground", "session"),
    [
        (Ground("ITU", 2018, own="PP"), "PP-22"),
        (Ground("ITU", 2022, own="PP"), "PP-26"),
        (Ground("ITU", 2022, own="WTDC"), "PP-22"),  # Kigali met in June, Bucharest in September
        (Ground("ITU", 2026, own="C"), "PP-26"),
    ],
)
def test_the_next_conference_follows_from_the_date_of_the_text(ground, session):
    found = deadlines.deadlines("to report to the next plenipotentiary conference", ground)
    assert [f.deadline.session for f in found] == [session]


def test_a_deadline_before_the_text_stays_in_and_is_said_to_be_past():
    found = deadlines.deadlines("to complete the work by June 2006", Ground("ITU", 2018))
    assert (found[0].deadline.date, found[0].deadline.past) == ("2006-06", True)


def test_a_recurrence_may_have_an_end():
    found = deadlines.deadlines("to report annually until the 2026 Plenipotentiary Conference", Ground("ITU", 2023))
    due = deadlines.chosen(found).deadline
    assert (due.recurrence, due.until) == ("FREQ=YEARLY", "PP-26")


def test_a_first_session_and_what_follows_thereafter_both_hold():
    text = "to report to the Executive Board at its 156th session, and biennially thereafter until 2031"
    due = deadlines.chosen(deadlines.deadlines(text, Ground("WHO", 2024)), text).deadline
    assert (due.session, due.recurrence, due.until) == ("EB-156", "FREQ=YEARLY;INTERVAL=2", "2031")


def test_what_was_made_in_a_field_does_not_hide_a_year():
    text = "to report on progress made in the implementation of this resolution to the Health Assembly in 2025"
    assert [f.deadline.session for f in deadlines.deadlines(text, Ground("WHO", 2024))] == ["WHA-78"]


def test_letters_that_grow_when_lowered_do_not_shift_the_span():
    text = "İİİİ to report by 31 December 2027"
    found = deadlines.deadlines(text, ITU)
    assert text[slice(*found[0].span)] == "by 31 December 2027"
