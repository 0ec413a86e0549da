"""The roll-up as at a day is what it was at the end of that day, whichever way it is counted.

A history is made up at random and lived through day by day. At the end of each day the figures are counted by hand,
over the objects; later they are asked for again.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine

from mandates.actions import plans, tracked
from mandates.models import ActionLine, Goal, GoalTag, Instruction, LineTag, Task
from mandates.views.work import OVERDUE, SILENT, Worker, clock_of
from reports.clocks import Moment
from reports.models import Fold, Tally
from reports.rollup import Counts, Scope, counting, folding, rollup, trend
from reports.rollup.recounting import recount
from reports.rollup.values import NUMBERS
from tests.factories import MemberFactory, ResolutionFactory, SessionFactory, UnitFactory

FIRST, DAYS = date(2026, 1, 20), 60  # over two ends of months, and the day on which summer time begins
SCOPES = (
    Scope("line"),
    Scope("line", where={"force": "instructs"}),
    Scope("line", "unit", where={"line": "C7"}),
    Scope("unit"),
    Scope("session", "goal"),
    Scope("goal", where={"session": "CSTD-30"}),
    Scope("force", "line"),
    Scope("resolution", where={"line": "none"}),
)


# ── A life ───────────────────────────────────────────────────────────────────────────────────────────────────────


class Life:
    """Instructions, tasks and tags, and what may happen to them."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.by, self.text = MemberFactory(role="coordinator"), ResolutionFactory()
        above = ActionLine.objects.create(code="C7", title="Applications", position=7)
        for position, code in enumerate(("C7-1", "C7-2", "C5"), 8):
            parent = above if code.startswith("C7") else None
            ActionLine.objects.create(code=code, title=code, position=position, parent=parent)
        self.lines = list(ActionLine.objects.all())
        self.goals = [Goal.objects.create(number=number, title=str(number)) for number in (9, 17)]
        bdt = UnitFactory(abbr="BDT")
        self.units = [bdt, UnitFactory(abbr="BDT/DKH", parent=bdt), UnitFactory(abbr="TSB"), None]
        self.sessions = [SessionFactory(), SessionFactory(code="ECOSOC-2027", name="ECOSOC 2027"), None]
        self.acts = [
            *[self.says] * 4,
            *[self.tags] * 3,
            *[self.redates] * 2,
            *[self.makes] * 4,
            self.hands_over,
            self.submits,
            self.many,
            self.loses,
            self.takes_back,
            self.words_anew,
        ]

    def lives(self, at: datetime) -> None:
        self.chance.choice(self.acts)(at)

    def _one(self, model: Any) -> Any:
        rows = list(model.objects.order_by("pk"))
        return self.chance.choice(rows) if rows else None

    def _day(self, at: datetime) -> date | None:
        return self.chance.choice([None, at.date() + timedelta(self.chance.randint(-30, 160))])

    def makes(self, at: datetime) -> None:
        instruction = self._one(Instruction)
        if instruction is None or self.chance.random() < 0.4:
            force = self.chance.choice(["instructs", "invites"])
            instruction = Instruction(resolution=self.text, created_by=self.by, created_at=at, force=force, title="x")
            tracked.save(row=instruction, by=self.by, at=at)
        day = self._day(at)
        task = Task(
            instruction=instruction,
            lead=self.chance.choice(self.units),
            session=self.chance.choice(self.sessions),
            first_stop=self.chance.choice(self.sessions),
            due_on=day,
            matters_on=day,
            late_after=day + timedelta(20) if day and self.chance.random() < 0.3 else None,
            occurrence=f"time-{Task.history.count()}",
            created_at=at,
        )
        tracked.save(row=task, by=self.by, at=at)

    def says(self, at: datetime) -> None:
        if task := self._one(Task):
            task.status = self.chance.choice(Task.Status.values)
            task.last_word_at, task.submitted_at = at, None
            task.waiting_for = self.chance.choice(["", "", "the Deputy"])
            tracked.save(row=task, by=self.by, at=at)

    def submits(self, at: datetime) -> None:
        if task := self._one(Task):
            task.submitted_at = at
            tracked.save(row=task, by=self.by, at=at)

    def tags(self, at: datetime) -> None:
        if instruction := self._one(Instruction):
            model, name, values = self.chance.choice(
                [(LineTag, "action_line", self.lines)] * 3 + [(GoalTag, "goal", self.goals)]
            )
            given = {"instruction": instruction, name: self.chance.choice(values)}
            held = model.objects.filter(**given).first()
            if held:
                tracked.delete(row=held, by=self.by, at=at)
            else:
                tracked.save(row=model(**given), by=self.by, at=at)

    def redates(self, at: datetime) -> None:
        if task := self._one(Task):
            day = self._day(at)
            late = day + timedelta(9) if day and self.chance.random() < 0.3 else None
            tracked.change_tasks(
                keys=[task.pk],
                values={"matters_on": day, "due_on": day, "late_after": late},
                kind="redated",
                words="x",
                by=self.by,
                at=at,
            )

    def hands_over(self, at: datetime) -> None:
        if task := self._one(Task):
            task.lead, task.session = self.chance.choice(self.units), self.chance.choice(self.sessions)
            tracked.save(row=task, by=self.by, at=at)

    def many(self, at: datetime) -> None:
        keys = [key for key in Task.objects.values_list("pk", flat=True) if self.chance.random() < 0.3]
        status = self.chance.choice(Task.Status.values)
        tracked.change_tasks(keys=keys, values={"status": status}, kind="said", words="x", by=self.by, at=at)

    def loses(self, at: datetime) -> None:
        if self.chance.random() < 0.4 and (task := self._one(Task)):
            tracked.delete(row=task, by=self.by, at=at)

    def takes_back(self, at: datetime) -> None:
        if self.chance.random() < 0.2 and (instruction := self._one(Instruction)):
            tracked.delete(row=instruction, by=self.by, at=at)

    def words_anew(self, at: datetime) -> None:
        if instruction := self._one(Instruction):
            instruction.force = self.chance.choice(["instructs", "invites"])
            tracked.save(row=instruction, by=self.by, at=at)


