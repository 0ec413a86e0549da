"""Back-planning: the dates that really matter, counted back from a session with its body's lead times.

Functions over values: nothing here writes, and the moment is handed in. A deadline is a date, and its day begins and
ends at the seat (`settings.SEAT_TIME_ZONE`, see `docs/decisions`): `today` says which day that is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings

from mandates.models import Body, LeadTime, Session, Task

from . import facts

# A session that passes its papers on to another one meets at most this long before it.
LONGEST_ROUTE = timedelta(days=366)
# Days that can be planned, from the first conference of the ITU on: a slip ("0027") is told before anything moves.
FIRST_DAY, LAST_DAY = date(1865, 1, 1), date(2199, 12, 31)


def today(now: datetime) -> date:
    """The day at the seat. `now` is a moment with its time zone, whichever that is."""
    return at_the_seat(now).date()


def at_the_seat(moment: datetime) -> datetime:
    """The same moment on the clocks of the seat: pages and sentences tell all times so."""
    return moment.astimezone(ZoneInfo(settings.SEAT_TIME_ZONE))


def begins(day: date) -> datetime:
    """The first moment of a day at the seat."""
    return datetime.combine(day, time.min, ZoneInfo(settings.SEAT_TIME_ZONE))


def is_overdue(task: Task, now: datetime) -> bool:
    """Whether a task is overdue at a moment: the one rule, for pages, letters and exports alike.

    As a query it is `Task.objects.overdue(plans.today(now))`.
    """
    return task.is_overdue(today(now))


# ── The plan of a session ────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Step:
    """A step on the way to a session. `first` is None where nothing says when it begins."""

    step: str  # LeadTime.Step
    first: date | None
    last: date

    @property
    def name(self) -> str:
        return str(LeadTime.Step(self.step).label)

    def is_on(self, day: date) -> bool:
        return day <= self.last and (self.first is None or self.first <= day)


@dataclass(frozen=True, slots=True)
class Plan:
    """What must be done by when so that papers are ready for a session.

    `document_deadline` is the announced one (`is_announced`), else counted back; None where the body has no lead time
    for it. Where the session's days are not known (`is_vague`), all is counted from the first day on which it could
    open, so that these are the earliest dates, and `latest_deadline` is the deadline if it opens on the last.
    """

    session: Session
    document_deadline: date | None
    latest_deadline: date | None
    is_announced: bool
    is_vague: bool
    steps: tuple[Step, ...] = field(default=())

    def step_on(self, day: date) -> Step | None:
        """The step that is under way on a day: the first whose last day has not passed."""
        return next((step for step in self.steps if step.is_on(day)), None)


def plan(session: Session, lead_times: Iterable[LeadTime] | None = None) -> Plan:
    """The plan of a session. Without `lead_times` those of its body are fetched, by one query."""
    kept = {row.step: row for row in (session.body.lead_times.all() if lead_times is None else lead_times)}
    deadline = document_deadline(session, kept)
    latest = document_deadline(session, kept, latest=True)
    counted_from = deadline or session.starts
    steps: list[Step] = []
    for row in sorted(kept.values(), key=lambda row: -row.days):
        if row.step == LeadTime.Step.DOCUMENT:
            continue
        last = counted_from - timedelta(days=row.days)
        steps.append(Step(row.step, _first(last, row, steps), last))
    if deadline:
        document = kept.get(LeadTime.Step.DOCUMENT)
        steps.append(Step(LeadTime.Step.DOCUMENT, _first(deadline, document, steps), deadline))
    return Plan(
        session=session,
        document_deadline=deadline,
        latest_deadline=latest,
        is_announced=session.document_deadline is not None,
        is_vague=session.is_vague and session.document_deadline is None,
        steps=tuple(steps),
    )


def _first(last: date, row: LeadTime | None, before: list[Step]) -> date | None:
    if row is not None and row.lasts:
        return last - timedelta(days=row.lasts - 1)
    if before:
        return min(before[-1].last + timedelta(days=1), last)
    return None


def document_deadline(session: Session, lead_times: Mapping[str, LeadTime], *, latest: bool = False) -> date | None:
    """The day by which papers must be in: announced, else counted back from the day the session opens.

    Of a session whose days are not known that is the first day it could open, or with `latest` the last one.
    """
    if session.document_deadline:
        return session.document_deadline
    row = lead_times.get(LeadTime.Step.DOCUMENT)
    if row is None:
        return None
    opens = session.ends if latest and session.is_vague else session.starts
    return opens - timedelta(days=row.days)


# ── The calendar: sessions and lead times, asked for once ────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Calendar:
    """The sessions of all bodies, their lead times and the names of bodies: what dates of tasks are worked out from."""

    sessions: dict[int, Session]
    lead_times: dict[int, dict[str, LeadTime]]  # body → step → lead time
    names: dict[str, Body]

    @classmethod
    def load(cls) -> Calendar:
        """All that we hold, by three queries."""
        lead_times: dict[int, dict[str, LeadTime]] = {}
        for row in LeadTime.objects.all():
            lead_times.setdefault(row.body_id, {})[row.step] = row
        return cls({row.pk: row for row in Session.objects.all()}, lead_times, facts.body_names())

    def with_session(self, session: Session) -> Calendar:
        """The calendar as it would be with this session in it."""
        return replace(self, sessions={**self.sessions, session.pk: session})

    def of(self, body_id: int | None, year: int | None = None) -> list[Session]:
        """A body's sessions, cancelled ones too, in the order in which they open; `year`: only those of that year."""
        kept = (row for row in self.sessions.values() if row.body_id == body_id and (year is None or row.year == year))
        return sorted(kept, key=lambda row: (row.starts, row.pk))

    def by_code(self, code: str) -> Session | None:
        return next((row for row in self.sessions.values() if row.code == code), None)

    def body(self, name: str) -> Body | None:
        return self.names.get(name.casefold().removeprefix("the "))


def first_stop(calendar: Calendar, via: Iterable[str], goes_to: Session, held: Session | None = None) -> Session | None:
    """The first session that a paper passes on its way to `goes_to`: "through CSTD to ECOSOC".

    It is the last session of the first body on the route that opens before `goes_to` does, not more than a year
    earlier; where days are not known, the latest day on which `goes_to` could open counts. On the way to what is known
    by its year only, it is a session of that year: the report of 2028 does not go to CSTD in 2027. A stop that was
    cancelled (`held`) stays until a person decides. None where there is no such session, or no route.
    """
    body = next((one for name in via if (one := calendar.body(name)) and one.pk != goes_to.body_id), None)
    if body is None:
        return None
    if held is not None and held.body_id == body.pk and held.state == Session.State.CANCELLED:
        return held
    before = goes_to.ends if goes_to.is_vague else goes_to.starts
    stops = [
        row
        for row in calendar.of(body.pk)
        if goes_to.starts - LONGEST_ROUTE <= row.starts < before
        and row.state != Session.State.CANCELLED
        and (goes_to.precision != Session.Precision.YEAR or row.starts.year == goes_to.starts.year)
    ]
    return stops[-1] if stops else None


def matters(calendar: Calendar, stop: Session) -> tuple[date, date | None]:
    """When a paper for a session really matters: its document deadline, else the day it opens.

    The earliest that it can be, and the latest where that is another day because the session's days are not known.
    """
    lead_times = calendar.lead_times.get(stop.body_id, {})
    earliest = document_deadline(stop, lead_times) or stop.starts
    latest = document_deadline(stop, lead_times, latest=True) or (stop.ends if stop.is_vague else stop.starts)
    return earliest, latest if latest != earliest else None
