"""A session is moved, confirmed or cancelled on its page."""

from __future__ import annotations

from datetime import date

import pytest

from mandates.models import Session
from tests.factories import SessionFactory

ADDRESS = "/sessions/CSTD-30/move/"
DAYS = {
    "seen": 1,
    "precision": "day",
    "starts": "2027-04-12",
    "ends": "2027-04-16",
    "document_deadline": "2027-02-12",
    "place": "Geneva",
    "state": "confirmed",
    "why": "letter of 3 November",
}


@pytest.fixture
def cstd(db) -> Session:
    return SessionFactory(name="CSTD 30", number=30)


def test_new_dates_are_saved_with_their_reason(client, li_na, cstd):
    client.force_login(li_na)
    answer = client.post(ADDRESS, DAYS, follow=True)
    assert "Saved: CSTD 30, 12–16 April 2027." in answer.text
    cstd.refresh_from_db()
    assert (cstd.starts, cstd.document_deadline, cstd.state) == (date(2027, 4, 12), date(2027, 2, 12), "confirmed")
    row = cstd.history.first()
    assert (row.history_user, row.history_change_reason) == (li_na, "letter of 3 November")


def test_what_would_move_is_said_before_anything_is_saved(client, li_na, cstd):
    client.force_login(li_na)
    answer = client.post(ADDRESS, {**DAYS, "look": "1"})
    assert "No open task would move." in answer.text
    assert "Nothing is saved yet." in answer.text
    assert 'value="2027-04-12"' in answer.text
    cstd.refresh_from_db()
    assert cstd.starts == date(2027, 3, 1)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"ends": "2027-04-01"}, "The last day lies before the first."),
        ({"document_deadline": "2028-01-01"}, "The document deadline lies after the session."),
        ({"state": "cancelled", "why": ""}, "Say why, or on whose word"),
        ({"starts": "soon"}, "Enter a valid date."),
    ],
)
def test_dates_that_make_no_sense_are_refused_in_a_sentence_and_kept_in_the_form(
    client, li_na, cstd, changes, sentence
):
    client.force_login(li_na)
    answer = client.post(ADDRESS, {**DAYS, **changes})
    assert answer.status_code == 422
    assert sentence in answer.text
    assert 'value="Geneva"' in answer.text
    cstd.refresh_from_db()
    assert cstd.state == "tentative"


def test_a_session_is_cancelled_with_a_reason(client, li_na, cstd):
    client.force_login(li_na)
    answer = client.post(ADDRESS, {**DAYS, "state": "cancelled"}, follow=True)
    assert "CSTD 30 is cancelled." in answer.text
    assert "Cancelled" in answer.text


def test_when_somebody_was_quicker_nothing_is_written_over(client, li_na, cstd):
    Session.objects.filter(pk=cstd.pk).update(revision=2, place="New York")
    client.force_login(li_na)
    answer = client.post(ADDRESS, DAYS)
    assert answer.status_code == 409
    assert 'name="seen" value="2"' in answer.text
    assert Session.objects.get().place == "New York"


def test_only_the_coordinator_edits_sessions(client, mariam, cstd):
    client.force_login(mariam)
    assert client.get(ADDRESS).status_code == 403
    assert client.post(ADDRESS, DAYS).status_code == 403
    assert ADDRESS not in client.get("/sessions/CSTD-30/").text
