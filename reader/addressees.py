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
from reader.words import ACTORS, INFINITIVES, LEANERS


@dataclass(frozen=True, slots=True)
class Named:
    """An addressee: the name without its article, and where it stands in the text."""

    name: str
    span: tuple[int, int]


# What comes after a name and says with whom, where or how: "…, in consultation with", "within their mandates"
_TAIL = re.compile(
    r"\s*(?:,\s*)?(?:\b(?:in\s+(?:close\s+)?(?:consultation|cooperation|collaboration|coordination|partnership|conjunction|"
    r"line|accordance|light|the\s+context|this|that|their|its|his|her|a\s+position|order|particular|addition|response)|"
    r"(?<=,\s)within|within(?!\s+the\s+United\s+Nations\s+(?:development\s+)?system\b)|for\s+the\s+purposes?\b|"
    r"including|through|working\s+(?:closely\s+)?(?:with|through|together)|acting\s+\w+|under|on\s+(?:the\s+basis|an?|request|behalf)|with\s+(?:the\s+)?"
    r"(?:support|assistance|a\s+view|due|full|input|respect)|subject\s+to|as\s+(?:appropriate|applicable|relevant|"
    r"necessary|the|a|an|UNGIS)|where|when|if|upon|taking|building|bearing|inter\s+alia|which|who|whose|that\s+(?:have|has|are|"
    r"is|do|did)|wishing|concerned|by\b|(?:no|not)\s+later\b|during|at\s+(?:its|their|the|all(?!\s+levels))|pursuant|consistent|without|via|before|after|"
    r"still\s+not|not\s+yet|(?:and\s+)?particularly|especially|notably|(?:and\s+)?particularly|such\s+as|once|using|for\s+(?:the|their|its)\s+part|drawing|based)\b|\(|[:;—–])",
    re.I,
)
# Names that hold such words: "Special Representative … on Violence against Children", "Partnership on Measuring"
_LISTED = re.compile(r"\s*,\s*(?:and\s+|or\s+|as\s+well\s+as\s+)?|\s+(?:and|or|as\s+well\s+as)\s+", re.I)
_ARTICLE = re.compile(r"^(?:the|its|their|our|an?)\s+", re.I)
_WORD = re.compile(r"[A-Za-z][A-Za-z'’&-]*")


# Abbreviations of things, not of anyone: "Council Working Group on WSIS and SDGs" is one group.
_TOPICS = frozenset({"ICT", "ICTs", "AI", "WSIS", "SDG", "SDGs", "GDC", "IT", "WSIS&SDG"})


def _head(words: str) -> str:
    """The noun that a name turns on: "parties" in "States parties to the Convention"."""
    head = re.split(
        r"\s+(?:of|to|for|on|from|against|with|in|at|that|which|under|between|among)\s+", words, maxsplit=1
    )[0]
    tokens = _WORD.findall(head)
    return tokens[-1] if tokens else ""


def _is_actor(words: str) -> bool:
    """Is the head of these words somebody: a known kind of actor, an abbreviation, or a proper name?"""
    head = _head(words)
    if head.lower() in ACTORS or words.lower().endswith("special procedures"):
        return True
    if head.isupper() or any(c.isupper() for c in head[1:]):
        return len(head) > 1 and head not in _TOPICS
    return head[:1].isupper() and head not in _TOPICS


