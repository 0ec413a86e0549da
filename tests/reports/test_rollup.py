"""The roll-up: what a board counts is what the list of work shows, now and as at any past day."""

from __future__ import annotations

import itertools
from datetime import date, datetime, timedelta
from urllib.parse import urlsplit

import pytest
import time_machine
from django.http import QueryDict

from mandates.models import ActionLine, Goal, GoalTag, LineTag, Task
from reports.asked import Asked
from reports.clocks import Moment
from reports.rollup import DIMENSIONS, MEASURES, Scope, link, rollup
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
