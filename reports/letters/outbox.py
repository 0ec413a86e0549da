"""The outbox: one row is claimed, its letter handed to the relay, and what came of it written down.

The order is the whole of it. A claim is committed before the letter leaves, and its end is committed after the relay
has answered; so a worker that dies leaves a row that says "being sent". Whether that letter arrived, our side alone can
never know (RFC 1047): `settle` asks the relay's own record, and where there is none it says "uncertain" and leaves the
decision to a person. Nothing is ever sent again in silence. Docs: decisions/, "A letter goes out once".
"""

from __future__ import annotations

import logging
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import Error, close_old_connections, connection, transaction
from django.db.models import F
from django.urls import reverse
from django.utils.translation import gettext as _

from mandates import rules
from mandates.actions import Refused
from mandates.models import Member
from reports.models import Letter

from . import breaker, filling, message, periods, record, relay

logger = logging.getLogger(__name__)

State = Letter.State
WAITS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 360))  # after the first try, the second …
MOST_TRIES = 8
NOTED_AGAIN = (0.2, 1.0, 3.0)  # seconds before we try again to write down that a letter was taken

# What each letter needs, by hand: twenty thousand are sent in a row, and the ORM takes longer to put it into words than
# the database to carry it out. The claim takes the longest waiting in the order of its index; on PostgreSQL it passes
# by what another worker is just taking, and SQLite has one writer at a time. That the letter before was sent is noted
# in the same transaction: one commit for each letter, and a worker that dies leaves at most one in hand.
SENT = """
    UPDATE reports_letter SET state = 'sent', error = '', sent_at = %(at)s WHERE id = %(sent)s AND state <> 'sent'
"""
CLAIM = """
    UPDATE reports_letter
    SET state = 'sending', claimed_at = %(at)s, claimed_by = %(worker)s, attempts = attempts + 1,
        address = (SELECT email FROM mandates_member WHERE id = coalesce(deputy_id, member_id))
    WHERE id = (
        SELECT id FROM reports_letter WHERE state = 'queued' AND next_try_at <= %(at)s AND id <> %(sent)s
        ORDER BY next_try_at, id LIMIT 1 {passing_by}
    )
    RETURNING {returned}
"""
NOBODY = 0  # the key of no letter
PREPARED_FROM = 2  # times that a statement was sent over a connection
LETTER = [field.attname for field in Letter._meta.concrete_fields]
PERSON = [
    field.attname
    for field in Member._meta.concrete_fields
    if field.attname in {
        "id", "username", "first_name", "last_name", "email", "is_active", "letter_every", "mail_failed_at",
        "mail_failed_why", "time_zone", "letters_to_id", "away_until",
    }
]  # fmt: skip


def _columns(table: str, names: Sequence[str]) -> str:
    return ", ".join(f"{table}.{name}" for name in names)


# On PostgreSQL in one statement, with the people whom the letter concerns.
NOTE_AND_CLAIM = f"""
    WITH noted AS ({SENT}), taken AS ({CLAIM.format(passing_by="FOR UPDATE SKIP LOCKED", returned="*")})
    SELECT {_columns("taken", LETTER)},
        {_columns("member", PERSON)}, {_columns("deputy", PERSON)}, {_columns("stands_in", PERSON)}
    FROM taken JOIN mandates_member member ON member.id = taken.member_id
    LEFT JOIN mandates_member deputy ON deputy.id = taken.deputy_id
    LEFT JOIN mandates_member stands_in ON stands_in.id = member.letters_to_id
"""  # noqa: S608 - nothing in it but names of ours


def lease() -> timedelta:
    """How long a claim holds. Longer than the slowest hand-over: the mail server is waited for only so long."""
    return timedelta(seconds=settings.LETTER_LEASE)


# ── Sending ──────────────────────────────────────────────────────────────────────────────────────────────────────


def send_waiting(*, worker: str, clock: Callable[[], datetime], until: datetime | None = None) -> Counter[str]:
    """Send what is due, one letter after the other over one connection, until nothing is due or `until` has come.

    Any number of workers may do so at once. How many letters came to which state, by its name.
    """
    done: Counter[str] = Counter()
    session = relay.Session()
    sent: Letter | None = None  # what the relay has taken last, until that is noted with the next claim
    try:
        while until is None or clock() < until:
            if not session.is_open:
                noted, sent = sent, None
                if noted:
                    _note_sent(noted, clock)
                if not _open(session, clock):
                    break
            noted, sent = sent, None
            letter = claim(worker=worker, at=clock(), sent=noted)
            if letter is None:
                break
            try:
                state = _hand_over(letter, session, clock)
            except relay.Down as why:
                _put_back(letter)
                breaker.note_down(why=str(why), at=clock())
                break
            sent = letter if state == State.SENT else None
            done[state] += 1
    finally:
        if sent:
            _note_sent(sent, clock)
        session.close()
    return done


