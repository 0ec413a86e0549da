"""What became late or silent in the period, and what was so before it and still is: the clocks at both ends.

One query puts every open task that is late, silent or without a lead at the end beside how it stood at the beginning.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from django.db.models import Case, CharField, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Concat
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mandates.actions import plans
from mandates.models import StatusUpdate, Task
from mandates.views.task_beside import SPOKEN
from mandates.views.work import OVERDUE, SILENT
from reports.clocks import Moment, clock

from .ground import Ground, day_of, who_said
from .said import Draft, Sentence
from .scope import Scope

LED, UNLED = "led", "unled"


@dataclass(frozen=True, slots=True)
class Stood:
    """A task at the end of the period; its clock and lead at its beginning, "" where it was not there, or closed."""

    task: int
    instruction: int
    clock: str
    led: bool
    clock_before: str
    led_before: bool


@dataclass(frozen=True)
class Clocks:
    """The keys of tasks by what became of their clock, each task once."""

    late: tuple[int, ...]
    silent: tuple[int, ...]
    late_still: tuple[int, ...]
    silent_still: tuple[int, ...]
    unled_still: tuple[tuple[int, int], ...]  # (instruction, how many of its tasks)

    @classmethod
    def of(cls, scope: Scope) -> Clocks:
        """One query."""
        found: dict[str, list[int]] = {name: [] for name in ("late", "silent", "late_still", "silent_still")}
        unled: dict[int, int] = {}
        for one in _standing(scope):
            name = {OVERDUE: "late", SILENT: "silent"}.get(one.clock, "")
            if name and one.clock != one.clock_before:
                found[name].append(one.task)
            elif name == "late" or (name and one.led):
                found[f"{name}_still"].append(one.task)
            elif not one.led and one.clock_before and not one.led_before:
                unled[one.instruction] = unled.get(one.instruction, 0) + 1
        return cls(**{name: tuple(keys) for name, keys in found.items()}, unled_still=tuple(unled.items()))


def _standing(scope: Scope) -> Iterator[Stood]:
    period = scope.period
    since = period.since.moment
    before = Task.history.model.objects.filter(id=OuterRef("id"), history_date__lte=since.now)
    packed = before.annotate(stood=_packed(since)).order_by("-history_date", "-history_id").values("stood")
    rows = scope.tasks().filter(is_open=True)
    rows = rows.annotate(clock=clock(period.until.moment), before=Subquery(packed[:1]))
    rows = rows.filter(Q(clock__in=(OVERDUE, SILENT)) | Q(lead=None))
    for key, instruction, name, lead, stood in rows.order_by("matters_on", "id").values_list(
        "id", "instruction_id", "clock", "lead_id", "before"
    ):
        was, _bar, led = (stood or "|").partition("|")
        yield Stood(key, instruction, name, lead is not None, was, led == LED)


def _packed(moment: Moment) -> Concat:
    """The clock of an open row of history and whether it had a lead, in one column: "silent|led"."""
    lead = Case(When(lead=None, then=Value(UNLED)), default=Value(LED), output_field=CharField())
    stood = Case(When(is_open=True, then=clock(moment)), default=Value(""), output_field=CharField())
    return Concat(stood, Value("|"), lead, output_field=CharField())


@dataclass(frozen=True)
class ByClock:
    """The sentences of tasks that are late or silent (`still`: as they were before)."""

    scope: Scope
    keys: tuple[int, ...]
    silent: bool
    still: bool = False

    def count(self) -> int:
        return len(self.keys)

    def drafts(self, start: int, stop: int) -> list[Draft]:
        keys = self.keys[start:stop]
        said = StatusUpdate.objects.filter(task__in=keys, kind__in=SPOKEN, at__lte=self.scope.period.until.moment.now)
        words = said.exclude(words="").order_by("at", "pk")
        last = dict(words.values_list("task", "pk"))
        say = partial(_silent if self.silent else _late, still=self.still)
        return [Draft(partial(say, key, last.get(key)), tasks=(key,), updates=(last.get(key),)) for key in keys]


def _late(key: int, word: int | None, ground: Ground, *, still: bool) -> Sentence:
    task, said = ground.tasks[key], ground.updates.get(word or 0)
    last = task.late_after or task.matters_on
    days = {"n": (ground.period.until.day - last).days}
    if still:
        says = ngettext("still late, by %(n)d day.", "still late, by %(n)d days.", days["n"]) % days
    else:
        says = ngettext("%(n)d day late.", "%(n)d days late.", days["n"]) % days
    return Sentence(
        mark="same" if still else "late",
        about=ground.about(task),
        url=reverse("task", args=[key]),
        says=says,
        quote=said.words if said and not still else "",
        address=ground.address(task.instruction_id),
        unit=ground.unit(task),
        notes=(str(Task.Status(task.status).label),),
        who=who_said(said) if said and not still else "",
    )


def _silent(key: int, _word: int | None, ground: Ground, *, still: bool) -> Sentence:
    task = ground.tasks[key]
    since = task.last_word_at or task.created_at
    n = (ground.period.until.day - plans.today(since)).days
    days = {"n": n, "day": day_of(since)}
    if still:
        says = ngettext("still no word, for %(n)d day now.", "still no word, for %(n)d days now.", n) % days
    elif task.last_word_at:
        says = _("silent: no word since %(day)s.") % days
    else:
        says = _("silent: no word from anyone since it is on the list, %(day)s.") % days
    return Sentence(
        mark="same" if still else "silent",
        about=ground.about(task),
        url=reverse("task", args=[key]),
        says=says,
        address=ground.address(task.instruction_id),
        unit=ground.unit(task),
    )


@dataclass(frozen=True)
class Unled:
    """Instructions that nobody led before, and nobody leads."""

    rows: tuple[tuple[int, int], ...]

    def count(self) -> int:
        return len(self.rows)

    def drafts(self, start: int, stop: int) -> list[Draft]:
        return [Draft(partial(_unled, key, count), instructions=(key,)) for key, count in self.rows[start:stop]]


def _unled(key: int, count: int, ground: Ground) -> Sentence:
    held = ground.instructions[key]
    return Sentence(
        mark="same",
        about=held.title,
        url=held.get_absolute_url(),
        says=_("still led by no unit, since %(day)s.") % {"day": day_of(held.created_at)},
        address=ground.address(key),
        notes=(ngettext("%(n)d open task", "%(n)d open tasks", count) % {"n": count},),
        who=_("with the coordinator"),
    )
