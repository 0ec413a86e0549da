"""Successions: a paragraph that a document strikes and another that it puts in its place are tied by a person's word.

The document does not say whether the new one continues the old one (seen in Resolution 1332, instructs the
Secretary-General 5: C26 strikes one duty and puts another under the same number). Until somebody answers, nothing is
carried over.
"""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from mandates.models import Doubt, Member, Paragraph, Suggestion

from . import Refused, suggestions, tracked

CODE = "successor"  # the reader's name for this doubt; its second reading says that the new one continues the old one


def continues(doubt: Doubt, answer: str) -> bool:
    """Whether an answer says that the new paragraph continues the old one."""
    return doubt.code == CODE and len(doubt.readings) > 1 and answer == doubt.readings[1]


def reaches_beyond(doubt: Doubt) -> bool:
    """Whether an answer changes more than the question itself: suggestions stand at the struck paragraph."""
    if doubt.code != CODE:
        return False
    _row, struck = _both(doubt)
    return struck is not None and struck.suggestions.exists()


def tie(*, doubt: Doubt, by: Member, at: datetime) -> None:
    """The new paragraph continues the struck one: its instructions are those that stood there.

    What stood there is no longer offered to be closed, as far as the new words ask for it again. Refused where either
    paragraph has been decided already.
    """
    row, struck = _both(doubt)
    if row is None or struck is None:
        return
    here, there = _undecided(row), _undecided(struck)
    row.predecessor, row.number_before = struck.predecessor, struck.number_before
    row.save(update_fields=["predecessor", "number_before"])
    pairs = suggestions.pair([one.fields for one in here], there, lambda one: one.fields.get("action") or one.title)
    for index, old in pairs.items():
        new = here[index]
        new.fields = {**new.fields, "stood_before": old.fields}
        if old.instruction:
            new.kind, new.instruction = Suggestion.Kind.KEPT, old.instruction
        _save(new, Suggestion.State.OPEN, by, at, _("continues what stood in the struck paragraph"))
        old.decided_by, old.decided_at = by, at
        _save(old, Suggestion.State.REJECTED, by, at, _("It goes on in the paragraph put in its place."))


def untie(*, doubt: Doubt, by: Member, at: datetime) -> None:
    """Take `tie` back. Refused where the new paragraph has been decided since."""
    row, struck = _both(doubt)
    if row is None or struck is None:
        return
    for new in _undecided(row):
        new.fields = {name: value for name, value in new.fields.items() if name != "stood_before"}
        new.kind, new.instruction = Suggestion.Kind.NEW, None
        _save(new, Suggestion.State.OPEN, by, at, _("no longer tied to the struck paragraph"))
    for old in struck.suggestions.filter(state=Suggestion.State.REJECTED, decided_at=doubt.answered_at):
        old.decided_by = old.decided_at = None
        _save(old, Suggestion.State.OPEN, by, at, "")
    row.predecessor, row.number_before = None, ""
    row.save(update_fields=["predecessor", "number_before"])


def _both(doubt: Doubt) -> tuple[Paragraph | None, Paragraph | None]:
    """The new paragraph and the struck one that stood nearest to it under the same number."""
    row = doubt.paragraph
    if row is None:
        return None, None
    struck = row.section.paragraphs.filter(
        change=Paragraph.Change.GONE, number_before=row.number, parent=row.parent_id
    ).select_related("predecessor")
    return row, min(struck, key=lambda one: abs(one.position - row.position), default=None)


def _undecided(row: Paragraph) -> list[Suggestion]:
    """The suggestions at a paragraph, locked; Refused where one is decided."""
    held = list(row.suggestions.select_for_update(of=("self",)).select_related("instruction"))
    if any(not one.is_open for one in held):
        raise Refused(
            _("Suggestions at %(address)s are decided already. Take those decisions back first.")
            % {"address": row.address}
        )
    return held


def _save(row: Suggestion, state: str, by: Member, at: datetime, why: str) -> None:
    row.state, row.reason = state, why if state == Suggestion.State.REJECTED else ""
    row.revision += 1
    tracked.save(row=row, by=by, at=at, why=why)
