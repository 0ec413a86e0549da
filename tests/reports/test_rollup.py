"""The roll-up: what a board counts is what the list of work shows, now and as at any past day."""

from __future__ import annotations

import itertools
import threading
from datetime import date, datetime, timedelta
from urllib.parse import urlsplit

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.http import QueryDict

from mandates.actions import tracked
from mandates.models import ActionLine, Goal, GoalTag, LineTag, Task
from reports import jobs
from reports.asked import Asked
from reports.clocks import Moment
from reports.models import Fold, Tally
from reports.rollup import DIMENSIONS, MEASURES, Scope, folding, link, rollup, trend
from reports.rollup.recounting import recount
from tests.factories import (
    NOON,
    ParagraphFactory,
    SectionFactory,
    SessionFactory,
    TaskFactory,
    UnitFactory,
    instruction_in,
)

NOW = Moment.of(NOON)
MEASURED = ("", *MEASURES, "open", "closed", "overdue", "silent")


def listed(address: str, now: datetime = NOON) -> int:
    """How many rows the list of work has at an address."""
    query = QueryDict(urlsplit(address).query)
    return Asked.of(query).tasks(Moment.asked(query.get("at", ""), now)).count()


def measured(counts, measure: str) -> int:
    return getattr(counts, measure or "total")


@pytest.fixture
def noon():
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def world(db):
    """A bit of everything that can be counted by."""
    with time_machine.travel(NOON - timedelta(200), tick=False):
        above = ActionLine.objects.create(code="C7", title="Applications", position=7)
        parts = [
            ActionLine.objects.create(code=code, title=code, position=position, parent=above)
            for position, code in enumerate(("C7-1", "C7-2"), 8)
        ]
        other = ActionLine.objects.create(code="C5", title="Security", position=5)
        goal = Goal.objects.create(number=9, title="Industry")
        section = SectionFactory()
        lined, plain = (
            instruction_in(ParagraphFactory(section=section), title=title, at=NOON - timedelta(200), force=force)
            for title, force in (("Report", "instructs"), ("Invite", "invites"))
        )
        for line in (*parts, other):
            LineTag.objects.create(instruction=lined, action_line=line)
        GoalTag.objects.create(instruction=lined, goal=goal)
        bdt = UnitFactory(abbr="BDT")
        below = UnitFactory(abbr="BDT/DKH", parent=bdt)
        cstd, ecosoc = SessionFactory(), SessionFactory(code="ECOSOC-2027", name="ECOSOC 2027")
        for number, status in enumerate((*Task.Status, "prog")):
            TaskFactory(
                instruction=(lined, plain, lined)[number % 3],
                lead=(bdt, below, None)[number % 3],
                session=(cstd, ecosoc, None)[number % 3],
                first_stop=(None, cstd)[number % 2],
                status=status,
                due_on=(date(2026, 1, 1), date(2027, 2, 12), None)[number % 3],
                submitted_at=NOON - timedelta(200) if number == 8 else None,
                created_at=NOON - timedelta(200),
            )
    return lined


SCOPES = [
    *[Scope(by) for by in DIMENSIONS],
    *[Scope(by, across) for by, across in itertools.permutations(DIMENSIONS, 2) if by in {"line", "session"}],
    Scope("line", "unit", {"session": "CSTD-30", "line": "C7"}),
    Scope("session", where={"session": "CSTD-30", "text": "proposed", "force": "instructs"}),
]


@pytest.mark.parametrize("moment", [NOW, Moment.at(NOON.date() - timedelta(1))], ids=["now", "past"])
def test_each_number_of_each_board_is_the_rows_of_its_list(world, moment):
    seen = 0
    for scope in SCOPES:
        found = rollup(scope, moment)
        cells = [({}, found.total)]
        cells += [({"key": key}, counts) for key, counts in found.rows.items()]
        cells += [({"key": key, "across_key": other}, counts) for (key, other), counts in found.cells.items()]
        for where, counts in cells:
            for measure in MEASURED:
                address = link(scope, moment, measure=measure, **where)
                if measured(counts, measure) or not scope.across:
                    assert listed(address) == measured(counts, measure), address
                    seen += 1
    assert seen > 400


# ── Tallies ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_recount_finds_one_wrong_figure_logs_it_and_the_health_page_says_so(world, noon, client, caplog):
    folding.fold(now=NOON)
    assert recount(now=NOON) == ()
    assert client.get("/health/").json()["tallies"] == "ok"
    tally = Tally.objects.filter(span="month", key="C7", prog__gt=0).get()
    tally.prog += 1
    tally.save()
    with caplog.at_level("ERROR"):
        wrong = recount(now=NOON)
    assert wrong[0] == "2026-11-24, C7, prog: 3 in the tallies, 2 by the facts"
    assert "C7, prog" in caplog.text
    assert client.get("/health/").json()["tallies"] == "wrong"
    with pytest.raises(CommandError, match="5 figures are wrong"):
        call_command("recount")
    call_command("rebuildtallies")
    call_command("recount")
    assert client.get("/health/").json()["tallies"] == "ok"