# Nouns that take "to <verb>" themselves and are nobody: "Encourages efforts to promote"
_NOBODY = LEANERS - {"programmes", "programme", "mechanism", "mechanisms", "support", "so"}
_THEM = re.compile(r"[\s,]*(?:them|it)\s*,\s*(?:and\s+)?", re.I)
# "States and, where applicable, relevant stakeholders": a reservation between two names
_BETWEEN = re.compile(
    r",?\s*(?:where|as|if|when)\s+(?:applicable|appropriate|necessary|relevant|possible|needed)\s*,"
    r"|\s+in\s+a\s+position\s+to\s+do\s+so|\s+that\s+have\s+not\s+(?:yet\s+|already\s+)?done\s+so(?:\s+yet)?",
    re.I,
)
_DETERMINED = re.compile(
    r"\s*(?:the|all|other|its|their|our|any|each|relevant|interested|concerned|existing|those|both)\s", re.I
)
# "the internal task force to monitor", "its high-level meeting to consider": determined, short, and no deed of its own
_SOMEBODY = re.compile(
    r"\s*(?:the|its|all|any|each|these|those|such|relevant)\s+(?:(?!of\b|for\b|in\b|on\b)[\w'’&-]+\s*){1,5}$", re.I
)
_DEED = re.compile(
    r"(?:(?<!meet)ing|tion|sion|ment|ance|ence|ship|ness|ity)s?$|^(?:use|work|efforts?|role|access|support|progress)$",
    re.I,
)


# No list of addressees runs longer; what does is no list of addressees, and reading it whole would take its square.
_LONGEST = 1200


def _is_somebody(words: str) -> bool:
    return bool(_SOMEBODY.match(words)) and not _DEED.search(_head(words))


# What stands beside a name and is none of its own: "Israel, the occupying Power", "the Group, open to all members"
_BESIDE = re.compile(
    r"\s*(?:the\s+occupying\s+Power|open\s+to|together\s+with|along\s+with|as\s|chaired\b|led\b|established\b)", re.I
)


@cache
def _joined() -> re.Pattern[str]:
    """Names that hold an "and" or a comma of their own: "Economic and Social Council"."""
    names = {u["name"] for u in facts.units() if " and " in u["name"] or "," in u["name"]}
    names |= {
        "Food and Agriculture Organization",
        "Committee on Economic, Social and Cultural Rights",
        "Department of Political and Peacebuilding Affairs",
        "Commission on Crime Prevention and Criminal Justice",
        "Economic and Social Commission",
        "Financial and Human Resources",
        "Committee on Administration and Management",
        "United Nations Office on Drugs and Crime",
        "International Bank for Reconstruction and Development",
        "Organisation for Economic Co-operation and Development",
        "Economic Commission for Latin America and the Caribbean",
        "Economic and Social Commission for Asia and the Pacific",
        "Red Cross and Red Crescent",
        "United Nations Entity for Gender Equality and the Empowerment of Women",
    }
    return re.compile("|".join(re.escape(n).replace(r"\ ", r"\s+") for n in sorted(names, key=len, reverse=True)))


