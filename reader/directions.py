"""From paragraphs to instructions: who shall do what, by when, to whom, under which words.

`directions` walks the operative sections and the annexed terms of reference, takes each paragraph apart into clauses
(one per directive verb, and one per item of an "and to …" list), and asks the other rooms what each clause holds. A
paragraph it cannot understand comes back with nothing found. Decisions on what counts are in
docs/decisions; in short:

- a verb that asks for nothing (welcomes, notes) gives no instruction, the second verb after it may;
- a decision that is done once adopted ("Adopts the strategy") gives none, "Decides to convene" does;
- an introduction that names only who is told ("Urges Member States:") gives none of its own, its items do;
- an introduction with an action of its own ("to use the framework, including by:") gives one, and so does each item.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache, lru_cache

from reader import addressees, citations, collector, deadlines, duties, grammar, sessions, traces
from reader.deadlines import Found
from reader.document import Citation, Doubt, Instruction, Paragraph, Part, Reading, Section, Side
from reader.duties import GERUND, Clause, Told
from reader.instruction import Whole, instruction
from reader.sessions import Ground
from reader.words import INFINITIVES

# ---- the walk --------------------------------------------------------------------------------------------------------


@lru_cache(1024)
def opener_told(opener: str) -> Told | None:
    """What a section's opener hands down: "instructs the Secretary-General and the Directors of the Bureaux"."""
    text = re.sub(r"^\s*(?:\d+|[IVX]+|[a-z])[.)]?\s+", "", opener).rstrip(" :,—–")
    verb = grammar.opening(text) or grammar.bare(text)
    if verb is None:
        return None
    rest = re.sub(r"\s+(?:to|that)$", "", text)
    names = addressees.named(rest, verb.span[1], len(rest)) if rest[verb.span[1] :].strip() else ()
    outer = re.search(r"\b(?:resolves|decides)\b", text, re.I) if verb.rule == "verb-in-verb" else None
    printed = (
        outer[0].lower() if outer else verb.force
    )  # "resolves to instruct": it resolves, with the force of instructing
    return Told(printed, verb.force, verb.strength, tuple(n.name for n in names), "opener", 0.95)


_TERMS = re.compile(
    r"\bterms\s+of\s+reference\b|\bmandate\b|\bfunctions\b|\bresponsibilities\b|\brôle\b|\bobjectives\s+of\s+the\s+(?:group|committee|working)",
    re.I,
)
_GROUP_OF_TERMS = re.compile(
    r"(?:terms\s+of\s+reference|mandate|functions|responsibilities)\s+(?:of|for)\s+(?:the\s+)?(?P<group>[^.;:]{3,160})",
    re.I,
)


def _terms_told(section: Section) -> Told | None:
    """Annexed terms of reference tell the group that they are for."""
    title = " ".join(part for part in (section.opener, section.heading, section.address) if part)
    if not _TERMS.search(title):
        return None
    group = _GROUP_OF_TERMS.search(section.heading or section.opener or section.address or "")
    names = section.addressees or ((re.sub(r"\s+", " ", group["group"]).strip(" ,"),) if group else ())
    return Told("mandates", "mandates", "D", tuple(names), "terms-of-reference", 0.85)


@dataclass(slots=True)
class _View:
    """One of the two readings of a paragraph."""

    text: str
    address: str
    side: Side
    children: tuple[_View, ...]


def _view(paragraph: Paragraph, side: Side) -> _View | None:
    text = paragraph.text if side is Side.AFTER else paragraph.text_before
    address = paragraph.address if side is Side.AFTER else paragraph.address_before or paragraph.address
    children: tuple[_View, ...] = ()
    if paragraph.children:
        children = tuple(v for v in [_view(child, side) for child in paragraph.children] if v is not None)
    if text is None and not children:
        return None
    return _View(text or "", address, side, children)


_BARE_YEAR = re.compile(r"(?:in|during|for)\s(?:19|20)\d\d\b")


class _Heard:
    """What a text says under an opener: its clauses, and the instructions made of them, by their address."""

    __slots__ = ("asking", "clauses", "made")

    def __init__(self, clauses: list[Clause]) -> None:
        self.clauses = clauses
        self.asking = [clause for clause in clauses if clause.rule != "introduction"]
        self.made: dict[str, list[Instruction]] = {}


