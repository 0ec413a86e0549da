"""The page of all texts: which resolutions we hold, in which versions, and what waits."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Count

from mandates.models import Body, Document, Doubt, Instruction, Resolution, Suggestion, Version

from .resolution import version_that_matters


@dataclass(frozen=True, slots=True)
class Held:
    """A resolution with its versions in a line, the version that matters, and what is open."""

    resolution: Resolution
    versions: tuple[Version, ...]
    matters: Version | None
    instructions: int  # open ones
    left: int  # suggestions that nobody has decided
    doubts: int  # questions that nobody has answered
    review: Version | None  # the version whose review goes on


@dataclass(frozen=True, slots=True)
class BodyTexts:
    body: Body
    texts: tuple[Held, ...]


@dataclass(frozen=True)
class TextsPage:
    """What the page of texts needs, filled by six queries."""

    bodies: tuple[BodyTexts, ...]
    waiting: tuple[Document, ...]  # not read yet, or being read
    failed: tuple[Document, ...]
    count: int
    left: int
    instructions: int

    @classmethod
    def load(cls) -> TextsPage:
        texts = list(_texts())
        by_body: dict[Body, list[Held]] = defaultdict(list)
        for held in texts:
            by_body[held.resolution.body].append(held)
        documents = list(
            Document.objects.exclude(state=Document.State.READ).select_related("received_by").order_by("-received_at")
        )
        failed = tuple(one for one in documents if one.state == Document.State.FAILED)
        return cls(
            bodies=tuple(BodyTexts(body, tuple(held)) for body, held in by_body.items()),
            waiting=tuple(one for one in documents if one not in failed),
            failed=failed,
            count=len(texts),
            left=sum(one.left for one in texts),
            instructions=sum(one.instructions for one in texts),
        )


def _texts() -> Iterator[Held]:
    versions: dict[int, list[Version]] = defaultdict(list)
    for version in Version.objects.order_by("position").select_related("resolution"):
        versions[version.resolution_id].append(version)
    instructions = _counts(Instruction.objects.open(), "resolution")
    left = _counts(Suggestion.objects.undecided(), "version")
    doubts = _counts(Doubt.objects.filter(answer=""), "version")
    for resolution in Resolution.objects.select_related("body").order_by("body__name", "number", "key"):
        line = versions[resolution.pk]
        waits = [one for one in line if left.get(one.pk) or doubts.get(one.pk)]
        yield Held(
            resolution=resolution,
            versions=tuple(line),
            matters=version_that_matters(line),
            instructions=instructions.get(resolution.pk, 0),
            left=sum(left.get(one.pk, 0) for one in line),
            doubts=sum(doubts.get(one.pk, 0) for one in line),
            review=waits[-1] if waits else None,
        )


def _counts(rows, name: str) -> dict[int, int]:
    """How many rows there are by the key of `name`."""
    return dict(rows.order_by().values_list(name).annotate(count=Count("pk")))
