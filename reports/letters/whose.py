"""Whose work is whose, for many members at once: what `rules.units_of` and `Worker` say of one, in two queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from mandates import rules
from mandates.models import Holding, Member, Unit
from mandates.models.prepared import Given, OneOf, Prepared
from mandates.models.words import one_line

POST = ("pk", "unit", "title", "heads_unit")
UNITS = Prepared(lambda: Unit.objects.only("abbr", "parent", "outside"))
# A row for each post that somebody holds, and for each that it deputises for.
HELD = Prepared(
    lambda: (
        Holding.objects.on(Given("day"))  # type: ignore[arg-type]
        .filter(member__in=OneOf("members"))
        .order_by("post__unit__abbr", "pk")
        .values_list(
            "pk",
            "member",
            "since",
            *(f"post__{name}" for name in POST),
            *(f"post__deputises_for__{name}" for name in POST),
        )
    )
)


@dataclass(frozen=True, slots=True)
class Held:
    """A post that is the member's on the day: their own, or one for which theirs is the deputy."""

    post: int
    unit: Unit
    title: str
    heads_unit: bool
    since: date
    deputises: bool = False

    @property
    def name(self) -> str:
        """The post, with its unit where its title does not name it."""
        title = one_line(self.title)
        return title if self.unit.abbr in title else f"{title}, {self.unit}"


@dataclass(frozen=True)
class Whose:
    """A member on a day. `units` are those whose work is theirs, `heads` those among them that they head, both with
    all units below; `approves_all` says that they approve what any unit hands in."""

    member: Member
    units: frozenset[int]
    heads: frozenset[int]
    approves_all: bool
    posts: tuple[Held, ...]

    @property
    def approves(self) -> frozenset[int]:
        """The units whose submissions they approve, where they do not approve all: `Worker.heads`."""
        own = not self.approves_all and self.member.role in rules.RIGHTS["approve task"].own
        return self.heads if own else frozenset()


@dataclass(frozen=True)
class Tree:
    """The units, each with all below it."""

    units: Mapping[int, Unit]
    below: Mapping[int, frozenset[int]]
    _found: dict[frozenset[int], frozenset[int]] = field(default_factory=dict)

    @classmethod
    def load(cls) -> Tree:
        """One query."""
        units = {unit.pk: unit for unit in UNITS.ask()}
        below: dict[int, set[int]] = {key: {key} for key in units}
        for key in units:
            for above in _above(key, units):
                below[above].add(key)
        return cls(units, {key: frozenset(found) for key, found in below.items()})

    def above(self, key: int) -> list[int]:
        """The unit and those above it, from the bottom up."""
        return [key, *_above(key, self.units)]

    def with_below(self, keys: Iterable[int]) -> frozenset[int]:
        """The units and all below them: the same object for all who ask for the same ones."""
        asked = frozenset(keys)
        if asked not in self._found:
            self._found[asked] = frozenset().union(*(self.below[key] for key in asked))
        return self._found[asked]


def _above(key: int, units: Mapping[int, Unit]) -> list[int]:
    found: list[int] = []
    above = units[key].parent_id
    while above is not None and above not in found and above != key:
        found.append(above)
        above = units[above].parent_id
    return found


def whose(members: Sequence[Member], day: date, tree: Tree) -> dict[int, Whose]:
    """For each member what is theirs on the day: first their own posts, then those for which they deputise. One query,
    however many members there are."""
    held: dict[int, list[Held]] = defaultdict(list)
    deputed: dict[int, list[Held]] = defaultdict(list)
    seen: set[int] = set()
    for key, member, since, post, unit, title, heads, other, its_unit, its_title, its_heads in HELD.ask(
        day=day, members=[member.pk for member in members]
    ):
        if key not in seen:
            seen.add(key)
            held[member].append(Held(post, tree.units[unit], title, heads, since))
        if other is not None:
            deputed[member].append(Held(other, tree.units[its_unit], its_title, its_heads, since, deputises=True))
    for member, posts in deputed.items():
        held[member] += sorted(posts, key=lambda one: (one.unit.abbr, one.post))
    approve_all = rules.RIGHTS["approve task"].roles
    return {member.pk: _of(member, held.get(member.pk, ()), tree, approve_all) for member in members}


def _of(member: Member, held: Sequence[Held], tree: Tree, approve_all: Collection[str]) -> Whose:
    return Whose(
        member=member,
        units=tree.with_below(one.unit.pk for one in held),
        heads=tree.with_below(one.unit.pk for one in held if one.heads_unit),
        approves_all=member.is_superuser or member.role in approve_all,
        posts=tuple(held),
    )
