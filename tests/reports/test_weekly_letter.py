"""The weekly letter: who is told what. Its words are held by the letters in docs/, as a person reads them."""

from __future__ import annotations

import os
import random
import re
from datetime import date, timedelta
from pathlib import Path

import pytest

from mandates import rules
from mandates.actions import comments, evidence, plans, posts, status, tracked
from mandates.models import ActionLine, Following, Holding, LineTag, Member, Task
from mandates.views.work import CLOCKS, Worker, groups_of
from reports.clocks import Moment
from reports.letters import weekly, written
from reports.letters.chosen import LISTED, SHOWN, Chosen
from reports.letters.weekly import WeeklyLetter
from reports.letters.whose import Tree, whose
from reports.models import Letter
from tests.factories import (
    NOON,
    AssignmentFactory,
    BodyFactory,
    HoldingFactory,
    InstructionFactory,
    MemberFactory,
    PostFactory,
    SessionFactory,
    TaskFactory,
    UnitFactory,
)
from tests.mandates.work import hold, task

from .letter_world import MONDAY, MORNING, world

pytestmark = pytest.mark.django_db
DOCS = Path(__file__).resolve().parents[2] / "docs"
DAY = plans.today(NOON)
WEEK_AGO = NOON - timedelta(days=7)


def letter_to(member, now=NOON) -> WeeklyLetter | None:
    return WeeklyLetter.for_person(member, MONDAY, now)


def said(letter: WeeklyLetter | None) -> dict[str, list[str]]:
    """The titles of rows and the sentences of each section."""
    parts = letter.parts() if letter else ()
    return {part.title: [row.title for row in part.rows] + [line.words for line in part.lines] for part in parts}


# ── As a person reads it ─────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("who", "paper"), [("mariam", "letter.txt"), ("denis", "letter-of-a-chair.txt")])
def test_the_letter_reads_as_it_does_in_the_docs(settings, who, paper):
    """`WRITE_LETTERS=1` writes it there anew. The keys in links are those of the order in which they come."""
    settings.SITE_URL = "https://mandates.example"
    member = getattr(world(), who)
    words = written.of(letter_to(member, MORNING), member)
    text = numbered(f"Subject: {words.subject}\n\n{words.text}")
    if os.environ.get("WRITE_LETTERS"):
        (DOCS / paper).write_text(text)
    assert text == (DOCS / paper).read_text()


def numbered(text: str) -> str:
    keys: dict[str, str] = {}
    text = re.sub(r"(?<=/letters/stop/)[^/\s]+", "…", text)  # signed, with a key that is made anew
    return re.sub(r"(?<=/(?:tasks|units)/)(\d+)", lambda key: keys.setdefault(key[1], str(len(keys) + 1)), text)


# ── The groups of My work ────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def two_hundred():
    """Members of every role, some with posts, deputies, heads, posts that ended; tasks at the edges of every clock."""
    chance = random.Random(1332)
    units = [UnitFactory(abbr="ITU")]
    units += [UnitFactory(abbr=f"U{n}", parent=chance.choice(units)) for n in range(15)]
    house = [PostFactory(unit=unit, title=f"Post {n}", heads_unit=n == 0) for unit in units for n in range(4)]
    for post in house[::3]:
        post.deputy = chance.choice(house)
        post.save()
    members = [MemberFactory(role=chance.choice(Member.Role.values)) for _n in range(200)]
    for post in house:
        for member in chance.sample(members, 3):
            HoldingFactory(post=post, member=member, until=chance.choice([None, None, DAY, DAY - timedelta(days=1)]))
    instruction = InstructionFactory()
    days = [None, DAY - timedelta(days=1), DAY, *(DAY + timedelta(days=n) for n in (80, 81, 365, 366))]
    for _n in range(400):
        TaskFactory(
            instruction=instruction,
            lead=chance.choice([*units, None]),
            due_on=chance.choice(days),
            status=chance.choice(Task.Status.values),
            last_word_at=chance.choice([None, NOON - timedelta(days=89), NOON - timedelta(days=91)]),
            created_at=NOON - timedelta(days=200),
            waiting_for=chance.choice(["", "", "a reply"]),
        )
    governs = SessionFactory(body=BodyFactory(code="CSTD", governs=True))
    coordinators = [member for member in members if member.role == Member.Role.COORDINATOR]
    for n in range(30):
        row = TaskFactory(instruction=instruction, lead=chance.choice(units), session=governs, status="prog")
        by, other = coordinators[n % 5], chance.choice([None, members[n]])
        given = [evidence.Given(link="C26/59")]
        status.update(task=row, to="done", words="x", by=by, on_behalf_of=other, at=NOON, seen=1, evidence=given)
    return members


