"""Lines that are no clause: the word that opens an annex, what stands after the last clause, the sign of a proposal.

In goes the text of a line, out comes what it is, or None. Nothing is decided here from the neighbours of the line.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

_ANNEX_LINE = re.compile(
    r"(?P<word>ANNEX|Annex|APPENDIX|Appendix|ATTACHMENT|Attachment)(?:\s+(?P<number>[IVXLC]{1,5}|\d{1,2}|[A-Z]))?"
    r"(?P<rest>\s*[*\d]?\s*(?:\(.*\)|to\s+\w.*|TO\s+\w.*|[-–—:.].*)?)$"
)
_TERMS = re.compile(r"(?:draft\s+)?terms of reference\b", re.IGNORECASE)
_CLOSING_LINE = re.compile(
    r"(?:\d{1,4}(?:st|nd|rd|th)\s+(?:\(\w+\)\s+)?(?:plenary\s+|closing\s+)?meeting\.?|"
    r"[(\[]?(?:\w+[\s-])?\w+\s+(?:plenary|closing)?\s*meeting,?\s+\d{1,2}\s+\w+\s+\d{4}[)\]]?.*|"
    r"\d{1,2}\s+[A-Z][a-z]+\s+\d{4}|[\[(]Adopted\b.*|Adopted (?:by|without|at|on)\b.*|"
    r"(?:A|EB)\d{2,3}/VR/?\s?\d+|[_*=\s–—-]{3,}|=\s*=\s*=|Committee [AB],.*report\.?)$"
)

# MOD   ADD RCC/36A1/1   SUP   (ITU: what a contribution does with the text below it)
_PROPOSAL = re.compile(r"(?:\(?MOD\)?|ADD|SUP|NOC)(?:[\s\t]+[A-Z][\w.-]*/[\w./()-]+)?\s*$")
_REASONS = re.compile(r"Reasons?:(?:\s|$)")


@dataclass(frozen=True, slots=True)
class Annex:
    """`name`: "Annex", "Annex 2"; `title`: what follows on the line, where that is a title."""

    name: str
    title: str | None


def annex(text: str) -> Annex | None:
    """The annex that a line opens: "ANNEX 2 TO RESOLUTION 5" → "Annex 2"; None where it opens none."""
    text = text.strip()
    if text[:1] not in ("A", "a") or len(text) > 160:
        return None
    match = _ANNEX_LINE.match(text)
    if match is None:
        return None
    rest = match.group("rest").strip()
    if text.endswith((".", ";", ",")) and not rest.endswith(")"):
        return None
    word, number = match.group("word").capitalize(), match.group("number")
    rest = rest.strip(" -–—:.*")
    # "ANNEX 2 TO RESOLUTION 5" and "Annex (to Resolution 5)" have no title of their own on the line.
    no_title = not rest or rest[0] == "(" or rest[0].isdigit() or rest[:3].lower() == "to "
    title = None if no_title else rest
    return Annex(f"{word} {number}" if number else word, title)


def terms(text: str) -> bool:
    """Whether a line is the title of terms of reference, which may follow a resolution without the word "annex"."""
    return len(text) < 200 and text.rstrip()[-1:] not in ".;," and _TERMS.match(text) is not None


def closing(text: str) -> bool:
    """Whether a line stands after the last clause: "44th plenary meeting", "22 July 2024", "Reasons: …"."""
    return _closing_line(text) if len(text) < 160 else _REASONS.match(text) is not None


@lru_cache(1024)  # openers and headings are printed again and again, and in both readings
def _closing_line(text: str) -> bool:
    return _CLOSING_LINE.match(text) is not None or _REASONS.match(text) is not None


def ends_the_text(text: str) -> bool:
    """Whether a closing line is one after which no clause follows, as it does after a mere date."""
    return "eeting" in text or "dopted" in text or _REASONS.match(text) is not None


def proposal(text: str) -> bool:
    """Whether a line says what is done with the text below it: "MOD", "ADD RCC/36A1/1"."""
    return len(text) < 60 and _PROPOSAL.match(text.strip()) is not None
