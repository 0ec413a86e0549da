"""A number of a board, which is a link to exactly the rows that it counts."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from reports.clocks import Moment
from reports.rollup import Counts, Links, Scope

from .words import LABELS

LOOKS = {"": "tasks", "overdue": "late", "silent": "sil"}


@dataclass(frozen=True, slots=True)
class Cell:
    """How a number looks, what its column is called, and the address of its rows; 0 has none."""

    look: str
    label: str
    n: int
    url: str


def figure(counts: Counts, measure: str) -> int:
    """One of the figures of a row; all its tasks where `measure` is empty."""
    return getattr(counts, measure or "total")


class Cells:
    """Makes the cells of one board: a page has hundreds, so what they share is made once."""

    def __init__(self, scope: Scope, moment: Moment) -> None:
        self.link = Links(scope, moment)
        self.labels = {measure: str(words) for measure, words in LABELS.items()}

    def cell(self, counts: Counts, measure: str, *, key: str = "", across_key: str = "", label: str = "") -> Cell:
        """The cell of a measure in a row (without `key`: in the total), called by its measure unless it is said how."""
        n = figure(counts, measure)
        label = label or self.labels[measure]
        if not n:
            return Cell("zero", label, 0, "")
        url = self.link(key=key, across_key=across_key, measure=measure)
        return Cell(LOOKS.get(measure, ""), label, n, url)

    def sentence(self, total: Counts) -> SafeString:
        """How it all stands, in one sentence whose every number is a link."""
        n = total.total
        whole = format_html(
            _("{tasks}: {open}, {done}, {off}."),
            tasks=self._said(ngettext("%(n)d task", "%(n)d tasks", n) % {"n": n}, ""),
            open=self._said(_("%(n)d open") % {"n": total.open}, "open"),
            done=self._said(_("%(n)d done") % {"n": total.done}, "done"),
            off=self._said(_("%(n)d closed otherwise") % {"n": total.off}, "off"),
        )
        if not total.open:
            return whole
        late = ngettext("%(n)d is overdue", "%(n)d are overdue", total.overdue) % {"n": total.overdue}
        return format_html(
            _("{whole} Of the open ones {overdue} and {silent}."),
            whole=whole,
            overdue=self._said(late, "overdue"),
            silent=self._said(ngettext("%(n)d silent", "%(n)d silent", total.silent) % {"n": total.silent}, "silent"),
        )

    def _said(self, words: str, measure: str) -> SafeString:
        return format_html('<a href="{}">{}</a>', self.link(measure=measure), words)
