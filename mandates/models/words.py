"""Words that people type, made fit to be kept: by a database, by a sheet, by a calendar."""

from __future__ import annotations

import re

# What no text needs and some store can't hold: control characters but tab and line feed, lone surrogates, and the two
# code points that XML forbids.
UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


def plain(text: object, longest: int | None = None) -> str:
    """The text with one kind of line break and nothing unfit in it, trimmed, cut to `longest` characters."""
    words = UNFIT.sub("", str(text or "").replace("\r\n", "\n").replace("\r", "\n")).strip()
    return words if longest is None else words[:longest].rstrip()


def one_line(text: object, longest: int | None = None) -> str:
    """The same on one line: breaks and tabs become spaces."""
    return " ".join(plain(text).split())[:longest]
