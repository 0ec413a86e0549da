"""Reminders: at the distances of the settings, one mail a day, none of what this week's letter has told."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from mandates.actions import plans
from mandates.models import StatusUpdate
from reports.letters import filling, reminders, weekly, written
from reports.models import Letter
from tests.factories import NOON, HoldingFactory, MemberFactory, PostFactory, UnitFactory
from tests.mandates.work import hold, task

pytestmark = pytest.mark.django_db
DAY = plans.today(NOON)  # a Tuesday
MONDAY = DAY - timedelta(days=1)


def reminded(*members, day: date = DAY) -> dict[int, list[str]]:
    """Of what each is reminded on a day, by title."""
    found = reminders.for_people(members, day, NOON + (day - DAY))
    return {key: [row.title for part in letter.parts() for row in part.rows] for key, letter in found.items()}


def keep(member, now) -> Letter:
    """The weekly letter of that moment, in the outbox."""
    words = written.of(weekly.WeeklyLetter.for_person(member, MONDAY, now), member)
    return Letter.objects.create(
        kind="weekly", member=member, period="2026-W48", state="sent", message_id="<1@x>", address=member.email,
        subject=words.subject, text=words.text, html=words.html, made_at=now, next_try_at=now,
    )  # fmt: skip


def test_a_task_reminds_at_the_distances_of_the_settings_and_on_no_other_day(mariam):
    hold(mariam)
    due = date(2026, 12, 20)
    task(title="Report", due_on=due)
    days = [due + timedelta(days=n) for n in range(-20, 20) if reminded(mariam, day=due + timedelta(days=n))]
    assert [(day - due).days for day in days] == [-14, -7, -1, 1, 7]


def test_one_whose_days_are_not_known_reminds_before_the_earliest_and_after_the_latest(mariam):
    hold(mariam)
    task(title="Report", due_on=date(2026, 12, 1), late_after=date(2026, 12, 31))
    days = [day for n in range(60) if reminded(mariam, day=(day := DAY + timedelta(days=n)))]
    assert days == [date(2026, 11, 24), date(2026, 11, 30), date(2027, 1, 1), date(2027, 1, 7)]


def test_all_of_a_day_comes_in_one_letter_what_is_late_first(mariam):
    hold(mariam)
    task(title="Tomorrow", due_on=DAY + timedelta(days=1))
    task(title="Yesterday", due_on=DAY - timedelta(days=1))
    task(title="In two weeks", due_on=DAY + timedelta(days=14))
    task(title="Closed", due_on=DAY + timedelta(days=1), status="done")
    task(title="Handed in", due_on=DAY - timedelta(days=1), submitted_at=NOON)
    letter = reminders.for_people([mariam], DAY, NOON)[mariam.pk]
    assert [(part.title, [row.title for row in part.rows]) for part in letter.parts()] == [
        ("Overdue", ["Yesterday"]),
        ("Due soon", ["Tomorrow", "In two weeks"]),
    ]
    assert letter.subject() == "Reminder: 3 tasks"
    assert written.of(letter, mariam).text.startswith("REMINDER OF 24 NOVEMBER 2026\n\nDear Mariam Diallo, these 3")


def test_what_the_letter_of_the_week_has_told_is_not_said_again(mariam):
    hold(mariam)
    task(title="Report", due_on=DAY + timedelta(days=1))
    keep(mariam, NOON - timedelta(days=1))
    assert reminded(mariam) == {}


def test_what_came_after_the_letter_of_the_week_is_said(mariam, li_na):
    hold(mariam)
    moved = task(title="Moved", due_on=DAY + timedelta(days=1))
    keep(mariam, NOON - timedelta(days=1))
    task(title="New", due_on=DAY + timedelta(days=7))
    StatusUpdate.objects.create(task=moved, kind="moved", by=li_na, at=NOON - timedelta(hours=1))
    assert reminded(mariam) == {mariam.pk: ["Moved", "New"]}


def test_what_stood_below_and_more_is_said(mariam):
    hold(mariam)
    for n in range(12):
        task(title=f"Report {n}", due_on=DAY + timedelta(days=1))
    keep(mariam, NOON - timedelta(days=1))
    assert reminded(mariam) == {mariam.pk: ["Report 10", "Report 11"]}


def test_a_letter_that_never_went_out_has_told_nothing(mariam):
    hold(mariam)
    task(title="Report", due_on=DAY + timedelta(days=1))
    letter = keep(mariam, NOON - timedelta(days=1))
    letter.state = Letter.State.FAILED
    letter.save()
    assert reminded(mariam) == {mariam.pk: ["Report"]}


def test_it_is_told_to_who_holds_a_post_of_the_unit_else_to_the_deputy_else_to_the_unit_above(mariam):
    head, deputy = MemberFactory(), MemberFactory()
    top = UnitFactory(abbr="GS")
    unit = UnitFactory(abbr="SPM", parent=top)
    HoldingFactory(member=head, post=PostFactory(unit=top, heads_unit=True))
    stand_in = PostFactory(unit=UnitFactory(abbr="TSB"))
    HoldingFactory(member=deputy, post=stand_in)
    post = PostFactory(unit=unit, deputy=stand_in)
    holding = HoldingFactory(member=mariam, post=post)
    task(title="Report", lead=unit, due_on=DAY + timedelta(days=1))
    everybody = (mariam, deputy, head)
    assert reminded(*everybody) == {mariam.pk: ["Report"]}
    holding.delete()
    assert reminded(*everybody) == {deputy.pk: ["Report"]}
    stand_in.holdings.all().delete()
    assert reminded(*everybody) == {head.pk: ["Report"]}


def test_on_monday_the_letter_is_written_before_the_reminders_whoever_comes_first(mariam):
    seven = datetime(2026, 11, 23, 6, tzinfo=UTC)
    MemberFactory(pk=mariam.pk - 1, date_joined=seven + timedelta(hours=1))  # whose first letter comes next week
    mariam.date_joined = seven - timedelta(days=100)
    mariam.save()
    hold(mariam)
    task(title="Report", due_on=MONDAY + timedelta(days=1))
    filling.fill(at=seven + timedelta(hours=2))
    assert list(Letter.objects.filter(member=mariam).values_list("kind", flat=True)) == ["weekly"]


def test_the_same_number_of_queries_for_one_member_and_for_many(queries, mariam):
    spm = hold(mariam)
    people = [mariam, *(MemberFactory() for _n in range(20))]
    for member in people[1:]:
        HoldingFactory(member=member, post=PostFactory(unit=spm))
    task(due_on=DAY + timedelta(days=1))
    one = queries(lambda: reminders.for_people([mariam], DAY, NOON))
    assert queries(lambda: reminders.for_people(people, DAY, NOON)) == one
    assert len(reminders.for_people(people, DAY, NOON)) == 21
