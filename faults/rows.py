"""All rows there are: each module of this package says its own in `ROWS`."""

from __future__ import annotations

import importlib
import os
import pkgutil
import re
from pathlib import Path

from .row import Row


def all_rows() -> dict[str, Row]:
    """Row by id, A1 before A10 after A9. Sets Django up, with the settings that the environment names."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django

    django.setup()
    found: dict[str, Row] = {}
    for module in pkgutil.iter_modules([str(Path(__file__).parent)]):
        if not module.name.startswith("__"):
            found |= getattr(importlib.import_module(f"{__package__}.{module.name}"), "ROWS", {})
    return dict(sorted(found.items(), key=lambda item: order(item[0])))


def order(name: str) -> tuple[str, int]:
    letter, number = re.fullmatch(r"([A-Z]+)(\d+)", name).groups()  # type: ignore[union-attr]
    return letter, int(number)