def test_each_member_gets_what_their_my_work_shows(two_hundred):
    """Row A10: counts, and the first of each group in its order, for 200 members."""
    found = weekly.for_people(two_hundred, MONDAY, NOON)
    seen = 0
    for member in two_hundred:
        groups = groups_of(Worker.of(member, NOON), shown=SHOWN)
        counts = {clock: groups[clock].count for clock in CLOCKS}
        letter = found.get(member.pk)
        if letter is None:
            assert not any(counts[clock] for clock in LISTED)
            continue
        seen += 1
        assert dict(letter.groups.counts) == counts
        assert letter.groups.keys == {clock: groups[clock].keys for clock in LISTED}
    assert seen > 50


def test_whose_work_is_whose_is_told_as_the_rules_tell_it(two_hundred):
    found = whose(two_hundred, DAY, Tree.load())
    for member in two_hundred:
        assert found[member.pk].units == rules.units_of(member, DAY)
        assert found[member.pk].heads == rules.units_of(member, DAY, heads=True)


def test_the_same_number_of_queries_for_one_member_and_for_thirty(queries, mariam, li_na):
    spm = hold(mariam)
    everybody = [mariam, *(MemberFactory() for _n in range(29))]
    for member in everybody[1:]:
        HoldingFactory(member=member, post=PostFactory(unit=spm))
    busy_week(spm, mariam, li_na)
    for member in everybody:
        Following.objects.create(member=member, action_line=ActionLine.objects.get())
    one = queries(lambda: weekly.for_people([mariam], MONDAY, NOON))
    assert queries(lambda: weekly.for_people(everybody, MONDAY, NOON)) == one
    assert len(weekly.for_people(everybody, MONDAY, NOON)) == 30


def busy_week(unit, member, other) -> None:
    """Something for every section."""
    line = ActionLine.objects.create(code="C5", title="Confidence", position=5)
    theirs = task(title="Theirs", lead=UnitFactory(abbr="TSB"), status="todo")
    LineTag.objects.create(instruction=theirs.instruction, action_line=line)
    status.update(task=theirs, to="prog", words="Begun.", by=other, at=NOON - timedelta(days=1), seen=1)
    ours = task(title="Ours", lead=unit, status="todo", due_on=date(2026, 10, 1))
    status.update(task=ours, to="risk", words="No money.", by=other, at=NOON - timedelta(days=1), seen=1)
    comments.add(task=ours, words=f"@{member.username} please", by=other, at=NOON - timedelta(days=1))
    AssignmentFactory(instruction=ours.instruction, unit=unit, confirmed_at=NOON - timedelta(days=2))


def test_writing_asks_the_database_nothing(django_assert_num_queries, settings):
    found = world()
    letters = weekly.for_people(list(found.people.values()), MONDAY, MORNING)
    with django_assert_num_queries(0):
        for member in found.people.values():
            if member.pk in letters:
                written.of(letters[member.pk], member)


def test_who_has_nothing_to_hear_gets_no_letter(mariam):
    assert letter_to(mariam) is None
    hold(mariam)
    task(title="In some years", due_on=date(2029, 1, 1))
    task(title="Elsewhere", due_on=date(2026, 10, 1), lead=UnitFactory(abbr="TSB"))
    task(title="Waits", due_on=None, waiting_for="a reply", waiting_since=NOON)
    assert letter_to(mariam, NOON + timedelta(days=2)) is None


def test_what_is_more_than_ten_is_one_link(mariam):
    spm = hold(mariam)
    for n in range(12):
        task(title=f"Late {n}", due_on=date(2026, 10, 1) + timedelta(days=n))
    late = letter_to(mariam).parts()[0]
    assert [row.title for row in late.rows] == [f"Late {n}" for n in range(10)]
    assert (late.count, late.more.words) == (12, "And 2 more, in the list of work")
    assert late.more.href == f"/work/all/?unit={spm.pk}&clock=overdue"


def test_one_open_task_is_not_counted_out(mariam):
    hold(mariam)
    task(due_on=date(2026, 10, 1))
    assert letter_to(mariam).intro() == "your one open task is overdue."


