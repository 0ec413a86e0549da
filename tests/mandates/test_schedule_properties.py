"""Whatever recurs, and however sessions are announced and moved: no occurrence is lost, doubled or drifted."""

from __future__ import annotations

import calendar
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

from mandates.actions import schedules, sessions, tasks
from mandates.models import Body, Instruction, Member, Schedule, Session, Task
from tests.factories import NOON, BodyFactory, MemberFactory, ResolutionFactory

pytestmark = pytest.mark.django_db
some = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))

STARTS = st.integers(0, 1540 * 24).map(lambda hours: datetime(2023, 12, 20, tzinfo=UTC) + timedelta(hours=hours))
RULES = st.sampled_from(
    [
        "FREQ=YEARLY",
        "FREQ=YEARLY;INTERVAL=2",
        "FREQ=YEARLY;INTERVAL=4",
        "FREQ=MONTHLY",
        "FREQ=MONTHLY;INTERVAL=3",
        "FREQ=MONTHLY;INTERVAL=5",
        "FREQ=WEEKLY;INTERVAL=2",
    ]
)
DAYS = st.one_of(st.none(), st.sampled_from([date(2028, 2, 29), date(2026, 12, 31), date(2027, 1, 31)]))
LATER = st.integers(0, 400)  # days
STEPS = st.lists(
    st.tuples(st.sampled_from(["later", "move", "announce", "cancel", "report", "again"]), st.integers(0, 999)),
    max_size=9,
)


@contextmanager
def clean():
    """Each example begins with an empty house."""
    with transaction.atomic():
        yield MemberFactory(role="coordinator")
        transaction.set_rollback(True)


def duty(by: Member, at: datetime, **values) -> Instruction:
    """An instruction with a schedule, made through the door of schedules."""
    instruction = Instruction.objects.create(
        resolution=ResolutionFactory(), title="Report", force="instructs", created_by=by, created_at=at
    )
    schedules.change(instruction=instruction, seen=1, values=values, by=by, at=at)
    return instruction


def table() -> dict[str, tuple]:
    """Every task as people see it, by its occurrence."""
    return {
        task.occurrence: (task.pk, task.session_id, task.due_on, task.matters_on, task.late_after, task.status)
        for task in Task.objects.all()
    }


def nothing_is_left_to_do(at: datetime) -> None:
    rows = list(Task.objects.order_by("pk").values())
    assert not tasks.follow(instructions=Instruction.objects.all(), by=None, at=at, why="")
    assert list(Task.objects.order_by("pk").values()) == rows


# ── What recurs by the calendar ──────────────────────────────────────────────────────────────────────────────────


@some
@given(rule=RULES, at=STARTS, day=DAYS, later=st.lists(st.integers(1, 500), max_size=3))
@example(rule="FREQ=YEARLY", at=datetime(2027, 12, 31, 23, 30, tzinfo=UTC), day=date(2028, 2, 29), later=[1, 1])
@example(rule="FREQ=WEEKLY;INTERVAL=2", at=datetime(2026, 12, 28, tzinfo=UTC), day=None, later=[366])
@example(rule="FREQ=MONTHLY", at=datetime(2026, 1, 31, tzinfo=UTC), day=date(2027, 1, 31), later=[])
def test_the_window_may_go_on_in_any_steps_and_the_dates_are_those_counted_from_the_start(rule, at, day, later):
    with clean() as by:
        assume(day is None or day >= at.date())
        duty(by, at, recurrence=rule, due_on=day)
        for days in later:
            before = table()
            at += timedelta(days=days)
            tasks.make_ahead(at=at)
            after = table()
            assert {key: after.get(key) for key in before} == before  # nothing lost, nothing drifted
        nothing_is_left_to_do(at)
        due = sorted(task.due_on for task in Task.objects.all())
        assert len(due) > 1 or day or "INTERVAL=4" in rule
        _is_regular(due, rule, day)

        stepwise = {key: row[2] for key, row in table().items()}
        Task.objects.all().delete()
        tasks.make_ahead(at=at)
        assert {key: row[2] for key, row in table().items()} == stepwise  # one long step gives what many give


