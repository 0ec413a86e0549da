"""Posts outlive people: handed over in one edit, held by one person a day, with the work of the unit and below it."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied

from mandates.actions import Refused, posts
from mandates.models import Holding
from tests.factories import NOON, HoldingFactory, MemberFactory, PostFactory, TaskFactory, UnitFactory

pytestmark = pytest.mark.django_db
TODAY = NOON.date()


def test_handing_over_ends_one_holding_on_the_day_before_the_other_begins(li_na, mariam):
    held = HoldingFactory(member=mariam, since=date(2024, 3, 1))
    omar = MemberFactory(first_name="Omar", last_name="Farid")

    fresh = posts.hand_over(post=held.post, to=omar, since=date(2024, 2, 29).replace(year=2028), by=li_na, at=NOON)

    held.refresh_from_db()
    assert (held.until, fresh.since, fresh.until) == (date(2028, 2, 28), date(2028, 2, 29), None)
    assert held.history.first().history_change_reason == "handed over to Omar Farid"
    for day in (date(2028, 2, 28), date(2028, 2, 29)):
        assert Holding.objects.on(day).filter(post=held.post).count() == 1


def test_a_post_never_has_two_holders_on_a_day(li_na, mariam):
    held = HoldingFactory(member=mariam, since=date(2026, 6, 1), until=date(2026, 12, 31))
    with pytest.raises(Refused, match="Mariam Diallo holds this post from 1 June 2026"):
        posts.hand_over(post=held.post, to=MemberFactory(), since=date(2026, 6, 1), by=li_na, at=NOON)
    posts.hand_over(post=held.post, to=MemberFactory(), since=date(2026, 9, 1), by=li_na, at=NOON)
    held.refresh_from_db()
    assert held.until == date(2026, 8, 31)


def test_a_slip_is_put_right_on_the_day_it_was_made(li_na, mariam):
    held, since = HoldingFactory(member=mariam, since=date(2026, 1, 1)), date(2026, 11, 25)
    wrong = posts.hand_over(post=held.post, to=MemberFactory(), since=since, by=li_na, at=NOON)
    right = posts.hand_over(post=held.post, to=MemberFactory(), since=since, by=li_na, at=NOON, why="the other one")
    assert list(held.post.holdings.order_by("since")) == [held, right]
    gone = Holding.history.get(id=wrong.pk, history_type="-")
    assert (gone.history_user, gone.history_change_reason) == (li_na, "the other one")


def test_a_post_that_ended_or_was_vacant_is_taken_up_again(li_na, mariam):
    held = HoldingFactory(member=mariam, until=date(2026, 1, 31))
    again = posts.hand_over(post=held.post, to=mariam, since=date(2026, 12, 1), by=li_na, at=NOON)
    with pytest.raises(Refused, match="already"):
        posts.hand_over(post=held.post, to=mariam, since=date(2027, 1, 1), by=li_na, at=NOON)
    assert posts.hand_over(post=held.post, to=None, since=date(2027, 1, 1), by=li_na, at=NOON) is None
    again.refresh_from_db()
    assert again.until == date(2026, 12, 31)


def test_who_has_left_takes_up_nothing_and_the_holder_stays(li_na, mariam):
    held = HoldingFactory(member=mariam)
    with pytest.raises(Refused, match="log in"):
        posts.hand_over(post=held.post, to=MemberFactory(is_active=False), since=TODAY, by=li_na, at=NOON)
    held.refresh_from_db()
    assert held.until is None


def test_only_the_coordinator_says_who_holds_a_post(mariam):
    with pytest.raises(PermissionDenied):
        posts.hand_over(post=PostFactory(), to=mariam, since=TODAY, by=mariam, at=NOON)


def test_the_work_is_that_of_the_unit_and_below_on_the_day_and_of_posts_deputised_for(mariam, li_na):
    bureau = UnitFactory(abbr="BDT")
    department = UnitFactory(abbr="BDT-DNS", parent=bureau)
    desk = UnitFactory(abbr="DNS-1", parent=department)
    elsewhere = UnitFactory(abbr="TSB")
    own = PostFactory(unit=department)
    absent = PostFactory(unit=elsewhere)
    HoldingFactory(post=own, member=mariam, since=date(2026, 11, 1), until=date(2026, 11, 30))

    assert posts.units_of(member=mariam, day=date(2026, 11, 30)) == {department.pk, desk.pk}
    assert posts.units_of(member=mariam, day=date(2026, 12, 1)) == frozenset()
    posts.set_deputy(post=absent, deputy=own, by=li_na, at=NOON)
    assert posts.units_of(member=mariam, day=TODAY) == {department.pk, desk.pk, elsewhere.pk}
    with pytest.raises(Refused, match="own deputy"):
        posts.set_deputy(post=own, deputy=own, by=li_na, at=NOON)


def test_whose_work_it_is_takes_one_question_for_one_unit_and_for_many(mariam, django_assert_num_queries):
    unit = UnitFactory(abbr="U0")
    HoldingFactory(member=mariam, post=PostFactory(unit=unit))
    with django_assert_num_queries(1):
        posts.units_of(member=mariam, day=TODAY)
    for number in range(1, 30):
        unit = UnitFactory(abbr=f"U{number}", parent=unit)
        TaskFactory(lead=unit)
    with django_assert_num_queries(1):
        assert len(posts.units_of(member=mariam, day=TODAY)) == 30
