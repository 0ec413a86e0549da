"""Small forms without a page of their own: what was asked is done, what came of it is told on the page it came from."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect

from mandates.actions import Refused

from . import PageRequest


def said_in(form: forms.Form) -> dict[str, Any]:
    """What was typed. Refused, with the first thing that is wrong and the name of its field, where it can't be used."""
    if form.is_valid():
        return form.cleaned_data
    name, errors = next(iter(form.errors.items()))
    label = form.fields[name].label if name in form.fields else ""
    raise Refused(f"{label}: {errors[0]}" if label else str(errors[0]))


def tell(request: PageRequest, act: Callable[[], str], *, back: Any) -> HttpResponse:
    """Do it and go back, with the sentence that `act` answers, or with the one of its refusal."""
    try:
        messages.success(request, act())
    except Refused as why:
        messages.error(request, str(why))
    return redirect(back)
