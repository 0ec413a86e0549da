"""The people of the demo and the work of the design, on Monday 23 November 2026: what letters are shown by."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from mandates.actions import comments, status, tracked
from mandates.models import ActionLine, Following, Instruction, LineTag, Member, Place, Session, Task, Unit
from tests.factories import (
    AssignmentFactory,
    BodyFactory,
    HoldingFactory,
    InstructionFactory,
    MemberFactory,
    ParagraphFactory,
    PostFactory,
    ResolutionFactory,
    SectionFactory,
    TaskFactory,
    UnitFactory,
    VersionFactory,
)

MONDAY = date(2026, 11, 23)
MORNING = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)  # seven o'clock at the seat
BEGAN = MORNING - timedelta(days=194)
CAST = (
    ("li.na", "Li", "Na", "coordinator"),
    ("mariam.diallo", "Mariam", "Diallo", "member"),
    ("denis.moreau", "Denis", "Moreau", "chair"),
    ("tomas.rivera", "Tomás", "Rivera", "member"),
    ("yuki.tanaka", "Yuki", "Tanaka", "member"),
    ("omar.farid", "Omar", "Farid", "viewer"),
)
# number in "instructs the Secretary-General" → what, due at or on, status, days since the last word
WORK: tuple[tuple[str, str, str | date | None, str, int | None], ...] = (
    ("8", "Submit the report on WSIS implementation to PP-26", "PP-26", "risk", 18),
    ("1", "Update the roadmaps for Council, through CWG-WSIS&SDG", date(2026, 11, 13), "prog", 8),
    ("7", "Contribute to HLPF 2027 and give the report through CWG-WSIS&SDG", "HLPF-2027", "todo", 60),
    ("12", "Organize the special segment at the WSIS Forum, with the Chair", date(2027, 1, 15), "todo", 30),
    ("5", "Report to CSTD 30 on what the internal task force achieved", "CSTD-30", "todo", 14),
    ("6", "Report yearly on WSIS implementation, through CSTD to ECOSOC", "CSTD-30", "prog", 15),
    ("14", "Maintain the WSIS Trust Fund and invite contributions", None, "cont", 117),
    ("9", "Keep Council informed of activities and resources", None, "none", None),
    ("2", "Map activities to the operational plan", date(2027, 6, 1), "cont", 33),
    ("13", "Take the working group's outputs into the task force", date(2027, 9, 1), "cont", 6),
    ("10", "Ask UNGIS to align its plan of work", None, "prog", 22),
    ("4", "Reinforce ITU's leading role within UNGIS", date(2028, 1, 1), "todo", 50),
)


@dataclass
class World:
    people: dict[str, Member]
    tasks: dict[str, Task]  # by the number of the paragraph
    units: dict[str, Unit]
    cstd: Session

    def __getattr__(self, name: str) -> Any:
        """`world.mariam`: one of the people, by the first part of the user name."""
        return next(member for key, member in self.people.items() if key.split(".")[0] == name)


def world() -> World:
    """People, units, sessions, the text, the work, and what was said in the last week."""
    people = {
        username: MemberFactory(username=username, first_name=first, last_name=last, role=role, date_joined=BEGAN)
        for username, first, last, role in CAST
    }
    units = {"GS": UnitFactory(abbr="GS")}
    units |= {"SPM": UnitFactory(abbr="SPM", parent=units["GS"]), "BDT": UnitFactory(abbr="BDT")}
    units |= {"BDT-DNS": UnitFactory(abbr="BDT-DNS", parent=units["BDT"])}
    for username, unit, title, heads in (
        ("mariam.diallo", "SPM", "Focal point of SPM", False),
        ("tomas.rivera", "BDT", "Director", True),
        ("yuki.tanaka", "BDT-DNS", "Programme officer", False),
    ):
        post = PostFactory(unit=units[unit], title=title, heads_unit=heads)
        HoldingFactory(member=people[username], post=post)
    sessions = _sessions(people["li.na"])
    tasks = _work(units, sessions, people["li.na"])
    for kept in (Task, Instruction, LineTag):
        kept.history.update(history_date=BEGAN)  # what was made by the factories is as old as its rows say
    found = World(people, tasks, units, sessions["CSTD-30"])
    _last_week(found)
    return found


def _sessions(by: Member) -> dict[str, Session]:
    rows = (
        ("PP-26", "PP", "PP-26", None, date(2026, 11, 9), date(2026, 11, 27), date(2026, 10, 12)),
        ("HLPF-2027", "HLPF", "HLPF 2027", None, date(2027, 7, 5), date(2027, 7, 14), date(2027, 1, 4)),
        ("CSTD-30", "CSTD", "CSTD 30", 30, date(2027, 4, 19), date(2027, 4, 23), date(2027, 2, 12)),
    )
    found = {}
    for code, body, name, number, starts, ends, deadline in rows:
        row = Session(
            code=code,
            body=BodyFactory(code=body, governs=True),
            name=name,
            number=number,
            starts=starts,
            ends=ends,
            document_deadline=deadline,
            state="confirmed",
        )
        tracked.save(row=row, by=by, at=BEGAN)
        found[code] = row
    return found


def _work(units: dict[str, Unit], sessions: dict[str, Session], by: Member) -> dict[str, Task]:
    version = VersionFactory(resolution=ResolutionFactory(), label="C24", state="in force")
    section = SectionFactory(version=version)
    line = ActionLine.objects.create(code="C5", title="Building confidence and security", position=5)
    tasks = {}
    for number, title, due, stands, days in WORK:
        paragraph = ParagraphFactory(section=section, number=number, anchor=f"sg-{number}")
        instruction = InstructionFactory(
            resolution=version.resolution, title=title, created_at=BEGAN, created_by=by, force="instructs"
        )
        Place.objects.create(instruction=instruction, paragraph=paragraph)
        AssignmentFactory(instruction=instruction, unit=units["SPM"], confirmed_by=by, confirmed_at=BEGAN)
        session = sessions[due] if isinstance(due, str) else None
        tasks[number] = TaskFactory(
            instruction=instruction,
            occurrence=session.code if session else "",
            session=session,
            lead=units["SPM"],
            due_on=session.starts if session else due,
            matters_on=session.document_deadline if session else due,
            dated_by_hand=isinstance(due, date),
            status=stands,
            waiting_for="a reply from the UNGIS members" if number == "10" else "",
            waiting_since=MORNING - timedelta(days=22) if number == "10" else None,
            last_word_at=None if days is None else MORNING - timedelta(days=days),
            created_at=BEGAN,
        )
    LineTag.objects.create(instruction=tasks["2"].instruction, action_line=line)
    other = InstructionFactory(
        resolution=version.resolution, title="Publish the roadmap of C2", created_at=BEGAN, created_by=by
    )
    Place.objects.create(instruction=other, paragraph=ParagraphFactory(section=section, number="15", anchor="sg-15"))
    LineTag.objects.create(instruction=other, action_line=line)
    tasks["15"] = TaskFactory(
        instruction=other, lead=units["BDT-DNS"], due_on=date(2026, 11, 2), status="prog", occurrence="",
        dated_by_hand=True, last_word_at=MORNING - timedelta(days=25), created_at=BEGAN,
    )  # fmt: skip
    return tasks


def _last_week(world: World) -> None:
    """The session moves, the coordinator and others speak, the chair asks, work is given out, somebody follows."""
    at = MORNING - timedelta(days=4)
    session = world.cstd
    session.starts, session.ends = date(2027, 4, 12), date(2027, 4, 16)
    tracked.save(row=session, by=world.li, at=at)
    status.update(task=world.tasks["7"], to="prog", words="Outline agreed with BDT.", by=world.li, at=at, seen=1)
    status.update(
        task=world.tasks["15"], to="risk", words="Two regions have not answered.", by=world.yuki, at=at, seen=1
    )
    comments.add(
        task=world.tasks["5"],
        words="@mariam.diallo could the Chair see the draft before it goes to clearance?",
        by=world.denis,
        at=MORNING - timedelta(days=3),
    )
    Following.objects.create(member=world.mariam, action_line=ActionLine.objects.get(code="C5"))
    given = world.tasks["13"].instruction.assignments.get()
    given.confirmed_at = at
    given.save()
