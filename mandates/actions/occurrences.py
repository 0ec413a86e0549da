"""Occurrences: which times something is owed, by its schedule. Values in, values out; nothing here writes.

Each occurrence has a key that outlives moves: the code of the session it was set for, the year ("2027") where it recurs
by years, the month ("2027-03"), the ISO week ("2027-W09"), the date of what is due once, or "" where no date is said.
Years, months and weeks are always counted from where the schedule began, never from the occurrence before, so that
nothing drifts. `docs/decisions` says why an occurrence is a year and not a date.
"""

from __future__ import annotations

import calendar as months
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from mandates.models import Body, Schedule, Session
from reader import facts as compiled
from reader import sessions as series_of

from . import plans

Precision = Session.Precision
CANCELLED = Session.State.CANCELLED
FREQUENCIES = ("SESSION", "YEARLY", "MONTHLY", "WEEKLY")


@dataclass(frozen=True, slots=True)
class Recurrence:
    """ "FREQ=YEARLY;INTERVAL=2" as values."""

    every: str  # one of FREQUENCIES
    interval: int = 1


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One time at which something is owed: at `session`, or on `due_on`; where no date is said, neither is set.

    `awaits` is the body whose session of that year we don't hold yet; then `due_on` is the first day of the year.
    """

    key: str
    session: Session | None = None
    due_on: date | None = None
    precision: str = Precision.DAY
    awaits: Body | None = None


def recurrence(rule: str) -> Recurrence | None:
    """The values of a rule; None where it is empty, or says more than is understood here.

    Understood are FREQ (YEARLY, MONTHLY, WEEKLY, and our own SESSION: each session of the body) and INTERVAL.
    """
    parts = dict(part.split("=", 1) for part in rule.upper().split(";") if "=" in part)
    every, interval = parts.pop("FREQ", ""), parts.pop("INTERVAL", "1")
    if every not in FREQUENCIES or parts or not interval.isdigit() or not 0 < int(interval) < 100:
        return None
    return Recurrence(every, int(interval))


def occurrences(
    schedule: Schedule, calendar: plans.Calendar, *, last: date, held: Mapping[str, int | None]
) -> list[Occurrence]:
    """What is owed by a schedule, up to `last`; of what has been made already (`held`) all that still holds.

    `held` gives the keys that have a task, each with the key of the session that the task is tied to. A task keeps its
    session: also one that was cancelled, which stays until a person decides. What recurs without end has occurrences
    for ever, so one call answers for one window; a later window adds, and never changes what an earlier one gave.
    """
    rule = recurrence(schedule.recurrence)
    if rule is None:
        return [_once(schedule, calendar)]
    since = schedule.since or plans.today(schedule.instruction.created_at)
    found = _Recurring(schedule, calendar, rule, since, until(schedule.until, calendar), last, held)
    if rule.every == "SESSION" and schedule.body_id:
        return list(found.each_session())
    if rule.every in {"SESSION", "YEARLY"}:
        return list(found.by_years())
    return list(found.by_months() if rule.every == "MONTHLY" else found.by_weeks())


def _once(schedule: Schedule, calendar: plans.Calendar) -> Occurrence:
    if schedule.session_id:
        session = calendar.sessions[schedule.session_id]
        return Occurrence(session.code, session, session.starts, session.precision)
    if schedule.due_on:
        length = {Precision.DAY: 10, Precision.MONTH: 7, Precision.YEAR: 4}[Precision(schedule.precision)]
        return Occurrence(schedule.due_on.isoformat()[:length], None, schedule.due_on, schedule.precision)
    return Occurrence("")


@dataclass(frozen=True, slots=True)
class _Recurring:
    schedule: Schedule
    calendar: plans.Calendar
    rule: Recurrence
    since: date
    until: date | None
    last: date
    held: Mapping[str, int | None]

    def by_years(self) -> Iterator[Occurrence]:
        """One a year, or every so many years: at the body's session of that year, or on a day of it."""
        origin = self.schedule.due_on
        first = origin.year if origin else self.since.year
        for year in self._years():
            if year < first or (year - first) % self.rule.interval:
                continue
            key = str(year)
            if self.schedule.body_id:
                yield from self._at_session_of(year, key)
            elif origin:
                due = day_in(year, origin.month, origin.day)
                yield from self._on(key, due, due, self.schedule.precision)
            else:
                yield from self._on(key, date(year, 1, 1), date(year, 12, 31), Precision.YEAR)

    def _at_session_of(self, year: int, key: str) -> Iterator[Occurrence]:
        """The occurrence of a year at a body's session: the one its task is tied to, else the first that is on."""
        for tied, session in self._tied(year):
            if tied == key or key not in self.held:  # another rule may have made it, under another key
                yield self._of(tied, session)
                return
        of_year = self.calendar.of(self.schedule.body_id, year)
        meets = next((one for one in of_year if one.state != CANCELLED and self._counts(one, key)), None)
        if meets:
            yield self._of(key, meets)
        elif key in self.held or (not of_year and self.since <= date(year, 1, 1) <= self.last):
            # no session is known: the task waits for one, bounded by its year
            yield Occurrence(key, None, date(year, 1, 1), Precision.YEAR, awaits=self.schedule.body)

    def each_session(self) -> Iterator[Occurrence]:
        """Each session of the body as it is announced, or every second one by its number (by its year without)."""
        sessions = self.calendar.of(self.schedule.body_id)
        first = next((one for one in sessions if one.state != CANCELLED and one.ends >= self.since), None)
        if self.schedule.session_id:  # what recurs and names a session recurs from it
            first = self.calendar.sessions[self.schedule.session_id]
        tied = {session.pk: key for key, session in self._tied()}
        for session in sessions:
            key = tied.get(session.pk, session.code)
            if key in self.held or (session.state != CANCELLED and self._counts(session, key)):
                if self.until and session.year > self.until.year:
                    continue
                if first is None or _apart(first, session) % self.rule.interval == 0:
                    yield self._of(key, session)

    def _tied(self, year: int | None = None) -> list[tuple[str, Session]]:
        """The keys whose tasks are tied to sessions of the body (of a year), in the order in which these open."""
        keys = {session: key for key, session in self.held.items() if session is not None}
        of_body = self.calendar.of(self.schedule.body_id, year)
        return [(keys[session.pk], session) for session in of_body if session.pk in keys]

    def _counts(self, session: Session, key: str) -> bool:
        """Whether a session lies in the window: not over when the schedule began, opening by its end.

        A session that is put off over the new year is still the session of its year. Of a year that had begun, one that
        is known by its year only does not count until its dates are known: it may be over. What is made already stays.
        """
        if key in self.held:
            return True
        opens = min(session.starts, date(session.year, 12, 31))
        over = session.starts if session.precision == Precision.YEAR else session.ends
        return over >= self.since and opens <= self.last and (self.until is None or opens <= self.until)

    def _of(self, key: str, session: Session) -> Occurrence:
        return Occurrence(key, session, session.starts, session.precision)

    def by_months(self) -> Iterator[Occurrence]:
        """Every so many months: on a day of the month, else by its last; quarters and halves are those of the year."""
        origin, step = self.schedule.due_on, self.rule.interval
        start = _number(origin or self.since)
        if origin is None and 12 % step == 0:
            start = -(-(start + 1) // step) * step - 1  # the month in which the running quarter ends
        for number in range(start, _number(self._end()) + step, step):
            year, month = _month(number)
            due = day_in(year, month, origin.day if origin else 31)
            first = due if origin else date(*_month(number - step + 1), 1)
            yield from self._on(f"{year}-{month:02d}", first, due, Precision.DAY if origin else Precision.MONTH)

    def by_weeks(self) -> Iterator[Occurrence]:
        """Every so many ISO weeks: on the weekday of the first date, else by the Sunday."""
        origin = self.schedule.due_on
        monday = (origin or self.since) - timedelta(days=(origin or self.since).weekday())
        weekday = origin.weekday() if origin else 6
        while monday <= self._end():
            week = monday.isocalendar()
            due = monday + timedelta(days=weekday)
            yield from self._on(f"{week.year}-W{week.week:02d}", due if origin else monday, due, Precision.DAY)
            monday += timedelta(weeks=self.rule.interval)

    def _on(self, key: str, first: date, due: date, precision: str) -> Iterator[Occurrence]:
        """The occurrence that is due on a day; `first` is the first day of what it is for."""
        if self.until and first > self.until:
            return
        if key in self.held or (due >= self.since and first <= self.last):
            yield Occurrence(key, None, min(due, self.until) if self.until else due, precision)

    def _years(self) -> range:
        last = max(self.last.year, self._end().year)
        return range(self.since.year, min(last, self.until.year if self.until else last) + 1)

    def _end(self) -> date:
        """The end of the window, or of what a longer one has made before."""
        return max([self.last, *(end for key in self.held if (end := _end_of_key(key)))])


def _apart(first: Session, session: Session) -> int:
    if first.number and session.number:
        return session.number - first.number
    return session.year - first.year


def _end_of_key(key: str) -> date | None:
    """The last day of what a key of years, months or weeks is for: "2027" → 31 December 2027."""
    if week := re.fullmatch(r"(\d{4})-W(\d\d)", key):
        return date.fromisocalendar(int(week[1]), int(week[2]), 7)
    if month := re.fullmatch(r"(\d{4})(?:-(\d\d))?", key):
        return day_in(int(month[1]), int(month[2] or 12), 31)
    return None


def _number(day: date) -> int:
    """The number of a day's month, counted from year 0."""
    return day.year * 12 + day.month - 1


def _month(number: int) -> tuple[int, int]:
    """Year and month (1 to 12) of such a number."""
    return number // 12, number % 12 + 1


def day_in(year: int, month: int, day: int) -> date:
    """That day of a month, or the month's last where it is shorter: 29 February is the 28th in a common year."""
    return date(year, month, min(day, months.monthrange(year, month)[1]))


def until(said: str, calendar: plans.Calendar) -> date | None:
    """The last day of a recurrence, included: of a session's code its last day, of "2026" or "2026-06" the last day.

    Of a session that we don't hold, the end of the year that its code means ("PP-30" → 2030, "UNGA-85" → 2030).
    None where nothing is said, or nothing that means a day.
    """
    if not said:
        return None
    if session := calendar.by_code(said):
        return session.ends
    if parts := re.fullmatch(r"(\d{4})(?:-(\d\d))?(?:-(\d\d))?", said):
        try:
            return day_in(int(parts[1]), int(parts[2] or 12), int(parts[3] or 31))
        except (ValueError, IndexError):  # month 13
            return None
    year = year_of(said)
    return date(year, 12, 31) if year else None


def year_of(code: str) -> int | None:
    """The year of a session that we do not hold, by the series of its code: "C29" → 2029, "CSTD-33" → 2030."""
    if parts := re.fullmatch(r"(.+?)-?(\d{1,4})", code):
        series, number = parts[1], int(parts[2])
        if number > 1900:
            return number
        if any(body["id"] == series and body.get("years") == "yy" for body in compiled.series()["by_year"]):
            return 2000 + number
        return series_of.session_year(series, number)
    return None
