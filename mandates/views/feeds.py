"""My calendars: each a secret link that a calendar client reads, made, renewed and ended by whose it is."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from mandates import rules
from mandates.actions import Refused, feeds, plans
from mandates.models import ActionLine, Feed, Session, Unit

from . import PageRequest


@dataclass(frozen=True)
class Link:
    """A feed with its name, its link as it is copied, and the same link for a client that asks to subscribe."""

    feed: Feed
    title: str
    url: str
    webcal: str
    fresh: bool


@dataclass(frozen=True)
class FeedsPage:
    links: tuple[Link, ...]
    asked: tuple[str, str]  # of what a calendar was asked for by a button of another page
    units: tuple[Unit, ...]
    sessions: tuple[Session, ...]
    lines: tuple[ActionLine, ...]


@never_cache
@require_http_methods(["GET", "POST"])
def feeds_page(request: PageRequest) -> HttpResponse:
    """The member's calendars; a POST makes one."""
    rules.require(request.user, "make feeds")
    if request.method == "POST":
        of, target = request.POST.get("of", ""), request.POST.get("target", "")
        target = request.POST.get(f"target-{of}", target).replace("\0", "")
        try:
            feed = feeds.make(member=request.user, of=of, target=target, at=timezone.now())
        except Refused as why:
            messages.error(request, str(why))
            return redirect("feeds")
        messages.success(request, _("Here is the link: copy it into your calendar."))
        return redirect(f"{reverse('feeds')}?new={feed.pk}#feed-{feed.pk}")
    fresh = request.GET.get("new", "")
    page = FeedsPage(
        links=tuple(
            Link(
                feed=feed,
                title=feeds.title(feed=feed).partition(": ")[2],
                url=(url := request.build_absolute_uri(reverse("feed", args=[feed.secret]))),
                webcal=f"webcal:{url.partition(':')[2]}",
                fresh=fresh == str(feed.pk),
            )
            for feed in Feed.objects.filter(member=request.user).select_related("member")
        ),
        asked=(request.GET.get("of", ""), request.GET.get("target", "")),
        units=tuple(Unit.objects.order_by("outside", "abbr")),
        sessions=tuple(
            # those ahead, and the one on whose page the button was
            Session.objects.filter(
                Q(ends__gte=plans.today(timezone.now())) | Q(code=request.GET.get("target", "").replace("\0", ""))
            ).order_by("starts", "code")
        ),
        lines=tuple(ActionLine.objects.order_by("position")),
    )
    return render(request, "mandates/feeds.html", {"page": page})


@require_POST
def renew(request: PageRequest, pk: int) -> HttpResponse:
    feed = get_object_or_404(Feed, pk=pk, member=request.user)
    feeds.renew(feed=feed, by=request.user, at=timezone.now())
    messages.success(request, _("The old link is dead. Here is the new one: copy it into your calendar."))
    return redirect(f"{reverse('feeds')}?new={feed.pk}#feed-{feed.pk}")


@require_POST
def end(request: PageRequest, pk: int) -> HttpResponse:
    feed = get_object_or_404(Feed, pk=pk, member=request.user)
    feeds.end(feed=feed, by=request.user)
    messages.success(request, _("The calendar is ended: its link is dead."))
    return redirect("feeds")
