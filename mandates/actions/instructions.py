"""Instructions: added, edited, placed in a version, closed, reopened.

`fields` is the reader's form of an instruction (`docs/reader-output.md`), as a person confirmed or changed it.
"""

from __future__ import annotations

import calendar
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from mandates.models import (
    ActionLine,
    Addressee,
    Goal,
    Instruction,
    Member,
    Paragraph,
    Place,
    Schedule,
    Unit,
)

from . import Overtaken, Refused, assignments, facts, schedules, sessions, tasks, tracked

LONGEST_TITLE = 110  # characters; a title is a handle, the wording stands beside it


def title_of(said: dict) -> str:
    """A short handle from the words of the action: its first letter a capital, cut between words, without the stop."""
    words = (said.get("title") or said.get("action") or said.get("verb") or "").replace(" … ", " ")
    words = words.strip(" ,;.").removeprefix("that ").strip(" …")
    if not words:
        return _("Instruction")
    if len(words) > LONGEST_TITLE:
        words = words[:LONGEST_TITLE].rsplit(" ", 1)[0].rstrip(" ,;.–-") + "…"
    return words[0].upper() + words[1:]


@transaction.atomic
def add(*, paragraph: Paragraph, fields: dict, title: str, by: Member, at: datetime) -> Instruction:
    """Make an instruction that stands in `paragraph`, with its addressees, action lines, goals and schedule."""
    instruction = Instruction(
        resolution_id=paragraph.version.resolution_id,
        title=(title or title_of(fields))[:300],
        created_by=by,
        created_at=at,
        **_plain(fields),
    )
    tracked.save(row=instruction, by=by, at=at)
    place(instruction=instruction, paragraph=paragraph, spans=fields.get("spans") or {})
    _set_lists(instruction, fields, by, at)
    assignments.suggest(instruction=instruction, by=by, at=at)
    _follow(instruction, by, at)
    return instruction


@transaction.atomic
def edit(*, instruction: Instruction, seen: int, fields: dict, title: str, by: Member, at: datetime) -> None:
    """Change an instruction. `seen` is the revision that the editor had open; Overtaken where it has moved on."""
    # Of itself alone: ordered as it is, it brings its resolution along, which all who edit would then wait for.
    row = Instruction.objects.select_for_update(of=("self",)).filter(pk=instruction.pk).first()
    if row is None:
        raise Refused(_("This instruction was taken back a moment ago. Your words are kept here; nothing was written."))
    if row.revision != seen:
        latest = row.history.select_related("history_user").first()
        raise Overtaken(
            _("Somebody else has changed this instruction. Nothing of theirs was written over; your words are kept."),
            (_("%(who)s changed it; it now reads “%(title)s”.") % {"who": latest.history_user, "title": row.title},),
        )
    row.title = title[:300]
    for name, value in _plain(fields).items():
        setattr(row, name, value)
    row.revision += 1
    tracked.save(row=row, by=by, at=at, why=fields.get("why"))
    _set_lists(row, fields, by, at)
    _follow(row, by, at, fields.get("why") or _("the instruction was edited"))
    instruction.refresh_from_db()


def place(*, instruction: Instruction, paragraph: Paragraph, spans: dict) -> None:
    """Say that an instruction stands in a paragraph, under these words."""
    Place.objects.update_or_create(instruction=instruction, paragraph=paragraph, defaults={"spans": spans})


def close(*, instruction: Instruction, by: Member, at: datetime, reason: str) -> None:
    """Close an instruction that a newer text dropped. It stays, with its history."""
    instruction.state = Instruction.State.CLOSED
    tracked.save(row=instruction, by=by, at=at, why=reason)
    tasks.end(instruction=instruction, by=by, at=at, why=reason)


def reopen(*, instruction: Instruction, by: Member, at: datetime) -> None:
    """Open a closed instruction again."""
    closed = instruction.history.filter(state=Instruction.State.CLOSED).first()
    instruction.state = Instruction.State.OPEN
    tracked.save(row=instruction, by=by, at=at, why=_("opened again"))
    tasks.resume(instruction=instruction, by=by, at=at, closed_at=closed.history_date if closed else None)


def forget(*, instruction: Instruction, by: Member, at: datetime) -> None:
    """Remove an instruction that was confirmed by mistake a moment ago; its history row stays and says by whom.

    Refused where people have reported on one of its tasks, which would go with it.
    """
    tasks.refuse_where_reported(instruction=instruction)
    tracked.delete(row=instruction, by=by, at=at, why=_("taken back"))


def _follow(instruction: Instruction, by: Member, at: datetime, why: str = "") -> None:
    """Make the instruction's tasks, or bring them in step with what it says now."""
    tasks.follow(instructions=Instruction.objects.filter(pk=instruction.pk), by=by, at=at, why=why)


