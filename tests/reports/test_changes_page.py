"""What changed between two days: each change one sentence, from facts, folded to its net effect, told once."""

from __future__ import annotations

import csv
import io
import re
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.http import QueryDict

from mandates.actions import assignments, bulk, evidence, instructions, posts, sessions, status, tracked
from mandates.models import ActionLine, Assignment, LineTag, Place, Session, Task
from reports.changes.page import SHOWN, ChangesPage
from reports.changes.period import Period
from tests.factories import (
    NOON,
    BodyFactory,
    HoldingFactory,
    InstructionFactory,
    MemberFactory,
    ParagraphFactory,
    PostFactory,
    SectionFactory,
    SessionFactory,
    TaskFactory,
    UnitFactory,
    VersionFactory,
    instruction_in,
)

SINCE = "since=2026-10-01"
LONG_AGO = NOON - timedelta(days=300)  # when what is tried here was made
Status = Task.Status


def ago(days: int) -> datetime:
    return NOON - timedelta(days=days)


def page_of(query: str = SINCE) -> ChangesPage:
    return ChangesPage.of(QueryDict(query), NOON)


def told(query: str = SINCE) -> dict[str, list[str]]:
    """The sentences of each group that has any, as they are read."""
    found = {}
    for group in page_of(query).groups:
        lines = []
        for one in group.sentences:
            words = "".join({"before": "[-%s-]", "after": "[+%s+]"}.get(run.side, "%s") % run.text for run in one.words)
            line = " ".join(filter(None, [f"{one.about}: {one.says}", words, one.quote and f"“{one.quote}”"]))
            lines.append(" · ".join(filter(None, [line, str(one.address or ""), *one.below])))
        if lines:
            found[group.key] = lines
    return found


@pytest.fixture(autouse=True)
def made_long_ago():
    """What the factories make has its row of history from then, whatever the clock says."""
    with time_machine.travel(LONG_AGO, tick=False):
        yield


@pytest.fixture
def li_na(db):
    return MemberFactory(username="li.na", first_name="Li", last_name="Na", role="coordinator")


@pytest.fixture
def spm(db):
    """The unit, with the member who holds a post in it."""
    post = PostFactory(unit=UnitFactory(abbr="SPM"))
    HoldingFactory(post=post, member=MemberFactory(username="mariam", first_name="Mariam", last_name="Diallo"))
    return post.unit


def owed(title: str, **changes) -> Task:
    """A task of old, far from its date, on the list since long ago."""
    given = {"created_at": LONG_AGO, "last_word_at": ago(70), "occurrence": "", "status": Status.TODO, **changes}
    return TaskFactory(instruction=InstructionFactory(title=title, created_at=LONG_AGO), **given)


def say(task: Task, to: str, days: int, by, words: str = "", **more) -> None:
    task.refresh_from_db()
    status.update(task=task, to=to, words=words, by=by, at=ago(days), seen=task.revision, **more)


# ── Where tasks stand ────────────────────────────────────────────────────────────────────────────────────────────


def test_several_updates_of_a_task_are_one_sentence_from_the_first_status_to_the_last_with_the_last_words(li_na, spm):
    task = owed("Keep the database", lead=spm)
    say(task, Status.PROG, 30, li_na, "Begun.")
    say(task, Status.RISK, 20, li_na, "The contractor is late.")
    say(task, Status.PROG, 10, li_na, "It arrived.")
    say(task, Status.CONT, 5, li_na)
    assert told() == {
        "moves": [
            "Keep the database: from “Not started” to “Continuing”. “It arrived.” · SPM, Mariam Diallo · "
            "Li Na, 14 November 2026"
        ]
    }


def test_what_came_back_to_where_it_was_is_told_only_where_somebody_spoke(li_na, spm):
    for title, words in (("In silence", ""), ("With a word", "No, not yet.")):
        task = owed(title, lead=spm)
        say(task, Status.PROG, 30, li_na)
        say(task, Status.TODO, 20, li_na, words)
    assert told() == {
        "moves": [
            "With a word: still “Not started”, with a new word. “No, not yet.” · SPM, Mariam Diallo · "
            "Li Na, 4 November 2026"
        ]
    }


