"""The pages of the work against the floor under them: their own SQL, and drawing the page from values at hand.

    python -m bench.work

Prints a line per goal and exits with 1 when one is missed; a line that says "wanted" is a figure, not yet a goal. The
database is made up in a folder of its own: a unit with five tasks and one with five thousand, on instructions that
stand in a text, a quarter with a word said, and a session that five thousand tasks are tied to. Floor and page take
turns; each figure is the median of seven turns. The floor of a page is the statements that it sent, sent again as they
were, and its template drawn from the values that the view had made. The floor of a move is its own statements, sent
again; between them it compares every task in Python, as its preview does (decision 0008).
"""

from __future__ import annotations

import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from config.stack import in_one_piece

TURNS = 7
MANY = 5_000
GOALS = {"W1": 0, "W2": 0, "W5": 8.0, "W6": 60}
# What the boards will be held to (row P4); the lists of work are only measured against it until then.
WANTED = {"W3": 1.6, "W4": 1.6}


def prepare(folder: str) -> None:
    """Django on a database of its own, with its tables."""
    os.environ.update(VAR_DIR=folder, DJANGO_SETTINGS_MODULE="config.settings", DEBUG="off", LOG_LEVEL="ERROR")
    os.environ.pop("DATABASE_URL", None)
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)


def fill() -> dict[str, Any]:
    """The units, their people, their tasks and the session."""
    from django.utils import timezone

    from mandates import models

    now, chance = timezone.now(), random.Random(1332)
    body = models.Body.objects.create(code="CSTD", name="CSTD", short_name="CSTD", house="UN")
    day = now.date() + timedelta(days=140)
    session = models.Session.objects.create(
        code="CSTD-30", body=body, name="CSTD 30", number=30, starts=day, ends=day + timedelta(days=4)
    )
    for step, days in (("document", 59), ("translation", 14), ("clearance", 28), ("draft", 56), ("inputs", 70)):
        models.LeadTime.objects.create(body=body, step=step, days=days)
    coordinator = models.Member.objects.create(username="li.na", role="coordinator")
    version, section = text(coordinator, now)
    found: dict[str, Any] = {"session": session, "coordinator": coordinator}
    for name, count in (("few", 5), ("many", MANY)):
        unit = models.Unit.objects.create(abbr=name.upper(), name=name)
        member = models.Member.objects.create(username=name, role="member")
        post = models.Post.objects.create(unit=unit, title="Focal point")
        models.Holding.objects.create(post=post, member=member, since=date(2020, 1, 1))
        instructions = models.Instruction.objects.bulk_create(
            models.Instruction(
                resolution=version.resolution, title=f"Report {number} on the outcomes achieved by the task force",
                force="instructs", action="report", created_by=coordinator, created_at=now,
            )
            for number in range(count)
        )  # fmt: skip
        start = models.Paragraph.objects.count()
        paragraphs = models.Paragraph.objects.bulk_create(
            models.Paragraph(
                section=section, version=version, position=start + n, number=str(start + n), printed=str(start + n),
                address=f"{section.address}/{start + n}", anchor=f"p-{start + n}",
                text="to report to the 30th session of CSTD on the outcomes achieved;",
            )
            for n in range(count)
        )  # fmt: skip
        models.Place.objects.bulk_create(
            models.Place(instruction=one, paragraph=place) for one, place in zip(instructions, paragraphs, strict=True)
        )
        schedules = models.Schedule.objects.bulk_create(
            models.Schedule(instruction=one, session=session, body=body, reports_to=["CSTD"]) for one in instructions
        )
        tasks = models.Task.objects.bulk_create(
            models.Task(
                instruction=one, schedule=schedule, occurrence="CSTD-30", session=session, lead=unit,
                due_on=session.starts, matters_on=session.starts - timedelta(days=59),
                status=chance.choice(["none", "todo", "prog", "risk"]),
                created_at=now - timedelta(days=chance.randrange(200)),
            )
            for one, schedule in zip(instructions, schedules, strict=True)
        )  # fmt: skip
        models.StatusUpdate.objects.bulk_create(
            models.StatusUpdate(task=task, kind="said", after="prog", words="Inputs received.", by=member, at=now)
            for task in tasks[::4]
        )
        found[name] = member
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")  # as a database that lives has it
    return found


def text(by: Any, now: Any) -> tuple[Any, Any]:
    """A text in which the instructions stand."""
    from mandates import models

    body = models.Body.objects.create(code="ITU Council", name="ITU Council", short_name="Council", house="ITU")
    resolution = models.Resolution.objects.create(
        key="ITU-Council/1332", slug="itu-council-1332", body=body, number="1332", title="ITU role in WSIS"
    )
    document = models.Document.objects.create(
        original_name="x.docx", sha256="0" * 64, size=1, received_by=by, received_at=now, state="read"
    )
    version = models.Version.objects.create(
        resolution=resolution, label="C24", slug="C24", position=1, document=document
    )
    section = models.Section.objects.create(
        version=version, position=0, part="operative", opener="instructs the Secretary-General",
        address="instructs the Secretary-General", slug="sg",
    )  # fmt: skip
    return version, section


