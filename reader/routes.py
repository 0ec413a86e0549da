"""What an instruction asks to be handed over, to whom and through whom, and under which reservations.

"to report annually on progress, through the Commission on Science and Technology for Development, to the Economic and
Social Council" → deliverable "report", reports to ECOSOC, via CSTD. Bodies we know come out under their abbreviation,
others as printed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from reader import addressees, facts

# A thing that can be handed over; the head of its noun phrase is what a task is named after.
_THINGS = (
    r"(?:task\s+force|road\s?maps?|action\s+plans?|work\s+plans?|workplans?|plans?\s+of\s+action|strateg(?:y|ies)|proposals?|reports?|lists?|"
    r"recommendations?|guidelines?|guidance|stud(?:y|ies)|surveys?|databases?|assessments?|reviews?|frameworks?|matri(?:x|ces)|summar(?:y|ies)|"
    r"inventor(?:y|ies)|handbooks?|toolkits?|websites?|portals?|platforms?|repositor(?:y|ies)|contributions?|inputs?|information|briefings?|updates?|"
    r"workshops?|seminars?|trainings?|conferences?|meetings?|panel\s+discussions?|consultations?|dialogues?|forums?|segments?|trust\s+funds?|funds?|"
    r"working\s+groups?|expert\s+groups?|committees?|focal\s+points?|resolutions?|standards?|indicators?|statistics|statistical\s+data|methodolog(?:y|ies)|"
    r"programmes?|projects?|initiatives?|mechanisms?|outcomes?|papers?|notes?|drafts?|options|analys[ei]s|evaluations?|tasks|terms\s+of\s+reference|"
    r"rules\s+of\s+procedure|budget|estimates|views|questionnaires?|declarations?|compilations?|publications?|campaigns?|networks?|centres?)"
)
# "to prepare a final and comprehensive report", "submit … proposals", "establish an internal task force"
_PRODUCES = re.compile(
    r"\b(?P<verb>submit(?:ting)?|prepar(?:e|ing)|provid(?:e|ing)|present(?:ing)?|develop(?:ing)?|produc(?:e|ing)|publish(?:ing)?|issu(?:e|ing)|"
    r"draft(?:ing)?|draw(?:ing)?\s+up|elaborat(?:e|ing)|establish(?:ing)?|creat(?:e|ing)|set(?:ting)?\s+up|compil(?:e|ing)|formulat(?:e|ing)|organi[sz](?:e|ing)|"
    r"conven(?:e|ing)|hold(?:ing)?|host(?:ing)?|updat(?:e|ing)|review(?:ing)?|maintain(?:ing)?|conduct(?:ing)?|undertak(?:e|ing)|carry(?:ing)?\s+out|mak(?:e|ing)|"
    r"appoint(?:ing)?|transmit(?:ting)?|circulat(?:e|ing)|deliver(?:ing)?|launch(?:ing)?|finali[sz](?:e|ing)|complet(?:e|ing)|adopt(?:ing)?|design(?:ing)?|build(?:ing)?|"
    r"contribut(?:e|ing)|includ(?:e|ing)|request|propos(?:e|ing)|coordinat(?:e|ing)|commission(?:ing)?|communicat(?:e|ing)|shar(?:e|ing)|collect(?:ing)?|implement(?:ing)?)"
    r"(?:\s+and\s+[a-z]+)?\s+(?P<np>[^;:]{0,160})",
    re.I,
)
_THING = re.compile(rf"\b{_THINGS}\b", re.I)
_STOP = re.compile(
    r"\s(?:of|on|for|to|in|with|that|which|by|from|at|under|within|through|regarding|concerning|among|between|into|as|aimed|including|based|related)\s|,\s(?!and\s[a-z]+\s|[a-z]+\sand\s)|,\s(?=in\s|at\s|on\s|to\s|by\s|for\s|as\s|if\s|where)",
    re.I,
)
_REPORTS = re.compile(
    r"\b(?:to|and|also|continue(?:\s+to)?)\s+(?:\w+ly\s+)?(?:report(?:ing)?|provide\s+(?:feedback)|brief|inform|keep\s+\w+\s+informed)\b(?!\s+of\b)",
    re.I,
)
_BRIEFS = {"brief": "briefing"}


@dataclass(frozen=True, slots=True)
class Piece:
    """A value, its words' place in the text and the rule that found it."""

    value: str
    span: tuple[int, int]
    rule: str


