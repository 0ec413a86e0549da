"""The page of a task: the words, the dates, the evidence, and all that was said of it, newest first."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from django.urls import reverse

from mandates.actions import bulk, comments, evidence, sessions, status, tracked
from mandates.models import LeadTime, StatusUpdate, Task
from mandates.views.task_rows import fetched
from reports.task import TaskPage
from tests.factories import (
    NOON,
    AssignmentFactory,
    MemberFactory,
    ParagraphFactory,
    SectionFactory,
    SessionFactory,
    UnitFactory,
    VersionFactory,
    instruction_in,
)
from tests.mandates.work import governed, hold, task

pytestmark = pytest.mark.django_db


def page(row: Task, member, now=NOON) -> TaskPage:
    return TaskPage.of(fetched().get(pk=row.pk), member, now)


def test_it_tells_all_that_happened_in_sentences_newest_first(client, mariam, li_na):
    hold(mariam)
    row = task(status="todo", created_at=NOON - timedelta(20))
    given = [evidence.Given(link="https://example.org/draft", public=True)]
    status.update(task=row, to="prog", words="Begun.", by=mariam, at=NOON - timedelta(5), seen=1, evidence=given)
    comments.add(task=row, words="Well done, @mariam.diallo", by=li_na, at=NOON - timedelta(4))
    day = date(2027, 3, 1)
    bulk.redate_many(seen={row.pk: row.revision}, to=day, by=li_na, at=NOON - timedelta(3), why="Asked for by Council")
    tracked.change_tasks(
        keys=[row.pk], values={"matters_on": date(2027, 3, 2)}, kind="moved", words="made ahead", by=None,
        at=NOON - timedelta(2),
    )  # fmt: skip
    sentences = [entry.sentence for entry in page(row, mariam).timeline]
    assert sentences == [
        "The timetable, 22 November, 13:00: made ahead. It matters on 2 March 2027.",
        "Li Na, 21 November, 13:00: given another date. “Asked for by Council”",
        "Li Na commented, 20 November, 13:00:",
        "Mariam Diallo, 19 November, 13:00: Not started → In progress. “Begun.”",
        "On the list since 4 November 2026.",
    ]
    client.force_login(mariam)
    assert 'href="https://example.org/draft"' in client.get(row.get_absolute_url()).text


def test_a_session_that_moves_leaves_its_trace(mariam, li_na):
    hold(mariam)
    cstd = SessionFactory(starts=date(2027, 4, 12), ends=date(2027, 4, 16), precision="day")
    instruction = instruction_in(ParagraphFactory(), by=li_na, at=NOON - timedelta(9))
    row = instruction.tasks.get()
    sessions.move(session=cstd, starts=date(2027, 5, 3), ends=date(2027, 5, 7), precision="day", by=li_na,
                  at=NOON, seen=cstd.revision, why="The hall is taken", document_deadline=None)  # fmt: skip
    newest = page(row, mariam).timeline[0].sentence
    assert "Li Na" in newest
    assert "its session moved" in newest
    assert "3" in newest


def test_due_and_delivered_stand_apart_and_the_plan_leads_to_the_session(mariam):
    hold(mariam)
    row = governed(status="prog", due_on=date(2027, 3, 1), matters_on=date(2027, 1, 4), late_after=date(2027, 3, 1))
    LeadTime.objects.create(body=row.session.body, step="document", days=56)
    LeadTime.objects.create(body=row.session.body, step="draft", days=56)
    given = [evidence.Given(link="C26/59")]
    delivered = date(2026, 11, 20)
    status.update(task=row, to="done", words="x", by=mariam, at=NOON, seen=1, evidence=given, delivered_on=delivered)
    found = page(row, mariam)
    assert (found.due, found.delivered) == ("1 March 2027", "20 November 2026")
    assert [step.name for step in found.steps] == ["Draft", "Document deadline", found.row.session.split(",")[0]]
    assert found.approval.startswith("handed in by Mariam Diallo on 24 November 2026; waits")


def test_words_come_from_the_text_in_force_and_say_that_others_are_proposed(client, mariam):
    hold(mariam)
    row = task()
    place = row.instruction.places.get()
    version = place.paragraph.version
    version.state = "in force"
    version.save()
    newer = SectionFactory(version=VersionFactory(resolution=version.resolution, label="C27"))
    other = ParagraphFactory(section=newer, text="to report each year;")
    row.instruction.places.create(paragraph=other)
    client.force_login(mariam)
    html = client.get(row.get_absolute_url()).text
    assert "to report to the 30th session of CSTD in 2027" in html
    assert "Other words are proposed for this:" in html
    assert other.get_absolute_url() in html


def test_who_has_no_part_in_it_reads_why_there_is_no_form(client):
    outsider = MemberFactory()
    hold(outsider, unit="TSB")
    client.force_login(outsider)
    row = task(lead=UnitFactory(abbr="SPM"))
    html = client.get(row.get_absolute_url()).text
    assert "Only the units that lead this work" in html
    assert 'name="status"' not in html


def test_a_unit_that_contributes_may_say_where_it_stands(client, mariam):
    tsb = hold(mariam, unit="TSB")
    row = task(lead=UnitFactory(abbr="SPM"), status="todo")
    AssignmentFactory(instruction=row.instruction, unit=tsb, part="contributes")
    client.force_login(mariam)
    assert 'name="status"' in client.get(row.get_absolute_url()).text


def test_what_a_second_person_approved_only_those_who_approve_open_again(client, mariam, li_na):
    hold(mariam)
    row = governed(status="prog")
    given = [evidence.Given(link="C26/59")]
    status.update(task=row, to="done", words="x", by=mariam, at=NOON, seen=1, evidence=given)
    status.approve(task=row, by=li_na, at=NOON, seen=row.revision)
    assert page(row, mariam).reopen is None
    assert page(row, li_na).reopen is not None


def test_words_of_people_are_words_and_no_markup(client, mariam):
    client.force_login(mariam)
    hold(mariam)
    row = task(status="prog", title="<i>x</i>")
    bad = "<script>alert(1)</script>"
    status.update(task=row, to="prog", words=bad, by=mariam, at=NOON, seen=1, waiting_for=bad)
    for address in (row.get_absolute_url(), reverse("my-work"), reverse("task-update", args=[row.pk])):
        html = client.get(address).text
        assert "<script>alert" not in html
        assert "<i>x</i>" not in html


def test_a_long_timeline_costs_no_more_queries(mariam, queries):
    hold(mariam)
    row = task(status="prog")
    fill(row, mariam, 2)
    few = queries(lambda: page(row, mariam))
    fill(row, mariam, 40)
    assert queries(lambda: page(row, mariam)) == few


def fill(row: Task, member, n: int) -> None:
    StatusUpdate.objects.bulk_create(
        [StatusUpdate(task=row, kind="said", before="prog", after="prog", words=f"{i}", by=member, at=NOON)
         for i in range(n)]
    )  # fmt: skip
    for i in range(n):
        comments.add(task=row, words=f"@mariam.diallo {n} {i}", by=member, at=NOON)


def test_the_template_asks_the_database_nothing(mariam, draw):
    hold(mariam)
    row = task(status="prog")
    fill(row, mariam, 2)
    evidence.add(task=row, given=evidence.Given(link="C26/59"), by=mariam, at=NOON)
    html = draw("reports/task.html", mariam, page=page(row, mariam))
    assert "C26/59" in html


def test_from_a_letter_it_takes_one_click_to_say_that_it_still_stands(client, mariam):
    hold(mariam)
    client.force_login(mariam)
    row, unknown = task(status="prog"), task(status="none")
    html = client.get(row.get_absolute_url()).text
    form = html[html.index(f'action="{reverse("task-still-so", args=[row.pk])}"') :].partition("</form>")[0]
    typed = dict(re.findall(r'name="(seen|token|back)" value="([^"]+)"', form))
    assert client.post(reverse("task-still-so", args=[row.pk]), typed)["Location"] == row.get_absolute_url()
    assert StatusUpdate.objects.get().kind == StatusUpdate.Kind.CONFIRMED
    assert "Still so</button>" not in client.get(unknown.get_absolute_url()).text  # nobody has said yet where it stands
