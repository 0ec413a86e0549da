"""The values that pass from room to room of the reader.

Bytes come in; a format's module (docx, pdf, html, text, akn) turns them into a `Manuscript`: the printed lines of
the text after its tracked changes and, where it has any, of the text before them. `outline` turns each reading into
sections and paragraphs, and lays the two side by side; `directions` finds the instructions. What comes out is a
`Reading`, and `as_json` prints it in the form that the import and `manage.py readdocument --json` share.

Nothing here knows of files, of Django or of the clock.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class Side(StrEnum):
    """In which reading a stretch of text stands: before the tracked changes, after them, or in both."""

    BOTH = "both"
    BEFORE = "before"
    AFTER = "after"


class Change(StrEnum):
    """What became of a paragraph between the two readings of one document, or between two versions."""

    SAME = "same"
    REWORDED = "reworded"
    RENUMBERED = "renumbered"  # the words are alike, only the number differs
    MOVED = "moved"
    NEW = "new"
    GONE = "gone"


class Part(StrEnum):
    """The part of a resolution in which a section stands."""

    PREAMBULAR = "preambular"
    OPERATIVE = "operative"
    ANNEX = "annex"


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text and the reading(s) in which it stands."""

    text: str
    side: Side = Side.BOTH


@dataclass(frozen=True, slots=True)
class Note:
    """A footnote: its mark as printed, its words, and the offset in the paragraph's text where it is called."""

    mark: str
    text: str
    at: int


@dataclass(frozen=True, slots=True)
class Line:
    """One printed paragraph of one reading, before anyone has asked what it means.

    `text` holds the words, with a typed label ("5<tab>to report") still in them; `label` holds an automatic label
    as counted in this reading ("a)"), which is not in the text. `level` counts steps of nesting from the margin,
    as far as the file says so; `indent` is the distance from the margin in points. `source` lists the paragraphs of
    the file, counted from 0, whose words stand in the line: usually one, several where a deleted paragraph mark
    joined them.
    """

    text: str
    label: str | None = None
    style: str | None = None  # the name of the paragraph's style: "Call", "Restitle", "heading 1"
    level: int = 0
    indent: float | None = None
    italic: bool = False  # the whole line is
    bold: bool = False  # the whole line is
    centred: bool = False
    heading: int | None = None  # depth of a heading where the file says that it is one
    table: bool = False  # stands in the cell of a table
    page: int | None = None
    notes: tuple[Note, ...] = ()
    source: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Manuscript:
    """What a format's module has read: lines, without a thought about their meaning.

    `before` is None where the file carries no tracked changes. `redline[n]` holds the runs of the file's paragraph
    n with both readings in it, so that a page can show what was struck and what was added as the author did it.
    """

    format: str  # docx | pdf | html | text | akn
    after: tuple[Line, ...]
    before: tuple[Line, ...] | None = None
    redline: tuple[tuple[Run, ...], ...] = ()
    doubts: tuple[Doubt, ...] = ()
    facts: dict[str, str] = field(default_factory=dict)  # what the file says of itself (Akoma Ntoso's FRBR data)


