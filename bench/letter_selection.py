"""Row P10: choosing what the letters of all members tell, against the one statement that chooses it.

    python -m bench.letter_selection [agency|un]

Prints a line per figure and ends with failure when one falls short, at either size. The floor is written by hand: the
first ten tasks of each clock for each member, with deputies and units below. It is said in two ways, and the quicker
one at that size is the floor: with many members it pays to find the first ten of each unit first. All
give the same rows, which is looked at first; the project's way also counts what it does not list, and finds what each
may approve. Then the number of queries for a few members' letters is held against that for ten times as many.
"""

from __future__ import annotations

import os
import secrets
import sys
import tempfile
import timeit
from collections.abc import Callable
from contextlib import ExitStack
from datetime import timedelta
from typing import Any

from config.stack import in_one_piece

from . import databases, ratio
from .goals import GOALS, Report

GOALS |= {"P10": 2.0, "P10 queries": 0}
FEW = 20  # members whose letters are counted in queries, against ten times as many

TOLD = """
WITH RECURSIVE today AS (
  SELECT member_id, post_id FROM mandates_holding WHERE since <= %(day)s AND (until IS NULL OR until >= %(day)s)
), theirs (member, unit) AS (
  SELECT today.member_id, post.unit_id
  FROM today JOIN mandates_post post ON post.id = today.post_id OR post.deputy_id = today.post_id
  UNION
  SELECT theirs.member, below.id FROM theirs JOIN mandates_unit below ON below.parent_id = theirs.unit
), told AS (
  SELECT id, lead_id, matters_on, coalesce(last_word_at, created_at) AS word,
    CASE WHEN coalesce(late_after, matters_on) < %(day)s THEN 'overdue'
         WHEN matters_on <= %(soon)s THEN 'soon'
         WHEN waiting_for = '' AND coalesce(last_word_at, created_at) < %(since)s
              AND (matters_on IS NULL OR matters_on <= %(until)s) THEN 'silent' END AS clock
  FROM mandates_task WHERE is_open AND submitted_at IS NULL
), listed AS (
  SELECT id, lead_id, clock, CASE WHEN clock <> 'silent' THEN matters_on END AS day,
    CASE WHEN clock = 'silent' THEN word END AS word
  FROM told WHERE clock IS NOT NULL
)"""
STRAIGHT = """, placed AS (
  SELECT member, clock, id, row_number() OVER (PARTITION BY member, clock ORDER BY day, word, id) AS place
  FROM theirs JOIN listed ON listed.lead_id = theirs.unit
)
SELECT member, clock, id FROM placed WHERE place <= 10
"""
BY_UNIT = """, first AS (
  SELECT *, row_number() OVER (PARTITION BY lead_id, clock ORDER BY day, word, id) AS place FROM listed
), placed AS (
  SELECT member, clock, id, row_number() OVER (PARTITION BY member, clock ORDER BY day, word, id) AS place
  FROM theirs JOIN first ON first.lead_id = theirs.unit WHERE place <= 10
)
SELECT member, clock, id FROM placed WHERE place <= 10
"""


def main(scale: str) -> int:
    os.environ.update(DJANGO_SETTINGS_MODULE="config.settings", DEBUG="off", LOG_LEVEL="ERROR")
    os.environ.setdefault("SECRET_KEY", secrets.token_urlsafe(50))
    os.environ.pop("DATABASE_URL", None)
    report = Report()
    if why := databases.why_no_server():
        report.passed_over("P10", why)
        return 0
    with ExitStack() as kept:
        os.environ["VAR_DIR"] = kept.enter_context(tempfile.TemporaryDirectory())
        databases.prepare({scale: kept.enter_context(databases.world(scale))})
        from django.db import connections

        with databases.at(scale):
            _measure(report, scale)
        connections.close_all()
    return 1 if report.missed else 0


def _measure(report: Report, scale: str) -> None:
    from django.utils import timezone

    from mandates.models import Member

    members, now = list(Member.objects.order_by("pk")), timezone.now()
    floors, selection = [_floor(TOLD + way, now) for way in (STRAIGHT, BY_UNIT)], _selection(members, now)
    found = _rows(selection())
    for floor in floors:
        if different := set(floor()) ^ found:
            raise SystemExit(f"The two choose {len(different)} rows differently.")
    floor = min(floors, key=_seconds)
    one = ratio.against(floor, selection)
    report.row("P10", one.value, f"{len(found)} rows for {len(members)} members ({scale}), {one}")
    few, many = _queries(members[:FEW], now), _queries(members[: 10 * FEW], now)
    report.row("P10 queries", many - few, f"{few} queries for {FEW} members, {many} for {10 * FEW}")


def _seconds(work: Callable[[], object]) -> float:
    """The best of three."""
    return min(timeit.repeat(work, number=1, repeat=3))


def _floor(statement: str, now: Any) -> Callable[[], list[tuple]]:
    from django.db import connection

    from reports.clocks import Moment

    moment = Moment.of(now)
    values = {
        "day": moment.day, "soon": moment.soon_until, "since": moment.silent_since, "until": moment.silent_until
    }  # fmt: skip

    def ask() -> list[tuple]:
        with connection.cursor() as cursor:
            cursor.execute(statement, values)
            return cursor.fetchall()

    return ask


def _selection(members: list[Any], now: Any) -> Callable[[], dict[int, Any]]:
    from reports.clocks import Moment
    from reports.letters.chosen import Chosen
    from reports.letters.whose import Tree, whose

    moment = Moment.of(now)

    def choose() -> dict[int, Any]:
        people = whose(members, moment.day, Tree.load())
        chosen = Chosen.of(people.values(), moment)
        return {key: chosen.groups(person) for key, person in people.items()}

    return choose


def _rows(groups: dict[int, Any]) -> set[tuple]:
    return {
        (member, clock, key)
        for member, found in groups.items()
        for clock, keys in found.keys.items()
        if clock != "approve"
        for key in keys
    }


def _queries(members: list[Any], now: Any) -> int:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from reports.letters import weekly

    monday = now.date() - timedelta(days=now.weekday())
    with CaptureQueriesContext(connection) as asked:
        weekly.for_people(members, monday, now)
    return len(asked)


if __name__ == "__main__":
    sys.exit(in_one_piece(main, sys.argv[1] if len(sys.argv) > 1 else "agency"))