def _open(session: relay.Session, clock: Callable[[], datetime]) -> bool:
    """Connect before a letter is claimed: a closed door costs no letter a try."""
    if not Letter.objects.due(clock()).exists() or not breaker.may_knock(at=clock()):
        return False
    reverse("my-letters")  # loads all pages, which takes seconds the first time: now, and not with a letter in hand
    try:
        session.open()
    except relay.Down as why:
        breaker.note_down(why=str(why), at=clock())
        return False
    breaker.note_up()
    return True


def claim(*, worker: str, at: datetime, sent: Letter | None = None) -> Letter | None:
    """Take the next letter that is due, for this worker alone; committed when this returns. None: nothing is due.

    That the relay took `sent` is noted with it. Then it is looked whether the letter is still wanted: whoever has left,
    wants no letters any more or whose mail came back since it was written gets none. Where somebody else reads it by
    now, it is written anew, unless a relay may have seen it.
    """
    while letter := _noted_and_claimed(worker, at, sent):
        sent = None
        if unwanted := filling.why_not_reached(letter.member):
            _end(letter, State.DROPPED, error=unwanted, attempts=letter.attempts - 1)
            continue
        reader = filling.reads(letter.member, periods.day_of(letter.member, at))
        if reader.pk != letter.reader.pk and letter.attempts == 1:
            filling.write_again(letter, at)
            letter.state = State.SENDING if letter.state == State.QUEUED else letter.state
            letter.save(update_fields=["state", "error", "deputy", "address", "subject", "text", "html", "language"])
            if letter.state != State.SENDING:
                continue
        return letter
    return None


def _noted_and_claimed(worker: str, at: datetime, sent: Letter | None) -> Letter | None:
    """Both in one transaction. Where the database is away for a moment, or refuses, the note alone comes first: a
    letter that went out is worth more than one that waits."""
    try:
        return _claimed(worker, at, sent)
    except Error:
        if sent is None or connection.in_atomic_block:
            raise
    _note_sent(sent, lambda: at)
    return _claimed(worker, at, None)


def _claimed(worker: str, at: datetime, sent: Letter | None) -> Letter | None:
    """The next letter that is due, marked as this worker's, with the people whom it concerns."""
    values = {
        "worker": worker,
        "at": connection.ops.adapt_datetimefield_value(at),
        "sent": sent.pk if sent else NOBODY,
    }
    if connection.vendor == "postgresql":
        row = _planned_once(NOTE_AND_CLAIM, values)
        return _of_row(row) if row else None
    with transaction.atomic(), connection.cursor() as cursor:
        if sent:
            cursor.execute(SENT, values)
        cursor.execute(CLAIM.format(passing_by="", returned="id"), values)
        rows = cursor.fetchall()  # to the end: SQLite carries it out by and by
        return Letter.objects.select_related("member__letters_to", "deputy").get(pk=rows[0][0]) if rows else None


def _planned_once(statement: str, values: Mapping[str, Any]) -> Sequence[Any] | None:
    """The row that a statement answers. PostgreSQL plans it once for a connection: to plan takes longer than to carry
    it out. Not behind a pool that hands out another connection for each transaction."""
    if connection.settings_dict.get("DISABLE_SERVER_SIDE_CURSORS"):
        with connection.cursor() as cursor:
            cursor.execute(statement, values)
            return cursor.fetchone()
    from psycopg import Cursor

    connection.ensure_connection()
    with connection.wrap_database_errors:
        bare: Any = connection.connection
        bare.prepare_threshold = PREPARED_FROM  # the cursors of Django prepare nothing whatever it is
        with Cursor(bare) as cursor:
            return cursor.execute(statement, values).fetchone()


def _of_row(row: Sequence[Any]) -> Letter:
    """What `NOTE_AND_CLAIM` answers, as objects."""
    letter = Letter.from_db(connection.alias, LETTER, row[: len(LETTER)])
    member, letter.deputy, member.letters_to = (
        _person(row[start : start + len(PERSON)]) for start in range(len(LETTER), len(row), len(PERSON))
    )
    letter.member = member
    return letter


def _person(row: Sequence[Any]) -> Any:
    return Member.from_db(connection.alias, PERSON, row) if row[PERSON.index("id")] is not None else None


def _hand_over(letter: Letter, session: relay.Session, clock: Callable[[], datetime]) -> str:
    """Send one claimed letter and write down what came of it: the state it is in now. That it was sent is written down
    with the next claim."""
    try:
        built, address = message.message_of(letter), message.ascii_address(letter.address)
    except Exception as why:
        return _end(letter, State.FAILED, error=f"{type(why).__name__}: {why}")
    let_go_at = (letter.claimed_at or clock()) + lease() / 2
    try:
        session.send(built, address, still_ours=lambda: clock() < let_go_at)
    except (relay.Unheard, relay.Asleep) as why:
        return _end(letter, State.SENDING, error=str(why))  # it is settled when its lease has run out
    except relay.Deferred as why:
        return _later(letter, str(why), clock())
    except relay.Refused as why:
        if why.of_address:
            _mail_came_back(letter.reader, str(why), clock())
        return _end(letter, State.FAILED, error=str(why))
    return State.SENT


