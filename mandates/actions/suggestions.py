"""Suggestions: proposed from a reading, then confirmed, edited, rejected, split, merged or taken back by a person.

Every decision checks what the person had before them (`seen`, the suggestion's revision): where somebody else decided
meanwhile, nothing is written and `Overtaken` says what they did.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import TypeVar

from django.conf import settings
from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mandates.models import Instruction, Member, Paragraph, Place, Suggestion, Version

from . import Overtaken, Refused, instructions, plans, tracked

T = TypeVar("T")
State, Kind = Suggestion.State, Suggestion.Kind
SAME_WORDS = {Paragraph.Change.SAME, Paragraph.Change.RENUMBERED, Paragraph.Change.MOVED}


def propose(*, version: Version, reading: dict, by: Member, at: datetime) -> None:
    """Lay the instructions that the reader found beside their paragraphs.

    What stands in the same words as an instruction that we hold is carried over without a question, and says so. An
    instruction that we hold and that no words continue is offered to be closed; so is what stood in a paragraph that
    went. The rest waits for a person.
    """
    rows = list(version.paragraphs.select_related("predecessor"))
    standing = {row.address: row for row in rows if row.change != Paragraph.Change.GONE}
    gone = {
        (row.predecessor.address if row.predecessor else row.address): row
        for row in rows
        if row.change == Paragraph.Change.GONE
    }
    after, before = _by_address(reading.get("instructions")), _by_address(reading.get("instructions_before"))
    held = _held(version)
    made: list[Suggestion] = []

    def suggest(row: Paragraph, kind: str, said: dict, kept: Instruction | None) -> None:
        made.append(
            Suggestion(
                paragraph=row,
                version=version,
                position=sum(one.paragraph_id == row.pk for one in made[-20:]),
                kind=kind,
                title=kept.title if kept and not said else instructions.title_of(said),
                fields=said,
                confidence=said.get("confidence") or (0.9 if kept else 0),
                instruction=kept,
            )
        )

    for address, row in standing.items():
        ours = after.get(address, [])
        kept = pair(ours, held.get(row.predecessor_id, []), lambda one: one.action)
        stood = pair(
            ours, before.get(row.predecessor.address, []) if row.predecessor else [], lambda one: one["action"]
        )
        for index, said in enumerate(ours):
            if index in stood:
                said["stood_before"] = stood[index]
            suggest(row, Kind.KEPT if index in kept else Kind.NEW, said, kept.get(index))
        for instruction in held.get(row.predecessor_id, []):
            if instruction not in kept.values():
                suggest(row, Kind.CLOSE, {}, instruction)
    for address, row in gone.items():
        theirs = before.get(address, [])
        kept = pair(theirs, held.get(row.predecessor_id, []), lambda one: one.action)
        for index, said in enumerate(theirs):
            suggest(row, Kind.CLOSE, said, kept.get(index))
        for instruction in held.get(row.predecessor_id, []):
            if instruction not in kept.values():
                suggest(row, Kind.CLOSE, {}, instruction)
    for suggestion in made:
        if suggestion.kind == Kind.KEPT and suggestion.paragraph.change in SAME_WORDS:
            suggestion.state, suggestion.decided_by, suggestion.decided_at = State.CONFIRMED, by, at
            suggestion.reason = _("Carried over: the same words.")
    Suggestion.objects.bulk_create(made, batch_size=500)
    Place.objects.bulk_create(
        Place(instruction=one.instruction, paragraph=one.paragraph, spans=one.fields.get("spans") or {})
        for one in made
        if one.state == State.CONFIRMED
    )


def _by_address(found: list[dict] | None) -> dict[str, list[dict]]:
    by_address: dict[str, list[dict]] = {}
    for said in found or []:
        by_address.setdefault(said["address"], []).append(said)
    return by_address


def _held(version: Version) -> dict[int | None, list[Instruction]]:
    """The open instructions that stand in the version before, by the key of their paragraph.

    Under their locks: one that is edited or taken back in this moment is waited for.
    """
    standing = Instruction.objects.open().filter(places__paragraph__version=version.predecessor_id)
    list(Instruction.objects.select_for_update().filter(pk__in=standing.values("pk")).order_by("pk"))
    held: dict[int | None, list[Instruction]] = {}
    places = Place.objects.filter(
        paragraph__version=version.predecessor_id, instruction__state=Instruction.State.OPEN
    ).select_related("instruction")
    for place in places:
        held.setdefault(place.paragraph_id, []).append(place.instruction)
    return held


def pair(said: list[dict], others: list[T], action_of: Callable[[T], str]) -> dict[int, T]:
    """Which of `others` each of `said` continues, by the words their actions share; each is taken once."""
    scored = sorted(
        (
            (_shared(one.get("action") or "", action_of(other)), -index, -place)
            for index, one in enumerate(said)
            for place, other in enumerate(others)
        ),
        reverse=True,
    )
    pairs: dict[int, T] = {}
    taken: set[int] = set()
    for _score, index, place in scored:
        if -index not in pairs and -place not in taken:
            pairs[-index] = others[-place]
            taken.add(-place)
    return pairs


def _shared(one: str, other: str) -> float:
    """How many of the words of both stand in either: 0 to 1."""
    words, others = set(one.casefold().split()), set(other.casefold().split())
    return len(words & others) / max(1, len(words | others))


@transaction.atomic
def confirm(*, suggestion: Suggestion, seen: int, by: Member, at: datetime) -> Instruction | None:
    """Take the suggestion as it was read. Afterwards its instruction stands in the paragraph (or is closed, where
    the words are gone); the suggestion says who confirmed it and when."""
    return _decide(suggestion, seen, by, at, State.CONFIRMED, fields=suggestion.fields, title=suggestion.title)


@transaction.atomic
def edit(
    *, suggestion: Suggestion, seen: int, fields: dict, title: str, by: Member, at: datetime
) -> Instruction | None:
    """Confirm in other words than the machine's: `fields` replaces the values that it read.

    The machine's values stay in the suggestion, so that both can be seen; a later edit edits the instruction.
    """
    return _decide(suggestion, seen, by, at, State.EDITED, fields=fields, title=title)


@transaction.atomic
def reject(*, suggestion: Suggestion, seen: int, by: Member, at: datetime, reason: str = "") -> None:
    """Say that there is no such instruction. The suggestion stays, rejected, with the reason."""
    row = _locked(suggestion, seen)
    _mark(row, State.REJECTED, by, at, reason)
    suggestion.refresh_from_db()


@transaction.atomic
def undo(*, suggestion: Suggestion, seen: int, by: Member, at: datetime) -> None:
    """Take a decision back. What it made is removed again; Refused where people have worked on it since, and where the
    decision put new words into an instruction that was held before, which an undo would leave there."""
    row = _locked(suggestion, seen, want_open=False)
    instruction = row.instruction
    if instruction is not None and row.made_it:
        instruction = tracked.locked(rows=Instruction.objects.all(), key=instruction.pk)
        if instruction.revision > 1:
            raise Refused(_("This instruction has been edited since. Edit or close it instead of undoing."))
        if instruction.suggestions.exclude(pk=row.pk).exists():
            raise Refused(_("A newer text goes on from this instruction. Close it instead of undoing."))
        row.instruction, row.made_it = None, False
        instructions.forget(instruction=instruction, by=by, at=at)
    elif instruction is not None and row.kind == Kind.KEPT and row.state == State.EDITED:
        raise Refused(_("Your words stand in the instruction that was held before. Edit it there instead of undoing."))
    elif instruction is not None and row.state in {State.CONFIRMED, State.EDITED}:
        if row.kind == Kind.CLOSE:
            instructions.reopen(instruction=instruction, by=by, at=at)
        else:
            Place.objects.filter(instruction=instruction, paragraph=row.paragraph).delete()
    row.decided_by = row.decided_at = None
    _save(row, State.OPEN, by, at, "", _("taken back"))
    suggestion.refresh_from_db()


@transaction.atomic
def add(*, paragraph: Paragraph, fields: dict, title: str, by: Member, at: datetime) -> Instruction:
    """Add an instruction that the machine did not see. It is confirmed as it is written."""
    if paragraph.change == Paragraph.Change.GONE:
        raise Refused(_("This paragraph is deleted; nothing can be asked in it."))
    row = Suggestion(
        paragraph=paragraph,
        version_id=paragraph.version_id,
        position=_next_position(paragraph),
        by_hand=True,
        title=title[:300],
        fields=fields,
        confidence=1,
    )
    row.instruction = instructions.add(paragraph=paragraph, fields=fields, title=title, by=by, at=at)
    row.made_it = True
    row.decided_by, row.decided_at = by, at
    _save(row, State.CONFIRMED, by, at, "", _("added by hand"))
    return row.instruction


@transaction.atomic
def split(*, suggestion: Suggestion, seen: int, by: Member, at: datetime) -> Suggestion:
    """Make two of one: the second begins as a copy of the first, for a person to edit; both wait to be decided."""
    row = _locked(suggestion, seen)
    second = Suggestion(
        paragraph=row.paragraph,
        version_id=row.version_id,
        position=_next_position(row.paragraph),
        by_hand=True,
        kind=Kind.NEW,
        title=row.title,
        fields=row.fields,
        confidence=0,
    )
    _save(second, State.OPEN, by, at, "", _("split off"))
    _save(row, State.OPEN, by, at, "", _("split in two"))
    suggestion.refresh_from_db()
    return second


@transaction.atomic
def merge(*, suggestion: Suggestion, seen: int, into: Suggestion, by: Member, at: datetime) -> None:
    """Put a suggestion into another of the same paragraph: what it read beyond the other is added to it.

    Afterwards the first is rejected with that reason, and the other waits with the lists of both.
    """
    row = _locked(suggestion, seen)
    kept = Suggestion.objects.select_for_update().get(pk=into.pk)
    if kept.paragraph_id != row.paragraph_id or kept.pk == row.pk or not kept.is_open:
        raise Refused(_("Only two undecided suggestions of one paragraph can be merged."))
    fields = dict(kept.fields)
    for name in ("addressees", "reports_to", "via", "action_lines", "sdgs", "qualifiers", "citations"):
        fields[name] = list(dict.fromkeys([*(fields.get(name) or []), *(row.fields.get(name) or [])]))
    for name in ("deadline", "deliverable"):
        fields[name] = fields.get(name) or row.fields.get(name)
    theirs, ours = row.fields.get("action") or "", fields.get("action") or ""
    if theirs and theirs not in ours:
        fields["action"] = _("%(first)s; and %(second)s") % {"first": ours, "second": theirs} if ours else theirs
    fields["spans"] = {**(row.fields.get("spans") or {}), **(fields.get("spans") or {})}
    kept.fields = fields
    _save(kept, State.OPEN, by, at, "", _("merged with another"))
    _mark(row, State.REJECTED, by, at, _("Merged into “%(title)s”.") % {"title": kept.title})
    suggestion.refresh_from_db()


def confirm_certain(*, version: Version, by: Member, at: datetime) -> int:
    """Confirm all that the machine is certain of and that no open question stands beside. How many.

    Each is a decision of its own: one that somebody else has just decided is passed over.
    """
    done = 0
    for suggestion in list(version.suggestions.certain(settings.CERTAIN_FROM)):
        try:
            confirm(suggestion=suggestion, seen=suggestion.revision, by=by, at=at)
        except Refused:
            continue
        done += 1
    return done


def _decide(
    suggestion: Suggestion, seen: int, by: Member, at: datetime, state: str, *, fields: dict, title: str
) -> Instruction | None:
    row = _locked(suggestion, seen)
    paragraph = row.paragraph
    if row.kind == Kind.CLOSE:
        if row.instruction is None and paragraph.predecessor is not None:
            row.instruction = instructions.add(
                paragraph=paragraph.predecessor, fields=fields, title=title, by=by, at=at
            )
            row.made_it = True
        if row.instruction is not None:
            instructions.close(
                instruction=row.instruction,
                by=by,
                at=at,
                reason=_("its words are gone in %(version)s") % {"version": row.version},
            )
    elif row.kind == Kind.KEPT and row.instruction is not None:
        instructions.place(instruction=row.instruction, paragraph=paragraph, spans=fields.get("spans") or {})
        if state == State.EDITED:
            instructions.edit(
                instruction=row.instruction, seen=row.instruction.revision, fields=fields, title=title, by=by, at=at
            )
    else:
        row.instruction = instructions.add(paragraph=paragraph, fields=fields, title=title, by=by, at=at)
        row.made_it = True
        older, stood = paragraph.predecessor, row.fields.get("stood_before")
        if older is not None and stood:  # the text before asked for it too, in these words or in others
            instructions.place(instruction=row.instruction, paragraph=older, spans=stood.get("spans") or {})
    _mark(row, state, by, at, "")
    suggestion.refresh_from_db()
    return row.instruction


def _locked(suggestion: Suggestion, seen: int, *, want_open: bool = True) -> Suggestion:
    """The row under a lock, as the person saw it; Overtaken where it is not."""
    row = (
        Suggestion.objects.select_for_update(of=("self",))
        .select_related("paragraph__predecessor", "version__resolution", "instruction", "decided_by")
        .get(pk=suggestion.pk)
    )
    if row.revision != seen or row.is_open != want_open:
        raise Overtaken(
            _("Somebody else was here a moment ago. Nothing of yours was written over."), tuple(said_of(row))
        )
    return row


def said_of(row: Suggestion) -> Iterable[str]:
    """What was decided about a suggestion, as sentences."""
    if row.decided_by and row.decided_at:
        yield _("%(who)s: %(what)s, %(when)s.") % {
            "who": row.decided_by,
            "what": row.get_state_display(),
            "when": date_format(plans.at_the_seat(row.decided_at), "j F, H:i"),
        }
    elif row.is_open:
        yield _("The suggestion was changed or put back meanwhile; it waits to be decided.")


def _mark(row: Suggestion, state: str, by: Member, at: datetime, reason: str) -> None:
    row.decided_by, row.decided_at, row.reason = by, at, reason
    _save(row, state, by, at, reason, reason)


def _save(row: Suggestion, state: str, by: Member, at: datetime, reason: str, why: str) -> None:
    row.state, row.reason = state, reason
    row.revision = row.revision + 1 if row.pk else 1
    tracked.save(row=row, by=by, at=at, why=why)


def _next_position(paragraph: Paragraph) -> int:
    last = paragraph.suggestions.order_by("-position").first()
    return last.position + 1 if last else 0


def left_to_decide(version: Version) -> str:
    """How much of a review is left, as words for a message."""
    left = version.suggestions.undecided().count()
    return ngettext("%(left)d suggestion left.", "%(left)d suggestions left.", left) % {"left": left}
