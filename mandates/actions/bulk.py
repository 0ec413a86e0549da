"""The same act for many tasks: first a preview that says what would change and what stands against it, then all of it
or nothing, in one transaction, with a row of history and a fact for each task.

The right is asked for each task as on its own page; what somebody else changed since the preview stops the whole.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol

from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mandates import rules
from mandates.models import Member, StatusUpdate, Task, Unit, states
from mandates.models.words import plain

from . import Overtaken, Refused, plans, status, tracked

Kind = StatusUpdate.Kind
# What the rules need to know of a task; its title is asked for only where something has to be said of it.
NEEDED = ("pk", "revision", "status", "lead_id", "instruction_id", "due_on", "dated_by_hand", "submitted_at")
MOST_TOLD = 20  # tasks of which we say what others did to them
MOST = 20_000  # tasks in one act: every task of a large organization in one resolution's life


@dataclass(frozen=True)
class Row:
    """One task in a preview: what it says now and would say; `problem` is a sentence where it can't be."""

    task: Task
    before: str
    after: str
    problem: str = ""
    changes: bool = False


@dataclass(frozen=True)
class Preview:
    """What an act would do. `seen` goes back with the form, so that nobody's change in between is written over."""

    rows: tuple[Row, ...]

    @property
    def changes(self) -> tuple[Row, ...]:
        return tuple(row for row in self.rows if row.changes)

    @property
    def problems(self) -> tuple[Row, ...]:
        return tuple(row for row in self.rows if row.problem)

    @property
    def seen(self) -> dict[int, int]:
        """Revision by key, of the tasks that would change."""
        return {row.task.pk: row.task.revision for row in self.changes}


class NotAll(Refused):
    """Some of the tasks can't be changed, so none was. `problems` says which and why, as sentences."""

    def __init__(self, problems: Sequence[str]):
        super().__init__(
            ngettext(
                "Nothing was changed: %(count)d task can't be.",
                "Nothing was changed: %(count)d tasks can't be.",
                len(problems),
            )
            % {"count": len(problems)}
        )
        self.problems = tuple(problems)


# ── Another unit ─────────────────────────────────────────────────────────────────────────────────────────────────


def preview_reassign(*, tasks: Iterable[Task], unit: Unit, by: Member, on: date) -> Preview:
    """What giving the tasks to another lead unit would change."""
    return _preview(tasks, _Reassigning(unit, by))


@transaction.atomic
def reassign_many(
    *, seen: Mapping[int, int], unit: Unit, by: Member, at: datetime, why: str = "", token: str = ""
) -> int:
    """Give tasks to another lead unit; how many. `seen`: revision by key, as the preview showed them.

    The instruction's own lead stays: that is `assignments.reassign`.
    """
    words = plain(why) or _("given to %(unit)s") % {"unit": unit}
    return _apply(_locked(seen), seen, _Reassigning(unit, by), {"lead": unit}, Kind.REASSIGNED, words, by, at, token)


class _Reassigning:
    def __init__(self, unit: Unit, by: Member):
        self.unit, self.after = unit, str(unit)
        self.denied = rules.why_not(by, "assign units")

    def problem(self, task: Any) -> str:
        return self.denied or (_("It is closed.") if task.status in Task.CLOSED else "")

    def is_so(self, task: Any) -> bool:
        return task.lead_id == self.unit.pk

    def before(self, task: Task) -> str:
        return str(task.lead or "")


# ── Another date ─────────────────────────────────────────────────────────────────────────────────────────────────


def preview_redate(*, tasks: Iterable[Task], to: date, by: Member, on: date) -> Preview:
    """What giving the tasks another due date would change."""
    return _preview(tasks, _Redating(to, by))


@transaction.atomic
def redate_many(*, seen: Mapping[int, int], to: date, by: Member, at: datetime, why: str = "", token: str = "") -> int:
    """Give tasks a due date by hand; how many. From then on neither their session nor their schedule moves them."""
    words = plain(why) or _("due on %(day)s") % {"day": date_format(to, "j F Y")}
    values = {"due_on": to, "matters_on": to, "late_after": None, "precision": "day", "dated_by_hand": True}
    return _apply(_locked(seen), seen, _Redating(to, by), values, Kind.REDATED, words, by, at, token)


class _Redating:
    def __init__(self, to: date, by: Member):
        self.to, self.after = to, to.isoformat()
        self.denied = rules.why_not(by, "redate tasks")

    def problem(self, task: Any) -> str:
        return self.denied or (_("It is closed.") if task.status in Task.CLOSED else "")

    def is_so(self, task: Any) -> bool:
        """The same day from a session or a schedule is another thing: they could still move it."""
        return task.due_on == self.to and task.dated_by_hand

    def before(self, task: Task) -> str:
        day = task.due_on.isoformat() if task.due_on else ""
        if day == self.after and not task.dated_by_hand:
            return _("%(day)s, as its schedule says") % {"day": day}
        return day


# ── Another status ───────────────────────────────────────────────────────────────────────────────────────────────


def preview_update(*, tasks: Iterable[Task], to: str, words: str, by: Member, on: date) -> Preview:
    """What saying the same status of all the tasks would change. Done is said one by one: each has its evidence."""
    tasks = list(tasks)
    return _preview(tasks, _Updating(to, words, rules.updatable(by, tasks, on=on)))


