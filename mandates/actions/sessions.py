"""Sessions: found by the code that a text's words come to, announced, moved, confirmed, held, cancelled.

A session is changed in one edit, and everything open that is tied to it moves with it; `preview_move` shows what that
would be. Every change checks what the editor had before them (`seen`, the session's revision).
"""

from __future__ import annotations

import calendar as months
import copy
import re
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from mandates import rules
from mandates.models import Body, Instruction, Member, Schedule, Session, StatusUpdate, Task

from . import Overtaken, Refused, facts, plans, tasks, tracked

State, Precision = Session.State, Session.Precision


def find_or_announce(*, code: str, year: int | None, source: str) -> Session | None:
    """The session that `code` ("CSTD-30", "UNGA-81", "C27") names.

    Where we hold none, it is announced: tentative, known by its year only, with the text that names it as its source.
    None where neither a body nor a year can be told.
    """
    held = Session.objects.filter(code=code).first()
    if held:
        return held
    body = _body_of(code)
    if body is None or year is None:
        return None
    ordinal = re.search(r"-(\d{1,3})$", code)
    return Session.objects.create(
        code=code,
        body=body,
        name=f"{body.short_name or body.code} {ordinal[1] if ordinal else year}",
        number=int(ordinal[1]) if ordinal else None,
        starts=date(year, 1, 1),
        ends=date(year, 12, 31),
        precision=Session.Precision.YEAR,
        source=source,
    )


def _body_of(code: str) -> Body | None:
    if re.fullmatch(r"C\d{2}", code):
        return Body.objects.filter(code="ITU Council").first()
    stem = re.sub(r"-\d{1,4}$", "", code)
    return facts.body_names().get(stem.casefold())


@dataclass(frozen=True, slots=True)
class Moved:
    """A task that moves with a session: the date that matters before and after, and whether it becomes overdue."""

    task: Task
    before: date | None
    after: date | None
    due_before: date | None
    due_after: date | None
    newly_overdue: bool


@dataclass(frozen=True, slots=True)
class Preview:
    """What a move would do. `stay` are open tasks of the session that a person dated by hand; `made` are new ones."""

    moved: tuple[Moved, ...]
    stay: tuple[Task, ...]
    made: int
    plan_before: plans.Plan
    plan_after: plans.Plan

    @property
    def owners(self) -> frozenset[int]:
        """The units that lead what moves, by key: those whom it is told."""
        return frozenset(one.task.lead_id for one in self.moved if one.task.lead_id)


@transaction.atomic
def announce(
    *,
    code: str,
    body: Body,
    name: str,
    starts: date,
    ends: date,
    by: Member,
    at: datetime,
    number: int | None = None,
    precision: str = Precision.DAY,
    document_deadline: date | None = None,
    place: str = "",
    state: str = State.TENTATIVE,
    source: str = "",
) -> Session:
    """Write down a session that we did not hold. Tasks that waited for it, known by their year only, are tied to it."""
    rules.require(by, "edit sessions")
    if Session.objects.filter(code=code).exists():
        raise Refused(_("We hold a session with the code “%(code)s” already.") % {"code": code})
    session = Session(
        code=code,
        body=body,
        name=name,
        number=number,
        starts=starts,
        ends=ends,
        precision=precision,
        document_deadline=document_deadline,
        place=place,
        state=state,
        source=source,
    )
    _check(session)
    tracked.save(row=session, by=by, at=at, why=_("announced"))
    why = _("%(session)s is announced: %(dates)s") % {"session": session, "dates": session.dates}
    tasks.follow(instructions=_touched(session), by=by, at=at, why=why, kind=StatusUpdate.Kind.MOVED)
    return session


def preview_move(
    *,
    session: Session,
    at: datetime,
    starts: date,
    ends: date,
    precision: str = Precision.DAY,
    document_deadline: date | None = None,
) -> Preview:
    """What `move` with these dates would change. Nothing is written. Raises Refused where the dates make no sense."""
    held = Session.objects.select_related("body").get(pk=session.pk)
    moved = _with(held, starts, ends, precision, document_deadline)
    calendar = plans.Calendar.load()
    ledger = tasks.Ledger.load(_touched(held))
    difference = tasks.compare(ledger, calendar.with_session(moved), at=at)
    day = plans.today(at)
    lead_times = list(held.body.lead_times.all())
    return Preview(
        moved=tuple(
            sorted(
                (_moved(change, day) for change in difference.redated),
                key=lambda one: (one.after or date.max, one.task.pk),
            )
        ),
        stay=tuple(
            task
            for some in ledger.tasks.values()
            for task in some
            if task.is_open and task.dated_by_hand and session.pk in (task.session_id, task.first_stop_id)
        ),
        made=len(difference.new),
        plan_before=plans.plan(held, lead_times),
        plan_after=plans.plan(moved, lead_times),
    )


