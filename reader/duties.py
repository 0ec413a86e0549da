"""A paragraph taken apart into clauses: one per directive verb, and one per item of an "and to …" list.

A clause is the words of one duty, the verb that lays it on somebody, and who is told. What else the words hold
(deadline, route, action lines) is for `directions`.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, replace

from reader import addressees, grammar, parting
from reader.parting import Span
from reader.words import INFINITIVES

# "updating its roadmaps": an item that begins with a gerund
GERUND = re.compile(r"[\W\d]*[A-Za-z]+ing\b")


@dataclass(frozen=True, slots=True)
class Told:
    """What an opener, or the introduction to a list, hands down: the verb and whom it tells."""

    verb: str
    force: str
    strength: str
    addressees: tuple[str, ...]
    rule: str
    confidence: float = 0.95
    names_actors: bool = True  # False for "resolves": an item may name its own


@dataclass(frozen=True, slots=True)
class Clause:
    """One duty within a paragraph: the words from `start` to `end`, its verb and who is told."""

    start: int
    end: int
    told: Told
    verb_span: Span | None = None
    names: tuple[addressees.Named, ...] = ()
    rule: str = ""
    confidence: float = 0.9


# ---- clauses of a paragraph ------------------------------------------------------------------------------------------

# The end of a sentence: a stop, then a capital; not after "No." or "Rev."
_SENTENCE = re.compile(
    r"(?<!\bNo)(?<!\bNos)(?<!\bRev)(?<!\bpara)(?<!\bart)(?<!\bvol)(?<!\bMr)(?<!\bMs)(?<!\b[A-Z])\.[\u201d\"]?\d{0,2}\s+(?=[A-Z\u201c\"])"
)


def _verbs(text: str) -> tuple[list[grammar.Verb], bool]:
    """The verbs that govern a paragraph's clauses, in order, and whether "we" speaks."""
    found: list[grammar.Verb] = []
    first = grammar.opening(text)
    ours = grammar.said_by_us(text) if first is None else []
    if first is None and not ours:
        first = grammar.bare(text)
    by_us = bool(ours) or (first is not None and first.rule == "verb-without-subject")
    if first is not None:
        found.append(first)
        for sentence in _SENTENCE.finditer(text):
            following = grammar.opening(text, sentence.end())
            if following and text[sentence.end()].isupper():
                found.append(following)
    found += ours
    if found:
        found.sort(key=lambda v: v.span)
        starts = [v.span[0] for v in found]
        last = found[0].span[1]  # the end of the verb before: both lists run in the order of the text
        later = []
        for verb in grammar.second(text, last, len(text), by_us=by_us):
            at = bisect_right(starts, verb.span[0])
            if found[at - 1].span[1] > verb.span[0] or (at < len(found) and starts[at] < verb.span[1]):
                continue
            last = max(last, found[at - 1].span[1])
            if not _SENTENCE.search(text, last, verb.span[0]):
                later.append(verb)
                last = verb.span[1]
        found += later
    return sorted(found, key=lambda v: v.span), by_us


# "At its 53rd meeting, on 19 December, the General Assembly, on the recommendation of …, decided"
_BODY_SPEAKS = re.compile(
    r"^(?:\d+[.)]?\s+)?(?:At\s+its\s+[^,]{5,90},\s+(?:on\s+[^,]{3,40},\s+)?)?[Tt]he\s+"
    r"(?:[A-Z][\w-]*,?\s+|of\s+the\s+|of\s+|on\s+|and\s+|for\s+)+?"
    r"(?:(?:(?:on|upon|at|in|by)\s|having\s|(?:recall|not|recogniz|bear|act|welcom|reaffirm|consider)ing\s)[^:;]{3,400},\s+)?"
    r"(?=(?:also|further|decided|decides|requested|requests|invited|invites|encouraged|urged|instructed|called|calls)\b)"
)
_PAST = {
    "decided": "decides",
    "requested": "requests",
    "invited": "invites",
    "encouraged": "encourages",
    "urged": "urges",
    "instructed": "instructs",
    "called upon": "calls upon",
    "recommended": "recommends",
    "authorized": "authorizes",
    "directed": "directs",
}
_PAST_WORDS = "|".join(verb.replace(" ", r"\s+") for verb in _PAST)
_PAST_VERB = re.compile(rf"(?:also\s+|further\s+)?(?P<verb>{_PAST_WORDS})(?=[\s:])", re.I)
# "(b) Requested the Secretary-General": an item of a decision; "Encouraged by the progress" tells nobody anything
_PAST_OPENS = re.compile(rf"(?:(?:Also|Further)\s+)?(?i:{_PAST_WORDS})\s+(?!by\b|at\b|in\b|about\b)")


