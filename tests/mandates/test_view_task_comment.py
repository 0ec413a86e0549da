"""Comments on a task, and whom they name."""

from __future__ import annotations

import pytest
from django.urls import reverse

from tests.factories import MemberFactory

from .work import HTMX, task

pytestmark = pytest.mark.django_db


def test_the_chair_comments_and_who_is_named_is_told_apart(client, mariam):
    client.force_login(MemberFactory(role="chair", first_name="Denis", last_name="Moreau"))
    row = task()
    words = "@mariam.diallo and @nobody: <b>any news?</b>"
    page = client.post(reverse("task-comment", args=[row.pk]), {"words": words}, follow=True).text
    assert '<b title="Mariam Diallo">@mariam.diallo</b>' in page
    assert "@nobody: &lt;b&gt;any news?&lt;/b&gt;" in page
    assert "Denis Moreau commented" in page
    assert row.comments.get().mentions.get() == mariam


def test_an_empty_comment_is_refused_with_a_sentence(client, li_na):
    client.force_login(li_na)
    row = task()
    answer = client.post(reverse("task-comment", args=[row.pk]), {"words": "  "}, **HTMX)
    assert answer.status_code == 422
    assert "The comment is empty." in answer.text


def test_a_viewer_has_no_box_to_type_in(client):
    client.force_login(MemberFactory(role="viewer"))
    row = task()
    assert "comment-words" not in client.get(row.get_absolute_url()).text
    assert client.post(reverse("task-comment", args=[row.pk]), {"words": "x"}).status_code == 403
