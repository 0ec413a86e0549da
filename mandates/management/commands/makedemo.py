"""`manage.py makedemo`: log-ins, the founding document in the queue, and a reviewed copy of it with its work."""

from django.core.management.base import BaseCommand
from django.utils import timezone

from mandates.actions import demo, demo_work
from mandates.models import Member


class Command(BaseCommand):
    help = "Makes the members of the demo, brings in the redline of Resolution 1332, and makes a reviewed copy of it."

    def handle(self, *args, **options):
        logins = demo.people(at=timezone.now())
        coordinator = Member.objects.get(username="li.na")
        document = demo.founding_document(by=coordinator, at=timezone.now())
        version = demo.reviewed_copy(by=coordinator, clock=lambda: timezone.now() - demo_work.BEGAN)
        if version is not None:
            demo_work.lives(version=version, by=coordinator, at=timezone.now())
        self.stdout.write(f"“{document.original_name}” is brought in: document {document.pk}.")
        self.stdout.write("Log in as:")
        for login in logins:
            self.stdout.write(f"  {login.username:<14} {login.password}   {login.name}, {login.role}")
