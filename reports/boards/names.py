"""How the rows and columns of a board are called, in which order they stand, and what its filters offer."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from django.urls import reverse
from django.utils.translation import gettext as _

from mandates.forms import FORCES
from mandates.models import ActionLine, Goal, Resolution, Session, Unit
from mandates.models.addresses import session_name, shorten
from reports.rollup import NOBODY

from .kept import kept
from .words import NOBODIES

# What the boards offer to choose from changes a few times a year and is asked for by every page: it is kept for a
# minute. A row is never called by what is kept alone: where it names something unknown, the names are read anew.
KEPT = 60  # seconds
TEXTS = 100  # texts that the filter offers, the newest; the board by text has them all
BACK, AHEAD = timedelta(days=3 * 366), timedelta(days=4 * 366)  # the sessions that the filter offers
MEETINGS = ("CWG-WSIS&SDG", "CWG", "ITU Council")  # whose sessions ask what has changed since they last met


@dataclass(frozen=True, slots=True)
class Name:
    """A row or a column by name. `parent` is the key of the row that it is a part of; `depth` how deep it stands."""

    key: str
    words: str
    code: str = ""
    note: str = ""
    url: str = ""
    parent: str = ""
    depth: int = 0


@dataclass(frozen=True, slots=True)
class Meeting:
    """A session, as filters offer it."""

    pk: int
    code: str
    name: str
    body: str
    ends: date
    exact: bool  # whether its days are known


@dataclass(frozen=True)
class Offered:
    """What the filters of every board offer: (value, words) each."""

    lines: tuple[Name, ...]
    units: tuple[tuple[str, str], ...]
    texts: tuple[tuple[str, str], ...]
    sessions: tuple[Meeting, ...]  # by date

    @classmethod
    def on(cls, day: date, *, anew: bool = False) -> Offered:
        """Four queries, or none within a minute after them."""
        return cls._read(day) if anew else kept("offered", day, KEPT, lambda: cls._read(day))

    @classmethod
    def _read(cls, day: date) -> Offered:
        units = Unit.objects.order_by("outside", "abbr").values_list("pk", "abbr")
        texts = Resolution.objects.select_related("body").order_by("-pk")[:TEXTS]
        sessions = Session.objects.select_related("body").filter(ends__gte=day - BACK, starts__lte=day + AHEAD)
        return cls(
            lines=tuple(_lines_held()),
            units=tuple((str(key), abbr) for key, abbr in units),
            texts=tuple(sorted(((text.slug, str(text)) for text in texts), key=lambda one: one[1])),
            sessions=tuple(
                Meeting(row.pk, row.code, _dated(row), row.body.code, row.ends, not row.is_vague)
                for row in sessions.exclude(state=Session.State.CANCELLED).order_by("starts", "code")
            ),
        )

    def over(self, day: date) -> list[Meeting]:
        """The sessions on whose days boards may be looked at: over before `day`, their days known, the last first."""
        return sorted((one for one in self.sessions if one.exact and one.ends < day), key=lambda one: one.ends)[::-1]

    def last_meeting(self, day: date) -> Meeting | None:
        """The last session of the working group or the Council that was over before `day`."""
        return next((one for one in self.over(day) if one.body in MEETINGS), None)


def _lines_held() -> list[Name]:
    lines = list(ActionLine.objects.order_by("position"))
    codes = {line.pk: line.code for line in lines}
    return [
        Name(
            key=line.code,
            words=line.short or line.title,
            code=line.code,
            note=line.itu_role,
            parent=codes.get(line.parent_id or 0, ""),
            depth=1 if line.parent_id else 0,
        )
        for line in lines
    ]


def _dated(row: Session) -> str:
    name = session_name(row)
    return name if str(row.year) in name else f"{name} ({row.year})"


# ── The rows of each board ───────────────────────────────────────────────────────────────────────────────────────


def names_of(by: str, found: Collection[str], *, offered: Offered, where: Mapping[str, str], day: date) -> list[Name]:
    """The rows of a board in their order: each that was counted, and where the whole is a fixed list each of the list.

    What has none (no line, no unit, …) stands last. One query at most.
    """
    rows = ROWS[by](set(found) - {NOBODY}, offered, where, day)
    if by in where:  # only what the filter leaves, not the whole list
        rows = [row for row in rows if row.key in found]
    held = {row.key for row in rows}
    rows += [Name(key, key) for key in sorted(set(found) - held - {NOBODY})]  # gone meanwhile: by its key
    last = NOBODY in found or (by == "line" and by not in where)
    return [*rows, Name(NOBODY, str(NOBODIES[by]), code="–")] if last else rows


def _lines(found: set[str], offered: Offered, where: Mapping[str, str], day: date) -> list[Name]:
    if found - {line.key for line in offered.lines}:
        offered = Offered.on(day, anew=True)
    return [replace(line, note=_role(line)) for line in offered.lines]


def _role(line: Name) -> str:
    if line.depth and not line.note:
        return ""
    return str(ActionLine.Role(line.note).label) if line.note in ROLES else line.note or _("no role named in the text")


ROLES = {role.value for role in ActionLine.Role if role.value}


def _units(found: set[str], offered: Offered, where: Mapping[str, str], day: date) -> list[Name]:
    """The tree of those that lead something, from the top down; below one stand those that it brings with it."""
    children: dict[int | None, list[Unit]] = defaultdict(list)
    for unit in Unit.objects.only("abbr", "name", "parent").order_by("outside", "abbr"):
        children[unit.parent_id].append(unit)
    rows: list[Name] = []

    def walk(parent: int | None, above: str, depth: int) -> None:
        for unit in children[parent]:
            key, note = str(unit.pk), unit.name if unit.name != unit.abbr else ""
            counts = key in found
            if counts:
                rows.append(Name(key, unit.abbr, note=note, url=unit.get_absolute_url(), parent=above, depth=depth))
            walk(unit.pk, key if counts else above, depth + counts)

    walk(None, "", 0)
    return rows


def _texts(found: set[str], offered: Offered, where: Mapping[str, str], day: date) -> list[Name]:
    texts = Resolution.objects.select_related("body").filter(slug__in=found)
    rows = [Name(text.slug, str(text), note=text.title, url=text.get_absolute_url()) for text in texts]
    return sorted(rows, key=lambda row: row.words)


def _sections(found: set[str], offered: Offered, where: Mapping[str, str], day: date) -> list[Name]:
    """By their openers, which are the same in each version and in many texts."""
    return [Name(address, shorten(address)) for address in sorted(found)]


def _sessions(found: set[str], offered: Offered, where: Mapping[str, str], day: date) -> list[Name]:
    sessions = Session.objects.select_related("body").filter(code__in=found).order_by("starts", "code")
    return [Name(row.code, _dated(row), note=row.dates, url=reverse("session", args=[row.code])) for row in sessions]


def _forces(found: set[str], offered: Offered, where: Mapping[str, str], day: date) -> list[Name]:
    order = {force: number for number, force in enumerate(FORCES)}
    return [Name(force, force) for force in sorted(found, key=lambda force: (order.get(force, len(order)), force))]


def _goals(found: set[str], offered: Offered, where: Mapping[str, str], day: date) -> list[Name]:
    return [Name(str(goal.number), goal.title, code=str(goal.number)) for goal in Goal.objects.all()]


ROWS: dict[str, Callable[[set[str], Offered, Mapping[str, str], date], list[Name]]] = {
    "line": _lines,
    "unit": _units,
    "resolution": _texts,
    "section": _sections,
    "session": _sessions,
    "force": _forces,
    "goal": _goals,
}
