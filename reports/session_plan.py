"""The plan of a session on its page: what must be done by when, as a picture and as a list that says the same, and
what must be ready, by whom."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Case, Count, F, IntegerField, Q, Value, When
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mandates.actions import plans, sessions
from mandates.models import Holding, Input, LeadTime, Member, Session, Task
from mandates.models.addresses import Address, address_of, session_name
from mandates.models.places import place_that_matters
from mandates.models.prepared import Given, OneOf, Prepared
from mandates.views.task_rows import places_by_instruction

from .clocks import SUBMITTED

SHOWN = 100  # things that must be ready, written out; the list of work has all
WIDTH, EDGE = 1000.0, 20.0  # of the picture, in its own units
LEAST_LABEL = 70.0  # units between two months that are named
LEAST_SEGMENT = 26.0  # units of a step whose number still stands inside it
WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class StepRow:
    """A step in the list: its number, name and days, a note, and how it stands: done, now, dead(line) or nothing."""

    number: int
    name: str
    days: str
    vague: bool
    note: str
    state: str


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of the picture: where it begins, how long it is, how it looks, where its number stands."""

    number: int
    x: str
    width: str
    kind: str
    at: str
    inside: bool


@dataclass(frozen=True, slots=True)
class Tick:
    x: str
    label_x: str
    label: str


@dataclass(frozen=True)
class Chart:
    segments: tuple[Segment, ...]
    ticks: tuple[Tick, ...]
    today: Tick
    deadline: str  # x of the diamond, "" where there is no deadline
    deadline_number: int
    latest: Segment | None  # the days on which the deadline could still fall, where the session's days are not known
    words: str


@dataclass(frozen=True, slots=True)
class Ready:
    """One thing that must be ready."""

    task: Task
    address: Address | None
    people: str
    step: str
    step_url: str
    next_date: str
    note: str

    @property
    def mark(self) -> str:
        return Task.Status.DONE if self.task.to_approve else self.task.status


@dataclass(frozen=True, slots=True)
class Said:
    """A number of the sentence, which is a link to the tasks that it counts."""

    words: str
    query: str


@dataclass(frozen=True)
class SessionWork:
    """What a session asks for as work. A fixed number of queries, whatever the number of tasks."""

    steps: tuple[StepRow, ...]
    chart: Chart | None
    deadline: date | None
    announced: bool
    vague: bool
    days: int | None
    ready: tuple[Ready, ...]
    total: int
    more: int
    open: int
    units: int
    counts: tuple[Said, ...]
    goes_on: tuple[tuple[Session, str], ...]
    decide: tuple[Task, ...]

    @classmethod
    def of(cls, session: Session, *, today: date) -> SessionWork:
        """`session` has its body at hand."""
        plan = plans.plan(session)
        tied = Task.objects.filter(Q(session=session) | Q(first_stop=session))
        tallied = (
            tied.order_by().annotate(submitted=SUBMITTED).values_list("status", "submitted").annotate(n=Count("pk"))
        )
        counted: dict[str, int] = defaultdict(int)
        for status, submitted, n in tallied:
            counted["approve" if submitted else status] += n
        leads = set(tied.filter(is_open=True).exclude(lead=None).order_by().values_list("lead", flat=True).distinct())
        order = Case(When(is_open=True, then=Value(0)), default=Value(1), output_field=IntegerField())
        rows = list(
            tied.annotate(order=order)
            .select_related("instruction", "lead", "session__body", "first_stop__body")
            .order_by("order", F("matters_on").asc(nulls_last=True), "pk")[:SHOWN]
        )
        total = sum(counted.values())
        goes_on = Session.objects.filter(tasks__first_stop=session).exclude(pk=session.pk).select_related("body")
        cancelled = session.state == Session.State.CANCELLED
        return cls(
            steps=tuple(steps_of(plan, today)),
            chart=_chart(plan, today) if plan.steps else None,
            deadline=plan.document_deadline,
            announced=plan.is_announced,
            vague=plan.is_vague,
            days=(plan.document_deadline - today).days if plan.document_deadline else None,
            ready=tuple(_ready(rows, session, plan, today)),
            total=total,
            more=total - len(rows),
            open=total - sum(counted[status] for status in Task.CLOSED),
            units=len(leads),
            counts=tuple(_counts(counted)),
            goes_on=tuple((one, session_name(one)) for one in goes_on.distinct().order_by("starts", "code")),
            decide=tuple(sessions.to_decide(session=session)[:SHOWN]) if cancelled else (),
        )


