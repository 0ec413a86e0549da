"""The instructions of a made-up world: their tags, schedules and lead units, each with its history, and their tasks."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings

from mandates.actions.tasks import Dates
from mandates.models import (
    Addressing,
    Assignment,
    Body,
    GoalTag,
    Instruction,
    LineTag,
    Place,
    Schedule,
    Session,
    Task,
)

from .house import ROUTES, House, moment
from .lives import Life, Work
from .sheets import Book
from .texts import Clause, Text

KINDS = ("each session", "a session", "a date", "no date")
KIND_WEIGHTS = (33, 32, 20, 15)


@dataclass(frozen=True)
class Owed:
    """One occurrence of a duty: its dates as they were known over time."""

    occurrence: str
    dates: list[tuple[datetime | None, Dates]]
    made: datetime
    session: Session | None = None


def lay(book: Book, house: House, text: Text, clause: Clause) -> int:
    """An instruction where a clause stands, with all that hangs on it; how many tasks it has."""
    chance = house.chance
    by = chance.choice(house.secretariat)
    made = text.adopted + timedelta(days=chance.randrange(1, 30), seconds=chance.randrange(3600))
    row = _instruction(book, house, text, clause, made, by)
    ended = None
    if chance.random() < 0.03 and (age := (house.at - made).days) > 60:
        ended = made + timedelta(days=chance.randrange(30, age))
        row |= {"state": "closed", "revision": row["revision"] + 1}
        book.trail(Instruction).note(row, "~", ended, by, "dropped by the newer text")
    book.sheet(Instruction).rows.append(tuple(row.values()))
    for paragraph in clause.paragraphs:
        book.sheet(Place).put(instruction_id=row["id"], paragraph_id=paragraph)
    house_of = "ITU" if text.body.house == "ITU" else "UN"
    addressing = book.sheet(Addressing).put(
        instruction_id=row["id"], addressee_id=house.addressees[house_of, clause.addressee]
    )
    book.trail(Addressing).note(addressing, "+", made, by)
    _tag(book, house, row["id"], made, by)
    leads = _leads(book, house, row["id"], made, by)
    kind = chance.choices(KINDS, weights=KIND_WEIGHTS)[0]
    schedule, owed, governs = _schedule(book, house, row["id"], text.body, kind, made, by)
    count = 0
    for one in owed:
        if ended is not None and one.made > ended:
            continue
        work = Work(
            instruction=row["id"], schedule=schedule, occurrence=one.occurrence, dates=one.dates, made=one.made,
            session=one.session, leads=leads, ended=ended, approved=governs, by=by,
        )  # fmt: skip
        Life(book, house, work).live()
        count += 1
    if kind == "a date" and chance.random() < 0.05:
        _forgotten(book, house, row["id"], schedule, made, by)
    return count


def _instruction(book: Book, house: House, text: Text, clause: Clause, made: datetime, by: int) -> dict[str, Any]:
    sheet, trail = book.sheet(Instruction), book.trail(Instruction)
    title = clause.text[3:].rstrip(";")
    row = {
        **sheet.empty, "id": sheet.key(), "resolution_id": text.resolution, "title": title[:1].upper() + title[1:160],
        "verb": title.partition(" ")[0], "force": clause.force, "action": title, "created_by_id": by,
        "created_at": made, "deliverable": "report" if "report" in title else "",
    }  # fmt: skip
    trail.note(row, "+", made, by)
    if house.chance.random() < 0.1 and (house.at - made).days > 20:
        row |= {"title": f"{row['title']} (as edited)"[:300], "revision": 2}
        trail.note(row, "~", made + timedelta(days=house.chance.randrange(1, 20)), by)
    return row


def _tag(book: Book, house: House, instruction: int, made: datetime, by: int) -> None:
    """One to three action lines, some of them changed later; up to two goals."""
    chance = house.chance
    wanted = chance.choices((0, 1, 2, 3), weights=(10, 55, 25, 10))[0]
    lines: list[int] = []
    while len(lines) < wanted:
        line = house.lines[int(len(house.lines) * chance.random() ** 1.6)].pk
        if line not in lines:
            lines.append(line)
    sheet, trail = book.sheet(LineTag), book.trail(LineTag)
    age = (house.at - made).days
    for line in lines:
        tag = {"id": sheet.key(), "instruction_id": instruction, "action_line_id": line}
        trail.note(tag, "+", made + timedelta(minutes=1), by)
        if chance.random() < 0.04 and age > 40:
            changed = made + timedelta(days=chance.randrange(20, age))
            trail.note(tag, "-", changed, by)
            other = next(one.pk for one in house.lines if one.pk not in lines)
            lines.append(other)
            tag = {"id": sheet.key(), "instruction_id": instruction, "action_line_id": other}
            trail.note(tag, "+", changed, by)
            sheet.rows.append(tuple(tag.values()))
            break
        sheet.rows.append(tuple(tag.values()))
    for goal in {chance.choice(house.goals).pk for _ in range(chance.choice((0, 1, 1, 2)))}:
        goal_tag = book.sheet(GoalTag).put(instruction_id=instruction, goal_id=goal)
        book.trail(GoalTag).note(goal_tag, "+", made + timedelta(minutes=1), by)


def _leads(book: Book, house: House, instruction: int, made: datetime, by: int) -> list[tuple[datetime, int]]:
    """Which unit leads, from when on. Some have none; a few were given to another."""
    chance = house.chance
    if chance.random() < 0.07:
        return []
    given = made + timedelta(days=chance.randrange(0, 40), seconds=chance.randrange(60, 86_000))
    if given >= house.at:
        return []
    sheet, trail = book.sheet(Assignment), book.trail(Assignment)
    unit = house.unit().pk
    row = {**sheet.empty, "id": sheet.key(), "instruction_id": instruction, "unit_id": unit, "part": "lead",
           "why": "named as addressee", "confirmed_by_id": by, "confirmed_at": given}  # fmt: skip
    trail.note(row, "+", given, by)
    leads = [(given, unit)]
    other = house.unit().pk
    if chance.random() < 0.05 and other != unit and (house.at - given).days > 30:
        passed = given + timedelta(days=chance.randrange(10, (house.at - given).days))
        row |= {"unit_id": other, "confirmed_at": passed}
        trail.note(row, "~", passed, by)
        leads.append((passed, other))
    sheet.rows.append(tuple(row.values()))
    helper = house.unit().pk
    if chance.random() < 0.3 and helper != row["unit_id"]:
        helps = sheet.put(instruction_id=instruction, unit_id=helper, part="contributes", why="named as addressee",
                          confirmed_by_id=by, confirmed_at=given)  # fmt: skip
        trail.note(helps, "+", given, by)
    return leads


# ── When it is owed ──────────────────────────────────────────────────────────────────────────────────────────────


def _schedule(
    book: Book, house: House, instruction: int, body: Body, kind: str, made: datetime, by: int
) -> tuple[int | None, list[Owed], bool]:
    """The schedule's key, what is owed by it, and whether it goes to a governing body."""
    chance = house.chance
    if kind == "no date":
        return None, [Owed("", [(None, Dates())], made)], False
    values: dict[str, Any] = {}
    if kind == "a date":
        day = made.date() + timedelta(days=chance.randrange(60, 900))
        precision = chance.choices(("day", "month", "year"), weights=(7, 2, 1))[0]
        values = {"due_on": day, "precision": precision, "words": f"by {day:%B %Y}"}
        key = day.isoformat()[: {"day": 10, "month": 7, "year": 4}[precision]]
        dates = Dates(due_on=day, precision=precision, matters_on=day)
        owed, governs = [Owed(key, [(None, dates)], made)], False
    else:
        to = body if chance.random() < 0.6 else chance.choice(house.bodies)
        via = ROUTES.get(to.code, ()) if chance.random() < 0.5 else ()
        values = {"via": json.dumps(list(via)), "words": f"to {to.short_name}"}
        if kind == "each session":
            values |= {"body_id": to.pk, "recurrence": "FREQ=SESSION", "reports_to": json.dumps([to.code])}
            owed = [one for session in house.sessions[to.pk] if (one := _at(house, session, via, made))]
        else:
            later = [one for one in house.sessions[to.pk] if one.starts > made.date()]
            if not later:
                return None, [Owed("", [(None, Dates())], made)], False
            session = later[min(len(later) - 1, int(chance.expovariate(1)))]
            values |= {"session_id": session.pk, "reports_to": json.dumps([to.code])}
            owed = [Owed(session.code, house.dates(session, via), made, session)]
        governs = to.governs or any(house.by_name[name].governs for name in via)
    row = book.sheet(Schedule).put(instruction_id=instruction, **values)
    book.trail(Schedule).note(row, "+", made, by)
    return row["id"], owed, governs


