"""Lineage: what became of the paragraphs of a kept text in a new one.

In go the paragraphs of both texts in reading order, out come matches between their places in the two lists. Likeness is
the larger of rapidfuzz's `ratio` and `token_set_ratio` (0.985 of 600 revised paragraphs found their own; libraries
tried are in docs/decisions); where two candidates are alike, the nearer place and then the same number decide.

A paragraph of the old text whose words stand in two new ones was split; two old ones whose words stand in one new were
merged. Look-alike letters are folded before words are compared, and signs at the end do not count.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from rapidfuzz import fuzz, process
from rapidfuzz.distance import Indel, LCSseq

from reader.document import Change

ENOUGH = 62.0  # below this likeness two paragraphs are strangers
BETTER = 6.0  # how much likelier a far candidate must be than one that stands where this one stood
CANDIDATES = 8  # of the old paragraphs that are weighed for each new one
PART = 0.8  # of the words of a part that must stand in the whole for a split or a merger
SHARE = 0.2  # of the whole that a part must make up: a shared formula is no part


class Lineage(StrEnum):
    """What became of a paragraph between two versions."""

    SAME = "same"
    REWORDED = "reworded"
    RENUMBERED = "renumbered"
    MOVED = "moved"
    SPLIT = "split"
    MERGED = "merged"
    NEW = "new"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Kept:
    """A paragraph as it is held: its address in its version, its number, its words."""

    address: str
    number: str | None
    text: str


@dataclass(frozen=True, slots=True)
class Match:
    """One tie: places in the lists of old and new (None: no such paragraph), what it means, and how alike (0…1).

    A split gives a match for each of the new parts, a merger one for each of the old.
    """

    old: int | None
    new: int | None
    lineage: Lineage
    likeness: float

    @property
    def change(self) -> Change:
        """The same in the words of a paragraph's change, which knows no split and no merger: those are reworded."""
        return Change.REWORDED if self.lineage in (Lineage.SPLIT, Lineage.MERGED) else Change(self.lineage.value)


_LOOKALIKE = str.maketrans("АВСЕНІКМОРТХасеіорху", "ABCEHIKMOPTXaceiopxy")
_WORD = re.compile(r"\w+")


def folded(text: str) -> str:
    """The words as they are compared: one case, one alphabet, one kind of blank and dash, no sign at the end."""
    text = text if text.isascii() else text.translate(_LOOKALIKE).replace("’", "'").replace("–", "-")
    return " ".join(text.lower().split()).rstrip(" .,;:")


def likeness(one: str, other: str) -> float:
    """How alike two folded texts are, 0…100."""
    return max(fuzz.ratio(one, other), fuzz.token_set_ratio(one, other))


def match(*, old: Sequence[Kept], new: Sequence[Kept]) -> list[Match]:
    """What became of each old paragraph, and where each new one comes from, in the order of the new text.

    Old paragraphs that went follow at the end, in their own order.
    """
    was, now = [folded(one.text) for one in old], [folded(one.text) for one in new]
    pairs = _alike(was, now, old, new)
    _by_words(was, now, old, new, pairs)
    taken = set(pairs.values())
    parts = _splits(was, now, pairs)
    wholes = _mergers(was, now, pairs, taken)
    stayed = _in_order(pairs)
    found: list[Match] = []
    for n in range(len(new)):
        if n in parts:
            found.append(Match(parts[n], n, Lineage.SPLIT, _sure(was[parts[n]], now[n])))
        elif n in wholes:
            found.extend(Match(o, n, Lineage.MERGED, _sure(was[o], now[n])) for o in wholes[n])
        elif n in pairs:
            o = pairs[n]
            found.append(Match(o, n, _change(old[o], new[n], was[o], now[n], n in stayed), _sure(was[o], now[n])))
        else:
            found.append(Match(None, n, Lineage.NEW, 1.0))
    matched = {one.old for one in found}
    found.extend(Match(o, None, Lineage.GONE, 1.0) for o in range(len(old)) if o not in matched)
    return found


def _sure(one: str, other: str) -> float:
    return round(likeness(one, other) / 100, 3)


def _alike(was: list[str], now: list[str], old: Sequence[Kept], new: Sequence[Kept]) -> dict[int, int]:
    """Pairs of paragraphs with the same words: place in the new text → place in the old. The nearest of several."""
    places: dict[str, list[int]] = {}
    for o, text in enumerate(was):
        places.setdefault(text, []).append(o)
    pairs: dict[int, int] = {}
    for n, text in enumerate(now):
        candidates = places.get(text)
        if candidates:
            best = min(candidates, key=lambda o: (old[o].address != new[n].address, _apart(o, n, len(was), len(now))))
            candidates.remove(best)
            pairs[n] = best
    return pairs


