"""Who and what the rows need in an empty database: people, a text, instructions with their lines, tasks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from django.db import connection
from django.urls import reverse
from django.utils import timezone

from mandates.models import Instruction, Member, StatusUpdate, Task
from mandates.task_forms import new_token
from tests.factories import InstructionFactory, MemberFactory, TaskFactory

T = TypeVar("T")


def coordinators(count: int) -> list[Member]:
    """People who may say where any task stands."""
    return [MemberFactory(role="coordinator", first_name="Person", last_name=str(number)) for number in range(count)]


def tasks(count: int, *, instruction: Instruction | None = None, **values: Any) -> list[Task]:
    """Tasks of one instruction, made now, each with the row of history that says so."""
    instruction = instruction or InstructionFactory()
    return [TaskFactory(instruction=instruction, created_at=timezone.now(), **values) for _each in range(count)]


def form(task: Task, *, seen: int, **typed: Any) -> dict[str, Any]:
    """What a browser sends of the update form."""
    return {"seen": seen, "token": new_token(), "words": "", **typed}


def update_address(task: Task) -> str:
    return reverse("task-update", args=[task.pk])


def at_once(acts: Sequence[Callable[[], T]]) -> list[T]:
    """All of them at the same time, each in a thread of its own; what each gave."""

    def one(act: Callable[[], T]) -> T:
        try:
            return act()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as threads:
        return list(threads.map(one, acts))


def wrong_histories() -> int:
    """Tasks whose revisions, rows of history and facts do not tell the same story."""
    facts = dict(_counted(StatusUpdate.objects.values_list("task", flat=True)))
    rows = dict(_counted(Task.history.values_list("id", flat=True)))
    return sum(
        rows.get(key) != revision or facts.get(key, 0) != revision - 1
        for key, revision in Task.objects.values_list("pk", "revision")
    )


def _counted(keys: Any) -> dict[int, int]:
    found: dict[int, int] = {}
    for key in keys.order_by().iterator():
        found[key] = found.get(key, 0) + 1
    return found
