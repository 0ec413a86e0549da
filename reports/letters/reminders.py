"""Reminders between the weekly letters: so many days before the date that matters, and after the last day in time.

The distances stand in the settings. Nobody gets more than one a day, with all of that day in it, and none of what this
week's letter has told already: a task that stood in it, with the date that it still has. So a reminder goes to those
who get no letter this week, and to those whose task came, or got this date, since Monday.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db.models import F, Max, Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mandates.models import Member, StatusUpdate, Task
from mandates.views.work import OVERDUE, SOON
from reports.clocks import Moment
from reports.models import Letter

from .chosen import SHOWN
from .holders import Holders
from .parts import Line, Part, Rows, and_more, day_in_words, listed, path_to
from .periods import name_of
from .whose import Tree

Kind, State = StatusUpdate.Kind, Letter.State


@dataclass(frozen=True, slots=True)
class Due:
    """A task of which the day reminds. `clock` is that of My work."""

    task: int
    lead: int
    clock: str


@dataclass(frozen=True)
class ReminderLetter:
    """What one member is reminded of on a day. Its words come in the language that is active."""

    kind = "reminder"
    member: Member
    day: date
    due: tuple[Due, ...]
    rows: Rows

    def parts(self) -> tuple[Part, ...]:
        found = [self._part(OVERDUE, _("Overdue")), self._part(SOON, _("Due soon"))]
        return tuple(part for part in found if part)

    def _part(self, clock: str, title: str) -> Part:
        due = [one for one in self.due if one.clock == clock]
        rows = tuple(self.rows.row(one.task, clock) for one in due[:SHOWN])
        more = and_more(len(due) - SHOWN, path_to("my-work"))
        return Part(title=title, count=len(due), rows=rows, more=more)

    def title(self) -> str:
        return _("Reminder of %(day)s") % {"day": day_in_words(self.day)}

    def subject(self) -> str:
        """Of one task its title and how far its date is; of more how many there are."""
        first = self.rows.row(self.due[0].task, self.due[0].clock)
        words = {"title": first.title, "distance": first.distance, "n": len(self.due)}
        if len(self.due) == 1:
            return _("Reminder: %(title)s, %(distance)s") % words
        return ngettext("Reminder: %(n)d task", "Reminder: %(n)d tasks", len(self.due)) % words

    def intro(self) -> str:
        n = len(self.due)
        return ngettext("this task needs a word.", "these %(n)d tasks need a word.", n) % {"n": n}

    def preheader(self) -> str:
        rows = [self.rows.row(one.task, one.clock) for one in self.due[:3]]
        return " ".join(_("%(title)s: %(distance)s.") % {"title": r.title, "distance": r.distance} for r in rows)

    def button(self) -> Line:
        return Line(_("Open my work"), path_to("my-work"))

    def not_listed(self) -> str:
        return ""

    def why(self) -> str:
        before = listed([str(n) for n in sorted(settings.REMIND_BEFORE_DAYS, reverse=True)])
        after = listed([str(n) for n in sorted(settings.REMIND_AFTER_DAYS)])
        return _(
            "You are reminded %(before)s days before the date that matters and %(after)s days after it, of what your"
            " weekly letter has not told."
        ) % {"before": before, "after": after}


def for_people(members: Sequence[Member], day: date, now: datetime) -> dict[int, ReminderLetter]:
    """Of what each member is reminded on `day`, their own day, by their key. Who is reminded of nothing is left out.

    What is near or late is counted by the day at the seat at `now`, as everywhere. Ten queries at most.
    """
    moment, tree = Moment.of(now), Tree.load()
    due = _due(moment)
    holders = Holders.on(moment.day, tree)
    theirs: dict[int, list[Due]] = defaultdict(list)
    keys = {member.pk for member in members}
    for one in due:
        for member in holders.nearest(one.lead) & keys:
            theirs[member].append(one)
    told = _told([member for member in members if member.pk in theirs], theirs, day)
    left = {key: tuple(one for one in found if one.task not in told.get(key, ())) for key, found in theirs.items()}
    rows = Rows.fetch((one.task for found in left.values() for one in found), moment)
    return {member.pk: ReminderLetter(member, day, left[member.pk], rows) for member in members if left.get(member.pk)}


def near(now: datetime) -> frozenset[int]:
    """Members to whom there may be something to say on the day of `now`. Four queries."""
    moment, tree = Moment.of(now), Tree.load()
    holders = Holders.on(moment.day, tree)
    return frozenset().union(*(holders.nearest(unit) for unit in {one.lead for one in _due(moment)}))


def _due(moment: Moment) -> list[Due]:
    """The tasks of which this day reminds, the latest first. One query."""
    soon = Q(matters_on__in=[moment.day + timedelta(days=n) for n in settings.REMIND_BEFORE_DAYS])
    late = Q(last_day__in=[moment.day - timedelta(days=n) for n in settings.REMIND_AFTER_DAYS])
    rows = (
        Task.objects.open()
        .filter(submitted_at=None, lead__isnull=False)
        .annotate(last_day=Coalesce(F("late_after"), F("matters_on")))
        .filter(soon | late)
        .order_by("matters_on", "pk")
        .values_list("pk", "lead", "last_day")
    )
    return [Due(key, lead, OVERDUE if last < moment.day else SOON) for key, lead, last in rows]


def _told(members: Sequence[Member], theirs: Mapping[int, Sequence[Due]], day: date) -> dict[int, Collection[int]]:
    """Which of these tasks the letter of this week has told each member, with the dates that they have. Two queries."""
    tasks = {one.task for found in theirs.values() for one in found}
    redated = dict(
        StatusUpdate.objects.filter(task__in=tasks, kind__in=(Kind.REDATED, Kind.MOVED))
        .order_by()
        .values_list("task")
        .annotate(at=Max("at"))
    )
    week = name_of(day - timedelta(days=day.weekday()))
    letters = Letter.objects.filter(kind=Letter.Kind.WEEKLY, member__in=members, period=week).exclude(
        state__in=(State.FAILED, State.DROPPED)
    )
    link = re.compile(re.escape(path_to("task", 0)).replace("0", r"(\d+)") + "#")
    return {
        member: {
            one.task
            for one in theirs[member]
            if str(one.task) in shown and not (one.task in redated and redated[one.task] > made)
        }
        for member, text, made in letters.values_list("member", "text", "made_at")
        for shown in [set(link.findall(text))]
    }