def _plain(fields: dict) -> dict:
    """The values that stand in the instruction's own row."""
    return {
        "verb": (fields.get("verb") or "")[:80],
        "force": (fields.get("force") or _("asks"))[:40],
        "action": fields.get("action") or "",
        "deliverable": (fields.get("deliverable") or "")[:200],
        "qualifiers": list(fields.get("qualifiers") or []),
    }


def _set_lists(instruction: Instruction, fields: dict, by: Member, at: datetime) -> None:
    """Make addressees, action lines, goals and schedule as `fields` says, touching only the rows that differ."""
    house = instruction.resolution.body.house
    addressees = [_addressee(name, house) for name in fields.get("addressees") or []]
    _match(instruction.addressings, "addressee", addressees, by, at)
    lines = ActionLine.objects.filter(code__in=fields.get("action_lines") or [])
    _match(instruction.line_tags, "action_line", lines, by, at)
    _match(instruction.goal_tags, "goal", Goal.objects.filter(number__in=fields.get("sdgs") or []), by, at)
    _set_schedule(instruction, fields, by, at, source=_("named in %(text)s") % {"text": instruction.resolution})


def _match(tags, name: str, wanted, by: Member, at: datetime) -> None:
    """Take away the rows that are no longer wanted and add those that are missing, each with its history."""
    wanted = {row.pk: row for row in wanted}
    for tag in tags.all():
        if getattr(tag, f"{name}_id") in wanted:
            del wanted[getattr(tag, f"{name}_id")]
        else:
            tracked.delete(row=tag, by=by, at=at)
    for row in wanted.values():
        tracked.save(row=tags.model(instruction=tags.instance, **{name: row}), by=by, at=at)


def _addressee(name: str, house: str) -> Addressee:
    """The addressee that the words name in a text of `house`; our unit of that name is tied to it."""
    row, made = Addressee.objects.get_or_create(name=name.strip()[:200], house=house)
    if made and house == "ITU":
        units = {unit.name.casefold(): unit for unit in Unit.objects.all()}
        units |= {alias.casefold().removeprefix("the "): unit for unit in units.values() for alias in unit.aliases}
        row.unit = units.get(row.name.casefold())
        if row.unit:
            row.save(update_fields=["unit"])
    return row


def _set_schedule(instruction: Instruction, fields: dict, by: Member, at: datetime, source: str) -> None:
    """One schedule from the deadline and the route; none where the words give neither."""
    deadline = fields.get("deadline") or {}
    route = {"reports_to": list(fields.get("reports_to") or []), "via": list(fields.get("via") or [])}
    schedule = instruction.schedules.first()
    if not deadline and not any(route.values()):
        if schedule:
            tracked.delete(row=schedule, by=by, at=at)
        return
    due_on, precision = _date(deadline)
    session = None
    if deadline.get("session"):
        session = sessions.find_or_announce(code=deadline["session"], year=deadline.get("year"), source=source)
    body = session.body if session else _receiver(route["reports_to"])
    recurrence = deadline.get("recurrence") or ""
    each_session = (fields.get("rules") or {}).get("deadline") == "each-session"
    if body and each_session and recurrence.startswith("FREQ=MONTHLY"):  # it meets more than once a year
        recurrence = "FREQ=SESSION"
    values = {
        "words": deadline.get("text") or "",
        "session": session,
        "due_on": due_on if session is None else None,
        "precision": precision,
        "recurrence": recurrence[:120],
        "until": (deadline.get("until") or "")[:40],
        "body": body,
        **route,
    }
    if body is None and schedule and schedule.session_id is None and schedule.reports_to == route["reports_to"]:
        values["body"] = schedule.body  # a person named it where the words name none: an edit does not lose it
    schedule = schedule or Schedule(instruction=instruction)
    if schedule.pk and all(getattr(schedule, name) == value for name, value in values.items()):
        return
    for name, value in values.items():
        setattr(schedule, name, value)
    schedules.settle(schedule=schedule, at=at)
    tracked.save(row=schedule, by=by, at=at)


def _receiver(names: list[str]):
    """The first of the receivers that is a body we hold."""
    named = facts.body_names()
    for name in names:
        body = named.get(name.casefold().removeprefix("the "))
        if body:
            return body
    return None


def _date(deadline: dict) -> tuple[date | None, str]:
    """The last day that an ISO date as precise as the words ("2006-06") means, and how precise it is."""
    precision = Schedule.Precision
    parts = [int(part) for part in (deadline.get("date") or "").split("-") if part.isdigit()]
    try:
        if len(parts) == 3:
            return date(parts[0], parts[1], parts[2]), precision.DAY
        if len(parts) == 2:
            last = calendar.monthrange(parts[0], parts[1])[1]
            return date(parts[0], parts[1], last), precision.MONTH
        year = parts[0] if parts else deadline.get("year")
        if year and not deadline.get("recurrence"):
            return date(year, 12, 31), precision.YEAR
    except ValueError:  # 31 February: what the words say stays in `words`, and no date is made up
        return None, precision.DAY
    return None, precision.DAY
