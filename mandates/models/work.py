"""Work: who leads an instruction, which tasks come of it, by when, where each stands, and what was said of it."""

from __future__ import annotations

import secrets
from datetime import date, datetime
from pathlib import PurePosixPath

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from .bodies import Body, Session
from .instructions import Instruction, Schedule
from .kept import KeptByDay
from .people import Member, Unit
from .taxonomies import ActionLine
from .texts import Resolution


def history() -> HistoricalRecords:
    """History with room for a whole sentence of why."""
    return HistoricalRecords(history_change_reason_field=models.TextField(null=True))


class Assignment(models.Model):
    """That a unit leads an instruction, or contributes to it: suggested by rules, confirmed by a person.

    Changed by `actions.assignments`. An instruction has one confirmed lead at most: the database keeps it so.
    """

    class Part(models.TextChoices):
        LEAD = "lead", _("leads")
        CONTRIBUTES = "contributes", _("contributes")

    instruction = models.ForeignKey(Instruction, models.CASCADE, related_name="assignments")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="assignments")
    part = models.CharField(max_length=11, choices=Part.choices, default=Part.LEAD)
    why = models.CharField(_("why suggested"), max_length=200, blank=True)  # "named as addressee", "focal point of C2"
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True, blank=True)
    history = history()

    class Meta:
        ordering = ["instruction", "-part", "pk"]
        verbose_name = _("assignment")
        verbose_name_plural = _("assignments")
        constraints = [
            models.UniqueConstraint(fields=["instruction", "unit"], name="assigned_once"),
            models.UniqueConstraint(
                fields=["instruction"], condition=Q(part="lead", confirmed_at__isnull=False), name="one_confirmed_lead"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit} {self.get_part_display()}"


class LeadTime(models.Model):
    """How long before a body's deadline a step must be done: the plan is counted back with these.

    The document deadline is counted from the first day that the session could open; every other step from the
    document deadline.
    """

    class Step(models.TextChoices):
        INPUTS = "inputs", _("call for inputs")
        DRAFT = "draft", _("draft")
        CLEARANCE = "clearance", _("clearance")
        TRANSLATION = "translation", _("translation")
        DOCUMENT = "document", _("document deadline")

    body = models.ForeignKey(Body, models.CASCADE, related_name="lead_times")
    step = models.CharField(max_length=11, choices=Step.choices)
    days = models.PositiveSmallIntegerField(_("days before"))
    # Where it is not said, a step begins on the day after the step before it.
    lasts = models.PositiveSmallIntegerField(_("days that it lasts"), null=True, blank=True)
    source = models.TextField(_("source"), blank=True)
    history = HistoricalRecords()

    class Meta:
        ordering = ["body", "-days"]
        verbose_name = _("lead time")
        verbose_name_plural = _("lead times")
        constraints = [models.UniqueConstraint(fields=["body", "step"], name="one_lead_time_per_step")]

    def __str__(self) -> str:
        return f"{self.get_step_display()}: {self.days}"


class TaskQuerySet(models.QuerySet):
    def open(self) -> TaskQuerySet:
        return self.filter(is_open=True)

    def for_units(self, units) -> TaskQuerySet:
        """Tasks that these units lead."""
        return self.filter(lead__in=units)

    def overdue(self, today: date) -> TaskQuerySet:
        """Open tasks that are late on `today` and don't wait for an approval: `Task.is_overdue` as a query.

        Late is what has missed its date that matters; where the session's days are not known, the last day it can be.
        """
        late = Q(matters_on__lt=today) & (Q(late_after=None) | Q(late_after__lt=today))
        return self.open().filter(late, submitted_at=None)

    def due_by(self, today: date, last: date) -> TaskQuerySet:
        """Open tasks whose date that matters lies at `last` or before, and that are not overdue on `today`."""
        in_time = Q(matters_on__gte=today) | Q(late_after__gte=today)
        return self.open().filter(in_time, matters_on__lte=last, submitted_at=None)

    def silent(self, since: datetime, until: date) -> TaskQuerySet:
        """Open tasks without a word since then; one without any word counts from the day it was made.

        Those whose date lies after `until` are not silent: tasks are made years ahead, and nobody waits for a word yet.
        """
        quiet = Q(last_word_at__lt=since) | Q(last_word_at=None, created_at__lt=since)
        return self.open().filter(quiet, Q(matters_on=None) | Q(matters_on__lte=until))

    def waiting(self) -> TaskQuerySet:
        """Open tasks in which somebody else has the next move."""
        return self.open().filter(Q(submitted_at__isnull=False) | ~Q(waiting_for=""))

    def unreported(self) -> TaskQuerySet:
        """Tasks of which nobody has said a word."""
        return self.filter(last_word_at=None, submitted_at=None, delivered_on=None)


class Task(models.Model):
    """One occurrence of work owed: an instruction, a due session or date, a lead unit, a status.

    Made ahead by `actions.tasks.make_ahead`; its status changes through `actions.status` only. `due_on` is the day on
    which it is owed, `matters_on` the day that leads its row: the document deadline of the first session that it goes
    to. Where its days are not known, `matters_on` is the earliest that it can be and `late_after` the latest.
    Overdue and silent are derived from these, never stored. What is `dated_by_hand` no session and no schedule moves.
    """

    class Status(models.TextChoices):
        NONE = "none", _("No information")
        TODO = "todo", _("Not started")
        PROG = "prog", _("In progress")
        RISK = "risk", _("At risk")
        DONE = "done", _("Done")
        CONT = "cont", _("Continuing")
        OVER = "over", _("Overtaken")
        NOTUS = "notus", _("Not for us")

    CLOSED = (Status.DONE, Status.OVER, Status.NOTUS)

    instruction = models.ForeignKey(Instruction, models.CASCADE, related_name="tasks")
    schedule = models.ForeignKey(Schedule, models.SET_NULL, null=True, blank=True, related_name="tasks")
    occurrence = models.CharField(_("occurrence"), max_length=40, blank=True)  # "CSTD-30", "2027"; "" where it is one
    session = models.ForeignKey(Session, models.PROTECT, null=True, blank=True, related_name="tasks")
    first_stop = models.ForeignKey(Session, models.PROTECT, null=True, blank=True, related_name="passing_tasks")
    due_on = models.DateField(_("due"), null=True, blank=True)
    precision = models.CharField(max_length=5, choices=Session.Precision.choices, default=Session.Precision.DAY)
    matters_on = models.DateField(_("the date that matters"), null=True, blank=True)
    late_after = models.DateField(null=True, blank=True)
    dated_by_hand = models.BooleanField(_("dated by hand"), default=False)
    delivered_on = models.DateField(_("delivered"), null=True, blank=True)
    lead = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="tasks")
    status = models.CharField(_("status"), max_length=5, choices=Status.choices, default=Status.NONE)
    is_open = models.GeneratedField(  # a column of its own: an index serves it on both engines, and it cannot drift
        expression=models.Case(
            models.When(status__in=["done", "over", "notus"], then=models.Value(False)),
            default=models.Value(True),
            output_field=models.BooleanField(),
        ),
        output_field=models.BooleanField(),
        db_persist=True,
    )
    nothing_due = models.BooleanField(_("nothing due this time"), default=False)
    waiting_for = models.CharField(_("waiting for"), max_length=200, blank=True)
    waiting_since = models.DateTimeField(null=True, blank=True)
    submitted_by = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="+")
    submitted_at = models.DateTimeField(null=True, blank=True)  # set while a second person has to approve
    approved_by = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="+")
    approved_at = models.DateTimeField(null=True, blank=True)
    last_word_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()
    revision = models.PositiveIntegerField(default=1)
    history = KeptByDay(
        also=(
            models.Index(
                fields=["history_date", "id"], condition=Q(history_type="+"), name="task_made"
            ),  # all of a day
            models.Index(fields=["is_open", "matters_on"], name="task_ahead"),  # what was due next on a day
        )
    )

    objects = TaskQuerySet.as_manager()

    class Meta:
        ordering = ["matters_on", "pk"]
        verbose_name = _("task")
        verbose_name_plural = _("tasks")
        constraints = [
            models.UniqueConstraint(fields=["schedule", "occurrence"], name="one_task_per_occurrence"),
            models.UniqueConstraint(
                fields=["instruction"], condition=Q(schedule=None, occurrence=""), name="one_undated_task"
            ),
            models.CheckConstraint(
                condition=Q(late_after=None) | Q(matters_on__isnull=False, late_after__gt=models.F("matters_on")),
                name="latest_day_after_the_earliest",
            ),
        ]
        indexes = [
            models.Index(fields=["lead", "is_open", "matters_on"]),  # My work
            models.Index(fields=["is_open", "matters_on", "id"]),  # overdue and due soon, over all
            models.Index(fields=["session", "is_open"]),  # a session moves
            models.Index(fields=["first_stop", "is_open"]),  # so does one on the way
            # what waits for approval: few of many
            models.Index(fields=["submitted_at"], condition=Q(submitted_at__isnull=False), name="task_to_approve"),
        ]

    def __str__(self) -> str:
        return f"{self.instruction} ({self.occurrence})" if self.occurrence else str(self.instruction)

    def get_absolute_url(self) -> str:
        return reverse("task", args=[self.pk])

    @property
    def to_approve(self) -> bool:
        return self.submitted_at is not None

    @property
    def is_vague(self) -> bool:
        """Whether the date that matters is only the earliest it can be, as its session's days are not known."""
        return self.late_after is not None

    def is_overdue(self, today: date) -> bool:
        """Whether it is late on `today`, the day at the seat (`plans.today`). `TaskQuerySet.overdue` as a question."""
        last = self.late_after or self.matters_on
        return self.status not in self.CLOSED and self.submitted_at is None and last is not None and last < today

    @property
    def state_words(self) -> str:
        """Where it stands, as the mark says it: "Done, to approve" while a second person has to look."""
        if self.to_approve:
            return gettext("Done, to approve")
        if self.nothing_due:
            return gettext("Nothing due this time")
        return str(self.Status(self.status).label)

    def days_late(self, today: date) -> int:
        """Days since the last day on which it was in time; 0 where it is not overdue."""
        last = self.late_after or self.matters_on
        return (today - last).days if last and self.is_overdue(today) else 0

    def days_silent(self, now: datetime) -> int:
        """Whole days since the last word, or since it was made where nobody has spoken; 0 once it is closed."""
        if self.status in self.CLOSED:
            return 0
        return max(0, (now - (self.last_word_at or self.created_at)).days)


