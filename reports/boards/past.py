"""What stood at the end of days that are over. It does not change any more, so it is counted once and kept for a while.

Boards that stand as at a past day are counted anew each time; this is for what a page says beside its own numbers: how
it stood at the last session, and at the ends of the months before.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from reports.clocks import Moment
from reports.rollup import Counts, Rollup, Scope, rollup, trend

from .kept import kept

KEPT = 3600  # seconds: what the secretariat puts right in the past is seen within the hour


def rollup_on(scope: Scope, day: date) -> Rollup:
    """The roll-up at the end of a past day."""
    return kept("rollup", (scope, day), KEPT, lambda: rollup(scope, Moment.at(day)))


def trend_on(scope: Scope, days: Sequence[date]) -> tuple[Counts, ...]:
    """The totals at the ends of past days."""
    return kept("trend", (scope, *days), KEPT, lambda: trend(scope, days))
