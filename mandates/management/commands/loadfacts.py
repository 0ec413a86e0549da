"""`manage.py loadfacts`: bodies, sessions, units, action lines and goals from our compilations."""

from django.core.management.base import BaseCommand
from django.utils import timezone

from mandates.actions import facts


class Command(BaseCommand):
    help = (
        "Loads bodies, sessions, units, action lines and goals. Loading again changes nothing that people have edited."
    )

    def handle(self, *args, **options):
        tally = facts.load(at=timezone.now())
        self.stdout.write(f"{tally.made} facts loaded, {tally.kept} were there already.")
