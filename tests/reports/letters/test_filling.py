"""Letters are written: one row for each person, kind and period, whoever fills and however often."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from io import StringIO

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from mandates.models import Member
from reports.letters import filling, outbox
from reports.models import Letter
from tests.factories import HoldingFactory, InstructionFactory, MemberFactory, PostFactory, TaskFactory, UnitFactory

MONDAY = datetime(2026, 11, 30, 6, 0, tzinfo=UTC)  # 7 o'clock in Zurich
BEFORE = datetime(2026, 11, 1, tzinfo=UTC)
pytestmark = pytest.mark.django_db


def worker(name: str, *, tasks: int = 1, **wishes) -> Member:
    """A member whose unit owes something that is overdue."""
    member = MemberFactory(username=name, first_name=name.title(), date_joined=BEFORE, **wishes)
    unit = UnitFactory(abbr=name.upper())
    HoldingFactory(member=member, post=PostFactory(unit=unit))
    for _ in range(tasks):
        owed(unit)
    return member


def owed(unit) -> None:
    instruction = InstructionFactory(created_by__letter_every="never")  # the coordinator who made it gets no letters
    TaskFactory(lead=unit, instruction=instruction, due_on=date(2026, 11, 20), created_at=BEFORE)


def rows(**which) -> list[tuple[str, str, str, str]]:
    found = Letter.objects.filter(kind="weekly", **which).order_by("pk")
    return list(found.values_list("member__username", "period", "state", "address"))


def test_each_gets_a_row_on_monday_at_their_hour_and_only_one():
    worker("ana"), worker("ben", letter_hour=9), worker("cy", time_zone="Asia/Tokyo")
    filling.fill(at=MONDAY)
    filling.fill(at=MONDAY)
    assert rows() == [
        ("ana", "2026-W49", "queued", "ana@example.org"),
        ("cy", "2026-W49", "queued", "cy@example.org"),
    ]
    filling.fill(at=MONDAY + timedelta(hours=2))
    assert ("ben", "2026-W49", "queued", "ben@example.org") in rows()


def test_who_has_nothing_to_hear_is_not_looked_at_again_that_week():
    member = MemberFactory(username="idle", date_joined=BEFORE)
    assert filling.fill(at=MONDAY) == 0
    assert rows() == [("idle", "2026-W49", "empty", "idle@example.org")]
    unit = UnitFactory(abbr="IDLE")
    HoldingFactory(member=member, post=PostFactory(unit=unit))
    owed(unit)
    filling.fill(at=MONDAY + timedelta(days=2))
    assert rows() == [("idle", "2026-W49", "empty", "idle@example.org")]


def test_three_weeks_off_give_one_letter_and_not_three():
    worker("ana")
    filling.fill(at=MONDAY - timedelta(weeks=3))
    for day in range(7):
        filling.fill(at=MONDAY + timedelta(days=day))
    assert [period for _who, period, *_ in rows()] == ["2026-W46", "2026-W49"]


@pytest.mark.parametrize("jump", [timedelta(hours=-1), timedelta(hours=1), timedelta(days=8), timedelta(days=-8)])
def test_a_clock_that_jumps_gives_nobody_two_letters_for_a_period(jump):
    worker("ana")
    for moment in (MONDAY, MONDAY + jump, MONDAY, MONDAY + timedelta(days=8)):
        filling.fill(at=moment)
    periods = [period for _who, period, *_ in rows()]
    assert len(set(periods)) == len(periods)
    assert {"2026-W49", "2026-W50"} <= set(periods)


@pytest.mark.parametrize(
    "change",
    [{"is_active": False}, {"letter_every": "never"}, {"email": ""}, {"mail_failed_at": BEFORE}],
    ids=["left", "never", "no address", "bounced"],
)
def test_nobody_is_written_to_who_is_not_to_be(change):
    worker("ana", **change)
    assert filling.fill(at=MONDAY) == 0
    assert not Letter.objects.exists()


def test_who_came_on_a_wednesday_gets_the_first_letter_on_monday():
    worker("ana")
    Member.objects.update(date_joined=MONDAY + timedelta(days=2))
    filling.fill(at=MONDAY + timedelta(days=3))
    assert rows() == []
    filling.fill(at=MONDAY + timedelta(weeks=1))
    assert [period for _who, period, *_ in rows()] == ["2026-W50"]


# ── Away ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def away(**deputy) -> tuple[Member, Member]:
    substitute = MemberFactory(username="dep", first_name="Dep", date_joined=BEFORE, **deputy)
    return worker("ana", away_until=date(2026, 12, 4), letters_to=substitute), substitute


def test_the_letter_of_who_is_away_goes_to_the_deputy_and_stays_theirs():
    member, deputy = away()
    filling.fill(at=MONDAY)
    letter = Letter.objects.get(member=member, kind="weekly")
    assert (letter.deputy, letter.address) == (deputy, "dep@example.org")
    assert "Ana" in letter.text
    assert "Ana" in letter.html
    filling.fill(at=MONDAY + timedelta(weeks=1))
    assert Letter.objects.get(member=member, period="2026-W50").address == "ana@example.org"


@pytest.mark.parametrize(
    "deputy",
    [{"is_active": False}, {"letter_every": "never"}, {"mail_failed_at": BEFORE}, {"away_until": date(2026, 12, 9)}],
    ids=["left", "stopped", "bounced", "away too"],
)
def test_a_deputy_whom_letters_do_not_reach_gets_none_and_the_member_does(deputy):
    member, _ = away(**deputy)
    filling.fill(at=MONDAY)
    letter = Letter.objects.get(member=member, kind="weekly")
    assert (letter.deputy, letter.address) == (None, "ana@example.org")


def test_a_letter_is_written_anew_where_its_reader_changed_before_it_was_sent(sink):
    member, _deputy = away()
    filling.fill(at=MONDAY)
    Member.objects.filter(pk=member.pk).update(away_until=None, letters_to=None)
    assert outbox.send_waiting(worker="w", clock=lambda: MONDAY)["sent"] == 1
    letter = Letter.objects.get(member=member, kind="weekly")
    assert (letter.deputy, letter.state, sink.mails[0].recipient) == (None, "sent", "ana@example.org")
    assert "you read the letters of" not in letter.text


# ── What breaks ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_one_whose_work_breaks_the_letter_is_marked_and_the_others_get_theirs(monkeypatch):
    poison = worker("poison")
    worker("ana"), worker("ben")
    whole = filling.SAYS["weekly"]

    def breaks(members, day, now):
        if poison in members:
            raise ValueError("a unit without a name")
        return whole(members, day, now)

    monkeypatch.setitem(filling.SAYS, "weekly", breaks)
    assert filling.fill(at=MONDAY) == 2
    assert [(who, state) for who, _period, state, _address in rows()] == [
        ("poison", "failed"), ("ana", "queued"), ("ben", "queued")
    ]  # fmt: skip
    assert "a unit without a name" in Letter.objects.get(member=poison).error


def test_a_letter_that_could_not_be_written_is_written_anew_when_a_person_says_so(monkeypatch, li_na):
    member = worker("ana")
    monkeypatch.setitem(filling.SAYS, "weekly", lambda *_: 1 / 0)
    filling.fill(at=MONDAY)
    monkeypatch.undo()
    outbox.send_again(letter=Letter.objects.get(member=member), by=li_na, at=MONDAY)
    letter = Letter.objects.get(member=member)
    assert (letter.state, letter.error) == ("queued", "")
    assert letter.text


def test_to_choose_who_is_due_takes_as_many_queries_for_one_person_as_for_twenty():
    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            filling.rounds(MONDAY)
        return len(queries)

    worker("ana")
    one = asked()
    for number in range(19):
        worker(f"w{number}")
    assert asked() == one


# ── By hand ──────────────────────────────────────────────────────────────────────────────────────────────────────


def said(*arguments: str) -> str:
    out = StringIO()
    call_command("sendletters", *arguments, stdout=out)
    return out.getvalue()


def test_a_dry_run_says_who_would_get_what_and_sends_and_keeps_nothing(sink):
    worker("ana"), MemberFactory(username="idle", date_joined=BEFORE)
    words = said("--dry-run", "--on", "2026-11-30")
    assert "2026-W49 weekly: Ana <ana@example.org>: " in words
    assert "1 have nothing to say" in words
    assert "Nothing was sent." in words
    assert not Letter.objects.exists()
    assert sink.connections == 0


def test_by_hand_what_is_due_is_written_and_sent(sink):
    worker("ana")
    with time_machine.travel(MONDAY, tick=False):
        assert said() == "1 sent; 0 wait for another time.\n"
        assert said() == "Nothing was due; 0 wait for another time.\n"
    assert [mail.recipient for mail in sink.mails] == ["ana@example.org"]


def test_letters_are_not_sent_for_another_day():
    for wrong in (["--on", "2026-11-30"], ["--dry-run", "--on", "Monday"]):
        with pytest.raises(CommandError):
            said(*wrong)
