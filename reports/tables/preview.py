"""What a table would change, row by row, and then the change itself: all rows or none.

The preview does the whole import in a transaction and takes it back, so that it finds exactly what the import would
find: every rule of `actions.status` and `actions.bulk`, the rights of the person for each row, and what others did.
"""

from __future__ import annotations

import copy
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

from django.core import signing
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mandates import rules
from mandates.actions import Overtaken, Refused, bulk, evidence, status
from mandates.models import Member, Resolution, StatusUpdate, Task, Unit
from mandates.models.words import plain

from .columns import BY_KEY, rows_of, statuses
from .read import Table

SALT = "mandates.tables"
KEPT_FOR = timedelta(hours=12)  # a preview that lay open longer is asked for again
SAYS = ("status", "words", "delivered", "waiting")  # the cells that one update of the status carries


@dataclass(frozen=True)
class Change:
    """One cell: the heading of its column, what it says now, what it would say."""

    column: str
    before: str
    after: str


@dataclass(frozen=True)
class Row:
    """One row of the table. `number` is its number in the sheet; `problems` are sentences, none where it may go in."""

    number: int
    cells: dict[str, str]
    task: Task | None = None
    seen: int = 0
    changes: tuple[Change, ...] = ()
    problems: tuple[str, ...] = ()


@dataclass(frozen=True)
class Preview:
    """What a table would do. It may go in where `problems` is empty and `changes` is not."""

    rows: tuple[Row, ...]
    unread: tuple[str, ...] = ()

    @property
    def changes(self) -> tuple[Row, ...]:
        return tuple(row for row in self.rows if row.changes and not row.problems)

    @property
    def problems(self) -> tuple[Row, ...]:
        return tuple(row for row in self.rows if row.problems)

    @property
    def unchanged(self) -> int:
        return len(self.rows) - len(self.changes) - len(self.problems)


class NotTaken(Refused):
    """Rows stand against the import, so nothing was taken. `preview` says which, and why."""

    def __init__(self, preview: Preview):
        count = len(preview.problems)
        super().__init__(
            ngettext("Nothing was taken: %(count)d row can't be.", "Nothing was taken: %(count)d rows can't be.", count)
            % {"count": count}
        )
        self.preview = preview


@dataclass
class _Held:
    """The tasks that a table names, with their cells as they would be exported now."""

    tasks: dict[int, Task] = field(default_factory=dict)
    cells: dict[int, dict[str, str]] = field(default_factory=dict)
    by_place: dict[tuple[str, str], list[int]] = field(default_factory=dict)


def preview(*, table: Table, by: Member, at: datetime) -> Preview:
    """What bringing the table in would change, and what stands against it. Nothing is kept of it."""
    rules.require(by, "import tasks")
    with transaction.atomic():
        done = _do(table, by, at, token="")
        transaction.set_rollback(True)
    return done


def apply(*, table: Table, by: Member, at: datetime, token: str) -> Preview:
    """Bring the table in: every row that changes something, or, where one can't, none (`NotTaken`).

    The same token again changes nothing and gives an empty preview.
    """
    rules.require(by, "import tasks")
    token = hashlib.sha256(token.encode()).hexdigest()[:24] if token else ""
    with transaction.atomic():
        _lock(table)  # then the same form, sent again at once, waits here and finds what the first one did
        if token and StatusUpdate.objects.filter(token__startswith=f"{token}-", by=by).exists():
            return Preview(())
        done = _do(table, by, at, token)
        if done.problems:
            raise NotTaken(done)
    return done


def pack(*, preview: Preview) -> str:
    """The table of a preview, signed, for a hidden field: each row with the revision that the person saw."""
    rows = [[row.number, {**row.cells, "task": str(row.task.pk), "revision": str(row.seen)}]
            for row in preview.changes if row.task]  # fmt: skip
    return signing.dumps(rows, salt=SALT, compress=True)


def unpack(*, packed: str) -> Table:
    """The table that `pack` put away; Refused where it was changed on the way, or lay too long."""
    try:
        rows = signing.loads(packed, salt=SALT, max_age=KEPT_FOR)
    except signing.BadSignature:
        raise Refused(_("The preview is out of date. Bring the table again.")) from None
    return Table(tuple((number, cells) for number, cells in rows))


# ── Row by row ───────────────────────────────────────────────────────────────────────────────────────────────────