def _apart(o: int, n: int, olds: int, news: int) -> float:
    """How far apart two places are, as parts of their texts: 0…1."""
    return abs(o / max(1, olds - 1) - n / max(1, news - 1))


def _by_words(was: list[str], now: list[str], old: Sequence[Kept], new: Sequence[Kept], pairs: dict[int, int]) -> None:
    """Pair what is left by likeness, best first; place and number decide between those that are about as alike."""
    held = set(pairs.values())
    left_old = [o for o in range(len(was)) if o not in held]
    left_new = [n for n in range(len(now)) if n not in pairs]
    if not left_old or not left_new:
        return
    choices = {o: was[o] for o in left_old}
    ranked: list[tuple[float, int, int]] = []
    for n in left_new:
        scores: dict[int, float] = {}
        for scorer in (fuzz.ratio, fuzz.token_set_ratio):
            for _, score, o in process.extract(now[n], choices, scorer=scorer, score_cutoff=ENOUGH, limit=CANDIDATES):
                scores[o] = max(score, scores.get(o, 0.0))
        for o, score in scores.items():
            if min(len(was[o]), len(now[n])) < 0.2 * max(len(was[o]), len(now[n])):
                continue  # a short formula is held by many long paragraphs
            nearness = BETTER * (1 - _apart(o, n, len(was), len(now)))
            number = 1.0 if old[o].address == new[n].address else 0.0
            # Where the sets of words are alike, their order tells: many paragraphs share one vocabulary.
            ranked.append((score + nearness + number + fuzz.ratio(now[n], was[o]) / 5, o, n))
    ranked.sort(key=lambda one: (-one[0], one[2], one[1]))
    used: set[int] = set()
    for _, o, n in ranked:
        if o not in used and n not in pairs:
            pairs[n] = o
            used.add(o)


def _holds(whole: str, part: str) -> bool:
    """Whether the words of the part stand, in order, in the whole, and make up a fair share of it."""
    of_whole, of_part = _WORD.findall(whole), _WORD.findall(part)
    if len(of_part) < 4 or len(of_part) < SHARE * len(of_whole) or len(of_part) > 1.1 * len(of_whole):
        return False
    return LCSseq.similarity(of_whole, of_part) >= PART * len(of_part)


def _splits(was: list[str], now: list[str], pairs: dict[int, int]) -> dict[int, int]:
    """New paragraphs that are parts of one old one: a pair that kept a part, and a neighbour that has the rest."""
    parts: dict[int, int] = {}
    for n, o in list(pairs.items()):
        if was[o] == now[n] or not _holds(was[o], now[n]):
            continue
        for beside in (n + 1, n - 1, n + 2, n - 2):
            if not 0 <= beside < len(now) or beside in pairs or beside in parts:
                continue
            if _holds(was[o], now[beside]) and Indel.normalized_similarity(now[n], now[beside]) < PART:
                parts[n] = parts[beside] = o
    return parts


def _mergers(was: list[str], now: list[str], pairs: dict[int, int], taken: set[int]) -> dict[int, list[int]]:
    """New paragraphs that hold the words of several old ones, which stood beside each other."""
    wholes: dict[int, list[int]] = {}
    for n, o in pairs.items():
        if was[o] == now[n] or not _holds(now[n], was[o]):
            continue
        for beside in (o + 1, o - 1, o + 2, o - 2):
            if not 0 <= beside < len(was) or beside in taken:
                continue
            if _holds(now[n], was[beside]) and Indel.normalized_similarity(was[o], was[beside]) < PART:
                wholes.setdefault(n, [o]).append(beside)
                taken.add(beside)
    return {n: sorted(olds) for n, olds in wholes.items()}


def _in_order(pairs: dict[int, int]) -> set[int]:
    """The new places that keep the order of the old text: the longest run of pairs that rises on both sides."""
    tails: list[int] = []
    tops: list[int] = []
    back: dict[int, int | None] = {}
    ordered = sorted(pairs)
    for n in ordered:
        at = bisect_left(tails, pairs[n])
        back[n] = tops[at - 1] if at else None
        if at == len(tails):
            tails.append(pairs[n])
            tops.append(n)
        else:
            tails[at], tops[at] = pairs[n], n
    stayed: set[int] = set()
    at_: int | None = tops[-1] if tops else None
    while at_ is not None:
        stayed.add(at_)
        at_ = back[at_]
    return stayed


def _change(old: Kept, new: Kept, was: str, now: str, stayed: bool) -> Lineage:
    if " ".join(old.text.split()) != " ".join(new.text.split()):
        return Lineage.REWORDED
    if not stayed or _home(old.address) != _home(new.address):
        return Lineage.MOVED
    return Lineage.SAME if old.number == new.number else Lineage.RENUMBERED


def _home(address: str) -> str:
    """The section in which an address lies."""
    return address.split("/", 1)[0].lower()
