"""What an instruction asks to be handed over, to whom and through whom, and under which reservations.

"to report annually on progress, through the Commission on Science and Technology for Development, to the Economic and
Social Council" → deliverable "report", reports to ECOSOC, via CSTD. Bodies we know come out under their abbreviation,
others as printed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cache

from reader import addressees, facts, traces
from reader.words import alternatives

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
# "to prepare a final and comprehensive report", "updating its roadmaps", "should establish an internal task force"
_MAKE = (
    r"(?:submit|prepare|provide|present|develop|produce|publish|issue|draft|draw\s+up|elaborate|establish|create|set\s+up|compile|formulate"
    r"|organi[sz]e|convene|hold|host|update|conduct|undertake|carry\s+out|make|appoint|transmit|circulate|deliver|launch|finali[sz]e|complete"
    r"|design|build|contribute|propose|communicate|share|collect|include|elaborate|nominate|generate|devise)"
)
_MAKING = (
    r"(?:submitting|preparing|providing|presenting|developing|producing|publishing|issuing|drafting|drawing\s+up|elaborating|establishing|creating"
    r"|setting\s+up|compiling|formulating|organi[sz]ing|convening|holding|hosting|updating|conducting|undertaking|carrying\s+out|making|appointing"
    r"|transmitting|circulating|delivering|launching|finali[sz]ing|completing|designing|building|contributing|proposing|sharing|collecting)"
)
_CHAINED = (
    r"(?:(?:continue|help|seek|strive|agree|begin)\s+to\s+)?"
    r"(?:(?:also|further|jointly|regularly|periodically|annually|not)\s+)?"
)
_HEAD = re.compile(
    rf"\W*(?:that\s[^;]{{0,200}}?\s(?:should|shall|will|must)\s+|[^;:]{{0,160}}?\bto\s+|[Tt]o\s+)?{_CHAINED}(?:[a-z]+(?:,\s[a-z]+)*\s+and\s+)?(?P<verb>{_MAKE}|{_MAKING})\b(?:\s+and\s+[a-z]+)?\s+",
    re.I,
)
_PLAIN_HEAD = re.compile(
    rf"to\s+{_CHAINED}(?:[a-z]+(?:,\s[a-z]+)*\s+and\s+)?(?P<verb>{_MAKE})\b(?:\s+and\s+[a-z]+)?\s+"
)
_LATER = re.compile(
    r"(?:and(?<!\wand)|to(?<!\wto))\s+(?P<verb>submit|prepare|provide|present|develop|publish|establish|organi[sz]e|convene|transmit)\s+"
)
_THING = re.compile(rf"\b{_THINGS}\b(?!\s+groups?\b)", re.I)
_STOP = re.compile(
    r"\s(?:of|on|for|to|in|with|that|which|by|from|at|under|within|through|regarding|concerning|among|between|into|as|aimed|including|based|related)\s|,\s(?!and\s[a-z]+\s|[a-z]+\sand\s)|,\s(?=in\s|at\s|on\s|to\s|by\s|for\s|as\s|if\s|where)",
    re.I,
)
_REPORTS = re.compile(
    r"\b(?:to|and|also|continue(?:\s+to)?)\s+(?:\w+ly\s+)?(?:report(?:ing)?|provide\s+(?:feedback)|brief|inform|keep\s+\w+\s+informed)\b(?!\s+of\b)",
    re.I,
)
_BRIEFS = {"brief": "briefing"}
# Words without which nothing is handed over: a verb of reporting; or a verb of making and a thing that can be made
_REPORTING = traces.mask("report", "brief", "inform", "feedback")
_MAKES = traces.mask(*(re.compile(re.sub(r"\\s\+(?:up|out)", "", verbs)) for verbs in (_MAKE, _MAKING)))
_MADE = traces.mask(re.compile(re.sub(r"\\s\+of\\s\+|\\s[+?]", "|", _THINGS)))


@dataclass(frozen=True, slots=True)
class Piece:
    """A value, its words' place in the text and the rule that found it."""

    value: str
    span: tuple[int, int]
    rule: str


