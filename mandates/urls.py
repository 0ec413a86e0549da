"""The addresses of `mandates`: pages on which people work. Pages that only read are in `reports.urls`."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver

urlpatterns: list[URLPattern | URLResolver] = []
