"""The forms: bringing in a document, and the words of an instruction."""

from __future__ import annotations

import datetime
import re
from typing import Any

from django import forms
from django.conf import settings
from django.template.defaultfilters import filesizeformat
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext_lazy, pgettext_lazy

from mandates.models import ActionLine, Goal, Session

# What bodies say when they ask; any other word can be typed.
FORCES = ("instructs", "requests", "calls upon", "urges", "invites", "encourages", "recommends", "resolves", "decides")

RECURRENCES = [
    ("", pgettext_lazy("recurrence", "once, or no date")),
    ("FREQ=SESSION", gettext_lazy("each session of whom it goes to")),
    ("FREQ=YEARLY", ngettext_lazy("each year", "every %(count)d years", 1)),
    ("FREQ=MONTHLY;INTERVAL=6", gettext_lazy("twice a year")),
    ("FREQ=YEARLY;INTERVAL=2", gettext_lazy("every second year")),
    ("FREQ=YEARLY;INTERVAL=4", gettext_lazy("every fourth year")),
]
OTHER = "other"
RULE = re.compile(r"FREQ=(YEARLY|MONTHLY|WEEKLY|DAILY)(;[A-Z]+=[A-Z0-9,+-]+)*")
AS_PRECISE_AS_KNOWN = re.compile(r"(\d{4})(?:-(\d{1,2}))?(?:-(\d{1,2}))?")


class DocumentForm(forms.Form):
    """One file. What is in it is the reader's business; here only its size is looked at."""

    file = forms.FileField(
        label=gettext_lazy("Document"),
        max_length=255,
        help_text=format_lazy(
            gettext_lazy(
                "Word with its tracked changes is best: both texts are read. PDF, HTML, plain text and Akoma Ntoso are "
                "read too. Up to {size}."
            ),
            size=filesizeformat(settings.UPLOAD_MAX_BYTES),
        ),
        error_messages={
            "required": gettext_lazy("Choose a file first."),
            "empty": gettext_lazy("This file is empty: there is nothing in it to read. Choose another."),
            "max_length": gettext_lazy("The name of this file is too long. Give it a shorter one."),
        },
        widget=forms.FileInput(attrs={"accept": ".docx,.pdf,.html,.htm,.txt,.xml"}),
    )

    def clean_file(self):
        file = self.cleaned_data["file"]
        if file.size > settings.UPLOAD_MAX_BYTES:
            raise forms.ValidationError(
                _("This file has %(size)s; up to %(most)s are taken in. Save it without its pictures, or as two files.")
                % {"size": filesizeformat(file.size), "most": filesizeformat(settings.UPLOAD_MAX_BYTES)}
            )
        return file


class Lines(forms.Field):
    """Several names, one a line (or parted by semicolons): a list of strings, each once."""

    widget = forms.Textarea(attrs={"rows": 2})

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list | tuple) else value

    def to_python(self, value: Any) -> list[str]:
        names = (" ".join(name.split()) for name in re.split(r"[\n;]", (value or "").replace("\x00", "")))
        return list(dict.fromkeys(name for name in names if name))

    def validate(self, value: list[str]) -> None:
        super().validate(value)
        for name in value:
            if len(name) > 200:
                raise forms.ValidationError(_("“%(begin)s…” is longer than 200 characters.") % {"begin": name[:40]})


