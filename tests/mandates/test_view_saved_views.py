"""The filters of the list of work are kept under a name."""

from __future__ import annotations

from mandates.models import SavedView
from tests.factories import MemberFactory


def test_a_view_is_kept_opened_and_let_go(client, mariam):
    client.force_login(mariam)
    answer = client.post("/work/all/views/keep/", {"name": "At risk", "query": "status=risk&page=3"}, follow=True)
    assert answer.request["QUERY_STRING"] == "status=risk"
    assert '<a href="?status=risk" aria-current="true">At risk</a>' in answer.text
    view = SavedView.objects.get()
    client.post(f"/work/all/views/{view.pk}/forget/")
    assert not SavedView.objects.exists()


def test_a_view_without_a_name_is_refused_and_the_filters_stay(client, mariam):
    client.force_login(mariam)
    answer = client.post("/work/all/views/keep/", {"name": " ", "query": "status=risk"}, follow=True)
    assert "Give the view a name." in answer.text
    assert answer.request["QUERY_STRING"] == "status=risk"


def test_what_comes_back_damaged_breaks_nothing(client, mariam):
    client.force_login(mariam)
    for said in (
        {"name": "x", "query": "a=\0\r\nSet-Cookie: x"},
        {"name": "x" * 500, "query": "&".join(f"a{n}=b" for n in range(400))},
        {"name": "x", "query": "", "page": "elsewhere"},
    ):
        assert client.post("/work/all/views/keep/", said, follow=True).status_code == 200


def test_the_views_of_others_do_not_exist(client, mariam):
    view = SavedView.objects.create(member=MemberFactory(), page="tasks", name="Theirs", query="")
    client.force_login(mariam)
    assert client.post(f"/work/all/views/{view.pk}/forget/").status_code == 404
    assert "Theirs" not in client.get("/work/all/").text
