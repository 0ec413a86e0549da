"""Sessions that moved, became known or took place, and instructions whose date was changed."""

from __future__ import annotations

from collections import defaultdict
from functools import partial
from typing import Any

from django.db.models import Count, OuterRef, Q, Subquery
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mandates.models import Instruction, Schedule, Session, StatusUpdate
from mandates.models.addresses import session_name
from reports.history import schedule_in_words
from reports.schedules import sessions_named

from .ground import Ground, who_did
from .said import Draft, Listed, Sentence
from .scope import Scope

State = Session.State
FIELDS = ("starts", "ends", "precision", "document_deadline", "state", "place")


def sessions(scope: Scope) -> Listed:
    """Sessions by what differs between the two ends of the period, soonest first. Three queries.

    What came with the facts of the project, loaded by nobody, is no change; what people did to it afterwards is.
    """
    period = scope.period
    rows = Session.history.filter(**period.named("history_date")).select_related("history_user", "body")
    events: dict[int, list[Any]] = defaultdict(list)
    for row in rows.order_by("history_id"):  # as they were written: facts are loaded before anybody changes them
        events[row.id].append(row)
    held = Session.objects.filter(_asked_of(scope), pk__in=events).select_related("body").order_by("starts", "code")
    earlier = Session.history.filter(
        history_id__in=_latest_before(Session, events, period.since.moment.now), id__in=events
    ).select_related("body")
    was = {row.id: row for row in earlier}
    moved = _moved(events)
    drafts = []
    for session in held:
        done = events[session.pk]
        first = done[0]
        loaded = first.history_type == "+" and first.history_user_id is None
        before = first if loaded else was.get(session.pk)
        said = _differences(before, done[-1])
        if said:
            drafts.append(Draft(partial(_session, session, said, done[-1], moved.get(session.pk, 0))))
    return Listed(drafts)


def _asked_of(scope: Scope) -> Q:
    """Sessions at which tasks that are asked for are due or pass through."""
    if scope.is_whole:
        return Q()
    tied = scope.tasks().order_by()
    return Q(pk__in=tied.exclude(session=None).values("session")) | Q(
        pk__in=tied.exclude(first_stop=None).values("first_stop")
    )


def _latest_before(model: Any, keys: Any, at: Any) -> Any:
    """The keys of the history rows that were the latest at a moment."""
    history = model.history.model.objects
    latest = history.filter(id=OuterRef("id"), history_date__lte=at).order_by("-history_date", "-history_id")
    rows = history.filter(id__in=list(keys), history_date__lte=at).annotate(
        latest=Subquery(latest.values("history_id")[:1])
    )
    return rows.values("latest")


def _moved(events: dict[int, list[Any]]) -> dict[int, int]:
    """How many tasks moved with each session: their updates were written in the moment in which the session was."""
    at = {row.history_date: key for key, rows in events.items() for row in rows}
    said = StatusUpdate.objects.filter(kind=StatusUpdate.Kind.MOVED, at__in=at).order_by()
    found: dict[int, int] = defaultdict(int)
    for moment, count in said.values_list("at").annotate(n=Count("task", distinct=True)):
        found[at[moment]] += count
    return found


def _differences(was: Any, now: Any) -> list[str]:
    """What differs between two states of a session, as parts of a sentence; without an earlier one it is announced."""
    dates = now.instance.dates
    if was is None:
        return [_("announced: %(dates)s") % {"dates": dates}, *_deadline(None, now.document_deadline)]
    if all(getattr(was, name) == getattr(now, name) for name in FIELDS):
        return []
    found = []
    before = was.instance.dates
    if before != dates:
        became_known = was.precision != "day" and now.precision == "day"
        words = {"old": before, "new": dates}
        found.append((_("%(new)s; it was %(old)s") if became_known else _("from %(old)s to %(new)s")) % words)
    found += _deadline(was.document_deadline, now.document_deadline)
    if was.state != now.state:
        found.append(str(State(now.state).label))
    if was.place != now.place and now.place:
        found.append(_("in %(place)s") % {"place": now.place})
    return found


def _deadline(was: Any, now: Any) -> list[str]:
    if was == now:
        return []
    words = {name: date_format(day, "j F Y") if day else "" for name, day in (("old", was), ("new", now))}
    if was is None:
        return [_("document deadline %(new)s, announced") % words]
    if now is None:
        return [_("document deadline no longer announced, it was %(old)s") % words]
    return [_("document deadline %(new)s, it was %(old)s") % words]


def _session(session: Session, said: list[str], last: Any, moved: int, _ground: Ground) -> Sentence:
    tasks = ngettext("moved %(n)d open task", "moved %(n)d open tasks", moved) % {"n": moved} if moved else ""
    return Sentence(
        mark="move",
        about=session_name(session),
        url=reverse("session", args=[session.code]),
        says="; ".join(said) + ".",
        quote=last.history_change_reason or "",
        notes=(tasks,) if tasks else (),
        who=who_did(last.history_user, last.history_date),
    )


# ── Instructions with another date ───────────────────────────────────────────────────────────────────────────────


def schedules(scope: Scope) -> tuple[Listed, frozenset[int]]:
    """Instructions held before whose schedule says something else now, and their keys. Three queries."""
    period = scope.period
    since = period.since.moment.now
    held = Instruction.objects.filter(scope.instructions(), created_at__lte=since)
    rows = Schedule.history.filter(**period.named("history_date"), instruction__in=held.values("pk"))
    events: dict[int, list[Any]] = defaultdict(list)
    for row in rows.select_related("history_user", "session__body", "body").order_by("history_date", "history_id"):
        events[row.id].append(row)
    earlier = Schedule.history.filter(history_id__in=_latest_before(Schedule, events, since))
    was = {row.id: row for row in earlier.select_related("session__body", "body")}
    named = sessions_named(row.until for rows in (*events.values(), was.values()) for row in rows)
    drafts, told = [], set()
    for key, done in events.items():
        last = done[-1]
        before = schedule_in_words(was[key], named) if key in was else ""
        after = "" if last.history_type == "-" else schedule_in_words(last, named)
        if before != after:
            told.add(last.instruction_id)
            drafts.append(Draft(partial(_schedule, before, after, last), instructions=(last.instruction_id,)))
    return Listed(drafts), frozenset(told)


def _schedule(before: str, after: str, last: Any, ground: Ground) -> Sentence:
    words = {"before": before, "after": after}
    if not before:
        says = _("due: %(after)s; nothing was said before.") % words
    elif not after:
        says = _("no date any more; it was: %(before)s.") % words
    else:
        says = _("due: %(after)s; it was: %(before)s.") % words
    return Sentence(
        mark="move",
        about=ground.title(last.instruction_id),
        url=reverse("instruction", args=[last.instruction_id]),
        says=says,
        address=ground.address(last.instruction_id),
        unit=", ".join(ground.leads.get(last.instruction_id, ())),
        who=who_did(last.history_user, last.history_date),
    )
