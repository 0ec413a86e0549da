"""What was said of a task, what hangs on it, and what happened to it: one query for all, newest first as sentences."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from django.db.models import BigIntegerField, BooleanField, CharField, DateField, F, Q, QuerySet, TextField, Value
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mandates import rules
from mandates.actions import comments, plans, status
from mandates.models import Comment, Evidence, Input, Member, StatusUpdate, Task
from mandates.models.prepared import Given, Prepared

from .schedules import date_in_words

Kind = StatusUpdate.Kind
# What a row in the history of an input says.
INPUTS = {
    "+": gettext_lazy("asked %(units)s for an input"),
    "received": gettext_lazy("marked the input of %(units)s as received"),
    "~": gettext_lazy("took back that the input of %(units)s was received"),
    "-": gettext_lazy("no longer asks %(units)s for an input"),
}


@dataclass(frozen=True, slots=True)
class Shown:
    """A piece of evidence that the reader may see. `href` leads to the link or to the file; "" for a number alone."""

    evidence: Evidence
    href: str
    by: str


@dataclass(frozen=True, slots=True)
class Bit:
    """A stretch of a comment; `names` is the member whom it mentions, "" for plain words."""

    text: str
    names: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that was said or happened. `status` is the state after it, where that is another one than before."""

    at: datetime
    sentence: str
    mark: str = ""
    bits: tuple[Bit, ...] = ()
    evidence: tuple[Shown, ...] = ()
    anchor: str = ""


# ── The one query ────────────────────────────────────────────────────────────────────────────────────────────────


class Told(NamedTuple):
    """A row of one of the sources; what its columns hold differs from source to source, as `_SOURCES` says."""

    source: str
    key: int
    at: datetime
    by: int | None
    kind: str
    words: str
    other: int | None
    before: str
    after: str
    day: date | None
    flag: bool | None
    size: int


def _sources() -> QuerySet[Any]:
    """Updates, comments (one row for each mention), evidence as it stands, and the history of the task, of its inputs
    and of its evidence: all that one page shows in one order."""
    task, none, zero = Given("task"), Value(""), Value(0)
    no_key, no_day = Cast(Value(None), BigIntegerField()), Cast(Value(None), DateField())
    no_flag = Cast(Value(None), BooleanField())
    who = ("history_id", "history_date", "history_user_id", "history_type")
    received = Q(received_at__isnull=False)
    parts: list[Any] = [
        StatusUpdate.objects.filter(task=task).values_list(
            Value("update"), "pk", "at", "by_id", Cast("kind", CharField()), "words", "on_behalf_of_id",
            Cast("before", TextField()), Cast("after", TextField()), no_day, no_flag, zero,
        ),
        Comment.objects.filter(task=task).values_list(
            Value("comment"), "pk", "at", "by_id", none, "words", "mentions", none, none, no_day, no_flag, zero
        ),
        Evidence.objects.filter(task=task).values_list(
            Value("evidence"), "pk", "at", "by_id", none, "link", "update_id", "original_name", "file", no_day,
            "is_public", "size",
        ),
        Task.history.filter(id=task).exclude(history_type="+").values_list(
            Value("task"), *who, "history_change_reason", no_key, none, none, "matters_on", no_flag, zero
        ),
        Input.history.filter(task_id=task).values_list(
            Value("input"), *who, "unit__abbr", "unit_id", none, none, no_day, received, zero
        ),
        Evidence.history.filter(task_id=task, history_type="~").values_list(
            Value("shown"), *who, none, F("id"), none, none, no_day, "is_public", zero
        ),
    ]  # fmt: skip
    first, *others = (part.order_by() for part in parts)
    return first.union(*others, all=True)


_TOLD = Prepared(_sources)


def told_of(task: Task) -> list[Told]:
    """All that the page of a task tells in one order, as it stands in the database. One query."""
    return [Told(*row) for row in _TOLD.ask(task=task.pk)]


def named_in(told: Iterable[Told]) -> set[int]:
    """The keys of the members whom it names."""
    others = {row.other for row in told if row.source in {"update", "comment"}}
    return {key for key in {row.by for row in told} | others if key}


# ── Evidence ─────────────────────────────────────────────────────────────────────────────────────────────────────


def evidence_of(
    told: Iterable[Told], task: Task, member: Member, people: Mapping[int, Member]
) -> tuple[tuple[Shown, ...], int]:
    """What the member may see, and how many pieces there are besides."""
    rows = sorted((row for row in told if row.source == "evidence"), key=lambda row: (row.at, row.key))
    pieces = [
        Evidence(
            pk=row.key, task_id=task.pk, update_id=row.other, link=row.words, original_name=row.before, file=row.after,
            size=row.size, is_public=bool(row.flag), by=people[row.by or 0], at=row.at,
        )
        for row in rows
    ]  # fmt: skip
    seen = tuple(
        Shown(
            evidence=one,
            href=reverse("evidence-file", args=[one.pk]) if one.file else one.href,
            by=_("%(who)s, %(day)s") % {"who": one.by, "day": date_format(plans.today(one.at), "j F Y")},
        )
        for one in pieces
        if rules.may_see(member, one)
    )
    return seen, len(pieces) - len(seen)


# ── The timeline ─────────────────────────────────────────────────────────────────────────────────────────────────