def deliverable(text: str, start: int, end: int, holds: int | None = None) -> Piece | None:
    """What is to be handed over: "to prepare a final and comprehensive report" → report; "to report …" → report.

    `holds` are the traces of the text, where they are known already.
    """
    holds = traces.of(text) if holds is None else holds
    said = (
        _REPORTS.search(text, start, end)
        if holds & _REPORTING and any(map(text[start:end].__contains__, ("report", "brief", "inform", "feedback")))
        else None
    )
    if said:
        word = re.search(r"report|brief", said[0], re.I)
        if word and (said.start() - start) < 60:
            at = said.start() + word.start()
            return Piece(_BRIEFS.get(word[0].lower(), "report"), (at, at + len(word[0])), "verb-of-reporting")
    if not (holds & _MAKES and holds & _MADE):
        return None
    made = (_PLAIN_HEAD if text.startswith("to ", start) else _HEAD).match(text, start, end)
    found = _thing(text, made.end(), end) if made else None
    if found is None:
        for later in _LATER.finditer(text, made.end() if made else start, end):
            if found := _thing(text, later.end(), end):
                break
    return found


# ", at its eighty-first session, a report": the thing comes after what is put in between
_GAP = re.compile(r",\s+(?:an?|the|its|his|her|their)\s+")


def _thing(text: str, start: int, end: int) -> Piece | None:
    """The thing that stands as the object of a verb ending at `start`: the head of the noun phrase."""
    end = min(end, start + 160)
    left = start
    for _ in range(4):
        stop = _STOP.search(text, left, end)
        things = list(_THING.finditer(text, left, stop.start() if stop else end))
        if things:
            joined = len(things) > 1 and " and " in text[things[0].end() : things[-1].start()]
            thing = things[0] if joined else things[-1]
            return Piece(" ".join(thing[0].lower().split()), thing.span(), "thing-produced")
        gap = _GAP.search(text, left, end)
        if gap is None:
            return None
        left = gap.end()
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
    short = ("Health Assembly", "Assembly", "Council", "Commission", "Committee", "Member States", "membership")
    pattern = re.compile(rf"(?:{alternatives([*table, *short], whole=True)})(?!\w)")
    return pattern, {re.sub(r"\s+", " ", name): abbr for name, abbr in table.items()}


@cache
def _abbreviated(words: str, family: str) -> str:
    plain = re.sub(r"\s+", " ", words)
    own = addressees.whose(plain, family) if plain in {"Council", "Assembly", "Commission"} else None
    return own or _bodies()[1].get(plain, plain)


# Verbs and nouns of handing over, each by its stem and in the lower case in which running text prints them.
_HANDS_OVER = re.compile(
    r"(?:report|submi(?:t|ssion)|present|provid|transmit|contribut|convey|communicat|brief|inform|forward|updat|refer|mak(?:e|ing)|bring|recommendation|"
    r"proposal|deliver|circulat|disseminat|feedback|advi[sc]e|send)"
)
_LEAD = (
    r"(?:the\s+|its\s+|each\s+(?:session\s+of\s+(?:the\s+)?)?|every\s+)?"
    r"(?:next\s+|(?:19|20)\d\d\s+|ECOSOC\s+|ITU\s+|UNGA\s+annual\s+|annual\s+"
    r"|(?:\S+\s+){0,3}?sessions?\s+of\s+(?:the\s+)?|[A-Z][a-z]+(?:-[a-z]+)?\s+(?=World\s+Health))*"
)