class StatusUpdate(models.Model):
    """A fact: what was said of a task, or what happened to it, by whom, when. Never changed once written.

    `said` and `confirmed` are words of people and keep a task from being silent; the others are its life around them.
    """

    class Kind(models.TextChoices):
        SAID = "said", _("said where it stands")
        CONFIRMED = "confirmed", _("said that it still stands so")
        SUBMITTED = "submitted", _("submitted for approval")
        APPROVED = "approved", _("approved")
        RETURNED = "returned", _("returned")
        NOTHING_DUE = "nothing due", _("nothing due this time")
        REOPENED = "reopened", _("opened again")
        REASSIGNED = "reassigned", _("given to another unit")
        REDATED = "redated", _("given another date")
        MOVED = "moved", _("its session moved")

    task = models.ForeignKey(Task, models.CASCADE, related_name="updates")
    kind = models.CharField(max_length=11, choices=Kind.choices)
    before = models.CharField(_("status before"), max_length=5, choices=Task.Status.choices, blank=True)
    after = models.CharField(_("status after"), max_length=5, choices=Task.Status.choices, blank=True)
    words = models.TextField(_("in a sentence"), blank=True)
    by = models.ForeignKey(Member, models.PROTECT, related_name="updates")
    on_behalf_of = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField()
    # The form's own number: a double click, a reload or a retry brings the same one, and has no second effect.
    token = models.CharField(max_length=40, null=True, blank=True, unique=True)

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name = _("status update")
        verbose_name_plural = _("status updates")
        indexes = [models.Index(fields=["task", "-at"])]  # the timeline

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.words}" if self.words else str(self.get_kind_display())


