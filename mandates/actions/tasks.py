"""Tasks: made ahead from schedules, and kept in step with them and with the sessions they are tied to.

`compare` says what would have to change, over values; `follow` writes it. Every way in (an instruction is confirmed, a
schedule is changed, a session moves, the timetable) goes through these two, so that no order of events loses an
occurrence or makes it twice. Where a task stands is none of their business: that is `actions.status`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from mandates.models import (
    Assignment,
    Comment,
    Evidence,
    Input,
    Instruction,
    Member,
    Schedule,
    Session,
    StatusUpdate,
    Task,
)

from . import Refused, occurrences, plans, tracked
from .occurrences import Occurrence

Kind = StatusUpdate.Kind
AT_ONCE = 500  # rows of one statement, and instructions of one transaction of the timetable


@dataclass(frozen=True, slots=True)
class Dates:
    """When a task is owed, and where: the values of its row that follow from schedules and sessions."""

    session_id: int | None = None
    first_stop_id: int | None = None
    due_on: date | None = None
    precision: str = Session.Precision.DAY
    matters_on: date | None = None
    late_after: date | None = None

    @classmethod
    def of(cls, task: Task) -> Dates:
        return cls(**{name: getattr(task, name) for name in cls.__slots__})

    def values(self) -> dict:
        return {name: getattr(self, name) for name in self.__slots__}


@dataclass(frozen=True, slots=True)
class Redated:
    """A task whose dates change; `schedule_id` and `occurrence` where it takes over another occurrence."""

    task: Task
    before: Dates
    after: Dates
    schedule_id: int | None
    occurrence: str


@dataclass(slots=True)
class Difference:
    """What would have to change so that tasks are as schedules and sessions say. Empty where all is in step."""

    new: list[Task] = field(default_factory=list)
    redated: list[Redated] = field(default_factory=list)
    gone: list[Task] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.new or self.redated or self.gone)


# ── What would have to change ────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Ledger:
    """Instructions with their schedules, tasks and leads, fetched by a handful of queries, however many they are."""

    instructions: list[Instruction]
    schedules: dict[int, list[Schedule]]
    tasks: dict[int, list[Task]]
    leads: dict[int, int]  # instruction → unit that leads it

    @classmethod
    def load(cls, instructions: QuerySet[Instruction], *, lock: bool = False) -> Ledger:
        """With `lock`, the rows are taken for writing, instructions first: two writers go one after the other."""
        rows = instructions.order_by("pk")
        kept = list(rows.select_for_update(of=("self",)) if lock else rows)
        by_key = {row.pk: row for row in kept}
        ledger = cls(kept, {}, {}, {})
        for some in _portions(list(by_key)):
            schedules = Schedule.objects.filter(instruction__in=some).select_related("body").order_by("pk")
            for schedule in schedules:
                schedule.instruction = by_key[schedule.instruction_id]
                ledger.schedules.setdefault(schedule.instruction_id, []).append(schedule)
            tasks = Task.objects.filter(instruction__in=some).order_by("pk")
            for task in tasks.select_for_update(of=("self",)) if lock else tasks.select_related("lead"):
                task.instruction = by_key[task.instruction_id]
                ledger.tasks.setdefault(task.instruction_id, []).append(task)
            leads = Assignment.objects.filter(
                instruction__in=some, part=Assignment.Part.LEAD, confirmed_at__isnull=False
            )
            ledger.leads.update(leads.values_list("instruction", "unit"))
        return ledger


def compare(ledger: Ledger, calendar: plans.Calendar, *, at: datetime) -> Difference:
    """What differs between the tasks there are and those that schedules and sessions call for, on the day of `at`."""
    day = plans.today(at)
    last = occurrences.day_in(day.year + settings.TASKS_AHEAD, day.month, day.day)
    difference = Difference()
    for instruction in ledger.instructions:
        _compare_one(
            instruction,
            ledger.schedules.get(instruction.pk, []),
            ledger.tasks.get(instruction.pk, []),
            _Ground(calendar, day, last, at, ledger.leads.get(instruction.pk)),
            difference,
        )
    return difference


@dataclass(frozen=True, slots=True)
class _Ground:
    calendar: plans.Calendar
    day: date
    last: date
    at: datetime
    lead_id: int | None


def _compare_one(
    instruction: Instruction, schedules: list[Schedule], tasks: list[Task], ground: _Ground, difference: Difference
) -> None:
    wanted: dict[tuple[int | None, str], tuple[Schedule | None, Occurrence]] = {}
    for schedule in schedules:
        held = {task.occurrence: task.session_id for task in tasks if task.schedule_id == schedule.pk}
        for one in occurrences.occurrences(schedule, ground.calendar, last=ground.last, held=held):
            # what has no date is one, whichever schedule says so
            wanted[(schedule.pk, one.key) if one.key else (None, "")] = (schedule, one)
    if not schedules:
        wanted[None, ""] = (None, Occurrence(""))

    there = {(task.schedule_id, task.occurrence): task for task in tasks}
    for key in wanted.keys() & there.keys():
        asks, one = wanted[key]
        _redate(there[key], key, _dates(asks, one, there[key], ground), asks, ground, difference)
    if instruction.state == Instruction.State.CLOSED:
        return
    loose = [task for key, task in there.items() if key not in wanted and _is_loose(task, ground.day)]
    for key in sorted(wanted.keys() - there.keys(), key=lambda key: (wanted[key][1].due_on or date.max, key[1])):
        asks, one = wanted[key]
        task = loose.pop(0) if loose else _follower(asks, tasks, there, wanted, difference)
        if task is not None:
            difference.redated.append(Redated(task, Dates.of(task), _dates(asks, one, task, ground), *key))
            continue
        dates = _dates(asks, one, None, ground)
        difference.new.append(
            Task(
                instruction=instruction,
                schedule_id=key[0],
                occurrence=key[1],
                lead_id=ground.lead_id,
                created_at=ground.at,
                **dates.values(),
            )
        )
    difference.gone += loose


def _dates(schedule: Schedule | None, one: Occurrence, task: Task | None, ground: _Ground) -> Dates:
    """When an occurrence is owed, and the date that matters on its route."""
    goes_to = one.session
    if goes_to is None and one.awaits is not None and one.due_on is not None:
        year = one.due_on.year
        goes_to = Session(
            body=one.awaits, year=year, starts=one.due_on, ends=date(year, 12, 31), precision=Session.Precision.YEAR
        )
    if goes_to is None or schedule is None:
        return Dates(due_on=one.due_on, precision=one.precision, matters_on=one.due_on)
    held = ground.calendar.sessions.get(task.first_stop_id) if task and task.first_stop_id else None
    stop = plans.first_stop(ground.calendar, schedule.via, goes_to, held)
    matters_on, late_after = plans.matters(ground.calendar, stop or goes_to)
    return Dates(
        session_id=one.session.pk if one.session else None,
        first_stop_id=stop.pk if stop else None,
        due_on=one.due_on,
        precision=one.precision,
        matters_on=matters_on,
        late_after=late_after,
    )


def _redate(
    task: Task,
    key: tuple[int | None, str],
    dates: Dates,
    schedule: Schedule | None,
    ground: _Ground,
    difference: Difference,
) -> None:
    """Note that a task's dates change, unless it is past, closed, delivered or dated by hand."""
    before = Dates.of(task)
    if before == dates or not task.is_open or task.delivered_on or task.dated_by_hand:
        return
    session = ground.calendar.sessions.get(task.session_id) if task.session_id else None
    if session is not None and session.state == Session.State.HELD:
        return
    recurs = schedule is not None and schedule.recurrence
    if recurs and (session is None or before.session_id != dates.session_id) and _is_past(task, ground.day):
        return
    difference.redated.append(Redated(task, before, dates, *key))


