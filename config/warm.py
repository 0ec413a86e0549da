"""A web process takes in the pages before its first reader comes: views, addresses, templates, words."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.template.loader import get_template
from django.urls import get_resolver
from django.utils import translation

FOLDERS: list[Path] = settings.TEMPLATES[0]["DIRS"]  # type: ignore[assignment]


def up() -> None:
    """All views are imported, all addresses and templates are parsed, the words of all languages are read."""
    resolver = get_resolver()
    assert resolver.url_patterns  # reading them is what loads them
    assert resolver.reverse_dict
    for folder in FOLDERS:
        for path in sorted(folder.rglob("*.html")):
            get_template(str(path.relative_to(folder)))
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            translation.gettext("")
