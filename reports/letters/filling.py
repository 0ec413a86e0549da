"""Letters are written: for whom one is due gets a row in the outbox, with the words in it, before anybody sends it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from mandates.models import Member
from mandates.models.words import one_line, plain
from reports.models import Letter

from . import escalations, message, periods, reminders, weekly, written

logger = logging.getLogger(__name__)

Kind, State = Letter.Kind, Letter.State
AT_ONCE = 500  # people whose letters are worked out together: a few queries for all of them, a few megabytes
FIRST = 100  # of the first few, so that others begin to send while the rest is worked out
# What each kind says, by member: `(members, day, now)`, where the day is the period's first.
SAYS: dict[str, Callable[[Sequence[Member], date, datetime], Mapping[int, Any]]] = {
    Kind.WEEKLY: weekly.for_people,
    Kind.REMINDER: reminders.for_people,
    Kind.ESCALATION: escalations.for_people,
}
# Those kinds that most people do not hear of on most days: to whom there can be anything to say at that moment.
NEAR: dict[str, Callable[[datetime], Container[int]]] = {
    Kind.REMINDER: reminders.near,
    Kind.ESCALATION: escalations.near,
}


@dataclass(frozen=True)
class Round:
    """The people for whom a letter of one kind and period is due, and is not written yet."""

    kind: str
    period: str
    day: date
    members: tuple[int, ...]


def reached() -> Any:
    """Members to whom letters go at all: they are active, want some, and their address takes mail."""
    return Member.objects.filter(
        Q(mail_failed_at=None), ~Q(email=""), ~Q(letter_every=Member.LetterEvery.NEVER), is_active=True
    )


def reads(member: Member, day: date) -> Member:
    """Who reads the member's letters on that day: their deputy while they are away, if letters reach the deputy."""
    deputy = member.letters_to
    if deputy is None or not member.away_until or member.away_until < day:
        return member
    away_too = deputy.away_until is not None and deputy.away_until >= day
    return member if why_not_reached(deputy) or away_too else deputy


def why_not_reached(member: Member) -> str:
    """In a few words why no letter goes to the member; "" where one may. The same rule as `reached`."""
    if not member.is_active:
        return _("has left")
    if member.letter_every == Member.LetterEvery.NEVER:
        return _("wants no letters")
    if member.mail_failed_at:
        return _("mail came back: %(why)s") % {"why": member.mail_failed_why}
    return "" if member.email else _("has no address")


def rounds(at: datetime) -> list[Round]:
    """Who is due for what at that moment: two queries, and one for each period."""
    asked: dict[tuple[str, str, date], list[int]] = {}
    wishes = reached().order_by("pk").values_list("pk", "letter_every", "letter_hour", "time_zone", "date_joined")
    mondays: dict[tuple[str, int, str], tuple[date, datetime] | None] = {}
    days: dict[tuple[int, str], date | None] = {}
    for member, every, hour, zone, joined in wishes.iterator():
        wish = (every, hour, zone)
        if wish not in mondays:
            monday = periods.due_monday(*wish, at)
            mondays[wish] = (monday, periods.hour_on(monday, hour, zone)) if monday else None
            days[wish[1:]] = periods.due_day(hour, zone, at)
        due = mondays[wish]
        if due and joined < due[1]:  # who came on a Wednesday gets the first letter on Monday
            asked.setdefault((Kind.WEEKLY, periods.name_of(due[0]), due[0]), []).append(member)
        if day := days[wish[1:]]:
            for kind in (Kind.REMINDER, Kind.ESCALATION):
                asked.setdefault((kind, day.isoformat(), day), []).append(member)
    # The letters of the week first: reminders leave out what these have told.
    ordered = sorted(asked.items(), key=lambda one: one[0][0] != Kind.WEEKLY)
    return [one for (kind, period, day), members in ordered if (one := _left(kind, period, day, members)).members]


def _left(kind: str, period: str, day: date, members: list[int]) -> Round:
    held = set(Letter.objects.filter(kind=kind, period=period).values_list("member_id", flat=True))
    return Round(kind, period, day, tuple(member for member in members if member not in held))


def fill(*, at: datetime) -> int:
    """Write every letter that is due at that moment. How many are to be sent.

    Each has one row, whoever else fills at the same time. Who has nothing to hear gets a weekly row that says so, and
    no letter later in the week. Who can't be written to is marked failed with the reason; the others get theirs.
    """
    count = 0
    for one in rounds(at):
        keys = _to_ask(one, at)
        for some in _parts(keys):
            letters = list(letters_of(one, some, at))
            _keep(letters)
            count += sum(letter.state == State.QUEUED for letter in letters)
    return count


