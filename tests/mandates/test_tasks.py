"""Tasks come of schedules: made ahead, once each, and kept in step with what changes."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from mandates.actions import Refused, instructions, suggestions, tasks
from mandates.models import Assignment, Comment, Instruction, StatusUpdate, Task, Unit
from tests.factories import (
    NOON,
    BodyFactory,
    MemberFactory,
    ParagraphFactory,
    SessionFactory,
    SuggestionFactory,
    fields,
    instruction_in,
)

pytestmark = pytest.mark.django_db
NO_DATE = {"deadline": None, "reports_to": [], "via": []}


def yearly(**changes) -> dict:
    """A deadline in the reader's form: "annually"."""
    return {"text": "annually", "session": None, "date": None, "year": None, "recurrence": "FREQ=YEARLY", **changes}


def occurrences_of(instruction: Instruction) -> list[str]:
    return sorted(instruction.tasks.values_list("occurrence", flat=True))


def test_what_is_due_once_at_a_session_is_one_task_tied_to_it(li_na):
    session = SessionFactory(starts=date(2027, 4, 12), ends=date(2027, 4, 16), precision="day")

    task = instruction_in(ParagraphFactory(), by=li_na).tasks.get()

    assert (task.occurrence, task.session, task.due_on, task.status) == (
        "CSTD-30",
        session,
        date(2027, 4, 12),
        Task.Status.NONE,
    )
    assert (task.created_at, task.history.get().history_user) == (NOON, li_na)


def test_a_duty_without_a_date_has_one_task_without_a_date(li_na):
    instruction = instruction_in(ParagraphFactory(), by=li_na, **NO_DATE)

    task = instruction.tasks.get()
    assert (task.occurrence, task.schedule, task.due_on, task.matters_on) == ("", None, None, None)


def test_a_route_without_a_date_is_no_recurrence_that_we_make_up(li_na):
    BodyFactory()
    instruction = instruction_in(ParagraphFactory(), by=li_na, **{**NO_DATE, "reports_to": ["the Council"]})

    assert occurrences_of(instruction) == [""]
    assert instruction.schedules.get().body.code == "ITU Council"


def test_a_yearly_duty_is_made_for_the_years_ahead_and_running_it_again_changes_nothing(li_na):
    instruction = instruction_in(ParagraphFactory(), by=li_na, deadline=yearly(), reports_to=[])
    made = list(instruction.tasks.order_by("due_on").values("occurrence", "due_on", "precision", "revision"))

    assert [row["occurrence"] for row in made] == ["2026", "2027", "2028", "2029", "2030"]
    assert {row["precision"] for row in made} == {"year"}
    assert tasks.make_ahead(at=NOON + timedelta(hours=1)) == 0
    assert list(instruction.tasks.order_by("due_on").values("occurrence", "due_on", "precision", "revision")) == made
    assert Task.history.count() == 5


def test_the_window_goes_on_over_new_year_also_while_last_year_is_overdue(li_na):
    instruction = instruction_in(ParagraphFactory(), by=li_na, deadline=yearly(), reports_to=[])

    made = tasks.make_ahead(at=datetime(2029, 1, 1, 0, 30, tzinfo=UTC))

    assert made == 3
    assert occurrences_of(instruction) == [str(year) for year in range(2026, 2034)]
    assert instruction.tasks.overdue(date(2029, 1, 1)).count() == 3  # the years that nobody reported on stay


def test_a_new_task_goes_to_the_unit_that_is_confirmed_to_lead(li_na):
    instruction = instruction_in(ParagraphFactory(), by=li_na, deadline=yearly(), reports_to=[])
    unit = Unit.objects.create(abbr="SPM", name="Strategic Planning")
    Assignment.objects.create(instruction=instruction, unit=unit, confirmed_by=li_na, confirmed_at=NOON)

    tasks.make_ahead(at=NOON.replace(year=2027))

    assert instruction.tasks.get(occurrence="2031").lead == unit


