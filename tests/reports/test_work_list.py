"""The list of all work: its filters, its counts, its order, and the table that is taken from it."""

from __future__ import annotations

import csv
import itertools
from datetime import date, timedelta

import pytest
import time_machine
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext

from mandates.models import ActionLine, LineTag, Member, Task, Unit, Version
from mandates.views.work import Worker, clock_of
from reports import boxes
from reports.clocks import CLOCKS, Moment, clocked
from reports.rollup import folding
from reports.work_list import FILTERS, WorkListPage
from tests.factories import (
    NOON,
    MemberFactory,
    ParagraphFactory,
    SectionFactory,
    SessionFactory,
    TaskFactory,
    UnitFactory,
    VersionFactory,
    instruction_in,
)

TODAY = NOON.date()


def page_of(query: str = "", *, by: Member | None = None) -> WorkListPage:
    return WorkListPage.of(QueryDict(query), member=by or Member.objects.first() or MemberFactory(), now=NOON)


def titles(page: WorkListPage) -> list[str]:
    return [row.task.instruction.title for row in page.rows]


def named(title: str, **more) -> Task:
    return TaskFactory(instruction__title=title, **more)


def counts(page: WorkListPage, name: str) -> dict[str, int]:
    return {choice.value: choice.count for one in page.filters if one.name == name for choice in one.choices}


@pytest.fixture
def now():
    with time_machine.travel(NOON, tick=False):
        yield NOON


# ── The clocks ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_clock_in_the_database_is_the_clock_of_my_work_for_whoever_approves_nothing(db):
    """Two statements of one rule: every mix of dates, words and states stands in the same group in both."""
    viewer = MemberFactory(role="viewer")
    days = (None, -1, 0, 1, 80, 81)
    for matters, latest, said, waiting, submitted, status in itertools.product(
        days, (None, -1, 0, 5), (None, 89, 91), ("", "the Deputy"), (None, NOON), ("none", "done")
    ):
        if latest is not None and (matters is None or latest <= matters):
            continue
        TaskFactory(
            instruction__title="x",
            due_on=None if matters is None else TODAY + timedelta(matters),
            late_after=None if latest is None else TODAY + timedelta(latest),
            last_word_at=said and NOON - timedelta(said),
            waiting_for=waiting,
            submitted_at=submitted,
            status=status,
            created_at=NOON - timedelta(91),
        )
    worker, moment = Worker.of(viewer, NOON), Moment.of(NOON)
    by_query = {task.pk: task.clock for task in clocked(Task.objects.all(), moment)}
    by_rule = {task.pk: clock_of(task, worker) for task in Task.objects.filter(is_open=True)}
    assert by_query == by_rule
    assert set(by_query.values()) == set(CLOCKS)


def test_each_number_of_a_filter_is_what_the_list_holds_when_it_is_chosen(db):
    unit = UnitFactory(abbr="BDT")
    session = SessionFactory()
    instruction = instruction_in(ParagraphFactory(), title="Report")
    ActionLine.objects.create(code="C7", title="Applications", position=7)
    line = ActionLine.objects.create(code="C7.1", title="E-government", position=8, parent=ActionLine.objects.get())
    LineTag.objects.create(instruction=instruction, action_line=line)
    TaskFactory(instruction=instruction, lead=unit, session=session, status="risk")
    TaskFactory(lead=None, due_on=None)
    TaskFactory(due_on=date(2026, 1, 1), submitted_at=NOON)
    TaskFactory(status="done")
    chosen = 0
    for name in FILTERS:
        for value, count in counts(page_of(), name).items():
            assert page_of(f"{name}={value}").total == count, (name, value)
            chosen += count > 0
    assert chosen > 12


def test_a_unit_brings_the_work_of_the_units_below_it(db):
    bdt = UnitFactory(abbr="BDT")
    below = UnitFactory(abbr="BDT/DKH", parent=bdt)
    named("Above", lead=bdt)
    named("Below", lead=below)
    named("Elsewhere", lead=UnitFactory(abbr="TSB"))
    assert sorted(titles(page_of(f"unit={bdt.pk}"))) == ["Above", "Below"]
    assert counts(page_of(), "unit")[str(bdt.pk)] == 2