def clauses(text: str, told: Told | None) -> list[Clause]:
    """The clauses of one paragraph under what its opener or introduction hands down."""
    stripped = len(text) - len(text.lstrip(" \t–-•—,"))
    if told is not None:
        # only a capital can begin another order under this one, and most items begin with none
        opens = grammar.opening(text, stripped) if text[stripped : stripped + 1].isupper() else None
        if opens is None or opens.strength not in "DSCN":
            return _under(text, stripped, told)
    body = text[stripped:]
    found, by_us = _verbs(body)
    result: list[Clause] = []
    if not found:
        return _passive(text, stripped) or _body_speaks(text)
    for index, verb in enumerate(found):
        start = stripped + verb.span[1]
        end = stripped + found[index + 1].span[0] if index + 1 < len(found) else len(text)
        if stop := _SENTENCE.search(text, start, end):
            rest = (stop.end(), end)
            end = stop.start()
            result += _passive(text, rest[0], rest[1])
        if not verb.binds or verb.force in grammar.PERFORMED:
            continue
        result += _of_verb(text, start, end, verb, stripped, by_us)
    return result


def _of_verb(text: str, start: int, end: int, verb: grammar.Verb, shift: int, by_us: bool) -> list[Clause]:
    span = (verb.span[0] + shift, verb.span[1] + shift)
    if (open_end := AND_TO_ITEMS.search(text, start, end)) and grammar.TO.search(text, start, open_end.start()):
        end = open_end.start()
    end = parting.trimmed(text, start, end)
    obj = addressees.after(text, start, end)
    first_second = verb.rule == "second-verb"
    if first_second and not _governs(text, start, end, obj, verb):
        return []
    if verb.force in {"decides", "resolves", "agrees"} and _leaves_nothing(text, start, end):
        return []
    if verb.strength == "C" and not obj.rule.startswith("that"):
        # "Decides, in this regard, to convene", "We commit to establishing": nobody but the body itself is told
        at = _DECIDED_TO.match(text, start, end)
        obj = addressees.Object((), at.end() if at else addressees.skipped(text, start), "decision")
    told = Told(_printed(verb), verb.force, verb.strength, tuple(n.name for n in obj.named), obj.rule)
    confidence = {
        "verb-opens": 0.95,
        "verb-in-verb": 0.92,
        "second-verb": 0.85,
        "we-verb": 0.88,
        "verb-without-subject": 0.85,
    }[verb.rule]
    if verb.strength == "C":
        confidence -= 0.1
    if obj.action >= end and (obj.named or obj.rule == "that-before-items"):
        # "Urges Member States:" names who is told; the items say what
        return [Clause(obj.action, end, told, span, obj.named, "introduction", confidence)]
    action = obj.action
    pieces = (
        parting.items(text, action, end) if text.startswith("to ", action) else _decided(text, start, end, action, obj)
    )
    clauses = []
    for number, (left, right) in enumerate(pieces):
        own, names = told, obj.named
        if number and text.startswith("that ", left):
            other = addressees.after(text, left, right)
            if other.named:
                own, names = replace(told, addressees=tuple(n.name for n in other.named)), other.named
        clauses.append(
            Clause(
                left,
                right,
                own,
                span,
                names,
                verb.rule if not number else "and-to-list",
                confidence - 0.05 * (number > 0),
            )
        )
    return clauses


