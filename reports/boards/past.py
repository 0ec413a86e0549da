"""What stood at the end of days that are over. It does not change any more, so it is counted once and kept for a while.

Boards that stand as at a past day are counted anew each time; this is for what a page says beside its own numbers: how
it stood at the last session, and at the ends of the months before.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from datetime import date
from typing import TypeVar

from django.core.cache import cache

from reports.clocks import Moment
from reports.rollup import Counts, Rollup, Scope, rollup, trend

KEPT = 3600  # seconds: what the secretariat puts right in the past is seen within the hour
T = TypeVar("T")


def rollup_on(scope: Scope, day: date) -> Rollup:
    """The roll-up at the end of a past day."""
    return _kept("rollup", scope, [day], lambda: rollup(scope, Moment.at(day)))


def trend_on(scope: Scope, days: Sequence[date]) -> tuple[Counts, ...]:
    """The totals at the ends of past days."""
    return _kept("trend", scope, days, lambda: trend(scope, days))


def _kept(what: str, scope: Scope, days: Sequence[date], count: Callable[[], T]) -> T:
    asked = repr((what, scope.by, scope.across, sorted(scope.where.items()), [day.isoformat() for day in days]))
    key = f"past-1-{hashlib.sha256(asked.encode()).hexdigest()}"
    found = cache.get(key)
    if found is None:
        found = count()
        cache.set(key, found, KEPT)
    return found
