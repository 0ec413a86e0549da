"""Row D4: at the edge of a day, in whatever zone somebody asks, all pages, letters, exports and roll-ups agree."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.http import QueryDict

from mandates.actions import plans
from mandates.models import Task
from mandates.views.task_rows import date_that_matters
from mandates.views.work import OVERDUE, Worker, clock_of, groups_of
from reports.asked import Asked
from reports.clocks import Moment, clocked
from reports.letters.chosen import Chosen
from reports.letters.whose import Tree, whose
from reports.rollup import Scope, rollup
from tests.factories import InstructionFactory, TaskFactory
from tests.mandates.work import hold

pytestmark = pytest.mark.django_db
SEAT = "Europe/Zurich"
ZONES = (SEAT, "UTC", "Pacific/Kiritimati", "Pacific/Chatham", "Australia/Lord_Howe", "Pacific/Honolulu", "Asia/Tehran")
# An ordinary day, both changes of the clock at the seat, a year's end, a leap day.
DAYS = (date(2026, 11, 24), date(2026, 3, 29), date(2026, 10, 25), date(2026, 12, 31), date(2028, 2, 29))
TASKS, MOMENTS = 250, 8  # for each of the days: 10,000 cases


def moments(day: date, chance: random.Random) -> list[datetime]:
    """Moments around the edges of the day, at the seat and elsewhere, as clocks of any zone show them."""
    found = []
    for _n in range(MOMENTS):
        midnight = datetime.combine(day, time.min, ZoneInfo(chance.choice(ZONES))).astimezone(UTC)
        moment = midnight + timedelta(days=chance.choice((0, 1)), seconds=chance.choice((-1, 0, 1, -3600, 3600)))
        found.append(moment.astimezone(ZoneInfo(chance.choice(ZONES))))
    return found


@pytest.mark.parametrize("day", DAYS, ids=str)
def test_nobody_disagrees_on_what_is_overdue(mariam, day):
    chance = random.Random(day.toordinal())
    spm, instruction = hold(mariam), InstructionFactory()
    for _n in range(TASKS):
        due = chance.choice([None, *(day + timedelta(days=n) for n in (-2, -1, 0, 1))])
        TaskFactory(
            instruction=instruction, lead=spm, due_on=due, status=chance.choice(Task.Status.values),
            late_after=due and chance.choice([None, None, due + timedelta(days=1), due + timedelta(days=2)]),
            submitted_at=chance.choice([None, None, None, datetime(2026, 1, 1, tzinfo=UTC)]),
            waiting_for=chance.choice(["", "a reply"]), created_at=datetime(2025, 1, 1, tzinfo=UTC),
        )  # fmt: skip
    tasks = list(Task.objects.select_related("lead", "session", "first_stop"))
    tree, cases = Tree.load(), 0
    for now in moments(day, chance):
        moment, worker, here = Moment.of(now), Worker.of(mariam, now), now.astimezone(ZoneInfo(SEAT)).date()
        late = {
            one.pk
            for one in tasks
            if one.status not in Task.CLOSED
            and one.submitted_at is None
            and one.matters_on is not None
            and (one.late_after or one.matters_on) < here
        }
        people = whose([mariam], moment.day, tree)
        letter = Chosen.of(people.values(), moment, shown=TASKS)
        found = {
            "the rule": {one.pk for one in tasks if plans.is_overdue(one, now)},
            "the vocabulary": set(Task.objects.overdue(moment.day).values_list("pk", flat=True)),
            "the task's row": {one.pk for one in tasks if clock_of(one, worker) == OVERDUE},
            "the task's date": {one.pk for one in tasks if _leads_as_late(one, worker)},
            "My work": set(groups_of(worker, shown=TASKS)[OVERDUE].keys),
            "the lists": set(clocked(Task.objects.all(), moment).filter(clock=OVERDUE).values_list("pk", flat=True)),
            "the export": set(Asked.of(QueryDict("clock=overdue")).tasks(moment).values_list("pk", flat=True)),
            "the letter": {key for _at, key in letter.rows.get((spm.pk, OVERDUE), ())},
        }
        assert {name: keys ^ late for name, keys in found.items() if keys != late} == {}
        assert rollup(Scope("unit"), moment).total.overdue == len(late)
        assert letter.groups(people[mariam.pk]).counts[OVERDUE] == len(late)
        cases += len(tasks)
    assert cases * len(DAYS) == 10_000


def _leads_as_late(task: Task, worker: Worker) -> bool:
    open_and_ours = task.status not in Task.CLOSED and not task.to_approve
    return open_and_ours and date_that_matters(task, {}, worker.day).late
