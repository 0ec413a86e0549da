"""Calendars: made, renewed and ended by whose they are, and read by their link without logging in."""

from __future__ import annotations

from datetime import date

import time_machine
from django.test import Client
from django.urls import reverse
from icalendar import Calendar

from mandates.actions import feeds
from mandates.models import Feed
from tests.factories import NOON, HoldingFactory, MemberFactory, PostFactory, SessionFactory, TaskFactory


def link_of(feed: Feed) -> str:
    return reverse("feed", args=[feed.secret])


def test_a_calendar_is_made_and_its_link_shown_to_be_copied(client, mariam):
    SessionFactory()
    client.force_login(mariam)
    html = client.post("/feeds/", {"of": "session", "target-session": "CSTD-30"}, follow=True).text
    feed = Feed.objects.get()
    assert f'value="http://testserver{link_of(feed)}"' in html
    assert f'href="webcal://testserver{link_of(feed)}"' in html
    client.post("/feeds/", {"of": "session", "target": "CSTD-30"})
    assert Feed.objects.count() == 1


def test_the_link_gives_a_calendar_to_who_has_no_log_in_and_nobody_keeps_it(db, mariam):
    HoldingFactory(member=mariam, post=PostFactory())
    TaskFactory(instruction__title="Report to CSTD")
    feed = feeds.make(member=mariam, of="person", target="", at=NOON)
    with time_machine.travel(NOON, tick=False):
        answer = Client().get(link_of(feed))
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert answer["Cache-Control"] == "private, no-store"
    assert not answer.cookies
    event = Calendar.from_ical(answer.content).walk("VEVENT")[0]
    assert event["SUMMARY"] == "Report to CSTD"
    assert event["URL"].startswith("http://testserver/")


def test_a_dead_secret_is_not_found(client, mariam):
    feed = feeds.make(member=mariam, of="person", target="", at=NOON)
    old = link_of(feed)
    client.force_login(mariam)
    client.post(f"/feeds/{feed.pk}/renew/")
    feed.refresh_from_db()
    assert (Client().get(old).status_code, Client().get(link_of(feed)).status_code) == (404, 200)
    client.post(f"/feeds/{feed.pk}/end/")
    for dead in (link_of(feed), "/calendar/x.ics", "/calendar/%00.ics", f"/calendar/{'a' * 43}.ics"):
        assert Client().get(dead).status_code == 404
    mariam.is_active = False
    mariam.save()
    again = feeds.by_secret(secret=feed.secret)
    assert again is None


def test_the_calendars_of_others_do_not_exist(client, mariam):
    feed = feeds.make(member=MemberFactory(), of="person", target="", at=NOON)
    client.force_login(mariam)
    assert link_of(feed) not in client.get("/feeds/").text
    assert client.post(f"/feeds/{feed.pk}/renew/").status_code == 404
    assert client.post(f"/feeds/{feed.pk}/end/").status_code == 404


def test_a_calendar_of_nothing_is_refused_in_a_sentence(client, mariam):
    client.force_login(mariam)
    for said in ({}, {"of": "x"}, {"of": "unit", "target": "x"}, {"of": "session", "target": "\0"}, {"of": "unit"}):
        assert "There is no such calendar." in client.post("/feeds/", said, follow=True).text
    assert not Feed.objects.exists()


def test_a_button_on_another_page_opens_the_form_with_its_choice(client, mariam):
    SessionFactory(code="CSTD-99", starts=date(2099, 1, 1), ends=date(2099, 2, 1))
    client.force_login(mariam)
    assert 'value="CSTD-99" selected' in client.get("/feeds/?of=session&target=CSTD-99").text


def test_the_button_of_a_session_that_is_over_makes_its_calendar_and_not_that_of_another(client, mariam):
    SessionFactory(code="CSTD-20", starts=date(2017, 4, 3), ends=date(2017, 4, 7))
    SessionFactory(code="CSTD-40", starts=date(2037, 4, 3), ends=date(2037, 4, 7))
    client.force_login(mariam)
    assert '<option value="CSTD-20" selected>' in client.get("/feeds/?of=session&target=CSTD-20").text
    assert 'value="CSTD-20"' not in client.get("/feeds/").text
