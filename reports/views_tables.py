"""The table of tasks, out and in: exactly the rows that the list shows, and a preview of what comes back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages
from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from mandates import rules
from mandates.actions import Refused
from mandates.actions.plans import today
from mandates.models import Task
from mandates.task_forms import new_token
from mandates.views import PageRequest

from .asked import AT, Asked, clean
from .clocks import Moment
from .tables import columns, preview, read, write
from .tables.preview import Row

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SHOWN = 200  # rows of a preview that are written out


@require_safe
def csv(request: PageRequest) -> HttpResponse | StreamingHttpResponse:
    """The filtered tasks as CSV, in the order of the list."""
    rules.require(request.user, "export")
    now = timezone.now()
    lines = write.csv_lines(tasks=_listed(request, now), by=request.user)
    response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="tasks-{today(now).isoformat()}.csv"'
    response["Cache-Control"] = "private, no-store"
    return response


@require_safe
def xlsx(request: PageRequest) -> FileResponse:
    """The filtered tasks as an Excel file, in the order of the list."""
    rules.require(request.user, "export")
    now = timezone.now()
    file = write.xlsx_file(tasks=_listed(request, now), by=request.user)
    return _attached(file, f"tasks-{today(now).isoformat()}.xlsx")


def _listed(request: PageRequest, now: datetime) -> QuerySet[Task]:
    """The tasks of the list. There is no table of a past day: it is made to be changed and brought back."""
    moment = Moment.asked(clean(request.GET.get(AT, "")), now)
    if moment.is_past:
        raise Http404(_("A table can be taken of today’s list only."))
    return Asked.of(request.GET).ordered(moment)


@require_safe
def template(request: PageRequest) -> FileResponse:
    """An empty table to fill."""
    rules.require(request.user, "export")
    return _attached(write.template(), "tasks-template.xlsx")


def _attached(file, name: str) -> FileResponse:
    response = FileResponse(file, as_attachment=True, filename=name, content_type=XLSX)
    response["Cache-Control"] = "private, no-store"
    return response


@dataclass(frozen=True)
class ImportPage:
    """A table on its way in: nothing yet, a preview, or why it can't be read."""

    preview: preview.Preview | None = None
    packed: str = ""
    token: str = ""
    name: str = ""
    error: str = ""
    columns: tuple[columns.Column, ...] = columns.COLUMNS

    @property
    def changes(self) -> tuple[Row, ...]:
        return self.preview.changes[:SHOWN] if self.preview else ()

    @property
    def more(self) -> int:
        return len(self.preview.changes) - len(self.changes) if self.preview else 0


@require_http_methods(["GET", "POST"])
def bring(request: PageRequest) -> HttpResponse:
    """A file gives a preview; the preview, confirmed, is done: all rows, or none."""
    rules.require(request.user, "import tasks")
    if request.method != "POST":
        return _show(request, ImportPage())
    if "packed" in request.POST:
        return _take(request)
    file = request.FILES.get("file")
    if file is None:
        return _show(request, ImportPage(error=_("Choose a file first.")), status=422)
    name = " ".join(str(file.name).split())[:120]
    if file.size is None or file.size > read.LIMITS.file_bytes:
        return _show(request, ImportPage(name=name, error=_("The file is too large for a table of tasks.")), status=422)
    try:
        table = read.read(data=file.read())
        seen_first = preview.preview(table=table, by=request.user, at=timezone.now())
    except Refused as why:
        return _show(request, ImportPage(name=name, error=str(why)), status=422)
    return _show(request, _page_of(seen_first, name), status=422 if seen_first.problems else 200)


def _take(request: PageRequest) -> HttpResponse:
    name = " ".join(request.POST.get("name", "").split())[:120]
    try:
        table = preview.unpack(packed=request.POST["packed"])
        done = preview.apply(table=table, by=request.user, at=timezone.now(), token=request.POST.get("token", "")[:80])
    except preview.NotTaken as why:
        page = _page_of(why.preview, name, error=str(why))
        return _show(request, page, status=409)
    except Refused as why:
        return _show(request, ImportPage(name=name, error=str(why)), status=422)
    count = len(done.changes)
    said = ngettext("%(n)d task is changed by the table.", "%(n)d tasks are changed by the table.", count)
    messages.success(request, said % {"n": count} if count else _("This table was taken already."))
    return redirect("tasks")


def _page_of(seen_first: preview.Preview, name: str, error: str = "") -> ImportPage:
    whole = bool(seen_first.changes) and not seen_first.problems
    return ImportPage(
        preview=seen_first,
        packed=preview.pack(preview=seen_first) if whole else "",
        token=new_token() if whole else "",
        name=name,
        error=error,
    )


def _show(request: PageRequest, page: ImportPage, *, status: int = 200) -> HttpResponse:
    return render(request, "reports/tasks_import.html", {"page": page}, status=status)
