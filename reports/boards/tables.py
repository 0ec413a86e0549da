"""A board or a matrix as a table to take with you: what the page shows, row by row, as CSV or Excel."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date

import xlsxwriter
from django.utils.translation import gettext as _

from reports.tables.write import BOM, safe

from .matrix import MatrixPage
from .page import BoardPage

Value = str | int | date | None
Line = Sequence[Value]
WIDTH = 40  # characters of the first column in Excel


def board_rows(page: BoardPage) -> list[Line]:
    """The heading, each row of the board (parts that are folded on the page are not in it), and the total."""
    compared = [_("Since %(session)s") % {"session": page.meeting.name}] if page.meeting else []
    labels = [label for _mark, label in page.marks]
    lines: list[Line] = [
        [_("Code"), page.heading, _("Role or note"), *labels, *compared, _("Next due"), _("To whom")],
    ]
    for row in (*page.rows, page.total):
        numbers = [cell.n for cell in row.cells]
        change = [", ".join(row.change)] if compared else []
        name = row.name
        lines.append([name.code, name.words, name.note, *numbers, *change, row.counts.next_due, row.whom])
    return lines


def matrix_rows(page: MatrixPage) -> list[Line]:
    """The heading, each row of the matrix, and the total."""
    lines: list[Line] = [[_("Code"), page.heading, *(column.words for column in page.columns), _("All")]]
    for row in (*page.rows, page.total):
        lines.append([row.name.code, row.name.words, *(cell.n for cell in row.cells)])
    return lines


def csv_of(rows: Iterable[Line]) -> bytes:
    """A CSV file in UTF-8, which no spreadsheet takes for formulas."""
    out = io.StringIO()
    writer = csv.writer(out)
    for row in rows:
        writer.writerow([safe(_text(value)) if isinstance(value, str) else _text(value) for value in row])
    return f"{BOM}{out.getvalue()}".encode()


def xlsx_of(rows: Sequence[Line], *, title: str, day: str) -> bytes:
    """An Excel file: numbers as numbers, days as days; the sheet is called by the board, its day stands in its head."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(
        out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    )
    sheet = book.add_worksheet("".join(" " if each in "[]:*?/\\" else each for each in title)[:31])
    bold, days = book.add_format({"bold": True, "bottom": 1, "text_wrap": True}), "yyyy-mm-dd"
    plain, dated = book.add_format(), book.add_format({"num_format": days})
    sheet.freeze_panes(1, 2)
    sheet.set_column(1, 2, WIDTH)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.set_header(f"&L{title.replace('&', '&&')}&R{day}")
    for number, row in enumerate(rows):
        for place, value in enumerate(row):
            if isinstance(value, date):
                sheet.write_datetime(number, place, value, dated)
            elif isinstance(value, int):
                sheet.write_number(number, place, value, plain)
            elif value:
                sheet.write_string(number, place, value, bold if number == 0 else plain)
    book.close()
    return out.getvalue()


def _text(value: Value) -> str:
    if isinstance(value, date):
        return value.isoformat()
    return "" if value is None else str(value)
