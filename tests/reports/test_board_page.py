"""The boards: every number is a link to exactly its rows, today and as at a past day; filters stay in the address."""

from __future__ import annotations

import csv
import io
from html import escape
from urllib.parse import urlencode, urlsplit

import openpyxl
import pytest
import time_machine
from django.core.cache import cache
from django.http import QueryDict
from lxml import html

from mandates.models import ActionLine, LineTag, Task
from reports.asked import Asked
from reports.boards import names
from reports.boards.page import BoardPage
from reports.clocks import Moment
from reports.rollup import DIMENSIONS
from reports.views_boards import PATHS
from tests.factories import MemberFactory, ResolutionFactory, TaskFactory, UnitFactory

from .board_world import NOW, instruction, lines, links_of, make_world, table_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(db):
    make_world()
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def get(client, mariam):
    """The text of a page."""
    client.force_login(mariam)
    return lambda address: client.get(address).text


@pytest.fixture
def listed(client, mariam):
    """How many tasks the page of the list of work holds at an address."""
    client.force_login(mariam)
    return lambda address: client.get(address).context["page"].total


def asked(address: str) -> int:
    """How many tasks that page asks for: the same without the page, for the many links there are."""
    query = QueryDict(urlsplit(address).query)
    return Asked.of(query).tasks(Moment.asked(query.get("at", ""), NOW)).count()


def page_of(query: str = "", by: str = "line") -> BoardPage:
    return BoardPage.of(QueryDict(query), by=by, path=f"/boards/{PATHS[by]}/", now=NOW)


def numbers(page: BoardPage) -> dict[str, list[int]]:
    """What stands in each row: the seven statuses, the tasks, overdue, silent."""
    return {row.name.code or row.name.words: [cell.n for cell in row.cells] for row in (*page.rows, page.total)}


# ── Every number is its rows ─────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("at", ["", "&at=2026-10-05"])
@pytest.mark.parametrize("by", DIMENSIONS)
def test_each_number_of_a_board_is_what_the_list_behind_it_asks_for(by, at, world, get):
    found = links_of(get(f"/boards/{PATHS[by]}/?open=C7{at}"))
    assert len(found) > 15
    assert all(("at=2026-10-05" in address) == bool(at) for _n, address in found)
    assert [(n, address) for n, address in found if n != asked(address)] == []


CROSSED = [("lines/units/", show) for show in ("open", "overdue", "silent", "done", "all")]
CROSSED += [(path, "all") for path in ("lines/sessions/", "units/forces/", "goals/texts/", "sections/units/")]


@pytest.mark.parametrize(("path", "show"), CROSSED)
def test_each_number_of_a_matrix_is_what_the_list_behind_it_asks_for(path, show, world, get):
    found = links_of(get(f"/boards/{path}?show={show}"))
    assert found
    assert [(n, address) for n, address in found if n != asked(address)] == []


@pytest.mark.parametrize("at", ["", "&at=2026-10-05"])
def test_each_number_of_the_lines_is_what_the_page_behind_it_shows(at, world, get, listed):
    for n, address in links_of(get(f"/boards/lines/?open=C7&resolution=itu-council-1332{at}")):
        assert n == listed(address), address


def test_a_filter_narrows_every_number_and_stays_in_every_link(world, get):
    found = links_of(get("/boards/units/?line=C7&force=invites&open=C7"))
    assert found
    assert all("line=C7" in address and "force=invites" in address for _n, address in found)
    assert [(n, address) for n, address in found if n != asked(address)] == []


def test_the_numbers_of_the_sentence_are_links_too(world, get):
    sentence = html.fromstring(get("/boards/lines/")).xpath("//p[@class='lede']")[0]
    assert sentence.text_content().startswith(
        "9 tasks: 6 open, 2 done, 1 closed otherwise. Of the open ones 1 is overdue and 1 silent."
    )
    for link in sentence.xpath(".//a"):
        assert asked(link.get("href")) == int(link.text_content().split()[0])


