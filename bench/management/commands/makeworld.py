"""`manage.py makeworld`: fills an empty database with a made-up organization, to look at and to measure by."""

from __future__ import annotations

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from bench.world.house import SIZES
from bench.world.making import NotEmpty, make


class Command(BaseCommand):
    help = "Fills an empty database with a made-up organization and six years of its work."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--scale", choices=list(SIZES), default="agency", help="how large (agency)")
        parser.add_argument("--seed", type=int, default=1332, help="the same seed makes the same world (1332)")

    def handle(self, *args: Any, **options: Any) -> None:
        began = time.monotonic()
        try:
            made = make(SIZES[options["scale"]], options["seed"], timezone.now(), tell=self.stdout.write)
        except NotEmpty as why:
            raise CommandError(str(why)) from why
        for table, count in sorted(made.items()):
            self.stdout.write(f"{count:>10,}  {table}")
        self.stdout.write(f"Made in {time.monotonic() - began:.0f} s.")