# "to support the group, and to:": one duty is said, and the items say the others
AND_TO_ITEMS = re.compile(r"[,;]?\s+and\s+(?:in\s+particular\s+)?to\s*[:—–]\s*\W*$")
# "Decides, in this context, to convene": what is put in between is no part of the action
_DECIDED_TO = re.compile(r"\s*,[^;:]{2,120}?,\s*(?=to\s)|\s*(?=to\s)")


def _decided(text: str, start: int, end: int, action: int, obj: addressees.Object) -> list[Span]:
    that = re.compile(r"[\s,]*(?P<that>that),?\s").match(text, start, end)
    if that and obj.rule in {"that-should", "that-clause", "that-subjunctive"}:
        left = that.start("that")
        return parting.that_items(text, left, end)
    return [(action, end)]


def _printed(verb: grammar.Verb) -> str:
    return verb.force


_SEIZED = re.compile(r"[\s,]*(?:to\s+)?(?:remain|continue\s+to\s+be)\s+(?:actively\s+)?seized\b", re.I)
_NOTHING_LEFT = re.compile(
    r"[\s,]*to\s+(?:adopt|approve|endorse|declare|proclaim|designate|take\s+note|welcome|elect|terminate|revoke|commend|thank|note|admit|confirm|amend|replace|rename)\b",
    re.I,
)


def _leaves_nothing(text: str, start: int, end: int) -> bool:
    """A decision that is its own fulfilment: "Decides to adopt", "Decides to remain seized of the matter"."""
    return bool(_SEIZED.match(text, start, end) or _NOTHING_LEFT.match(text, start, end))


def _governs(text: str, start: int, end: int, obj: addressees.Object, verb: grammar.Verb) -> bool:
    """Is the second verb really one, and no noun: "its calls and requests", "the request that …"?"""
    if (
        obj.named
        or obj.rule.startswith("that")
        or (obj.rule == "object-of-the-verb" and text[start : obj.action].strip(" ,") in {"them", "him", "her", "it"})
    ):
        return True
    if verb.force in {"calls for", "calls upon", "decides", "resolves"}:
        return True
    return bool(
        re.match(
            r"[\s,]*(?:the|all|its|further|continued|a|an|greater|enhanced|those|efforts|increased|that|to)\b",
            text[start:end],
        )
    )


_THAT = re.compile(r"that,?\s", re.I)
# "in coordination with UNGIS, to develop", "with the support of the Bureaux to develop": what leads to the infinitive
_LED_IN = re.compile(r"(?:[^,;:]{3,160},\s*){0,4}?(?=to\s)", re.I)
_LED_LOOSELY = re.compile(r"[^,;:]{3,80}?\s(?=to\s)")
_FIRST_WORD = re.compile(r"\W*(?P<word>[A-Za-z-]+)")
_DUTY_WORDS = INFINITIVES | {"to"}


