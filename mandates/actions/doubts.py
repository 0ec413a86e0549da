"""Doubts: questions that the document leaves open, answered by a person."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from mandates.models import Doubt, Member

from . import Overtaken, Refused, successions, tracked


@transaction.atomic
def answer(*, doubt: Doubt, words: str, by: Member, at: datetime) -> None:
    """Say what a doubtful place means. Afterwards the question is closed, with the answer, who gave it and when.

    Where the answer is that a new paragraph continues a struck one, the two are tied (see `successions`).
    """
    if not words.strip():
        raise Refused(_("Say what it means, or choose one of the answers."))
    row = Doubt.objects.select_for_update().get(pk=doubt.pk)
    if row.answer:
        raise Overtaken(
            _("Somebody else has answered this question."),
            (_("%(who)s: “%(answer)s”") % {"who": row.answered_by, "answer": row.answer},),
        )
    row.answer, row.answered_by, row.answered_at = words.strip(), by, at
    if successions.continues(row, row.answer):
        successions.tie(doubt=row, by=by, at=at)
    tracked.save(row=row, by=by, at=at)
    doubt.refresh_from_db()


@transaction.atomic
def ask_again(*, doubt: Doubt, by: Member, at: datetime) -> None:
    """Take an answer back; the question stands again."""
    row = Doubt.objects.select_for_update().get(pk=doubt.pk)
    if not row.answer:
        return  # a second click, or somebody else's
    if successions.continues(row, row.answer):
        successions.untie(doubt=row, by=by, at=at)
    row.answer, row.answered_by, row.answered_at = "", None, None
    tracked.save(row=row, by=by, at=at, why=_("taken back"))
    doubt.refresh_from_db()
