"""Escalations: the head of the unit hears of each silence once."""

from __future__ import annotations

from datetime import timedelta

import pytest

from mandates.actions import bulk, plans, status
from mandates.models import Task
from reports.letters import escalations, written
from reports.models import Letter
from tests.factories import NOON, MemberFactory, UnitFactory
from tests.mandates.work import hold, task

pytestmark = pytest.mark.django_db
DAYS = 120


@pytest.fixture
def head(mariam):
    hold(mariam, heads=True)
    hold(MemberFactory())  # who holds another post hears nothing
    return mariam


def tell(*members, on: int) -> dict[int, list[str]]:
    """What is told so many days after NOON; each letter is kept, as the outbox keeps it."""
    now = NOON + timedelta(days=on)
    found = escalations.for_people(members, plans.today(now), now)
    for key in found:
        Letter.objects.create(
            kind="escalation", member_id=key, period=f"{now:%Y-%m-%d}", state="sent", message_id=f"<{key}.{on}@x>",
            address="x@example.org", subject="x", text="x", html="x", made_at=now, next_try_at=now,
        )  # fmt: skip
    return {key: [row.title for row in letter.parts()[0].rows] for key, letter in found.items()}


def test_a_silence_is_told_once_on_the_day_on_which_it_has_lasted_long_enough(head):
    task(title="Quiet", due_on=None, created_at=NOON)
    told = {day: found for day in range(DAYS - 3, DAYS + 10) if (found := tell(head, on=day))}
    assert told == {DAYS + 1: {head.pk: ["Quiet"]}}


def test_a_day_on_which_nothing_was_sent_is_made_up_for(head):
    task(title="Quiet", due_on=None, created_at=NOON)
    assert tell(head, on=DAYS + 5) == {head.pk: ["Quiet"]}
    task(title="Later", due_on=None, created_at=NOON + timedelta(days=1))
    assert tell(head, on=DAYS + 6) == {}  # it was silent long enough before the letter of the day before
    task(title="Later still", due_on=None, created_at=NOON + timedelta(days=6))
    assert tell(head, on=DAYS + 7) == {head.pk: ["Later still"]}


def test_after_a_word_the_next_silence_is_told_again(head):
    quiet = task(title="Quiet", due_on=None, created_at=NOON, status="todo")
    assert tell(head, on=DAYS + 1) == {head.pk: ["Quiet"]}
    said = NOON + timedelta(days=DAYS + 2)
    status.confirm_unchanged(task=quiet, by=head, at=said, seen=1)
    told = [day for day in range(DAYS + 2, 3 * DAYS) if tell(head, on=day)]
    assert told == [2 * DAYS + 3]


def test_the_head_of_the_unit_that_is_given_a_silent_task_is_told_of_it_once(head, li_na):
    task(title="Quiet", due_on=None, created_at=NOON)
    other = MemberFactory()
    bdt = hold(other, heads=True, unit="BDT")
    task(title="Theirs", due_on=None, created_at=NOON, lead=bdt)
    assert tell(head, other, on=DAYS + 1) == {head.pk: ["Quiet"], other.pk: ["Theirs"]}
    quiet = Task.objects.get(instruction__title="Quiet")
    later = NOON + timedelta(days=DAYS + 1, hours=2)
    bulk.reassign_many(seen={quiet.pk: quiet.revision}, unit=bdt, by=li_na, at=later)
    assert tell(head, other, on=DAYS + 2) == {other.pk: ["Quiet"]}
    assert tell(head, other, on=DAYS + 3) == {}


def test_late_work_is_told_too_and_not_what_waits_for_approval_or_lies_years_ahead(head):
    task(title="Late", due_on=plans.today(NOON), created_at=NOON)
    task(title="Handed in", due_on=None, created_at=NOON, submitted_at=NOON)
    task(title="Years ahead", due_on=plans.today(NOON) + timedelta(days=DAYS + 366), created_at=NOON)
    assert tell(head, on=DAYS) == {}
    assert tell(head, on=DAYS + 1) == {head.pk: ["Late", "Years ahead"]}


def test_where_nobody_heads_the_unit_the_head_above_is_told(head):
    below = UnitFactory(abbr="SPM/WSIS", parent=UnitFactory(abbr="SPM"))
    task(title="Quiet", due_on=None, created_at=NOON, lead=below)
    assert tell(head, on=DAYS + 1) == {head.pk: ["Quiet"]}


def test_the_letter_says_whose_it_is_and_for_how_long(head):
    task(title="Quiet", due_on=None, created_at=NOON)
    now = NOON + timedelta(days=DAYS + 1)
    words = written.of(escalations.for_people([head], plans.today(now), now)[head.pk], head)
    assert words.subject == "1 task without a word for 120 days"
    assert "- 24 Nov 2026, 121 days, no word ever\n  Quiet\n" in words.text
    assert "No information. SPM." in words.text