def deliverable(text: str, start: int, end: int) -> Piece | None:
    """What is to be handed over: "to prepare a final and comprehensive report" → report; "to report …" → report."""
    said = _REPORTS.search(text, start, end) if any(trace in text for trace in ("report", "brief", "inform", "feedback")) else None
    if said:
        word = re.search(r"report|brief", said[0], re.I)
        if word and (said.start() - start) < 60:
            at = said.start() + word.start()
            return Piece(_BRIEFS.get(word[0].lower(), "report"), (at, at + len(word[0])), "verb-of-reporting")
    for made in _PRODUCES.finditer(text, start, end):
        phrase_start = made.start("np")
        stop = _STOP.search(text, phrase_start, made.end("np"))
        phrase_end = stop.start() if stop else made.end("np")
        things = list(_THING.finditer(text, phrase_start, phrase_end))
        # ", at its eighty-first session, a report": the thing comes after what is put in between
        if not things:
            for gap in re.finditer(r",\s+(?:an?|the|its|his|her|their)\s+", text[phrase_start : made.end("np")]):
                left = phrase_start + gap.end()
                stop = _STOP.search(text, left, made.end("np"))
                things = list(_THING.finditer(text, left, stop.start() if stop else made.end("np")))
                if things:
                    break
        if things:
            thing = (
                things[-1]
                if len(things) == 1 or " and " not in text[things[0].end() : things[-1].start()]
                else things[0]
            )
            return Piece(re.sub(r"\s+", " ", thing[0]).lower(), thing.span(), "thing-produced")
    return None


@cache
def _bodies() -> tuple[re.Pattern[str], dict[str, str]]:
    """Every body to which something may be handed, with its abbreviation; longest names first."""
    table: dict[str, str] = {}
    for unit in facts.units():
        if unit["kind"] in {"department", "unit", "membership", "external", "official", "bureau"} or unit["abbr"] in {
            "ITU",
            "GS",
        }:
            continue
        for name in (unit["name"], unit["abbr"], *unit["aliases"]):
            plain = re.sub(r"^the ", "", name, flags=re.I)
            if plain not in {"Group", "Commission", "Council", "Assembly", "CL", "SG (document series)", "ECA", "ECE"}:
                table.setdefault(plain, unit["abbr"])
    for kind in ("bodies", "by_year"):
        for body in facts.series()[kind]:
            for name in body["names"]:
                if name not in {"Council", "Assembly"}:
                    table.setdefault(name, "Council" if body["id"] == "C" else body["id"])
    table |= {
        "Plenipotentiary Conference": "PP",
        "plenipotentiary conference": "PP",
        "Council Working Group on WSIS&SDG": "CWG-WSIS&SDG",
        "CWG WSIS&SDG": "CWG-WSIS&SDG",
        "CWG-WSIS & SDG": "CWG-WSIS&SDG",
        "Security Council": "UNSC",
        "Secretary-General of the United Nations": "UNSG",
        "United Nations Secretary-General": "UNSG",
        "Executive Board": "EB",
        "High-Level Political Forum": "HLPF",
        "UNGA-HLPF": "HLPF",
        "Maritime Safety Committee": "MSC",
    }
    names = sorted(table, key=len, reverse=True)
    pattern = re.compile(
        r"\b(?:"
        + "|".join(re.escape(n).replace(r"\ ", r"\s+") for n in names)
        + r"|(?:Health\s+)?Assembly|Council|Commission|Committee|Member\s+States|membership)(?!\w)"
    )
    return pattern, {re.sub(r"\s+", " ", name): abbr for name, abbr in table.items()}