def evidence_name(evidence: Evidence, original: str) -> str:
    """A random name; of what the uploader called the file only a short, plain ending is kept."""
    ending = PurePosixPath(original.replace("\\", "/")).suffix.lower()
    return f"evidence/{secrets.token_hex(16)}{ending if ending[1:].isalnum() and len(ending) <= 6 else '.bin'}"


class Evidence(models.Model):
    """What shows that a task was done: a link or a file, internal or public. Added by `actions.evidence`."""

    task = models.ForeignKey(Task, models.CASCADE, related_name="evidence")
    update = models.ForeignKey(StatusUpdate, models.SET_NULL, null=True, blank=True, related_name="evidence")
    link = models.CharField(_("link or document number"), max_length=500, blank=True)
    file = models.FileField(_("file"), upload_to=evidence_name, max_length=120, blank=True)
    original_name = models.CharField(_("name of the file"), max_length=255, blank=True)
    size = models.PositiveBigIntegerField(default=0)
    is_public = models.BooleanField(_("public"), default=False)
    by = models.ForeignKey(Member, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    history = history()

    class Meta:
        ordering = ["at", "pk"]
        verbose_name = _("evidence")
        verbose_name_plural = _("evidence")
        constraints = [models.CheckConstraint(condition=~Q(link="") | ~Q(file=""), name="evidence_is_a_link_or_a_file")]

    def __str__(self) -> str:
        return self.link or self.original_name

    @property
    def href(self) -> str:
        """The address to follow; "" where the link is a document number ("C26/59"), or where it is a file."""
        return followable(self.link)


def followable(link: str) -> str:
    """A link as an address to follow; "" where it is a document number."""
    return link if link.lower().startswith(("https://", "http://")) else ""


class Input(models.Model):
    """That a unit is asked for an input to a task's paper, and whether it came. Changed by `actions.inputs`.

    `document` is a link or a document number. It is no evidence: what a unit sent does not show that the task is done.
    """

    task = models.ForeignKey(Task, models.CASCADE, related_name="inputs")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="inputs")
    asked_by = models.ForeignKey(Member, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    received_by = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="+")  # who said so
    received_at = models.DateTimeField(null=True, blank=True)
    document = models.CharField(_("link or document number"), max_length=500, blank=True)
    history = history()

    class Meta:
        ordering = ["unit__abbr"]
        verbose_name = _("input")
        verbose_name_plural = _("inputs")
        constraints = [
            models.UniqueConstraint(fields=["task", "unit"], name="asked_once_for_an_input"),
            models.CheckConstraint(
                condition=Q(received_at=None, received_by=None, document="")
                | Q(received_at__isnull=False, received_by__isnull=False),
                name="who_says_that_an_input_came",
            ),
        ]

    def __str__(self) -> str:
        return str(self.unit)

    @property
    def href(self) -> str:
        """The address to follow; "" where the document is a number, or where there is none."""
        return followable(self.document)


