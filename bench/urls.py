"""The addresses of the house, and beside them the floor under a page, served by the same middleware to the same reader.

Only the benchmark puts this in the place of `config.urls`.
"""

from __future__ import annotations

from django.http import HttpResponse
from django.urls import include, path

from mandates.views import PageRequest

from .pages import FLOORS


def floor(request: PageRequest, number: int) -> HttpResponse:
    """The statements of a page, sent as they were, and its template drawn from the values at hand."""
    return HttpResponse(FLOORS[number].draw(request))


urlpatterns = [path("bench/floor/<int:number>/", floor), path("", include("config.urls"))]