def test_a_session_brings_what_is_due_at_it_and_what_passes_through_it(db):
    cstd, ecosoc = SessionFactory(), SessionFactory(code="ECOSOC-2027", name="ECOSOC 2027")
    named("At", session=cstd)
    named("Through", session=ecosoc, first_stop=cstd)
    named("Elsewhere", session=ecosoc)
    assert sorted(titles(page_of("session=CSTD-30"))) == ["At", "Through"]


def test_work_on_a_proposed_text_is_told_from_work_on_one_in_force(db):
    adopted = VersionFactory(label="C24", state=Version.State.IN_FORCE)
    proposed = VersionFactory(label="C26", state=Version.State.PROPOSED)
    instruction_in(ParagraphFactory(section=SectionFactory(version=proposed)), title="Proposed")
    instruction_in(ParagraphFactory(section=SectionFactory(version=adopted)), title="Adopted")
    assert titles(page_of("text=proposed")) == ["Proposed"]
    assert titles(page_of("text=adopted")) == ["Adopted"]


def test_the_date_that_matters_leads_and_what_has_none_stands_last(db):
    named("Later", due_on=date(2027, 5, 1))
    named("None", due_on=None)
    named("Soon", due_on=date(2026, 12, 1))
    assert titles(page_of()) == ["Soon", "Later", "None"]


def test_a_row_is_led_by_its_date_even_where_it_waits_or_is_silent(db):
    TaskFactory(due_on=date(2027, 5, 1), waiting_for="Deputy Secretary-General")
    TaskFactory(due_on=date(2027, 5, 2), created_at=NOON - timedelta(200))
    assert [row.when.lead for row in page_of().rows] == ["1 May 2027", "2 May 2027"]


def test_the_date_of_what_waits_for_approval_lies_behind_without_being_late(db):
    named("Report", matters_on=TODAY - timedelta(days=43), submitted_at=NOON, status="prog")
    (row,) = page_of().rows
    assert (row.when.distance, row.when.late) == ("43 days ago", False)


@pytest.mark.parametrize(
    "query",
    [
        "unit=zz&session=%00&line=C99&status=xx&clock=yy&resolution=no&text=no&page=99&order=no",
        "unit=99999999999999999999",
        "unit=-1&page=-3",
        "q=%00%25_'\"",
        f"q={'long ' * 400}",
        "clock=overdue&clock=soon&mark=all",
    ],
)
def test_an_address_that_makes_no_sense_finds_nothing_and_breaks_nothing(client, li_na, now, query):
    TaskFactory()
    client.force_login(li_na)
    for path in ("/work/all/", "/work/all/tasks.csv", "/work/all/tasks.xlsx"):
        answer = client.get(f"{path}?{query}")
        assert answer.status_code == 200
        if answer.streaming:
            b"".join(answer.streaming_content)


def test_a_filter_that_finds_nothing_offers_the_way_back(client, li_na, now):
    TaskFactory()
    client.force_login(li_na)
    html = client.get("/work/all/?status=risk&q=nothing").text
    assert "No task fits all of these filters" in html
    assert 'href="?status=risk"' in html


# ── How much is asked ────────────────────────────────────────────────────────────────────────────────────────────


def test_a_list_of_five_and_of_sixty_tasks_asks_the_same_number_of_questions(client, li_na, now):
    section = SectionFactory()

    def fill(count: int) -> None:
        for _number in range(count):
            TaskFactory(
                instruction=instruction_in(ParagraphFactory(section=section), by=li_na), session=SessionFactory()
            )

    client.force_login(li_na)
    asked = []
    for count in (5, 55):
        fill(count)
        client.get("/work/all/")
        with CaptureQueriesContext(connection) as questions:
            assert client.get("/work/all/").status_code == 200
        asked.append(len(questions))
    assert asked[0] == asked[1]


# ── Marks, views, tables ─────────────────────────────────────────────────────────────────────────────────────────


