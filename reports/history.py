"""The history of an instruction in sentences: who, when, what changed, why."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mandates.models import (
    Addressing,
    GoalTag,
    Instruction,
    LineTag,
    Member,
    Schedule,
)
from mandates.models.prepared import Given, Prepared

from .schedules import When, sessions_named

# What is compared between two states of an instruction's own row, with the word for it.
COMPARED = {
    "title": gettext_lazy("the short title"),
    "force": gettext_lazy("the force"),
    "verb": gettext_lazy("the verb"),
    "action": gettext_lazy("what is to be done"),
    "deliverable": gettext_lazy("the deliverable"),
    "qualifiers": gettext_lazy("the qualifiers"),
}
MADE, CHANGED, TAKEN = "+", "~", "-"


@dataclass(frozen=True, slots=True)
class Entry:
    """What one person did to an instruction at one moment."""

    at: datetime
    by: Member | None
    sentences: tuple[str, ...]
    why: str


@dataclass(slots=True)
class _Moment:
    at: datetime
    by: Member | None
    sentences: list[str]
    why: str = ""
    made: bool = False  # the instruction itself was made: what hangs on it came with it


def _rows(model: Any, *named: str) -> Prepared:
    """The history of what hangs on an instruction."""
    return Prepared(
        lambda: (
            model.history.filter(instruction_id=Given("instruction"))
            .select_related("history_user", *named)
            .order_by("history_id")
        )
    )


_OWN = Prepared(
    lambda: Instruction.history.filter(id=Given("instruction")).select_related("history_user").order_by("history_id")
)
_ADDRESSINGS, _LINES = _rows(Addressing, "addressee"), _rows(LineTag, "action_line")
_GOALS, _SCHEDULES = _rows(GoalTag, "goal"), _rows(Schedule, "session__body", "body")


def history_of(instruction: Instruction) -> tuple[Entry, ...]:
    """All that was done to an instruction, its addressees, action lines, goals and schedule, latest first."""
    moments: dict[tuple[datetime, int | None], _Moment] = {}

    def moment(row: Any) -> _Moment:
        found = moments.setdefault(
            (row.history_date, row.history_user_id), _Moment(row.history_date, row.history_user, [])
        )
        found.why = found.why or row.history_change_reason or ""
        return found

    own = _OWN.ask(instruction=instruction.pk)
    for older, row in zip([None, *own], own, strict=False):
        here = moment(row)
        if row.history_type == MADE:
            here.made = True
            here.sentences.append(_("made the instruction"))
        elif older is not None:
            here.sentences += _changes(older, row)
    for row in _ADDRESSINGS.ask(instruction=instruction.pk):
        _tag(moment(row), row, row.addressee, _("named %(what)s as addressee"), _("took away the addressee %(what)s"))
    for row in _LINES.ask(instruction=instruction.pk):
        _tag(moment(row), row, row.action_line, _("added action line %(what)s"), _("took away action line %(what)s"))
    for row in _GOALS.ask(instruction=instruction.pk):
        _tag(moment(row), row, row.goal, _("added %(what)s"), _("took away %(what)s"))
    schedules = _SCHEDULES.ask(instruction=instruction.pk)
    sessions = sessions_named(row.until for row in schedules)
    for row in schedules:
        here = moment(row)
        if row.history_type == TAKEN:
            here.sentences.append(_("took the date away"))
        elif not here.made:
            here.sentences.append(_("set when it is due: %(when)s") % {"when": schedule_in_words(row, sessions)})
    ordered = sorted(moments.values(), key=lambda one: one.at, reverse=True)
    return tuple(Entry(one.at, one.by, tuple(one.sentences), one.why) for one in ordered if one.sentences)


def _tag(here: _Moment, row: Any, what: Any, added: str, taken: str) -> None:
    """A row that hangs on the instruction was added or taken away; what came with the instruction is not said."""
    words = {"what": what if what is not None else _("what is no longer held")}
    if row.history_type == TAKEN:
        here.sentences.append(taken % words)
    elif not here.made:
        here.sentences.append(added % words)


def _changes(older: Any, row: Any) -> Iterator[str]:
    if row.state != older.state:
        yield _("closed it") if row.state == Instruction.State.CLOSED else _("opened it again")
    for name, words in COMPARED.items():
        before, after = _said(getattr(older, name)), _said(getattr(row, name))
        if before == after:
            continue
        if not before:
            yield _("gave %(what)s: “%(after)s”") % {"what": words, "after": after}
        elif not after:
            yield _("took away %(what)s, “%(before)s”") % {"what": words, "before": before}
        else:
            yield _("changed %(what)s from “%(before)s” to “%(after)s”") % {
                "what": words,
                "before": before,
                "after": after,
            }


def _said(value: Any) -> str:
    return ", ".join(str(one) for one in value) if isinstance(value, list) else str(value or "")


def schedule_in_words(row: Any, sessions: dict) -> str:
    """A schedule as it was at a moment, in one line."""
    when = When.of(row, sessions)
    parts = [when.what, when.recurs, when.route]
    if when.until:
        parts.append(_("until %(when)s") % {"when": when.until})
    return ", ".join(part for part in parts if part) or when.words or _("no date")
