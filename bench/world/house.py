"""Who and when in a made-up world: units with their posts and people, bodies with ten years of sessions."""

from __future__ import annotations

import itertools
import json
import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from mandates.actions import plans
from mandates.actions.tasks import Dates
from mandates.models import ActionLine, Addressee, Body, Goal, Holding, LeadTime, Member, Post, Session, Unit

from . import words
from .sheets import Book

YEARS_BACK, YEARS_AHEAD = 6, 5
NO_LOG_IN = "!"  # a password that no password comes to
ANNOUNCED = timedelta(days=540)  # so long before it opens are a session's days known
# Series, first day and length of sessions that recur each year; those that the facts hold already stay as they are.
SERIES = {
    "CSTD": ("CSTD-{ordinal}", 1997, (4, 12), 4),
    "ECOSOC": ("ECOSOC-{year}", 0, (7, 8), 14),
    "ITU Council": ("C{yy}", 0, (6, 10), 9),
    "UNGA": ("UNGA-{ordinal}", 1945, (9, 9), 20),
    "CWG-WSIS&SDG": ("CWG-WSIS-{year}", 0, (2, 5), 2),
}
ROUTES = {"ECOSOC": ("CSTD",), "UNGA": ("ECOSOC",)}  # what goes to the one passes the other first


@dataclass(frozen=True)
class Size:
    """How large a world is."""

    resolutions: int
    paragraphs: int
    tasks: int
    members: int
    units: int  # besides those that the facts know
    bodies: int  # likewise


SIZES = {
    "tiny": Size(12, 300, 120, 30, 0, 0),
    "agency": Size(200, 5_000, 2_000, 200, 0, 0),
    "un": Size(40_000, 1_000_000, 300_000, 20_000, 700, 40),
}


@dataclass(frozen=True)
class Standing:
    """What is known of a session from a moment on; None is from the beginning."""

    since: datetime | None
    session: Session


@dataclass
class House:
    """What duties and tasks are made from."""

    at: datetime
    chance: random.Random
    secretariat: list[int] = field(default_factory=list)
    people: dict[int, list[int]] = field(default_factory=dict)  # unit → members
    units: list[Unit] = field(default_factory=list)  # those that lead work, the busiest first
    bodies: list[Body] = field(default_factory=list)
    by_name: dict[str, Body] = field(default_factory=dict)
    known: dict[int, list[Standing]] = field(default_factory=dict)  # session → what was known of it, when
    sessions: dict[int, list[Session]] = field(default_factory=dict)  # body → as they stand now, in their order
    lead_times: dict[int, dict[str, LeadTime]] = field(default_factory=dict)
    lines: list[ActionLine] = field(default_factory=list)
    goals: list[Goal] = field(default_factory=list)
    addressees: dict[tuple[str, str], int] = field(default_factory=dict)
    _weights: list[float] = field(default_factory=list)
    _dates: dict[tuple[int, tuple[str, ...]], list[tuple[datetime | None, Dates]]] = field(default_factory=dict)

    @property
    def today(self) -> date:
        return plans.today(self.at)

    def unit(self) -> Unit:
        """A unit that leads something: few have much, many have little."""
        if not self._weights:
            self._weights = list(itertools.accumulate(1 / (rank + 6) ** 0.8 for rank in range(len(self.units))))
        return self.chance.choices(self.units, cum_weights=self._weights)[0]

    def somebody(self, unit: int | None) -> int:
        """Somebody of a unit; of none, or of an empty one, of the secretariat."""
        return self.chance.choice(self.people.get(unit or 0) or self.secretariat)

    def dates(self, session: Session, via: tuple[str, ...] = ()) -> list[tuple[datetime | None, Dates]]:
        """The dates of work for a session, and since when they hold: they change as sessions are announced and move."""
        key = (session.pk, via)
        if key not in self._dates:
            on_the_way = [one for name in via for one in self.sessions.get(self.by_name[name].pk, ())]
            involved = [session, *on_the_way]
            moments = {known.since for one in involved for known in self.known[one.pk] if known.since}
            found: list[tuple[datetime | None, Dates]] = []
            for since in (None, *sorted(moments)):
                dates = self._dates_then(session, involved, via, since)
                if not found or found[-1][1] != dates:
                    found.append((since, dates))
            self._dates[key] = found
        return self._dates[key]

    def _dates_then(
        self, session: Session, involved: Sequence[Session], via: tuple[str, ...], since: datetime | None
    ) -> Dates:
        then = {one.pk: self._standing(one, since) for one in involved}
        calendar = plans.Calendar(then, self.lead_times, {name.casefold(): body for name, body in self.by_name.items()})
        goes_to = then[session.pk]
        stop = plans.first_stop(calendar, via, goes_to)
        matters_on, late_after = plans.matters(calendar, stop or goes_to)
        return Dates(
            session_id=session.pk,
            first_stop_id=stop.pk if stop else None,
            due_on=goes_to.starts,
            precision=goes_to.precision,
            matters_on=matters_on,
            late_after=late_after,
        )

    def _standing(self, session: Session, at: datetime | None) -> Session:
        known = self.known[session.pk]
        return [one for one in known if one.since is None or (at is not None and one.since <= at)][-1].session


