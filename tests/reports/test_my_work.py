"""My work: each task once, in the first group that fits, most urgent first; counts in a sentence; few queries."""

from __future__ import annotations

import re
from datetime import date, timedelta
from itertools import product

import pytest
from django.urls import reverse
from django.utils import timezone, translation

from mandates import rules
from mandates.actions import evidence, plans, posts, status
from mandates.models import Task
from mandates.views.work import (
    APPROVE,
    CLOCKS,
    LATER,
    OVERDUE,
    SILENT,
    SOON,
    WAITING,
    Worker,
    clock_of,
    groups_of,
    tally,
)
from reports.clocks import Moment, clocked
from reports.my_work import SHOWN, MyWorkPage
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

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 24)
OLD, NEW = NOON - timedelta(200), NOON - timedelta(10)


def unit_with_work(n: int, instruction=None) -> None:
    """`n` tasks of SPM, of every group as many as of any other."""
    instruction = instruction or InstructionFactory()
    kinds = (
        {"due_on": date(2026, 10, 1)},
        {"due_on": date(2027, 1, 15)},
        {"due_on": None, "waiting_for": "a reply", "waiting_since": NEW},
        {"due_on": None, "created_at": OLD},
        {"due_on": date(2029, 1, 1)},
    )
    common = {"instruction": instruction, "lead": UnitFactory(), "status": "prog", "created_at": NEW}
    rows = [TaskFactory.build(**{**common, **kinds[i % 5]}) for i in range(n)]
    Task.objects.bulk_create(rows)


def page(member, **asked) -> MyWorkPage:
    return MyWorkPage.of(member, NOON, **asked)


def shown(found: MyWorkPage) -> dict[str, list[int]]:
    return {part.clock: [row.task.pk for row in part.rows] for part in found.parts if part.rows}


def test_each_task_stands_once_in_the_first_group_that_fits(mariam):
    hold(mariam)
    made = {
        "late": task(title="Late", due_on=date(2026, 10, 12), waiting_for="translation"),
        "soon": task(title="Soon", due_on=date(2027, 2, 12), created_at=OLD),
        "far": task(title="Far", due_on=date(2027, 2, 13), created_at=NEW),
        "waits": task(title="Waits", due_on=None, waiting_for="UNGIS", waiting_since=NEW, created_at=OLD),
        "silent": task(title="Silent", due_on=None, created_at=OLD),
        "spoken": task(title="Spoken", due_on=None, created_at=OLD, last_word_at=NEW),
        "closed": task(title="Closed", due_on=date(2026, 10, 12), status="done"),
    }
    keys = {name: row.pk for name, row in made.items()}
    assert shown(page(mariam, show="all")) == {
        OVERDUE: [keys["late"]],
        SOON: [keys["soon"]],
        WAITING: [keys["waits"]],
        SILENT: [keys["silent"]],
        LATER: [keys["far"], keys["spoken"]],
    }


def test_the_sentence_counts_what_the_page_shows(client, mariam, monkeypatch):
    client.force_login(mariam)
    hold(mariam)
    unit_with_work(10)
    monkeypatch.setattr(timezone, "now", lambda: NOON)
    html = client.get(reverse("my-work")).text
    sentence = re.sub(r"<[^>]+>|\s+", " ", html[html.index('id="tally"') :].partition(">")[2].partition("</p>")[0])
    said = re.sub(r" +(?=[,.:])", "", re.sub(r" +", " ", sentence)).strip()
    assert said == (
        "10 open tasks: 2 overdue, 2 due by 12 February 2027, 2 waiting for others, 2 silent and 2 later. "
        "Unit SPM (SPM)."
    )
    for anchor in re.findall(
        r'href="#(\w+)"', html[html.index('id="tally"') : html.index("</p>", html.index('id="tally"'))]
    ):
        assert f'id="{anchor}"' in html


def test_the_work_of_units_below_is_shown_and_that_of_others_is_not(mariam):
    spm = hold(mariam)
    below = UnitFactory(abbr="SPM/WSIS", parent=spm)
    ours, theirs = task(title="Ours", lead=below), task(title="Theirs", lead=UnitFactory(abbr="TSB"))
    assert shown(page(mariam)) == {SOON: [ours.pk]}
    AssignmentFactory(instruction=theirs.instruction, unit=spm, part="contributes")
    assert page(mariam).contributes == 1


