"""That an occurrence owes nothing this time, with the reason."""

from __future__ import annotations

import pytest
from django.urls import reverse

from .work import HTMX, form, hold, task

pytestmark = pytest.mark.django_db


def test_it_asks_for_a_reason_and_is_shown_so(client, mariam):
    client.force_login(mariam)
    hold(mariam)
    row = task(status="todo")
    address = reverse("task-nothing-due", args=[row.pk])
    refused = client.post(address, form(row), **HTMX)
    assert refused.status_code == 422
    assert "Say why nothing is due this time." in refused.text
    page = client.post(address, form(row, words="The session is not held."), follow=True).text
    assert "Nothing due this time" in page
    assert "The session is not held." in page
    row.refresh_from_db()
    assert (row.status, row.nothing_due) == ("over", True)


def test_a_closed_task_refuses_it_with_a_sentence(client, mariam):
    client.force_login(mariam)
    hold(mariam)
    row = task(status="over")
    answer = client.post(reverse("task-nothing-due", args=[row.pk]), form(row, words="x"))
    assert answer.status_code == 422
    assert "It is closed already." in answer.text