_SILENCE = _Heard([])


class _Memory:
    """What was read once in this document: the same words under the same opener say the same in both readings.

    Only a deadline may differ, where it hangs on the text's date: "the next conference", or whether it is past.
    """

    def __init__(self, ground: Ground, ground_before: Ground) -> None:
        self.grounds = {Side.AFTER: ground, Side.BEFORE: ground_before}
        self.whole: dict[str, Whole] = {}
        self.heard: dict[tuple[str, Told | None], _Heard] = {}

    def hear(self, text: str, told: Told | None) -> _Heard:
        key = (text, told)
        heard = self.heard.get(key)
        if heard is None:
            heard = self.heard[key] = _Heard(duties.clauses(text, told))
        return heard

    def whole_of(self, text: str) -> Whole:
        if text not in self.whole:
            ground = self.grounds[Side.AFTER]
            holds = traces.of(text)
            self.whole[text] = Whole(
                holds, deadlines.deadlines(text, ground, holds), citations.citations(text, "", ground, holds)
            )
        return self.whole[text]

    def fill(self, asking: Iterable[str], citing: Iterable[str]) -> None:
        """Read the deadlines of all that may ask for something, then the citations of all: a preamble sets no time,
        and a rule at work on many texts keeps warm."""
        ground = self.grounds[Side.AFTER]
        known = {text: traces.of(text) for text in dict.fromkeys(citing)}
        due = {text: deadlines.deadlines(text, ground, known[text]) for text in dict.fromkeys(asking)}
        self.whole = {
            text: Whole(holds, due.get(text, []), citations.citations(text, "", ground, holds))
            for text, holds in known.items()
        }

    def instructions_of(self, view: _View, heard: _Heard) -> list[Instruction]:
        if not heard.asking:
            return []
        text, address = view.text, view.address
        whole = self.whole_of(text)
        first, ground = self.grounds[Side.AFTER], self.grounds[view.side]
        if ground != first and _may_differ(text, whole):
            then = deadlines.deadlines(text, ground, whole.holds)
            if then != whole.deadlines:
                whole = replace(whole, deadlines=then)
                return [instruction(text, address, c, whole, ground) for c in heard.asking]
        made = heard.made.get(address)
        if made is None:
            made = heard.made[address] = [instruction(text, address, c, whole, first) for c in heard.asking]
        return made


def _may_differ(text: str, whole: Whole) -> bool:
    """May the text's own date change what its deadlines mean, or whether a bare year is one?"""
    return any(f.deadline.year or "next" in f.rule for f in whole.deadlines) or bool(_BARE_YEAR.search(text))


_INTRO = re.compile(r"[:—–]\s*\W*$")
_COLONS = (":", "—", "–")
_BY = re.compile(r"\b(?:including\s+by|by|through|inter\s+alia,?\s+by|including\s+through)\s*[:—–]\s*\W*$", re.I)
# "an instrument, including provisions:": the items are parts of what is to be made
_PARTS = re.compile(
    r"\bincluding\s+(?:the\s+following\s+)?(?!by\b|to\b|through\b|via\b|in\b|for\b|with\b)[a-z]+(?:\s+[a-z]+){0,3}\s*:\s*$"
)
# "to take immediate steps to:": the items say which steps
_STEPS_TO = re.compile(r"\bto\s+(?:continue\s+to\s+)?take\s+(?:[\w-]+\s+){0,5}(?:steps|measures|actions?)\s+to\s*:\s*$")
# "to carry out the following tasks:": where the tasks are duties, the words before them are none of their own
_FOLLOWING = re.compile(
    r"\bto\s+(?:carry\s+out|undertake|take|perform|implement|consider|pursue|do)\b[^;:]{0,60}?"
    r"\bthe\s+following(?:\s+[\w-]+){0,4}\s*:\s*$"
)
_FIRST_WORD = re.compile(r"\W*(?P<word>[A-Za-z]+)")
_ITEM = re.compile(r"\W*(?:to|that)\s", re.I)