# ── The sentence ─────────────────────────────────────────────────────────────────────────────────────────────────


def _counts(counted: dict[str, int]) -> list[Said]:
    """Ready first, also where it is none; then what is under way, in the order of the states."""
    found = [Said(_("%(n)d ready") % {"n": counted[Task.Status.DONE]}, "status=done")]
    if n := counted["approve"]:
        found.append(Said(ngettext("%(n)d to approve", "%(n)d to approve", n) % {"n": n}, "status=approve"))
    for status in (Task.Status.PROG, Task.Status.CONT, Task.Status.RISK, Task.Status.TODO):
        if counted[status]:
            words = {"n": counted[status], "status": str(status.label).lower()}
            found.append(Said(_("%(n)d %(status)s") % words, f"status={status.value}"))
    if n := counted[Task.Status.NONE]:
        found.append(Said(ngettext("%(n)d without a word", "%(n)d without a word", n) % {"n": n}, "status=none"))
    for status in (Task.Status.OVER, Task.Status.NOTUS):
        if counted[status]:
            words = {"n": counted[status], "status": str(status.label).lower()}
            found.append(Said(_("%(n)d %(status)s") % words, f"status={status.value}"))
    return found


# ── The list of steps ────────────────────────────────────────────────────────────────────────────────────────────


def steps_of(plan: plans.Plan, today: date) -> list[StepRow]:
    """The steps of a plan as they stand on a day, and the session at the end; none where no step is known."""
    if not plan.steps:
        return []
    now = plan.step_on(today)
    rows = [
        StepRow(
            number=number,
            name=step.name[:1].upper() + step.name[1:],
            days=_days(step),
            vague=plan.is_vague,
            note=_note(step, plan, today, step == now),
            state=_state(step, today, step == now),
        )
        for number, step in enumerate(plan.steps, start=1)
    ]
    session = plan.session
    note = _("days not announced") if session.is_vague else session.place
    if session.starts <= today <= session.ends and not session.is_vague:
        note = _("in session")
    name = session_name(session)
    state = "done" if session.ends < today or session.state == Session.State.HELD else ""
    return [*rows, StepRow(len(rows) + 1, name, _session_days(session), session.is_vague, note, state)]


def _session_days(session: Session) -> str:
    """The dates without the note that the days are not announced: that stands below them."""
    return session.dates.partition(",")[0] if session.is_vague else session.dates


def _days(step: plans.Step) -> str:
    last = date_format(step.last, "j M Y")
    if step.step == LeadTime.Step.DOCUMENT:
        return last
    if step.first is None or step.first >= step.last:
        return _("by %(day)s") % {"day": last}
    same = step.first.year == step.last.year
    return f"{date_format(step.first, 'j M' if same else 'j M Y')}–{last}"


def _state(step: plans.Step, today: date, is_now: bool) -> str:
    if step.step == LeadTime.Step.DOCUMENT:
        return "dead" if today <= step.last else "done"
    if is_now:
        return "now"
    return "done" if step.last < today else ""


def _note(step: plans.Step, plan: plans.Plan, today: date, is_now: bool) -> str:
    left = (step.last - today).days
    if step.step == LeadTime.Step.DOCUMENT:
        if left < 0 and plan.latest_deadline and plan.latest_deadline >= today:
            return _("%(day)s at the latest") % {"day": date_format(plan.latest_deadline, "j M Y")}
        parts = [_in_days(left)]
        if plan.is_vague:
            parts.append(_("at the earliest"))
        elif not plan.is_announced:
            parts.append(_("counted back, not announced"))
        return ", ".join(parts)
    if left < 0:
        return _("over")
    if is_now:
        return ngettext("open, %(n)d day left", "open, %(n)d days left", left) % {"n": left}
    return _("at the earliest") if plan.is_vague else ""


