"""When something is owed: what the table of rules in `deadline_rules` finds in a text.

A deadline is a session, a date or a recurrence, with the words that say so. Years that belong to a title or a citation
("2030 Agenda", "(Rev. Bucharest, 2022)", "WSIS+20", "Geneva, 2014") are none: `masking` takes them out of sight before
any rule looks. What "next" means, and which session "its" is, follows from the text's own body and date: `Ground`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache, lru_cache, reduce
from operator import or_

from reader import traces
from reader.deadline_rules import FULL_YEAR, RULES, Rule
from reader.document import Deadline
from reader.masking import masked
from reader.moments import Hit
from reader.sessions import Ground, bodies_pattern, ground

__all__ = ["Found", "Ground", "answer", "chosen", "deadlines", "explained", "ground"]


@dataclass(frozen=True, slots=True)
class Found:
    """A deadline, where its words stand, the rule that found it and how sure we are."""

    deadline: Deadline
    span: tuple[int, int]
    rule: str
    confidence: float


# ---- what the rules find ---------------------------------------------------------------------------------------------

# What leads to a session and belongs to its words: "to the", "before its", "no later than the"
_ARTICLES = ("the ", "its ", "their ")
_WHEN = ("to ", "at ", "by ", "before ", "for ", "until ", "during ", "in ", "from ", "prior to ", "later than ", "of ")


def _led(low: str, start: int) -> tuple[int, bool]:
    """Where the words begin that lead to a session at `start`, and whether a preposition stands among them."""
    for article in _ARTICLES:
        if low.endswith(article, 0, start):
            start -= len(article)
            break
    for when in _WHEN:
        left = start - len(when)
        if left >= 0 and low.startswith(when, left) and (left == 0 or not low[left - 1].isalnum()):
            return (left - 3 if when == "later than " and low.endswith("no ", 0, left) else left), True
    return start, False


@cache
def _compiled() -> tuple[tuple[Rule, re.Pattern[str]], ...]:
    """The rules with their patterns, which look at the text in lower case: so they need no flag and run faster."""
    bodies = bodies_pattern().lower() + "|council|assembly|commission"
    return tuple((rule, re.compile(rule.pattern.replace("BODY", bodies))) for rule in RULES)


# What the words of a text must hold for a rule to find anything: cheaper than any pattern.
_NEEDS = tuple(traces.masks((rule.needs, rule.also)) for rule in RULES)
_TIME = reduce(or_, (needs[0] for needs in _NEEDS))
_YEARS = traces.mask("20", FULL_YEAR)
_EVERY = reduce(or_, (need for needs in _NEEDS for need in needs))


@lru_cache(4096)
def _telling(holds: int) -> tuple[tuple[Rule, re.Pattern[str]], ...]:
    """The rules that may find something in a text which holds these traces."""
    return tuple(one for one, needs in zip(_compiled(), _NEEDS, strict=True) if all(holds & need for need in needs))


# "with a focus on the 2027 UNGA-HLPF", "following the 2026 session": a time that is talked about, not set
_TALKED_ABOUT = re.compile(
    r"\b(?:focus\s+on|follow-up|rotat(?:es|ing)|following|since|after|preparations?\s+for|held\s+(?:at|in|during)|outcomes?\s+of|results?\s+of|adopted\s+(?:at|by)|"
    r"decided\s+(?:at|by)|review\s+of|agreed\s+(?:at|by)|report\s+of|mandate\s+of|follow-up\s+to|referred\s+to\s+in|contained\s+in|theme\s+of|(?<!\ba\s)contribution|(?<!be\s)(?:decided|adopted|held|agreed|convened|requested|endorsed|approved|considered))"
    r"\s+(?:to\s+)?(?:the\s+|its\s+)?$"
)


_TALKS = (
    "on ", "up ", "ing ", "rotates ", "since ", "after ", "for ", "at ", "in ", "during ", "of ", "by ", "to ",
    "contribution ", "ed ", "held ", "the ", "its ",
)  # fmt: skip


def deadlines(text: str, ground: Ground, holds: int | None = None) -> list[Found]:
    """Every deadline that the words of `text` set, in their order, none inside another.

    `holds` are the traces of the text, where they are known already.
    """
    holds = traces.of(text) if holds is None else holds
    if not holds & _TIME:
        return []
    hidden = masked(text)
    if "20" not in hidden and "19" not in hidden:
        holds &= ~_YEARS  # all years that stood in the text belong to titles and citations
    rules = _telling(holds & _EVERY)
    if not rules:
        return []
    low = hidden.lower()
    if len(low) != len(hidden):  # a letter that grows when lowered would shift every offset
        low = "".join(c.lower() if len(c.lower()) == 1 else c for c in hidden)
    found: list[Found] = []
    taken = bytearray(len(text))
    for rule, pattern in rules:
        for match in pattern.finditer(low):
            start, end = match.span("words") if "words" in pattern.groupindex else match.span()
            if rule.lead:
                start, when = _led(low, start)
                if rule.lead == "must" and not when:
                    continue
            if taken.find(1, start, end) >= 0:
                continue
            if low.endswith(_TALKS, 0, start) and _TALKED_ABOUT.search(low, max(0, start - 40), start):
                taken[start:end] = b"\1" * (end - start)
                continue
            resolved = rule.resolve(Hit(match, hidden), ground)
            if resolved is None:
                continue
            taken[start:end] = b"\1" * (end - start)
            past = bool(resolved.year and ground.year and resolved.year < ground.year)
            resolved = Deadline(
                text[start:end],
                resolved.session,
                resolved.date,
                resolved.year,
                resolved.recurrence,
                resolved.until,
                past,
            )
            found.append(Found(resolved, (start, end), rule.name, rule.confidence))
    found.sort(key=lambda f: f.span)
    if found and "session" in low:
        found = _that_session(text, low, found)
    return found


# "at its eightieth session a report, and decides to include in the agenda of that session": the one just named
_THAT_SESSION = re.compile(r"\b(?:at|of|in|to|for|before|during)\s+(?:that|the\s+same|the\s+said)\s+session\b")


def _that_session(text: str, low: str, found: list[Found]) -> list[Found]:
    """The deadlines with those that only point back to the session named last."""
    pointing = [match.span() for match in _THAT_SESSION.finditer(low)]
    if not pointing:
        return found
    result: list[Found] = []
    last: Deadline | None = None
    for span, one in sorted(
        [(f.span, f) for f in found] + [(span, None) for span in pointing], key=lambda pair: pair[0]
    ):
        if one is not None:
            last = one.deadline if one.deadline.session else last
            result.append(one)
        elif last is not None:
            again = replace(last, text=text[slice(*span)], recurrence=None, until=None)
            result.append(Found(again, span, "that-session", 0.85))
    return result


_UNTIL = re.compile(r"\b(?:until|till|up\s+to|through)\b", re.I)


def chosen(found: list[Found], text: str = "") -> Found | None:
    """The deadline of one instruction out of all that its words name: the first session or date, else the recurrence.

    "annually until the 2026 Plenipotentiary Conference" → yearly, until PP-26. Where `text` says "thereafter" the first
    session and the recurrence both hold: "at its 156th session, and biennially thereafter".
    """
    fixed = [f for f in found if not f.deadline.recurrence]
    recurring = [f for f in found if f.deadline.recurrence]
    if recurring and fixed:
        first, begins = recurring[0], fixed[0]
        until = next((f for f in fixed if _UNTIL.match(f.deadline.text)), None)
        end = until.deadline.session or until.deadline.date if until else None
        if (
            begins is not until
            and begins.span < first.span
            and "thereafter" in text[begins.span[1] : first.span[1] + 20]
        ):
            both = replace(begins.deadline, recurrence=first.deadline.recurrence, until=end)
            return replace(begins, deadline=both)
        if until:
            return replace(first, deadline=replace(first.deadline, until=end))
        if first.rule == "annual-event":
            return begins
        return first if first.span < begins.span else begins
    if not found:
        return None
    best = (fixed or recurring)[0]
    if best.rule == "in-year":
        best = next((f for f in fixed if f.rule != "in-year"), best)
    return best


def answer(found: Found) -> str:
    """A deadline as one line, the form in which the rules' examples are written."""
    deadline = found.deadline
    parts = (deadline.session, deadline.date, str(deadline.year) if deadline.year else None, deadline.recurrence)
    return " | ".join([deadline.text, *(part for part in parts if part)])


def explained() -> Iterator[tuple[str, str, str]]:
    """Rule, example, answer: what the tests check and the documentation prints."""
    for rule in RULES:
        for text, expected in rule.examples:
            yield rule.name, text, expected