def moment(day: date, chance: random.Random) -> datetime:
    """Some time of a working day."""
    return datetime.combine(day, time(7, 0), UTC) + timedelta(seconds=chance.randrange(36_000))


def build(book: Book, size: Size, at: datetime, chance: random.Random) -> House:
    """The house, with its units, people and sessions in their sheets. The facts are in the database already."""
    house = House(at, chance)
    house.lines = list(ActionLine.objects.order_by("position"))
    house.goals = list(Goal.objects.order_by("number"))
    _make_people(book, house, size)
    _make_bodies(book, house, size)
    book.flush()
    for number, name in itertools.product(range(2), sorted({name for _opener, name, _force in words.DUTIES})):
        of = ("ITU", "UN")[number]
        house.addressees[of, name] = book.sheet(Addressee).put(name=name, house=of)["id"]
    return house


# ── Units and people ─────────────────────────────────────────────────────────────────────────────────────────────


def _make_people(book: Book, house: House, size: Size) -> None:
    at, chance = house.at, house.chance
    units = list(Unit.objects.order_by("pk"))
    above = [unit for unit in units if not unit.outside and unit.abbr != "ITU"]
    sheet, trail = book.sheet(Unit), book.trail(Unit)
    for number in range(size.units):
        parent = chance.choice(above[-300:] or above)
        row = sheet.put(abbr=f"{parent.abbr.split('.')[0]}.{number + 1}", name=f"Section {number + 1}",
                        parent_id=parent.pk, kind="section")  # fmt: skip
        trail.note(row, "+", at - timedelta(days=365 * YEARS_BACK), None)
        unit = Unit(pk=row["id"], abbr=row["abbr"], name=row["name"], parent_id=parent.pk, kind="section")
        above.append(unit)
    house.units = above[:]
    chance.shuffle(house.units)
    _make_members(book, house, size)


def _make_members(book: Book, house: House, size: Size) -> None:
    at, chance = house.at, house.chance
    members, posts, holdings = book.sheet(Member), book.sheet(Post), book.sheet(Holding)
    joined = at - timedelta(days=365 * YEARS_BACK + 30)
    names = ["coordinator", "chair", "administrator"]
    roles = {"coordinator": "coordinator", "chair": "chair", "administrator": "administrator"}
    heads: dict[int, int] = {}
    for number in range(size.members):
        first, last = chance.choice(words.FIRST), chance.choice(words.LAST)
        name = names[number] if number < len(names) else f"{first}.{last}.{number}".lower()
        role = roles.get(name) or ("coordinator" if number % 400 == 7 else "member" if number % 5 < 2 else "viewer")
        row = members.put(
            username=name, password=NO_LOG_IN, first_name=first, last_name=last, email=f"{name}@example.org", role=role,
            date_joined=joined, is_active=True, is_staff=role == "administrator", is_superuser=role == "administrator",
        )  # fmt: skip
        if role in {"coordinator", "administrator"}:
            house.secretariat.append(row["id"])
        if role != "member":
            continue
        unit = house.units[number % len(house.units)] if number < 3 * len(house.units) else house.unit()
        leads = unit.pk not in heads
        title = "Head" if leads else f"Officer {number}"
        post = posts.put(unit_id=unit.pk, title=title, heads_unit=leads, deputy_id=heads.get(unit.pk))
        book.trail(Post).note(post, "+", joined, None)
        heads.setdefault(unit.pk, post["id"])
        since = (at - timedelta(days=chance.randrange(30, 365 * YEARS_BACK))).date()
        if chance.random() < 0.3:  # somebody held it before
            other = row["id"] - 1 - chance.randrange(number)
            before = holdings.put(post_id=post["id"], member_id=other, since=since - timedelta(days=700),
                                  until=since - timedelta(days=1))  # fmt: skip
            book.trail(Holding).note(before, "+", joined, None)
        held = holdings.put(post_id=post["id"], member_id=row["id"], since=since)
        book.trail(Holding).note(held, "+", moment(since, chance), None)
        house.people.setdefault(unit.pk, []).append(row["id"])


