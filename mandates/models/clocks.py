"""The clocks of open tasks as a column: which is overdue, due soon, waiting, silent or later. One rule for all lists.

`mandates.views.work.clock_of` is the same rule for a task at hand; tests hold the two together.
"""

from __future__ import annotations

from datetime import date, datetime

from django.db.models import Case, CharField, Q, Value, When

OVERDUE, SOON, WAITING, APPROVE, SILENT, LATER = "overdue", "soon", "waiting", "approve", "silent", "later"
CLOSED = "closed"


def clock(
    *, day: date, soon_until: date, silent_since: datetime, silent_until: date, approves: Q | None = None
) -> Case:
    """The clock of an open task on a day at the seat: the first that fits.

    `approves` are the submitted ones on which the next move is the reader's; without it nobody in particular looks, and
    what waits for approval waits for others.
    """
    late = Q(matters_on__lt=day) & (Q(late_after=None) | Q(late_after__lt=day))
    quiet = Q(last_word_at__lt=silent_since) | Q(last_word_at=None, created_at__lt=silent_since)
    near = Q(matters_on=None) | Q(matters_on__lte=silent_until)
    submitted = Q(submitted_at__isnull=False)
    return Case(
        *([] if approves is None else [When(submitted & approves, then=Value(APPROVE))]),
        When(submitted, then=Value(WAITING)),
        When(late, then=Value(OVERDUE)),
        When(matters_on__lte=soon_until, then=Value(SOON)),
        When(~Q(waiting_for=""), then=Value(WAITING)),
        When(quiet & near, then=Value(SILENT)),
        default=Value(LATER),
        output_field=CharField(),
    )
