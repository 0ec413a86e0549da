"""The fields of an instruction as they are read and shown: their order, their labels, their values in words."""

from __future__ import annotations

from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext_lazy, ngettext

# The order in which fields stand on a card, and so in which letters are given.
FIELDS = (
    "verb",
    "force",
    "addressees",
    "action",
    "deliverable",
    "reports_to",
    "via",
    "deadline",
    "citations",
    "qualifiers",
    "action_lines",
    "sdgs",
)

LABELS = {
    "force": gettext_lazy("Force"),
    "addressees": gettext_lazy("Addressee"),
    "action": gettext_lazy("What"),
    "deliverable": gettext_lazy("Deliverable"),
    "reports_to": gettext_lazy("To"),
    "via": gettext_lazy("Through"),
    "deadline": gettext_lazy("When"),
    "citations": gettext_lazy("Rests on"),
    "qualifiers": gettext_lazy("Qualifiers"),
    "action_lines": gettext_lazy("Action lines"),
    "sdgs": gettext_lazy("SDGs"),
}


def date_in_words(iso: str) -> str:
    """ "2027-04" → "April 2027": as precise as it is written, and as written where it is no date."""
    parts = iso.split("-")
    try:
        numbers = [int(part) for part in parts]
        if len(numbers) == 3:
            return date_format(date(numbers[0], numbers[1], numbers[2]), "j F Y")
        if len(numbers) == 2:
            return date_format(date(numbers[0], numbers[1], 1), "F Y")
    except ValueError:
        pass
    return iso


def recurrence_in_words(rule: str) -> str:
    """ "FREQ=YEARLY;INTERVAL=2" → "every 2 years"; a rule of another make is shown as it is."""
    parts = dict(part.split("=", 1) for part in rule.split(";") if "=" in part)
    if set(parts) - {"FREQ", "INTERVAL"} or not parts.get("INTERVAL", "1").isdigit():
        return rule
    every = int(parts.get("INTERVAL", "1"))
    if parts.get("FREQ") == "YEARLY":
        return ngettext("each year", "every %(count)d years", every) % {"count": every}
    if parts.get("FREQ") == "MONTHLY":
        return ngettext("each month", "every %(count)d months", every) % {"count": every}
    if parts.get("FREQ") == "SESSION":
        return ngettext("each session", "every %(count)d sessions", every) % {"count": every}
    return rule