# ── Counted by hand ──────────────────────────────────────────────────────────────────────────────────────────────


def keys_of(task: Task, by: str) -> set[str]:
    """Under which keys a task counts."""
    if by == "unit":
        chain, unit = [], task.lead
        while unit:
            chain.append(str(unit.pk))
            unit = unit.parent
        found = set(chain)
    elif by == "session":
        found = {session.code for session in (task.session, task.first_stop) if session}
    elif by == "line":
        lines = [tag.action_line for tag in task.instruction.line_tags.all()]
        found = {line.code for line in lines} | {line.parent.code for line in lines if line.parent}
    elif by == "goal":
        found = {str(tag.goal.number) for tag in task.instruction.goal_tags.all()}
    elif by == "resolution":
        found = {task.instruction.resolution.slug}
    else:
        found = {task.instruction.force}
    return found or {"none"}


def figures(tasks: list[Task], worker: Worker) -> Counts:
    sums: dict[str, int] = defaultdict(int)
    due = []
    for task in tasks:
        sums[{"over": "off", "notus": "off"}.get(task.status, task.status)] += 1
        clock = clock_of(task, worker)
        if clock in {OVERDUE, SILENT}:
            sums[clock] += 1
        if task.is_open and task.matters_on and task.matters_on >= worker.day:
            due.append(task.matters_on)
    return Counts(**sums, next_due=min(due, default=None))