def _under(text: str, start: int, told: Told) -> list[Clause]:
    """The clauses of a numbered item under an opener: "to report … and to provide …", "that ITU should …"."""
    end = parting.trimmed(text, start, len(text))
    if told.rule == "terms-of-reference" and not _begins_a_duty(text, start):
        return _in_terms(text, start, end, told)
    if told.strength == "N" or told.force in grammar.PERFORMED:
        return _second_only(text, start, end)
    names: tuple[addressees.Named, ...] = ()
    own = told
    rule = told.rule
    confidence = told.confidence
    action = start
    if _THAT.match(text, start):
        obj = (
            addressees.after(text, start - 1 if start and text[start - 1].isspace() else start, end)
            if start
            else _that_at_start(text, end)
        )
        if obj.named:
            own, names = replace(told, addressees=tuple(n.name for n in obj.named)), obj.named
        elif told.strength == "C":
            own = replace(told, addressees=())
        rule = "that-should" if obj.named else "that-clause"
        pieces = parting.that_items(text, start, end)
    else:
        if not text.startswith(("to ", "To "), start):
            lead = _LED_IN.match(text, start, end)
            if lead and lead.end() > start and grammar.infinitive(text, lead.end()):
                action = lead.end()  # "in coordination with UNGIS, to develop", "within existing resources, to submit"
            elif loose := _LED_LOOSELY.match(text, start, end):
                action = loose.end() if grammar.infinitive(text, loose.end()) and _COMPANY.match(text, start) else start
        if told.strength == "C" and _NOTHING_LEFT.match(text, action, end) and told.force in {"decides", "resolves"}:
            return _second_only(text, start, end)
        if _SEIZED.match(text, action, end):
            return []
        lowered = text
        if text[action : action + 1].isupper():
            lowered = text[:action] + text[action].lower() + text[action + 1 :]
        pieces = [
            (left if number else start, right)
            for number, (left, right) in enumerate(parting.items(lowered, action, end))
        ]
        inner = _inner_force(text, action) if told.strength == "C" else None
        if inner:
            force, at = inner
            obj = addressees.after(text, at, end)
            own = replace(told, force=force, addressees=tuple(n.name for n in obj.named))
            names, rule = obj.named, "verb-in-verb"
            if not own.addressees:
                own = replace(own, addressees=told.addressees)
    result = [
        Clause(
            left,
            right,
            own if not number or rule != "verb-in-verb" else told,
            None,
            names if not number else (),
            rule if not number else "and-to-list",
            confidence - 0.05 * (number > 0),
        )
        for number, (left, right) in enumerate(pieces)
    ]
    return _later_that(text, result, told)


def _begins_a_duty(text: str, start: int) -> bool:
    first = _FIRST_WORD.match(text, start)
    if first is None:
        return False
    return first["word"].lower() in _DUTY_WORDS or bool(GERUND.match(text, start))


def _in_terms(text: str, start: int, end: int, told: Told) -> list[Clause]:
    """A sentence among terms of reference: "The working group shall prepare draft guidelines"."""
    modal = grammar.MODAL.search(text, start, end)
    if modal is None:
        lead = re.compile(r"(?:[^,;:]{3,160},\s*){1,3}(?=to\s)").match(text, start, end)
        return [Clause(start, end, told, None, (), told.rule, told.confidence)] if lead else []
    names = addressees.named(text, start, modal.start())
    own = replace(told, addressees=tuple(n.name for n in names) or told.addressees)
    return [Clause(addressees.skipped(text, modal.start()), end, own, None, names, told.rule, told.confidence - 0.1)]


_COMPANY = re.compile(
    r"(?:in|within|through|together|jointly|as|upon|with|working|on|where|subject|by|under|taking|based|bearing|pursuant|following)\b",
    re.I,
)


def _later_that(text: str, clauses: list[Clause], told: Told) -> list[Clause]:
    """ "that ITU should …, and that the Director shall …": each later item tells whom it names."""
    result = []
    for clause in clauses:
        if clause.start and text.startswith("that ", clause.start) and clause.rule == "and-to-list":
            obj = addressees.after(text, clause.start - 1, clause.end)
            if obj.named:
                clause = replace(
                    clause, told=replace(told, addressees=tuple(n.name for n in obj.named)), names=obj.named
                )
        result.append(clause)
    return result


def _that_at_start(text: str, end: int) -> addressees.Object:
    shifted = addressees.after(f" {text[0].lower()}{text[1:]}", 0, end + 1)
    return replace(
        shifted,
        named=tuple(addressees.Named(n.name, (n.span[0] - 1, n.span[1] - 1)) for n in shifted.named),
        action=max(0, shifted.action - 1),
    )


