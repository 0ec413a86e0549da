"""Status: said, confirmed, submitted, approved, returned, opened again. The only writer of where one task stands.

Every act asks whether the person may do it and whether `models.states` allows the step, then changes the row if it is
still as the person saw it (`seen`). If not, it looks under the row's lock whether this very form was taken already
(`token`), and else says what others did meanwhile. An act leaves one `StatusUpdate` and one row of history: four
statements (row P14 of the faults and floors). `actions.bulk` is its twin for many tasks.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from copy import copy
from datetime import date, datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from mandates import rules
from mandates.models import Member, StatusUpdate, Task, states
from mandates.models.words import plain

from . import Overtaken, Refused, evidence, facts, plans, tracked
from .evidence import Checked

Status, Kind = Task.Status, StatusUpdate.Kind
LONGEST_WORDS = 10_000  # characters: more is a document, and documents are evidence
# Acts in which somebody says where the task stands: after these it is not silent.
SPEAKS = frozenset({Kind.SAID, Kind.CONFIRMED, Kind.SUBMITTED, Kind.NOTHING_DUE, Kind.REOPENED})


@transaction.atomic
def update(
    *,
    task: Task,
    to: str,
    words: str,
    by: Member,
    at: datetime,
    seen: int,
    token: str = "",
    evidence: Sequence[evidence.Given] = (),
    on_behalf_of: Member | None = None,
    waiting_for: str = "",
    delivered_on: date | None = None,
) -> StatusUpdate:
    """Say where a task stands.

    Afterwards the task has the status `to` (or the same one, with new words), the evidence hangs on the update, and
    whoever is waited for is noted. Done asks for words and for evidence, given now or before; where the work goes to a
    governing body it is submitted instead, and is done when a second person approves. An update to another status
    takes a submission back. `delivered_on` is when the work was delivered; without it, closing takes the day of `at` at
    the seat.

    The same token again gives the same update back and does nothing. Raises PermissionDenied, Overtaken, Refused.
    """
    checked: list[Checked] = []

    def step(row: Task) -> tuple[str, str]:
        said, waits, kind = plain(words), plain(waiting_for, 200), Kind.SAID
        news = said or evidence or waits != row.waiting_for or (delivered_on or row.delivered_on) != row.delivered_on
        _check_step(row, to, said, bool(news))
        _check_delivered(delivered_on, at)
        if not checked:  # a file is read once only, also where the row was not as the caller held it
            checked.extend(_checked(evidence))
        if to in states.ASKS_FOR_EVIDENCE and not checked and not row.evidence.exists():
            raise Refused(_("Closing it as done needs evidence: a link, a document number or a file."))
        before, row.status = row.status, to
        _forget_submission(row)
        if to == Status.DONE and needs_approval(task=row):
            kind, row.status = Kind.SUBMITTED, states.WHILE_SUBMITTED.get(before, before)
            row.submitted_by, row.submitted_at = by, at
        if to == Status.DONE or delivered_on:
            row.delivered_on = delivered_on or row.delivered_on or plans.today(at)
        if to in states.ENDS:
            waits = ""
        if waits != row.waiting_for:
            row.waiting_for, row.waiting_since = waits, at if waits else None
        return kind, said

    said = _act(task, step, by=by, at=at, seen=seen, token=token, on_behalf_of=on_behalf_of)
    _hang(checked, task, said, by, at)
    return said


@transaction.atomic
def submit(
    *,
    task: Task,
    words: str,
    by: Member,
    at: datetime,
    seen: int,
    token: str = "",
    evidence: Sequence[evidence.Given] = (),
    on_behalf_of: Member | None = None,
    delivered_on: date | None = None,
) -> StatusUpdate:
    """Hand in work that goes to a governing body. It stays open until somebody else approves it or returns it."""
    if not needs_approval(task=task):
        raise Refused(_("This work does not go to a governing body: close it yourself."))
    return update(
        task=task,
        to=Status.DONE,
        words=words,
        by=by,
        at=at,
        seen=seen,
        token=token,
        evidence=evidence,
        on_behalf_of=on_behalf_of,
        delivered_on=delivered_on,
    )


@transaction.atomic
def confirm_unchanged(
    *,
    task: Task,
    by: Member,
    at: datetime,
    seen: int,
    token: str = "",
    words: str = "",
    on_behalf_of: Member | None = None,
) -> StatusUpdate:
    """ "Still so": the task stands as it stood, and is fresh again."""

    def step(row: Task) -> tuple[str, str]:
        if row.status in Task.CLOSED:
            raise Refused(_("It is closed; there is nothing to confirm."))
        if row.status == Status.NONE:
            raise Refused(_("Nobody has said yet where it stands: say it first."))
        return Kind.CONFIRMED, plain(words)

    return _act(task, step, by=by, at=at, seen=seen, token=token, on_behalf_of=on_behalf_of)


@transaction.atomic
def approve(*, task: Task, by: Member, at: datetime, seen: int, token: str = "", words: str = "") -> StatusUpdate:
    """Approve what was submitted. Afterwards the task is done, and says who approved it and when."""

    def step(row: Task) -> tuple[str, str]:
        _must_wait(row)
        row.status = Status.DONE
        row.submitted_at = None  # `submitted_by` stays: both names are shown
        row.approved_by, row.approved_at = by, at
        return Kind.APPROVED, plain(words)

    return _act(task, step, by=by, at=at, seen=seen, token=token, right="approve task")


@transaction.atomic
def return_(*, task: Task, by: Member, at: datetime, seen: int, words: str, token: str = "") -> StatusUpdate:
    """Give back what was submitted, with the reason. Afterwards the task stands open where it stood."""

    def step(row: Task) -> tuple[str, str]:
        _must_wait(row)
        said = _reason(words, _("Say what is missing, so that they know what to do."))
        _forget_submission(row)
        row.delivered_on = None
        return Kind.RETURNED, said

    return _act(task, step, by=by, at=at, seen=seen, token=token, right="approve task")


@transaction.atomic
def nothing_due(
    *,
    task: Task,
    reason: str,
    by: Member,
    at: datetime,
    seen: int,
    token: str = "",
    on_behalf_of: Member | None = None,
) -> StatusUpdate:
    """Say that this occurrence owes nothing. Afterwards it is closed as overtaken, marked "nothing due this time"."""

    def step(row: Task) -> tuple[str, str]:
        if row.status in Task.CLOSED:
            raise Refused(_("It is closed already. Open it again first."))
        words = _reason(reason, _("Say why nothing is due this time."))
        row.status, row.nothing_due = Status.OVER, True
        _forget_submission(row)
        row.delivered_on, row.waiting_for, row.waiting_since = None, "", None
        return Kind.NOTHING_DUE, words

    return _act(task, step, by=by, at=at, seen=seen, token=token, on_behalf_of=on_behalf_of)


@transaction.atomic
def reopen(*, task: Task, to: str, reason: str, by: Member, at: datetime, seen: int, token: str = "") -> StatusUpdate:
    """Open a closed task again, with the reason. What a second person approved, only those who approve open again."""

    def step(row: Task) -> tuple[str, str]:
        if row.approved_at:
            rules.require(by, "approve task", row, on=plans.today(at))
        if to not in states.REOPENS.get(row.status, ()):
            raise Refused(_("It is open already.") if row.status not in Task.CLOSED else _("Say where it stands now."))
        words = _reason(reason, _("Say why it is opened again."))
        row.status, row.nothing_due = to, False
        row.submitted_by = row.submitted_at = row.approved_by = row.approved_at = row.delivered_on = None
        return Kind.REOPENED, words

    return _act(task, step, by=by, at=at, seen=seen, token=token)


def needs_approval(*, task: Task) -> bool:
    """Whether the work goes to a governing body: the session or first stop that it is owed at, or whom its schedule
    names as receiver, governs. No query where session and schedule came with the task and one of them governs."""
    schedule = task.schedule
    for session in (task.session, task.first_stop):
        if session is not None and session.body.governs:
            return True
    if schedule is None:
        return False
    if schedule.body is not None and schedule.body.governs:
        return True
    if not schedule.reports_to:
        return False
    named = facts.body_names()
    bodies = (named.get(str(name).casefold().removeprefix("the ")) for name in schedule.reports_to)
    return any(body is not None and body.governs for body in bodies)


# As Django's `get_…_display` says it; that one lays the whole table out anew each time, and a timeline asks it often.
_KINDS: dict[str, Any] = dict(Kind.choices)
_STATUSES: dict[str, Any] = dict(Status.choices)


def happened(*, said: StatusUpdate) -> str:
    """What an update did: "In progress → At risk", "approved, In progress → Done", "Continuing, with a new word"."""
    what = str(_KINDS.get(said.kind, said.kind))
    before, after = (str(_STATUSES.get(status, status)) for status in (said.before, said.after))
    if said.kind == Kind.SAID and said.before == said.after:
        return _("%(status)s, with a new word") % {"status": after}
    if said.before != said.after and said.after:
        step = {"before": before, "after": after, "what": what}
        return (_("%(before)s → %(after)s") if said.kind == Kind.SAID else _("%(what)s, %(before)s → %(after)s")) % step
    return what


def sentence(*, said: StatusUpdate) -> str:
    """What happened, as one sentence of a timeline: who, when, what, and the words."""
    who = _("%(who)s for %(other)s") % {"who": said.by, "other": said.on_behalf_of} if said.on_behalf_of else said.by
    parts = {
        "who": who,
        "what": happened(said=said),
        "when": date_format(plans.at_the_seat(said.at), "j F, H:i"),
        "words": said.words,
    }
    if said.words:
        return _("%(who)s, %(when)s: %(what)s. “%(words)s”") % parts
    return _("%(who)s, %(when)s: %(what)s.") % parts


def said_since(*, task: Task, seen: int) -> tuple[str, ...]:
    """What happened to a task since its revision `seen`, as sentences, oldest first."""
    rows = list(task.history.filter(revision__gt=seen).select_related("history_user").order_by("revision", "pk"))
    updates = list(task.updates.select_related("by", "on_behalf_of").order_by("-pk")[: len(rows)])
    told = {(said.at, said.by_id): said for said in updates}
    return tuple(
        sentence(said=told[row.history_date, row.history_user_id])
        if (row.history_date, row.history_user_id) in told
        else _("%(who)s changed it, %(when)s: %(why)s.")
        % {
            "who": row.history_user or _("The system"),
            "when": date_format(plans.at_the_seat(row.history_date), "j F, H:i"),
            "why": row.history_change_reason or _("it now matters on %(day)s") % {"day": row.matters_on},
        }
        for row in rows
    )


# ── Steps that the acts share ────────────────────────────────────────────────────────────────────────────────────


def _act(
    task: Task,
    step: Callable[[Task], tuple[str, str]],
    *,
    by: Member,
    at: datetime,
    seen: int,
    token: str,
    right: str = "update task",
    on_behalf_of: Member | None = None,
) -> StatusUpdate:
    """What every act is: `step` upon the row, which gives the kind and the words; the row as it is then; and the fact.

    The caller's task is the row where it has the revision that the person saw: it is changed only if the database still
    has it so. The same form again gives what it did when it first came. The caller runs the transaction.
    """
    if task.revision == seen:
        tracked.form_token(token=token)
        rules.require(by, right, task, on=plans.today(at))
        said = _write(task, copy(task), step, by=by, at=at, token=token, on_behalf_of=on_behalf_of)
        if said is not None:
            return said
    row, done = _take(task, by, at, seen, token, right=right)
    said = done or _write(task, row, step, by=by, at=at, token=token, on_behalf_of=on_behalf_of)
    assert said is not None, "a row under its lock stays as it is"
    return said


def _take(
    task: Task, by: Member, at: datetime, seen: int, token: str, *, right: str
) -> tuple[Task, StatusUpdate | None]:
    """The row under its lock, if this person may have it as they saw it; or what this form did when it first came."""
    row = tracked.locked(rows=Task.objects.all(), key=task.pk)  # bare: joins took longer than all the rest
    done = StatusUpdate.objects.filter(token=token).first() if tracked.form_token(token=token) else None
    if done is not None:
        if (done.task_id, done.by_id) != (row.pk, by.pk):
            raise Refused(_used_for_another())
        return row, done
    rules.require(by, right, row, on=plans.today(at))
    if row.revision != seen:
        raise Overtaken(
            _("Somebody else has changed this task. Nothing of theirs was written over; your words are kept."),
            said_since(task=row, seen=seen),
        )
    return row, None


def _speaker(by: Member, on_behalf_of: Member | None, at: datetime) -> Member | None:
    """On whose behalf the words are, None where it is the person's own."""
    if on_behalf_of is None or on_behalf_of.pk == by.pk:
        return None
    rules.require(by, "update on behalf", on_behalf_of, on=plans.today(at))
    return on_behalf_of


