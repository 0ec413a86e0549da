"""Posts are made and handed over on the page of their unit."""

from __future__ import annotations

from datetime import date

import pytest

from mandates.models import Holding, Post
from tests.factories import HoldingFactory, PostFactory, UnitFactory


def test_a_post_goes_from_one_to_the_other_in_one_edit(client, li_na, mariam, boris):
    holding = HoldingFactory(member=mariam, post__title="Focal point")
    client.force_login(li_na)
    answer = client.post(
        f"/posts/{holding.post_id}/hand-over/", {"to": boris.pk, "since": "2027-01-01", "why": "moved"}, follow=True
    )
    assert "Boris Hahn holds “Focal point” from 1 January 2027." in answer.text
    assert answer.request["PATH_INFO"] == holding.post.unit.get_absolute_url()
    holding.refresh_from_db()
    assert holding.until == date(2026, 12, 31)
    assert Holding.objects.get(member=boris).since == date(2027, 1, 1)


def test_a_post_is_left_vacant(client, li_na, mariam):
    holding = HoldingFactory(member=mariam)
    client.force_login(li_na)
    answer = client.post(f"/posts/{holding.post_id}/hand-over/", {"to": "", "since": "2027-01-01"}, follow=True)
    assert "is vacant from 1 January 2027" in answer.text
    assert Holding.objects.count() == 1


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"since": "soon"}, "From: Enter a valid date."),
        ({"since": "2027-01-01", "to": "999999"}, "To: Select a valid choice."),
        ({"since": "2019-01-01", "to": ""}, "holds this post from 1 January 2020: choose a later day."),
    ],
)
def test_a_hand_over_that_makes_no_sense_is_refused_in_a_sentence(client, li_na, mariam, said, sentence):
    holding = HoldingFactory(member=mariam)
    client.force_login(li_na)
    assert sentence in client.post(f"/posts/{holding.post_id}/hand-over/", said, follow=True).text
    holding.refresh_from_db()
    assert holding.until is None


def test_a_post_is_made_and_gets_a_deputy(client, li_na):
    unit, other = UnitFactory(), PostFactory(title="Deputy")
    client.force_login(li_na)
    client.post(f"/units/{unit.pk}/posts/", {"title": "Head", "heads_unit": "on"})
    post = Post.objects.get(title="Head")
    assert post.heads_unit
    client.post(f"/posts/{post.pk}/deputy/", {"deputy": other.pk})
    post.refresh_from_db()
    assert post.deputy == other
    for wrong, sentence in ((post.pk, "its own deputy"), ("x", "There is no such post."), ("9" * 30, "no such post")):
        assert sentence in client.post(f"/posts/{post.pk}/deputy/", {"deputy": wrong}, follow=True).text
    client.post(f"/posts/{post.pk}/deputy/", {"deputy": ""})
    post.refresh_from_db()
    assert post.deputy is None
