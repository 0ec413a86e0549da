"""What the page is narrowed to: a text, a unit, an action line, as in the address of the list of work."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils.functional import cached_property

from mandates import rules
from mandates.models import ActionLine, Assignment, Instruction, Resolution, Task, Unit
from reports import as_at
from reports.facets import DIMENSIONS, NONE, ByTags
from reports.instructions import Choice, Filter

from .period import Period

NAMES = ("resolution", "unit", "line")


@dataclass(frozen=True)
class Scope:
    """The period, and what of it is asked for."""

    period: Period
    values: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, query: QueryDict, period: Period) -> Scope:
        values = {name: " ".join(query.get(name, "").replace("\0", "").split())[:200] for name in NAMES}
        return cls(period, {name: value for name, value in values.items() if value})

    @property
    def is_whole(self) -> bool:
        return not self.values

    @property
    def units_only(self) -> bool:
        """Whether nothing but a unit narrows it: then people and posts of the unit still belong to it."""
        return set(self.values) <= {"unit"}

    def tasks(self) -> QuerySet[Task]:
        """The tasks that are asked for, as they stood at the end of the period; each has its `id`."""
        moment = self.period.until.moment
        rows = as_at.tasks(moment)
        for name, value in self.values.items():
            rows = rows.filter(DIMENSIONS[name].condition(value, moment))
        return rows

    def said(self) -> Q:
        """As a condition on what hangs on a task."""
        return Q() if self.is_whole else Q(task__in=self.tasks().order_by().values("id"))

    def instructions(self, path: str = "") -> Q:
        """As a condition on instructions, or on rows that reach one by `path` ("instruction__")."""
        if self.is_whole:
            return Q()
        kept = Q()
        if text := self.values.get("resolution"):
            kept &= Q(resolution__slug=text)
        if line := self.values.get("line"):
            by = DIMENSIONS["line"]
            assert isinstance(by, ByTags)
            kept &= Q(pk__in=by.tags(self.period.until.moment).filter(by.tagged(line)).values("instruction"))
        if self.values.get("unit"):
            kept &= self._led()
        rows = Instruction.objects.filter(kept)
        return Q(**{f"{path.removesuffix('__')}__in" if path else "pk__in": rows.values("pk")})

    def _led(self) -> Q:
        """Instructions that the unit, or one below it, is confirmed to lead; "none": that nobody is."""
        leads = Assignment.objects.filter(part=Assignment.Part.LEAD, confirmed_at__isnull=False)
        if self.values["unit"] == NONE:
            return ~Q(pk__in=leads.values("instruction"))
        return Q(pk__in=leads.filter(unit__in=self.units).values("instruction"))

    @cached_property
    def units(self) -> frozenset[int]:
        """The keys of the unit that is asked for, and of those below it; empty where none is, or "none"."""
        value = self.values.get("unit", "")
        return rules.with_those_below({int(value)}) if re.fullmatch(r"[0-9]{1,9}", value) else frozenset()

    def filters(self) -> tuple[Filter, ...]:
        """The filters with all that they offer. Three queries."""
        offered = {
            "resolution": [(one.slug, str(one)) for one in Resolution.objects.select_related("body").order_by("key")],
            "unit": [
                (str(one.pk), one.abbr)
                for one in Unit.objects.filter(tasks__isnull=False).distinct().order_by("outside", "abbr")
            ],
            "line": [(one.code, f"{one.code} {one.short}".strip()) for one in ActionLine.objects.order_by("position")],
        }
        return tuple(
            Filter(
                name=name,
                label=str(DIMENSIONS[name].label),
                choices=tuple(Choice(value, words, 0, value == self.values.get(name)) for value, words in choices),
            )
            for name, choices in offered.items()
        )
