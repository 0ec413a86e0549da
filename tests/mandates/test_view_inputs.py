"""Inputs on the page of a task and of a session: asked and marked in place, with script and without."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from mandates.actions import inputs
from mandates.models import Input
from tests.factories import NOON, AssignmentFactory, MemberFactory, TaskFactory, UnitFactory

from .work import HTMX, governed, hold, task

pytestmark = pytest.mark.django_db


def asked(li_na, row, *abbrs: str) -> list[Input]:
    units = [UnitFactory(abbr=abbr) for abbr in abbrs]
    return inputs.ask(task=row, units=units, by=li_na, at=NOON - timedelta(3))


def test_the_lead_asks_the_contributing_units_in_one_click(client, mariam):
    row = task(lead=hold(mariam))
    AssignmentFactory(instruction=row.instruction, unit=UnitFactory(abbr="BDT"), part="contributes")
    client.force_login(mariam)
    page = client.get(row.get_absolute_url()).text
    assert "No unit is asked for an input." in page
    bdt = UnitFactory(abbr="BDT").pk
    assert f'<input id="ask-{bdt}" type="checkbox" name="unit" value="{bdt}" checked> BDT' in page
    answer = client.post(reverse("input-ask", args=[row.pk]), {"unit": [bdt]}, follow=True)
    assert "1 unit is asked." in answer.text
    assert "0 of 1 received" in answer.text
    assert "Mariam Diallo" in answer.text
    assert "asked BDT for an input." in answer.text


def test_all_units_are_offered_only_where_another_one_is_looked_for(client, li_na):
    row = task(lead=UnitFactory(abbr="SPM"))
    other = UnitFactory(abbr="TSB")
    client.force_login(li_na)
    page = client.get(row.get_absolute_url()).text
    looks = f"{row.get_absolute_url()}?ask=unit"
    assert f'href="{looks}#inputs-{row.pk}"' in page
    assert '<select id="ask-other"' not in page
    page = client.get(looks).text
    assert f'<option value="{other.pk}">TSB</option>' in page
    assert f'<option value="{row.lead_id}">' not in page
    answer = client.post(reverse("input-ask", args=[row.pk]), {"unit": [other.pk]}, follow=True)
    assert "asked TSB for an input." in answer.text


def test_the_unit_that_is_asked_marks_its_own_and_takes_it_back(client, li_na, mariam):
    hold(mariam, unit="BDT")
    row = task(lead=UnitFactory(abbr="SPM"))
    mine, theirs = asked(li_na, row, "BDT", "TSB")
    client.force_login(mariam)
    page = client.get(row.get_absolute_url()).text
    assert reverse("input-receive", args=[mine.pk]) in page
    assert reverse("input-receive", args=[theirs.pk]) not in page
    assert reverse("input-ask", args=[row.pk]) not in page
    link = "https://example.org/input?a=1&b=2"
    answer = client.post(reverse("input-receive", args=[mine.pk]), {"document": link}, **HTMX)
    assert "1 of 2 received" in answer.text
    assert 'href="https://example.org/input?a=1&amp;b=2"' in answer.text
    assert client.post(reverse("input-receive", args=[theirs.pk])).status_code == 403
    answer = client.post(reverse("input-take-back", args=[mine.pk]), **HTMX)
    assert "0 of 2 received" in answer.text
    sentences = client.get(row.get_absolute_url()).text
    assert "marked the input of BDT as received." in sentences
    assert "took back that the input of BDT was received." in sentences


def test_what_was_typed_is_kept_where_it_is_refused(client, li_na):
    row = task()
    [one] = asked(li_na, row, "BDT")
    client.force_login(li_na)
    for extra in ({}, HTMX):
        answer = client.post(reverse("input-receive", args=[one.pk]), {"document": "ftp://example.org"}, **extra)
        assert answer.status_code == 422
        assert 'value="ftp://example.org"' in answer.text
        assert "A link begins with https://" in answer.text


def test_somebody_quicker_is_named(client, li_na, boris):
    row = task()
    [one] = asked(li_na, row, "BDT")
    inputs.receive(asked=one, by=boris, at=NOON)
    client.force_login(li_na)
    answer = client.post(reverse("input-receive", args=[one.pk]), {}, **HTMX)
    assert answer.status_code == 422
    assert "Boris Hahn marked the input of BDT as received" in answer.text


def test_the_page_of_the_session_counts_and_marks_in_place(client, li_na):
    row = governed()
    first, _second = asked(li_na, row, "BDT", "TSB")
    client.force_login(li_na)
    address = reverse("session", args=[row.session.code])
    assert "<b>0 of 2</b> received." in client.get(address).text
    data = {"back": row.session.code}
    answer = client.post(reverse("input-receive", args=[first.pk]), data, **HTMX).text
    assert "<b>1 of 2</b> received. From BDT. <b>Still to come from:</b> TSB." in answer
    assert 'id="inputs-said" hx-swap-oob="true"' in answer
    fresh = client.get(address).text
    token, focus = re.compile(r'name="csrfmiddlewaretoken" value="\w+"'), ' tabindex="-1" autofocus'
    piece = answer.split('<p class="gap-s" id="inputs-said"')[0].replace(focus, "").strip()
    assert token.sub("", piece) in token.sub("", fresh)
    answer = client.post(reverse("input-take-back", args=[first.pk]), data)
    assert answer["Location"] == f"{address}#inputs-{row.pk}"


def test_viewers_read_who_was_asked_and_not_what_was_sent(client, li_na):
    row = governed()
    [one] = asked(li_na, row, "BDT")
    inputs.receive(asked=one, by=li_na, at=NOON, document="C26/INF/3")
    client.force_login(MemberFactory(role="viewer"))
    for address in (row.get_absolute_url(), reverse("session", args=[row.session.code])):
        page = client.get(address).text
        assert "1 of 1" in page
        assert "C26/INF/3" not in page


def test_a_session_with_many_tasks_and_inputs_asks_no_more_questions(client, mariam, li_na, django_assert_num_queries):
    hold(mariam)
    row = governed()
    asked(li_na, row, "BDT")
    client.force_login(mariam)
    address = reverse("session", args=[row.session.code])
    client.get(address)
    with CaptureQueriesContext(connection) as one:
        client.get(address)
    for number in range(4):
        more = TaskFactory(instruction=row.instruction, session=row.session, occurrence=str(number))
        asked(li_na, more, "BDT", "TSB", "BR")
    with django_assert_num_queries(len(one)):
        assert "<b>0 of 13</b> received." in client.get(address).text
