"""The forms of the coordinator's pages: the same act for many tasks, units and posts, when an instruction is owed."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mandates.actions.occurrences import day_in
from mandates.actions.plans import FIRST_DAY, LAST_DAY
from mandates.forms import RECURRENCES, Lines
from mandates.models import Assignment, Member, Schedule, Session, Task, Unit

MOST_KEYS = 20_000  # tasks in one act, as `actions.bulk` takes them
LONGEST_REASON = 500


def day_field(label: Any, *, required: bool = True, help_text: Any = "") -> forms.DateField:
    """A day that can be planned, in the browser's own box for dates."""
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    words = gettext_lazy("Look at the year: it lies outside what can be planned.")
    within = [MinValueValidator(FIRST_DAY, words), MaxValueValidator(LAST_DAY, words)]
    return forms.DateField(label=label, required=required, help_text=help_text, widget=widget, validators=within)


def reason_field(label: Any, *, required: bool = False, help_text: Any = "") -> forms.CharField:
    """Why, in one line of text: it goes into the history."""
    return forms.CharField(label=label, max_length=LONGEST_REASON, required=required, help_text=help_text)


# ── Many tasks at once ───────────────────────────────────────────────────────────────────────────────────────────


def keys_of(typed: list[str], packed: str) -> list[int]:
    """The keys of the marked tasks: boxes, and those of a whole list packed into one field; what is no key is left."""
    parts = [*typed, *packed[: MOST_KEYS * 12].split(",")]
    return list(dict.fromkeys(int(part) for part in parts if re.fullmatch(r"[0-9]{1,18}", part)))


def pack_seen(seen: dict[int, int]) -> str:
    """Revisions by key, for one hidden field: "12:3,15:1"."""
    return ",".join(f"{key}:{revision}" for key, revision in seen.items())


def unpack_seen(packed: str) -> dict[int, int]:
    """What `pack_seen` packed; parts that were damaged on the way are left out."""
    pairs = (part.split(":") for part in packed.split(",") if re.fullmatch(r"[0-9]{1,18}:[0-9]{1,9}", part))
    return {int(key): int(revision) for key, revision in pairs}


class BulkForm(forms.Form):
    """One act for many tasks. Only the boxes of the act that was chosen need be filled."""

    act = forms.ChoiceField(choices=[("reassign", ""), ("redate", ""), ("update", "")])
    unit = forms.ModelChoiceField(Unit.objects.all(), required=False)
    to = forms.DateField(required=False)
    status = forms.ChoiceField(choices=[("", ""), *Task.Status.choices], required=False)
    why = forms.CharField(max_length=LONGEST_REASON, required=False)

    missing = {
        "reassign": ("unit", gettext_lazy("Choose the unit that the tasks go to.")),
        "redate": ("to", gettext_lazy("Give the day on which the tasks are due.")),
        "update": ("status", gettext_lazy("Choose the status.")),
    }

    def sentence(self) -> str:
        """What keeps the form from being understood, in one sentence; "" where it is whole."""
        if "to" in self.errors:
            return _("This is no day: write it as 2027-02-12.")
        if "why" in self.errors:
            return _("The reason is longer than %(most)d characters.") % {"most": LONGEST_REASON}
        act = self.cleaned_data.get("act") if hasattr(self, "cleaned_data") else ""
        if not act:
            return _("Say what is to be done with the tasks.")
        name, sentence = self.missing[act]
        return "" if self.cleaned_data.get(name) else str(sentence)


# ── Units and posts ──────────────────────────────────────────────────────────────────────────────────────────────


class HandOverForm(forms.Form):
    """A post goes from one person to another, from a day on."""

    to = forms.ModelChoiceField(
        Member.objects.filter(is_active=True).order_by("first_name", "last_name", "username"),
        label=gettext_lazy("To"),
        required=False,
        empty_label=gettext_lazy("nobody: the post stays vacant"),
    )
    since = day_field(gettext_lazy("From"))
    why = reason_field(gettext_lazy("Why (optional)"))


class PostForm(forms.Form):
    """A post in a unit."""

    title = forms.CharField(label=gettext_lazy("Title"), max_length=120)
    heads_unit = forms.BooleanField(label=gettext_lazy("It heads the unit"), required=False)


class AssignForm(forms.Form):
    """A unit leads an instruction, or contributes to it."""

    unit = forms.ModelChoiceField(Unit.objects.order_by("outside", "abbr"), label=gettext_lazy("Unit"))
    part = forms.ChoiceField(label=gettext_lazy("Part"), choices=Assignment.Part.choices)
    why = reason_field(gettext_lazy("Why (optional)"))