def _check_step(row: Task, to: str, words: str, news: bool) -> None:
    if to not in Status.values:
        raise Refused(_("Choose where it stands."))
    names = {"before": row.get_status_display(), "to": Status(to).label}
    if row.status in Task.CLOSED:
        raise Refused(_("It is closed as “%(before)s”. Open it again, with the reason, to change that.") % names)
    if row.to_approve and to == Status.DONE:
        raise Refused(_("It is submitted already and waits for a second person’s approval."))
    if len(words) > LONGEST_WORDS:
        raise Refused(_("That is longer than %(most)d characters: bring it as evidence.") % {"most": LONGEST_WORDS})
    if to == Status.NONE:
        raise Refused(_("Once somebody speaks there is information: choose where it stands."))
    if to == row.status:
        if not news and not row.to_approve:
            raise Refused(_("Say in a sentence what has happened, or choose “Still so”."))
    elif not states.may_step(row.status, to):
        raise Refused(_("“%(before)s” can't become “%(to)s”.") % names)
    if to in states.ASKS_FOR_WORDS and not words:
        raise Refused(
            _("Say in a sentence what was done.")
            if to == Status.DONE
            else _("Say why: “%(to)s” needs a reason.") % names
        )


def _check_delivered(delivered_on: date | None, at: datetime) -> None:
    # Somebody east of the server may already be in the next day.
    if delivered_on and delivered_on > plans.today(at) + timedelta(days=1):
        raise Refused(_("The day of delivery lies in the future."))