def _parts(keys: Sequence[int]) -> Iterator[Sequence[int]]:
    if keys:
        yield keys[:FIRST]
    yield from (keys[start : start + AT_ONCE] for start in range(FIRST, len(keys), AT_ONCE))


def _to_ask(one: Round, at: datetime) -> Sequence[int]:
    """For whom it is worked out what there is to say: of what few hear, only for those to whom it can be said."""
    try:
        near = NEAR[one.kind](at) if one.kind in NEAR else None
    except Exception:  # what breaks it is found by halves, in `what_is_said`
        near = None
    return one.members if near is None else [member for member in one.members if member in near]


@transaction.atomic
def _keep(letters: Sequence[Letter]) -> None:
    """Write the rows of letters; of one that somebody else has written meanwhile, nothing."""
    fields = [field for field in Letter._meta.concrete_fields if not field.primary_key]
    names, places = ", ".join(str(field.column) for field in fields), ", ".join(["%s"] * len(fields))
    # By hand, as it is half the work of the ORM for texts as long as these. Nothing in it but names of ours.
    statement = f"INSERT INTO reports_letter ({names}) VALUES ({places}) ON CONFLICT DO NOTHING"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.executemany(
            statement,
            [
                [field.get_db_prep_save(getattr(letter, field.attname), connection) for field in fields]
                for letter in letters
            ],
        )


def letters_of(one: Round, keys: Sequence[int], at: datetime) -> Iterator[Letter]:
    """The rows for these people, not kept yet."""
    members = list(Member.objects.filter(pk__in=keys).select_related("letters_to").order_by("pk"))
    said = what_is_said(one.kind, members, one.day, at)
    for member in members:
        if one.kind != Kind.WEEKLY and member.pk not in said:
            continue
        letter = Letter(
            kind=one.kind, member=member, period=one.period, made_at=at, next_try_at=at,
            message_id=message.id_of(one.kind, member.pk, one.period),
        )  # fmt: skip
        put_words(letter, said.get(member.pk), at)
        yield letter


def what_is_said(kind: str, members: list[Member], day: date, at: datetime) -> dict[int, Any]:
    """What each has to hear, by their keys. Where the work of one person breaks it, theirs is the exception: they are
    found by halves, so that the others are still worked out together."""
    try:
        return dict(SAYS[kind](members, day, at))
    except Exception as why:
        if len(members) == 1:
            return {members[0].pk: why}
    half = len(members) // 2
    return what_is_said(kind, members[:half], day, at) | what_is_said(kind, members[half:], day, at)


def put_words(letter: Letter, says: Any, at: datetime) -> None:
    """Write what is said into the row, in the words of whoever reads it; or that there is nothing, or what broke."""
    member = letter.member
    reader = reads(member, periods.day_of(member, at))
    letter.deputy = reader if reader.pk != member.pk else None
    letter.address = reader.email
    letter.state, letter.error = State.QUEUED, ""
    if says is None:
        letter.state = State.EMPTY
        return
    try:
        if isinstance(says, Exception):
            raise says
        words = written.of(says, member, reader=letter.deputy)
        letter.subject, letter.language = one_line(words.subject, message.LONGEST_SUBJECT), words.language
        letter.text, letter.html = plain(words.text), plain(words.html)
    except Exception as why:
        logger.exception("The letter to member %s could not be written", member.pk)
        letter.state = State.FAILED
        letter.error = _("It could not be written: %(why)s") % {"why": f"{type(why).__name__}: {why}"}


def write_again(letter: Letter, at: datetime) -> None:
    """Write a letter that no relay has seen anew, for whoever reads it now. The caller keeps the row."""
    day = day_of_period(letter)
    put_words(letter, what_is_said(letter.kind, [letter.member], day, at).get(letter.member_id), at)


def day_of_period(letter: Letter) -> date:
    """The first day of the letter's period."""
    if letter.kind == Kind.WEEKLY:
        year, _dash, week = letter.period.partition("-W")
        return date.fromisocalendar(int(year), int(week), 1)
    return date.fromisoformat(letter.period)


def next_monday(day: date) -> date:
    """The Monday after that day."""
    return day + timedelta(days=7 - day.weekday())
