"""A board: work rolled up by action line, unit, text, section, session, force or goal, as it stands or stood on a day.

Every number is a link to exactly the rows that it counts; `reports.rollup` counts them and makes the links.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Self
from urllib.parse import urlencode

from django.http import QueryDict
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from reports.changes.scope import NAMES
from reports.charts import LineChart, Stretch, bar
from reports.rollup import MEASURES, NOBODY, Counts, Rollup, rollup

from . import past
from .cells import Cell, Cells
from .frame import BoardAddress, Frame, Way
from .names import Meeting, Name, Offered, names_of
from .next_due import next_sessions
from .trend import small_chart
from .words import ADDS, COLUMNS, HEADINGS, MARKS, SEVERAL, TITLES, TOTALS, day_said

ON_A_PAGE = 100  # rows
LONG = ("resolution", "section")  # there may be thousands of rows: those with most to do first, a page at a time


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the board, or its total. `bar` is drawn from the seven numbers that stand in `cells` too."""

    name: Name
    url: str
    counts: Counts
    bar: tuple[Stretch, ...]
    bar_words: str
    cells: tuple[Cell, ...]
    open: Cell
    due: str  # the day on which something is due next
    due_url: str
    whom: str  # to which session that goes
    change: tuple[str, ...]  # since the last session: "+3 open", "+2 done"
    change_url: str = ""  # what has changed since then in this row's work; empty where the page cannot be asked for it
    fold_url: str = ""  # shows its parts or hides them
    fold_words: str = ""
    is_unfolded: bool = False

    @property
    def far(self) -> tuple[Cell, ...]:
        """What is read from far away: open, done, overdue, silent."""
        done, overdue, silent = (self.cells[COLUMNS.index(measure)] for measure in ("done", "overdue", "silent"))
        return self.open, done, overdue, silent

    @property
    def level(self) -> str:
        return f"board__part board__part--{min(self.name.depth, 4)}" if self.name.depth else ""


@dataclass(frozen=True)
class BoardPage:
    """A board. The same number of queries for one task and for a million."""

    frame: Frame
    title: str
    heading: str
    marks: tuple[tuple[str, str], ...]  # (mark, words) of the columns with numbers
    sentence: SafeString
    remarks: tuple[str, ...]
    counting: tuple[str, ...]
    rows: tuple[Row, ...]
    total: Row
    meeting: Meeting | None  # with which it is compared
    chart: LineChart | None
    pages: tuple[Way, ...]  # where there are more rows than on one

    @classmethod
    def of(cls, query: QueryDict, *, by: str, path: str, now: datetime) -> Self:
        address = BoardAddress.of(query, by=by, path=path, now=now)
        scope, moment = address.scope, address.moment
        offered = Offered.on(address.today)
        counted = rollup(scope, moment)
        meeting = _meeting(address, offered)
        listed, pages = _listed(counted.rows, address, query.get("page", ""))
        names = names_of(by, listed, offered=offered, where=scope.where, day=address.today)
        shown = [name for name in names if not name.parent or by != "line" or name.parent in address.opened]
        figures = {name.key: counted.rows.get(name.key, Counts()) for name in shown}
        cells = Cells(scope, moment)
        drawn = Drawing(
            total_name=str(TOTALS[by]),
            cells=cells,
            counted=counted,
            before=past.rollup_on(scope, meeting.ends) if meeting else None,
            whom=next_sessions(scope, moment, {**figures, "": counted.total}, offered),
            changes=_changes(address, meeting),
        )
        rows = [drawn.row(name, figures[name.key]) for name in shown]
        return cls(
            frame=Frame.of(address, offered, compares=True),
            title=str(TITLES[by]),
            heading=str(HEADINGS[by]),
            marks=tuple((MARKS.get(measure, measure), cells.labels[measure]) for measure in COLUMNS),
            sentence=cells.sentence(counted.total),
            remarks=tuple(_remarks(names, counted.rows)) if by == "line" else (),
            counting=tuple(filter(None, (str(SEVERAL[by]), str(ADDS)))),
            rows=tuple(_folded(rows, names, address)) if by == "line" else tuple(rows),
            total=drawn.total(),
            meeting=meeting,
            chart=small_chart(scope, moment, counted.total) if counted.total.total else None,
            pages=pages,
        )

    @property
    def is_empty(self) -> bool:
        return not self.total.counts.total

    @property
    def legend(self) -> tuple[tuple[str, str], ...]:
        return self.marks[: len(MEASURES)]

    @property
    def trend_url(self) -> str:
        return self.frame.address.url(reverse("trend"), without=("view", "open", "since"))

    @property
    def far_labels(self) -> tuple[str, ...]:
        return tuple(cell.label for cell in self.total.far)

    @property
    def files(self) -> tuple[tuple[str, str], ...]:
        """The same table to take with you."""
        by, address = self.frame.address.scope.by, self.frame.address
        found = ((_("Excel"), "board-xlsx"), (_("CSV"), "board-csv"))
        return tuple((words, address.url(reverse(name, args=[by]), without=("view",))) for words, name in found)


def _meeting(address: BoardAddress, offered: Offered) -> Meeting | None:
    """The session since which changes are told: the chosen one, or the last of the working group or the Council."""
    day = address.moment.day
    return next((one for one in offered.over(day) if one.code == address.since), offered.last_meeting(day))


