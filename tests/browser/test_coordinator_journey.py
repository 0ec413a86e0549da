"""The coordinator's day: a session moves, work goes to another unit, an export comes back; seen before it is saved."""

from __future__ import annotations

import csv
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from mandates.actions import assignments, facts, suggestions, tasks, versions
from mandates.models import Assignment, Document, Instruction, Session, Task, Version
from reader import as_json, read

pytestmark = pytest.mark.browser


@pytest.fixture
def work(li_na, mariam, sample: Path) -> Version:
    """Resolution 1332 as proposed, what is certain confirmed, and who leads it; CSTD 30 has its days."""
    from tests.factories import DocumentFactory, HoldingFactory, PostFactory, UnitFactory

    now = timezone.now()
    facts.load(at=now)
    document: Document = DocumentFactory(received_by=li_na, original_name=sample.name)
    version = versions.lay_down(
        reading=as_json(read(sample.read_bytes(), sample.name)), document=document, by=li_na, at=now
    )
    suggestions.confirm_certain(version=version, by=li_na, at=now)
    for read_here in version.suggestions.undecided().filter(fields__deadline__session="CSTD-30"):
        suggestions.confirm(suggestion=read_here, seen=read_here.revision, by=li_na, at=now)
    for suggested in Assignment.objects.filter(part="lead", confirmed_at=None):
        assignments.confirm(assignment=suggested, by=li_na, at=now)
    HoldingFactory(member=mariam, post=PostFactory(unit=UnitFactory(abbr="SPM")))
    day = now.date() + timedelta(days=140)
    Session.objects.filter(code="CSTD-30").update(
        precision="day", starts=day, ends=day + timedelta(days=4), document_deadline=day - timedelta(days=59)
    )
    tasks.follow(instructions=Instruction.objects.all(), by=li_na, at=now, why="dates")
    return version


def test_the_coordinator_moves_a_session_by_three_weeks_and_sees_the_effect_before_saving(visit, work):
    session = Session.objects.get(code="CSTD-30")
    tied = Task.objects.open().filter(session=session).order_by("pk")
    before = list(tied.values_list("matters_on", flat=True))
    assert before
    weeks = timedelta(weeks=3)
    who = visit()
    who.log_in("li.na", then="/sessions/CSTD-30/")
    expect(who.page.get_by_role("heading", name="Counted back from the deadline")).to_be_visible()
    who.page.get_by_role("link", name="Change a date").first.press("Enter")
    who.page.wait_for_url("**/sessions/CSTD-30/move/")
    for label, day in (
        ("First day", session.starts),
        ("Last day", session.ends),
        ("Document deadline", session.document_deadline),
    ):
        who.page.get_by_label(label).fill((day + weeks).isoformat())
    who.page.get_by_label("Why, or on whose word").fill("letter of the secretariat")
    who.press("Enter")  # the first button looks: Enter never saves what was not seen
    effect = who.page.locator(".effect")
    expect(effect).to_contain_text("would move.")
    expect(effect).to_contain_text("Nothing is saved yet.")
    assert effect.locator("tbody tr").count() >= len(before)
    assert list(tied.values_list("matters_on", flat=True)) == before
    assert who.accessibility_findings() == []

    who.page.get_by_role("button", name="Save").press("Enter")
    who.page.wait_for_url("**/sessions/CSTD-30/")
    expect(who.page.get_by_text("moved with it.")).to_be_visible()
    assert list(tied.values_list("matters_on", flat=True)) == [day + weeks for day in before]
    assert who.complaints == []


def test_the_coordinator_gives_tasks_to_another_unit_after_seeing_which(visit, work):
    who = visit()
    who.log_in("li.na", then="/work/all/?unit=none")
    boxes = who.page.locator("input[name=task]")
    boxes.nth(0).press("Space")
    boxes.nth(1).press("Space")
    who.page.get_by_label("Give to the unit").select_option(label="SPM")
    who.page.get_by_label("Why, or the status in a sentence").fill("SPM coordinates these")
    who.page.get_by_role("button", name="Preview: other unit").press("Enter")
    expect(who.page.locator("h1")).to_have_text("Give tasks to SPM")
    expect(who.page.locator(".lede")).to_contain_text("2 tasks would change.")
    assert who.accessibility_findings() == []
    before = Task.objects.filter(lead__abbr="SPM").count()
    who.page.get_by_role("button", name="Change 2 tasks").press("Enter")
    who.page.wait_for_url("**/work/all/?unit=none")
    expect(who.page.get_by_text("2 tasks are changed.")).to_be_visible()
    assert Task.objects.filter(lead__abbr="SPM").count() == before + 2
    assert who.complaints == []


def test_an_export_that_was_edited_comes_back(visit, work, tmp_path):
    who = visit()
    who.log_in("li.na", then="/work/all/")
    with who.page.expect_download() as coming:
        who.page.get_by_role("link", name="CSV").click()
    file = tmp_path / "tasks.csv"
    coming.value.save_as(file)
    with file.open(encoding="utf-8-sig", newline="") as taken:
        rows = list(csv.DictReader(taken))
    rows[0]["Lead unit"], rows[1]["Lead unit"] = "SPM", "Nowhere"
    for wrong in (True, False):
        with file.open("w", encoding="utf-8", newline="") as given:
            writer = csv.DictWriter(given, rows[0].keys())
            writer.writeheader()
            writer.writerows(rows[: 2 if wrong else 1])
        if wrong:
            who.page.get_by_role("link", name="Bring in a table").press("Enter")
        who.page.get_by_label("CSV or Excel").set_input_files(file)
        who.page.get_by_role("button", name="See what would change").press("Enter")
        if wrong:
            expect(who.page.get_by_text("There is no unit “Nowhere”.")).to_be_visible()
            assert who.page.get_by_role("button", name="Take").count() == 0
            assert who.accessibility_findings() == []
    expect(who.page.get_by_text("1 task would change.")).to_be_visible()
    assert who.accessibility_findings() == []
    who.page.get_by_role("button", name="Take 1 change").press("Enter")
    expect(who.page.get_by_text("1 task is changed by the table.")).to_be_visible()
    assert Task.objects.get(pk=rows[0]["Task"]).lead.abbr == "SPM"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1024, 1600])
def test_each_page_of_the_work_is_clean_in_light_and_dark_at_each_width(visit, work, scheme, width):
    task = Task.objects.exclude(lead=None).first()
    who = visit(color_scheme=scheme, viewport={"width": width, "height": 900})
    who.log_in("li.na", then="/texts/")
    findings = {}
    for path in (
        "/work/all/",
        "/work/all/?mark=all&status=all",
        "/work/all/?q=nothing+of+the+kind",
        "/units/",
        task.lead.get_absolute_url(),
        task.instruction.get_absolute_url(),
        f"/instructions/{task.instruction_id}/schedule/",
        "/sessions/CSTD-30/",
        "/sessions/CSTD-30/move/",
        "/work/all/import/",
        "/feeds/?of=session&target=CSTD-30",
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
