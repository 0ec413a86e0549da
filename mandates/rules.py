"""Who may do what. Each right is one row of one table and one sentence; pages show the sentence, actions raise it.

`may(member, "decide suggestions")` is the boolean for templates and tooltips; `require` is the same rule for verbs.
Rights over one thing take the thing and the day: `may(member, "update task", task, on=today)`. `docs/rights.md` is
printed from this table.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from django.core.exceptions import PermissionDenied
from django.db import connection
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from .models import Assignment, Evidence, Holding, Input, Member, StatusUpdate, Task, Unit
from .models.prepared import Prepared

Role = Member.Role
Words = str | Promise
T = TypeVar("T")
EVERYBODY = frozenset(Role)
SECRETARIAT = frozenset({Role.COORDINATOR, Role.ADMINISTRATOR})
NOBODY: frozenset[Role] = frozenset()
MEMBERS = frozenset({Role.MEMBER})


# ── Asked once for a page ────────────────────────────────────────────────────────────────────────────────────────


_told: ContextVar[dict[Any, Any] | None] = ContextVar("told", default=None)


@contextmanager
def asked_once() -> Iterator[None]:
    """While the block runs, whose work is whose is asked of the database once: for a page that only reads."""
    before = _told.set({})
    try:
        yield
    finally:
        _told.reset(before)


def _once(key: Any, ask: Callable[[], T]) -> T:
    """What `ask` gives; inside `asked_once`, what it gave the first time."""
    told = _told.get()
    if told is None:
        return ask()
    if key not in told:
        told[key] = ask()
    return told[key]


# ── Whose work is whose ──────────────────────────────────────────────────────────────────────────────────────────


def units_of(member: Member, on: date, *, heads: bool = False) -> frozenset[int]:
    """Keys of the units whose work is the member's on that day, with all units below them. One query.

    They are the units of the posts that the member holds, and of the posts for which such a post is the deputy.
    `heads`: only through posts that head their unit.
    """
    rows = _once((member.pk, on), lambda: _units_of(member, on))
    return frozenset(unit for unit, heading in rows if heading or not heads)


# One way down for all posts: a page that asked for the whole tree of units would follow its size.
_THEIRS = """
WITH RECURSIVE theirs(unit, heads) AS (
    SELECT post.unit_id, post.heads_unit
    FROM mandates_holding held JOIN mandates_post post ON post.id = held.post_id OR post.deputy_id = held.post_id
    WHERE held.member_id = %s AND held.since <= %s AND (held.until IS NULL OR held.until >= %s)
    UNION
    SELECT unit.id, theirs.heads FROM mandates_unit unit JOIN theirs ON unit.parent_id = theirs.unit
) SELECT unit, heads FROM theirs"""


def _units_of(member: Member, on: date) -> list[tuple[int, bool]]:
    """Each unit with whether it is theirs through a post that heads one; twice where both kinds lead to it."""
    day = connection.ops.adapt_datefield_value(on)
    with connection.cursor() as cursor:
        cursor.execute(_THEIRS, [member.pk, day, day])
        return [(unit, bool(heads)) for unit, heads in cursor.fetchall()]


def with_those_below(units: Iterable[int]) -> frozenset[int]:
    """The units with these keys and all below them."""
    found = set(units)
    if not found:
        return frozenset()
    below = _once("units", _units_below)
    left = list(found)
    while left:
        for key in below.get(left.pop(), ()):
            if key not in found:
                found.add(key)
                left.append(key)
    return frozenset(found)


UNITS_BELOW = Prepared(lambda: Unit.objects.exclude(parent=None).order_by().values_list("pk", "parent_id"))


def _units_below() -> dict[int, list[int]]:
    """The units right below each that has some."""
    below: dict[int, list[int]] = {}
    for key, parent in UNITS_BELOW.ask():
        below.setdefault(parent, []).append(key)
    return below


def _works_on(member: Member, task: Task, on: date) -> bool:
    """Whether a unit of the member leads the task, or is confirmed to lead or contribute to its instruction."""
    # Most speak of what their own unit leads, and to find that takes a third of the time of finding all units below
    # theirs. A page asks more than this one thing, and what it was answered is kept (`asked_once`).
    if _told.get() is None and task.lead_id is not None and _has_a_post_in(member, task.lead_id, on):
        return True
    return task.pk in updatable(member, [task], on=on)


_IN_THE_UNIT = """
SELECT 1 FROM mandates_holding held JOIN mandates_post post ON post.id = held.post_id OR post.deputy_id = held.post_id
WHERE held.member_id = %s AND held.since <= %s AND (held.until IS NULL OR held.until >= %s) AND post.unit_id = %s
LIMIT 1"""


def _has_a_post_in(member: Member, unit: int, on: date) -> bool:
    """Whether the member holds a post of the unit itself on that day, or one that deputises for such a post."""
    day = connection.ops.adapt_datefield_value(on)
    with connection.cursor() as cursor:
        cursor.execute(_IN_THE_UNIT, [member.pk, day, day, unit])
        return cursor.fetchone() is not None


def _heads(member: Member, task: Task, on: date) -> bool:
    return task.lead_id is not None and task.lead_id in units_of(member, on, heads=True)


def _leads(member: Member, task: Task, on: date) -> bool:
    return task.lead_id is not None and task.lead_id in units_of(member, on)


def _gives_or_gets(member: Member, asked: Input, on: date) -> bool:
    """Whether a unit of the member is asked for the input, or leads the task that it is for."""
    return asked.pk in markable(member, [asked], on=on)


def _handed_it_in(member: Member, task: Task) -> bool:
    """Whether the member submitted the task, or it was submitted on their behalf."""
    last = task.updates.filter(kind=StatusUpdate.Kind.SUBMITTED).order_by("-pk").first()
    return member.pk == task.submitted_by_id or bool(last and member.pk in {last.by_id, last.on_behalf_of_id})


def _colleagues(member: Member, other: Member, on: date) -> bool:
    return bool(units_of(member, on) & _units_held(other, on))


def _units_held(member: Member, on: date) -> frozenset[int]:
    return frozenset(Holding.objects.on(on).filter(member=member).values_list("post__unit_id", flat=True))


# ── The table ────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Right:
    """One row: who has the right always, who has it over what is theirs, and what those without it read."""

    roles: frozenset[Role]
    sentence: Words
    own: frozenset[Role] = NOBODY
    is_own: Callable[[Member, Any, date], bool] | None = None
    own_words: Words = ""
    bars: Callable[[Member, Any], bool] | None = None  # keeps out even those who have the right
    bars_sentence: Words = ""


RIGHTS: dict[str, Right] = {
    "read": Right(EVERYBODY, _("Log in to read this.")),
    "make feeds": Right(EVERYBODY, _("Log in to have a calendar.")),
    "export": Right(EVERYBODY, _("Log in to take a table with you.")),
    "choose letters": Right(EVERYBODY, _("Log in to say how you want letters.")),
    "see letters": Right(SECRETARIAT, _("Only the coordinator sees who got which letter.")),
    "bring in documents": Right(SECRETARIAT, _("Only the coordinator brings in documents.")),
    "decide suggestions": Right(SECRETARIAT, _("Only the coordinator decides suggestions.")),
    "edit instructions": Right(SECRETARIAT, _("Only the coordinator edits instructions.")),
    "change versions": Right(SECRETARIAT, _("Only the coordinator says which version is in force.")),
    "edit sessions": Right(SECRETARIAT, _("Only the coordinator edits sessions.")),
    "assign units": Right(SECRETARIAT, _("Only the coordinator says which unit does the work.")),
    "redate tasks": Right(SECRETARIAT, _("Only the coordinator gives tasks another date.")),
    "edit posts": Right(SECRETARIAT, _("Only the coordinator says who holds a post.")),
    "edit members": Right(frozenset({Role.ADMINISTRATOR}), _("Only the administrator names members and roles.")),
    "update task": Right(
        SECRETARIAT,
        _("Only the units that lead this work or contribute to it and the coordinator say where it stands."),
        own=MEMBERS,
        is_own=_works_on,
        own_words=_("what their units, or units below them, lead or contribute to; deputies too"),
    ),
    "update on behalf": Right(
        SECRETARIAT,
        _("You may speak for colleagues of your own units; the coordinator speaks for anybody."),
        own=MEMBERS,
        is_own=_colleagues,
        own_words=_("for colleagues of their own units"),
    ),
    "approve task": Right(
        SECRETARIAT,
        _("Only the head of the unit, their deputy or the coordinator approves this work."),
        own=MEMBERS,
        is_own=_heads,
        own_words=_("what the unit that they head leads; deputies too"),
        bars=_handed_it_in,
        bars_sentence=_("You handed this in, or it was handed in for you: a second person approves it."),
    ),
    "ask for inputs": Right(
        SECRETARIAT,
        _("Only the unit that leads this work and the coordinator ask for inputs."),
        own=MEMBERS,
        is_own=_leads,
        own_words=_("for what their units, or units below them, lead; deputies too"),
    ),
    "mark inputs": Right(
        SECRETARIAT,
        _("Only the unit that is asked, the unit that leads the work and the coordinator say whether an input came."),
        own=MEMBERS,
        is_own=_gives_or_gets,
        own_words=_("what their units, or units below them, are asked for or have asked for; deputies too"),
    ),
    "comment": Right(
        EVERYBODY - {Role.VIEWER}, _("Viewers read; members, the chair and the coordinator comment.")
    ),
    "see internal evidence": Right(EVERYBODY - {Role.VIEWER}, _("This evidence is for members of the house only.")),
    "import tasks": Right(
        SECRETARIAT,
        _("Only members and the coordinator bring in a table of tasks."),
        own=MEMBERS,
        own_words=_("each row that they could update on its page"),
    ),
}  # fmt: skip


# ── The questions ────────────────────────────────────────────────────────────────────────────────────────────────


def may(member: Any, right: str, thing: Any = None, *, on: date | None = None) -> bool:
    """Whether `member` (or an anonymous user) has the right, over `thing` on that day where it is about one.

    Without a thing: whether they have it over something at all, which is what shows or hides a button.
    """
    return not why_not(member, right, thing, on=on)


def require(member: Any, right: str, thing: Any = None, *, on: date | None = None) -> None:
    """Raise PermissionDenied with the sentence of the right, unless `member` has it."""
    if sentence := why_not(member, right, thing, on=on):
        raise PermissionDenied(sentence)


def why_not(member: Any, right: str, thing: Any = None, *, on: date | None = None) -> str:
    """The sentence for a tooltip, or "" where the member has the right."""
    row = RIGHTS[right]
    if not getattr(member, "is_authenticated", False) or not member.is_active:
        return str(row.sentence)
    if thing is not None and row.bars is not None and row.bars(member, thing):
        return str(row.bars_sentence)
    if member.is_superuser or member.role in row.roles:
        return ""
    if member.role in row.own and (thing is None or row.is_own is None or _is_own(row, member, thing, on)):
        return ""
    return str(row.sentence)


def _is_own(row: Right, member: Member, thing: Any, on: date | None) -> bool:
    if on is None:
        raise TypeError("whose it is depends on the day: say on=")
    return row.is_own is not None and row.is_own(member, thing, on)


def updatable(
    member: Any, tasks: Iterable[Task], *, on: date, helping: Mapping[int, Collection[int]] | None = None
) -> frozenset[int]:
    """The keys of those of `tasks` that the member may update: the right "update task" for a whole list, in at most
    two queries.

    `helping` says, by the key of the instruction, which units are confirmed to lead or contribute, where that is at
    hand.
    """
    tasks = list(tasks)
    if not getattr(member, "is_authenticated", False) or not member.is_active:
        return frozenset()
    right = RIGHTS["update task"]
    if member.is_superuser or member.role in right.roles:
        return frozenset(task.pk for task in tasks)
    if member.role not in right.own:
        return frozenset()
    units = units_of(member, on)
    others = {task.instruction_id for task in tasks if task.lead_id not in units}
    theirs: frozenset[int] = frozenset()
    if helping is not None:
        theirs = frozenset(key for key in others if not units.isdisjoint(helping.get(key, ())))
    elif units and others:
        helped = Assignment.objects.filter(unit__in=units, confirmed_at__isnull=False).order_by()
        if len(others) <= 1000:  # more would be a statement too long for what it saves
            helped = helped.filter(instruction__in=others)
        theirs = frozenset(helped.values_list("instruction_id", flat=True))
    return frozenset(task.pk for task in tasks if task.lead_id in units or task.instruction_id in theirs)


def markable(member: Any, inputs: Iterable[Input], *, on: date) -> frozenset[int]:
    """The keys of those of `inputs` that the member may mark: the right "mark inputs" for a whole list, whose tasks
    are at hand, in at most one query."""
    inputs = list(inputs)
    right = RIGHTS["mark inputs"]
    if not inputs or not getattr(member, "is_authenticated", False) or not member.is_active:
        return frozenset()
    if member.is_superuser or member.role in right.roles:
        return frozenset(one.pk for one in inputs)
    units = units_of(member, on) if member.role in right.own else frozenset()
    return frozenset(one.pk for one in inputs if one.unit_id in units or one.task.lead_id in units)


def may_see(member: Any, evidence: Evidence) -> bool:
    """Whether the member may see a piece of evidence: a public one whoever reads, an internal one all but viewers."""
    return may(member, "read" if evidence.is_public else "see internal evidence")
