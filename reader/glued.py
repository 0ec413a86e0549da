"""Text flattened from a document with tracked changes: what was struck and what was put in, run together.

A converter that knows nothing of tracked changes prints both: "46" for a struck 4 and a new 6, "C24C26", "20242025",
"fg)". Nothing here guesses which is which. Each place is returned as a doubt with the readings that it may hold, and
a text with several such places is said to be flattened, so that a person brings in the Word file itself.

Places of the first kind can't stand in any text; they are always reported. Those of the second ("to the through",
"implementationthe") might, and count only where the first kind has shown the text for what it is.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from reader.document import Doubt, Line, Side
from reader.tree import Node, Sec, every

ENOUGH = 2  # places of the first kind that show a text to be flattened: one alone may be a misprint


@dataclass(frozen=True, slots=True)
class Place:
    text: str
    readings: tuple[str, ...]
    span: tuple[int, int]


# "C24C26": two labels of one series
_LABELS = re.compile(r"\b([A-Z]{1,5}-?)(\d{2})(\1\d{2})(?!\d)")
# "20242025"
_YEARS = re.compile(r"(?<![\d/.])((?:19|20)\d\d)((?:19|20)\d\d)(?![\d/])")
# "A/70/12580/173" = A/70/125 and 80/173
_SYMBOL = re.compile(r"\b([A-Z])/(\d{2,3})/(\d{1,4})(\d{2})/(\d{1,4})\b(?!/)")
# "A/78/L.49265" = A/78/L.49 and A/78/265
_LIMITED = re.compile(r"\b([A-Z])/(\d{2,3})/(L\.\d{1,2})(\d{3})\b")
# "WSIS+2030" = WSIS+20 and WSIS+30
_PLUS = re.compile(r"\b([A-Z][A-Za-z]{1,9}\+)(\d{2})(\d{2})\b")
# "twenty30-year" = twenty-year and 30-year
_WORD_NUMBER = re.compile(
    r"\b((?:twen|thir|for|fif|six|seven|eigh|nine)ty|one|two|three|four|five|six|seven|eight|nine|ten|twelve|fifteen)"
    r"(\d{1,3})(?=[-\s])"
)
# ";," and ";.": the end of an item that was the last, or no longer is
_SIGNS = re.compile(r"(?<!\.)(?:;[,.]|,[;.]|:[;,.])(?=\s|$)")

_STRONG: tuple[tuple[re.Pattern[str], str], ...] = (
    (_LABELS, r"\1\2|\3"),
    (_YEARS, r"\1|\2"),
    (_SYMBOL, r"\1/\2/\3|\1/\4/\5"),
    (_LIMITED, r"\1/\2/\3|\1/\2/\4"),
    (_PLUS, r"\1\2|\1\3"),
    (_WORD_NUMBER, r"\1|\2"),
)
# A cheap look over all texts at once: one without any of these has no place of the first kind.
_HINTS = (
    re.compile(r"\d(?:\d{7}|[A-Z]-?\d|(?<=[a-z]\d))"),
    re.compile(r"/(?:\d{3,6}/\d|L\.\d{4})"),
    re.compile(r"\+\d{4}"),
)
_SIGN_HINTS = (";,", ";.", ",;", ",.", ":;", ":,", ":.")

# "to the through", "calls for the to:", "to through CWG": two prepositions where one was struck
_PREPOSITIONS = re.compile(
    r"\b(?:the|a|an)\s+(?:to|through|of|for|by|with|from|at)\b(?![-–])"
    r"|\b(?:to|for|of)\s+(?:the\s+)?(?:through|to the to|of the of|from)\b(?![-–])"
)
# "Swiss Confederation the Report": a name, then an article, and nothing between them
_NAME_ARTICLE = re.compile(r"(?<=\w\s)[A-Z][a-z]{3,}\s+the\s+(?=[A-Z][a-z])")
_LONG_WORD = re.compile(r"[a-z]{7,}")
_LITTLE = ("the", "that", "and", "with", "for", "from", "its", "this", "which", "through", "as", "to", "of", "in", "on")
_PREFIXES = frozenset(
    ("under", "over", "with", "there", "where", "through", "inter", "fore", "self", "multi", "counter")
)
_ONE_WORD = frozenset(
    [
        "within",
        "without",
        "therein",
        "thereof",
        "thereto",
        "thereby",
        "thereon",
        "herein",
        "hereby",
        "hereto",
        "hereof",
        "hereon",
        "wherein",
        "whereby",
        "whereof",
        "therefor",
        "herewith",
        "therewith",
        "forthwith",
        "wherewith",
    ]
)


def doubts(
    sections: Sequence[Sec], front: Sequence[Line], side: Side, seen: frozenset[str] = frozenset()
) -> tuple[list[Doubt], set[int]]:
    """The glued places of one reading, each a doubt, with one more where the whole text is flattened; and the ids of
    the nodes whose number is two numbers run together, for their gaps are no gaps.

    `seen` holds texts that the other reading has been asked about already.
    """
    found: list[Doubt] = []
    handled: set[int] = set()
    strong = 0
    for sec in sections:
        for node, old, new in _labels(sec):
            handled.add(id(node))
            strong += 1
            where = sec.opener or sec.heading or sec.address
            found.append(
                Doubt(
                    "glued",
                    f"{where}: “{node.printed}” may be an old and a new number run together: {new}, which was {old}.",
                    node.address,
                    node.printed,
                    (f"{new} (was {old})", node.printed or ""),
                    side,
                )
            )
    texts: list[tuple[str | None, str]] = [(None, line.text) for line in front]
    texts += [(node.address, node.text) for sec in sections for node in every(sec.nodes)]
    for address, text in _suspects([(address, text) for address, text in texts if text not in seen]):
        for place in _places(text):
            strong += 1
            found.append(_doubt(address, place, side))
    if strong < ENOUGH:
        return found, handled
    words = Counter(word.lower() for _, text in texts for word in re.findall(r"[A-Za-z]+", text))
    for address, text in texts:
        if address is not None:
            found.extend(_doubt(address, place, side) for place in _weak(text, words))
    found.insert(
        0,
        Doubt(
            "flattened",
            "This text was flattened from a document with tracked changes: old and new words stand run together in it. "
            "Bring in the Word file itself, and nothing needs to be guessed.",
            None,
            None,
            ("old and new text run together",),
            side,
        ),
    )
    return found, handled


def _suspects(texts: Sequence[tuple[str | None, str]]) -> list[tuple[str | None, str]]:
    """The texts that may hold a place of the first kind."""
    starts = list(accumulate((len(text) + 1 for _, text in texts), initial=0))
    whole = "\n".join(text for _, text in texts)
    places = [match.start() for pattern in _HINTS for match in pattern.finditer(whole)]
    for hint in _SIGN_HINTS:
        at = whole.find(hint)
        while at >= 0:
            places.append(at)
            at = whole.find(hint, at + 2)
    hit = {bisect_right(starts, place) - 1 for place in places}
    return [texts[at] for at in sorted(hit)]


def _doubt(address: str | None, place: Place, side: Side) -> Doubt:
    pair = " and ".join(f"“{reading}”" for reading in place.readings[:2])
    return Doubt(
        "glued",
        f"“{place.text}” may be old and new words run together: {pair}.",
        address,
        place.text,
        place.readings,
        side,
        place.span if address is not None else None,
    )


def _places(text: str) -> Iterator[Place]:
    """The places of the first kind in a text."""
    for pattern, readings in _STRONG:
        for match in pattern.finditer(text):
            held = tuple(match.expand(readings).split("|"))
            if pattern is _SYMBOL and not 10 <= int(match.group(4)) <= 99:
                continue
            yield Place(match.group(), held, match.span())
    for match in _SIGNS.finditer(text):
        if text[: match.start()].endswith(("etc", "etc.")):
            continue
        signs = match.group()
        yield Place(
            text[max(0, match.start() - 12) : match.end()].split(" ", 1)[-1], (signs[0], signs[1]), match.span()
        )


def _weak(text: str, words: Counter[str]) -> Iterator[Place]:
    for match in _PREPOSITIONS.finditer(text):
        parts = match.group().split()
        yield Place(match.group(), (" ".join(parts[:-1]), parts[-1]), match.span())
    for match in _NAME_ARTICLE.finditer(text):
        first = match.group().split()[0]
        yield Place(match.group().strip(), (f"… {first}", "the …"), match.span())
    for match in _LONG_WORD.finditer(text):
        word = match.group()
        if words[word] > 1 or word in _ONE_WORD:
            continue
        for cut in range(4, len(word) - 1):
            first, second = word[:cut], word[cut:]
            known = second in _LITTLE or (len(second) > 4 and words[second] > 1 and first not in _PREFIXES)
            if known and words[first]:
                yield Place(word, (first, second), match.span())
                break


def _labels(sec: Sec) -> Iterator[tuple[Node, str, str]]:
    """Labels of a section that are an old and a new one run together: (node, old, new)."""
    waiting = [(sec.nodes, dict(sec.grower.carried))]
    while waiting:
        nodes, last = waiting.pop()
        for node in nodes:
            if node.children:
                waiting.append((node.children, {}))
            label = node.piece.label
            if label is None:
                continue
            if label.glued:
                yield node, label.number[0], label.number[1]
                continue
            way = label.ways[0]
            if not way.family.startswith("number"):
                continue
            before = last.get(way.family, 0)
            if way.value > before + 1 and not way.suffix and (halves := _halves(str(way.value), before)):
                yield node, str(halves[0]), str(halves[1])
                last[way.family] = halves[1]
            elif way.value > before:
                last[way.family] = way.value


def _halves(digits: str, before: int) -> tuple[int, int] | None:
    """Split "1213" after 12 into 12 and 13: the new number is the next of the list, the old one stood lower."""
    for cut in range(1, len(digits)):
        old, new = digits[:cut], digits[cut:]
        if new[0] != "0" and int(new) == before + 1 and 0 < int(old) <= int(new) + 9 and old != new:
            return int(old), int(new)
    return None