def _moved(change: tasks.Redated, day: date) -> Moved:
    then = copy.copy(change.task)
    then.matters_on, then.late_after = change.after.matters_on, change.after.late_after
    return Moved(
        task=change.task,
        before=change.before.matters_on,
        after=change.after.matters_on,
        due_before=change.before.due_on,
        due_after=change.after.due_on,
        newly_overdue=then.is_overdue(day) and not change.task.is_overdue(day),
    )


@transaction.atomic
def move(
    *,
    session: Session,
    seen: int,
    starts: date,
    ends: date,
    by: Member,
    at: datetime,
    why: str = "",
    precision: str = Precision.DAY,
    document_deadline: date | None = None,
    place: str | None = None,
    state: str | None = None,
) -> tasks.Difference:
    """Give a session other dates, or another document deadline, place or state; what moved with it.

    Afterwards every open task that is tied to it has the dates that follow, with a `StatusUpdate` for its owners and a
    row of history. Closed and delivered tasks, what a person dated by hand, and the tasks of a session that was held
    stay as they were. One that was cancelled stands again with its new dates. Raises PermissionDenied; Overtaken where
    somebody else changed the session; Refused where the dates make no sense, or do not go with the state.
    """
    row = _taken(session, seen, by)
    if state == State.CANCELLED:
        raise Refused(_("Cancelling is a decision of its own: it asks why."))
    before = copy.copy(row)
    row.starts, row.ends, row.precision, row.document_deadline = starts, ends, precision, document_deadline
    row.place = row.place if place is None else place
    _check(row)
    if row.state == State.CANCELLED and before.dates != row.dates:
        state = state or State.TENTATIVE  # it was cancelled, and stands again
    state = state or row.state
    _check_state(row, state, at)
    if state != State.HELD:  # one that is moved and marked as held in one edit still takes its tasks along
        row.state = state
    calendar = plans.Calendar.load().with_session(row)
    sentence = _sentence(before, row, why)
    instructions = _touched(row)
    difference = tasks.follow(
        instructions=instructions, by=by, at=at, why=sentence, kind=StatusUpdate.Kind.MOVED, calendar=calendar
    )
    _put(row, state, by, at, why)
    session.refresh_from_db()
    return difference


@transaction.atomic
def confirm(*, session: Session, seen: int, by: Member, at: datetime, why: str = "") -> None:
    """Say that a session takes place as its dates say. Refused where its days are not known."""
    row = _taken(session, seen, by)
    if row.state == State.CANCELLED:
        raise Refused(_("It was cancelled. Give it its new dates, and it stands again."))
    _check_state(row, State.CONFIRMED, at)
    _put(row, State.CONFIRMED, by, at, why)
    session.refresh_from_db()


@transaction.atomic
def hold(*, session: Session, seen: int, by: Member, at: datetime, why: str = "") -> None:
    """Say that a session was held. From then on its tasks keep their dates, whatever is put right in it."""
    row = _taken(session, seen, by)
    _check_state(row, State.HELD, at)
    _put(row, State.HELD, by, at, why)
    session.refresh_from_db()


@transaction.atomic
def cancel(*, session: Session, seen: int, by: Member, at: datetime, why: str) -> list[Task]:
    """Say that a session will not take place; the open tasks that now need a decision.

    They are not touched: whether they go to the next session, get another date or fall away is for a person to say.
    No new task is made for it.
    """
    row = _taken(session, seen, by)
    if not why.strip():
        raise Refused(_("Say why, or on whose word: owners will ask."))
    if row.state == State.HELD:
        raise Refused(_("It was held; what was held can't be cancelled."))
    _put(row, State.CANCELLED, by, at, why)
    session.refresh_from_db()
    return list(to_decide(session=session))