def _do(table: Table, by: Member, at: datetime, token: str) -> Preview:
    held = _held(table, by)
    units = {unit.abbr.casefold(): unit for unit in Unit.objects.all()}
    named = statuses()
    rows: list[Row] = []
    first_in: dict[int, int] = {}
    for number, cells in table.rows:
        row = _find(Row(number, cells), held)
        if row.task is not None and not row.problems:
            earlier = first_in.setdefault(row.task.pk, number)
            if earlier != number:
                row = _against(row, _("The same task stands in row %(number)d.") % {"number": earlier})
        if row.task is not None and not row.problems:
            row = _compare(row, held.cells[row.task.pk], named)
        if row.changes and not row.problems:
            row = _try(row, by, at, f"{token}-{number}" if token else "", units, named)
        rows.append(row)
    return Preview(tuple(rows), table.unread)


def _lock(table: Table) -> None:
    """Take the locks of the tasks that the table names by number, always in the same order."""
    keys = [int(cells["task"]) for _number, cells in table.rows if _is_key(cells.get("task", ""))]
    list(Task.objects.filter(pk__in=keys).order_by("pk").select_for_update(of=("self",)).values_list("pk"))


def _held(table: Table, by: Member) -> _Held:
    """All that the table may mean: the tasks with its numbers, and the open tasks of the resolutions it names."""
    held = _Held()
    keys = {int(cells["task"]) for _number, cells in table.rows if _is_key(cells.get("task", ""))}
    _gather(held, Task.objects.filter(pk__in=keys), by)
    if any(not cells.get("task") for _number, cells in table.rows):
        _gather(held, Task.objects.open().filter(instruction__resolution__in=_named(table)).exclude(pk__in=keys), by)
    for key, cells in held.cells.items():
        if held.tasks[key].status not in Task.CLOSED:
            held.by_place.setdefault(_place(cells), []).append(key)
    return held


def _named(table: Table) -> list[Resolution]:
    """The resolutions that rows without a number name."""
    names = {_place(cells)[0] for _number, cells in table.rows if not cells.get("task")}
    return [row for row in Resolution.objects.select_related("body") if plain(row).casefold() in names]


def _gather(held: _Held, tasks: Any, by: Member) -> None:
    for task, cells in rows_of(tasks=tasks, by=by):
        held.tasks[task.pk], held.cells[task.pk] = task, cells


def _place(cells: dict[str, str]) -> tuple[str, str]:
    return cells.get("resolution", "").casefold(), cells.get("address", "").casefold()


def _is_key(cell: str) -> bool:
    return cell.isascii() and cell.isdigit() and len(cell) < 19


def _find(row: Row, held: _Held) -> Row:
    """The task that the row means: by its number, or as the one open task at its address and session."""
    cells = row.cells
    if cells.get("task"):
        task = held.tasks.get(int(cells["task"])) if _is_key(cells["task"]) else None
        if task is None:
            return _against(row, _("There is no task %(number)s.") % {"number": cells["task"][:40]})
    else:
        keys = held.by_place.get(_place(cells), []) if cells.get("address") else []
        for key in ("session", "due", "title"):
            if len(keys) > 1 and cells.get(key):
                keys = [each for each in keys if held.cells[each][key].casefold() == cells[key].casefold()]
        if len(keys) != 1:
            return _against(
                row,
                _("Several tasks stand there: give the number of one.")
                if keys
                else _("No open task stands there. Give its number, or its resolution, address and session."),
            )
        task = held.tasks[keys[0]]
    seen = cells.get("revision") or str(task.revision)
    if not _is_key(seen):
        return _against(row, _("The revision is a number; leave it as it was."))
    row = replace(row, task=task, seen=int(seen))
    if row.seen != task.revision:
        told = status.said_since(task=task, seen=row.seen)
        return _against(row, _("Somebody else has changed this task since."), *told)
    return row


def _compare(row: Row, now: dict[str, str], named: dict[str, str]) -> Row:
    """The cells that differ from what the table would say today. An empty cell says nothing, but for "waiting for"."""
    changes, problems = [], []
    for key, after in row.cells.items():
        column, before = BY_KEY[key], now[key]
        if key == "evidence":
            after = "\n".join(_new_lines(before, after))
            if after:
                changes.append(Change(str(column.heading), before, after))
        elif _same(key, before, after, named) or (not after and not (key == "waiting" and row.cells.get("task"))):
            continue
        elif column.fixed:
            if key in {"task", "revision"} or (not row.cells.get("task") and before.casefold() == after.casefold()):
                continue
            problems.append(
                _("“%(column)s” is not changed by a table; it says “%(before)s”.")
                % {"column": column.heading, "before": before}
            )
        else:
            changes.append(Change(str(column.heading), before, after))
    return replace(row, changes=tuple(changes), problems=tuple(problems))


