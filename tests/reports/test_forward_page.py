"""The next six years: which body meets when, what it receives and through whom, with the days counted back."""

from __future__ import annotations

from datetime import date

import pytest
from django.http import QueryDict

from mandates.models import LeadTime, Schedule, Session
from reports.asked import Asked
from reports.clocks import Moment
from reports.forward import NAMED, OutlookPage
from reports.sessions import SessionPage
from tests.factories import (
    NOON,
    BodyFactory,
    MemberFactory,
    ParagraphFactory,
    SectionFactory,
    SessionFactory,
    TaskFactory,
    instruction_in,
)


def page_of(query: str = "") -> OutlookPage:
    return OutlookPage.of(QueryDict(query), NOON)


@pytest.fixture
def cstd(db) -> Session:
    session = SessionFactory(number=30)
    for step, days, lasts in (("document", 17, None), ("translation", 14, 14), ("draft", 56, None), ("inputs", 70, 26)):
        LeadTime.objects.create(body=session.body, step=step, days=days, lasts=lasts)
    return session


@pytest.fixture
def ecosoc(db) -> Session:
    return SessionFactory(
        code="ECOSOC-2027", body=BodyFactory(code="ECOSOC"), name="ECOSOC 2027", starts=date(2027, 7, 5),
        ends=date(2027, 7, 9), precision="day",
    )  # fmt: skip


def rows_behind(url: str) -> int:
    return Asked.of(QueryDict(url.partition("?")[2])).tasks(Moment.of(NOON)).count()


def test_a_session_says_what_it_receives_through_whom_and_by_when(cstd, ecosoc):
    TaskFactory(instruction__title="Report to CSTD", session=cstd)
    TaskFactory(instruction__title="Report to ECOSOC", session=ecosoc, first_stop=cstd, lead=None)
    TaskFactory(instruction__title="Sent already", session=cstd, status="done")
    first, second = page_of().bodies
    (at_cstd,), (at_ecosoc,) = first.sessions, second.sessions
    assert (at_cstd.name, at_cstd.deadline, at_cstd.deadline_note, at_cstd.vague) == (
        "CSTD 30", "12 Feb 2027", "counted back, at the earliest", True,
    )  # fmt: skip
    assert [(step.name, step.day) for step in at_cstd.steps] == [
        ("call for inputs", "4 Dec 2026"), ("draft", "18 Dec 2026"), ("translation", "29 Jan 2027"),
    ]  # fmt: skip
    assert [(one.title, one.lead, one.route) for one in at_cstd.received] == [
        ("Report to CSTD", "SPM", ""), ("Report to ECOSOC", "no lead unit", "on to ECOSOC 2027"),
    ]  # fmt: skip
    assert [(one.title, one.route) for one in at_ecosoc.received] == [("Report to ECOSOC", "through CSTD 30")]
    assert (at_cstd.count, at_cstd.onward, at_ecosoc.count, at_ecosoc.onward) == (2, 1, 1, 0)
    assert page_of().tasks == 2  # each once


def test_every_number_is_the_number_of_rows_of_its_list(cstd, ecosoc):
    for number in range(NAMED + 2):
        TaskFactory(session=cstd, occurrence=f"a{number}")
    for number in range(3):
        TaskFactory(session=ecosoc, first_stop=cstd, occurrence=f"b{number}")
    found = {one.session.code: one for body in page_of().bodies for one in body.sessions}
    assert {code: one.count for code, one in found.items()} == {"CSTD-30": NAMED + 5, "ECOSOC-2027": 3}
    for one in found.values():
        assert rows_behind(one.url) == one.count == len(one.received) + one.more


def test_what_waits_for_a_session_that_is_not_announced_stands_by_body_and_year_with_its_rows(cstd):
    body = BodyFactory(code="HLPF")
    for year, title in ((2028, "First"), (2028, "Second"), (2029, "Third"), (2040, "Far away")):
        task = TaskFactory(instruction__title=title, due_on=date(year, 1, 1), precision="year", occurrence=str(year))
        task.schedule = Schedule.objects.create(instruction=task.instruction, recurrence="FREQ=YEARLY", body=body)
        task.save()
    page = page_of()
    awaited = next(one for one in page.bodies if one.body == body).awaited
    assert [(one.year, one.count) for one in awaited] == [(2028, 2), (2029, 1)]
    alone = page_of(awaited[0].url[1:]).alone
    assert [task.instruction.title for task in alone.rows] == ["First", "Second"]
    for query in ("body=x&year=2028", "body=999&year=2028", "body=1", "body=²&year=2028"):
        assert page_of(query).alone is None