# ── The lines ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_an_instruction_on_several_lines_counts_in_each_and_once_in_the_total(world):
    page = page_of("open=C7")
    #           done cont prog risk todo none off  all late silent
    assert numbers(page) == {
        "C1": [1, 0, 1, 0, 1, 0, 0, 3, 1, 0],
        "C2": [1, 0, 1, 0, 1, 0, 0, 3, 1, 0],
        "C7": [1, 1, 0, 0, 0, 0, 1, 3, 0, 0],
        "C7.1": [1, 1, 0, 0, 0, 0, 1, 3, 0, 0],
        "C7.2": [1, 1, 0, 0, 0, 0, 1, 3, 0, 0],
        "C9": [0, 0, 0, 0, 0, 1, 0, 1, 0, 1],
        "C10": [0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
        "–": [0, 0, 1, 0, 1, 0, 0, 2, 0, 0],
        "All action lines": [2, 1, 2, 0, 2, 1, 1, 9, 1, 1],
    }
    assert page.counting[0].startswith("An instruction on several action lines counts in each of them")
    assert page.remarks == ("C9 is silent altogether.", "C10 has no task.")
    assert page.rows[-1].name.words == "All lines, or the process"


def test_what_has_become_of_a_row_leads_to_what_changed_in_its_work_where_that_can_be_asked_for(world, get):
    page = page_of("unit=none")
    since = urlencode({"unit": "none", "since": page.meeting.code})
    leads = {row.name.code: row.change_url for row in page.rows}
    assert leads["C1"] == f"/changes/?{since}&line=C1"
    assert leads["–"] == ""
    assert page.total.change_url == f"/changes/?{since}"
    plain = page_of()
    line = next(row for row in plain.rows if row.name.code == "C1")
    assert escape(line.change_url) in get("/boards/lines/")
    assert "What changed" in get(line.change_url)
    assert {row.change_url for row in page_of("force=instructs").rows} == {""}


def test_the_parts_of_a_line_are_folded_until_the_address_asks_for_them(world, get):
    folded = page_of()
    line = next(row for row in folded.rows if row.name.code == "C7")
    assert [row.name.code for row in folded.rows if "." in row.name.code] == []
    assert (line.fold_words, line.fold_url) == ("2 sub-lines", "/boards/lines/?open=C7")
    opened = next(row for row in page_of("open=C7&unit=none").rows if row.name.code == "C7")
    assert opened.fold_url == "/boards/lines/?unit=none"
    assert "Line C7.1" in get(line.fold_url)


def test_a_row_says_what_has_become_of_it_since_the_group_last_met(world, get):
    page = page_of()
    assert page.meeting.name == "CWG-44 (2026)"
    assert {row.name.code: row.change for row in page.rows if row.change} == {
        "C1": ("−1 open", "+1 done"),
        "C2": ("−1 open", "+1 done"),
        "–": ("+1 open",),
    }
    assert page.total.change == ("+1 done",)
    assert "the end of CWG-44 (2026), 2 October 2026" in get("/boards/lines/")
    assert page_of("at=2026-10-01").meeting is None


def test_a_row_says_what_is_due_next_and_to_which_session_it_goes_first(world):
    due = {row.name.code: (row.due, row.whom) for row in (*page_of().rows, page_of().total)}
    assert due["C1"] == ("12 Feb 2027", "CSTD-30 (2027)")
    assert due["–"] == ("4 Jan 2027", "")
    assert due["C9"] == ("", "")
    before = {row.name.code: (row.due, row.whom) for row in page_of("at=2026-10-05").rows}
    assert before["C1"] == ("3 Nov 2026", "")
    assert before["–"] == ("12 Feb 2027", "CSTD-30 (2027)")


def test_a_line_that_is_new_is_called_by_its_name_at_once(world):
    page_of()
    line = ActionLine.objects.create(code="C11", title="Cooperation", position=11)
    LineTag.objects.create(instruction=Task.objects.first().instruction, action_line=line)
    assert "Cooperation" in [row.name.words for row in page_of().rows]


# ── Other boards ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_units_stand_in_their_tree_and_bring_the_work_of_those_below(world):
    page = page_of(by="unit")
    assert [(row.name.words, row.name.depth, row.counts.total) for row in page.rows] == [
        ("BDT", 0, 3),
        ("GS", 0, 5),
        ("SPM", 1, 3),
        ("No lead unit", 0, 1),
    ]
    assert page.total.counts.total == 9


def test_a_board_of_many_texts_shows_those_with_most_to_do_first_a_page_at_a_time(db, monkeypatch):
    monkeypatch.setattr("reports.boards.page.ON_A_PAGE", 2)
    for number, tasks in (("1", 1), ("2", 3), ("3", 2)):
        row = instruction(resolution=ResolutionFactory(number=number))
        for _each in range(tasks):
            TaskFactory(instruction=row)
    first, last = page_of(by="resolution"), page_of("page=2", by="resolution")
    assert sorted(row.counts.total for row in first.rows) == [2, 3]
    assert [row.counts.total for row in last.rows] == [1]
    assert [(way.words, way.url, way.current) for way in last.pages] == [
        ("1", "/boards/texts/?page=1", False),
        ("2", "/boards/texts/?page=2", True),
    ]
    assert page_of("page=99", by="resolution").rows == last.rows


@pytest.mark.parametrize("path", ["rivers/", "lines/lines/", "lines/rivers/"])
def test_what_nothing_is_counted_by_is_not_found(path, client, mariam):
    client.force_login(mariam)
    assert client.get(f"/boards/{path}").status_code == 404


# ── The address ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_past_day_is_said_on_the_page_and_kept_by_its_links_and_its_form(world, get):
    page = html.fromstring(get("/boards/lines/?at=2026-10-05&unit=none&view=&open=C7"))
    assert page.xpath("//p[@class='asat']")[0].text_content().startswith("As it stood at the end of 5 October 2026")
    assert page.xpath("//select[@name='at']/option[@selected]/@value") == ["2026-10-05"]
    assert page.xpath("//input[@type='hidden' and @name='open']/@value") == ["C7"]
    for way in page.xpath("//nav[@class='boardways']//a/@href"):
        assert "at=2026-10-05" in way
        assert "unit=none" in way


def test_a_day_that_is_typed_takes_the_place_of_the_one_chosen(world, client, mariam):
    client.force_login(mariam)
    answer = client.get("/boards/units/?at=2026-10-02&day=2026-08-01&line=C7")
    assert answer["Location"] == "/boards/units/?at=2026-08-01&line=C7"


def test_a_day_that_is_not_over_or_no_day_is_today(world):
    for typed in ("2026-11-24", "2031-01-01", "soon", "%00", "2026-02-31"):
        assert not page_of(f"at={typed}").frame.is_past


def test_a_session_in_the_address_is_the_end_of_its_last_day(world):
    assert page_of("at=CWG-44").frame.address.moment.day.isoformat() == "2026-10-02"


def test_each_filter_that_is_set_can_be_taken_away(world):
    widenings = page_of("force=invites&unit=none&at=2026-10-05").frame.widenings
    assert {(one.words, one.url) for one in widenings} == {
        ("Lead unit: none", "/boards/lines/?force=invites&at=2026-10-05"),
        ("Force: invites", "/boards/lines/?unit=none&at=2026-10-05"),
    } or {one.url for one in widenings} == {
        "/boards/lines/?force=invites&at=2026-10-05",
        "/boards/lines/?unit=none&at=2026-10-05",
    }


def test_the_view_for_a_projector_has_the_table_and_nothing_around_it(world, get):
    page = get("/boards/lines/?view=projector&at=2026-10-05")
    read = html.fromstring(page)
    assert read.xpath("//nav | //footer | //form") == []
    assert "far" in read.get("class")
    assert len(read.xpath("//tbody/tr")) == len(page_of().rows)
    assert read.xpath("//a[text()='Leave the big view']/@href") == ["/boards/lines/?at=2026-10-05"]
    assert [(n, address) for n, address in links_of(page) if n != asked(address)] == []


# ── To take with you ─────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("path", ["lines/", "units/", "lines/units/"])
def test_the_files_hold_what_the_page_shows(path, world, client, mariam, get):
    client.force_login(mariam)
    query, name = "?at=2026-10-05&open=C7", "matrix" if path.count("/") > 1 else "board"
    shown = [[cell for cell in row if cell.isdigit()] for row in table_of(get(f"/boards/{path}{query}"))[1:]]
    answer = client.get(f"/boards/{path}{name}.csv{query}")
    assert answer["Content-Disposition"].endswith('-2026-10-05.csv"')
    table = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [[cell for cell in row if cell.isdigit()] for row in table[1:]] == shown
    sheet = openpyxl.load_workbook(io.BytesIO(client.get(f"/boards/{path}{name}.xlsx{query}").content)).active
    rows = [[cell for cell in row if isinstance(cell, int)] for row in sheet.iter_rows(min_row=2, values_only=True)]
    assert rows == [[int(cell) for cell in row] for row in shown]


# ── Nothing there ────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("path", ["lines/", "sections/", "lines/units/"])
def test_a_board_of_nothing_says_what_to_do_next(path, db, get):
    page = get(f"/boards/{path}")
    assert "There is no task yet" in page
    assert 'href="/texts/"' in page
    assert "<table" not in page


def test_a_board_that_filters_have_emptied_offers_to_take_them_away(world, get):
    page = get("/boards/lines/?unit=none&force=instructs")
    assert "No task fits all of these filters" in page
    assert "/boards/lines/?force=instructs" in page


def test_before_the_first_task_a_board_leads_back_to_today(world, get):
    page = get("/boards/lines/?at=2026-01-01")
    assert "There was no task yet at the end of 1 January 2026" in page


def test_a_chair_who_does_no_work_begins_the_day_with_the_lines(client, db):
    client.force_login(MemberFactory(role="chair"))
    assert client.get("/")["Location"] == "/boards/lines/"


# ── Questions ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_board_asks_as_much_for_one_task_as_for_fifty_and_little_once_the_past_is_known(
    client, mariam, draw, queries, db
):
    client.force_login(mariam)
    line = lines("C1")["C1"]
    unit = UnitFactory()
    counts = {}
    with time_machine.travel(NOW, tick=False):
        for tasks in (1, 50):
            while Task.objects.count() < tasks:
                TaskFactory(instruction=instruction(line), lead=unit)
            for path in ("lines/", "units/", "sessions/", "lines/units/", "trend/"):
                cache.clear()
                cold = queries(lambda path=path: client.get(f"/boards/{path}"))
                counts[tasks, path] = cold, queries(lambda path=path: client.get(f"/boards/{path}"))
        for path in ("lines/", "units/", "sessions/", "lines/units/", "trend/"):
            assert counts[1, path] == counts[50, path], path
        assert counts[50, "lines/"][1] <= 6
        draw("reports/board.html", mariam, page=page_of())


def test_what_the_filters_offer_is_kept_for_a_minute_only(db, queries):
    names.Offered.on(NOW.date())
    assert queries(lambda: names.Offered.on(NOW.date())) == 0
    assert names.KEPT == 60
