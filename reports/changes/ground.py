"""What sentences need beyond their own rows, fetched once for all of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Q
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mandates.actions import plans
from mandates.models import Assignment, Evidence, Instruction, Place, StatusUpdate
from mandates.models.addresses import Address, address_of, session_name
from mandates.models.places import place_that_matters
from mandates.views.task_rows import places_by_instruction
from reports import as_at
from reports.schedules import When, schedules_of
from reports.session_plan import people_of

from .period import Period
from .said import Draft


@dataclass(frozen=True)
class Ground:
    """Rows by key. `tasks` are as they stood at the end of the period: rows of the table, or of its history."""

    period: Period
    instructions: dict[int, Instruction] = field(default_factory=dict)
    places: dict[int, list[Place]] = field(default_factory=dict)
    whens: dict[int, list[When]] = field(default_factory=dict)
    leads: dict[int, list[str]] = field(default_factory=dict)
    tasks: dict[int, Any] = field(default_factory=dict)
    updates: dict[int, StatusUpdate] = field(default_factory=dict)
    evidence: dict[int, int] = field(default_factory=dict)
    overtaken: Counter[int] = field(default_factory=Counter)
    people: dict[int, list[str]] = field(default_factory=dict)

    @classmethod
    def load(cls, period: Period, drafts: Iterable[Draft]) -> Ground:
        """Eleven queries, however many sentences there are."""
        drafts = list(drafts)
        keys = {key for draft in drafts for key in draft.tasks}
        tasks = {
            row.id: row for row in as_at.tasks(period.until.moment, few=True).filter(id__in=keys).select_related(*NEAR)
        }
        instructions = {key for draft in drafts for key in draft.instructions}
        instructions |= {row.instruction_id for row in tasks.values()}
        updates = {key for draft in drafts for key in draft.updates if key}
        said = StatusUpdate.objects.filter(pk__in=updates).select_related("by", "on_behalf_of")
        shown = Evidence.objects.filter(task__in=keys, at__lte=period.until.moment.now)
        return cls(
            period=period,
            instructions={row.pk: row for row in Instruction.objects.filter(pk__in=instructions)},
            places=places_by_instruction(instructions),
            whens=schedules_of(instructions),
            leads=_leads(instructions),
            tasks=tasks,
            updates={one.pk: one for one in said},
            evidence=dict(shown.order_by().values_list("task").annotate(n=Count("pk"))),
            overtaken=_overtaken(instructions, period),
            people=people_of({row.lead_id for row in tasks.values() if row.lead_id}, period.until.day),
        )

    def address(self, instruction: int) -> Address | None:
        placed = self.places.get(instruction)
        return address_of(place_that_matters(placed).paragraph) if placed else None

    def title(self, instruction: int) -> str:
        held = self.instructions.get(instruction)
        return held.title if held else ""

    def about(self, task: Any) -> str:
        """ "Report on the outcomes achieved (CSTD 30)": which of the occurrences it is, where a session tells."""
        title = self.title(task.instruction_id)
        which = session_name(task.session) if task.session_id and task.session else task.occurrence
        return _("%(title)s (%(which)s)") % {"title": title, "which": which} if which else title

    def unit(self, task: Any) -> str:
        """ "SPM, Mariam Diallo"; "no lead unit"."""
        if not task.lead_id or task.lead is None:
            return _("no lead unit")
        return ", ".join([task.lead.abbr, *self.people.get(task.lead_id, ())[:1]])

    def shown_by(self, task: int) -> str:
        """ "evidence: 2"; "" where there is none."""
        count = self.evidence.get(task, 0)
        return ngettext("%(n)d piece of evidence", "%(n)d pieces of evidence", count) % {"n": count} if count else ""


NEAR = ("lead", "session__body")


def _leads(instructions: set[int]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    leads = Assignment.objects.filter(instruction__in=instructions, part="lead", confirmed_at__isnull=False)
    for key, abbr in leads.order_by("pk").values_list("instruction_id", "unit__abbr"):
        found.setdefault(key, []).append(abbr)
    return found


def _overtaken(instructions: set[int], period: Period) -> Counter[int]:
    """How many tasks of each instruction were overtaken in the period."""
    over = StatusUpdate.objects.filter(~Q(before="over"), after="over", task__instruction__in=instructions)
    counted = over.filter(**period.bounds).order_by().values_list("task__instruction")
    return Counter(dict(counted.annotate(n=Count("task", distinct=True))))


def who_said(update: StatusUpdate | None) -> str:
    """ "Li Na for Mariam Diallo, 16 November 2026"."""
    if update is None:
        return ""
    who = {"who": update.by, "other": update.on_behalf_of, "day": day_of(update.at)}
    return (_("%(who)s for %(other)s, %(day)s") if update.on_behalf_of else _("%(who)s, %(day)s")) % who


def who_did(member: Any, at: Any) -> str:
    """ "Li Na, 3 November 2026"; what nobody in particular did has its day only."""
    day = day_of(at)
    return _("%(who)s, %(day)s") % {"who": member, "day": day} if member else day


def day_of(moment: Any) -> str:
    return date_format(plans.today(moment), "j F Y")
