"""When a letter is due: once a week in every zone, whatever the clocks do."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest

from mandates.models import Member
from reports.letters import periods

WEEK, FORTNIGHT, MONTH, NEVER = Member.LetterEvery.values


def member(zone: str = "", hour: int = 7, every: str = WEEK) -> Member:
    return Member(username="x", time_zone=zone, letter_hour=hour, letter_every=every)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "period"),
    [
        ("2026-11-30T05:59", None),  # Monday, 06:59 in Zurich: the hour has not come
        ("2026-11-30T06:00", "2026-W49"),
        ("2026-12-06T22:59", "2026-W49"),  # Sunday, the last minute there
        ("2026-12-06T23:00", None),  # Monday there
    ],
)
def test_the_week_begins_on_monday_at_the_hour_that_was_chosen_where_the_member_is(now, period):
    assert periods.period_of(member(), at(now)) == period


def test_who_wants_none_is_never_due():
    assert periods.period_of(member(every=NEVER), at("2026-12-01T12:00")) is None


def test_a_zone_that_nobody_knows_is_that_of_the_seat():
    for name in ("Mars/Olympus", "../../etc/passwd", "", "x" * 300, "Europe"):
        assert periods.zone(name).key == "Europe/Zurich"


CHANGES = ["2026-03-29", "2026-10-25", "2026-04-05", "2026-09-27"]  # of the clocks, in Zurich, Chatham or Lord Howe
ZONES = ["Europe/Zurich", "Pacific/Chatham", "Australia/Lord_Howe", "Pacific/Kiritimati", "Etc/GMT+12", "America/Nuuk"]


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("hour", [2, 23])
def test_where_clocks_change_each_week_is_due_once_and_none_is_passed_over(zone, change, hour):
    """Asked every five minutes, from eight days before to eight days after: the weeks come one by one."""
    start = at(f"{change}T00:00") - timedelta(days=8)
    asked = [start + timedelta(minutes=5 * step) for step in range(16 * 24 * 12)]
    who = member(zone, hour)
    due = [period for now in asked if (period := periods.period_of(who, now))]
    seen = sorted(set(due))
    assert due == sorted(due)
    first = date.fromisocalendar(int(seen[0][:4]), int(seen[0][6:]), 1)
    assert seen == [periods.name_of(first + timedelta(weeks=week)) for week in range(len(seen))]
    assert len(seen) >= 2


def test_an_hour_that_the_clocks_leave_out_begins_when_they_have_been_put_forward():
    assert periods.hour_on(date(2026, 3, 29), 2, "Europe/Zurich") == at("2026-03-29T01:00")  # 03:00 there


def test_an_hour_that_comes_twice_begins_the_first_time():
    assert periods.hour_on(date(2026, 10, 25), 2, "Europe/Zurich") == at("2026-10-25T00:00")


@pytest.mark.parametrize(
    ("now", "period"),
    [("2026-12-28T12:00", "2026-W53"), ("2027-01-03T12:00", "2026-W53"), ("2027-01-04T12:00", "2027-W01"),
     ("2024-02-29T12:00", "2024-W09"), ("2025-12-31T12:00", "2026-W01")],
)  # fmt: skip
def test_a_year_of_53_weeks_a_leap_day_and_the_end_of_a_year(now, period):
    assert periods.period_of(member(), at(now)) == period


def test_fortnights_stay_fortnights_over_a_year_of_53_weeks():
    noons = [at("2026-11-02T12:00") + timedelta(days=day) for day in range(140)]
    mondays = sorted({monday for now in noons if (monday := periods.due_monday(FORTNIGHT, 7, "", now))})
    assert {later - earlier for earlier, later in pairwise(mondays)} == {timedelta(weeks=2)}


def test_a_month_begins_on_its_first_monday():
    noons = [at("2026-01-01T12:00") + timedelta(days=day) for day in range(365)]
    mondays = sorted({monday for now in noons if (monday := periods.due_monday(MONTH, 7, "", now))})
    assert mondays == [
        date(2025, 12, 1), date(2026, 1, 5), date(2026, 2, 2), date(2026, 3, 2), date(2026, 4, 6), date(2026, 5, 4),
        date(2026, 6, 1), date(2026, 7, 6), date(2026, 8, 3), date(2026, 9, 7), date(2026, 10, 5), date(2026, 11, 2),
        date(2026, 12, 7),
    ]  # fmt: skip


def test_who_changes_from_fortnightly_to_weekly_has_the_same_period_and_so_no_second_letter():
    now = at("2026-11-24T12:00")
    assert periods.period_of(member(every=FORTNIGHT), now) == "2026-W48"
    assert periods.period_of(member(every=WEEK), now) == "2026-W48"


def test_a_reminder_is_due_each_day_from_the_same_hour_on():
    assert periods.due_day(7, "", at("2026-11-24T05:59")) is None
    assert periods.due_day(7, "", at("2026-11-24T06:00")) == date(2026, 11, 24)
