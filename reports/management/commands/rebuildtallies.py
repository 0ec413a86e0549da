"""`manage.py rebuildtallies`: make the sums of the board anew from all of history."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from reports.rollup import folding


class Command(BaseCommand):
    help = (
        "Makes the sums that the board by action lines is read from anew. Pages go on reading the old ones meanwhile."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            count = folding.rebuild(now=timezone.now())
        except TimeoutError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{count} rows of days.")
