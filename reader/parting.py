"""Where, in a list of duties, one ends and the next begins: "to report … and to provide", "that ITU should, and that".

In go the words of one clause, out come the spans of its items. What hangs together stays together: two verbs that share
what follows, and an infinitive that only says what another is for.
"""

from __future__ import annotations

import re

from reader import addressees, grammar
from reader.words import INFINITIVES

Span = tuple[int, int]

# "; and to invite the membership", ", and to report", " and to provide this report"
_JOIN = re.compile(
    r"(?P<mark>[;,])?\s+(?P<and>and|as\s+well\s+as)(?:\s+(?:also|further|thereafter|subsequently|then|finally|in\s+particular),?)?"
    r"(?:\s*,\s*[^,;]{2,160},)?\s+$|(?P<only>[;,])\s+$"
)
_JOIN_ENDS = (
    ", ",
    "; ",
    "and ",
    "as well as ",
    "also ",
    "further ",
    "thereafter ",
    "subsequently ",
    "then ",
    "finally ",
)
_OPEN_ENDED = (" from", " with", " to", " for", " on", " in", " of", " against", " by", " towards", " at")
_LATER_AND_TO = re.compile(r"[^;]*?,?\s+and\s+to\s+[a-z]")
# "; and that ITU should", ", and that the President shall"
_AND_THAT = re.compile(r"[;,]\s+(?:and\s+)?(?:also\s+|further\s+)?(?=that\s)")
# What an inner infinitive hangs on, so that "and to" may go on with it: "in order to increase …, and to promote"
_PURPOSE = re.compile(
    r"\b(?:in\s+order|so\s+as|with\s+a\s+view|with\s+the\s+(?:aim|objective|intention|purpose)\s+of|designed|aimed|needed|necessary|required|intended|efforts?|ways|means|measures|steps|how|opportunit(?:y|ies)|ability|need|right|able|invited|requested|enable\s+\w+|allow\s+\w+)\s+$",
    re.I,
)
# "to furnish the Organization": a word outside our list of verbs, told by what it takes
_TAKES_AN_OBJECT = re.compile(r"\s+(?:the|an?|all|any|its|their|these|those|such|each|every)\s")
# "to make every effort to achieve a balance, and to report": the first infinitive only says how hard to try
_EFFORT = re.compile(
    r"\bto\s+(?:continue\s+to\s+)?(?:make|exert|undertake|pursue|step\s+up)\s+[^,;]{0,40}?\befforts?\s+$", re.I
)
_CHAIN = frozenset(
    {
        "continue",
        "help",
        "seek",
        "strive",
        "endeavour",
        "begin",
        "start",
        "agree",
        "commit",
        "consider",
        "serve",
        "be",
        "work",
        "wish",
        "aim",
    }
)


# ", and report the results of these efforts to CSTD": a report to somebody is a duty of its own, even without a "to"
_AND_REPORT = ", and report "
_TO_SOMEBODY = re.compile(r"\bto\s+(?:the\s+|its\s+|each\s+|every\s+)?(?:[A-Z]|\d)")


def items(text: str, start: int, end: int) -> list[Span]:
    """The items of a list of duties, each from its first word; one item where the words hang together."""
    spans = _items(text, start, end)
    if text.find(_AND_REPORT, start, end) < 0:
        return spans
    return [part for left, right in spans for part in _report_apart(text, left, right)]


def _report_apart(text: str, start: int, end: int) -> list[Span]:
    """ "to develop roadmaps …, and report the results to CSTD" → two; "and report good practice" → one."""
    at = text.find(_AND_REPORT, start + 20, end)
    if at < 0 or not _TO_SOMEBODY.search(text, at, end):
        return [(start, end)]
    return [(start, trimmed(text, start, at)), (at + len(", and "), end)]


def _items(text: str, start: int, end: int) -> list[Span]:
    """The items of an "and to …" list, each from its "to"; one item where the words hang together.

    "to report to ECOSOC and to provide this report" → two; "to liaise and to cooperate with" → one (they share what
    follows); "in order to increase the role, and to promote" → one (the second hangs on "in order").
    """
    head = grammar.infinitive(text, start)
    if head is None:
        return that_items(text, start, end)
    cuts = [start]
    inner: list[int] = []  # infinitives since the last cut that are not the head of an item
    listing = False  # "to A, to B and to C": once a comma alone has cut, the next "and to" closes the list
    since = start  # where the words begin that must be enough for a duty
    before = head
    if text.find("to ", head.end(), end) < 0:
        return [(start, trimmed(text, start, end))]
    for match in grammar.TO.finditer(text, head.end(), end):
        if match["verb"] not in INFINITIVES and not (
            _TAKES_AN_OBJECT.match(text, match.end(), end) and addressees.likely_verb(text, match.start("verb"), end)
        ):
            continue
        join = None
        if text.endswith(_JOIN_ENDS, cuts[-1], match.start()):
            join = _JOIN.search(text, max(cuts[-1], match.start() - 180), match.start())
        cut = join is not None and len(text[since : min(join.start(), since + 80)].split()) >= 3
        if cut and join is not None and text.endswith(_OPEN_ENDED, cuts[-1], join.start()):
            cut = False  # "to refrain from, and to take measures to prevent, …": they share what follows
        if cut and join is not None:
            if ";" in (join["mark"], join["only"]):
                pass
            elif not join["and"]:
                # ", to promote": an item only in a list that later says "and to", and where nothing is left hanging
                cut = not inner and bool(_LATER_AND_TO.match(text, match.end(), end))
                listing = listing or cut
            elif listing:
                listing = False
            elif inner:
                cut = bool(join["mark"]) and not any(
                    _PURPOSE.search(text, max(cuts[-1], at - 40), at) for at in inner[-20:]
                )
        if cut:
            cuts.append(match.start())
            inner, since = [], match.start()
        elif _EFFORT.search(text, max(cuts[-1], match.start() - 80), match.start()):
            since = match.start()
        elif not (before["verb"] in _CHAIN and text[before.end() : match.start()].strip() in {"", "actively"}):
            inner.append(match.start())
        before = match
    return [(left, trimmed(text, left, right)) for left, right in zip(cuts, [*cuts[1:], end], strict=True)]


def that_items(text: str, start: int, end: int) -> list[Span]:
    if not text.startswith(("that ", "that, "), start):
        return [(start, trimmed(text, start, end))]
    cuts = [start]
    for match in _AND_THAT.finditer(text, start + 20, end):
        modal = grammar.MODAL.search(text, match.end(), min(end, match.end() + 120))
        if modal and match.start() - cuts[-1] > 30 and addressees.named(text, match.end() + 5, modal.start()):
            cuts.append(match.end())
    return [(left, trimmed(text, left, right)) for left, right in zip(cuts, [*cuts[1:], end], strict=True)]


def trimmed(text: str, start: int, end: int) -> int:
    """The end of the words without what only joins them to the next: ";", ", and", "as well as"."""
    while end > start:
        if text[end - 1] in " ,;.\t\n\xa0":
            end -= 1
            continue
        for word in (" and", " or", " as well as"):
            if text.endswith(word, start, end):
                end -= len(word)
                break
        else:
            return end
    return end
