"""Whose work is whose, for many members at once: what `rules.units_of` and `Worker` say of one, in four queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from mandates import rules
from mandates.models import Holding, Member, Post, Unit
from mandates.models.words import one_line


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

    @classmethod
    def load(cls) -> Tree:
        """One query."""
        units = {unit.pk: unit for unit in Unit.objects.only("abbr", "parent", "outside")}
        below: dict[int, set[int]] = {key: {key} for key in units}
        for key in units:
            for above in _above(key, units):
                below[above].add(key)
        return cls(units, {key: frozenset(found) for key, found in below.items()})

    def above(self, key: int) -> list[int]:
        """The unit and those above it, from the bottom up."""
        return [key, *_above(key, self.units)]

    def with_below(self, keys: Iterable[int]) -> frozenset[int]:
        return frozenset().union(*(self.below[key] for key in keys))


def _above(key: int, units: Mapping[int, Unit]) -> list[int]:
    found: list[int] = []
    above = units[key].parent_id
    while above is not None and above not in found and above != key:
        found.append(above)
        above = units[above].parent_id
    return found


def whose(members: Sequence[Member], day: date, tree: Tree) -> dict[int, Whose]:
    """For each member what is theirs on the day. Two queries, however many members there are."""
    held: dict[int, list[Held]] = defaultdict(list)
    holders: dict[int, list[tuple[int, date]]] = defaultdict(list)  # post → members, and since when they hold it
    holdings = Holding.objects.on(day).filter(member__in=[member.pk for member in members])
    for member, since, post, unit, title, heads in holdings.order_by("post__unit__abbr", "pk").values_list(
        "member", "since", "post", "post__unit", "post__title", "post__heads_unit"
    ):
        holders[post].append((member, since))
        held[member].append(Held(post, tree.units[unit], title, heads, since))
    deputed = Post.objects.filter(deputy__in=list(holders)).order_by("unit__abbr", "pk")
    for post, unit, title, heads, deputy in deputed.values_list("pk", "unit", "title", "heads_unit", "deputy"):
        for member, since in holders[deputy or 0]:
            held[member].append(Held(post, tree.units[unit], title, heads, since, deputises=True))
    return {member.pk: _of(member, held[member.pk], tree) for member in members}


def _of(member: Member, held: Sequence[Held], tree: Tree) -> Whose:
    return Whose(
        member=member,
        units=tree.with_below(one.unit.pk for one in held),
        heads=tree.with_below(one.unit.pk for one in held if one.heads_unit),
        approves_all=member.is_superuser or member.role in rules.RIGHTS["approve task"].roles,
        posts=tuple(held),
    )
