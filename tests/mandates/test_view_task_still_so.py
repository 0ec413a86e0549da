""" "Still so": one click, and the task is fresh again."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from mandates.actions import status
from mandates.models import StatusUpdate

from .test_view_task_update import row_in
from .work import HTMX, hold, task

pytestmark = pytest.mark.django_db


@pytest.fixture
def spm(client, mariam):
    client.force_login(mariam)
    return hold(mariam)


def press(client, row, **more):
    data = {"seen": row.revision, "token": "still", "group": "silent"}
    return client.post(reverse("task-still-so", args=[row.pk]), data, **more)


def test_a_silent_task_is_fresh_again_and_the_row_says_who_said_so(client, spm, mariam):
    row = task(status="cont", due_on=None, created_at=timezone.now() - timedelta(200))
    answer = press(client, row, **HTMX)
    row.refresh_from_db()
    assert row.last_word_at is not None
    assert "Still so: Mariam Diallo" in answer.text
    assert row_in(answer.text, row) == row_in(client.get(reverse("my-work") + "?show=all").text, row)


def test_two_clicks_are_one_word(client, spm):
    row = task(status="cont")
    assert press(client, row, **HTMX).status_code == press(client, row, **HTMX).status_code == 200
    assert StatusUpdate.objects.count() == 1


def test_where_nobody_has_spoken_the_row_opens_and_asks(client, spm):
    row = task(status="none")
    answer = press(client, row, **HTMX)
    assert answer.status_code == 422
    assert "say it first" in answer.text
    assert 'type="radio"' in answer.text


def test_what_another_said_meanwhile_is_shown_first(client, spm, boris):
    row = task(status="prog")
    seen = row.revision
    status.update(task=row, to="risk", words="The hall is taken.", by=boris, at=timezone.now(), seen=seen)
    row.revision = seen
    answer = press(client, row, **HTMX)
    assert answer.status_code == 409
    assert "The hall is taken." in answer.text


def test_without_script_it_leads_back_to_the_row(client, spm):
    row = task(status="prog")
    assert press(client, row)["Location"] == f"{reverse('my-work')}#t{row.pk}"