def test_the_recount_comes_once_a_night_and_a_missed_night_is_made_up_for(world, noon):
    folding.fold(now=NOON)
    night = NOON.replace(hour=2, minute=30)  # half past three at the seat
    for moment, due in (
        (NOON, True),  # nothing has ever been compared
        (NOON + timedelta(minutes=15), False),
        (night + timedelta(days=1, hours=-1), False),
        (night + timedelta(days=1), True),
        (night + timedelta(days=1, minutes=15), False),
        (NOON + timedelta(days=3), True),  # all was down for two nights
        (NOON + timedelta(days=3, minutes=15), False),
    ):
        with time_machine.travel(moment, tick=False):
            jobs.recount_tallies()
        assert (Fold.objects.get().checked_at == moment) is due, moment


def test_tallies_made_with_other_settings_are_not_read_and_are_made_anew(world, settings):
    folding.fold(now=NOON)
    settings.SILENT_AFTER_DAYS = 400
    assert rollup(Scope(), NOW).total.silent == 0
    folding.fold(now=NOON)
    assert recount(now=NOON) == ()
    ActionLine.objects.filter(code="C5").update(code="C6")
    folding.fold(now=NOON)
    assert "C6" in rollup(Scope(), NOW).rows
    assert recount(now=NOON) == ()


def test_the_board_asks_two_questions_and_one_more_while_history_is_not_folded(world, django_assert_num_queries):
    folding.fold(now=NOON)
    for more in (0, 1):
        for moment, how_far in ((NOW, 0), (Moment.at(NOON.date() - timedelta(1)), 1)):
            with django_assert_num_queries(2 + how_far + more):  # of a past day also how far history is looked at
                rollup(Scope(), moment)
        with django_assert_num_queries(1 + more):
            trend(Scope(), [NOON.date() - timedelta(days) for days in range(0, 400, 20)])
        with time_machine.travel(NOON - timedelta(2), tick=False):
            TaskFactory(status="risk")


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_what_another_transaction_has_under_way_is_not_lost_to_the_fold(monkeypatch):
    """Its rows have lower keys than rows that are folded meanwhile: the fold waits for its end, or for another turn."""
    monkeypatch.setattr(folding, "WAIT", timedelta(seconds=0.2))
    ActionLine.objects.create(code="C5", title="Security", position=5)
    with time_machine.travel(NOON - timedelta(1), tick=False):
        first, second = TaskFactory(status="risk"), TaskFactory()
    folding.fold(now=NOON)
    written, seen = threading.Event(), threading.Event()

    def slowly() -> None:
        with transaction.atomic():
            tracked.change_tasks(keys=[first.pk], values={"status": "prog"}, kind="said", words="x", by=None, at=NOON)
            written.set()
            seen.wait(20)
        connection.close()

    other = threading.Thread(target=slowly)
    other.start()
    written.wait(20)
    tracked.change_tasks(keys=[second.pk], values={"status": "prog"}, kind="said", words="x", by=None, at=NOON)
    assert folding.fold(now=NOON) == 0
    assert rollup(Scope(), NOW).total.prog == 1  # by its tail
    seen.set()
    other.join()
    assert folding.fold(now=NOON) > 0
    assert rollup(Scope(), NOW).total.prog == 2
    assert recount(now=NOON) == ()


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_who_writes_elsewhere_for_long_does_not_keep_the_fold_waiting(monkeypatch):
    """In another table of this database, or in another database of the server: no key of history can be theirs."""
    monkeypatch.setattr(folding, "WAIT", timedelta(seconds=0.2))
    with time_machine.travel(NOON - timedelta(1), tick=False):
        TaskFactory(status="risk")
    written, seen = threading.Event(), threading.Event()

    def elsewhere() -> None:
        with transaction.atomic():
            Goal.objects.create(number=9, title="Industry")
            written.set()
            seen.wait(20)
        connection.close()

    stranger = connection.Database.connect(**{**connection.get_connection_params(), "dbname": "postgres"})
    other = threading.Thread(target=elsewhere)
    other.start()
    try:
        stranger.cursor().execute("CREATE TEMPORARY TABLE strange AS SELECT 1 AS one")
        assert written.wait(20)
        assert folding.rebuild(now=NOON) > 0
        with time_machine.travel(NOON - timedelta(hours=1), tick=False):
            TaskFactory(status="risk")
        assert folding.fold(now=NOON) > 0
    finally:
        seen.set()
        other.join()
        stranger.close()
    assert recount(now=NOON) == ()
