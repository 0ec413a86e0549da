"""From when to when: both ends are a day or the last day of a session, and stand in the address."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils.dateparse import parse_date
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from mandates.actions import plans
from mandates.models import Session
from mandates.models.addresses import session_name
from reports.clocks import Moment

GROUP = "CWG-WSIS&SDG"  # the working group whose meetings ask "what changed since our last one"
OTHERWISE = timedelta(days=90)  # how far the page looks back where no meeting of the group is held
OFFERED = 12  # sessions to choose from, the latest first


@dataclass(frozen=True, slots=True)
class End:
    """One end of the period. What happened on its day counts as before it."""

    moment: Moment
    session: Session | None = None

    @property
    def day(self) -> date:
        return self.moment.day

    @property
    def name(self) -> str:
        """ "CSTD 30, April 2027", "24 November 2026"."""
        if self.session is None:
            return date_format(self.day, "j F Y")
        return f"{session_name(self.session)}, {date_format(self.day, 'F Y')}"

    @property
    def last_day(self) -> str:
        """The day by which it is counted, in words."""
        return date_format(self.day, "j F Y")

    @property
    def param(self) -> str:
        """How it stands in the address."""
        return self.session.code if self.session else self.day.isoformat()


@dataclass(frozen=True, slots=True)
class Offer:
    """A session to choose as an end."""

    code: str
    words: str


@dataclass(frozen=True)
class Period:
    """What happened after `since` and up to `until`. `notes` say what of the address was not understood."""

    since: End
    until: End
    is_now: bool  # whether it ends with this moment
    offers: tuple[Offer, ...]
    notes: tuple[str, ...] = ()

    @classmethod
    def asked(cls, since: str, until: str, now: datetime) -> Period:
        """From the words of an address; without them from the group's last meeting until now. One query."""
        today = plans.today(now)
        past = list(Session.objects.past(today).exclude(state=Session.State.CANCELLED).select_related("body"))
        notes: list[str] = []
        first = _end(since, past, now, notes) or _last_meeting(past, now)
        last = _end(until, past, now, notes) or End(Moment.of(now))
        if first.day > last.day:
            first, last = last, first
            notes.append(_("The two ends were the other way round."))
        return cls(
            since=first,
            until=last,
            is_now=not last.moment.is_past,
            offers=tuple(Offer(one.code, f"{session_name(one)}, {one.dates}") for one in _offered(past, first, last)),
            notes=tuple(notes),
        )

    @property
    def file_name(self) -> str:
        return f"changes-{self.since.day.isoformat()}-{self.until.day.isoformat()}"

    @property
    def bounds(self) -> dict[str, datetime]:
        """As a condition on the moment of a fact: `filter(at__gt=…, at__lte=…)` with the names of `named`."""
        return self.named("at")

    def named(self, column: str) -> dict[str, datetime]:
        return {f"{column}__gt": self.since.moment.now, f"{column}__lte": self.until.moment.now}


def _end(text: str, past: list[Session], now: datetime, notes: list[str]) -> End | None:
    """The end that a text names; None where it names none, or today, which is now."""
    text = text.strip()[:40]
    if not text:
        return None
    today = plans.today(now)
    session = next((one for one in past if one.code == text), None)
    if session is not None:
        return End(Moment.at(session.ends), session)
    day = _day(text)
    if day is None:
        notes.append(_("“%(text)s” is neither a day nor a session that was held.") % {"text": text})
        return None
    return End(Moment.at(day)) if day < today else End(Moment.of(now))


def _day(text: str) -> date | None:
    try:
        return parse_date(text)
    except ValueError:  # 31 February
        return None


def _last_meeting(past: list[Session], now: datetime) -> End:
    """The group's last meeting; where none is held, three months ago."""
    last = next((one for one in past if one.body.code == GROUP), None)
    return End(Moment.at(last.ends), last) if last else End(Moment.at(plans.today(now) - OTHERWISE))


def _offered(past: list[Session], first: End, last: End) -> list[Session]:
    """The latest sessions, and those that are chosen."""
    chosen = [end.session for end in (first, last) if end.session and end.session not in past[:OFFERED]]
    return [*past[:OFFERED], *dict.fromkeys(chosen)]
