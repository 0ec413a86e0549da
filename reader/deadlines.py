"""When something is owed: an ordered table of rules, each with a name, a pattern, a resolver and its examples.

A deadline is a session, a date or a recurrence, with the words that say so. Years that belong to a title or a citation
("2030 Agenda", "(Rev. Bucharest, 2022)", "WSIS+20", "Geneva, 2014") are none: `masking` takes them out of sight before
any rule looks. What "next" means, and which session "its" is, follows from the text's own body and date: `Ground`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cache

from reader.document import Deadline
from reader.masking import masked
from reader.moments import (
    MONTHS,
    Hit,
    date,
    each_session,
    every,
    future_year,
    next_session,
    ordinal_session,
    part_of_year,
    recurs,
    year_session,
)
from reader.sessions import ORDINAL, Ground, bodies_pattern, ground

__all__ = ["Found", "Ground", "answer", "chosen", "deadlines", "explained", "ground"]


@dataclass(frozen=True, slots=True)
class Found:
    """A deadline, where its words stand, the rule that found it and how sure we are."""

    deadline: Deadline
    span: tuple[int, int]
    rule: str
    confidence: float


# ---- the table of rules ----------------------------------------------------------------------------------------------

_MONTH = "|".join(MONTHS).lower()
_YEAR = r"(?:19|20)\d\d"
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


_KIND = r"(?:(?:regular|annual|substantive|resumed|ordinary|organizational|plenary|main|next|special)\s+)*"


@dataclass(frozen=True, slots=True)
class Rule:
    """A form of words for a deadline. `examples`: text → what `answer` prints of it (words, session, date, …)."""

    name: str
    pattern: str
    resolve: Callable[[Hit, Ground], Deadline | None]
    examples: tuple[tuple[str, str], ...]
    confidence: float = 0.95
    lead: str = ""  # "may": takes in what leads to it ("to the …"); "must": counts only where something does
    needs: tuple[str, ...] = ()  # one of these must stand in the lower-cased text before the pattern is tried


_B = "(?P<body>BODY)"
RULES: tuple[Rule, ...] = (
    Rule(
        "ordinal-session-of-body",
        rf"\b(?P<ord>{ORDINAL})\s+{_KIND}(?:session|meeting)s?\s+of\s+(?:the\s+)?{_B}(?:(?:,?\s+to\s+be\s+held)?,?\s+in\s+(?P<year>{_YEAR}))?",
        ordinal_session,
        (
            (
                "to report to the 30th session of CSTD in 2027 on the outcomes",
                "to the 30th session of CSTD in 2027 | CSTD-30 | 2027",
            ),
            (
                "a report, at the eighty-first session of the General Assembly",
                "at the eighty-first session of the General Assembly | UNGA-81 | 2026",
            ),
        ),
        needs=("session", "meeting"),
        lead="may",
    ),
    Rule(
        "body-at-its-ordinal-session",
        rf"\b(?P<own>its|their|the)\s+(?P<ord>{ORDINAL})(?:\s+and\s+{ORDINAL}|(?:,\s+{ORDINAL})+,?\s+and\s+{ORDINAL})?\s+{_KIND}sessions?\b(?!\s+of\s(?!20))(?:(?:,?\s+to\s+be\s+held)?,?\s+(?:in|of)\s+(?P<year>{_YEAR}))?",
        ordinal_session,
        (
            ("report the results to CSTD at its 30th session in 2027", "at its 30th session in 2027 | CSTD-30 | 2027"),
            (
                "to submit to the General Assembly at its eighty-first session a report",
                "at its eighty-first session | UNGA-81 | 2026",
            ),
            (
                "to submit it to the Executive Board at its first session of 2027",
                "at its first session of 2027 | 2027",
            ),
            (
                "Decides to include in the provisional agenda of its eighty-first session the item",
                "of its eighty-first session | UNGA-81 | 2026",
            ),
        ),
        needs=("session",),
        lead="must",
    ),
    Rule(
        "ordinal-assembly",
        rf"\b(?P<ord>{ORDINAL})(?:(?:,\s+{ORDINAL})*,?\s+and\s+{ORDINAL})?\s+(?P<body>world\s+health\s+assembl(?:y|ies)|health\s+assembl(?:y|ies)|united\s+nations\s+environment\s+assembly|un-habitat\s+assembly)(?:,?\s+in\s+(?P<year>{_YEAR}))?",
        ordinal_session,
        (
            (
                "to report to the Seventy-ninth World Health Assembly in 2026",
                "to the Seventy-ninth World Health Assembly in 2026 | WHA-79 | 2026",
            ),
        ),
        needs=("assembl",),
        lead="may",
    ),
    Rule(
        "numbered-session",
        r"\b(?P<body>unea|cstd|csw|unff|hrc|wha)(?:-|\s+)(?P<ord>\d{1,3})\b(?P<own>)(?:,?\s+in\s+(?P<year>(?:19|20)\d\d))?",
        ordinal_session,
        (
            ("to be presented at UNEA-7", "at UNEA-7 | UNEA-7 | 2025"),
            ("report to CSTD 30 in 2027", "to CSTD 30 in 2027 | CSTD-30 | 2027"),
        ),
        needs=("unea", "cstd", "csw", "unff", "hrc", "wha"),
        lead="may",
    ),
    Rule(
        "year-session-of-body",
        rf"\b(?P<year>{_YEAR})(?:(?:,\s+{_YEAR})*,?\s+and\s+{_YEAR})?\s+{_KIND}(?:session|meeting)s?\s+of\s+(?:the\s+)?{_B}",
        year_session,
        (("to the 2027 session of the Council", "to the 2027 session of the Council | C27 | 2027"),),
        needs=("session", "meeting"),
        lead="may",
    ),
    Rule(
        "year-conference",
        rf"\b(?P<year>{_YEAR})\s+(?:session\s+of\s+the\s+)?{_B}\b(?!\s+(?:agenda|working))",
        year_session,
        (
            (
                "submit it to Council and to the 2026 Plenipotentiary Conference through",
                "to the 2026 Plenipotentiary Conference | PP-26 | 2026",
            ),
            (
                "to report to the 2022 plenipotentiary conference on",
                "to the 2022 plenipotentiary conference | PP-22 | 2022",
            ),
        ),
        needs=("20",),
        lead="may",
    ),
    Rule(
        "conference-in-year",
        rf"\b{_B},?\s+(?:(?:to\s+be\s+(?:held|convened)\s+)?in\s+|session\s+(?:in\s+|of\s+)?)?(?P<year>{_YEAR})\b(?!/)",
        year_session,
        (
            ("to the Plenipotentiary Conference in 2026", "to the Plenipotentiary Conference in 2026 | PP-26 | 2026"),
            ("for submission to Council 2027", "to Council 2027 | C27 | 2027"),
            ("a final report for the Council session in 2027", "for the Council session in 2027 | C27 | 2027"),
            (
                "at the high-level political forum in 2027",
                "at the high-level political forum in 2027 | HLPF-2027 | 2027",
            ),
        ),
        needs=("20",),
        lead="may",
    ),
    Rule(
        "its-year-session",
        rf"\b(?:its|their|the)\s+(?:(?P<year>{_YEAR})(?:(?:,\s+{_YEAR})*,?\s+and\s+{_YEAR})?\s+{_KIND}sessions?|{_KIND}session\s+(?:of|in|for)\s+(?P<y2>{_YEAR}))",
        year_session,
        (
            ("to the Council at its 2027 session", "at its 2027 session | C27 | 2027"),
            (
                "to the Council before its 2027 and 2029 ordinary sessions",
                "before its 2027 and 2029 ordinary sessions | C27 | 2027",
            ),
            (
                "to the Economic and Social Council at its substantive session of 2007",
                "at its substantive session of 2007 | ECOSOC-2007 | 2007",
            ),
        ),
        needs=("session",),
        lead="must",
    ),
    Rule(
        "short-conference",
        r"\b(?P<body>pp|wtsa|wtdc|wrc|ra|wtpf|council)-(?P<year>\d{2})\b(?!/)",
        year_session,
        (("to report to PP-26 on progress", "to PP-26 | PP-26 | 2026"), ("to WTSA-24", "to WTSA-24 | WTSA-24 | 2024")),
        needs=("pp-", "wts", "wtd", "wrc", "wtpf", "ra-", "council-"),
        lead="must",
    ),
    Rule(
        "next-conference",
        rf"\b(?:the|its)\s+next\s+(?:{_KIND}(?:session|meeting)\s+of\s+(?:the\s+)?)?{_B}",
        next_session,
        (
            (
                "to report to the next plenipotentiary conference on",
                "to the next plenipotentiary conference | PP-26 | 2026",
            ),
            (
                "before the next World Telecommunication Development Conference",
                "before the next World Telecommunication Development Conference | WTDC-29 | 2029",
            ),
        ),
        confidence=0.85,
        needs=("next",),
        lead="may",
    ),
    Rule(
        "next-session",
        rf"\b(?:its|their|the)\s+next\s+{_KIND}session\b(?!\s+of\s)",
        next_session,
        (("to submit to the Council at its next session", "at its next session | C26 | 2026"),),
        confidence=0.8,
        needs=("next",),
        lead="must",
    ),
    Rule(
        "by-date",
        rf"(?:by|before|until|not\s+later\s+than|no\s+later\s+than|on|prior\s+to|from|as\s+of|starting)\s+(?:the\s+)?(?P<day>\d{{1,2}})\s+(?P<month>{_MONTH}),?\s+(?P<year>{_YEAR})",
        date,
        (("to submit views by 31 December 2027", "by 31 December 2027 | 2027-12-31 | 2027"),),
        needs=("20",),
    ),
    Rule(
        "by-month",
        rf"(?:by|before|until|not\s+later\s+than|no\s+later\s+than|in|during|starting\s+in|from)\s+(?:the\s+)?(?:(?P<end>end|beginning|start|middle)\s+of\s+)?(?P<month>{_MONTH}),?\s+(?P<year>{_YEAR})",
        date,
        (("The report should be available by June 2006", "by June 2006 | 2006-06 | 2006"),),
        confidence=0.9,
        needs=("20",),
    ),
    Rule(
        "by-end-of-year",
        rf"(?:by|before|until|at|no\s+later\s+than|not\s+later\s+than)\s+(?:the\s+)?(?P<end>end|beginning|start|middle)\s+of\s+(?:the\s+year\s+)?(?P<year>{_YEAR})",
        date,
        (("to complete the work by the end of 2026", "by the end of 2026 | 2026-12-31 | 2026"),),
        needs=("20",),
    ),
    Rule(
        "by-part-of-year",
        rf"(?:by|before|until|in|during|no\s+later\s+than|not\s+later\s+than)\s+(?:the\s+)?(?:end\s+of\s+(?:the\s+)?)?(?P<nth>first|second|third|fourth|last)\s+(?P<part>quarter)\s+of\s+(?P<year>{_YEAR})",
        part_of_year,
        (
            (
                "to convene a meeting by the end of the first quarter of 2026",
                "by the end of the first quarter of 2026 | 2026-03 | 2026",
            ),
        ),
        confidence=0.85,
        needs=("quarter of",),
    ),
    Rule(
        "by-year",
        rf"(?:by|before|until|no\s+later\s+than|not\s+later\s+than)\s+(?:the\s+year\s+)?(?P<year>{_YEAR})\b(?!\s*[-–/]\s*\d)",
        date,
        (("to connect every school to the Internet by 2030", "by 2030 | 2030 | 2030"),),
        confidence=0.85,
        needs=("20",),
    ),
    Rule(
        "in-year",
        rf"(?:in|during|for|starting\s+in)\s+(?:the\s+(?:(?:first|second)\s+half|course)\s+of\s+)?(?P<year>{_YEAR})\b(?!\s*[-–/]\s*\d)",
        future_year,
        (("to convene, in 2035, a high-level meeting", "in 2035 | 2035 | 2035"),),
        confidence=0.75,
        needs=("20",),
    ),
    # An annual forum is coordinated, held or attended once a year; "the annual reports presented" says nothing of when.
    Rule(
        "each-session",
        rf"(?:(?:to|at|for|of)\s+)?(?:every|each)\s+(?:{_KIND}session\s+of\s+(?:the\s+)?|session\s+of\s+|(?:itu\s+)?(?=council))(?P<body>BODY)|(?:at\s+)?(?:every|each)\s+(?:of\s+its\s+)?{_KIND}sessions?\b",
        each_session,
        (
            ("to report to every Council on", "to every Council | FREQ=YEARLY"),
            ("to each session of the Council", "to each session of the Council | FREQ=YEARLY"),
        ),
        needs=("every", "each"),
    ),
    Rule(
        "every-n-years",
        r"(?:once\s+)?every\s+(?P<n>two|second|other|three|third|four|fourth|five|fifth|six|ten|\d+)\s+(?P<unit>years?|months?)",
        every,
        (("to review the list every two years", "every two years | FREQ=YEARLY;INTERVAL=2"),),
        needs=("every",),
    ),
    Rule(
        "biennially",
        r"(?:on\s+a\s+)?\b(?:biennial(?:ly)?(?:\s+(?:basis|reports?))?)\b(?!\s+(?:budget|programme|plan|financial|period))",
        recurs("FREQ=YEARLY;INTERVAL=2"),
        (
            ("to submit a biennial report", "biennial report | FREQ=YEARLY;INTERVAL=2"),
            ("to report biennially", "biennially | FREQ=YEARLY;INTERVAL=2"),
        ),
        confidence=0.9,
        needs=("biennial",),
    ),
    Rule(
        "quadrennially",
        r"(?:on\s+a\s+)?\bquadrennial(?:ly)?\s*(?:basis|reports?)?\b(?!\s+(?:comprehensive|budget|plan))",
        recurs("FREQ=YEARLY;INTERVAL=4"),
        (("to report quadrennially", "quadrennially | FREQ=YEARLY;INTERVAL=4"),),
        needs=("quadrennial",),
    ),
    Rule(
        "quarterly",
        r"(?:on\s+a\s+)?\bquarterly(?:\s+(?:basis|reports?|briefings?|updates?))?\b|\bevery\s+quarter\b",
        recurs("FREQ=MONTHLY;INTERVAL=3"),
        (("to brief the members quarterly", "quarterly | FREQ=MONTHLY;INTERVAL=3"),),
        needs=("quarter",),
    ),
    Rule(
        "half-yearly",
        r"\b(?:twice\s+(?:a|per)\s+year|twice\s+yearly|semi-?annual(?:ly)?|bi-?annual(?:ly)?)\b",
        recurs("FREQ=MONTHLY;INTERVAL=6"),
        (("to report twice a year", "twice a year | FREQ=MONTHLY;INTERVAL=6"),),
        needs=("annual", "twice"),
    ),
    Rule(
        "monthly",
        r"\b(?:on\s+a\s+)?monthly(?:\s+basis)?\b|\bevery\s+month\b",
        recurs("FREQ=MONTHLY"),
        (("to report monthly", "monthly | FREQ=MONTHLY"),),
        needs=("month",),
    ),
    Rule(
        "yearly",
        r"\b(?:on\s+an?\s+(?:annual|yearly)\s+basis|annually|yearly|every\s+year|each\s+year|once\s+a\s+year)\b",
        recurs("FREQ=YEARLY"),
        (
            ("to report annually on progress", "annually | FREQ=YEARLY"),
            ("to monitor and evaluate on a yearly basis the actions", "on a yearly basis | FREQ=YEARLY"),
        ),
        needs=("annual", "year"),
    ),
    Rule(
        "annual-report",
        r"\b(?:an|its|his|her|their|his\s+or\s+her|the\s+present(?:ing)?|regular)\s+annual\s+(?:[a-z-]+\s+){0,3}?(?:reports?|briefings?|updates?|reviews?|summary|overview|account|survey|statement|assessment|inputs?)\b(?!\s+(?:presented|submitted|of\s+the))|\bannual\s+(?:[a-z-]+\s+){0,2}?reports\s+(?=to\b|on\b)",
        recurs("FREQ=YEARLY"),
        (
            ("to submit an annual written report to the Council", "an annual written report | FREQ=YEARLY"),
            ("to publish an annual overview thereof", "an annual overview | FREQ=YEARLY"),
        ),
        confidence=0.9,
        needs=("annual",),
    ),
    Rule(
        "annual-event",
        r"(?:\b(?:at|to|for|in|coordinate|organize|organise|hold|convene|host)\s+)(?P<words>(?:the|its|an)\s+annual\s+(?:[a-z&-]+\s+){0,4}?(?:forum|meetings?|conference|consultations?|dialogue|event|prizes|sessions?|symposium|segment|day|discussion))\b",
        recurs("FREQ=YEARLY"),
        (
            (
                "to continue to coordinate the annual WSIS Forum as a platform",
                "the annual WSIS Forum | FREQ=YEARLY",
            ),
            (
                "to nominate projects for the annual WSIS Project Prizes",
                "the annual WSIS Project Prizes | FREQ=YEARLY",
            ),
        ),
        confidence=0.6,
        needs=("annual",),
    ),
)


@cache
def _compiled() -> tuple[tuple[Rule, re.Pattern[str]], ...]:
    """The rules with their patterns, which look at the text in lower case: so they need no flag and run faster."""
    bodies = bodies_pattern().lower() + "|council|assembly|commission"
    return tuple((rule, re.compile(rule.pattern.replace("BODY", bodies))) for rule in RULES)


# Substrings without one of which a paragraph says nothing of time: cheaper than any pattern.
_TRACES = tuple(sorted({word for rule in RULES for word in rule.needs}))


@cache
def _telling(traces: tuple[str, ...]) -> tuple[tuple[Rule, re.Pattern[str]], ...]:
    """The rules that may find something in a text which holds these traces."""
    return tuple((rule, pattern) for rule, pattern in _compiled() if not set(traces).isdisjoint(rule.needs))


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


def deadlines(text: str, ground: Ground) -> list[Found]:
    """Every deadline that the words of `text` set, in their order, none inside another."""
    hidden = masked(text)
    low = hidden.lower()
    if len(low) != len(hidden):  # a letter that grows when lowered would shift every offset
        low = "".join(c.lower() if len(c.lower()) == 1 else c for c in hidden)
    rules = _telling(tuple(filter(low.__contains__, _TRACES)))
    if not rules:
        return []
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
