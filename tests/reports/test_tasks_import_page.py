"""A table comes back: what would change is shown, and all of it is taken, or nothing."""

from __future__ import annotations

import csv
import io
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from mandates.models import Task
from tests.factories import TaskFactory, UnitFactory

ADDRESS = "/work/all/import/"


def exported(client, query: str = "") -> list[dict[str, str]]:
    body = b"".join(client.get(f"/work/all/tasks.csv{query}").streaming_content)
    return list(csv.DictReader(io.StringIO(body.decode("utf-8-sig"), newline="")))


def file_of(rows: list[dict[str, str]], name: str = "tasks.csv") -> SimpleUploadedFile:
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, rows[0].keys())
    writer.writeheader()
    writer.writerows(rows)
    return SimpleUploadedFile(name, out.getvalue().encode())


def hidden(html: str) -> dict[str, str]:
    return {name: re.search(f'name="{name}" value="([^"]*)"', html)[1] for name in ("packed", "token", "name")}


@pytest.fixture
def rows(client, li_na) -> list[dict[str, str]]:
    UnitFactory(abbr="BDT")
    for title in ("First", "Second"):
        TaskFactory(instruction__title=title)
    client.force_login(li_na)
    return exported(client)


def test_an_edited_export_is_shown_and_then_taken(client, rows):
    rows[0]["Lead unit"], rows[1]["Due"] = "BDT", "2027-06-01"
    seen = client.post(ADDRESS, {"file": file_of(rows)})
    assert "2 tasks would change." in seen.text
    assert "Nothing is saved yet." in seen.text
    assert not Task.objects.filter(lead__abbr="BDT").exists()
    form = hidden(seen.text)
    assert client.post(ADDRESS, form, follow=True).text.count("2 tasks are changed by the table.") == 1
    assert Task.objects.get(pk=rows[0]["Task"]).lead.abbr == "BDT"
    assert "This table was taken already." in client.post(ADDRESS, form, follow=True).text


def test_an_export_that_nobody_touched_changes_nothing_and_offers_nothing(client, rows):
    html = client.post(ADDRESS, {"file": file_of(rows)}).text
    assert "The table says what we hold: nothing would change." in html
    assert 'name="packed"' not in html


def test_one_bad_row_keeps_the_whole_table_out_and_says_why(client, rows):
    rows[0]["Lead unit"], rows[1]["Lead unit"] = "BDT", "Nowhere"
    answer = client.post(ADDRESS, {"file": file_of(rows)})
    assert answer.status_code == 422
    assert "1 row can’t be taken, so nothing is." in answer.text
    assert "There is no unit “Nowhere”." in answer.text
    assert 'name="packed"' not in answer.text
    assert not Task.objects.filter(lead__abbr="BDT").exists()


def test_what_somebody_did_after_the_preview_stops_the_whole(client, rows):
    rows[0]["Lead unit"] = "BDT"
    form = hidden(client.post(ADDRESS, {"file": file_of(rows)}).text)
    Task.objects.filter(pk=rows[0]["Task"]).update(revision=7)
    answer = client.post(ADDRESS, form)
    assert answer.status_code == 409
    assert "Somebody else has changed this task since." in answer.text
    assert not Task.objects.filter(lead__abbr="BDT").exists()


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (None, "Choose a file first."),
        (b"", "The file is empty."),
        (b"\x00\x01\x02 no table", "no table that can be read"),
        (b"PK\x03\x04 broken", "Excel"),
        (b"a;b\n1;2\n", "The first row must hold headings"),
        (b"Task,Revision\n", "nothing would change"),
        (b"Task,Revision\n999999,1\nx,y\n", "There is no task 999999."),
    ],
)
def test_a_file_that_is_no_table_is_answered_with_a_sentence(client, li_na, data, sentence):
    client.force_login(li_na)
    files = {} if data is None else {"file": SimpleUploadedFile("tasks.xlsx", data)}
    assert sentence in client.post(ADDRESS, files).text


def test_a_damaged_preview_is_refused_in_a_sentence(client, li_na):
    client.force_login(li_na)
    assert "The preview is out of date." in client.post(ADDRESS, {"packed": "x"}).text


def test_the_template_is_an_excel_file_with_our_headings(client, mariam):
    client.force_login(mariam)
    answer = client.get("/work/all/template.xlsx")
    assert b"".join(answer.streaming_content).startswith(b"PK")
    assert "tasks-template.xlsx" in answer["Content-Disposition"]
