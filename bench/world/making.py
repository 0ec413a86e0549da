"""Makes the world: `make(size, seed, at)`. The same seed at the same moment makes the same world."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import datetime

from django.db import connection, transaction

from mandates.actions import facts
from mandates.models import (
    Addressing,
    Assignment,
    Body,
    Citation,
    Document,
    Evidence,
    GoalTag,
    Instruction,
    LineTag,
    Member,
    Paragraph,
    Place,
    Resolution,
    Schedule,
    Section,
    StatusUpdate,
    Task,
    Version,
)

from . import duties, house, texts
from .house import Size
from .sheets import AT_ONCE, Book, bare

# The tables that grow with the world; the others are filled with their indexes on.
LARGE = (
    Document, Resolution, Version, Section, Paragraph, Citation, Instruction, Place, Addressing, LineTag, GoalTag,
    Assignment, Schedule, Task, StatusUpdate, Evidence,
)  # fmt: skip
TRACKED = (Resolution, Version, Instruction, Addressing, LineTag, GoalTag, Assignment, Schedule, Task)
TASKS_OF_A_DUTY = 2.9  # on average


class NotEmpty(Exception):
    """The database holds something already."""


def make(size: Size, seed: int, at: datetime, tell: Callable[[str], None] = lambda line: None) -> dict[str, int]:
    """Fill an empty database with a world of that size, in one transaction; how many rows each table has got.

    Raises NotEmpty where there is a member, a text or a body.
    """
    if Member.objects.exists() or Resolution.objects.exists() or Body.objects.exists():
        raise NotEmpty("A world is made in an empty database only, and this one holds something.")
    chance = random.Random(seed)
    with transaction.atomic():
        facts.load(at=at)
        book = Book()
        trails = [model.history.model for model in TRACKED]  # type: ignore[attr-defined]
        with bare([*LARGE, *trails]):
            home = house.build(book, size, at, chance)
            _fill(book, home, size, tell)
            book.close()
            tell("rows are in; indexes and references are made")
    at_rest = connection.vendor == "postgresql" and not connection.in_atomic_block
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if at_rest else "ANALYZE")  # as a database that lives has it
    return {sheet.table: sheet.count for sheet in book.all}


def _fill(book: Book, home: house.House, size: Size, tell: Callable[[str], None]) -> None:
    """Texts with their duties, steered so that paragraphs and tasks come out as many as asked for."""
    chance = home.chance
    paragraphs, tasks = size.paragraphs, size.tasks
    written = book.sheet(Paragraph)
    for number in range(1, size.resolutions + 1):
        left = size.resolutions - number + 1
        length = 3 + int(chance.expovariate(1 / max(1, paragraphs / left - 3)))
        before = written.count + len(written.rows)
        text = texts.write(book, home, number, min(length, 400))
        paragraphs -= written.count + len(written.rows) - before
        wanted = chance.expovariate(1) * tasks / left / TASKS_OF_A_DUTY
        count = max(0, min(int(wanted + chance.random()), len(text.clauses)))  # below 0: there are too many already
        for clause in sorted(chance.sample(text.clauses, count), key=lambda one: one.paragraphs):
            tasks -= duties.lay(book, home, text, clause)
        book.flush(least=AT_ONCE)
        if number % 4000 == 0:
            tell(f"{number} of {size.resolutions} resolutions")
