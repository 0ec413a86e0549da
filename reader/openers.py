"""Telling the words that open a clause: "recalling", "instructs the Secretary-General", "URGES Member States:".

The verbs come from `facts/clause_openers.json`. Three bodies of practice print them in three ways:

- ITU: in small letters, alone on a line, with all items below until the next ("instructs the Secretary-General").
- The UN and its family: with a capital, opening the paragraph itself ("Recalling its resolution 70/125").
- WHO and IMO: in capitals, opening the paragraph itself ("URGES Member States:", "RECALLING ALSO …").

In goes the text of a line, out comes an `Opener` or None. Nothing is decided here from the neighbours of the line.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources

from reader.document import Part

# Words that may stand before or after the verb of an opener and do not change what it is:
# "further recalling", "also strongly urges", "once again calls upon", "considering further".
_ADVERBS = frozenset(
    [
        "also",
        "again",
        "further",
        "furthermore",
        "once",
        "strongly",
        "deeply",
        "gravely",
        "fully",
        "firmly",
        "seriously",
        "urgently",
        "profoundly",
        "once",
        "still",
        "especially",
        "particularly",
        "finally",
        "moreover",
        "likewise",
        "therefore",
        "accordingly",
        "in",
        "addition",
        "and",
    ]
)
_ORGANS = (
    r"(?:Council|Assembly|Conference|Commission|Committee|Board|Congress|Group|Union|Summit|Meeting|Forum|Body|Parties)"
)

# "The ITU Council,"  "The General Assembly,"  "THE ASSEMBLY,"  "The Plenipotentiary Conference of … (Dubai, 2018),"
# "The Sixty-sixth World Health Assembly,"  "We, the Ministers and heads of delegations …,"
_ENACTING = re.compile(
    rf"(?:The\s+(?:[\w’'.,&()/–-]+\s+){{0,12}}?{_ORGANS}\b[^;:]{{0,160}}"
    rf"|THE\s+(?:[\w’'.,&()/–-]+\s+){{0,12}}?(?:{_ORGANS[3:-1].upper()})\b[^;:]{{0,160}}"
    r"|We,\s+[^;:]{3,400}),?\s*$"
)


@dataclass(frozen=True, slots=True)
class Opener:
    """`phrase`: the words that open the clause; `rest`: what follows them on the line."""

    phrase: str
    part: Part
    rest: str
    case: str  # lower | title | upper


@dataclass(frozen=True, slots=True)
class _Verbs:
    heads: dict[str, frozenset[Part]]  # the first word that is no adverb → the parts that it may open
    phrases: dict[str, tuple[tuple[tuple[str, ...], Part], ...]]  # head → the phrases that begin with it, longest first


@cache
def _verbs() -> _Verbs:
    facts = json.loads((resources.files("reader") / "facts" / "clause_openers.json").read_text("utf-8"))
    heads: dict[str, set[Part]] = {}
    phrases: dict[str, dict[tuple[str, ...], Part]] = {}
    seen = [
        (entry["phrase"], Part(entry["part"]))
        for entry in facts["openers"]
        if entry["style"] in ("UN", "ITU")  # declarations ("we resolve", "urge") number their paragraphs themselves
    ]
    for capitals in facts["capital_styles"]["seen"]:
        words = capitals.lower().split()
        verb = next((word for word in words if word not in _ADVERBS), words[0])
        participle = verb.endswith("ing") or verb in ("mindful", "having")
        seen.append((capitals, Part.PREAMBULAR if participle else Part.OPERATIVE))
    # "continues to invite", "continues to encourage": a directive repeated by a revision, with the force of its verb.
    seen += [
        (f"continues to {verb}", Part.OPERATIVE) for verb in ("invite", "encourage", "urge", "instruct", "request")
    ]
    for phrase, part in seen:
        words = tuple(phrase.lower().split())
        core = next((at for at, word in enumerate(words) if word not in _ADVERBS), 0)
        head = words[core]
        heads.setdefault(head, set()).add(part)
        phrases.setdefault(head, {}).setdefault(words[core:], part)
    return _Verbs(
        {head: frozenset(parts) for head, parts in heads.items()},
        {head: tuple(sorted(found.items(), key=lambda one: -len(one[0]))) for head, found in phrases.items()},
    )


_WORD = re.compile(r"[A-Za-z][A-Za-z'’-]*")
_BLANK = re.compile(r"[\s\u00a0]+")


_LINE = 200  # letters; a line that is longer is a clause of its own, and hardly printed twice


def opener(text: str, start: int = 0) -> Opener | None:
    """The opener with which the text begins at `start`, whatever follows it, or None.

    >>> opener("further invites Member States").phrase
    'further invites'
    """
    return _opener_of_line(text) if not start and len(text) <= _LINE else _opener(text, start)


@lru_cache(maxsize=1024)
def _opener_of_line(text: str) -> Opener | None:
    """The same few openers stand over all sections, and in both readings."""
    return _opener(text, 0)


def _opener(text: str, start: int) -> Opener | None:
    verbs = _verbs()
    at = start
    words: list[str] = []
    ends: list[int] = []
    core = -1
    # The head is looked for among the first few words; anything else is settled after one.
    for _ in range(4):
        match = _WORD.match(text, at)
        if not match:
            return None
        word = match.group().lower()
        words.append(word)
        ends.append(match.end())
        if word in verbs.heads and word not in _ADVERBS:
            core = len(words) - 1
            break
        if word not in _ADVERBS:
            return None
        gap = _BLANK.match(text, match.end())
        if not gap:
            return None
        at = gap.end()
    if core < 0:
        return None
    head = words[core]
    if words[0] == "and":
        return None
    found = _longest(text, head, ends[core], verbs)
    if found is None:
        return None
    part, end = found
    phrase = text[start:end]
    first = phrase[:1]
    if first.islower():
        case = "lower"
    elif phrase.isupper():
        case = "upper"
    else:
        # "Requests", never "REquests"; a second word in capitals is a name, not the verb.
        case = "title"
    return Opener(phrase, part, text[end:].strip(), case)


def _longest(text: str, head: str, end: int, verbs: _Verbs) -> tuple[Part, int] | None:
    """Follow the longest known phrase that begins with this head, then the adverbs after it ("considering further").

    None where the head alone opens nothing: "Taking note" does, "Taking stock" is a heading.
    """
    tail: list[tuple[str, int]] = []
    at = end
    for _ in range(6):
        gap = _BLANK.match(text, at)
        match = _WORD.match(text, gap.end()) if gap else None
        if not match:
            break
        tail.append((match.group().lower(), match.end()))
        at = match.end()
    parts = verbs.heads[head]
    part = Part.PREAMBULAR if parts == {Part.PREAMBULAR} else Part.OPERATIVE
    taken = 0
    for words, of in verbs.phrases.get(head, ()):
        size = len(words) - 1
        if size <= len(tail) and all(words[i + 1] == tail[i][0] for i in range(size)):
            part, taken = of, size
            break
    else:
        if head not in ("having", "being", "deeply"):
            return None
    # "that" and "to" belong to what follows: "decides that", "undertakes to".
    while taken and tail[taken - 1][0] in ("that", "to", "of", "all") and head not in ("calls", "calling", "continues"):
        if tail[taken - 1][0] == "of" and head in ("aware", "mindful", "conscious", "draws", "taking", "takes", "in"):
            break
        taken -= 1
    while taken < len(tail) and tail[taken][0] in _ADVERBS and tail[taken][0] not in ("and", "in"):
        taken += 1
    return part, (tail[taken - 1][1] if taken else end)


# Whom an opener may address: it is what tells "instructs the Secretary-General" from "instructs that …".
_ADDRESSEE = re.compile(
    r"(?:to\s+)?(?:instruct\s+|invite\s+|request\s+|encourage\s+|urge\s+|recommend\s+(?:to\s+)?|call\s+(?:up)?on\s+)?(?:that\s+)?"
    r"(?:(?:the|all|its|each|every|other|both|those|any|developed|developing|relevant|interested|administrations?|governments?|"
    r"regional|national|membership|members|member|organi[sz]ations?|stakeholders|participants|sector|study|academia|"
    r"associates|operating|industry|private|countries|manufacturers|standards|parties|states|and)\b"
    r"|[A-Z][\w.&’'/-]*)",
)
_DOING = re.compile(r",?\s+((?:\(?(?:1|a|i)\)\s+|1\s+)?(?:to|that)\s+(?=[a-z]))")
_SENTENCE_END = re.compile(r"[.;]\s*$|[.;]\s+\S")


def alone(text: str) -> Opener | None:
    """The opener that fills a whole line, addressee included, as ITU prints it; None for any other line.

    "invites Member States, Sector Members, and all Stakeholders" is one, "invites Member States to report;" is not.
    """
    return _alone(text) if len(text) <= 400 else None  # asked before the cache, which is to hold no long text


@lru_cache(maxsize=2048)
def _alone(text: str) -> Opener | None:
    body = text.strip().rstrip(",:").rstrip()
    if not body or (body[0].isupper() and not body[1:2].islower()):
        return None
    found = opener(body)
    if not found:
        return None
    rest = found.rest
    if found.case != "lower":
        addressed = found.part is Part.OPERATIVE and len(body) < 120 and _plain_addressee(found, rest)
        return found if not rest or addressed else None
    if not rest:
        return Opener(body, found.part, "", found.case)
    if found.part is Part.PREAMBULAR:
        # "recalling" opens alone; "recalling Resolution 140" on one line is a clause, not an opener alone.
        return Opener(body, found.part, "", found.case) if rest.lower() in _PREAMBLE_TAILS else None
    if not _plain_addressee(found, rest):
        return None
    return Opener(body, found.part, "", found.case)


_PREAMBLE_TAILS = frozenset(
    [
        "the following",
        "that",
        "with appreciation",
        "with concern",
        "with satisfaction",
        "in particular",
        "in this regard",
        "with interest",
        "of",
        "to",
        "however",
        "nevertheless",
        "in this respect",
        "with regret",
    ]
)


def _plain_addressee(found: Opener, rest: str) -> bool:
    if _SENTENCE_END.search(rest) or not _ADDRESSEE.match(rest):
        return False
    return not _DOING.search(_AFTER_TO.sub("", rest, count=1))


_AFTER_TO = re.compile(r"^(?:to|that)\s+\w+\s+")


def split(text: str, start: int = 0) -> tuple[str, int] | None:
    """An ITU opener and its clause on one line: the opener with its addressee, and where the clause begins.

    "instructs the Director of the Radiocommunication Bureau to implement actions …" → ("instructs the Director of the
    Radiocommunication Bureau", offset of "to implement"). None where the words do not show where one ends.
    """
    found = opener(text, start)
    if not found or found.case != "lower" or not found.rest:
        return None
    begin = start + len(found.phrase)
    while begin < len(text) and text[begin].isspace():
        begin += 1
    if found.part is Part.PREAMBULAR or found.phrase.split()[0] == "continues":
        return text[start : start + len(found.phrase)], begin
    match = _DOING.search(text, begin, begin + 300)
    if not match or not _ADDRESSEE.match(text, begin):
        return None
    addressed = text[start : match.start()]
    return (addressed, match.start(1)) if addressed else None


def enacting(text: str) -> bool:
    """Whether the line names the body that speaks: "The ITU Council,", "THE ASSEMBLY,", "We, the Ministers …,"."""
    if len(text) > 420 or text[:2] not in ("Th", "TH", "We"):
        return False
    stripped = text.rstrip()
    if stripped[-1:] in ".;:" or (stripped[:2] == "We" and stripped[-1:] != ","):
        return False
    if stripped[-1:] != "," and len(stripped) > 120:
        return False
    return bool(_ENACTING.match(stripped))


_APART = re.compile(
    r",\s+(?:in (?:close |full )?(?:consultation|collaboration|coordination|cooperation|accordance)|with|within|as)"
    r"\b.*$"
)
_NAMES = re.compile(
    r",\s+and\s+(?:the\s+)?|,\s+(?:the\s+)?|\s+and\s+the\s+|"
    r"\s+and\s+(?=all\b|other\b|Sector Members|Associates|Academia)"
)
_VERB_TO = re.compile(
    r"^to (?:instruct|invite|request|encourage|urge|recommend to|recommend|call upon|call on)\s+", re.IGNORECASE
)


def addressees(phrase: str) -> tuple[str, ...]:
    """Whom an opener names, as its words name them: "instructs the Secretary-General and the Directors of the Bureaux"
    → ("Secretary-General", "Directors of the Bureaux")."""
    found = opener(phrase)
    if not found or found.part is not Part.OPERATIVE or not found.rest:
        return ()
    rest = _VERB_TO.sub("", found.rest.rstrip(",: ")).removesuffix(" to")
    rest = _APART.sub("", rest)
    names = (re.sub(r"^(?:to )?the ", "", name.strip()) for name in _NAMES.split(rest))
    return tuple(name for name in names if name)
