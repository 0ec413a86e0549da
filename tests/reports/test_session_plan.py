"""The plan of a session on its page: the list of steps, the picture that says the same, and what must be ready."""

from __future__ import annotations

import itertools
import re
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from mandates.models import LeadTime, Session
from mandates.views.task_open import around_of
from reports.session_plan import SessionWork, people_of
from tests.factories import (
    NOON,
    BodyFactory,
    HoldingFactory,
    ParagraphFactory,
    PostFactory,
    SectionFactory,
    SessionFactory,
    TaskFactory,
    UnitFactory,
    instruction_in,
)

TODAY = NOON.date()
STEPS = (("inputs", 70, 26), ("draft", 56, None), ("clearance", 28, None), ("translation", 14, None))


@pytest.fixture
def cstd(db) -> Session:
    session = SessionFactory(
        number=30,
        precision="day",
        starts=date(2027, 4, 12),
        ends=date(2027, 4, 16),
        document_deadline=date(2027, 2, 12),
    )
    for step, days, lasts in STEPS:
        LeadTime.objects.create(body=session.body, step=step, days=days, lasts=lasts)
    return session


def work_of(session: Session, today: date = TODAY) -> SessionWork:
    return SessionWork.of(Session.objects.select_related("body").get(pk=session.pk), today=today)


def test_the_steps_are_counted_back_as_the_design_has_them(cstd):
    """The dates of the design's page for CSTD 30."""
    steps = work_of(cstd).steps
    assert [(step.name, step.days, step.state) for step in steps] == [
        ("Call for inputs", "9 Nov–4 Dec 2026", "now"),
        ("Draft", "5 Dec–18 Dec 2026", ""),
        ("Clearance", "19 Dec 2026–15 Jan 2027", ""),
        ("Translation", "16 Jan–29 Jan 2027", ""),
        ("Document deadline", "12 Feb 2027", "dead"),
        ("CSTD 30", "12–16 April 2027", ""),
    ]
    assert (steps[0].note, steps[4].note) == ("open, 10 days left", "in 80 days")


def test_what_is_over_is_done_and_a_deadline_that_passed_says_so(cstd):
    steps = work_of(cstd, today=date(2027, 3, 1)).steps
    assert [step.state for step in steps] == ["done"] * 5 + [""]
    assert steps[4].note == "17 days ago"


def test_of_a_session_whose_days_are_not_known_all_is_the_earliest_and_drawn_as_vague(cstd):
    Session.objects.update(precision="month", starts=date(2027, 4, 1), ends=date(2027, 4, 30), document_deadline=None)
    LeadTime.objects.create(body=cstd.body, step="document", days=59)
    work = work_of(cstd)
    assert all(step.vague for step in work.steps)
    assert work.steps[4].note == "in 69 days, at the earliest"  # 1 April less 59 days
    assert work.steps[5].note == "days not announced"
    assert work.chart.segments[-1].kind == "vague"
    assert work.chart.latest is not None


@pytest.mark.parametrize("today", [date(2020, 1, 1), date(2026, 11, 24), date(2027, 4, 14), date(2031, 1, 1)])
def test_the_picture_keeps_its_parts_in_order_and_inside_its_frame(cstd, today):
    chart = work_of(cstd, today=today).chart
    xs = [float(segment.x) for segment in chart.segments]
    assert xs == sorted(xs)
    for value in [*xs, *(float(s.x) + float(s.width) for s in chart.segments), *(float(t.x) for t in chart.ticks)]:
        assert 0 <= value <= 1000
    names = [float(tick.label_x) for tick in chart.ticks]
    assert all(after - before > 45 for before, after in itertools.pairwise(names))


def test_a_body_without_lead_times_has_no_plan_and_its_page_stands(client, mariam):
    SessionFactory()
    client.force_login(mariam)
    html = client.get("/sessions/CSTD-30/").text
    assert "Counted back from the deadline" not in html


def test_what_is_in_the_picture_stands_in_the_list_too(client, mariam, cstd):
    client.force_login(mariam)
    html = client.get("/sessions/CSTD-30/").text
    numbers = set(re.findall(r'<text class="segn[^>]*>(\d)</text>', html))
    listed = set(re.findall(r"<b>(\d)&ensp;", html))
    assert numbers == listed == {"1", "2", "3", "4", "5", "6"}
    assert 'role="img" aria-labelledby="plan-title plan-words"' in html


def test_what_must_be_ready_says_who_at_which_step_and_by_when(client, mariam, cstd):
    HoldingFactory(member=mariam, post__unit=UnitFactory(abbr="SPM"))
    TaskFactory(session=cstd, status="prog")
    TaskFactory(session=cstd, lead=None)
    TaskFactory(session=cstd, status="done")
    ecosoc = SessionFactory(code="ECOSOC-2027", name="ECOSOC 2027", body=BodyFactory(code="ECOSOC"))
    passing = TaskFactory(session=ecosoc, first_stop=cstd)
    work = work_of(cstd)
    first = work.ready[0]
    assert (first.people, first.step, first.next_date) == ("Mariam Diallo", "call for inputs", "4 Dec 2026")
    assert [said.words for said in work.counts] == ["1 ready", "1 in progress", "2 without a word"]
    assert [name for _session, name in work.goes_on] == ["ECOSOC 2027"]
    there = next(row for row in work_of(ecosoc).ready if row.task == passing)
    assert (there.step, there.step_url) == ("through CSTD 30", "CSTD-30")


def test_each_number_of_the_sentence_leads_to_as_many_tasks(client, mariam, cstd):
    TaskFactory(session=cstd, status="prog")
    TaskFactory(session=cstd, status="over")
    TaskFactory(session=cstd, submitted_at=NOON)
    client.force_login(mariam)
    for said in work_of(cstd).counts:
        html = client.get(f"/work/all/?session=CSTD-30&{said.query}").text
        count = int(said.words.split()[0])
        assert len(re.findall(r'<th role="rowheader"', html)) == count, said


def test_a_cancelled_session_lists_what_needs_a_decision(client, li_na, cstd):
    TaskFactory(session=cstd, instruction__title="Report to nobody")
    Session.objects.update(state="cancelled")
    client.force_login(li_na)
    html = client.get("/sessions/CSTD-30/").text
    assert "Needs a decision" in html
    assert "Report to nobody" in html.split("Needs a decision")[1].split("</section>")[0]


def test_a_session_with_five_and_with_sixty_tasks_asks_the_same_number_of_questions(client, mariam, cstd):
    client.force_login(mariam)
    asked, section = [], SectionFactory()
    for count in (5, 55):
        for _number in range(count):
            TaskFactory(session=cstd, instruction=instruction_in(ParagraphFactory(section=section)))
        client.get("/sessions/CSTD-30/")
        with CaptureQueriesContext(connection) as questions:
            client.get("/sessions/CSTD-30/")
        asked.append(len(questions))
    assert asked[0] == asked[1]


def test_who_holds_two_posts_of_a_unit_is_named_once(cstd, mariam):
    unit = UnitFactory(abbr="SPM")
    for _each in range(2):
        HoldingFactory(member=mariam, post=PostFactory(unit=unit))
    assert people_of({unit.pk}, TODAY) == {unit.pk: ["Mariam Diallo"]}
    task = TaskFactory(lead=unit)
    party = around_of(task, TODAY).lead
    assert party is not None
    assert (party.people, party.names) == (("Mariam Diallo",), ("mariam.diallo",))
