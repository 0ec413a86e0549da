"""The page of a version: what the text says, what changed in it, and which instructions rest on it."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mandates.models import Addressing, Citation, Doubt, Instruction, Paragraph, Place, Section, Version
from mandates.models.addresses import section_name

from . import wording
from .schedules import When, schedules_of
from .wording import Stretch

Change = Paragraph.Change
BARRED = {Change.NEW, Change.REWORDED, Change.MOVED}  # a bar in the margin; what is only renumbered has none
NAMED_BELOW = 3  # sub-paragraphs that a tag names one by one; more, or dashes, are counted
WORDS_OF_GONE = 14  # how much of a deleted paragraph stands in its place, with a link to all of it


@dataclass(frozen=True, slots=True)
class Tag:
    """What became of a paragraph: "new", "was 4, reworded"; `of` names the sub-paragraphs it is about."""

    words: str
    kind: str = ""  # new | gone
    of: str = ""


@dataclass(frozen=True, slots=True)
class Beside:
    """An instruction beside its paragraph; `of` names the sub-paragraph in which it stands."""

    instruction: Instruction
    of: str
    addressees: str
    whens: tuple[When, ...]


@dataclass(frozen=True, slots=True)
class Node:
    """A paragraph with what stands below it, ready to be drawn."""

    paragraph: Paragraph
    stretches: tuple[Stretch, ...]
    children: tuple[Node, ...]
    number: str
    number_struck: str = ""  # the number before, where the page shows both
    number_new: bool = False
    bar: bool = False
    gone: bool = False
    gist: str = ""  # the first words of a paragraph that went, where only they are shown

    def walk(self) -> Iterator[Node]:
        yield self
        for child in self.children:
            yield from child.walk()


@dataclass(frozen=True, slots=True)
class Provision:
    """A paragraph of the first level with all that belongs beside it."""

    node: Node
    tags: tuple[Tag, ...]
    besides: tuple[Beside, ...]
    footnotes: tuple[dict[str, Any], ...]
    left: int  # suggestions that nobody has decided
    doubts: int  # questions that nobody has answered

    @property
    def has_side(self) -> bool:
        return bool(self.tags or self.besides or self.left or self.doubts)


@dataclass(frozen=True, slots=True)
class Part:
    """A section with its paragraphs."""

    section: Section
    name: str
    provisions: tuple[Provision, ...]
    count: int  # paragraphs of the first level that stand


@dataclass(frozen=True, slots=True)
class Tally:
    """How many paragraphs changed in one way, with the address that shows only these."""

    count: int
    words: str
    url: str


@dataclass(frozen=True, slots=True)
class Station:
    """A version in the line of versions."""

    version: Version
    since: str
    url: str
    current: bool


@dataclass(frozen=True)
class VersionPage:
    """What the page of a version needs. Filled by the same number of queries for a short text and a long one."""

    version: Version
    show: str  # before | after | changes
    only: str  # a kind of change, or "" for all
    line: tuple[Station, ...]
    parts: tuple[Part, ...]
    tallies: tuple[Tally, ...]
    left: int
    doubts: int

    SHOWS = ("before", "after", "changes")

    @classmethod
    def of(cls, version: Version, *, show: str, only: str = "") -> VersionPage:
        """`version` has resolution, body and predecessor at hand. Where `show` can’t be shown, the text after is."""
        older = version.predecessor
        if show not in cls.SHOWS or older is None:
            show = "after"
        if only not in {Change.NEW, Change.GONE, Change.REWORDED, Change.RENUMBERED, Change.MOVED} or show == "before":
            only = ""
        shown = older if show == "before" and older is not None else version
        texts = _Texts(version=version, shown=shown, show=show, only=only)
        return cls(
            version=version,
            show=show,
            only=only,
            line=tuple(_line(version)),
            parts=texts.parts(),
            tallies=tuple(texts.tallies()) if older is not None else (),
            left=sum(texts.left.values()),
            doubts=texts.all_doubts,
        )

    @property
    def shown(self) -> Version:
        """The version whose words are on the page."""
        older = self.version.predecessor
        return older if self.show == "before" and older is not None else self.version

    @property
    def only_words(self) -> str:
        return str(Change(self.only).label) if self.only else ""

    @property
    def unreviewed(self) -> bool:
        """Whether something that the machine read in this text still waits for a person."""
        return bool(self.left or self.doubts)


def version_that_matters(versions: list[Version]) -> Version | None:
    """The latest proposal where one is newer than what is in force, else what is in force, else the latest text."""
    in_force = next((one for one in versions if one.state == Version.State.IN_FORCE), None)
    for one in reversed(versions):
        if one.state == Version.State.PROPOSED and (in_force is None or one.position > in_force.position):
            return one
    return in_force or (versions[-1] if versions else None)


def _line(version: Version) -> Iterator[Station]:
    versions = version.resolution.versions.filter(language=version.language).select_related("session")
    for one in versions.order_by("position"):
        year = one.adopted[:4] or (str(one.session.starts.year) if one.session else "")
        in_force = one.state == Version.State.IN_FORCE
        since = _("in force since %(year)s") % {"year": year} if in_force and year else one.get_state_display()
        yield Station(
            version=one,
            since=str(since) if one.state not in {Version.State.PROPOSED, Version.State.DEFERRED} else "",
            url=reverse("version", args=[version.resolution.slug, one.slug]),
            current=one.pk == version.pk,
        )


class _Texts:
    """Everything that is asked of the database for the words on the page, and their assembly."""

    def __init__(self, *, version: Version, shown: Version, show: str, only: str) -> None:
        self.version, self.show, self.only, self.shown = version, show, only, shown
        self.sections = list(shown.sections.order_by("position"))
        self.paragraphs = list(shown.paragraphs.order_by("position"))
        self.children: dict[int | None, list[Paragraph]] = defaultdict(list)
        for row in self.paragraphs:
            self.children[row.parent_id].append(row)
        self.citations: dict[int, list[Citation]] = defaultdict(list)
        for citation in Citation.objects.filter(paragraph__version=shown).select_related(
            "resolution", "paragraph_cited__version__resolution"
        ):
            self.citations[citation.paragraph_id].append(citation)
        self._ask_instructions()
        self.left = dict(
            version.suggestions.undecided().order_by().values_list("paragraph").annotate(count=Count("pk"))
        )
        doubts = list(Doubt.objects.filter(version=version, answer="").values_list("paragraph_id", flat=True))
        self.doubts, self.all_doubts = Counter(doubts), len(doubts)
        self.newer = list(version.paragraphs.all()) if show == "before" else self.paragraphs
        self.became = {row.predecessor_id: row for row in self.newer} if show == "before" else {}

    def _ask_instructions(self) -> None:
        """The instructions of the text, and those of the older paragraphs that went, where they stood."""
        stands = Q(paragraph__version=self.shown)
        went = Q(paragraph__successors__version=self.shown, paragraph__successors__change=Change.GONE)
        places = list(Place.objects.filter(stands | went).select_related("instruction").order_by("pk").distinct())
        keys = {place.instruction_id for place in places}
        self.placed: dict[int, list[Instruction]] = defaultdict(list)
        for place in places:
            self.placed[place.paragraph_id].append(place.instruction)
        self.addressees: dict[int, list[str]] = defaultdict(list)
        # A join on the text and not a list of keys, which a long text would make too long for the database.
        for instruction, name in (
            Addressing.objects.filter(instruction__resolution=self.version.resolution_id)
            .order_by("pk")
            .values_list("instruction_id", "addressee__name")
        ):
            if instruction in keys:
                self.addressees[instruction].append(name)
        self.whens = schedules_of(Instruction.objects.filter(resolution=self.version.resolution_id).values("pk"))

    def parts(self) -> tuple[Part, ...]:
        roots: dict[int, list[Paragraph]] = defaultdict(list)
        for row in self.children[None]:
            roots[row.section_id].append(row)
        parts = []
        for section in self.sections:
            provisions = tuple(self._provision(row) for row in roots[section.pk])
            if self.only:
                provisions = tuple(
                    one for one in provisions if any(n.paragraph.change == self.only for n in one.node.walk())
                )
            if provisions or not (self.only or (section.position and not roots[section.pk])):
                count = sum(1 for one in provisions if not one.node.gone)
                parts.append(Part(section, section_name(section), provisions, count))
        return tuple(parts)

    def tallies(self) -> Iterator[Tally]:
        counts = Counter(row.change for row in self.newer)
        stem = reverse("version", args=[self.version.resolution.slug, self.version.slug])
        for change, words in (
            (Change.NEW, _("new")),
            (Change.GONE, _("deleted")),
            (Change.REWORDED, _("reworded")),
            (Change.MOVED, _("moved")),
            (Change.RENUMBERED, _("only renumbered")),
        ):
            if counts[change]:
                yield Tally(counts[change], words, f"{stem}?show=changes&only={change.value}")

    def _provision(self, row: Paragraph) -> Provision:
        node = self._node(row)
        nodes = list(node.walk())
        return Provision(
            node=node,
            tags=tuple(self._tags(node)),
            besides=tuple(self._besides(nodes)),
            footnotes=tuple(note for one in nodes for note in one.paragraph.footnotes),
            left=0 if self.show == "before" else sum(self.left.get(one.paragraph.pk, 0) for one in nodes),
            doubts=0 if self.show == "before" else sum(self.doubts.get(one.paragraph.pk, 0) for one in nodes),
        )

    def _node(self, row: Paragraph) -> Node:
        gone = row.change == Change.GONE
        places = wording.places_of(row, self.citations.get(row.pk, ()), self.shown.pk)
        both = self.show == "changes"
        struck = wording.struck(row) if gone and not both else ""
        return Node(
            paragraph=row,
            stretches=wording.redlined(row, places) if both else wording.standing(row, places),
            children=tuple(self._node(child) for child in self.children.get(row.pk, ())),
            number=row.printed or row.number,
            number_struck=row.number_before
            if gone or (both and row.number_before and row.number_before != row.number)
            else "",
            number_new=both and row.change != Change.GONE and row.number_before != row.number and bool(row.change),
            bar=row.change in BARRED and self.show != "before",
            gone=gone,
            gist=Truncator(struck).words(WORDS_OF_GONE, truncate="…") if struck else "",
        )

    def _tags(self, node: Node) -> Iterator[Tag]:
        """What became of the paragraph and, where it differs, of what stands below it, alike beside alike."""
        own = self._became(node.paragraph) if self.show == "before" else _tag(node.paragraph)
        if own:
            yield own
        below: dict[Tag, list[str]] = defaultdict(list)
        for one in list(node.walk())[1:]:
            tag = self._became(one.paragraph) if self.show == "before" else _tag(one.paragraph)
            if tag and not (tag == own and one.paragraph.change in {Change.NEW, Change.GONE}):
                below[tag].append(one.number or one.number_struck)
        for tag, numbers in below.items():
            named = len(numbers) <= NAMED_BELOW and all(re.search(r"\w", number) for number in numbers)
            count = {"count": len(numbers)}
            of = ", ".join(numbers) if named else ngettext("%(count)d below", "%(count)d below", len(numbers)) % count
            yield Tag(tag.words, tag.kind, of)

    def _became(self, row: Paragraph) -> Tag | None:
        """What the newer version made of a paragraph of the older one."""
        newer = self.became.get(row.pk)
        if newer is None or newer.change == Change.GONE:
            return Tag(_("deleted in %(label)s") % {"label": self.version.label}, "gone")
        words = [_("now %(number)s") % {"number": newer.number}] if newer.number != row.number and newer.number else []
        if newer.change in {Change.REWORDED, Change.MOVED}:
            words.append(str(newer.get_change_display()))
        return Tag(", ".join(words)) if words else None

    def _besides(self, nodes: list[Node]) -> Iterator[Beside]:
        for one in nodes:
            row = one.paragraph
            placed = list(self.placed.get(row.pk, ()))
            if one.gone and row.predecessor_id:
                placed += self.placed.get(row.predecessor_id, ())
            for instruction in placed:
                yield Beside(
                    instruction=instruction,
                    of="" if one is nodes[0] else one.number,
                    addressees=", ".join(self.addressees.get(instruction.pk, ())),
                    whens=tuple(self.whens.get(instruction.pk, ())),
                )


def _tag(row: Paragraph) -> Tag | None:
    """ "new", "deleted", "was 4", "was 5, reworded"; None where nothing changed."""
    if row.change == Change.NEW:
        return Tag(_("new"), "new")
    if row.change == Change.GONE:
        return Tag(_("deleted"), "gone")
    words = []
    if row.change and row.number_before and row.number_before != row.number:
        words.append(_("was %(number)s") % {"number": row.number_before})
    if row.change in {Change.REWORDED, Change.MOVED}:
        words.append(str(row.get_change_display()))
    return Tag(", ".join(words)) if words else None