def test_what_is_done_says_when_it_was_delivered_what_shows_it_and_who_approved_it(li_na, spm):
    chair = MemberFactory(username="denis", first_name="Denis", last_name="Moreau", role="coordinator")
    task = owed("Report to CSTD", lead=spm, session=SessionFactory(number=30), status=Status.PROG)
    say(task, Status.DONE, 20, li_na, "Sent.", evidence=[evidence.Given(link="C26/59")])
    task.refresh_from_db()
    status.approve(task=task, by=chair, at=ago(10), seen=task.revision)
    assert told() == {
        "done": [
            "Report to CSTD (CSTD 30): done, delivered on 4 November 2026. “Sent.” · SPM, Mariam Diallo · "
            "1 piece of evidence · approved by Denis Moreau · Li Na, 4 November 2026"
        ]
    }
    assert list(told("since=2026-10-01&until=2026-11-10")) == ["moves"]  # handed in by then, and not approved


def test_what_was_done_and_is_opened_again_in_the_period_is_not_done(li_na, spm):
    task = owed("Hold the Forum", lead=spm, status=Status.PROG)
    say(task, Status.DONE, 30, li_na, "Held.", evidence=[evidence.Given(link="WF/1")])
    task.refresh_from_db()
    status.reopen(task=task, to=Status.PROG, reason="The report is missing.", by=li_na, at=ago(9), seen=task.revision)
    assert told() == {
        "moves": [
            "Hold the Forum: still “In progress”, with a new word. “The report is missing.” · SPM, Mariam Diallo · "
            "Li Na, 15 November 2026"
        ]
    }


def test_the_first_moment_of_the_period_is_the_end_of_its_first_day(li_na, spm):
    for title, at in (
        ("Before", datetime(2026, 10, 1, 21, 0, tzinfo=UTC)),
        ("After", datetime(2026, 10, 1, 22, 30, tzinfo=UTC)),
    ):
        task = owed(title, lead=spm)
        status.update(task=task, to=Status.PROG, words="", by=li_na, at=at, seen=1)
    assert [line.partition(":")[0] for line in told()["moves"]] == ["After"]  # midnight in Geneva is 22:00 UTC


# ── Late and silent ──────────────────────────────────────────────────────────────────────────────────────────────


def test_late_since_then_is_told_apart_from_late_before_and_each_is_told_once(li_na, spm):
    owed("Late now", lead=spm, due_on=date(2026, 11, 13), status=Status.PROG)
    risky = owed("Late and at risk", lead=spm, due_on=date(2026, 11, 14), status=Status.PROG)
    say(risky, Status.RISK, 12, li_na, "Waiting for translation.")
    owed("Late before", lead=spm, due_on=date(2026, 9, 1), status=Status.PROG)
    owed("Not late", lead=spm, due_on=date(2026, 11, 24), status=Status.PROG)
    assert told() == {
        "worse": [
            "Late now: 11 days late. · SPM, Mariam Diallo · In progress",
            "Late and at risk: 10 days late. “Waiting for translation.” · SPM, Mariam Diallo · At risk · "
            "Li Na, 12 November 2026",
        ],
        "same": ["Late before: still late, by 84 days. · SPM, Mariam Diallo · In progress"],
    }
    assert told("since=2026-08-01&until=2026-10-01")["worse"] == [
        "Late before: 30 days late. · SPM, Mariam Diallo · In progress"
    ]


