"""Calendar feeds: a secret link shows what its owner may read, until it is renewed or its owner is gone."""

from __future__ import annotations

from datetime import date

import pytest

from mandates.actions import Refused, feeds
from mandates.models import ActionLine, Feed, LineTag
from tests.factories import NOON, HoldingFactory, PostFactory, SessionFactory, TaskFactory, UnitFactory

pytestmark = pytest.mark.django_db
TODAY = NOON.date()


def make(member, of="person", target=""):
    return feeds.make(member=member, of=of, target=target, at=NOON)


def test_a_link_is_long_kept_and_dead_as_soon_as_it_is_renewed(mariam, li_na):
    feed = make(mariam)
    old = feed.secret
    assert len(old) >= 43
    assert make(mariam).secret == old
    assert feeds.by_secret(secret=old) == feed

    feeds.renew(feed=feed, by=mariam, at=NOON)

    assert feeds.by_secret(secret=old) is None
    assert feeds.by_secret(secret=feed.secret) == feed
    for act in (lambda: feeds.renew(feed=feed, by=li_na, at=NOON), lambda: feeds.end(feed=feed, by=li_na)):
        with pytest.raises(Refused, match="somebody else"):
            act()
    feeds.end(feed=feed, by=mariam)
    assert feeds.by_secret(secret=feed.secret) is None


def test_the_feeds_of_a_disabled_member_are_dead(mariam):
    feed = make(mariam)
    mariam.is_active = False
    mariam.save()
    assert feeds.by_secret(secret=feed.secret) is None


@pytest.mark.parametrize("secret", ["", "x", "a" * 43, "\x00" * 43, "é" * 64])
def test_no_other_secret_opens_anything(secret, mariam):
    make(mariam)
    assert feeds.by_secret(secret=secret) is None


@pytest.mark.parametrize(
    ("of", "target"),
    [("unit", "999"), ("unit", "x"), ("unit", "9" * 40), ("session", "CSTD-99"), ("line", "C99"), ("house", "")],
)
def test_there_is_no_calendar_of_what_there_is_not(of, target, mariam):
    with pytest.raises(Refused, match="no such calendar"):
        make(mariam, of, target)


def test_each_feed_shows_its_own_tasks(mariam):
    bdt = UnitFactory(abbr="BDT")
    below = UnitFactory(abbr="BDT-DNS", parent=bdt)
    HoldingFactory(member=mariam, post=PostFactory(unit=below))
    session = SessionFactory()
    of_unit = TaskFactory(lead=below, due_on=date(2027, 1, 1))
    of_session = TaskFactory(session=session, due_on=date(2027, 2, 1))
    on_its_way = TaskFactory(first_stop=session, due_on=date(2027, 3, 1))
    of_line = TaskFactory(due_on=date(2027, 4, 1))
    TaskFactory(lead=below, due_on=None)  # no day to stand on
    TaskFactory(lead=below, due_on=date(2025, 11, 1), status="done")  # long closed
    closed = TaskFactory(lead=below, due_on=date(2026, 11, 1), status="done")
    parent = ActionLine.objects.create(code="C7", title="ICT applications", position=7)
    line = ActionLine.objects.create(code="C7.1", title="e-government", position=8, parent=parent)
    for each in (line, parent):  # tagged with both: still shown once
        LineTag.objects.create(instruction=of_line.instruction, action_line=each)

    def shown(of, target=""):
        return list(feeds.tasks(feed=make(mariam, of, target), today=TODAY))

    assert shown("person") == shown("unit", str(bdt.pk)) == [closed, of_unit]
    assert shown("session", session.code) == [of_session, on_its_way]
    assert shown("line", "C7") == shown("line", "C7.1") == [of_line]


def test_a_person_who_left_their_post_sees_its_tasks_no_more(mariam):
    holding = HoldingFactory(member=mariam, until=date(2026, 11, 30))
    task = TaskFactory(lead=holding.post.unit)
    feed = make(mariam)
    assert list(feeds.tasks(feed=feed, today=date(2026, 11, 30))) == [task]
    assert list(feeds.tasks(feed=feed, today=date(2026, 12, 1))) == []


def test_the_feed_of_what_is_gone_is_empty(mariam):
    feed = make(mariam, "unit", str(UnitFactory(abbr="X").pk))
    UnitFactory(abbr="X").delete()
    assert list(feeds.tasks(feed=Feed.objects.get(pk=feed.pk), today=TODAY)) == []
