"""The rows about pages: boards, lists, a task, a text; as they stand, as at a past day, filtered, and at two sizes."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import Any

from django.db import connection
from django.urls import reverse
from django.utils import timezone

from . import hand_written
from .databases import at
from .goals import Report
from .pages import Page
from .ratio import Ratio, against

READER = "coordinator"
BOARD, LIST, TASK, TEXT = "reports/board.html", "reports/tasks.html", "reports/task.html", "reports/version.html"


def rows(report: Report, *, small: str, large: str = "", other: str = "") -> None:
    """The rows at the size of an agency (`small`), of the UN (`large`), and on another engine (`other`)."""
    sizes = [name for name in (small, large) if name]
    for name in sizes:
        _pages(report, name)
        _filtered(report, name)
        _past(report, name)
    if large:
        _growth(report, small, large)
    if other:
        _engines(report, small, other)


def _board(database: str, past: bool = False) -> Page:
    asked = f"?at={_day(database)}" if past else ""
    return Page(database, READER, reverse("board", args=["line"]) + asked, BOARD)


def _list(database: str, asked: str = "") -> Page:
    return Page(database, READER, f"{reverse('tasks')}{asked}", LIST)


def _task(database: str) -> Page:
    """The task of which most has been said."""
    from mandates.models import Task

    with at(database):
        key = Task.objects.order_by("-revision", "pk").values_list("pk", flat=True)[0]
    return Page(database, READER, reverse("task", args=[key]), TASK)


def _text(database: str) -> Page:
    """A text in force of about the usual length."""
    from django.db.models import Count

    from mandates.models import Version

    with at(database):
        rows = Version.objects.filter(state="in force", pk__lte=200).annotate(n=Count("paragraphs"))
        version = rows.filter(n__gte=20).select_related("resolution").order_by("n", "pk")[0]
    return Page(database, READER, version.get_absolute_url(), TEXT)


def _day(database: str) -> str:
    """A past day: half a year ago."""
    return (timezone.now() - timedelta(days=180)).date().isoformat()


def _pages(report: Report, database: str) -> None:
    for goal, what, page in (
        ("P1", "board", _board(database)),
        ("P4", "list of work, 50 rows", _list(database)),
        ("P5", "a task", _task(database)),
        ("P5", "a text", _text(database)),
    ):
        _say(report, goal, against(page.floor, page.get), f"{what}, {database}: page against its SQL and its template")
    far_page = 200 if database == "un" else 20  # of an agency there are no more
    first, far = _list(database), _list(database, f"?page={far_page}")
    _say(report, "P4 page 200", against(first.get, far.get), f"list, {database}: page {far_page} against page 1")


def _say(report: Report, goal: str, ratio: Ratio, what: str) -> None:
    report.row(goal, ratio.value, f"{what} ({ratio})")


def _filtered(report: Report, database: str) -> None:
    """Roll-ups with a filter against the best SQL that we could write by hand for it."""
    from reports.clocks import Moment
    from reports.rollup import Scope, rollup

    moment = Moment.of(timezone.now())
    with at(database):
        for name, value, sql in hand_written.filters(moment):
            scope = Scope(by="line", where={name: value})
            counted = rollup(scope, moment)
            hand_written.check(sql, counted)
            total = counted.total.total
            ratio = against(partial(_ask, database, sql), partial(_rollup, database, scope, moment))
            _say(report, "P6", ratio, f"roll-up of one {name}, {database}, {total} tasks: against SQL by hand")
            if name == "unit" and total > 2000:
                each = ratio.work / total * 1e6
                report.row("P6 a task", each, f"µs a task of that {name}, {database}: cost follows what is selected")


def _past(report: Report, database: str) -> None:
    from reports.clocks import Moment
    from reports.rollup import Scope, rollup

    today, past = _board(database), _board(database, past=True)
    _say(report, "P7", against(today.get, past.get), f"board as at {_day(database)}, {database}: against today's")
    moment = Moment.at((timezone.now() - timedelta(days=180)).date())
    with at(database):
        if connection.vendor != "postgresql":
            return
        name, value, sql = hand_written.past_unit(moment)
        scope = Scope(by="line", where={name: value})
        hand_written.check(sql, rollup(scope, moment))
        ratio = against(partial(_ask, database, sql), partial(_rollup, database, scope, moment))
    _say(report, "P7 unit", ratio, f"roll-up of one unit as at that day, {database}: against LATERAL by hand")


def _ask(database: str, statements: list[tuple[str, list[Any]]]) -> None:
    with at(database), connection.cursor() as cursor:
        for sql, values in statements:
            cursor.execute(sql, values)
            cursor.fetchall()


def _rollup(database: str, scope: Any, moment: Any) -> Any:
    from reports.rollup import rollup

    with at(database):
        return rollup(scope, moment)


def _growth(report: Report, small: str, large: str) -> None:
    """The same page at both sizes, in turns."""
    for goal, what, page in (
        ("P2", "board", _board),
        ("P7 growth", "board as at a past day", partial(_board, past=True)),
        ("P4 growth", "list of work", _list),
        ("P5 growth", "a task", _task),
        ("P5 growth", "a text", _text),
    ):
        ratio = against(page(small).get, page(large).get)
        _say(report, goal, ratio, f"{what}: the size of the UN against that of an agency")


def _engines(report: Report, server: str, file: str) -> None:
    for what, page in (("board", _board), ("list of work", _list)):
        ratio = against(page(server).get, page(file).get)
        _say(report, "P19", ratio, f"{what}, the size of an agency: SQLite against PostgreSQL")
