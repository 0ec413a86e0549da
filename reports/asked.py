"""What the address of the list of work asks for: a moment, filters, words, an order; and the tasks that fit it.

Boards count the very tasks that this gives (`reports.rollup`), so a number and the list behind it are one thing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.db.models import F, Q, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy

from mandates.models import Place, Task

from . import as_at
from .clocks import Moment, clock
from .facets import FILTERS, OPEN

AT = "at"  # the day or the session as at which the list is asked
ORDERS = {
    "": gettext_lazy("by date"),
    "text": gettext_lazy("by text"),
    "lead": gettext_lazy("by lead unit"),
    "word": gettext_lazy("longest without a word first"),
}
LONGEST = 400  # characters of a value: the address of a section is not longer


@dataclass(frozen=True)
class Asked:
    """A value for each filter that is set, words, an order. The moment is handed in: see `Moment.asked`."""

    values: Mapping[str, str]
    words: str = ""
    order: str = ""
    _conditions: dict[Moment, dict[str, Q]] = field(default_factory=dict, compare=False, repr=False)

    @classmethod
    def of(cls, query: QueryDict) -> Asked:
        values = {name: clean(query.get(name, "")) for name in FILTERS}
        values["status"] = values["status"] or OPEN
        order = query.get("order", "")
        return cls(values, clean(query.get("q", "")), order if order in ORDERS else "")

    def conditions(self, moment: Moment) -> dict[str, Q]:
        """The condition of each filter that is set; made once, as some ask the database what they mean."""
        if moment not in self._conditions:
            found = {name: FILTERS[name].condition(value, moment) for name, value in self.values.items() if value}
            if self.words:
                found["q"] = words_in(self.words, moment)
            self._conditions[moment] = found
        return self._conditions[moment]

    def tasks(self, moment: Moment, *, without: str = "") -> QuerySet[Task]:
        """The tasks for which all filters hold but that of `without`. As at a past day they are rows of history, with
        the columns of that day; `id` is the task's."""
        return chosen({name: one for name, one in self.conditions(moment).items() if name != without}, moment)

    def ordered(self, moment: Moment) -> QuerySet[Task]:
        """The tasks of the list in its order."""
        return in_order(self.tasks(moment), self.order)


def in_order(rows: QuerySet[Task], order: str) -> QuerySet[Task]:
    """Tasks in one of `ORDERS`."""
    if order == "text":
        return rows.order_by("instruction__resolution__key", "instruction_id", "matters_on", "id")
    if order == "lead":
        return rows.order_by(F("lead__abbr").asc(nulls_first=True), F("matters_on").asc(nulls_last=True), "id")
    if order == "word":
        return rows.order_by(F("last_word_at").asc(nulls_first=True), "created_at", "id")
    return rows.order_by(F("matters_on").asc(nulls_last=True), "id")


def chosen(conditions: Mapping[str, Q], moment: Moment) -> QuerySet[Task]:
    """The tasks for which conditions hold, each by the name of its filter."""
    few = [condition for name, condition in conditions.items() if name in FILTERS and FILTERS[name].few]
    rows = as_at.tasks(moment, among=few)
    if "clock" in conditions:
        rows = rows.alias(clock=clock(moment))
    for condition in conditions.values():
        rows = rows.filter(condition)
    return rows


def address(query: QueryDict, without: str = "") -> str:
    """The query of an address that the list understands, without the page and without empty parts."""
    kept = QueryDict(mutable=True)
    for name in (*FILTERS, "q", "order", AT):
        if name != without and (value := clean(query.get(name, ""))):
            kept[name] = value
    return kept.urlencode()


def clean(typed: str) -> str:
    """What stands in an address, without the characters that a database refuses and not longer than any value is."""
    return " ".join(typed.replace("\0", "").split())[:LONGEST]


def words_in(words: str, moment: Moment) -> Q:
    """Each word somewhere in the title, in what is to be done, in whom it waits for, or in the paragraph."""
    found = Q()
    for word in words.split()[:10]:
        said = Q(title__icontains=word) | Q(action__icontains=word)
        stands = Place.objects.filter(paragraph__text__icontains=word).values("instruction")
        found &= (
            Q(instruction__in=as_at.instructions(moment).filter(said).values("id"))
            | Q(waiting_for__icontains=word)
            | Q(instruction__in=stands)
        )
    return found
