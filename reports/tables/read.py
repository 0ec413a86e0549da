"""The table in: a CSV or Excel file from anybody becomes rows of text, or one sentence that says why not."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import openpyxl
from django.utils.translation import gettext as _

from mandates.actions import Refused, evidence
from mandates.models.words import plain
from reader import package
from reader.document import Unreadable
from reader.limits import Limits, megabytes

from .columns import BY_KEY, headings

MOST_ROWS = 5_000  # tasks in one table: more than any organization keeps by hand
MOST_COLUMNS = 60
SHEET_ROWS = 1_048_576  # of an Excel sheet
# A table of 5,000 tasks is 2 MB of Excel, and unpacks to 15.
LIMITS = Limits(file_bytes=5_000_000, unpacked_bytes=60_000_000, part_bytes=40_000_000, elements=1_000_000)
APOSTROPHE = re.compile(r"'+[=+\-@\t\r\n＝＋－＠]")
# Excel writes a character that XML can't hold as _x000D_, and what looks like that as _x005F_x000D_.
ESCAPED = re.compile(r"_x005F_(?=x[0-9A-Fa-f]{4}_)|_x000D_")


@dataclass(frozen=True)
class Table:
    """What a file holds: cells as text by the key of their column, each row with its number in the sheet.

    `unread` are the headings that we don't know; nothing of those columns is taken.
    """

    rows: tuple[tuple[int, dict[str, str]], ...]
    unread: tuple[str, ...] = ()


def read(*, data: bytes) -> Table:
    """The table in a file, told by its content. Refused, with a sentence, where it is none or asks too much of us."""
    if not data.strip():
        raise Refused(_("The file is empty."))
    if len(data) > LIMITS.file_bytes:
        raise Refused(
            _("The file has %(size)s; a table of at most %(most)s can be read.")
            % {"size": megabytes(len(data)), "most": megabytes(LIMITS.file_bytes)}
        )
    lines = _excel(data) if data.startswith(b"PK\x03\x04") else _csv(data)
    return _table(lines)


def plain_of(cell: str) -> str:
    """A cell of a CSV file without the apostrophe that `write.safe` put before it."""
    return cell[1:] if APOSTROPHE.match(cell) else cell


def _table(lines: list[tuple[int, list[str]]]) -> Table:
    if not lines:
        raise Refused(_("The file is empty."))
    known = headings()
    unread: list[str] = []
    columns: dict[int, str] = {}
    for place, heading in enumerate(lines[0][1]):
        key = known.get(plain(heading).casefold())
        if key is None:
            if plain(heading):
                unread.append(plain(heading, 80))
        elif key in columns.values():
            raise Refused(_("Two columns are called “%(heading)s”.") % {"heading": plain(heading, 80)})
        else:
            columns[place] = key
    if "task" not in columns.values() and not {"resolution", "address"} <= set(columns.values()):
        raise Refused(
            _("The first row must hold headings, among them “%(task)s”, or “%(resolution)s” and “%(address)s”.")
            % {key: BY_KEY[key].heading for key in ("task", "resolution", "address")}
        )
    rows = []
    for number, line in lines[1:]:
        cells = {columns[place]: plain(cell) for place, cell in enumerate(line) if place in columns}
        if any(cells.values()):
            rows.append((number, cells))
    if len(rows) > MOST_ROWS:
        raise Refused(_("The table has more than %(most)d rows. Bring it in parts.") % {"most": MOST_ROWS})
    return Table(tuple(rows), tuple(unread))


# ── CSV ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def _csv(data: bytes) -> list[tuple[int, list[str]]]:
    text = _decoded(data)
    known = headings()
    best: list[tuple[int, list[str]]] = []
    most, chosen = -1, ","
    for mark in ",;\t":  # whichever makes most of the headings ours: Excel writes that of its country
        try:
            heading: list[str] = next(_lines(text, mark), [])
        except csv.Error:
            continue
        ours = sum(plain(cell).casefold() in known for cell in heading)
        if ours > most:
            most, chosen = ours, mark
    try:
        for number, line in enumerate(_lines(text, chosen), start=1):
            if any(line):
                best.append((number, [plain_of(cell) for cell in line[:MOST_COLUMNS]]))
            if len(best) > MOST_ROWS + 1:
                break
    except csv.Error:
        raise Refused(_("The file is no table that can be read. Save it as CSV (UTF-8) or as .xlsx.")) from None
    return best


def _lines(text: str, mark: str) -> Any:
    return csv.reader(io.StringIO(text, newline=""), delimiter=mark)


def _decoded(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ["utf-16"]
    else:
        encodings = ["utf-8-sig", "cp1252"]  # the second is what older Excels write in Western Europe
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise Refused(_("The file is no table that can be read. Save it as CSV (UTF-8) or as .xlsx."))


# ── Excel ────────────────────────────────────────────────────────────────────────────────────────────────────────


def _excel(data: bytes) -> list[tuple[int, list[str]]]:
    if evidence.kind_of(data=data, limits=LIMITS) != "xlsx":
        raise Refused(_("The file is a Word or PowerPoint file. Save the table as .xlsx or CSV and bring that."))
    try:
        package.check_directory(data, LIMITS)
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            infos = package.checked_entries(archive, LIMITS, len(data))
            package.Package(archive, LIMITS, infos).screen(set())
    except Unreadable as why:
        raise Refused(str(why)) from None
    try:
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
        try:
            sheet = book.worksheets[0]
            sheet.reset_dimensions()  # what a file says of its size need not be so
            lines = []
            rows = sheet.iter_rows(max_row=SHEET_ROWS, max_col=MOST_COLUMNS, values_only=True)
            for number, row in enumerate(rows, start=1):
                if any(value is not None for value in row):  # sheets are often formatted far below what they hold
                    lines.append((number, [_cell(value) for value in row]))
                if len(lines) > MOST_ROWS + 1:
                    break
        finally:
            book.close()
    except Exception:  # openpyxl raises whatever its parsers do; the file is at fault, and kept out
        raise Refused(_("The file is no Excel table that can be read. Open it in Excel and save it again.")) from None
    return lines


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, str):
        return ESCAPED.sub(lambda found: "\n" if found[0] == "_x000D_" else "_", value)
    return str(value)