def to_decide(*, session: Session | None = None) -> QuerySet[Task]:
    """Open tasks that are tied to a cancelled session, of one session or of all: each needs a person's decision.

    One that a person has given another date since is decided.
    """
    tied = Q(session__state=State.CANCELLED) | Q(first_stop__state=State.CANCELLED)
    if session is not None:
        tied &= Q(session=session) | Q(first_stop=session)
    return (
        Task.objects.open()
        .filter(tied, dated_by_hand=False)
        .select_related("instruction", "session", "first_stop", "lead")
    )


# ── Steps that the acts share ────────────────────────────────────────────────────────────────────────────────────


def _taken(session: Session, seen: int, by: Member) -> Session:
    rules.require(by, "edit sessions")
    row = Session.objects.select_for_update(of=("self",)).select_related("body").get(pk=session.pk)
    if row.revision != seen:
        raise Overtaken(
            _("Somebody else has changed this session. Nothing of theirs was written over."), (said_of(row),)
        )
    return row


def said_of(row: Session) -> str:
    """What was last done to a session, as a sentence."""
    latest = row.history.select_related("history_user").first()
    return _("%(who)s, %(when)s: %(session)s is now %(state)s, %(dates)s.") % {
        "who": latest.history_user or _("The system"),
        "when": date_format(plans.at_the_seat(latest.history_date), "j F, H:i"),
        "session": row,
        "state": row.get_state_display(),
        "dates": row.dates,
    }


def _with(session: Session, starts: date, ends: date, precision: str, document_deadline: date | None) -> Session:
    moved = copy.copy(session)
    moved.starts, moved.ends, moved.precision, moved.document_deadline = starts, ends, precision, document_deadline
    _check(moved)
    return moved


def _check(session: Session) -> None:
    """Hold the dates together: a month or a year is bounded by its first and last day, whatever days were typed."""
    if session.precision not in Precision.values:
        raise Refused(_("Say how precisely the dates are known: day, month or year."))
    days = (session.starts, session.ends, session.document_deadline or session.starts)
    if not plans.FIRST_DAY <= min(days) <= max(days) <= plans.LAST_DAY:
        raise Refused(_("Look at the year: it lies outside what can be planned."))
    if session.ends < session.starts:
        raise Refused(_("The last day lies before the first."))
    if session.precision == Precision.MONTH:
        last = months.monthrange(session.ends.year, session.ends.month)[1]
        session.starts, session.ends = session.starts.replace(day=1), session.ends.replace(day=last)
    if session.precision == Precision.YEAR:
        session.starts, session.ends = date(session.starts.year, 1, 1), date(session.ends.year, 12, 31)
    if session.document_deadline and session.document_deadline > session.ends:
        raise Refused(_("The document deadline lies after the session."))


def _check_state(session: Session, state: str, at: datetime) -> None:
    """Hold dates and state together: what is confirmed has its days, what was held has begun."""
    if state == State.CONFIRMED and session.is_vague:
        raise Refused(_("Give its days first: a session is confirmed with its dates."))
    if state == State.HELD and session.starts > plans.today(at):
        raise Refused(_("It has not begun: %(dates)s.") % {"dates": session.dates})


def _sentence(before: Session, after: Session, why: str) -> str:
    """What happened to a session, for the owners of what is tied to it."""
    names = {"session": after, "old": before.dates, "new": after.dates, "why": why}
    if before.dates == after.dates:
        said = _("the document deadline of %(session)s changed") % names
    else:
        said = _("%(session)s moved from %(old)s to %(new)s") % names
    return f"{said} ({why})" if why else said


def _put(row: Session, state: str, by: Member, at: datetime, why: str) -> None:
    row.state = state
    row.revision += 1
    tracked.save(row=row, by=by, at=at, why=why)


def _touched(session: Session) -> QuerySet[Instruction]:
    """The instructions whose tasks can depend on a session: tied to it, owed at its body, or on a route through it."""
    names = {name.casefold() for name, body in facts.body_names().items() if body.pk == session.body_id}
    through = [
        key
        for key, via in Schedule.objects.exclude(via=[]).values_list("instruction", "via")
        if any(str(name).casefold().removeprefix("the ") in names for name in via)
    ]
    tied = Task.objects.open().filter(Q(session=session) | Q(first_stop=session))
    owed = Schedule.objects.filter(Q(body=session.body_id) | Q(session=session) | Q(until=session.code))
    return Instruction.objects.filter(
        Q(pk__in=tied.values("instruction")) | Q(pk__in=owed.values("instruction")) | Q(pk__in=through)
    )
