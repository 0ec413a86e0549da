"""What an open row says beside its form: the exact words, to whom, by when, who leads, what closing it asks for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import F, QuerySet, Value
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from mandates.actions import plans, status
from mandates.models import Assignment, Holding, Member, Paragraph, Place, Task, Unit
from mandates.models.addresses import Address, address_of
from mandates.models.places import newer_place, place_that_matters
from mandates.models.prepared import Given, OneOf, Prepared
from mandates.task_forms import TaskForm

from .cards import Notice


@dataclass(frozen=True)
class Party:
    """A unit that leads or contributes, and who holds its posts today, the head first."""

    unit: Unit
    people: tuple[str, ...] = ()
    names: tuple[str, ...] = ()  # their user names, for mentions

    def __str__(self) -> str:
        return ", ".join((self.unit.abbr, *self.people))


@dataclass(frozen=True)
class Opened:
    """The open part of a row. `paragraph` holds the official words, `newer` the place of words proposed for them."""

    form: TaskForm | None
    seen: int
    paragraph: Paragraph | None
    opener: str
    newer: Address | None
    to: str
    document_by: str
    lead: Party | None
    contributors: tuple[Party, ...]
    needs_approval: bool
    back: str = "work"
    notice: Notice | None = None

    @property
    def closing(self) -> str:
        if self.needs_approval:
            return _("needs words, evidence and a second person’s approval")
        return _("needs words and evidence")


def opened_of(
    task: Task,
    form: TaskForm | None,
    day: date,
    *,
    back: str = "work",
    notice: Notice | None = None,
    places: Sequence[Place] | None = None,
    around: Around | None = None,
    plan: plans.Plan | None = None,
) -> Opened:
    """The open part of a task's row. Six queries at most; `task` comes from `task_rows.fetched`. `places`, `around` and
    the `plan` of the session that it goes to first are asked for where they are not at hand."""
    if places is None:
        places = places_of(task)
    if around is None:
        around = around_of(task, day)
    place = place_that_matters(places) if places else None
    newer = newer_place(places, place) if place else None
    return Opened(
        form=form,
        seen=task.revision,
        paragraph=place.paragraph if place else None,
        opener=place.paragraph.section.opener if place else "",
        newer=address_of(newer.paragraph) if newer else None,
        to=route(task),
        document_by=_document_by(task, day, plan),
        lead=around.lead,
        contributors=around.contributors,
        needs_approval=form is not None and status.needs_approval(task=task),
        back=back,
        notice=notice,
    )


_PLACES = Prepared(
    lambda: (
        Place.objects.filter(instruction=Given("instruction"))
        .select_related("paragraph__section", "paragraph__version__resolution")
        .defer("paragraph__redline", "paragraph__section__addressees")
    )
)


def places_of(task: Task) -> list[Place]:
    """Where the instruction of a task stands, with the words. One query."""
    return _PLACES.ask(instruction=task.instruction_id)


# ── Who is at it ─────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Around:
    """The unit that leads a task and those confirmed to contribute, with the people of today; `helping` are all units
    confirmed for its instruction, `people` the members whose names were asked for."""

    lead: Party | None
    contributors: tuple[Party, ...]
    helping: frozenset[int]
    people: Mapping[int, Member]


_ASSIGNED = Prepared(
    lambda: (
        Assignment.objects.filter(instruction=Given("instruction"), confirmed_at__isnull=False)
        .select_related("unit")
        .order_by("pk")
    )
)


def _people() -> QuerySet[Any]:
    """Members by their keys, and who holds posts of units, the heads first: in one query, as they share a shape."""
    named = Member.objects.filter(pk__in=OneOf("members")).annotate(
        of=Value(0), heads=Value(False), what=Value(""), held=Value(0), who=F("pk"), first=F("first_name"),
        last=F("last_name"), called=F("username"),
    )  # fmt: skip
    holding = Holding.objects.on(Given("day")).filter(  # type: ignore[arg-type]
        post__unit__in=OneOf("units"), member__is_active=True
    ).annotate(
        of=F("post__unit_id"), heads=F("post__heads_unit"), what=F("post__title"), held=F("pk"), who=F("member_id"),
        first=F("member__first_name"), last=F("member__last_name"), called=F("member__username"),
    )  # fmt: skip
    columns = ("of", "heads", "what", "held", "who", "first", "last", "called")
    both = (rows.order_by().values_list(*columns) for rows in (named, holding))
    return next(both).union(*both, all=True).order_by("-heads", "what", "held")


_PEOPLE = Prepared(_people)


def around_of(task: Task, day: date, named: Iterable[int] = ()) -> Around:
    """Who leads a task and who contributes on that day, and the members with the keys `named`. Two queries."""
    assigned = _ASSIGNED.ask(instruction=task.instruction_id)
    contributes = [
        row.unit for row in assigned if row.part == Assignment.Part.CONTRIBUTES and row.unit_id != task.lead_id
    ]
    units = [*([task.lead] if task.lead else []), *contributes]
    members: dict[int, Member] = {}
    held: dict[int, dict[int, Member]] = {unit.pk: {} for unit in units}
    wanted = set(named)
    rows = _PEOPLE.ask(members=wanted, units=held, day=day) if wanted or held else []
    for of, _heads, _what, _held, who, first, last, called in rows:
        member = members.setdefault(who, Member.named(who, first, last, called))
        if of in held:
            held[of].setdefault(who, member)  # who holds two posts is named once
    parties = {unit.pk: _party(unit, held[unit.pk].values()) for unit in units}
    return Around(
        lead=parties[task.lead.pk] if task.lead else None,
        contributors=tuple(parties[unit.pk] for unit in contributes),
        helping=frozenset(row.unit_id for row in assigned),
        people=members,
    )


def _party(unit: Unit, members: Iterable[Member]) -> Party:
    members = list(members)
    return Party(unit, tuple(map(str, members)), tuple(member.username for member in members))


def route(task: Task) -> str:
    """To whom it goes, and through whom, as the text names them; "" where it names nobody."""
    schedule = task.schedule
    if schedule is None:
        return ""
    to, via = ", ".join(schedule.reports_to), ", ".join(schedule.via)
    if to and via:
        return _("%(to)s, through %(via)s") % {"to": to, "via": via}
    return to or (_("through %(via)s") % {"via": via} if via else "")


def _document_by(task: Task, day: date, plan: plans.Plan | None) -> str:
    """When the paper must be in, and what is asked for next on the way."""
    stop = task.first_stop or task.session
    if stop is None or task.dated_by_hand:
        return ""
    plan = plan or plans.plan(stop)
    if plan.document_deadline is None:
        return ""
    said = date_format(plan.document_deadline, "j F Y")
    if plan.is_vague:
        said = _("%(day)s at the earliest") % {"day": said}
    step = plan.step_on(day) or next((one for one in plan.steps if one.last >= day), None)
    if step is None or step.last == plan.document_deadline:
        return said
    return _("%(document)s; %(step)s by %(day)s") % {
        "document": said,
        "step": step.name,
        "day": date_format(step.last, "j F Y"),
    }