def test_a_post_that_ended_yesterday_gives_no_work_and_home_leads_elsewhere(client, mariam):
    client.force_login(mariam)
    today = plans.today(timezone.now())
    HoldingFactory(member=mariam, post=PostFactory(), until=today - timedelta(1))
    task(title="Ours")
    assert client.get(reverse("home"))["Location"] == reverse("texts")
    assert "You hold no post today" in client.get(reverse("my-work")).text
    posts.hand_over(post=PostFactory(), to=mariam, since=today, by=MemberFactory(role="coordinator"), at=timezone.now())
    assert client.get(reverse("home"))["Location"] == reverse("my-work")
    assert "1 open task" in client.get(reverse("my-work")).text


def test_the_first_of_a_group_are_written_out_and_a_link_leads_to_all(client, mariam):
    client.force_login(mariam)
    spm = hold(mariam)
    unit_with_work(5 * (SHOWN + 3))
    found = page(mariam)
    assert all(len(part.rows) == SHOWN for part in found.parts if part.rows)
    html = client.get(reverse("my-work") + "?show=all").text
    assert f"{reverse('tasks')}?unit={spm.pk}&amp;clock=" in html
    assert "And " in html


def test_the_same_number_of_queries_for_five_tasks_and_for_three_hundred(client, mariam, queries):
    hold(mariam)
    client.force_login(mariam)

    def look() -> None:
        assert client.get(reverse("my-work")).status_code == 200

    unit_with_work(5)
    look()
    few = queries(look)
    unit_with_work(295)
    assert queries(look) == few
    assert few <= 25


def test_an_open_row_costs_the_same_however_many_there_are(mariam, queries):
    hold(mariam)
    unit_with_work(5)
    one = Task.objects.order_by("pk").first().pk
    few = queries(lambda: page(mariam, opened=one))
    unit_with_work(295)
    assert queries(lambda: page(mariam, opened=one)) == few


def test_a_row_far_down_is_there_when_it_is_open(mariam):
    hold(mariam)
    unit_with_work(5 * (SHOWN + 10))
    last = groups_of(Worker.of(mariam, NOON), shown=1000)[SILENT].keys[-1]
    found = page(mariam, opened=last)
    assert [row.task.pk for part in found.parts for row in part.rows if row.opened] == [last]


def test_a_viewer_with_a_post_reads_and_has_no_button(client):
    viewer = MemberFactory(role="viewer")
    client.force_login(viewer)
    hold(viewer)
    row = task(title="Ours", status="prog")
    html = client.get(f"{reverse('my-work')}?open={row.pk}").text
    assert "Ours" in html
    assert "Still so" not in html
    assert "Update" not in html
    assert "<fieldset" not in html


def test_dates_are_as_precise_as_they_are_known(mariam):
    hold(mariam)
    cstd = SessionFactory(name="CSTD 30", number=30)
    vague = task(
        title="Vague", session=cstd, due_on=date(2027, 3, 1), matters_on=date(2027, 1, 4), late_after=date(2027, 3, 4)
    )
    year = task(title="Year", due_on=date(2026, 12, 31), precision="year")
    rows = {row.task.pk: row for part in page(mariam).parts for row in part.rows}
    assert rows[vague.pk].when.vague
    assert rows[vague.pk].when.reason.endswith(", at the earliest")
    assert rows[vague.pk].session == "CSTD 30, March–April 2027, days not announced"
    assert (rows[year.pk].when.lead, rows[year.pk].when.distance) == ("2026", "")


def test_one_that_is_late_leads_with_the_last_day_on_which_it_was_in_time(mariam):
    hold(mariam)
    task(title="x", due_on=date(2026, 7, 1), matters_on=date(2026, 7, 1), late_after=date(2026, 7, 31))
    row = page(mariam).parts[0].rows[0]
    assert (row.when.lead, row.when.distance) == ("31 Jul 2026", "116 days late")


def test_the_last_word_is_shown_and_who_said_since_that_it_still_stands(mariam, li_na):
    hold(mariam)
    row = task(status="todo")
    status.update(task=row, to="prog", words="Outline agreed.", by=mariam, at=NOON - timedelta(20), seen=1)
    status.confirm_unchanged(task=row, by=li_na, at=NOON - timedelta(2), seen=row.revision, on_behalf_of=mariam)
    word = page(mariam).parts[1].rows[0].word
    assert word.text == "Outline agreed."
    assert word.by.replace("\xa0", " ") == "Mariam Diallo, 4 Nov"
    assert word.still.replace("\xa0", " ") == "Still so: Li Na for Mariam Diallo, 22 Nov"


