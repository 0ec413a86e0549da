"""My work: what a member's units owe, most urgent first, with the counts in a sentence."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mandates.models import Assignment, Member, Task
from mandates.task_forms import TaskForm
from mandates.views.task_open import opened_of
from mandates.views.task_rows import Row, rows_of
from mandates.views.work import (
    APPROVE,
    CLOCKS,
    LATER,
    OVERDUE,
    SILENT,
    SOON,
    WAITING,
    Group,
    Tally,
    Worker,
    groups_of,
    tally_of,
)

SHOWN = 25  # rows of a group; the list of work has all of them
SAYS = {
    OVERDUE: gettext_lazy("The date that matters has passed and it is not done"),
    WAITING: gettext_lazy("Your part is done; someone else has the next move"),
    APPROVE: gettext_lazy("Handed in by others; the next move is yours"),
}
MARKS = {OVERDUE: "late", SOON: "due", WAITING: "wait", APPROVE: "done", SILENT: "silent"}


@dataclass(frozen=True)
class Part:
    """A group with the rows of it that are shown. `folded` says that none is, and how many there are."""

    group: Group
    rows: tuple[Row, ...]
    say: str
    folded: bool = False

    @property
    def clock(self) -> str:
        return self.group.clock

    @property
    def mark(self) -> str:
        return MARKS.get(self.clock, "")

    @property
    def more(self) -> int:
        """How many of the group are not on the page."""
        return 0 if self.folded else self.group.count - len(self.rows)

    @property
    def elsewhere(self) -> str:
        """The filter under which the list of work has them all."""
        return "status=approve" if self.clock == APPROVE else f"clock={self.clock}"


@dataclass(frozen=True)
class MyWorkPage:
    """What the page shows on a day: the same number of queries for 5 tasks and for 5,000."""

    worker: Worker
    tally: Tally
    parts: tuple[Part, ...]
    units: str  # the keys of the units of the posts, as a filter of the list of work takes one
    contributes: int  # open tasks of other units to which theirs contribute

    @classmethod
    def of(cls, member: Member, now: datetime, *, show: str = "", opened: int | None = None) -> MyWorkPage:
        """`show` is "later" or "all": what is folded stands open; `opened` is the task whose form is open."""
        worker = Worker.of(member, now)
        groups = groups_of(worker, shown=SHOWN, opened=opened)
        folded = {LATER} if show not in {"later", "all"} and opened not in groups[LATER].keys else set()
        shown = {clock: groups[clock].keys if clock not in folded else groups[clock].keys[:1] for clock in CLOCKS}
        rows = {row.task.pk: row for row in rows_of([key for keys in shown.values() for key in keys], worker)}
        if opened in rows and rows[opened].may_update:
            task = rows[opened].task
            form = TaskForm(task=task, by=member, day=worker.day)
            rows[opened] = rows[opened].open_with(opened_of(task, form, worker.day))
        tally = tally_of(worker, {clock: group.count for clock, group in groups.items()})
        parts = []
        for clock in CLOCKS:
            held = [rows[key] for key in shown[clock] if key in rows]
            say = _say(clock, held, tally)
            parts.append(Part(groups[clock], () if clock in folded else tuple(held), say, clock in folded))
        theirs = Assignment.objects.filter(unit__in=worker.units, confirmed_at__isnull=False)
        contributes = Task.objects.open().filter(instruction__in=theirs.values("instruction"))
        return cls(
            worker=worker,
            tally=tally,
            parts=tuple(parts),
            units=str(tally.units[0].pk) if len(tally.units) == 1 else "",
            contributes=contributes.exclude(lead__in=worker.units).count() if worker.units else 0,
        )


def _say(clock: str, rows: list[Row], tally: Tally) -> str:
    """What stands at the end of a group's head."""
    if clock == SOON:
        return _("By %(day)s, soonest first") % {"day": date_format(tally.soon_until, "j F Y")}
    if clock == SILENT:
        days = {"n": settings.SILENT_AFTER_DAYS}
        return _("No word for %(n)d days or more, or never a word") % days
    if clock == LATER:
        when = rows[0].when if rows else None
        return _("Next: %(day)s, %(what)s") % {"day": when.lead, "what": when.reason} if when and when.iso else ""
    return str(SAYS[clock])