def test_who_went_silent_in_the_period_is_told_apart_from_who_was_silent_before(spm):
    for title, word in (("Silent now", ago(100)), ("Silent before", ago(200)), ("Never a word", None)):
        owed(title, lead=spm, due_on=date(2027, 3, 1), last_word_at=word)
    assert told() == {
        "worse": ["Silent now: silent: no word since 16 August 2026. · SPM, Mariam Diallo"],
        "same": [
            "Silent before: still no word, for 200 days now. · SPM, Mariam Diallo",
            "Never a word: still no word, for 300 days now. · SPM, Mariam Diallo",
        ],
    }


def test_what_nobody_led_before_and_nobody_leads_is_one_sentence_for_all_its_tasks(db):
    task = owed("Nominate projects", lead=None)
    TaskFactory(instruction=task.instruction, lead=None, created_at=LONG_AGO, last_word_at=ago(1))
    assert told() == {
        "same": [
            "Nominate projects: still led by no unit, since 28 January 2026. · 2 open tasks · with the coordinator"
        ]
    }


# ── Dates, units, people ─────────────────────────────────────────────────────────────────────────────────────────


def move(session: Session, days: int, by, **changes) -> None:
    session.refresh_from_db()
    dates = {name: getattr(session, name) for name in ("starts", "ends", "precision", "document_deadline")}
    sessions.move(session=session, seen=session.revision, by=by, at=ago(days), **{**dates, **changes})


def test_a_session_is_told_by_what_differs_in_the_end_with_the_tasks_that_moved(li_na, spm):
    cstd = SessionFactory(number=30)
    instruction_in(ParagraphFactory(), title="Report to CSTD", by=li_na, at=LONG_AGO)
    move(cstd, 30, li_na, document_deadline=date(2027, 2, 1))
    move(cstd, 21, li_na, document_deadline=date(2027, 2, 12), why="letter of the secretariat")
    assert told()["dates"] == [
        "CSTD 30: document deadline 12 February 2027, announced. “letter of the secretariat” · moved 2 open tasks · "
        "Li Na, 3 November 2026"
    ]


def test_days_that_become_known_are_told_and_a_session_that_moved_back_is_not(li_na):
    known, back = SessionFactory(number=30), SessionFactory(code="CSTD-31", number=31, starts=date(2028, 4, 1),
                                                            ends=date(2028, 4, 5), precision="day")  # fmt: skip
    move(known, 30, li_na, starts=date(2027, 4, 12), ends=date(2027, 4, 16), precision="day")
    move(back, 30, li_na, starts=date(2028, 5, 1), ends=date(2028, 5, 5))
    move(back, 20, li_na, starts=date(2028, 4, 1), ends=date(2028, 4, 5))
    assert told() == {
        "dates": ["CSTD 30: 12–16 April 2027; it was March–April 2027, days not announced. · Li Na, 25 October 2026"]
    }


def test_facts_that_nobody_entered_are_no_change_and_what_a_person_announces_is(li_na):
    SessionFactory(number=30).history.update(history_date=ago(5))  # loaded the other day
    body = BodyFactory(code="CSTD")
    sessions.announce(
        code="CSTD-31", body=body, name="CSTD 31", number=31, starts=date(2028, 4, 3), ends=date(2028, 4, 7),
        by=li_na, at=ago(3),
    )  # fmt: skip
    assert told() == {"dates": ["CSTD 31: announced: 3–7 April 2028. “announced” · Li Na, 21 November 2026"]}


def test_a_date_given_by_hand_and_a_task_given_to_another_unit_are_told_with_the_reason(li_na, spm):
    task = owed("Keep the database", lead=spm, due_on=date(2027, 2, 12))
    bulk.redate_many(seen={task.pk: 1}, to=date(2027, 3, 1), by=li_na, at=ago(9), why="asked for by the Chair")
    bulk.reassign_many(seen={task.pk: 2}, unit=UnitFactory(abbr="BDT"), by=li_na, at=ago(8), why="it is theirs")
    assert told() == {
        "dates": [
            "Keep the database: from 12 February 2027 to 1 March 2027. “asked for by the Chair” · BDT · "
            "Li Na, 15 November 2026"
        ],
        "people": ["Keep the database: from SPM to BDT. “it is theirs” · Li Na, 16 November 2026"],
    }


