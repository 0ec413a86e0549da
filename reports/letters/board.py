"""The board's summary, for chairs: how it stands, line by line, and what has changed since their last letter."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mandates.actions import plans
from mandates.models import ActionLine
from reports.clocks import Moment
from reports.rollup import NOBODY, Counts, Rollup, Scope, link, rollup

from .parts import Line, Part, day_in_words, listed, safe

SCOPE = Scope("line")


def in_figures(counts: Counts) -> str:
    """ "12 open, 2 overdue, 3 silent": what is 0 is not said, but for what is open."""
    said = [_("%(n)d open") % {"n": counts.open}]
    if counts.overdue:
        said.append(ngettext("%(n)d overdue", "%(n)d overdue", counts.overdue) % {"n": counts.overdue})
    if counts.silent:
        said.append(ngettext("%(n)d silent", "%(n)d silent", counts.silent) % {"n": counts.silent})
    return ", ".join(said)


@dataclass(frozen=True)
class Boards:
    """The roll-up by action line now, and at the end of the day before each day on which a chair last had a letter."""

    now: Rollup
    then: Mapping[date, Rollup]
    lines: Sequence[ActionLine]

    @classmethod
    def of(cls, since: Sequence[datetime], moment: Moment) -> Boards:
        """One query, one roll-up, and one for each day from which chairs are told."""
        days = {plans.today(at) for at in since}
        return cls(
            rollup(SCOPE, moment),
            {day: rollup(SCOPE, Moment.at(day - timedelta(days=1))) for day in days},
            list(ActionLine.objects.filter(parent=None).order_by("position")),
        )

    def part(self, since: datetime) -> Part:
        day = plans.today(since)
        return Part(title=_("The board"), lines=tuple(self._lines(day)))

    def _lines(self, day: date) -> Iterator[Line]:
        before = self.then[day]
        yield Line(self._whole(before.total, day), link(SCOPE, self.now.moment))
        names = [(line.code, safe(line)) for line in self.lines]
        for key, name in [*names, (NOBODY, _("All lines, or the process"))]:
            counts, then = self.now.rows.get(key, Counts()), before.rows.get(key, Counts())
            changes = _changes(counts, then)
            if counts.overdue or counts.silent or changes:
                words = {"line": name, "figures": in_figures(counts), "changes": ", ".join(changes)}
                sentence = _("%(line)s: %(figures)s (%(changes)s).") if changes else _("%(line)s: %(figures)s.")
                yield Line(sentence % words, link(SCOPE, self.now.moment, key=key, measure="open"), name)

    def _whole(self, before: Counts, day: date) -> str:
        total = self.now.total
        words = {"n": total.total, "figures": in_figures(total)}
        said = ngettext("%(n)d task: %(figures)s.", "%(n)d tasks: %(figures)s.", total.total) % words
        words = {"day": day_in_words(day), "changes": listed(_changes(total, before))}
        since = _("Since %(day)s: %(changes)s.") if words["changes"] else _("Nothing has changed since %(day)s.")
        return f"{said} {since % words}"


def _changes(now: Counts, then: Counts) -> list[str]:
    """ "3 more done", "1 more overdue", "2 fewer silent"."""
    more = {
        "total": _("%(n)d more in all"), "closed": _("%(n)d more closed"), "overdue": _("%(n)d more overdue"),
        "silent": _("%(n)d more silent"),
    }  # fmt: skip
    fewer = {
        "total": _("%(n)d fewer in all"), "closed": _("%(n)d fewer closed"), "overdue": _("%(n)d fewer overdue"),
        "silent": _("%(n)d fewer silent"),
    }  # fmt: skip
    steps = {name: getattr(now, name) - getattr(then, name) for name in more}
    return [(more if n > 0 else fewer)[name] % {"n": abs(n)} for name, n in steps.items() if n]