def _is_past(task: Task, day: date) -> bool:
    last = task.late_after or task.due_on
    return last is not None and last < day


def _is_loose(task: Task, day: date) -> bool:
    """Whether a task may go when nothing calls for it any more: it is open, lies ahead, and nobody has reported."""
    said = task.last_word_at or task.submitted_at or task.delivered_on
    return bool(task.is_open and not said and not task.dated_by_hand and not _is_past(task, day))


def _follower(
    schedule: Schedule | None,
    tasks: list[Task],
    there: dict[tuple[int | None, str], Task],
    wanted: Collection[tuple[int | None, str]],
    difference: Difference,
) -> Task | None:
    """The open task that follows what is owed once to another date, also where it is late or was spoken of.

    Else a date put right would leave the old task behind and make a second one. A task without a date follows too
    when its instruction gets one.
    """
    left = [task for key, task in there.items() if key not in wanted]
    if not left:
        return None
    taken = {id(change.task) for change in difference.redated}
    left = [task for task in left if id(task) not in taken]
    free = [task for task in left if task.is_open and not task.delivered_on and not task.dated_by_hand]
    undated = [task for task in free if task.occurrence == ""]
    if undated:
        return undated[0]
    once = schedule is None or occurrences.recurrence(schedule.recurrence) is None
    alone = [task for task in free if sum(one.schedule_id == task.schedule_id for one in tasks) == 1]
    return alone[0] if once and alone else None