# What stands between "to" and a body's name: "to the 30th session of", "to each session of the", "to the 2026"
_TO_BEFORE = re.compile(
    r"(?P<join>to(?<!\wto)\s+|and(?<!\wand)\s+(?:also\s+)?(?:to\s+)?|,\s+(?:and\s+)?(?:also\s+)?(?:to\s+)?"
    r"|brief(?<!\wbrief)\s+|inform(?<!\winform)\s+|provide(?<!\wprovide)\s+|consideration(?<!\wconsideration)\s+of\s+)"
    rf"{_LEAD}$"
)
_VIA_BEFORE = re.compile(rf"\b(?:through|via)\s+{_LEAD}$")
_NOT_A_BODY = re.compile(
    r"\s+(?:Resolution|Decision|[Ww]orking\s+[Gg]roup|document|in\s+its\s+resolution|Task\s+Force|action\s+line|High-[Ll]evel|(?:annual\s+)?HLPF|[Ss]ecretariat\b)"
)
_ON_THE_WAY = re.compile(r"[^;:]{0,3}|,?\s*at\s[^,;]{0,60}|,?\s*in\s\d{4}")


# Words without one of which no body is named that anything could be handed to.
_BODY_TRACES = (
    "Council", "Assembl", "Commission", "Committee", "onference", "orum", "Board", "Group", "Member States",
    "membership", "ECOSOC", "CSTD", "HLPF", "UNGA", "CWG", "WTSA", "WTDC", "WRC", "PP", "RA", "AG", "IGF", "UNGIS",
    "UNEA", "MSC", "MEPC",
    "Secretary-General", "Task Force", "Nations", "Partnership", "acilitators", "ITU-",
)  # fmt: skip


_BODIES = traces.mask(*(words.split()[-1] for words in _BODY_TRACES), printed=True)
_MOVES = traces.mask(_HANDS_OVER, "through", "via", printed=True)

_MANY = frozenset({"Member States", "membership"})


def routes(text: str, start: int, end: int, family: str, holds: int | None = None) -> tuple[list[Piece], list[Piece]]:
    """To whom the work goes, and through whom: ("ECOSOC",), ("CSTD",).

    `holds` are the traces of the text, where they are known already.
    """
    holds = traces.of(text) if holds is None else holds
    if not (holds & _BODIES and holds & _MOVES):
        return [], []
    part = text[start:end]
    if not any(map(part.__contains__, _BODY_TRACES)):
        return [], []
    handed = _HANDS_OVER.search(text, start, end)
    passes = "through" in part or "via " in part
    if not handed and not passes:
        return [], []
    to: dict[str, Piece] = {}
    via: dict[str, Piece] = {}
    last_to = last_via = None  # where the body before ended: "to the Council and TSAG", "through CSTD and ECOSOC"
    for body in _bodies()[0].finditer(text, start, end):
        if _NOT_A_BODY.match(text, body.end()):
            continue
        left = max(start, body.start() - 80)
        value = _abbreviated(body[0], family)
        piece = Piece(value, body.span(), "to-a-body")
        if passes and _VIA_BEFORE.search(text, left, body.start()):
            via.setdefault(value, replace(piece, rule="through-a-body"))
            last_via, last_to = body.end(), body.end() if last_to else None
            continue
        join = _TO_BEFORE.search(text, left, body.start())
        if join is None:
            continue
        outright = "to " in join["join"] or join["join"].split()[0] in {"brief", "inform", "provide", "consideration"}
        if not outright and last_via is not None and text[last_via : join.start()].strip(" ,") == "":
            via.setdefault(value, replace(piece, rule="through-a-body"))
            last_via = body.end()
        elif handed and body.start() > handed.start():
            if not outright and (last_to is None or not _ON_THE_WAY.fullmatch(text[last_to : join.start()])):
                continue
            if outright and _TALKED_OF.search(text, max(start, join.start() - 14), join.start()):
                continue
            if value in _MANY and body.start() - handed.end() > 60:
                continue  # "provide advice, within …, to Member States" hands them nothing to read
            to.setdefault(value, piece)
            last_to = body.end()
    return list(to.values()), list(via.values())


