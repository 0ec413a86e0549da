"""What did not change and should have, beside the clocks: suggestions undecided, lines without role and task."""

from __future__ import annotations

from functools import partial

from django.db.models import Count, Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mandates.models import ActionLine, LineTag, Task, Version

from .ground import Ground, day_of
from .said import Draft, Listed, Sentence
from .scope import Scope


def undecided(scope: Scope) -> Listed:
    """Versions read before the period in which suggestions still waited at its end. One query."""
    if not set(scope.values) <= {"resolution"}:
        return Listed([])
    until = scope.period.until.moment.now
    waits = Q(suggestions__decided_at=None) | Q(suggestions__decided_at__gt=until)
    rows = Version.objects.filter(document__read_at__lte=scope.period.since.moment.now)
    if text := scope.values.get("resolution"):
        rows = rows.filter(resolution__slug=text)
    rows = rows.annotate(left=Count("suggestions", filter=waits)).filter(left__gt=0)
    return Listed(
        Draft(partial(_version, row, row.left))
        for row in rows.select_related("resolution__body", "document").order_by("resolution__key", "position")
    )


def _version(row: Version, left: int, _ground: Ground) -> Sentence:
    says = ngettext("%(n)d suggestion still waits to be decided.", "%(n)d suggestions still wait to be decided.", left)
    read = row.document.read_at if row.document else None
    return Sentence(
        mark="same",
        about=f"{row.resolution}, {row.label}",
        url=reverse("review", args=[row.resolution.slug, row.slug]),
        says=says % {"n": left},
        notes=(_("read on %(day)s") % {"day": day_of(read)},) if read else (),
        who=_("with the coordinator"),
    )


def lines(scope: Scope) -> Listed:
    """Action lines for which no role of the house is named and that have no task. One query.

    As of now only: nobody keeps when a role was named.
    """
    if not scope.is_whole or not scope.period.is_now:
        return Listed([])
    tagged = LineTag.objects.filter(
        Q(action_line=OuterRef("pk")) | Q(action_line__parent=OuterRef("pk")),
        instruction__in=Task.objects.values("instruction"),
    )
    rows = ActionLine.objects.filter(itu_role="", parent=None).exclude(Exists(tagged)).order_by("position")
    return Listed(Draft(partial(_line, row)) for row in rows)


def _line(row: ActionLine, _ground: Ground) -> Sentence:
    return Sentence(
        mark="same",
        about=str(row),
        url=f"{reverse('instructions')}?line={row.code}",
        says=_("no role of ours is named in it, and it has no task."),
    )