def _abbreviated(words: str, family: str) -> str:
    plain = re.sub(r"\s+", " ", words)
    return (
        addressees.whose(plain, family)
        if plain in {"Council", "Assembly", "Commission"} and addressees.whose(plain, family)
        else _bodies()[1].get(plain, plain)
    )


_HANDS_OVER = re.compile(
    r"\b(?:report(?:s|ing)?|submit(?:ted|ting)?|submission|present(?:ed|ing)?|provid(?:e|ed|ing)|transmit(?:ted|ting)?|contribut(?:e|ing)|convey|communicate|"
    r"brief|inform|forward|update|refer|make|bring|recommendations?|proposals?|deliver|circulate|disseminate|information|feedback|advise|advice|send)\b",
    re.I,
)
_LEAD = r"(?:the\s+|its\s+|each\s+(?:session\s+of\s+(?:the\s+)?)?|every\s+)?(?:next\s+|(?:19|20)\d\d\s+|ECOSOC\s+|ITU\s+|UNGA\s+annual\s+|annual\s+|(?:\S+\s+){0,3}?sessions?\s+of\s+(?:the\s+)?|[A-Z][a-z]+(?:-[a-z]+)?\s+(?=World\s+Health))*"


@cache
def _routes() -> tuple[re.Pattern[str], re.Pattern[str]]:
    bodies = _bodies()[0].pattern
    to = re.compile(
        rf"(?:\bto\s+|\band\s+(?:also\s+)?(?:to\s+)?|,\s+(?:and\s+)?(?:also\s+)?(?:to\s+)?|\bbrief\s+|\binform\s+|\bfor\s+submission\s+to\s+|\bprovide\s+){_LEAD}(?P<body>{bodies})(?!\s+(?:Resolution|Decision|Working\s+Group|working\s+group|document|in\s+its\s+resolution))"
    )
    via = re.compile(
        rf"\b(?:through|via)\s+{_LEAD}(?P<body>{bodies})(?:(?:,\s+|\s+and\s+){_LEAD}(?P<second>{bodies}))?"
    )
    return to, via


# Words without one of which no body is named that anything could be handed to.
_BODY_TRACES = (
    "Council", "Assembl", "Commission", "Committee", "onference", "orum", "Board", "Group", "Member States", "membership", "ECOSOC", "CSTD",
    "HLPF", "UNGA", "CWG", "WTSA", "WTDC", "WRC", "PP", "RA", "AG", "IGF", "UNGIS", "UNEA", "Secretary-General", "Task Force", "Nations",
    "Partnership", "acilitators", "MSC", "MEPC", "ITU-",
)  # fmt: skip


def routes(text: str, start: int, end: int, family: str) -> tuple[list[Piece], list[Piece]]:
    """To whom the work goes, and through whom: ("ECOSOC",), ("CSTD",)."""
    if not any(trace in text for trace in _BODY_TRACES):
        return [], []
    to_pattern, via_pattern = _routes()
    via: list[Piece] = []
    taken: list[tuple[int, int]] = []
    passes = "through" in text or "via " in text
    for match in via_pattern.finditer(text, start, end) if passes else ():
        for group in ("body", "second"):
            if match[group]:
                via.append(Piece(_abbreviated(match[group], family), match.span(group), "through-a-body"))
        taken.append(match.span())
    to: list[Piece] = []
    handed = _HANDS_OVER.search(text, start, end)
    if handed:
        last = None
        for match in to_pattern.finditer(
            text, handed.end() - 8 if handed[0].lower() in {"brief", "inform", "provide"} else handed.end(), end
        ):
            if any(left <= match.start("body") < right for left, right in taken):
                last = match.end()
                continue
            chained = match[0].lstrip().startswith((",", "and")) and " to " not in f" {match[0].lstrip(', ')}"
            # ", the Council" and "and the Council" count only where they continue "to the Assembly"
            if chained and (
                last is None
                or not re.fullmatch(r"[^;:]{0,3}|,?\s*at\s[^,;]{0,60}|,?\s*in\s\d{4}", text[last : match.start()])
            ):
                continue
            to.append(Piece(_abbreviated(match["body"], family), match.span("body"), "to-a-body"))
            last = match.end()
    unique: dict[str, Piece] = {}
    for piece in to:
        unique.setdefault(piece.value, piece)
    return list(unique.values()), list({p.value: p for p in via}.values())


