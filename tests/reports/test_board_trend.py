"""Work over time, and the burn-up towards a session."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import time_machine
from django.http import QueryDict
from lxml import html

from mandates.models import Session
from reports.asked import Asked
from reports.boards.burn_up import BurnUp
from reports.boards.trend import TrendPage, month_ends
from reports.clocks import Moment
from tests.factories import NOON, SessionFactory

from .board_world import NOW, make_world
from .test_board_page import asked

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(db):
    make_world()
    with time_machine.travel(NOW, tick=False):
        yield


def page_of(query: str = "") -> TrendPage:
    return TrendPage.of(QueryDict(query), path="/boards/trend/", now=NOW)


def test_months_end_on_their_last_day_and_the_last_point_is_the_day_itself():
    assert month_ends(date(2028, 3, 15), 3) == (date(2028, 1, 31), date(2028, 2, 29), date(2028, 3, 15))


def test_the_trend_says_what_was_open_done_and_overdue_at_the_ends_of_months(world):
    points = {point.day.isoformat(): [cell.n for cell in point.cells] for point in page_of().points}
    #                                tasks open done overdue silent
    assert points["2026-11-24"] == [9, 6, 2, 1, 1]
    assert points["2026-10-31"] == [9, 6, 2, 0, 1]
    assert points["2026-09-30"] == [8, 6, 1, 0, 1]
    assert points["2026-05-31"] == [0, 0, 0, 0, 0]
    assert len(points) == 12


def test_each_number_of_the_trend_is_what_the_list_as_at_that_day_asks_for(world):
    cells = [cell for point in page_of("unit=none").points + page_of().points for cell in point.cells]
    assert [(cell.n, cell.url) for cell in cells if cell.n and cell.n != asked(cell.url)] == []


def test_the_picture_shows_the_numbers_of_the_table_and_says_so_in_words(world, client, mariam):
    client.force_login(mariam)
    page = html.fromstring(client.get("/boards/trend/").text)
    (picture,) = page.xpath("//*[local-name()='svg' and @role='img']")
    assert "Open tasks went from 0 in December 2025 to 6 in November 2026; overdue ones from 0 to 1." in picture.get(
        "aria-label"
    )
    labels = picture.xpath(".//*[local-name()='text' and @class='strong']/text()")
    assert sorted(labels) == ["1 overdue", "2 done", "6 open"]
    assert len(page.xpath("//tbody/tr")) == 12
    assert len(html.fromstring(client.get("/boards/trend/?months=24").text).xpath("//tbody/tr")) == 24


def test_the_burn_up_tells_week_by_week_what_was_owed_and_done_until_today(world):
    burn = BurnUp.of(Session.objects.get(code="CSTD-30"), moment=Moment.of(NOW), deadline=date(2026, 12, 21))
    weeks = {week.day.isoformat(): [cell.n for cell in week.cells] for week in burn.weeks}
    assert list(weeks)[:2] == ["2026-11-24", "2026-11-17"]
    assert weeks["2026-10-13"] == [3, 0, 0]
    assert weeks["2026-10-20"] == [3, 1, 0]
    assert len(weeks) == 14
    assert [mark.words for mark in burn.chart.marks] == ["today", "deadline"]
    cells = [cell for week in burn.weeks for cell in week.cells if cell.n]
    assert [(cell.n, cell.url) for cell in cells if cell.n != asked(cell.url)] == []


def test_the_burn_up_begins_a_week_before_there_was_work(world):
    session, moment = Session.objects.get(code="CSTD-30"), Moment.at(date(2026, 6, 10))
    weeks = BurnUp.of(session, moment=moment, deadline=None).weeks
    assert [week.day for week in weeks] == [date(2026, 6, 10), date(2026, 6, 3), date(2026, 5, 27)]


def test_the_burn_up_ends_where_the_session_does(world):
    session = Session.objects.get(code="CSTD-30")
    late = Moment.of(NOON + timedelta(days=400))
    burn = BurnUp.of(session, moment=late, deadline=date(2026, 12, 21))
    assert burn.weeks[0].day == session.ends
    assert burn.weeks[0].cells[0].n == Asked.of(QueryDict("session=CSTD-30&status=all")).tasks(late).count()


def test_a_session_to_which_nothing_is_owed_has_no_burn_up(db, client, mariam):
    session = SessionFactory()
    assert BurnUp.of(session, moment=Moment.of(NOW), deadline=None) is None
    client.force_login(mariam)
    assert "burn-up" not in client.get(f"/sessions/{session.code}/").text


def test_the_page_of_a_session_shows_its_burn_up_with_the_numbers(world, client, mariam):
    client.force_login(mariam)
    page = html.fromstring(client.get("/sessions/CSTD-30/").text)
    (section,) = page.xpath("//section[@aria-labelledby='burn-up']")
    assert section.xpath(".//*[local-name()='svg']/@role") == ["img"]
    assert section.xpath(".//tbody/tr[1]//td//text()") == ["3", "1", "0"]
