"""A member says where a task stands: by keyboard alone, beside somebody else, without a script."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from mandates.actions import comments, evidence, plans, status
from mandates.models import Task
from tests.factories import HoldingFactory, InstructionFactory, PostFactory, SessionFactory, TaskFactory, UnitFactory
from tests.mandates.work import task

pytestmark = pytest.mark.browser


@pytest.fixture
def spm(mariam, boris, transactional_db):
    """Mariam Diallo's post, and a colleague's."""
    unit = UnitFactory(name="Strategic Planning and Membership")
    HoldingFactory(member=mariam, post=PostFactory(unit=unit))
    return unit


@pytest.fixture
def work(spm, mariam, li_na) -> dict[str, Task]:
    """One task of each group."""
    now = timezone.now()
    day = plans.today(now)
    rows = {
        "late": task(title="Submit the report to PP-26", due_on=day - timedelta(43), status="risk"),
        "soon": task(title="Report to CSTD 30", due_on=day + timedelta(20), status="todo", session=SessionFactory()),
        "silent": task(title="Maintain the Trust Fund", due_on=None, status="cont", created_at=now - timedelta(117)),
        "later": task(title="Report to CSTD 31", due_on=day + timedelta(400), status="todo"),
        "handed in": task(title="Prepare the final report", due_on=day, status="prog", session=SessionFactory()),
    }
    given = [evidence.Given(link="C26/59")]
    status.update(task=rows["handed in"], to="done", words="x", by=li_na, at=now, seen=1, evidence=given)
    return rows


def home(who) -> None:
    who.log_in("mariam.diallo", then=reverse("my-work"))


def test_a_member_says_where_a_task_stands_with_the_keyboard_only(visit, work):
    who, row = visit(), work["soon"]
    home(who)
    who.tab_to("Report to CSTD 30")
    who.tab_to(f"open-{row.pk}")
    who.press_and_wait("Enter")
    expect(who.page.locator(f"#t{row.pk}-status_0")).to_be_focused()  # the status as it stands
    who.press("ArrowRight")
    expect(who.page.get_by_label("In progress")).to_be_checked()
    who.press("Tab")
    who.page.keyboard.type("Task force constituted.")
    who.tab_to("Save")
    who.press_and_wait("Enter")
    row.refresh_from_db()
    assert row.status == "prog"
    assert row.updates.get().words == "Task force constituted."
    expect(who.page.locator(f"#open-{row.pk}")).to_be_focused()  # where it was opened
    expect(who.page.locator(f"#t{row.pk}")).to_contain_text("“Task force constituted.” Mariam Diallo")
    expect(who.page.locator("#toasts")).to_contain_text("Saved.")
    assert who.complaints == []


def test_closing_asks_for_evidence_and_the_button_says_that_it_is_submitted(visit, work):
    who, row = visit(), work["soon"]
    home(who)
    who.page.locator(f"#open-{row.pk}").click()
    form = who.page.locator(f"#t{row.pk} form.task__form")
    expect(form.get_by_role("button", name="Save")).to_be_visible()
    form.get_by_label("Done").check()
    expect(form.get_by_role("button", name="Submit for approval")).to_be_visible()
    expect(form.get_by_role("button", name="Save", exact=True)).to_be_hidden()
    form.get_by_label("In a sentence").fill("Report sent.")
    form.get_by_role("button", name="Submit for approval").click()
    expect(who.page.locator("[data-notice]")).to_contain_text("needs evidence")
    assert form.get_by_label("In a sentence").input_value() == "Report sent."
    form.get_by_label("or a file").set_input_files(
        {"name": "report.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7 report"}
    )
    form.get_by_role("button", name="Submit for approval").click()
    expect(who.page.locator(f"#t{row.pk}")).to_contain_text("Done, to approve")
    expect(who.page.locator("#count-waiting")).to_have_text("2")
    expect(who.page.locator("#tally")).to_contain_text("2 waiting for others")
    expect(who.page.locator("#toasts")).to_contain_text("It stands under “Waiting for others”")
    assert row.evidence.get().original_name == "report.pdf"


def test_still_so_is_one_key_on_a_button(visit, work):
    who, row = visit(), work["silent"]
    home(who)
    who.page.locator(f"#still-{row.pk}").focus()
    who.press_and_wait("Enter")
    row.refresh_from_db()
    assert row.last_word_at is not None
    expect(who.page.locator(f"#still-{row.pk}")).to_be_focused()
    expect(who.page.locator("#count-silent")).to_have_text("0")
    assert who.complaints == []


def test_escape_leaves_the_row_as_it_was(visit, work):
    who, row = visit(), work["soon"]
    home(who)
    who.page.locator(f"#open-{row.pk}").focus()
    who.press_and_wait("Enter")
    who.press_and_wait("Escape")
    expect(who.page.locator(f"#open-{row.pk}")).to_be_focused()
    expect(who.page.locator("form.task__form")).to_have_count(0)


def test_two_editors_on_one_task_the_second_is_told_and_loses_nothing(visit, work, boris):
    who, row = visit(), work["soon"]
    home(who)
    who.page.locator(f"#open-{row.pk}").click()
    form = who.page.locator(f"#t{row.pk} form.task__form")
    form.get_by_label("In progress").check()
    form.get_by_label("In a sentence").fill("Half an hour of typing.")
    status.update(task=row, to="risk", words="The hall is taken.", by=boris, at=timezone.now(), seen=row.revision)
    form.get_by_role("button", name="Save").click()
    notice = who.page.locator("[data-notice]")
    expect(notice).to_contain_text("Boris Hahn")
    expect(notice).to_contain_text("The hall is taken.")
    expect(notice).to_be_focused()
    assert form.get_by_label("In a sentence").input_value() == "Half an hour of typing."
    expect(form.get_by_label("In progress")).to_be_checked()
    row.refresh_from_db()
    assert row.status == "risk"
    form.get_by_role("button", name="Save").click()
    expect(who.page.locator(f"#t{row.pk}")).to_contain_text("“Half an hour of typing.”")
    row.refresh_from_db()
    assert row.status == "prog"
    assert row.updates.count() == 2


@pytest.mark.parametrize("place", ["work", "task"])
def test_who_was_logged_out_meanwhile_finds_the_words_again(visit, work, place):
    who, row = visit(), work["soon"]
    address = f"{reverse('my-work')}?open={row.pk}" if place == "work" else row.get_absolute_url()
    home(who)
    who.goto(address)
    who.page.locator("form.task__form").get_by_label("In a sentence").fill("Half a thought")
    who.page.context.clear_cookies(name="sessionid")
    who.page.locator("form.task__form").get_by_role("button", name="Save").click()
    who.page.wait_for_url("**/account/login/**")
    who.page.fill("[name=login]", "mariam.diallo")
    who.page.fill("[name=password]", "correct horse battery")
    who.page.keyboard.press("Enter")
    who.page.wait_for_url(re.compile(re.escape(address.split("?")[0])))
    assert not row.updates.exists()
    box = who.page.locator("form.task__form").get_by_label("In a sentence")
    expect(box).to_have_value("Half a thought")


def test_without_script_the_same_is_done_by_pages(visit, work, boris):
    who, row = visit(java_script_enabled=False), work["soon"]
    home(who)
    who.page.locator(f"#open-{row.pk}").click()
    who.page.get_by_label("At risk").check()
    who.page.get_by_label("In a sentence").fill("Typed by hand.")
    status.update(task=row, to="prog", words="Theirs.", by=boris, at=timezone.now(), seen=row.revision)
    who.page.get_by_role("button", name="Save").click()
    expect(who.page.locator("[data-notice]")).to_contain_text("Theirs.")
    assert who.page.get_by_label("In a sentence").input_value() == "Typed by hand."
    who.page.get_by_role("button", name="Save").click()
    who.page.wait_for_url(f"**{reverse('my-work')}#t{row.pk}")
    expect(who.page.locator(".messages")).to_contain_text("Saved.")
    expect(who.page.locator(f"#t{row.pk}")).to_contain_text("“Typed by hand.”")
    who.page.get_by_role("button", name="Still so: Maintain").click()
    expect(who.page.locator(".messages")).to_contain_text("it still stands so")
    who.page.locator("a", has_text=re.compile("Show the .* later")).click()
    expect(who.page.get_by_role("link", name="Report to CSTD 31", exact=True)).to_be_visible()
    assert Task.objects.get(pk=row.pk).status == "risk"


def test_the_task_page_by_keyboard_an_update_a_comment_a_reason(visit, work, mariam):
    who, row = visit(), work["soon"]
    who.log_in("mariam.diallo", then=row.get_absolute_url())
    who.page.get_by_label("In a sentence").fill("Begun.")
    who.page.get_by_label("In progress").check()
    who.page.get_by_role("button", name="Save").focus()
    who.press("Enter")
    expect(who.page.locator(".messages")).to_contain_text("Saved.")
    expect(who.page.locator(".timeline")).to_contain_text("Not started → In progress. “Begun.”")
    who.page.locator("#comment-words").fill("@li.na the draft is with you")
    who.page.get_by_role("button", name="Comment").click()
    expect(who.page.locator(".timeline b")).to_have_text("@li.na")
    assert who.page.locator("#comment-words").input_value() == ""
    who.page.locator("summary", has_text="Nothing is due this time").click()
    who.page.get_by_role("button", name="Nothing due this time").click()
    expect(who.page.locator("[data-notice]")).to_contain_text("Say why")
    assert who.complaints == [] or all("422" in one for one in who.complaints)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_axe_finds_nothing_and_nothing_is_wider_than_the_window(visit, work, mariam, li_na, scheme, width):
    comments.add(task=work["soon"], words="@mariam.diallo when?", by=li_na, at=timezone.now())
    given = evidence.Given(
        link="https://example.org/a/very/long/address/that/does/not/break/anywhere/in/the/middle.html"
    )
    evidence.add(task=work["soon"], given=given, by=mariam, at=timezone.now())
    closed = TaskFactory(instruction=InstructionFactory(), status="over")
    findings = {}
    for user, paths in {
        "mariam.diallo": (
            reverse("my-work"),
            f"{reverse('my-work')}?show=all&open={work['soon'].pk}",
            reverse("task-update", args=[work["soon"].pk]),
            work["soon"].get_absolute_url(),
            closed.get_absolute_url(),
        ),
        "boris": (reverse("my-work"), work["handed in"].get_absolute_url()),
    }.items():
        who = visit(color_scheme=scheme, viewport={"width": width, "height": 900})
        who.log_in(user, then=reverse("my-work"))
        for path in paths:
            who.goto(path)
            if found := who.accessibility_findings():
                findings[path] = found
            wide = who.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            if wide > 0:
                findings[path + " is wider than the window"] = wide
    assert findings == {}


@pytest.mark.parametrize("script", [True, False])
def test_another_unit_is_looked_for_and_asked_on_the_page_of_a_task(visit, work, script):
    UnitFactory(abbr="TSB")
    who, row = visit(java_script_enabled=script), work["soon"]
    who.log_in("mariam.diallo", then=row.get_absolute_url())
    summary = who.page.get_by_text("Ask another unit")
    if script:
        summary.focus()
        who.press_and_wait("Enter")
        expect(summary).to_be_focused()
    else:
        summary.click()
        who.page.locator(f"#inputs-{row.pk} details").get_by_role("link").click()
    who.page.get_by_label("Unit", exact=True).select_option(label="TSB")
    who.page.get_by_role("button", name="Ask it").click()
    expect(who.page.locator(f"#inputs-{row.pk}")).to_contain_text("0 of 1 received")