def _at(house: House, session: Session, via: tuple[str, ...], made: datetime) -> Owed | None:
    """What is owed at a session by what recurs; None where it was over when the duty began, or lies too far ahead."""
    over = session.starts if session.precision == Session.Precision.YEAR else session.ends
    opens = min(session.starts, date(session.year, 12, 31))
    today = house.today
    last = date(today.year + settings.TASKS_AHEAD, today.month, min(today.day, 28))
    if over < made.date() or opens > last or session.state == Session.State.CANCELLED:
        return None
    seen = moment(opens - timedelta(days=366 * settings.TASKS_AHEAD), house.chance)
    return Owed(session.code, house.dates(session, via), min(max(made, seen), house.at), session)


def _forgotten(book: Book, house: House, instruction: int, schedule: int | None, made: datetime, by: int) -> None:
    """A task that nothing called for any more and that was taken away: only its history is left."""
    sheet, trail = book.sheet(Task), book.trail(Task)
    row = {**sheet.empty, "id": sheet.key(), "instruction_id": instruction, "schedule_id": schedule,
           "occurrence": "gone", "due_on": made.date(), "matters_on": made.date(), "created_at": made}  # fmt: skip
    trail.note(row, "+", made, by)
    gone = made + timedelta(days=house.chance.randrange(1, 30))
    trail.note(row, "-", min(gone, house.at), by, "nothing calls for it any more")
