"""Reads a document and says what it asks of whom: bytes in, values out.

    reading = read(data, "C26-59.docx")
    as_json(reading)

Plain Python: no Django, no database, no clock. What each room does stands at the top of its file; the values that pass
between them are in `reader.document`.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module

from reader import collector
from reader.document import Manuscript, Reading, Unreadable
from reader.gate import admit
from reader.limits import DEFAULTS, Limits
from reader.printed import as_json

TOO_MUCH = "The file is too large or too deeply nested to be read."
__all__ = ["Limits", "Manuscript", "Reading", "Unreadable", "admit", "as_json", "manuscript", "read"]


def manuscript(data: bytes, name: str, limits: Limits = DEFAULTS) -> Manuscript:
    """The printed lines of a file, in both readings where it has tracked changes. Raises `Unreadable`."""
    form = admit(data, name, limits)
    # pdfplumber and its kin take half a second to load: a Word file need not wait for them
    lines: Callable[[bytes, Limits], Manuscript] = import_module(f"reader.{form}").manuscript
    try:
        return lines(data, limits)
    except (MemoryError, RecursionError):
        raise Unreadable(TOO_MUCH) from None


def read(data: bytes, name: str, limits: Limits = DEFAULTS) -> Reading:
    """All that the reader says of a file. `name` is the name it was uploaded under.

    Raises `Unreadable`, whose message is one sentence for a person; any other file gives a `Reading`, if an empty one.
    """
    # the grammar's rooms compile hundreds of patterns: who wants lines or limits only need not wait for them
    from reader.directions import directions
    from reader.outline import outline

    with collector.at_rest():
        lines = manuscript(data, name, limits)
        try:
            return directions(outline(lines))
        except (MemoryError, RecursionError):
            raise Unreadable(TOO_MUCH) from None
