"""A list's filters are kept under a name, and let go."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from mandates.actions import Refused, saved_views
from mandates.models import SavedView

from . import PageRequest

PAGES = ("tasks",)  # the lists whose filters can be kept, by the names of their addresses


@require_POST
def keep(request: PageRequest) -> HttpResponse:
    """Keep the filters that came with the form; the list opens with them."""
    page = request.POST.get("page", "tasks")
    if page not in PAGES:
        messages.error(request, _("There is no such list."))
        return redirect("home")
    query = request.POST.get("query", "").replace("\0", "")
    try:
        view = saved_views.keep(member=request.user, page=page, name=request.POST.get("name", ""), query=query)
    except Refused as why:
        messages.error(request, str(why))
        return redirect(f"{reverse(page)}?{query[:2000]}")
    messages.success(request, _("Kept as “%(name)s”.") % {"name": view.name})
    return redirect(f"{reverse(page)}?{view.query}")


@require_POST
def forget(request: PageRequest, pk: int) -> HttpResponse:
    view = get_object_or_404(SavedView, pk=pk, member=request.user)
    page = view.page if view.page in PAGES else "home"
    saved_views.forget(view=view, by=request.user)
    messages.success(request, _("The view “%(name)s” is gone.") % {"name": view.name})
    return redirect(page)