@transaction.atomic
def update_many(*, seen: Mapping[int, int], to: str, words: str, by: Member, at: datetime, token: str = "") -> int:
    """Say the same status of many tasks; how many. The twin of `status.update`, by the same table of steps."""
    if to not in Task.Status.values or to in states.ASKS_FOR_EVIDENCE:
        raise Refused(_("Many tasks at once can't be closed as done: each asks for its own evidence."))
    tasks = _locked(seen)
    rule = _Updating(to, words, rules.updatable(by, tasks, on=plans.today(at)))
    values: dict[str, Any] = {"status": to, "last_word_at": at, "submitted_by": None, "submitted_at": None}
    if to in states.ENDS:
        values |= {"waiting_for": "", "waiting_since": None}
    return _apply(tasks, seen, rule, values, Kind.SAID, plain(words), by, at, token)


class _Updating:
    def __init__(self, to: str, words: str, theirs: frozenset[int]):
        self.to, self.theirs = to, theirs
        self.after = str(Task.Status(to).label if to in Task.Status.values else to)
        self.has_reason = bool(plain(words)) or to not in states.ASKS_FOR_WORDS

    def problem(self, task: Any) -> str:
        if task.pk not in self.theirs:
            return str(rules.RIGHTS["update task"].sentence)
        if self.to in states.ASKS_FOR_EVIDENCE:
            return _("Closing it as done needs its own evidence.")
        if task.status in Task.CLOSED:
            return _("It is closed.")
        if self.to not in states.steps_from(task.status):
            names = {"before": Task.Status(task.status).label, "to": self.after}
            return _("“%(before)s” can't become “%(to)s”.") % names
        return "" if self.has_reason else _("Say why: “%(to)s” needs a reason.") % {"to": self.after}

    def is_so(self, task: Any) -> bool:
        """What waits for approval is changed by any word: it takes the submission back."""
        return task.status == self.to and task.submitted_at is None

    def before(self, task: Task) -> str:
        return task.state_words


# ── Steps that the acts share ────────────────────────────────────────────────────────────────────────────────────


class _Rule(Protocol):
    """What an act asks of each task. `problem` and `is_so` need no more than the row; `before` is for people."""

    after: str

    def problem(self, task: Any) -> str: ...
    def is_so(self, task: Any) -> bool: ...
    def before(self, task: Task) -> str: ...


def _preview(tasks: Iterable[Task], rule: _Rule) -> Preview:
    return Preview(
        tuple(
            Row(task, rule.before(task), rule.after, problem, not problem and not rule.is_so(task))
            for task in tasks
            for problem in [rule.problem(task)]
        )
    )


def _locked(seen: Mapping[int, int]) -> list[Any]:
    """The rows under their locks, always taken in the same order, so that two of us never wait for each other.

    Bare rows: to make ten thousand `Task`s would take longer than all the rest.
    """
    if len(seen) > MOST:
        raise Refused(_("At most %(most)d tasks can be changed at once.") % {"most": MOST})
    rows: list[Any] = []
    keys = sorted(seen)
    for start in range(0, len(keys), tracked.AT_ONCE):
        part = Task.objects.filter(pk__in=keys[start : start + tracked.AT_ONCE]).order_by("pk").select_for_update()
        rows += part.values_list(*NEEDED, named=True)
    return rows


def _apply(
    tasks: list[Any],
    seen: Mapping[int, int],
    rule: _Rule,
    values: dict[str, Any],
    kind: str,
    words: str,
    by: Member,
    at: datetime,
    token: str,
) -> int:
    if tracked.form_token(token=token) and (done := StatusUpdate.objects.filter(token=token).first()):
        if done.by_id != by.pk:
            raise Refused(_("This form was used already. Open the page again."))
        return StatusUpdate.objects.filter(by=by, at=done.at, kind=done.kind).count()
    _check_seen(tasks, seen)
    problems = {task.pk: problem for task in tasks if (problem := rule.problem(task))}
    if problems:
        titles = {task.pk: str(task) for task in _named(problems)}
        raise NotAll([f"{titles[key]}: {problem}" for key, problem in problems.items()])
    keys = [task.pk for task in tasks if not rule.is_so(task)]
    return tracked.change_tasks(keys=keys, values=values, kind=kind, words=words, by=by, at=at, token=token)


def _check_seen(tasks: list[Any], seen: Mapping[int, int]) -> None:
    gone = len(seen) - len(tasks)
    moved = [task.pk for task in tasks if task.revision != seen[task.pk]]
    if not gone and not moved:
        return
    told = [
        f"{task}: {line}"
        for task in _named(moved[:MOST_TOLD])
        for line in status.said_since(task=task, seen=seen[task.pk])
    ]
    if gone:
        told.append(ngettext("%(count)d task is gone.", "%(count)d tasks are gone.", gone) % {"count": gone})
    raise Overtaken(_("Somebody else has changed some of these tasks. Nothing was changed; look again."), tuple(told))


def _named(keys: Iterable[int]) -> Iterable[Task]:
    return Task.objects.filter(pk__in=list(keys)).select_related("instruction").order_by("pk")
