"""What tasks are told apart by: the filters of the list of work, which are the dimensions of the roll-up too.

Each has a condition for a value and a way to group by it, now and as at a past day, so that what a board counts and
what the list shows can't be two things.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import BigIntegerField, Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from mandates import rules
from mandates.models import ActionLine, Goal, Instruction, Place, Resolution, Session, Task, Unit, Version
from mandates.models.addresses import session_name

from . import as_at
from .clocks import Moment
from .grouping import Grouping, Raw, counted, tags

OPEN, CLOSED, ALL, NONE, APPROVE, OFF = "open", "closed", "all", "none", "approve", "off"
OFF_STATES = (Task.Status.OVER, Task.Status.NOTUS)  # overtaken, or not for us
IN_FORCE, PROPOSED = Version.State.IN_FORCE, Version.State.PROPOSED
Counted = Iterator[tuple[str, str, int]]


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a value in an address stands for.

    Those with one `word` are asked for alike, in statements that differ by `value` alone; most have no word.
    """

    word: str = ""
    value: Any = None


NOTHING = Meaning("nothing")  # no task has it


class Facet:
    """A filter: the tasks that have a value, and the values with their counts among some tasks."""

    few = False  # whether a value leaves few of many tasks, and an index on the tasks finds them
    several = False  # whether a value stands for several keys

    def __init__(self, label: str | Promise) -> None:
        self.label = label

    def condition(self, value: str, moment: Moment) -> Q:
        """The tasks that have a value."""
        return self.where(self.meaning(value), moment)

    def meaning(self, value: str) -> Meaning:
        """What a value stands for; one query at most."""
        return Meaning(value)

    def where(self, meaning: Meaning, moment: Moment) -> Q:
        """Its tasks. The value and the times of the moment are only handed on: they may be told later (`Given`)."""
        raise NotImplementedError

    def named(self, value: str) -> str:
        """A value that no task has, in words."""
        return value


class Dimension(Facet):
    """A filter by which tasks are counted on boards too. `NONE` is the key of what has no value."""

    def grouping(self, moment: Moment) -> Grouping:
        raise NotImplementedError

    def within(self, key: str) -> Callable[[str], bool]:
        """Whether all that stands under another key stands under this one too."""
        return lambda other: other == key


class ByUnit(Dimension):
    """The unit that leads, with all units below it; "none" is what nobody leads."""

    few = several = True

    def meaning(self, value: str) -> Meaning:
        if value == NONE:
            return Meaning(NONE)
        return Meaning(value=sorted(rules.with_those_below({int(value)}))) if _is_key(value) else NOTHING

    def where(self, meaning: Meaning, moment: Moment) -> Q:
        if meaning.word:
            return Q(lead=None) if meaning.word == NONE else Q(pk=None)
        return Q(lead__in=meaning.value)

    def grouping(self, moment: Moment) -> Grouping:
        return Grouping(self._keys, columns={"lead": F("lead_id")})

    def _keys(self, raws: Iterable[Raw]) -> dict[Raw, tuple[str, ...]]:
        above = dict(Unit.objects.values_list("pk", "parent"))
        found: dict[Raw, tuple[str, ...]] = {}
        for (lead,) in raws:
            chain, key = [], lead
            while key is not None and str(key) not in chain:
                chain.append(str(key))
                key = above.get(key)
            found[lead,] = tuple(chain) or (NONE,)
        return found

    def within(self, key: str) -> Callable[[str], bool]:
        below = {str(unit) for unit in rules.with_those_below({int(key)})} if _is_key(key) else {key}
        return below.__contains__

    def counts(self, rows: QuerySet[Task], moment: Moment) -> Counted:
        """(value, words, count) for each unit that leads one of `rows`, or is above one that does. Three queries."""
        sums = counted(rows, self.grouping(moment))
        if NONE in sums:
            yield NONE, _("No lead unit"), sums[NONE]
        for unit in Unit.objects.only("abbr", "outside").order_by("outside", "abbr"):
            if n := sums.get(str(unit.pk)):
                yield str(unit.pk), unit.abbr, n

    def named(self, value: str) -> str:
        if value == NONE:
            return _("No lead unit")
        return (_is_key(value) and Unit.objects.filter(pk=value).values_list("abbr", flat=True).first()) or value


class ByStatus(Facet):
    """As it is stored: what waits for approval counts under the status it has until then, and again as "approve"."""

    def where(self, meaning: Meaning, moment: Moment) -> Q:
        return {
            ALL: Q(),
            OPEN: Q(is_open=True),
            CLOSED: Q(is_open=False),
            OFF: Q(status__in=OFF_STATES),
            APPROVE: Q(submitted_at__isnull=False),
        }.get(meaning.word, Q(status=meaning.word))