def test_another_lead_is_told_once_for_the_instruction_and_not_again_for_its_tasks(li_na, spm):
    task = owed("Keep the database", lead=spm)
    row = Assignment(instruction=task.instruction, unit=spm, confirmed_at=LONG_AGO, confirmed_by=li_na)
    tracked.save(row=row, by=li_na, at=LONG_AGO)
    bdt = UnitFactory(abbr="BDT")
    assignments.reassign(instruction=task.instruction, unit=bdt, by=li_na, at=ago(8), why="the regions gather it")
    assert told() == {
        "people": ["Keep the database: BDT leads it; SPM did. “the regions gather it” · Li Na, 16 November 2026"]
    }


def test_a_post_that_changes_hands_is_told_with_who_held_it(li_na):
    post = PostFactory(unit=UnitFactory(abbr="TSB"), title="Focal point")
    yuki = MemberFactory(first_name="Yuki", last_name="Tanaka")
    HoldingFactory(post=post, member=MemberFactory(first_name="Jan", last_name="Kos"))
    posts.hand_over(post=post, to=yuki, since=date(2026, 11, 2), by=li_na, at=ago(25))
    assert told() == {
        "people": ["Focal point, TSB: Yuki Tanaka from 2 November 2026, after Jan Kos. · Li Na, 30 October 2026"]
    }


# ── Texts ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_an_instruction_in_new_words_shows_what_was_struck_and_added_and_little_beside(li_na):
    before = VersionFactory(label="C24", state="in force")
    old = ParagraphFactory(section=SectionFactory(version=before), text="to report to the CWG on what was done;")
    held = instruction_in(old, title="Report on what was done", by=li_na, at=LONG_AGO, deadline=None)
    after = VersionFactory(resolution=before.resolution, predecessor=before)
    after.history.update(history_date=ago(10))
    long = "to report yearly, by the day it gives, in all of the official languages of the Union, "
    runs = [(long, "both"), ("to", "before"), ("through", "after"), (" the CWG on what was done;", "both")]
    new = ParagraphFactory(
        section=SectionFactory(version=after),
        predecessor=old,
        change="reworded",
        text="".join(text for text, side in runs if side != "before"),
        redline=[{"text": text, "side": side} for text, side in runs],
    )
    Place.objects.create(instruction=held, paragraph=new)
    assert told()["new"][1:] == [
        "Report on what was done: in new words: […] official languages of the Union, [-to-][+through+] the CWG on what "
        "was done; · Res. 1332 instructs SG 1 (C26 proposed)"
    ]


def test_new_instructions_say_who_is_asked_and_by_when(li_na):
    SessionFactory(number=30)
    instruction_in(ParagraphFactory(), by=li_na, at=ago(4))
    new = told()["new"]
    assert new[-1] == (
        "Report to CSTD 30: proposed: instructs, addressed to Secretary-General; due: CSTD 30, March–April 2027, "
        "days not announced. · Res. 1332 instructs SG 1 (C26 proposed) · no lead unit · Li Na, 20 November 2026"
    )


def test_an_instruction_that_falls_away_takes_its_tasks_along_in_one_sentence(li_na):
    held = instruction_in(ParagraphFactory(), title="Brand the Forum", by=li_na, at=LONG_AGO, deadline=None)
    instructions.close(instruction=held, by=li_na, at=ago(5), reason="the Forum of 2025 is over")
    assert told()["new"][-1] == (
        "Brand the Forum: falls away. “the Forum of 2025 is over” · Res. 1332 instructs SG 1 (C26 proposed) · "
        "1 task overtaken · Li Na, 19 November 2026"
    )
    assert "moves" not in told()


