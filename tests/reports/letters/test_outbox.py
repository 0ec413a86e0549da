"""A letter goes out once: claimed, handed over, written down; put off, given up or settled where it must be."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError

from faults.sink import Mode
from mandates.actions import Refused
from mandates.models import Member
from reports.letters import outbox
from reports.models import Letter, Relay
from tests.factories import NOON, LetterFactory

State = Letter.State
pytestmark = pytest.mark.django_db


def send(at=NOON) -> Counter[str]:
    return outbox.send_waiting(worker="w", clock=lambda: at)


def test_what_waits_is_sent_once_with_its_own_message_id(sink):
    letters = [LetterFactory() for _ in range(3)]
    assert send() == {"sent": 3}
    assert send() == {}
    assert [mail.message_id for mail in sink.mails] == [letter.message_id for letter in letters]
    assert sink.connections == 1
    row = Letter.objects.first()
    assert (row.state, row.sent_at, row.attempts, row.claimed_by) == ("sent", NOON, 1, "w")


def test_what_is_not_due_yet_waits(sink):
    LetterFactory(next_try_at=NOON + timedelta(minutes=1))
    assert send() == {}
    assert sink.connections == 0


def test_a_relay_that_asks_to_come_again_gets_five_waits_and_eight_tries(sink):
    sink.mode = Mode(rcpt_later=1.0)
    LetterFactory()
    now, waits = NOON, []
    for _ in range(7):
        send(now)
        row = Letter.objects.get()
        waits.append(int((row.next_try_at - now).total_seconds() / 60))
        assert send(row.next_try_at - timedelta(seconds=1)) == {}
        now = row.next_try_at
    assert waits == [1, 5, 30, 120, 360, 360, 360]
    assert send(now) == {"failed": 1}
    row = Letter.objects.get()
    assert (row.state, row.attempts) == ("failed", 8)
    assert "Tried 8 times; the last answer: 451" in row.error
    assert Member.objects.get(pk=row.member_id).mail_failed_at is None


def test_an_address_refused_for_good_is_tried_once_and_marked_at_the_member(sink):
    sink.mode = Mode(rcpt_never=1.0)
    letter = LetterFactory()
    assert send() == {"failed": 1}
    letter.member.refresh_from_db()
    assert (letter.member.mail_failed_at, letter.member.mail_failed_why) == (NOON, "550 so be it")
    assert sink.tries == {letter.address: 1}


def test_words_refused_for_good_fail_and_say_nothing_of_the_address(sink):
    sink.mode = Mode(data_answer=554)
    letter = LetterFactory()
    assert send() == {"failed": 1}
    letter.member.refresh_from_db()
    assert letter.member.mail_failed_at is None


def test_a_letter_that_cannot_be_built_fails_and_the_others_go_out(sink):
    bad = [
        LetterFactory(member__email=address)
        for address in ("nobody", "a@b\r\nBcc: x@example.org", "x y@example.org", "ü@example.org", "<@example.org")
    ]
    good = LetterFactory()
    assert send() == {"failed": 5, "sent": 1}
    assert [mail.message_id for mail in sink.mails] == [good.message_id]
    assert all(Letter.objects.get(pk=letter.pk).error for letter in bad)


def test_a_server_that_is_down_costs_no_try_and_one_knock_in_six_minutes(sink):
    sink.stop()
    LetterFactory()
    for minute in range(6):
        assert send(NOON + timedelta(minutes=minute)) == {}
        assert Relay.objects.get().next_try_at == NOON + timedelta(minutes=6)
    assert (Letter.objects.get().attempts, Letter.objects.get().state) == (0, "queued")
    assert Relay.objects.get().down_since == NOON
    sink.start()
    assert send(NOON + timedelta(minutes=6)) == {"sent": 1}
    assert Relay.objects.get().down_since is None


def test_a_server_that_takes_nobody_in_is_down_too(sink):
    sink.mode = Mode(banner=421)
    LetterFactory()
    assert send() == {}
    assert Relay.objects.get().error.startswith("421")
    assert Letter.objects.get().attempts == 0


def test_an_answer_that_nobody_heard_leaves_the_letter_in_hand_until_it_is_settled(sink):
    sink.mode = Mode(hang_up_after=True)
    LetterFactory()
    assert send() == {"sending": 1}
    assert outbox.settle(at=NOON + timedelta(minutes=9)) == {}
    assert outbox.settle(at=NOON + timedelta(minutes=11)) == {"uncertain": 1}
    assert "whether it arrived is not known" in Letter.objects.get().error
    assert send(NOON + timedelta(hours=1)) == {}


@pytest.mark.parametrize(("taken", "state"), [(True, "sent"), (False, "queued"), (None, "uncertain")])
def test_what_a_dead_worker_left_is_settled_by_the_relays_record(settings, tmp_path, taken, state):
    answer = {True: "yes", False: "no", None: "who knows"}[taken]
    script = tmp_path / "was-it-taken"
    script.write_text(f'#!/bin/sh\ntest "$1" = "<weekly.1.2026-W48@mandates.test>" && echo {answer}\n')
    script.chmod(0o700)
    settings.LETTER_RELAY_COMMAND = str(script)
    LetterFactory(
        state="sending", claimed_at=NOON, claimed_by="dead", attempts=1, message_id="<weekly.1.2026-W48@mandates.test>"
    )
    assert outbox.settle(at=NOON + timedelta(minutes=11)) == {state: 1}
    assert Letter.objects.get().state == state


def test_what_is_uncertain_is_settled_once_the_record_can_be_asked(settings):
    LetterFactory(state="uncertain", claimed_at=NOON, attempts=1)
    assert outbox.settle(at=NOON + timedelta(days=1)) == {}
    settings.LETTER_RELAY_COMMAND = "sh -c 'echo yes'"
    assert outbox.settle(at=NOON + timedelta(days=1)) == {"sent": 1}


def test_a_letter_that_kills_its_workers_is_given_up(settings):
    settings.LETTER_RELAY_COMMAND = "sh -c 'echo no'"
    LetterFactory(state="sending", claimed_at=NOON, attempts=8)
    assert outbox.settle(at=NOON + timedelta(minutes=11)) == {"failed": 1}


def test_a_worker_that_slept_through_its_claim_lets_go(sink):
    LetterFactory()
    times = iter([NOON, NOON, NOON, NOON, *[NOON + timedelta(minutes=6)] * 9])
    done = outbox.send_waiting(worker="w", clock=lambda: next(times), until=NOON + timedelta(minutes=1))
    assert done == {"sending": 1}
    assert sink.mails == []


@pytest.mark.parametrize(
    "change",
    [{"is_active": False}, {"letter_every": "never"}, {"mail_failed_at": NOON}, {"email": ""}],
    ids=["left", "stopped", "bounced", "no address"],
)
def test_who_is_not_to_be_written_to_any_more_gets_no_letter_that_was_written_before(sink, change):
    letter = LetterFactory()
    Member.objects.filter(pk=letter.member_id).update(**change)
    assert send() == {}
    assert sink.mails == []
    row = Letter.objects.get()
    assert row.state == "dropped"
    assert row.error


def test_a_letter_goes_to_the_address_that_its_reader_has_by_then(sink):
    letter = LetterFactory()
    Member.objects.filter(pk=letter.member_id).update(email="new@example.org")
    send()
    assert sink.mails[0].recipient == Letter.objects.get().address == "new@example.org"


def test_what_a_worker_says_of_a_letter_that_others_have_by_now_counts_only_where_it_was_sent():
    letter = LetterFactory(state="sending", claimed_at=NOON, claimed_by="slow")
    Letter.objects.filter(pk=letter.pk).update(claimed_at=NOON + timedelta(minutes=11), claimed_by="quick")
    outbox._later(letter, "451", NOON)
    assert Letter.objects.get().state == "sending"
    outbox._end(letter, State.FAILED, error="x")
    assert Letter.objects.get().state == "sending"
    outbox._note_sent(letter, lambda: NOON)
    assert Letter.objects.get().state == "sent"


def test_two_workers_never_hold_the_same_letter(sink):
    LetterFactory()
    assert outbox.claim(worker="one", at=NOON) is not None
    assert outbox.claim(worker="two", at=NOON) is None


def test_a_worker_has_one_letter_in_hand_and_the_one_before_is_noted_by_then(sink, monkeypatch):
    for _ in range(3):
        LetterFactory()
    hand_over, stood = outbox._hand_over, []

    def looked_at(*arguments):
        stood.append(list(Letter.objects.order_by("pk").values_list("state", flat=True)))
        return hand_over(*arguments)

    monkeypatch.setattr(outbox, "_hand_over", looked_at)
    assert send() == {"sent": 3}
    assert stood == [["sending", "queued", "queued"], ["sent", "sending", "queued"], ["sent", "sent", "sending"]]
    assert set(Letter.objects.values_list("state", flat=True)) == {"sent"}


@pytest.mark.django_db(transaction=True)
def test_a_letter_that_went_out_is_noted_alone_where_it_cannot_be_with_the_next_claim(sink, monkeypatch):
    for _ in range(2):
        LetterFactory()
    claimed = outbox._claimed

    def refuses_both(worker, at, sent):
        if sent:
            raise DatabaseError("no")
        return claimed(worker, at, None)

    monkeypatch.setattr(outbox, "_claimed", refuses_both)
    assert send() == {"sent": 2}
    assert set(Letter.objects.values_list("state", flat=True)) == {"sent"}
    assert len(sink.mails) == 2


# ── Sent again by a person ───────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("state", ["failed", "uncertain"])
def test_a_person_has_it_sent_again_under_the_same_id_and_the_record_says_who(sink, li_na, state):
    letter = LetterFactory(state=state, attempts=8, member__mail_failed_at=NOON, member__mail_failed_why="550")
    outbox.send_again(letter=letter, by=li_na, at=NOON)
    assert send() == {"sent": 1}
    row = Letter.objects.get()
    assert (row.again_by, row.again_at, row.attempts) == (li_na, NOON, 1)
    assert sink.mails[0].message_id == letter.message_id


def test_what_went_out_or_waits_is_not_sent_again(li_na):
    for state in ("sent", "queued", "sending", "dropped", "empty"):
        with pytest.raises(Refused):
            outbox.send_again(letter=LetterFactory(state=state), by=li_na, at=NOON)


def test_only_the_coordinator_has_letters_sent_again(mariam):
    with pytest.raises(PermissionDenied):
        outbox.send_again(letter=LetterFactory(state="failed"), by=mariam, at=NOON)
