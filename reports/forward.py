"""The forward schedule: the next six years by body and session, what each receives and through whom, and by when.

The picture of a body shows its sessions and the days counted back from them; the table beside it says the same.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.core.paginator import Page, Paginator
from django.db.models import Count, F, Q, QuerySet, Window
from django.db.models.functions import ExtractYear, RowNumber
from django.http import QueryDict
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from mandates.actions import occurrences, plans
from mandates.models import Body, Instruction, LeadTime, Schedule, Session, Task
from mandates.models.addresses import session_name

from .forward_chart import Chart, chart_of
from .schedules import last_day_of, sessions_named

YEARS = 6
NAMED = 3  # tasks of a session that are named; the number leads to all
ON_A_PAGE = 50


@dataclass(frozen=True, slots=True)
class StepOn:
    """A step counted back from a session: its name and its last day."""

    name: str
    day: str


@dataclass(frozen=True, slots=True)
class Received:
    """A task that a session receives; `route` says through whom it comes, or where it goes on to."""

    title: str
    url: str
    lead: str
    route: str


@dataclass(frozen=True, slots=True)
class SessionAhead:
    """A session with what it receives. `count` tasks are open that are due at it or pass through it: `url` lists them.

    `onward` of them go on to another session.
    """

    number: int
    session: Session
    name: str
    deadline: str
    deadline_note: str
    vague: bool
    steps: tuple[StepOn, ...]
    count: int
    onward: int
    url: str
    received: tuple[Received, ...]

    @property
    def more(self) -> int:
        return self.count - len(self.received)


@dataclass(frozen=True, slots=True)
class Awaited:
    """A year in which a body receives something at a session that is not announced yet."""

    year: int
    count: int
    url: str


@dataclass(frozen=True)
class BodyAhead:
    """A body with its sessions. `recurring` instructions come back at the last of them (`recurring_url`)."""

    body: Body
    sessions: tuple[SessionAhead, ...]
    awaited: tuple[Awaited, ...]
    recurring: int
    recurring_url: str
    recurring_at: str
    chart: Chart | None

    @property
    def receives(self) -> bool:
        return bool(self.awaited or self.recurring or any(session.count for session in self.sessions))


@dataclass(frozen=True)
class AwaitedPage:
    """The tasks of one year that wait for a session of a body to be announced."""

    body: Body
    year: int
    rows: tuple[Task, ...]
    page: Page
    query: str

    @property
    def total(self) -> int:
        return self.page.paginator.count


@dataclass(frozen=True)
class OutlookPage:
    """The next six years. A fixed number of queries, however many sessions and tasks there are."""

    first: date
    last: date
    made_until: date  # so far tasks are made ahead
    bodies: tuple[BodyAhead, ...]
    others: tuple[SessionAhead, ...]  # of bodies that receive nothing
    sessions: int
    tasks: int  # open tasks that are tied to one of the sessions, each once
    alone: AwaitedPage | None = None

    @classmethod
    def of(cls, query: QueryDict, now: datetime) -> OutlookPage:
        today = plans.today(now)
        last = occurrences.day_in(today.year + YEARS, today.month, today.day)
        held = list(_ahead(today, last))
        keys = {session.pk for session in held}
        tied, tasks = _tied(keys)
        named = _named(keys)
        waits = _awaited(today, last)
        recurring = _recurring(held)
        by_body: dict[int, list[Session]] = defaultdict(list)
        for session in held:
            by_body[session.body_id].append(session)
        bodies = {session.body_id: session.body for session in held}
        bodies |= {body.pk: body for body in Body.objects.filter(pk__in=waits.keys() - bodies.keys())}
        order = sorted(bodies.values(), key=lambda one: (_first_day(by_body[one.pk], waits.get(one.pk)), one.code))
        found = [
            _body(body, by_body[body.pk], tied, named, waits.get(body.pk, {}), recurring, (today, last))
            for body in order
        ]
        return cls(
            first=today,
            last=last,
            made_until=occurrences.day_in(today.year + settings.TASKS_AHEAD, today.month, today.day),
            bodies=tuple(one for one in found if one.receives),
            others=tuple(
                sorted(
                    (session for one in found if not one.receives for session in one.sessions),
                    key=lambda one: (one.session.starts, one.name),
                )
            ),
            sessions=len(held),
            tasks=tasks,
            alone=_alone(query, waits, today, last),
        )


def _ahead(today: date, last: date) -> QuerySet[Session]:
    """The sessions to come; a cancelled one only while open tasks are tied to it."""
    tied = Task.objects.open()
    needed = Q(pk__in=tied.exclude(session=None).values("session"))
    needed |= Q(pk__in=tied.exclude(first_stop=None).values("first_stop"))
    rows = Session.objects.filter(~Q(state=Session.State.CANCELLED) | needed, ends__gte=today, starts__lte=last)
    return rows.select_related("body").prefetch_related("body__lead_times").order_by("starts", "code")


def _first_day(sessions: list[Session], waits: Mapping[int, int] | None) -> date:
    days = [session.starts for session in sessions] + [date(year, 12, 31) for year in waits or ()]
    return min(days)


# ── What is asked of the database ────────────────────────────────────────────────────────────────────────────────


def _tied(keys: set[int]) -> tuple[dict[int, tuple[int, int]], int]:
    """For each session how many open tasks are tied to it and how many of them go on; and how many there are in all."""
    at = Q(session__in=keys) | Q(first_stop__in=keys)
    rows = Task.objects.open().filter(at).order_by().values_list("session", "first_stop").annotate(n=Count("pk"))
    counts: dict[int, int] = defaultdict(int)
    onward: dict[int, int] = defaultdict(int)
    total = 0
    for session, stop, count in rows:
        total += count
        for key in {session, stop} & keys:
            counts[key] += count
        if stop in keys and stop != session:
            onward[stop] += count
    return {key: (counts[key], onward[key]) for key in counts}, total


def _named(keys: set[int]) -> dict[int, list[Received]]:
    """The first tasks of each session, by the day that matters. Two queries."""
    found: dict[int, list[Received]] = defaultdict(list)
    due = _first_of("session", Task.objects.open().filter(session__in=keys))
    through = _first_of("first_stop", Task.objects.open().filter(first_stop__in=keys).exclude(session=F("first_stop")))
    for task in due:
        stop = task.first_stop
        route = _("through %(session)s") % {"session": session_name(stop)} if stop and stop != task.session else ""
        found[task.session_id or 0].append(_received(task, route))
    for task in through:
        found[task.first_stop_id or 0].append(_received(task, _("on to %(session)s") % {"session": _onward(task)}))
    return {key: rows[:NAMED] for key, rows in found.items()}


def _first_of(column: str, rows: QuerySet[Task]) -> QuerySet[Task]:
    place = Window(
        RowNumber(), partition_by=[F(column)], order_by=[F("matters_on").asc(nulls_last=True), F("pk").asc()]
    )
    ranked = rows.annotate(place=place).filter(place__lte=NAMED)
    return ranked.select_related("instruction", "lead", "session__body", "first_stop__body", "schedule__body").order_by(
        "place"
    )


def _onward(task: Task) -> str:
    """The session to which a task goes on; where it is not announced, its body and year."""
    if task.session:
        return session_name(task.session)
    body = task.schedule.body if task.schedule else None
    return f"{body.short_name or body.code} {task.occurrence}" if body else task.occurrence


def _received(task: Task, route: str) -> Received:
    lead = task.lead.abbr if task.lead else _("no lead unit")
    return Received(task.instruction.title, task.get_absolute_url(), lead, route)


def _waiting(today: date, last: date) -> QuerySet[Task]:
    """Open tasks that are owed at a session of their body which is not announced yet."""
    return Task.objects.open().filter(
        session=None, schedule__body__isnull=False, due_on__gte=date(today.year, 1, 1), due_on__lte=last
    )


def _awaited(today: date, last: date) -> dict[int, dict[int, int]]:
    """For each body how many tasks wait in which year."""
    found: dict[int, dict[int, int]] = defaultdict(dict)
    rows = _waiting(today, last).annotate(year=ExtractYear("due_on")).order_by()
    for body, year, count in rows.values_list("schedule__body", "year").annotate(n=Count("pk")):
        found[body][year] = count
    return dict(found)


def _recurring(held: Iterable[Session]) -> dict[int, int]:
    """How many instructions come back at the last of each body's sessions, as on its page. Two queries."""
    latest = {session.body_id: session for session in held}
    rows = list(
        Schedule.objects.filter(body__in=latest, instruction__state=Instruction.State.OPEN)
        .order_by()
        .values_list("instruction", "body", "session", "session__starts", "recurrence", "until")
    )
    ends = sessions_named(until for *_rest, until in rows)
    due = {(session, instruction) for instruction, _body, session, *_rest in rows if session}
    found: dict[int, set[int]] = defaultdict(set)
    for instruction, body, _session, starts, recurrence, until in rows:
        session = latest[body]
        begun = starts is None or starts <= session.starts
        end = last_day_of(until, ends)
        comes = recurrence and begun and (end is None or end >= session.starts)
        if comes and (session.pk, instruction) not in due:
            found[session.pk].add(instruction)
    return {key: len(instructions) for key, instructions in found.items()}


