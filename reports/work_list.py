"""The list of all work: filters that live in the address, each value with its count, fifty tasks on a page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, F, Q, QuerySet
from django.db.models.functions import Coalesce
from django.http import QueryDict
from django.utils.functional import Promise, cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from mandates import rules
from mandates.models import ActionLine, LineTag, Member, Place, Resolution, SavedView, Session, Task, Unit, Version
from mandates.models.addresses import session_name
from mandates.views.task_rows import Row
from mandates.views.work import TITLES, Worker

from .clocks import CLOCKS, SUBMITTED, Moment, clock, clocked
from .instructions import Choice, Filter, Widening
from .work_rows import rows_of

ON_A_PAGE = 50
PAGE = "tasks"  # the name under which its views are kept
ORDERS = {
    "": gettext_lazy("by date"),
    "text": gettext_lazy("by text"),
    "lead": gettext_lazy("by lead unit"),
    "word": gettext_lazy("longest without a word first"),
}
OPEN, ALL, NONE, APPROVE = "open", "all", "none", "approve"
IN_FORCE, PROPOSED = Version.State.IN_FORCE, Version.State.PROPOSED


@dataclass(frozen=True)
class Asked:
    """What an address asks for: a value for each filter that is set, words, an order."""

    values: dict[str, str]
    words: str = ""
    order: str = ""

    @classmethod
    def of(cls, query: QueryDict) -> Asked:
        values = {name: _clean(query.get(name, "")) for name in FILTERS}
        values["status"] = values["status"] or OPEN
        order = query.get("order", "")
        return cls(values, _clean(query.get("q", "")), order if order in ORDERS else "")

    @cached_property
    def conditions(self) -> dict[str, Q]:
        """The condition of each filter that is set; made once, as some ask the database what they mean."""
        found = {name: FILTERS[name].condition(value) for name, value in self.values.items() if value}
        return {**found, "q": _words(self.words)} if self.words else found

    def tasks(self, moment: Moment, *, without: str = "") -> QuerySet[Task]:
        """The tasks for which all filters hold but that of `without`."""
        kept = {name: condition for name, condition in self.conditions.items() if name != without}
        rows = Task.objects.alias(clock=clock(moment)) if "clock" in kept else Task.objects.all()
        for condition in kept.values():
            rows = rows.filter(condition)
        return rows

    def ordered(self, moment: Moment) -> QuerySet[Task]:
        """The tasks of the list in its order."""
        rows = self.tasks(moment)
        if self.order == "text":
            return rows.order_by("instruction__resolution__key", "instruction", "matters_on", "pk")
        if self.order == "lead":
            return rows.order_by(F("lead__abbr").asc(nulls_first=True), F("matters_on").asc(nulls_last=True), "pk")
        if self.order == "word":
            return rows.order_by(F("last_word_at").asc(nulls_first=True), "created_at", "pk")
        return rows.order_by(F("matters_on").asc(nulls_last=True), "pk")


@dataclass(frozen=True)
class WorkListPage:
    """What the list needs: the same number of queries for one task and for five thousand."""

    filters: tuple[Filter, ...]
    asked: Asked
    rows: tuple[Row, ...]
    page: Page
    total: int  # with the filters
    widenings: tuple[Widening, ...]
    query: str  # the filters as they stand in the address, without the page
    without_clock: str
    views: tuple[SavedView, ...]
    can_change: Changes
    orders: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(cls, query: QueryDict, *, member: Member, now: datetime) -> WorkListPage:
        asked, moment = Asked.of(query), Moment.of(now)
        filters = tuple(
            Filter(
                name=name,
                label=str(one.label),
                choices=tuple(_choices(one, asked.values[name], asked.tasks(moment, without=name), moment)),
            )
            for name, one in FILTERS.items()
        )
        paginator = Paginator(asked.ordered(moment).values_list("pk", flat=True), ON_A_PAGE)
        page = paginator.get_page(query.get("page"))
        return cls(
            filters=filters,
            asked=asked,
            rows=rows_of(list(page.object_list), Worker.of(member, now)),
            page=page,
            total=paginator.count,
            widenings=tuple(_widenings(query, filters, asked.words)),
            query=address(query),
            without_clock=address(query, without="clock"),
            views=tuple(SavedView.objects.filter(member=member, page=PAGE)),
            can_change=Changes.of(member),
            orders=tuple((name, str(words)) for name, words in ORDERS.items()),
        )

    @property
    def clocks(self) -> tuple[Choice, ...]:
        """The clocks of what the other filters leave, each with its count."""
        return next(one.choices for one in self.filters if one.name == "clock")

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


def address(query: QueryDict, without: str = "") -> str:
    """The query of an address that the list understands, without the page and without empty parts."""
    kept = QueryDict(mutable=True)
    for name in (*FILTERS, "q", "order"):
        if name != without and (value := _clean(query.get(name, ""))):
            kept[name] = value
    return kept.urlencode()


def _clean(typed: str) -> str:
    """What stands in an address, without the characters that a database refuses and not longer than any value is."""
    return " ".join(typed.replace("\0", "").split())[:200]


def _words(words: str) -> Q:
    """Each word somewhere in the title, in what is to be done, in whom it waits for, or in the paragraph."""
    found = Q()
    for word in words.split()[:10]:
        stands = Place.objects.filter(paragraph__text__icontains=word).values("instruction")
        found &= (
            Q(instruction__title__icontains=word)
            | Q(instruction__action__icontains=word)
            | Q(waiting_for__icontains=word)
            | Q(instruction__in=stands)
        )
    return found


def _widenings(query: QueryDict, filters: tuple[Filter, ...], words: str) -> Iterator[Widening]:
    """The ways to a longer list, one for each filter that is set."""
    for one in filters:
        if _clean(query.get(one.name, "")) and not (one.name == "status" and query["status"] in {OPEN, ALL}):
            said = one.chosen.words if one.chosen else query[one.name]
            yield Widening(f"{one.label}: {said}", f"?{address(query, without=one.name)}")
    if words:
        yield Widening(_("Words: “%(words)s”") % {"words": words}, f"?{address(query, without='q')}")


# ── The filters ──────────────────────────────────────────────────────────────────────────────────────────────────


class Facet:
    """A filter: the tasks that have a value, and the values with their counts among some tasks."""

    def __init__(self, label: str | Promise) -> None:
        self.label = label

    def condition(self, value: str) -> Q:
        raise NotImplementedError

    def counts(self, rows: QuerySet[Task], moment: Moment) -> Iterator[tuple[str, str, int]]:
        """(value, words, count) for each value that occurs among `rows`, by at most two queries."""
        raise NotImplementedError

    def named(self, value: str) -> str:
        """A value that no task has, in words."""
        return value


class ByUnit(Facet):
    """The unit that leads, with all units below it; "none" is what nobody leads."""

    def condition(self, value: str) -> Q:
        if value == NONE:
            return Q(lead=None)
        return Q(lead__in=rules.with_those_below({int(value)})) if _is_key(value) else Q(pk=None)

    def counts(self, rows: QuerySet[Task], moment: Moment) -> Iterator[tuple[str, str, int]]:
        own = dict(rows.order_by().values_list("lead").annotate(n=Count("pk")))
        units = {unit.pk: unit for unit in Unit.objects.only("abbr", "outside", "parent")}
        sums = dict.fromkeys(units, 0)
        for key, count in own.items():
            while key is not None:
                sums[key] += count
                key = units[key].parent_id
        if None in own:
            yield NONE, _("No lead unit"), own[None]
        for unit in sorted(units.values(), key=lambda unit: (unit.outside, unit.abbr)):
            if sums[unit.pk]:
                yield str(unit.pk), unit.abbr, sums[unit.pk]

    def named(self, value: str) -> str:
        if value == NONE:
            return _("No lead unit")
        return (_is_key(value) and Unit.objects.filter(pk=value).values_list("abbr", flat=True).first()) or value


class ByStatus(Facet):
    def condition(self, value: str) -> Q:
        if value in {OPEN, ALL}:
            return Q() if value == ALL else Q(is_open=True)
        if value == APPROVE:
            return Q(submitted_at__isnull=False)
        return Q(status=value, submitted_at=None)

    def counts(self, rows: QuerySet[Task], moment: Moment) -> Iterator[tuple[str, str, int]]:
        counted: dict[tuple[str, bool], int] = {}
        for status, submitted, n in (
            rows.order_by().annotate(submitted=SUBMITTED).values_list("status", "submitted").annotate(n=Count("pk"))
        ):
            counted[status, bool(submitted)] = n
        total = sum(counted.values())
        closed = sum(n for (status, _submitted), n in counted.items() if status in Task.CLOSED)
        yield OPEN, _("open"), total - closed
        for status in Task.Status:
            yield status.value, str(status.label), counted.get((status.value, False), 0)
        yield APPROVE, _("Done, to approve"), sum(n for (_status, submitted), n in counted.items() if submitted)
        yield ALL, _("open and closed"), total


class ByClock(Facet):
    def condition(self, value: str) -> Q:
        return Q(is_open=True, clock=value)  # `Asked.tasks` knows the column

    def counts(self, rows: QuerySet[Task], moment: Moment) -> Iterator[tuple[str, str, int]]:
        found = dict(clocked(rows, moment).order_by().values_list("clock").annotate(n=Count("pk")))
        for name in CLOCKS:
            yield name, str(TITLES[name]), found.get(name, 0)


class BySession(Facet):
    """What is due at a session or passes through it."""

    def condition(self, value: str) -> Q:
        return Q(session__code=value) | Q(first_stop__code=value)

    def counts(self, rows: QuerySet[Task], moment: Moment) -> Iterator[tuple[str, str, int]]:
        counted: dict[int, int] = {}
        tied = rows.order_by().values_list("session", "first_stop").annotate(n=Count("pk"))
        for session, stop, n in tied:
            for key in {session, stop} - {None}:
                counted[key] = counted.get(key, 0) + n
        for row in Session.objects.select_related("body").order_by("starts", "code"):
            if row.pk in counted:
                yield row.code, _session_words(row), counted[row.pk]

    def named(self, value: str) -> str:
        row = Session.objects.select_related("body").filter(code=value).first()
        return _session_words(row) if row else value


class ByLine(Facet):
    """An action line, with its parts."""

    def condition(self, value: str) -> Q:
        tags = LineTag.objects.filter(Q(action_line__code=value) | Q(action_line__parent__code=value))
        return Q(instruction__in=tags.values("instruction"))

    def counts(self, rows: QuerySet[Task], moment: Moment) -> Iterator[tuple[str, str, int]]:
        tagged = rows.order_by().exclude(instruction__line_tags=None)
        own, above = "instruction__line_tags__action_line", "instruction__line_tags__action_line__parent"
        count = Count("pk", distinct=True)
        alone = dict(tagged.values_list(own).annotate(n=count))
        # what stands in a part of a line stands in the line, and once, however many of its parts it is in
        whole = dict(tagged.annotate(line=Coalesce(above, own)).values_list("line").annotate(n=count))
        for line in ActionLine.objects.order_by("position"):
            if n := (alone if line.parent_id else whole).get(line.pk):
                yield line.code, f"{line.code} {line.short}".strip(), n

    def named(self, value: str) -> str:
        line = ActionLine.objects.filter(code=value).first()
        return str(line) if line else value


class ByResolution(Facet):
    def condition(self, value: str) -> Q:
        return Q(instruction__resolution__slug=value)

    def counts(self, rows: QuerySet[Task], moment: Moment) -> Iterator[tuple[str, str, int]]:
        counted = dict(rows.order_by().values_list("instruction__resolution").annotate(n=Count("pk")))
        for resolution in Resolution.objects.select_related("body").order_by("key"):
            if resolution.pk in counted:
                yield resolution.slug, str(resolution), counted[resolution.pk]

    def named(self, value: str) -> str:
        held = Resolution.objects.select_related("body").filter(slug=value).first()
        return str(held) if held else value


class ByText(Facet):
    """Work on a proposed text is counted apart: "proposed" is what stands in no text in force."""

    @staticmethod
    def _standing(state: str) -> QuerySet[Place, Any]:
        return Place.objects.filter(paragraph__version__state=state).values("instruction")

    def condition(self, value: str) -> Q:
        adopted = Q(instruction__in=self._standing(IN_FORCE))
        if value == "adopted":
            return adopted
        return Q(instruction__in=self._standing(PROPOSED)) & ~adopted if value == "proposed" else Q(pk=None)

    def counts(self, rows: QuerySet[Task], moment: Moment) -> Iterator[tuple[str, str, int]]:
        both = rows.order_by().aggregate(
            adopted=Count("pk", filter=self.condition("adopted")),
            proposed=Count("pk", filter=self.condition("proposed")),
        )
        yield "adopted", _("in force"), both["adopted"]
        yield "proposed", _("proposed"), both["proposed"]


def _session_words(row: Session) -> str:
    name = session_name(row)
    return name if str(row.year) in name else f"{name} ({row.year})"


def _is_key(value: str) -> bool:
    return bool(re.fullmatch(r"[0-9]{1,9}", value))


FILTERS: dict[str, Facet] = {
    "clock": ByClock(gettext_lazy("Clock")),
    "status": ByStatus(gettext_lazy("Status")),
    "unit": ByUnit(gettext_lazy("Lead unit")),
    "session": BySession(gettext_lazy("Due at, or through")),
    "line": ByLine(gettext_lazy("Action line")),
    "resolution": ByResolution(gettext_lazy("Text")),
    "text": ByText(pgettext_lazy("state of a text", "Version")),
}


def _choices(facet: Facet, chosen: str, rows: QuerySet[Task], moment: Moment) -> Iterator[Choice]:
    seen = False
    for value, words, count in facet.counts(rows, moment):
        seen = seen or value == chosen
        yield Choice(value, words, count, value == chosen)
    if chosen and not seen:  # the address asks for something that is not there: it is shown, and finds nothing
        yield Choice(chosen, facet.named(chosen), 0, True)