def _is_regular(due: list[date], rule: str, day: date | None) -> None:
    """Neighbours lie one interval apart; each has the day of the month that was asked for, as far as there is one."""
    interval = int(rule.partition("INTERVAL=")[2] or 1)
    for one, following in pairwise(due):
        if "WEEKLY" in rule:
            assert (following - one).days == 7 * interval
            continue
        months = (following.year - one.year) * 12 + following.month - one.month
        assert months == interval * (12 if "YEARLY" in rule else 1)
    for one in due if "WEEKLY" not in rule else ():
        last = calendar.monthrange(one.year, one.month)[1]
        assert one.day == min(day.day if day else 31, last)


@some
@given(rule=RULES, at=STARTS, year=st.integers(2024, 2033))
def test_nothing_is_owed_after_the_last_day(rule, at, year):
    with clean() as by:
        duty(by, at, recurrence=rule, until=str(year))
        tasks.make_ahead(at=at + timedelta(days=700))

        assert all(task.due_on <= date(year, 12, 31) for task in Task.objects.all())
        if year > at.year:
            assert Task.objects.filter(due_on__year=at.year).exists() or "INTERVAL" in rule


# ── What recurs at sessions ──────────────────────────────────────────────────────────────────────────────────────


class House:
    """A body whose sessions are announced, moved and cancelled, and one duty that recurs at them."""

    def __init__(self, by: Member, at: datetime, rule: str, known: set[int]):
        self.by, self.at = by, at
        self.body: Body = BodyFactory(code="ITU Council")
        for year in sorted(known):
            self.announce(year)
        self.instruction = duty(by, at, recurrence=rule, body=self.body)
        self.reported: dict[int, dict] = {}
        self.tied: dict[int, int] = {}

    def sessions(self) -> list[Session]:
        return list(self.body.sessions.order_by("pk"))

    def announce(self, number: int) -> None:
        year = 2024 + number % 9
        code = f"C{year}" if number < 500 else f"C{year}-extra"
        if not Session.objects.filter(code=code).exists():
            opens = date(year, 1 + number % 12, 1 + number % 28)
            sessions.announce(
                code=code,
                body=self.body,
                name=code,
                starts=opens,
                ends=opens + timedelta(days=number % 20),
                precision=["day", "month", "year"][number % 3],
                by=self.by,
                at=self.at,
            )

    def move(self, number: int) -> None:
        held = self.sessions()
        if held:
            session = held[number % len(held)]
            opens = session.starts + timedelta(days=(number * 7) % 400 - 200)  # also over the new year
            sessions.move(
                session=session,
                seen=session.revision,
                starts=opens,
                ends=opens + timedelta(days=5),
                precision=["day", "month", "year"][number % 3],
                by=self.by,
                at=self.at,
            )

    def cancel(self, number: int) -> None:
        held = [one for one in self.sessions() if one.state != Session.State.CANCELLED]
        if held:
            session = held[number % len(held)]
            sessions.cancel(session=session, seen=session.revision, by=self.by, at=self.at, why="no quorum")

    def report(self, number: int) -> None:
        free = list(Task.objects.open().order_by("pk"))
        if free:
            key = free[number % len(free)].pk
            Task.objects.filter(pk=key).update(status="done", delivered_on=self.at.date(), last_word_at=self.at)
            self.reported[key] = Task.objects.values().get(pk=key)

    def later(self, number: int) -> None:
        self.at += timedelta(days=number)
        tasks.make_ahead(at=self.at)

    def again(self, _number: int) -> None:
        tasks.make_ahead(at=self.at)

    def holds_together(self, before: set[str]) -> None:
        rows = list(Task.objects.all())
        assert before <= {task.occurrence for task in rows}, "an occurrence is lost"
        tied = [task.session_id for task in rows if task.session_id]
        assert len(tied) == len(set(tied)), "two tasks for one session"
        for task in rows:
            session = task.session
            assert self.tied.setdefault(task.pk, task.session_id) in {None, task.session_id}, "given another session"
            if session is not None:
                self.tied[task.pk] = session.pk
            if session is not None and task.pk not in self.reported:
                assert (task.due_on, task.precision) == (session.starts, session.precision), "drifted from its session"
        for key, row in self.reported.items():
            assert Task.objects.values().get(pk=key) == row, "what was reported has changed"


