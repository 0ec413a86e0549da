"""A post is made, or goes from one person to another: redeployment in one edit."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from mandates import rules
from mandates.actions import Refused, posts
from mandates.models import Post, Unit
from mandates.work_forms import HandOverForm, PostForm

from . import PageRequest, number_in
from .told import said_in, tell


@require_POST
def make(request: PageRequest, pk: int) -> HttpResponse:
    """Make a post in a unit."""
    rules.require(request.user, "edit posts")
    unit = get_object_or_404(Unit, pk=pk)

    def act() -> str:
        post = posts.create(unit=unit, by=request.user, at=timezone.now(), **said_in(PostForm(request.POST)))
        return _("The post is made: %(post)s. Nobody holds it yet.") % {"post": post.title}

    return tell(request, act, back=unit)


@require_POST
def hand_over(request: PageRequest, pk: int) -> HttpResponse:
    """Give a post to a member from a day on, or leave it vacant."""
    rules.require(request.user, "edit posts")
    post = get_object_or_404(Post.objects.select_related("unit"), pk=pk)

    def act() -> str:
        said = said_in(HandOverForm(request.POST))
        posts.hand_over(post=post, by=request.user, at=timezone.now(), **said)
        words = {"post": post.title, "who": said["to"], "day": date_format(said["since"], "j F Y")}
        held = _("%(who)s holds “%(post)s” from %(day)s.")
        return (held if said["to"] else _("“%(post)s” is vacant from %(day)s.")) % words

    return tell(request, act, back=post.unit)


@require_POST
def deputy(request: PageRequest, pk: int) -> HttpResponse:
    """Say which post of the house stands in for this one; an empty choice takes the deputy away."""
    rules.require(request.user, "edit posts")
    post = get_object_or_404(Post.objects.select_related("unit"), pk=pk)

    def act() -> str:
        typed = request.POST.get("deputy", "")
        other = Post.objects.filter(pk=number_in(typed) or 0).first()
        if typed and other is None:
            raise Refused(_("There is no such post."))
        posts.set_deputy(post=post, deputy=other, by=request.user, at=timezone.now())
        deputises = _("%(other)s deputises for “%(post)s”.")
        return (deputises if other else _("“%(post)s” has no deputy any more.")) % {"post": post.title, "other": other}

    return tell(request, act, back=post.unit)