# "the follow-up to the General Assembly", "contribution to HLPF": the "to" belongs to the noun before it
_TALKED_OF = re.compile(
    r"(?:follow-up|relation|regard|respect|according|annex|reply|response|addition|Advisor|adviser)\s*$"
)


# Reservations and manners that stand beside the duty and belong on the task.
_QUALIFIER = re.compile(
    # only where a word begins, and with one of the letters that begin them: it is tried at every place of the text
    r"\b(?=[aioruswWtI])(?:as\s+(?:and\s+when\s+)?(?:appropriate|necessary|applicable|required|needed|relevant)\b|where\s+(?:appropriate|applicable|necessary|possible|needed)\b|"
    r"if\s+(?:so\s+)?(?:requested|needed|necessary|appropriate)\b|as\s+far\s+as\s+possible\b|to\s+the\s+extent\s+possible\b|"
    r"(?:upon|on)\s+(?:their\s+|its\s+)?request\b|"
    r"[Ww]ithin\s+(?:the\s+|its\s+|their\s+|existing\s+|available\s+|ITU's\s+|its\s+existing\s+)*(?:respective\s+|existing\s+|available\s+|current\s+|own\s+|overall\s+|allocated\s+|specific\s+)*"
    r"(?:(?:budgetary\s+|financial\s+)?resources|mandates?|budgets?|(?:areas?\s+of\s+)?(?:competence|responsibilit(?:y|ies))|remits?|financial\s+limits(?:\s+set\s+by\s+the\s+Plenipotentiary\s+Conference)?|capacit(?:y|ies)|budgetary\s+limits?)(?:\s+of\s+(?:the\s+)?(?:ITU|Union|UN-Habitat|Organization|Council|Group|Office|United\s+Nations))?|"
    r"[Ww]ithin\s+the\s+framework\s+of\s+(?:its|their|ITU)\s+(?:mandates?|responsibilit(?:y|ies))|"
    r"subject\s+to\s+the\s+availability\s+of\s+(?:extrabudgetary\s+|financial\s+)?(?:resources|funds|funding)|subject\s+to\s+[^,;.]{3,60}|"
    r"in\s+accordance\s+with\s+(?:its|their)\s+(?:respective\s+)?mandates?|in\s+line\s+with\s+(?:its|their)\s+(?:respective\s+)?mandates?|"
    r"(?:[Ii]n|through)\s+(?:close\s+|full\s+)?(?:consultation|cooperation|collaboration|coordination|partnership|liaison)(?:\s+and\s+(?:consultation|cooperation|collaboration|coordination|partnership))?\s+with\s+[^,;:]{3,140}?(?=,|;|:|\.|$|\s+to\s+[a-z]+\s)|"
    r"on\s+a\s+voluntary\s+basis\b|on\s+mutually\s+agreed\s+terms\b|as\s+soon\s+as\s+possible\b|as\s+a\s+matter\s+of\s+(?:priority|urgency)\b|regularly\b|on\s+a\s+regular\s+basis\b|"
    r"without\s+(?:prejudice\s+to|duplication\s+of)\s+[^,;.]{3,60})",
)


_QUALIFIES = traces.mask(
    "appropriate", "necessary", "applicable", "required", "needed", "relevant", "possible", "request", "within",
    "subject", "mandate", "consultation", "cooperation", "collaboration", "coordination", "partnership", "liaison",
    "voluntary", "mutually", "priority", "urgency", "regular", "prejudice", "duplication",
)  # fmt: skip


def qualifiers(text: str, start: int, end: int, holds: int | None = None) -> list[Piece]:
    """The reservations kept beside the force: "as appropriate", "within existing resources", "on request".

    `holds` are the traces of the text, where they are known already.
    """
    if not (traces.of(text) if holds is None else holds) & _QUALIFIES:
        return []
    return [
        Piece(" ".join(match[0].split()), match.span(), "qualifier") for match in _QUALIFIER.finditer(text, start, end)
    ]