class Comment(models.Model):
    """A remark on a task; `mentions` are those whom it names."""

    task = models.ForeignKey(Task, models.CASCADE, related_name="comments")
    words = models.TextField(_("comment"))
    by = models.ForeignKey(Member, models.PROTECT, related_name="comments")
    at = models.DateTimeField()
    mentions = models.ManyToManyField(Member, related_name="mentioned_in", blank=True)

    class Meta:
        ordering = ["at", "pk"]
        verbose_name = _("comment")
        verbose_name_plural = _("comments")

    def __str__(self) -> str:
        return self.words


class SavedView(models.Model):
    """Filters of a list that a member keeps under a name: the part of the address after the question mark."""

    member = models.ForeignKey(Member, models.CASCADE, related_name="saved_views")
    page = models.CharField(max_length=40)  # the name of the list's address: "tasks"
    name = models.CharField(_("name"), max_length=80)
    query = models.CharField(max_length=1000)

    class Meta:
        ordering = ["page", "name"]
        verbose_name = _("saved view")
        verbose_name_plural = _("saved views")
        constraints = [models.UniqueConstraint(fields=["member", "page", "name"], name="one_view_per_name")]

    def __str__(self) -> str:
        return self.name


class Following(models.Model):
    """That a member wants to hear, in the weekly letter, of an action line or of a resolution."""

    member = models.ForeignKey(Member, models.CASCADE, related_name="followings")
    action_line = models.ForeignKey(ActionLine, models.CASCADE, null=True, blank=True, related_name="followings")
    resolution = models.ForeignKey(Resolution, models.CASCADE, null=True, blank=True, related_name="followings")

    class Meta:
        ordering = ["pk"]
        verbose_name = _("what a member follows")
        verbose_name_plural = _("what members follow")
        constraints = [
            models.UniqueConstraint(fields=["member", "action_line"], name="line_followed_once"),
            models.UniqueConstraint(fields=["member", "resolution"], name="resolution_followed_once"),
            models.CheckConstraint(
                condition=Q(action_line=None, resolution__isnull=False) | Q(action_line__isnull=False, resolution=None),
                name="follows_a_line_or_a_resolution",
            ),
        ]

    def __str__(self) -> str:
        return str(self.action_line or self.resolution)


class Feed(models.Model):
    """A calendar read by a secret link: of a person, a unit, a session or an action line. See `actions.feeds`."""

    class Of(models.TextChoices):
        PERSON = "person", _("my work")
        UNIT = "unit", _("a unit")
        SESSION = "session", _("a session")
        LINE = "line", _("an action line")

    member = models.ForeignKey(Member, models.CASCADE, related_name="feeds")  # who made the link; their rights apply
    of = models.CharField(max_length=7, choices=Of.choices)
    target = models.CharField(max_length=40, blank=True)  # the key of the unit, the code of the session or the line
    secret = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("calendar feed")
        verbose_name_plural = _("calendar feeds")
        constraints = [models.UniqueConstraint(fields=["member", "of", "target"], name="one_feed_per_target")]

    def __str__(self) -> str:
        return f"{self.get_of_display()} {self.target}".strip()