class ReassignForm(forms.Form):
    """An instruction and all its open tasks go to another unit."""

    unit = forms.ModelChoiceField(Unit.objects.order_by("outside", "abbr"), label=gettext_lazy("To the unit"))
    why = reason_field(gettext_lazy("Why"), required=True, help_text=gettext_lazy("Both units will read it."))


# ── When an instruction is owed ──────────────────────────────────────────────────────────────────────────────────


class SessionChoice(forms.ModelChoiceField):
    """Sessions by their names, each with its year."""

    def label_from_instance(self, obj: Any) -> str:
        return str(obj.name) if str(obj.year) in obj.name else f"{obj.name} ({obj.year})"


class ScheduleForm(forms.Form):
    """When an instruction is owed and on which route, as its schedule holds it."""

    session = SessionChoice(
        Session.objects.select_related("body").order_by("starts", "code"),
        label=gettext_lazy("At which session"),
        required=False,
        empty_label=gettext_lazy("no session"),
        to_field_name="code",
    )
    due_on = forms.CharField(
        label=gettext_lazy("Or by which date"),
        max_length=10,
        required=False,
        help_text=gettext_lazy("As precise as it is known: 2027, 2027-04 or 2027-04-12."),
    )
    recurrence = forms.ChoiceField(label=gettext_lazy("How often"), required=False)
    since = day_field(
        gettext_lazy("Counted from"),
        required=False,
        help_text=gettext_lazy("Only for what recurs. Empty: from today, if the rhythm changes."),
    )
    until = forms.CharField(
        label=gettext_lazy("Until"),
        max_length=40,
        required=False,
        help_text=gettext_lazy("A session’s code or a date."),
    )
    reports_to = Lines(label=gettext_lazy("To whom"), required=False, help_text=gettext_lazy("One a line."))
    via = Lines(label=gettext_lazy("Through whom"), required=False, help_text=gettext_lazy("One a line."))
    why = reason_field(
        gettext_lazy("Why, or on whose word"), help_text=gettext_lazy("Owners of what moves will read it.")
    )

    def __init__(self, data: Any = None, *, schedule: Schedule | None) -> None:
        held = schedule or Schedule()
        precise = {"year": 4, "month": 7}.get(held.precision, 10)
        initial = {
            "session": held.session.code if held.session else "",
            "due_on": held.due_on.isoformat()[:precise] if held.due_on else "",
            "recurrence": held.recurrence,
            "since": held.since,
            "until": held.until,
            "reports_to": held.reports_to,
            "via": held.via,
        }
        super().__init__(data, initial=initial)
        choices: list[tuple[str, Any]] = [*RECURRENCES]
        if held.recurrence and held.recurrence not in dict(choices):
            choices.append((held.recurrence, held.recurrence))
        field = self.fields["recurrence"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("session") and cleaned.get("due_on"):
            self.add_error(
                "due_on", _("Give a session or a date, not both: the date of a session is the session’s own.")
            )
        elif cleaned.get("due_on"):
            self._read_date(cleaned)
        return cleaned

    def _read_date(self, cleaned: dict[str, Any]) -> None:
        """The last day that a date as precise as it was typed means, as `actions.instructions` reads the words."""
        match = re.fullmatch(r"(\d{4})(?:-(\d{1,2}))?(?:-(\d{1,2}))?", cleaned["due_on"])
        try:
            if match is None:
                raise ValueError
            year, month, day = (int(part) if part else None for part in match.groups())
            cleaned["precision"] = "day" if day else "month" if month else "year"
            cleaned["due_on"] = date(year, month, day) if day else day_in(year, month or 12, 31)  # type: ignore[arg-type]
            if not FIRST_DAY <= cleaned["due_on"] <= LAST_DAY:
                raise ValueError
        except ValueError:
            self.add_error("due_on", _("Write it as 2027, 2027-04 or 2027-04-12."))
            return
        if cleaned["precision"] == "year" and cleaned.get("recurrence"):
            self.add_error("due_on", _("What recurs needs a month or a day: or leave the date empty."))

    def values(self) -> dict[str, Any]:
        """Fields of `Schedule`, but for its body: that follows from the session, or from whom it goes to."""
        said = self.cleaned_data
        return {
            "session": said["session"],
            "due_on": said["due_on"] or None,
            "precision": said.get("precision", Schedule.Precision.DAY),
            "recurrence": said["recurrence"],
            "since": said["since"],
            "until": said["until"].strip(),
            "reports_to": said["reports_to"],
            "via": said["via"],
        }
