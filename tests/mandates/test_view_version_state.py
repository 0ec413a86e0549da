"""A version is put in force, deferred, proposed again or withdrawn on its page."""

from __future__ import annotations

import pytest

from mandates.models import Version
from tests.factories import ResolutionFactory, VersionFactory


@pytest.fixture
def two(db) -> tuple[Version, Version]:
    resolution = ResolutionFactory()
    old = VersionFactory(resolution=resolution, label="C24", state="in force")
    return old, VersionFactory(resolution=resolution, predecessor=old)


ADDRESS = "/texts/itu-council-1332/C26/state/"


def states() -> dict[str, str]:
    return dict(Version.objects.values_list("label", "state"))


def test_what_is_put_in_force_supersedes_what_was_and_says_so(client, li_na, two):
    client.force_login(li_na)
    assert "Put in force" in client.get("/texts/itu-council-1332/C26/").text
    answer = client.post(ADDRESS, {"state": "in force", "reason": "decided\x00 on 8 May"}, follow=True)
    assert "Res. 1332 (C26) is now in force." in answer.text
    assert states() == {"C24": "superseded", "C26": "in force"}
    row = two[1].history.first()
    assert (row.history_user, row.history_change_reason) == (li_na, "decided on 8 May")
    assert "/state/" not in answer.text


@pytest.mark.parametrize("state", ["deferred", "withdrawn"])
def test_a_proposal_is_set_aside_and_proposed_again(client, li_na, two, state):
    client.force_login(li_na)
    client.post(ADDRESS, {"state": state})
    assert states()["C26"] == state
    assert "Propose again" in client.get("/texts/itu-council-1332/C26/").text
    client.post(ADDRESS, {"state": "proposed"})
    assert states()["C26"] == "proposed"


@pytest.mark.parametrize("state", ["", "superseded", "odd"])
def test_a_state_that_nobody_can_give_is_refused_in_a_sentence(client, li_na, two, state):
    client.force_login(li_na)
    answer = client.post(ADDRESS, {"state": state}, follow=True)
    assert 'class="notice notice--bad"' in answer.text
    assert states() == {"C24": "in force", "C26": "proposed"}


def test_the_version_in_force_cannot_be_set_aside(client, li_na, two):
    client.force_login(li_na)
    answer = client.post("/texts/itu-council-1332/C24/state/", {"state": "withdrawn"}, follow=True)
    assert "A version in force is only superseded" in answer.text
    assert states()["C24"] == "in force"


def test_of_a_text_in_two_languages_all_pages_of_an_address_are_about_the_same(client, li_na, two):
    arabic = VersionFactory(resolution=two[1].resolution, language="ar", label="C26", slug=two[1].slug)
    client.force_login(li_na)
    pages = [client.get(ADDRESS.replace("state/", place)).context["page"].version for place in ("", "review/")]
    client.post(ADDRESS, {"state": "deferred"})
    assert pages == [two[1], two[1]]
    assert [Version.objects.get(pk=one.pk).state for one in (two[1], arabic)] == ["deferred", "proposed"]


def test_only_the_coordinator_says_which_version_is_in_force(client, mariam, two):
    client.force_login(mariam)
    assert "Put in force" not in client.get("/texts/itu-council-1332/C26/").text
    assert client.post(ADDRESS, {"state": "in force"}).status_code == 403
    assert client.get(ADDRESS).status_code == 405
    assert states()["C26"] == "proposed"
