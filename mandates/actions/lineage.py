"""Lineage: which paragraph of an older version a paragraph continues."""

from __future__ import annotations

import difflib
import re

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

    What is kept, reworded, renumbered, moved or new is judged by `reader.matching`; a paragraph that no new one
    continues is not written into the new text, since nobody says where it would stand.
    """
    new, old = list(version.paragraphs.all()), list(before.paragraphs.standing())
    kinds = {}
    for match in matching.match(
        old=[matching.Kept(address=row.address, number=row.number, text=row.text) for row in old],
        new=[matching.Kept(address=row.address, number=row.number, text=row.text) for row in new],
    ):
        if match.new is not None:
            kinds[match.new] = match
    for index, row in enumerate(new):
        match = kinds.get(index)
        if match is None or match.old is None:
            row.change = Paragraph.Change.NEW
            continue
        older = old[match.old]
        row.predecessor, row.number_before = older, older.number
        row.change = match.change
        if row.text != older.text:
            row.redline = word_redline(older.text, row.text)
    Paragraph.objects.bulk_update(new, ["predecessor", "number_before", "change", "redline"], batch_size=500)


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
