"""What lies beside a task when its row is drawn: the last words, who handed it in, how early its papers are due.

It comes with the task in one query, as a page of fifty rows would else ask for each by a query more.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce, JSONObject

from mandates.actions import status
from mandates.models import Assignment, LeadTime, Member, StatusUpdate, Task
from mandates.models.prepared import OneOf, Prepared

Kind = StatusUpdate.Kind
SPOKEN = (*sorted(status.SPEAKS), Kind.APPROVED, Kind.RETURNED)  # what people said of it; moves are its life around it


@dataclass(frozen=True, slots=True)
class Said:
    """What was said of a task, as a row tells it: by whom and for whom by name."""

    pk: int
    kind: str
    after: str
    words: str
    at: datetime
    by: str
    on_behalf_of: str

    @classmethod
    def laid(cls, beside: Mapping[str, Any] | None) -> Said | None:
        """From what `laid_beside` lays beside a task; None where nothing was said."""
        if beside is None:
            return None
        at = datetime.fromisoformat(beside["at"])
        return cls(
            pk=beside["pk"],
            kind=beside["kind"],
            after=beside["after"],
            words=beside["words"],
            at=at if at.tzinfo else at.replace(tzinfo=UTC),  # SQLite keeps moments without their zone
            by=_called(beside["by"], beside["by_first"], beside["by_last"]),
            on_behalf_of=_called(beside["for"], beside["for_first"], beside["for_last"]) if beside["for"] else "",
        )


@lru_cache(maxsize=4096)
def _called(username: str, first: str, last: str) -> str:
    return str(Member(username=username, first_name=first, last_name=last))


_SAID = JSONObject(
    pk="pk", kind="kind", after="after", words="words", at="at",
    by="by__username", by_first="by__first_name", by_last="by__last_name",
    **{"for": "on_behalf_of__username"}, for_first="on_behalf_of__first_name", for_last="on_behalf_of__last_name",
)  # fmt: skip


def laid_beside(task: str = "pk", *, until: datetime | None = None) -> dict[str, Subquery]:
    """What a row says beside the columns of its task, in the same query: the last word, the last one in words, who
    handed in what waits for approval, and how many days before a session of the body that it goes to papers are due.

    `task` is the column with its key; `until` leaves aside what was said later.
    """
    spoken = StatusUpdate.objects.filter(task=OuterRef(task), kind__in=SPOKEN).order_by("-at", "-pk")
    if until is not None:
        spoken = spoken.filter(at__lte=until)
    submitted = StatusUpdate.objects.filter(
        task=OuterRef(task), kind=Kind.SUBMITTED, at=OuterRef("submitted_at")
    ).order_by("-pk")
    lead_times = LeadTime.objects.filter(
        body=Coalesce(OuterRef("first_stop__body"), OuterRef("session__body")), step=LeadTime.Step.DOCUMENT
    )
    return {
        "last_said": Subquery(spoken.values(said=_SAID)[:1]),
        "last_worded": Subquery(spoken.exclude(words="").values(said=_SAID)[:1]),
        "submission": Subquery(submitted.values(who=JSONObject(by="by_id", other="on_behalf_of_id"))[:1]),
        "document_days": Subquery(lead_times.order_by().values("days")[:1]),
    }


# Of what stands beside a task only what a row says; the rest would be read and taken apart fifty times for nothing.
TIED = ("instruction", "session__body", "first_stop__body", "schedule", "lead", "submitted_by")
SESSION = (
    "code", "name", "number", "year", "starts", "ends", "precision", "place", "state", "document_deadline",
    "body__code", "body__short_name",
)  # fmt: skip
LEFT = (
    "instruction__title",
    *(f"{session}__{name}" for session in ("session", "first_stop") for name in SESSION),
    "schedule__recurrence",
    "lead__abbr",
    *(f"submitted_by__{name}" for name in ("username", "first_name", "last_name")),
)


def _listed() -> QuerySet[Task]:
    helped = Assignment.objects.filter(
        instruction=OuterRef("instruction"), unit__in=OneOf("units"), confirmed_at__isnull=False
    )
    own = [field.name for field in Task._meta.concrete_fields]
    return (
        Task.objects.filter(pk__in=OneOf("keys"))
        .order_by()
        .select_related(*TIED)
        .only(*own, *LEFT)
        .annotate(**laid_beside(), is_helped=Exists(helped))
    )


LISTED = Prepared(_listed)
