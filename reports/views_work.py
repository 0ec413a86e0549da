"""Pages of the work that only read: the list of all of it, units, and the calendars that are read by a secret link."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from mandates import rules
from mandates.actions import feeds, plans
from mandates.models import Task, Unit
from mandates.views import PageRequest
from mandates.views.task_rows import found
from mandates.work_forms import HandOverForm, PostForm

from .calendars import calendar_of
from .clocks import Moment
from .my_work import MyWorkPage
from .task import TaskPage
from .unit import UnitPage, UnitsPage
from .work_list import Asked, WorkListPage


@never_cache
@require_safe
def my_work(request: PageRequest) -> HttpResponse:
    key = request.GET.get("open", "")
    opened = int(key) if key.isascii() and key.isdigit() and len(key) < 19 else None
    page = MyWorkPage.of(request.user, timezone.now(), show=request.GET.get("show", ""), opened=opened)
    return render(request, "reports/my_work.html", {"page": page})


@never_cache
@require_safe
def task(request: PageRequest, pk: int) -> HttpResponse:
    try:
        row = found(pk)
    except Task.DoesNotExist:
        raise Http404 from None
    page = TaskPage.of(row, request.user, timezone.now(), choose=request.GET.get("ask") == "unit")
    return render(request, "reports/task.html", {"page": page})


@require_safe
def tasks(request: PageRequest) -> HttpResponse:
    now = timezone.now()
    page = WorkListPage.of(request.GET, member=request.user, now=now)
    context = {"page": page, "may_import": rules.may(request.user, "import tasks"), "marked": ""}
    if request.GET.get("mark") == "all" and page.can_change:
        keys = Asked.of(request.GET).ordered(Moment.of(now)).values_list("pk", flat=True)
        context["marked"] = ",".join(map(str, keys))
    return render(request, "reports/tasks.html", context)


@require_safe
def units(request: PageRequest) -> HttpResponse:
    return render(request, "reports/units.html", {"page": UnitsPage.of(timezone.now())})


@require_safe
def unit(request: PageRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(Unit.objects.select_related("parent"), pk=pk)
    context = {
        "page": UnitPage.of(row, member=request.user, now=timezone.now()),
        "may_edit_posts": rules.may(request.user, "edit posts"),
        "may_assign": rules.may(request.user, "assign units"),
        "hand_over": HandOverForm(initial={"since": plans.today(timezone.now())}),
        "post_form": PostForm(),
    }
    return render(request, "reports/unit.html", context)


@login_not_required
@require_safe
def feed(request: PageRequest, secret: str) -> HttpResponse:
    """A calendar by its secret link: no log-in, no cookie, never kept by what stands between."""
    row = feeds.by_secret(secret=secret)
    if row is None:
        raise Http404(_("There is no such calendar."))

    def link(task: Task) -> str:
        return request.build_absolute_uri(task.get_absolute_url())

    text = calendar_of(feed=row, today=plans.today(timezone.now()), link=link)
    response = HttpResponse(text, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'inline; filename="mandates.ics"'
    response["Cache-Control"] = "private, no-store"
    response["X-Robots-Tag"] = "noindex"
    return response
