"""Since when a letter tells what is new: since the member's last one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db.models import Max

from mandates.models import Member
from reports.models import Letter

Every, State = Member.LetterEvery, Letter.State
BETWEEN: dict[str, timedelta] = {Every.FORTNIGHT: timedelta(days=14), Every.MONTH: timedelta(days=31)}
LONGEST = timedelta(days=62)  # what is older is no news


def since(members: Sequence[Member], now: datetime) -> dict[int, datetime]:
    """For each member the moment of the last weekly letter written before `now`, or one period ago. One query.

    One that never went out told nothing.
    """
    last = dict(
        Letter.objects.filter(kind=Letter.Kind.WEEKLY, member__in=members, made_at__lt=now)
        .exclude(state__in=(State.FAILED, State.DROPPED))
        .order_by()
        .values_list("member")
        .annotate(at=Max("made_at"))
    )
    return {
        member.pk: max(last.get(member.pk) or now - BETWEEN.get(member.letter_every, timedelta(days=7)), now - LONGEST)
        for member in members
    }
