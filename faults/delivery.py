"""Letters go out once, whatever dies: senders killed at any moment and in each gap, many at once, two clocks."""

from __future__ import annotations

import os
import random
import signal
import time
from collections import Counter
from contextlib import suppress

from django.db import connection, transaction
from django.utils import timezone

from mandates.models import Member
from reports.jobs import write_letters
from reports.models import Letter

from .letters_world import busy, people, waiting
from .relay import Relay, wait_for
from .row import BOTH, Outcome, at_most, exactly, none, row
from .trial import Process, Trial, children
from .world import at_once

State = Letter.State
LETTERS = 1000
KILLS = 3  # a trial


def counted(relay: Relay) -> tuple[int, int, int]:
    """Letters lost in silence, taken more than once, and uncertain."""
    taken = relay.taken()
    lost = doubled = uncertain = 0
    for state, identity in Letter.objects.values_list("state", "message_id").iterator():
        doubled += max(0, taken[identity] - 1)
        uncertain += state == State.UNCERTAIN
        lost += state != State.UNCERTAIN and not (state == State.SENT and taken[identity])
    return lost, doubled, uncertain


def at_rest() -> bool:
    return not Letter.objects.filter(state__in=[State.QUEUED, State.SENDING]).exists()


def kill_one(senders: Process, chance: random.Random) -> None:
    """SIGKILL for one of the processes that send; another takes its place at once."""
    with suppress(ProcessLookupError, IndexError):
        os.kill(chance.choice(children(senders.pid)), signal.SIGKILL)


def killed_again_and_again(trial: Trial, relay: Relay, *, record: bool) -> tuple[int, int, int, int]:
    """A thousand letters, two senders, three kills at random moments, forty times: what `counted`, and the kills."""
    chance, kills, trials = random.Random(1332), 0, trial.size(40, 3)
    members = people(LETTERS, f"record-{record}")
    told = relay.environment(record=record, timeout=5)
    senders = trial.python("faults.sender", "2", name=f"senders-{record}", **told)
    for number in range(trials):
        start = len(relay.mails)
        waiting(members, f"trial-{record}-{number}"[:20])
        for moment in sorted(chance.sample(range(20, LETTERS - 20), KILLS)):
            wait_for(lambda until=start + moment: len(relay.mails) >= until, 60, 0.001)
            time.sleep(chance.random() / 200)
            kill_one(senders, chance)
            kills += 1
        wait_for(lambda: not Letter.objects.filter(state=State.QUEUED).exists(), 60)
    wait_for(at_rest, 60)
    senders.kill()
    return *counted(relay), kills


@row(on=BOTH)
def killed_while_sending(trial: Trial) -> Outcome:
    """1,000 letters, two senders, three SIGKILLs at random moments, in 40 trials: no letter is lost in silence, none
    comes twice, at most one a kill is uncertain; and where the relay's log can be read, none.
    """
    relay = Relay(trial.folder)
    lost, doubled, uncertain, kills = killed_again_and_again(trial, relay, record=False)
    Letter.objects.all().delete()
    relay.mails.clear()
    more_lost, more_doubled, settled_not, more_kills = killed_again_and_again(trial, relay, record=True)
    words = (
        f"lost {lost + more_lost} doubled {doubled + more_doubled} uncertain {uncertain} of {kills} kills,"
        f" and {settled_not} of {more_kills} with the relay's record"
    )
    held = not (lost or doubled or more_lost or more_doubled or settled_not) and uncertain <= kills
    return Outcome(words, held)


# ── Each gap ─────────────────────────────────────────────────────────────────────────────────────────────────────


class Gaps:
    """One sender, killed by the relay at one step of each mail."""

    def __init__(self, trial: Trial, relay: Relay, *, record: bool, name: str) -> None:
        self.trial, self.relay = trial, relay
        self.senders = trial.python("faults.sender", "1", name=name, **relay.environment(record=record, timeout=3))
        self.left = 0
        wait_for(lambda: bool(children(self.senders.pid)), 30)

    def kill(self) -> bool:
        """Kill the sender, where kills are left."""
        if self.left <= 0:
            return False
        self.left -= 1
        for pid in children(self.senders.pid):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        return True