def timeline_of(
    told: Sequence[Told], task: Task, evidence: tuple[Shown, ...], people: Mapping[int, Member]
) -> tuple[Entry, ...]:
    """Updates, comments, evidence that was shown or hidden, inputs, and changes that no person's update tells of (a
    session moved by the timetable), newest first."""
    by_source: dict[str, list[Told]] = defaultdict(list)
    for row in told:
        by_source[row.source].append(row)
    spoken = {(row.at, row.by) for row in by_source["update"]}
    untold = [row for row in by_source["task"] if (row.at, row.by) not in spoken]
    entries = [
        *_updates(sorted(by_source["update"], key=lambda row: (row.at, row.key), reverse=True), evidence, people),
        *_comments(sorted(by_source["comment"], key=lambda row: (row.at, row.key)), people),
        *_evidence_shown(sorted(by_source["shown"], key=lambda row: row.key), evidence, people),
        *_inputs_asked(sorted(by_source["input"], key=lambda row: row.key), people),
        *(Entry(row.at, _changed(row, people)) for row in sorted(untold, key=lambda row: row.key)),
        Entry(task.created_at, _("On the list since %(day)s.") % {"day": _day(task.created_at)}),
    ]
    return tuple(sorted(entries, key=lambda entry: entry.at, reverse=True))


def _updates(rows: Iterable[Told], evidence: Iterable[Shown], people: Mapping[int, Member]) -> Iterator[Entry]:
    with_update: dict[int, list[Shown]] = defaultdict(list)
    for one in evidence:
        with_update[one.evidence.update_id or 0].append(one)
    for row in rows:
        said = StatusUpdate(
            pk=row.key, kind=row.kind, before=row.before, after=row.after, words=row.words, at=row.at,
            by=people[row.by or 0], on_behalf_of=people.get(row.other or 0),
        )  # fmt: skip
        sentence, shown = status.sentence(said=said), tuple(with_update.get(row.key, ()))
        yield Entry(row.at, sentence, mark=_mark(said), evidence=shown, anchor=f"u{row.key}")


def _comments(rows: Iterable[Told], people: Mapping[int, Member]) -> Iterator[Entry]:
    """A comment comes as many times as it has mentions."""
    mentions: dict[int, list[Member]] = defaultdict(list)
    first: dict[int, Told] = {}
    for row in rows:
        first.setdefault(row.key, row)
        if row.other:
            mentions[row.key].append(people[row.other])
    for key, row in first.items():
        who = {"who": people[row.by or 0], "when": date_format(plans.at_the_seat(row.at), "j F, H:i")}
        sentence = _("%(who)s commented, %(when)s:") % who
        yield Entry(row.at, sentence, bits=_bits(row.words, mentions[key]), anchor=f"c{key}")


def _evidence_shown(rows: Iterable[Told], evidence: Iterable[Shown], people: Mapping[int, Member]) -> Iterator[Entry]:
    """That evidence was made public or internal: of what the reader may see."""
    named = {one.evidence.pk: one.evidence for one in evidence}
    for row in rows:
        if row.other in named:
            words = _("made “%(what)s” public") if row.flag else _("made “%(what)s” internal")
            yield Entry(row.at, _said(row, words % {"what": named[row.other]}, people))


def _inputs_asked(rows: Iterable[Told], people: Mapping[int, Member]) -> Iterator[Entry]:
    """Who was asked for an input, and what came; units that were asked in one call in one sentence."""
    calls: dict[tuple, list[Told]] = defaultdict(list)
    for row in rows:
        kind = "received" if row.kind == "~" and row.flag else row.kind
        calls[row.at, row.by, kind].append(row)
    for (at, _by, kind), call in calls.items():
        units = ", ".join(row.words for row in call)
        yield Entry(at, _said(call[0], INPUTS[kind] % {"units": units}, people))


def _said(row: Told, what: str, people: Mapping[int, Member]) -> str:
    """A row of history as a sentence: who, when, what."""
    who = people.get(row.by or 0) or _("The system")
    return _("%(who)s, %(when)s: %(what)s.") % {
        "who": who,
        "when": date_format(plans.at_the_seat(row.at), "j F, H:i"),
        "what": what,
    }


def _day(at: datetime) -> str:
    return date_format(plans.today(at), "j F Y")


def _changed(row: Told, people: Mapping[int, Member]) -> str:
    """A change that left no update of its own: what no person did, or a write beside the verbs."""
    said = {
        "who": people.get(row.by or 0) or _("The timetable"),
        "when": date_format(plans.at_the_seat(row.at), "j F, H:i"),
        "why": row.words or _("its dates were worked out anew"),
    }
    if row.day:
        day = date_in_words(row.day, "day")
        return _("%(who)s, %(when)s: %(why)s. It matters on %(day)s.") % {**said, "day": day}
    return _("%(who)s, %(when)s: %(why)s.") % said


def _mark(said: StatusUpdate) -> str:
    if said.kind == Kind.SUBMITTED:
        return Task.Status.DONE
    if said.kind in {Kind.SAID, Kind.CONFIRMED, Kind.APPROVED, Kind.RETURNED, Kind.REOPENED, Kind.NOTHING_DUE}:
        return said.after
    return ""


def _bits(words: str, mentions: Iterable[Member]) -> tuple[Bit, ...]:
    """The words of a comment, parted where they name a member."""
    named = {member.username.casefold(): str(member) for member in mentions}
    bits, at = [], 0
    for match in comments.MENTION.finditer(words):
        name = named.get(match[1].casefold())
        if name:
            bits += [Bit(words[at : match.start()]), Bit(match[0], name)]
            at = match.end()
    return tuple(bit for bit in (*bits, Bit(words[at:])) if bit.text)
