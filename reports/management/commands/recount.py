"""`manage.py recount`: hold the sums of the board against the facts, figure by figure."""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from reports.rollup import recounting


class Command(BaseCommand):
    help = (
        "Compares the sums that the board by action lines is read from with a plain count, today and on some days "
        "past, and ends with failure where one figure differs. The timetable does the same each day."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("days", nargs="*", type=date.fromisoformat, help="past days to compare instead: 2026-06-01")

    def handle(self, *args: Any, **options: Any) -> None:
        wrong = recounting.recount(now=timezone.now(), days=options["days"] or None)
        for sentence in wrong:
            self.stdout.write(sentence)
        if wrong:
            raise CommandError(f"{len(wrong)} figures are wrong. manage.py rebuildtallies makes them anew.")
        self.stdout.write("No figure is wrong.")