def test_a_deputy_is_told_the_work_for_which_they_stand_in_and_why(mariam):
    own, other = PostFactory(unit=UnitFactory(abbr="TSB"), title="Adviser"), PostFactory(unit=UnitFactory(abbr="SPM"))
    HoldingFactory(member=mariam, post=own)
    other.deputy = own
    other.save()
    task(title="Theirs", due_on=date(2026, 10, 1))
    letter = letter_to(mariam)
    assert said(letter)["Overdue"] == ["Theirs"]
    assert letter.why() == "You get it because you hold the post Adviser, TSB and deputise for Focal point of SPM."


# ── Since the last letter ────────────────────────────────────────────────────────────────────────────────────────


def test_what_a_unit_was_newly_asked_stands_once_with_its_later_dates(mariam, li_na):
    spm = hold(mariam)
    new = task(title="Report", due_on=date(2027, 6, 1))
    TaskFactory(instruction=new.instruction, lead=spm, due_on=date(2028, 6, 1))
    AssignmentFactory(instruction=new.instruction, unit=spm, confirmed_by=li_na, confirmed_at=NOON - timedelta(days=2))
    theirs = task(title="Theirs", lead=UnitFactory(abbr="TSB"), due_on=date(2027, 5, 1))
    AssignmentFactory(
        instruction=theirs.instruction, unit=spm, part="contributes", confirmed_at=NOON - timedelta(days=1)
    )
    old = task(title="Old", due_on=date(2027, 6, 1))
    AssignmentFactory(instruction=old.instruction, unit=spm, confirmed_at=WEEK_AGO - timedelta(days=1))
    asked = letter_to(mariam).parts()[0]
    assert asked.title == "Newly asked"
    assert [(row.title, row.note) for row in asked.rows] == [
        ("Theirs", "your unit contributes"),
        ("Report", "and 1 later date"),
    ]
    assert letter_to(li_na) is None


def test_a_member_hears_what_others_said_of_their_tasks_and_not_what_they_said_themselves(mariam, li_na):
    hold(mariam)
    ours, own = task(title="Ours", status="todo"), task(title="Own", status="todo")
    status.update(task=ours, to="prog", words="Begun.", by=li_na, at=NOON - timedelta(days=3), seen=1)
    status.update(task=ours, to="risk", words="No money.", by=li_na, at=NOON - timedelta(days=2), seen=2)
    status.update(task=own, to="prog", words="Begun.", by=mariam, at=NOON - timedelta(days=2), seen=1)
    status.confirm_unchanged(task=own, by=li_na, at=NOON - timedelta(days=1), seen=2)
    assert [words.replace("\xa0", " ") for words in said(letter_to(mariam))["Since last week"]] == [
        "Ours: In progress → At risk (Li Na, 22 Nov). “No money.”"
    ]


def test_what_an_earlier_letter_told_is_not_told_again_unless_it_never_went_out(mariam, li_na):
    hold(mariam)
    ours = task(title="Ours", status="todo")
    status.update(task=ours, to="prog", words="Begun.", by=li_na, at=NOON - timedelta(days=3), seen=1)
    sent = Letter.objects.create(
        kind="weekly", member=mariam, period="2026-W47", state="sent", message_id="<1@x>", address="x@example.org",
        subject="x", text="x", html="x", made_at=NOON - timedelta(days=2), next_try_at=NOON,
    )  # fmt: skip
    assert "Since 22 November 2026" not in said(letter_to(mariam))
    sent.state = Letter.State.FAILED
    sent.save()
    assert len(said(letter_to(mariam))["Since last week"]) == 1


def test_who_gets_a_letter_a_month_hears_of_the_month(mariam, li_na):
    mariam.letter_every = "month"
    hold(mariam)
    ours = task(title="Ours", status="todo")
    status.update(task=ours, to="prog", words="Begun.", by=li_na, at=NOON - timedelta(days=25), seen=1)
    assert len(said(letter_to(mariam))["Since 24 October 2026"]) == 1


def test_a_session_that_moved_is_told_once_with_the_number_of_tasks(mariam, li_na):
    hold(mariam)
    cstd = SessionFactory(precision="day", name="CSTD 30", number=30)
    cstd.history.update(history_date=NOON - timedelta(days=300))
    for _n in range(3):
        task(session=cstd)
    cstd.starts, cstd.ends = date(2027, 4, 12), date(2027, 4, 16)
    tracked.save(row=cstd, by=li_na, at=NOON - timedelta(days=1))
    cstd.place = "Geneva"
    tracked.save(row=cstd, by=li_na, at=NOON - timedelta(hours=1))
    assert said(letter_to(mariam))["Since last week"] == [
        "CSTD 30 moved from 1 March – 30 April 2027 to 12–16 April 2027. 3 of your open tasks go to it."
    ]


