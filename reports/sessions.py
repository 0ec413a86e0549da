"""The pages of sessions: when bodies meet, and what must be ready for them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q

from mandates.models import Addressing, Instruction, LineTag, Schedule, Session, Version
from mandates.models.addresses import Address, address_of, session_name
from mandates.models.places import place_that_matters
from mandates.models.prepared import OneOf, Prepared
from mandates.views.task_rows import places_by_instruction

from .schedules import When, last_day_of, schedules_of, sessions_named


@dataclass(frozen=True, slots=True)
class SessionRow:
    """A session in the list, with the number of open instructions that name it."""

    session: Session
    name: str
    due: int


@dataclass(frozen=True)
class SessionsPage:
    """All sessions, in two lists. One query."""

    upcoming: tuple[SessionRow, ...]
    past: tuple[SessionRow, ...]

    @classmethod
    def on(cls, today: date) -> SessionsPage:
        due = Count(
            "schedules__instruction",
            filter=Q(schedules__instruction__state=Instruction.State.OPEN),
            distinct=True,
        )
        rows = [
            (SessionRow(session, session_name(session), session.due), session.ends >= today)
            for session in Session.objects.select_related("body").annotate(due=due).order_by("starts", "code")
        ]
        return cls(
            upcoming=tuple(row for row, ahead in rows if ahead),
            past=tuple(row for row, ahead in reversed(rows) if not ahead),
        )


@dataclass(frozen=True, slots=True)
class InstructionRow:
    """An instruction in a table: where it stands, whom it addresses, when it is due, which lines it serves."""

    instruction: Instruction
    address: Address | None
    addressees: str
    whens: tuple[When, ...]
    lines: tuple[str, ...] = ()


_ADDRESSED = Prepared(
    lambda: (
        Addressing.objects.filter(instruction__in=OneOf("instructions"))
        .order_by("pk")
        .values_list("instruction_id", "addressee__name")
    )
)
_TAGGED = Prepared(
    lambda: LineTag.objects.filter(instruction__in=OneOf("instructions")).values_list(
        "instruction_id", "action_line__code"
    )
)


def rows_of(instructions: Iterable[Instruction]) -> list[InstructionRow]:
    """Table rows for instructions, in the order given. Five queries at most, however many there are."""
    instructions = list(instructions)
    if not instructions:
        return []
    keys = [one.pk for one in instructions]
    addresses: dict[int, Address] = {}
    for key, places in places_by_instruction(keys).items():
        addresses[key] = address_of(place_that_matters(places).paragraph)
    addressees: dict[int, list[str]] = defaultdict(list)
    for key, name in _ADDRESSED.ask(instructions=keys):
        addressees[key].append(name)
    lines: dict[int, list[str]] = defaultdict(list)
    for key, code in _TAGGED.ask(instructions=keys):
        lines[key].append(code)
    whens = schedules_of(keys)
    return [
        InstructionRow(
            instruction=one,
            address=addresses.get(one.pk),
            addressees=", ".join(addressees[one.pk]),
            whens=tuple(whens.get(one.pk, ())),
            lines=tuple(lines[one.pk]),
        )
        for one in instructions
    ]


@dataclass(frozen=True)
class SessionPage:
    """What a session asks for: what is due at it, what comes back at each of them, what passes through."""

    session: Session
    name: str
    ahead: bool
    days: int | None  # to the document deadline, negative when it has passed
    due: tuple[InstructionRow, ...]
    recurring: tuple[InstructionRow, ...]
    through: tuple[InstructionRow, ...]
    texts: tuple[Version, ...]
    previous: Session | None  # the body's session before it
    next: Session | None

    @classmethod
    def of(cls, session: Session, *, today: date) -> SessionPage:
        """`session` has its body at hand."""
        ahead = session.ends >= today
        due = _instructions(Schedule.objects.filter(session=session))
        # What comes back at every session is said of those to come: a past one may be older than the text.
        recurring = _recurring(session, without=due) if ahead else {}
        through = _through(session, without={**due, **recurring}) if ahead else {}
        rows = {
            row.instruction.pk: row
            for row in rows_of(Instruction.objects.filter(pk__in=[*due, *recurring, *through]).order_by("pk"))
        }
        deadline = session.document_deadline
        line = list(Session.objects.filter(body=session.body_id).select_related("body").order_by("starts", "code"))
        at = line.index(session)
        return cls(
            session=session,
            name=session_name(session),
            ahead=ahead,
            days=(deadline - today).days if deadline else None,
            due=tuple(rows[key] for key in due),
            recurring=tuple(rows[key] for key in recurring),
            through=tuple(rows[key] for key in through),
            texts=tuple(Version.objects.filter(session=session).select_related("resolution__body")),
            previous=line[at - 1] if at else None,
            next=line[at + 1] if at + 1 < len(line) else None,
        )

    @property
    def title(self) -> str:
        """The name with its year where it has none: "CSTD 30 (2027)"."""
        year = str(self.session.starts.year)
        return self.name if year in self.name else f"{self.name} ({year})"

    @property
    def previous_name(self) -> str:
        return session_name(self.previous) if self.previous else ""

    @property
    def next_name(self) -> str:
        return session_name(self.next) if self.next else ""

    @property
    def count(self) -> int:
        return len(self.due) + len(self.recurring) + len(self.through)


def _instructions(schedules) -> dict[int, None]:
    """The open instructions of schedules, each once, in order."""
    open_ones = schedules.filter(instruction__state=Instruction.State.OPEN)
    return dict.fromkeys(open_ones.order_by("instruction").values_list("instruction_id", flat=True))


def _recurring(session: Session, *, without: Iterable[int]) -> dict[int, None]:
    """What recurs at the sessions of this body, has begun by this one and has not come to its end before it."""
    rows = list(
        Schedule.objects.filter(body=session.body_id, instruction__state=Instruction.State.OPEN)
        .exclude(recurrence="")
        .select_related("session")
        .order_by("instruction")
    )
    sessions = sessions_named(row.until for row in rows)
    found: dict[int, None] = {}
    for row in rows:
        last = last_day_of(row.until, sessions)
        begun = row.session is None or row.session.starts <= session.starts
        if row.instruction_id not in without and begun and (last is None or last >= session.starts):
            found[row.instruction_id] = None
    return found


def _through(session: Session, *, without: Iterable[int]) -> dict[int, None]:
    """What goes through this body to another: the text says so by one of the body's names."""
    body = session.body
    names = {name.casefold() for name in (body.code, body.name, body.short_name, *body.aliases) if name}
    rows = (
        Schedule.objects.filter(instruction__state=Instruction.State.OPEN)
        .exclude(via=[])
        .order_by("instruction")
        .values_list("instruction_id", "via")
    )
    return {
        key: None
        for key, via in rows
        if key not in without and any(name.casefold().removeprefix("the ") in names for name in via)
    }
