"""A session is moved, confirmed or cancelled on its page."""

from __future__ import annotations

import re
from datetime import date

import pytest
import time_machine

from mandates.models import Session, Task
from tests.factories import NOON, ParagraphFactory, SessionFactory, TaskFactory, UnitFactory, instruction_in

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
        ({"starts": "0027-04-12"}, "Look at the year"),
        ({"ends": "9999-12-31"}, "Look at the year"),
        ({"state": "held"}, "It has not begun: 12–16 April 2027."),
        ({"precision": "month", "document_deadline": ""}, "a session is confirmed with its dates"),
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


# ── The effect, before anything is saved ─────────────────────────────────────────────────────────────────────────


def test_three_weeks_later_shows_each_task_its_dates_its_owners_and_what_stays(client, li_na, cstd):
    instruction_in(ParagraphFactory(), title="Report to CSTD 30", by=li_na)
    TaskFactory(session=cstd, dated_by_hand=True, instruction__title="Dated by hand")
    Task.objects.filter(dated_by_hand=False).update(lead=UnitFactory(abbr="BDT"))
    client.force_login(li_na)
    html = client.post(ADDRESS, {**DAYS, "look": "1"}).text
    effect = html.split('class="effect"')[1].split("</section>")[0]
    assert "1 open task would move." in effect
    assert re.search(r"1 Mar 2027.*12 Feb 2027", effect, re.DOTALL)
    assert re.search(r"It is told to:\s*<a[^>]*>BDT</a>", effect)
    assert "1 stays: a person gave it its date" in effect
    assert Task.objects.get(instruction__title="Report to CSTD 30").matters_on == date(2027, 3, 1)
    client.post(ADDRESS, DAYS)
    assert Task.objects.get(instruction__title="Report to CSTD 30").matters_on == date(2027, 2, 12)


def test_what_would_be_overdue_is_marked(client, li_na, cstd):
    instruction_in(ParagraphFactory(), by=li_na)
    client.force_login(li_na)
    with time_machine.travel(NOON, tick=False):
        html = client.post(ADDRESS, {**DAYS, "document_deadline": "2026-11-01", "look": "1"}).text
    assert "1 would be overdue." in html
    assert "overdue then" in html


def test_before_it_is_cancelled_one_sees_what_would_wait_for_a_decision(client, li_na, cstd):
    instruction_in(ParagraphFactory(), title="Report to CSTD 30", by=li_na)
    client.force_login(li_na)
    html = client.post(ADDRESS, {**DAYS, "state": "cancelled", "look": "1"}).text
    assert "No task would move; 1 open task would wait for a decision." in html
    assert "Report to CSTD 30" in html.split("What would wait for a decision")[1]
    cstd.refresh_from_db()
    assert cstd.state == "tentative"


def test_a_number_that_is_no_number_is_taken_as_not_seen(client, li_na, cstd):
    client.force_login(li_na)
    for seen in ("²", "x", "", "9" * 40):
        assert client.post(ADDRESS, {**DAYS, "seen": seen}).status_code == 409


def test_what_was_cancelled_stands_again_with_its_new_dates(client, li_na, cstd):
    client.force_login(li_na)
    client.post(ADDRESS, {**DAYS, "state": "cancelled"})
    again = {**DAYS, "seen": 2, "state": "cancelled", "starts": "2027-05-03", "ends": "2027-05-07"}
    page = client.post(ADDRESS, again, follow=True).text
    assert "It was cancelled, and stands again: tentative." in page
    cstd.refresh_from_db()
    assert (cstd.state, cstd.starts) == ("tentative", date(2027, 5, 3))
