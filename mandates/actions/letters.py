"""How a member wants letters: when, in which language, about what, and who reads them meanwhile."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from mandates.models import ActionLine, Following, Member, Resolution

from . import Refused


@dataclass(frozen=True)
class Wishes:
    """All that a member may say about their letters. Empty zone and language are those of the house."""

    every: str
    hour: int
    time_zone: str = ""
    language: str = ""
    away_until: date | None = None
    letters_to: Member | None = None
    lines: Iterable[ActionLine] = ()
    resolutions: Iterable[Resolution] = ()


@transaction.atomic
def wish(*, wishes: Wishes, by: Member, at: datetime) -> None:
    """Keep how `by` wants letters, and what they follow: exactly this from now on.

    A letter that was written before goes out as it was, unless they want none any more, or somebody else reads it.
    """
    if wishes.letters_to is not None and wishes.letters_to.pk == by.pk:
        raise Refused(_("Your letters can’t go to yourself while you are away: choose a colleague."))
    if (wishes.away_until is None) != (wishes.letters_to is None):
        raise Refused(_("Say both: until when you are away, and who reads your letters meanwhile."))
    row = Member.objects.select_for_update().get(pk=by.pk)
    row.letter_every, row.letter_hour = wishes.every, wishes.hour
    row.time_zone, row.language = wishes.time_zone, wishes.language
    row.away_until, row.letters_to = wishes.away_until, wishes.letters_to
    row.save(
        update_fields=["letter_every", "letter_hour", "time_zone", "language", "away_until", "letters_to"],
    )
    _follow(row, wishes)


@transaction.atomic
def stop(*, member: Member, by: Member, at: datetime) -> None:
    """No more letters, as their reader asked by the link in one.

    `by` is the member, who gets none from now on; or whoever reads in their place, who gets the member's no longer.
    """
    row = Member.objects.select_for_update().get(pk=member.pk)
    if by.pk == row.pk:
        row.letter_every = Member.LetterEvery.NEVER
        row.save(update_fields=["letter_every"])
    elif row.letters_to_id == by.pk:
        row.letters_to, row.away_until = None, None
        row.save(update_fields=["letters_to", "away_until"])


def _follow(member: Member, wishes: Wishes) -> None:
    lines = {line.pk for line in wishes.lines}
    texts = {text.pk for text in wishes.resolutions}
    held = Following.objects.filter(member=member)
    held.exclude(action_line__in=lines).exclude(resolution__in=texts).delete()
    Following.objects.bulk_create(
        [
            *(Following(member=member, action_line_id=line) for line in sorted(lines)),
            *(Following(member=member, resolution_id=text) for text in sorted(texts)),
        ],
        ignore_conflicts=True,
    )