@dataclass(frozen=True, slots=True)
class Doubt:
    """A place where the document does not say enough: shown where it stands, never passed in silence.

    `code` names the kind of doubt ("glued", "number-twice", "number-gap", "stale-reference", "letter-or-numeral",
    "flattened", …); `sentence` says it to a person; `readings` holds what the place may mean, likeliest first.
    """

    code: str
    sentence: str
    address: str | None = None
    text: str | None = None  # the words in question
    readings: tuple[str, ...] = ()
    side: Side = Side.AFTER
    span: tuple[int, int] | None = None  # offsets into the paragraph's text


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A node of the tree: numbers are strings as printed, without the closing bracket or dot.

    `redline` holds the runs of both readings; those of BOTH and AFTER joined give `text`, those of BOTH and BEFORE
    give `text_before`. Without tracked changes it holds one run, and the before-fields are None.
    """

    address: str
    number: str | None = None
    text: str | None = None
    number_before: str | None = None
    text_before: str | None = None
    address_before: str | None = None
    change: Change | None = None
    redline: tuple[Run, ...] = ()
    children: tuple[Paragraph, ...] = ()
    footnotes: tuple[Note, ...] = ()
    footnotes_before: tuple[Note, ...] = ()
    printed: str | None = None  # the number with its signs, as printed: "a)", "5", "(b)", "–"
    source: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Section:
    """A run of paragraphs under one opener, or under one heading."""

    part: Part
    address: str  # unique in the document: "resolves", "instructs the Secretary-General", "Annex"
    opener: str | None = None
    heading: str | None = None
    addressees: tuple[str, ...] = ()
    paragraphs: tuple[Paragraph, ...] = ()


@dataclass(frozen=True, slots=True)
class Deadline:
    """When something is owed, with the words that say so.

    `session` is an id of our list of sessions or one formed alike ("CSTD-30", "C26", "PP-26", "UNGA-81"); `date` is
    an ISO date, as precise as the words are ("2006-06"); `recurrence` is an RFC 5545 rule; `until` a session or a
    date; `past` says that the deadline lies before the text's own year.
    """

    text: str
    session: str | None = None
    date: str | None = None
    year: int | None = None
    recurrence: str | None = None
    until: str | None = None
    past: bool = False


@dataclass(frozen=True, slots=True)
class Instruction:
    """A duty that the words lay upon someone. `spans` and `rules` are keyed by the field they explain."""

    address: str
    verb: str
    force: str
    addressees: tuple[str, ...] = ()
    action: str = ""
    deliverable: str | None = None
    reports_to: tuple[str, ...] = ()
    via: tuple[str, ...] = ()
    deadline: Deadline | None = None
    action_lines: tuple[str, ...] = ()
    sdgs: tuple[int, ...] = ()
    qualifiers: tuple[str, ...] = ()
    citations: tuple[str, ...] = ()
    spans: dict[str, tuple[int, int]] = field(default_factory=dict)  # offsets into the paragraph's text
    rules: dict[str, str] = field(default_factory=dict)  # the name of the rule that found the field
    confidences: dict[str, float] = field(default_factory=dict)  # 0…1, by field
    confidence: float = 0.0  # of the whole, 0…1


@dataclass(frozen=True, slots=True)
class Citation:
    """A reference in a paragraph. `key` is what it resolves by: "A/RES/80/173", "PP/140", "resolves/5"."""

    address: str
    text: str
    key: str
    kind: str  # un-document | un-resolution | itu-resolution | itu-document | paragraph | internal
    span: tuple[int, int]


@dataclass(frozen=True, slots=True)
class VersionLabel:
    label: str  # "C24", "C26", "Rev. Dubai, 2018", "A/RES/80/173"
    side: Side


@dataclass(frozen=True, slots=True)
class Title:
    """What the document says of itself. `kind`: resolution | decision | draft | amendment | outcome | other."""

    kind: str = "other"
    symbol: str | None = None
    number: str | None = None
    title: str | None = None
    body: str | None = None
    revision: str | None = None  # the label of the text before the changes, or of the text where it has none
    adopted: str | None = None  # ISO date, as precise as the document is
    style: str = "ITU"  # the drafting style: ITU | UN | WHO | …


@dataclass(frozen=True, slots=True)
class Reading:
    """All that the reader says of a document."""

    title: Title
    versions: tuple[VersionLabel, ...]
    sections: tuple[Section, ...]
    instructions: tuple[Instruction, ...] = ()
    instructions_before: tuple[Instruction, ...] = ()
    citations: tuple[Citation, ...] = ()
    doubts: tuple[Doubt, ...] = ()
    front_matter: tuple[str, ...] = ()  # the lines that stand before the resolution: cover table, "Purpose", "MOD"
    format: str = ""


class Unreadable(Exception):
    """The file can't be read at all. The message is one sentence that a person understands."""