def in_the_gap(trial: Trial, gap: str, count: int, *, record: bool = True) -> tuple[int, int, int]:
    """`count` letters, the sender of each killed in that gap: letters without exactly one mail, doubled, uncertain."""
    folder = trial.folder / f"{gap}-{record}"
    folder.mkdir()
    relay = Relay(folder)
    gaps = Gaps(trial, relay, record=record, name=f"{gap}-{record}")
    gaps.left = count
    if gap == "after claim":
        relay.at_recipient = lambda: gaps.kill() and None
    elif gap == "in the words":
        relay.at_words = gaps.kill
    else:
        relay.at_taken = lambda: gaps.kill() and None
    waiting(people(count, f"{gap[:8].strip().replace(' ', '-')}-{record}"), f"{gap}"[:20])
    wait_for(at_rest, 30 + 2 * count)
    gaps.senders.kill()
    relay.stop()
    taken = relay.taken()
    letters = Letter.objects.filter(period=gap[:20], message_id__isnull=False, member__username__endswith="")
    mine = [letter for letter in letters if str(record) in letter.member.username]
    wrong = sum(taken[letter.message_id] != 1 for letter in mine)
    doubled = sum(max(0, taken[letter.message_id] - 1) for letter in mine)
    return wrong, doubled, sum(letter.state == State.UNCERTAIN for letter in mine)


def before_the_commit(trial: Trial, count: int) -> tuple[int, int]:
    """The relay has said 250, the sender has heard it, and is killed while its last statement waits for a lock."""
    folder = trial.folder / "commit"
    folder.mkdir()
    relay = Relay(folder)
    gaps = Gaps(trial, relay, record=True, name="commit")
    members = people(count, "commit")
    for member in members:
        before = len(relay.mails)
        with transaction.atomic():
            [letter] = waiting([member], "commit")
        with transaction.atomic():
            wait_for(lambda before=before: Letter.objects.filter(state=State.SENDING).exists(), 20, 0.001)
            Letter.objects.select_for_update().get(pk=letter.pk)
            wait_for(lambda before=before: len(relay.mails) > before, 20, 0.001)
            time.sleep(0.05)
            gaps.left = 1
            gaps.kill()
    wait_for(at_rest, 60)
    gaps.senders.kill()
    taken = relay.taken()
    mine = Letter.objects.filter(member__in=members)
    return sum(taken[one.message_id] != 1 or one.state != State.SENT for one in mine), sum(
        max(0, taken[one.message_id] - 1) for one in mine
    )


@row()
def killed_in_each_gap(trial: Trial) -> Outcome:
    """A sender is killed after its claim, in the words, after the relay took the letter, and before its last commit, 50
    times each: each letter comes exactly once; with no record to ask, those that were taken are uncertain.
    """
    count = trial.size(50, 3)
    counts, tried = [], 0
    for gap in ("after claim", "in the words", "after taken"):
        wrong, doubled, uncertain = in_the_gap(trial, gap, count)
        tried += count
        counts += [none(f"{gap}: not exactly once", wrong), none("doubled", doubled), none("uncertain", uncertain)]
    wrong, doubled = before_the_commit(trial, count)
    counts += [none("before the commit: not exactly once", wrong), none("doubled", doubled)]
    wrong, doubled, uncertain = in_the_gap(trial, "after taken", count, record=False)
    counts += [exactly("taken and uncertain without a record", uncertain, count), none("doubled", doubled)]
    return Outcome.of(f"{tried + 2 * count} kills", *counts)


# ── Many at once ─────────────────────────────────────────────────────────────────────────────────────────────────


@row(on=BOTH)
def many_senders(trial: Trial) -> Outcome:
    """Eight senders at one outbox of 5,000 letters, ten times: 5,000 different mails, none twice."""
    relay = Relay(trial.folder)
    size, runs = trial.size(5000, 500), trial.size(10, 2)
    members = people(size)
    trial.python("faults.sender", "8", name="senders", **relay.environment(record=False))
    distinct = twice = 0
    for run in range(runs):
        relay.mails.clear()
        waiting(members, f"run-{run}")
        wait_for(at_rest, 300, 0.2)
        taken = relay.taken()
        distinct += len(taken)
        twice += sum(taken.values()) - len(taken)
    others = Letter.objects.exclude(state=State.SENT)
    return Outcome.of(
        f"{runs} runs",
        exactly("different mails", distinct, runs * size),
        none("twice", twice),
        none("not sent", others.count()),
    )


