"""What a letter is made of: parts with a head, each holding rows of tasks or sentences, ready to be drawn.

All words are put in the member's language when a letter is made; the templates only draw them, once as plain text and
once as HTML, so that both say the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from mandates.models import LeadTime, Place, Task
from mandates.models.addresses import address_of, session_name
from mandates.models.places import place_that_matters
from mandates.models.words import one_line
from mandates.views.task_rows import date_that_matters, document_lead_times, places_by_instruction, when_of
from mandates.views.work import APPROVE, SILENT
from reports.clocks import Moment

# The shapes of the status marks, as signs that fonts of mail programs have.
SIGNS = {"none": "◌", "todo": "○", "prog": "◐", "risk": "▲", "done": "●", "cont": "↻", "over": "⊠", "notus": "⊘"}
# Signs that turn the words after them around, up to the end of the mail.
TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]")
LONGEST_WORDS = 240  # characters of what a person said; the link leads to the rest


def safe(words: object, longest: int | None = None) -> str:
    """Words of people on one line, that turn nothing around them; longer ones end in "…"."""
    said = one_line(TURNING.sub("", str(words or "")))
    return said if longest is None or len(said) <= longest else f"{said[: longest - 1].rstrip()}…"


@dataclass(frozen=True, slots=True)
class Row:
    """A task: the date that leads, how far it is and why it matters; what it is; where it stands.

    `href` leads to its page, where the form stands open that says where it stands, or decides what was handed in.
    """

    day: str
    distance: str
    late: bool
    reason: str
    title: str
    where: str
    session: str  # to which it goes, where neither date nor reason says so
    sign: str
    status: str
    risk: bool
    href: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence, and the page that shows what it says; `link` are those of its words that lead there, else all."""

    words: str
    href: str
    link: str = ""

    @property
    def before(self) -> str:
        return self.words.partition(self.link)[0] if self.link else ""

    @property
    def linked(self) -> str:
        return self.link if self.link and self.link in self.words else self.words

    @property
    def after(self) -> str:
        return self.words.partition(self.link)[2] if self.link else ""


@dataclass(frozen=True, eq=False)
class Part:
    """A section of a letter. `count` is how many there are in all, None where it says nothing; `more` leads to those
    that are not listed. One is equal to itself alone: so what is drawn of it is found without looking through it."""

    title: str
    count: int | None = None
    rows: tuple[Row, ...] = ()
    lines: tuple[Line, ...] = ()
    more: Line | None = None

    def __bool__(self) -> bool:
        return bool(self.rows or self.lines)


@lru_cache(maxsize=512)
def path_to(name: str, *arguments: object) -> str:
    """The address of a page. Kept: thousands of letters lead to the same few."""
    return reverse(name, args=arguments)


def day_in_words(day: date) -> str:
    """ "23 November 2026", in the language that is active."""
    return _day_in(get_language(), day)


@lru_cache(maxsize=512)
def _day_in(language: str | None, day: date) -> str:
    return date_format(day, "j F Y")


@lru_cache(maxsize=512)
def list_of_work(**filters: str) -> str:
    """The list of work under these filters."""
    asked = urlencode({name: value for name, value in filters.items() if value})
    return path_to("tasks") + (f"?{asked}" if asked else "")


def and_more(n: int, href: str) -> Line | None:
    """The way to those that are not listed; None where all are."""
    if n <= 0:
        return None
    return Line(
        ngettext("And %(n)d more, in the list of work", "And %(n)d more, in the list of work", n) % {"n": n}, href
    )


def listed(words: Sequence[str]) -> str:
    """ "a", "a and b", "a, b and c"."""
    if len(words) < 2:
        return "".join(words)
    return _("%(all_but_the_last)s and %(last)s") % {"all_but_the_last": ", ".join(words[:-1]), "last": words[-1]}


@dataclass
class Rows:
    """The rows of tasks, fetched at once and each put in words once for a language. Three queries."""

    moment: Moment
    tasks: Mapping[int, Task]
    places: Mapping[int, list[Place]]
    lead_times: Mapping[int, Mapping[str, LeadTime]]
    made: dict[tuple[str | None, str, int], Row] = field(default_factory=dict)
    places_said: dict[tuple[str | None, int], str] = field(default_factory=dict)

    @classmethod
    def fetch(cls, keys: Iterable[int], moment: Moment) -> Rows:
        rows = Task.objects.filter(pk__in=set(keys)).select_related(
            "instruction__resolution__body", "session__body", "first_stop__body", "submitted_by"
        )
        tasks = {task.pk: task for task in rows}
        return cls(
            moment,
            tasks,
            places_by_instruction(task.instruction_id for task in tasks.values()),
            document_lead_times(tasks.values()),
        )

    def row(self, key: int, clock: str, *, note: str = "") -> Row:
        """The row of a task in a group; in a group of no clock ("") its date that matters leads."""
        at = (get_language(), clock, key)
        if at not in self.made:
            self.made[at] = self._row(self.tasks[key], clock)
        return replace(self.made[at], note=note) if note else self.made[at]

    def _row(self, task: Task, clock: str) -> Row:
        if clock:
            when = when_of(task, clock, self.lead_times, now=self.moment.now, day=self.moment.day)
        else:
            when = date_that_matters(task, self.lead_times, self.moment.day)
        return Row(
            day=when.lead,
            distance=when.distance,
            late=when.late,
            reason="" if clock == SILENT else safe(when.reason),  # "117 days silent" says it
            title=safe(task.instruction.title),
            where=self.where(task),
            session=safe(self._session(task)) if clock in {SILENT, APPROVE} else "",
            sign=SIGNS["done" if task.to_approve else task.status],
            status=task.state_words,
            risk=task.status == Task.Status.RISK and not task.to_approve,
            href=f"{task.get_absolute_url()}{'#decide' if clock == APPROVE else '#say'}",
        )

    def _session(self, task: Task) -> str:
        """Which of its occurrences it is: else the rows of four years say the same."""
        return session_name(task.session) if task.session else task.occurrence

    def where(self, task: Task) -> str:
        """Where the words stand that ask for it: "Res. 1332 instructs SG 8"."""
        at = (get_language(), task.instruction_id)
        if at not in self.places_said:
            self.places_said[at] = self._where(task)
        return self.places_said[at]

    def _where(self, task: Task) -> str:
        places = self.places.get(task.instruction_id)
        return safe(address_of(place_that_matters(places).paragraph)) if places else safe(task.instruction.resolution)
