"""Schedules: settled when they are written down, and changed by a person."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from mandates import rules
from mandates.models import Instruction, Member, Schedule, Session

from . import Overtaken, Refused, occurrences, plans, tasks, tracked

# What a person may change; anything else of a schedule follows from these.
MAY_CHANGE = frozenset(
    {"words", "session", "due_on", "precision", "recurrence", "since", "until", "body", "reports_to", "via"}
)
# A person may count a recurrence from a day in the past: so far back, since each occurrence becomes a task.
LONGEST_PAST = timedelta(days=3653)
# What says when something is owed, and not merely on which way.
TIMING = ("recurrence", "body_id", "due_on", "session_id")


def settle(*, schedule: Schedule, at: datetime) -> None:
    """Make a schedule whole before it is saved: what recurs gets the day from which it counts.

    A recurrence that is new or changed counts from the day of `at`: the past stays as it was, and nothing is made up
    for years in which nobody asked. "Every second session" of a body is counted from the year in which the body meets
    next ("every plenipotentiary conference" from the next one). Raises Refused where the rule is not understood.
    """
    rule = occurrences.recurrence(schedule.recurrence)
    if rule is None:
        if schedule.recurrence:
            raise Refused(
                _("“%(rule)s” is not understood as a recurrence: say yearly, monthly or each session.")
                % {"rule": schedule.recurrence}
            )
        schedule.since = None
        return
    if rule.every == "SESSION" and schedule.body_id is None:
        raise Refused(_("“Each session” needs a body whose sessions they are."))
    before = Schedule.objects.filter(pk=schedule.pk).first() if schedule.pk else None
    same = before is not None and all(getattr(before, name) == getattr(schedule, name) for name in TIMING)
    if schedule.since and (same or before is None or before.since != schedule.since):
        return  # it goes on as before, or a person says from when
    schedule.since = plans.today(at)
    if rule.interval > 1 and schedule.body_id and not schedule.session_id and not schedule.due_on:
        following = (
            Session.objects.upcoming(schedule.since)
            .filter(body=schedule.body_id)
            .exclude(state=Session.State.CANCELLED)
            .first()
        )
        if following is not None:
            schedule.since = max(schedule.since, date(following.year, 1, 1))
            if rule.every == "SESSION":
                schedule.session = following


@transaction.atomic
def change(*, instruction: Instruction, seen: int, values: dict, by: Member, at: datetime, why: str = "") -> Schedule:
    """Change when an instruction is owed and on which route; where it has no schedule, it gets one.

    `values` are fields of `Schedule`; `seen` is the instruction's revision that the editor had open. Afterwards the
    tasks ahead of which nobody has reported are as the schedule now says; what is past, reported or closed stays as
    it was. Raises PermissionDenied, Overtaken, Refused.
    """
    rules.require(by, "edit instructions")
    row = Instruction.objects.select_for_update().get(pk=instruction.pk)
    if row.revision != seen:
        raise Overtaken(
            _("Somebody else has changed this instruction. Nothing of theirs was written over; your words are kept.")
        )
    if unknown := values.keys() - MAY_CHANGE:
        raise ValueError(f"no such values of a schedule: {sorted(unknown)}")
    since = values.get("since")
    if since is not None and since < plans.today(at) - LONGEST_PAST:
        raise Refused(_("Counted from %(day)s, it would be owed for years long past.") % {"day": since})
    schedule = row.schedules.first() or Schedule(instruction=row)
    for name, value in values.items():
        setattr(schedule, name, value)
    settle(schedule=schedule, at=at)
    tracked.save(row=schedule, by=by, at=at, why=why)
    row.revision += 1
    tracked.save(row=row, by=by, at=at, why=why)
    why = why or _("its schedule was changed")
    tasks.follow(instructions=Instruction.objects.filter(pk=row.pk), by=by, at=at, why=why)
    instruction.refresh_from_db()
    return schedule
