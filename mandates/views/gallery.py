"""Every piece of the pages once, drawn with rows that are not in the database; only the form asks it, for choices."""

from __future__ import annotations

from datetime import UTC, datetime

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from mandates.actions import Overtaken
from mandates.forms import DocumentForm, InstructionForm
from mandates.models import Document, Doubt, Member, Paragraph, Resolution, Suggestion, Version

from . import PageRequest
from .cards import Known, Notice, card_of
from .documents import DocumentPage
from .gallery_work import NOWHERE, task_pieces
from .review import Pair, Progress, Tally
from .wording import wording_of

STATUSES = (
    ("none", gettext_lazy("No information"), gettext_lazy("Nobody has said anything")),
    ("todo", gettext_lazy("Not started"), gettext_lazy("Someone said: nothing yet")),
    ("prog", gettext_lazy("In progress"), gettext_lazy("Under way, no reason to doubt the date")),
    ("risk", gettext_lazy("At risk"), gettext_lazy("Under way, the date or the result is in doubt")),
    ("done", gettext_lazy("Done"), gettext_lazy("Done, with evidence")),
    ("cont", gettext_lazy("Continuing"), gettext_lazy("A standing duty, being kept")),
    ("over", gettext_lazy("Overtaken"), gettext_lazy("Events or a newer text removed the need")),
    ("notus", gettext_lazy("Not for us"), gettext_lazy("The addressee is someone else")),
    ("late", gettext_lazy("Overdue"), gettext_lazy("The date that matters has passed and it is not done")),
    ("silent", gettext_lazy("Silent"), gettext_lazy("No word for 90 days or more, or never")),
    ("wait", gettext_lazy("Waiting"), gettext_lazy("Someone else has the next move")),
)

# What changed, as sentences with the mark of each kind of change.
CHANGES = tuple(
    {"mark": mark, "about": about, "says": says, "quote": quote, "below": below, "url": "#content"}
    for mark, about, says, quote, below in (
        ("done", "Gap analysis", gettext_lazy("done, delivered on 20 November 2026."), "", ("SPM",)),
        (
            "new",
            "Report to CSTD 30",
            gettext_lazy("proposed: instructs, addressed to Secretary-General."),
            "",
            ("SPM",),
        ),
        ("word", "Yearly report", gettext_lazy("in new words:"), "", ()),
        ("gone", "Call for inputs of 2024", gettext_lazy("falls away."), "", ()),
        ("move", "CSTD 30", gettext_lazy("document deadline 12 February 2027, announced."), "", ("Li Na, 3 November",)),
        ("late", "Report to PP-26", gettext_lazy("43 days late."), "The text is final.", ("SPM, Mariam Diallo",)),
        ("same", "C10 Ethics", gettext_lazy("no role of ours is named in it, and it has no task."), "", ()),
    )
)

# A bar and lines as `reports.charts` lays them out, with the legend of the bar. Reports know this room, not it them.
PICTURES = {
    "bar": [
        {"kind": kind, "x": 25 * place, "width": 25 * width}
        for kind, place, width in (
            ("done", 0, 2), ("cont", 2, 1), ("prog", 3, 2), ("risk", 5, 1), ("none", 6, 1), ("off", 7, 1)
        )
    ],
    "labels": [(mark, word) for mark, word, _meaning in STATUSES[:8]],
    "chart": {
        "title": gettext_lazy("Open and overdue, by month end"),
        "words": gettext_lazy("Open tasks went from 38 to 79, overdue ones from 3 to 9."),
        "box": "0 0 360 112",
        "axis": 90,
        "first_x": 10,
        "last_x": 264,
        "days_y": 107,
        "days": [
            {"at": 10, "words": gettext_lazy("Dec 2025"), "anchor": "start"},
            {"at": 264, "words": gettext_lazy("Nov 2026"), "anchor": "end"},
        ],
        "lines": [
            {"kind": "open", "points": "10,53 137,32 264,14", "x": 264, "y": 14, "label_x": 272, "label_y": 18,
             "label": gettext_lazy("79 open")},
            {"kind": "late", "points": "10,87 137,85 264,81", "x": 264, "y": 81, "label_x": 272, "label_y": 85,
             "label": gettext_lazy("9 overdue")},
        ],
    },
}  # fmt: skip

# The words of Resolution 1332, instructs the Secretary-General 5 and 12, as the proposal to Council 2026 has them.
WORDS = "to report to the 30th session of CSTD in 2027 on the outcomes achieved by the ITF;"
READ = {
    "verb": "to report",
    "force": "instructs",
    "addressees": ["Secretary-General"],
    "action": "report on the outcomes achieved by the ITF",
    "deliverable": "report",
    "reports_to": ["CSTD"],
    "deadline": {"text": "to the 30th session of CSTD in 2027", "session": "CSTD-30", "year": 2027},
    "qualifiers": ["as appropriate"],
    "spans": {"verb": [0, 9], "deadline": [10, 45], "action": [49, 81]},
    "rules": {"deadline": "ordinal-session"},
    "confidences": {"addressees": 0.7},
}
WHEN = datetime(2026, 11, 23, 16, 40, tzinfo=UTC)


