"""The list of all work: filters that live in the address, each value with its count, fifty tasks on a page."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter

from django.core.paginator import Page, Paginator
from django.http import QueryDict
from django.utils.translation import gettext as _

from mandates import rules
from mandates.models import Member, SavedView, Task
from mandates.models.prepared import Given, Prepared
from mandates.views.task_rows import Row
from mandates.views.work import Worker

from . import boxes, listing
from .asked import AT, ORDERS, Asked, address, clean
from .clocks import Moment
from .facets import ALL, CLOSED, FILTERS, OPEN
from .instructions import Choice, Filter, Widening
from .listing import Found
from .offered import Names
from .rollup import MEASURES, Counts, folded
from .work_rows import rows_of, rows_then

ON_A_PAGE = 50
PAGE = "tasks"  # the name under which its views are kept
VIEWS = Prepared(lambda: SavedView.objects.filter(member=Given("member"), page=PAGE))
# The statuses of which the tallies keep how many tasks there are, by what they keep it under.
TALLIED: dict[str, Callable[[Counts], int]] = {
    OPEN: lambda counts: counts.open,
    CLOSED: lambda counts: counts.closed,
    ALL: lambda counts: counts.total,
    **{name: attrgetter(name) for name in MEASURES},
}


@dataclass(frozen=True)
class WorkListPage:
    """What the list needs: the same number of queries for one task and for five thousand.

    As at a past day the rows are those of that day, and nothing can be changed in them.
    """

    moment: Moment
    filters: tuple[Filter, ...]
    asked: Asked
    rows: tuple[Row, ...]
    page: Page
    total: int  # with the filters
    widenings: tuple[Widening, ...]
    query: str  # the filters as they stand in the address, without the page
    without_clock: str
    without_at: str
    views: tuple[SavedView, ...]
    can_change: Changes
    orders: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(cls, query: QueryDict, *, member: Member, now: datetime) -> WorkListPage:
        asked, moment = Asked.of(query), Moment.asked(clean(query.get(AT, "")), now)
        page, found = _looked_up(asked, moment, query.get("page", ""))
        total = page.paginator.count
        names = Names.of(
            units=boxes.units_in(found.groups["unit"]), sessions=boxes.sessions_in(found.groups["session"])
        )
        filters = tuple(
            Filter(name, str(one.label), tuple(_choices(name, asked, moment, found, names)))
            for name, one in FILTERS.items()
        )
        worker = Worker.of(member, now)
        return cls(
            moment=moment,
            filters=filters,
            asked=asked,
            rows=rows_then(found.keys, worker, moment) if moment.is_past else rows_of(found.keys, worker),
            page=page,
            total=total,
            widenings=tuple(_widenings(query, filters, asked.words)),
            query=address(query),
            without_clock=address(query, without="clock"),
            without_at=address(query, without=AT),
            views=tuple(VIEWS.ask(member=member.pk)),
            can_change=Changes() if moment.is_past else Changes.of(member, names),
            orders=tuple((name, str(words)) for name, words in ORDERS.items()),
        )

    @property
    def clocks(self) -> tuple[Choice, ...]:
        """The clocks of what the other filters leave, each with its count."""
        return next(one.choices for one in self.filters if one.name == "clock")

    @property
    def is_uncounted(self) -> bool:
        """Whether so many tasks fit that the values of the filters stand without counts."""
        return self.total > boxes.MANY

    @property
    def counted(self) -> int:
        return boxes.MANY

    @property
    def narrowed(self) -> bool:
        return bool(self.widenings)


@dataclass(frozen=True)
class Changes:
    """What the member may do to many tasks at once, and what the boxes for it offer."""

    reassign: bool = False
    redate: bool = False
    update: bool = False
    units: tuple[tuple[int, str], ...] = ()
    statuses: tuple[tuple[str, str], ...] = ()

    def __bool__(self) -> bool:
        return self.reassign or self.redate or self.update

    @classmethod
    def of(cls, member: Member, names: Names) -> Changes:
        reassign = rules.may(member, "assign units")
        return cls(
            reassign=reassign,
            redate=rules.may(member, "redate tasks"),
            update=rules.may(member, "update task"),
            units=tuple((key, abbr) for key, _above, abbr in names.units) if reassign else (),
            statuses=tuple(
                (status.value, str(status.label))
                for status in Task.Status
                if status not in {Task.Status.NONE, Task.Status.DONE}
            ),
        )


def _widenings(query: QueryDict, filters: tuple[Filter, ...], words: str) -> Iterator[Widening]:
    """The ways to a longer list, one for each filter that is set."""
    for one in filters:
        if clean(query.get(one.name, "")) and not (one.name == "status" and query["status"] in {OPEN, ALL}):
            said = one.chosen.words if one.chosen else query[one.name]
            yield Widening(f"{one.label}: {said}", f"?{address(query, without=one.name)}")
    if words:
        yield Widening(_("Words: “%(words)s”") % {"words": words}, f"?{address(query, without='q')}")


def _choices(name: str, asked: Asked, moment: Moment, found: Found, names: Names) -> Iterator[Choice]:
    """What a filter offers; with counts, unless the tasks among which it chooses are too many."""
    chosen, seen, counts = asked.values[name], False, name not in found.uncounted
    offered = boxes.counted(name, found.groups[name], names) if counts else boxes.uncounted(name, moment, names)
    for value, words, count in offered:
        seen = seen or value == chosen
        yield Choice(value, words, count, value == chosen)
    if chosen and not seen:  # it is shown though it is not offered, or is not there and finds nothing
        yield Choice(chosen, FILTERS[name].named(chosen), 0 if counts else None, True)


def _looked_up(asked: Asked, moment: Moment, page: str) -> tuple[Page, Found]:
    """A page of the list, the last where there are not so many; how many tasks there are, and how many of each value.

    One query; two where very many tasks fit, or where the page is behind the last one.
    """
    number = int(page) if page.isascii() and page.isdigit() and len(page) < 9 else 1
    total = _known(asked, moment)
    skip = max(number - 1, 0) * ON_A_PAGE
    counted = total is None or total <= boxes.MANY
    found = listing.find(asked, moment, skip=skip, on_a_page=ON_A_PAGE, most=boxes.MANY, counted=counted)
    if found.total is not None:
        total = found.total if found.total <= boxes.MANY else asked.tasks(moment).order_by().count()
    paginator = Paginator(range(total or 0), ON_A_PAGE)
    shown = paginator.get_page(page)
    if (shown.number - 1) * ON_A_PAGE != skip:
        skip = (shown.number - 1) * ON_A_PAGE
        found.keys = listing.find(asked, moment, skip=skip, on_a_page=ON_A_PAGE, most=boxes.MANY, counted=False).keys
    return shown, found


def _known(asked: Asked, moment: Moment) -> int | None:
    """How many tasks fit, as the tallies have it: where only a status is asked for, and it is one that they keep."""
    if moment.is_past or asked.words or any(value for name, value in asked.values.items() if name != "status"):
        return None
    measure = TALLIED.get(asked.values["status"])
    figures = folded.over([moment.day], "") if measure else None
    return measure(figures[0]) if measure and figures else None
