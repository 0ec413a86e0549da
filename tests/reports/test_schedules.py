"""When something is owed, in words."""

from __future__ import annotations

from datetime import date

import pytest

from mandates.models import Body, Schedule
from reports.schedules import When, day_of, last_day_of
from tests.factories import BodyFactory, SessionFactory


def when(**fields) -> When:
    return When.of(Schedule(**fields), {})


def test_a_session_leads_with_its_dates_as_precisely_as_they_are_known(db):
    said = when(session=SessionFactory(number=30))
    assert (said.what, said.url, said.vague) == ("CSTD 30", "/sessions/CSTD-30/", True)
    assert "days not announced" in said.dates


@pytest.mark.parametrize(
    ("day", "precision", "said", "vague"),
    [
        (date(2027, 3, 31), "day", "31 March 2027", False),
        (date(2027, 3, 31), "month", "March 2027", True),
        (date(2027, 12, 31), "year", "2027", True),
    ],
)
def test_a_date_is_not_said_more_precisely_than_the_text_says_it(day, precision, said, vague):
    found = when(due_on=day, precision=precision)
    assert (found.what, found.vague) == (said, vague)


def test_what_recurs_says_how_often_and_at_whose_sessions(db):
    hlpf = BodyFactory(code="HLPF", house="UN")
    assert when(recurrence="FREQ=YEARLY", body=hlpf).what == "each year, to HLPF"
    assert when(recurrence="FREQ=YEARLY;INTERVAL=2").what == "every 2 years"
    assert when(recurrence="FREQ=WEEKLY;COUNT=3").what == "FREQ=WEEKLY;COUNT=3"


def test_a_session_that_begins_a_recurrence_leads_and_the_recurrence_follows(db):
    said = when(session=SessionFactory(number=30), recurrence="FREQ=YEARLY", body=Body(pk=1, code="CSTD"))
    assert (said.what, said.recurs) == ("CSTD 30", "each year, to CSTD")


@pytest.mark.parametrize(
    ("to", "via", "said"),
    [
        (["ECOSOC"], ["CSTD"], "through CSTD to ECOSOC"),
        ([], ["CWG"], "through CWG"),
        (["Council", "PP"], [], "to Council, PP"),
        ([], [], ""),
    ],
)
def test_the_route_is_said_in_its_order(to, via, said):
    assert when(reports_to=to, via=via).route == said


def test_until_names_a_session_that_we_hold_or_a_date_or_the_words_themselves(db):
    pp = SessionFactory(code="PP-26", starts=date(2026, 11, 9), ends=date(2026, 11, 27), precision="day")
    said = [When.of(Schedule(until=until), {"PP-26": pp}).until for until in ("PP-26", "2030", "2030-06", "the end")]
    assert said == ["PP-26", "2030", "June 2030", "the end"]


@pytest.mark.parametrize(
    ("until", "last"),
    [
        ("2027", date(2027, 12, 31)),
        ("2027-02", date(2027, 2, 28)),
        ("2027-02-03", date(2027, 2, 3)),
        ("2027-13", None),
        ("some day", None),
        ("", None),
    ],
)
def test_the_last_day_is_the_last_that_the_words_allow(until, last):
    assert last_day_of(until, {}) == last


def test_a_day_that_no_calendar_has_is_no_day():
    assert day_of("2027-02-31") == (None, "day")