def _in_days(left: int) -> str:
    if left < 0:
        return ngettext("%(n)d day ago", "%(n)d days ago", -left) % {"n": -left}
    return ngettext("in %(n)d day", "in %(n)d days", left) % {"n": left} if left else _("today")


# ── The picture ──────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class _Scale:
    first: date
    last: date

    def x(self, day: date) -> float:
        share = (day - self.first).days / max(1, (self.last - self.first).days)
        return EDGE + share * (WIDTH - 2 * EDGE)


def _chart(plan: plans.Plan, today: date) -> Chart:
    """The steps on a line of time, from the first of them (or today) to the last day of the session."""
    session = plan.session
    starts = [step.first or step.last - 2 * WEEK for step in plan.steps]
    first, last = min([*starts, today]) - WEEK, max(session.ends, plan.steps[-1].last, today) + WEEK
    if today < min(starts) - 26 * WEEK:
        first = min(starts) - 2 * WEEK  # years ahead: today would press the plan into a corner
    if today > max(session.ends, plan.steps[-1].last) + 8 * WEEK:
        last = max(session.ends, plan.steps[-1].last) + WEEK
    scale = _Scale(first, last)
    now = plan.step_on(today)
    segments, deadline, number = [], "", 0
    for number, step in enumerate(plan.steps, start=1):
        begins = step.first or step.last - 2 * WEEK
        if step.step == LeadTime.Step.DOCUMENT:
            deadline = _units(scale.x(step.last))
            if step.first is None or step.first >= step.last:
                continue
        segments.append(_segment(scale, number, begins, step.last + timedelta(days=1), _kind(step, plan, today, now)))
    kind = "vague" if session.is_vague else "seg"
    segments.append(_segment(scale, number + 1, session.starts, session.ends + timedelta(days=1), kind))
    latest = None
    if plan.is_vague and plan.latest_deadline and plan.document_deadline:
        latest = _segment(scale, number, plan.document_deadline, plan.latest_deadline, "vague")
    here = scale.x(today)
    shown = first <= today <= last
    dead = date_format(plan.document_deadline, "j F Y") if plan.document_deadline else ""
    return Chart(
        segments=tuple(segments),
        ticks=tuple(_ticks(scale)),
        today=Tick(_units(here) if shown else "", _units(here + 5), _("today")),
        deadline=deadline,
        deadline_number=number if deadline else 0,
        latest=latest,
        words=_("Plan counted back from the document deadline of %(day)s; the same dates are listed below.")
        % {"day": dead}
        if dead
        else _("Plan counted back from the first day of the session; the same dates are listed below."),
    )


def _kind(step: plans.Step, plan: plans.Plan, today: date, now: plans.Step | None) -> str:
    if step.step == LeadTime.Step.DOCUMENT:
        return "seg seg--slack"
    if step == now:
        return "seg seg--now"
    if step.last < today:
        return "seg seg--done"
    return "seg seg--vague" if plan.is_vague else "seg"


def _segment(scale: _Scale, number: int, begins: date, ends: date, kind: str) -> Segment:
    x, end = scale.x(begins), scale.x(ends)
    width = max(end - x, 3.0)
    inside = width >= LEAST_SEGMENT and kind != "vague" and "slack" not in kind
    return Segment(number, _units(x), _units(width), kind, _units(x + width / 2), inside)


def _ticks(scale: _Scale) -> list[Tick]:
    """The first days of months, as many as can be named without treading on each other."""
    months = max(1, (scale.last - scale.first).days / 30.4)
    step = next((each for each in (1, 2, 3, 6, 12) if (WIDTH - 2 * EDGE) * each / months >= LEAST_LABEL), 12)
    found: list[Tick] = []
    year, month = scale.first.year, scale.first.month
    while True:
        month += 1
        if month > 12:
            year, month = year + 1, 1
        day = date(year, month, 1)
        if day > scale.last:
            return found
        if (month - 1) % step:
            continue
        x = scale.x(day)
        named = not found or month == 1 or (step > 1 and month <= step)
        label = date_format(day, "M Y" if named else "M")
        if x < WIDTH - LEAST_LABEL:
            found.append(Tick(_units(x), _units(x + 5), label))


