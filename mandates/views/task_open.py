"""What an open row says beside its form: the exact words, to whom, by when, who leads, what closing it asks for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from mandates.actions import plans, status
from mandates.models import Assignment, Holding, Member, Paragraph, Place, Task, Unit
from mandates.models.addresses import Address, address_of
from mandates.models.places import newer_place, place_that_matters
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
    task: Task, form: TaskForm | None, day: date, *, back: str = "work", notice: Notice | None = None
) -> Opened:
    """The open part of a task's row. Seven queries at most; `task` comes from `task_rows.fetched`."""
    places = list(
        Place.objects.filter(instruction=task.instruction_id).select_related(
            "paragraph__section", "paragraph__version__resolution"
        )
    )
    place = place_that_matters(places) if places else None
    newer = newer_place(places, place) if place else None
    parties = parties_of(task, day)
    return Opened(
        form=form,
        seen=task.revision,
        paragraph=place.paragraph if place else None,
        opener=place.paragraph.section.opener if place else "",
        newer=address_of(newer.paragraph) if newer else None,
        to=route(task),
        document_by=_document_by(task, day),
        lead=next((party for part, party in parties if part == Assignment.Part.LEAD), None),
        contributors=tuple(party for part, party in parties if part == Assignment.Part.CONTRIBUTES),
        needs_approval=status.needs_approval(task=task),
        back=back,
        notice=notice,
    )


def parties_of(task: Task, day: date) -> list[tuple[str, Party]]:
    """The unit that leads the task and those confirmed to contribute, with the people of today. Two queries."""
    rows = Assignment.objects.filter(
        instruction=task.instruction_id, part=Assignment.Part.CONTRIBUTES, confirmed_at__isnull=False
    )
    units = [(Assignment.Part.LEAD.value, task.lead)] if task.lead else []
    units += [(row.part, row.unit) for row in rows.select_related("unit") if row.unit_id != task.lead_id]
    people = _people((unit.pk for _part, unit in units), day)
    return [
        (
            part,
            Party(
                unit,
                tuple(str(one) for one in people[unit.pk]),
                tuple(one.username for one in people[unit.pk]),
            ),
        )
        for part, unit in units
    ]


def _people(units: Iterable[int], day: date) -> dict[int, list[Member]]:
    """Who holds posts of the units, the heads first; who holds two is named once."""
    held = Holding.objects.on(day).filter(post__unit__in=set(units), member__is_active=True)
    found: dict[int, list[Member]] = defaultdict(list)
    for holding in held.select_related("post", "member").order_by("-post__heads_unit", "post__title", "pk"):
        if holding.member not in found[holding.post.unit_id]:
            found[holding.post.unit_id].append(holding.member)
    return found


def route(task: Task) -> str:
    """To whom it goes, and through whom, as the text names them; "" where it names nobody."""
    schedule = task.schedule
    if schedule is None:
        return ""
    to, via = ", ".join(schedule.reports_to), ", ".join(schedule.via)
    if to and via:
        return _("%(to)s, through %(via)s") % {"to": to, "via": via}
    return to or (_("through %(via)s") % {"via": via} if via else "")


def _document_by(task: Task, day: date) -> str:
    """When the paper must be in, and what is asked for next on the way."""
    stop = task.first_stop or task.session
    if stop is None or task.dated_by_hand:
        return ""
    plan = plans.plan(stop)
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