def _pieces(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """The members of a list, cut at commas and "and", save inside a name that holds its own."""
    whole = [m.span() for m in _joined().finditer(text, start, end)] if " and " in text[start:end] else []
    pieces: list[tuple[int, int]] = []
    at = start
    for match in _LISTED.finditer(text, start, end):
        if any(left < match.start() < right for left, right in whole):
            continue
        if match.start() > at:
            pieces.append((at, match.start()))
        at = match.end()
    if at < end:
        pieces.append((at, end))
    return pieces


def named(text: str, start: int, end: int, *, sure: bool = False) -> tuple[Named, ...]:
    """The addressees named in text[start:end], the words between a verb and what they shall do.

    "Member States, Sector Members and all Stakeholders" → three; "international and regional organizations" → one;
    "Council Working Group on WSIS and SDGs" → one; "efforts" → none. `sure` says that "to <verb>" follows: then words
    that are no known kind of actor count as well ("the internal task force to monitor").
    """
    end = min(end, start + _LONGEST)
    if them := _THEM.match(text, start, end):
        start = them.end()
    part = text[start:end]
    if " as " in part or " where " in part or " if " in part or " so" in part:
        text = text[:start] + _BETWEEN.sub(lambda m: " " * len(m[0]), part)
    if tail := _TAIL.search(text, start, end):
        # An interposed phrase right at the start leaves nothing to name: look after it.
        if not text[start : tail.start()].strip(" ,"):
            comma = text.find(",", tail.end(), end)
            return named(text, comma + 1, end, sure=sure) if comma >= 0 else ()
        end = tail.start()
    pieces = _pieces(text, start, end)
    merged: list[tuple[int, int]] = []
    hold: int | None = None
    for index, (left, right) in enumerate(pieces):
        first = hold if hold is not None else left
        words = text[first:right]
        following = text[slice(*pieces[index + 1])] if index + 1 < len(pieces) else None
        if merged and _BESIDE.match(words):
            continue
        goes_on = bool(merged) and hold is None and _goes_on(text[slice(*merged[-1])], words, last=following is None)
        if goes_on:
            merged[-1] = (merged[-1][0], right)
        elif following is not None and _leans(words, following):
            hold = first
            continue
        elif _is_actor(words) or (sure and following is None and not merged and _is_somebody(words)):
            merged.append((first, right))
        hold = None
    result = []
    for left, right in merged:
        while left < right and text[left] in " ,\t\n":
            left += 1
        while right > left and text[right - 1] in " ,;:.\t\n¹²³*":
            right -= 1
        if article := _ARTICLE.match(text[left:right]):
            left += article.end()
        name = re.sub(r"\s+", " ", text[left:right])
        if 1 < len(name) <= 220 and name.lower().split()[0] not in {"to", "that", "this", "these", "it", "them", "for"}:
            result.append(Named(name, (left, right)))
    return tuple(result)


# Heads that share what follows the last of them: "agencies, funds and programmes of the United Nations system"
_SHARING = frozenset(
    {
        "organs",
        "organizations",
        "agencies",
        "funds",
        "programmes",
        "bodies",
        "entities",
        "commissions",
        "mechanisms",
        "offices",
    }
)
_SHARED = re.compile(rf"\s*(?:{'|'.join(sorted(_SHARING))})\b(?=\s*$|\s+(?:of|to)\s)")

# Those whose name says on what they work, at any length
_MANDATED = re.compile(
    r"\b(?:Rapporteurs?|Working\s+Group|Independent\s+Expert|Expert\s+Mechanism|Special\s+Representative)\b.*\son\s",
    re.S,
)


def _goes_on(before: str, words: str, *, last: bool) -> bool:
    """Does the piece continue the name before it: "Special Rapporteur on the rights to assembly | of association"?"""
    if re.match(r"\s*(?:(?:of|on|for|to)\s|\d+\s*$)", words):
        return True  # "of association", "Study Groups 2 | and 17"
    if _head(before) in _SHARING and _SHARED.match(words):
        return True  # "United Nations agencies | funds | and programmes"
    if (
        _head(words) in _SHARING
        and re.match(r"\s*[a-z]+\b", words)
        and (shared := re.search(r"\bof (?:the )?(\w+)$", before))
    ):
        return shared[1] in _SHARING  # "heads of the funds | and programmes"
    if _MANDATED.search(before) and re.match(
        r"\s*(?!the\s|all\s|its\s|relevant\s|interested\s|other\s+(?:relevant\s+)?stake)[a-z]", words
    ):
        return True  # "Working Group on the issue of human rights | and transnational corporations"
    if re.match(r"\s*and\s", words) or _is_known_kind(words):
        return False
    topic = re.search(r"\bon\b", before) or (last and re.search(r"\b(?:of|for|against|to)\b", before))
    return bool(topic) and not (_is_actor(words) and _head(words).isupper())


def _is_known_kind(words: str) -> bool:
    return _head(words).lower() in ACTORS


def _leans(piece: str, following: str) -> bool:
    """Does the piece belong to the one after it: "international | and regional organizations"?"""
    head = _head(piece)
    if not head:
        return True
    if _DETERMINED.match(following + " ") and _is_actor(piece):
        return False
    if head.lower() in _SHARING and " of " not in piece and re.match(r"\s*[a-z-]+ (?:of|to) ", following):
        return True
    if "Director" in piece and "Director" not in following and "Bureaux" in following and "Bureau" not in piece:
        return True  # "Directors of the Telecommunication Standardization | and Telecommunication Development Bureaux"
    if head.lower() in ACTORS:
        return False
    if head.isupper() and head not in _TOPICS:
        return False
    if head[:1].isupper():
        # "Food | and Agriculture Organization": proper words that end in a kind of body; not so "Israel | and Lebanon"
        return (
            _is_known_kind(following)
            and bool(re.match(r"\s*(?:[A-Z][\w-]*\s+)*[A-Z][\w-]*\b", following))
            and _head(following)[:1].isupper()
        )
    return True


@dataclass(frozen=True, slots=True)
class Object:
    """What stands after a directive verb: who is told, and where that which they shall do begins."""

    named: tuple[Named, ...]
    action: int
    rule: str


_TO = re.compile(r"(?:(?<=\s)|(?<=,))to\s+(?=[a-z])")
_LAST_WORD = re.compile(r"([A-Za-z-]+),?\s*$")


# "in order to enable", "in a position to do so", "efforts to promote" inside a name: not yet what they shall do
_LEANT_ON = re.compile(
    r"(?:\b(?:order|position|wishing|wish|able|need|yet|agreed|failed|according|due|right|ability|steps|efforts|opportunity|"
    r"seeking|continue|how|continuing|willing|unable|commitment|committed|mandated|established|entitled)|(?<!do\s)(?<!done\s)"
    r"(?<!doing\s)\bso|\bas)\s*$",
    re.I,
)


# Words after "to" that are no verbs, by what they are or how they end; what is neither, behind a name, is taken for one
_NO_VERB = re.compile(
    r"(?:the|an?|all|its|their|his|her|our|this|that|these|those|such|other|both|each|any|no|which|whom|whose|what|date|and|be|in|"
    r"women|men|people|youth|children|data|health|access|peace|progress|work|support|[a-z-]*(?:tion|sion|ment|ness|ity|ies|ing|ance|ence|ics|"
    r"ers|ors|ship|al|ive|ous|ed|ic|able|ible|ful|ary|ly|ism|ment|ology|s))\b"
)
_WORD_AHEAD = re.compile(r"[a-z]{3,}(?=\s)")


def likely_verb(text: str, at: int, end: int) -> bool:
    """Is the word at `at` a verb, though it stands in no list of ours: by its shape, and by not being a known noun?"""
    return bool(_WORD_AHEAD.match(text, at, end)) and not _NO_VERB.match(text, at, end)


def _next_to(text: str, start: int, end: int) -> int | None:
    """Where the first "to <verb>" begins that is not leant on by the word before it."""
    for match in _TO.finditer(text, start, end):
        if not grammar.infinitive(text, match.start()) and not likely_verb(text, match.end(), end):
            continue
        if _LEANT_ON.search(text, max(start, match.start() - 40), match.start()):
            continue
        return match.start()
    return None


# "Encourages all States to, based on the best knowledge available, prioritize": an aside parts "to" from its verb
_TO_ASIDE = re.compile(r"(?<=\s)to,\s+[^,;:]{3,120},\s+")


def likely_or_listed(text: str, at: int, end: int) -> bool:
    """Does a verb in its plain form stand at `at`, listed or likely?"""
    word = _WORD_AHEAD.match(text, at, end)
    return word is not None and (word[0] in INFINITIVES or likely_verb(text, at, end))


# "Reiterates its invitation to multilateral institutions to consider", "Recommends to Member States that"
_LATER_THAT = re.compile(r"\sthat\s")
_ONTO = re.compile(r"\s+(?P<to>to|upon|on)\s+")
# "requests that the Secretary-General submit", "recommends that Member States consider"
_THAT = re.compile(r"\s*,?\s*that(?:\s+|(?=,))", re.I)
_THAT_VERB = re.compile(r"\s(?P<verb>[a-z-]+)(?=\s)")
# "to:", where the sub-items follow
_COLON = re.compile(r"(?:,?\s+to)?\s*[:—–]\s*\W*$")


def after(text: str, start: int, end: int) -> Object:
    """Who is told after a directive verb that ends at `start`.

    "the Secretary-General, in consultation with Member States, to submit" → Secretary-General, action at "to submit".
    "that ITU should continue" → ITU. "the full implementation of" → nobody, and the whole is the action.
    """
    if (onto := _ONTO.match(text, start, end)) and not grammar.infinitive(text, onto.start("to")):
        start = onto.end()
        onto_that = _LATER_THAT.search(text, start, end)
        if onto_that and _next_to(text, start, onto_that.start()) is not None:
            onto_that = None  # "its request to the Secretary-General to ensure that": the infinitive comes first
        if onto_that and (who := named(text, start, onto_that.start())):
            return Object(who, onto_that.start() + 1, "recommended-to")
    if that := _THAT.match(text, start, end):
        return _that(text, that.end(), end)
    to = _next_to(text, start, end)
    if (aside := _TO_ASIDE.search(text, start, to or end)) and likely_or_listed(text, aside.end(), end):
        who = named(text, start, aside.start(), sure=True)
        if who:
            return Object(who, aside.end(), "object-of-the-verb")
    if to is not None:
        if text[start:to].strip(" ,") in {"", "them", "him", "her", "it"}:
            return Object((), to, "object-of-the-verb")
        before = text[start:to].removesuffix("not ")
        word = _LAST_WORD.search(before)
        nobody = word is not None and word[1] in _NOBODY and not before.rstrip(" ,").endswith("special procedures")
        near = len(before.split()) <= 16
        who = named(text, start, start + len(before), sure=near and not nobody)
        if nobody and (not who or "," not in text[who[-1].span[1] : to]):
            who = ()  # "calls for action to promote": the last word takes the infinitive itself
        if who and who[0].span[0] - start < 120:
            return Object(who, to, "object-of-the-verb")
        if not near and (listed := named(text, start, end)) and _starts(text, start, listed):
            return Object(listed, to, "object-of-the-verb")
        return Object((), skipped(text, start), "no-addressee")
    if colon := _COLON.search(text, start, end):
        who = named(text, start, colon.start())
        return Object(who, end, "object-before-colon") if who else Object((), skipped(text, start), "no-addressee")
    # "Calls upon Member States for support", "Invites contributions from": no infinitive; a name may still stand first
    who = named(text, start, end)
    if who and _starts(text, start, who) and len(who[0].name.split()) <= 8:
        return Object(who, skipped(text, start), "object-without-infinitive")
    return Object((), skipped(text, start), "no-addressee")


def _starts(text: str, start: int, who: tuple[Named, ...]) -> bool:
    return bool(re.fullmatch(r"[\s,]*(?:the|its|all|their)?\s*", text[start : who[0].span[0]], re.I))


def skipped(text: str, start: int) -> int:
    """The offset of the first word at or after `start`."""
    while start < len(text) and text[start] in " ,:":
        start += 1
    return start


_DONE_TO = re.compile(
    r"\w+(?:\s+to)?\s+(?:not\s+)?(?:also\s+|further\s+|henceforth\s+)?be\s+(?:\w+ly\s+)?\w+(?:ed|en|made|held|set|kept|put|met|sent|given)\b",
    re.I,
)


def _that(text: str, start: int, end: int) -> Object:
    if text.startswith(",", start - 1) or text.startswith(",", start):
        start = skipped(
            text, max(text.find(",", start + 1, end), start) + 1
        )  # "that, when considering the review, the"
    modal = grammar.MODAL.search(text, start - 1, end)
    if modal:
        # "that the Day shall be observed": what stands before is what is done, not who does it
        who = () if _DONE_TO.match(text, modal.start("modal"), end) else named(text, start, modal.start())
        if not text[modal.end("modal") : end].strip(" :—–"):
            return Object(who, end, "that-before-items")
        return Object(who, skipped(text, modal.start()), "that-should") if who else Object((), start, "that-clause")
    for match in _THAT_VERB.finditer(text, start, end):
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


@cache
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
