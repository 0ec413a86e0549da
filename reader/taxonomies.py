"""Action lines and Sustainable Development Goals that the words name: lists, ranges, sub-lines, and lines by role.

"C1 to C11", "C1, C3, C7–C9 and C11", "C2 (Information and communication infrastructure), C4 (Capacity Building)".
Document numbers ("C26/59") and sessions of the Council ("C24") look alike and are left alone: a line counts only where
the words "action line" lead to it. Cyrillic С, which ITU's pages print in places, is read as C.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from reader import facts, traces


@dataclass(frozen=True, slots=True)
class Lines:
    """Codes or goals in the order of their kind, where the words stand, the rule and how sure we are."""

    codes: tuple[str, ...]
    span: tuple[int, int]
    rule: str
    confidence: float


def _order(code: str) -> tuple[int, int]:
    whole, _, part = code[1:].partition(".")
    return int(whole), int(part or 0)


@cache
def _codes() -> frozenset[str]:
    return frozenset(line["code"] for line in facts.action_lines())


@cache
def _sub_lines() -> dict[str, str]:
    """ "e-agriculture" → C7.7; names of C7's sub-lines, with and without the hyphen."""
    table = {}
    for line in facts.action_lines():
        if line.get("parent") == "C7":
            table[line["short"].lower()] = line["code"]
            table[line["short"].lower().replace("-", "")] = line["code"]
    return table


_CODE = r"[CС]\s?(?:1[01]|[1-9])(?:\.[1-8])?(?![\d/])"
# "action lines C1, C3", "WSIS Action Line Roadmaps for C2", "lines of action C1", "AL C5"
_LED = re.compile(
    rf"\b(?:[Aa]ction\s+[Ll]ines?|ACTION\s+LINES?|[Ll]ines?\s+of\s+[Aa]ction|ALs?)\b(?:\s+(?:[Rr]oadmaps?|[Ff]acilitators?|plans?)?\s*(?:for|on|of|under|in)?)?\s*(?:,?\s*(?:such\s+as|namely|including|in\s+particular|i\.e\.|e\.g\.),?)?\s*[(:]?\s*(?=(?:the\s+)?{_CODE})",
)
# one member of a list, with a title in brackets behind it: "C2 (Information and communication infrastructure)"
_MEMBER = re.compile(
    rf"(?P<sep>\s*(?:,\s*(?:and\s+|or\s+)?|;\s*|\s+and\s+|\s+or\s+|\s*[-–]\s*|\s+to\s+|\s+through\s+|\s*&\s*)?)(?P<code>{_CODE})(?:\s*\((?P<title>[^()]*)\)|\s+(?P<sub>e-[a-z]+))?"
)
# "the action lines for which ITU is the facilitator", "where ITU is a leader/facilitator", "co-facilitator or partner"
_BY_ROLE = re.compile(
    r"\baction\s+lines\b[^,;.]{0,40}?\b(?:for\s+which|where|in\s+which|of\s+which)\s+(?:the\s+)?ITU\s+(?:is|acts\s+as|serves\s+as)\s+"
    r"(?:an?\s+|the\s+)?(?P<role>(?:sole\s+|lead(?:ing)?\s+|leader/)?(?:facilitator|moderator/facilitator|lead)|co-facilitator|partner)",
    re.I,
)
# "action line C7 on e-agriculture", "the e-health action line"
_SUB_NAMED = re.compile(
    r"\be-(?:government|business|learning|health|employment|environment|agriculture|science)\b", re.I
)
_LINE_WORDS = re.compile(r"\b(?:action\s+lines?|lines?\s+of\s+action)\b", re.I)


_ACTION, _LINE, _SHORT_LINE = traces.mask("action"), traces.mask("line"), traces.mask("AL", printed=True)
_GOALS = traces.mask("goal", "sdg", "target")


_RANGES = ("-", "–", "to", "through")