def _units(value: float) -> str:
    """A number as SVG takes it, whatever the language of the page."""
    return f"{value:.1f}"


# ── What must be ready ───────────────────────────────────────────────────────────────────────────────────────────


def _ready(rows: Sequence[Task], session: Session, plan: plans.Plan, today: date) -> list[Ready]:
    places = places_by_instruction(task.instruction_id for task in rows)
    people = people_of({task.lead_id for task in rows if task.lead_id}, today)
    now = plan.step_on(today)
    asked = _asked(rows)
    found = []
    for task in rows:
        step, url, next_date, note = _next(task, session, now, today)
        if task.is_open and task.pk in asked and not url and not task.to_approve:
            step, note = _with_inputs(step, note, now, *asked[task.pk])
        at = places.get(task.instruction_id)
        found.append(
            Ready(
                task=task,
                address=address_of(place_that_matters(at).paragraph) if at else None,
                people=", ".join(people.get(task.lead_id or 0, ())),
                step=step,
                step_url=url,
                next_date=next_date,
                note=note,
            )
        )
    return found


def _asked(rows: Sequence[Task]) -> dict[int, tuple[int, int]]:
    """How many inputs were asked for each task, and how many came. One query."""
    asked = Input.objects.filter(task__in=rows).order_by().values_list("task")
    return {key: (n, came) for key, n, came in asked.annotate(n=Count("pk"), came=Count("received_at"))}


def _with_inputs(step: str, note: str, now: plans.Step | None, asked: int, came: int) -> tuple[str, str]:
    """While inputs are called for, the step counts them; later, what has not come is noted."""
    if now is not None and now.step == LeadTime.Step.INPUTS:
        return _("inputs, %(n)d of %(all)d received") % {"n": came, "all": asked}, note
    left = asked - came
    if not left:
        return step, note
    missing = ngettext("%(n)d input still to come", "%(n)d inputs still to come", left) % {"n": left}
    return step, f"{note}; {missing}" if note else missing


def _next(task: Task, session: Session, now: plans.Step | None, today: date) -> tuple[str, str, str, str]:
    """The step that a task is at, the page of another session that it passes first, its next date, and a note."""
    if not task.is_open:
        day = date_format(task.delivered_on, "j M Y") if task.delivered_on else ""
        return _("ready") if task.status == Task.Status.DONE else _("closed"), "", day, ""
    if task.to_approve:
        return _("to approve"), "", _matters(task), ""
    if task.dated_by_hand:
        return (now.name if now else ""), "", _matters(task), _("date given by hand")
    stop = task.first_stop
    if stop is not None and stop.pk != session.pk:
        return _("through %(session)s") % {"session": session_name(stop)}, stop.code, _matters(task), ""
    if now is None:
        return "", "", _matters(task), _("overdue") if task.is_overdue(today) else ""
    return now.name, "", date_format(now.last, "j M Y"), ""


def _matters(task: Task) -> str:
    return date_format(task.matters_on, "j M Y") if task.matters_on else ""


_HELD = Prepared(
    lambda: (
        Holding.objects.on(Given("day"))  # type: ignore[arg-type]
        .filter(post__unit__in=OneOf("units"), member__is_active=True)
        .order_by("-post__heads_unit", "post__title", "pk")
        .values_list("post__unit_id", "member_id", "member__first_name", "member__last_name", "member__username")
    )
)


def people_of(units: set[int], day: date) -> dict[int, list[str]]:
    """Who holds the posts of units today, the heads first. One query."""
    found: dict[int, dict[int, str]] = defaultdict(dict)
    for unit, *named in _HELD.ask(units=units, day=day) if units else []:
        member = Member.named(*named)
        found[unit].setdefault(member.pk, str(member))  # who holds two posts is named once
    return {unit: list(members.values()) for unit, members in found.items()}
