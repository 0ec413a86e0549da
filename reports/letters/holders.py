"""Whom a unit's work is told to between the weekly letters: one who holds a post, not everybody above."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date

from mandates.models import Holding, Post

from .whose import Tree


@dataclass(frozen=True)
class Holders:
    """Who holds the posts of units on a day, and whose posts deputise for them."""

    tree: Tree
    held: Mapping[int, Collection[int]]  # unit → members
    deputies: Mapping[int, Collection[int]]
    found: dict[int, frozenset[int]] = field(default_factory=dict)

    @classmethod
    def on(cls, day: date, tree: Tree, *, heads: bool = False) -> Holders:
        """`heads`: only of posts that head their unit. Two queries."""
        by_post: dict[int, list[int]] = defaultdict(list)
        active = Holding.objects.on(day).filter(member__is_active=True)
        for post, member in active.order_by("pk").values_list("post", "member"):
            by_post[post].append(member)
        posts = Post.objects.filter(heads_unit=True) if heads else Post.objects.all()
        held: dict[int, set[int]] = defaultdict(set)
        deputies: dict[int, set[int]] = defaultdict(set)
        for post, unit, deputy in posts.order_by("pk").values_list("pk", "unit", "deputy"):
            held[unit].update(by_post[post])
            deputies[unit].update(by_post[deputy] if deputy else ())
        return cls(tree, held, deputies)

    def nearest(self, unit: int) -> frozenset[int]:
        """The members who hold a post of the unit; where nobody does its deputies, else those of the unit above it."""
        if unit not in self.found:
            steps = (group.get(one) for one in self.tree.above(unit) for group in (self.held, self.deputies))
            self.found[unit] = frozenset(next((step for step in steps if step), ()))
        return self.found[unit]
