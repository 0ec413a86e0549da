"""The list of all work: filters that live in the address, each value with its count, fifty tasks on a page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext as _

from mandates import rules
from mandates.models import Member, SavedView, Task, Unit
from mandates.views.task_rows import Row
from mandates.views.work import Worker

from . import uncounted
from .asked import AT, ORDERS, Asked, address, clean
from .clocks import Moment
from .facets import ALL, FILTERS, OPEN
from .instructions import Choice, Filter, Widening
from .work_rows import rows_of, rows_then

ON_A_PAGE = 50
PAGE = "tasks"  # the name under which its views are kept


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
        paginator = Paginator(asked.ordered(moment).values_list("pk", flat=True), ON_A_PAGE)
        filters = tuple(
            Filter(name, str(one.label), tuple(_choices(name, asked, moment, paginator.count)))
            for name, one in FILTERS.items()
        )
        page = paginator.get_page(query.get("page"))
        worker, keys = Worker.of(member, now), list(page.object_list)
        return cls(
            moment=moment,
            filters=filters,
            asked=asked,
            rows=rows_then(keys, worker, moment) if moment.is_past else rows_of(keys, worker),
            page=page,
            total=paginator.count,
            widenings=tuple(_widenings(query, filters, asked.words)),
            query=address(query),
            without_clock=address(query, without="clock"),
            without_at=address(query, without=AT),
            views=tuple(SavedView.objects.filter(member=member, page=PAGE)),
            can_change=Changes() if moment.is_past else Changes.of(member),
            orders=tuple((name, str(words)) for name, words in ORDERS.items()),
        )

    @property
    def clocks(self) -> tuple[Choice, ...]:
        """The clocks of what the other filters leave, each with its count."""
        return next(one.choices for one in self.filters if one.name == "clock")

    @property
    def is_uncounted(self) -> bool:
        """Whether so many tasks fit that the values of the filters stand without counts."""
        return self.total > self.counted

    @property
    def counted(self) -> int:
        return uncounted.MANY

    @property
    def narrowed(self) -> bool:
        return bool(self.widenings)


@dataclass(frozen=True)
class Changes:
    """What the member may do to many tasks at once, and what the boxes for it offer."""

    reassign: bool = False
    redate: bool = False
    update: bool = False
    units: tuple[Unit, ...] = ()
    statuses: tuple[tuple[str, str], ...] = ()

    def __bool__(self) -> bool:
        return self.reassign or self.redate or self.update

    @classmethod
    def of(cls, member: Member) -> Changes:
        reassign = rules.may(member, "assign units")
        return cls(
            reassign=reassign,
            redate=rules.may(member, "redate tasks"),
            update=rules.may(member, "update task"),
            units=tuple(Unit.objects.only("abbr", "outside").order_by("outside", "abbr")) if reassign else (),
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


def _choices(name: str, asked: Asked, moment: Moment, total: int) -> Iterator[Choice]:
    """What a filter offers; with counts, unless the tasks among which it chooses are too many."""
    facet, chosen, seen = FILTERS[name], asked.values[name], False
    rows = asked.tasks(moment, without=name)
    counts = _few(rows, total, is_set=bool(chosen))
    offered: Iterable[tuple[str, str, int | None]] = (
        facet.counts(rows, moment) if counts else ((*one, None) for one in uncounted.values(name, moment))
    )
    for value, words, count in offered:
        seen = seen or value == chosen
        yield Choice(value, words, count, value == chosen)
    if chosen and not seen:  # it is shown though it is not offered, or is not there and finds nothing
        yield Choice(chosen, facet.named(chosen), 0 if counts else None, True)


def _few(rows: QuerySet[Task], total: int, *, is_set: bool) -> bool:
    """Whether the tasks are few enough to be counted by each value; `total` are those with all filters."""
    if total > uncounted.MANY:
        return False
    return not is_set or rows.order_by()[: uncounted.MANY + 1].count() <= uncounted.MANY