# ── A body ───────────────────────────────────────────────────────────────────────────────────────────────────────


def _body(
    body: Body,
    held: list[Session],
    tied: Mapping[int, tuple[int, int]],
    named: Mapping[int, list[Received]],
    waits: Mapping[int, int],
    recurring: Mapping[int, int],
    window: tuple[date, date],
) -> BodyAhead:
    lead_times: list[LeadTime] = list(held[0].body.lead_times.all()) if held else []
    planned = [plans.plan(session, lead_times) for session in held]
    sessions = tuple(
        _session(number, plan, tied.get(plan.session.pk, (0, 0)), named.get(plan.session.pk, []))
        for number, plan in enumerate(planned, start=1)
    )
    latest = held[-1] if held else None
    return BodyAhead(
        body=body,
        sessions=sessions,
        awaited=tuple(Awaited(year, count, f"?body={body.pk}&year={year}") for year, count in sorted(waits.items())),
        recurring=recurring.get(latest.pk, 0) if latest else 0,
        recurring_url=f"{reverse('session', args=[latest.code])}#recurring" if latest else "",
        recurring_at=session_name(latest) if latest else "",
        chart=chart_of(planned, *window) if planned else None,
    )


def _session(number: int, plan: plans.Plan, counts: tuple[int, int], received: list[Received]) -> SessionAhead:
    session, deadline = plan.session, plan.document_deadline
    notes = [
        _("announced") if plan.is_announced else _("counted back"),
        _("at the earliest") if plan.is_vague else "",
    ]
    count, onward = counts
    return SessionAhead(
        number=number,
        session=session,
        name=session_name(session),
        deadline=date_format(deadline, "j M Y") if deadline else "",
        deadline_note=", ".join(filter(None, notes)) if deadline else "",
        vague=plan.is_vague,
        steps=tuple(
            StepOn(step.name, date_format(step.last, "j M Y"))
            for step in plan.steps
            if step.step != LeadTime.Step.DOCUMENT
        ),
        count=count,
        onward=onward,
        url=f"{reverse('tasks')}?session={quote(session.code)}",
        received=tuple(received),
    )


# ── The tasks of one year that wait for a session ────────────────────────────────────────────────────────────────


def _alone(query: QueryDict, waits: Mapping[int, Any], today: date, last: date) -> AwaitedPage | None:
    """The rows behind one number, where the address asks for them."""
    body, year = query.get("body", ""), query.get("year", "")
    if not (re.fullmatch(r"[0-9]{1,9}", body) and re.fullmatch(r"[0-9]{4}", year) and int(body) in waits):
        return None
    rows = _waiting(today, last).filter(schedule__body=int(body), due_on__year=int(year))
    rows = rows.select_related("instruction", "lead").order_by("instruction__title", "pk")
    page = Paginator(rows, ON_A_PAGE).get_page(query.get("page"))
    return AwaitedPage(
        Body.objects.get(pk=int(body)), int(year), tuple(page.object_list), page, f"body={body}&year={year}"
    )