class Watched:
    """A member at a page: the statements that it sends, and what its template was given."""

    def __init__(self, member: Any, address: str, template: str) -> None:
        from django.test import Client

        self.address, self.template, self.client = address, template, Client(SERVER_NAME="localhost")
        self.client.force_login(member)
        self.get()
        self.statements: list[tuple[str, Any]] = []
        from django.db import connection

        with connection.execute_wrapper(self._keep):
            self.get()

    def _keep(self, execute: Callable, sql: str, params: Any, many: bool, context: Any) -> Any:
        self.statements.append((sql, params))
        return execute(sql, params, many, context)

    def get(self) -> Any:
        answer = self.client.get(self.address)
        if answer.status_code != 200:
            raise RuntimeError(f"{self.address} answers {answer.status_code}")
        return answer

    def floor(self) -> Callable[[], object]:
        """The same statements without the ORM, and the same template with the values at hand."""
        from django.db import connection
        from django.template import loader
        from django.test.utils import ContextList, setup_test_environment, teardown_test_environment

        setup_test_environment(debug=False)
        answer = self.get()
        teardown_test_environment()
        context = answer.context
        given: dict[str, Any] = {}
        for layer in reversed(context if isinstance(context, ContextList) else [context]):
            given.update(layer.flatten())
        for name in ("block", "forloop", "request", "user", "csrf_token", "messages", "perms"):
            given.pop(name, None)
        template, request = loader.get_template(self.template), answer.wsgi_request

        def work() -> object:
            for sql, params in self.statements:
                with connection.cursor() as cursor:
                    cursor.execute(sql, params)
                    if cursor.description:
                        cursor.fetchall()
            return template.render(given, request)

        return work


def medians(*works: Callable[[], object], turns: int = TURNS) -> list[float]:
    """The median time of each piece of work in seconds; they take turns, and the first is not counted."""
    times: list[list[float]] = [[] for _ in works]
    for turn in range(turns + 1):
        for work, kept in zip(works, times, strict=True):
            start = time.perf_counter()
            work()
            if turn:
                kept.append(time.perf_counter() - start)
    return [statistics.median(kept) for kept in times]


def moving(found: dict[str, Any]) -> tuple[float, int]:
    """A session with all those tasks moves by three weeks, against its own statements; and how many they are."""
    from django.db import connection, transaction
    from django.utils import timezone

    from mandates.actions import sessions
    from mandates.models import Session

    held, by = found["session"], found["coordinator"]
    sent: list[tuple[str, Any]] = []

    def keep(execute: Callable, sql: str, params: Any, many: bool, context: Any) -> Any:
        sent.append((sql, params))
        return execute(sql, params, many, context)

    def move() -> None:
        with transaction.atomic():
            row = Session.objects.get(pk=held.pk)
            weeks = timedelta(weeks=3)
            sessions.move(
                session=row, seen=row.revision, starts=row.starts + weeks, ends=row.ends + weeks, by=by,
                at=timezone.now(), why="bench",
            )  # fmt: skip
            transaction.set_rollback(True)

    with connection.execute_wrapper(keep):
        move()
    sent = [one for one in sent if not one[0].startswith(("SAVEPOINT", "RELEASE", "ROLLBACK", "BEGIN"))]

    def again() -> None:
        with transaction.atomic():
            for sql, params in sent:
                with connection.cursor() as cursor:
                    cursor.execute(sql, params)
                    if cursor.description:
                        cursor.fetchall()
            transaction.set_rollback(True)

    floor, moved = medians(again, move, turns=3)
    return moved / floor, len(sent)


def say(goal: str, what: str, figure: float) -> bool:
    """Print a goal's line; whether it holds. A figure that is only wanted holds whatever it is, and says so."""
    if goal in WANTED:
        print(f"{goal} {what} {figure:.4g}, wanted {WANTED[goal]:g}", flush=True)
        return True
    fine = figure <= GOALS[goal]
    print(f"{goal} {what} {figure:.4g} <= {GOALS[goal]:g} {'ok' if fine else 'MISSED'}", flush=True)
    return fine


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        prepare(folder)
        found = fill()
        from django.urls import reverse

        mine = [Watched(found[name], reverse("my-work"), "reports/my_work.html") for name in ("few", "many")]
        units = [found[name].holdings.get().post.unit_id for name in ("few", "many")]
        lists = [
            Watched(found["coordinator"], f"{reverse('tasks')}?unit={unit}", "reports/tasks.html") for unit in units
        ]
        fine = [
            say("W1", f"My work: queries more for {MANY} tasks than for 5", abs(_more(mine))),
            say("W2", f"list of work: queries more for {MANY} tasks than for 5", abs(_more(lists))),
        ]
        for goal, what, page in (("W3", "list of work", lists[1]), ("W4", "My work", mine[1])):
            bottom, whole = medians(page.floor(), page.get)
            fine.append(say(goal, f"{what}: page against its SQL and its template", whole / bottom))
        ratio, statements = moving(found)
        fine.append(say("W5", f"a session with {MANY} tasks moves: against its own SQL", ratio))
        fine.append(say("W6", "statements of such a move", statements))
        from django.db import connection

        connection.close()
    return 0 if all(fine) else 1


def _more(pages: list[Watched]) -> int:
    return len(pages[1].statements) - len(pages[0].statements)


if __name__ == "__main__":
    sys.exit(in_one_piece(main))
