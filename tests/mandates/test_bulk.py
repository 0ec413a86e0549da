"""Many tasks at once: a preview that says all, then all or nothing, with history for each."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from mandates.actions import Overtaken, Refused, bulk
from mandates.models import StatusUpdate, Task, states
from tests.factories import NOON, HoldingFactory, InstructionFactory, TaskFactory, UnitFactory

pytestmark = pytest.mark.django_db
Status, Kind = Task.Status, StatusUpdate.Kind
TODAY = NOON.date()


def seen(*tasks) -> dict[int, int]:
    return {task.pk: task.revision for task in tasks}


def test_a_preview_writes_nothing_and_says_what_would_change_and_what_stands_against_it(li_na):
    bdt = UnitFactory(abbr="BDT")
    moves, stays, closed = TaskFactory(), TaskFactory(lead=bdt), TaskFactory(status="done")

    preview = bulk.preview_reassign(tasks=Task.objects.order_by("pk"), unit=bdt, by=li_na, on=TODAY)

    assert [(row.task, row.before, row.after, row.problem) for row in preview.rows] == [
        (moves, "SPM", "BDT", ""),
        (stays, "BDT", "BDT", ""),
        (closed, "SPM", "BDT", "It is closed."),
    ]
    assert preview.seen == seen(moves)
    assert StatusUpdate.objects.count() == 0


def test_reassigning_many_writes_a_fact_and_a_row_of_history_for_each(li_na):
    tasks = [TaskFactory(status="prog") for _each in range(3)]
    untouched = TaskFactory()

    done = bulk.reassign_many(
        seen=seen(*tasks), unit=UnitFactory(abbr="BDT"), by=li_na, at=NOON, why="SPM is dissolved."
    )

    assert done == 3
    for task in tasks:
        task.refresh_from_db()
        row = task.history.first()
        assert (row.lead.abbr, row.revision, row.history_user, row.history_date) == ("BDT", 2, li_na, NOON)
        assert (row.history_type, row.history_change_reason, row.is_open) == ("~", "SPM is dissolved.", True)
        assert row.prev_record.lead.abbr == "SPM"
        assert task.history.as_of(NOON).lead.abbr == "BDT"
        fact = task.updates.get()
        assert (fact.kind, fact.before, fact.after, fact.by, fact.at) == (Kind.REASSIGNED, "prog", "prog", li_na, NOON)
    assert untouched.history.count() == 1


def test_one_task_that_somebody_changed_meanwhile_stops_the_whole(li_na, boris):
    first, second = TaskFactory(), TaskFactory()
    stale = seen(first, second)
    bulk.update_many(seen=seen(second), to="risk", words="Late.", by=boris, at=NOON)

    with pytest.raises(Overtaken) as caught:
        bulk.redate_many(seen=stale, to=date(2027, 5, 1), by=li_na, at=NOON)

    assert "Boris Hahn, 24 November, 13:00: No information → At risk. “Late.”" in caught.value.theirs[0]
    assert not Task.objects.filter(due_on=date(2027, 5, 1)).exists()


def test_a_task_that_is_gone_stops_the_whole(li_na):
    task = TaskFactory()
    with pytest.raises(Overtaken) as caught:
        bulk.redate_many(seen={**seen(task), 10**6: 1}, to=date(2027, 5, 1), by=li_na, at=NOON)
    assert caught.value.theirs == ("1 task is gone.",)


def test_one_task_that_can_not_be_changed_stops_the_whole_and_is_named(li_na):
    fine, closed = TaskFactory(), TaskFactory(status="over", instruction=InstructionFactory(title="Old"), occurrence="")
    with pytest.raises(bulk.NotAll) as caught:
        bulk.reassign_many(seen=seen(fine, closed), unit=UnitFactory(abbr="BDT"), by=li_na, at=NOON)
    assert caught.value.problems == ("Old: It is closed.",)
    fine.refresh_from_db()
    assert (fine.lead.abbr, fine.revision) == ("SPM", 1)


def test_a_date_by_hand_is_the_date_that_matters_from_then_on(li_na):
    task = TaskFactory(due_on=date(2027, 4, 13), matters_on=date(2027, 2, 12), late_after=date(2027, 3, 1))
    bulk.redate_many(seen=seen(task), to=date(2027, 4, 13), by=li_na, at=NOON)
    task.refresh_from_db()
    assert (task.due_on, task.matters_on, task.late_after, task.dated_by_hand) == (
        date(2027, 4, 13),
        date(2027, 4, 13),
        None,
        True,
    )
    assert task.updates.get().kind == Kind.REDATED


@pytest.mark.parametrize("to", Status.values)
@pytest.mark.parametrize("before", Status.values)
def test_many_at_once_follow_the_same_table_of_steps(before, to, li_na):
    task = TaskFactory(status=before)
    preview = bulk.preview_update(tasks=[task], to=to, words="All of them.", by=li_na, on=TODAY)
    allowed = to in states.STEPS[before] and to != Status.DONE
    assert bool(preview.changes) is allowed
    if allowed:
        assert bulk.update_many(seen=seen(task), to=to, words="All of them.", by=li_na, at=NOON) == 1
    elif before == to and before in states.OPEN:
        assert bulk.update_many(seen=seen(task), to=to, words="All of them.", by=li_na, at=NOON) == 0
    else:
        with pytest.raises(Refused):
            bulk.update_many(seen=seen(task), to=to, words="All of them.", by=li_na, at=NOON)
    task.refresh_from_db()
    assert task.status == (to if allowed else before)


def test_the_right_is_asked_for_each_task_as_on_its_page(mariam):
    HoldingFactory(member=mariam)
    own, foreign = TaskFactory(), TaskFactory(lead=UnitFactory(abbr="TSB"))
    preview = bulk.preview_update(tasks=[own, foreign], to="prog", words="", by=mariam, on=TODAY)
    assert ([row.task for row in preview.changes], [row.task for row in preview.problems]) == ([own], [foreign])
    for act in (
        lambda: bulk.update_many(seen=seen(own, foreign), to="prog", words="", by=mariam, at=NOON),
        lambda: bulk.reassign_many(seen=seen(own), unit=UnitFactory(abbr="TSB"), by=mariam, at=NOON),
        lambda: bulk.redate_many(seen=seen(own), to=TODAY, by=mariam, at=NOON),
    ):
        with pytest.raises(bulk.NotAll):
            act()
    assert StatusUpdate.objects.count() == 0


def test_the_same_form_twice_has_one_effect(li_na):
    tasks = [TaskFactory(), TaskFactory()]
    before = seen(*tasks)
    first = bulk.update_many(seen=before, to="prog", words="", by=li_na, at=NOON, token="bulk-1")
    again = bulk.update_many(seen=before, to="prog", words="", by=li_na, at=NOON + timedelta(1), token="bulk-1")
    assert (first, again, StatusUpdate.objects.count()) == (2, 2, 2)


def test_a_thousand_tasks_take_as_many_questions_as_three(li_na, django_assert_max_num_queries):
    instruction, spm = InstructionFactory(), UnitFactory()
    for count in (3, 1000):
        Task.objects.all().delete()
        Task.objects.bulk_create(
            Task(instruction=instruction, lead=spm, occurrence=str(number), created_at=NOON) for number in range(count)
        )
        with django_assert_max_num_queries(8):
            assert bulk.update_many(seen=seen(*Task.objects.all()), to="prog", words="", by=li_na, at=NOON) == count
    assert Task.history.filter(history_type="~", status="prog").count() == 1003