def _paragraph(**changes) -> Paragraph:
    runs = [{"text": WORDS, "side": "after"}]
    return Paragraph(
        pk=NOWHERE + 1,
        **{
            "number": "5",
            "printed": "5",
            "address": "instructs the Secretary-General/5",
            "anchor": "piece",
            "text": WORDS,
            "redline": runs,
            "change": Paragraph.Change.NEW,
            **changes,
        },
    )


def _suggestion(pk: int, paragraph: Paragraph, member: Member, **changes) -> Suggestion:
    row = Suggestion(
        pk=NOWHERE + pk, title=_("Report to CSTD 30 on the outcomes of the task force"), fields=READ, confidence=0.92
    )
    row.paragraph = paragraph
    for name, value in changes.items():
        setattr(row, name, value)
    if not row.is_open:
        row.decided_by, row.decided_at = member, WHEN
    return row


def _pair(
    member: Member,
    paragraph: Paragraph,
    rows: list[Suggestion],
    doubts: tuple[Doubt, ...] = (),
    form: InstructionForm | None = None,
) -> Pair:
    wording = wording_of(paragraph, rows)
    overtaken = Overtaken(_("Somebody else was here a moment ago. Nothing of yours was written over."))
    cards = tuple(
        card_of(
            row,
            rows,
            wording,
            Known(house="ITU", before="C24"),
            form=form,
            notice=Notice(str(overtaken)) if row.state == Suggestion.State.REJECTED else None,
        )
        for row in rows
    )
    return Pair(paragraph, wording.stretches, cards, doubts, may_decide=True, why_not="")


@require_safe
def gallery(request: PageRequest) -> HttpResponse:
    member, new = request.user, _paragraph()
    reworded = _paragraph(
        anchor="piece-2",
        text="to contribute, through CWG-WSIS&SDG, their views;",
        redline=[
            {"text": "to contribute", "side": "both"},
            {"text": ", through CWG-WSIS&SDG,", "side": "after"},
            {"text": " their views", "side": "both"},
            {"text": " to the WSIS+20 review", "side": "before"},
            {"text": ";", "side": "both"},
        ],
        change=Paragraph.Change.REWORDED,
        number_before="4",
    )
    gone = _paragraph(
        anchor="piece-3",
        text="",
        redline=[{"text": "to continue to contribute to the SDG Summit;", "side": "before"}],
        change=Paragraph.Change.GONE,
    )
    edited = _paragraph(anchor="piece-4")
    form = InstructionForm(
        {"title": "", "date": _("next spring")}, read=READ, today=timezone.localdate(), of=5, auto_id="s5-%s"
    )
    tally = Tally(confirmed=14, edited=3, rejected=1, left=13, questions=1, certain=9)
    version = Version(label="C26", slug="C26", resolution=Resolution(slug="piece"))
    question = Doubt(
        pk=NOWHERE + 1, sentence=_("Is the new 5 a successor of the old 5?"), readings=[_("A new instruction")]
    )
    answered = Doubt(pk=NOWHERE + 2, sentence=question.sentence, answer=_("A new instruction"), answered_by=member)
    answered.answered_at = WHEN
    state = Suggestion.State
    pairs = [
        _pair(member, new, [_suggestion(1, new, member)], (question, answered)),
        _pair(
            member,
            reworded,
            [
                _suggestion(2, reworded, member, state=state.CONFIRMED, kind=Suggestion.Kind.KEPT),
                _suggestion(3, reworded, member, state=state.REJECTED, reason=_("Said twice.")),
            ],
        ),
        _pair(member, edited, [_suggestion(5, edited, member)], form=form),
        _pair(member, gone, [_suggestion(4, gone, member, kind=Suggestion.Kind.CLOSE)]),
    ]
    failed = Document(pk=NOWHERE + 1, state=Document.State.FAILED, failure=_("This file is encrypted."))
    reading = Document(pk=NOWHERE + 2, state=Document.State.READ, step=Document.Step.DONE)
    bad = DocumentForm({})
    context = {
        "statuses": STATUSES,
        "pairs": pairs,
        "documents": [DocumentPage(reading, (), True), DocumentPage(failed, (), True)],
        "form": bad,
        "changes": CHANGES,
        "progress": Progress(version, tally, may_decide=True, why_not=""),
        "most": 0,
        "pictures": PICTURES,
        **task_pieces(WORDS),
    }
    return render(request, "mandates/gallery.html", context)