def _walk(view: _View, told: Told | None, memory: _Memory) -> Iterator[Instruction]:
    text = view.text
    is_intro = bool(view.children) and any(map(text.__contains__, _COLONS)) and bool(_INTRO.search(text))
    said_in_part = is_intro and bool(duties.AND_TO_ITEMS.search(text))
    steps = is_intro and bool(_STEPS_TO.search(text))
    heard = memory.hear(text, told) if text else _SILENCE
    clauses = heard.clauses
    handed = told
    bare_intro = False
    if view.children and clauses:
        last = clauses[-1]
        handed = replace(last.told, rule="under-introduction")
        bare_intro = last.rule == "introduction" or (
            is_intro
            and not said_in_part
            and bool(
                _BARE.search(text, max(last.start - 1, 0))
                and last.start >= len(text) - 60
                and _nothing_of_its_own(text, last)
            )
        )
    own = memory.instructions_of(view, heard)
    if bare_intro and own and clauses[-1].rule != "introduction":
        own = own[:-1]
    below: list[Instruction] = []
    if view.children:
        by = is_intro and bool(_BY.search(text))
        for child in view.children:
            below += _items(
                child,
                handed if clauses else (told if not text else None),
                memory,
                own_action=bool(own) and not (bare_intro or said_in_part or steps),
                by=by,
                intro=is_intro,
            )
    if is_intro and own and _PARTS.search(text):
        below = []
    if is_intro and own and below and not bare_intro and (steps or _FOLLOWING.search(text)):
        own = own[:-1]
    if bare_intro and below:
        due = deadlines.chosen(memory.whole_of(text).deadlines, text)
        below = [_due_with_the_rest(one, due) for one in below] if due else below
    if own and below and is_intro:
        own = [*own[:-1], _with_items(own[-1], below)]
    yield from own
    yield from below


def _due_with_the_rest(item: Instruction, due: Found) -> Instruction:
    """ "Requests the Secretary-General, by 31 December 2027, to:" sets the time of the items that set none."""
    if item.deadline:
        return item
    return replace(
        item,
        deadline=due.deadline,
        rules={**item.rules, "deadline": "from-the-introduction"},
        confidences={**item.confidences, "deadline": due.confidence - 0.1},
    )


# "to:", "that:", "to take the following measures:", what an introduction says when its items say the rest
_BARE = re.compile(
    r"(?:\bto|\bthat|\bby|\bshould|\bshall|\bwill|\bthe\s+following(?:\s+\w+){0,3}|\bas\s+follows)?\s*[:—–]\s*\W*$",
    re.I,
)


# "by 2030 to:", "in this regard to:"
_ONLY_WHEN = re.compile(r"(?:by|before|in|within|no\s+later\s+than)\s+[^,;:]{1,40},?\s+to\s*:\W*", re.I)


def _nothing_of_its_own(text: str, clause: Clause) -> bool:
    words = text[clause.start :]
    return len(words.split()) <= 2 or bool(_ONLY_WHEN.fullmatch(words))


def _items(
    child: _View, told: Told | None, memory: _Memory, *, own_action: bool, by: bool, intro: bool
) -> Iterator[Instruction]:
    """The items under an introduction: a duty each where they begin like one, else part of the introduction's."""
    text = child.text
    if told is None:
        yield from _walk(child, None, memory)
        return
    infinitive = bool(_ITEM.match(text))
    first = _FIRST_WORD.match(text)
    base = first is not None and first["word"].lower() in INFINITIVES
    if own_action and not (infinitive or (by and GERUND.match(text)) or grammar.opening(text)):
        for grandchild in child.children:  # nouns under "including:" are no duties, but what stands under them may be
            if _ITEM.match(grandchild.text):
                yield from _walk(grandchild, told, memory)
        return
    if not own_action and not infinitive and not base and not intro and not by:
        return
    yield from _walk(child, told, memory)


