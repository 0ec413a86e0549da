"""Tasks counted by something, in one statement: by columns of their own, by tags of their instructions, or crossed.

The rows that are counted are a queryset, the same one that the list of work shows; it is compiled and laid into one
`GROUP BY`, because tags of a past day are rows of history, which no relation of the ORM leads to.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db.models import F, QuerySet
from django.db.models.expressions import RawSQL

from mandates.models import Task
from mandates.models.prepared import Given

from .clocks import OVERDUE, SILENT, Moment, clock
from .statements import ask, told

Raw = tuple[Any, ...]
Statement = tuple[str, list[Any]]  # SQL and its values; some may be told when it is sent


@dataclass(frozen=True)
class Grouping:
    """How tasks are told apart by one thing.

    By `columns` of each task, or by `tags`: what hangs on instructions (see `tags`). `under` is SQL of (value, key),
    where a tag's value stands under other keys, or under several. `keys` gives, for the values that were found, the
    keys under which each counts: one, or several (a unit and those above it), or `NOBODY`.
    """

    keys: Callable[[Iterable[Raw]], Mapping[Raw, tuple[str, ...]]]
    columns: Mapping[str, Any] = field(default_factory=dict)
    tags: QuerySet[Any] | None = None
    under: str = ""


# What is counted of each group, in this order; `t` is the tasks.
FIGURES = (
    "COUNT(*) FILTER (WHERE t.status = 'done')",
    "COUNT(*) FILTER (WHERE t.status = 'cont')",
    "COUNT(*) FILTER (WHERE t.status = 'prog')",
    "COUNT(*) FILTER (WHERE t.status = 'risk')",
    "COUNT(*) FILTER (WHERE t.status = 'todo')",
    "COUNT(*) FILTER (WHERE t.status = 'none')",
    "COUNT(*) FILTER (WHERE t.status IN ('over', 'notus'))",
    f"COUNT(*) FILTER (WHERE t.is_open AND t.stands = '{OVERDUE}')",
    f"COUNT(*) FILTER (WHERE t.is_open AND t.stands = '{SILENT}')",
    "MIN(t.matters_on) FILTER (WHERE t.is_open AND t.matters_on >= %s)",
)


class Counting:
    """A statement that counts, put together: it can be asked again, with the values of another moment."""

    def __init__(self, rows: QuerySet[Task], moment: Moment, groupings: Sequence[Grouping]) -> None:
        rows = rows.annotate(stands=clock(moment))
        self.sizes, self.statement = _statement(rows, groupings, FIGURES, [Given("day").slot], whole=True)

    def ask(self, given: Mapping[str, Any]) -> tuple[list[tuple[tuple[Raw, ...], list[Any]]], list[Any]]:
        """The figures of each group, each with its raw values, one for each grouping; and those of all, each task once.

        `given`: the values of the moment (`told`), and what else conditions left open.
        """
        groups, total = [], _figures(None)
        for is_group, raws, figures in _answers(self.sizes, self.statement, given):
            if is_group:
                groups.append((raws, _figures(figures)))
            else:
                total = _figures(figures)
        return groups, total


def grouped(
    rows: QuerySet[Task], moment: Moment, groupings: Sequence[Grouping]
) -> tuple[list[tuple[tuple[Raw, ...], list[Any]]], list[Any]]:
    """The same, of a statement that is asked once."""
    return Counting(rows, moment, groupings).ask(told(moment))


class FirstDue:
    """A statement that finds what is due first, put together as `Counting` is."""

    def __init__(self, rows: QuerySet[Task], grouping: Grouping) -> None:
        self.grouping = grouping
        self.sizes, self.statement = _statement(rows, [grouping], ("MIN(t.matters_on)", "COUNT(*)"), [], whole=True)

    def ask(self, given: Mapping[str, Any]) -> tuple[dict[str, date], int]:
        """For each key the first date that matters of some tasks; and how many tasks these are."""
        asked = list(_answers(self.sizes, self.statement, given))
        raws = {raws[0]: _as_day(first) for is_group, raws, (first, _n) in asked if is_group}
        keys = self.grouping.keys(raws)
        found: dict[str, date] = {}
        for raw, day in raws.items():
            for key in keys[raw]:
                found[key] = min(day, found.get(key, day))
        return found, sum(n for is_group, _raws, (_first, n) in asked if not is_group)


def counted(rows: QuerySet[Task], grouping: Grouping) -> dict[str, int]:
    """How many of the tasks stand under each key."""
    raws = {raw: figures[0] for _is, (raw,), figures in _ask(rows, [grouping], ("COUNT(*)",), [], whole=False)}
    keys = grouping.keys(raws)
    sums: dict[str, int] = {}
    for raw, n in raws.items():
        for key in keys[raw]:
            sums[key] = sums.get(key, 0) + n
    return sums


def _ask(
    rows: QuerySet[Task], groupings: Sequence[Grouping], figures: Sequence[str], given: list[Any], *, whole: bool
) -> Iterator[tuple[bool, tuple[Raw, ...], tuple[Any, ...]]]:
    """(whether it is a group, its raw values, its figures); with `whole` one more row for all tasks."""
    return _answers(*_statement(rows, groupings, figures, given, whole=whole), {})


def _answers(
    sizes: Sequence[int], statement: Statement | None, given: Mapping[str, Any]
) -> Iterator[tuple[bool, tuple[Raw, ...], tuple[Any, ...]]]:
    width = sum(sizes)
    for is_group, *row in ask(*statement, given) if statement else ():
        yield bool(is_group), tuple(_parted(row, sizes)), tuple(row[width:])


def _statement(
    rows: QuerySet[Task], groupings: Sequence[Grouping], figures: Sequence[str], given: list[Any], *, whole: bool
) -> tuple[list[int], Statement | None]:
    """How many raw values each grouping has, and the statement; None where no task can fit."""
    sizes: list[int] = []
    selected: list[str] = []
    tables: list[str] = []
    joins: list[str] = []
    values: list[Any] = []
    for number, grouping in enumerate(groupings):
        if grouping.tags is not None:
            tables.append(f"k{number} AS ({tagged(grouping, values)})")
            joins.append(f" LEFT JOIN k{number} ON k{number}.instruction_id = t.instruction_id")
            selected.append(f"k{number}.value")
            sizes.append(1)
            continue
        names = {f"by_{number}_{name}": expression for name, expression in grouping.columns.items()}
        rows = rows.annotate(**names)
        selected += [f"t.{name}" for name in names]
        sizes.append(len(names))
    try:
        tasks, task_values = _bare(rows).query.sql_with_params()
    except EmptyResultSet:
        return sizes, None
    by, counts = ", ".join(selected), ", ".join(figures)
    tables = [f"t AS ({tasks})", *tables]
    statement = f"WITH {', '.join(tables)} SELECT 1, {by}, {counts} FROM t{''.join(joins)} GROUP BY {by}"  # noqa: S608
    values = [*task_values, *values, *given]
    if whole:
        nothing = ", ".join(["NULL"] * len(selected))
        statement += f" UNION ALL SELECT 0, {nothing}, {counts} FROM t"  # noqa: S608
        values += given
    return sizes, (statement, values)


COUNTED_ONES = RawSQL("SELECT instruction_id FROM t", ())  # the instructions of the tasks that are counted


def tags(rows: QuerySet[Any], value: str) -> QuerySet[Any]:
    """Of rows that hang on instructions, those of the tasks that are counted: (instruction, value)."""
    return rows.filter(instruction__in=COUNTED_ONES).order_by().values("instruction_id", value=F(value))


def tagged(grouping: Grouping, values: list[Any]) -> str:
    """SQL of (instruction, key), each pair once: what stands under several of its parts counts once. It adds its values
    to those of the statement."""
    try:
        rows, given = grouping.tags.query.sql_with_params()  # type: ignore[union-attr]
    except EmptyResultSet:
        return "SELECT NULL AS instruction_id, NULL AS value"
    values += given
    if not grouping.under:
        return f"SELECT DISTINCT instruction_id, value FROM ({rows}) AS g"  # noqa: S608
    return (
        f"SELECT DISTINCT g.instruction_id, u.key AS value FROM ({rows}) AS g"  # noqa: S608
        f" JOIN ({grouping.under}) AS u ON u.value = g.value"
    )


def _parted(row: Sequence[Any], sizes: Sequence[int]) -> Iterator[Raw]:
    start = 0
    for size in sizes:
        yield tuple(row[start : start + size])
        start += size


def _bare(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Only the columns that counting needs, in no order."""
    annotated = [name for name in rows.query.annotations if name == "stands" or name.startswith("by_")]
    ordered = rows if rows.query.is_sliced else rows.order_by()
    return ordered.values_list("instruction_id", "status", "is_open", "matters_on", *annotated)


def _figures(row: Sequence[Any] | None) -> list[Any]:
    """Figures as numbers and a date, whichever way a database gives them."""
    if row is None:
        return [0] * (len(FIGURES) - 1) + [None]
    *numbers, due = row
    return [*map(int, numbers), _as_day(due)]


def _as_day(given: Any) -> Any:
    return date.fromisoformat(given) if isinstance(given, str) else given
