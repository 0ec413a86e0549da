"""When a letter is due: on Mondays, in the member's own time zone, from the hour that they chose.

Nothing here asks the database or the clock. A period is named after the ISO week of its Monday ("2026-W48"), whatever
the frequency: who changes from fortnightly to weekly on a Tuesday gets no second letter. Only the newest period counts,
so a house that stood still for three weeks sends one letter and not three.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from django.conf import settings

from mandates.models import Member

WEEK = timedelta(weeks=1)
Every = Member.LetterEvery


@lru_cache(maxsize=1024)
def zone(name: str) -> ZoneInfo:
    """The time zone of that name; the seat's where it is empty, or none that we know."""
    try:
        return ZoneInfo(name or settings.SEAT_TIME_ZONE)
    except (KeyError, OSError, ValueError):  # ZoneInfoNotFoundError is not its only way to say that there is none
        return ZoneInfo(settings.SEAT_TIME_ZONE)


def day_of(member: Member, now: datetime) -> date:
    """Which day it is where the member is."""
    return now.astimezone(zone(member.time_zone)).date()


def hour_on(day: date, hour: int, name: str) -> datetime:
    """The moment at which that hour begins on that day there.

    An hour that the clocks leave out begins when they have been put forward; one that comes twice, the first time.
    """
    return datetime.combine(day, time(hour), zone(name)).astimezone(UTC)


def due_monday(every: str, hour: int, name: str, now: datetime) -> date | None:
    """The Monday of the newest period whose hour has come; None where it is just about to, and for who wants none.

    On the morning of a Monday whose letter is still to come nothing is due: what was missed would arrive hours before.
    """
    if every == Every.NEVER:
        return None
    today = now.astimezone(zone(name)).date()
    monday = _begins(every, today)
    return monday if now >= hour_on(monday, hour, name) else None


def _begins(every: str, today: date) -> date:
    """The Monday on which the period of `today` begins."""
    monday = today - timedelta(days=today.weekday())
    if every == Every.FORTNIGHT:
        # Weeks are counted from the year 1, so that a year of 53 weeks moves nothing.
        return monday if monday.toordinal() // 7 % 2 == 0 else monday - WEEK
    if every == Every.MONTH:
        first = today.replace(day=1)
        opens = first + timedelta(days=-first.weekday() % 7)
        if opens <= today:
            return opens
        last = (first - timedelta(days=1)).replace(day=1)
        return last + timedelta(days=-last.weekday() % 7)
    return monday


def name_of(monday: date) -> str:
    """ "2026-W48"."""
    year, week, _day = monday.isocalendar()
    return f"{year}-W{week:02}"


def period_of(member: Member, now: datetime) -> str | None:
    """The period of which the member's weekly letter is due at that moment."""
    monday = due_monday(member.letter_every, member.letter_hour, member.time_zone, now)
    return name_of(monday) if monday else None


def due_day(hour: int, name: str, now: datetime) -> date | None:
    """Today there, once the hour has come: the day of which reminders are due."""
    day = now.astimezone(zone(name)).date()
    return day if now >= hour_on(day, hour, name) else None