def action_lines(text: str, holds: int | None = None) -> Lines | None:
    """The action lines that `text` names, or None. `holds` are the traces of its words, where they are known already.

    "action lines C1, C3, C7–C9 and C11" → C1 C3 C7 C8 C9 C11; "C7 (e-agriculture)" → C7.7.
    """
    holds = traces.of(text) if holds is None else holds
    if not (holds & _ACTION and holds & _LINE) and not holds & _SHORT_LINE:
        return None
    if not any(map(text.__contains__, _LINE_TRACES)):
        return None
    codes: set[str] = set()
    start = end = None
    for led in _LED.finditer(text):
        at, previous = led.end(), None
        while member := _MEMBER.match(text, at):
            if previous is not None and not member["sep"]:
                break
            code = _code(member)
            if previous and any(map(member["sep"].__contains__, _RANGES)):
                low, high = _order(previous)[0], _order(code)[0]
                codes |= {f"C{n}" for n in range(low, high + 1)} if low < high else set()
            codes.add(code)
            if (title := member["title"] or member["sub"]) and code.startswith("C7"):
                codes |= {
                    line for name, line in _sub_lines().items() if re.search(rf"\b{re.escape(name)}\b", title.lower())
                }
            previous, at = code, member.end()
        if previous:
            start, end = (led.start() if start is None else start), at
    if codes:
        if any(c.startswith("C7.") for c in codes) and "C7" in codes:
            codes.discard("C7")
        return Lines(tuple(sorted(codes & _codes(), key=_order)), (start or 0, end or 0), "action-lines-listed", 0.97)
    for sub in _SUB_NAMED.finditer(text):
        around = text[max(0, sub.start() - 60) : sub.end() + 40]
        if _LINE_WORDS.search(around) and re.search(
            r"\bC7\b|e-\w+\s+action\s+line|action\s+lines?\s+(?:on\s+)?e-", around, re.I
        ):
            codes.add(_sub_lines()[sub[0].lower()])
            start, end = (sub.start() if start is None else start), sub.end()
    if codes:
        return Lines(tuple(sorted(codes, key=_order)), (start or 0, end or 0), "sub-line-named", 0.85)
    if role := _BY_ROLE.search(text):
        return Lines(_with_role(role["role"].lower()), role.span(), "action-lines-by-role", 0.6)
    return None


_LINE_TRACES = (
    "ction line",
    "ction Line",
    "ction  line",
    "CTION LINE",
    "ines of action",
    "ines of Action",
    " AL ",
    " ALs ",
)


def _code(member: re.Match[str]) -> str:
    return "C" + member["code"][1:].lstrip()


@cache
def _with_role(words: str) -> tuple[str, ...]:
    """The lines in which ITU has the role: facilitator → C2 C4 C5 C6, from facts/action_lines.json."""
    wanted = "partner" if words in {"partner", "co-facilitator"} else "facilitator"
    return tuple(
        line["code"]
        for line in facts.action_lines()
        if "parent" not in line
        and (
            line["itu_role"]["role"].startswith("facilitator")
            if wanted == "facilitator"
            else "partner" in line["itu_role"]["role"]
        )
    )


# "SDG 4", "SDGs 9 and 11", "Sustainable Development Goals 4, 5 and 10", "Goal 5 of the Sustainable…", "SDG5"
_SDG = re.compile(
    r"(?:SDGs?|Goals?)\s*(?:Nos?\.?\s*)?(?P<list>(?:1[0-7]|[1-9])\b(?![./]\d|\s*%)"
    r"(?:\s*(?:,\s*(?:and\s+)?|and\s+|&\s*|[-–]\s*|to\s+)(?:SDGs?\s+|Goals?\s+)?(?:1[0-7]|[1-9])\b(?![./]\d))*)"
)
_GOAL = re.compile(r"(?P<sep>[-–]|to\s)?\s*(?:SDGs?\s+|Goals?\s+)?(?P<n>\d{1,2})")
# "target 9.c of the Sustainable Development Goals", "SDG target 4.4"
_TARGET = re.compile(r"\b(?:SDG\s+)?[Tt]argets?\s+(?P<goal>1[0-7]|[1-9])\.(?:\d{1,2}|[a-d])\b")


def goals(text: str, holds: int | None = None) -> Lines | None:
    """The Sustainable Development Goals named by number: "SDGs 9 and 11" → 9, 11; "target 9.c" → 9.

    `holds` are the traces of the text's words, where they are known already.
    """
    if not (traces.of(text) if holds is None else holds) & _GOALS:
        return None
    if "oal" not in text and "SDG" not in text and "arget" not in text:
        return None
    numbers: set[int] = set()
    start = end = None
    for match in _SDG.finditer(text):
        previous = None
        for piece in _GOAL.finditer(match["list"]):
            number = int(piece["n"])
            if piece["sep"] and previous and previous < number:
                numbers |= set(range(previous, number))
            numbers.add(number)
            previous = number
        start, end = (match.start() if start is None else start), match.end()
    if "arget" in text and ("SDG" in text or "Sustainable Development" in text or "2030 Agenda" in text):
        for match in _TARGET.finditer(text):
            numbers.add(int(match["goal"]))
            start, end = (match.start() if start is None else start), match.end()
    if not numbers:
        return None
    return Lines(tuple(str(n) for n in sorted(numbers)), (start or 0, end or 0), "goals-numbered", 0.95)
