"""A closed task is opened again, with the reason."""

from __future__ import annotations

import pytest
from django.urls import reverse

from .work import HTMX, form, hold, task

pytestmark = pytest.mark.django_db


@pytest.fixture
def closed(client, mariam):
    client.force_login(mariam)
    hold(mariam)
    return task(status="over")


def test_it_is_open_again_where_it_was_said_to_stand(client, closed):
    assert "Open it again" in client.get(closed.get_absolute_url()).text
    data = form(closed, to="prog", words="They ask for it after all.")
    page = client.post(reverse("task-reopen", args=[closed.pk]), data, follow=True).text
    assert "They ask for it after all." in page
    closed.refresh_from_db()
    assert closed.status == "prog"


@pytest.mark.parametrize(("typed", "sentence"), [({"to": "prog"}, "Say why"), ({"words": "x"}, "Say where it stands")])
def test_without_a_reason_or_a_status_it_stays_closed(client, closed, typed, sentence):
    answer = client.post(reverse("task-reopen", args=[closed.pk]), form(closed, **typed), **HTMX)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert typed.get("words", "") in answer.text
