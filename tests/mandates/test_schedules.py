"""What the words of a schedule mean, and what a person's change of one does."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.core.exceptions import PermissionDenied

from mandates.actions import Overtaken, Refused, occurrences, plans, schedules, tasks
from mandates.models import Schedule, Task
from reader import deadlines
from tests.factories import NOON, BodyFactory, ParagraphFactory, SessionFactory, instruction_in

NOTHING = {"deadline": None, "reports_to": [], "via": []}


@pytest.fixture
def instruction(db, li_na):
    return instruction_in(ParagraphFactory(), by=li_na, **NOTHING)


def changed(instruction, by, at=NOON, **values) -> list[str]:
    """The occurrences, in the order of their dates, after a change of the schedule."""
    schedules.change(instruction=instruction, seen=instruction.revision, values=values, by=by, at=at)
    return list(instruction.tasks.order_by("due_on").values_list("occurrence", flat=True))


@pytest.mark.parametrize(
    ("rule", "every", "interval"),
    [
        ("FREQ=YEARLY", "YEARLY", 1),
        ("freq=yearly;interval=2", "YEARLY", 2),
        ("FREQ=MONTHLY;INTERVAL=3", "MONTHLY", 3),
        ("FREQ=SESSION;INTERVAL=2", "SESSION", 2),
    ],
)
def test_a_recurrence_is_read(rule, every, interval):
    assert occurrences.recurrence(rule) == occurrences.Recurrence(every, interval)


@pytest.mark.parametrize("rule", ["", "yearly", "FREQ=HOURLY", "FREQ=YEARLY;INTERVAL=0", "FREQ=YEARLY;BYMONTH=3"])
def test_a_rule_that_says_more_than_we_follow_is_not_half_followed(rule):
    assert occurrences.recurrence(rule) is None


def test_every_recurrence_that_the_reader_gives_is_understood():
    given = {line.split(" | ")[-1] for _rule, _text, line in deadlines.explained() if "FREQ=" in line}
    assert given
    assert all(occurrences.recurrence(rule) for rule in given)


def test_a_rule_that_is_not_understood_is_refused_and_nothing_is_kept(instruction, li_na):
    with pytest.raises(Refused, match="not understood"):
        changed(instruction, li_na, recurrence="FREQ=HOURLY")
    with pytest.raises(Refused, match="needs a body"):
        changed(instruction, li_na, recurrence="FREQ=SESSION")
    assert not Schedule.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("said", "last"),
    [
        ("2026", date(2026, 12, 31)),
        ("2028-02", date(2028, 2, 29)),
        ("2027-06-30", date(2027, 6, 30)),
        ("C30", date(2030, 12, 31)),  # not held: its year, by the reader's series
        ("CSTD-33", date(2030, 12, 31)),
        ("CSTD-30", date(2027, 4, 30)),  # held: its last day
        ("PP-30", date(2030, 12, 31)),
        ("2027-13", None),
        ("some day", None),
        ("", None),
    ],
)
def test_until_means_a_last_day(said, last):
    SessionFactory()
    assert occurrences.until(said, plans.Calendar.load()) == last


def test_a_leap_day_falls_on_the_last_of_february_and_comes_back_to_the_29th(instruction, li_na):
    changed(instruction, li_na, recurrence="FREQ=YEARLY", due_on=date(2028, 2, 29))
    tasks.make_ahead(at=NOON.replace(year=2028))

    due = list(instruction.tasks.order_by("due_on").values_list("due_on", flat=True))
    assert due == [date(2028, 2, 29), date(2029, 2, 28), date(2030, 2, 28), date(2031, 2, 28), date(2032, 2, 29)]


def test_quarters_are_those_of_the_year(instruction, li_na):
    assert changed(instruction, li_na, recurrence="FREQ=MONTHLY;INTERVAL=3", until="2027-09") == [
        "2026-12",
        "2027-03",
        "2027-06",
        "2027-09",
    ]
    assert instruction.tasks.get(occurrence="2027-06").due_on == date(2027, 6, 30)


def test_iso_weeks_go_over_the_new_year_with_the_53rd(instruction, li_na):
    made = changed(
        instruction, li_na, at=datetime(2026, 12, 20, 12, tzinfo=UTC), recurrence="FREQ=WEEKLY", until="2027-01-17"
    )

    assert made == ["2026-W51", "2026-W52", "2026-W53", "2027-W01", "2027-W02"]
    assert instruction.tasks.get(occurrence="2026-W53").due_on == date(2027, 1, 3)


def test_every_plenipotentiary_conference_counts_from_the_next_one(instruction, li_na):
    pp = BodyFactory(code="PP")
    for year in (2026, 2030):
        opens = date(year, 11, 29)
        SessionFactory(code=f"PP-{year % 100}", body=pp, starts=opens, ends=opens, precision="day")

    made = changed(instruction, li_na, at=NOON.replace(month=12), recurrence="FREQ=YEARLY;INTERVAL=4", body=pp)

    assert made == ["2030"]
    assert instruction.tasks.get(occurrence="2030").session.code == "PP-30"


def test_each_session_of_a_body_that_meets_twice_a_year_is_one_task_when_it_is_announced(instruction, li_na):
    cwg = BodyFactory(code="CWG-WSIS&SDG")
    for number, opens in {45: date(2027, 1, 20), 46: date(2027, 9, 20), 47: date(2028, 1, 19)}.items():
        code = f"CWG-WSIS-{number}"
        SessionFactory(code=code, number=number, body=cwg, starts=opens, ends=opens, precision="day")

    assert changed(instruction, li_na, recurrence="FREQ=SESSION", body=cwg) == [
        "CWG-WSIS-45",
        "CWG-WSIS-46",
        "CWG-WSIS-47",
    ]
    assert changed(instruction, li_na, recurrence="FREQ=SESSION;INTERVAL=2") == ["CWG-WSIS-45", "CWG-WSIS-47"]


def test_annually_until_a_conference_ends_with_its_year(instruction, li_na):
    SessionFactory(
        code="PP-30", body=BodyFactory(code="PP"), starts=date(2030, 1, 1), ends=date(2030, 12, 31), precision="year"
    )
    made = changed(instruction, li_na, at=NOON.replace(year=2028), recurrence="FREQ=YEARLY", until="PP-30")

    assert made == ["2028", "2029", "2030"]
    assert tasks.make_ahead(at=NOON.replace(year=2031)) == 0


def test_what_a_change_asks_for_begins_on_the_day_of_the_change(instruction, li_na):
    changed(instruction, li_na, at=NOON.replace(year=2024), recurrence="FREQ=YEARLY", until="2027")

    made = changed(instruction, li_na, at=NOON.replace(month=11, day=25), recurrence="FREQ=MONTHLY", until="2027-02")

    # the years that passed stay; of the months before the change none is made up
    assert made == ["2024", "2025", "2026-11", "2026-12", "2027-01", "2027-02"]


def test_a_longer_way_changes_the_date_that_matters_and_not_the_count_of_years(instruction, li_na):
    council, cstd = BodyFactory(), BodyFactory(code="CSTD")
    opens = date(2027, 6, 8)
    SessionFactory(code="C27", body=council, starts=opens, ends=opens, precision="day")
    SessionFactory(body=cstd, starts=date(2027, 4, 12), ends=date(2027, 4, 16), precision="day")
    changed(instruction, li_na, recurrence="FREQ=YEARLY;INTERVAL=2", body=council, since=date(2027, 1, 1))

    changed(instruction, li_na, at=NOON.replace(month=12), via=["CSTD"])

    assert instruction.schedules.get().since == date(2027, 1, 1)
    task = instruction.tasks.get(occurrence="2027")
    assert (task.due_on, task.matters_on, task.first_stop.code) == (opens, date(2027, 4, 12), "CSTD-30")


def test_a_closed_task_keeps_its_date_and_a_new_date_makes_a_new_one(instruction, li_na):
    changed(instruction, li_na, due_on=date(2026, 10, 1))
    Task.objects.update(status="done", delivered_on=date(2026, 9, 30))

    assert changed(instruction, li_na, due_on=date(2027, 10, 1)) == ["2026-10-01", "2027-10-01"]


def test_only_the_coordinator_changes_a_schedule_and_only_as_it_was_seen(instruction, li_na, mariam):
    with pytest.raises(PermissionDenied):
        changed(instruction, mariam, recurrence="FREQ=YEARLY")
    with pytest.raises(Overtaken):
        schedules.change(instruction=instruction, seen=9, values={"until": "2027"}, by=li_na, at=NOON)
    schedules.change(instruction=instruction, seen=1, values={"until": "2027"}, by=li_na, at=NOON, why="asked by PP")
    assert (instruction.revision, instruction.history.first().history_change_reason) == (2, "asked by PP")


def test_from_yearly_to_each_session_and_back_one_session_never_has_two_tasks(instruction, li_na):
    cstd = SessionFactory(starts=date(2027, 4, 12), ends=date(2027, 4, 16), precision="day").body
    changed(instruction, li_na, recurrence="FREQ=YEARLY", body=cstd, until="2027")
    Task.objects.filter(occurrence="2027").update(status="prog", last_word_at=NOON)

    assert "CSTD-30" not in changed(instruction, li_na, recurrence="FREQ=SESSION")
    Task.objects.filter(occurrence="2027").update(occurrence="CSTD-30")  # as if each session had come first
    assert "2027" not in changed(instruction, li_na, recurrence="FREQ=YEARLY")
    assert instruction.tasks.filter(session__code="CSTD-30").count() == 1