# ── One rule, asked in three ways ────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def every_kind(mariam, li_na):
    """Tasks at the edges of every clock, some handed in."""
    spm, tsb = hold(mariam, heads=True), UnitFactory(abbr="TSB")
    body = BodyFactory(code="CSTD", governs=True)
    instruction = InstructionFactory()
    moments = (None, NOON - timedelta(90), NOON - timedelta(91))
    days = (None, DAY - timedelta(1), DAY, DAY + timedelta(80), DAY + timedelta(81))
    for lead, day, last, waits, late in product(
        (spm, tsb), days, moments, ("", "a reply"), (None, DAY, DAY + timedelta(90))
    ):
        if late and (day is None or late <= day):
            continue
        TaskFactory(instruction=instruction, lead=lead, due_on=day, last_word_at=last, waiting_for=waits,
                    late_after=late, created_at=NOON - timedelta(91), status="prog")  # fmt: skip
    for by, behalf in ((mariam, None), (li_na, None), (li_na, mariam), (li_na, None)):
        row = TaskFactory(instruction=instruction, lead=spm, session=SessionFactory(body=body), status="prog")
        given = [evidence.Given(link="C26/59")]
        status.update(task=row, to="done", words="x", by=by, on_behalf_of=behalf, at=NEW, seen=1, evidence=given)


def test_the_clock_of_one_task_and_the_query_for_many_agree(every_kind, mariam):
    worker = Worker.of(mariam, NOON)
    asked = dict(clocked(Task.objects.all(), Moment.of(NOON)).values_list("pk", "clock"))
    told = {row.pk: clock_of(row, worker) for row in Task.objects.open()}
    assert {key: WAITING if clock == APPROVE else clock for key, clock in told.items()} == asked
    assert set(told.values()) == set(CLOCKS)
    assert {key for key, clock in told.items() if clock == OVERDUE} == set(
        Task.objects.overdue(DAY).values_list("pk", flat=True)
    )


@pytest.mark.parametrize("who", ["mariam", "li_na", "boris"])
def test_the_groups_hold_what_the_clock_of_each_task_says_most_urgent_first(request, every_kind, who):
    worker = Worker.of(request.getfixturevalue(who), NOON)

    def urgency(row: Task) -> tuple:
        clock = clock_of(row, worker)
        if clock in {WAITING, APPROVE}:
            return (row.submitted_at or row.waiting_since or row.created_at, row.pk)
        if clock == SILENT:
            return (row.last_word_at or row.created_at, row.pk)
        return (row.matters_on or date.max, row.pk)

    told: dict[str, list[int]] = {clock: [] for clock in CLOCKS}
    for row in sorted(worker.tasks().order_by("pk"), key=lambda row: row.pk):
        told[clock_of(row, worker)].append(row.pk)
    rows = {row.pk: row for row in Task.objects.all()}
    told = {clock: sorted(keys, key=lambda key: urgency(rows[key])) for clock, keys in told.items()}
    last = told[LATER][-1] if told[LATER] else None
    found = groups_of(worker, shown=3, opened=last)
    assert {clock: group.count for clock, group in found.items()} == {clock: len(keys) for clock, keys in told.items()}
    assert {clock: group.keys for clock, group in found.items()} == {
        clock: tuple(keys[:3] + (keys[-1:] if clock == LATER and len(keys) > 3 else [])) for clock, keys in told.items()
    }
    assert tally(worker).counts == {clock: len(keys) for clock, keys in told.items()}


@pytest.mark.parametrize("who", ["mariam", "li_na", "boris"])
def test_who_may_approve_is_told_without_a_query_as_the_rules_say_it(request, every_kind, who):
    member = request.getfixturevalue(who)
    worker = Worker.of(member, NOON)
    for row in Task.objects.filter(submitted_at__isnull=False):
        assert worker.may_approve(row) == rules.may(member, "approve task", row, on=DAY)


def test_a_page_from_the_right_keeps_foreign_codes_apart(client, mariam, settings):
    settings.LANGUAGES = [("en", "English"), ("ar", "Arabic")]
    client.force_login(mariam)
    hold(mariam)
    task(title="Report", session=SessionFactory())
    with translation.override("ar"):
        html = client.get(reverse("my-work"), HTTP_ACCEPT_LANGUAGE="ar").text
    assert '<html lang="ar" dir="rtl"' in html
    assert "<bdi>Res. 1332 instructs SG 1</bdi>" in html