# Reservations and manners that stand beside the duty and belong on the task.
_QUALIFIER = re.compile(
    r"\bas\s+(?:and\s+when\s+)?(?:appropriate|necessary|applicable|required|needed|relevant)\b|\bwhere\s+(?:appropriate|applicable|necessary|possible|needed)\b|"
    r"\bif\s+(?:so\s+)?(?:requested|needed|necessary|appropriate)\b|\bas\s+far\s+as\s+possible\b|\bto\s+the\s+extent\s+possible\b|"
    r"\b(?:up)?on\s+(?:their\s+|its\s+)?request\b|"
    r"\bwithin\s+(?:the\s+|its\s+|their\s+|existing\s+|available\s+|ITU's\s+|its\s+existing\s+)*(?:respective\s+|existing\s+|available\s+|current\s+|own\s+|overall\s+|allocated\s+|specific\s+)*"
    r"(?:(?:budgetary\s+|financial\s+)?resources|mandates?|budgets?|(?:areas?\s+of\s+)?(?:competence|responsibilit(?:y|ies))|remits?|financial\s+limits(?:\s+set\s+by\s+the\s+Plenipotentiary\s+Conference)?|capacit(?:y|ies)|budgetary\s+limits?)|"
    r"\bwithin\s+the\s+framework\s+of\s+(?:its|their|ITU)\s+(?:mandates?|responsibilit(?:y|ies))|"
    r"\bsubject\s+to\s+the\s+availability\s+of\s+(?:extrabudgetary\s+|financial\s+)?(?:resources|funds|funding)|\bsubject\s+to\s+[^,;.]{3,60}|"
    r"\bin\s+accordance\s+with\s+(?:its|their)\s+(?:respective\s+)?mandates?|\bin\s+line\s+with\s+(?:its|their)\s+(?:respective\s+)?mandates?|"
    r"\b(?:in|through)\s+(?:close\s+|full\s+)?(?:consultation|cooperation|collaboration|coordination|partnership|liaison)(?:\s+and\s+(?:consultation|cooperation|collaboration|coordination|partnership))?\s+with\s+[^,;:]{3,140}?(?=,|;|:|\.|$|\s+to\s+[a-z]+\s)|"
    r"\bon\s+a\s+voluntary\s+basis\b|\bon\s+mutually\s+agreed\s+terms\b|\bas\s+soon\s+as\s+possible\b|\bas\s+a\s+matter\s+of\s+(?:priority|urgency)\b|\bregularly\b|\bon\s+a\s+regular\s+basis\b|"
    r"\bwithout\s+(?:prejudice\s+to|duplication\s+of)\s+[^,;.]{3,60}",
    re.I,
)


_QUALIFIER_TRACES = (
    " as appropriate", " as and when", " as necessary", " as applicable", " as required", " as needed", " as relevant", "here a", "here n",
    "here p", "if ", "possible", "request", "within ", "subject to", "ccordance with", "n line with", " with ", " basis", "agreed terms",
    " as a matter", "regularly", "without ",
)  # fmt: skip


def qualifiers(text: str, start: int, end: int) -> list[Piece]:
    """The reservations kept beside the force: "as appropriate", "within existing resources", "on request"."""
    if not any(trace in text for trace in _QUALIFIER_TRACES):
        return []
    return [Piece(" ".join(m[0].split()), m.span(), "qualifier") for m in _QUALIFIER.finditer(text, start, end)]