# "resolves … 7 to invite the members", "decides 2 to instruct the Secretary-General": the inner verb tells
_INNER = re.compile(
    r"(?:to\s+)?(?:also\s+|further\s+)?(?P<verb>instruct|invite|request|encourage|urge|call\s+upon|authorize|direct|recommend\s+to|task|mandate)\s+(?=the\b|all\b|its\b|ITU|Member|Sector|relevant|[A-Z])",
    re.I,
)


def _inner_force(text: str, at: int) -> tuple[str, int] | None:
    match = _INNER.match(text, at)
    if match is None:
        return None
    lemma = re.sub(r"\s+", " ", match["verb"].lower())
    return {"call upon": "calls upon", "recommend to": "recommends"}.get(lemma, lemma + "s"), match.end() - 1


def _second_only(text: str, start: int, end: int) -> list[Clause]:
    result = []
    found = grammar.second(text, start, end)
    for index, verb in enumerate(found):
        right = found[index + 1].span[0] if index + 1 < len(found) else end
        result += _of_verb(text, verb.span[1], right, verb, 0, False)
    return result


def _passive(text: str, start: int = 0, end: int | None = None) -> list[Clause]:
    """ "The Commission is requested to report": who is told stands before the verb."""
    end = len(text) if end is None else end
    result: list[Clause] = []
    if text.find("ed to ", start, end) < 0 and text.find("upon to ", start, end) < 0:
        return result
    matches = list(grammar.PASSIVE.finditer(text, start, end))
    for index, match in enumerate(matches):
        stop = text.rfind(". ", start, match.start())
        left = stop + 2 if stop >= 0 else start
        if index and matches[index - 1].end() > left:
            joint = text.rfind(" and ", matches[index - 1].end(), match.start())
            left = joint + 5 if joint >= 0 else matches[index - 1].end()
        names = addressees.named(text, left, match.start())
        if not names or re.search(r"\b(?:that|which|who|if|when)\b", text[left : match.start()]):
            continue
        force = grammar.PASSIVE_FORCE[re.sub(r"\s+", " ", match["verb"].lower())]
        action = match.end() - 3
        while action > start and not text.startswith("to ", action):
            action -= 1
        told = Told(force, force, "D", tuple(n.name for n in names), "passive")
        right = text.find(". ", match.end(), end)
        right = right if right >= 0 else end
        if index + 1 < len(matches):
            joint = text.rfind(" and ", match.end(), min(right, matches[index + 1].start()))
            right = joint if joint >= 0 else right
        right = parting.trimmed(text, action, right)
        result += [
            Clause(a, b, told, match.span("verb"), names, "passive", 0.8) for a, b in parting.items(text, action, right)
        ]
    return result


def _body_speaks(text: str) -> list[Clause]:
    """ "At its 5th meeting, on 22 July 2025, the Council decided to …": decisions tell in the past tense."""
    begins = text.startswith(("The ", "the ", "At its ")) or text[:1].isdigit()
    lead = _BODY_SPEAKS.match(text) if begins else None
    at = lead.end() if lead else len(text) - len(text.lstrip())
    if lead is None and not (text[at : at + 1].isupper() and _PAST_OPENS.match(text, at)):
        return []
    verb = _PAST_VERB.match(text, at)
    if verb is None:
        return []
    force = _PAST[re.sub(r"\s+", " ", verb["verb"].lower())]
    strength = grammar.verbs().get(force, "S")
    if force == "decides" and not text[verb.end() :].strip(" :—–"):
        told = Told(force, force, strength, (), "introduction")
        return [Clause(verb.end(), len(text), told, verb.span("verb"), (), "introduction", 0.8)]
    if force == "decides" and (inner := _inner_force(text, addressees.skipped(text, verb.end()))):
        told_force, after = inner
        found = grammar.Verb(told_force, grammar.verbs().get(told_force, "D"), (verb.start(), after), "verb-in-verb")
    else:
        found = grammar.Verb(force, strength, verb.span(), "verb-opens")
    return _of_verb(text, found.span[1], len(text), found, 0, False)
