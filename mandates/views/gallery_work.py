"""The pieces of a task for the gallery: its row, its forms, its inputs, with rows that are not in the database."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from django.utils.translation import gettext as _

from mandates.models import Input, Instruction, Member, Paragraph, Resolution, Section, Task, Unit, Version
from mandates.task_forms import TaskForm

from .inputs import Asked, Inputs, SessionInputs
from .task_open import Opened, Party
from .task_rows import Row, When, Word
from .tasks import Panel
from .work import CLOCKS, OVERDUE, SILENT, SOON, Tally

NOWHERE = 9_000_000_000  # no row has such a key: a button that is pressed in the gallery finds nothing
WHEN, DAY, DEADLINE = datetime(2026, 11, 20, 9, 30, tzinfo=UTC), date(2026, 11, 24), date(2027, 2, 12)
SOMEBODY = Member(
    pk=NOWHERE + 1, username="mariam.diallo", first_name="Mariam", last_name="Diallo"
)  # a viewer: asks for no choices
SPM, BDT, TSB = Unit(pk=NOWHERE + 1, abbr="SPM"), Unit(pk=NOWHERE + 2, abbr="BDT"), Unit(pk=NOWHERE + 3, abbr="TSB")
Status = Task.Status


def task_pieces(words: str) -> dict[str, Any]:
    """What the gallery's part on tasks needs; `words` are the official words that the task comes from."""
    row = _row(_task(1))
    return {
        "tally": Tally(dict.fromkeys(CLOCKS, 0) | {OVERDUE: 2, SOON: 4, SILENT: 1}, DEADLINE, (SPM,)),
        "rows": [row, _row(_task(3)).open_with(_opened(_task(3), words))],
        "panels": [
            Panel("decide", _task(4, submitted_at=WHEN, submitted_by=SOMEBODY)),
            Panel("nothing", _task(5)),
            Panel("reopen", _task(6, status=Status.DONE)),
            Panel("comment", _task(7)),
        ],
        "inputs": SessionInputs((panel := _inputs(_task(8)),), panel.closes),
    }


def _task(pk: int, **changes: Any) -> Task:
    title = _("Report to CSTD 30 on the outcomes of the task force")
    task = Task(pk=NOWHERE + pk, status=Status.PROG, due_on=DEADLINE, matters_on=DEADLINE, created_at=WHEN)
    task.instruction, task.lead = Instruction(pk=NOWHERE + 1, title=title), SPM
    for name, value in changes.items():
        setattr(task, name, value)
    return task


def _row(task: Task) -> Row:
    return Row(
        task=task,
        clock=SOON,
        when=When(_("12 Feb 2027"), DEADLINE.isoformat(), distance=_("in 80 days"), reason=_("document deadline")),
        address=None,
        session="CSTD 30",
        session_url="",
        session_vague=False,
        word=Word(_("Outline agreed with BDT."), _("%(who)s, %(day)s") % {"who": SOMEBODY, "day": _("20 Nov")}),
        may_update=True,
        may_approve=False,
        still_token="",
    )


def _opened(task: Task, words: str) -> Opened:
    version = Version(label="C26", language="en", resolution=Resolution(slug="piece"))
    paragraph = Paragraph(pk=NOWHERE + 1, number="5", printed="5", text=words, version=version, section=Section())
    return Opened(
        form=TaskForm(task=task, by=SOMEBODY, day=DAY),
        seen=1,
        paragraph=paragraph,
        opener=_("instructs the Secretary-General"),
        newer=None,
        to="CSTD",
        document_by=_("12 February 2027"),
        lead=Party(SPM, (str(SOMEBODY),), (SOMEBODY.username,)),
        contributors=(Party(BDT), Party(TSB)),
        needs_approval=True,
    )


def _inputs(task: Task) -> Inputs:
    came = Input(
        pk=NOWHERE + 1, task=task, unit=BDT, asked_at=WHEN, received_at=WHEN, received_by=SOMEBODY, document="C26/INF/3"
    )
    missing = Input(pk=NOWHERE + 2, task=task, unit=TSB, asked_at=WHEN)
    return Inputs(
        task=task,
        received=(Asked(came, may_mark=True, document=came.document),),
        missing=(Asked(missing, may_mark=True),),
        closes=date(2026, 12, 4),
        may_ask=True,
        to_ask=(Unit(pk=NOWHERE + 4, abbr="BR"),),
        others=(Unit(pk=NOWHERE + 5, abbr="GS"),),
    )
