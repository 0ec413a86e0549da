"""Facts: our compilations of bodies, sessions, units, action lines and goals, loaded again and again without harm."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from mandates.models import ActionLine, Body, Goal, LeadTime, Session, Unit
from reader import facts as compiled

# Titles of the goals as in A/RES/70/1, shortened as the UN's own pages shorten them.
GOALS = (
    "No poverty",
    "Zero hunger",
    "Good health and well-being",
    "Quality education",
    "Gender equality",
    "Clean water and sanitation",
    "Affordable and clean energy",
    "Decent work and economic growth",
    "Industry, innovation and infrastructure",
    "Reduced inequalities",
    "Sustainable cities and communities",
    "Responsible consumption and production",
    "Climate action",
    "Life below water",
    "Life on land",
    "Peace, justice and strong institutions",
    "Partnerships for the Goals",
)

# Bodies that prepare, discuss or coordinate: what goes to them and no further needs no second person's approval.
DO_NOT_GOVERN = frozenset({"CWG-WSIS&SDG", "CWG", "ITU", "UN", "UNGIS", "IGF", "WSIS Forum"})
PARENT_NAMES = {"General Secretariat": "GS"}  # a few rows of the list name the parent in full
HOUSE = "ITU"  # units below it are inside the house
# Stand below the house in the list, and are none of its staff: its members and its governing bodies' groups.
NOT_STAFF = frozenset({"governing", "working group", "expert group", "committee", "advisory group", "membership"})


@dataclass
class Tally:
    """How many rows a load made; a second load makes none."""

    made: int = 0
    kept: int = 0


@transaction.atomic
def load(*, at: datetime) -> Tally:
    """Load what is missing. Rows that are there already stay as people have edited them."""
    tally = Tally()
    for goal_number, title in enumerate(GOALS, start=1):
        _have(tally, Goal, {"number": goal_number}, {"title": title})
    _load_action_lines(tally)
    _load_bodies(tally)
    _load_lead_times(tally)
    _load_units(tally)
    _load_sessions(tally, timezone.localdate(at, ZoneInfo(settings.SEAT_TIME_ZONE)))
    return tally


def _have(tally: Tally, model, key: dict, values: dict):
    row, made = model.objects.get_or_create(**key, defaults=values)
    if made:
        tally.made += 1
    else:
        tally.kept += 1
    return row, made


def _load_action_lines(tally: Tally) -> None:
    goals = {goal.number: goal for goal in Goal.objects.all()}
    for position, line in enumerate(compiled.action_lines(), start=1):
        code = line["code"]
        parent = ActionLine.objects.filter(code=code.partition(".")[0]).first() if "." in code else None
        said = line.get("itu_role") or {}
        role, _sign, remark = (said.get("role") or "").partition(" (")
        source = said.get("source") or ""
        row, made = _have(
            tally,
            ActionLine,
            {"code": code},
            {
                "title": line["title"],
                "short": line.get("short") or "",
                "parent": parent,
                "position": position,
                "itu_role": role if role in ActionLine.Role.values else "",
                "source": f"{source}: {said['role']}" if remark else source,
            },
        )
        if made:
            row.goals.set(goals[number] for number in line.get("sdgs") or ())


def _load_bodies(tally: Tally) -> None:
    for body in compiled.bodies():
        parent = Body.objects.filter(code=body["parent"]).first() if body["parent"] else None
        _have(
            tally,
            Body,
            {"code": body["code"]},
            {
                "name": body["name"],
                "short_name": body["short"],
                "house": body["house"],
                "aliases": body["aliases"],
                "parent": parent,
                "governs": body["code"] not in DO_NOT_GOVERN,
                "source": body["source"],
            },
        )


def _load_lead_times(tally: Tally) -> None:
    for kept in compiled.lead_times():
        body = Body.objects.filter(code=kept["body"]).first()
        for step in kept["steps"] if body else ():
            values = {"days": step["days"], "lasts": step.get("lasts"), "source": step["source"]}
            _have(tally, LeadTime, {"body": body, "step": step["step"]}, values)


def _load_units(tally: Tally) -> None:
    rows = compiled.units()
    made_now = []
    for unit in rows:
        row, made = _have(
            tally,
            Unit,
            {"abbr": unit["abbr"]},
            {"name": unit["name"], "kind": unit["kind"], "aliases": unit["aliases"], "source": unit["source"]},
        )
        if made:
            made_now.append((row, unit["parent"]))
    held = {unit.abbr: unit for unit in Unit.objects.all()}
    parents = {unit["abbr"]: unit["parent"] for unit in rows}
    for row, parent in made_now:  # parents may come later in the list, so they are tied in a second pass
        above = PARENT_NAMES.get(parent, parent)
        if above in held and above != row.abbr:
            row.parent = held[above]
        row.outside = not _inside(row, parents)
        row.save(update_fields=["parent", "outside"])


def _inside(unit: Unit, parents: dict[str, str]) -> bool:
    """Whether a unit belongs to the house's own staff: it stands below the house, and is none of its bodies."""
    if unit.kind in NOT_STAFF:
        return False
    seen, above = set(), unit.abbr
    while above != HOUSE:
        if above in seen or above not in parents:
            return False
        seen.add(above)
        above = PARENT_NAMES.get(parents[above], parents[above])
    return True


