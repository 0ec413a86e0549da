"""Edits, imports, deletions, re-tags and the roll-up, falling into each other at every place where they can."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import count
from typing import Any
from unittest.mock import patch

from django.shortcuts import get_object_or_404
from django.utils import timezone

import reader
from mandates.actions import (
    assignments,
    bulk,
    comments,
    evidence,
    facts,
    instructions,
    sessions,
    status,
    suggestions,
    tasks,
    versions,
)
from mandates.models import Instruction, LineTag, Member, Place, Session, Suggestion, Task, Version
from reports.models import Fold
from reports.rollup import folding
from reports.rollup.recounting import recount
from tests.factories import DocumentFactory, MemberFactory, UnitFactory, fields

from .interleaving import Run, interleave
from .row import Outcome, none, row
from .trial import Trial

TEXT = """RESOLUTION {number} (C{year})

The ITU Council,

resolves

1\tto keep the matter under review;

instructs the Secretary-General

1\tto report annually to the Council on Action Line C2;
2\tto submit a report to CSTD 30 in 2027 on Action Lines C5 and C6;
3\tto prepare a roadmap{more}.
"""
NUMBERS = count(3001)


def reading(number: int, year: int, more: str = "") -> dict[str, Any]:
    text = TEXT.format(number=number, year=year, more=more)
    return reader.as_json(reader.read(text.encode(), "resolution.txt"))


class World:
    """A text of its own: one of its instructions confirmed, with its lines, its lead and its tasks."""

    def __init__(self, li_na: Member, boris: Member) -> None:
        self.li_na, self.boris, self.at = li_na, boris, timezone.now()
        self.number = next(NUMBERS)
        self.version = self.lay_down(26)
        waiting = list(self.version.suggestions.filter(kind="new").order_by("pk"))
        self.decided, self.open = waiting[1], waiting[2]  # CSTD 30, on C5 and C6; the roadmap
        suggestions.confirm(suggestion=self.decided, seen=1, by=li_na, at=self.at)
        self.decided.refresh_from_db()
        self.instruction: Instruction = self.decided.instruction
        spm = UnitFactory(abbr="SPM")
        assignments.assign(instruction=self.instruction, unit=spm, part="lead", by=li_na, at=self.at)
        self.instruction.refresh_from_db()
        self.task: Task = self.instruction.tasks.order_by("pk").first()

    def lay_down(self, year: int, more: str = "") -> Version:
        return versions.lay_down(
            reading=reading(self.number, year, more), document=DocumentFactory(), by=self.li_na, at=timezone.now()
        )

    # ── Acts. Each is what a page does: it fetches, then asks for one verb with what was seen. ──

    def edit(self) -> None:
        self._edit(title="Edited", action_lines=["C5", "C6"])

    def re_tag(self) -> None:
        self._edit(action_lines=["C2", "C6"])

    def re_date(self) -> None:
        deadline = {**fields()["deadline"], "session": None, "date": "2027-06-30", "year": 2027}
        self._edit(action_lines=["C5", "C6"], deadline=deadline, reports_to=[])

    def _edit(self, title: str = "", **changes: Any) -> None:
        row = get_object_or_404(Instruction, pk=self.instruction.pk)
        said = fields(**changes)
        instructions.edit(
            instruction=row, seen=row.revision, fields=said, title=title or row.title, by=self.boris, at=timezone.now()
        )

    def say(self) -> None:
        row = get_object_or_404(Task, pk=self.task.pk)
        status.update(task=row, to="prog", words="Begun.", by=self.boris, at=timezone.now(), seen=row.revision)

    def say_of_many(self) -> None:
        seen = dict(self.instruction.tasks.values_list("pk", "revision"))
        bulk.update_many(seen=seen, to="risk", words="All.", by=self.boris, at=timezone.now())

    def remark(self) -> None:
        comments.add(task=get_object_or_404(Task, pk=self.task.pk), words="A remark.", by=self.boris, at=timezone.now())

    def give_evidence(self) -> None:
        row, given = get_object_or_404(Task, pk=self.task.pk), evidence.Given(link="C26/59")
        evidence.add(task=row, given=given, by=self.boris, at=timezone.now())

    def take_back(self) -> None:
        row = get_object_or_404(Suggestion, pk=self.decided.pk)
        suggestions.undo(suggestion=row, seen=row.revision, by=self.li_na, at=timezone.now())

    def confirm(self) -> None:
        row = get_object_or_404(Suggestion, pk=self.open.pk)
        suggestions.confirm(suggestion=row, seen=row.revision, by=self.li_na, at=timezone.now())

    def new_text(self) -> None:
        """The import replaces the paragraph: other words in one item, the same in the rest."""
        self.lay_down(27, " of the work and to keep it up to date")

    def first_text(self) -> None:
        """A text of a resolution and of a body that nobody holds yet."""
        said = reading(self.number + 5000, 26)
        said["document"]["body"] = f"Body {self.number}"
        versions.lay_down(reading=said, document=DocumentFactory(), by=self.li_na, at=timezone.now())

    def hand_on(self) -> None:
        bdt = UnitFactory(abbr="BDT")
        assignments.reassign(
            instruction=self.instruction, unit=bdt, by=self.li_na, at=timezone.now(), why="The work moves."
        )

    def move_session(self) -> None:
        row = get_object_or_404(Session, code="CSTD-30")
        starts = (row.starts or date(2027, 3, 1)) + timedelta(days=1)
        sessions.move(
            session=row, seen=row.revision, starts=starts, ends=starts + timedelta(days=60), precision="day",
            by=self.li_na, at=timezone.now(), why="Moved.",
        )  # fmt: skip

    def make_ahead(self) -> None:
        tasks.follow(
            instructions=Instruction.objects.filter(pk=self.instruction.pk), by=None, at=timezone.now(), why="ahead"
        )

    def fold(self) -> None:
        folding.fold(now=timezone.now())

    # ── What must hold afterwards. ──

    def orphans(self) -> Iterator[str]:
        """What belongs to nothing any more, or is told otherwise by its history."""
        for one in Suggestion.objects.filter(version__resolution=self.version.resolution, instruction=None):
            if one.state in ("confirmed", "edited"):
                yield f"suggestion {one.pk} is {one.state} and has no instruction"
        for one in Instruction.objects.filter(resolution=self.version.resolution, state="open"):
            if not one.places.exists():
                yield f"instruction {one.pk} stands nowhere"
            if not one.tasks.exists():
                yield f"instruction {one.pk} asks for nothing"
            if one.places.values("paragraph__version").distinct().count() != one.places.count():
                yield f"instruction {one.pk} stands twice in one version"
        if Place.objects.filter(paragraph=None).exists():
            yield "a place without a paragraph"
        ours = set(Instruction.history.filter(resolution=self.version.resolution).values_list("id", flat=True))
        yield from self._untrue(Task, {"instruction__in": ours}, "status", "lead_id", "matters_on", "revision")
        yield from self._untrue(LineTag, {"instruction__in": ours}, "action_line_id")
        yield from self._untrue(Instruction, {"id__in": ours}, "title", "revision")

    def _untrue(self, model: Any, ours: dict[str, Any], *names: str) -> Iterator[str]:
        """Rows of which the last row of history says something else than they do."""
        there = {row["pk"]: row for row in model.objects.filter(**ours).values("pk", *names)}
        last: dict[int, dict[str, Any]] = {}
        rows = model.history.filter(**ours).order_by("history_date", "history_id")
        for said in rows.values("id", "history_type", *names):
            last[said["id"]] = said
        for key, said in last.items():
            if (said["history_type"] == "-") != (key not in there):
                yield f"{model.__name__} {key}: its history ends with {said['history_type']}"
            elif key in there and any(said[name] != there[key][name] for name in names):
                yield f"{model.__name__} {key}: its history ends with {said}, it says {there[key]}"
        for key in there.keys() - last.keys():
            yield f"{model.__name__} {key} has no history"

    def wrong_cells(self) -> int:
        """Figures of the roll-up that are not what a plain count gives."""
        with patch.object(folding, "WAIT", timedelta(seconds=60)):
            folding.fold(now=timezone.now())
        return len(recount(now=timezone.now()))


# One act falls into the other, and the other into the one.
PAIRS: tuple[tuple[str, str], ...] = (
    ("edit", "new_text"),
    ("edit", "take_back"),
    ("say", "take_back"),
    ("say_of_many", "take_back"),
    ("remark", "take_back"),
    ("give_evidence", "take_back"),
    ("new_text", "take_back"),
    ("new_text", "new_text"),
    ("new_text", "confirm"),
    ("first_text", "first_text"),
    ("confirm", "confirm"),
    ("re_tag", "say"),
    ("re_tag", "edit"),
    ("re_tag", "fold"),
    ("say", "fold"),
    ("take_back", "fold"),
    ("re_date", "say"),
    ("re_date", "hand_on"),
    ("re_date", "make_ahead"),
    ("hand_on", "say"),
    ("hand_on", "say_of_many"),
    ("move_session", "say"),
    ("move_session", "re_date"),
    ("move_session", "take_back"),
    ("make_ahead", "take_back"),
)


@row("cluster")  # of its own: the fold waits for whoever writes anywhere on the server
def acts_fall_into_each_other(trial: Trial) -> Outcome:
    """An edit while an import replaces the paragraph, a deletion while somebody edits or speaks, a re-tag while the
    roll-up counts: before each statement of the one, all of the other is done on a connection of its own. Nothing is
    left that belongs to nothing, histories tell what is, no cell is wrong, and nobody waits for ever.
    """
    facts.load(at=timezone.now())
    people = MemberFactory(username="li.na", role="coordinator"), MemberFactory(username="boris", role="coordinator")
    World(*people).fold()
    assert Fold.objects.get(pk=1).folded_at is not None
    tried, found = 0, Found()
    with patch.object(folding, "WAIT", timedelta(seconds=1)):
        for one, other in [pair for names in PAIRS for pair in {names, names[::-1]}]:
            for at in places(trial):
                world = World(*people)
                *runs, reached = interleave(getattr(world, one), getattr(world, other), at)
                if not reached:
                    break
                tried += 1
                found.look(world, runs, f"{one}, before statement {at}: {other}")
    return Outcome.of(
        f"{len(PAIRS)} pairs of acts, {tried:,} interleavings",
        none("orphans or untrue histories", found.wrong),
        none("wrong cells", found.cells),
        none("broken", found.broken),
    )


@dataclass
class Found:
    """What was not as it must be, counted; each kind is told once."""

    wrong: int = 0
    cells: int = 0
    broken: int = 0

    def look(self, world: World, runs: Sequence[Run], when: str) -> None:
        orphans, cells = list(world.orphans()), world.wrong_cells()
        broke = [run.broke for run in runs if run.broke]
        self.wrong, self.cells, self.broken = self.wrong + len(orphans), self.cells + cells, self.broken + len(broke)
        if orphans or cells or broke:
            print(when, *orphans, f"{cells} wrong cells", *broke, sep="\n  ", flush=True)
        if cells:
            folding.rebuild(now=timezone.now())  # so that the next one is told apart


def places(trial: Trial) -> Iterator[int]:
    """Before which statements the first act stands still: all of them; every ninth in the short form."""
    return count(1) if not trial.quick else count(2, 9)


ROWS = {"E3": acts_fall_into_each_other}
