"""The row of a task, as My work shows it and as a save sends it back: made in one place, so that both are the same."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mandates import rules
from mandates.actions import plans
from mandates.models import LeadTime, Place, Session, StatusUpdate, Task
from mandates.models.addresses import Address, address_of, session_name
from mandates.models.places import place_that_matters
from mandates.models.prepared import Given, OneOf, Prepared

from .cards import recurrence_in_words
from .task_beside import LISTED, Said, laid_beside
from .task_open import Opened
from .work import APPROVE, CLOSED, SILENT, WAITING, Worker, clock_of

Kind = StatusUpdate.Kind


@dataclass(frozen=True, slots=True)
class When:
    """The first column: the date that leads, how far it is, and the reason. `iso` is empty where there is no date."""

    lead: str
    iso: str = ""
    vague: bool = False
    distance: str = ""
    late: bool = False
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Word:
    """The last word: what was said, by whom and when; and who said later that it still stands so."""

    text: str
    by: str
    still: str = ""


@dataclass(frozen=True)
class Row:
    task: Task
    clock: str
    when: When
    address: Address | None
    session: str
    session_url: str
    session_vague: bool
    word: Word
    may_update: bool
    may_approve: bool
    still_token: str
    opened: Opened | None = None

    @property
    def may_confirm(self) -> bool:
        """Whether "Still so" can be said: somebody has spoken, and the next move is theirs."""
        spoken = self.task.status != Task.Status.NONE
        return self.may_update and spoken and self.task.status not in Task.CLOSED and not self.task.to_approve

    @property
    def mark(self) -> str:
        return Task.Status.DONE if self.task.to_approve else self.task.status

    def open_with(self, opened: Opened) -> Row:
        return replace(self, opened=opened)


def fetched() -> QuerySet[Task]:
    """Tasks with all that their pages say of themselves: session, route, lead, and what `laid_beside` lays there."""
    return Task.objects.select_related(
        "instruction__resolution__body", "session__body", "first_stop__body", "schedule__body", "lead", "submitted_by",
        "approved_by",
    ).annotate(**laid_beside())  # fmt: skip


_ONE = Prepared(lambda: fetched().filter(pk=Given("task")))


def found(pk: int) -> Task:
    """One of them; Task.DoesNotExist where there is none."""
    for task in _ONE.ask(task=pk):
        return task
    raise Task.DoesNotExist


def rows_of(keys: Sequence[int], worker: Worker) -> list[Row]:
    """The rows of tasks, in the order of their keys. Two queries, however many there are, and one for whose work is
    theirs."""
    units = worker.units if worker.member.role in rules.RIGHTS["update task"].own else frozenset()
    by_key = {task.pk: task for task in LISTED.ask(keys=keys, units=units)}
    tasks = [by_key[key] for key in keys if key in by_key]
    return rows_from(tasks, worker, helping={task.instruction_id: units for task in tasks if task.is_helped})


def rows_from(
    tasks: Sequence[Task],
    worker: Worker,
    *,
    helping: Mapping[int, Collection[int]] | None = None,
    places: Mapping[int, list[Place]] | None = None,
) -> list[Row]:
    """The rows of tasks that have at hand what `laid_beside` lays there. One query; `helping` as `rules.updatable`
    takes it, which else asks for it, `places` by instruction where they are at hand."""
    if places is None:
        places = places_by_instruction(task.instruction_id for task in tasks)
    ground = _Ground(
        worker=worker,
        places=places,
        lead_times=lead_times_at_hand(tasks),
        updatable=rules.updatable(worker.member, tasks, on=worker.units_on, helping=helping),
    )
    return [_row(task, ground) for task in tasks]


def row_of(task: Task, worker: Worker) -> Row:
    """The row of one task."""
    return rows_of([task.pk], worker)[0]


@dataclass(frozen=True)
class _Ground:
    worker: Worker
    places: Mapping[int, list[Place]]
    lead_times: dict[int, dict[str, LeadTime]]
    updatable: frozenset[int]


_PLACES = Prepared(
    lambda: (
        Place.objects.filter(instruction__in=OneOf("instructions"))
        .select_related("paragraph__section", "paragraph__version__resolution")
        .defer("spans", "paragraph__redline", "paragraph__footnotes", "paragraph__section__addressees")
    )
)


def places_by_instruction(instructions: Iterable[int]) -> dict[int, list[Place]]:
    """Where instructions stand, with all that an address says. One query."""
    found: dict[int, list[Place]] = defaultdict(list)
    for place in _PLACES.ask(instructions=set(instructions)):
        found[place.instruction_id].append(place)
    return found


def lead_times_at_hand(tasks: Iterable[Any]) -> dict[int, dict[str, LeadTime]]:
    """The same as `document_lead_times`, of tasks beside which `laid_beside` has laid them."""
    found: dict[int, dict[str, LeadTime]] = defaultdict(dict)
    step = LeadTime.Step.DOCUMENT
    for task in tasks:
        stop = task.first_stop or task.session
        if stop and task.document_days is not None and stop.body_id not in found:
            found[stop.body_id][step] = LeadTime(body_id=stop.body_id, step=step, days=task.document_days)
    return found


def document_lead_times(tasks: Iterable[Task]) -> dict[int, dict[str, LeadTime]]:
    """Of the bodies that tasks go to first, how long before a session papers are due. One query."""
    bodies = {stop.body_id for task in tasks if (stop := task.first_stop or task.session)}
    found: dict[int, dict[str, LeadTime]] = defaultdict(dict)
    for row in LeadTime.objects.filter(body__in=bodies, step=LeadTime.Step.DOCUMENT):
        found[row.body_id][row.step] = row
    return found


def _row(task: Task, ground: _Ground) -> Row:
    worker, places = ground.worker, ground.places.get(task.instruction_id)
    clock = clock_of(task, worker)
    session = task.session
    return Row(
        task=task,
        clock=clock,
        when=when_of(task, clock, ground.lead_times, now=worker.now, day=worker.day),
        address=address_of(place_that_matters(places).paragraph) if places else None,
        session=session_in_words(session, worker.day) if session else _without_session(task),
        session_url=reverse("session", args=[session.code]) if session else "",
        session_vague=bool(session and session.is_vague),
        word=_word(task, worker.now),
        may_update=task.pk in ground.updatable,
        may_approve=task.to_approve and worker.may_approve(task),
        still_token=f"still-{task.pk}-{task.revision}-{worker.member.pk}",
    )


# ── The date that leads ──────────────────────────────────────────────────────────────────────────────────────────


def when_of(
    task: Task, clock: str, lead_times: Mapping[int, Mapping[str, LeadTime]], *, now: datetime, day: date
) -> When:
    """The date that leads the row of a task that stands in the group `clock`: what it waits for, is silent since, or
    is due by. `day` is that of `now` at the seat."""
    if clock == CLOSED:
        delivered = task.delivered_on
        return _day(delivered, reason=_("delivered")) if delivered else When(lead=_("closed"))
    if clock in {WAITING, APPROVE}:
        since = task.submitted_at or task.waiting_since
        if task.to_approve:
            reason = _("handed in by %(who)s") % {"who": task.submitted_by} if clock == APPROVE else _("for approval")
        else:
            reason = _("for %(whom)s") % {"whom": task.waiting_for}
        days = (now - since).days if since else 0
        waits = ngettext("%(n)d day waiting", "%(n)d days waiting", days) % {"n": days}
        return _day(plans.today(since), distance=waits, reason=reason) if since else When(lead=waits, reason=reason)
    if clock == SILENT:
        silent = {"n": task.days_silent(now)}
        if task.last_word_at:
            distance = ngettext("%(n)d day silent", "%(n)d days silent", silent["n"]) % silent
            return _day(plans.today(task.last_word_at), distance=distance, reason=_("since the last word"))
        distance = ngettext("%(n)d day, no word ever", "%(n)d days, no word ever", silent["n"]) % silent
        return _day(plans.today(task.created_at), distance=distance, reason=_("since it is on the list"))
    return date_that_matters(task, lead_times, day)


def date_that_matters(task: Task, lead_times: Mapping[int, Mapping[str, LeadTime]], day: date) -> When:
    """The date that leads the row of an open task, how far it is, and why it matters. One that is late leads with the
    last day on which it was in time."""
    if task.matters_on is None:
        return When(lead=_("no date"))
    late = task.days_late(day)
    leads = task.late_after if late and task.late_after else task.matters_on
    precision = "day" if task.session_id or task.first_stop_id else task.precision
    if late:
        distance = ngettext("%(n)d day late", "%(n)d days late", late) % {"n": late}
    elif precision == "day":
        distance = distance_in_words(task.matters_on, task.late_after, day)
    else:
        distance = ""  # "2027" is no day: how many days there are to its end says nothing
    return When(
        lead=day_in_words(leads, precision),
        iso=leads.isoformat(),
        vague=task.is_vague or task.precision != Session.Precision.DAY,
        distance=distance,
        late=bool(late),
        reason=reason_of(task, lead_times, late=bool(late)),
    )


def _day(day: date, *, distance: str = "", reason: str = "") -> When:
    return When(lead=date_format(day, "j M Y"), iso=day.isoformat(), distance=distance, reason=reason)


def day_in_words(day: date, precision: str) -> str:
    """ "12 Feb 2027"; known to the month "February 2027", to the year "2027"."""
    return date_format(day, {"year": "Y", "month": "F Y"}.get(precision, "j M Y"))


def distance_in_words(day: date, latest: date | None, today: date) -> str:
    """ "in 80 days", "today", "43 days ago"; of a day that may have passed already, the latest that it can be."""
    days = (day - today).days
    if days < 0 and latest:
        return _("at the latest on %(day)s") % {"day": date_format(latest, "j M Y")}
    if days == 0:
        return _("today")
    if days < 0:  # what waits for approval is not late, whatever its date
        return ngettext("%(n)d day ago", "%(n)d days ago", -days) % {"n": -days}
    return ngettext("in %(n)d day", "in %(n)d days", days) % {"n": days}


def reason_of(task: Task, lead_times: Mapping[int, Mapping[str, LeadTime]], *, late: bool = False) -> str:
    """Why the date matters: "document deadline for CSTD 30, at the earliest"; once it is late "at the latest"."""
    stop = task.first_stop or task.session
    if task.dated_by_hand:
        return _("date given by hand")
    if stop is None:
        return _("date in the text") if task.schedule_id else ""
    name = {"session": session_name(stop)}
    if plans.document_deadline(stop, lead_times.get(stop.body_id, {})) == task.matters_on:
        reason = _("document deadline for %(session)s") % name
    else:
        reason = _("%(session)s opens") % name
    if not task.is_vague:
        return reason
    return (_("%(reason)s, at the latest") if late else _("%(reason)s, at the earliest")) % {"reason": reason}


# ── Session and last word ────────────────────────────────────────────────────────────────────────────────────────


def session_in_words(session: Session, today: date) -> str:
    """ "CSTD 30, April 2027, days not announced"; "PP-26, Doha, 9–27 November 2026, in session"."""
    parts = [session_name(session), session.place, session.dates]
    if session.state == Session.State.CANCELLED:
        parts.append(_("cancelled"))
    elif not session.is_vague and session.starts <= today <= session.ends:
        parts.append(_("in session"))
    elif not session.is_vague and session.state == Session.State.TENTATIVE:
        parts.append(_("tentative"))
    return ", ".join(part for part in parts if part)


def _without_session(task: Task) -> str:
    if task.schedule and task.schedule.recurrence and task.occurrence:
        # which of them it is: else the rows of four years say the same
        words = {"every": recurrence_in_words(task.schedule.recurrence), "which": task.occurrence}
        return _("%(every)s, this one %(which)s") % words
    return _("no session named")


def short_day(day: datetime, now: datetime) -> str:
    """ "6 Nov"; of another year "6 Nov 2025"."""
    here = plans.today(day)
    said = date_format(here, "j M" if here.year == plans.today(now).year else "j M Y")
    return said.replace(" ", "\N{NO-BREAK SPACE}")


def who_said(update: StatusUpdate | Said, now: datetime) -> str:
    """ "Li Na for Mariam Diallo, 16 Nov"."""
    who = {"who": update.by, "other": update.on_behalf_of, "day": short_day(update.at, now)}
    return (_("%(who)s for %(other)s, %(day)s") if update.on_behalf_of else _("%(who)s, %(day)s")) % who


def _word(task: Any, now: datetime) -> Word:
    said, worded = Said.laid(task.last_said), Said.laid(task.last_worded)
    if said is None:
        since = {"day": short_day(task.created_at, now)}
        return Word("", _("No word yet.") + " " + _("On the list since %(day)s") % since)
    if worded is None:
        return Word("", _("No words given."), still=_("%(what)s: %(who)s") % _what(said, now))
    if said.pk != worded.pk:
        return Word(worded.words, who_said(worded, now), still=_("%(what)s: %(who)s") % _what(said, now))
    return Word(worded.words, who_said(worded, now))


def _what(said: Said, now: datetime) -> dict[str, str]:
    stands = str(Task.Status(said.after).label) if said.after else ""
    what = _("Still so") if said.kind == Kind.CONFIRMED else stands
    return {"what": what, "who": who_said(said, now)}
