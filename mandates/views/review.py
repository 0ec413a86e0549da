"""The review of a version: official wording beside what the machine read in it, for a person to decide."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from mandates import rules
from mandates.actions import suggestions as decisions
from mandates.forms import InstructionForm
from mandates.models import Doubt, Member, Paragraph, Section, Session, Suggestion, Version

from . import PageRequest, number_in
from .cards import Card, Known, Notice, card_of
from .wording import Stretch, wording_of

ON_A_PAGE = 120  # paragraphs; a resolution of the usual length is one page
SHOWS = ("all", "left", "questions")
State = Suggestion.State


class Row(NamedTuple):
    """What must be known of every paragraph to say which stand on which page."""

    pk: int
    section_id: int
    depth: int
    address: str
    anchor: str


@dataclass(frozen=True)
class Tally:
    """How far a review has come."""

    confirmed: int
    edited: int
    rejected: int
    left: int
    questions: int
    certain: int

    @property
    def decided(self) -> int:
        return self.confirmed + self.edited + self.rejected

    @property
    def all(self) -> int:
        return self.decided + self.left


@dataclass(frozen=True)
class Progress:
    """The line that says how far a review has come; it goes with every decision."""

    version: Version
    tally: Tally
    may_decide: bool
    why_not: str

    @property
    def url(self) -> str:
        return reverse("review", args=[self.version.resolution.slug, self.version.slug])


@dataclass(frozen=True)
class Pair:
    """A paragraph and what stands beside it: the piece of the page that a decision renews."""

    paragraph: Paragraph
    stretches: tuple[Stretch, ...]
    cards: tuple[Card, ...]
    doubts: tuple[Doubt, ...]
    may_decide: bool
    why_not: str
    language: str = "en"  # of the official words
    adding: InstructionForm | None = None
    notice: Notice | None = None

    @property
    def is_quiet(self) -> bool:
        """Nothing was read, nothing is asked, and nobody is writing: it may stand folded."""
        return not (self.cards or self.doubts or self.adding or self.notice)

    @property
    def is_gone(self) -> bool:
        return self.paragraph.change == Paragraph.Change.GONE

    @property
    def indent(self) -> int:
        return min(self.paragraph.depth, 3)

    @property
    def old_number(self) -> str:
        """The number before, where it was another one or the paragraph went."""
        paragraph = self.paragraph
        if self.is_gone:
            return paragraph.number_before or paragraph.number
        return paragraph.number_before if paragraph.number_before != paragraph.number else ""

    @property
    def is_new_number(self) -> bool:
        return bool(self.old_number) or self.paragraph.change == Paragraph.Change.NEW


@dataclass(frozen=True)
class Block:
    """One paragraph that asks for a look, or a run of quiet ones under one line that says what is folded."""

    pairs: tuple[Pair, ...]
    folded: str = ""


@dataclass(frozen=True)
class Part:
    section: Section
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Entry:
    """A section in the list of sections: where it begins, and how much was read in it."""

    section: Section
    page: int
    count: int


@dataclass(frozen=True)
class ReviewPage:
    """All that the page of a review shows, asked for in the same number of queries for 10 paragraphs and for 1,000."""

    version: Version
    progress: Progress
    show: str = "all"
    number: int = 1
    pages: int = 1
    parts: tuple[Part, ...] = ()
    entries: tuple[Entry, ...] = ()
    doubts: tuple[Doubt, ...] = ()  # those of the document as a whole
    pair: Pair | None = None  # the one paragraph that was asked for


@dataclass
class Asked:
    """Which part of a review is wanted, and what stands open or is said in it."""

    show: str = "all"
    page: int = 1
    at: str = ""  # an anchor: the page on which that paragraph stands
    only: int | None = None  # a paragraph
    forms: dict[int, InstructionForm] = field(default_factory=dict)  # by suggestion
    notices: dict[int, Notice] = field(default_factory=dict)  # by suggestion
    adding: InstructionForm | None = None
    notice: Notice | None = None  # at the paragraph


def review_page(version: Version, member: Member, asked: Asked) -> ReviewPage:
    """Fill the page of a review, or of one of its paragraphs."""
    rows = [
        Row(*row)
        for row in version.paragraphs.order_by("position").values_list("pk", "section_id", "depth", "address", "anchor")
    ]
    states = list(version.suggestions.values_list("paragraph_id", "state"))
    doubts = list(version.doubts.select_related("answered_by").order_by("position"))
    progress = _progress(version, member, states, doubts)
    pages = [[row] for row in rows if row.pk == asked.only]
    number, show = 1, asked.show if asked.show in SHOWS else "all"
    if asked.only is None:
        if any(row.anchor == asked.at for row in rows):
            show = "all"
        pages = list(_pages(_shown(rows, states, doubts, show)))
        number = max(1, min(asked.page, len(pages)))
        for turn, page in enumerate(pages, start=1):
            if any(row.anchor == asked.at for row in page):
                number = turn
    wanted = pages[number - 1] if pages else []
    pairs = _pairs(version, rows, wanted, doubts, asked, progress)
    if asked.only is not None:
        if not pairs:
            raise Http404
        return ReviewPage(version, progress, pair=pairs[0])
    sections = {section.pk: section for section in version.sections.order_by("position")}
    return ReviewPage(
        version,
        progress,
        show=show,
        number=number,
        pages=len(pages),
        parts=tuple(_parts(pairs, sections, fold=show == "all")),
        entries=tuple(_entries(sections, rows, pages, states)),
        doubts=tuple(doubt for doubt in doubts if doubt.paragraph_id is None),
    )


def progress_of(version: Version, member: Member) -> Progress:
    """How far the review of a version has come."""
    states = list(version.suggestions.values_list("paragraph_id", "state"))
    return _progress(version, member, states, list(version.doubts.all()))


def _progress(version: Version, member: Member, states: list[tuple[int, str]], doubts: list[Doubt]) -> Progress:
    count = Counter(state for _paragraph, state in states)
    tally = Tally(
        confirmed=count[State.CONFIRMED],
        edited=count[State.EDITED],
        rejected=count[State.REJECTED],
        left=count[State.OPEN],
        questions=sum(not doubt.answer for doubt in doubts),
        certain=version.suggestions.certain(settings.CERTAIN_FROM).count(),
    )
    right = "decide suggestions"
    return Progress(version, tally, rules.may(member, right), rules.why_not(member, right))


def _shown(rows: list[Row], states: list[tuple[int, str]], doubts: list[Doubt], show: str) -> list[Row]:
    if show == "all":
        return rows
    asking = {doubt.paragraph_id for doubt in doubts if not doubt.answer}
    if show == "left":
        asking |= {paragraph for paragraph, state in states if state == State.OPEN}
    return [row for row in rows if row.pk in asking]


def _pages(rows: list[Row]) -> Iterator[list[Row]]:
    """Rows in pages that end with a section where that can be, and never between a paragraph and what is below it."""
    sizes = Counter(row.section_id for row in rows)
    page: list[Row] = []
    for before, row in zip([None, *rows], rows, strict=False):
        begins = before is None or before.section_id != row.section_id
        full = len(page) + sizes[row.section_id] > ON_A_PAGE if begins else len(page) >= ON_A_PAGE and row.depth == 0
        if page and full:
            yield page
            page = []
        page.append(row)
    if page:
        yield page


def _pairs(
    version: Version, rows: list[Row], wanted: list[Row], doubts: list[Doubt], asked: Asked, progress: Progress
) -> list[Pair]:
    keys = [row.pk for row in wanted]
    paragraphs = version.paragraphs.filter(pk__in=keys).order_by("position")
    found = version.suggestions.filter(paragraph__in=keys).select_related("decided_by", "instruction", "paragraph")
    beside: dict[int, list[Suggestion]] = {}
    for suggestion in found.order_by("paragraph__position", "position", "pk"):
        beside.setdefault(suggestion.paragraph_id, []).append(suggestion)
    codes = {(one.fields.get("deadline") or {}).get("session") for many in beside.values() for one in many} - {None}
    known = Known(
        house=version.resolution.body.house,
        before=version.predecessor.label if version.predecessor else "",
        sessions={session.code: session for session in Session.objects.filter(code__in=codes)},
        places={row.address: f"{progress.url}?at={row.anchor}#{row.anchor}" for row in rows},
    )
    pairs = []
    for paragraph in paragraphs:
        siblings = beside.get(paragraph.pk, [])
        wording = wording_of(paragraph, siblings)
        cards = (
            card_of(one, siblings, wording, known, form=asked.forms.get(one.pk), notice=asked.notices.get(one.pk))
            for one in siblings
        )
        pairs.append(
            Pair(
                paragraph=paragraph,
                stretches=wording.stretches,
                cards=tuple(cards),
                doubts=tuple(doubt for doubt in doubts if doubt.paragraph_id == paragraph.pk),
                may_decide=progress.may_decide,
                why_not=progress.why_not,
                language=version.language,
                adding=asked.adding,
                notice=asked.notice,
            )
        )
    return pairs


def _parts(pairs: list[Pair], sections: dict[int, Section], *, fold: bool) -> Iterator[Part]:
    """Pairs under their sections; runs of quiet ones folded."""
    begin = 0
    while begin < len(pairs):
        section = sections[pairs[begin].paragraph.section_id]
        end = begin
        while end < len(pairs) and pairs[end].paragraph.section_id == section.pk:
            end += 1
        yield Part(section, tuple(_blocks(pairs[begin:end], section, fold=fold)))
        begin = end


def _blocks(pairs: list[Pair], section: Section, *, fold: bool) -> Iterator[Block]:
    run: list[Pair] = []
    for pair in pairs:
        if fold and _may_fold(pair, section):
            run.append(pair)
            continue
        if run:
            yield Block(tuple(run), _fold_said(run))
            run = []
        yield Block((pair,))
    if run:
        yield Block(tuple(run), _fold_said(run))


def _may_fold(pair: Pair, section: Section) -> bool:
    """A preamble asks for nothing, old words were looked at before, what went asks no more; new words show."""
    change = Paragraph.Change
    old = pair.paragraph.change in {change.SAME, change.RENUMBERED, change.GONE}
    return pair.is_quiet and (section.part == Section.Part.PREAMBULAR or old)


def _fold_said(run: list[Pair]) -> str:
    numbers = [
        pair.paragraph.printed for pair in run if pair.paragraph.printed and not pair.indent and not pair.is_gone
    ]
    if all(pair.is_gone for pair in run):
        many = ngettext("%(count)d paragraph", "%(count)d paragraphs", len(run)) % {"count": len(run)}
        return _("Deleted: %(paragraphs)s in which nothing was read") % {"paragraphs": many}
    changed = sum(pair.paragraph.change not in {"", "same", "renumbered"} for pair in run)
    if len(numbers) > 1:
        who = _("%(first)s to %(last)s") % {"first": numbers[0], "last": numbers[-1]}
    else:
        who = numbers[0] if numbers else _("Unnumbered")
    count = ngettext("%(count)d paragraph", "%(count)d paragraphs", len(run)) % {"count": len(run)}
    if changed:
        tail = ngettext("%(count)d of them changed", "%(count)d of them changed", changed) % {"count": changed}
        return _("%(who)s: %(paragraphs)s, %(tail)s; nothing was read in them") % {
            "who": who,
            "paragraphs": count,
            "tail": tail,
        }
    return _("%(who)s: %(paragraphs)s in which nothing was read") % {"who": who, "paragraphs": count}


def _entries(
    sections: dict[int, Section], rows: list[Row], pages: list[list[Row]], states: list[tuple[int, str]]
) -> Iterator[Entry]:
    page_of: dict[int, int] = {}
    for turn, page in enumerate(pages, start=1):
        for row in page:
            page_of.setdefault(row.section_id, turn)
    section_of = {row.pk: row.section_id for row in rows}
    counts = Counter(section_of[paragraph] for paragraph, _state in states)
    for section in sections.values():
        if section.pk in page_of:
            yield Entry(section, page_of[section.pk], counts[section.pk])


def version_of(slug: str, version: str) -> Version:
    """The version at an address, or "not found"."""
    row = Version.objects.at(slug, version)
    if row is None:
        raise Http404(_("We hold no such version."))
    return row


@require_safe
def review(request: PageRequest, slug: str, version: str) -> HttpResponse:
    asked = Asked(
        show=request.GET.get("show", "all"),
        page=number_in(request.GET.get("page", "")) or 1,
        at=request.GET.get("at", ""),
    )
    page = review_page(version_of(slug, version), request.user, asked)
    return render(request, "mandates/review.html", {"page": page, "progress": page.progress})


@require_POST
def confirm_certain(request: PageRequest, slug: str, version: str) -> HttpResponse:
    row = version_of(slug, version)
    rules.require(request.user, "decide suggestions")
    done = decisions.confirm_certain(version=row, by=request.user, at=timezone.now())
    messages.success(
        request,
        ngettext("%(count)d suggestion confirmed.", "%(count)d suggestions confirmed.", done) % {"count": done}
        + " "
        + decisions.left_to_decide(row),
    )
    return redirect("review", slug=slug, version=version)
