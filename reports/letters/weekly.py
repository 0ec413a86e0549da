"""The weekly letter: what a person's units owe, what is new, what others did, and for chairs and heads the whole.

What there is to say is gathered for many members at once, in a number of queries that does not grow with them; it is
put in words when it is read (`written.of`), in the language of whoever reads it. A task stands in the group in which My
work shows it, in the same order; nothing to say is no letter.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db.models import Q
from django.utils.translation import get_language, gettext_lazy, ngettext, ngettext_lazy
from django.utils.translation import gettext as _

from mandates.actions import plans
from mandates.models import Instruction, Member
from mandates.views.work import APPROVE, LATER, OVERDUE, PARTS, SILENT, SOON, TITLES, WAITING
from reports.clocks import Moment

from . import asked, news
from .asked import Asked, NewlyAsked
from .board import Boards, in_figures
from .chosen import LISTED, SHOWN, Chosen, Groups
from .followed import Followed, Happened, followed, followings, instructions_followed
from .news import News, Slim
from .parts import Line, Part, Rows, and_more, day_in_words, list_of_work, listed, path_to, safe
from .since import since
from .sits import Sits
from .whose import Tree, Whose, whose

IS = {
    OVERDUE: ngettext_lazy("%(n)d is overdue", "%(n)d are overdue", "n"),
    SOON: ngettext_lazy("%(n)d is due by %(day)s", "%(n)d are due by %(day)s", "n"),
    APPROVE: ngettext_lazy("%(n)d is yours to approve", "%(n)d are yours to approve", "n"),
    SILENT: ngettext_lazy("%(n)d is silent", "%(n)d are silent", "n"),
}
ONE = {
    OVERDUE: gettext_lazy("your one open task is overdue."),
    SOON: gettext_lazy("your one open task is due by %(day)s."),
    APPROVE: gettext_lazy("one task is yours to approve."),
    SILENT: gettext_lazy("your one open task is silent."),
}
NOT_LISTED = {
    WAITING: ngettext_lazy("%(n)d task waiting for others", "%(n)d tasks waiting for others", "n"),
    LATER: ngettext_lazy("%(n)d later one", "%(n)d later ones", "n"),
}


@dataclass(frozen=True)
class _Ground:
    """What the letters of one round share."""

    moment: Moment
    rows: Rows
    news: News
    followed: Followed
    sits: Sits
    boards: Boards | None
    groups: dict[tuple, Part] = field(default_factory=dict)  # put in words once for all who have the same


@dataclass(frozen=True)
class Told:
    """What a letter is about, before its rows are fetched."""

    groups: Groups
    asked: tuple[Asked, ...]
    mine: tuple[Slim, ...]  # what others did to their tasks, newest first
    followed: tuple[Happened, ...]

    def tasks(self) -> Iterable[int]:
        """The tasks whose rows are shown."""
        yield from (key for clock in LISTED for key in self.groups.keys[clock])
        yield from (one.task for one in self.asked[:SHOWN])

    def updates(self) -> Iterable[int]:
        """The updates that are told whole."""
        yield from (one.key for one in self.mine[:SHOWN])
        yield from (one.key for thing in self.followed for one in thing.updates[:SHOWN])


@dataclass(frozen=True)
class WeeklyLetter:
    """What one member is told. Its words come in the language that is active when they are asked for."""

    kind = "weekly"
    whose: Whose
    monday: date
    since: datetime
    told: Told
    ground: _Ground

    @classmethod
    def for_person(cls, member: Member, monday: date, now: datetime) -> WeeklyLetter | None:
        """The letter of the week of `monday`, as it stands at `now`; None where there is nothing to say."""
        return for_people([member], monday, now).get(member.pk)

    @property
    def member(self) -> Member:
        return self.whose.member

    @property
    def groups(self) -> Groups:
        return self.told.groups

    # ── In words ──

    def parts(self) -> tuple[Part, ...]:
        """The sections that hold something: first what waits for the member, then what is new."""
        found = [
            self._group(OVERDUE),
            self._group(SOON),
            self._group(APPROVE),
            self._group(SILENT),
            asked.part(self.told.asked, self.ground.rows),
            Part(title=self._since(), lines=self.ground.news.lines(self.whose, self.told.mine, self.since)),
            self.ground.followed.part(self.told.followed, self.ground.news),
            self.ground.sits.part(self.whose),
        ]
        if self._board:
            found.append(self._board.part(self.since))
        return tuple(part for part in found if part)

    def title(self) -> str:
        day = {"day": day_in_words(self.monday)}
        if self.groups.total:
            return _("Your work, week of %(day)s") % day
        return (_("The board, week of %(day)s") if self._board else _("What is new, week of %(day)s")) % day

    def subject(self) -> str:
        """ "Your work: 2 overdue, 4 due by 12 February 2027, 2 silent", or what else there is to say."""
        counts = self.groups.counts
        said = [str(PARTS[clock] % {"n": counts[clock], "day": self._soon}) for clock in LISTED if counts[clock]]
        if said:
            return _("Your work: %(counts)s") % {"counts": ", ".join(said)}
        if self._board:
            return _("The board: %(figures)s") % {"figures": in_figures(self._board.now.total)}
        return _("What is new since %(day)s") % {"day": self._day_since}

    def intro(self) -> str:
        """ "of your 15 open tasks 2 are overdue, 4 are due by 12 February 2027 and 2 are silent." """
        counts, total = self.groups.counts, self.groups.total
        held = [clock for clock in LISTED if counts[clock]]
        if not held:
            words = _("this is how the board stands.") if self._board else _("this is what is new since %(day)s.")
            return words % {"day": self._day_since}
        if total == 1:
            return str(ONE[held[0]] % {"day": self._soon})
        said = [str(IS[clock] % {"n": counts[clock], "day": self._soon}) for clock in held]
        return _("of your %(n)d open tasks %(parts)s.") % {"n": total, "parts": listed(said)}

    def preheader(self) -> str:
        """What a mail program shows beside the subject: what is latest, and what comes next."""
        rows, keys = self.ground.rows, self.groups.keys
        said = []
        if keys[OVERDUE]:
            late = rows.row(keys[OVERDUE][0], OVERDUE)
            said.append(_("%(title)s: %(distance)s.") % {"title": late.title, "distance": late.distance})
        if keys[SOON]:
            soon = rows.row(keys[SOON][0], SOON)
            said.append(_("Next: %(day)s, %(title)s.") % {"day": soon.day, "title": soon.title})
        return " ".join(said)

    def button(self) -> Line:
        if self._board and not self.groups.total:
            return Line(_("Open the board"), path_to("board", "line"))
        return Line(_("Open my work"), path_to("my-work"))

    def not_listed(self) -> str:
        """ "2 tasks waiting for others and 5 later ones are not listed." """
        counts = self.groups.counts
        said = [str(NOT_LISTED[clock] % {"n": counts[clock]}) for clock in NOT_LISTED if counts[clock]]
        n = sum(counts[clock] for clock in NOT_LISTED)
        return ngettext("%(what)s is not listed.", "%(what)s are not listed.", n) % {"what": listed(said)} if n else ""

    def why(self) -> str:
        """Why they get it: the posts that they hold or for which they deputise, what they follow, what they chair."""
        held = [_("hold the post %(post)s") % {"post": one.name} for one in self.whose.posts if not one.deputises]
        deputed = [_("deputise for %(post)s") % {"post": one.name} for one in self.whose.posts if one.deputises]
        follows = [safe(one) for one in self.ground.followed.things.get(self.member.pk, ())]
        reasons = [*held, *deputed]
        if follows:
            reasons.append(_("follow %(what)s") % {"what": listed(follows)})
        if self._is_chair:
            reasons.append(_("chair the working group"))
        if self.whose.approves_all:
            reasons.append(_("approve what units hand in"))
        return _("You get it because you %(reasons)s.") % {"reasons": listed(reasons)} if reasons else ""

    @property
    def _is_chair(self) -> bool:
        return self.member.role == Member.Role.CHAIR

    @property
    def _board(self) -> Boards | None:
        """The board's summary, for a chair, once there is work."""
        boards = self.ground.boards if self._is_chair else None
        return boards if boards and boards.now.total.total else None

    @property
    def _soon(self) -> str:
        return day_in_words(self.ground.moment.soon_until)

    @property
    def _day_since(self) -> str:
        return day_in_words(plans.today(self.since))

    def _since(self) -> str:
        days = (self.ground.moment.now - self.since).days
        if 6 <= days <= 8:
            return _("Since last week")
        return _("Since %(day)s") % {"day": self._day_since}

    def _group(self, clock: str) -> Part:
        keys, count = self.groups.keys[clock], self.groups.counts[clock]
        elsewhere = {"status": "approve"} if clock == APPROVE else {"clock": clock}
        units = {one.unit.pk for one in self.whose.posts}
        anybodys = clock == APPROVE and self.whose.approves_all
        one_unit = {"unit": str(min(units))} if len(units) == 1 and not anybodys else {}
        same = (get_language(), clock, count, keys, one_unit.get("unit"))
        if same not in self.ground.groups:
            self.ground.groups[same] = Part(
                title=str(TITLES[clock]),
                count=count,
                rows=tuple(self.ground.rows.row(key, clock) for key in keys),
                more=and_more(count - SHOWN, list_of_work(**one_unit, **elsewhere)),
            )
        return self.ground.groups[same]