def _listed(rows: Mapping[str, Counts], address: BoardAddress, page: str) -> tuple[list[str], tuple[Way, ...]]:
    """The keys of the rows of a page, and the ways to all pages where they don't stand on one."""
    if address.scope.by not in LONG or len(rows) <= ON_A_PAGE:
        return list(rows), ()
    keys = sorted(rows, key=lambda key: (key == NOBODY, -rows[key].open, -rows[key].total, key))
    pages = -(-len(keys) // ON_A_PAGE)
    number = min(int(page[:6]), pages) if page.isascii() and page.isdigit() and int(page[:6]) else 1
    ways = tuple(Way(str(each), address.url(page=str(each)), each == number) for each in range(1, pages + 1))
    return keys[(number - 1) * ON_A_PAGE :][:ON_A_PAGE], ways


# ── Rows ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Drawing:
    """What the rows of one board are drawn from: figures now and at the last session, and where things go next."""

    total_name: str
    cells: Cells
    counted: Rollup
    before: Rollup | None
    whom: Mapping[str, str]
    changes: Callable[[str], str]

    def row(self, name: Name, counts: Counts) -> Row:
        return self._row(name, counts, self.before.rows.get(name.key, Counts()) if self.before else None)

    def total(self) -> Row:
        return self._row(Name("", self.total_name), self.counted.total, self.before.total if self.before else None)

    def _row(self, name: Name, counts: Counts, before: Counts | None) -> Row:
        numbers = [(measure, getattr(counts, measure)) for measure in MEASURES]
        said = ", ".join(f"{n} {self.cells.labels[measure].lower()}" for measure, n in numbers if n)
        return Row(
            name=name,
            url=name.url or self.cells.link(key=name.key),
            counts=counts,
            bar=bar(numbers),
            bar_words=f"{name.code or name.words}: {said}",
            cells=tuple(self.cells.cell(counts, measure, key=name.key) for measure in COLUMNS),
            open=self.cells.cell(counts, "open", key=name.key),
            due=day_said(counts.next_due, "j M Y") if counts.next_due else "",
            due_url=self.cells.link(key=name.key, measure="open") if counts.next_due else "",
            whom=self.whom.get(name.key, ""),
            change=tuple(_change(counts, before)) if before else (),
            change_url=self.changes(name.key),
        )


def _change(now: Counts, before: Counts) -> Iterable[str]:
    """What has become of a row's work since then; nothing where it is as it was."""
    if opened := now.open - before.open:
        yield _("%(n)s open") % {"n": _signed(opened)}
    if done := now.done - before.done:
        yield _("%(n)s done") % {"n": _signed(done)}


def _changes(address: BoardAddress, meeting: Meeting | None) -> Callable[[str], str]:
    """Gives the address of what has changed in a row's work since the session, up to the day of the board.

    A difference counts no rows, so it leads to what brought it about. That page is narrowed by fewer things than a
    board: where it would tell of other work, there is none.
    """
    scope = address.scope
    if meeting is None or not set(scope.where) <= set(NAMES):
        return lambda key: ""
    asked = {**scope.where, "since": meeting.code, "until": address.moment.param}

    def url(key: str) -> str:
        if key and (key == NOBODY or scope.by not in NAMES):
            return ""
        parts = {**asked, **({scope.by: key} if key else {})}
        return f"{reverse('changes')}?{urlencode({name: value for name, value in parts.items() if value})}"

    return url


def _signed(n: int) -> str:
    return f"+{n}" if n > 0 else f"−{-n}"


def _folded(rows: Iterable[Row], names: Iterable[Name], address: BoardAddress) -> Iterable[Row]:
    """The rows that have parts with the address that shows or hides them."""
    parts: dict[str, int] = {}
    for name in names:
        if name.parent:
            parts[name.parent] = parts.get(name.parent, 0) + 1
    for row in rows:
        key = row.name.key
        if key not in parts:
            yield row
            continue
        is_open = key in address.opened
        opened = [one for one in address.opened if one != key] if is_open else [*address.opened, key]
        words = ngettext("%(n)d sub-line", "%(n)d sub-lines", parts[key]) % {"n": parts[key]}
        yield replace(row, fold_url=address.url(open=opened), fold_words=words, is_unfolded=is_open)


def _remarks(names: Iterable[Name], rows: Mapping[str, Counts]) -> Iterable[str]:
    """What the numbers of the lines don't say by themselves: which are silent altogether, which have no task."""
    lines = [(name, rows.get(name.key, Counts())) for name in names if not name.parent and name.key != NOBODY]
    silent = [name.code for name, counts in lines if counts.open and counts.silent == counts.open]
    if silent:
        words = ngettext("%(lines)s is silent altogether.", "%(lines)s are silent altogether.", len(silent))
        yield words % {"lines": get_text_list(silent, _("and"))}
    empty = [name.code for name, counts in lines if not counts.total]
    if empty and len(empty) < len(lines):
        words = ngettext("%(lines)s has no task.", "%(lines)s have no task.", len(empty))
        yield words % {"lines": get_text_list(empty, _("and"))}
