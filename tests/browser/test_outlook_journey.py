"""A chair asks what changed, what comes and what is missing: by keyboard, at three widths, and on paper."""

from __future__ import annotations

import io
import re
from datetime import timedelta

import pdfplumber
import pytest
from django.utils import timezone
from playwright.sync_api import expect

from mandates.actions import demo, demo_work, facts
from mandates.models import Member

pytestmark = pytest.mark.browser


@pytest.fixture
def house(transactional_db) -> Member:
    """The demo as it stands on its first day: every kind of change, of gap and of session is in it."""
    now = timezone.now()
    facts.load(at=now - timedelta(days=400))
    demo.people(at=now)
    li_na = Member.objects.get(username="li.na")
    version = demo.reviewed_copy(by=li_na, clock=lambda: now - demo_work.BEGAN)
    demo_work.lives(version=version, by=li_na, at=now)
    chair = Member.objects.get(username="denis.moreau")
    chair.set_password("correct horse battery")
    chair.save()
    return chair


def test_what_changed_what_comes_and_what_is_missing_by_keyboard_at_each_width_and_on_paper(visit, house):
    who = visit()
    who.log_in("denis.moreau", then="/texts/")
    who.tab_to("Changes")
    who.press("Enter")
    who.page.wait_for_url("**/changes/")
    expect(who.page.locator("h1")).to_contain_text("What changed since CWG-WSIS&SDG 44")
    heads = who.page.locator(".report h2")
    assert [re.sub(r"\s*\d+$", "", one.strip()) for one in heads.all_inner_texts()] == [
        "Done", "New, or in new words", "Dates that moved or became known", "Units, posts and people",
        "Where other work stands", "Late, at risk, or gone silent", "Not changed, and should have",
    ]  # fmt: skip

    # every sentence leads to its record, and "All" to as many as it says
    for link in who.page.locator(".says b a").evaluate_all("links => links.map(link => link.getAttribute('href'))"):
        assert who.page.request.get(who.base + link).ok, link
    whole = who.page.locator(".says__more a").first
    count = int(re.sub(r"\D", "", whole.inner_text()))
    whole.focus()
    who.press("Enter")
    who.page.wait_for_url("**all=*")
    assert who.page.locator(".says > li").count() == min(count, 50)

    # two sheets of paper say it all
    who.goto("/changes/")
    printed = pdfplumber.open(io.BytesIO(who.page.pdf(prefer_css_page_size=True)))
    assert len(printed.pages) <= 2
    assert "Not changed, and should have" in printed.pages[-1].extract_text()

    # from another day, typed
    who.page.get_by_role("combobox", name="Since").fill("2026-01-31")
    who.press("Enter")
    who.page.wait_for_url("**since=2026-01-31**")
    expect(who.page.locator("h1")).to_have_text("What changed since 31 January 2026")

    # what comes, and what is missing
    who.page.get_by_role("link", name="What comes in the next six years").press("Enter")
    who.page.wait_for_url("**/outlook/")
    tied = who.page.locator(".ahead td a", has_text="open task").first
    count = int(re.sub(r"\D", "", tied.inner_text()))
    tied.press("Enter")
    who.page.wait_for_url("**/work/all/?session=**")
    expect(who.page.locator(".work tbody tr")).to_have_count(count)
    who.goto("/missing/")
    number = who.page.locator(".missing td.n a").first
    count = int(re.sub(r"\D", "", number.locator("b").inner_text()))
    number.press("Enter")
    who.page.wait_for_url("**show=lead**")
    expect(who.page.locator("#rows .rows > li")).to_have_count(count)
    assert who.complaints == []

    findings = {}
    for scheme in ("light", "dark"):
        who.page.emulate_media(color_scheme=scheme)
        for width in (360, 1024, 1600):
            who.page.set_viewport_size({"width": width, "height": 900})
            for path in ("/changes/", "/changes/?all=worse", "/outlook/", "/missing/?show=citations", "/sessions/"):
                who.goto(path)
                found = who.accessibility_findings()
                wide = who.page.evaluate("document.documentElement.scrollWidth")
                if wide > width:
                    found.append(f"{wide} px wide")
                if found:
                    findings[scheme, width, path] = found
    assert findings == {}