def _load_sessions(tally: Tally, today: date) -> None:
    named = body_names()
    for event in compiled.events():
        span = _span(event)
        if span is None:  # a day that comes back each year is no session
            continue
        starts, ends, precision = span
        code = event["id"]
        ordinal = re.search(r"-(\d{2,3})$", code)
        body = (
            named.get(event["body"].casefold())
            or Body.objects.get_or_create(
                code=event["body"],
                defaults={"name": event["body"], "short_name": event["body"], "source": event["source"]},
            )[0]
        )
        numbered = body.code in {"CSTD", "UNGA", "CWG-WSIS&SDG"}
        _have(
            tally,
            Session,
            {"code": code},
            {
                "body": body,
                "name": event["name"],
                "number": int(ordinal[1]) if ordinal and numbered else None,
                "starts": starts,
                "ends": ends,
                "precision": precision,
                "place": event.get("place") or "",
                "state": _state(event, ends, precision, today),
                "aliases": event.get("aliases") or [],
                "source": event["source"]
                if event["status"] == "confirmed"
                else f"{event['source']}: {event['status']}",
            },
        )


def body_names() -> dict[str, Body]:
    """Bodies by every name they go by, case folded."""
    named: dict[str, Body] = {}
    for body in Body.objects.all():
        for name in (body.code, body.name, body.short_name, *body.aliases):
            named.setdefault(name.casefold(), body)
            named.setdefault(name.casefold().removeprefix("the "), body)
    return named


def _span(event: dict) -> tuple[date, date, str] | None:
    """First and last day and how exactly they are known; None where the event has no year."""
    if not re.match(r"\d{4}-", event["start"]):
        return None
    starts = date.fromisoformat(event["start"])
    ends = date.fromisoformat(event["end"]) if event.get("end") else starts
    precision = event["precision"] if event["precision"] in Session.Precision.values else Session.Precision.YEAR
    if precision == Session.Precision.MONTH:
        ends = ends.replace(day=calendar.monthrange(ends.year, ends.month)[1])
    return starts, ends, precision


def _state(event: dict, ends: date, precision: str, today: date) -> str:
    """Held when it is over; confirmed only where a source gives its days; else tentative."""
    if ends < today and event["status"].startswith("confirmed"):
        return Session.State.HELD
    if event["status"].startswith("confirmed") and precision == Session.Precision.DAY:
        return Session.State.CONFIRMED
    return Session.State.TENTATIVE
