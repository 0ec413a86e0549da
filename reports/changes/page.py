"""The page "What changed": groups of sentences, each group cut where it is long, with the way to all of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from reports.instructions import Filter, Widening

from . import clock, dates, people, same, texts, work
from .ground import Ground
from .period import Period
from .said import Draft, Sentence, Source, stretch
from .scope import NAMES, Scope

SHOWN = 6  # sentences of a group before it is cut: with seven groups, two sheets of paper
ON_A_PAGE = 50  # of one group alone
MOST_IN_A_TABLE = 2000  # rows of a group in the table that is taken away


@dataclass(frozen=True)
class Group:
    """One group: its name, how many sentences it has, and those that are shown."""

    key: str
    title: str
    count: int
    sentences: tuple[Sentence, ...]

    @property
    def more(self) -> int:
        return self.count - len(self.sentences)


@dataclass(frozen=True)
class Part:
    """A group before its sentences are fetched."""

    key: str
    title: str | Promise
    sources: Sequence[Source]
    counts: tuple[int, ...]

    @classmethod
    def of(cls, key: str, title: str | Promise, *sources: Source) -> Part:
        return cls(key, title, sources, tuple(source.count() for source in sources))

    @property
    def count(self) -> int:
        return sum(self.counts)

    def drafts(self, start: int, stop: int) -> list[Draft]:
        return stretch(self.sources, self.counts, start, stop)


@dataclass(frozen=True)
class ChangesPage:
    """What changed in a period. A fixed number of queries, however much it was.

    `only` is the group that is shown alone and in full, on `page` of `pages`; "" where all are shown.
    """

    period: Period
    scope: Scope
    groups: tuple[Group, ...]
    filters: tuple[Filter, ...]
    query: str  # of the address, without the group and its page
    narrowed: tuple[Widening, ...] = ()
    only: str = ""
    page: int = 1
    pages: int = 1

    @classmethod
    def of(cls, query: QueryDict, now: datetime) -> ChangesPage:
        period = Period.asked(query.get("since", ""), query.get("until", ""), now)
        scope = Scope.of(query, period)
        parts = parts_of(scope)
        only = next((part for part in parts if part.key == query.get("all")), None)
        page = _number(query.get("page", ""))
        pages = 1
        if only is not None:
            pages = max(1, -(-only.count // ON_A_PAGE))
            page = min(page, pages)
            cut = [(only, only.drafts((page - 1) * ON_A_PAGE, page * ON_A_PAGE))]
        else:
            cut = [(part, part.drafts(0, SHOWN)) for part in parts]
        filters = scope.filters()
        return cls(
            period=period,
            scope=scope,
            groups=tuple(_said(cut, period)),
            filters=filters,
            query=_address(query),
            narrowed=tuple(
                Widening(f"{one.label}: {one.chosen.words}", f"?{_address(query, without=one.name)}")
                for one in filters
                if one.chosen
            ),
            only=only.key if only else "",
            page=page,
            pages=pages,
        )

    @property
    def changes(self) -> int:
        """How many changes there are; what did not change is counted apart."""
        return sum(group.count for group in self.groups if group.key != SAME)

    @property
    def unchanged(self) -> int:
        return sum(group.count for group in self.groups if group.key == SAME)

    @property
    def quiet(self) -> str:
        """The names of the groups in which there is nothing, where all are shown."""
        return "" if self.only else "; ".join(group.title for group in self.groups if not group.count)

    @property
    def before(self) -> str:
        return self._turned(self.page - 1)

    @property
    def after(self) -> str:
        return self._turned(self.page + 1)

    def _turned(self, page: int) -> str:
        """The address of another page of the one group; "" where there is none."""
        if not 0 < page <= self.pages:
            return ""
        start = f"{self.query}&" if self.query else ""
        return f"{start}all={self.only}&page={page}"


SAME = "same"


def parts_of(scope: Scope) -> tuple[Part, ...]:
    """The groups in the order of the page. Each thing is told once: what a session, a schedule or an instruction took
    along is told with it."""
    rescheduled, dated = dates.schedules(scope)
    led, touched = people.leads(scope)
    gone = frozenset(texts.fell_away(scope))
    clocks = clock.Clocks.of(scope)
    folds = work.Folds.of(scope, told=gone, late=clocks.late)
    return (
        Part.of("done", _("Done"), work.Folded(scope, folds.done, work.done)),
        Part.of(
            "new",
            _("New, or in new words"),
            texts.versions(scope),
            texts.New(scope),
            texts.Reworded(scope),
            texts.edited(scope),
            texts.Gone(scope),
        ),
        Part.of(
            "dates",
            _("Dates that moved or became known"),
            dates.sessions(scope),
            rescheduled,
            work.Changed(scope, "date", told=dated),
        ),
        Part.of(
            "people",
            _("Units, posts and people"),
            led,
            work.Changed(scope, "unit", told=touched),
            people.holdings(scope),
        ),
        Part.of("moves", _("Where other work stands"), work.Folded(scope, folds.moved, work.moved)),
        Part.of(
            "worse",
            _("Late, at risk, or gone silent"),
            clock.ByClock(scope, clocks.late, silent=False),
            work.Folded(scope, folds.risk, work.at_risk),
            clock.ByClock(scope, clocks.silent, silent=True),
        ),
        Part.of(
            SAME,
            _("Not changed, and should have"),
            clock.ByClock(scope, clocks.late_still, silent=False, still=True),
            clock.Unled(clocks.unled_still),
            clock.ByClock(scope, clocks.silent_still, silent=True, still=True),
            same.undecided(scope),
            same.lines(scope),
        ),
    )


def _said(cut: Sequence[tuple[Part, list[Draft]]], period: Period) -> list[Group]:
    """The groups with their sentences, for which the ground is fetched once."""
    ground = Ground.load(period, (draft for _part, drafts in cut for draft in drafts))
    return [
        Group(part.key, str(part.title), part.count, tuple(draft.say(ground) for draft in drafts))
        for part, drafts in cut
    ]


def whole(query: QueryDict, now: datetime) -> tuple[Period, list[Group]]:
    """All groups in full, for the table; no more than `MOST_IN_A_TABLE` rows of each."""
    period = Period.asked(query.get("since", ""), query.get("until", ""), now)
    parts = parts_of(Scope.of(query, period))
    return period, _said([(part, part.drafts(0, MOST_IN_A_TABLE)) for part in parts], period)


def _address(query: QueryDict, without: str = "") -> str:
    kept = QueryDict(mutable=True)
    for name in ("since", "until", *NAMES):
        if name != without and (value := query.get(name, "").replace("\0", "").strip()[:200]):
            kept[name] = value
    return kept.urlencode()


def _number(text: str) -> int:
    return max(1, int(text)) if text.isascii() and text.isdigit() and len(text) < 7 else 1
