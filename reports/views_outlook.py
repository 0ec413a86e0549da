"""Pages that look beyond today's work: what changed, what comes in the next years, what is missing."""

from __future__ import annotations

from django.http import FileResponse, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from mandates import rules
from mandates.views import PageRequest

from .changes import table
from .changes.page import ChangesPage, whole
from .forward import OutlookPage
from .missing import MissingPage
from .views_tables import XLSX


@require_safe
def changes(request: PageRequest) -> HttpResponse:
    """What changed between two days or sessions."""
    return render(request, "reports/changes.html", {"page": ChangesPage.of(request.GET, timezone.now())})


@require_safe
def changes_csv(request: PageRequest) -> StreamingHttpResponse:
    rules.require(request.user, "export")
    period, groups = whole(request.GET, timezone.now())
    lines = table.csv_lines(groups, request.build_absolute_uri("/").rstrip("/"))
    response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{period.file_name}.csv"'
    response["Cache-Control"] = "private, no-store"
    return response


@require_safe
def changes_xlsx(request: PageRequest) -> FileResponse:
    rules.require(request.user, "export")
    period, groups = whole(request.GET, timezone.now())
    file = table.xlsx_file(groups, request.build_absolute_uri("/").rstrip("/"))
    response = FileResponse(file, as_attachment=True, filename=f"{period.file_name}.xlsx", content_type=XLSX)
    response["Cache-Control"] = "private, no-store"
    return response


@require_safe
def outlook(request: PageRequest) -> HttpResponse:
    """The next six years, by body and session."""
    return render(request, "reports/outlook.html", {"page": OutlookPage.of(request.GET, timezone.now())})


@require_safe
def missing(request: PageRequest) -> HttpResponse:
    """What is missing, and who sits on it; with `show`, the rows of one of the numbers."""
    return render(request, "reports/missing.html", {"page": MissingPage.of(request.GET, timezone.now())})