@some
@given(
    rule=st.sampled_from(["FREQ=YEARLY", "FREQ=YEARLY;INTERVAL=2", "FREQ=SESSION"]),
    at=STARTS,
    known=st.sets(st.integers(0, 499), max_size=4),
    steps=STEPS,
)
def test_whatever_happens_to_sessions_no_occurrence_is_lost_doubled_or_drifted(rule, at, known, steps):
    with clean() as by:
        house = House(by, at, rule, known)
        for what, number in steps:
            before = {task.occurrence for task in Task.objects.all()}
            getattr(house, what)(number)
            house.holds_together(before)
            if what != "cancel":
                nothing_is_left_to_do(house.at)
        if "SESSION" not in rule:
            years = sorted(int(task.occurrence) for task in Task.objects.all())
            assert len(years) == len(set(years))
            first = house.instruction.schedules.get().since.year
            interval = 2 if "INTERVAL" in rule else 1
            assert all((year - first) % interval == 0 for year in years)
            off = {one.year for one in house.sessions() if one.state == Session.State.CANCELLED}
            owed = set(range(first + interval, house.at.year + 4, interval)) - off
            assert owed <= set(years), "a year of the window is missing"


@some
@given(at=STARTS, order=st.permutations(range(6)), rule=st.sampled_from(["FREQ=YEARLY", "FREQ=SESSION"]))
def test_the_order_in_which_sessions_are_announced_makes_no_difference(at, order, rule):
    with clean() as by:
        house = House(by, at, rule, set())
        for number in order:
            house.announce(number)
        in_this_order = {task.occurrence: task.session and task.session.code for task in Task.objects.all()}
        assert len(in_this_order) == Task.objects.count()
    with clean() as by:
        house = House(by, at, rule, set())
        for number in range(6):
            house.announce(number)
        assert {task.occurrence: task.session and task.session.code for task in Task.objects.all()} == in_this_order


@some
@given(
    at=STARTS,
    rules=st.lists(
        st.one_of(
            st.tuples(st.sampled_from(["FREQ=SESSION", "FREQ=YEARLY", "FREQ=YEARLY;INTERVAL=2"]), st.just(True), LATER),
            st.tuples(RULES, st.booleans(), LATER),
        ),
        min_size=1,
        max_size=4,
    ),
    known=st.sets(st.integers(0, 8), max_size=6),
)
def test_a_changed_schedule_leaves_the_past_and_the_reported_as_they_were(at, rules, known):
    with clean() as by:
        house = House(by, at, "FREQ=YEARLY", known)
        house.report(1)
        for rule, at_sessions, days in rules:
            house.later(days)
            day = house.at.date()
            past = {
                task.pk: Task.objects.values().get(pk=task.pk)
                for task in Task.objects.filter(due_on__lt=day)
                if (task.late_after or task.due_on) < day
            }
            row = house.instruction
            values = {"recurrence": rule, "body": house.body if at_sessions else None}
            house.tied = {}
            schedules.change(instruction=row, seen=row.revision, values=values, by=by, at=house.at)
            house.holds_together(set())
            for key, values in past.items():
                assert Task.objects.values().get(pk=key) == values
            nothing_is_left_to_do(house.at)
        assert Schedule.objects.count() == 1


def test_two_workers_at_once_make_no_task_twice():
    """The second finds the unique occurrence taken, whatever it believed when it began."""
    with clean() as by:
        instruction = duty(by, NOON, recurrence="FREQ=YEARLY")
        task = instruction.tasks.first()
        double = Task(instruction=instruction, schedule=task.schedule, occurrence=task.occurrence, created_at=NOON)
        with pytest.raises(IntegrityError), transaction.atomic():
            double.save()
