"""The words of the boards: what is counted, by what, and how it is to be read."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy, pgettext_lazy
from django.utils.translation import gettext as _

from reports.rollup import MEASURES

TITLES: dict[str, str | Promise] = {
    "line": gettext_lazy("Action lines"),
    "unit": gettext_lazy("Units"),
    "resolution": gettext_lazy("Texts"),
    "section": gettext_lazy("Sections"),
    "session": gettext_lazy("Sessions"),
    "force": gettext_lazy("Force"),
    "goal": gettext_lazy("SDGs"),
}
ANY = {
    "resolution": gettext_lazy("Any text"),
    "unit": gettext_lazy("Any unit"),
    "session": gettext_lazy("Any session"),
    "line": gettext_lazy("Any action line"),
}
NOBODIES = {
    "line": gettext_lazy("All lines, or the process"),
    "unit": gettext_lazy("No lead unit"),
    "resolution": gettext_lazy("No text"),
    "section": gettext_lazy("In no section"),
    "session": gettext_lazy("No session"),
    "force": gettext_lazy("No force"),
    "goal": gettext_lazy("No SDG"),
}
LABELS: dict[str, str | Promise] = {
    "done": gettext_lazy("Done"),
    "cont": gettext_lazy("Continuing"),
    "prog": gettext_lazy("In progress"),
    "risk": gettext_lazy("At risk"),
    "todo": gettext_lazy("Not started"),
    "none": gettext_lazy("No information"),
    "off": gettext_lazy("Closed otherwise"),
    "": gettext_lazy("Tasks"),
    "open": gettext_lazy("Open"),
    "overdue": gettext_lazy("Overdue"),
    "silent": gettext_lazy("Silent"),
}
COLUMNS = (*MEASURES, "", "overdue", "silent")
MARKS = {"off": "over", "overdue": "late"}  # where the mark is called otherwise
HEADINGS: dict[str, str | Promise] = {
    "line": gettext_lazy("Action line, ITU role"),
    "unit": gettext_lazy("Lead unit"),
    "resolution": gettext_lazy("Text"),
    "section": gettext_lazy("Section"),
    "session": gettext_lazy("Session"),
    "force": gettext_lazy("Force of the words"),
    "goal": gettext_lazy("Sustainable Development Goal"),
}
TOTALS: dict[str, str | Promise] = {
    "line": gettext_lazy("All action lines"),
    "unit": gettext_lazy("All units"),
    "resolution": gettext_lazy("All texts"),
    "section": gettext_lazy("All sections"),
    "session": gettext_lazy("All sessions"),
    "force": pgettext_lazy("of the words", "All forces"),
    "goal": gettext_lazy("All goals"),
}
# What a task that counts in several rows does to the total.
SEVERAL: dict[str, str | Promise] = {
    "line": gettext_lazy(
        "An instruction on several action lines counts in each of them, one on a part of C7 there and once in C7; in"
        " the total each task counts once."
    ),
    "unit": gettext_lazy("The work of a unit counts in the units above it too; in the total each task counts once."),
    "resolution": "",
    "section": gettext_lazy(
        "An instruction that stands in several sections counts in each; in the total each task counts once."
    ),
    "session": gettext_lazy(
        "A task counts at the session at which it is due and at the one that it passes through first; in the total each"
        " task counts once."
    ),
    "force": "",
    "goal": gettext_lazy(
        "An instruction that serves several goals counts in each; in the total each task counts once."
    ),
}
ADDS = gettext_lazy(
    "A row’s seven status numbers add up to its tasks; overdue and silent are counted again among the open ones."
)


def day_said(day: date, form: str) -> str:
    """A day in the language that is active, in one of Django's forms: a board says the same few again and again."""
    return _day_in(get_language(), day, form)


@lru_cache(maxsize=1024)
def _day_in(language: str | None, day: date, form: str) -> str:
    return date_format(day, form)


def crossed(by: str, across: str) -> str:
    """What a matrix is called: "Action lines × Units"."""
    return _("%(by)s × %(across)s") % {"by": TITLES[by], "across": TITLES[across]}
