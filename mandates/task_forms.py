"""The form in which somebody says where a task stands: status, a sentence, evidence, who is waited for, for whom."""

from __future__ import annotations

import secrets
from datetime import date
from typing import Any

from django import forms
from django.db.models import Exists, QuerySet
from django.db.models.expressions import RawSQL
from django.utils.translation import gettext_lazy

from mandates import rules
from mandates.actions.evidence import ENDINGS, Given
from mandates.actions.status import LONGEST_WORDS
from mandates.models import Holding, Member, Task, prepared, states

MOST_OFFERED = 200  # names in one box; nobody finds theirs among twenty thousand
ACCEPT = ",".join(sorted(f".{ending}" for endings in ENDINGS.values() for ending in endings))


def new_token() -> str:
    """A number for a form: what comes back twice with the same one has one effect."""
    return secrets.token_urlsafe(12)


# The units that lead or contribute to the work, and all below them.
_AT_IT = """
WITH RECURSIVE at_it(unit) AS (
    SELECT unit_id FROM mandates_assignment WHERE instruction_id = %s AND confirmed_at IS NOT NULL
    UNION SELECT lead_id FROM mandates_task WHERE id = %s AND lead_id IS NOT NULL
    UNION SELECT unit.id FROM mandates_unit unit JOIN at_it ON unit.parent_id = at_it.unit
) SELECT unit FROM at_it"""


def _colleagues(*, of_units: bool) -> QuerySet[Member]:
    """All others; `of_units`: who holds posts of these. Where they are too many, those who hold posts of the work."""
    others = Member.objects.filter(is_active=True).exclude(pk=prepared.Given("member")).order_by()
    held: QuerySet[Holding] = Holding.objects.on(prepared.Given("day"))  # type: ignore[arg-type]
    if of_units:
        others = others.filter(pk__in=held.filter(post__unit__in=prepared.OneOf("units")).values("member_id"))
    too_many = Exists(others.values("pk")[MOST_OFFERED : MOST_OFFERED + 1])
    work = [prepared.Given("instruction").slot, prepared.Given("task").slot]
    at_it = held.filter(post__unit__in=RawSQL(_AT_IT, work))  # noqa: S611
    named = ("pk", "first_name", "last_name", "username")
    few = others.filter(~too_many).values_list(*named)
    return few.union(others.filter(too_many, pk__in=at_it.values("member_id")).values_list(*named), all=True)[
        :MOST_OFFERED
    ]


ANYBODY = prepared.Prepared(lambda: _colleagues(of_units=False))
OF_UNITS = prepared.Prepared(lambda: _colleagues(of_units=True))


def spoken_for(member: Member, day: date, task: Task) -> list[Member]:
    """On whose behalf the member may speak of a task on that day: the right "update on behalf" for all members at once.
    They have nothing but their names at hand. One query, and one for whose work is theirs.

    Of very many they are those of the units that lead the work or contribute to it.
    """
    if not rules.may(member, "update on behalf"):
        return []
    given: dict[str, Any] = {"member": member.pk, "day": day, "task": task.pk, "instruction": task.instruction_id}
    if member.is_superuser or member.role in rules.RIGHTS["update on behalf"].roles:
        rows = ANYBODY.ask(**given)
    else:
        rows = OF_UNITS.ask(**given, units=rules.units_of(member, day))
    return sorted(
        (Member.named(*row) for row in rows),
        key=lambda one: (one.first_name, one.last_name, one.username),
    )


class TaskForm(forms.Form):
    """What is typed of one task. Whether it may be done is for `actions.status` to say; here its shape is looked at."""

    status = forms.ChoiceField(label=gettext_lazy("Where does it stand?"), widget=forms.RadioSelect)
    words = forms.CharField(
        label=gettext_lazy("In a sentence, what has happened"),
        required=False,
        max_length=LONGEST_WORDS,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("The chairs read this as written. Shown with your name and today’s date."),
    )
    link = forms.CharField(label=gettext_lazy("Link, or number of a document"), required=False, max_length=500)
    file = forms.FileField(
        label=gettext_lazy("or a file"), required=False, widget=forms.FileInput(attrs={"accept": ACCEPT})
    )
    public = forms.BooleanField(label=gettext_lazy("Public: viewers see it too"), required=False)
    waiting_for = forms.CharField(
        label=gettext_lazy("Waiting for (a person, a body, a reply)"), required=False, max_length=200
    )
    delivered_on = forms.DateField(
        label=gettext_lazy("Delivered on"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=gettext_lazy("Empty: today."),
    )
    on_behalf_of = forms.TypedChoiceField(
        label=gettext_lazy("On behalf of"), required=False, coerce=int, empty_value=None
    )

    def __init__(self, data: Any = None, files: Any = None, *, task: Task, by: Member, day: date, token: str = ""):
        super().__init__(
            data,
            files,
            auto_id=f"t{task.pk}-%s",
            initial={
                "status": task.status if task.status in states.steps_from(task.status) else "",
                "waiting_for": task.waiting_for,
                "delivered_on": task.delivered_on,
            },
        )
        self.token = token or new_token()
        self.steps = states.steps_from(task.status)
        self._offer("status", [(step, Task.Status(step).label) for step in self.steps])
        self.others = {other.pk: other for other in spoken_for(by, day, task)}
        self._offer("on_behalf_of", [("", ""), *((pk, str(other)) for pk, other in self.others.items())])

    def _offer(self, name: str, choices: list[Any]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    def keep_choice(self) -> None:
        """Offer again what was chosen, also where the task has gone on and can't go there: whoever typed sees it."""
        chosen = self.data.get("status", "")
        if self.steps and chosen in Task.Status.values and chosen not in self.steps:
            self._offer("status", [(step, Task.Status(step).label) for step in (*self.steps, chosen)])

    @property
    def more_open(self) -> bool:
        """Whether something stands in the boxes that are folded away."""
        return any(self[name].value() or self[name].errors for name in ("waiting_for", "on_behalf_of"))

    def said(self) -> dict[str, Any]:
        """What was typed, as `actions.status.update` takes it."""
        typed = self.cleaned_data
        given = []
        if typed["link"].strip():
            given.append(Given(link=typed["link"], public=typed["public"]))
        if typed["file"]:
            given.append(Given(file=typed["file"], name=typed["file"].name, public=typed["public"]))
        return {
            "to": typed["status"],
            "words": typed["words"],
            "evidence": given,
            "waiting_for": typed["waiting_for"],
            "delivered_on": typed["delivered_on"],
            "on_behalf_of": self.others.get(typed["on_behalf_of"]) if typed["on_behalf_of"] else None,
        }
