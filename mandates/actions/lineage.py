"""Lineage: which paragraph of an older version a paragraph continues."""

from __future__ import annotations

import difflib
import re

from django.db.models import F

from mandates.models import Paragraph, Version
from reader import matching

GONE = Paragraph.Change.GONE


def tie_to_tracked(*, laid: list[tuple[Paragraph, dict]], before: Version) -> None:
    """Tie the paragraphs of a redline to the version it sets out from: the document itself says which became which."""
    held = {row.address: row for row in before.paragraphs.standing()}
    ties = []
    for row, node in laid:
        if node["text_before"] is None:
            continue
        older = held.get(node.get("address_before") or node["address"])
        if older is not None:
            row.predecessor = older
            ties.append(row)
    Paragraph.objects.bulk_update(ties, ["predecessor"], batch_size=500)


def tie_to_held(*, version: Version, before: Version) -> None:
    """Tie a text without tracked changes to the version before it, by its words.

    What is kept, reworded, renumbered, moved or new is judged by `reader.matching`. A paragraph that no new one
    continues is shown as gone behind the one that it followed.
    """
    new, old = list(version.paragraphs.all()), list(before.paragraphs.standing())
    matches = matching.match(old=[_kept(row) for row in old], new=[_kept(row) for row in new])
    continued: dict[int, Paragraph] = {}
    for found in matches:
        if found.new is None:
            continue
        row = new[found.new]
        row.change = found.change
        if found.old is None:
            continue
        older = old[found.old]
        continued[found.old] = row
        row.predecessor, row.number_before = older, older.number
        if row.text != older.text:
            row.redline = word_redline(older.text, row.text)
    following = _ghosts(version, new, old, continued)
    position = 0
    beginning: list[Paragraph | None] = [None, *new]
    for place in beginning:
        for one in ([place] if place else []) + following.get(place, []):
            one.position, position = position, position + 1
    high = len(new) + len(old) + 1  # positions are unique at every moment, so they are moved out of the way first
    version.paragraphs.update(position=F("position") + high)
    fields = ["predecessor", "number_before", "change", "redline", "position"]
    Paragraph.objects.bulk_update(new, fields, batch_size=500)
    Paragraph.objects.bulk_create([ghost for ghosts in following.values() for ghost in ghosts], batch_size=500)


def _kept(row: Paragraph) -> matching.Kept:
    return matching.Kept(address=row.address, number=row.number, text=row.text)


def _ghosts(
    version: Version, new: list[Paragraph], old: list[Paragraph], continued: dict[int, Paragraph]
) -> dict[Paragraph | None, list[Paragraph]]:
    """Rows for what went, by the paragraph of the new text behind which each is shown; None: before the first."""
    if not new:
        return {}
    following: dict[Paragraph | None, list[Paragraph]] = {}
    anchors = {row.anchor for row in new}
    last: Paragraph | None = None
    for index, older in enumerate(old):
        if index in continued:
            last = continued[index]
            continue
        anchor, count = f"{older.anchor}-gone", 2
        while anchor in anchors:
            anchor, count = f"{older.anchor}-gone-{count}", count + 1
        anchors.add(anchor)
        beside = last or new[0]
        following.setdefault(last, []).append(
            Paragraph(
                version=version,
                section_id=beside.section_id,
                depth=min(older.depth, beside.depth),
                parent_id=beside.parent_id if older.depth else None,
                address=older.address,
                anchor=anchor,
                redline=[{"text": older.text, "side": "before"}],
                change=GONE,
                predecessor=older,
                number_before=older.number,
            )
        )
    return following


def word_redline(before: str, after: str) -> list[dict[str, str]]:
    """The changes between two wordings, word by word, in the form of a paragraph's redline."""
    old, new = re.findall(r"\s+|\w+|[^\w\s]", before), re.findall(r"\s+|\w+|[^\w\s]", after)
    runs: list[dict[str, str]] = []
    for kind, a, b, c, d in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            runs.append({"text": "".join(old[a:b]), "side": "both"})
            continue
        if b > a:
            runs.append({"text": "".join(old[a:b]), "side": "before"})
        if d > c:
            runs.append({"text": "".join(new[c:d]), "side": "after"})
    return runs