def test_an_edit_and_another_action_line_are_told_by_what_they_come_to(li_na):
    held = instruction_in(ParagraphFactory(), title="Reprot", by=li_na, at=LONG_AGO, deadline=None)
    c2, c5 = (ActionLine.objects.create(code=code, title=code, position=n) for n, code in enumerate(("C2", "C5")))
    held.title = "Report"
    tracked.save(row=held, by=li_na, at=ago(3))
    for line, days in ((c2, 9), (c5, 8)):
        tracked.save(row=LineTag(instruction=held, action_line=line), by=li_na, at=ago(days))
    tracked.delete(row=LineTag.objects.get(action_line=c5), by=li_na, at=ago(7))
    assert told()["new"][-1] == (
        "Report: the short title was “Reprot”, is “Report”; counts under C2. · Res. 1332 instructs SG 1 (C26 proposed) "
        "· Li Na, 21 November 2026"
    )


# ── The ends, the filters ────────────────────────────────────────────────────────────────────────────────────────


def test_both_ends_are_a_day_or_a_session_and_what_is_not_understood_is_said(db):
    group = BodyFactory(code="CWG-WSIS&SDG", short_name="CWG-WSIS&SDG")
    for number, day in ((43, date(2025, 9, 12)), (44, date(2026, 1, 20))):
        SessionFactory(code=f"CWG-{number}", number=number, body=group, starts=day, ends=day, precision="day")
    asked = Period.asked("", "", NOON)
    assert (asked.since.name, asked.until.name, asked.is_now) == (
        "CWG-WSIS&SDG 44, January 2026", "24 November 2026", True
    )  # fmt: skip
    asked = Period.asked("CWG-43", "2026-02-01", NOON)
    assert (asked.since.param, asked.until.param, asked.is_now, asked.notes) == ("CWG-43", "2026-02-01", False, ())
    asked = Period.asked("2026-02-01", "CWG-43", NOON)
    assert (asked.since.param, asked.until.param) == ("CWG-43", "2026-02-01")
    assert asked.notes == ("The two ends were the other way round.",)
    for text in ("yesterday", "2026-02-31", "CSTD-99", "\0"):
        asked = Period.asked(text, "2030-01-01", NOON)
        assert (asked.since.param, asked.until.day) == ("CWG-44", NOON.date())
        assert asked.notes == (f"“{text}” is neither a day nor a session that was held.",)


def test_without_a_meeting_of_the_group_the_page_looks_three_months_back(db):
    assert Period.asked("", "", NOON).since.day == date(2026, 8, 26)


def test_a_text_a_unit_and_a_line_narrow_all_groups(li_na, spm):
    mine, other = owed("Mine", lead=spm), owed("Other", lead=UnitFactory(abbr="BDT"))
    line = ActionLine.objects.create(code="C2", title="Infrastructure", position=2)
    tracked.save(row=LineTag(instruction=mine.instruction, action_line=line), by=li_na, at=LONG_AGO)
    for task in (mine, other):
        say(task, Status.PROG, 9, li_na, "Begun.")
        bulk.redate_many(seen={task.pk: 2}, to=date(2027, 3, 1), by=li_na, at=ago(8))
    for query in (f"unit={spm.pk}", "line=C2"):
        page = page_of(f"{SINCE}&{query}")
        assert {group.key: [one.about for one in group.sentences] for group in page.groups if group.count} == {
            "moves": ["Mine"], "dates": ["Mine"],
        }  # fmt: skip
        assert [one.url for one in page.narrowed] == ["?since=2026-10-01"]
    assert page_of(f"{SINCE}&resolution=itu-council-1332").changes == 4
    assert page_of(f"{SINCE}&resolution=none-such").changes == 0


# ── Many ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_long_group_is_cut_with_its_number_and_all_of_it_stands_on_pages_of_its_own(li_na, spm):
    for number in range(SHOWN + 3):
        say(owed(f"Task {number:02}", lead=spm), Status.PROG, 9, li_na)
    group = next(one for one in page_of().groups if one.key == "moves")
    assert (group.count, len(group.sentences), group.more) == (SHOWN + 3, SHOWN, 3)
    alone = page_of(f"{SINCE}&all=moves")
    assert [(one.key, len(one.sentences)) for one in alone.groups] == [("moves", SHOWN + 3)]


