"""What the tests of a task's pages share: a unit with its member, a task of theirs, a form as a browser fills it."""

from __future__ import annotations

from datetime import date
from typing import Any

from mandates.models import Section, Task
from mandates.views.tasks import new_token
from tests.factories import (
    NOON,
    HoldingFactory,
    ParagraphFactory,
    PostFactory,
    SessionFactory,
    TaskFactory,
    UnitFactory,
    instruction_in,
)

HTMX = {"HTTP_HX_REQUEST": "true"}


def hold(member: Any, *, heads: bool = False, unit: str = "SPM") -> Any:
    """A post of the unit, held by the member; the unit."""
    post = PostFactory(unit=UnitFactory(abbr=unit), heads_unit=heads)
    HoldingFactory(member=member, post=post)
    return post.unit


def _paragraph() -> Any:
    """A paragraph of the one text that these tests need."""
    section = Section.objects.first()
    return (
        ParagraphFactory(section=section, anchor=f"p-{section.paragraphs.count()}") if section else ParagraphFactory()
    )


def task(**changes: Any) -> Task:
    """A task of SPM in a text that we hold."""
    given = {"due_on": date(2027, 2, 12), **changes}
    title = given.pop("title", "Report to CSTD 30")
    instruction = given.pop("instruction", None) or instruction_in(_paragraph(), title=title, at=NOON)
    instruction.tasks.filter(lead=None).delete()
    return TaskFactory(instruction=instruction, **given)


def governed(**changes: Any) -> Task:
    """A task whose paper goes to a governing body."""
    return task(session=SessionFactory(), **changes)


def form(task: Task, **typed: Any) -> dict[str, Any]:
    """What a browser sends of the form as it was shown."""
    task.refresh_from_db()
    return {"seen": task.revision, "token": new_token(), "status": task.status, "words": "", "link": "", **typed}
