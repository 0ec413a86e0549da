"""A post is made, or goes from one person to another: redeployment in one edit."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from mandates import rules
from mandates.actions import Refused, posts
from mandates.models import Post, Unit
from mandates.work_forms import HandOverForm, PostForm

from . import PageRequest, number_in


def first_error(form) -> str:
    """What is wrong with a form, in one sentence with the name of the field."""
    name, errors = next(iter(form.errors.items()))
    label = form.fields[name].label if name in form.fields else ""
    return f"{label}: {errors[0]}" if label else str(errors[0])


@require_POST
def make(request: PageRequest, pk: int) -> HttpResponse:
    """Make a post in a unit."""
    rules.require(request.user, "edit posts")
    unit = get_object_or_404(Unit, pk=pk)
    form = PostForm(request.POST)
    if not form.is_valid():
        messages.error(request, first_error(form))
        return redirect(unit)
    try:
        post = posts.create(unit=unit, by=request.user, at=timezone.now(), **form.cleaned_data)
    except Refused as why:
        messages.error(request, str(why))
    else:
        messages.success(request, _("The post is made: %(post)s. Nobody holds it yet.") % {"post": post.title})
    return redirect(unit)


@require_POST
def hand_over(request: PageRequest, pk: int) -> HttpResponse:
    """Give a post to a member from a day on, or leave it vacant."""
    rules.require(request.user, "edit posts")
    post = get_object_or_404(Post.objects.select_related("unit"), pk=pk)
    form = HandOverForm(request.POST)
    if not form.is_valid():
        messages.error(request, first_error(form))
        return redirect(post.unit)
    said = form.cleaned_data
    try:
        posts.hand_over(
            post=post, to=said["to"], since=said["since"], by=request.user, at=timezone.now(), why=said["why"]
        )
    except Refused as why:
        messages.error(request, str(why))
        return redirect(post.unit)
    words = {"post": post.title, "who": said["to"], "day": date_format(said["since"], "j F Y")}
    messages.success(
        request,
        (_("%(who)s holds “%(post)s” from %(day)s.") if said["to"] else _("“%(post)s” is vacant from %(day)s."))
        % words,
    )
    return redirect(post.unit)


@require_POST
def deputy(request: PageRequest, pk: int) -> HttpResponse:
    """Say which post of the house stands in for this one; an empty choice takes the deputy away."""
    rules.require(request.user, "edit posts")
    post = get_object_or_404(Post.objects.select_related("unit"), pk=pk)
    typed = request.POST.get("deputy", "")
    other = Post.objects.filter(pk=number_in(typed) or 0).first()
    if typed and other is None:
        messages.error(request, _("There is no such post."))
        return redirect(post.unit)
    try:
        posts.set_deputy(post=post, deputy=other, by=request.user, at=timezone.now())
    except Refused as why:
        messages.error(request, str(why))
    else:
        words = {"post": post.title, "other": other}
        messages.success(
            request,
            (_("%(other)s deputises for “%(post)s”.") if other else _("“%(post)s” has no deputy any more.")) % words,
        )
    return redirect(post.unit)
