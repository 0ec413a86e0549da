"""Dates are counted back from sessions, honest about what is not known, and a day is the day at the seat."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, transaction
from hypothesis import example, given
from hypothesis import strategies as st

from mandates.actions import plans, tasks
from mandates.models import LeadTime, Task
from tests.factories import NOON, BodyFactory, ParagraphFactory, SessionFactory, instruction_in

GENEVA = ZoneInfo("Europe/Zurich")
DATES = st.dates(date(2024, 1, 1), date(2035, 12, 31))


@pytest.fixture
def cstd(db):
    """CSTD with lead times: papers six weeks before, and four steps on the way."""
    body = BodyFactory(code="CSTD", house="UN")
    steps = {"document": (42, None), "inputs": (70, 26), "draft": (56, None), "clearance": (28, None)}
    for step, (days, lasts) in steps.items():
        LeadTime.objects.create(body=body, step=step, days=days, lasts=lasts)
    return body


def test_an_announced_document_deadline_wins_over_counting(cstd):
    session = SessionFactory(body=cstd, document_deadline=date(2027, 2, 12))

    plan = plans.plan(session)

    assert (plan.document_deadline, plan.is_announced, plan.is_vague) == (date(2027, 2, 12), True, False)
    assert [(step.step, step.first, step.last) for step in plan.steps] == [
        ("inputs", date(2026, 11, 9), date(2026, 12, 4)),
        ("draft", date(2026, 12, 5), date(2026, 12, 18)),
        ("clearance", date(2026, 12, 19), date(2027, 1, 15)),
        ("document", date(2027, 1, 16), date(2027, 2, 12)),
    ]
    assert plan.step_on(date(2026, 11, 24)).name == "call for inputs"
    assert plan.step_on(date(2026, 11, 8)) is None
    assert plan.step_on(date(2027, 2, 13)) is None


def test_a_session_known_by_its_month_counts_from_the_first_day_it_could_open_and_says_so(cstd):
    session = SessionFactory(body=cstd, starts=date(2027, 4, 1), ends=date(2027, 4, 30), precision="month")

    plan = plans.plan(session)

    assert (plan.document_deadline, plan.latest_deadline) == (date(2027, 2, 18), date(2027, 3, 19))
    assert (plan.is_announced, plan.is_vague) == (False, True)


def test_without_lead_times_the_plan_is_the_session_itself_and_makes_nothing_up(db):
    plan = plans.plan(SessionFactory(starts=date(2027, 4, 12), ends=date(2027, 4, 16), precision="day"))

    assert (plan.document_deadline, plan.steps, plan.is_vague) == (None, (), False)


def test_the_first_stop_is_the_last_session_on_the_route_before_the_final_one(cstd):
    council = BodyFactory()
    for code, opens in {
        "CSTD-29": date(2026, 4, 13),
        "CSTD-30": date(2027, 4, 12),
        "CSTD-31": date(2028, 4, 3),
    }.items():
        SessionFactory(code=code, body=cstd, starts=opens, ends=opens + timedelta(days=4), precision="day")
    calendar = plans.Calendar.load()

    def stop(opens: date, **values) -> str | None:
        ends = date(opens.year, 12, 31) if values.get("precision") == "year" else opens + timedelta(days=9)
        goes_to = SessionFactory.build(body=council, starts=opens, ends=ends, **values)
        found = plans.first_stop(calendar, ["the CSTD"], goes_to)
        return found.code if found else None

    assert stop(date(2027, 6, 8), precision="day") == "CSTD-30"
    assert stop(date(2027, 4, 12), precision="day") == "CSTD-29"  # a session that opens the same day comes too late
    assert stop(date(2030, 6, 8), precision="day") is None  # none is known of that year
    assert stop(date(2028, 1, 1), precision="year") == "CSTD-31"  # the report of 2028 does not go to CSTD in 2027
    assert stop(date(2029, 1, 1), precision="year") is None
    assert plans.first_stop(calendar, [], SessionFactory.build(body=council)) is None


@pytest.mark.django_db
def test_what_is_vague_is_due_soon_from_its_earliest_day_and_overdue_after_its_latest(cstd, li_na):
    SessionFactory(body=cstd, starts=date(2027, 4, 1), ends=date(2027, 4, 30), precision="month")
    task = instruction_in(ParagraphFactory(), by=li_na).tasks.get()
    assert (task.matters_on, task.late_after) == (date(2027, 2, 18), date(2027, 3, 19))

    def groups(day: date) -> tuple[bool, bool]:
        soon = task in Task.objects.due_by(day, day + timedelta(days=7))
        return soon, task in Task.objects.overdue(day)

    assert groups(date(2027, 2, 10)) == (False, False)
    assert groups(date(2027, 3, 19)) == (True, False)
    assert groups(date(2027, 3, 20)) == (False, True)


# ── The day at the seat ──────────────────────────────────────────────────────────────────────────────────────────


@given(day=DATES, minute=st.integers(0, 24 * 60 - 1), offset=st.integers(-14 * 60, 14 * 60))
@example(day=date(2027, 3, 28), minute=150, offset=0)  # the hour that the spring leaves out
@example(day=date(2026, 10, 25), minute=150, offset=0)  # the hour that the autumn has twice
@example(day=date(2026, 12, 31), minute=1439, offset=14 * 60)
def test_every_minute_of_a_day_in_geneva_is_that_day_whoever_asks_from_wherever(day, minute, offset):
    at_the_seat = datetime(day.year, day.month, day.day, minute // 60, minute % 60, tzinfo=GENEVA)
    elsewhere = at_the_seat.astimezone(UTC).astimezone(timezone(timedelta(minutes=offset)))

    assert plans.today(elsewhere) == day


@pytest.mark.parametrize("deadline", [date(2027, 3, 28), date(2026, 10, 25), date(2026, 12, 31), date(2028, 2, 29)])
def test_a_task_is_in_time_to_the_last_second_of_its_day_and_overdue_from_the_next_on(deadline):
    task = Task(matters_on=deadline, status=Task.Status.TODO)
    midnight = datetime.combine(deadline + timedelta(days=1), datetime.min.time(), GENEVA).astimezone(UTC)

    assert not plans.is_overdue(task, midnight - timedelta(seconds=1))
    assert plans.is_overdue(task, midnight)


@pytest.mark.django_db
def test_the_question_and_the_query_give_one_answer_for_every_kind_of_task(li_na):
    day, made = plans.today(NOON), []
    near = [None, *(day + timedelta(days=days) for days in (-1, 0, 1))]
    instruction = instruction_in(ParagraphFactory(), by=li_na, deadline=None, reports_to=[], via=[])
    for matters_on in near:
        for late_after in (None, *(later for later in near if later and matters_on and later > matters_on)):
            for status in ("none", "prog", "done", "over"):
                for submitted_at in (None, NOON):
                    made.append(
                        Task(
                            instruction=instruction,
                            occurrence=str(len(made) + 1),
                            matters_on=matters_on,
                            late_after=late_after,
                            status=status,
                            submitted_at=submitted_at,
                            created_at=NOON,
                        )
                    )
    Task.objects.bulk_create(made)

    asked = {task.pk for task in Task.objects.all() if plans.is_overdue(task, NOON)}

    assert asked == set(Task.objects.overdue(day).values_list("pk", flat=True))
    assert len(asked) == 2  # yesterday and not vague; two states that are open and not handed in
    soon = set(Task.objects.due_by(day, day + timedelta(days=9)).values_list("pk", flat=True))
    assert not soon & asked


@pytest.mark.django_db
def test_the_latest_day_that_is_not_after_the_earliest_is_refused_by_the_database(li_na):
    task = instruction_in(ParagraphFactory(), by=li_na, deadline=None, reports_to=[], via=[]).tasks.get()
    for matters_on in (None, date(2027, 1, 2)):
        task.matters_on, task.late_after = matters_on, date(2027, 1, 2)
        with pytest.raises(IntegrityError, match="latest_day_after_the_earliest"), transaction.atomic():
            task.save()


@pytest.mark.django_db
def test_the_window_of_the_years_ahead_ends_on_a_leap_day_without_harm(li_na):
    deadline = {"text": "annually", "recurrence": "FREQ=YEARLY"}
    instruction = instruction_in(ParagraphFactory(), by=li_na, deadline=deadline, reports_to=[], via=[])

    tasks.make_ahead(at=datetime(2028, 2, 29, 23, 30, tzinfo=UTC))

    assert instruction.tasks.filter(occurrence="2032").exists()
