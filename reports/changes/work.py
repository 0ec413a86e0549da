"""Where tasks stand now, and did not before: done, at risk, otherwise moved; given to other units, other dates by hand.

Several updates of one task fold into one sentence: from the status before the first of them to the status after the
last, with the last words. A task that came back to where it was is told only where somebody said something.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from mandates.models import StatusUpdate, Task, Unit
from mandates.views.task_beside import SPOKEN

from .ground import Ground, who_did, who_said
from .said import Draft, Sentence
from .scope import Scope

Kind, Status = StatusUpdate.Kind, Task.Status
MOVED = "moved"


def said(scope: Scope) -> QuerySet[StatusUpdate]:
    """What was said of tasks and happened to them in the period."""
    return StatusUpdate.objects.filter(scope.said(), **scope.period.bounds).order_by()


def folded(scope: Scope) -> Any:  # a query of dictionaries
    """A row a task: its status `before` and `after`, and the keys of its `newest` update, of the `last` one by a person
    and of the last `worded` one."""
    oldest = StatusUpdate.objects.filter(task=OuterRef("pk"), **scope.period.bounds).order_by("at", "pk")
    newest = oldest.reverse()
    spoken = newest.filter(kind__in=SPOKEN)
    return (
        Task.objects.filter(pk__in=said(scope).values("task"))
        .annotate(
            before=Subquery(oldest.values("before")[:1]),
            after=Subquery(newest.values("after")[:1]),
            newest=Subquery(newest.values("pk")[:1]),
            last=Subquery(spoken.values("pk")[:1]),
            worded=Subquery(spoken.exclude(words="").values("pk")[:1]),
        )
        .order_by("-newest")
        .values("pk", "before", "after", "newest", "last", "worded")
    )


@dataclass(frozen=True)
class Folds:
    """The keys of the tasks of which something was said, by what became of them, the latest first.

    What was overtaken because its instruction fell away (`told`) is told with that; what became `late`, and is at risk
    or stands as it stood, is told as late, with the same words.
    """

    done: tuple[int, ...]
    risk: tuple[int, ...]
    moved: tuple[int, ...]

    @classmethod
    def of(cls, scope: Scope, *, told: Collection[int], late: Collection[int]) -> Folds:
        """One query."""
        late = frozenset(late)
        found: dict[str, list[int]] = {Status.DONE: [], Status.RISK: [], MOVED: []}
        for key, instruction, before, after, worded in folded(scope).values_list(
            "pk", "instruction_id", "before", "after", "worded"
        ):
            if after in found and after != before:
                if after == Status.DONE or key not in late:
                    found[after].append(key)
            elif before == after:
                if worded and key not in late:
                    found[MOVED].append(key)
            elif after != Status.OVER or instruction not in told:
                found[MOVED].append(key)
        return cls(done=tuple(found[Status.DONE]), risk=tuple(found[Status.RISK]), moved=tuple(found[MOVED]))


@dataclass(frozen=True)
class Folded:
    """The sentences of such tasks."""

    scope: Scope
    keys: tuple[int, ...]
    say: Callable[[dict[str, Any], Ground], Sentence]

    def count(self) -> int:
        return len(self.keys)

    def drafts(self, start: int, stop: int) -> list[Draft]:
        keys = self.keys[start:stop]
        rows = {row["pk"]: row for row in folded(self.scope).filter(pk__in=keys)}
        return [
            Draft(
                partial(self.say, rows[key]),
                tasks=(key,),
                updates=(rows[key]["last"], rows[key]["worded"], rows[key]["newest"]),
            )
            for key in keys
        ]


def _sentence(row: dict[str, Any], ground: Ground, *, mark: str, says: str, notes: tuple[str, ...] = ()) -> Sentence:
    """The sentence of a task with the last words that were said of it, and by whom."""
    task = ground.tasks[row["pk"]]
    worded = ground.updates.get(row["worded"] or 0)
    spoke = worded or ground.updates.get(row["last"] or 0) or ground.updates.get(row["newest"])
    return Sentence(
        mark=mark,
        about=ground.about(task),
        url=_task_url(task),
        says=says,
        quote=worded.words if worded else "",
        address=ground.address(task.instruction_id),
        unit=ground.unit(task),
        notes=notes,
        who=who_said(spoke),
    )


def done(row: dict[str, Any], ground: Ground) -> Sentence:
    task, last = ground.tasks[row["pk"]], ground.updates.get(row["newest"])
    says = _("done.")
    if task.delivered_on:
        says = _("done, delivered on %(day)s.") % {"day": date_format(task.delivered_on, "j F Y")}
    approved = ""
    if last is not None and last.kind == Kind.APPROVED:
        approved = _("approved by %(who)s") % {"who": last.by}
    return _sentence(row, ground, mark="done", says=says, notes=_kept(ground.shown_by(task.id), approved))


def at_risk(row: dict[str, Any], ground: Ground) -> Sentence:
    says = _("at risk; it was “%(before)s”.") % {"before": _word(row["before"])}
    return _sentence(row, ground, mark="risk", says=says)


def moved(row: dict[str, Any], ground: Ground) -> Sentence:
    task, last = ground.tasks[row["pk"]], ground.updates.get(row["last"] or 0)
    before, after = row["before"], row["after"]
    if last is not None and last.kind == Kind.SUBMITTED and task.submitted_at:
        return _sentence(
            row,
            ground,
            mark="wait",
            says=_("handed in, and waits for approval."),
            notes=_kept(ground.shown_by(task.id)),
        )
    words = {"before": _word(before), "after": _word(after)}
    if before == after:
        says = _("still “%(after)s”, with a new word.") % words
    elif last is not None and last.kind == Kind.NOTHING_DUE:
        says = _("nothing is due this time.")
    else:
        says = _("from “%(before)s” to “%(after)s”.") % words
    return _sentence(row, ground, mark=after, says=says)


def _word(status: str) -> str:
    return str(Status(status).label) if status in Status.values else _("no status")


def _task_url(task: Any) -> str:
    return reverse("task", args=[task.id])


def _kept(*notes: str) -> tuple[str, ...]:
    return tuple(note for note in notes if note)


# ── What was done to tasks one by one, or many at once ───────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Changed:
    """Tasks that were given another date (`kind` "date") or another unit ("unit") than they had before, and not with
    their session, their schedule or their instruction (`told`), which are told once for all their tasks."""

    scope: Scope
    kind: str
    told: Collection[int] = ()

    def rows(self) -> Any:
        kind, column = (Kind.REDATED, "matters_on") if self.kind == "date" else (Kind.REASSIGNED, "lead")
        updates = said(self.scope).filter(kind=kind)
        own = updates.filter(task=OuterRef("pk"))
        history = Task.history.model.objects.filter(id=OuterRef("pk")).order_by("-history_date", "-history_id")
        before = history.filter(history_date__lt=OuterRef("opened"))
        after = history.filter(history_date__lte=self.scope.period.until.moment.now)
        rows = Task.objects.filter(pk__in=updates.values("task")).exclude(instruction__in=self.told)
        rows = rows.annotate(
            opened=Subquery(own.order_by("at", "pk").values("at")[:1]),
            newest=Subquery(own.order_by("-at", "-pk").values("pk")[:1]),
        )
        rows = rows.annotate(was=Subquery(before.values(column)[:1]), now=Subquery(after.values(column)[:1]))
        differs = ~Q(was=F("now")) | Q(was=None, now__isnull=False) | Q(was__isnull=False, now=None)
        return rows.filter(differs).order_by("-newest").values("pk", "newest", "was", "now")

    def count(self) -> int:
        return self.rows().count()

    def drafts(self, start: int, stop: int) -> list[Draft]:
        rows = list(self.rows()[start:stop])
        say = _redated if self.kind == "date" else partial(_reassigned, units=_units(rows))
        return [Draft(partial(say, row), tasks=(row["pk"],), updates=(row["newest"],)) for row in rows]


def _units(rows: list[dict[str, Any]]) -> dict[int, str]:
    keys = {key for row in rows for key in (row["was"], row["now"]) if key}
    return dict(Unit.objects.filter(pk__in=keys).values_list("pk", "abbr"))


def _redated(row: dict[str, Any], ground: Ground) -> Sentence:
    task, update = ground.tasks[row["pk"]], ground.updates[row["newest"]]
    days = {name: date_format(row[name], "j F Y") if row[name] else _("no date") for name in ("was", "now")}
    return Sentence(
        mark="move",
        about=ground.about(task),
        url=_task_url(task),
        says=_("from %(was)s to %(now)s.") % days,
        quote=update.words,
        address=ground.address(task.instruction_id),
        unit=ground.unit(task),
        who=who_did(update.by, update.at),
    )


def _reassigned(row: dict[str, Any], ground: Ground, *, units: dict[int, str]) -> Sentence:
    task, update = ground.tasks[row["pk"]], ground.updates[row["newest"]]
    names = {name: units.get(row[name] or 0) or _("nobody") for name in ("was", "now")}
    return Sentence(
        mark="move",
        about=ground.about(task),
        url=_task_url(task),
        says=_("from %(was)s to %(now)s.") % names,
        quote=update.words,
        address=ground.address(task.instruction_id),
        who=who_did(update.by, update.at),
    )
