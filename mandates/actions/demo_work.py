"""The work of the demo: who leads what in the reviewed copy, and what people have said of it over the last months.

Every step goes through the verbs that the pages use, at a moment counted back from that of the demo, so that there is
something overdue, something silent and something to approve on whatever day it is made.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mandates.models import (
    ActionLine,
    Assignment,
    Body,
    Input,
    Instruction,
    LineTag,
    Member,
    Session,
    Task,
    Unit,
    Version,
)

from . import assignments, bulk, comments, inputs, instructions, plans, posts, sessions, status, tracked
from .evidence import Given

BEGAN = timedelta(days=210)  # so long ago was the copy reviewed and the work given out
MET, MEETING = 150, "CWG-WSIS-44"  # so many days ago the working group met last
SG, BOTH = "instructs the Secretary-General", "instructs the Secretary-General and the Directors of the Bureaux"
Status, Part = Task.Status, Assignment.Part

# Paragraph of the copy → the unit that leads, and those that contribute. What is not here has no lead yet.
LEADS: dict[str, tuple[str, ...]] = {
    **{f"{SG}/{number}": ("SPM",) for number in (1, 2, 3, 4, 8, 9, 10, 11, 12, 13, 14)},
    f"{SG}/5": ("SPM", "BDT"),
    f"{SG}/6": ("SPM", "BDT", "TSB"),
    f"{SG}/7": ("SPM", "BDT"),
    f"{BOTH}/1": ("SPM",),
    f"{BOTH}/2": ("BDT", "SPM"),
    f"{BOTH}/3": ("TSB",),
    f"{BOTH}/4": ("BDT", "TSB"),
    "resolves/4": ("TSB", "SPM"),
}

# Paragraph of the copy → the action lines that the office says it serves, where its words name none.
LINES: dict[str, tuple[str, ...]] = {
    f"{SG}/2": ("C2", "C4", "C5", "C6"),
    f"{SG}/5": ("C2", "C4", "C5", "C6"),
    f"{SG}/6": ("C1", "C3", "C11"),
    f"{SG}/8": ("C6",),
    f"{SG}/10": ("C11",),
    f"{SG}/13": ("C1", "C11"),
    f"{BOTH}/2": ("C2", "C5", "C6"),
    f"{BOTH}/3": ("C4", "C7"),
    f"{BOTH}/4": ("C2", "C5"),
    "resolves/4": ("C5",),
}


@dataclass(frozen=True)
class Step:
    """Something that somebody said: of the first task of a paragraph, so many days ago."""

    address: str
    days: int
    who: str
    to: str
    words: str | Promise = ""
    evidence: Sequence[Given] = field(default_factory=tuple)
    waiting_for: str | Promise = ""
    on_behalf_of: str = ""
    title: str = ""  # how it begins, where a paragraph holds two instructions

    def act(self, task: Task, people: dict[str, Member], at: datetime) -> None:
        by = people[self.who]
        if not self.to:
            status.confirm_unchanged(task=task, by=by, at=at, seen=task.revision)
            return
        status.update(
            task=task,
            to=self.to,
            words=str(self.words),
            by=by,
            at=at,
            seen=task.revision,
            evidence=self.evidence,
            on_behalf_of=people.get(self.on_behalf_of),
            waiting_for=str(self.waiting_for),
        )


MARIAM, LI_NA, TOMAS, YUKI = "mariam.diallo", "li.na", "tomas.rivera", "yuki.tanaka"
STEPS = (
    Step(f"{SG}/1", 62, MARIAM, Status.PROG, gettext_lazy("Inputs asked of all Bureaux.")),
    Step(f"{SG}/1", 8, LI_NA, Status.PROG, gettext_lazy("C2 and C5 received. C4 and C6 asked again."),
         on_behalf_of=MARIAM),
    Step(f"{SG}/2", 33, MARIAM, Status.CONT, gettext_lazy("Mapped to the operational plan; reviewed each quarter.")),
    Step(f"{SG}/3", 120, MARIAM, Status.PROG, gettext_lazy("First draft with the Bureaux.")),
    Step(f"{SG}/3", 7, MARIAM, Status.DONE, gettext_lazy("Report submitted, with evidence. Closes when approved."),
         evidence=(Given(link="PP-26/18", public=True),)),
    Step(f"{SG}/5", 14, MARIAM, Status.PROG,
         gettext_lazy("Task force constituted; first call with action-line facilitators set.")),
    Step(f"{SG}/6", 15, MARIAM, Status.PROG, gettext_lazy("Call for inputs sent to all Bureaux.")),
    Step(f"{SG}/7", 13, MARIAM, Status.PROG, gettext_lazy("Outline agreed with BDT.")),
    Step(f"{SG}/8", 18, MARIAM, Status.RISK, gettext_lazy("Text final; Arabic and Chinese with translation.")),
    Step(f"{SG}/10", 22, MARIAM, Status.PROG, gettext_lazy("Letter sent by the Secretary-General."),
         waiting_for=gettext_lazy("a reply from the UNGIS members")),
    Step(f"{SG}/11", 96, MARIAM, Status.DONE, gettext_lazy("Forum held; its outcome document is published."),
         evidence=(Given(link="https://www.itu.int/net4/wsis/forum/", public=True), Given(link="WF/OUT/1"))),
    Step(f"{SG}/13", 45, MARIAM, Status.CONT, gettext_lazy("Outputs taken up in each meeting of the task force.")),
    Step(f"{SG}/13", 6, MARIAM, ""),
    Step(f"{SG}/14", 117, MARIAM, Status.CONT, gettext_lazy("Balance and donors as reported to Council."),
         title="Maintain"),
    Step(f"{BOTH}/2", 40, TOMAS, Status.PROG, gettext_lazy("Deadlines agreed for C2, C5 and C6.")),
    Step(f"{BOTH}/3", 70, YUKI, Status.TODO, gettext_lazy("Begins once the study groups have met.")),
    Step(f"{BOTH}/4", 25, TOMAS, Status.PROG, gettext_lazy("Roadmap of C2 published, C5 in draft.")),
    Step("resolves/4", 11, YUKI, Status.TODO, gettext_lazy("Follows the report of the task force.")),
)  # fmt: skip
REMARKS = (
    (f"{SG}/5", 4, "denis.moreau",
     gettext_lazy("@mariam.diallo could the Chair see the draft before it goes to clearance?")),
    (f"{SG}/5", 3, MARIAM, gettext_lazy("Yes, @denis.moreau: in the first week of next month.")),
)  # fmt: skip
# Who was asked for an input, so many days ago, and from whom it has come since.
CALLS = ((f"{SG}/6", 15, ("BDT", "TSB", "BR", "GS"), {"BDT": ("C26/INF/3", 11)}),
         (f"{SG}/5", 13, ("BDT", "TSB"), {"TSB": ("", 6)}))  # fmt: skip


def lives(*, version: Version, by: Member, at: datetime) -> None:
    """Give out the work of the reviewed copy and let people speak of it, up to `at`."""
    people = {member.username: member for member in Member.objects.all()}
    units = {unit.abbr: unit for unit in Unit.objects.all()}
    began = at - BEGAN
    for address, abbrs in LEADS.items():
        for instruction in _at(version, address):
            _give(instruction, [units[abbr] for abbr in abbrs], by, began)
    for days, act in sorted(_events(version, by, people, units), key=lambda event: -event[0]):
        act(at - timedelta(days=days))


Act = Callable[[datetime], object]


def _events(
    version: Version, by: Member, people: dict[str, Member], units: dict[str, Unit]
) -> Iterator[tuple[int, Act]]:
    """What happened, each so many days ago; it is done in that order, so that the history is too."""
    for step in STEPS:
        yield step.days, partial(_say, version, step, people)
    for address, days, who, words in REMARKS:
        yield days, partial(_remark, version, address, people[who], str(words))
    for address, days, abbrs, came in CALLS:
        yield days, partial(_ask, version, address, [units[abbr] for abbr in abbrs], by)
        for abbr, (document, ago) in came.items():
            yield ago, partial(_receive, version, address, units[abbr], document, by)
    yield MET + 40, partial(_tag, version, by)
    yield MET + 30, partial(_announce_meeting, by)
    yield MET, partial(_hold_meeting, by)
    yield 45, partial(_drop, version, by)
    yield 40, partial(_late, version, by)
    yield 35, partial(_fill_post, units["BDT"], people[TOMAS], by)
    yield 30, partial(_hand_on, version, units["BDT"], by)
    yield 28, partial(_sharpen, version, by)
    yield 21, partial(_make_known, by)


def _say(version: Version, step: Step, people: dict[str, Member], at: datetime) -> None:
    for instruction in _at(version, step.address):
        if step.title and not instruction.title.startswith(step.title):
            continue
        task = _first_task(instruction)
        if task is not None:
            step.act(task, people, at)
        break


def _remark(version: Version, address: str, who: Member, words: str, at: datetime) -> None:
    for instruction in _at(version, address):
        task = _first_task(instruction)
        if task is not None:
            comments.add(task=task, words=words, by=who, at=at)


def _at(version: Version, address: str) -> list[Instruction]:
    """The open instructions that stand at an address of the version."""
    found = Instruction.objects.open().filter(places__paragraph__version=version, places__paragraph__address=address)
    return list(found.distinct().order_by("pk"))


def _first_task(instruction: Instruction) -> Task | None:
    return instruction.tasks.open().order_by("matters_on", "pk").first()


def _give(instruction: Instruction, units: list[Unit], by: Member, at: datetime) -> None:
    """The first unit leads, the others contribute; what was suggested instead is put aside."""
    for suggested in instruction.assignments.filter(confirmed_at=None):
        why = _("the office has given it to the units below")
        assignments.reject(assignment=suggested, by=by, at=at, why=why)
    for unit in units:
        part = Part.LEAD if unit is units[0] else Part.CONTRIBUTES
        assignments.assign(instruction=instruction, unit=unit, part=part, by=by, at=at)


def _ask(version: Version, address: str, asked: list[Unit], by: Member, at: datetime) -> None:
    """Inputs are asked for the first task of a paragraph that goes to a session."""
    for instruction in _at(version, address):
        task = _first_task(instruction)
        if task is not None and (task.session_id or task.first_stop_id):
            inputs.ask(task=task, units=asked, by=by, at=at)
            return


def _receive(version: Version, address: str, unit: Unit, document: str, by: Member, at: datetime) -> None:
    """One of the inputs comes."""
    asked = Input.objects.filter(task__instruction__in=_at(version, address), unit=unit, received_at=None).first()
    if asked is not None:
        inputs.receive(asked=asked, document=document, by=by, at=at)


# ── What happens around the work ─────────────────────────────────────────────────────────────────────────────────


def _tag(version: Version, by: Member, at: datetime) -> None:
    """Instructions get the action lines that they serve."""
    lines = {line.code: line for line in ActionLine.objects.all()}
    for address, codes in LINES.items():
        for instruction in _at(version, address):
            has = set(instruction.line_tags.values_list("action_line__code", flat=True))
            for code in codes:
                if code not in has:
                    tracked.save(row=LineTag(instruction=instruction, action_line=lines[code]), by=by, at=at)


def _announce_meeting(by: Member, at: datetime) -> None:
    """The last meeting of the working group, since which it asks what changed."""
    group = Body.objects.get(code="CWG-WSIS&SDG")
    day = (at + timedelta(days=30)).date()
    sessions.announce(
        code=MEETING, body=group, name=_("Forty-fourth meeting"), number=44, starts=day - timedelta(days=1), ends=day,
        place=_("Geneva"), state=Session.State.CONFIRMED, by=by, at=at,
    )  # fmt: skip


def _hold_meeting(by: Member, at: datetime) -> None:
    meeting = Session.objects.get(code=MEETING)
    sessions.hold(session=meeting, seen=meeting.revision, by=by, at=at)


def _make_known(by: Member, at: datetime) -> None:
    """The document deadline of the next CSTD is announced; what is tied to it moves."""
    session = Session.objects.filter(body__code="CSTD", starts__gt=plans.today(at) + timedelta(days=60)).first()
    if session is not None:
        sessions.move(
            session=session, seen=session.revision, starts=session.starts, ends=session.ends,
            precision=session.precision, document_deadline=session.starts - timedelta(days=17), by=by, at=at,
            why=_("letter of the secretariat of CSTD"),
        )  # fmt: skip


def _hand_on(version: Version, unit: Unit, by: Member, at: datetime) -> None:
    """One instruction goes to another unit."""
    for instruction in _at(version, f"{SG}/4")[:1]:
        why = _("the regional offices gather it")
        assignments.reassign(instruction=instruction, unit=unit, by=by, at=at, why=why)


def _sharpen(version: Version, by: Member, at: datetime) -> None:
    """One instruction gets a clearer title."""
    for instruction in _at(version, f"{BOTH}/4")[:1]:
        instruction.title = _("Update the roadmaps of the action lines, with the SDGs they serve")
        instruction.revision += 1
        tracked.save(row=instruction, by=by, at=at, why=_("so that it can be found"))


def _drop(version: Version, by: Member, at: datetime) -> None:
    """One instruction turns out to be none."""
    for instruction in _at(version, "resolves/3")[:1]:
        instructions.close(instruction=instruction, by=by, at=at, reason=_("done through what instructs SG 2 asks for"))


def _fill_post(unit: Unit, member: Member, by: Member, at: datetime) -> None:
    post = posts.create(unit=unit, title=_("Regional inputs"), by=by, at=at)
    posts.hand_over(post=post, to=member, since=plans.today(at), by=by, at=at)


def _late(version: Version, by: Member, at: datetime) -> None:
    """One task whose date has passed, on whatever day the demo is made."""
    for instruction in _at(version, f"{SG}/1")[:1]:
        task = _first_task(instruction)
        if task is not None:
            day = (at + timedelta(days=29)).date()
            why = _("asked for by the Chair of the working group")
            bulk.redate_many(seen={task.pk: task.revision}, to=day, by=by, at=at, why=why)
