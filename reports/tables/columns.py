"""The columns of the table of tasks, each with its heading, its value as text, and whether an import may change it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from django.conf import settings
from django.db.models import OuterRef, Prefetch, QuerySet, Subquery
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from mandates import rules
from mandates.actions.status import SPEAKS
from mandates.models import Evidence, Member, Place, StatusUpdate, Task
from mandates.models.words import plain

AT_ONCE = 500  # tasks fetched at a time while a table is streamed
LONGEST_CELL = 32_000  # characters; Excel holds 32,767


@dataclass(frozen=True)
class Column:
    """One column. `fixed` ones are for reading: they come back as they went, or the row is refused."""

    key: str
    heading: str | Promise
    value: Callable[[Task], str]
    fixed: bool = False
    width: int = 14  # characters, in Excel
    kind: str = "text"  # "number" and "day" are typed in Excel
    note: str | Promise = ""  # for the second sheet of the template


def _address(task: Task) -> str:
    places = getattr(task.instruction, "shown_places", ())
    return plain(places[-1].paragraph.address) if places else ""


def _links(task: Task) -> str:
    """The links and document numbers, one a line; as many as a cell holds, none cut in two."""
    lines, length = [], 0
    for link in getattr(task, "shown_links", ()):
        length += len(link.link) + 1
        if length > LONGEST_CELL:
            break
        lines.append(link.link)
    return "\n".join(lines)


COLUMNS = (
    Column("task", _("Task"), lambda task: str(task.pk), fixed=True, width=8, kind="number",
           note=_("Our number. Leave it empty to name a task by its resolution, address and session.")),
    Column("revision", _("Revision"), lambda task: str(task.revision), fixed=True, width=8, kind="number",
           note=_("What you saw. If somebody changed the task since, the row is refused and says what they did.")),
    Column("resolution", _("Resolution"), lambda task: plain(task.instruction.resolution), fixed=True, width=24),
    Column("address", _("Address"), _address, fixed=True, width=24, note=_("Section and number, as on our pages.")),
    Column("title", _("Instruction"), lambda task: plain(task.instruction.title), fixed=True, width=48),
    Column("lead", _("Lead unit"), lambda task: plain(task.lead or ""), width=10,
           note=_("The unit’s short name. The coordinator may change it.")),
    Column("session", _("Session"), lambda task: plain(task.session.code if task.session else ""), fixed=True),
    Column("due", _("Due"), lambda task: task.due_on.isoformat() if task.due_on else "", kind="day",
           note=_("2027-02-12. The coordinator may change it; then no session moves it any more.")),
    Column("status", _("Status"), lambda task: str(task.state_words), width=16,
           note=_("As on our pages. Closing asks for words; done asks for evidence too.")),
    Column("words", _("In a sentence"), lambda task: plain(getattr(task, "last_words", "") or ""), width=48,
           note=_("What has happened. Changed words are a new word; an empty cell says nothing.")),
    Column("delivered", _("Delivered"), lambda task: task.delivered_on.isoformat() if task.delivered_on else "",
           kind="day", note=_("2027-02-12: the day on which it was handed in.")),
    Column("evidence", _("Evidence"), _links, width=36,
           note=_("Links or document numbers, one a line. New ones are added; none is taken away.")),
    Column("waiting", _("Waiting for"), lambda task: plain(task.waiting_for), width=24,
           note=_("Whose move it is. Emptied beside a task’s number, nobody is waited for any more.")),
)  # fmt: skip
BY_KEY = {column.key: column for column in COLUMNS}


def rows_of(*, tasks: QuerySet[Task], by: Member) -> Iterator[tuple[Task, dict[str, str]]]:
    """The tasks with their cells, streamed; of evidence only what `by` may see."""
    evidence = Evidence.objects.exclude(link="")
    if not rules.may(by, "see internal evidence"):
        evidence = evidence.filter(is_public=True)
    said = StatusUpdate.objects.filter(task=OuterRef("pk"), kind__in=SPEAKS).exclude(words="").order_by("-at", "-pk")
    places = Place.objects.select_related("paragraph").order_by("paragraph__version__position", "paragraph__position")
    fetched = (
        tasks.select_related("instruction__resolution__body", "lead", "session")
        .annotate(last_words=Subquery(said.values("words")[:1]))
        .prefetch_related(
            Prefetch("evidence", queryset=evidence.order_by("at", "pk"), to_attr="shown_links"),
            Prefetch("instruction__places", queryset=places, to_attr="shown_places"),
        )
    )
    for task in fetched.iterator(chunk_size=AT_ONCE):
        yield task, {column.key: column.value(task) for column in COLUMNS}


def headings() -> dict[str, str]:
    """The key of a column by every heading it may bear: its key, or its name in any of our languages, case folded."""
    return _in_all_languages((column.key, column.heading) for column in COLUMNS)


def statuses() -> dict[str, str]:
    """The status by every name it may bear: its code, or its label in any of our languages, case folded."""
    return _in_all_languages(Task.Status.choices)


def _in_all_languages(named: Iterable[tuple[str, str | Promise]]) -> dict[str, str]:
    named = list(named)
    found = {key.casefold(): key for key, _name in named}
    for code, _language in settings.LANGUAGES:
        with override(code):
            for key, name in named:
                found.setdefault(str(name).casefold(), key)
    return found