def _note_sent(letter: Letter, clock: Callable[[], datetime]) -> None:
    """The relay has it: write that down, whatever happened to the row meanwhile, and also where the database is away
    for a moment."""
    for pause in (*NOTED_AGAIN, None):
        try:
            with connection.cursor() as cursor:
                now = connection.ops.adapt_datetimefield_value(clock())
                cursor.execute(SENT, {"sent": letter.pk, "at": now})
            return
        except Error:
            if pause is None or connection.in_atomic_block:
                raise
            logger.warning("Letter %s is sent, and the database did not take note of it yet", letter.pk)
            time.sleep(pause)
            close_old_connections()


def _end(letter: Letter, state: str, **fields: Any) -> str:
    """Write down what came of it, as long as our claim holds."""
    ours = Letter.objects.filter(
        pk=letter.pk, state=State.SENDING, claimed_at=letter.claimed_at, claimed_by=letter.claimed_by
    )
    ours.update(state=state, **fields)
    return state


def _later(letter: Letter, why: str, at: datetime) -> str:
    """Put it back for another try; after eight of them it has failed."""
    if letter.attempts >= MOST_TRIES:
        given_up = _("Tried %(n)d times; the last answer: %(why)s") % {"n": letter.attempts, "why": why}
        return _end(letter, State.FAILED, error=given_up)
    wait = WAITS[min(letter.attempts, len(WAITS)) - 1]
    return _end(letter, State.QUEUED, error=why, next_try_at=at + wait)


def _put_back(letter: Letter) -> None:
    """The relay speaks with nobody: the letter waits as it did, and this was no try."""
    Letter.objects.filter(pk=letter.pk, state=State.SENDING, claimed_at=letter.claimed_at).update(
        state=State.QUEUED, attempts=F("attempts") - 1
    )


def _mail_came_back(member: Member, why: str, at: datetime) -> None:
    Member.objects.filter(pk=member.pk).update(mail_failed_at=at, mail_failed_why=why[:500])


# ── Settling ─────────────────────────────────────────────────────────────────────────────────────────────────────


def settle(*, at: datetime) -> Counter[str]:
    """Look after letters whose worker has said nothing for the length of a lease. How many came to which state.

    The relay's record says "sent", or puts the letter back into the queue; without one it is uncertain, and stays so
    until a person, or a record that can be asked by then, decides. To be run again and again, by age: the claim of a
    killed worker may be committed after any one clean-up.
    """
    done: Counter[str] = Counter()
    left = list(Letter.objects.filter(state=State.SENDING, claimed_at__lt=at - lease()))
    if record.is_kept():
        left += Letter.objects.filter(state=State.UNCERTAIN)
    said = record.of({letter.message_id: letter.claimed_at for letter in left if letter.claimed_at})
    for letter in left:
        state, fields = _settled(letter, said.get(letter.message_id), at)
        seen = Letter.objects.filter(pk=letter.pk, state=letter.state, claimed_at=letter.claimed_at)
        if state != letter.state and seen.update(state=state, **fields):
            done[state] += 1
    return done


def _settled(letter: Letter, taken: bool | None, at: datetime) -> tuple[str, dict[str, Any]]:
    if taken:
        return State.SENT, {"sent_at": letter.claimed_at, "error": ""}
    if taken is None:
        why = _("The worker that sent it was lost, and whether it arrived is not known.")
        return State.UNCERTAIN, {"error": " ".join(filter(None, (why, letter.error)))}
    if letter.attempts >= MOST_TRIES:
        return State.FAILED, {"error": _("Its workers were lost %(n)d times.") % {"n": letter.attempts}}
    return State.QUEUED, {"next_try_at": at}


@transaction.atomic
def send_again(*, letter: Letter, by: Member, at: datetime) -> None:
    """Put a letter that failed, or of which nobody knows, back into the queue, because a person says so.

    Afterwards it waits with all its tries before it, under the same message id; who said so is kept. Its reader's
    address counts as good again. One that could not be written is written anew. Refused in any other state.
    """
    rules.require(by, "see letters")
    row = (
        Letter.objects.select_for_update(of=("self",)).select_related("member__letters_to", "deputy").get(pk=letter.pk)
    )
    if row.state not in {State.FAILED, State.UNCERTAIN}:
        raise Refused(_("This letter is %(state)s by now.") % {"state": row.get_state_display()})
    Member.objects.filter(pk=row.reader.pk).update(mail_failed_at=None, mail_failed_why="")
    if not row.text:
        row.member.mail_failed_at = None
        filling.write_again(row, at)
        if row.state == State.FAILED:
            raise Refused(row.error)
    else:
        row.state, row.error = State.QUEUED, ""
    row.attempts, row.next_try_at, row.again_by, row.again_at = 0, at, by, at
    row.save()
