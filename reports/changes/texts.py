"""New instructions, instructions in new words, those that fell away; new versions of texts, and what became of them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mandates.models import Addressing, Instruction, LineTag, Paragraph, Place, Version
from mandates.models.addresses import address_of
from reports import wording
from reports.history import COMPARED
from reports.wording import Stretch

from .ground import Ground, who_did
from .said import Draft, Listed, Sentence
from .scope import Scope

CLOSED = Instruction.State.CLOSED
Change = Paragraph.Change
KEPT_BESIDE = 6  # words of what stands on each side of a change that are shown
OMITTED = " […] "  # the usual sign for words left out


@dataclass(frozen=True)
class New:
    """Instructions made in the period, in the order of the texts."""

    scope: Scope

    def rows(self) -> QuerySet[Instruction]:
        made = Instruction.objects.filter(self.scope.instructions(), **self.scope.period.named("created_at"))
        return made.exclude(pk__in=fell_away(self.scope)).order_by("resolution__key", "pk")

    def count(self) -> int:
        return self.rows().count()

    def drafts(self, start: int, stop: int) -> list[Draft]:
        rows = list(self.rows().select_related("created_by")[start:stop])
        asked: dict[int, list[str]] = defaultdict(list)
        for key, name in (
            Addressing.objects.filter(instruction__in=rows)
            .order_by("pk")
            .values_list("instruction_id", "addressee__name")
        ):
            asked[key].append(name)
        return [Draft(partial(_new, row, asked[row.pk]), instructions=(row.pk,)) for row in rows]


def _new(row: Instruction, asked: list[str], ground: Ground) -> Sentence:
    address = ground.address(row.pk)
    words = {"force": row.force, "whom": ", ".join(asked)}
    says = _("%(force)s, addressed to %(whom)s") % words if asked else row.force
    when = next((when for when in ground.whens.get(row.pk, ()) if when.what), None)
    if when is not None:
        says = _("%(says)s; due: %(when)s") % {"says": says, "when": _due(when)}
    proposed = address is not None and address.proposed
    return Sentence(
        mark="new",
        about=row.title,
        url=row.get_absolute_url(),
        says=(_("proposed: %(says)s.") if proposed else _("new: %(says)s.")) % {"says": says},
        address=address,
        unit=", ".join(ground.leads.get(row.pk, ())) or _("no lead unit"),
        who=who_did(row.created_by, row.created_at),
    )


def _due(when: Any) -> str:
    return ", ".join(part for part in (when.what, when.dates if when.vague or when.dates != when.what else "") if part)


# ── Fell away ────────────────────────────────────────────────────────────────────────────────────────────────────


def fell_away(scope: Scope) -> QuerySet[Instruction, int]:
    """The keys of instructions that are closed at the end of the period and were not at its beginning."""
    history = Instruction.history.model.objects
    period = scope.period

    def last(at: Any) -> Subquery:
        rows = history.filter(id=OuterRef("pk"), history_date__lte=at).order_by("-history_date", "-history_id")
        return Subquery(rows.values("state")[:1])

    touched = history.filter(**period.named("history_date"), state=CLOSED).values("id")
    rows = Instruction.objects.filter(scope.instructions(), pk__in=touched).annotate(
        was=last(period.since.moment.now), now=last(period.until.moment.now)
    )
    return rows.filter(~Q(was=CLOSED) | Q(was=None), now=CLOSED).values_list("pk", flat=True)


@dataclass(frozen=True)
class Gone:
    """Instructions that fell away in the period."""

    scope: Scope

    def rows(self) -> QuerySet[Instruction]:
        return Instruction.objects.filter(pk__in=fell_away(self.scope)).order_by("resolution__key", "pk")

    def count(self) -> int:
        return self.rows().count()

    def drafts(self, start: int, stop: int) -> list[Draft]:
        keys = list(self.rows().values_list("pk", flat=True)[start:stop])
        history = Instruction.history.model.objects.filter(id__in=keys, state=CLOSED)
        rows = history.filter(**self.scope.period.named("history_date")).select_related("history_user")
        closed = {row.id: row for row in rows.order_by("history_date", "history_id")}
        return [Draft(partial(_gone, closed[key]), instructions=(key,)) for key in keys]


def _gone(row: Any, ground: Ground) -> Sentence:
    count = ground.overtaken[row.id]
    tasks = ngettext("%(n)d task overtaken", "%(n)d tasks overtaken", count) % {"n": count} if count else ""
    return Sentence(
        mark="gone",
        about=row.title,
        url=reverse("instruction", args=[row.id]),
        says=_("falls away."),
        quote=row.history_change_reason or "",
        address=ground.address(row.id),
        notes=(tasks,) if tasks else (),
        who=who_did(row.history_user, row.history_date),
    )


# ── In new words ─────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Reworded:
    """Instructions held before whose paragraph has other words in a version that was laid down in the period."""

    scope: Scope

    def rows(self) -> QuerySet[Place]:
        laid = Version.history.filter(**self.scope.period.named("history_date"), history_type="+").values("id")
        earlier = Place.objects.filter(
            instruction=OuterRef("instruction"),
            paragraph__version__position__lt=OuterRef("paragraph__version__position"),
        )
        return (
            Place.objects.filter(self.scope.instructions("instruction__"), Exists(earlier))
            .filter(instruction__created_at__lte=self.scope.period.since.moment.now)
            .filter(paragraph__version__in=laid, paragraph__change__in=(Change.REWORDED, Change.MOVED))
            .exclude(instruction__in=fell_away(self.scope))
            .exclude(Q(paragraph__predecessor__isnull=False, paragraph__text=_words_before()))
            .order_by(
                "paragraph__version__resolution__key", "paragraph__version__position", "paragraph__position", "pk"
            )
        )

    def count(self) -> int:
        return self.rows().count()

    def drafts(self, start: int, stop: int) -> list[Draft]:
        rows = self.rows().select_related("instruction", "paragraph")[start:stop]
        return [Draft(partial(_reworded, row), instructions=(row.instruction_id,)) for row in rows]


def _words_before() -> Subquery:
    return Subquery(Paragraph.objects.filter(pk=OuterRef("paragraph__predecessor")).values("text")[:1])


def _reworded(row: Place, ground: Ground) -> Sentence:
    placed = next((one for one in ground.places.get(row.instruction_id, ()) if one.pk == row.pk), None)
    return Sentence(
        mark="word",
        about=row.instruction.title,
        url=row.instruction.get_absolute_url(),
        says=_("in new words:"),
        words=tuple(around_changes(wording.redlined(row.paragraph, wording.Places()))),
        address=address_of(placed.paragraph) if placed else None,
        unit=", ".join(ground.leads.get(row.instruction_id, ())),
    )


def around_changes(stretches: tuple[Stretch, ...]) -> Iterator[Stretch]:
    """The changed words of a text with a few beside them; what else stands there is left out, and the sign says so."""
    last = len(stretches) - 1
    for number, one in enumerate(stretches):
        words = one.text.split(" ")
        if one.side != "both" or len(words) <= 2 * KEPT_BESIDE + 2:
            yield one
            continue
        head = "" if number == 0 else " ".join(words[:KEPT_BESIDE])
        tail = "" if number == last else " ".join(words[-KEPT_BESIDE:])
        yield Stretch(head + (OMITTED if head and tail else "[…] " if tail else " […]") + tail)


# ── Edited by people ─────────────────────────────────────────────────────────────────────────────────────────────


def edited(scope: Scope) -> Listed:
    """Instructions held before that people edited, and whose fields differ from what they were; those that were given
    another action line. Three queries."""
    period = scope.period
    history = Instruction.history.model.objects
    since, until = period.since.moment.now, period.until.moment.now
    edits = history.filter(**period.named("history_date"), history_type="~").values("id")
    held = Instruction.objects.filter(scope.instructions(), created_at__lte=since)
    rows = history.filter(id__in=edits, history_date__lte=until).filter(id__in=held.values("pk"))
    was: dict[int, Any] = {}
    now: dict[int, Any] = {}
    for row in rows.select_related("history_user").order_by("history_date", "history_id"):
        (was if row.history_date <= since else now)[row.id] = row
    fields = {key: _differences(was[key], row) for key, row in now.items() if key in was}
    tags = _retagged(scope, held)
    drafts = []
    for key in sorted({key for key, said in fields.items() if said} | tags.keys()):
        row = now.get(key)
        drafts.append(
            Draft(partial(_edited, key, [*fields.get(key, ()), *tags.get(key, ())], row), instructions=(key,))
        )
    return Listed(drafts)


def _differences(was: Any, now: Any) -> list[str]:
    """ "the deliverable was “report”, is “study”" for each field that differs."""
    found = []
    for name, words in COMPARED.items():
        before, after = (", ".join(map(str, value)) if isinstance(value, list) else str(value or "")
                         for value in (getattr(was, name), getattr(now, name)))  # fmt: skip
        if before != after:
            said = {"what": words, "before": before or "–", "after": after or "–"}
            found.append(_("%(what)s was “%(before)s”, is “%(after)s”") % said)
    return found


def _retagged(scope: Scope, held: QuerySet[Instruction]) -> dict[int, list[str]]:
    """Which action lines were added to instructions and taken away, each line by what it came to in the end."""
    rows = LineTag.history.filter(**scope.period.named("history_date"), instruction__in=held.values("pk"))
    events: dict[tuple[int, str], list[str]] = defaultdict(list)
    for key, code, kind in rows.order_by("history_date", "history_id").values_list(
        "instruction_id", "action_line__code", "history_type"
    ):
        events[key, code].append(kind)
    found: dict[int, list[str]] = defaultdict(list)
    for (key, code), kinds in sorted(events.items()):
        was, now = kinds[0] == "-", kinds[-1] != "-"
        if was != now:
            found[key].append((_("counts under %(line)s") if now else _("no longer under %(line)s")) % {"line": code})
    return found


def _edited(key: int, said: list[str], row: Any, ground: Ground) -> Sentence:
    return Sentence(
        mark="word",
        about=ground.title(key),
        url=reverse("instruction", args=[key]),
        says="; ".join(said) + ".",
        quote=(row.history_change_reason or "") if row else "",
        address=ground.address(key),
        unit=", ".join(ground.leads.get(key, ())),
        who=who_did(row.history_user, row.history_date) if row else "",
    )


# ── Versions ─────────────────────────────────────────────────────────────────────────────────────────────────────


def versions(scope: Scope) -> Listed:
    """Versions of texts that were brought in, or came to another state. Two queries."""
    if not set(scope.values) <= {"resolution"}:
        return Listed([])
    period = scope.period
    rows = Version.history.filter(**period.named("history_date")).select_related("history_user")
    events: dict[int, list[Any]] = defaultdict(list)
    for row in rows.order_by("history_date", "history_id"):
        events[row.id].append(row)
    held = Version.objects.filter(pk__in=events).select_related("resolution__body")
    if text := scope.values.get("resolution"):
        held = held.filter(resolution__slug=text)
    changes: dict[int, Counter[str]] = defaultdict(Counter)
    counted = Paragraph.objects.filter(version__in=held.values("pk")).order_by().values_list("version", "change")
    for key, change, count in counted.annotate(n=Count("pk")):
        changes[key][change] = count
    drafts = [
        Draft(partial(_version, version, events[version.pk], changes[version.pk]))
        for version in held.order_by("resolution__key", "position")
    ]
    return Listed(drafts)


def _version(version: Version, events: list[Any], changes: Counter[str], _ground: Ground) -> Sentence:
    last = events[-1]
    state = str(Version.State(last.state).label)
    brought = any(row.history_type == "+" for row in events)
    new, reworded, gone = changes[Change.NEW], changes[Change.REWORDED], changes[Change.GONE]
    counts = [
        ngettext("%(n)d paragraph new", "%(n)d paragraphs new", new) % {"n": new} if new else "",
        _("%(n)d reworded") % {"n": reworded} if reworded else "",
        _("%(n)d deleted") % {"n": gone} if gone else "",
    ]
    what = ", ".join(filter(None, counts)) if brought else ""
    says = (_("brought in, %(state)s") if brought else _("now %(state)s")) % {"state": state}
    return Sentence(
        mark="new" if brought else "move",
        about=f"{version.resolution}, {version.label}",
        url=f"{version.get_absolute_url()}?show=changes" if version.predecessor_id else version.get_absolute_url(),
        says=f"{says}: {what}." if what else f"{says}.",
        quote=last.history_change_reason or "",
        who=who_did(last.history_user, last.history_date),
    )