def test_the_session_of_a_year_takes_over_the_task_that_waited_for_it(li_na):
    council = BodyFactory()
    instruction = instruction_in(ParagraphFactory(), by=li_na, deadline=yearly(), reports_to=["Council"])
    before = occurrences_of(instruction)
    waiting = instruction.tasks.get(occurrence="2027")
    assert (waiting.session, waiting.precision, waiting.is_vague) == (None, "year", True)

    session = SessionFactory(code="C27", body=council, starts=date(2027, 6, 8), ends=date(2027, 6, 18), precision="day")
    assert tasks.make_ahead(at=NOON) == 0

    waiting.refresh_from_db()
    assert (waiting.session, waiting.due_on, waiting.is_vague) == (session, date(2027, 6, 8), False)
    assert occurrences_of(instruction) == before


def test_no_task_is_born_overdue_for_a_session_of_this_year_that_may_be_over(li_na):
    cstd = SessionFactory(code="CSTD-29", starts=date(2026, 1, 1), ends=date(2026, 12, 31), precision="year").body
    instruction = instruction_in(ParagraphFactory(), by=li_na, deadline=yearly())
    assert occurrences_of(instruction) == ["2027", "2028", "2029", "2030"]

    cstd.sessions.update(starts=date(2026, 12, 7), ends=date(2026, 12, 11), precision="day")  # it was still to come
    tasks.make_ahead(at=NOON + timedelta(hours=1))

    assert instruction.tasks.get(occurrence="2026").due_on == date(2026, 12, 7)


def test_an_edited_date_moves_the_task_instead_of_leaving_the_old_one_behind(li_na):
    SessionFactory()
    instruction = instruction_in(ParagraphFactory(), by=li_na)
    task = instruction.tasks.get()
    later = fields(deadline={"text": "in 2028", "session": None, "date": "2028-03", "year": 2028, "recurrence": None})

    instructions.edit(instruction=instruction, seen=1, fields=later, title="Report", by=li_na, at=NOON)

    moved = instruction.tasks.get()
    assert (moved.pk, moved.occurrence, moved.due_on, moved.session) == (task.pk, "2028-03", date(2028, 3, 31), None)
    said = moved.updates.get()
    assert (said.kind, said.by) == (StatusUpdate.Kind.REDATED, li_na)
    assert "31 March 2028" in said.words


def test_a_date_that_is_found_later_is_given_to_the_task_that_had_none(li_na):
    SessionFactory()
    instruction = instruction_in(ParagraphFactory(), by=li_na, **NO_DATE)
    task = instruction.tasks.get()

    instructions.edit(instruction=instruction, seen=1, fields=fields(), title="Report", by=li_na, at=NOON)

    assert (instruction.tasks.get().pk, instruction.tasks.get().occurrence) == (task.pk, "CSTD-30")


def test_closing_an_instruction_overtakes_what_lies_ahead_and_opening_it_again_takes_that_back(li_na):
    instruction = instruction_in(ParagraphFactory(), by=li_na, deadline=yearly(), reports_to=[])
    reported = instruction.tasks.get(occurrence="2027")
    Task.objects.filter(pk=reported.pk).update(status=Task.Status.PROG, last_word_at=NOON)
    later = NOON + timedelta(days=1)

    instructions.close(instruction=instruction, by=li_na, at=later, reason="deleted in C26")

    assert list(instruction.tasks.open()) == [reported]
    said = instruction.tasks.get(occurrence="2028").updates.get()
    assert (said.after, said.by, said.at) == (Task.Status.OVER, li_na, later)
    assert "deleted in C26" in said.words
    assert tasks.make_ahead(at=NOON.replace(year=2028)) == 0  # nothing more is made of it

    instructions.reopen(instruction=instruction, by=li_na, at=later + timedelta(days=1))

    assert instruction.tasks.open().count() == 5
    assert instruction.tasks.get(occurrence="2028").status == Task.Status.NONE


