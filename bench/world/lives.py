"""The life of a task in a made-up world, from the day it is made to today: who says what, when its dates move, how it
ends. Each step leaves what the verbs of `mandates.actions` leave: the row, its history, and a `StatusUpdate`."""

from __future__ import annotations

import heapq
import itertools
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any

from mandates.actions import plans, status
from mandates.actions.tasks import Dates
from mandates.models import Evidence, Session, StatusUpdate, Task, states

from . import words
from .house import House
from .sheets import Book

Kind, Status = StatusUpdate.Kind, Task.Status
ACTIVE = timedelta(days=400)  # so long before its date do people begin to speak of a task
SECOND = timedelta(seconds=1)


@dataclass(frozen=True)
class Work:
    """What a task is born with. `dates`: as they were known, and since when; `leads`: which unit, from when on."""

    instruction: int
    schedule: int | None
    occurrence: str
    dates: list[tuple[datetime | None, Dates]]
    made: datetime
    session: Session | None
    leads: list[tuple[datetime, int]]
    ended: datetime | None
    approved: bool  # it goes to a governing body
    by: int


class Life:
    def __init__(self, book: Book, house: House, work: Work) -> None:
        self.house, self.chance, self.work = house, house.chance, work
        self.sheet, self.trail = book.sheet(Task), book.trail(Task)
        self.updates, self.evidence = book.sheet(StatusUpdate), book.sheet(Evidence)
        self.days = [days for since, days in work.dates if since is None or since <= work.made][-1]
        unit = [unit for since, unit in work.leads if since <= work.made][-1:]
        self.row: dict[str, Any] = {
            **self.sheet.empty, "id": self.sheet.key(), "instruction_id": work.instruction,
            "schedule_id": work.schedule, "occurrence": work.occurrence, **self.days.values(),
            "lead_id": unit[0] if unit else None, "created_at": work.made,
        }  # fmt: skip
        self.last = work.made
        self.trail.note(self.row, "+", work.made, None, "made ahead from the schedule")
        self._steps: list[tuple[datetime, int, Any, Any]] = []
        self._order = itertools.count()
        self._may_reopen = True

    def live(self) -> None:
        """All that happens to it until the moment of the world."""
        self._plan()
        while self._steps:
            at, _order, step, given = heapq.heappop(self._steps)
            if at >= self.house.at:
                break
            self.last = at if at > self.last else self.last + SECOND
            step(self.last, given)
        self.sheet.rows.append(tuple(self.row.values()))

    def _later(self, at: datetime, step: Any, given: Any = None) -> None:
        heapq.heappush(self._steps, (at, next(self._order), step, given))

    def _plan(self) -> None:
        """What is going to happen: moves and leads as they come, and what people say, by their habits."""
        work, chance, now = self.work, self.chance, self.house.at
        for since, days in work.dates:
            if since is not None and since > work.made:
                self._later(since, self._move, days)
        for since, unit in work.leads:
            if since > work.made:
                self._later(since, self._lead, unit)
        if work.ended:
            self._later(work.ended, self._end)
        final = work.dates[-1][1].matters_on
        due = datetime.combine(final, time(9), UTC) if final else work.made + timedelta(days=365)
        start = max(work.made, due - ACTIVE) + timedelta(days=50 * chance.random())
        habit = chance.random()
        if start >= now:
            return
        if habit < 0.12:  # never a word; somebody tidies up some of them
            if chance.random() < 0.3:
                self._later(due + timedelta(days=chance.randrange(20, 200)), self._close)
            return
        stop = now
        if habit < 0.22:
            stop = start + timedelta(days=300 * chance.random())
        elif chance.random() < 0.92:
            stop = max(start + timedelta(days=10), due + timedelta(days=chance.gauss(-6, 25)))
            self._later(stop, self._close)
        if final and chance.random() < 0.02:
            self._later(start + timedelta(days=20), self._redate)
        at = start
        while at < stop and at < now:
            self._later(at, self._speak)
            at += timedelta(days=5 + chance.expovariate(1 / 18))

    # ── Steps ────────────────────────────────────────────────────────────────────────────────────────────────────

    @property
    def _closed(self) -> bool:
        return self.row["status"] in Task.CLOSED

    def _write(self, at: datetime, by: int, kind: str, said: str, **values: Any) -> int:
        """The row, its history and the fact; the key of the fact."""
        before = self.row["status"]
        if kind in status.SPEAKS:
            values["last_word_at"] = at
        self.row |= values
        self.row["revision"] += 1
        self.trail.note(self.row, "~", at, by, said or None)
        return self.updates.put(
            task_id=self.row["id"], kind=kind, before=before, after=self.row["status"], words=said, by_id=by, at=at
        )["id"]

    def _move(self, at: datetime, days: Dates) -> None:
        self.days = days
        if self._closed or self.row["delivered_on"] or self.row["dated_by_hand"]:
            return
        self._write(at, self.work.by, Kind.MOVED, "The session moved.", **days.values())

    def _lead(self, at: datetime, unit: int) -> None:
        if not self._closed:
            self._write(at, self.work.by, Kind.REASSIGNED, "", lead_id=unit)

    def _end(self, at: datetime, _given: None) -> None:
        """The instruction is closed: what nobody has spoken of is overtaken."""
        row = self.row
        if not self._closed and not (row["last_word_at"] or row["submitted_at"] or row["delivered_on"]):
            self._write(at, self.work.by, Kind.SAID, "The instruction was closed.", status=Status.OVER)

    def _redate(self, at: datetime, _given: None) -> None:
        if self._closed or self.row["submitted_at"]:
            return
        day = at.date() + timedelta(days=self.chance.randrange(20, 300))
        dates = {"due_on": day, "matters_on": day, "late_after": None, "precision": "day", "dated_by_hand": True}
        self._write(at, self.work.by, Kind.REDATED, f"due on {day}", **dates)

    def _speak(self, at: datetime, _given: None) -> None:
        """The words of somebody of its unit: that it still stands so, or where it stands now."""
        row, chance = self.row, self.chance
        if self._closed or row["submitted_at"]:
            return
        by = self.house.somebody(row["lead_id"])
        now = row["status"]
        if now == Status.NONE:
            to = chance.choices((Status.TODO, Status.PROG, Status.CONT), weights=(4, 5, 1))[0]
        elif chance.random() < 0.4:
            self._write(at, by, Kind.CONFIRMED, chance.choice(words.SAID) if chance.random() < 0.3 else "")
            return
        elif chance.random() < 0.5:
            to = now
        else:
            to = {Status.TODO: Status.PROG, Status.PROG: Status.RISK, Status.RISK: Status.PROG}.get(now, now)
        waits = chance.choice(words.WAITS) if chance.random() < 0.12 else ""
        values: dict[str, Any] = {"status": str(to)}
        if waits != row["waiting_for"]:
            values |= {"waiting_for": waits, "waiting_since": at if waits else None}
        self._write(at, by, Kind.SAID, words.skewed(chance, words.SAID), **values)

    def _close(self, at: datetime, _given: None) -> None:
        """Most are done, with evidence, and approved where a body governs; some are overtaken, or nothing was due."""
        row, chance = self.row, self.chance
        if self._closed or row["submitted_at"]:
            return
        by = self.house.somebody(row["lead_id"])
        ends: dict[str, Any] = {"waiting_for": "", "waiting_since": None}
        drawn = chance.random()
        if drawn < 0.06:
            ends |= {"status": Status.OVER, "nothing_due": True, "delivered_on": None}
            self._write(at, by, Kind.NOTHING_DUE, chance.choice(words.OVER), **ends)
            return
        if drawn < 0.1:
            self._write(at, by, Kind.SAID, chance.choice(words.OVER), **ends, status=Status.NOTUS)
            return
        kind, ends["delivered_on"], ends["status"] = Kind.SAID, plans.today(at), Status.DONE
        if self.work.approved:
            kind, ends["status"] = Kind.SUBMITTED, states.WHILE_SUBMITTED.get(row["status"], row["status"])
            ends |= {"submitted_by_id": by, "submitted_at": at}
            step = self._return if chance.random() < 0.1 else self._approve
            self._later(at + timedelta(days=1 + chance.expovariate(1 / 12)), step)
        elif self._may_reopen and chance.random() < 0.02:
            self._later(at + timedelta(days=chance.randrange(20, 200)), self._reopen)
        said = self._write(at, by, kind, chance.choice(words.DONE), **ends)
        self.evidence.put(
            task_id=row["id"], update_id=said, link=f"DOC/{row['id']}", is_public=chance.random() < 0.6, by_id=by, at=at
        )

    def _approve(self, at: datetime, _given: None) -> None:
        by = self._another(self.row["submitted_by_id"])
        self._write(at, by, Kind.APPROVED, "", status=Status.DONE, submitted_at=None, approved_by_id=by, approved_at=at)

    def _return(self, at: datetime, _given: None) -> None:
        by = self._another(self.row["submitted_by_id"])
        gone = {"submitted_by_id": None, "submitted_at": None, "delivered_on": None}
        self._write(at, by, Kind.RETURNED, "The annex is missing.", **gone)
        self._later(at + timedelta(days=self.chance.randrange(5, 40)), self._close)
        self._catch_up(at)

    def _reopen(self, at: datetime, _given: None) -> None:
        if not self._closed:
            return
        self._may_reopen = False
        gone = dict.fromkeys(("submitted_by_id", "submitted_at", "approved_by_id", "approved_at", "delivered_on"))
        by = self.chance.choice(self.house.secretariat)
        self._write(at, by, Kind.REOPENED, "One annex was wrong.", status=Status.PROG, nothing_due=False, **gone)
        self._later(at + timedelta(days=self.chance.randrange(10, 90)), self._close)
        self._catch_up(at)

    def _catch_up(self, at: datetime) -> None:
        """What its session did while the task was out of hand, as the timetable brings it in step the same day."""
        row, session = self.row, self.work.session
        kept = {name: row[name] for name in Dates.__slots__}
        if kept == self.days.values() or row["dated_by_hand"] or (session and session.ends < at.date()):
            return
        row |= self.days.values()
        row["revision"] += 1
        self.last = at + timedelta(hours=1)
        self.trail.note(row, "~", self.last, None, "made ahead from the schedule")

    def _another(self, than: int) -> int:
        """A second person, who approves."""
        return next(one for one in self.house.secretariat if one != than)
