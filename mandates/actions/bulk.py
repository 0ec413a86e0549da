"""The same act for many tasks: first a preview that says what would change and what stands against it, then all of it
or nothing, in one transaction, with a row of history and a fact for each task.

The right is asked for each task as on its own page; what somebody else changed since the preview stops the whole.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mandates import rules
from mandates.models import Member, StatusUpdate, Task, Unit, states
from mandates.models.words import plain

from . import Overtaken, Refused, status, tracked

Kind = StatusUpdate.Kind
MOST = 20_000  # tasks in one act: every task of a large organization in one resolution's life


@dataclass(frozen=True)
class Row:
    """One task in a preview: what it says now and would say; `problem` is a sentence where it can't be."""

    task: Task
    before: str
    after: str
    problem: str = ""

    @property
    def changes(self) -> bool:
        return not self.problem and self.before != self.after


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
    return _preview(tasks, _reassigning(unit, by))


@transaction.atomic
def reassign_many(
    *, seen: Mapping[int, int], unit: Unit, by: Member, at: datetime, why: str = "", token: str = ""
) -> int:
    """Give tasks to another lead unit; how many. `seen`: revision by key, as the preview showed them.

    The instruction's own lead stays: that is `assignments.reassign`.
    """
    words = plain(why) or _("given to %(unit)s") % {"unit": unit}
    return _apply(seen, _reassigning(unit, by), {"lead": unit}, Kind.REASSIGNED, words, by, at, token)


def _reassigning(unit: Unit, by: Member) -> Callable[[Task], Row]:
    denied = rules.why_not(by, "assign units")

    def row(task: Task) -> Row:
        problem = denied or (_("It is closed.") if task.status in Task.CLOSED else "")
        return Row(task, str(task.lead or ""), str(unit), problem)

    return row


# ── Another date ─────────────────────────────────────────────────────────────────────────────────────────────────


def preview_redate(*, tasks: Iterable[Task], to: date, by: Member, on: date) -> Preview:
    """What giving the tasks another due date would change."""
    return _preview(tasks, _redating(to, by))


@transaction.atomic
def redate_many(*, seen: Mapping[int, int], to: date, by: Member, at: datetime, why: str = "", token: str = "") -> int:
    """Give tasks a due date by hand; how many. From then on neither their session nor their schedule moves them."""
    words = plain(why) or _("due on %(day)s") % {"day": date_format(to, "j F Y")}
    values = {"due_on": to, "matters_on": to, "late_after": None, "precision": "day", "dated_by_hand": True}
    return _apply(seen, _redating(to, by), values, Kind.REDATED, words, by, at, token)


def _redating(to: date, by: Member) -> Callable[[Task], Row]:
    denied = rules.why_not(by, "redate tasks")

    def row(task: Task) -> Row:
        problem = denied or (_("It is closed.") if task.status in Task.CLOSED else "")
        before = task.due_on.isoformat() if task.due_on else ""
        if before == to.isoformat() and not task.dated_by_hand:
            # The same day, but from a session or a schedule, which could still move it.
            before = _("%(day)s, as its schedule says") % {"day": before}
        return Row(task, before, to.isoformat(), problem)

    return row


# ── Another status ───────────────────────────────────────────────────────────────────────────────────────────────


def preview_update(*, tasks: Iterable[Task], to: str, words: str, by: Member, on: date) -> Preview:
    """What saying the same status of all the tasks would change. Done is said one by one: each has its evidence."""
    tasks = list(tasks)
    return _preview(tasks, _updating(to, words, rules.updatable(by, tasks, on=on)))


@transaction.atomic
def update_many(*, seen: Mapping[int, int], to: str, words: str, by: Member, at: datetime, token: str = "") -> int:
    """Say the same status of many tasks; how many. The twin of `status.update`, by the same table of steps."""
    if to not in Task.Status.values or to in states.ASKS_FOR_EVIDENCE:
        raise Refused(_("Many tasks at once can't be closed as done: each asks for its own evidence."))
    tasks = _locked(seen)
    rule = _updating(to, words, rules.updatable(by, tasks, on=at.date()))
    values: dict[str, Any] = {"status": to, "last_word_at": at, "submitted_by": None, "submitted_at": None}
    if to in states.ENDS:
        values |= {"waiting_for": "", "waiting_since": None}
    return _apply(seen, rule, values, Kind.SAID, plain(words), by, at, token)


def _updating(to: str, words: str, theirs: frozenset[int]) -> Callable[[Task], Row]:
    label = Task.Status(to).label if to in Task.Status.values else to

    def row(task: Task) -> Row:
        problem = ""
        if task.pk not in theirs:
            problem = str(rules.RIGHTS["update task"].sentence)
        elif to in states.ASKS_FOR_EVIDENCE:
            problem = _("Closing it as done needs its own evidence.")
        elif task.status in Task.CLOSED:
            problem = _("It is closed.")
        elif to not in states.steps_from(task.status):
            problem = _("“%(before)s” can't become “%(to)s”.") % {"before": task.get_status_display(), "to": label}
        elif to in states.ASKS_FOR_WORDS and not plain(words):
            problem = _("Say why: “%(to)s” needs a reason.") % {"to": label}
        return Row(task, task.state_words, str(label), problem)

    return row


# ── Steps that the acts share ────────────────────────────────────────────────────────────────────────────────────


def _preview(tasks: Iterable[Task], rule: Callable[[Task], Row]) -> Preview:
    return Preview(tuple(rule(task) for task in tasks))


def _locked(seen: Mapping[int, int]) -> list[Task]:
    """The rows under their locks, always taken in the same order, so that two of us never wait for each other."""
    if len(seen) > MOST:
        raise Refused(_("At most %(most)d tasks can be changed at once.") % {"most": MOST})
    rows: list[Task] = []
    keys = sorted(seen)
    for start in range(0, len(keys), tracked.AT_ONCE):
        part = Task.objects.filter(pk__in=keys[start : start + tracked.AT_ONCE]).order_by("pk")
        rows += part.select_for_update(of=("self",)).select_related("lead", "instruction")
    return rows


def _apply(
    seen: Mapping[int, int],
    rule: Callable[[Task], Row],
    values: dict[str, Any],
    kind: str,
    words: str,
    by: Member,
    at: datetime,
    token: str,
) -> int:
    tasks = _locked(seen)
    if token and (done := StatusUpdate.objects.filter(token=token).first()):
        if done.by_id != by.pk:
            raise Refused(_("This form was used already. Open the page again."))
        return StatusUpdate.objects.filter(by=by, at=done.at, kind=done.kind).count()
    gone = set(seen) - {task.pk for task in tasks}
    moved = [task for task in tasks if task.revision != seen[task.pk]]
    if gone or moved:
        told = [f"{task}: {line}" for task in moved[:20] for line in status.said_since(task=task, seen=seen[task.pk])]
        if gone:
            told.append(
                ngettext("%(count)d task is gone.", "%(count)d tasks are gone.", len(gone)) % {"count": len(gone)}
            )
        raise Overtaken(
            _("Somebody else has changed some of these tasks. Nothing was changed; look again."), tuple(told)
        )
    rows = [rule(task) for task in tasks]
    problems = [f"{row.task}: {row.problem}" for row in rows if row.problem]
    if problems:
        raise NotAll(problems)
    keys = [row.task.pk for row in rows if row.changes]
    return tracked.change_tasks(keys=keys, values=values, kind=kind, words=words, by=by, at=at, token=token)