# ── Writing it ───────────────────────────────────────────────────────────────────────────────────────────────────


@transaction.atomic
def follow(
    *,
    instructions: QuerySet[Instruction],
    by: Member | None,
    at: datetime,
    why: str,
    kind: str = Kind.REDATED,
    calendar: plans.Calendar | None = None,
) -> Difference:
    """Bring the tasks of these instructions in step with their schedules and sessions; what was changed.

    Afterwards each occurrence of the window has its task, once; tasks that lie ahead and that nobody has reported on
    have the dates that schedules and sessions give; those that nothing calls for are gone, or overtaken where words
    or papers hang on them. Each keeps its history, with `why`; where a person did it, each redated one has a
    `StatusUpdate` for its owners. The number of statements grows with portions of 500 rows, not with rows.
    """
    ledger = Ledger.load(instructions, lock=True)
    difference = compare(ledger, calendar or plans.Calendar.load(), at=at)
    _write_redated(difference.redated, by=by, at=at, why=why, kind=kind)
    _write_gone(difference.gone, by=by, at=at, why=why)
    made = Task.objects.bulk_create(difference.new, batch_size=AT_ONCE)
    Task.history.bulk_history_create(
        made, batch_size=AT_ONCE, default_user=by, default_date=at, default_change_reason=why or None
    )
    return difference


def make_ahead(*, at: datetime) -> int:
    """Make the tasks of the years ahead (`settings.TASKS_AHEAD`) that are missing; how many were made.

    Harmless to repeat, and for two at once: each portion of instructions is locked, and the database keeps one task
    per occurrence.
    """
    made = 0
    keys = list(Instruction.objects.open().order_by("pk").values_list("pk", flat=True))
    for some in _portions(keys):
        rows = Instruction.objects.filter(pk__in=some)
        made += len(follow(instructions=rows, by=None, at=at, why=_("made ahead from the schedule")).new)
    return made


def _write_redated(redated: list[Redated], *, by: Member | None, at: datetime, why: str, kind: str) -> None:
    """Write what changes, all that changes alike in one go."""
    alike: dict[tuple, list[int]] = {}
    said: dict[tuple, str] = {}  # thousands of tasks move between the same few days: each pair is put in words once
    for change in redated:
        days = (change.before.matters_on, change.after.matters_on, change.before.due_on, change.after.due_on)
        if days not in said:
            said[days] = _sentence(change, why)
        values = change.after.values()
        if (change.task.schedule_id, change.task.occurrence) != (change.schedule_id, change.occurrence):
            values |= {"schedule_id": change.schedule_id, "occurrence": change.occurrence}
        alike.setdefault((said[days], *values.items()), []).append(change.task.pk)
    for (words, *pairs), keys in alike.items():
        tracked.change_tasks(keys=keys, values=dict(pairs), kind=kind, words=words, by=by, at=at)


