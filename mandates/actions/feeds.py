"""Calendar feeds: made, renewed, ended, and whose tasks they show.

The secret is kept as it is, since its owner must be able to copy the link again; it opens reading alone, never more
than its owner may read, and dies when it is renewed or when its owner can't log in (docs/decisions/).
"""

from __future__ import annotations

import re
import secrets
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from mandates import rules
from mandates.models import ActionLine, Feed, Member, Session, Task, Unit
from mandates.models.words import one_line

from . import Refused

SECRET_BYTES = 32  # 256 bits: 43 characters of an address
SECRET = re.compile(r"[A-Za-z0-9_-]{43,64}")
SHOWN_AFTER_CLOSING = timedelta(days=365)  # so that calendars hear of what was closed before it leaves the feed


@transaction.atomic
def make(*, member: Member, of: str, target: str, at: datetime) -> Feed:
    """The member's calendar of their own work (`target` ""), of a unit (its key), a session or an action line (its
    code). Asked for again, the same one comes back, with the same link."""
    rules.require(member, "make feeds")
    if of not in Feed.Of.values:
        raise Refused(_("There is no such calendar."))
    target = "" if of == Feed.Of.PERSON else one_line(target, 40)
    if of != Feed.Of.PERSON and _target(of, target) is None:
        raise Refused(_("There is no such calendar."))
    feed, _made = Feed.objects.get_or_create(
        member=member, of=of, target=target, defaults={"secret": _secret(), "made_at": at}
    )
    return feed


@transaction.atomic
def renew(*, feed: Feed, by: Member, at: datetime) -> None:
    """Give the feed a new secret. The old link is dead at once."""
    row = _own(feed, by)
    row.secret, row.made_at = _secret(), at
    row.save(update_fields=["secret", "made_at"])
    feed.refresh_from_db()


@transaction.atomic
def end(*, feed: Feed, by: Member) -> None:
    """Take the feed away. Its link is dead at once."""
    _own(feed, by).delete()


def by_secret(*, secret: str) -> Feed | None:
    """The living feed that a link opens: its owner can still log in and read. None for any other secret."""
    if not SECRET.fullmatch(secret):
        return None
    feed = Feed.objects.select_related("member").filter(secret=secret).first()
    return feed if feed is not None and rules.may(feed.member, "read") else None


def tasks(*, feed: Feed, today: date) -> QuerySet[Task]:
    """The tasks with a date that the feed shows today: open ones, and for a year those that were closed."""
    rows = (
        Task.objects.exclude(matters_on=None)
        .filter(Q(is_open=True) | Q(matters_on__gte=today - SHOWN_AFTER_CLOSING))
        .select_related("instruction__resolution", "session", "first_stop", "lead")
        .order_by("matters_on", "pk")
    )
    if feed.of == Feed.Of.PERSON:
        return rows.filter(lead__in=rules.units_of(feed.member, today))
    target = _target(feed.of, feed.target)
    if isinstance(target, Unit):
        return rows.filter(lead__in=rules.with_those_below({target.pk}))
    if isinstance(target, Session):
        return rows.filter(Q(session=target) | Q(first_stop=target))
    if isinstance(target, ActionLine):
        lines = Q(instruction__line_tags__action_line=target) | Q(instruction__line_tags__action_line__parent=target)
        return rows.filter(pk__in=Task.objects.filter(lines).values("pk"))
    return rows.none()  # what it was of is gone


def title(*, feed: Feed) -> str:
    """What the calendar is called in a client's list."""
    if feed.of == Feed.Of.PERSON:
        return _("Mandates: %(who)s") % {"who": feed.member}
    return _("Mandates: %(what)s") % {"what": _target(feed.of, feed.target) or feed.target}


def _target(of: str, target: str) -> Unit | Session | ActionLine | None:
    if of == Feed.Of.UNIT:
        return Unit.objects.filter(pk=int(target)).first() if target.isascii() and target.isdigit() else None
    if of == Feed.Of.SESSION:
        return Session.objects.filter(code=target).first()
    return ActionLine.objects.filter(code=target).first()


def _own(feed: Feed, by: Member) -> Feed:
    row = Feed.objects.select_for_update().get(pk=feed.pk)
    if row.member_id != by.pk:
        raise Refused(_("This calendar is somebody else’s."))
    return row


def _secret() -> str:
    return secrets.token_urlsafe(SECRET_BYTES)
