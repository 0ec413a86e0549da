"""Calendar text that a client's own parser reads back, whatever stands in a title."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from icalendar import Calendar

from mandates.actions import feeds, status
from reports import calendars
from tests.factories import NOON, HoldingFactory, InstructionFactory, SessionFactory, TaskFactory

pytestmark = pytest.mark.django_db
TODAY = NOON.date()
HOSTILE = [
    "Report; to CSTD, on “outcomes”\\n achieved",
    "a\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nSUMMARY:forged",
    "a\nATTACH:https://evil.example/",
    "🏳️‍🌈 emoji 👩🏽‍💻 and عربى and 中文 " * 5,
    "x" * 300,
    'quote " and ^ and : and = and %0D%0A',
    "tab\tand\x0bcontrol\x07",
    "\u2028line\u2029separators\x85",
    "BEGIN:VCALENDAR",
]


@pytest.fixture
def feed(mariam):
    HoldingFactory(member=mariam)
    return feeds.make(member=mariam, of="person", target="", at=NOON)


def text(feed, today=TODAY) -> bytes:
    return calendars.calendar_of(feed=feed, today=today, link=lambda task: f"https://m.example.org/tasks/{task.pk}/")


def events(data: bytes):
    return Calendar.from_ical(data).walk("VEVENT")


def test_a_task_is_an_all_day_event_on_the_date_that_matters(feed):
    task = TaskFactory(session=SessionFactory(), due_on=date(2027, 4, 13), matters_on=date(2027, 2, 28))

    [event] = events(text(feed))

    assert (event.decoded("dtstart"), event.decoded("dtend")) == (date(2027, 2, 28), date(2027, 3, 1))
    assert event["dtstart"].params["VALUE"] == "DATE"
    assert str(event["summary"]) == "Report on the outcomes achieved"
    assert str(event["url"]) == f"https://m.example.org/tasks/{task.pk}/"
    assert (event["sequence"], event["status"], event["transp"]) == (1, "CONFIRMED", "TRANSPARENT")
    assert f"For CSTD-30, {task.session.dates}" in str(event["description"])
    assert "Due 13 April 2027" in str(event["description"])


@pytest.mark.parametrize("title", HOSTILE)
def test_hostile_titles_come_back_as_text_and_forge_nothing(title, feed):
    TaskFactory(instruction=InstructionFactory(title=title[:300]), waiting_for=title[:200])

    data = text(feed)

    [event] = events(data)
    assert str(event["summary"]) == calendars.one_line(title[:300])
    assert set(event) == {
        "UID", "DTSTAMP", "LAST-MODIFIED", "CREATED", "SEQUENCE", "DTSTART", "DTEND", "SUMMARY", "DESCRIPTION", "URL",
        "STATUS", "TRANSP", "CLASS", "CATEGORIES",
    }  # fmt: skip
    lines = data.split(b"\r\n")
    assert max(map(len, lines)) <= 75
    assert all(b"\n" not in line and b"\r" not in line for line in lines)
    assert lines[-1] == b""
    for line in lines:
        line.decode("utf-8")  # a fold never cuts a character


def test_the_same_tasks_give_the_same_bytes_and_a_change_the_next_sequence(feed, li_na):
    task = TaskFactory()
    first = text(feed)
    assert text(feed) == first
    assert text(feed, TODAY + timedelta(days=3)) == first

    later = datetime(2026, 11, 25, 8, 30, 15, 999, tzinfo=UTC)
    status.update(task=task, to="over", words="A newer text.", by=li_na, at=later, seen=1)

    [before], [after] = events(first), events(text(feed))
    assert after["uid"] == before["uid"]
    assert (before["sequence"], after["sequence"], after["status"]) == (1, 2, "CANCELLED")
    assert after.decoded("dtstamp") == later.replace(microsecond=0)


def test_two_tasks_never_share_a_name(feed):
    tasks = [TaskFactory(), TaskFactory()]
    assert len({str(event["uid"]) for event in events(text(feed))}) == len(tasks)


def test_a_calendar_of_nothing_is_a_calendar(feed):
    calendar = Calendar.from_ical(text(feed))
    assert (str(calendar["x-wr-calname"]), calendar.walk("VEVENT")) == ("Mandates: Mariam Diallo", [])
    assert b"REFRESH-INTERVAL;VALUE=DURATION:PT6H\r\n" in text(feed)


def test_a_thousand_events_take_as_many_questions_as_one(feed, django_assert_max_num_queries):
    for count in (1, 30):
        for _each in range(count):
            TaskFactory(session=SessionFactory())
        with django_assert_max_num_queries(6):
            text(feed)