class ByClock(Facet):
    def where(self, meaning: Meaning, moment: Moment) -> Q:
        return Q(is_open=True, clock=meaning.word)  # `Asked.tasks` knows the column


class BySession(Dimension):
    """What is due at a session or passes through it; "none" is tied to no session."""

    few = True

    def meaning(self, value: str) -> Meaning:
        return Meaning(NONE) if value == NONE else Meaning(value=value)

    def where(self, meaning: Meaning, moment: Moment) -> Q:
        if meaning.word:
            return Q(session=None, first_stop=None)
        key = Subquery(Session.objects.filter(code=meaning.value).values("pk"))
        return Q(session=key) | Q(first_stop=key)

    def grouping(self, moment: Moment) -> Grouping:
        return Grouping(self._keys, columns={"at": F("session_id"), "through": F("first_stop_id")})

    def _keys(self, raws: Iterable[Raw]) -> dict[Raw, tuple[str, ...]]:
        codes = dict(Session.objects.values_list("pk", "code"))
        return {raw: tuple(codes[key] for key in sorted(set(raw) - {None})) or (NONE,) for raw in raws}

    def named(self, value: str) -> str:
        row = Session.objects.select_related("body").filter(code=value).first()
        return _session_words(row) if row else _("No session") if value == NONE else value


class ByTags(Dimension):
    """By rows that hang on the instruction: its lines, goals, sections."""

    def tags(self, moment: Moment) -> QuerySet[Any]:
        """The rows there are at a moment; each has its `instruction`."""
        raise NotImplementedError

    def tagged(self, value: Any) -> Q:
        """Those of them that have a value."""
        raise NotImplementedError

    def meaning(self, value: str) -> Meaning:
        return Meaning(NONE) if value == NONE else Meaning(value=value)

    def where(self, meaning: Meaning, moment: Moment) -> Q:
        if meaning.word == NONE:
            return Q(~Exists(self.tags(moment).filter(instruction=OuterRef("instruction"))))
        if meaning.word:
            return Q(pk=None)
        return Q(instruction__in=self.tags(moment).filter(self.tagged(meaning.value)).values("instruction"))


LINES = ActionLine._meta.db_table
# A task counts under each of its lines, and under the line that one of them is a part of.
UNDER_LINES = (
    f"SELECT id AS value, code AS key FROM {LINES} UNION ALL SELECT part.id, line.code FROM {LINES} AS part"  # noqa: S608
    f" JOIN {LINES} AS line ON line.id = part.parent_id"
)


class ByLine(ByTags):
    """An action line, with its parts; "none" is "All lines, or the process"."""

    def tags(self, moment: Moment) -> QuerySet[Any]:
        return as_at.line_tags(moment)

    def tagged(self, value: Any) -> Q:
        return Q(action_line__in=ActionLine.objects.filter(Q(code=value) | Q(parent__code=value)).values("pk"))

    def grouping(self, moment: Moment) -> Grouping:
        return Grouping(_as_they_are, tags=tags(self.tags(moment), "action_line_id"), under=UNDER_LINES)

    def within(self, key: str) -> Callable[[str], bool]:
        parts = set(ActionLine.objects.filter(parent__code=key).values_list("code", flat=True))
        return {key, *parts}.__contains__

    def named(self, value: str) -> str:
        line = ActionLine.objects.filter(code=value).first()
        return str(line) if line else _("All lines, or the process") if value == NONE else value


class ByGoal(ByTags):
    """A Sustainable Development Goal by its number."""

    def tags(self, moment: Moment) -> QuerySet[Any]:
        return as_at.goal_tags(moment)

    def meaning(self, value: str) -> Meaning:
        return super().meaning(value) if value == NONE or _is_key(value) else NOTHING

    def tagged(self, value: Any) -> Q:
        return Q(goal__in=Goal.objects.filter(number=value).values("pk"))

    def grouping(self, moment: Moment) -> Grouping:
        return Grouping(_as_they_are, tags=tags(self.tags(moment), "goal__number"))

    def named(self, value: str) -> str:
        goal = Goal.objects.filter(number=value).first() if _is_key(value) else None
        return str(goal) if goal else _("No goal") if value == NONE else value


