"""The addresses of `reports`: pages that only read."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path, register_converter
from django.urls.converters import SlugConverter

from reports import views


class TextConverter(SlugConverter):
    """The slug of a resolution; `texts/bring-in/` is no resolution but the way in."""

    regex = r"(?!bring-in/)[-a-zA-Z0-9_]+"


register_converter(TextConverter, "text")

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.home, name="home"),
    path("texts/", views.texts, name="texts"),
    path("texts/<text:slug>/", views.resolution, name="resolution"),
    path("texts/<text:slug>/<slug:version>/", views.version, name="version"),
    path("p/<int:pk>/", views.paragraph, name="paragraph"),
    path("instructions/", views.instructions, name="instructions"),
    path("instructions/<int:pk>/", views.instruction, name="instruction"),
    path("sessions/", views.sessions, name="sessions"),
    path("sessions/<str:code>/", views.session, name="session"),
]
