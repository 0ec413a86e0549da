"""What each filter of the list of work offers: values in words, with their counts, or without where too many tasks fit.

Of texts and sections, of which there may be tens of thousands, none is offered without counts: boards and texts lead to
theirs.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta

from django.utils.translation import gettext as _

from mandates.models import Task
from mandates.models.texts import text_name
from mandates.views.work import TITLES

from .clocks import CLOCKS, Moment
from .facets import ALL, APPROVE, CLOSED, NONE, OFF, OFF_STATES, OPEN
from .listing import Group
from .offered import Names

Offer = Iterator[tuple[str, str, int | None]]  # value, in words, how many
MANY = 5_000  # tasks: so many are counted by each value, more are not
RECENT = timedelta(days=400)  # sessions that ended earlier are not offered without a count


def counted(name: str, groups: Sequence[Group], names: Names) -> Offer:
    """What a filter offers with counts, from what `listing.find` gave."""
    return COUNTED[name](groups, names)


def uncounted(name: str, moment: Moment, names: Names) -> Offer:
    """What a filter offers where too many tasks fit for each value to be counted while somebody waits."""
    if name in ALWAYS:  # these have all their values, whatever tasks there are
        yield from ((value, words, None) for value, words, _count in COUNTED[name]((), names))
    elif name == "unit":
        yield NONE, _("No lead unit"), None
        yield from ((str(key), abbr, None) for key, _above, abbr in names.units)
    elif name == "session":
        since = moment.day - RECENT
        yield from ((code, words, None) for _key, code, words, ends in names.sessions if ends >= since)
        yield NONE, _("No session"), None
    elif name in {"line", "goal"}:
        yield from ((value, words, None) for value, words in (names.lines if name == "line" else names.goals))
        yield NONE, NOBODIES[name](), None


def units_in(groups: Sequence[Group]) -> set[int]:
    """The keys of units among groups by unit."""
    return {int(lead) for lead, *_more in groups if lead is not None}


def sessions_in(groups: Sequence[Group]) -> set[int]:
    """The keys of sessions among groups by session."""
    return {int(key) for at, through, *_more in groups for key in (at, through) if key is not None}


def _by_clock(groups: Sequence[Group], names: Names) -> Offer:
    found = {name: n for name, _other, n, *_more in groups}
    for name in CLOCKS:
        yield name, str(TITLES[name]), found.get(name, 0)


def _by_status(groups: Sequence[Group], names: Names) -> Offer:
    by_status: dict[str, int] = defaultdict(int)
    submitted = 0
    for status, waits, n, *_more in groups:
        by_status[status] += n
        submitted += n if waits else 0
    closed = sum(by_status[status] for status in Task.CLOSED)
    yield OPEN, _("open"), sum(by_status.values()) - closed
    for status in Task.Status:
        yield status.value, str(status.label), by_status[status]
    yield APPROVE, _("Done, to approve"), submitted
    yield OFF, _("Overtaken or not for us"), sum(by_status[status] for status in OFF_STATES)
    yield CLOSED, _("closed"), closed
    yield ALL, _("open and closed"), sum(by_status.values())


def _by_unit(groups: Sequence[Group], names: Names) -> Offer:
    sums: dict[int | None, int] = defaultdict(int)
    for lead, _other, n, *_more in groups:
        for key in [None] if lead is None else names.chain(int(lead)):
            sums[key] += n
    if None in sums:
        yield NONE, _("No lead unit"), sums[None]
    for key, _above, abbr in names.units:
        if key in sums:
            yield str(key), abbr, sums[key]


def _by_session(groups: Sequence[Group], names: Names) -> Offer:
    sums: dict[int | None, int] = defaultdict(int)
    for at, through, n, *_more in groups:
        keys: set[int | None] = {int(key) for key in (at, through) if key is not None}
        for key in keys or {None}:
            sums[key] += n
    for key, code, words, _ends in names.sessions:
        if key in sums:
            yield code, words, sums[key]
    if None in sums:
        yield NONE, _("No session"), sums[None]


def _by_line(groups: Sequence[Group], names: Names) -> Offer:
    return _of_a_list("line", groups, names.lines)


def _by_goal(groups: Sequence[Group], names: Names) -> Offer:
    return _of_a_list("goal", groups, names.goals)


def _of_a_list(name: str, groups: Sequence[Group], held: Sequence[tuple[str, str]]) -> Offer:
    sums = {value: n for value, _other, n, *_more in groups}
    for value, words in held:
        if value in sums:
            yield value, words, sums[value]
    if None in sums:
        yield NONE, NOBODIES[name](), sums[None]


def _by_resolution(groups: Sequence[Group], names: Names) -> Offer:
    for slug, _place, n, kind, number, title, body in sorted(groups, key=lambda one: int(one[1])):
        yield slug, text_name(kind=kind, number=number, title=title, body=body), n


def _by_section(groups: Sequence[Group], names: Names) -> Offer:
    sums = {NONE if value is None else value: n for value, _other, n, *_more in groups}
    for value in sorted(sums, key=lambda one: (one == NONE, one)):
        yield value, _("In no section") if value == NONE else value, sums[value]


def _by_force(groups: Sequence[Group], names: Names) -> Offer:
    sums = {NONE if value is None else value: n for value, _other, n, *_more in groups}
    for value in sorted(sums):
        yield value, value, sums[value]


def _by_text(groups: Sequence[Group], names: Names) -> Offer:
    sums = {value: n for value, _other, n, *_more in groups}
    yield "adopted", _("in force"), sums.get("adopted", 0)
    yield "proposed", _("proposed"), sums.get("proposed", 0)


ALWAYS = frozenset({"clock", "status", "text"})
NOBODIES = {"line": lambda: _("All lines, or the process"), "goal": lambda: _("No goal")}
COUNTED: dict[str, Callable[[Sequence[Group], Names], Offer]] = {
    "clock": _by_clock,
    "status": _by_status,
    "unit": _by_unit,
    "session": _by_session,
    "line": _by_line,
    "resolution": _by_resolution,
    "section": _by_section,
    "force": _by_force,
    "goal": _by_goal,
    "text": _by_text,
}
