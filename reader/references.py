"""References inside a document to its own paragraphs: "resolves 5 above", "paragraph 8 above".

A reference to a number that is not there, or that renumbering has made mean another paragraph, is returned as a doubt.
References to another instrument ("resolves 7 of Resolution 140", "paragraph 67 of resolution 80/173") are not ours.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from reader.document import Change, Doubt, Paragraph, Part, Section, Side
from reader.tree import Sec, every

_NUMBER = r"(?:\d{1,3}(?:\s?(?:bis|ter|quater))?(?!\d)|[a-z]\)(?:\s?(?:bis|ter|quater))?)"
_BEFORE = re.compile(
    r"(?:referred to in|mentioned in|described in|set out in|as per|pursuant to|established (?:by|under|pursuant to)|"
    r"in accordance with|in line with|under|identified in|specified in|taking into account|as stated in|listed in)"
    r"\s+(?:the\s+)?$"
)
_AFTER = re.compile(r"\s*+(?:,?\s*+(?:and|or|to)\s++" + _NUMBER + r")*+\s*+(?:above|below)\b")
_OTHERS = re.compile(
    r"\s*(?:of|in|to)\s+(?:the\s+|PP\s+|Council\s+|WTSA\s+|WTDC\s+)?(?:annex to\s+)?"
    r"(?:Resolution|Decision|resolution|Tunis|Geneva)"
)
_UN = re.compile(
    r"\bparagraphs?\s+(\d{1,3})(?:\s+(?:and|to|or)\s+(\d{1,3}))?\s+(?:above|below|of the present resolution)\b"
)


# One of these stands in every text that refers to a paragraph of its own document.
_CUES = (
    " above",
    " below",
    "present resolution",
    "referred to",
    "mentioned in",
    "described in",
    "set out",
    "as per",
    "pursuant to",
    "established ",
    "in accordance",
    "in line",
    "under ",
    "identified in",
    "specified in",
    "into account",
    "stated in",
    "listed in",
)


@dataclass(frozen=True, slots=True)
class Reference:
    """A reference as printed, the section it names, the number, and where it stands in the text."""

    text: str
    section: str
    number: str
    span: tuple[int, int]


class Finder:
    """Finds references to the sections of one document."""

    def __init__(self, names: Iterable[str], paragraphs: bool) -> None:
        longest_first = sorted({name for name in names if name}, key=len, reverse=True)
        self.names = longest_first
        self.paragraphs = paragraphs
        self.known: dict[
            str, tuple[Reference, ...]
        ] = {}  # texts that were asked about; two readings have most in common
        if longest_first:
            alternatives = "|".join(re.escape(name).replace(r"\ ", r"\s+") for name in longest_first)
            self.pattern: re.Pattern[str] | None = re.compile(rf"\b({alternatives})\s+({_NUMBER})")
            # A cheap look before the pattern: the first words of the openers.
            self.hints = tuple({name.split()[0].lower() for name in longest_first})
        else:
            self.pattern = None
            self.hints = ()

    @classmethod
    def of(cls, sections: Iterable[Sec]) -> Finder:
        """A finder for the openers of these sections."""
        held = list(sections)
        return cls({sec.opener for sec in held if sec.opener}, any(sec.base == "operative" for sec in held))

    def find(self, text: str) -> tuple[Reference, ...]:
        """The references of a text to the document's own paragraphs."""
        found = self.known.get(text)
        if found is None:
            found = self.known[text] = tuple(self._find(text)) if self._may_refer(text) else ()
        return found

    def _may_refer(self, text: str) -> bool:
        """A cheap look before the patterns: a name, and a word that says it is meant."""
        for hint in self.hints:
            if hint in text:
                return any(map(text.__contains__, _CUES))
        return self.paragraphs and "paragraph" in text

    def _find(self, text: str) -> Iterator[Reference]:
        if self.pattern is not None:
            for match in self.pattern.finditer(text):
                behind = text[match.end() :]
                cued = _AFTER.match(behind) or _BEFORE.search(text[max(0, match.start() - 60) : match.start()])
                if not cued or _OTHERS.match(behind) or behind.lstrip()[:1] in '“"':
                    continue
                name = " ".join(match.group(1).split())
                yield Reference(match.group(), name, match.group(2).rstrip(")").strip(), match.span())
        if self.paragraphs and "paragraph" in text:
            for match in _UN.finditer(text):
                for group in (1, 2):
                    if match.group(group):
                        yield Reference(match.group(), "operative", match.group(group), match.span())


def missing(sections: Sequence[Sec], side: Side, finder: Finder) -> list[Doubt]:
    """References of one reading to numbers that are not in it."""
    numbers: dict[str, set[str]] = {}
    for sec in sections:
        name = (sec.opener or "operative").lower()
        if sec.part is not Part.ANNEX:
            numbers.setdefault(name, set()).update(_bare(node.number) for node in sec.nodes if node.number)
    doubts: list[Doubt] = []
    for sec in sections:
        for node in every(sec.nodes):
            for found in finder.find(node.text):
                held = numbers.get(found.section.lower())
                if held is not None and held and _bare(found.number) not in held:
                    doubts.append(
                        Doubt(
                            "missing-reference",
                            f"“{found.text}” is referred to, but {found.section} has no {found.number}.",
                            node.address,
                            found.text,
                            ("the number is out of date", "the paragraph was left out"),
                            side,
                            found.span,
                        )
                    )
    return doubts


def stale(sections: Sequence[Section], finder: Finder) -> list[Doubt]:
    """References that stand unchanged in both readings while their number has come to mean another paragraph."""
    was: dict[tuple[str, str], Paragraph] = {}
    now: dict[tuple[str, str], Paragraph] = {}
    for sec in sections:
        if sec.part is Part.ANNEX:
            continue
        name = (sec.opener or "operative").lower()
        for paragraph in sec.paragraphs:
            if paragraph.number_before is not None:
                was.setdefault((name, _bare(paragraph.number_before)), paragraph)
            if paragraph.number is not None:
                now.setdefault((name, _bare(paragraph.number)), paragraph)
    doubts: list[Doubt] = []
    for sec in sections:
        for paragraph in _each(sec.paragraphs):
            if not paragraph.text or not paragraph.text_before:
                continue
            for found in finder.find(paragraph.text):
                if found.text not in paragraph.text_before:
                    continue  # a new reference means the new number
                key = (found.section.lower(), _bare(found.number))
                meant, means = was.get(key), now.get(key)
                if meant is None or meant is means:
                    continue
                readings = []
                if meant.change is not Change.GONE:
                    readings.append(f"{found.section} {meant.number}, which was {found.number} before")
                if means is not None:
                    readings.append(f"{found.section} {found.number} as it is now")
                doubts.append(
                    Doubt(
                        "stale-reference",
                        f"“{found.text}” meant another paragraph before the changes than it does now.",
                        paragraph.address,
                        found.text,
                        tuple(readings),
                        Side.AFTER,
                        found.span,
                    )
                )
    return doubts


def _bare(number: str) -> str:
    return number.replace(")", "").replace(" ", "").lower()


def _each(paragraphs: Iterable[Paragraph]) -> Iterator[Paragraph]:
    for paragraph in paragraphs:
        yield paragraph
        if paragraph.children:
            yield from _each(paragraph.children)
