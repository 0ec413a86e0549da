"""The form in which a member says how they want letters."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mandates.actions.letters import Wishes
from mandates.models import ActionLine, Member, Resolution


@lru_cache(maxsize=1)
def zones() -> list[str]:
    """The time zones that a person may name, by place: no abbreviations, no remnants of old systems."""
    return sorted(name for name in available_timezones() if "/" in name and not name.startswith(("Etc/", "SystemV/")))


class WishesForm(forms.Form):
    """Takes `member`, and `day`, which day it is where they are."""

    every = forms.ChoiceField(label=gettext_lazy("A letter"), choices=Member.LetterEvery.choices)
    hour = forms.TypedChoiceField(
        label=gettext_lazy("From what hour on"), coerce=int, choices=[(hour, f"{hour:02}:00") for hour in range(24)]
    )
    time_zone = forms.ChoiceField(label=gettext_lazy("Time zone"), required=False)
    language = forms.ChoiceField(label=gettext_lazy("Language"), required=False)
    away_until = forms.DateField(
        label=gettext_lazy("Away until"),
        required=False,
        help_text=gettext_lazy("This day included. Letters come to you again after it."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    letters_to = forms.ModelChoiceField(
        Member.objects.none(),
        label=gettext_lazy("Meanwhile they go to"),
        required=False,
        help_text=gettext_lazy("The letter says that it is yours, and until when."),
    )
    lines = forms.ModelMultipleChoiceField(
        ActionLine.objects.order_by("position"),
        label=gettext_lazy("Action lines"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    resolutions = forms.ModelMultipleChoiceField(
        Resolution.objects.order_by("key"),
        label=gettext_lazy("Resolutions"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, member: Member, day: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.day = day
        seat = _("as at the seat (%(zone)s)") % {"zone": settings.SEAT_TIME_ZONE}
        _field(self, "time_zone", forms.ChoiceField).choices = [("", seat), *((name, name) for name in zones())]
        house = _("the language of the house")
        _field(self, "language", forms.ChoiceField).choices = [("", house), *settings.LANGUAGES]
        colleagues = Member.objects.filter(is_active=True).exclude(pk=member.pk).exclude(email="")
        _field(self, "letters_to", forms.ModelChoiceField).queryset = colleagues.order_by("last_name", "first_name")

    def clean_away_until(self) -> date | None:
        until = self.cleaned_data["away_until"]
        if until is not None and until < self.day:
            raise forms.ValidationError(_("This day has passed. Leave both empty if you are back."))
        return until

    def wishes(self) -> Wishes:
        return Wishes(**self.cleaned_data)


def _field(form: forms.Form, name: str, kind: type[Any]) -> Any:
    field = form.fields[name]
    assert isinstance(field, kind)
    return field


def wishes_of(member: Member, day: date) -> dict[str, Any]:
    """What the form shows of a member who has said so before; an absence that is over is not shown any more."""
    away = member.away_until is not None and member.away_until >= day
    followed = list(member.followings.all())
    return {
        "every": member.letter_every,
        "hour": member.letter_hour,
        "time_zone": member.time_zone,
        "language": member.language,
        "away_until": member.away_until if away else None,
        "letters_to": member.letters_to_id if away else None,
        "lines": [one.action_line_id for one in followed if one.action_line_id],
        "resolutions": [one.resolution_id for one in followed if one.resolution_id],
    }