def _same(key: str, before: str, after: str, named: dict[str, str]) -> bool:
    """Whether two cells say the same: a status in another language, a unit in small letters, a day with its hour."""
    if key == "status" and after.casefold() in named:
        return named[after.casefold()] == named.get(before.casefold())
    if key == "lead":
        return before.casefold() == after.casefold()
    if BY_KEY[key].kind == "day" and before:
        return after == before or after.startswith((f"{before} ", f"{before}T"))
    return before == after


def _new_lines(before: str, after: str) -> Iterable[str]:
    known = set(before.split("\n"))
    return dict.fromkeys(line for each in after.split("\n") if (line := each.strip()) and line not in known)


def _try(row: Row, by: Member, at: datetime, token: str, units: dict[str, Unit], named: dict[str, str]) -> Row:
    """Do what the row says, in a transaction of its own; what stands against it becomes its problem."""
    try:
        with transaction.atomic():
            _act(row, by, at, token, units, named)
    except Overtaken as why:
        return _against(row, str(why), *why.theirs)
    except bulk.NotAll as why:
        return _against(row, *why.problems)
    except (Refused, PermissionDenied) as why:
        return _against(row, str(why))
    return row


def _act(row: Row, by: Member, at: datetime, token: str, units: dict[str, Unit], named: dict[str, str]) -> None:
    """The acts of one row, one after the other, each at a moment of its own, so that history keeps them apart."""
    assert row.task is not None
    task, cells = copy.copy(row.task), row.cells  # the preview goes on showing the task as it is
    changed = {change.column: change for change in row.changes}
    differs = {key for key in cells if str(BY_KEY[key].heading) in changed}
    seen = row.seen
    given = [evidence.Given(link=link) for link in _links(row, changed)]
    if differs & set(SAYS):
        said = _update_of(task, cells, differs, named)
        status.update(task=task, by=by, at=at, seen=seen, token=token, evidence=given, **said)
        seen, token = seen + 1, ""
    else:
        for each in given:
            evidence.add(task=task, given=each, by=by, at=at)
    if "lead" in differs:
        unit = units.get(cells["lead"].casefold())
        if unit is None:
            raise Refused(_("There is no unit “%(unit)s”.") % {"unit": cells["lead"][:60]})
        at += timedelta(microseconds=1)
        bulk.reassign_many(seen={task.pk: seen}, unit=unit, by=by, at=at, token=token)
        seen, token = seen + 1, ""
    if "due" in differs:
        at += timedelta(microseconds=1)
        bulk.redate_many(seen={task.pk: seen}, to=_day(cells["due"]), by=by, at=at, token=token)


def _links(row: Row, changed: dict[str, Change]) -> list[str]:
    new = changed.get(str(BY_KEY["evidence"].heading))
    return new.after.split("\n") if new else []


def _update_of(task: Task, cells: dict[str, str], differs: set[str], named: dict[str, str]) -> dict[str, Any]:
    """The arguments of `status.update` that the cells come to."""
    if "status" not in differs and task.to_approve:
        raise Refused(_("It waits for approval: say on its page what has happened."))
    to = task.status
    if "status" in differs:
        to = named.get(cells["status"].casefold(), "")
        if not to:
            raise Refused(_("“%(status)s” is no status.") % {"status": cells["status"][:60]})
    return {
        "to": to,
        "words": cells.get("words", "") if "words" in differs else "",
        "waiting_for": cells.get("waiting", "") if "waiting" in differs else task.waiting_for,
        "delivered_on": _day(cells["delivered"]) if "delivered" in differs else None,
    }


def _day(cell: str) -> date:
    try:
        return date.fromisoformat(plain(cell, 10))
    except ValueError:
        raise Refused(_("“%(day)s” is no day: write it as 2027-02-12.") % {"day": cell[:40]}) from None


def _against(row: Row, *problems: str) -> Row:
    return replace(row, problems=(*row.problems, *problems))
