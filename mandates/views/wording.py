"""Official wording as a page shows it: the runs of both readings, cut where the words of a field begin and end."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from string import ascii_lowercase

from mandates.fields import FIELDS
from mandates.models import Paragraph, Suggestion

WHOLE = "action"  # what is to be done is most of the sentence: it gets no letter, and is lit by the title


@dataclass(frozen=True)
class Stretch:
    """A stretch of official wording: its side, the fields that rest on it, the letters of those that end with it.

    `wide` says that only fields stand on it whose words hold those of others: it is shown when its field is looked at,
    and is quiet otherwise.
    """

    text: str
    side: str = "both"  # both | before | after
    of: str = ""  # "12-deadline 12-action": which fields of which suggestion
    letters: str = ""
    wide: bool = False


@dataclass(frozen=True)
class Wording:
    stretches: tuple[Stretch, ...]
    letters: dict[tuple[int, str], str]  # (suggestion, field) → its letter


@dataclass(frozen=True)
class _Span:
    start: int
    end: int
    name: str
    token: str
    letter: str

    def holds(self, other: _Span) -> bool:
        return (
            self.start <= other.start and other.end <= self.end and (self.start, self.end) != (other.start, other.end)
        )


def wording_of(paragraph: Paragraph, suggestions: list[Suggestion]) -> Wording:
    """The wording of `paragraph` with the words of each suggestion's fields marked and lettered.

    Spans count in the text that stands; in a paragraph that went, in the text that stood.
    """
    gone = paragraph.change == Paragraph.Change.GONE
    base = "before" if gone else "after"
    runs = paragraph.redline or [{"text": paragraph.text, "side": "before" if gone else "both"}]
    read = "".join(run["text"] for run in runs if run["side"] in ("both", base))
    shift = 0 if gone else read.find(paragraph.text)
    spans, letters = _spans(suggestions, shift, len(read)) if shift >= 0 else ([], {})
    return Wording(tuple(_cut(runs, base, spans)), letters)


def _spans(suggestions: list[Suggestion], shift: int, length: int) -> tuple[list[_Span], dict[tuple[int, str], str]]:
    """The spans that lie within the text; a field of two suggestions that rests on the same words has one letter."""
    spans: list[_Span] = []
    letters: dict[tuple[int, str], str] = {}
    given: dict[tuple[str, int, int], str] = {}
    for suggestion in suggestions:
        said = suggestion.fields.get("spans") or {}
        for name in FIELDS:
            span = said.get(name)
            if not span or len(span) != 2:
                continue
            start, end = span[0] + shift, span[1] + shift
            if not 0 <= start < end <= length:
                continue
            letter = ""
            if name != WHOLE:
                letter = given.setdefault((name, start, end), _letter(len(given)))
                letters[suggestion.pk, name] = letter
            spans.append(_Span(start, end, name, f"{suggestion.pk}-{name}", letter))
    return spans, letters


def _is_wide(span: _Span, spans: list[_Span]) -> bool:
    """What is to be done is most of a sentence; several qualifiers share one span, with other words between them."""
    held = sum(span.holds(other) for other in spans)
    return span.name == WHOLE or held > 1 or (span.name == "qualifiers" and held > 0)


def _letter(index: int) -> str:
    """a … z, then aa, ab …"""
    turn, rest = divmod(index, len(ascii_lowercase))
    return (_letter(turn - 1) if turn else "") + ascii_lowercase[rest]


def _cut(runs: list[dict[str, str]], base: str, spans: list[_Span]) -> Iterator[Stretch]:
    cuts = sorted({edge for span in spans for edge in (span.start, span.end)})
    wide = {span for span in spans if _is_wide(span, spans)}
    at = 0
    for run in runs:
        text, side = run["text"], run["side"]
        if side not in ("both", base):
            yield Stretch(text, side)
            continue
        start, end = at, at + len(text)
        at = end
        edges = [start, *(cut for cut in cuts if start < cut < end), end]
        for left, right in pairwise(edges):
            if left == right:
                continue
            on = [span for span in spans if span.start <= left and right <= span.end]
            yield Stretch(
                text=text[left - start : right - start],
                side=side,
                of=" ".join(dict.fromkeys(span.token for span in on)),
                letters=" ".join(dict.fromkeys(span.letter for span in on if span.end == right and span.letter)),
                wide=bool(on) and all(span in wide for span in on),
            )
