"""Instructions and what leads to them: the machine's suggestions and doubts."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from .bodies import Body, Session
from .kept import KeptByDay
from .people import Unit
from .taxonomies import ActionLine, Goal
from .texts import Paragraph, Resolution, Version


def history() -> HistoricalRecords:
    """History with room for a whole sentence of why."""
    return HistoricalRecords(history_change_reason_field=models.TextField(null=True))


class Addressee(models.Model):
    """Whom the words name ("Secretary-General"), and whose: the UN's Secretary-General is not ITU's.

    Not the unit that does the work, nor the person. `unit` is set where we hold who that is.
    """

    name = models.CharField(_("name"), max_length=200)
    house = models.CharField(_("of"), max_length=60, blank=True)  # whose text names it: "ITU", "UN", "WHO"
    unit = models.ForeignKey(Unit, models.SET_NULL, null=True, blank=True, related_name="addressed_as")

    class Meta:
        ordering = ["name", "house"]
        verbose_name = _("addressee")
        verbose_name_plural = _("addressees")
        constraints = [models.UniqueConstraint(fields=["name", "house"], name="one_addressee_per_house")]

    def __str__(self) -> str:
        return self.name


class InstructionQuerySet(models.QuerySet):
    def open(self) -> InstructionQuerySet:
        return self.filter(state=Instruction.State.OPEN)

    def standing_in(self, version: Version) -> InstructionQuerySet:
        """Instructions that have a place in `version`."""
        return self.filter(places__paragraph__version=version).distinct()

    def on_adopted_text(self) -> InstructionQuerySet:
        """Those that stand in a version in force: work on a proposed text is counted apart."""
        return self.filter(places__paragraph__version__state=Version.State.IN_FORCE).distinct()


class Instruction(models.Model):
    """A duty with an identity of its own, which outlives renumbering and rewording.

    Where it stands in each version is a `Place`. Made by `actions.suggestions.confirm` or
    `actions.instructions.add`, changed by `actions.instructions.edit`; `revision` is what an editor saw.
    """

    class State(models.TextChoices):
        OPEN = "open", _("open")
        CLOSED = "closed", _("closed")  # a newer text dropped it

    resolution = models.ForeignKey(Resolution, models.CASCADE, related_name="instructions")
    title = models.CharField(_("in short"), max_length=300)
    verb = models.CharField(_("verb"), max_length=80, blank=True)
    force = models.CharField(_("force"), max_length=40)
    action = models.TextField(_("what"), blank=True)
    deliverable = models.CharField(_("deliverable"), max_length=200, blank=True)
    qualifiers = models.JSONField(_("qualifiers"), default=list, blank=True)
    state = models.CharField(_("state"), max_length=6, choices=State.choices, default=State.OPEN)
    addressees = models.ManyToManyField(Addressee, through="Addressing", related_name="instructions")
    action_lines = models.ManyToManyField(ActionLine, through="LineTag", related_name="instructions")
    goals = models.ManyToManyField(Goal, through="GoalTag", related_name="instructions")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    revision = models.PositiveIntegerField(default=1)
    history = KeptByDay()

    objects = InstructionQuerySet.as_manager()

    class Meta:
        ordering = ["resolution", "pk"]
        verbose_name = _("instruction")
        verbose_name_plural = _("instructions")
        indexes = [models.Index(fields=["state", "force"])]  # the filters of the list

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("instruction", args=[self.pk])


class Addressing(models.Model):
    """That an instruction is laid upon an addressee. A row of its own, so that its history is kept."""

    instruction = models.ForeignKey(Instruction, models.CASCADE, related_name="addressings")
    addressee = models.ForeignKey(Addressee, models.PROTECT, related_name="addressings")
    history = history()

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["instruction", "addressee"], name="addressed_once")]

    def __str__(self) -> str:
        return str(self.addressee)


class LineTag(models.Model):
    """That an instruction serves an action line. Counted by the day in every roll-up, so its history is kept."""

    instruction = models.ForeignKey(Instruction, models.CASCADE, related_name="line_tags")
    action_line = models.ForeignKey(ActionLine, models.PROTECT, related_name="tags")
    history = KeptByDay()

    class Meta:
        ordering = ["action_line__position"]
        constraints = [models.UniqueConstraint(fields=["instruction", "action_line"], name="tagged_once")]

    def __str__(self) -> str:
        return self.action_line.code


class GoalTag(models.Model):
    """That an instruction serves a Sustainable Development Goal."""

    instruction = models.ForeignKey(Instruction, models.CASCADE, related_name="goal_tags")
    goal = models.ForeignKey(Goal, models.PROTECT, related_name="tags")
    history = KeptByDay()

    class Meta:
        ordering = ["goal__number"]
        constraints = [models.UniqueConstraint(fields=["instruction", "goal"], name="goal_tagged_once")]

    def __str__(self) -> str:
        return f"SDG {self.goal.number}"


class Place(models.Model):
    """Where an instruction stands in a version, and under which words of the paragraph."""

    instruction = models.ForeignKey(Instruction, models.CASCADE, related_name="places")
    paragraph = models.ForeignKey(Paragraph, models.CASCADE, related_name="places")
    spans = models.JSONField(default=dict, blank=True)  # {"deadline": [3, 38]}: offsets into the paragraph's text

    class Meta:
        ordering = ["paragraph__version__position", "paragraph__position"]
        constraints = [models.UniqueConstraint(fields=["instruction", "paragraph"], name="one_place_per_paragraph")]

    def __str__(self) -> str:
        return str(self.paragraph)


class Schedule(models.Model):
    """When an instruction is owed: at a session, on a date, or again and again, and the route it takes.

    `recurrence` is an RFC 5545 rule ("FREQ=YEARLY"); with `body` it recurs at that body's sessions, and
    "FREQ=SESSION" is each session as it is announced. `since` is the first day that counts, and "every second year"
    is counted from its year; nothing is owed from before. Read by `actions.schedules`, changed by its `change`.
    """

    class Precision(models.TextChoices):
        DAY = "day", _("day")
        MONTH = "month", _("month")
        YEAR = "year", _("year")

    instruction = models.ForeignKey(Instruction, models.CASCADE, related_name="schedules")
    words = models.TextField(_("in the words of the text"), blank=True)
    session = models.ForeignKey(Session, models.PROTECT, null=True, blank=True, related_name="schedules")
    due_on = models.DateField(_("date"), null=True, blank=True)
    precision = models.CharField(max_length=5, choices=Precision.choices, default=Precision.DAY)
    recurrence = models.CharField(_("recurrence"), max_length=120, blank=True)
    since = models.DateField(_("from"), null=True, blank=True)
    until = models.CharField(_("until"), max_length=40, blank=True)  # a session's code or an ISO date
    body = models.ForeignKey(Body, models.PROTECT, null=True, blank=True, related_name="receives")
    reports_to = models.JSONField(_("to whom"), default=list, blank=True)
    via = models.JSONField(_("through whom"), default=list, blank=True)
    history = history()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("schedule")
        verbose_name_plural = _("schedules")

    def __str__(self) -> str:
        return self.words or str(self.session or self.due_on or self.recurrence)


class SuggestionQuerySet(models.QuerySet):
    def undecided(self) -> SuggestionQuerySet:
        return self.filter(state=Suggestion.State.OPEN)

    def certain(self, threshold: float) -> SuggestionQuerySet:
        """Those a person may confirm in one go: read with at least `threshold`, and with no question at their place."""
        return self.undecided().filter(confidence__gte=threshold).exclude(paragraph__doubts__answer="")


class Suggestion(models.Model):
    """What the machine read in a paragraph. It becomes fact only when a person confirms it.

    `fields` holds the reader's values with their spans, rules and confidences (see `docs/reader-output.md`).
    Decided by `actions.suggestions`; `revision` is what the person who decides has seen.
    """

    class Kind(models.TextChoices):
        NEW = "new", _("a new instruction")
        KEPT = "kept", _("an instruction that is held already")
        CLOSE = "close", _("an instruction whose words are gone")

    class State(models.TextChoices):
        OPEN = "open", _("to decide")
        CONFIRMED = "confirmed", _("confirmed")
        EDITED = "edited", _("edited and confirmed")
        REJECTED = "rejected", _("rejected")

    paragraph = models.ForeignKey(Paragraph, models.CASCADE, related_name="suggestions")
    version = models.ForeignKey(Version, models.CASCADE, related_name="suggestions")
    position = models.PositiveSmallIntegerField(default=0)  # within the paragraph
    kind = models.CharField(max_length=5, choices=Kind.choices, default=Kind.NEW)
    by_hand = models.BooleanField(default=False)  # added or split off by a person
    title = models.CharField(_("in short"), max_length=300)
    fields = models.JSONField(default=dict)
    confidence = models.FloatField(default=0)
    instruction = models.ForeignKey(Instruction, models.SET_NULL, null=True, blank=True, related_name="suggestions")
    made_it = models.BooleanField(default=False)  # deciding it made the instruction; undoing removes it again
    state = models.CharField(max_length=9, choices=State.choices, default=State.OPEN)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    reason = models.TextField(_("why"), blank=True)
    revision = models.PositiveIntegerField(default=1)
    history = history()

    objects = SuggestionQuerySet.as_manager()

    class Meta:
        ordering = ["paragraph__position", "position", "pk"]
        verbose_name = _("suggestion")
        verbose_name_plural = _("suggestions")
        indexes = [models.Index(fields=["version", "state"])]  # the count of what is left to decide
        constraints = [
            models.CheckConstraint(
                condition=Q(state="open", decided_at=None) | Q(~Q(state="open"), decided_at__isnull=False),
                name="decided_suggestions_say_when",
            )
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_open(self) -> bool:
        return self.state == self.State.OPEN


class Doubt(models.Model):
    """A place where the document does not say enough, kept until a person answers by `actions.doubts.answer`."""

    version = models.ForeignKey(Version, models.CASCADE, related_name="doubts")
    paragraph = models.ForeignKey(Paragraph, models.CASCADE, null=True, blank=True, related_name="doubts")
    position = models.PositiveSmallIntegerField(default=0)
    code = models.CharField(max_length=40)
    sentence = models.TextField()
    text = models.TextField(blank=True)
    readings = models.JSONField(default=list, blank=True)  # the answers that the words allow
    answer = models.TextField(blank=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)
    history = history()

    class Meta:
        ordering = ["version", "position"]
        verbose_name = _("question")
        verbose_name_plural = _("questions")

    def __str__(self) -> str:
        return self.sentence
