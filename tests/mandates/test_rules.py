"""Rights over one thing: whose work it is on the day, the same for one task and for a list."""

from __future__ import annotations

from datetime import date

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied

from mandates import rules
from mandates.models import Member, Task
from tests.factories import (
    NOON,
    AssignmentFactory,
    HoldingFactory,
    MemberFactory,
    PostFactory,
    TaskFactory,
    UnitFactory,
)

pytestmark = pytest.mark.django_db
TODAY = NOON.date()
ROLES = Member.Role.values


@pytest.mark.parametrize("right", rules.RIGHTS)
def test_nobody_without_log_in_has_any_right_and_everybody_reads_why(right):
    gone = MemberFactory(role="administrator", is_superuser=True, is_active=False)
    for nobody in (AnonymousUser(), gone, None):
        assert rules.may(nobody, right) is False
        assert rules.why_not(nobody, right).endswith(".")
        with pytest.raises(PermissionDenied):
            rules.require(nobody, right)


def updaters(task, on=TODAY) -> set[str]:
    """The user names of those who may update the task, asked one by one and asked as a list."""
    one_by_one = {member.username for member in Member.objects.all() if rules.may(member, "update task", task, on=on)}
    listed = {member.username for member in Member.objects.all() if rules.updatable(member, [task], on=on)}
    assert one_by_one == listed
    return one_by_one


def test_a_task_is_updated_by_its_units_their_superiors_and_deputies_and_the_secretariat():
    bureau = UnitFactory(abbr="BDT")
    department = UnitFactory(abbr="BDT-DNS", parent=bureau)
    for role in ROLES:
        MemberFactory(username=role, role=role)
    places = {
        "of the unit": PostFactory(unit=department),
        "above": PostFactory(unit=bureau),
        "below": PostFactory(unit=UnitFactory(abbr="DNS-1", parent=department)),
        "beside": PostFactory(unit=UnitFactory(abbr="TSB")),
        "contributes": PostFactory(unit=UnitFactory(abbr="BR")),
        "only suggested": PostFactory(unit=UnitFactory(abbr="IS")),
        "deputy": PostFactory(unit=UnitFactory(abbr="HRMD")),
    }
    for name, post in places.items():
        HoldingFactory(member=MemberFactory(username=name), post=post)
    PostFactory(unit=department, title="Absent", deputy=places["deputy"])
    HoldingFactory(member=MemberFactory(username="viewer of the unit", role="viewer"), post=places["of the unit"])
    HoldingFactory(member=MemberFactory(username="chair of the unit", role="chair"), post=places["of the unit"])
    HoldingFactory(member=MemberFactory(username="left"), post=places["of the unit"], until=date(2026, 11, 23))
    HoldingFactory(member=MemberFactory(username="to come"), post=places["of the unit"], since=date(2026, 11, 25))
    task = TaskFactory(lead=department)
    AssignmentFactory(instruction=task.instruction, unit=places["contributes"].unit, part="contributes")
    AssignmentFactory(instruction=task.instruction, unit=places["only suggested"].unit, confirmed_at=None)

    always = {"coordinator", "administrator", "of the unit", "above", "contributes", "deputy"}
    # the factories' own coordinators made the instructions
    always |= set(Member.objects.filter(role="coordinator").values_list("username", flat=True))
    assert updaters(task) == always
    assert updaters(task, date(2026, 11, 23)) == always | {"left"}
    assert updaters(task, date(2026, 11, 25)) == always | {"to come"}


def test_a_task_of_no_unit_is_the_secretariat_s():
    task = TaskFactory(lead=None)
    HoldingFactory(member=MemberFactory(username="member"))
    assert "member" not in updaters(task)


def test_whose_it_is_can_not_be_asked_without_a_day(mariam):
    with pytest.raises(TypeError, match="on="):
        rules.may(mariam, "update task", TaskFactory())
    assert rules.may(mariam, "update task")  # over something at all: what shows a button


def test_the_head_approves_and_not_the_colleague_nor_the_chair():
    head, deputy, colleague = MemberFactory(), MemberFactory(), MemberFactory()
    second = PostFactory(title="Second")
    HoldingFactory(member=head, post=PostFactory(heads_unit=True, deputy=second))
    HoldingFactory(member=deputy, post=second)
    HoldingFactory(member=colleague)
    task = TaskFactory()
    chair = MemberFactory(role="chair")
    assert [rules.may(one, "approve task", task, on=TODAY) for one in (head, deputy, colleague, chair)] == [
        True,
        True,
        False,
        False,
    ]
    Task.objects.filter(pk=task.pk).update(submitted_by=head)
    task.refresh_from_db()
    assert "second person" in rules.why_not(head, "approve task", task, on=TODAY)
    assert rules.may(deputy, "approve task", task, on=TODAY)


def test_a_list_takes_the_same_few_questions_however_long(mariam, django_assert_num_queries):
    HoldingFactory(member=mariam)
    AssignmentFactory(unit=UnitFactory(abbr="TSB"))
    for count in (1, 20):
        tasks = [TaskFactory() for _each in range(count)]
        with django_assert_num_queries(1):
            assert len(rules.updatable(mariam, tasks, on=TODAY)) == count
        tasks = [TaskFactory(lead=UnitFactory(abbr="TSB")) for _each in range(count)]
        with django_assert_num_queries(2):  # to which of the others they contribute
            assert rules.updatable(mariam, tasks, on=TODAY) == frozenset()


def test_who_helps_with_which_instruction_may_be_told_and_is_not_asked_then(mariam, django_assert_num_queries):
    unit = HoldingFactory(member=mariam).post.unit_id
    tasks = [TaskFactory(lead=UnitFactory(abbr="TSB")) for _each in range(2)]
    with django_assert_num_queries(1):
        helping = {tasks[0].instruction_id: {unit}, tasks[1].instruction_id: {tasks[1].lead_id}}
        assert rules.updatable(mariam, tasks, on=TODAY, helping=helping) == {tasks[0].pk}


# ── Asked once for a page ────────────────────────────────────────────────────────────────────────────────────────


def test_a_page_asks_once_whose_work_is_whose_and_the_next_page_asks_anew(mariam, django_assert_num_queries):
    day = date(2026, 11, 24)
    holding = HoldingFactory(member=mariam)
    unit = holding.post.unit_id
    with rules.asked_once():
        assert rules.units_of(mariam, day) == {unit}
        with django_assert_num_queries(0):
            assert rules.units_of(mariam, day) == {unit}
            assert rules.units_of(mariam, day, heads=True) == frozenset()
        holding.delete()
        assert rules.units_of(mariam, day) == {unit}
    assert rules.units_of(mariam, day) == frozenset()