class InstructionForm(forms.Form):
    """An instruction in the reader's terms. `read` is what the machine read, or {} for one that is added by hand."""

    title = forms.CharField(label=gettext_lazy("In short"), max_length=300)
    force = forms.CharField(
        label=gettext_lazy("Force"), max_length=40, help_text=gettext_lazy("Choose, or type another word.")
    )
    addressees = Lines(
        label=gettext_lazy("Addressees"), required=False, help_text=gettext_lazy("One a line, as the words name them.")
    )
    action = forms.CharField(
        label=gettext_lazy("What is to be done"), required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    deliverable = forms.CharField(
        label=gettext_lazy("Deliverable"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("A report, a roadmap, a database…"),
    )
    reports_to = Lines(label=gettext_lazy("To whom"), required=False)
    via = Lines(label=gettext_lazy("Through whom"), required=False)
    session = forms.ChoiceField(label=gettext_lazy("By which session"), required=False)
    date = forms.CharField(
        label=gettext_lazy("Or by which date"),
        max_length=40,
        required=False,
        help_text=gettext_lazy("As precise as it is known: 2027, 2027-04 or 2027-04-12."),
    )
    recurrence = forms.ChoiceField(label=gettext_lazy("How often"), required=False, choices=RECURRENCES)
    recurrence_rule = forms.CharField(
        label=gettext_lazy("Another rule"),
        max_length=120,
        required=False,
        help_text=gettext_lazy("An RFC 5545 rule, such as FREQ=YEARLY;INTERVAL=3."),
    )
    until = forms.CharField(
        label=gettext_lazy("Until"),
        max_length=40,
        required=False,
        help_text=gettext_lazy("A session’s code or a date."),
    )
    words = forms.CharField(label=gettext_lazy("When, in the words of the text"), max_length=500, required=False)
    action_lines = forms.MultipleChoiceField(
        label=gettext_lazy("Action lines"), required=False, widget=forms.CheckboxSelectMultiple
    )
    sdgs = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Sustainable Development Goals"),
        required=False,
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
    )
    qualifiers = Lines(
        label=gettext_lazy("Qualifiers"),
        required=False,
        help_text=gettext_lazy("“as appropriate”, “within existing resources”."),
    )

    def __init__(
        self,
        data: Any = None,
        *,
        read: dict[str, Any],
        title: str = "",
        today: datetime.date,
        of: int | None = None,
        **more: Any,
    ) -> None:
        deadline = read.get("deadline") or {}
        rule = deadline.get("recurrence") or ""
        usual = rule in dict(RECURRENCES)
        super().__init__(
            data,
            initial={
                **{name: read.get(name) for name in self.base_fields if name in read},
                "title": title,
                "session": deadline.get("session") or "",
                "date": deadline.get("date") or ("" if deadline.get("session") else deadline.get("year") or ""),
                "recurrence": rule if usual else OTHER,
                "recurrence_rule": "" if usual else rule,
                "until": deadline.get("until") or "",
                "words": deadline.get("text") or "",
            },
            **more,
        )
        self.read = read
        # ties each box to the words of the paragraph that it rests on, as the card does: "12-deadline"
        self.of = {name: f"{of}-{name}" for name in ("verb", *self.base_fields, "deadline")} if of else {}
        self.sessions = {session.code: session for session in Session.objects.all()}
        self._offer("session", self._sessions(deadline.get("session"), today))
        self._offer("recurrence", [*RECURRENCES, (OTHER, _("another rule"))])
        self._offer("action_lines", [(line.code, str(line)) for line in ActionLine.objects.all()])
        self._offer("sdgs", [(goal.number, f"{goal.number} {goal.title}") for goal in Goal.objects.all()])
        self.fields["force"].widget.attrs["list"] = self["force"].id_for_label + "-words"

    forces = FORCES

    def _offer(self, name: str, choices: list[Any]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    def _sessions(self, named: str | None, today: datetime.date) -> list[Any]:
        """No session, those to come, those past; one that the text names and we do not hold stands first."""
        held = sorted(self.sessions.values(), key=lambda session: (session.starts, session.code))
        choices: list[Any] = [("", _("no session"))]
        if named and named not in self.sessions:
            choices.append((named, _("%(code)s, not held yet") % {"code": named}))

        def said(session: Session) -> tuple[str, str]:
            return session.code, f"{session.name} ({session.starts.year})"

        upcoming = [said(session) for session in held if session.ends >= today]
        past = [said(session) for session in reversed(held) if session.ends < today]
        return [*choices, (_("Upcoming"), upcoming), (_("Past"), past)]

    def clean_date(self) -> str:
        """The date as an ISO date of the precision that was typed."""
        typed = self.cleaned_data["date"].strip()
        if not typed:
            return ""
        match = AS_PRECISE_AS_KNOWN.fullmatch(typed)
        try:
            if match is None:
                raise ValueError
            numbers = [int(part) for part in match.groups() if part]
            datetime.date(*numbers, *[1] * (3 - len(numbers)))
        except ValueError:
            raise forms.ValidationError(_("Write it as 2027, 2027-04 or 2027-04-12.")) from None
        return "-".join(f"{number:02}" for number in numbers)

    def clean_recurrence_rule(self) -> str:
        rule = self.cleaned_data["recurrence_rule"].strip().upper().removeprefix("RRULE:")
        if rule and not RULE.fullmatch(rule):
            raise forms.ValidationError(
                _("This is no rule that a calendar understands. Write it like FREQ=YEARLY;INTERVAL=3.")
            )
        return rule

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("session") and cleaned.get("date"):
            self.add_error("date", _("Give a session or a date, not both: the date of a session is the session’s own."))
        if (
            cleaned.get("recurrence") == OTHER
            and not cleaned.get("recurrence_rule")
            and "recurrence_rule" not in self.errors
        ):
            self.add_error("recurrence_rule", _("Write the rule, or choose how often from the list."))
        return cleaned

    def as_fields(self) -> dict[str, Any]:
        """What was typed, in the reader's form, on top of what was read: spans, rules and citations stay."""
        said = self.cleaned_data
        plain = (
            "force",
            "addressees",
            "action",
            "deliverable",
            "reports_to",
            "via",
            "action_lines",
            "sdgs",
            "qualifiers",
        )
        return {**self.read, **{name: said[name] for name in plain}, "deadline": self._deadline()}

    def _deadline(self) -> dict[str, Any] | None:
        said, before = self.cleaned_data, self.read.get("deadline") or {}
        rule = said["recurrence_rule"] if said["recurrence"] == OTHER else said["recurrence"]
        full = said["date"] if len(said["date"]) > 4 else ""
        year = int(said["date"][:4]) if said["date"] else None
        if said["session"]:
            held = self.sessions.get(said["session"])
            year = held.starts.year if held else before.get("year")
        found = {
            "text": said["words"],
            "session": said["session"] or None,
            "date": full or None,
            "year": year,
            "recurrence": rule or None,
            "until": said["until"] or None,
        }
        if not any(found.values()):
            return None
        same = all(found[name] == before.get(name) for name in ("session", "date", "recurrence"))
        return {**found, "past": bool(before.get("past")) and same}

    @property
    def lines(self) -> list[tuple[Any, list[Any]]]:
        """The boxes of the action lines, each with those of its sub-lines."""
        boxes = list(self["action_lines"])
        return [
            (box, [sub for sub in boxes if str(sub.data["value"]).startswith(f"{box.data['value']}.")])
            for box in boxes
            if "." not in str(box.data["value"])
        ]

    @property
    def sublines_chosen(self) -> bool:
        return any("." in str(value) for value in self["action_lines"].value() or [])