def test_what_comes_back_at_the_last_session_is_what_its_page_lists(cstd):
    li_na, section = MemberFactory(role="coordinator"), SectionFactory()
    for number, until in enumerate(("", "2026", "CSTD-30", "2031")):
        instruction_in(
            ParagraphFactory(section=section, anchor=f"sg-{number}"), by=li_na, reports_to=["CSTD"],
            deadline={"recurrence": "FREQ=YEARLY", "until": until},
        )  # fmt: skip
    instruction_in(ParagraphFactory(section=section, anchor="sg-9"), by=li_na)  # due at it
    body = page_of().bodies[0]
    listed = SessionPage.of(Session.objects.select_related("body").get(), today=NOON.date()).recurring
    assert body.recurring == len(listed) == 3
    assert body.recurring_url == "/sessions/CSTD-30/#recurring"


def test_the_years_end_after_six_and_a_cancelled_session_stands_only_while_work_hangs_on_it(cstd):
    day = {"body": cstd.body, "precision": "day"}
    SessionFactory(code="CSTD-29", starts=date(2026, 11, 20), ends=date(2026, 11, 23), **day)
    SessionFactory(code="CSTD-35", starts=date(2032, 11, 24), ends=date(2032, 11, 26), **day)
    SessionFactory(code="CSTD-36", starts=date(2032, 11, 25), ends=date(2032, 11, 26), **day)
    off = SessionFactory(code="CSTD-31", starts=date(2028, 4, 1), ends=date(2028, 4, 5), state="cancelled", **day)
    codes = [one.session.code for one in page_of().others]
    assert codes == ["CSTD-30", "CSTD-35"]
    TaskFactory(session=off)
    assert [one.session.code for one in page_of().bodies[0].sessions] == ["CSTD-30", "CSTD-31", "CSTD-35"]


def test_the_picture_has_a_bar_for_each_session_hatched_where_its_days_are_not_known(cstd):
    SessionFactory(code="CSTD-31", body=cstd.body, starts=date(2028, 4, 3), ends=date(2028, 4, 7), precision="day")
    TaskFactory(session=cstd)
    chart = page_of().bodies[0].chart
    assert [bar.kind for bar in chart.sessions] == ["vague", "seg--now"]
    assert [number.number for number in chart.numbers] == [1, 2]
    assert (len(chart.steps), len(chart.deadlines)) == (6, 2)
    assert [year.label for year in chart.years] == ["2027", "2028", "2029", "2030", "2031", "2032"]
    assert chart.words.startswith("Sessions from 2026 to 2032: 1 CSTD 30, 2 CSTD-31.")


def test_the_page_asks_as_often_for_three_sessions_as_for_one(cstd, queries):
    TaskFactory(session=cstd, first_stop=cstd)
    first = queries(page_of)
    for number in (31, 32):
        session = SessionFactory(
            code=f"CSTD-{number}", body=BodyFactory(code=f"Body {number}"), starts=date(1997 + number, 4, 1),
            ends=date(1997 + number, 4, 5),
        )  # fmt: skip
        TaskFactory(session=session, first_stop=cstd)
    assert queries(page_of) == first


def test_the_page_is_drawn_without_asking_again_and_says_so_where_nothing_lies_ahead(draw, cstd, mariam):
    TaskFactory(session=cstd, instruction__title="Report <b>")
    html = draw("reports/outlook.html", mariam, page=page_of())
    assert "Report &lt;b&gt;" in html
    assert 'href="/work/all/?session=CSTD-30"' in html
    empty = OutlookPage.of(QueryDict(""), NOON.replace(year=2040))
    assert "No session lies ahead" in draw("reports/outlook.html", mariam, page=empty)
