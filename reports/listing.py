"""What the list of work asks of all tasks, in one statement: how many fit, how many have each value of each filter, and
which stand on a page.

The tasks that fit are laid down once, and each filter groups them; a filter that is set groups the tasks that fit
without it. More than `most` are never laid down: where so many fit, nothing is grouped. The statement is put together
once for a shape (which filters are set, what orders the list), and sent with the values of the day.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Case, CharField, F, Min, Q, QuerySet, Value, When

from mandates.models import Body, Place, Resolution
from mandates.models.prepared import Given, OneOf

from . import as_at
from .asked import Asked, chosen, in_order, words_in
from .clocks import Moment, clock
from .facets import DIMENSIONS, FILTERS, IN_FORCE, PROPOSED, Meaning
from .grouping import COUNTED_ONES, Grouping, tagged
from .statements import ask, later, told

TEXTS, BODIES = Resolution._meta.db_table, Body._meta.db_table
NOTHING = "CAST(NULL AS TEXT)"
STATES = {IN_FORCE: "adopted", PROPOSED: "proposed"}
PAGE, ALL = "page", "all"  # what a row of the answer is about, beside the names of filters
Group = tuple[Any, ...]  # (value, a second one, how many tasks, three more words)
Statement = tuple[str, list[Any]]


@dataclass
class Found:
    """`total` is how many tasks fit: one more than `most` where there are more; None where it was not asked.

    `groups` are those of each filter; of one that is set there are none where too many tasks fit without it.
    """

    total: int | None = None
    keys: list[int] = field(default_factory=list)
    groups: dict[str, list[Group]] = field(default_factory=lambda: defaultdict(list))
    uncounted: set[str] = field(default_factory=set)


def find(asked: Asked, moment: Moment, *, skip: int, on_a_page: int, most: int, counted: bool = True) -> Found:
    """One query. `skip` are the tasks before the page; without `counted` its keys alone are asked for."""
    meanings = {name: FILTERS[name].meaning(value) for name, value in asked.values.items() if value}
    shape = tuple((name, meaning.word) for name, meaning in meanings.items())
    put_together = _put_together.__wrapped__ if asked.words else _put_together  # words differ each time
    statement = put_together(shape, asked.words, asked.order, moment.is_past, counted, connection.vendor)
    given = {**told(moment), **{name: meaning.value for name, meaning in meanings.items()}}
    found = Found()
    ordered: list[tuple[int, int]] = []
    given |= {"skip": skip, "rows": on_a_page, "most": most, "limit": most + 1}
    for what, first, second, n, *more in ask(*statement, given):
        if what == PAGE:
            ordered.append((n, int(first)))
        elif what == ALL and first is None:
            found.total = n
        elif what == ALL:
            if n > most:
                found.uncounted.add(first)
        else:
            found.groups[what].append((first, second, n, *more))
    found.keys = [key for _place, key in sorted(ordered)]
    if found.total is not None and found.total > most:
        found.uncounted = set(FILTERS)
    for name in found.uncounted:
        found.groups.pop(name, None)
    return found


# ── The statement ────────────────────────────────────────────────────────────────────────────────────────────────


@lru_cache(maxsize=300)
def _put_together(
    shape: tuple[tuple[str, str], ...], words: str, order: str, is_past: bool, counted: bool, engine: str
) -> Statement:
    """The statement of a shape. `engine` is what it is put together for."""
    moment = later(is_past=is_past)
    conditions: dict[str, Q] = {}
    for name, word in shape:
        value = OneOf(name) if FILTERS[name].several else Given(name)
        conditions[name] = FILTERS[name].where(Meaning(word, value), moment)
    if words:
        conditions["q"] = words_in(words, moment)
    page = _page(conditions, order, moment)
    if not counted:
        return page
    free = {name: one for name, one in _boxes(moment).items() if name not in conditions}
    rows, values = _rows(conditions, free, moment)
    most, limit = Given("most").slot, Given("limit").slot
    tables = [f"t AS ({rows} LIMIT %s)", "n AS (SELECT COUNT(*) AS n FROM t)"]
    values.append(limit)
    parts = [f"SELECT '{ALL}', {_beside()}, n, {_more()} FROM n"]  # noqa: S608
    given: list[Any] = []
    for name, box in free.items():
        parts.append(_grouped(name, box, "(SELECT n FROM n) <= %s", given, [most]))
    for name, box in _boxes(moment).items():
        if name not in conditions:
            continue
        others = {one: condition for one, condition in conditions.items() if one != name}
        without, more = _rows(others, {name: box}, moment)
        # where too many fit with the filter, those without it are not laid down
        tables.append(f"w_{name} AS (SELECT * FROM ({without} LIMIT %s) AS w WHERE (SELECT n FROM n) <= %s)")  # noqa: S608
        values += [*more, limit, most]
        tables.append(f"n_{name} AS (SELECT COUNT(*) AS n FROM w_{name})")  # noqa: S608
        about = _beside(f"'{name}'")
        parts.append(f"SELECT '{ALL}', {about}, n, {_more()} FROM n_{name}")  # noqa: S608
        inner = _grouped(name, box, f"(SELECT n FROM n_{name}) <= %s", given, [most])  # noqa: S608
        parts.append(f"SELECT * FROM (WITH t AS (SELECT * FROM w_{name}) {inner}) AS g_{name}")  # noqa: S608
    statement, more = page
    return f"WITH {', '.join(tables)} {' UNION ALL '.join([*parts, statement])}", [*values, *given, *more]


def _page(conditions: Mapping[str, Q], order: str, moment: Moment) -> Statement:
    """The keys of a page in their order, for which all tasks are looked at, not only as many as are counted."""
    given: list[Any] = [Given("rows").slot, Given("skip").slot]
    try:
        rows, values = in_order(chosen(conditions, moment), order).values_list("pk").query.sql_with_params()
    except EmptyResultSet:
        rows, values = "SELECT NULL AS pk WHERE 1 = 0", ()
    return (
        f"SELECT '{PAGE}', {_beside('k.pk')}, ROW_NUMBER() OVER (), {_more()} FROM ({rows} LIMIT %s OFFSET %s) AS k",  # noqa: S608
        [*values, *given],
    )


def _rows(conditions: Mapping[str, Q], boxes: Mapping[str, Grouping], moment: Moment) -> Statement:
    """The tasks for which conditions hold, with what the boxes group them by."""
    rows = chosen(conditions, moment)
    try:
        return _bare(rows, boxes)
    except EmptyResultSet:  # a condition for which no task can fit
        return _bare(as_at.tasks(moment).filter(Q(pk__lt=Value(0))), boxes)


def _bare(rows: QuerySet[Any], boxes: Mapping[str, Grouping]) -> Statement:
    columns = {f"by_{name}_{of}": one for name, box in boxes.items() for of, one in box.columns.items()}
    rows = rows.annotate(**columns).order_by().values_list("instruction_id", *columns)
    sql, values = rows.query.sql_with_params()
    return sql, list(values)


def _grouped(name: str, box: Grouping, where: str, values: list[Any], given: Sequence[Any]) -> str:
    """One part of the statement: the tasks of `t` by one thing, where a condition holds. Its values join the others.

    They are counted before anything is joined to them: of an instruction, or of a text, there are many tasks.
    """
    by = [f"by_{name}_{of}" for of in box.columns]
    if box.tags is None and name != "resolution":
        values += given
        return f"SELECT '{name}', {_beside(*by)}, COUNT(*), {_more()} FROM t WHERE {where} GROUP BY {', '.join(by)}"  # noqa: S608
    of = by[0] if box.tags is None else "instruction_id"
    counted = f"(SELECT {of} AS id, COUNT(*) AS n FROM t WHERE {where} GROUP BY {of}) AS c"  # noqa: S608
    values += given
    if box.tags is not None:
        return (
            f"SELECT '{name}', {_beside('k.value')}, CAST(SUM(c.n) AS BIGINT), {_more()} FROM {counted}"  # noqa: S608
            f" LEFT JOIN ({tagged(box, values)}) AS k ON k.instruction_id = c.id GROUP BY k.value"
        )
    # of texts there may be thousands: those that occur bring what they are called by
    beside = _beside("text.slug", "ROW_NUMBER() OVER (ORDER BY text.key)")
    return (
        f"SELECT '{name}', {beside}, c.n, {_more('text.kind', 'text.number', 'text.title', 'body.short_name')}"  # noqa: S608
        f" FROM {counted} JOIN {TEXTS} AS text ON text.id = c.id JOIN {BODIES} AS body ON body.id = text.body_id"
    )


def _beside(*columns: str) -> str:
    """The two values that each row of the answer has."""
    return ", ".join([*(f"CAST({one} AS TEXT)" for one in columns), *[NOTHING] * (2 - len(columns))])


def _more(*columns: str) -> str:
    """The words that each row of the answer has beside its number."""
    return ", ".join([*columns, *[NOTHING] * (4 - len(columns))])


def _boxes(moment: Moment) -> dict[str, Grouping]:
    """By what each filter tells tasks apart."""
    of_dimensions = {name: one.grouping(moment) for name, one in DIMENSIONS.items()}
    waits = Case(When(submitted_at__isnull=False, then=Value("1")), output_field=CharField())
    return {
        "clock": _by(clock=Case(When(is_open=True, then=clock(moment)), output_field=CharField())),
        "status": _by(status=F("status"), submitted=waits),
        **of_dimensions,
        "text": Grouping(_unused, tags=_standing(moment)),
    }


def _by(**columns: Any) -> Grouping:
    return Grouping(_unused, columns=columns)


def _unused(_raws: Any) -> dict[Any, Any]:
    return {}


def _standing(moment: Moment) -> QuerySet[Any]:
    """Of each instruction whether it stands in a text in force, or else in a proposed one."""
    versions = as_at.versions(moment)
    if moment.is_past:
        states = {state: Q(paragraph__version__in=versions.filter(state=state).values("id")) for state in STATES}
    else:
        states = {state: Q(paragraph__version__state=state) for state in STATES}
    said = Case(*(When(one, then=Value(STATES[state])) for state, one in states.items()), output_field=CharField())
    places = Place.objects.filter(instruction__in=COUNTED_ONES).order_by()
    return places.values("instruction_id").annotate(value=Min(said))  # "adopted" comes before "proposed"