def for_people(members: Sequence[Member], monday: date, now: datetime) -> dict[int, WeeklyLetter]:
    """The letters of the week of `monday`, by the key of the member; who has nothing to hear is left out.

    The number of queries does not grow with the members.
    """
    moment, tree = Moment.of(now), Tree.load()
    people = whose(members, moment.day, tree)
    last = since(members, now)
    first = min(last.values(), default=now)
    chosen = Chosen.of(people.values(), moment)
    units: frozenset[int] = frozenset().union(*(one.units for one in people.values()))
    things = followings(members)
    slim = news.slim_updates(units, _updates_followed(things), first, now)
    follow = followed(things, slim, first, moment)
    newly = NewlyAsked.of(units, first, now)
    by_unit = news.by_unit(slim)

    told = {
        key: Told(
            groups=chosen.groups(person),
            asked=newly.to(person, last[key]),
            mine=tuple(news.of_units(by_unit, person, last[key])),
            followed=follow.of(person, last[key]),
        )
        for key, person in people.items()
    }
    chairs = [last[member.pk] for member in members if member.role == Member.Role.CHAIR]
    ground = _Ground(
        moment,
        Rows.fetch((key for one in told.values() for key in one.tasks()), moment),
        News.of(members, (key for one in told.values() for key in one.updates()), first, now),
        follow,
        Sits.of(list(people.values()), moment.day, tree, chosen),
        Boards.of(chairs, moment) if chairs else None,
    )
    letters = (WeeklyLetter(people[key], monday, last[key], told[key], ground) for key in people)
    return {letter.member.pk: letter for letter in letters if says_something(letter)}


def _updates_followed(things: Mapping) -> Q:
    condition = instructions_followed(things)
    if condition is None:
        return Q(pk__in=[])
    return Q(task__instruction__in=Instruction.objects.filter(condition).values("pk"))


def says_something(letter: WeeklyLetter) -> bool:
    """Whether there is anything to say. Who only waits, or has only work of later years, gets no letter."""
    return bool(
        any(letter.groups.counts[clock] for clock in LISTED)
        or letter.told.asked
        or letter.told.mine
        or letter.told.followed
        or letter.ground.news.concerns(letter.whose, letter.since)
        or letter._board
    )
