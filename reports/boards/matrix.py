"""Two things crossed: work by action line and unit, by line and session, by any two of what is counted by."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from django.http import QueryDict
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from reports.rollup import Counts, Rollup, Scope, rollup

from .cells import Cell, Cells, figure
from .frame import BoardAddress, Frame, Way
from .names import Name, Offered, names_of
from .words import HEADINGS, LABELS, SEVERAL, TOTALS, crossed

# What a matrix can count, as it stands in the address, and the measure that this is.
SHOWS = {"open": "open", "overdue": "overdue", "silent": "silent", "done": "done", "all": ""}
COLUMNS, ROWS = 16, 100  # that can be read; of more, those with most


@dataclass(frozen=True, slots=True)
class Row:
    name: Name
    url: str
    cells: tuple[Cell, ...]  # one a column, and the row's own number last

    @property
    def level(self) -> str:
        return f"board__part board__part--{min(self.name.depth, 4)}" if self.name.depth else ""


@dataclass(frozen=True)
class MatrixPage:
    """A matrix of one number. The same number of queries for one task and for a million."""

    frame: Frame
    title: str
    heading: str
    counted: str  # what, in words
    sentence: SafeString
    counting: tuple[str, ...]
    columns: tuple[Name, ...]
    rows: tuple[Row, ...]
    total: Row
    shows: tuple[Way, ...]
    turned: str
    is_empty: bool

    @classmethod
    def of(cls, query: QueryDict, *, by: str, across: str, path: str, now: datetime) -> Self:
        address = BoardAddress.of(query, by=by, across=across, path=path, now=now)
        scope, moment = address.scope, address.moment
        show = SHOWS.get(address.show, "open")
        offered = Offered.on(address.today)
        counted = rollup(scope, moment)
        sums = rollup(Scope(across, "", scope.where), moment).rows
        crossing = Crossing(address, Cells(scope, moment), counted, sums, show)
        columns = crossing.names(across, sums, COLUMNS, offered)
        rows = crossing.names(by, counted.rows, ROWS, offered)
        columns = [name for name in columns if figure(sums.get(name.key, Counts()), show)]
        rows = [name for name in rows if not name.depth or figure(counted.rows.get(name.key, Counts()), show)]
        return cls(
            frame=Frame.of(address, offered),
            title=crossed(by, across),
            heading=str(HEADINGS[by]),
            counted=str(LABELS[show]),
            sentence=crossing.cells.sentence(counted.total),
            counting=tuple(_counting(scope, crossing, len(columns))),
            columns=tuple(columns),
            rows=tuple(crossing.row(name, columns) for name in rows),
            total=crossing.total(columns),
            shows=tuple(
                Way(str(LABELS[measure]), address.url(show=name), measure == show) for name, measure in SHOWS.items()
            ),
            turned=address.url(reverse("matrix", args=[across, by])),
            is_empty=not counted.total.total,
        )

    @property
    def files(self) -> tuple[tuple[str, str], ...]:
        """The same table to take with you."""
        scope, address = self.frame.address.scope, self.frame.address
        found = ((_("Excel"), "matrix-xlsx"), (_("CSV"), "matrix-csv"))
        return tuple((words, address.url(reverse(name, args=[scope.by, scope.across]))) for words, name in found)


def _counting(scope: Scope, crossing: Crossing, shown: int) -> Iterable[str]:
    """How the numbers are to be read, and what is left out."""
    yield from dict.fromkeys(str(SEVERAL[name]) for name in scope.dimensions if SEVERAL[name])
    there = sum(1 for counts in crossing.sums.values() if figure(counts, crossing.show))
    if there > shown:
        yield _("Of %(all)d columns the %(n)d with most are shown; the board has them all.") % {
            "all": there,
            "n": shown,
        }


@dataclass(frozen=True)
class Crossing:
    """The figures of a matrix: of each pair, of each row, and (`sums`) of each column."""

    address: BoardAddress
    cells: Cells
    counted: Rollup
    sums: Mapping[str, Counts]
    show: str

    def names(self, by: str, rows: Mapping[str, Counts], most: int, offered: Offered) -> list[Name]:
        """The rows, or the columns, that hold something; those with most where there are too many to be read."""
        found = [key for key, counts in rows.items() if figure(counts, self.show)]
        kept = sorted(found, key=lambda key: -figure(rows[key], self.show))[:most]
        return names_of(by, kept, offered=offered, where=self.address.scope.where, day=self.address.today)

    def cell(self, counts: Counts, key: str, across_key: str, label: str) -> Cell:
        return self.cells.cell(counts, self.show, key=key, across_key=across_key, label=label)

    def row(self, name: Name, columns: Iterable[Name]) -> Row:
        pairs = [
            self.cell(self.counted.cells.get((name.key, column.key), Counts()), name.key, column.key, column.words)
            for column in columns
        ]
        own = self.cell(self.counted.rows.get(name.key, Counts()), name.key, "", _("All"))
        url = name.url or self.cells.link(key=name.key)
        return Row(name, url, (*pairs, own))

    def total(self, columns: Iterable[Name]) -> Row:
        sums = [self.cell(self.sums[column.key], "", column.key, column.words) for column in columns]
        name = Name("", str(TOTALS[self.address.scope.by]))
        return Row(name, "", (*sums, self.cell(self.counted.total, "", "", _("All"))))
