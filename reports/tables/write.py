"""The table out: CSV as a stream, Excel through a temporary file; nothing in it is ever a formula."""

from __future__ import annotations

import csv
import re
import tempfile
from collections.abc import Iterable, Iterator
from datetime import date
from typing import IO

import xlsxwriter
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from mandates.models import Member, Task, states

from .columns import COLUMNS, LONGEST_CELL, rows_of

# What a spreadsheet takes for a formula when it opens a CSV file (OWASP, "CSV Injection"), the wide forms that some
# locales read alike included. Such a cell gets an apostrophe in front; one that looks as if it had got one, too, so
# that `read` can take exactly one away.
FORMULA = re.compile(r"'*[=+\-@\t\r\n＝＋－＠]")
BOM = "\ufeff"  # by which Excel knows that it is UTF-8
SHEET_MOST = 1_048_575  # rows below the heading in Excel


def safe(cell: str) -> str:
    """A cell that no spreadsheet runs. `read.plain_of` is its way back."""
    return f"'{cell}" if FORMULA.match(cell) else cell


class _Echo:
    """A file that hands each line on instead of keeping it."""

    def write(self, line: str) -> str:
        return line


def csv_lines(*, tasks: QuerySet[Task], by: Member) -> Iterator[bytes]:
    """The table as lines of a CSV file in UTF-8, for a streaming response."""
    writer = csv.writer(_Echo())
    yield f"{BOM}{writer.writerow([str(column.heading) for column in COLUMNS])}".encode()
    for _task, cells in rows_of(tasks=tasks, by=by):
        yield writer.writerow([safe(cells[column.key]) for column in COLUMNS]).encode()


def xlsx_file(*, tasks: QuerySet[Task], by: Member) -> IO[bytes]:
    """The table as an Excel file: an open temporary file at its beginning, which is gone when it is closed."""
    return _workbook(cells for _task, cells in rows_of(tasks=tasks, by=by))


def template() -> IO[bytes]:
    """An empty table with the headings, a list of the states to choose from, and a sheet that says how to fill it."""
    return _workbook([])


def _workbook(rows: Iterable[dict[str, str]]) -> IO[bytes]:
    file = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it
    book = xlsxwriter.Workbook(
        file,
        {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False},
    )
    styles = {
        "heading": book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"}),
        "fixed": book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top", "italic": True}),
        "text": book.add_format({"text_wrap": True, "valign": "top"}),
        "day": book.add_format({"num_format": "yyyy-mm-dd", "valign": "top"}),
    }
    sheet = book.add_worksheet(_("Tasks")[:31])
    sheet.freeze_panes(1, 0)
    for number, column in enumerate(COLUMNS):
        sheet.set_column(number, number, column.width, styles["day"] if column.kind == "day" else styles["text"])
        sheet.write_string(0, number, str(column.heading), styles["fixed" if column.fixed else "heading"])
    last = 0
    for last, cells in enumerate(rows, start=1):
        if last > SHEET_MOST:
            break
        for number, column in enumerate(COLUMNS):
            _write(sheet, last, number, column.kind, cells[column.key], styles)
    _offer_states(sheet, max(last, 1000))
    _say_how(book, styles)
    book.close()
    file.seek(0)
    return file


def _write(sheet, row: int, number: int, kind: str, cell: str, styles: dict) -> None:
    if not cell:
        return
    if kind == "number":
        sheet.write_number(row, number, int(cell), styles["text"])
    elif kind == "day" and cell >= "1900-03-01":  # before that, Excel's calendar is not ours
        sheet.write_datetime(row, number, date.fromisoformat(cell), styles["day"])
    else:
        sheet.write_string(row, number, cell[:LONGEST_CELL], styles["text"])


def _offer_states(sheet, last: int) -> None:
    number = next(number for number, column in enumerate(COLUMNS) if column.key == "status")
    labels = [str(Task.Status(status).label) for status in (*states.OPEN, *states.ENDS)]
    # A list of choices is one text of at most 255 characters; "Done, to approve" is no choice, so others are let in.
    if len(",".join(labels)) <= 255 and not any("," in label for label in labels):
        sheet.data_validation(
            1, number, last, number, {"validate": "list", "source": labels, "error_type": "information"}
        )


def _say_how(book, styles: dict) -> None:
    sheet = book.add_worksheet(_("How to fill it")[:31])
    sheet.set_column(0, 0, 20)
    sheet.set_column(1, 1, 90)
    lines = [(str(column.heading), str(column.note) or _("For reading: it is not changed by a table."))
             for column in COLUMNS]  # fmt: skip
    for row, (heading, note) in enumerate(lines):
        sheet.write_string(row, 0, heading, styles["heading"])
        sheet.write_string(row, 1, note, styles["text"])
