"""The demo has life in it: something overdue, something silent, something to approve, and people who speak."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.http import QueryDict

from mandates.actions import demo, demo_work, facts, plans
from mandates.models import Comment, Input, Member, Task
from mandates.views.work import APPROVE, OVERDUE, SILENT, WAITING, Worker, groups_of
from reports.changes.page import ChangesPage


@pytest.mark.parametrize("now", [datetime(2026, 3, 2, 9, tzinfo=UTC), datetime(2026, 11, 24, 9, tzinfo=UTC)])
def test_the_demo_has_every_kind_of_work_whenever_it_is_made(db, now):
    facts.load(at=now)
    demo.people(at=now)
    coordinator = Member.objects.get(username="li.na")
    version = demo.reviewed_copy(by=coordinator, clock=lambda: now - demo_work.BEGAN)
    demo_work.lives(version=version, by=coordinator, at=now)
    groups = groups_of(Worker.of(Member.objects.get(username="mariam.diallo"), now), shown=25)
    assert {clock for clock, group in groups.items() if group.count} >= {OVERDUE, WAITING, SILENT}
    assert groups_of(Worker.of(coordinator, now), shown=25)[APPROVE].count == 1
    assert Task.objects.overdue(plans.today(now)).exists()
    assert {one.username for one in Comment.objects.order_by("at")[0].mentions.all()} == {"mariam.diallo"}
    assert 0 < Input.objects.exclude(received_at=None).count() < Input.objects.count()
    assert Task.objects.filter(last_word_at__gt=now).count() == 0
    quiet = [group.key for group in ChangesPage.of(QueryDict(""), now).groups if not group.count]
    assert quiet == []  # since its last meeting something of every kind has changed
    assert demo.reviewed_copy(by=coordinator, clock=lambda: now) is None  # a second time does nothing