def _with_items(intro: Instruction, items: list[Instruction]) -> Instruction:
    """The introduction's duty covers its items, so it carries the action lines and goals that they name."""
    lines = {code for item in items if item.address.startswith(intro.address) for code in item.action_lines} | set(
        intro.action_lines
    )
    goals = {goal for item in items if item.address.startswith(intro.address) for goal in item.sdgs} | set(intro.sdgs)
    rules, sure = dict(intro.rules), dict(intro.confidences)
    if lines - set(intro.action_lines):
        rules["action_lines"], sure["action_lines"] = "named-in-the-items", 0.9
    if goals - set(intro.sdgs):
        rules["sdgs"], sure["sdgs"] = "named-in-the-items", 0.9
    return replace(
        intro,
        action_lines=tuple(sorted(lines, key=lambda c: tuple(map(int, c[1:].split("."))))),
        sdgs=tuple(sorted(goals)),
        rules=rules,
        confidences=sure,
    )


def _section(section: Section, side: Side, memory: _Memory) -> Iterator[Instruction]:
    if section.part is Part.PREAMBULAR:
        return
    told = opener_told(section.opener) if section.opener else None
    if told and section.addressees and not told.addressees:
        told = replace(told, addressees=section.addressees)
    if section.part is Part.ANNEX and told is None:
        told = _terms_told(section)
    for paragraph in section.paragraphs:
        view = _view(paragraph, side)
        if view is not None:
            yield from _walk(view, told, memory)


def _every(paragraphs: tuple[Paragraph, ...]) -> Iterator[Paragraph]:
    for paragraph in paragraphs:
        yield paragraph
        yield from _every(paragraph.children)


@cache
def _section_addressees(opener: str) -> tuple[str, ...]:
    told = opener_told(opener)
    return told.addressees if told else ()


def directions(reading: Reading) -> Reading:
    """The reading with its instructions, those of the text before the changes, and all citations filled in.

    Sections get the addressees that their openers name. Nothing is invented: a field that the words do not fill is
    empty.
    """
    with collector.at_rest():
        return _directed(reading)


def _directed(reading: Reading) -> Reading:
    labels = {v.side: v.label for v in reading.versions}
    ground = sessions.ground(reading.title, labels.get(Side.AFTER, ""))
    memory = _Memory(ground, sessions.ground(reading.title, labels.get(Side.BEFORE, "")))
    sections = tuple(
        replace(s, addressees=_section_addressees(s.opener))
        if s.opener and not s.addressees and s.part is not Part.PREAMBULAR
        else s
        for s in reading.sections
    )
    everything = [p for s in sections for p in _every(s.paragraphs)]
    asking = [p for s in sections if s.part is not Part.PREAMBULAR for p in _every(s.paragraphs)]
    memory.fill(*([text for p in some for text in (p.text, p.text_before) if text] for some in (asking, everything)))
    after = tuple(i for s in sections for i in _section(s, Side.AFTER, memory))
    has_before = any(p.text_before is not None for p in everything)
    before = tuple(i for s in sections for i in _section(s, Side.BEFORE, memory)) if has_before else ()
    cited = tuple(
        Citation(p.address, c.text, c.key, c.kind, c.span)
        for p in everything
        if p.text
        for c in memory.whole_of(p.text).citations
    )
    return replace(
        reading,
        sections=sections,
        instructions=after,
        instructions_before=before,
        citations=cited,
        doubts=(*reading.doubts, *_doubts(after)),
    )


def _doubts(instructions: Iterable[Instruction]) -> Iterator[Doubt]:
    """What a person should look at: a deadline long past, and a session whose number and year don't agree."""
    for one in instructions:
        due = one.deadline
        if due is None:
            continue
        if due.past:
            sentence = f"“{due.text}” lies before the text's own date: is it still owed?"
            yield Doubt("deadline-past", sentence, one.address, due.text, span=one.spans.get("deadline"))
        series, _, number = (due.session or "").rpartition("-")
        meets = sessions.session_year(series, int(number)) if number.isdigit() and series in _COUNTED else None
        if meets and due.year and meets != due.year:
            sentence = f"“{due.text}”: by our list, {due.session} meets in {meets}, not in {due.year}."
            readings = (due.session or "", f"{series}, {due.year}")
            yield Doubt("session-year", sentence, one.address, due.text, readings, span=one.spans.get("deadline"))


_COUNTED = frozenset({"UNGA", "CSTD", "HRC", "WHA", "EB", "UNEA", "UNHA"})
