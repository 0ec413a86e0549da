"""What happened in the action lines and resolutions that a member follows, in tasks that are not their own."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext as _

from mandates.models import Following, Instruction, LineTag, Member
from reports.clocks import Moment
from reports.rollup import Counts, Scope, rollup

from .board import in_figures
from .news import News, Slim, newest_of_each
from .parts import Line, Part, list_of_work, safe
from .whose import Whose

SHOWN = 5  # tasks of one followed thing of which the letter tells
Key = tuple[int | None, int | None]  # a line, or a resolution


@dataclass(frozen=True, slots=True)
class _New:
    """An instruction that was made in the time."""

    instruction: Instruction
    at: datetime
    by: int


@dataclass(frozen=True)
class Happened:
    """What happened in one thing that a member follows: the newest update of each task, and new instructions."""

    thing: Following
    updates: tuple[Slim, ...]
    new: tuple[_New, ...]


@dataclass(frozen=True)
class Followed:
    """What members follow, and what happened in each line and resolution, newest first."""

    things: Mapping[int, Sequence[Following]]  # member → what they follow
    updates: Mapping[Key, Sequence[Slim]] = field(default_factory=dict)
    new: Mapping[Key, Sequence[_New]] = field(default_factory=dict)
    by_line: Mapping[str, Counts] = field(default_factory=dict)
    by_resolution: Mapping[str, Counts] = field(default_factory=dict)

    def of(self, whose: Whose, since: datetime) -> tuple[Happened, ...]:
        """What the member follows and in which something happened that is not told among their own work."""
        found = []
        for thing in self.things.get(whose.member.pk, ()):
            key = (thing.action_line_id, thing.resolution_id)
            others = (one for one in self.updates.get(key, ()) if one.at > since and one.by != whose.member.pk)
            updates = tuple(newest_of_each([one for one in others if one.lead not in whose.units]))
            made = (one for one in self.new.get(key, ()) if one.at > since and one.by != whose.member.pk)
            happened = Happened(thing, updates, tuple(made))
            if happened.updates or happened.new:
                found.append(happened)
        return tuple(found)

    def part(self, happened: Sequence[Happened], news: News) -> Part:
        lines = (line for one in happened for line in self._lines(one, news))
        return Part(title=_("What you follow"), lines=tuple(lines))

    def _lines(self, happened: Happened, news: News) -> Iterator[Line]:
        thing = happened.thing
        words = {"what": safe(thing), "figures": in_figures(self._counts(thing))}
        href = (
            list_of_work(line=thing.action_line.code)
            if thing.action_line
            else list_of_work(resolution=thing.resolution.slug if thing.resolution else "")
        )
        yield Line(_("%(what)s: %(figures)s.") % words, href, words["what"])
        for one in happened.new[:SHOWN]:
            title = safe(one.instruction.title)
            yield Line(_("New: %(title)s.") % {"title": title}, one.instruction.get_absolute_url(), title)
        for update in happened.updates[:SHOWN]:
            yield news.update_line(update)

    def _counts(self, thing: Following) -> Counts:
        if thing.action_line:
            return self.by_line.get(thing.action_line.code, Counts())
        return self.by_resolution.get(thing.resolution.slug if thing.resolution else "", Counts())


def followings(members: Sequence[Member]) -> dict[int, list[Following]]:
    """What each member follows. One query."""
    found: dict[int, list[Following]] = defaultdict(list)
    for row in Following.objects.filter(member__in=members).select_related("action_line", "resolution__body"):
        found[row.member_id].append(row)
    return found


def instructions_followed(things: Mapping[int, Sequence[Following]]) -> Q | None:
    """The instructions that somebody follows, as a condition; None where nobody follows anything."""
    rows = [row for found in things.values() for row in found]
    if not rows:
        return None
    lines = {row.action_line_id for row in rows if row.action_line_id}
    tagged = LineTag.objects.filter(Q(action_line__in=lines) | Q(action_line__parent__in=lines))
    return Q(pk__in=tagged.values("instruction")) | Q(resolution__in={row.resolution_id for row in rows} - {None})


def followed(
    things: Mapping[int, Sequence[Following]], slim: Sequence[Slim], since: datetime, moment: Moment
) -> Followed:
    """Where what happened lies. None of the queries where nobody follows anything, else two and two roll-ups."""
    condition = instructions_followed(things)
    if condition is None:
        return Followed(things)
    made = Instruction.objects.open().filter(condition, created_at__gt=since, created_at__lte=moment.now)
    new = [_New(one, one.created_at, one.created_by_id) for one in made.order_by("-created_at", "pk")]
    lines: dict[int, set[int]] = defaultdict(set)
    touched = {one.instruction for one in slim} | {one.instruction.pk for one in new}
    for instruction, line, above in LineTag.objects.filter(instruction__in=touched).values_list(
        "instruction", "action_line", "action_line__parent"
    ):
        lines[instruction] |= {key for key in (line, above) if key}
    updates_in: dict[Key, list[Slim]] = defaultdict(list)
    new_in: dict[Key, list[_New]] = defaultdict(list)
    for update in slim:
        for key in _keys(lines[update.instruction], update.resolution):
            updates_in[key].append(update)
    for one in new:
        for key in _keys(lines[one.instruction.pk], one.instruction.resolution_id):
            new_in[key].append(one)
    by_line, by_resolution = rollup(Scope("line"), moment).rows, rollup(Scope("resolution"), moment).rows
    return Followed(things, updates_in, new_in, by_line, by_resolution)


def _keys(lines: Iterable[int], resolution: int) -> list[Key]:
    return [*((line, None) for line in lines), (None, resolution)]
