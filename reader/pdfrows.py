"""The printed rows of a PDF page: characters gathered into rows, with what their setting says.

In goes a page of pdfplumber, out come `Row`s from top to bottom. Superscripts that call a footnote are taken out of the
words and kept with the place where they stood. Lengths are in points.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

RAISED = 0.8  # a character smaller than this part of its row's size, and higher, is a superscript
WORD_GAP = 0.22  # of the size: a gap wider than this stands for a blank where the file prints none
TAB_GAP = 0.9  # of the size: a gap as wide after a number is the tab of a hanging indent


@dataclass(slots=True)
class Row:
    """One printed row. `calls` are footnote marks: (offset in the text, mark)."""

    text: str
    x0: float
    x1: float
    top: float
    bottom: float
    size: float
    bold: bool
    italic: bool
    page: int
    calls: list[tuple[int, str]] = field(default_factory=list)
    mark: str | None = None  # a raised mark before the first word: the row begins a footnote

    @property
    def height(self) -> float:
        return self.bottom - self.top


def rows(page: Any, number: int) -> list[Row]:
    """The rows of a page from top to bottom."""
    chars = [char for char in page.chars if char["text"] and char["size"] > 1 and char.get("upright", True)]
    found = [_row(group, number) for group in _grouped(chars)]
    kept = [row for row in found if row is not None]
    kept.sort(key=lambda row: (round(row.top), row.x0))
    return kept


def _grouped(chars: list[dict[str, Any]]) -> Iterable[list[dict[str, Any]]]:
    """Characters whose middles lie within one another's height stand in one row."""
    groups: list[tuple[float, float, list[dict[str, Any]]]] = []
    # The large ones first set the rows; superscripts then find the row they are raised above.
    for char in sorted(chars, key=lambda one: (-round(one["size"]), round(one["top"]), one["x0"])):
        middle = (char["top"] + char["bottom"]) / 2
        place = None
        for at in range(len(groups) - 1, max(-1, len(groups) - 90), -1):
            top, bottom, _ = groups[at]
            if top <= middle <= bottom:
                place = at
                break
        if place is None:
            if char["text"].isspace():
                continue
            groups.append((char["top"], char["bottom"], [char]))
        else:
            groups[place][2].append(char)
    return [group for _, _, group in groups]


def _row(chars: list[dict[str, Any]], number: int) -> Row | None:
    chars.sort(key=lambda char: char["x0"])
    sizes = Counter(round(char["size"], 1) for char in chars if not char["text"].isspace())
    if not sizes:
        return None
    size = sizes.most_common(1)[0][0]
    baseline = Counter(round(char["bottom"], 0) for char in chars if abs(char["size"] - size) < 0.6).most_common(1)[0][
        0
    ]
    text: list[str] = []
    calls: list[tuple[int, str]] = []
    length = 0
    end: float | None = None
    bold = italic = letters = 0
    mark: str | None = None
    first: float | None = None
    for char in chars:
        value = char["text"]
        raised = char["size"] < size * RAISED and char["bottom"] < baseline - 0.2 * size and not value.isspace()
        if raised and (value.isdigit() or value in "*†‡,ab"):
            if value == ",":
                continue
            at = length
            if not length:
                mark = (mark or "") + value
            elif calls and calls[-1][0] == at:
                calls[-1] = (at, calls[-1][1] + value)
            else:
                calls.append((at, value))
            end = char["x1"]
            continue
        if value.isspace():
            if length and not text[-1].isspace() and end is not None and char["x0"] >= end - size:
                text.append(" ")
                length += 1
            continue
        gap = char["x0"] - end if end is not None else 0.0
        if length and gap > size * TAB_GAP and length <= 9 and not (text[-1] == " " and gap < size * 1.5):
            while text and text[-1] == " ":
                text.pop()
                length -= 1
            text.append("\t")
            length += 1
        elif length and gap > size * WORD_GAP and not text[-1].isspace():
            text.append(" ")
            length += 1
        text.append(value)
        length += len(value)
        end = char["x1"]
        if first is None:
            first = char["x0"]
        if value.isalpha():
            letters += 1
            name = char["fontname"]
            bold += "Bold" in name or "Black" in name or "Heavy" in name
            italic += "Italic" in name or "Oblique" in name
    if first is None or end is None:
        return None
    whole = "".join(text).rstrip()
    return Row(
        text=whole,
        x0=first,
        x1=end,
        top=min(char["top"] for char in chars),
        bottom=baseline,
        size=size,
        bold=letters > 0 and bold >= letters * 0.9,
        italic=letters > 0 and italic >= letters * 0.9,
        page=number,
        calls=[(min(at, len(whole)), value) for at, value in calls],
        mark=mark,
    )
