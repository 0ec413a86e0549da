"""What goes to a governing body is approved or returned by a second person, on the task's page."""

from __future__ import annotations

import pytest
from django.urls import reverse
from django.utils import timezone

from mandates.actions import evidence, status
from tests.factories import MemberFactory

from .work import HTMX, form, governed, hold

pytestmark = pytest.mark.django_db


@pytest.fixture
def handed_in(mariam):
    hold(mariam)
    row = governed(status="prog")
    given = [evidence.Given(link="C26/59")]
    status.update(task=row, to="done", words="Sent.", by=mariam, at=timezone.now(), seen=1, evidence=given)
    return row


@pytest.fixture
def head(client):
    member = MemberFactory(first_name="Hana", last_name="Head")
    hold(member, heads=True)
    client.force_login(member)
    return member


def test_the_head_of_the_unit_finds_it_to_approve_and_approves_it(client, handed_in, head):
    assert "1 to approve" in client.get(reverse("my-work")).text
    assert "Approve it or return it" in client.get(handed_in.get_absolute_url()).text
    answer = client.post(reverse("task-approve", args=[handed_in.pk]), form(handed_in), follow=True)
    handed_in.refresh_from_db()
    assert (handed_in.status, handed_in.approved_by) == ("done", head)
    assert "handed in by Mariam Diallo, approved by Hana Head" in answer.text.replace("Handed", "handed")


def test_who_handed_it_in_neither_finds_the_button_nor_may_press_it(client, handed_in, mariam):
    client.force_login(mariam)
    assert "1 waiting for others" in client.get(reverse("my-work")).text
    assert "Approve it or return it" not in client.get(handed_in.get_absolute_url()).text
    answer = client.post(reverse("task-approve", args=[handed_in.pk]), form(handed_in))
    assert answer.status_code == 403
    assert "a second person approves it" in answer.text


def test_a_return_asks_for_words_keeps_what_was_typed_and_opens_it_again(client, handed_in, head):
    address = reverse("task-return", args=[handed_in.pk])
    for extra in ({}, HTMX):
        answer = client.post(address, form(handed_in), **extra)
        assert answer.status_code == 422
        assert "Say what is missing" in answer.text
    answer = client.post(address, form(handed_in, words="The annex is missing."), **HTMX)
    assert (answer.status_code, answer["HX-Refresh"]) == (204, "true")
    handed_in.refresh_from_db()
    assert (handed_in.to_approve, handed_in.status) == (False, "prog")
    assert "The annex is missing." in client.get(handed_in.get_absolute_url()).text


def test_a_second_approval_of_the_same_is_told_of_the_first(client, handed_in, head, li_na):
    data = form(handed_in, words="Fine by me.")
    status.approve(task=handed_in, by=li_na, at=timezone.now(), seen=handed_in.revision)
    answer = client.post(reverse("task-approve", args=[handed_in.pk]), data, **HTMX)
    assert answer.status_code == 409
    assert "Li Na" in answer.text
    assert "Fine by me." in answer.text


def test_what_was_handed_in_for_somebody_is_not_theirs_to_approve(client, head):
    colleague = MemberFactory(role="coordinator")
    row = governed(status="prog")
    given = [evidence.Given(link="C26/59")]
    status.update(task=row, to="done", words="x", by=colleague, on_behalf_of=head, at=timezone.now(), seen=1,
                  evidence=given)  # fmt: skip
    assert "1 waiting for others" in client.get(reverse("my-work")).text
    assert client.post(reverse("task-approve", args=[row.pk]), form(row)).status_code == 403
