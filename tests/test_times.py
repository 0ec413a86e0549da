"""Times are told by the clocks of the seat, on pages and in sentences alike."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.urls import reverse

from mandates.actions import comments, status
from tests.factories import TaskFactory

pytestmark = pytest.mark.django_db


def test_what_was_said_late_in_the_evening_of_utc_was_said_the_next_day_at_the_seat(client, li_na):
    """23:30 UTC on 30 June is half past one on 1 July in Geneva, where it is summer."""
    late = datetime(2026, 6, 30, 23, 30, tzinfo=UTC)
    task = TaskFactory(status="todo")
    said = status.update(task=task, to="prog", words="Begun.", by=li_na, at=late, seen=task.revision)
    comments.add(task=task, words="Good.", by=li_na, at=late)
    assert "1 July, 01:30" in status.sentence(said=said)

    client.force_login(li_na)
    page = client.get(reverse("task", args=[task.pk])).content.decode()
    assert "1 July 2026, 01:30" in page
    assert "23:30" not in page.replace("T23:30:00", "")
    assert 'datetime="2026-07-01T01:30:00+02:00"' in page