def test_where_very_many_tasks_fit_the_filters_stand_without_counts(client, li_na, now, monkeypatch):
    monkeypatch.setattr(boxes, "MANY", 2)
    unit = UnitFactory(abbr="SPM")
    for number in range(3):
        named(f"Task {number}", lead=unit, due_on=TODAY)
    other = named("Alone", lead=UnitFactory(abbr="TSB"), due_on=TODAY).lead

    page = page_of(f"unit={unit.pk}")
    assert (page.total, page.is_uncounted) == (3, True)
    offered = {one.name: {choice.value: choice.count for choice in one.choices} for one in page.filters}
    assert set(offered["clock"]) == set(CLOCKS)
    assert {"open", "all", "risk"} <= set(offered["status"])
    assert offered["unit"] == {"none": None, str(unit.pk): None, str(other.pk): None}
    assert offered["resolution"] == offered["section"] == {}
    assert {count for choices in offered.values() for count in choices.values()} == {None}
    client.force_login(li_na)
    assert b"Values are counted where no more than 2 tasks fit." in client.get("/work/all/").content

    narrowed = page_of(f"unit={other.pk}")
    assert (narrowed.total, narrowed.is_uncounted) == (1, False)
    assert counts(narrowed, "status")["open"] == 1
    assert set(counts(narrowed, "unit").values()) == {None}  # without the unit there are four


@pytest.mark.parametrize("status", ["open", "closed", "all", "risk", "done", "off", "over", "approve"])
def test_very_many_tasks_of_a_status_are_as_many_as_the_list_holds_folded_or_not(db, monkeypatch, status):
    for kept in ("risk", "risk", "risk", "done", "over", "notus", "prog"):
        TaskFactory(status=kept, submitted_at=NOON if kept == "prog" else None)
    counted = page_of(f"status={status}").total
    monkeypatch.setattr(boxes, "MANY", 0)
    assert page_of(f"status={status}").total == counted  # nothing is folded: they are counted
    folding.rebuild(now=NOON)
    assert page_of(f"status={status}").total == counted
    TaskFactory(status="risk")
    more = status in {"open", "all", "risk"}
    assert page_of(f"status={status}").total == counted + more  # with what happened since


@pytest.mark.parametrize(
    ("number", "shown"), [("", 1), ("2", 2), ("3", 2), ("0", 2), ("-1", 2), ("9" * 30, 2), ("x", 1)]
)
def test_a_page_that_is_not_there_is_the_last_or_the_first(db, number, shown):
    for day in range(51):
        TaskFactory(due_on=TODAY + timedelta(day))
    page = page_of(f"page={number}")
    assert (page.page.number, len(page.rows), page.total) == (shown, {1: 50, 2: 1}[shown], 51)


def test_a_unit_that_came_within_the_last_minute_stands_in_the_filter_by_name(db):
    TaskFactory(lead=UnitFactory(abbr="SPM"))
    page_of()
    new = UnitFactory(abbr="NEW")
    TaskFactory(lead=new)
    (units,) = [one for one in page_of().filters if one.name == "unit"]
    assert ("NEW", 1) in {(choice.words, choice.count) for choice in units.choices}


def test_only_those_who_may_change_tasks_see_boxes_to_mark_them(client, li_na, now):
    TaskFactory()
    for role, marks in (("coordinator", True), ("chair", False), ("viewer", False)):
        client.force_login(MemberFactory(role=role))
        assert ('name="task"' in client.get("/work/all/").text) is marks, role


def test_all_that_fit_are_marked_over_all_pages(client, li_na, now):
    keys = [TaskFactory(status="risk").pk for _number in range(60)]
    TaskFactory()
    client.force_login(li_na)
    html = client.get("/work/all/?status=risk&mark=all").text
    packed = html.split('name="tasks" value="')[1].split('"')[0]
    assert sorted(map(int, packed.split(","))) == keys


def test_the_table_that_is_taken_holds_exactly_the_rows_of_the_list_in_their_order(client, li_na, now):
    named("Later", due_on=date(2027, 5, 1), status="risk")
    named("Sooner", due_on=date(2027, 1, 1), status="risk")
    named("Other")
    client.force_login(li_na)
    answer = client.get("/work/all/tasks.csv?status=risk&page=2")
    lines = list(csv.DictReader(b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()))
    assert [line["Instruction"] for line in lines] == ["Sooner", "Later"]
    assert answer["Cache-Control"] == "private, no-store"


def test_the_nav_leads_to_the_work_and_the_numbers_of_the_sentence_are_links(client, mariam, now):
    TaskFactory(due_on=date(2026, 1, 1))
    client.force_login(mariam)
    html = client.get("/work/all/").text
    assert '<a href="/work/all/" aria-current="page">Work</a>' in html
    assert '<a href="?clock=overdue">1 overdue</a>' in html
    assert Unit.objects.get().get_absolute_url() in html
