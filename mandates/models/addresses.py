"""How a place in a text is said: "Res. 1332 instructs SG 5 (C26 proposed)", in this one form everywhere."""

from __future__ import annotations

import re
from dataclasses import dataclass

from .bodies import Session
from .texts import Paragraph, Resolution, Section, Version

LONGEST_OPENER = 34  # characters; it stands in a margin and in table cells

# What openers shorten to, longest names first. "instructs the Secretary-General" → "instructs SG".
_SHORTER: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), short)
    for pattern, short in (
        # "the Secretary-General and the Directors of the three Bureaux" → "SG and Directors"
        (r"\b(?:the )?Directors of the (?:three )?(?:Bureaux|Bureaus)", "Directors"),
        # "the Director of the Telecommunication Development Bureau (BDT)" → "Director BDT"
        (r"\b(?:the )?Director of (?:the )?Telecommunication Development Bureau(?: \(BDT\))?", "Director BDT"),
        (r"\b(?:the )?Director of (?:the )?Telecommunication Standardization Bureau(?: \(TSB\))?", "Director TSB"),
        (r"\b(?:the )?Director of (?:the )?Radiocommunication Bureau(?: \(BR\))?", "Director BR"),
        # "the Council Working Group on WSIS&SDG" → "CWG-WSIS&SDG"
        (
            r"\b(?:the )?(?:Council Working Group on|CWG[- ]) ?(?:the )?"
            r"(?:WSIS|World Summit on the Information Society) ?(?:&|and) ?(?:the )?"
            r"(?:SDGs?|Sustainable Development Goals)(?: \(CWG[- ]WSIS&SDG\))?",
            "CWG-WSIS&SDG",
        ),
        (r"\b(?:the )?Deputy Secretary-General", "DSG"),
        (r"\b(?:the )?Secretary-General", "SG"),
        (r"\bthe (?=ITU\b|Council\b)", ""),
    )
)
# "the Executive Director of" → "the Executive Director": small words at the end say nothing
_HANGING = re.compile(r"(?:[ ,]+(?:of|the|and|on|to|for|in|as))*[ ,]*$")


def shorten(opener: str, longest: int = LONGEST_OPENER) -> str:
    """An opener as an address says it; one that stays too long ends at a comma or between words, with "…"."""
    short = " ".join(opener.split()).rstrip(" ,:;")
    for pattern, words in _SHORTER:
        short = pattern.sub(words, short)
    if len(short) <= longest:
        return short
    head = short[: longest + 1]
    comma = head.rfind(",")
    stem = head[:comma] if comma > longest // 3 else head.rpartition(" ")[0] or head[:longest]
    return f"{_HANGING.sub('', stem)}…"


@dataclass(frozen=True, slots=True)
class Address:
    """A place in a version, ready to be shown; `str()` says it in full.

    `where` is the place in its resolution; `label` the version, empty where the text itself is called so; `state` its
    state in the reader's language, empty where it is in force; `url` leads to the paragraph.
    """

    where: str
    label: str
    state: str
    url: str
    proposed: bool

    def __str__(self) -> str:
        version = " ".join(filter(None, (self.label, self.state)))
        return f"{self.where} ({version})" if version else self.where


def section_name(section: Section) -> str:
    """What a section is called in an address and in the list of sections."""
    return shorten(section.opener or section.heading or section.address)


def place_in(resolution: Resolution, section: Section, paragraph: Paragraph) -> str:
    """A paragraph's place: "Res. 1332 instructs SG 5"; in a text without openers "A/RES/80/173, 113", in its
    preamble "A/RES/80/173, preamble 2".
    """
    stem = f"{section.address}/"
    steps = paragraph.address.removeprefix(stem) if paragraph.address.startswith(stem) else paragraph.address
    if section.opener or section.part == Section.Part.ANNEX:
        return f"{resolution.short} {section_name(section)} {steps.replace('/', ' ')}"
    numbers = [step for step in steps.split("/") if step] or [paragraph.address]
    if not paragraph.address.startswith(stem):
        # the address begins with the part of the text ("operative/113"): its number alone tells the place
        numbers = numbers[1:] or numbers
    part = "preamble " if section.part == Section.Part.PREAMBULAR else ""
    return f"{resolution.short}, {part}{' '.join(numbers)}"


def address_of(paragraph: Paragraph) -> Address:
    """The address of a paragraph whose section, version, resolution and body are at hand."""
    version = paragraph.version
    in_force = version.state == Version.State.IN_FORCE
    return Address(
        where=place_in(version.resolution, paragraph.section, paragraph),
        label="" if version.label == version.resolution.short else version.label,
        state="" if in_force else str(version.get_state_display()),
        url=paragraph.get_absolute_url(),
        proposed=version.state in {Version.State.PROPOSED, Version.State.DEFERRED},
    )


def session_name(session: Session) -> str:
    """A session as people say it: "CSTD 30", "Council 2026", "PP-26", "HLPF 2027 (ECOSOC)". Its body is at hand."""
    if session.number:
        return f"{session.body.short_name or session.body.code} {session.number}"
    if re.fullmatch(r"C\d\d", session.code):
        return f"{session.body.short_name or session.body.code} {session.year}"
    if re.fullmatch(r"[A-Z]{2,5}-\d\d", session.code):
        return session.code
    return session.name
