"""The file of a piece of evidence: handed out to those who see it on the page, and never shown as a page of ours."""

from __future__ import annotations

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse

from mandates.actions import evidence
from tests.factories import NOON, MemberFactory

from .work import hold, task

pytestmark = pytest.mark.django_db


@pytest.fixture
def minutes(mariam):
    hold(mariam)
    given = evidence.Given(file=ContentFile(b"%PDF-1.7 <script>"), name='..\\we"ird\u202e.pdf')
    return evidence.add(task=task(), given=given, by=mariam, at=NOON)


def test_it_comes_as_an_attachment_that_no_browser_takes_for_a_page(client, mariam, minutes):
    client.force_login(mariam)
    answer = client.get(reverse("evidence-file", args=[minutes.pk]))
    assert b"".join(answer.streaming_content) == b"%PDF-1.7 <script>"
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Disposition"].startswith("attachment")
    assert "\u202e" not in answer["Content-Disposition"]
    assert ".." not in answer["Content-Disposition"]
    assert "no-store" in answer["Cache-Control"]


def test_page_and_address_give_a_viewer_the_same_answer(client, minutes, mariam):
    client.force_login(MemberFactory(role="viewer"))
    address = reverse("evidence-file", args=[minutes.pk])
    page = client.get(minutes.task.get_absolute_url()).text
    assert address not in page
    assert minutes.original_name not in page
    assert "1 piece is for members of the house only." in page
    assert client.get(address).status_code == 404
    evidence.show(evidence=minutes, public=True, by=mariam, at=NOON)
    assert address in client.get(minutes.task.get_absolute_url()).text
    answer = client.get(address)
    assert answer.status_code == 200
    answer.close()


def test_a_link_has_no_file_and_a_lost_file_is_a_page_that_says_so(client, mariam, minutes):
    client.force_login(mariam)
    link = evidence.add(task=minutes.task, given=evidence.Given(link="C26/59"), by=mariam, at=NOON)
    assert client.get(reverse("evidence-file", args=[link.pk])).status_code == 404
    minutes.file.storage.delete(minutes.file.name)
    assert client.get(reverse("evidence-file", args=[minutes.pk])).status_code == 404
