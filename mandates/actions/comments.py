"""Comments: remarks on a task that change nothing about it, and those whom they name."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from mandates import rules
from mandates.models import Comment, Member, Task
from mandates.models.words import plain

from . import Refused, tracked

# "@mariam.diallo, please" names mariam.diallo; an address ("li@example.org") names nobody.
MENTION = re.compile(r"(?<![\w.@+-])@([\w.@+-]*\w)")
SAME_CLICK = timedelta(minutes=1)
LONGEST = 5000  # characters: more is a document, and documents are evidence


@transaction.atomic
def add(*, task: Task, words: str, by: Member, at: datetime) -> Comment:
    """Remark on a task. Members named as "@username" are kept beside it, whether it was written for them or not.

    The same words by the same person within a minute are one comment: a double click has one effect. Either of the
    two may have come first: the moment of each was noted before they waited for each other (row E5).
    """
    rules.require(by, "comment")
    words = plain(words)
    if not words:
        raise Refused(_("The comment is empty."))
    if len(words) > LONGEST:
        raise Refused(_("The comment is longer than %(most)d characters.") % {"most": LONGEST})
    tracked.locked(rows=Task.objects.all(), key=task.pk)
    same_minute = (at - SAME_CLICK, at + SAME_CLICK)
    again = Comment.objects.filter(task=task, by=by, words=words, at__range=same_minute).first()
    if again:
        return again
    comment = Comment.objects.create(task=task, words=words, by=by, at=at)
    comment.mentions.set(named_in(words=words))
    return comment


def named_in(*, words: str) -> list[Member]:
    """The active members that the words name, in the order of their user names. Capitals don't matter."""
    names = {name.casefold() for name in MENTION.findall(words)}
    if not names:
        return []
    members = Member.objects.filter(is_active=True).order_by("username")
    by_name = {member.username.casefold(): member for member in members}
    return [member for name, member in by_name.items() if name in names]
