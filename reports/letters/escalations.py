"""Escalations: after a set silence the head of the unit is told which of its tasks nobody speaks of.

A task is told once for each silence: on the day on which it has lasted `ESCALATE_AFTER_DAYS`, or with the next such
letter after it. A word ends the silence, and the next one is told again. Who becomes head is told of all there is; so
is the head of a unit that is given a silent task.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db.models import Max, OuterRef, QuerySet, Subquery
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mandates.actions import plans
from mandates.models import Member, StatusUpdate, Task
from mandates.views.work import SILENT
from reports.clocks import Moment
from reports.models import Letter

from .chosen import SHOWN
from .holders import Holders
from .parts import Line, Part, Rows, and_more, day_in_words, list_of_work, path_to, safe
from .whose import Tree

State = Letter.State


@dataclass(frozen=True, slots=True)
class Quiet:
    """A task of which nobody has spoken for so long, the day on which that came to be so, and when the unit that leads
    it was given it, if another led it before."""

    task: int
    lead: int
    since: date
    given_at: datetime | None

    def is_news(self, told_at: datetime | None) -> bool:
        """Whether a head who was told of silent tasks last at that moment has not been told of this one."""
        if told_at is None or self.since > plans.today(told_at):
            return True
        return self.given_at is not None and self.given_at > told_at


@dataclass(frozen=True)
class EscalationLetter:
    """What the head of units is told of their silence. Its words come in the language that is active."""

    kind = "escalation"
    member: Member
    day: date
    quiet: tuple[Quiet, ...]
    rows: Rows
    tree: Tree

    def parts(self) -> tuple[Part, ...]:
        rows = tuple(
            self.rows.row(one.task, SILENT, note=safe(self.tree.units[one.lead].abbr)) for one in self.quiet[:SHOWN]
        )
        more = and_more(len(self.quiet) - SHOWN, list_of_work(order="word"))
        return (Part(title=_("Silent"), count=len(self.quiet), rows=rows, more=more),)

    def title(self) -> str:
        return _("Silence in your units, %(day)s") % {"day": day_in_words(self.day)}

    def subject(self) -> str:
        n = len(self.quiet)
        words = {"n": n, "days": settings.ESCALATE_AFTER_DAYS}
        return (
            ngettext("%(n)d task without a word for %(days)d days", "%(n)d tasks without a word for %(days)d days", n)
            % words
        )

    def intro(self) -> str:
        n = len(self.quiet)
        words = {"n": n, "days": settings.ESCALATE_AFTER_DAYS}
        return (
            ngettext(
                "of this task of a unit that you head nobody has spoken for %(days)d days or more.",
                "of these %(n)d tasks of units that you head nobody has spoken for %(days)d days or more.",
                n,
            )
            % words
        )

    def preheader(self) -> str:
        row = self.rows.row(self.quiet[0].task, SILENT)
        return _("%(title)s: %(distance)s.") % {"title": row.title, "distance": row.distance}

    def button(self) -> Line:
        return Line(_("Open my work"), path_to("my-work"))

    def not_listed(self) -> str:
        return ""

    def why(self) -> str:
        return _("You get it because you head the unit, or stand in for who does. Each silence is told once.")


def for_people(members: Sequence[Member], day: date, now: datetime) -> dict[int, EscalationLetter]:
    """What each member who heads units is told on `day`, their own day, by their key; most are told nothing.

    Eight queries at most.
    """
    moment, tree = Moment.of(now), Tree.load()
    heads = Holders.on(moment.day, tree, heads=True)
    keys = {member.pk for member in members}
    theirs: dict[int, list[Quiet]] = defaultdict(list)
    for one in _quiet(moment):
        for member in heads.nearest(one.lead) & keys:
            theirs[member].append(one)
    last = dict(
        Letter.objects.filter(kind=Letter.Kind.ESCALATION, member__in=list(theirs), made_at__lt=now)
        .exclude(state__in=(State.FAILED, State.DROPPED))
        .order_by()
        .values_list("member")
        .annotate(at=Max("made_at"))
    )
    new = {key: tuple(one for one in found if one.is_news(last.get(key))) for key, found in theirs.items()}
    rows = Rows.fetch((one.task for found in new.values() for one in found[:SHOWN]), moment)
    return {
        member.pk: EscalationLetter(member, day, new[member.pk], rows, tree) for member in members if new.get(member.pk)
    }


def near(now: datetime) -> frozenset[int]:
    """Members to whom there may be something to say on the day of `now`. Four queries."""
    moment, tree = Moment.of(now), Tree.load()
    heads = Holders.on(moment.day, tree, heads=True)
    units = _silent(moment).order_by().values_list("lead", flat=True).distinct()
    return frozenset().union(*(heads.nearest(unit) for unit in units))


def _silent(moment: Moment) -> QuerySet[Task]:
    """Open tasks with a lead of which nobody has spoken for so long; not what waits for approval."""
    after, within = (timedelta(days=n) for n in (settings.ESCALATE_AFTER_DAYS, settings.SILENT_WITHIN_DAYS))
    silent = Task.objects.silent(plans.begins(moment.day - after), moment.day + within)
    return silent.filter(submitted_at=None, lead__isnull=False)


def _quiet(moment: Moment) -> list[Quiet]:
    """Open tasks of which nobody has spoken for so long, the longest first; also late ones, but not what waits for
    approval. One query."""
    after, within = (timedelta(days=n) for n in (settings.ESCALATE_AFTER_DAYS, settings.SILENT_WITHIN_DAYS))
    found = []
    given = StatusUpdate.objects.filter(task=OuterRef("pk"), kind=StatusUpdate.Kind.REASSIGNED).order_by("-at")
    rows = _silent(moment).annotate(given_at=Subquery(given.values("at")[:1]))
    for key, lead, word, made, matters_on, given_at in rows.values_list(
        "pk", "lead", "last_word_at", "created_at", "matters_on", "given_at"
    ):
        spoken = word or made
        since = plans.today(spoken) + after + timedelta(days=1)
        if matters_on:  # one whose date lies far ahead is silent from the day on which it comes near
            since = max(since, matters_on - within)
        found.append((spoken, Quiet(key, lead, since, given_at)))
    return [quiet for _spoken, quiet in sorted(found, key=lambda one: (one[0], one[1].task))]
