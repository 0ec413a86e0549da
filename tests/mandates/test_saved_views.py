"""Filters kept under a name."""

from __future__ import annotations

import pytest

from mandates.actions import Refused, saved_views
from mandates.models import SavedView

pytestmark = pytest.mark.django_db


def keep(member, name="Mine", query="status=risk&unit=3"):
    return saved_views.keep(member=member, page="tasks", name=name, query=query)


def test_the_same_name_again_replaces_the_filters_and_the_page_number_is_no_filter(mariam, li_na):
    keep(mariam)
    keep(li_na)
    keep(mariam, query="?status=done&page=7&status=over&q=a%26b")
    assert list(SavedView.objects.filter(member=mariam).values_list("name", "query")) == [
        ("Mine", "status=done&status=over&q=a%26b")
    ]


@pytest.mark.parametrize(("name", "query"), [("  ", "a=1"), ("Long", "a=" + "x" * 1000)])
def test_what_can_not_be_kept_is_refused_with_a_sentence(name, query, mariam):
    with pytest.raises(Refused):
        keep(mariam, name, query)


def test_a_view_is_let_go_by_its_member_and_there_are_not_too_many(mariam, li_na, monkeypatch):
    view = keep(mariam)
    with pytest.raises(Refused, match="somebody else"):
        saved_views.forget(view=view, by=li_na)
    monkeypatch.setattr(saved_views, "MOST", 1)
    with pytest.raises(Refused, match="let one go"):
        keep(mariam, "Another")
    keep(mariam)
    saved_views.forget(view=view, by=mariam)
    assert not SavedView.objects.exists()