def _checked(given: Sequence[evidence.Given]) -> list[Checked]:
    return [evidence.check(given=each) for each in given]


def _hang(checked: list[Checked], row: Task, said: StatusUpdate, by: Member, at: datetime) -> None:
    for each in checked:
        evidence.keep(checked=each, task=row, said=said, by=by, at=at)


def _must_wait(row: Task) -> None:
    if not row.to_approve:
        raise Refused(_("Nothing is submitted here that could be approved."))


def _reason(words: str, otherwise: str) -> str:
    words = plain(words)
    if not words:
        raise Refused(otherwise)
    return words


def _forget_submission(row: Task) -> None:
    row.submitted_by = row.submitted_at = None


def _write(
    task: Task,
    row: Task,
    step: Callable[[Task], tuple[str, str]],
    *,
    by: Member,
    at: datetime,
    token: str,
    on_behalf_of: Member | None,
) -> StatusUpdate | None:
    """The row, its history and the fact, in this order, so that the fact is never without its row; `task`, which the
    caller holds, becomes as the row. None, and nothing is written, where the row is not as it was any more."""
    speaker, was = _speaker(by, on_behalf_of, at), copy(row)
    kind, words = step(row)
    row.revision += 1
    if kind in SPEAKS:
        row.last_word_at = at
    columns = [field.attname for field in Task._meta.concrete_fields if not field.generated]
    changed = {name: getattr(row, name) for name in columns if getattr(row, name) != getattr(was, name)}
    if not Task.objects.filter(pk=row.pk, revision=was.revision).update(**changed):
        return None
    tracked.note(row=row, by=by, at=at, why=words)
    said = StatusUpdate(
        task=row, kind=kind, before=was.status, after=row.status, words=words, by=by, on_behalf_of=speaker, at=at,
        token=token or None,
    )  # fmt: skip
    try:
        said.save()
    except IntegrityError as error:  # the token, which is taken once: all that was written goes back
        raise Refused(_used_for_another()) from error
    for name in columns:
        setattr(task, name, getattr(row, name))
    task.is_open = task.status not in Task.CLOSED  # which the database works out by itself
    return said


def _used_for_another() -> str:
    return _("This form was used for another task. Open the page again; your words are kept.")
