"""What is missing: every number is the number of its rows, and what is there is not missed."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.http import QueryDict

from mandates.models import ActionLine, Assignment, Citation, LeadTime, LineTag, Member
from reports.asked import Asked
from reports.clocks import Moment
from reports.gaps import GAPS
from reports.missing import MissingPage
from tests.factories import (
    NOON,
    AssignmentFactory,
    BodyFactory,
    DoubtFactory,
    HoldingFactory,
    InstructionFactory,
    MemberFactory,
    ParagraphFactory,
    PostFactory,
    SessionFactory,
    SuggestionFactory,
    TaskFactory,
    UnitFactory,
)


def page_of(query: str = "") -> MissingPage:
    return MissingPage.of(QueryDict(query), NOON)


def counts() -> dict[str, int]:
    return {line.key: line.count for line in page_of().lines if line.count}


def rows(key: str) -> list[tuple[str, str]]:
    return [(row.words, row.note) for row in page_of(f"show={key}").shown.rows]


@pytest.fixture
def led(db):
    """A task for which nothing is missing: a unit leads it, somebody holds a post there and has spoken."""
    HoldingFactory(post=PostFactory())
    instruction = InstructionFactory(title="All is there")
    AssignmentFactory(instruction=instruction)
    return TaskFactory(instruction=instruction, status="prog", last_word_at=NOON)


def test_nothing_is_missing_where_all_is_there(led):
    assert counts() == {}
    assert page_of().clear.startswith("Instructions that no unit leads; Open tasks without a lead unit;")


def test_an_instruction_without_a_confirmed_lead_is_listed_with_who_was_suggested(led):
    bare = InstructionFactory(title="Bare")
    Assignment.objects.create(instruction=bare, unit=UnitFactory(abbr="BDT"))
    InstructionFactory(title="Closed", state="closed")
    assert counts() == {"lead": 1}
    assert rows("lead") == [("Bare", "suggested: BDT")]


def test_a_unit_with_open_tasks_is_missing_a_member_unless_one_holds_a_post_there_or_above(led):
    below = UnitFactory(abbr="SPM-2", parent=led.lead)
    bare = UnitFactory(abbr="TSB")
    for unit in (below, bare, bare):
        TaskFactory(instruction=led.instruction, lead=unit, status="prog", last_word_at=NOON)
    HoldingFactory(post=PostFactory(unit=bare), until=date(2026, 11, 23))
    HoldingFactory(post=PostFactory(unit=bare), member=MemberFactory(is_active=False))
    assert counts() == {"units": 1}
    assert rows("units") == [("TSB, Unit TSB", "2 open tasks")]


def test_tasks_without_a_word_and_silent_ones_lead_to_the_list_of_work_and_name_their_units(led):
    UnitFactory(abbr="GS")
    old = {"created_at": NOON - timedelta(100), "due_on": date(2027, 6, 1)}
    TaskFactory(instruction=led.instruction, lead=None, **old)
    TaskFactory(instruction=led.instruction, lead=UnitFactory(abbr="BDT", parent=UnitFactory(abbr="GS")), due_on=None)
    lines = {line.key: line for line in page_of().found}
    assert {key: line.count for key, line in lines.items()} == {"tasks": 1, "units": 1, "words": 2, "silent": 1}
    assert lines["words"].url == "/work/all/?status=none"
    assert [(one.words, one.url.partition("&")[2].partition("=")[0]) for one in lines["words"].whom] == [
        ("No lead unit 1", "unit"), ("BDT 1", "unit"),
    ]  # fmt: skip


def test_what_waits_in_texts_leads_to_its_place_in_the_review(led):
    paragraph = ParagraphFactory(anchor="sg-1")
    SuggestionFactory(paragraph=paragraph, title="Open")
    SuggestionFactory(paragraph=paragraph, title="Decided", state="confirmed", decided_at=NOON)
    DoubtFactory(paragraph=paragraph, sentence="Which 5?")
    DoubtFactory(paragraph=paragraph, answer="The new one")
    DoubtFactory(paragraph=None, version=paragraph.version, sentence="Which text?")
    Citation.objects.create(paragraph=paragraph, text="Resolution 140", start=0, end=3, kind="resolution", key="PP/140")
    Citation.objects.create(
        paragraph=paragraph, text="Resolution 1332", start=4, end=7, kind="resolution", key="x",
        resolution=paragraph.version.resolution,
    )  # fmt: skip
    where = "Res. 1332 instructs SG 1 (C26 proposed)"
    assert counts() == {"suggestions": 1, "questions": 2, "citations": 1}
    assert rows("suggestions") == [("Open", where)]
    assert rows("questions") == [("Which 5?", where), ("Which text?", "Res. 1332 (C26)")]
    assert rows("citations") == [("Resolution 140", where)]
    assert page_of("show=questions").shown.rows[0].url == "/texts/itu-council-1332/C26/review/?at=sg-1#sg-1"


def test_sessions_known_by_month_or_year_and_bodies_without_lead_times_are_listed(led):
    cstd = SessionFactory(number=30)
    SessionFactory(code="CSTD-28", body=cstd.body, starts=date(2025, 1, 1), ends=date(2025, 12, 31), precision="year")
    hlpf = BodyFactory(code="HLPF")
    SessionFactory(code="HLPF-2027", body=hlpf, starts=date(2027, 7, 1), ends=date(2027, 7, 9), precision="day")
    LeadTime.objects.create(body=cstd.body, step="document", days=17)
    led.session = cstd
    led.save()
    assert counts() == {"dates": 1, "lead-times": 1}
    assert rows("dates") == [("CSTD 30", "March–April 2027, days not announced · 1 open task waits for its days")]
    assert rows("lead-times") == [("HLPF", "")]


def test_an_action_line_without_a_role_or_without_an_open_task_is_listed_a_part_of_it_only_for_its_tasks(led):
    c7 = ActionLine.objects.create(code="C7", title="Applications", position=7)
    for position, code in enumerate(("C7-1", "C7-2"), start=8):
        ActionLine.objects.create(code=code, title=code, position=position, parent=c7)
    LineTag.objects.create(instruction=led.instruction, action_line=ActionLine.objects.get(code="C7-1"))
    assert rows("lines") == [("C7 Applications", "no role of ours is named"), ("C7-2 C7-2", "no open task")]


def test_a_cancelled_session_leaves_tasks_to_decide_and_a_mail_that_fails_names_the_member(led):
    session = SessionFactory(number=30, state="cancelled", precision="day")
    LeadTime.objects.create(body=session.body, step="document", days=17)
    led.first_stop = session
    led.save()
    Member.objects.filter(holdings__isnull=False).update(mail_failed_at=NOON, first_name="Mariam", last_name="Diallo")
    assert counts() == {"decide": 1, "mail": 1}
    assert rows("decide") == [("All is there", "CSTD-30 · SPM")]
    assert rows("mail") == [("Mariam Diallo", "SPM")]


def test_every_number_is_the_number_of_its_rows(led):
    """All gaps at once: what the number says is what its link lists."""
    paragraph = ParagraphFactory()
    for number in range(3):
        SuggestionFactory(paragraph=paragraph, position=number)
        DoubtFactory(paragraph=paragraph)
        Citation.objects.create(paragraph=paragraph, text="A", start=number, end=9, kind="resolution", key="PP/1")
        InstructionFactory()
        TaskFactory(lead=None, created_at=NOON - timedelta(100), due_on=None)
        TaskFactory(lead=UnitFactory(abbr=f"U{number}"))
        SessionFactory(code=f"X-{number}", body=BodyFactory(code=f"X{number}"))
        ActionLine.objects.create(code=f"C{number}", title="Line", position=number)
        MemberFactory(mail_failed_at=NOON)
    off = SessionFactory(code="OFF", state="cancelled")
    TaskFactory(session=off)
    lines = page_of().found
    assert {line.key for line in lines} == {gap.key for gap in GAPS}
    for line in lines:
        if line.url.startswith("?show="):
            listed = page_of(line.url[1:].partition("#")[0]).shown
            assert (listed.total, len(listed.rows)) == (line.count, line.count), line.key
        else:
            asked = Asked.of(QueryDict(line.url.partition("?")[2]))
            assert asked.tasks(Moment.of(NOON)).count() == line.count, line.key


def test_the_page_asks_as_often_for_three_of_each_as_for_one(led, queries):
    def one_more(number: int) -> None:
        TaskFactory(lead=None, created_at=NOON - timedelta(100), due_on=None)
        TaskFactory(lead=UnitFactory(abbr=f"U{number}"))
        SessionFactory(code=f"X-{number}", body=BodyFactory(code=f"X{number}"))
        MemberFactory(mail_failed_at=NOON)

    one_more(1)
    asked = ("", "show=lead", "show=units", "show=dates", "show=mail", "show=lead-times")
    first = [queries(lambda query=query: page_of(query)) for query in asked]
    one_more(2)
    one_more(3)
    assert [queries(lambda query=query: page_of(query)) for query in asked] == first


def test_an_address_that_asks_for_no_gap_shows_the_table_alone(led):
    for query in ("show=", "show=nonsense", "show=tasks", "show=lead&page=99"):
        assert page_of(query).shown is None or query.endswith("99")


def test_the_page_is_drawn_without_asking_again(draw, led, mariam):
    InstructionFactory(title="Bare <b>")
    html = draw("reports/missing.html", mariam, page=page_of("show=lead"))
    assert '<a href="?show=lead#rows"><b>1</b><span class="vh"> Instructions that no unit leads</span></a>' in html
    assert "Bare &lt;b&gt;" in html
