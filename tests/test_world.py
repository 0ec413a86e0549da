"""The made-up world is true to itself: what the rows say now is what their histories and facts come to."""

from __future__ import annotations

import random
from collections import defaultdict
from datetime import UTC, datetime
from itertools import pairwise

import pytest
from django.core.management import CommandError, call_command

from bench.world.house import SIZES, Size
from bench.world.making import make
from mandates.actions import plans, tasks
from mandates.models import Instruction, LineTag, Paragraph, StatusUpdate, Task

AT = datetime(2026, 11, 24, 10, tzinfo=UTC)


def _by_task(rows):
    found = defaultdict(list)
    for row in rows:
        found[row["id"]].append(row)
    return found


@pytest.mark.django_db
def test_a_made_world_is_true_to_its_history_and_to_its_facts():
    make(SIZES["tiny"], 7, AT)

    told = _by_task(Task.history.order_by("history_date", "history_id").values())
    columns = [field.attname for field in Task._meta.concrete_fields]
    held = list(Task.objects.values())
    assert len(held) > 90
    for row in held:
        history = told.pop(row["id"])
        assert [one["history_type"] for one in history] == ["+"] + ["~"] * (len(history) - 1)
        assert [one["revision"] for one in history] == list(range(1, row["revision"] + 1))
        assert all(one["history_date"] < later["history_date"] for one, later in pairwise(history))
        assert {name: history[-1][name] for name in columns} == row
    assert all(history[-1]["history_type"] == "-" for history in told.values())

    stood = {(row["id"], row["history_date"]): (row["status"], row["history_user_id"]) for row in Task.history.values()}
    for said in StatusUpdate.objects.all():
        assert stood[said.task_id, said.at] == (said.after, said.by_id)

    tags: dict[int, tuple[int, int]] = {}
    for row in LineTag.history.order_by("history_date", "history_id"):
        if row.history_type == "-":
            del tags[row.id]
        else:
            tags[row.id] = (row.instruction_id, row.action_line_id)
    assert tags == {row.pk: (row.instruction_id, row.action_line_id) for row in LineTag.objects.all()}


@pytest.mark.django_db
def test_the_timetable_finds_nothing_to_put_right_in_a_made_world():
    make(SIZES["tiny"], 8, AT)
    assert not tasks.compare(tasks.Ledger.load(Instruction.objects.all()), plans.Calendar.load(), at=AT)


@pytest.mark.django_db(transaction=True)
@pytest.mark.postgres
def test_the_tables_have_their_indexes_and_references_again():
    from django.db import connection

    def kept():
        with connection.cursor() as cursor:
            cursor.execute("SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1")
            indexes = cursor.fetchall()
            cursor.execute("SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint ORDER BY 1, 2")
            return indexes, cursor.fetchall()

    before = kept()
    make(SIZES["tiny"], random.randrange(1000), AT)
    assert kept() == before
    assert Paragraph.objects.create(version_id=1, section_id=1, position=9_999, address="x", anchor="x").pk


@pytest.mark.django_db
def test_no_world_is_made_over_what_is_there(li_na):
    with pytest.raises(CommandError, match="empty database"):
        call_command("makeworld", scale="tiny")
    assert not Paragraph.objects.exists()


@pytest.mark.django_db
def test_a_world_that_has_more_tasks_than_asked_for_gets_no_more():
    """With this seed one duty of many sessions is more than all that was left to make."""
    make(Size(resolutions=8, paragraphs=96, tasks=60, members=30, units=0, bodies=0), 9, AT)
    assert Task.objects.count() > 60