def _sentence(change: Redated, why: str) -> str:
    """From when to when, and why: of the date that matters, else of the due date."""
    old, new = change.before.matters_on, change.after.matters_on
    if old == new:
        old, new = change.before.due_on, change.after.due_on
    if old == new:
        return why
    names = {"old": _day(old), "new": _day(new), "why": why}
    return (_("From %(old)s to %(new)s: %(why)s") if why else _("From %(old)s to %(new)s.")) % names


def _day(day: date | None) -> str:
    return date_format(day, "j F Y") if day else _("no date")


def _write_gone(gone: list[Task], *, by: Member | None, at: datetime, why: str) -> None:
    """Remove tasks that nothing calls for; what has words or papers on it is overtaken instead."""
    keys = [task.pk for task in gone]
    hung_on: set[int] = set()
    for model in (StatusUpdate, Comment, Evidence, Input) if keys else ():
        hung_on.update(model.objects.filter(task__in=keys).values_list("task", flat=True))
    kept = [task for task in gone if task.pk in hung_on]
    if kept:
        overtake(tasks=kept, by=by, at=at, why=why or _("nothing calls for it any more"))
    for task in gone:
        if task.pk not in hung_on:
            tracked.delete(row=task, by=by, at=at, why=why)


def overtake(*, tasks: Iterable[Task], by: Member | None, at: datetime, why: str) -> int:
    """Close tasks as overtaken, each with its history and, where a person did it, a `StatusUpdate`; how many."""
    keys = [task.pk for task in tasks]
    return tracked.change_tasks(keys=keys, values={"status": Task.Status.OVER}, kind=Kind.SAID, words=why, by=by, at=at)


def _portions(keys: list[int]) -> Iterator[list[int]]:
    for start in range(0, len(keys), AT_ONCE):
        yield keys[start : start + AT_ONCE]


# ── An instruction is closed, opened again, forgotten ────────────────────────────────────────────────────────────


@transaction.atomic
def end(*, instruction: Instruction, by: Member, at: datetime, why: str) -> int:
    """Overtake the open tasks of an instruction that a newer text dropped, as far as nobody has reported on them.

    Those that were spoken of stay open: somebody owes a last word on them. How many were overtaken.
    """
    rows = Task.objects.select_for_update().filter(instruction=instruction).open().unreported()
    words = _("The instruction was closed: %(why)s") % {"why": why} if why else _("The instruction was closed.")
    return overtake(tasks=list(rows), by=by, at=at, why=words)


@transaction.atomic
def resume(*, instruction: Instruction, by: Member, at: datetime, closed_at: datetime | None) -> None:
    """Open again what `end` overtook at `closed_at`, and make what came due in between."""
    over = Task.Status.OVER
    overtaken = StatusUpdate.objects.filter(task__instruction=instruction, task__status=over, after=over)
    stood: dict[str, list[int]] = {}
    for key, status in overtaken.filter(at=closed_at).values_list("task", "before") if closed_at else ():
        stood.setdefault(status, []).append(key)
    words = _("The instruction was opened again.")
    for status, keys in stood.items():
        tracked.change_tasks(keys=keys, values={"status": status}, kind=Kind.REOPENED, words=words, by=by, at=at)
    follow(instructions=Instruction.objects.filter(pk=instruction.pk), by=by, at=at, why=_("opened again"))


def refuse_where_reported(*, instruction: Instruction) -> None:
    """Refused where people have worked on a task of this instruction, so that it can't be removed as a slip.

    Takes the locks of its tasks: who is at one of them in this moment is waited for, and seen.
    """
    rows = list(instruction.tasks.select_for_update(of=("self",)).order_by("pk"))
    worked_on = any(row.last_word_at or row.submitted_at or row.delivered_on for row in rows)
    hung_on = any(model.objects.filter(task__in=rows).exists() for model in (Comment, Evidence, Input))
    if worked_on or hung_on:
        raise Refused(
            _("People have reported on a task of this instruction, or units are asked for inputs. Close it instead.")
        )
