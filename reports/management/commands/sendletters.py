"""`manage.py sendletters`: write and send the letters that are due; with `--dry-run`, only say who would get what."""

from __future__ import annotations

import os
import socket
from argparse import ArgumentParser
from collections import Counter
from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.dateparse import parse_date

from reports.letters import filling, outbox
from reports.models import Letter

State = Letter.State


class Command(BaseCommand):
    help = (
        "Writes the letters that are due, sends what waits in the outbox, and says how many. The timetable does the "
        "same every few minutes; to run it beside that does no harm."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="say who would get what, and send nothing")
        parser.add_argument("--on", metavar="DAY", help="with --dry-run: as on the evening of that day, 2026-11-30")

    def handle(self, *, dry_run: bool, on: str | None, **_: Any) -> None:
        if on and not dry_run:
            raise CommandError("--on is for --dry-run: letters are sent on their own day.")
        if dry_run:
            self.look(_evening_of(on) if on else timezone.now())
        else:
            self.send()

    def look(self, at: datetime) -> None:
        """A line a letter; nothing is kept."""
        would = Counter[str]()
        for one in filling.rounds(at):
            for start in range(0, len(one.members), filling.AT_ONCE):
                for letter in filling.letters_of(one, one.members[start : start + filling.AT_ONCE], at):
                    would[letter.state] += 1
                    if letter.state != State.EMPTY:
                        self.stdout.write(_line(letter))
        waits = Letter.objects.filter(state=State.QUEUED)
        for letter in waits.select_related("member", "deputy").defer("text", "html"):
            self.stdout.write(_line(letter))
        self.stdout.write(
            f"{would[State.QUEUED]} would be written and sent, {would[State.EMPTY]} have nothing to say, "
            f"{would[State.FAILED]} could not be written, {waits.count()} wait in the outbox. Nothing was sent."
        )

    def send(self) -> None:
        outbox.settle(at=timezone.now())
        filling.fill(at=timezone.now())
        done = outbox.send_waiting(worker=f"{socket.gethostname()}:{os.getpid()}", clock=timezone.now)
        said = [f"{done[state]} {State(state).label}" for state in State.values if done[state]]
        left = Letter.objects.filter(state=State.QUEUED).count()
        self.stdout.write(f"{', '.join(said) or 'Nothing was due'}; {left} wait for another time.")


def _evening_of(text: str) -> datetime:
    day = parse_date(text) if len(text) == 10 else None
    if day is None:
        raise CommandError(f"“{text}” is no day: write it as 2026-11-30.")
    return datetime.combine(day, time(23, 59), ZoneInfo(settings.SEAT_TIME_ZONE))


def _line(letter: Letter) -> str:
    said = letter.error or letter.subject
    return f"{letter.period} {letter.kind}: {letter.reader} <{letter.address}>: {said}"
