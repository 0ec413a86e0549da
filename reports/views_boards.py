"""The boards: what a chair sees. A view says what is asked for and which moment it is; a dataclass fills itself."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.urls.converters import StringConverter
from django.utils import timezone
from django.views.decorators.http import require_safe

from mandates import rules
from mandates.views import PageRequest

from .boards import tables
from .boards.frame import PROJECTOR
from .boards.matrix import MatrixPage
from .boards.page import BoardPage
from .boards.trend import TrendPage
from .views_tables import XLSX

# How each board is called in its address.
PATHS = {
    "line": "lines",
    "unit": "units",
    "resolution": "texts",
    "section": "sections",
    "session": "sessions",
    "force": "forces",
    "goal": "goals",
}


class DimensionConverter(StringConverter):
    """What a board counts by: "lines" in the address, "line" for us."""

    regex = "|".join(PATHS.values())

    def to_python(self, value: str) -> str:
        return next(name for name, path in PATHS.items() if path == value)

    def to_url(self, value: str) -> str:
        return PATHS[value]


View = Callable[..., HttpResponse]


def _one_day(view: View) -> View:
    """A day that was typed takes the place of the one that was chosen, so that each board has one address."""

    @wraps(view)
    def asked(request: PageRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        query = request.GET.copy()
        if not (day := "".join(query.pop("day", [""])[-1:])):
            return view(request, *args, **kwargs)
        query["at"] = day
        return redirect(f"{request.path}?{query.urlencode()}")

    return asked


@require_safe
@_one_day
def board(request: PageRequest, by: str) -> HttpResponse:
    page = BoardPage.of(request.GET, by=by, path=request.path, now=timezone.now())
    name = "board_projector" if page.frame.address.view == PROJECTOR else "board"
    return render(request, f"reports/{name}.html", {"page": page})


@require_safe
@_one_day
def matrix(request: PageRequest, by: str, across: str) -> HttpResponse:
    page = _crossed(request, by, across, timezone.now())
    return render(request, "reports/matrix.html", {"page": page})


@require_safe
@_one_day
def trend(request: PageRequest) -> HttpResponse:
    page = TrendPage.of(request.GET, path=request.path, now=timezone.now())
    return render(request, "reports/trend.html", {"page": page})


# ── To take with you ─────────────────────────────────────────────────────────────────────────────────────────────


@require_safe
def board_csv(request: PageRequest, by: str) -> HttpResponse:
    """The rows of a board, as its page shows them."""
    return _board_file(request, by, "csv")


@require_safe
def board_xlsx(request: PageRequest, by: str) -> HttpResponse:
    return _board_file(request, by, "xlsx")


@require_safe
def matrix_csv(request: PageRequest, by: str, across: str) -> HttpResponse:
    """The rows of a matrix, as its page shows them."""
    return _matrix_file(request, by, across, "csv")


@require_safe
def matrix_xlsx(request: PageRequest, by: str, across: str) -> HttpResponse:
    return _matrix_file(request, by, across, "xlsx")


def _board_file(request: PageRequest, by: str, form: str) -> HttpResponse:
    rules.require(request.user, "export")
    page = BoardPage.of(request.GET, by=by, path=reverse("board", args=[by]), now=timezone.now())
    return _file(tables.board_rows(page), form, name=PATHS[by], page=page)


def _matrix_file(request: PageRequest, by: str, across: str, form: str) -> HttpResponse:
    rules.require(request.user, "export")
    page = _crossed(request, by, across, timezone.now())
    return _file(tables.matrix_rows(page), form, name=f"{PATHS[by]}-{PATHS[across]}", page=page)


def _crossed(request: PageRequest, by: str, across: str, now: datetime) -> MatrixPage:
    if by == across:
        raise Http404
    return MatrixPage.of(request.GET, by=by, across=across, path=reverse("matrix", args=[by, across]), now=now)


def _file(rows: list[tables.Line], form: str, *, name: str, page: BoardPage | MatrixPage) -> HttpResponse:
    day = page.frame.address.moment.day.isoformat()
    content, kind = (
        (tables.xlsx_of(rows, title=page.title, day=day), XLSX)
        if form == "xlsx"
        else (tables.csv_of(rows), "text/csv; charset=utf-8")
    )
    response = HttpResponse(content, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{name}-{day}.{form}"'
    response["Cache-Control"] = "private, no-store"
    return response