def test_every_number_of_the_page_is_the_number_of_its_rows(li_na, spm):
    """Every group, with more than one kind of change in it."""
    section = SectionFactory()
    for number in range(3):
        task = owed(f"Task {number}", lead=spm, due_on=date(2026, 11, 10 + number))
        say(task, Status.PROG, 20, li_na, "Begun.")
        bulk.redate_many(seen={task.pk: 2}, to=date(2026, 11, 14), by=li_na, at=ago(12))
        paragraph = ParagraphFactory(section=section, anchor=f"sg-{number}")
        instruction_in(paragraph, title=f"New {number}", by=li_na, at=ago(4), deadline=None)
        owed(f"Alone {number}", lead=None)
    page = page_of()
    assert {group.key for group in page.groups if group.count} >= {"new", "dates", "moves", "worse", "same"}
    for group in page.groups:
        alone = page_of(f"{SINCE}&all={group.key}").groups[0]
        assert len(alone.sentences) == group.count == alone.count


def test_the_page_asks_as_often_for_three_of_each_as_for_one(li_na, spm, queries):
    section = SectionFactory()

    def one_more() -> None:
        number = Task.objects.count()
        task = owed(f"Task {number}", lead=spm, due_on=date(2026, 11, 13))
        say(task, Status.PROG, 30, li_na, "Begun.")
        bulk.redate_many(seen={task.pk: 2}, to=date(2026, 11, 14), by=li_na, at=ago(12))
        done = owed(f"Done {number}", lead=spm, status=Status.PROG)
        say(done, Status.DONE, 3, li_na, "Sent.", evidence=[evidence.Given(link="C26/59")])
        paragraph = ParagraphFactory(section=section, anchor=f"sg-{number}")
        instruction_in(paragraph, title=f"New {number}", by=li_na, at=ago(4), deadline=None)
        session = SessionFactory(
            code=f"C{40 + number}", starts=date(2040 + number, 1, 1), ends=date(2040 + number, 2, 1)
        )
        move(session, 9, li_na, document_deadline=date(2039 + number, 1, 1))

    one_more()
    first = queries(page_of)
    one_more()
    one_more()
    assert queries(page_of) == first
    assert page_of().groups[0].count == 3


# ── As a page and as a table ─────────────────────────────────────────────────────────────────────────────────────


def test_the_page_leads_from_each_sentence_to_its_record(client, li_na, spm):
    task = owed("Keep the database", lead=spm)
    say(task, Status.PROG, 9, li_na, "Begun <b>now</b>.")
    with time_machine.travel(NOON):
        client.force_login(li_na)
        html = client.get(f"/changes/?{SINCE}").text
    assert re.search(rf'<a class="quiet" href="/tasks/{task.pk}/"><bdi>Keep the database</bdi>:</a>', html)
    assert "Begun &lt;b&gt;now&lt;/b&gt;." in html
    assert "<h1>What changed since 1 October 2026</h1>" in html


def test_the_table_has_a_row_for_each_sentence_and_never_a_formula(client, li_na, spm):
    task = owed("=HYPERLINK(1)", lead=spm)
    say(task, Status.PROG, 9, li_na, "+1")
    with time_machine.travel(NOON):
        client.force_login(li_na)
        answer, book = (client.get(f"/changes/changes.{kind}?{SINCE}") for kind in ("csv", "xlsx"))
    rows = list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))
    moved = next(row for row in rows if "HYPERLINK" in row[1])
    assert moved[1:4] == ["'=HYPERLINK(1)", "from “Not started” to “In progress”.", "'+1"]
    assert moved[-1] == f"http://testserver/tasks/{task.pk}/"
    assert b"".join(book.streaming_content)[:2] == b"PK"
