"""The list of instructions: filters that live in the address, each value with its count."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, F, Min, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mandates.models import (
    ActionLine,
    Addressee,
    Addressing,
    GoalTag,
    Instruction,
    LineTag,
    Place,
    Resolution,
    Schedule,
    Session,
    Version,
)
from mandates.models.addresses import session_name

from .sessions import InstructionRow, rows_of

ON_A_PAGE = 50
IN_FORCE, PROPOSED = Version.State.IN_FORCE, Version.State.PROPOSED


@dataclass(frozen=True, slots=True)
class Choice:
    """A value that a filter can take, and how many rows there would be; None where they are too many to be counted."""

    value: str
    words: str
    count: int | None
    chosen: bool


@dataclass(frozen=True, slots=True)
class Filter:
    """One filter of the list."""

    name: str
    label: str
    choices: tuple[Choice, ...]

    @property
    def chosen(self) -> Choice | None:
        return next((one for one in self.choices if one.chosen), None)


@dataclass(frozen=True, slots=True)
class Widening:
    """A filter that is set, in words, and the address of the list without it."""

    words: str
    url: str


@dataclass(frozen=True)
class InstructionsPage:
    """What the list of instructions needs: the same number of queries for one row and for fifty."""

    filters: tuple[Filter, ...]
    words: str
    order: str
    rows: tuple[InstructionRow, ...]
    page: Page
    total: int  # with the filters
    held: int  # without any
    widenings: tuple[Widening, ...]
    query: str  # the filters as they stand in the address, without the page

    @classmethod
    def of(cls, asked: QueryDict) -> InstructionsPage:
        words = _clean(asked.get("q", ""))
        order = asked.get("order", "") if asked.get("order") == "date" else ""
        # Without a word about it the list shows what is open; "state=all" widens it.
        chosen = {name: _clean(asked.get(name, "")) for name in FILTERS}
        chosen["state"] = chosen["state"] or Instruction.State.OPEN
        conditions = {name: FILTERS[name].condition(value) for name, value in chosen.items() if value}
        if words:
            conditions["q"] = _words(words)
        filters = tuple(
            Filter(
                name=name,
                label=str(one.label),
                choices=tuple(_choices(one, chosen[name], _matching(conditions, without=name))),
            )
            for name, one in FILTERS.items()
        )
        paginator = Paginator(_ordered(_matching(conditions), order), ON_A_PAGE)
        page = paginator.get_page(asked.get("page"))
        return cls(
            filters=filters,
            words=words,
            order=order,
            rows=tuple(rows_of(page.object_list)),
            page=page,
            total=paginator.count,
            held=Instruction.objects.count(),
            widenings=tuple(_widenings(asked, filters, words)),
            query=_address(asked, without="page"),
        )


def _clean(typed: str) -> str:
    """What stands in an address, without the characters that a database refuses and not longer than any value is."""
    return " ".join(typed.replace("\0", "").split())[:200]


def _matching(conditions: dict[str, Q], without: str = "") -> QuerySet[Instruction]:
    """The instructions for which all conditions hold but that of `without`."""
    rows = Instruction.objects.all()
    for name, condition in conditions.items():
        if name != without:
            rows = rows.filter(condition)
    return rows


def _ordered(rows: QuerySet[Instruction], order: str) -> QuerySet[Instruction]:
    """In the order of the texts, or by the day on which they are due, those without one last."""
    if order == "date":
        due = Coalesce(Min("schedules__session__starts"), Min("schedules__due_on"))
        return rows.annotate(due=due).order_by(F("due").asc(nulls_last=True), "pk")
    # where it stands in the newest of its versions: there the deleted paragraphs still have their place too
    newest = Place.objects.filter(instruction=OuterRef("pk")).order_by(
        "-paragraph__version__position", "paragraph__position"
    )
    first = Subquery(newest.values("paragraph__position")[:1])
    return rows.annotate(first=first).order_by("resolution__key", F("first").asc(nulls_last=True), "pk")


def _words(words: str) -> Q:
    """Each word somewhere in the title, in what is to be done, or in a paragraph where the instruction stands."""
    found = Q()
    for word in words.split()[:10]:
        stands = Place.objects.filter(paragraph__text__icontains=word).values("instruction")
        found &= Q(title__icontains=word) | Q(action__icontains=word) | Q(pk__in=stands)
    return found


def _address(asked: QueryDict, without: str) -> str:
    """The query of the address without one of its parts and without empty ones."""
    query = QueryDict(mutable=True)
    for name, values in asked.lists():
        if name not in {without, "page"}:
            query.setlist(name, [value for value in values if value])
    return query.urlencode()


def _widenings(asked: QueryDict, filters: tuple[Filter, ...], words: str) -> Iterator[Widening]:
    """The ways to a longer list, one for each filter that is set."""
    for one in filters:
        if asked.get(one.name) and not (one.name == "state" and asked["state"] == "all"):
            said = one.chosen.words if one.chosen else asked[one.name]
            yield Widening(f"{one.label}: {said}", f"?{_address(asked, without=one.name)}")
    if words:
        yield Widening(_("Words: “%(words)s”") % {"words": words}, f"?{_address(asked, without='q')}")


# ── The filters ──────────────────────────────────────────────────────────────────────────────────────────────────


class Facet:
    """A filter: its condition for a value, and the values with their counts among some instructions."""

    def __init__(self, label: str | Promise) -> None:
        self.label = label

    def condition(self, value: str) -> Q:
        raise NotImplementedError

    def counts(self, rows: QuerySet[Instruction]) -> Iterator[tuple[str, str, int]]:
        """(value, words, count) for each value that occurs among `rows`. One query, two where names are looked up."""
        raise NotImplementedError


class ByTag(Facet):
    """A filter by rows that hang on the instruction: its addressees, action lines, goals, sessions."""

    def __init__(
        self, label: str | Promise, model: Any, value: str, words: tuple[str, ...], order: str, form: str = "{}"
    ) -> None:
        super().__init__(label)
        self.model, self.value, self.words, self.order, self.form = model, value, words, order, form

    def condition(self, value: str) -> Q:
        if self.value.endswith(("pk", "number")) and not re.fullmatch(r"[0-9]{1,9}", value):
            return Q(pk=None)
        return Q(pk__in=self.model.objects.filter(**{self.value: value}).values("instruction"))

    def counts(self, rows: QuerySet[Instruction]) -> Iterator[tuple[str, str, int]]:
        found = (
            self.model.objects.filter(instruction__in=rows.values("pk"))
            .exclude(**{self.value: None})
            .order_by(self.order)
            .values_list(self.value, *self.words)
            .annotate(count=Count("instruction", distinct=True))
        )
        for value, *words, count in found:
            yield str(value), self.form.format(*words) if all(words) else str(words[0]), count


class BySession(ByTag):
    def counts(self, rows: QuerySet[Instruction]) -> Iterator[tuple[str, str, int]]:
        schedules = self.model.objects.filter(instruction__in=rows.values("pk")).exclude(session=None).order_by()
        counted = dict(schedules.values_list(self.value).annotate(count=Count("instruction", distinct=True)))
        for session in Session.objects.filter(schedules__isnull=False).select_related("body").distinct():
            if session.code in counted:
                yield session.code, f"{session_name(session)} ({session.starts.year})", counted[session.code]


class ByResolution(Facet):
    def condition(self, value: str) -> Q:
        return Q(resolution__slug=value)

    def counts(self, rows: QuerySet[Instruction]) -> Iterator[tuple[str, str, int]]:
        counted = dict(rows.order_by().values_list("resolution").annotate(count=Count("pk")))
        for resolution in Resolution.objects.select_related("body").order_by("key"):
            if resolution.pk in counted:
                yield resolution.slug, str(resolution), counted[resolution.pk]


class ByVersion(Facet):
    """Work on a proposed text is counted apart: "proposed" is what stands in no text in force."""

    @staticmethod
    def _standing(state: str) -> QuerySet[Place, Any]:
        return Place.objects.filter(paragraph__version__state=state).values("instruction")

    def condition(self, value: str) -> Q:
        adopted = Q(pk__in=self._standing(IN_FORCE))
        if value == "adopted":
            return adopted
        return Q(pk__in=self._standing(PROPOSED)) & ~adopted if value == "proposed" else Q(pk=None)

    def counts(self, rows: QuerySet[Instruction]) -> Iterator[tuple[str, str, int]]:
        both = rows.order_by().aggregate(
            adopted=Count("pk", filter=self.condition("adopted")),
            proposed=Count("pk", filter=self.condition("proposed")),
        )
        yield "adopted", _("in force"), both["adopted"]
        yield "proposed", _("proposed"), both["proposed"]


class ByForce(Facet):
    def condition(self, value: str) -> Q:
        return Q(force=value)

    def counts(self, rows: QuerySet[Instruction]) -> Iterator[tuple[str, str, int]]:
        for force, count in rows.order_by("force").values_list("force").annotate(count=Count("pk")):
            yield force, force, count


class ByState(Facet):
    def condition(self, value: str) -> Q:
        return Q() if value == "all" else Q(state=value)

    def counts(self, rows: QuerySet[Instruction]) -> Iterator[tuple[str, str, int]]:
        counted = dict(rows.order_by().values_list("state").annotate(count=Count("pk")))
        for state in Instruction.State:
            yield state.value, str(state.label), counted.get(state.value, 0)
        yield "all", _("open and closed"), sum(counted.values())


FILTERS: dict[str, Facet] = {
    "resolution": ByResolution(gettext_lazy("Text")),
    "version": ByVersion(gettext_lazy("Version")),
    "addressee": ByTag(
        gettext_lazy("Addressee"),
        Addressing,
        "addressee__pk",
        ("addressee__name", "addressee__house"),
        "addressee__name",
        form="{} ({})",  # the UN's Secretary-General is not ITU's
    ),
    "force": ByForce(gettext_lazy("Force")),
    "session": BySession(gettext_lazy("Due at"), Schedule, "session__code", (), "session__starts"),
    "line": ByTag(
        gettext_lazy("Action line"),
        LineTag,
        "action_line__code",
        ("action_line__code", "action_line__short"),
        "action_line__position",
        form="{} {}",
    ),
    "goal": ByTag(
        gettext_lazy("SDG"), GoalTag, "goal__number", ("goal__number", "goal__title"), "goal__number", form="{} {}"
    ),
    "state": ByState(gettext_lazy("State")),
}  # fmt: skip


def _choices(facet: Facet, chosen: str, rows: QuerySet[Instruction]) -> Iterator[Choice]:
    seen = False
    for value, words, count in facet.counts(rows):
        seen = seen or value == chosen
        yield Choice(value, words, count, value == chosen)
    if chosen and not seen:  # the address asks for something that is not there: it is shown, and finds nothing
        yield Choice(chosen, _named(facet, chosen), 0, True)


def _named(facet: Facet, value: str) -> str:
    """The name of a value that no instruction has under the other filters."""
    if facet is FILTERS["addressee"] and value.isdecimal():
        return Addressee.objects.filter(pk=value).values_list("name", flat=True).first() or value
    if facet is FILTERS["line"]:
        line = ActionLine.objects.filter(code=value).first()
        return str(line) if line else value
    if facet is FILTERS["resolution"]:
        held = Resolution.objects.select_related("body").filter(slug=value).first()
        return str(held) if held else value
    return value
