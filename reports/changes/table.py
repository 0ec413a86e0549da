"""What changed as a table: a row a sentence, as CSV and as Excel. Nothing in it is ever a formula."""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Iterable, Iterator
from typing import IO

import xlsxwriter
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from reports.tables.columns import LONGEST_CELL
from reports.tables.write import BOM, safe

from .page import Group

HEADINGS: tuple[tuple[str | Promise, int], ...] = (
    (gettext_lazy("Group"), 26),
    (gettext_lazy("About"), 44),
    (gettext_lazy("What changed"), 60),
    (gettext_lazy("In whose words"), 44),
    (gettext_lazy("Where it stands"), 30),
    (gettext_lazy("Unit"), 24),
    (gettext_lazy("Besides"), 28),
    (gettext_lazy("Who and when"), 32),
    (gettext_lazy("Address"), 40),
)


def rows_of(groups: Iterable[Group], base: str) -> Iterator[list[str]]:
    """The rows below the heading; `base` is what stands before the addresses of our pages."""
    for group in groups:
        for one in group.sentences:
            words = "".join(run.text for run in one.words if run.side != "before")
            yield [
                group.title,
                one.about,
                one.says,
                one.quote or words,
                str(one.address or ""),
                one.unit,
                "; ".join(one.notes),
                one.who,
                f"{base}{one.url}",
            ]


def csv_lines(groups: Iterable[Group], base: str) -> Iterator[bytes]:
    """The table as lines of a CSV file in UTF-8."""
    yield BOM.encode()
    for row in ([str(words) for words, _width in HEADINGS], *rows_of(groups, base)):
        line = io.StringIO()
        csv.writer(line).writerow([safe(cell) for cell in row])
        yield line.getvalue().encode()


def xlsx_file(groups: Iterable[Group], base: str) -> IO[bytes]:
    """The table as an Excel file: an open temporary file at its beginning, which is gone when it is closed."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it
    plain = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(file, {"constant_memory": True, **plain})
    heading = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
    text = book.add_format({"text_wrap": True, "valign": "top"})
    sheet = book.add_worksheet(_("Changes")[:31])
    sheet.freeze_panes(1, 0)
    for number, (words, width) in enumerate(HEADINGS):
        sheet.set_column(number, number, width, text)
        sheet.write_string(0, number, str(words), heading)
    for number, row in enumerate(rows_of(groups, base), start=1):
        for column, cell in enumerate(row):
            sheet.write_string(number, column, cell[:LONGEST_CELL], text)
    book.close()
    file.seek(0)
    return file
