"""The grammar of clauses: which verb opens them, with what force, and whom the verb addresses.

The verbs and their strength come from `facts/clause_openers.json`: D a demand, S a suggestion, C a decision of the
body itself, N no instruction. Adverbs in front of a verb ("Also strongly encourages") do not change its force.
Above every pattern stands an example; the examples are what tests/reader/test_grammar.py checks.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from reader import facts
from reader.words import ADVERBS, INFINITIVES

# Decisions that are done once the text is adopted: "Adopts the strategy" leaves nobody anything to do.
PERFORMED = frozenset(
    [
        "adopts",
        "approves",
        "endorses",
        "confirms",
        "declares",
        "proclaims",
        "determines",
        "agrees-with",
        "concurs",
        "accepts",
        "ratifies",
        "elects",
        "appoints",
        "designates",
        "terminates",
        "revokes",
        "repeals",
        "supersedes",
        "abrogates",
        "rescinds",
        "amends",
        "appropriates",
        "renews",
        "transmits",
        "concurs",
        "recommits",
        "suspends",
    ]
)

# Spellings and shorter forms of one verb.
_SAME_VERB = {
    "authorises": "authorizes",
    "calls on": "calls upon",
    "calls once again upon": "calls upon",
    "calls once again for": "calls for",
    "reiterates its call": "calls upon",
    "reiterates its call upon": "calls upon",
    "reaffirms its call": "calls upon",
    "renews its call": "calls upon",
    "reiterates its request": "requests",
    "renews its request": "requests",
    "reaffirms its request": "requests",
    "reiterates its invitation": "invites",
    "renews its invitation": "invites",
    "reiterates its encouragement": "encourages",
    "reiterates its recommendation": "recommends",
    "draws attention to": "draws the attention of",
    "appeals": "appeals to",
    "commits": "commits to",
    "undertakes": "undertakes to",
}

# "Urges all States to …": what a reader would call an order, though the facts file it as a suggestion or decision.
_PLAIN = {"commits to": "commits", "undertakes to": "undertakes", "recommits": "commits", "appeals to": "appeals to"}


@dataclass(frozen=True, slots=True)
class Verb:
    """A verb found in a text: its plain form ("requests"), its strength (D, S, C, N) and where it stands."""

    force: str
    strength: str
    span: tuple[int, int]
    rule: str

    @property
    def binds(self) -> bool:
        """Does the verb lay a duty on anyone, now or by what follows it?"""
        return self.strength in "DSC"


def _plural(verb: str) -> str:
    """The form that goes with "we": "requests" → "request", "calls upon" → "call upon"."""
    head, _, tail = verb.partition(" ")
    if head.endswith("sses"):
        head = head[:-2]
    elif head.endswith("ies"):
        head = head[:-3] + "y"
    elif head.endswith("s"):
        head = head[:-1]
    return f"{head} {tail.replace('its', 'our')}".strip()


@cache
def verbs() -> dict[str, str]:
    """Every opening verb in the third person, lower case, without its adverbs → its strength."""
    adverb = re.compile(rf"^(?:{ADVERBS}\s+)+", re.I)
    found: dict[str, str] = {"reiterates its encouragement": "S", "reaffirms its call": "D", "stands": "N"}
    for opener in facts.openers():
        if opener["part"] != "operative" or opener["style"].startswith("UN-"):
            continue
        phrase = adverb.sub("", opener["phrase"].lower())
        phrase = re.sub(r"\s+(?:also|further|that|to|once again)$", "", phrase)
        if phrase.startswith(("resolves to ", "resolves further to", "decides to ", "has ")):
            continue  # two verbs: `opening` takes the second
        if phrase.split()[0] in {"continues", "resolutely", "concerned"} or phrase.endswith(" all"):
            continue
        found.setdefault(phrase, opener["strength"])
    return found


def _alternatives(phrases: list[str]) -> str:
    return "|".join(re.escape(p).replace(r"\ ", r"\s+") for p in sorted(phrases, key=len, reverse=True))


# "Also strongly encourages", "Requests also", "Calls once again upon", "Decides, in this regard, to"
@cache
def _third() -> re.Pattern[str]:
    plain = [v for v in verbs() if not v.startswith(("calls", "reiterates its call"))]
    return re.compile(
        rf"(?P<adverbs>(?:{ADVERBS},?\s+)*(?:and\s+(?:{ADVERBS}\s+)*)?)"
        rf"(?P<verb>reiterates\s+its\s+calls?(?:\s+(?:up)?on)?|calls\s+(?:once\s+again\s+|again\s+|also\s+|further\s+)?"
        rf"(?:,[^,]{{1,60}},\s*)?(?:upon|on|for)|{_alternatives(plain)})"
        rf"(?=[\s,:;.]|$)(?:\s+(?:also|further|again|once\s+again|once\s+more)(?=[\s,]))?",
        re.I,
    )


# Verbs that turn up a second time in a sentence, where a noun of the same shape would be rare.
_SECOND = (
    "requests",
    "invites",
    "encourages",
    "urges",
    "decides",
    "recommends",
    "instructs",
    "directs",
    "authorizes",
    "authorises",
    "demands",
    "appeals to",
    "resolves",
    "reiterates its request",
    "reiterates its invitation",
)


# "Recognizes the work … and requests the Secretary-General to", "; and, in this regard, invites", ", calls upon"
@cache
def _again() -> re.Pattern[str]:
    return re.compile(
        rf"(?:[,;:]\s+|\s)(?P<and>and,?\s+|as\s+well\s+as\s+)?(?:(?:in|to)\s+(?:this|that)\s+\w+,?\s+|,\s*[^,]{{1,70}},\s+)?"
        rf"(?P<adverbs>(?:{ADVERBS},?\s+)*)"
        rf"(?P<verb>calls\s+(?:once\s+again\s+)?(?:upon|on|for)|reiterates\s+its\s+call\s+(?:up)?on|{_alternatives(list(_SECOND))})"
        rf"(?:\s+(?:also|further))?(?=[\s,])",
        re.I,
    )


# "We call upon", "we therefore also request", "In this regard, we invite"
@cache
def _we() -> re.Pattern[str]:
    forms = {_plural(v) for v in verbs()} | {"will", "are committed to", "are determined", "reaffirm", "support"}
    forms |= set(_plain_of_plural())
    return re.compile(
        rf"\b(?:we|governments,?\s+commit)\s+(?P<adverbs>(?:{ADVERBS},?\s+)*)(?P<verb>{_alternatives(list(forms))})(?=[\s,:;.]|$)",
        re.I,
    )


# ", and urge all stakeholders to": a second verb after "we"
@cache
def _we_again() -> re.Pattern[str]:
    forms = [_plural(v) for v in _SECOND] + ["call upon", "call on", "call for", "commit to", "pledge"]
    return re.compile(
        rf"(?:[,;]\s+(?:and\s+)?|\s+and\s+)(?:in\s+th(?:is|at)\s+\w+,?\s+)?(?P<adverbs>(?:{ADVERBS},?\s+)*)"
        rf"(?P<verb>{_alternatives(forms)})(?=[\s,])",
        re.I,
    )


@cache
def _plain_of_plural() -> dict[str, tuple[str, str]]:
    table = {_plural(v): (v, s) for v, s in verbs().items()}
    for opener in facts.openers():
        if opener["style"] != "UN-we":
            continue
        phrase = re.sub(rf"^we\s+(?:{ADVERBS}\s+)*", "", opener["phrase"].lower())
        if not phrase.endswith(" all"):
            table.setdefault(phrase, (phrase, opener["strength"]))
    for plural, third in {
        "commit to": "commits to",
        "commit": "commits",
        "call on": "calls on",
        "appeal": "appeals",
    }.items():
        table[plural] = (third, verbs().get(third) or verbs()[third.split()[0]])
    table["will"] = ("commits", "C")
    table["are committed to"] = ("commits", "C")
    table["are determined"] = ("commits", "C")
    table["support"] = ("supports", "N")
    return table


def plain(verb: str) -> str:
    """The one form under which a verb is known: "Calls once again upon" → "calls upon", "Authorises" → "authorizes"."""
    words = re.sub(r"\s+", " ", verb.lower())
    words = re.sub(r"^calls\b.*\b(upon|on|for)$", r"calls \1", words)
    words = re.sub(r"^reiterates its calls?( (?:up)?on)?$", "calls upon", words)
    words = _SAME_VERB.get(words, words)
    return _PLAIN.get(words, words)


def _verb(match: re.Match[str], strength: str | None, force: str, rule: str) -> Verb:
    start = match.start("adverbs") if match.group("adverbs") else match.start("verb")
    return Verb(plain(force), strength or "N", (start, match.end()), rule)


_FIRST_WORD = re.compile(r"[^\s,:;.]+")


@cache
def _opening_words() -> frozenset[str]:
    """The words with which a verb in the third person, or an adverb before it, may begin."""
    adverbs = ADVERBS.removeprefix("(?:").removesuffix(")").split("|")
    return frozenset(re.split(r"\\s|\s", phrase)[0] for phrase in [*adverbs, *verbs(), "and", "calls", "reiterates"])


# "resolves to instruct the Director", "decides to invite", "further resolves to request"
_INNER = re.compile(
    r"\s+(?:also\s+|further\s+)?to\s+(?:once\s+again\s+)?(instruct|invite|request|encourage|recommend|urge|call\s+upon|authorize|direct|mandate|task)\b",
    re.I,
)


def opening(text: str, at: int = 0) -> Verb | None:
    """The verb with which a clause opens at `at`, in the third person or after "we"; None where none does.

    "Also requests the Secretary-General to" → requests, D; "resolves to instruct the Director" → instructs, D.
    """
    word = _FIRST_WORD.match(text, at)
    if word is None or word[0].lower() not in _opening_words():
        return None  # most texts open with no verb: a look at their first word is cheaper than the pattern
    match = _third().match(text, at)
    if match is None:
        return None
    words = re.sub(r"\s+", " ", match.group("verb").lower())
    words = re.sub(r"^calls\b.*\b(upon|on|for)$", r"calls \1", words)
    if words.startswith("reiterates its call"):
        words = "reiterates its call"
    verb = _verb(match, verbs().get(words), words, "verb-opens")
    if verb.force in {"resolves", "decides"} and (inner := _INNER.match(text, verb.span[1])):
        force = {"call upon": "calls upon"}.get(
            re.sub(r"\s+", " ", inner.group(1).lower()), inner.group(1).lower() + "s"
        )
        return Verb(force, verbs().get(force, "D"), (verb.span[0], inner.end()), "verb-in-verb")
    return verb


# A declaration prints the verb alone, in the plural: "Request the Secretary-General to", "Urge all States to"
@cache
def _bare() -> re.Pattern[str]:
    forms = [
        _plural(v) for v, s in verbs().items() if s in "DSC" and v.split()[0] not in {"seeks", "charges", "orders"}
    ]
    return re.compile(rf"(?P<adverbs>(?:{ADVERBS}\s+)*)(?P<verb>{_alternatives(forms)})\s", re.I)


def bare(text: str) -> Verb | None:
    """The verb of a declaration without a subject: "Call upon all Governments to" → calls upon."""
    match = _bare().match(text) if text[:1].isupper() else None
    if match is None:
        return None
    force, strength = _plain_of_plural()[re.sub(r"\s+", " ", match.group("verb").lower())]
    return _verb(match, strength, force, "verb-without-subject")


def said_by_us(text: str) -> list[Verb]:
    """The verbs that "we" governs, in their order, those of strength N included: they end what stands before them."""
    found: list[Verb] = []
    if "we " not in text and "We " not in text:
        return found
    for match in _we().finditer(text):
        words = re.sub(r"\s+", " ", match.group("verb").lower())
        force, strength = _plain_of_plural().get(words, (words, "N"))
        found.append(_verb(match, strength, force, "we-verb"))
    return found


def second(text: str, start: int, end: int, *, by_us: bool = False) -> list[Verb]:
    """Further directive verbs within a clause: "Recognizes … and requests …", ", and urge all stakeholders to"."""
    found = []
    pattern = _we_again() if by_us else _again()
    for match in pattern.finditer(text, start, end):
        words = re.sub(r"\s+", " ", match.group("verb").lower())
        if by_us:
            force, strength = _plain_of_plural().get(words, (words, "S"))
        else:
            if not (match.group("and") or text[match.start()] in ",;:"):
                continue
            if re.search(r"\b(?:which|who|that|it)\s*,?$", text[max(start, match.start() - 8) : match.start()]):
                continue
            force = re.sub(r" once again ", " ", words)
            strength = verbs().get(force, "S")
        verb = _verb(match, strength, force, "second-verb")
        if verb.force in {"resolves", "decides"} and (inner := _INNER.match(text, verb.span[1])):
            lemma = re.sub(r"\s+", " ", inner.group(1).lower())
            force = {"call upon": "calls upon"}.get(lemma, lemma + "s")
            verb = Verb(force, verbs().get(force, "D"), (verb.span[0], inner.end()), "verb-in-verb")
        found.append(verb)
    return found


# "The Commission is requested to", "Member States are invited to"
PASSIVE = re.compile(
    r"\b(?:is|are|be)\s+(?:also\s+|further\s+|strongly\s+|hereby\s+)?"
    r"(?P<verb>requested|invited|encouraged|urged|called\s+upon|instructed|directed|authorized|asked)\s+to\s+",
    re.I,
)
PASSIVE_FORCE = {
    "requested": "requests",
    "invited": "invites",
    "encouraged": "encourages",
    "urged": "urges",
    "called upon": "calls upon",
    "instructed": "instructs",
    "directed": "directs",
    "authorized": "authorizes",
    "asked": "requests",
}

# "that ITU should continue", "that the President of the General Assembly will appoint", "The Group shall report"
MODAL = re.compile(
    r"\s(?P<modal>should|shall|will|must|is\s+to|are\s+to|needs?\s+to|is\s+expected\s+to|are\s+expected\s+to)"
    r"(?:\s*[:—–]\s*$|\s+(?:not\s+)?(?:also\s+|further\s+|therefore\s+|continue\s+to\s+)?(?P<next>\w+))",
    re.I,
)

# " to submit", " to regularly update", " to also report"; what may not stand before "to" is asked behind it, since a
# pattern that begins with letters passes quickly over all others
TO = re.compile(
    r"to(?<![\w-]to)\s+(?:(?:also|further|jointly|not|better|fully|(?!(?:ap|sup|com|re|multi)p?ly\b)\w+ly)\s+(?:and\s+\w+ly\s+)?)?(?P<verb>[a-z][a-z-]+)"
)


def infinitive(text: str, at: int) -> re.Match[str] | None:
    """The match of "to <verb>" at `at`, where the word is a verb of our list."""
    match = TO.match(text, at)
    return match if match and match.group("verb") in INFINITIVES else None
