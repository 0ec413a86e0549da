"""The values that a filter offers where too many tasks fit for each value to be counted while somebody waits.

Of texts and sections, of which there may be tens of thousands, none is offered then: boards and texts lead to theirs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

from django.utils.translation import gettext as _

from mandates.models import ActionLine, Goal, Session, Task, Unit
from mandates.models.addresses import session_name

from .clocks import Moment
from .facets import FILTERS, NONE

Named = Iterator[tuple[str, str]]
MANY = 5_000  # tasks: so many are counted by each value, more are not
RECENT = timedelta(days=400)  # sessions that ended earlier are not offered


def values(name: str, moment: Moment) -> Named:
    """(value, words) of what the filter `name` offers. One query at most."""
    if name in OFFERED:
        yield from OFFERED[name](moment)
    elif name in ALWAYS:
        for value, words, _count in FILTERS[name].counts(Task.objects.none(), moment):
            yield value, words


def _units(moment: Moment) -> Named:
    yield NONE, _("No lead unit")
    for unit in Unit.objects.only("abbr", "outside").order_by("outside", "abbr"):
        yield str(unit.pk), unit.abbr


def _sessions(moment: Moment) -> Named:
    rows = Session.objects.select_related("body").filter(ends__gte=moment.day - RECENT)
    for row in rows.order_by("starts", "code"):
        name = session_name(row)
        yield row.code, name if str(row.year) in name else f"{name} ({row.year})"
    yield NONE, _("No session")


def _lines(moment: Moment) -> Named:
    for line in ActionLine.objects.order_by("position"):
        yield line.code, f"{line.code} {line.short}".strip()
    yield NONE, _("All lines, or the process")


def _goals(moment: Moment) -> Named:
    for goal in Goal.objects.order_by("number"):
        yield str(goal.number), str(goal)
    yield NONE, _("No goal")


OFFERED: dict[str, Callable[[Moment], Named]] = {
    "unit": _units, "session": _sessions, "line": _lines, "goal": _goals
}  # fmt: skip
ALWAYS = frozenset({"clock", "status", "text"})  # these have all their values, whatever tasks there are
