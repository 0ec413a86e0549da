"""The kinds of gaps, one row of one table each: what counts as missing, how a row is said, and what to do about it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.http import QueryDict
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from mandates.actions import sessions
from mandates.models import (
    ActionLine,
    Assignment,
    Body,
    Citation,
    Doubt,
    Holding,
    Instruction,
    LineTag,
    Member,
    Paragraph,
    Post,
    Schedule,
    Session,
    Suggestion,
    Task,
    Unit,
)
from mandates.models.addresses import address_of, session_name
from mandates.models.places import place_that_matters
from mandates.views.task_rows import places_by_instruction

from .asked import Asked
from .clocks import Moment
from .facets import BY_UNIT, NONE

Words = str | Promise
MOST_NAMED = 4  # units with whom the most of a gap lies


@dataclass(frozen=True, slots=True)
class Row:
    """One thing that is missing: what it is, where it is put right, and what is known of it."""

    words: str
    url: str
    note: str = ""


@dataclass(frozen=True)
class Gap:
    """`rows` are what is missing at a moment, `said` puts some of them in words. `list_url` is the list that shows
    exactly these rows where one stands elsewhere; `whom` says with whom they lie, the coordinator where it is None."""

    key: str
    title: Words
    why: Words
    next: Words
    rows: Callable[[Moment], QuerySet[Any]]
    said: Callable[[Sequence[Any]], Iterable[Row]] = lambda rows: ()
    listed: str = ""  # the query of the list of work, where that shows them
    whom: Callable[[Moment], Iterator[tuple[str, str]]] | None = None

    @property
    def list_url(self) -> str:
        return f"{reverse('tasks')}?{self.listed}" if self.listed else ""


# ── Work ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def _tasks(query: str) -> Callable[[Moment], QuerySet[Task]]:
    """The tasks that the list of work shows for an address: the very same."""
    return lambda moment: Asked.of(QueryDict(query)).tasks(moment)


def _units_of(query: str) -> Callable[[Moment], Iterator[tuple[str, str]]]:
    """The units that lead most of these tasks, each with the list of its own and of the units below it."""

    def whom(moment: Moment) -> Iterator[tuple[str, str]]:
        rows = Asked.of(QueryDict(query)).tasks(moment)
        leads = {str(key or NONE) for key in rows.order_by().values_list("lead", flat=True).distinct()}
        counts = sorted((each for each in BY_UNIT.counts(rows, moment) if each[0] in leads), key=lambda each: -each[2])
        for value, words, count in islice(counts, MOST_NAMED):
            yield f"{words} {count}", f"{reverse('tasks')}?{query}&unit={value}"

    return whom


def _unled(_moment: Moment) -> QuerySet[Instruction]:
    leads = Assignment.objects.filter(instruction=OuterRef("pk"), part=Assignment.Part.LEAD, confirmed_at__isnull=False)
    return Instruction.objects.open().filter(~Exists(leads)).order_by("resolution__key", "pk")


def _instructions(rows: Sequence[Instruction]) -> Iterator[Row]:
    keys = [row.pk for row in rows]
    places = places_by_instruction(keys)
    suggested: dict[int, list[str]] = {}
    for key, abbr in (
        Assignment.objects.filter(instruction__in=keys, confirmed_at=None)
        .order_by("-part", "pk")
        .values_list("instruction_id", "unit__abbr")
    ):
        suggested.setdefault(key, []).append(abbr)
    for row in rows:
        where = str(address_of(place_that_matters(places[row.pk]).paragraph)) if places.get(row.pk) else ""
        units = ", ".join(suggested.get(row.pk, ()))
        yield Row(
            row.title,
            row.get_absolute_url(),
            _notes(where, _("suggested: %(units)s") % {"units": units} if units else ""),
        )


def _unheld(moment: Moment) -> QuerySet[Unit]:
    """Units that lead open tasks, and in which nobody holds a post today, nor in a unit above them."""
    held = set(
        Holding.objects.on(moment.day).filter(member__is_active=True).order_by().values_list("post__unit", flat=True)
    )
    above = dict(Unit.objects.values_list("pk", "parent"))
    bare = [key for key in above if not _reached(key, above, held)]
    return (
        Unit.objects.filter(pk__in=bare, tasks__is_open=True)
        .annotate(open=Count("tasks", filter=Q(tasks__is_open=True)))
        .order_by("-open", "abbr")
    )


def _reached(unit: int | None, above: dict[int, int | None], held: set[int]) -> bool:
    seen: set[int] = set()
    while unit is not None and unit not in seen:
        if unit in held:
            return True
        seen.add(unit)
        unit = above.get(unit)
    return False


def _units(rows: Sequence[Any]) -> Iterator[Row]:
    for row in rows:
        note = ngettext("%(n)d open task", "%(n)d open tasks", row.open) % {"n": row.open}
        yield Row(f"{row.abbr}, {row.name}", row.get_absolute_url(), note)


def _to_decide(_moment: Moment) -> QuerySet[Task]:
    return sessions.to_decide().order_by("matters_on", "pk")


def _tasks_said(rows: Sequence[Task]) -> Iterator[Row]:
    for row in rows:
        at = next(one for one in (row.session, row.first_stop) if one and one.state == Session.State.CANCELLED)
        yield Row(row.instruction.title, row.get_absolute_url(), _notes(str(at), row.lead.abbr if row.lead else ""))


# ── Texts ────────────────────────────────────────────────────────────────────────────────────────────────────────


def _suggestions(_moment: Moment) -> QuerySet[Suggestion]:
    return (
        Suggestion.objects.undecided()
        .select_related("paragraph__section", "paragraph__version__resolution__body", "version__resolution")
        .order_by("version__resolution__key", "version__position", "paragraph__position", "position", "pk")
    )


def _suggestions_said(rows: Sequence[Suggestion]) -> Iterator[Row]:
    for row in rows:
        yield Row(row.title, _review(row.paragraph), str(address_of(row.paragraph)))


def _review(paragraph: Paragraph) -> str:
    version = paragraph.version
    page = reverse("review", args=[version.resolution.slug, version.slug])
    return f"{page}?at={paragraph.anchor}#{paragraph.anchor}"


def _doubts(_moment: Moment) -> QuerySet[Doubt]:
    return (
        Doubt.objects.filter(answer="")
        .select_related("paragraph__section", "paragraph__version__resolution__body", "version__resolution")
        .order_by("version__resolution__key", "version__position", "position", "pk")
    )


def _doubts_said(rows: Sequence[Doubt]) -> Iterator[Row]:
    for row in rows:
        if row.paragraph is not None:
            yield Row(row.sentence, _review(row.paragraph), str(address_of(row.paragraph)))
        else:
            page = reverse("review", args=[row.version.resolution.slug, row.version.slug])
            yield Row(row.sentence, page, str(row.version))


def _citations(_moment: Moment) -> QuerySet[Citation]:
    return (
        Citation.objects.waiting()
        .select_related("paragraph__section", "paragraph__version__resolution__body")
        .order_by("key", "paragraph__version__position", "paragraph__position", "start")
    )


def _citations_said(rows: Sequence[Citation]) -> Iterator[Row]:
    for row in rows:
        yield Row(row.text, row.paragraph.get_absolute_url(), str(address_of(row.paragraph)))


# ── Sessions, bodies, lines, people ──────────────────────────────────────────────────────────────────────────────


def _dateless(moment: Moment) -> QuerySet[Session]:
    rows = Session.objects.upcoming(moment.day).exclude(precision=Session.Precision.DAY)
    return rows.exclude(state=Session.State.CANCELLED).select_related("body")


def _sessions_said(rows: Sequence[Session]) -> Iterator[Row]:
    counts: dict[int, int] = {}
    keys = {row.pk for row in rows}
    tied = Task.objects.open().filter(Q(session__in=keys) | Q(first_stop__in=keys)).order_by()
    for session, stop, count in tied.values_list("session", "first_stop").annotate(n=Count("pk")):
        for key in {session, stop} & keys:
            counts[key] = counts.get(key, 0) + count
    for row in rows:
        n = counts.get(row.pk, 0)
        waits = (
            ngettext("%(n)d open task waits for its days", "%(n)d open tasks wait for its days", n) % {"n": n}
            if n
            else ""
        )
        yield Row(session_name(row), reverse("session", args=[row.code]), _notes(row.dates, waits))


def _lines(_moment: Moment) -> QuerySet[ActionLine]:
    """Action lines, and the parts of a line, for which no role is named or that have no open task."""
    own = Q(action_line=OuterRef("pk")) | Q(action_line__parent=OuterRef("pk"))
    worked = LineTag.objects.filter(own, instruction__tasks__is_open=True)
    rows = ActionLine.objects.annotate(worked=Exists(worked))
    return rows.filter(Q(itu_role="", parent=None) | Q(worked=False)).order_by("position")


def _lines_said(rows: Sequence[Any]) -> Iterator[Row]:
    for row in rows:
        no_role = _("no role of ours is named") if not row.itu_role and row.parent_id is None else ""
        no_task = "" if row.worked else _("no open task")
        yield Row(str(row), f"{reverse('instructions')}?line={row.code}", _notes(no_role, no_task))


def _without_lead_times(moment: Moment) -> QuerySet[Body]:
    """Bodies that receive something, or meet, from now on, and of which nobody says how long before papers are due."""
    meets = Session.objects.upcoming(moment.day).filter(body=OuterRef("pk"))
    receives = Schedule.objects.filter(body=OuterRef("pk"), instruction__state=Instruction.State.OPEN)
    rows = Body.objects.filter(Exists(meets) | Exists(receives), lead_times=None)
    owed = Count("receives", filter=Q(receives__instruction__state=Instruction.State.OPEN), distinct=True)
    return rows.annotate(owed=owed).order_by("-owed", "code")


def _bodies_said(rows: Sequence[Any]) -> Iterator[Row]:
    for row in rows:
        n = row.owed
        note = ngettext("receives %(n)d instruction", "receives %(n)d instructions", n) % {"n": n} if n else ""
        yield Row(row.name, reverse("outlook") + f"#body-{row.pk}", note)


def _unreached(_moment: Moment) -> QuerySet[Member]:
    return Member.objects.filter(mail_failed_at__isnull=False, is_active=True).order_by("last_name", "username")


def _members_said(rows: Sequence[Member]) -> Iterator[Row]:
    units: dict[int, Unit] = {}
    posts = Post.objects.filter(holdings__member__in=rows, holdings__until=None).select_related("unit")
    for post in posts.annotate(member=F("holdings__member")):
        units.setdefault(post.member, post.unit)
    for row in rows:
        unit = units.get(row.pk)
        yield Row(str(row), unit.get_absolute_url() if unit else reverse("units"), unit.abbr if unit else "")


def _notes(*parts: str) -> str:
    return " · ".join(part for part in parts if part)


GAPS: tuple[Gap, ...] = (
    Gap(
        "lead",
        gettext_lazy("Instructions that no unit leads"),
        gettext_lazy("Nobody is asked where they stand."),
        gettext_lazy("Confirm the suggested unit, or name another, on the page of the instruction."),
        _unled,
        _instructions,
    ),
    Gap(
        "tasks",
        gettext_lazy("Open tasks without a lead unit"),
        gettext_lazy("They stand in nobody’s My work."),
        gettext_lazy("Mark them in the list, and give them to a unit in one go."),
        _tasks("unit=none"),
        listed="unit=none",
    ),
    Gap(
        "units",
        gettext_lazy("Units with open tasks, and without a member"),
        gettext_lazy("Nobody holds a post in them today, nor in a unit above them."),
        gettext_lazy("Name who holds a post, on the page of the unit."),
        _unheld,
        _units,
    ),
    Gap(
        "words",
        gettext_lazy("Open tasks without any word"),
        gettext_lazy("Nobody has said where they stand, also of those that lie years ahead."),
        gettext_lazy("Ask the units; the coordinator can speak for them."),
        _tasks("status=none"),
        listed="status=none",
        whom=_units_of("status=none"),
    ),
    Gap(
        "silent",
        gettext_lazy("Silent tasks"),
        gettext_lazy("No word for 90 days or more, or never, and their date is near."),
        gettext_lazy("Ask the units; “Still so” is one click."),
        _tasks("clock=silent"),
        listed="clock=silent",
        whom=_units_of("clock=silent"),
    ),
    Gap(
        "decide",
        gettext_lazy("Tasks of a session that is cancelled"),
        gettext_lazy("Does the work go to the next session, get another date, or fall away?"),
        gettext_lazy("Give each another date, or close it."),
        _to_decide,
        _tasks_said,
    ),
    Gap(
        "suggestions",
        gettext_lazy("Suggestions that nobody has reviewed"),
        gettext_lazy("What the machine read counts once a person has confirmed it."),
        gettext_lazy("Decide them beside their words, on the page of the review."),
        _suggestions,
        _suggestions_said,
    ),
    Gap(
        "questions",
        gettext_lazy("Questions without an answer"),
        gettext_lazy("The document does not say enough there."),
        gettext_lazy("Answer them on the page of the review."),
        _doubts,
        _doubts_said,
    ),
    Gap(
        "citations",
        gettext_lazy("Citations of texts that we do not hold"),
        gettext_lazy("They lead nowhere yet."),
        gettext_lazy("Bring in the text; what cites it is tied to it by itself."),
        _citations,
        _citations_said,
    ),
    Gap(
        "dates",
        gettext_lazy("Sessions whose days are not known"),
        gettext_lazy("What is counted back from them is the earliest that it can be."),
        gettext_lazy("Ask the secretariat of the body; then change the date once."),
        _dateless,
        _sessions_said,
    ),
    Gap(
        "lines",
        gettext_lazy("Action lines without a role of ours, or without an open task"),
        gettext_lazy("On the board they stay empty."),
        gettext_lazy("Tag instructions with the line, or say that nothing is asked."),
        _lines,
        _lines_said,
    ),
    Gap(
        "lead-times",
        gettext_lazy("Bodies without lead times"),
        gettext_lazy("Nothing can be counted back from their sessions."),
        gettext_lazy("Enter how long before a session its papers are due."),
        _without_lead_times,
        _bodies_said,
    ),
    Gap(
        "mail",
        gettext_lazy("Members whose mail fails"),
        gettext_lazy("The letter does not reach them."),
        gettext_lazy("Ask them for an address that works."),
        _unreached,
        _members_said,
    ),
)