# ── Bodies and their sessions ────────────────────────────────────────────────────────────────────────────────────


def _make_bodies(book: Book, house: House, size: Size) -> None:
    for lead_time in LeadTime.objects.all():
        house.lead_times.setdefault(lead_time.body_id, {})[lead_time.step] = lead_time
    held = {body.code: body for body in Body.objects.all()}
    house.bodies = [held[code] for code in SERIES]
    for number in range(size.bodies):
        house.bodies.append(_make_body(book, house, number))
    house.by_name = {body.code: body for body in house.bodies}
    kept: dict[int, list[Session]] = {}
    for session in Session.objects.all():
        kept.setdefault(session.body_id, []).append(session)
        house.known[session.pk] = [Standing(None, session)]
    for body in house.bodies:
        there = kept.get(body.pk, [])
        years = {session.year for session in there}
        first = house.today.year - YEARS_BACK
        made = [_make_session(book, house, body, year) for year in range(first, first + 12) if year not in years]
        house.sessions[body.pk] = sorted([*there, *made], key=lambda one: (one.starts, one.pk))


def _make_body(book: Book, house: House, number: int) -> Body:
    code = f"COM{number + 1}"
    row = book.sheet(Body).put(
        code=code, name=f"Commission on {words.THINGS[number % len(words.THINGS)]} {number + 1}", short_name=code,
        house="UN", governs=number % 3 != 0,
    )  # fmt: skip
    book.trail(Body).note(row, "+", house.at - timedelta(days=3000), None)
    body = Body(pk=row["id"], code=code, name=row["name"], short_name=code, house="UN", governs=row["governs"])
    for step, days in (("inputs", 42), ("draft", 28), ("clearance", 14), ("document", 56)):
        lead = book.sheet(LeadTime).put(body_id=body.pk, step=step, days=days)
        house.lead_times.setdefault(body.pk, {})[step] = LeadTime(pk=lead["id"], body=body, step=step, days=days)
    return body


def _make_session(book: Book, house: House, body: Body, year: int) -> Session:
    """A session as it stands now, and what was known of it before: first its year, then its days, then other days."""
    chance = house.chance
    month = 1 + (body.pk * 5) % 11
    series, base, opens, days = SERIES.get(body.code, (f"{body.code}-{{year}}", 0, (month, 8), 7))
    starts = date(year, *opens) + timedelta(days=chance.randrange(6))
    code = series.format(ordinal=year - base, year=year, yy=f"{year % 100:02d}")
    session = Session(
        pk=book.sheet(Session).key(), code=code, body=body, name=code, year=year, starts=date(year, 1, 1),
        ends=date(year, 12, 31), precision="year", state="tentative", place="Geneva",
        number=year - base if base else None,
    )  # fmt: skip
    known = [Standing(None, session)]
    announced = moment(starts - ANNOUNCED, chance)
    if announced < house.at:
        first = starts + timedelta(weeks=chance.choice((-3, -1, 2, 4))) if chance.random() < 0.2 else starts
        known.append(Standing(announced, _changed(session, first, days)))
        moved = announced + timedelta(days=chance.randrange(60, 400))
        if first != starts and moved < house.at:
            known.append(Standing(moved, _changed(session, starts, days)))
        over = datetime.combine(known[-1].session.ends, time(18), UTC)
        if over < house.at:
            held = _changed(session, known[-1].session.starts, days)
            held.state = Session.State.HELD
            known.append(Standing(over, held))
    house.known[session.pk] = known
    _write_session(book, house, known)
    return known[-1].session


def _changed(session: Session, starts: date, days: int) -> Session:
    values: dict[str, Any] = {f.attname: getattr(session, f.attname) for f in Session._meta.concrete_fields}
    values |= {"starts": starts, "ends": starts + timedelta(days=days), "precision": "day", "state": "confirmed"}
    return Session(**values)


def _write_session(book: Book, house: House, known: list[Standing]) -> None:
    trail, by = book.trail(Session), house.secretariat[0]
    row: dict[str, Any] = {}
    for revision, one in enumerate(known, start=1):
        row = {f.column: getattr(one.session, f.attname) for f in Session._meta.concrete_fields}
        row |= {"aliases": json.dumps(row["aliases"]), "revision": revision}
        since = one.since or house.at - timedelta(days=365 * (YEARS_BACK + 1))
        trail.note(row, "~" if one.since else "+", since, by if one.since else None)
    book.sheet(Session).rows.append(tuple(row.values()))
