"""Units: the tree of who does the work; the page of one with its posts, who holds them, its work, its instructions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Case, Count, F, IntegerField, Q, Value, When
from django.utils.formats import date_format

from mandates import rules
from mandates.models import Assignment, Holding, Member, Post, Task, Unit
from mandates.views.task_rows import Row
from mandates.views.work import OVERDUE, PARTS, SILENT, Worker

from .clocks import CLOCKS, Moment, clock, clocked, counts
from .session_plan import Said
from .sessions import InstructionRow
from .sessions import rows_of as instruction_rows
from .work_rows import rows_of

SHOWN = 20  # tasks on a unit's page; the list has all
MOST_INSTRUCTIONS = 100
BEFORE = timedelta(days=730)  # holders of the last two years are named


@dataclass(frozen=True)
class UnitRow:
    """A unit in the tree, with what it and the units below it have open."""

    unit: Unit
    depth: int
    open: int
    overdue: int
    silent: int
    people: int  # members who hold a post of the unit itself
    unheld: bool  # it has open tasks of its own, and nobody holds a post in it or in a unit above it


@dataclass(frozen=True)
class UnitsPage:
    """All units, in two trees. A fixed number of queries."""

    inside: tuple[UnitRow, ...]
    outside: tuple[UnitRow, ...]
    unassigned: int  # open tasks that no unit leads

    @classmethod
    def of(cls, now: datetime) -> UnitsPage:
        moment = Moment.of(now)
        units = list(Unit.objects.order_by("abbr"))
        figures: dict[int | None, dict[str, int]] = defaultdict(lambda: dict.fromkeys(CLOCKS, 0))
        for lead, name, n in (
            clocked(Task.objects.all(), moment).order_by().values_list("lead", "clock").annotate(n=Count("pk"))
        ):
            figures[lead][name] += n
        people = dict(
            Holding.objects.on(moment.day)
            .filter(member__is_active=True)
            .order_by()
            .values_list("post__unit")
            .annotate(n=Count("member", distinct=True))
        )
        below = _below(units)
        reached = {key for held in people for key in below[held]}  # the work of units below is theirs too
        rows = [
            UnitRow(
                unit,
                depth,
                open=sum(sum(figures[key].values()) for key in below[unit.pk]),
                overdue=sum(figures[key][OVERDUE] for key in below[unit.pk]),
                silent=sum(figures[key][SILENT] for key in below[unit.pk]),
                people=people.get(unit.pk, 0),
                unheld=sum(figures[unit.pk].values()) > 0 and unit.pk not in reached,
            )
            for unit, depth in _tree(units)
        ]
        return cls(
            inside=tuple(row for row in rows if not row.unit.outside),
            outside=tuple(row for row in rows if row.unit.outside),
            unassigned=sum(figures[None].values()),
        )

    @property
    def unheld(self) -> int:
        return sum(row.unheld for row in self.inside)


def _below(units: Iterable[Unit]) -> dict[int, list[int]]:
    """For each unit the keys of itself and of all below it."""
    parents = {unit.pk: unit.parent_id for unit in units}
    found: dict[int, list[int]] = {key: [] for key in parents}
    for key in parents:
        above: int | None = key
        while above is not None:
            found[above].append(key)
            above = parents.get(above)
    return found


def _tree(units: list[Unit]) -> Iterator[tuple[Unit, int]]:
    """The units from the top down, each with its depth; those below one follow it."""
    children: dict[int | None, list[Unit]] = defaultdict(list)
    for unit in units:
        children[unit.parent_id].append(unit)
    left = [(unit, 0) for unit in reversed(children[None])]
    while left:
        unit, depth = left.pop()
        yield unit, depth
        left += [(child, depth + 1) for child in reversed(children[unit.pk])]


# ── One unit ─────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class PostRow:
    """A post: who holds it today, who will, who did, and which post deputises."""

    post: Post
    now: tuple[Holding, ...]
    coming: tuple[Holding, ...]
    past: tuple[Holding, ...]
    deputy: Post | None
    deputy_people: tuple[Member, ...]


@dataclass(frozen=True)
class Led:
    """An instruction in which the unit has a part, and how many of its tasks are open."""

    row: InstructionRow
    assignment: Assignment
    open: int


@dataclass(frozen=True)
class UnitPage:
    unit: Unit
    above: tuple[Unit, ...]  # from the top down
    children: tuple[Unit, ...]
    posts: tuple[PostRow, ...]
    all_posts: tuple[Post, ...]  # of the house, from which a deputy is chosen
    counts: dict[str, int]  # open tasks of the unit and those below it, by clock
    soon_until: date
    rows: tuple[Row, ...]
    leads: tuple[Led, ...]
    contributes: tuple[Led, ...]
    suggested: int
    more_instructions: int
    day: date

    @classmethod
    def of(cls, unit: Unit, *, member: Member, now: datetime) -> UnitPage:
        """The same number of queries for a unit with five tasks and with five thousand."""
        moment = Moment.of(now)
        units = {one.pk: one for one in Unit.objects.all()}
        theirs = Task.objects.open().filter(lead__in=rules.with_those_below({unit.pk}))
        order = Case(
            *(When(clock=name, then=Value(number)) for number, name in enumerate(CLOCKS)), output_field=IntegerField()
        )
        keys = (
            theirs.annotate(clock=clock(moment), order=order)
            .order_by("order", F("matters_on").asc(nulls_last=True), "pk")
            .values_list("pk", flat=True)[:SHOWN]
        )
        parts = Assignment.objects.filter(unit=unit, instruction__state="open")
        confirmed = list(
            parts.filter(confirmed_at__isnull=False)
            .select_related("instruction__resolution__body")
            .order_by("part", "instruction__resolution__key", "instruction")
        )
        led = _led(confirmed[:MOST_INSTRUCTIONS])
        return cls(
            unit=unit,
            above=tuple(_above(unit, units)),
            children=tuple(
                sorted((one for one in units.values() if one.parent_id == unit.pk), key=lambda one: one.abbr)
            ),
            posts=tuple(_posts(unit, moment.day)),
            all_posts=tuple(Post.objects.filter(unit__outside=False).select_related("unit").order_by("unit", "title")),
            counts=counts(theirs, moment),
            soon_until=moment.soon_until,
            rows=rows_of(list(keys), Worker.of(member, now)),
            leads=tuple(one for one in led if one.assignment.part == Assignment.Part.LEAD),
            contributes=tuple(one for one in led if one.assignment.part != Assignment.Part.LEAD),
            suggested=parts.filter(confirmed_at=None).count(),
            more_instructions=max(0, len(confirmed) - MOST_INSTRUCTIONS),
            day=moment.day,
        )

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    @property
    def said(self) -> tuple[Said, ...]:
        """The clocks that hold something, each a link to its tasks."""
        day = date_format(self.soon_until, "j F Y")
        return tuple(
            Said(str(PARTS[name] % {"n": count, "day": day}), f"clock={name}")
            for name, count in self.counts.items()
            if count
        )


def _above(unit: Unit, units: dict[int, Unit]) -> list[Unit]:
    found: list[Unit] = []
    key = unit.parent_id
    while key is not None and units[key] not in found:
        found.insert(0, units[key])
        key = units[key].parent_id
    return found


def _posts(unit: Unit, day: date) -> Iterator[PostRow]:
    posts = list(unit.posts.select_related("deputy__unit").order_by("-heads_unit", "title", "pk"))
    deputies = [post.deputy_id for post in posts if post.deputy_id]
    holdings: dict[int, list[Holding]] = defaultdict(list)
    for holding in (
        Holding.objects.filter(Q(post__in=posts) | Q(post__in=deputies))
        .select_related("member", "post")
        .order_by("-since", "-pk")
    ):
        holdings[holding.post_id].append(holding)
    for post in posts:
        held = holdings[post.pk]
        yield PostRow(
            post=post,
            now=tuple(one for one in held if one.since <= day and (one.until is None or one.until >= day)),
            coming=tuple(one for one in reversed(held) if one.since > day),
            past=tuple(one for one in held if one.until is not None and day - BEFORE <= one.until < day),
            deputy=post.deputy,
            deputy_people=tuple(
                one.member
                for one in holdings[post.deputy_id or 0]
                if one.since <= day and (one.until is None or one.until >= day)
            ),
        )


def _led(confirmed: list[Assignment]) -> list[Led]:
    rows = {row.instruction.pk: row for row in instruction_rows(one.instruction for one in confirmed)}
    open_tasks = dict(
        Task.objects.open()
        .filter(instruction__in=list(rows))
        .order_by()
        .values_list("instruction")
        .annotate(n=Count("pk"))
    )
    return [Led(rows[one.instruction_id], one, open_tasks.get(one.instruction_id, 0)) for one in confirmed]
