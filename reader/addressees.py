"""Whom the words tell to do something, as the words name them.

"the Secretary-General and the Directors of the Bureaux" → two. Names are kept as printed, without the article; the
addressee is neither the unit that will do it nor a person. Whose Secretary-General it is depends on whose text it is:
`whose` says so.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from reader import facts, grammar
from reader.words import ACTORS, LEANERS


@dataclass(frozen=True, slots=True)
class Named:
    """An addressee: the name without its article, and where it stands in the text."""

    name: str
    span: tuple[int, int]


# What comes after a name and says with whom, where or how: "…, in consultation with", "within their mandates"
_TAIL = re.compile(
    r"\s*(?:,\s*)?(?:\b(?:in\s+(?:close\s+)?(?:consultation|cooperation|collaboration|coordination|partnership|conjunction|"
    r"line|accordance|light|the\s+context|this|that|their|its|his|her|a\s+position|order|particular|addition|response)|within|"
    r"including|through|working\s+(?:closely\s+)?(?:with|through|together)|acting\s+\w+|under|on\s+(?:the\s+basis|an?|request|behalf)|with\s+(?:the\s+)?"
    r"(?:support|assistance|a\s+view|due|full|input|respect)|subject\s+to|as\s+(?:appropriate|well|applicable|relevant|"
    r"necessary|the|a|an|UNGIS)|where|when|if|upon|taking|building|bearing|inter\s+alia|which|who|whose|that\s+(?:have|has|are|"
    r"is|do|did)|wishing|concerned|by\b|during|at\s+(?:its|their|the|all)|pursuant|consistent|without|via|before|after|"
    r"especially|notably|such\s+as|once|using|for\s+(?:the|their|its)\s+part|drawing|based)\b|\(|[:;—–])",
    re.I,
)
# Names that hold such words: "Special Representative … on Violence against Children", "Partnership on Measuring"
_LISTED = re.compile(r"\s*,\s*(?:and\s+|or\s+|as\s+well\s+as\s+)?|\s+(?:and|or|as\s+well\s+as)\s+", re.I)
_ARTICLE = re.compile(r"^(?:the|its|their|our|an?)\s+", re.I)
_ACTOR = re.compile(r"[A-Za-z][A-Za-z'’-]*")


def _is_actor(words: str) -> bool:
    tokens = _ACTOR.findall(words)
    if not tokens:
        return False
    head = re.split(r"\s+(?:of|to|for|on|from|against|with|in|at)\s+", words, maxsplit=1)[0]
    heads = _ACTOR.findall(head)
    if not heads:
        return False
    last = heads[-1].lower()
    if last in ACTORS:
        return True
    # An abbreviation or a proper name ends the head: "ITU", "UNESCO", "Israel", "Study Group 5"
    return heads[-1][:1].isupper() and last not in {"i", "a"}


# Nouns that take "to <verb>" themselves and are nobody: "Encourages efforts to promote"
_NOBODY = LEANERS - {"programmes", "programme", "mechanism", "mechanisms"}


def _modifier_only(words: str) -> bool:
    """Does the piece lack a head of its own, so that it leans on the next: "regional" in "regional and global bodies"?"""
    tokens = _ACTOR.findall(words)
    return not tokens or not _is_actor(words)


def named(text: str, start: int, end: int) -> tuple[Named, ...]:
    """The addressees named in text[start:end], the words between a verb and what they shall do.

    "Member States, Sector Members and all Stakeholders" → three; "the organs and organizations of the United
    Nations system" → one, since "organs" ends no name there; "efforts" → none.
    """
    if tail := _TAIL.search(text, start, end):
        # A comma-less tail right at the start leaves nothing to name: look after the interposed phrase.
        if tail.start() <= start:
            comma = text.find(",", tail.end(), end)
            return named(text, comma + 1, end) if comma >= 0 else ()
        end = tail.start()
    pieces: list[tuple[int, int]] = []
    at = start
    for match in _LISTED.finditer(text, start, end):
        if match.start() > at:
            pieces.append((at, match.start()))
        at = match.end()
    if at < end:
        pieces.append((at, end))
    merged: list[tuple[int, int]] = []
    hold: int | None = None
    for index, (left, right) in enumerate(pieces):
        first = hold if hold is not None else left
        words = text[first:right]
        if merged and hold is None and re.match(r"\s*(?:of|on|for|to|the\s+occupying|and)\s", words):
            merged[-1] = (merged[-1][0], right) if not words.lstrip().startswith("the occupying") else merged[-1]
            continue
        later = index + 1 < len(pieces)
        if later and _leans(text, left, right, pieces[index + 1]):
            hold = first
            continue
        hold = None
        if _modifier_only(words):
            if merged and not later and re.search(r"\b(?:of|on|for|against|to)\b", text[merged[-1][0] : merged[-1][1]]):
                merged[-1] = (merged[-1][0], right)  # "Special Rapporteur on extrajudicial … and arbitrary executions"
            continue
        merged.append((first, right))
    result = []
    for left, right in merged:
        while left < right and (text[left].isspace() or text[left] == ","):
            left += 1
        while right > left and text[right - 1] in " ,;:.\t\n¹²³":
            right -= 1
        if article := _ARTICLE.match(text[left:right]):
            left += article.end()
        if right - left > 1 and right - left <= 220:
            name = re.sub(r"\s+", " ", text[left:right])
            if name.lower().split()[0] not in {"to", "that", "this", "these", "it", "them"}:
                result.append(Named(name, (left, right)))
    return tuple(result)


_DETERMINED = re.compile(r"\s*(?:the|all|other|its|their|our|any|each|relevant|interested|concerned)\s", re.I)


def _leans(text: str, left: int, right: int, following: tuple[int, int]) -> bool:
    """Does the piece belong to the one after it: "international and regional organizations", "funds and programmes of"?"""
    piece, after = text[left:right].strip(), text[following[0] : following[1]].strip()
    if not piece:
        return True
    tokens = _ACTOR.findall(piece)
    if not tokens:
        return True
    last = tokens[-1]
    if _DETERMINED.match(after + " ") and _is_actor(piece):
        return False
    # "agencies, funds and programmes of the United Nations system": bare lower-case heads that share one "of"
    if last.lower() in ACTORS and last.islower() and " of " not in piece and re.match(r"[a-z-]+ (?:of|to) ", after):
        return last.lower() in {
            "organs", "organizations", "agencies", "funds", "programmes", "bodies", "entities", "commissions", "mechanisms",
            "offices", "secretariats", "chairs",
        }  # fmt: skip
    if "Director" in piece and "Director" not in after and re.search(r"\bBureaux\b", after) and "Bureau" not in piece:
        # "of the Telecommunication Standardization and Telecommunication Development Bureaux"
        return True
    if last.lower() in ACTORS:
        return False
    if last[:1].isupper():
        head = tokens[-1]
        # "Commission on Science and Technology", "Office for Digital and Emerging Technologies": the name goes on
        if (
            re.search(r"\b(?:on|for|of|against|to)\b", piece)
            and not head.isupper()
            and not _DETERMINED.match(after + " ")
        ):
            return not _is_actor_head(after) or bool(re.match(r"[A-Z][a-z]+(?: [A-Z][a-z]+)*$", after))
        return False
    return True


def _is_actor_head(words: str) -> bool:
    head = re.split(r"\s+(?:of|to|for|on)\s+", words, maxsplit=1)[0]
    tokens = _ACTOR.findall(head)
    return bool(tokens) and (tokens[-1].lower() in ACTORS or tokens[-1].isupper())


@dataclass(frozen=True, slots=True)
class Object:
    """What stands after a directive verb: who is told, and where that which they shall do begins."""

    named: tuple[Named, ...]
    action: int
    rule: str


_TO = re.compile(r"(?:(?<=\s)|(?<=,))to\s+(?=[a-z])")
_LAST_WORD = re.compile(r"([A-Za-z-]+),?\s*$")


def _next_to(text: str, start: int, end: int) -> int | None:
    """Where the first "to <verb>" begins that is not leant on by the word before it."""
    for match in _TO.finditer(text, start, end):
        if not grammar.infinitive(text, match.start()):
            continue
        word = _LAST_WORD.search(text, max(start, match.start() - 30), match.start())
        if word and word.group(1).lower() in {"order", "so", "position", "wishing", "wish", "able", "need", "yet", "agreed", "failed",
                                             "according", "due", "right", "ability", "steps", "efforts", "opportunity", "seeking",
                                             "continue", "as", "how", "continuing", "willing", "unable", "commitment"}:  # fmt: skip
            continue
        return match.start()
    return None


# "requests that the Secretary-General submit", "recommends that Member States consider"
_THAT = re.compile(r"\s*,?\s*that\s+", re.I)
_THAT_VERB = re.compile(r"\s(?P<verb>[a-z-]+)\s")
# "to:", where the sub-items follow
_COLON = re.compile(r"(?:,?\s+to)?\s*[:—–]\s*\W*$")


def after(text: str, start: int, end: int) -> Object:
    """Who is told after a directive verb that ends at `start`.

    "the Secretary-General, in consultation with Member States, to submit" → Secretary-General, action at "to submit".
    "that ITU should continue" → ITU. "the full implementation of" → nobody, and the whole is the action.
    """
    if that := _THAT.match(text, start, end):
        return _that(text, that.end(), end)
    to = _next_to(text, start, end)
    if to is not None:
        who = named(text, start, to)
        word = _LAST_WORD.search(text, start, to)
        if word and word.group(1).lower() in _NOBODY and not (who and "," in text[who[-1].span[1] : to]):
            who = ()
        if text[start:to].strip(" ,") == "" or (who and who[0].span[0] - start < 120):
            return Object(who, to, "object-of-the-verb")
        if not who and (listed := named(text, start, end)) and _starts(text, start, listed):
            return Object(listed, to, "object-of-the-verb")
        return Object((), _skip(text, start), "no-addressee")
    if colon := _COLON.search(text, start, end):
        who = named(text, start, colon.start())
        return Object(who, end, "object-before-colon") if who else Object((), _skip(text, start), "no-addressee")
    # "Calls upon Member States for support", "Invites contributions from": no infinitive; a name may still stand first
    who = named(text, start, end)
    if who and _starts(text, start, who) and len(who[0].name.split()) <= 8:
        return Object(who, _skip(text, start), "object-without-infinitive")
    return Object((), _skip(text, start), "no-addressee")


def _starts(text: str, start: int, who: tuple[Named, ...]) -> bool:
    return bool(re.fullmatch(r"[\s,]*(?:the|its|all|their)?\s*", text[start : who[0].span[0]], re.I))


def _skip(text: str, start: int) -> int:
    while start < len(text) and text[start] in " ,:":
        start += 1
    return start


def _that(text: str, start: int, end: int) -> Object:
    modal = grammar.MODAL.search(text, start - 1, end)
    if modal:
        who = named(text, start, modal.start())
        return Object(who, _skip(text, modal.start()), "that-should") if who else Object((), start, "that-clause")
    for match in _THAT_VERB.finditer(text, start, end):
        from reader.words import INFINITIVES

        if match.group("verb") in INFINITIVES:
            who = named(text, start, match.start())
            if who:
                return Object(who, match.start() + 1, "that-subjunctive")
            break
    return Object((), start, "that-clause")


# Whose official is meant, by whose text it is: the UN's Secretary-General is not ITU's.
_OWN = {
    "secretary-general": {
        "ITU": "SG",
        "UN": "UNSG",
        "HRC": "UNSG",
        "ECOSOC": "UNSG",
        "IMO": "IMO-SG",
        "UNEA": "UNSG",
        "UN-Habitat": "UNSG",
    },
    "deputy secretary-general": {"ITU": "DSG", "UN": "UN-DSG"},
    "council": {"ITU": "Council", "HRC": "HRC", "ECOSOC": "ECOSOC", "UN": "ECOSOC", "IMO": "IMO-C"},
    "assembly": {
        "UN": "UNGA",
        "IMO": "IMO-A",
        "UNEA": "UNEA",
        "UN-Habitat": "UNHA",
        "WHO": "WHA",
        "HRC": "UNGA",
        "ECOSOC": "UNGA",
    },
    "director-general": {"WHO": "WHO-DG"},
    "executive director": {"UNEA": "UNEP-ED", "UN-Habitat": "UNHSP-ED"},
    "executive board": {"WHO": "EB", "UN-Habitat": "UNHSP-EB"},
    "high commissioner": {"HRC": "OHCHR", "UN": "OHCHR"},
    "commission": {"ITU": "CSTD"},
    "group": {"ITU": "UNGIS"},
    "health assembly": {"WHO": "WHA"},
    "environment assembly": {"UNEA": "UNEA"},
    "president": {"HRC": "HRC-President", "UN": "PGA"},
    "member states": {"ITU": "Member States"},
    "membership": {"ITU": "Member States"},
}


@cache
def _abbreviations() -> dict[str, str]:
    table: dict[str, str] = {}
    for unit in facts.units():
        for name in (unit["name"], unit["abbr"], *unit["aliases"]):
            table.setdefault(re.sub(r"^the ", "", name.lower()), unit["abbr"])
    for body in (*facts.series()["bodies"], *facts.series()["by_year"]):
        if "families" not in body:
            for name in body["names"]:
                table.setdefault(name.lower(), body["id"])
    for short in ("council", "group", "commission", "assembly", "secretary-general", "deputy secretary-general"):
        table.pop(short, None)
    return table


def whose(name: str, family: str) -> str | None:
    """The abbreviation of the unit or body that a name means in a text of `family` (ITU, UN, HRC, ECOSOC, WHO, …).

    "Secretary-General" is SG in an ITU text and UNSG in one of the United Nations; None where we don't know it.
    """
    key = re.sub(r"^(?:the|itu|all|its)\s+", "", name.lower()) if family == "ITU" else name.lower()
    if of := re.match(
        r"(deputy )?secretary-general of (?:the )?(itu|union|united nations|imo|organization)\b", name.lower()
    ):
        deputy = bool(of.group(1))
        if of.group(2) == "united nations":
            return "UN-DSG" if deputy else "UNSG"
        if of.group(2) in {"itu", "union"}:
            return "DSG" if deputy else "SG"
    own = _OWN.get(key, {})
    if family in own:
        return own[family]
    return _abbreviations().get(key) or _abbreviations().get(name.lower())