class BySection(ByTags):
    """The section of a text in which an instruction stands, by its address: "instructs the Secretary-General".

    The same section of two versions has one address. Places have no days: as at a past day, they are today's.
    """

    few = True

    def tags(self, moment: Moment) -> QuerySet[Any]:
        return Place.objects.order_by()

    def tagged(self, value: Any) -> Q:
        return Q(paragraph__section__address=value)

    def grouping(self, moment: Moment) -> Grouping:
        return Grouping(_as_they_are, tags=tags(self.tags(moment), "paragraph__section__address"))


class ByForce(Dimension):
    """The force of the instruction's verb, as at that day: "instructs", "invites"."""

    def meaning(self, value: str) -> Meaning:
        return Meaning(value=value)

    def where(self, meaning: Meaning, moment: Moment) -> Q:
        if not moment.is_past:
            return Q(instruction__force=meaning.value)
        return Q(instruction__in=as_at.instructions(moment).filter(force=meaning.value).values("id"))

    def grouping(self, moment: Moment) -> Grouping:
        then = as_at.instructions(moment).filter(id=OuterRef("instruction_id")).values("force")
        return Grouping(_as_they_are, columns={"force": Subquery(then) if moment.is_past else F("instruction__force")})


class ByResolution(Dimension):
    few = True

    def meaning(self, value: str) -> Meaning:
        return Meaning(value=value)

    def where(self, meaning: Meaning, moment: Moment) -> Q:
        if not moment.is_past:
            text = Resolution.objects.filter(slug=meaning.value).values("pk")
            return Q(instruction__resolution=Subquery(text))
        # which text an instruction belongs to never changes; it may have gone since
        ever = Instruction.history.model._default_manager.filter(resolution__slug=meaning.value)
        return Q(instruction__in=ever.values("id"))

    def grouping(self, moment: Moment) -> Grouping:
        now = F("instruction__resolution_id")
        ever = Instruction.history.model._default_manager.filter(id=OuterRef("instruction_id"))
        then = Coalesce(now, Subquery(ever.values("resolution_id")[:1]), output_field=BigIntegerField())
        return Grouping(self._keys, columns={"resolution": then if moment.is_past else now})

    def _keys(self, raws: Iterable[Raw]) -> dict[Raw, tuple[str, ...]]:
        slugs = dict(Resolution.objects.values_list("pk", "slug"))
        return {(text,): (slugs.get(text, NONE),) for (text,) in raws}

    def named(self, value: str) -> str:
        held = Resolution.objects.select_related("body").filter(slug=value).first()
        return str(held) if held else value


class ByText(Facet):
    """Work on a proposed text is counted apart: "proposed" is what stands in no text in force."""

    @staticmethod
    def _standing(state: str, moment: Moment) -> QuerySet[Place, Any]:
        versions = as_at.versions(moment).filter(state=state).values("id")
        return Place.objects.filter(paragraph__version__in=versions).values("instruction")

    def meaning(self, value: str) -> Meaning:
        return Meaning(value) if value in {"adopted", "proposed"} else NOTHING

    def where(self, meaning: Meaning, moment: Moment) -> Q:
        if meaning.word == NOTHING.word:
            return Q(pk=None)
        adopted = Q(instruction__in=self._standing(IN_FORCE, moment))
        return Q(instruction__in=self._standing(PROPOSED, moment)) & ~adopted if meaning.word == "proposed" else adopted


def _as_they_are(raws: Iterable[Raw]) -> Mapping[Raw, tuple[str, ...]]:
    return {(value,): (NONE if value is None else str(value),) for (value,) in raws}


def _session_words(row: Session) -> str:
    name = session_name(row)
    return name if str(row.year) in name else f"{name} ({row.year})"


def _is_key(value: str) -> bool:
    return bool(re.fullmatch(r"[0-9]{1,9}", value))


BY_UNIT = ByUnit(gettext_lazy("Lead unit"))
DIMENSIONS: dict[str, Dimension] = {
    "line": ByLine(gettext_lazy("Action line")),
    "unit": BY_UNIT,
    "resolution": ByResolution(gettext_lazy("Text")),
    "section": BySection(gettext_lazy("Section")),
    "session": BySession(gettext_lazy("Due at, or through")),
    "force": ByForce(gettext_lazy("Force")),
    "goal": ByGoal(gettext_lazy("SDG")),
}

FILTERS: dict[str, Facet] = {
    "clock": ByClock(gettext_lazy("Clock")),
    "status": ByStatus(gettext_lazy("Status")),
    **{name: DIMENSIONS[name] for name in ("unit", "session", "line", "resolution", "section", "force", "goal")},
    "text": ByText(pgettext_lazy("state of a text", "Version")),
}
