"""What happened to a member's tasks since their last letter, by others: said, moved, remarked, put off.

Fetched for many members in a few queries of slim rows, told to each in sentences.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mandates.actions import plans, status
from mandates.models import Comment, Member, Session, StatusUpdate, Task
from mandates.models.addresses import session_name
from mandates.views.task_rows import who_said

from .chosen import SHOWN
from .parts import LONGEST_WORDS, Line, day_in_words, path_to, safe
from .whose import Whose

Kind = StatusUpdate.Kind
# What is told one by one. A session that moved is told once, not for each of its tasks.
TOLD = (
    Kind.SAID, Kind.SUBMITTED, Kind.APPROVED, Kind.RETURNED, Kind.NOTHING_DUE, Kind.REOPENED, Kind.REDATED,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Slim:
    """An update, as far as it takes to see whom it concerns."""

    key: int
    task: int
    lead: int | None
    instruction: int
    resolution: int
    by: int
    at: datetime


def slim_updates(units: Collection[int], followed: Q, since: datetime, now: datetime) -> list[Slim]:
    """What happened to tasks that these units lead, or that are `followed`, newest first. One query."""
    found = (
        StatusUpdate.objects.filter(Q(task__lead__in=units) | followed, kind__in=TOLD, at__gt=since, at__lte=now)
        .order_by("-at", "-pk")
        .values_list("pk", "task", "task__lead", "task__instruction", "task__instruction__resolution", "by", "at")
    )
    return [Slim(*row) for row in found]


def newest_of_each(updates: Sequence[Slim]) -> list[Slim]:
    """Of each task the newest, in the order in which they come."""
    seen: set[int] = set()
    return [one for one in updates if not (one.task in seen or seen.add(one.task))]  # type: ignore[func-returns-value]


# ── Sessions ─────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Moved:
    """A session before and after it was changed, and how many open tasks of each unit are tied to it."""

    at: datetime
    session: Session
    before: Session
    after: Session
    tied: Mapping[int | None, int]


def moved_sessions(since: datetime, now: datetime) -> list[Moved]:
    """Sessions whose dates, document deadline or state were changed, oldest first. Two queries, three with some."""
    changed = Session.history.filter(history_date__gt=since, history_date__lte=now, history_type="~")
    keys = set(changed.order_by().values_list("id", flat=True))
    if not keys:
        return []
    sessions = Session.objects.select_related("body").in_bulk(keys)
    tied: dict[int, dict[int | None, set[int]]] = defaultdict(lambda: defaultdict(set))
    tasks = Task.objects.open().filter(Q(session__in=keys) | Q(first_stop__in=keys))
    for task, lead, *held in tasks.order_by().values_list("pk", "lead", "session", "first_stop"):
        for key in keys & set(held):
            tied[key][lead].add(task)
    found = []
    before: dict[int, Session] = {}
    for row in Session.history.filter(id__in=keys, history_date__lte=now).order_by("history_date", "history_id"):
        after, older = row.instance, before.get(row.id)
        before[row.id] = after
        if older is None or row.history_date <= since or row.id not in sessions or _says(older) == _says(after):
            continue
        counts = {lead: len(tasks) for lead, tasks in tied[row.id].items()}
        found.append(Moved(row.history_date, sessions[row.id], older, after, counts))
    return found


def _says(session: Session) -> tuple:
    return (session.starts, session.ends, session.precision, session.document_deadline, session.state)


def _moved_line(one: Moved, mine: int) -> Line:
    words = {"session": session_name(one.session), "old": one.before.dates, "new": one.after.dates}
    if one.after.state == Session.State.CANCELLED and one.before.state != Session.State.CANCELLED:
        said = _("%(session)s was cancelled.") % words
    elif words["old"] != words["new"]:
        said = _("%(session)s moved from %(old)s to %(new)s.") % words
    elif one.before.document_deadline != one.after.document_deadline:
        last = one.after.document_deadline
        said = (
            _("The document deadline of %(session)s is now %(day)s.") % {**words, "day": day_in_words(last)}
            if last
            else _("The document deadline of %(session)s is open again.") % words
        )
    else:
        said = _("%(session)s, %(new)s, is now %(state)s.") % {**words, "state": one.after.get_state_display()}
    tied = ngettext("%(n)d of your open tasks goes to it.", "%(n)d of your open tasks go to it.", mine) % {"n": mine}
    return Line(f"{said} {tied}", path_to("session", one.session.code), words["session"])


# ── The news of many, and of one ─────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class News:
    """What happened in a time, besides the updates of which `slim_updates` told. Five queries at most."""

    now: datetime
    updates: Mapping[int, StatusUpdate]  # those that are told, whole
    remarks: Mapping[int, Sequence[Comment]]  # member → comments of others that name them
    moved: Sequence[Moved]

    @classmethod
    def of(cls, members: Sequence[Member], told: Iterable[int], since: datetime, now: datetime) -> News:
        """`told` are the keys of the updates that some letter tells."""
        updates = StatusUpdate.objects.filter(pk__in=set(told)).select_related(
            "by", "on_behalf_of", "task__instruction"
        )
        remarks: dict[int, list[Comment]] = defaultdict(list)
        mentions = Comment.mentions.through.objects.filter(
            member__in=members, comment__at__gt=since, comment__at__lte=now
        )
        for mention in mentions.select_related("comment__by", "comment__task__instruction").order_by("comment__at"):
            if mention.comment.by_id != mention.member_id:
                remarks[mention.member_id].append(mention.comment)
        return cls(now, {one.pk: one for one in updates}, remarks, moved_sessions(since, now))

    def concerns(self, whose: Whose, since: datetime) -> bool:
        """Whether there is news for the member besides updates."""
        return bool(self.lines(whose, (), since))

    def lines(self, whose: Whose, mine: Sequence[Slim], since: datetime) -> tuple[Line, ...]:
        """What happened to theirs, in sentences; `mine` are the updates that concern them."""
        return (
            *self._posts(whose, since),
            *self._sessions(whose, since),
            *(self._remark(one) for one in self.remarks.get(whose.member.pk, ()) if one.at > since),
            *(self.update_line(one) for one in mine[:SHOWN]),
            *_rest(len(mine) - SHOWN),
        )

    def _posts(self, whose: Whose, since: datetime) -> Iterator[Line]:
        for held in whose.posts:
            if not held.deputises and held.since > plans.today(since):
                words = {"post": held.name, "day": day_in_words(held.since)}
                said = _("Since %(day)s you hold the post %(post)s.") % words
                yield Line(said, held.unit.get_absolute_url(), words["post"])

    def _sessions(self, whose: Whose, since: datetime) -> Iterator[Line]:
        for one in self.moved:
            mine = sum(n for lead, n in one.tied.items() if lead in whose.units)
            if one.at > since and mine:
                yield _moved_line(one, mine)

    def _remark(self, comment: Comment) -> Line:
        words = {
            "who": safe(comment.by),
            "title": safe(comment.task.instruction.title),
            "words": safe(comment.words, LONGEST_WORDS),
        }
        said = _("%(who)s names you in a comment on “%(title)s”: “%(words)s”") % words
        return Line(said, f"{comment.task.get_absolute_url()}#timeline", words["title"])

    def update_line(self, one: Slim) -> Line:
        """ "Report to CSTD 30: In progress → At risk, Tomás Rivera, 20 Nov. “Text final.”" """
        said = self.updates[one.key]
        words = {
            "title": safe(said.task.instruction.title),
            "what": status.happened(said=said),
            "who": who_said(said, self.now),
            "words": safe(said.words, LONGEST_WORDS),
        }
        sentence = _("%(title)s: %(what)s (%(who)s).") % words
        if said.words:
            sentence = _("%(title)s: %(what)s (%(who)s). “%(words)s”") % words
        return Line(sentence, said.task.get_absolute_url(), words["title"])


def by_unit(updates: Sequence[Slim]) -> dict[int | None, list[Slim]]:
    """What happened, by the unit that leads the task."""
    found: dict[int | None, list[Slim]] = defaultdict(list)
    for one in updates:
        found[one.lead].append(one)
    return found


def of_units(by_unit: Mapping[int | None, Sequence[Slim]], whose: Whose, since: datetime) -> list[Slim]:
    """The newest update of each task that their units lead, made by others since then, newest first."""
    found = [
        one
        for unit in whose.units & by_unit.keys()
        for one in by_unit[unit]
        if one.at > since and one.by != whose.member.pk
    ]
    return newest_of_each(sorted(found, key=lambda one: (one.at, one.key), reverse=True))


def _rest(n: int) -> Iterator[Line]:
    if n > 0:
        words = ngettext("And %(n)d more task on which others spoke.", "And %(n)d more tasks on which others spoke.", n)
        yield Line(words % {"n": n}, path_to("my-work"))
