"""What stands around every board: what its address asks for, its filters, the way to the other boards, the day."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Self

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from reports.asked import clean
from reports.clocks import Moment
from reports.facets import FILTERS
from reports.instructions import Choice, Widening
from reports.rollup import Scope

from .names import Offered
from .words import ANY, TITLES, crossed, day_said

PAST_SESSIONS = 12  # that the choice of the day offers; any other day can be typed
PROJECTOR = "projector"


@dataclass(frozen=True)
class BoardAddress:
    """What the address of a board asks for: which tasks, by what, as at which day, compared with which session."""

    scope: Scope
    moment: Moment
    today: date
    path: str
    since: str = ""  # a session's code
    opened: tuple[str, ...] = ()  # keys of rows whose parts are shown
    show: str = ""  # what a matrix counts
    view: str = ""

    @classmethod
    def of(cls, query: QueryDict, *, path: str, by: str, across: str = "", now: datetime) -> Self:
        return cls(
            scope=Scope.of(query, by=by, across=across),
            moment=Moment.asked(clean(query.get("at", "")), now),
            today=Moment.of(now).day,
            path=path,
            since=clean(query.get("since", "")),
            opened=tuple(dict.fromkeys(map(clean, query.getlist("open")[:20]))),
            show=clean(query.get("show", "")),
            view=PROJECTOR if query.get("view") == PROJECTOR else "",
        )

    def query(self, *, without: Iterable[str] = (), **changes: str | Iterable[str]) -> str:
        """The part behind the question mark, without empty parts, with some parts taken away or changed."""
        parts: dict[str, str | Iterable[str]] = {
            **self.scope.where,
            "at": self.moment.param,
            "since": self.since,
            "show": self.show,
            "open": self.opened,
            "view": self.view,
            **changes,
        }
        kept = QueryDict(mutable=True)
        for name, value in parts.items():
            if value and name not in without:
                kept.setlist(name, [value] if isinstance(value, str) else list(value))
        return kept.urlencode(safe="/")

    def url(self, path: str = "", *, without: Iterable[str] = (), **changes: str | Iterable[str]) -> str:
        """The address itself, or that of another board with the same filters."""
        query = self.query(without=without, **changes)
        return f"{path or self.path}?{query}" if query else path or self.path


@dataclass(frozen=True, slots=True)
class Way:
    """A link to another board."""

    words: str
    url: str
    current: bool = False


@dataclass(frozen=True, slots=True)
class Select:
    """A filter of the form."""

    name: str
    label: str
    choices: tuple[Choice, ...]


@dataclass(frozen=True)
class Frame:
    """The head and the filters of a board's page."""

    address: BoardAddress
    ways: tuple[Way, ...]
    selects: tuple[Select, ...]
    hidden: tuple[tuple[str, str], ...]  # what the form keeps though it does not show it
    widenings: tuple[Widening, ...]  # filters that are set, each with the address without it
    day: str  # "Today, 24 November 2026", or the day as at which the board stands
    last_day: str  # the latest that can be asked for
    to_today: str

    @classmethod
    def of(cls, address: BoardAddress, offered: Offered, *, compares: bool = False) -> Self:
        """`compares` says that the board names what has changed since a session, which can be chosen."""
        where = address.scope.where
        names = ["resolution", "unit", "session"] + ["line"] * (address.scope.by != "line")
        selects = [_as_at(address, offered), *(_select(name, where.get(name, ""), offered) for name in names)]
        if compares:
            selects.append(_since(address, offered))
        shown = {*names, "at", "since" if compares else ""}
        hidden = [(name, value) for name, value in where.items() if name not in shown]
        hidden += [("open", key) for key in address.opened]
        hidden += [(name, value) for name, value in (("show", address.show), ("view", address.view)) if value]
        return cls(
            address=address,
            ways=tuple(_ways(address)),
            selects=tuple(selects),
            hidden=tuple(hidden),
            widenings=tuple(_widenings(address, selects)),
            day=_day_words(address),
            last_day=date.fromordinal(address.today.toordinal() - 1).isoformat(),
            to_today=address.url(without=("at",)),
        )

    @property
    def is_lines(self) -> bool:
        return self.address.path == reverse("board", args=["line"])

    @property
    def is_past(self) -> bool:
        return self.address.moment.is_past

    @property
    def projector(self) -> str:
        return self.address.url(view=PROJECTOR)

    @property
    def leave(self) -> str:
        return self.address.url(without=("view",))


def _ways(address: BoardAddress) -> Iterable[Way]:
    """To each board, to the crossings that a chair asks for, and to the same work over time."""
    for by, words in TITLES.items():
        here = reverse("board", args=[by])
        yield Way(str(words), address.url(here, without=("show", "view", "open")), address.path == here)
    for by, across in (("line", "unit"), ("line", "session")):
        here = reverse("matrix", args=[by, across])
        yield Way(crossed(by, across), address.url(here, without=("view", "open", "since")), address.path == here)
    here = reverse("trend")
    yield Way(_("Over time"), address.url(here, without=("show", "view", "open", "since")), address.path == here)


def _as_at(address: BoardAddress, offered: Offered) -> Select:
    chosen = address.moment.param
    today = _("Today, %(day)s") % {"day": day_said(address.today, "j F Y")}
    choices = [Choice("", today, 0, not chosen)]
    if chosen and chosen not in {one.ends.isoformat() for one in offered.over(address.today)[:PAST_SESSIONS]}:
        choices.append(Choice(chosen, day_said(address.moment.day, "j F Y"), 0, True))
    for one in offered.over(address.today)[:PAST_SESSIONS]:
        day = one.ends.isoformat()
        words = _("%(session)s, %(day)s") % {"session": one.name, "day": day_said(one.ends, "j M Y")}
        choices.append(Choice(day, words, 0, day == chosen))
    return Select("at", _("As at"), tuple(choices))


def _since(address: BoardAddress, offered: Offered) -> Select:
    day, chosen = address.moment.day, address.since
    last = offered.last_meeting(day)
    choices = [Choice("", last.name if last else _("none over yet"), 0, not chosen)]
    others = [one for one in offered.over(day) if one != last][:PAST_SESSIONS]
    choices += [Choice(one.code, one.name, 0, one.code == chosen) for one in others]
    return Select("since", _("Compared with"), tuple(choices))


def _select(name: str, chosen: str, offered: Offered) -> Select:
    pairs = {
        "resolution": lambda: offered.texts,
        "unit": lambda: offered.units,
        "session": lambda: tuple((one.code, one.name) for one in offered.sessions),
        "line": lambda: tuple((one.key, f"{one.code} {one.words}") for one in offered.lines),
    }[name]()
    choices = [Choice("", str(ANY[name]), 0, not chosen)]
    if chosen and chosen not in {value for value, _words in pairs}:  # not offered: it is asked by name
        choices.append(Choice(chosen, FILTERS[name].named(chosen), 0, True))
    choices += [Choice(value, words, 0, value == chosen) for value, words in pairs]
    return Select(name, str(FILTERS[name].label), tuple(choices))


def _widenings(address: BoardAddress, selects: list[Select]) -> Iterable[Widening]:
    said = {one.name: choice.words for one in selects for choice in one.choices if choice.chosen}
    for name, value in address.scope.where.items():
        words = said.get(name) or FILTERS[name].named(value)
        yield Widening(f"{FILTERS[name].label}: {words}", address.url(without=(name,)))


def _day_words(address: BoardAddress) -> str:
    return day_said(address.moment.day, "j F Y")
