"""The log of letters: who got what, when, what failed and why; and what a person would get next Monday."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, Q, QuerySet
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from mandates.models import Member
from mandates.models.words import one_line
from reports.models import Letter, Relay

from . import filling, periods, stopping, written

State = Letter.State
ON_A_PAGE = 50
PERIODS = 60  # the newest ones that the filter offers
# The shape beside the word of each state: `_mark.html`.
MARKS = {
    State.QUEUED: "wait",
    State.SENDING: "prog",
    State.SENT: "done",
    State.FAILED: "late",
    State.UNCERTAIN: "risk",
    State.DROPPED: "over",
    State.EMPTY: "none",
}
STATE, KIND, PERIOD = "state", "kind", "period"
LABELS: dict[str, Promise] = {STATE: _("State"), KIND: _("Letter"), PERIOD: _("Period")}


@dataclass(frozen=True)
class Choice:
    value: str
    words: str
    count: int
    chosen: bool


@dataclass(frozen=True)
class Filter:
    name: str
    label: Promise
    choices: tuple[Choice, ...]


@dataclass(frozen=True)
class Row:
    """A letter in the list or on its page, with its mark."""

    letter: Letter

    @property
    def mark(self) -> str:
        return MARKS[State(self.letter.state)]

    @property
    def text(self) -> str:
        return stopping.without_links(self.letter.text)

    @property
    def html(self) -> str:
        return stopping.without_links(self.letter.html)

    @property
    def may_be_sent_again(self) -> bool:
        return self.letter.state in {State.FAILED, State.UNCERTAIN}

    @property
    def waits_since(self) -> datetime | None:
        """When its next try comes, where one does."""
        return self.letter.next_try_at if self.letter.state == State.QUEUED else None


@dataclass(frozen=True)
class LogPage:
    """The list, the newest first: the same number of queries for one letter and for fifty."""

    filters: tuple[Filter, ...]
    words: str
    rows: tuple[Row, ...]
    page: Page
    total: int
    held: int
    query: str  # the filters as they stand in the address, without the page
    to_decide: int  # failed or uncertain: a person is asked
    down: Relay | None

    @classmethod
    def of(cls, asked: QueryDict) -> LogPage:
        words = one_line(asked.get("q", ""), 100)
        chosen = {name: one_line(asked.get(name, ""), 20) for name in LABELS}
        counted = dict(Letter.objects.order_by().values_list("state").annotate(n=Count("pk")))
        paginator = Paginator(
            _matching(chosen, words).select_related("member", "deputy").defer("text", "html"), ON_A_PAGE
        )
        page = paginator.get_page(asked.get("page"))
        return cls(
            filters=tuple(Filter(name, LABELS[name], _choices(name, chosen, words)) for name in LABELS),
            words=words,
            rows=tuple(map(Row, page.object_list)),
            page=page,
            total=paginator.count,
            held=sum(counted.values()),
            query=_address(asked),
            to_decide=counted.get(State.FAILED, 0) + counted.get(State.UNCERTAIN, 0),
            down=Relay.objects.exclude(down_since=None).first(),
        )


def _matching(chosen: dict[str, str], words: str, *, without: str = "") -> QuerySet[Letter]:
    rows = Letter.objects.filter(**{name: value for name, value in chosen.items() if value and name != without})
    for word in words.split():
        names = Q(member__first_name__icontains=word) | Q(member__last_name__icontains=word)
        rows = rows.filter(names | Q(member__username__icontains=word) | Q(address__icontains=word))
    return rows


def _choices(name: str, chosen: dict[str, str], words: str) -> tuple[Choice, ...]:
    counted = dict(_matching(chosen, words, without=name).order_by().values_list(name).annotate(n=Count("pk")))
    if name == PERIOD:
        known = [(value, value) for value in sorted({*counted, chosen[PERIOD]} - {""}, reverse=True)[:PERIODS]]
    else:
        known = (State if name == STATE else Letter.Kind).choices
    return tuple(
        Choice(value, str(label), counted.get(value, 0), value == chosen[name])
        for value, label in known
        if counted.get(value) or value == chosen[name]
    )


def _address(asked: QueryDict) -> str:
    kept = asked.copy()
    kept.pop("page", None)
    return kept.urlencode()


# ── Preview ──────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class PreviewPage:
    """What a member would get next Monday, as things stand now; nothing is kept, and nothing is sent."""

    members: tuple[Member, ...]
    member: Member | None
    monday: date | None
    reader: Member | None  # who reads it in their place
    words: Any  # `written.Written`; None where there is nothing to say
    why_none: str  # why no letter goes to them, whatever there is to say

    @property
    def text(self) -> str:
        return stopping.without_links(self.words.text)

    @classmethod
    def of(cls, asked: str, now: datetime) -> PreviewPage:
        members = tuple(Member.objects.filter(is_active=True).order_by("last_name", "first_name", "username"))
        member = _picked(asked)
        if member is None:
            return cls(members, None, None, None, None, "")
        monday = filling.next_monday(periods.day_of(member, now))
        reader = filling.reads(member, monday)
        deputy = reader if reader.pk != member.pk else None
        says = filling.what_is_said(Letter.Kind.WEEKLY, [member], monday, now).get(member.pk)
        if isinstance(says, Exception):
            raise says
        words = written.of(says, member, reader=deputy) if says else None
        return cls(members, member, monday, deputy, words, filling.why_not_reached(member))


def _picked(asked: str) -> Member | None:
    if not re.fullmatch(r"[0-9]{1,9}", asked):
        return None
    return Member.objects.select_related("letters_to").filter(pk=asked, is_active=True).first()
