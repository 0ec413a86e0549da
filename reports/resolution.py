"""The page of a version: what the text says, what changed in it, and which instructions rest on it."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import QuerySet, Value
from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mandates.models import Citation, Doubt, Instruction, Paragraph, Place, Section, Suggestion, Version
from mandates.models.addresses import section_name
from mandates.models.prepared import Given, Prepared

from . import wording
from .schedules import When, in_words, with_sessions
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
    def at(cls, text: str, version: str, *, show: str, only: str = "") -> VersionPage | None:
        """The page at an address; None where we hold no such version. Eight queries, and one more for a text before."""
        versions = _VERSIONS.ask(text=text)
        row = min((one for one in versions if one.slug == version), key=lambda one: one.pk, default=None)
        if row is None:
            return None
        by_key = {one.pk: one for one in versions}
        if row.predecessor_id in by_key:
            row.predecessor = by_key[row.predecessor_id]
        return cls.of(row, show=show, only=only, versions=versions)

    @classmethod
    def of(
        cls, version: Version, *, show: str, only: str = "", versions: Sequence[Version] | None = None
    ) -> VersionPage:
        """`version` has resolution, body and predecessor at hand, `versions` are those of its text. Where `show` can’t
        be shown, the text after is."""
        if versions is None:
            versions = _VERSIONS.ask(text=version.resolution.slug)
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
            line=tuple(_line(version, versions)),
            parts=texts.parts(),
            tallies=tuple(texts.tallies()) if older is not None else (),
            left=sum(texts.left.values()),
            doubts=sum(texts.doubts.values()),
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


_VERSIONS = Prepared(
    lambda: (
        Version.objects.filter(resolution__slug=Given("text"))
        .select_related("resolution__body", "session")
        .order_by("position")
    )
)


def _line(version: Version, versions: Iterable[Version]) -> Iterator[Station]:
    """The versions of the text in the language of this one."""
    for one in versions:
        if one.language != version.language:
            continue
        year = one.adopted[:4] or (str(one.session.starts.year) if one.session else "")
        in_force = one.state == Version.State.IN_FORCE
        since = _("in force since %(year)s") % {"year": year} if in_force and year else one.get_state_display()
        yield Station(
            version=one,
            since=str(since) if one.state not in {Version.State.PROPOSED, Version.State.DEFERRED} else "",
            url=reverse("version", args=[version.resolution.slug, one.slug]),
            current=one.pk == version.pk,
        )


# ── What is asked of the database ────────────────────────────────────────────────────────────────────────────────


_SECTIONS = Prepared(lambda: Section.objects.filter(version=Given("version")).order_by("position"))
_PARAGRAPHS = Prepared(lambda: Paragraph.objects.filter(version=Given("version")).order_by("position"))
_CITATIONS = Prepared(lambda: wording.citations(paragraph__version=Given("version")))
_SCHEDULES = Prepared(lambda: with_sessions().filter(instruction__resolution=Given("resolution")))


def _placed() -> QuerySet[Any]:
    """The instructions of the text, and those of the older paragraphs that went, where they stood: a row for each
    addressee, or one without."""
    version, places = Given("version"), Place.objects.order_by()
    stand = places.filter(paragraph__version=version)
    went = places.filter(paragraph__successors__version=version, paragraph__successors__change=Change.GONE)
    columns = (
        "pk", "instruction__addressings__pk", "paragraph_id", "instruction_id", "instruction__title",
        "instruction__state", "instruction__addressings__addressee__name",
    )  # fmt: skip
    return stand.values_list(*columns).union(went.values_list(*columns)).order_by("pk", "instruction__addressings__pk")


def _unreviewed() -> QuerySet[Any]:
    """The paragraph of each suggestion that nobody has decided and of each question that nobody has answered."""
    version = Given("version")
    left = Suggestion.objects.undecided().filter(version=version).order_by()
    doubts = Doubt.objects.filter(version=version, answer="").order_by()
    return left.values_list(Value(0), "paragraph_id").union(doubts.values_list(Value(1), "paragraph_id"), all=True)


_PLACED, _UNREVIEWED = Prepared(_placed), Prepared(_unreviewed)


class _Texts:
    """Everything that is asked of the database for the words on the page, and their assembly."""

    def __init__(self, *, version: Version, shown: Version, show: str, only: str) -> None:
        self.version, self.show, self.only, self.shown = version, show, only, shown
        self.sections: list[Section] = _SECTIONS.ask(version=shown.pk)
        self.paragraphs: list[Paragraph] = _PARAGRAPHS.ask(version=shown.pk)
        self.children: dict[int | None, list[Paragraph]] = defaultdict(list)
        for row in self.paragraphs:
            self.children[row.parent_id].append(row)
        self.citations: dict[int, list[Citation]] = defaultdict(list)
        for citation in _CITATIONS.ask(version=shown.pk):
            self.citations[citation.paragraph_id].append(citation)
        self._ask_instructions()
        self.whens: dict[int, list[When]] = in_words(_SCHEDULES.ask(resolution=version.resolution_id))
        unreviewed = _UNREVIEWED.ask(version=version.pk)
        self.left = Counter(key for is_doubt, key in unreviewed if not is_doubt)
        self.doubts = Counter(key for is_doubt, key in unreviewed if is_doubt)
        self.newer = _PARAGRAPHS.ask(version=version.pk) if show == "before" else self.paragraphs
        self.became = {row.predecessor_id: row for row in self.newer} if show == "before" else {}

    def _ask_instructions(self) -> None:
        """Where the instructions stand, and upon whom they are laid."""
        self.placed: dict[int, dict[int, Instruction]] = defaultdict(dict)
        addressees: dict[int, dict[int, str]] = defaultdict(dict)
        instructions: dict[int, Instruction] = {}
        for _place, laid, paragraph, key, title, state, name in _PLACED.ask(version=self.shown.pk):
            if key not in instructions:
                instructions[key] = Instruction.from_db(connection.alias, ["id", "title", "state"], [key, title, state])
            self.placed[paragraph][key] = instructions[key]
            if laid:
                addressees[key][laid] = name
        self.addressees = {key: list(names.values()) for key, names in addressees.items()}

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
            placed = list(self.placed.get(row.pk, {}).values())
            if one.gone and row.predecessor_id:
                placed += self.placed.get(row.predecessor_id, {}).values()
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
