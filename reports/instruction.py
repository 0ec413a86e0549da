"""The page of an instruction: what is asked, in which words, by when, where it came from and what became of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from string import ascii_lowercase
from typing import Any

from mandates.fields import FIELDS, LABELS
from mandates.models import (
    Addressing,
    Citation,
    Goal,
    Instruction,
    LineTag,
    Paragraph,
    Place,
    Suggestion,
    Version,
)
from mandates.models.addresses import Address, address_of
from mandates.models.places import place_that_matters
from mandates.models.prepared import Given, Prepared

from . import wording
from .history import Entry, history_of
from .schedules import When, schedules_of
from .wording import Marked, Stretch


@dataclass(frozen=True, slots=True)
class Standing:
    """Where the instruction stands in a version. `shown` says that it is the place whose words are on the page."""

    address: Address
    version: Version
    paragraph: Paragraph
    shown: bool
    same_words: bool


@dataclass(frozen=True, slots=True)
class Source:
    """A suggestion that this instruction came from, or that a newer version carried over to it."""

    suggestion: Suggestion
    sure: int  # per cent
    rules: tuple[tuple[str, str], ...]  # (the field, the rule that read it)


_PLACES = Prepared(
    lambda: (
        Place.objects.filter(instruction=Given("instruction"))
        .select_related("paragraph__section", "paragraph__version__resolution")
        .order_by("paragraph__version__position", "paragraph__position")
    )
)
_CITATIONS = Prepared(lambda: wording.citations(paragraph=Given("paragraph")))
_ADDRESSINGS = Prepared(
    lambda: Addressing.objects.filter(instruction=Given("instruction")).select_related("addressee__unit").order_by("pk")
)
_LINES = Prepared(
    lambda: (
        LineTag.objects.filter(instruction=Given("instruction"))
        .select_related("action_line")
        .order_by("action_line__position")
    )
)
_GOALS = Prepared(lambda: Goal.objects.filter(tags__instruction=Given("instruction")).order_by("number"))
_SUGGESTIONS = Prepared(
    lambda: (
        Suggestion.objects.filter(instruction=Given("instruction"))
        .select_related("decided_by", "version__resolution", "paragraph")
        .order_by("pk")
    )
)


@dataclass(frozen=True)
class InstructionPage:
    """What the page of an instruction needs, filled by a fixed number of queries."""

    instruction: Instruction
    addressings: tuple[Addressing, ...]
    whens: tuple[When, ...]
    lines: tuple[LineTag, ...]
    goals: tuple[Goal, ...]
    standings: tuple[Standing, ...]
    stretches: tuple[Stretch, ...]
    opener: str
    letters: dict[str, str]  # field → the letter at its words, empty where it rests on none
    footnotes: tuple[dict[str, Any], ...]
    citations: tuple[wording.Cited, ...]
    cited: tuple[tuple[Citation, str], ...]  # citation and where it leads, "" while it waits
    sources: tuple[Source, ...]
    history: tuple[Entry, ...]

    @classmethod
    def of(cls, instruction: Instruction) -> InstructionPage:
        """`instruction` has its resolution, its body and who made it at hand."""
        key = instruction.pk
        places: list[Place] = _PLACES.ask(instruction=key)
        place = place_that_matters(places) if places else None
        citations: list[Citation] = _CITATIONS.ask(paragraph=place.paragraph_id) if place else []
        stretches, letters = _words(place, citations)
        leads = [wording.cited(citation, None) for citation in citations]
        return cls(
            instruction=instruction,
            addressings=tuple(_ADDRESSINGS.ask(instruction=key)),
            whens=tuple(schedules_of([key]).get(key, ())),
            lines=tuple(_LINES.ask(instruction=key)),
            goals=tuple(_GOALS.ask(instruction=key)),
            standings=tuple(_standings(places, place)),
            stretches=stretches,
            opener=place.paragraph.section.opener if place else "",
            letters=letters,
            footnotes=tuple(place.paragraph.footnotes) if place else (),
            citations=tuple(leads),
            cited=_once(zip(citations, leads, strict=True)),
            sources=tuple(_sources(instruction)),
            history=history_of(instruction),
        )

    @property
    def proposed_only(self) -> bool:
        """Whether the instruction stands in no text that is in force: work on it is prepared, not yet owed."""
        states = {one.version.state for one in self.standings}
        return bool(states) and Version.State.IN_FORCE not in states and self.instruction.state == "open"

    @property
    def shown(self) -> Standing | None:
        return next((one for one in self.standings if one.shown), None)


def _words(place: Place | None, citations: list[Citation]) -> tuple[tuple[Stretch, ...], dict[str, str]]:
    """The paragraph with the words of each field marked and lettered, and the letters by field."""
    if place is None:
        return (), dict.fromkeys(FIELDS, "")
    length = len(place.paragraph.text)
    marks: list[Marked] = []
    letters = dict.fromkeys(FIELDS, "")
    for name in FIELDS:
        span = place.spans.get(name)
        if isinstance(span, list) and len(span) == 2 and 0 <= span[0] < span[1] <= length:
            letters[name] = ascii_lowercase[len(marks)]
            marks.append(Marked(span[0], span[1], letters[name]))
    places = wording.places_of(place.paragraph, citations, None)
    places.marked = marks
    return wording.standing(place.paragraph, places), letters


def _standings(places: list[Place], shown: Place | None) -> Iterable[Standing]:
    for place in reversed(places):
        yield Standing(
            address=address_of(place.paragraph),
            version=place.paragraph.version,
            paragraph=place.paragraph,
            shown=place is shown,
            same_words=shown is not None and place.paragraph.text == shown.paragraph.text,
        )


def _once(pairs: Iterable[tuple[Citation, wording.Cited]]) -> tuple[tuple[Citation, str], ...]:
    """Each text that is cited once, however often the paragraph names it."""
    found: dict[str, tuple[Citation, str]] = {}
    for citation, lead in pairs:
        found.setdefault(citation.key, (citation, lead.href))
    return tuple(found.values())


def _sources(instruction: Instruction) -> Iterable[Source]:
    for row in _SUGGESTIONS.ask(instruction=instruction.pk):
        named: dict[str, list[str]] = defaultdict(list)
        for name, rule in (row.fields.get("rules") or {}).items():
            named[rule].append(str(LABELS.get(name, name)))
        yield Source(
            suggestion=row,
            sure=round(row.confidence * 100),
            rules=tuple((", ".join(fields), rule) for rule, fields in named.items()),
        )
