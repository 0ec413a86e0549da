"""Queries that are put together once: they give what they would give anew, with the values of each time."""

from __future__ import annotations

from datetime import date

import pytest
from django.db.models import F

from mandates.models import Holding, LeadTime, Task
from mandates.models.prepared import Given, OneOf, Prepared
from mandates.views.task_rows import fetched
from tests.factories import BodyFactory, HoldingFactory
from tests.mandates.work import governed, task

pytestmark = pytest.mark.django_db


def test_objects_come_with_their_neighbours_and_what_was_laid_beside_them(django_assert_num_queries):
    rows, kept = [governed(), task()], Prepared(lambda: fetched().filter(pk=Given("key")))
    for row in rows:
        plain = fetched().get(pk=row.pk)
        with django_assert_num_queries(1):
            [found] = kept.ask(key=row.pk)
            assert (found, found.lead, found.last_said) == (row, row.lead, None)
            assert found.session == plain.session
            assert vars(found).keys() == vars(plain).keys()


def test_values_are_read_as_the_field_reads_them():
    row = task(due_on=date(2027, 2, 12))
    kept = Prepared(
        lambda: Task.objects.filter(due_on=Given("day")).values_list("pk", "due_on", "created_at", "is_open")
    )
    assert kept.ask(day=date(2027, 2, 12)) == [(row.pk, date(2027, 2, 12), row.created_at, True)]
    assert kept.ask(day=date(2027, 2, 13)) == []


def test_of_several_values_each_finds_its_rows_and_none_finds_none():
    first, second = BodyFactory(code="A"), BodyFactory(code="B")
    for body in (first, second):
        LeadTime.objects.create(body=body, step="document", days=body.pk)
    kept = Prepared(
        lambda: LeadTime.objects.filter(body__in=OneOf("bodies"), days__gte=Given("least")).order_by(F("body"))
    )
    assert [one.body for one in kept.ask(bodies=[first.pk, second.pk], least=0)] == [first, second]
    assert [one.body for one in kept.ask(bodies={second.pk}, least=0)] == [second]
    assert kept.ask(bodies=[], least=0) == []


def test_conditions_of_a_manager_take_a_day_that_comes_later():
    held = HoldingFactory(since=date(2026, 1, 1), until=date(2026, 6, 30))
    kept = Prepared(lambda: Holding.objects.on(Given("day")).filter(member=Given("member")))  # type: ignore[arg-type]
    assert kept.ask(day=date(2026, 6, 30), member=held.member_id) == [held]
    assert kept.ask(day=date(2026, 7, 1), member=held.member_id) == []
