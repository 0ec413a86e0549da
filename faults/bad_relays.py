"""Mail servers that are down, slow or moody. Time is moved where hours must pass; the connections are real."""

from __future__ import annotations

import logging
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.test import override_settings
from django.utils import timezone

from config import health
from mandates.models import Member
from reports.letters import outbox
from reports.models import Letter

from .letters_world import people, waiting
from .relay import Relay
from .row import Outcome, at_most, exactly, none, row
from .sink import Mode
from .trial import Trial

State = Letter.State
MINUTE = timedelta(minutes=1)
TIMEOUT = 15  # seconds, as production has it


@contextmanager
def sending_to(relay: Relay) -> Iterator[None]:
    """This process sends by that relay, and may read its log."""
    with override_settings(
        EMAIL_BACKEND="django.core.mail.backends.smtp.EmailBackend", EMAIL_HOST="127.0.0.1", EMAIL_PORT=relay.port,
        EMAIL_TIMEOUT=TIMEOUT, LETTER_LEASE=600, LETTER_RELAY_LOG=f"{relay.log}*",
    ):  # fmt: skip
        yield


def turn(now: datetime) -> Counter[str]:
    """One turn of the timetable at that moment."""
    return outbox.settle(at=now) + outbox.send_waiting(worker="w", clock=lambda: now)


def turns(start: datetime, minutes: int, until: Callable[[], bool] = lambda: False) -> datetime:
    """A turn each minute, in moved time; when it ended."""
    now = start
    for _each in range(minutes):
        turn(now)
        if until():
            break
        now += MINUTE
    return now


def all_ended() -> bool:
    return not Letter.objects.filter(state__in=[State.QUEUED, State.SENDING]).exists()


@row()
def moody_relays(trial: Trial) -> Outcome:
    """The relay is down for ten minutes, answers 421, puts off 30 % with 451, refuses 5 % with 550, takes 20 seconds to
    accept, and hangs up after it has accepted: all that it puts off comes once, what it refuses is tried once, no
    letter is tried more than eight times, and no sender hangs longer than mail servers are waited for.
    """
    relay, size = Relay(trial.folder), trial.size(500, 40)
    start, once = timezone.now(), 0
    ways = {"down": None, "takes nobody in": Mode(banner=421), "puts off": Mode(rcpt_later=0.3)}
    ways |= {"hangs up": Mode(hang_up_after=True)}
    with sending_to(relay):
        for number, (name, mode) in enumerate(ways.items()):
            waiting(people(size, f"way-{number}"), name)
            begin = start + timedelta(days=number)
            if mode is None:
                relay.stop()
            else:
                relay.mode = mode
            end = turns(begin, 10)
            if mode is None:
                relay.start()
            if name != "puts off":
                relay.mode = Mode()
            turns(end, 60 * 24, all_ended)
            relay.mode = Mode()
        once += sum(count == 1 for count in relay.taken().values())
        asked, refused, flagged = refuses_some(relay, start + timedelta(days=9), size)
        longest = accepts_late(relay, start + timedelta(days=11))
    letters = Letter.objects.exclude(period="refuses")
    return Outcome.of(
        f"{letters.count():,} letters put off or cut off, {size} of which some are refused",
        exactly("came once", once, 4 * size),
        exactly("are sent", letters.filter(state=State.SENT).count(), 4 * size + 1),
        exactly("of those refused tried once", asked, refused),
        exactly("members marked", flagged, refused),
        at_most("tries of one letter", max(Letter.objects.values_list("attempts", flat=True)), outbox.MOST_TRIES),
        at_most("seconds at a relay that accepts after 20", round(longest, 1), TIMEOUT + 1),
    )


def refuses_some(relay: Relay, now: datetime, size: int) -> tuple[int, int, int]:
    """Of the letters to addresses that are refused: tried once, all of them, and members that are marked."""
    relay.mode = Mode(rcpt_never=0.05)
    members = people(size, "refused")
    waiting(members, "refuses")
    turns(now, 60 * 30, all_ended)
    relay.mode = Mode()
    failed = Letter.objects.filter(period="refuses", state=State.FAILED)
    tried = [relay.tries[address] for address in failed.values_list("address", flat=True)]
    return sum(tries == 1 for tries in tried), len(tried), Member.objects.exclude(mail_failed_at=None).count()


def accepts_late(relay: Relay, now: datetime) -> float:
    """One letter to a relay that accepts it after 20 seconds: how long the sender waits. It is settled later."""
    relay.mode = Mode(wait=20)
    waiting(people(1, "late"), "late")
    begin = time.monotonic()
    turn(now)
    waited = time.monotonic() - begin
    time.sleep(7)  # now it has accepted it
    relay.mode = Mode()
    turns(now + MINUTE, 30, all_ended)
    return waited


class Lines(logging.Handler):
    """Counts what is logged."""

    def __init__(self) -> None:
        super().__init__()
        self.count = 0

    def emit(self, record: logging.LogRecord) -> None:
        self.count += 1


@row()
def refused_for_a_day(trial: Trial) -> Outcome:
    """The relay takes nobody in for 24 hours, two senders have a turn each minute: at most 12 connections and 50 lines
    of the log an hour, no letter loses a try, the health page says so; then all go out.
    """
    relay, size, hours = Relay(trial.folder), trial.size(200, 20), trial.size(24, 3)
    waiting(people(size), "day")
    lines = Lines()
    logging.getLogger().addHandler(lines)
    relay.mode = Mode(banner=421)
    now, most_knocks, most_lines = timezone.now(), 0, 0
    with sending_to(relay):
        for _hour in range(hours):
            knocks, said = relay.connections, lines.count
            for _minute in range(60):
                turn(now)
                turn(now)
                now += MINUTE
            most_knocks = max(most_knocks, relay.connections - knocks)
            most_lines = max(most_lines, lines.count - said)
        shown = health.mail_answers().startswith("down since")
        tries = sum(Letter.objects.values_list("attempts", flat=True))
        relay.mode = Mode()
        turns(now, 10, all_ended)
    taken = relay.taken()
    return Outcome.of(
        f"{hours} hours",
        at_most("connections in the worst hour", most_knocks, 12),
        at_most("lines in the worst hour", most_lines, 50),
        none("tries lost", tries),
        exactly("said on the health page", int(shown), 1),
        exactly("mails afterwards", len(taken), size),
        none("twice", sum(taken.values()) - len(taken)),
    )


ROWS = {"A7": moody_relays, "A8": refused_for_a_day}
