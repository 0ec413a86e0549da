"""Who leads an instruction now and did not before, and posts that changed hands."""

from __future__ import annotations

from collections import defaultdict
from functools import partial
from typing import Any

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from mandates.models import Assignment, Holding

from .ground import Ground, who_did
from .said import Draft, Listed, Sentence
from .scope import Scope

LEAD = Assignment.Part.LEAD


def leads(scope: Scope) -> tuple[Listed, frozenset[int]]:
    """Instructions that another unit leads than before, and the keys of all whose lead was touched. Two queries.

    The first lead of an instruction that came in the period is part of what is new, and not told here.
    """
    period, since = scope.period, scope.period.since.moment.now
    touched = Assignment.history.filter(
        scope.instructions("instruction__"), **period.named("history_date"), part=LEAD, confirmed_at__isnull=False
    )
    keys = frozenset(touched.values_list("instruction_id", flat=True))
    rows = Assignment.history.filter(instruction_id__in=keys, history_date__lte=period.until.moment.now)
    stood: dict[int, dict[int, Any]] = defaultdict(dict)  # instruction → the assignments that stand
    was: dict[int, Any] = {}
    last: dict[int, Any] = {}
    for row in rows.select_related("history_user", "unit", "instruction").order_by("history_date", "history_id"):
        key, standing = row.instruction_id, stood[row.instruction_id]
        before = _lead(standing)
        if row.history_type == "-":
            standing.pop(row.id, None)
        else:
            standing[row.id] = row
        after = _lead(standing)
        if row.history_date <= since:
            was[key] = after
            continue
        if key not in was and row.instruction.created_at <= since:
            was[key] = None
        if key in was and _unit(before) != _unit(after):
            last[key] = row
        elif after is not None:
            was.setdefault(key, after)  # the first lead of what is new
    drafts = []
    for key, row in sorted(last.items()):
        before, after = was[key], _lead(stood[key])
        if _unit(before) != _unit(after):
            drafts.append(Draft(partial(_led, before, after, row), instructions=(key,)))
    return Listed(drafts), keys


def _lead(standing: dict[int, Any]) -> Any:
    return next((row for row in standing.values() if row.part == LEAD and row.confirmed_at), None)


def _unit(lead: Any) -> int | None:
    return lead.unit_id if lead else None


def _led(before: Any, after: Any, last: Any, ground: Ground) -> Sentence:
    words = {"before": before.unit if before else "", "after": after.unit if after else ""}
    if after is None:
        says = _("no unit leads it any more; %(before)s did.") % words
    elif before is None:
        says = _("%(after)s leads it; nobody did before.") % words
    else:
        says = _("%(after)s leads it; %(before)s did.") % words
    why = last.history_change_reason or ""
    return Sentence(
        mark="move",
        about=ground.title(last.instruction_id),
        url=reverse("instruction", args=[last.instruction_id]),
        says=says,
        quote="" if why == _("confirmed") else why,
        address=ground.address(last.instruction_id),
        who=who_did(last.history_user, last.history_date),
    )


def holdings(scope: Scope) -> Listed:
    """Posts that people gave to somebody else, or left vacant. Two queries."""
    if not scope.units_only:
        return Listed([])
    rows = Holding.history.filter(**scope.period.named("history_date"), history_user__isnull=False)
    if scope.values.get("unit"):
        rows = rows.filter(post__unit__in=scope.units)
    changed: dict[int, Any] = {}
    for row in rows.select_related("history_user", "member", "post__unit").order_by("history_date", "history_id"):
        changed[row.post_id] = row
    kept = Holding.history.filter(post__in=changed, history_date__lte=scope.period.until.moment.now)
    stood = {row.id: row for row in kept.select_related("member").order_by("history_date", "history_id")}
    held: dict[int, list[Any]] = defaultdict(list)
    for one in sorted(stood.values(), key=lambda row: (row.since, row.id)):
        if one.history_type != "-":
            held[one.post_id].append(one)
    return Listed(Draft(partial(_post, row, held[key])) for key, row in sorted(changed.items()))


def _post(last: Any, held: list[Any], _ground: Ground) -> Sentence:
    """Who holds a post, from when, and after whom."""
    now = held[-1] if held else None
    if now is None or now.until is not None:
        day = date_format(now.until, "j F Y") if now and now.until else ""
        words = {"who": now.member if now else "", "day": day}
        says = _("vacant; %(who)s held it until %(day)s.") % words if now else _("vacant.")
    else:
        words = {
            "who": now.member,
            "day": date_format(now.since, "j F Y"),
            "before": held[-2].member if held[1:] else "",
        }
        says = (_("%(who)s from %(day)s, after %(before)s.") if held[1:] else _("%(who)s from %(day)s.")) % words
    return Sentence(
        mark="move",
        about=str(last.post),
        url=last.post.unit.get_absolute_url(),
        says=says,
        quote=last.history_change_reason or "",
        who=who_did(last.history_user, last.history_date),
    )
