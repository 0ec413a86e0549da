"""Who sits on what, for those who head units: each unit below them, its people, and what it has open."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mandates.models import Holding
from mandates.views.work import LATER, OVERDUE, SILENT, SOON, WAITING

from .chosen import SHOWN, Chosen
from .parts import Line, Part, listed, path_to, safe
from .whose import Tree, Whose

MOST_NAMED = 3  # people of a unit that are named


@dataclass(frozen=True)
class Sits:
    """The people of the units that somebody heads."""

    people: Mapping[int, Sequence[str]]  # unit → who holds a post in it
    tree: Tree
    chosen: Chosen

    @classmethod
    def of(cls, people: Sequence[Whose], day: date, tree: Tree, chosen: Chosen) -> Sits:
        """One query."""
        units = frozenset().union(*(one.heads for one in people))
        named: dict[int, list[str]] = defaultdict(list)
        for holding in (
            Holding.objects.on(day)
            .filter(post__unit__in=units, member__is_active=True)
            .select_related("member", "post")
            .order_by("-post__heads_unit", "pk")
        ):
            if (name := safe(holding.member)) not in named[holding.post.unit_id]:
                named[holding.post.unit_id].append(name)
        return cls(named, tree, chosen)

    def part(self, whose: Whose) -> Part:
        """The units that they head with what is open there, what is late first; empty where it is all their own."""
        counts = {unit: self._counts(unit) for unit in whose.heads}
        units = [unit for unit in whose.heads if sum(counts[unit].values())]
        if {name for unit in units for name in self.people.get(unit, ())} <= {safe(whose.member)} and len(units) < 2:
            return Part(_("Who sits on what"))
        units.sort(key=lambda unit: self._urgency(unit, counts[unit]))
        lines = [self._line(unit, counts[unit]) for unit in units[:SHOWN]]
        return Part(_("Who sits on what"), lines=(*lines, *_rest(len(units) - SHOWN)))

    def _urgency(self, unit: int, counts: Mapping[str, int]) -> tuple:
        return (-counts[OVERDUE], -counts[SILENT], -sum(counts.values()), self.tree.units[unit].abbr)

    def _counts(self, unit: int) -> dict[str, int]:
        counts = {clock: self.chosen.counts.get((unit, clock), 0) for clock in (OVERDUE, SOON, WAITING, SILENT, LATER)}
        counts[WAITING] += self.chosen.waits[unit]
        return counts

    def _line(self, unit: int, counts: Mapping[str, int]) -> Line:
        named = list(self.people.get(unit, ()))
        more = len(named) - MOST_NAMED
        if more > 0:
            named = [*named[:MOST_NAMED], ngettext("%(n)d more", "%(n)d more", more) % {"n": more}]
        words = {
            "unit": self.tree.units[unit].abbr,
            "people": listed(named) or _("nobody holds a post here"),
            "figures": ", ".join(self._figures(counts)),
        }
        return Line(_("%(unit)s (%(people)s): %(figures)s.") % words, path_to("unit", unit), words["unit"])

    def _figures(self, counts: Mapping[str, int]) -> Iterator[str]:
        yield _("%(n)d open") % {"n": sum(counts.values())}
        if n := counts[OVERDUE]:
            yield ngettext("%(n)d overdue", "%(n)d overdue", n) % {"n": n}
        if n := counts[SILENT]:
            yield ngettext("%(n)d silent", "%(n)d silent", n) % {"n": n}
        if n := counts[WAITING]:
            yield ngettext("%(n)d waiting for others", "%(n)d waiting for others", n) % {"n": n}


def _rest(n: int) -> Iterator[Line]:
    if n > 0:
        yield Line(ngettext("And %(n)d more unit.", "And %(n)d more units.", n) % {"n": n}, path_to("units"))
