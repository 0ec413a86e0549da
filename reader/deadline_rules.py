"""The rules by which deadlines are found: an ordered table of forms of words, each with its resolver and its examples.

`BODY` in a pattern stands for the names of all bodies whose sessions we can count; `deadlines` puts them in. A pattern
meets the text in lower case. The first rule that meets some words has them.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from reader.document import Deadline
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
from reader.sessions import ORDINAL, Ground

_MONTH = "|".join(MONTHS).lower()
_YEAR = r"(?:19|20)\d\d"
_COUNTED = re.compile(
    r"\d(?:st|nd|rd|th)|ieth|teenth|first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|eleventh|twelfth|hundredth"
)  # what every `ORDINAL` ends with
_DIGIT = re.compile(r"\d")
FULL_YEAR = re.compile(_YEAR)
_MONTHS = tuple(month.lower() for month in MONTHS)
_KIND = r"(?:(?:regular|annual|substantive|resumed|ordinary|organizational|plenary|main|next|special)\s+)*"


Trace = str | re.Pattern[str]


@dataclass(frozen=True, slots=True)
class Rule:
    """A form of words for a deadline. `examples`: text → what `answer` prints of it (words, session, date, …)."""

    name: str
    pattern: str
    resolve: Callable[[Hit, Ground], Deadline | None]
    examples: tuple[tuple[str, str], ...]
    confidence: float = 0.95
    lead: str = ""  # "may": takes in what leads to it ("to the …"); "must": counts only where something does
    needs: tuple[Trace, ...] = ()  # one of these must stand in a word of the text before the pattern is tried …
    also: tuple[Trace, ...] = ()  # … and one of these: see `reader.traces`


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
        also=(_COUNTED,),
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
        also=(_COUNTED,),
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
        also=(_COUNTED,),
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
        also=(_DIGIT,),
        lead="may",
    ),
    Rule(
        "year-session-of-body",
        rf"\b(?P<year>{_YEAR})(?:(?:,\s+{_YEAR})*,?\s+and\s+{_YEAR})?\s+{_KIND}(?:session|meeting)s?\s+of\s+(?:the\s+)?{_B}",
        year_session,
        (("to the 2027 session of the Council", "to the 2027 session of the Council | C27 | 2027"),),
        needs=("session", "meeting"),
        also=(FULL_YEAR,),
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
        also=(FULL_YEAR,),
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
        also=(FULL_YEAR,),
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
        also=(FULL_YEAR,),
        lead="must",
    ),
    Rule(
        "short-conference",
        r"\b(?P<body>pp|wtsa|wtdc|wrc|ra|wtpf|council)-(?P<year>\d{2})\b(?!/)",
        year_session,
        (("to report to PP-26 on progress", "to PP-26 | PP-26 | 2026"), ("to WTSA-24", "to WTSA-24 | WTSA-24 | 2024")),
        needs=("-1", "-2", "-3"),  # the years of conferences: "PP-18", "WTSA-24", "PP-30"
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
        also=_MONTHS,
    ),
    Rule(
        "by-month",
        rf"(?:by|before|until|not\s+later\s+than|no\s+later\s+than|in|during|starting\s+in|from)\s+(?:the\s+)?(?:(?P<end>end|beginning|start|middle)\s+of\s+)?(?P<month>{_MONTH}),?\s+(?P<year>{_YEAR})",
        date,
        (("The report should be available by June 2006", "by June 2006 | 2006-06 | 2006"),),
        confidence=0.9,
        needs=("20",),
        also=_MONTHS,
    ),
    Rule(
        "by-end-of-year",
        rf"(?:by|before|until|at|no\s+later\s+than|not\s+later\s+than)\s+(?:the\s+)?(?P<end>end|beginning|start|middle)\s+of\s+(?:the\s+year\s+)?(?P<year>{_YEAR})",
        date,
        (("to complete the work by the end of 2026", "by the end of 2026 | 2026-12-31 | 2026"),),
        needs=("20",),
        also=("end", "beginning", "start", "middle"),
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
        needs=("quarter",),
        also=(FULL_YEAR,),
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
        rf"\b(?:(?:to|at|for|of)\s+)?(?:every|each)\s+(?:{_KIND}session\s+of\s+(?:the\s+)?|session\s+of\s+|(?:itu\s+)?(?=council))(?P<body>BODY)|(?:at\s+)?(?:every|each)\s+(?:of\s+its\s+)?{_KIND}sessions?\b",
        each_session,
        (
            ("to report to every Council on", "to every Council | FREQ=YEARLY"),
            ("to each session of the Council", "to each session of the Council | FREQ=YEARLY"),
        ),
        needs=("every", "each"),
        also=("session", "council"),
    ),
    Rule(
        "every-n-years",
        r"(?:once\s+)?every\s+(?P<n>two|second|other|three|third|four|fourth|five|fifth|six|ten|\d+)\s+(?P<unit>years?|months?)",
        every,
        (("to review the list every two years", "every two years | FREQ=YEARLY;INTERVAL=2"),),
        needs=("every",),
        also=("year", "month"),
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
        also=(
            "forum",
            "meeting",
            "conference",
            "consultation",
            "dialogue",
            "event",
            "prizes",
            "session",
            "symposium",
            "segment",
            "day",
            "discussion",
        ),
    ),
)
