"""Evidence is made public, or internal again, on the task's page."""

from __future__ import annotations

import pytest
from django.urls import reverse

from mandates.actions import evidence
from tests.factories import NOON, MemberFactory

from .work import hold, task

pytestmark = pytest.mark.django_db


def test_evidence_is_made_public_and_internal_again_and_the_timeline_says_so(client, mariam):
    hold(mariam)
    row = task()
    kept = evidence.add(task=row, given=evidence.Given(link="C26/59"), by=mariam, at=NOON)
    client.force_login(mariam)
    address = reverse("evidence-show", args=[kept.pk])
    assert "Make public" in client.get(row.get_absolute_url()).text
    page = client.post(address, {"public": "yes"}, follow=True).text
    assert "“C26/59” is public: viewers see it too." in page
    assert "made “C26/59” public." in page
    viewer = MemberFactory(role="viewer")
    client.force_login(viewer)
    seen = client.get(row.get_absolute_url()).text
    assert "made “C26/59” public." in seen
    assert "Make internal" not in seen
    client.force_login(mariam)
    client.post(address, {"public": "yes"})  # a second click changes nothing
    client.post(address, {"public": "no"}, follow=True)
    assert [one.is_public for one in kept.history.order_by("history_id")] == [False, True, False]
    client.force_login(viewer)
    assert "C26/59" not in client.get(row.get_absolute_url()).text


def test_only_those_who_may_update_the_task_decide_who_sees_its_evidence(client, mariam, li_na):
    kept = evidence.add(task=task(), given=evidence.Given(link="C26/59"), by=li_na, at=NOON)
    client.force_login(mariam)
    assert client.post(reverse("evidence-show", args=[kept.pk]), {"public": "yes"}).status_code == 403
    kept.refresh_from_db()
    assert kept.is_public is False
