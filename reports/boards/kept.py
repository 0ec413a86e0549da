"""What pages ask for again and again, kept in Django's cache for a while. Each use says why that does no harm."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any, TypeVar

from django.core.cache import cache

VERSION = 1  # of the values that are kept: another one after a change of their classes
T = TypeVar("T")


def kept(what: str, asked: Any, seconds: int, find: Callable[[], T]) -> T:
    """What `find` gives, found once for all that is `asked` alike within so many seconds; None is not kept.

    `asked` is told apart by its `repr`.
    """
    key = f"boards-{VERSION}-{what}-{hashlib.sha256(repr(asked).encode()).hexdigest()}"
    found = cache.get(key)
    if found is None:
        found = find()
        cache.set(key, found, seconds)
    return found