def by_hand(scope: Scope, tasks: list[Task], worker: Worker) -> tuple[Any, Any, Counts]:
    tasks = [task for task in tasks if all(value in keys_of(task, name) for name, value in scope.where.items())]
    rows, cells = defaultdict(list), defaultdict(list)
    within = {"C7", "C7-1", "C7-2"} if scope.by == "line" and "line" in scope.where else None
    for task in tasks:
        for key in keys_of(task, scope.by):
            if within is None or key in within:
                rows[key].append(task)
                for other in keys_of(task, scope.across) if scope.across else ():
                    cells[key, other].append(task)
    return (
        {key: figures(held, worker) for key, held in rows.items()},
        {key: figures(held, worker) for key, held in cells.items()},
        figures(tasks, worker),
    )


def seen(scope: Scope, moment: Moment) -> tuple[Any, Any, Counts]:
    found = rollup(scope, moment)
    return dict(found.rows), dict(found.cells), found.total


def tallies() -> dict[tuple[str, date, str], tuple[int, ...]]:
    """All tallies that say something."""
    rows = Tally.objects.values_list("span", "day", "key", *NUMBERS)
    return {row[:3]: row[3:] for row in rows if any(row[3:])}


def days_of(chance: random.Random) -> Iterator[tuple[date, list[datetime]]]:
    """Days with the moments at which something happens, some of them in one moment, some at the day's very edge."""
    for number in range(DAYS):
        day = FIRST + timedelta(number)
        begins = plans.begins(day).astimezone(UTC)
        offsets = sorted(chance.choice([0, 1, 3600, 43200, 43200, 82799, chance.randrange(82799)]) for _ in range(5))
        yield day, [begins + timedelta(seconds=offset) for offset in offsets if chance.random() < 0.7]


@pytest.mark.parametrize("seed", range(3))
def test_as_at_a_day_is_what_was_shown_at_its_end_however_it_is_counted(db, settings, monkeypatch, seed):
    settings.SILENT_AFTER_DAYS, settings.SILENT_WITHIN_DAYS, settings.DUE_SOON_DAYS = 12, 60, 9
    shown: dict[date, list[Any]] = {}
    with time_machine.travel(plans.begins(FIRST), tick=False) as clock:
        life = Life(seed)
        viewer = MemberFactory(role="viewer")
        for day, moments in days_of(life.chance):
            for at in moments:
                clock.move_to(at)
                life.lives(at)
                if life.chance.random() < 0.1:
                    folding.fold(now=at)
            end = Moment.at(day).now
            clock.move_to(end)
            worker = Worker.of(viewer, end)
            tasks = list(
                Task.objects.select_related("lead__parent", "session", "first_stop", "instruction__resolution")
                .prefetch_related("instruction__line_tags__action_line__parent", "instruction__goal_tags__goal")
            )  # fmt: skip
            shown[day] = [by_hand(scope, tasks, worker) for scope in SCOPES]
            assert seen(SCOPES[0], Moment.of(end)) == shown[day][0], day
        assert [seen(scope, Moment.of(end)) for scope in SCOPES] == shown[day]

        some = life.chance.sample(sorted(shown), 12)
        assert Fold.objects.exists()
        for day in some:  # line by tallies and their tail, the others counted
            assert [seen(scope, Moment.at(day)) for scope in SCOPES] == shown[day], day
        folding.fold(now=end)
        for rows in (counting.ROWS_AHEAD, 7, 1):  # by tallies alone; what is due next at once or by and by
            monkeypatch.setattr(counting, "ROWS_AHEAD", rows)
            for day in some:
                assert seen(SCOPES[0], Moment.at(day)) == shown[day][0], day
        totals = [shown[day][0][2] for day in some]
        assert [replace(one, next_due=None) for one in totals] == list(trend(Scope(), some))
        assert recount(now=end, days=some) == ()

        little_by_little = tallies()
        folding.fold(now=end)
        assert tallies() == little_by_little  # twice is harmless
        folding.rebuild(now=end)
        assert tallies() == little_by_little
        Fold.objects.all().delete()
        for day in some:  # by counting alone
            assert seen(SCOPES[0], Moment.at(day)) == shown[day][0], day
        assert [replace(one, next_due=None) for one in totals] == list(trend(Scope(), some))
    assert sum(one.total for one in totals) > 50