def test_who_takes_a_post_over_is_told_so(mariam, li_na):
    spm = hold(mariam)
    Holding.objects.all().delete()
    posts.hand_over(post=spm.posts.get(), to=mariam, since=DAY - timedelta(days=2), by=li_na, at=NOON)
    assert said(letter_to(mariam)) == {
        "Since last week": ["Since 22 November 2026 you hold the post Focal point of SPM."]
    }


# ── Followed, chaired, headed ────────────────────────────────────────────────────────────────────────────────────


def test_what_a_member_follows_is_told_with_its_parts_and_without_their_own_work(mariam, li_na):
    hold(mariam)
    line = ActionLine.objects.create(code="C7", title="Applications", position=7)
    health = ActionLine.objects.create(code="C7-4", title="E-health", position=8, parent=line)
    Following.objects.create(member=mariam, action_line=line)
    assert letter_to(mariam) is None
    ours = task(title="Ours", status="todo", due_on=date(2027, 6, 1))
    theirs = task(title="Theirs", status="todo", due_on=date(2027, 6, 1), lead=UnitFactory(abbr="TSB"))
    for row in (ours, theirs):
        LineTag.objects.create(instruction=row.instruction, action_line=health)
        status.update(task=row, to="prog", words="Begun.", by=li_na, at=NOON - timedelta(days=1), seen=1)
        row.instruction.created_at = NOON - timedelta(days=100)
        row.instruction.save()
    letter = letter_to(mariam)
    assert [words.replace("\xa0", " ") for words in said(letter)["What you follow"]] == [
        "C7 Applications: 2 open.",
        "Theirs: Not started → In progress (Li Na, 23 Nov). “Begun.”",
    ]
    assert letter.why().endswith("and follow C7 Applications.")


def test_a_new_instruction_of_a_followed_resolution_is_told(mariam):
    made = InstructionFactory(title="Report", created_at=NOON - timedelta(days=1))
    Following.objects.create(member=mariam, resolution=made.resolution)
    InstructionFactory(title="Old", created_at=WEEK_AGO)
    assert said(letter_to(mariam)) == {"What you follow": ["Council Resolution 1332: 0 open.", "New: Report."]}


def test_a_chair_reads_how_the_board_stands_and_what_has_changed(li_na):
    chair = MemberFactory(role="chair")
    assert letter_to(chair) is None
    line = ActionLine.objects.create(code="C5", title="Confidence", position=5)
    row = task(
        title="Late since Sunday", due_on=date(2026, 11, 21), status="prog", created_at=NOON - timedelta(days=20)
    )
    LineTag.objects.create(instruction=row.instruction, action_line=line)
    for kept in (Task, LineTag, type(row.instruction)):
        kept.history.update(history_date=NOON - timedelta(days=20))
    letter = letter_to(chair)
    assert said(letter) == {
        "The board": [
            "1 task: 1 open, 1 overdue. Since 17 November 2026: 1 more overdue.",
            "C5 Confidence: 1 open, 1 overdue (1 more overdue).",
        ]
    }
    assert (letter.subject(), letter.title()) == ("The board: 1 open, 1 overdue", "The board, week of 23 November 2026")


def test_who_heads_a_unit_reads_who_sits_on_what(mariam):
    spm = hold(mariam, heads=True)
    below = UnitFactory(abbr="SPM/WSIS", parent=spm)
    HoldingFactory(
        member=MemberFactory(first_name="Tomás", last_name="Rivera"), post=PostFactory(unit=below, title="Officer")
    )
    task(title="Ours", due_on=date(2029, 1, 1))
    assert letter_to(mariam) is None  # nothing waits for her: what lies years ahead is no news
    task(title="Late", due_on=date(2026, 10, 1), lead=below)
    task(title="Silent", due_on=None, lead=below, created_at=NOON - timedelta(days=100))
    assert said(letter_to(mariam))["Who sits on what"] == [
        "SPM/WSIS (Tomás Rivera): 2 open, 1 overdue, 1 silent.",
        "SPM (Mariam Diallo): 1 open.",
    ]


def test_counts_of_many_units_are_asked_for_once(queries):
    people = [MemberFactory() for _n in range(3)]
    for n, member in enumerate(people):
        HoldingFactory(member=member, post=PostFactory(unit=UnitFactory(abbr=f"U{n}")))
    tree = Tree.load()
    one = queries(lambda: Chosen.of(whose(people[:1], DAY, tree).values(), Moment.of(NOON)))
    assert queries(lambda: Chosen.of(whose(people, DAY, tree).values(), Moment.of(NOON))) == one
