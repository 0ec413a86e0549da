"""Whether the mail server stands, as all senders see it: while it is down, one of them knocks now and then.

The state is one row, so that any number of workers together knock at most twelve times an hour, no letter loses a try
to a closed door, and the health page can say since when.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from django.db.models import Q

from reports.models import Relay

logger = logging.getLogger(__name__)

KNOCK_EVERY = timedelta(minutes=6)


def may_knock(*, at: datetime) -> bool:
    """Whether this sender may connect: always while the relay stands; while it is down, the first to ask in turn."""
    state = Relay.objects.filter(pk=1).first()
    if state is None or state.down_since is None:
        return True
    turn = Relay.objects.filter(Q(next_try_at=None) | Q(next_try_at__lte=at), pk=1)
    return bool(turn.update(next_try_at=at + KNOCK_EVERY))


def note_down(*, why: str, at: datetime) -> None:
    """The relay did not speak with us: nobody knocks for six minutes."""
    Relay.objects.get_or_create(pk=1)
    Relay.objects.filter(pk=1).update(next_try_at=at + KNOCK_EVERY, error=why[:500])
    if Relay.objects.filter(pk=1, down_since=None).update(down_since=at):
        logger.warning("The mail server does not answer; letters wait: %s", why)


def note_up() -> None:
    """The relay speaks with us again."""
    if Relay.objects.filter(pk=1).exclude(down_since=None).update(down_since=None, next_try_at=None, error=""):
        logger.warning("The mail server answers again.")
