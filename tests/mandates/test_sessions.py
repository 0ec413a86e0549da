"""A session moves, and everything open that is tied to it moves with it, after the coordinator has seen the effect."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext

from mandates.actions import Overtaken, Refused, sessions, tasks
from mandates.models import Instruction, LeadTime, Schedule, Session, StatusUpdate, Task
from tests.factories import NOON, BodyFactory, ParagraphFactory, ResolutionFactory, SessionFactory, instruction_in

pytestmark = pytest.mark.django_db
Kind, Status, State = StatusUpdate.Kind, Task.Status, Session.State
APRIL = {"starts": date(2027, 4, 12), "ends": date(2027, 4, 16)}
MAY = {"starts": date(2027, 5, 3), "ends": date(2027, 5, 7)}  # three weeks later


@pytest.fixture
def cstd_30(db) -> Session:
    """CSTD 30 in April 2027, papers six weeks before."""
    session = SessionFactory(**APRIL, precision="day")
    LeadTime.objects.create(body=session.body, step="document", days=42)
    return session


@pytest.fixture
def task(cstd_30, li_na) -> Task:
    return instruction_in(ParagraphFactory(), by=li_na).tasks.get()


def test_moving_a_session_by_three_weeks_moves_its_open_task_and_leaves_a_trace_for_the_owner(cstd_30, task, li_na):
    assert task.matters_on == date(2027, 3, 1)

    sessions.move(session=cstd_30, seen=1, **MAY, by=li_na, at=NOON, why="venue not free")

    task.refresh_from_db()
    assert (task.due_on, task.matters_on, task.revision) == (date(2027, 5, 3), date(2027, 3, 22), 2)
    said = task.updates.get()
    assert (said.kind, said.by, said.before, said.after) == (Kind.MOVED, li_na, Status.NONE, Status.NONE)
    assert said.words == (
        "From 1 March 2027 to 22 March 2027: CSTD-30 moved from 12–16 April 2027 to 3–7 May 2027 (venue not free)"
    )
    assert task.history.first().history_user == li_na
    assert (cstd_30.revision, cstd_30.history.first().history_change_reason) == (2, "venue not free")


def test_the_preview_says_what_the_move_then_does_and_writes_nothing(cstd_30, task, li_na):
    soon = {"starts": date(2026, 12, 14), "ends": date(2026, 12, 18)}  # papers were due on 2 November: late at once

    preview = sessions.preview_move(session=cstd_30, at=NOON, **soon)

    assert [(one.task, one.before, one.after, one.newly_overdue) for one in preview.moved] == [
        (task, date(2027, 3, 1), date(2026, 11, 2), True)
    ]
    assert preview.plan_after.document_deadline == date(2026, 11, 2)
    cstd_30.refresh_from_db()
    assert (cstd_30.starts, cstd_30.revision, Task.history.count()) == (APRIL["starts"], 1, 1)

    sessions.move(session=cstd_30, seen=1, **soon, by=li_na, at=NOON)
    task.refresh_from_db()
    assert task.matters_on == preview.moved[0].after
    assert list(Task.objects.overdue(date(2026, 11, 24))) == [task]


def test_what_is_closed_delivered_or_dated_by_hand_stays_where_it_was(cstd_30, li_na):
    kinds = {"done": {"status": Status.DONE}, "delivered": {"delivered_on": date(2026, 11, 20)}, "hand": {}}
    paragraph = ParagraphFactory()
    for title, values in kinds.items():
        instruction = instruction_in(paragraph, title=title, by=li_na)
        instruction.tasks.update(dated_by_hand=title == "hand", **values)

    difference = sessions.move(session=cstd_30, seen=1, **MAY, by=li_na, at=NOON)

    assert not difference
    assert set(Task.objects.values_list("due_on", flat=True)) == {APRIL["starts"]}
    assert [str(one.instruction) for one in sessions.preview_move(session=cstd_30, at=NOON, **APRIL).stay] == ["hand"]


def test_a_task_that_was_spoken_of_moves_and_keeps_its_status(cstd_30, task, li_na):
    Task.objects.filter(pk=task.pk).update(status=Status.PROG, last_word_at=NOON)

    sessions.move(session=cstd_30, seen=1, **MAY, by=li_na, at=NOON + timedelta(days=1))

    task.refresh_from_db()
    assert (task.due_on, task.status, task.last_word_at) == (date(2027, 5, 3), Status.PROG, NOON)


def test_what_was_held_is_put_right_without_moving_its_tasks(cstd_30, task, li_na):
    in_june = NOON.replace(year=2027, month=6)
    sessions.hold(session=cstd_30, seen=1, by=li_na, at=in_june)

    sessions.move(session=cstd_30, seen=2, starts=date(2027, 4, 13), ends=date(2027, 4, 16), by=li_na, at=in_june)

    task.refresh_from_db()
    assert task.due_on == APRIL["starts"]
    assert task in Task.objects.overdue(date(2027, 6, 1))


def test_a_session_that_moves_and_is_held_in_one_edit_takes_its_tasks_along(cstd_30, task, li_na):
    in_june = NOON.replace(year=2027, month=6)

    sessions.move(session=cstd_30, seen=1, **MAY, state=State.HELD, by=li_na, at=in_june)

    task.refresh_from_db()
    assert (task.due_on, cstd_30.state) == (MAY["starts"], State.HELD)


def test_a_cancelled_session_lists_what_needs_a_decision_and_touches_nothing(cstd_30, task, li_na):
    before = Task.objects.values().get()

    assert sessions.cancel(session=cstd_30, seen=1, by=li_na, at=NOON, why="no quorum") == [task]

    assert tasks.make_ahead(at=NOON + timedelta(hours=1)) == 0
    assert Task.objects.values().get() == before
    assert list(sessions.to_decide()) == [task]


def test_a_new_duty_at_a_body_passes_over_its_cancelled_session(li_na):
    council = BodyFactory()
    council_27 = SessionFactory(code="C27", body=council, **APRIL, precision="day")
    sessions.cancel(session=council_27, seen=1, by=li_na, at=NOON, why="no quorum")
    deadline = {"text": "annually", "recurrence": "FREQ=YEARLY"}

    instruction = instruction_in(ParagraphFactory(), by=li_na, deadline=deadline, reports_to=["Council"])

    assert sorted(instruction.tasks.values_list("occurrence", flat=True)) == ["2028", "2029", "2030"]


def test_what_goes_through_one_session_to_another_matters_at_the_first(li_na):
    ecosoc = BodyFactory(code="ECOSOC", house="UN")
    goes_to = SessionFactory(
        code="ECOSOC-2027", body=ecosoc, starts=date(2027, 7, 1), ends=date(2027, 7, 31), precision="month"
    )
    through = SessionFactory(**APRIL, precision="day", document_deadline=date(2027, 2, 12))
    instruction = instruction_in(
        ParagraphFactory(),
        by=li_na,
        reports_to=["ECOSOC"],
        via=["CSTD"],
        deadline={"text": "through CSTD to ECOSOC in 2027", "session": "ECOSOC-2027", "year": 2027},
    )
    task = instruction.tasks.get()
    assert (task.session, task.first_stop, task.matters_on) == (goes_to, through, date(2027, 2, 12))
    assert (task.precision, task.is_vague) == ("month", False)  # ECOSOC is vague, the date that matters is not

    sessions.move(session=through, seen=1, **MAY, document_deadline=date(2027, 3, 5), by=li_na, at=NOON)

    task.refresh_from_db()
    assert (task.due_on, task.matters_on) == (date(2027, 7, 1), date(2027, 3, 5))
    assert "From 12 February 2027 to 5 March 2027" in task.updates.get().words


def test_announcing_a_session_ties_the_task_that_waited_and_tells_its_owner(li_na):
    council = BodyFactory()
    deadline = {"text": "annually", "recurrence": "FREQ=YEARLY"}
    instruction = instruction_in(ParagraphFactory(), by=li_na, deadline=deadline, reports_to=["Council"])
    count = instruction.tasks.count()

    session = sessions.announce(
        code="C27",
        body=council,
        name="Council 2027",
        starts=date(2027, 6, 8),
        ends=date(2027, 6, 18),
        by=li_na,
        at=NOON,
    )

    task = instruction.tasks.get(session=session)
    assert (task.occurrence, task.due_on, instruction.tasks.count()) == ("2027", date(2027, 6, 8), count)
    assert "Council 2027 is announced: 8–18 June 2027" in task.updates.get().words


def test_a_session_put_off_over_new_year_is_still_the_session_of_its_year(li_na):
    council = BodyFactory()
    council_27 = SessionFactory(
        code="C27", body=council, starts=date(2027, 11, 1), ends=date(2027, 11, 9), precision="day"
    )
    SessionFactory(code="C28", body=council, starts=date(2028, 6, 1), ends=date(2028, 6, 9), precision="day")
    deadline = {"text": "annually", "recurrence": "FREQ=YEARLY"}
    instruction = instruction_in(ParagraphFactory(), by=li_na, deadline=deadline, reports_to=["Council"])

    sessions.move(session=council_27, seen=1, starts=date(2028, 1, 10), ends=date(2028, 1, 14), by=li_na, at=NOON)
    tasks.make_ahead(at=NOON.replace(year=2027))

    late_comer = instruction_in(
        instruction.places.get().paragraph, title="Also", by=li_na, deadline=deadline, reports_to=["Council"]
    )

    for one in (instruction, late_comer):
        tied = dict(one.tasks.exclude(session=None).values_list("occurrence", "session__code"))
        assert tied == {"2027": "C27", "2028": "C28"}


def test_the_second_of_two_editors_is_told_what_the_first_did(cstd_30, task, li_na, boris):
    sessions.move(session=cstd_30, seen=1, **MAY, by=boris, at=NOON)

    with pytest.raises(Overtaken) as caught:
        sessions.move(session=cstd_30, seen=1, **APRIL, by=li_na, at=NOON)

    assert caught.value.theirs == ("Boris Hahn, 24 November, 13:00: CSTD-30 is now tentative, 3–7 May 2027.",)
    cstd_30.refresh_from_db()
    assert cstd_30.starts == MAY["starts"]


def test_dates_that_make_no_sense_are_refused_with_a_sentence(cstd_30, li_na, mariam):
    with pytest.raises(Refused, match="last day lies before"):
        sessions.preview_move(session=cstd_30, at=NOON, starts=date(2027, 4, 2), ends=date(2027, 4, 1))
    with pytest.raises(Refused, match="deadline lies after"):
        sessions.move(session=cstd_30, seen=1, **APRIL, document_deadline=date(2027, 5, 1), by=li_na, at=NOON)
    with pytest.raises(Refused, match="has not begun"):
        sessions.hold(session=cstd_30, seen=1, by=li_na, at=NOON)
    with pytest.raises(PermissionDenied):
        sessions.move(session=cstd_30, seen=1, **MAY, by=mariam, at=NOON)


def test_a_session_that_is_known_by_its_month_is_bounded_by_its_first_and_last_day(cstd_30, task, li_na):
    sessions.move(
        session=cstd_30, seen=1, starts=date(2027, 4, 1), ends=date(2027, 4, 1), precision="month", by=li_na, at=NOON
    )

    task.refresh_from_db()
    assert (cstd_30.starts, cstd_30.ends) == (date(2027, 4, 1), date(2027, 4, 30))
    assert (task.matters_on, task.late_after) == (date(2027, 2, 18), date(2027, 3, 19))
    with pytest.raises(Refused, match="Give its days"):
        sessions.confirm(session=cstd_30, seen=2, by=li_na, at=NOON)


def _tied_to(session: Session, count: int, li_na) -> None:
    resolution = ResolutionFactory()
    made = Instruction.objects.bulk_create(
        Instruction(resolution=resolution, title=f"Duty {n}", force="instructs", created_by=li_na, created_at=NOON)
        for n in range(count)
    )
    Schedule.objects.bulk_create(Schedule(instruction=one, session=session, body=session.body) for one in made)
    tasks.make_ahead(at=NOON)


def _questions(session: Session, days: int, li_na) -> int:
    with CaptureQueriesContext(connection) as asked:
        sessions.move(
            session=session,
            seen=session.revision,
            starts=session.starts + timedelta(days=days),
            ends=session.ends + timedelta(days=days),
            by=li_na,
            at=NOON,
        )
    return len(asked)


def test_a_session_moves_with_five_tasks_and_with_thirty_by_as_many_questions(cstd_30, li_na):
    _tied_to(cstd_30, 5, li_na)
    few = _questions(cstd_30, 7, li_na)
    _tied_to(cstd_30, 25, li_na)

    assert _questions(cstd_30, 7, li_na) == few
    assert Task.objects.filter(due_on=date(2027, 4, 26)).count() == 30


@pytest.mark.slow
def test_a_session_moves_with_five_thousand_tasks_by_portions_of_rows(cstd_30, li_na):
    _tied_to(cstd_30, 5000, li_na)

    asked = _questions(cstd_30, 21, li_na)

    assert asked < 60  # 17 and 3 for each thousand tasks, 3 for each five hundred that are read
    assert StatusUpdate.objects.filter(kind=Kind.MOVED).count() == 5000
