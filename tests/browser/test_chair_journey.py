"""The chair at a meeting: where do we stand per action line, what was it last time, on the wall and on paper."""

from __future__ import annotations

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from mandates.models import Task
from tests.factories import MemberFactory
from tests.reports.board_world import make_world

pytestmark = pytest.mark.browser


@pytest.fixture
def denis(transactional_db):
    """The chair of the working group, and a world that he asks about."""
    make_world()
    return MemberFactory(username="denis", first_name="Denis", last_name="Moreau", role="chair")


def test_the_chair_reads_the_lines_opens_a_number_and_comes_back_by_keyboard(visit, denis):
    who = visit()
    who.log_in("denis", then="/boards/lines/")
    expect(who.page.locator("h1")).to_have_text("Action lines")
    assert who.accessibility_findings() == []

    who.tab_to("Skip to the content")
    who.press("Enter")
    who.tab_to("2 sub-lines")
    who.press("Enter")
    who.page.wait_for_url("**/boards/lines/?open=C7")
    row = who.page.get_by_role("row").filter(has=who.page.get_by_role("link", name="Line C7.1"))
    expect(row).to_be_visible()
    number = row.locator("td.tasks a")
    words = int(number.inner_text())
    number.press("Enter")
    who.page.wait_for_url("**/work/all/?line=C7.1&status=all")
    expect(who.page.locator(".lede")).to_contain_text(f"{words} tasks.")
    who.page.go_back()
    expect(row).to_be_visible()
    assert who.complaints == []


def test_the_chair_looks_at_the_day_of_the_last_meeting_and_takes_the_filter_along(visit, denis):
    who = visit()
    who.log_in("denis", then="/boards/lines/")
    who.page.get_by_label("Lead unit").select_option(label="BDT")
    who.page.get_by_label("or at the end of").fill("2026-10-05")
    who.page.get_by_label("or at the end of").press("Enter")
    who.page.wait_for_url("**/boards/lines/?*at=2026-10-05*")
    then = who.page.locator(".asat")
    expect(then).to_contain_text("As it stood at the end of 5 October 2026")
    who.page.get_by_role("link", name="Units", exact=True).press("Enter")
    who.page.wait_for_url("**/boards/units/?*")
    expect(then).to_be_visible()
    expect(who.page.locator(".without")).to_contain_text("Lead unit: BDT")
    assert who.accessibility_findings() == []
    then.get_by_role("link", name="See today").press("Enter")
    expect(then).to_have_count(0)
    assert who.complaints == []


def test_the_big_view_fills_a_projector_without_a_bar_to_scroll_and_without_script(visit, denis):
    who = visit(java_script_enabled=False, viewport={"width": 1280, "height": 720})
    who.log_in("denis", then="/boards/lines/")
    who.page.get_by_role("link", name="For a projector").press("Enter")
    who.page.wait_for_url("**view=projector**")
    assert who.page.locator("nav, footer, form").count() == 0
    total = who.page.locator("tfoot tr").bounding_box()
    assert total["y"] + total["height"] <= 720
    assert total["x"] + total["width"] <= 1280
    who.page.get_by_role("link", name="Leave the big view").press("Enter")
    who.page.wait_for_url("**/boards/lines/")


def test_a_board_is_printed_lying_on_one_sheet(visit, denis):
    who = visit()
    who.log_in("denis", then="/boards/lines/?open=C7")
    printed = who.page.pdf(prefer_css_page_size=True)
    assert printed.count(b"/Type /Page\n") + printed.count(b"/Type /Page ") <= 1
    assert b"/MediaBox [0 0 841" in printed  # A4, lying
    who.page.emulate_media(media="print")
    expect(who.page.locator(".nav")).not_to_be_visible()
    expect(who.page.get_by_text(f"As it stood on {timezone.localdate():%-d %B %Y}")).to_be_visible()
    assert who.page.locator("table.board tr").first.is_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1024, 1600])
def test_each_board_is_clean_in_light_and_dark_at_each_width(visit, denis, scheme, width):
    who = visit(color_scheme=scheme, viewport={"width": width, "height": 900})
    who.log_in("denis", then="/boards/lines/")
    findings = {}
    for path in (
        "/boards/lines/?open=C7",
        "/boards/lines/?view=projector",
        "/boards/units/?at=2026-10-05",
        "/boards/texts/",
        "/boards/sections/",
        "/boards/sessions/",
        "/boards/forces/",
        "/boards/goals/?line=C1",
        "/boards/lines/units/",
        "/boards/lines/sessions/?show=all",
        "/boards/trend/",
        "/boards/lines/?line=C10",
        "/sessions/CSTD-30/",
    ):
        who.goto(path)
        found = who.accessibility_findings()
        wide = who.page.evaluate("document.documentElement.scrollWidth")
        if wide > width:
            found.append(f"{wide} px wide")
        if found:
            findings[path] = found
    assert findings == {}
    assert who.complaints == []


def test_a_board_of_nothing_says_what_to_do_next(visit, transactional_db):
    MemberFactory(username="denis", role="chair")
    who = visit()
    who.log_in("denis", then="/boards/lines/")
    expect(who.page.get_by_role("heading", name="There is no task yet")).to_be_visible()
    assert who.accessibility_findings() == []
    assert not Task.objects.exists()
