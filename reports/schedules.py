"""When something is owed, said as precisely as it is known."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from mandates.fields import recurrence_in_words
from mandates.models import Schedule, Session
from mandates.models.addresses import session_name
from mandates.models.prepared import OneOf, Prepared


@dataclass(frozen=True, slots=True)
class When:
    """A schedule in words.

    `what` leads: the session, the date or the recurrence; `url` is the session's page. `dates` adds the session's
    days, `vague` says that they are not known to the day. `recurs`, `until` and `route` are empty where the text
    does not say; `words` is what it says.
    """

    what: str
    url: str
    dates: str
    vague: bool
    recurs: str
    until: str
    route: str
    words: str

    @classmethod
    def of(cls, schedule: Schedule, sessions: dict[str, Session]) -> When:
        """`sessions` holds, by code, those that an "until" may name."""
        session = schedule.session
        recurs = recurs_in_words(schedule)
        what = url = dates = ""
        vague = False
        if session is not None:
            what, url = session_name(session), reverse("session", args=[session.code])
            dates, vague = session.dates, session.precision != Session.Precision.DAY
        elif schedule.due_on is not None:
            what, vague = date_in_words(schedule.due_on, schedule.precision), schedule.precision != "day"
        return cls(
            what=what or recurs,
            url=url,
            dates=dates,
            vague=vague,
            recurs=recurs if what else "",
            until=until_in_words(schedule.until, sessions),
            route=route_in_words(schedule),
            words=schedule.words,
        )


def date_in_words(day: date, precision: str) -> str:
    """ "31 March 2027"; known to the month "March 2027", to the year "2027"."""
    if precision == Schedule.Precision.YEAR:
        return str(day.year)
    return date_format(day, "F Y" if precision == Schedule.Precision.MONTH else "j F Y")


def recurs_in_words(schedule: Schedule) -> str:
    """ "each year", "every 2 years"; with a body that we hold "each year, to HLPF"; "" for none."""
    if not schedule.recurrence:
        return ""
    words = recurrence_in_words(schedule.recurrence)
    if schedule.body is None:
        return words
    return _("%(every)s, to %(body)s") % {"every": words, "body": schedule.body.short_name or schedule.body.code}


def until_in_words(until: str, sessions: dict[str, Session]) -> str:
    """The session or the date up to which something recurs."""
    if until in sessions:
        return session_name(sessions[until])
    day, precision = day_of(until)
    return date_in_words(day, precision) if day else until


def day_of(text: str) -> tuple[date | None, str]:
    """The first day of an ISO date as precise as it is: "2027-04" is 1 April 2027, to the month."""
    match = re.fullmatch(r"(\d{4})(?:-(\d\d))?(?:-(\d\d))?", text)
    if match is None:
        return None, Schedule.Precision.DAY
    year, month, day = match.groups()
    precision = Schedule.Precision.DAY if day else Schedule.Precision.MONTH if month else Schedule.Precision.YEAR
    try:
        return date(int(year), int(month or 1), int(day or 1)), precision
    except ValueError:
        return None, Schedule.Precision.DAY


def last_day_of(until: str, sessions: dict[str, Session]) -> date | None:
    """The last day on which something with this "until" can still be owed; None where it has no end that we know."""
    if until in sessions:
        return sessions[until].ends
    day, precision = day_of(until)
    if day is None or precision == Schedule.Precision.DAY:
        return day
    if precision == Schedule.Precision.YEAR:
        return date(day.year, 12, 31)
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def route_in_words(schedule: Schedule) -> str:
    """ "to ECOSOC, through CSTD"; "" where the text names neither."""
    to, via = ", ".join(schedule.reports_to), ", ".join(schedule.via)
    if to and via:
        return _("through %(via)s to %(to)s") % {"to": to, "via": via}
    if via:
        return _("through %(via)s") % {"via": via}
    return _("to %(to)s") % {"to": to} if to else ""


def schedules_of(instructions: Iterable[int] | QuerySet) -> dict[int, list[When]]:
    """The schedules of instructions (their keys, or a query for them) by the instruction’s key. Two queries at most."""
    if isinstance(instructions, QuerySet):
        return in_words(with_sessions().filter(instruction__in=instructions))
    return in_words(_OF_INSTRUCTIONS.ask(instructions=instructions))


def with_sessions() -> QuerySet[Schedule]:
    """Schedules with all that their words say."""
    return Schedule.objects.select_related("session__body", "body").order_by("pk")


_OF_INSTRUCTIONS = Prepared(lambda: with_sessions().filter(instruction__in=OneOf("instructions")))


def in_words(rows: Iterable[Schedule]) -> dict[int, list[When]]:
    """These schedules, from `with_sessions`, by the key of their instruction. One query at most."""
    rows = list(rows)
    sessions = sessions_named(row.until for row in rows)
    found: dict[int, list[When]] = {}
    for row in rows:
        found.setdefault(row.instruction_id, []).append(When.of(row, sessions))
    return found


_NAMED = Prepared(lambda: Session.objects.filter(code__in=OneOf("codes")).select_related("body"))


def sessions_named(codes: Iterable[str]) -> dict[str, Session]:
    """The sessions that have these codes, by code, with their bodies. One query; none where no code is given."""
    wanted = {code for code in codes if code}
    return {row.code: row for row in _NAMED.ask(codes=wanted)} if wanted else {}