def test_closing_an_instruction_overtakes_what_is_late_too_where_nobody_ever_said_a_word(li_na):
    gone = {"text": "to Council 2025", "session": None, "date": "2025-06-27", "year": 2025, "recurrence": None}
    instruction = instruction_in(ParagraphFactory(), by=li_na, deadline=gone, reports_to=[])
    assert instruction.tasks.overdue(NOON.date()).count() == 1

    instructions.close(instruction=instruction, by=li_na, at=NOON, reason="deleted in C26")

    assert instruction.tasks.get().status == Task.Status.OVER


def test_what_falls_away_is_removed_unless_something_hangs_on_it(li_na):
    instruction = instruction_in(ParagraphFactory(), by=li_na, deadline=yearly(), reports_to=[])
    spoken_of = instruction.tasks.get(occurrence="2029")
    Comment.objects.create(task=spoken_of, words="Who does this?", by=li_na, at=NOON)
    two_years = fields(deadline=yearly(recurrence="FREQ=YEARLY;INTERVAL=2"), reports_to=[])

    instructions.edit(instruction=instruction, seen=1, fields=two_years, title="Report", by=li_na, at=NOON)

    assert occurrences_of(instruction) == ["2026", "2028", "2029", "2030"]
    spoken_of.refresh_from_db()
    assert spoken_of.status == Task.Status.OVER
    gone = Task.history.get(occurrence="2027", history_type="-")
    assert (gone.history_user, gone.history_change_reason) == (li_na, "the instruction was edited")


def test_an_instruction_whose_task_was_reported_on_is_not_undone(li_na):
    SessionFactory()
    suggestion = SuggestionFactory()
    instruction = suggestions.confirm(suggestion=suggestion, seen=1, by=li_na, at=NOON)
    instruction.tasks.update(last_word_at=NOON)

    with pytest.raises(Refused, match="reported"):
        suggestions.undo(suggestion=suggestion, seen=2, by=li_na, at=NOON)
    assert Instruction.objects.filter(pk=instruction.pk).exists()


def test_the_timetable_asks_as_many_questions_for_many_instructions_as_for_few(li_na):
    council, paragraph = BodyFactory(), ParagraphFactory()

    def another_year(count: int, year: int) -> int:
        """How many questions a run asks in which so many more instructions get a new year, and a session has moved."""
        for number in range(count):
            title = f"Report {year} {number}"
            instruction_in(paragraph, title=title, by=li_na, deadline=yearly(), reports_to=["Council"])
        SessionFactory(code=f"C{year}", body=council, starts=date(year, 6, 1), ends=date(year, 6, 9), precision="day")
        with CaptureQueriesContext(connection) as asked:
            tasks.make_ahead(at=NOON.replace(year=year))
        return len(asked)

    assert another_year(3, 2027) == another_year(12, 2028)


def test_each_session_of_a_body_that_meets_thrice_a_year_follows_its_sessions_and_not_the_months(li_na):
    hrc = BodyFactory(code="HRC", house="UN")
    for number, month in {64: 2, 65: 6, 66: 9}.items():
        SessionFactory(
            code=f"HRC-{number}", body=hrc, number=number, starts=date(2027, month, 20), ends=date(2027, 10, 8)
        )
    deadline = {"text": "to each session of the Human Rights Council", "recurrence": "FREQ=MONTHLY;INTERVAL=4"}

    instruction = instruction_in(
        ParagraphFactory(), by=li_na, deadline=deadline, reports_to=["HRC"], rules={"deadline": "each-session"}
    )

    assert occurrences_of(instruction) == ["HRC-64", "HRC-65", "HRC-66"]


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_four_workers_at_the_same_moment_make_each_task_once():
    by = MemberFactory(role="coordinator")
    paragraph = ParagraphFactory()
    for number in range(10):
        instruction_in(paragraph, title=f"Report {number}", by=by, deadline=yearly(), reports_to=[])
    ready = threading.Barrier(4)

    def work(_number: int) -> int:
        try:
            ready.wait(timeout=20)
            return tasks.make_ahead(at=NOON.replace(year=2030))
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as workers:
        made = list(workers.map(work, range(4)))

    assert sorted(made) == [0, 0, 0, 40]
    assert Task.objects.count() == 90
