"""Official wording as pages that only read show it: with links where it cites, calls of footnotes, marked words.

Offsets count characters of the text that stands. The runs of a redline hold both readings; a place in the text is
found in them by passing over what was struck.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from mandates.models import Citation, Paragraph

Runs = Sequence[dict[str, str]]


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of wording that is drawn in one piece.

    `side` is both, before or after; `href` leads to what the words cite, `waits` says why they lead nowhere;
    `letters` name the fields whose words end here, `marked` says that some field rests on the stretch, `wide` that
    only fields do whose words hold the words of others. `note` is the mark of a footnote that is called after it.
    """

    text: str
    side: str = "both"
    href: str = ""
    waits: str = ""
    marked: bool = False
    wide: bool = False
    letters: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Cited:
    """Words that cite something: where they stand and where they lead."""

    start: int
    end: int
    href: str = ""
    waits: str = ""


@dataclass(frozen=True, slots=True)
class Marked:
    """Words on which a field of an instruction rests, with the field's letter."""

    start: int
    end: int
    letter: str

    def holds(self, other: Marked) -> bool:
        """Whether the words of `other` stand within these, and these go further."""
        return (
            self.start <= other.start and other.end <= self.end and (self.start, self.end) != (other.start, other.end)
        )


@dataclass(frozen=True, slots=True)
class Called:
    """The place where a footnote is called."""

    at: int
    mark: str


@dataclass(slots=True)
class Places:
    """What is laid over a text."""

    cited: list[Cited] = field(default_factory=list)
    marked: list[Marked] = field(default_factory=list)
    called: list[Called] = field(default_factory=list)


def cited(citation: Citation, on_page: int | None) -> Cited:
    """A citation with the way to what it names; `on_page` is the version that the page shows."""
    target = citation.paragraph_cited
    if target is not None:
        stays = target.version_id == on_page
        return Cited(citation.start, citation.end, href=f"#{target.anchor}" if stays else target.get_absolute_url())
    if citation.resolution is not None:
        return Cited(citation.start, citation.end, href=citation.resolution.get_absolute_url())
    return Cited(citation.start, citation.end, waits=_("We do not hold %(text)s yet.") % {"text": citation.key})


def citations(**where: Any) -> QuerySet[Citation]:
    """Citations in the order of their words, with all that leads to what they name, and nothing more of it."""
    return (
        Citation.objects.filter(**where)
        .select_related("resolution", "paragraph_cited__version__resolution")
        .only(
            "paragraph", "text", "start", "end", "key", "resolution__slug", "paragraph_cited__anchor",
            "paragraph_cited__version__slug", "paragraph_cited__version__resolution__slug",
        )
        .order_by("start")
    )  # fmt: skip


def places_of(paragraph: Paragraph, citations: Iterable[Citation] = (), on_page: int | None = None) -> Places:
    """The citations and footnotes of a paragraph."""
    return Places(
        cited=[cited(one, on_page) for one in citations],
        called=[
            Called(note["at"], str(note.get("mark") or ""))
            for note in paragraph.footnotes
            if isinstance(note.get("at"), int)
        ],
    )


def standing(paragraph: Paragraph, places: Places) -> tuple[Stretch, ...]:
    """The text as it stands."""
    return tuple(_cut([{"text": paragraph.text, "side": "both"}], places, shift=0))


def redlined(paragraph: Paragraph, places: Places) -> tuple[Stretch, ...]:
    """The text with what was struck and what was added in it."""
    if paragraph.change == Paragraph.Change.GONE:
        return tuple(Stretch(run["text"], "before") for run in paragraph.redline if run["side"] != "after")
    if paragraph.change == Paragraph.Change.NEW:
        return tuple(_cut([{"text": paragraph.text, "side": "after"}], places, shift=0))
    runs = paragraph.redline or [{"text": paragraph.text, "side": "both"}]
    shift = "".join(run["text"] for run in runs if run["side"] != "before").find(paragraph.text)
    if shift < 0:  # the runs do not give the text: they are shown, and nothing is laid over the wrong words
        return tuple(Stretch(run["text"], run["side"]) for run in runs)
    return tuple(_cut(runs, places, shift))


def struck(paragraph: Paragraph) -> str:
    """The words of a paragraph that went."""
    return "".join(run["text"] for run in paragraph.redline if run["side"] != "after").strip()


def _cut(runs: Runs, places: Places, shift: int) -> Iterable[Stretch]:
    edges = {edge for one in places.cited for edge in (one.start, one.end)}
    edges |= {edge for one in places.marked for edge in (one.start, one.end)}
    edges |= {one.at for one in places.called}
    ordered = sorted(edge + shift for edge in edges)
    wide = {one for one in places.marked if any(one.holds(other) for other in places.marked)}
    notes: dict[int, str] = {}
    length = sum(len(run["text"]) for run in runs if run["side"] != "before")
    for one in places.called:
        place = min(max(one.at + shift, 0), length)
        notes[place] = f"{notes[place]}, {one.mark}" if place in notes else one.mark
    if 0 in notes:
        yield Stretch("", note=notes.pop(0))
    at = 0
    for run in runs:
        if run["side"] == "before":
            yield Stretch(run["text"], "before")
            continue
        start, end = at, at + len(run["text"])
        at = end
        cuts = [start, *(edge for edge in ordered if start < edge < end), end]
        for left, right in pairwise(cuts):
            if left == right:
                continue
            link = next((c for c in places.cited if c.start + shift <= left and right <= c.end + shift), None)
            on = [m for m in places.marked if m.start + shift <= left and right <= m.end + shift]
            yield Stretch(
                text=run["text"][left - start : right - start],
                side=run["side"],
                href=link.href if link else "",
                waits=link.waits if link else "",
                marked=bool(on),
                wide=bool(on) and all(one in wide for one in on),
                letters=" ".join(dict.fromkeys(one.letter for one in on if one.end + shift == right)),
                note=notes.pop(right, ""),
            )
