"""People to whom letters are owed, and letters that wait."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from django.utils import timezone

from mandates.models import Member
from reports.letters import message
from reports.models import Letter
from tests.factories import HoldingFactory, InstructionFactory, PostFactory, TaskFactory, UnitFactory

TEXT = "15 open tasks: 2 overdue, 4 due by 12 February.\n" * 20


def people(count: int, name: str = "reader", **values) -> list[Member]:
    """Members who joined long ago and want a letter each week from midnight on."""
    joined = timezone.now() - timedelta(days=60)
    return Member.objects.bulk_create(
        Member(
            username=f"{name}-{number}", email=f"{name}-{number}@example.org", date_joined=joined, letter_hour=0,
            **{"first_name": name.title(), "last_name": str(number), "role": "member", **values},
        )
        for number in range(count)
    )  # fmt: skip


def busy(members: Sequence[Member], title: str = "Report to CSTD 30") -> None:
    """Give each a unit of their own with a task that is overdue."""
    instruction = InstructionFactory(title=title, created_by__letter_every="never")
    day = timezone.now().date()
    for member in members:
        unit = UnitFactory(abbr=f"U-{member.username}")
        HoldingFactory(member=member, post=PostFactory(unit=unit))
        TaskFactory(instruction=instruction, lead=unit, due_on=day - timedelta(days=3), created_at=timezone.now())


def waiting(members: Sequence[Member], period: str = "2026-W48") -> list[Letter]:
    """A letter for each, in the outbox."""
    now = timezone.now()
    return Letter.objects.bulk_create(
        Letter(
            kind="weekly", member=member, period=period, message_id=message.id_of("weekly", member.pk, period),
            address=member.email, subject="15 open tasks: 2 overdue", text=TEXT, html=f"<p>{TEXT}</p>",
            made_at=now, next_try_at=now,
        )
        for member in members
    )  # fmt: skip
