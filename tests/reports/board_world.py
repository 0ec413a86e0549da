"""A small world for the boards, with a past: something in every status and clock, on several lines, in a tree of units,
tied to sessions or to none, in two texts, and changed since the working group last met.
"""

from __future__ import annotations

from datetime import UTC, date, datetime

import time_machine
from lxml import html

from mandates.models import ActionLine, Goal, GoalTag, Instruction, LineTag, Place, Task
from tests.factories import (
    NOON,
    BodyFactory,
    InstructionFactory,
    ParagraphFactory,
    ResolutionFactory,
    SectionFactory,
    SessionFactory,
    TaskFactory,
    UnitFactory,
    VersionFactory,
)

NOW = NOON  # 24 November 2026
MADE = datetime(2026, 6, 1, 9, 0, tzinfo=UTC)
MET = date(2026, 10, 2)  # the last day of the working group's last meeting
AFTER = datetime(2026, 10, 20, 9, 0, tzinfo=UTC)
BEFORE = datetime(2026, 9, 15, 9, 0, tzinfo=UTC)  # and nothing more was heard


def lines(*codes: str) -> dict[str, ActionLine]:
    """Action lines by code; "C7.1" is a part of "C7"."""
    made: dict[str, ActionLine] = {}
    for number, code in enumerate(codes, start=1):
        parent = made.get(code.partition(".")[0]) if "." in code else None
        made[code] = ActionLine.objects.create(
            code=code, title=f"Line {code}", position=number, parent=parent, itu_role="facilitator"
        )
    return made


def instruction(*tagged: ActionLine, goals: tuple[int, ...] = (), **more) -> Instruction:
    row = InstructionFactory(created_at=MADE, **more)
    for line in tagged:
        LineTag.objects.create(instruction=row, action_line=line)
    for number in goals:
        GoalTag.objects.create(
            instruction=row, goal=Goal.objects.get_or_create(number=number, title=f"Goal {number}")[0]
        )
    return row


def task(instruction: Instruction, **more) -> Task:
    return TaskFactory(instruction=instruction, **{"created_at": MADE, "last_word_at": BEFORE, **more})


def make_world() -> None:
    """What stood on 1 June, and what has happened since the meeting in October."""
    group = BodyFactory(code="CWG-WSIS&SDG")
    with time_machine.travel(MADE, tick=False):
        SessionFactory(
            code="CWG-44", name="Forty-fourth meeting", body=group, precision="day", starts=date(2026, 10, 1), ends=MET
        )
        cstd = SessionFactory()
        ecosoc = SessionFactory(code="ECOSOC-2027", name="ECOSOC 2027", body=BodyFactory(code="ECOSOC"))
        line = lines("C1", "C2", "C7", "C7.1", "C7.2", "C9", "C10")
        gs = UnitFactory(abbr="GS")
        spm, bdt = UnitFactory(abbr="SPM", parent=gs), UnitFactory(abbr="BDT")
        old = ResolutionFactory(number="140")
        section = SectionFactory(version=VersionFactory())
        report = instruction(line["C1"], line["C2"], goals=(9, 17))
        Place.objects.create(instruction=report, paragraph=ParagraphFactory(section=section))
        health = instruction(line["C7.1"], line["C7.2"], line["C7"], force="invites", resolution=old)
        media = instruction(line["C9"], resolution=old, force="requests")
        process = instruction(goals=(9,))
        task(report, lead=spm, status="prog", session=cstd)
        late = task(report, lead=spm, status="todo", due_on=date(2026, 11, 3))
        moved = task(report, lead=bdt, status="risk", session=ecosoc, first_stop=cstd, due_on=date(2026, 12, 18))
        task(health, lead=gs, status="cont", due_on=None)
        task(health, lead=bdt, status="done", delivered_on=MET)
        task(health, lead=None, status="over")
        task(media, lead=bdt, status="none", due_on=None, last_word_at=None)
        submitted = task(process, lead=gs, status="prog", session=cstd)
    with time_machine.travel(AFTER, tick=False):
        late.last_word_at = AFTER
        late.save()
        moved.status = "done"
        moved.save()
        submitted.submitted_at = AFTER
        submitted.save()
        task(process, lead=spm, status="todo", due_on=date(2027, 1, 4), created_at=AFTER, last_word_at=AFTER)


# ── Reading a page ───────────────────────────────────────────────────────────────────────────────────────────────


def links_of(page: str, *, within: str = "//table") -> list[tuple[int, str]]:
    """The numbers in a part of a page that are links, with their addresses."""
    found = html.fromstring(page).xpath(f"{within}//a[@href]")
    return [(int(words), each.get("href")) for each in found if (words := each.text_content().strip()).isdigit()]


def table_of(page: str) -> list[list[str]]:
    """The table of a page, row by row, its cells as words."""
    rows = html.fromstring(page).xpath("//table//tr")
    return [[" ".join(cell.text_content().split()) for cell in row.xpath("./th|./td")] for row in rows]