@row("redis")
def two_clocks(trial: Trial) -> Outcome:
    """Two beats with timetables in a hurry, and a tick fired 20 times at once: one row for each kind, member and
    period, and one mail for each row.
    """
    relay = Relay(trial.folder)
    told = relay.environment(record=False)
    members = people(trial.size(200, 40))
    busy(members)
    for name in ("one", "other"):
        beat = ["--app", "faults.hurried", "beat", "--schedule", str(trial.folder / f"{name}-beat"), "--pidfile="]
        trial.python("celery", *beat, name=f"beat-{name}", **told)
    trial.worker(**told)
    with suppress(Exception):
        at_once([write_letters] * 20)
    wait_for(lambda: Letter.objects.filter(kind="weekly").count() >= len(members) and at_rest(), 120, 0.2)
    time.sleep(5)  # some more turns of both clocks
    rows = Letter.objects.values_list("kind", "member", "period")
    weekly = Letter.objects.filter(kind="weekly", member__in=members)
    taken = relay.taken()
    return Outcome.of(
        "2 beats and 20 ticks at once",
        exactly("weekly letters", weekly.count(), len(members)),
        none("rows of one kind, member and period too many", len(rows) - len(set(rows))),
        exactly("mails", sum(taken.values()), Letter.objects.filter(state=State.SENT).count()),
        none("mails twice", sum(taken.values()) - len(taken)),
    )


@row()
def the_note_fails(trial: Trial) -> Outcome:
    """The database refuses to note that a letter was sent: it is not sent again; the relay's record settles it."""
    relay = Relay(trial.folder)
    count = trial.size(10, 2)
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE FUNCTION refuse() RETURNS trigger AS $$ BEGIN IF NEW.state = 'sent' AND NEW.claimed_at > now() -"
            " interval '10 seconds' THEN RAISE EXCEPTION 'no'; END IF; RETURN NEW; END $$ LANGUAGE plpgsql;"
            "CREATE TRIGGER refuse BEFORE UPDATE ON reports_letter FOR EACH ROW EXECUTE FUNCTION refuse()"
        )
    waiting(people(count))
    senders = trial.python("faults.sender", "2", name="senders", **relay.environment(record=True, timeout=5))
    wait_for(at_rest, 60 + 10 * count)
    senders.kill()
    lost, doubled, uncertain = counted(relay)
    return Outcome.of(
        f"{count} letters", none("lost", lost), none("sent again", doubled), none("uncertain", uncertain),
        exactly("mails", len(relay.mails), count),
    )  # fmt: skip


@row()
def changed_their_mind(trial: Trial) -> Outcome:
    """Between the writing and the sending some stop their letters, some leave, the mail of some comes back: none of
    them gets one, all others do.
    """
    relay = Relay(trial.folder)
    members = people(trial.size(1000, 60))
    waiting(members)
    changed: set[int] = set()
    changes = ({"letter_every": "never"}, {"is_active": False}, {"mail_failed_at": timezone.now()})
    for start, change in enumerate(changes):
        keys = {member.pk for member in members[start::5]}
        Member.objects.filter(pk__in=keys).update(**change)
        changed |= keys
    trial.python("faults.sender", "2", name="senders", **relay.environment(record=False))
    wait_for(at_rest, 60)
    got = Counter(mail.recipient for mail in relay.mails)
    gone = {member.email for member in members if member.pk in changed}
    return Outcome.of(
        f"{len(members):,} letters, {len(gone):,} not wanted any more",
        none("mails to them", sum(got[address] for address in gone)),
        exactly("mails to the others", len(got), len(members) - len(gone)),
        at_most("mails to one of them", max(got.values(), default=0), 1),
    )


ROWS = {
    "A1": killed_while_sending,
    "A2": killed_in_each_gap,
    "A3": many_senders,
    "A4": two_clocks,
    "A5": the_note_fails,
    "A11": changed_their_mind,
}
