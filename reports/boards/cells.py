"""A number of a board, which is a link to exactly the rows that it counts."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from reports.clocks import Moment
from reports.rollup import Counts, Scope, link

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


def cell_of(
    scope: Scope, moment: Moment, counts: Counts, measure: str, *, key: str = "", across_key: str = "", label: str = ""
) -> Cell:
    """The cell of a measure in a row (without `key`: in the total), called by its measure unless it is said how."""
    n = figure(counts, measure)
    url = link(scope, moment, key=key, across_key=across_key, measure=measure) if n else ""
    return Cell(LOOKS.get(measure, "") if n else "zero", label or str(LABELS[measure]), n, url)


def sentence(scope: Scope, moment: Moment, total: Counts) -> SafeString:
    """How it all stands, in one sentence whose every number is a link."""

    def said(words: str, measure: str) -> SafeString:
        return format_html('<a href="{}">{}</a>', link(scope, moment, measure=measure), words)

    n = total.total
    whole = format_html(
        _("{tasks}: {open}, {done}, {off}."),
        tasks=said(ngettext("%(n)d task", "%(n)d tasks", n) % {"n": n}, ""),
        open=said(_("%(n)d open") % {"n": total.open}, "open"),
        done=said(_("%(n)d done") % {"n": total.done}, "done"),
        off=said(_("%(n)d closed otherwise") % {"n": total.off}, "off"),
    )
    if not total.open:
        return whole
    late = ngettext("%(n)d is overdue", "%(n)d are overdue", total.overdue) % {"n": total.overdue}
    return format_html(
        _("{whole} Of the open ones {overdue} and {silent}."),
        whole=whole,
        overdue=said(late, "overdue"),
        silent=said(_("%(n)d silent") % {"n": total.silent}, "silent"),
    )
