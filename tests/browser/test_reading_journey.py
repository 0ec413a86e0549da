"""From the texts to what a session asks for, by keyboard; and how each reading page is for those who can’t see it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from mandates.actions import facts, suggestions, versions
from mandates.models import Document, Instruction, Schedule, Version
from reader import as_json, read

pytestmark = pytest.mark.browser


@pytest.fixture
def text(li_na, boris, mariam, sample: Path) -> Version:
    """Resolution 1332 as proposed, with what is certain confirmed and the rest left."""
    from tests.factories import DocumentFactory

    now = timezone.now()
    facts.load(at=now)
    document: Document = DocumentFactory(received_by=li_na, original_name=sample.name)
    version = versions.lay_down(
        reading=as_json(read(sample.read_bytes(), sample.name)), document=document, by=li_na, at=now
    )
    suggestions.confirm_certain(version=version, by=li_na, at=now)
    for suggested in version.suggestions.undecided().filter(fields__deadline__session="CSTD-30"):
        suggestions.confirm(suggestion=suggested, seen=suggested.revision, by=li_na, at=now)
    return version


@pytest.fixture
def report(text: Version) -> Instruction:
    """The report to CSTD 30, confirmed."""
    schedule = Schedule.objects.filter(session__code="CSTD-30").order_by("pk").last()
    return schedule.instruction


def test_from_the_texts_to_what_a_session_asks_for_with_the_keyboard_only(visit, report):
    who = visit()
    who.log_in("mariam.diallo", then="/texts/")
    who.tab_to("Council Resolution 1332")
    who.press("Enter")
    who.page.wait_for_url("**/texts/itu-council-1332/C26/")
    expect(who.page.locator("h1")).to_have_text("Council Resolution 1332")

    who.tab_to("Skip to the content")  # past the navigation, which has "Changes" too
    who.press("Enter")
    who.tab_to("Changes")
    who.press("Enter")
    who.page.wait_for_url("**?show=changes")
    assert who.page.locator("ins").count() > 20
    assert who.page.locator("del").count() > 20

    who.page.get_by_role("link", name=report.title).focus()
    who.press("Enter")
    who.page.wait_for_url("**/instructions/*/")
    expect(who.page.locator("h1")).to_have_text(report.title)
    expect(who.page.locator("mark").first).to_be_visible()

    who.tab_to("CSTD 30")
    who.press("Enter")
    who.page.wait_for_url("**/sessions/CSTD-30/")
    expect(who.page.locator("h1")).to_have_text("CSTD 30 (2027): what it asks for")
    expect(who.page.locator(f'a[href="{report.get_absolute_url()}"]')).to_be_visible()
    assert who.complaints == []


def test_the_number_of_a_paragraph_is_its_permalink_and_what_it_leads_to_is_lit(visit, text):
    row = text.paragraphs.get(address="instructs the Secretary-General/5")
    who = visit()
    who.log_in("mariam.diallo", then="/texts/")
    who.goto(f"/p/{row.pk}/")
    target = who.page.locator(f"#{row.anchor}")
    assert who.page.url.endswith(f"#{row.anchor}")
    expect(target).to_be_in_viewport()
    lit = target.evaluate("e => getComputedStyle(e).backgroundColor")
    assert lit not in {"rgba(0, 0, 0, 0)", who.page.evaluate("getComputedStyle(document.body).backgroundColor")}


def test_a_list_is_narrowed_and_widened_and_the_address_keeps_it(visit, report):
    who = visit()
    who.log_in("mariam.diallo", then="/instructions/")
    who.page.get_by_label("Due at").select_option("CSTD-30")
    who.page.get_by_label("Due at").press("Tab")
    who.tab_to("Show")
    who.press("Enter")
    who.page.wait_for_url(re.compile(r"session=CSTD-30"))
    shown = who.page.locator("tbody tr")
    assert shown.count() == Instruction.objects.open().filter(schedules__session__code="CSTD-30").count() > 0
    who.page.reload()
    assert who.page.get_by_label("Due at").input_value() == "CSTD-30"
    who.page.get_by_role("link", name="Due at: CSTD 30").press("Enter")
    who.page.wait_for_url(lambda url: "CSTD-30" not in url)
    assert shown.count() > 10


def test_a_coordinator_edits_an_instruction_and_puts_the_text_in_force_without_a_mouse(visit, report, text):
    who = visit()
    who.log_in("li.na", then=report.get_absolute_url())
    who.page.get_by_role("link", name="Edit", exact=True).press("Enter")
    who.page.wait_for_url("**/edit/")
    who.page.get_by_label("In short").focus()
    who.press("Control+a")
    who.page.keyboard.type("Report to CSTD 30 on the task force")
    who.press("Enter")
    who.page.wait_for_url("**/instructions/*/")
    expect(who.page.locator("h1")).to_have_text("Report to CSTD 30 on the task force")
    expect(who.page.locator(".history")).to_contain_text("changed the short title")

    who.goto(text.get_absolute_url())
    who.tab_to("Put in force, defer or withdraw")
    who.press("Enter")
    who.press("Tab", "Tab")  # past the reason
    expect(who.page.get_by_role("button", name="Put in force")).to_be_focused()
    who.press("Enter")
    expect(who.page.get_by_text("Res. 1332 (C26) is now in force.")).to_be_visible()
    expect(who.page.locator("ol.line")).to_contain_text("superseded")
    assert who.complaints == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1024, 1600])
def test_each_reading_page_is_clean_in_light_and_dark_at_each_width(visit, report, text, scheme, width):
    address = text.get_absolute_url()
    who = visit(color_scheme=scheme, viewport={"width": width, "height": 900})
    who.log_in("li.na", then="/texts/")
    findings = {}
    for path in (
        "/texts/",
        address,
        f"{address}?show=before",
        f"{address}?show=changes",
        f"{address}?show=changes&only=new",
        "/instructions/",
        "/instructions/?q=nothing+of+the+kind&force=instructs",
        report.get_absolute_url(),
        f"{report.get_absolute_url()}edit/",
        "/sessions/",
        "/sessions/CSTD-30/",
        "/sessions/CSTD-30/move/",
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
