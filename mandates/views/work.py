"""Whose work is shown and in which group it stands: the clocks of tasks, for the person who looks and the day.

`clock_of` says it of a task at hand, `clock` as a column; a test holds the two together.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property

from django.conf import settings
from django.db.models import Case, Count, DateTimeField, Exists, F, OuterRef, Q, QuerySet, When, Window
from django.db.models.functions import Coalesce, RowNumber
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, ngettext_lazy, pgettext_lazy

from mandates import rules
from mandates.actions import plans
from mandates.models import Member, StatusUpdate, Task, Unit, clocks
from mandates.models.clocks import APPROVE, CLOSED, LATER, OVERDUE, SILENT, SOON, WAITING

# In this order on the page; a task stands in the first that fits.
CLOCKS = (OVERDUE, SOON, WAITING, APPROVE, SILENT, LATER)
TITLES = {
    OVERDUE: gettext_lazy("Overdue"),
    SOON: gettext_lazy("Due soon"),
    WAITING: gettext_lazy("Waiting for others"),
    APPROVE: gettext_lazy("To approve"),
    SILENT: gettext_lazy("Silent"),
    LATER: pgettext_lazy("group of tasks", "Later"),
}


@dataclass(frozen=True)
class Worker:
    """A member at a moment: whose work is theirs, and what they may approve. Each is asked when it is looked at first,
    by two queries in all.

    `approves_all` says that they approve the submissions of every unit, `units_on` is the day on which whose work is
    whose is looked at: `day`, unless what is shown is of another.
    """

    member: Member
    now: datetime
    day: date
    units_on: date
    approves_all: bool

    @classmethod
    def of(cls, member: Member, now: datetime) -> Worker:
        day = plans.today(now)
        approves_all = member.is_superuser or member.role in rules.RIGHTS["approve task"].roles
        return cls(member=member, now=now, day=day, units_on=day, approves_all=approves_all)

    @cached_property
    def units(self) -> frozenset[int]:
        return rules.units_of(self.member, self.units_on)

    @cached_property
    def heads(self) -> frozenset[int]:
        """The units whose submissions they approve, where it is not those of all."""
        own = not self.approves_all and self.member.role in rules.RIGHTS["approve task"].own
        return rules.units_of(self.member, self.units_on, heads=True) if own else frozenset()

    @property
    def handed_in(self) -> Exists:
        """Of a task that waits for approval, whether they handed it in, or it was handed in for them."""
        return Exists(
            StatusUpdate.objects.filter(
                Q(by=self.member) | Q(on_behalf_of=self.member),
                kind=StatusUpdate.Kind.SUBMITTED,
                task=OuterRef("pk"),
                at=OuterRef("submitted_at"),
            )
        )

    @property
    def soon_until(self) -> date:
        """The last day that is soon."""
        return self.day + timedelta(days=settings.DUE_SOON_DAYS)

    @property
    def silent_since(self) -> datetime:
        """A task without a word since then is silent. By whole days at the seat: all day, or not at all."""
        return plans.begins(self.day - timedelta(days=settings.SILENT_AFTER_DAYS))

    @property
    def silent_until(self) -> date:
        """Of a task whose date lies later than this, nobody waits for a word yet."""
        return self.day + timedelta(days=settings.SILENT_WITHIN_DAYS)

    def may_approve(self, task: Task) -> bool:
        """The right "approve task" over one that is submitted: without a query where `task_beside.laid_beside` has laid
        beside it who handed it in."""
        if task.submitted_by_id == self.member.pk or not (self.approves_all or task.lead_id in self.heads):
            return False
        if not hasattr(task, "submission"):
            return not Task.objects.filter(self.handed_in, pk=task.pk).exists()
        return self.member.pk not in (task.submission or {}).values()

    def tasks(self) -> QuerySet[Task]:
        """The open tasks that their units lead, and those of other units that wait for their approval."""
        theirs = Q(lead__in=self.units)
        if self.approves_all:
            theirs |= Q(submitted_at__isnull=False) & ~Q(submitted_by=self.member) & ~Q(self.handed_in)
        return Task.objects.open().filter(theirs)


def clock_of(task: Task, worker: Worker) -> str:
    """The group in which a task stands for this person on this day; `CLOSED` where it is."""
    if task.status in Task.CLOSED:
        return CLOSED
    if task.to_approve:
        return APPROVE if worker.may_approve(task) else WAITING
    if task.is_overdue(worker.day):
        return OVERDUE
    if task.matters_on is not None and task.matters_on <= worker.soon_until:
        return SOON
    if task.waiting_for:
        return WAITING
    near = task.matters_on is None or task.matters_on <= worker.silent_until
    if near and (task.last_word_at or task.created_at) < worker.silent_since:
        return SILENT
    return LATER


def clock(worker: Worker) -> Case:
    """The same as a column of open tasks."""
    theirs = Q() if worker.approves_all else Q(lead__in=worker.heads)
    return clocks.clock(
        day=worker.day,
        soon_until=worker.soon_until,
        silent_since=worker.silent_since,
        silent_until=worker.silent_until,
        approves=theirs & ~Q(submitted_by=worker.member) & ~Q(worker.handed_in),
    )


@dataclass(frozen=True)
class Group:
    """A group of My work: all its tasks are counted, the first are shown."""

    clock: str
    count: int = 0
    keys: tuple[int, ...] = ()  # of those shown, most urgent first

    @property
    def title(self) -> str:
        return str(TITLES[self.clock])


def groups_of(worker: Worker, *, shown: int, opened: int | None = None) -> dict[str, Group]:
    """The person's open tasks in their groups: how many, and the keys of the first, most urgent first. One query.

    `opened` is among the keys wherever it stands. What is most urgent stands first: the date that matters, whoever
    waits longest, whoever is silent longest.
    """
    waits, silent = Q(clock__in=(WAITING, APPROVE)), Q(clock=SILENT)
    since = Case(
        When(waits, then=Coalesce("submitted_at", "waiting_since", "created_at")),
        When(silent, then=Coalesce("last_word_at", "created_at")),
        output_field=DateTimeField(),
    )
    by = [Case(When(~waits & ~silent, then=F("matters_on"))).asc(nulls_last=True), F("since").asc(), F("pk").asc()]
    rows = (
        worker.tasks()
        .annotate(clock=clock(worker))
        .annotate(since=since)
        .annotate(
            count=Window(Count("pk"), partition_by="clock"),
            place=Window(RowNumber(), partition_by="clock", order_by=by),
        )
        .filter(Q(place__lte=shown) | Q(pk=opened))
        .order_by("place")
    )
    found: dict[str, list[int]] = {name: [] for name in CLOCKS}
    counts: dict[str, int] = {}
    for name, count, key in rows.values_list("clock", "count", "pk"):
        found[name].append(key)
        counts[name] = count
    return {name: Group(name, counts.get(name, 0), tuple(keys)) for name, keys in found.items()}


# ── The sentence above the list ──────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Said:
    """A number of the sentence, which is a link."""

    words: str
    href: str


@dataclass(frozen=True)
class Tally:
    """ "15 open tasks: 2 overdue, 4 due by 12 February 2027, … SPM." `counts` holds every group, also where it is 0."""

    counts: dict[str, int]
    soon_until: date
    units: tuple[Unit, ...] = ()

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    @property
    def whole(self) -> str:
        return ngettext("%(n)d open task", "%(n)d open tasks", self.total) % {"n": self.total}

    @property
    def parts(self) -> tuple[Said, ...]:
        """The groups that hold something, each a link to it."""
        day = date_format(self.soon_until, "j F Y")
        return tuple(
            Said(str(PARTS[clock] % {"n": count, "day": day}), f"#{clock}")
            for clock, count in self.counts.items()
            if count
        )

    @property
    def whose(self) -> str:
        """The units of the posts, by name; of many only the short names."""
        if len(self.units) > 2:
            return _("%(units)s.") % {"units": ", ".join(unit.abbr for unit in self.units)}
        return " ".join(_("%(name)s (%(unit)s).") % {"name": unit.name, "unit": unit.abbr} for unit in self.units)


PARTS = {
    OVERDUE: ngettext_lazy("%(n)d overdue", "%(n)d overdue", "n"),
    SOON: ngettext_lazy("%(n)d due by %(day)s", "%(n)d due by %(day)s", "n"),
    WAITING: ngettext_lazy("%(n)d waiting for others", "%(n)d waiting for others", "n"),
    APPROVE: ngettext_lazy("%(n)d to approve", "%(n)d to approve", "n"),
    SILENT: ngettext_lazy("%(n)d silent", "%(n)d silent", "n"),
    LATER: ngettext_lazy("%(n)d later", "%(n)d later", "n"),
}


def tally_of(worker: Worker, counts: Mapping[str, int]) -> Tally:
    """The counts of the groups, and the units of the person's posts. One query."""
    held = Unit.objects.filter(pk__in=worker.units).order_by("abbr")
    below = {unit.pk for unit in held}
    own = tuple(unit for unit in held if unit.parent_id not in below)  # the units below them need no naming
    return Tally({name: counts.get(name, 0) for name in CLOCKS}, worker.soon_until, own)


def tally(worker: Worker) -> Tally:
    """The counts alone, as a save sends them back."""
    rows = worker.tasks().annotate(clock=clock(worker)).order_by()
    return tally_of(worker, dict(rows.values_list("clock").annotate(n=Count("pk"))))
