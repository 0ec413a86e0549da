"""Who does the work, and who logs in: units and posts outlive people, people hold posts between two dates."""

from __future__ import annotations

from datetime import date

from django.contrib.auth.models import AbstractUser
from django.db import connection, models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from .tree import check_above


class Unit(models.Model):
    """Who does the work, in the house or outside it, where no account is needed. Loaded by `actions.facts.load`."""

    abbr = models.CharField(_("short name"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=200)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    kind = models.CharField(_("kind"), max_length=40, blank=True)
    outside = models.BooleanField(_("outside the house"), default=False)
    aliases = models.JSONField(_("other names"), default=list, blank=True)
    source = models.TextField(_("source"), blank=True)
    history = HistoricalRecords()

    class Meta:
        ordering = ["abbr"]
        verbose_name = _("unit")
        verbose_name_plural = _("units")

    def __str__(self) -> str:
        return self.abbr

    def get_absolute_url(self) -> str:
        return reverse("unit", args=[self.pk])

    def clean(self) -> None:
        check_above(self)


class Member(AbstractUser):
    """A person with a log-in. What each role may do stands in `mandates.rules`; whose work is theirs, in `Holding`."""

    class Role(models.TextChoices):
        VIEWER = "viewer", _("viewer")
        MEMBER = "member", _("task-force member")
        COORDINATOR = "coordinator", _("coordinator")
        CHAIR = "chair", _("chair")
        ADMINISTRATOR = "administrator", _("administrator")

    class LetterEvery(models.TextChoices):
        WEEK = "week", _("every week")
        FORTNIGHT = "fortnight", _("every second week")
        MONTH = "month", _("once a month")
        NEVER = "never", _("never")

    role = models.CharField(_("role"), max_length=13, choices=Role.choices, default=Role.VIEWER)
    # How their letters come. Empty is the seat's time zone, and the language of the house.
    time_zone = models.CharField(_("time zone"), max_length=64, blank=True)
    language = models.CharField(_("language"), max_length=10, blank=True)
    letter_every = models.CharField(_("letter"), max_length=9, choices=LetterEvery.choices, default=LetterEvery.WEEK)
    letter_hour = models.PositiveSmallIntegerField(_("at what hour"), default=7)  # of their own day
    # While they are away, until this day included, their letters go to somebody else.
    away_until = models.DateField(_("away until"), null=True, blank=True)
    letters_to = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="reads_for", verbose_name=_("letters go to")
    )
    # What the relay said when it refused their address for good; cleared when the address changes.
    mail_failed_at = models.DateTimeField(null=True, blank=True)
    mail_failed_why = models.CharField(max_length=500, blank=True)

    class Meta:
        verbose_name = _("member")
        verbose_name_plural = _("members")
        constraints = [models.CheckConstraint(condition=Q(letter_hour__lt=24), name="letters_come_at_an_hour")]

    def __str__(self) -> str:
        return self.get_full_name() or self.username

    @classmethod
    def named(cls, pk: int, first_name: str, last_name: str, username: str) -> Member:
        """A member of whom a query told the names alone; the rest is asked for when it is looked at."""
        return cls.from_db(connection.alias, NAMED, [pk, username, first_name, last_name])


NAMED = ["id", "username", "first_name", "last_name"]  # in the order of the columns


class Post(models.Model):
    """A post in a unit: it stays when the person who holds it moves on."""

    unit = models.ForeignKey(Unit, models.CASCADE, related_name="posts")
    title = models.CharField(_("title"), max_length=120)
    heads_unit = models.BooleanField(_("heads the unit"), default=False)
    deputy = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="deputises_for")
    history = HistoricalRecords()

    class Meta:
        ordering = ["unit", "-heads_unit", "title"]
        verbose_name = _("post")
        verbose_name_plural = _("posts")

    def __str__(self) -> str:
        return f"{self.title}, {self.unit}"


class HoldingQuerySet(models.QuerySet):
    def on(self, day: date) -> HoldingQuerySet:
        """Who held a post on `day`; both the first and the last day count."""
        return self.filter(Q(until=None) | Q(until__gte=day), since__lte=day)


class Holding(models.Model):
    """That a member holds a post from one day to another, both included. Changed by `actions.posts`."""

    post = models.ForeignKey(Post, models.CASCADE, related_name="holdings")
    member = models.ForeignKey(Member, models.CASCADE, related_name="holdings")
    since = models.DateField(_("from"))
    until = models.DateField(_("to"), null=True, blank=True)
    history = HistoricalRecords(history_change_reason_field=models.TextField(null=True))

    objects = HoldingQuerySet.as_manager()

    class Meta:
        ordering = ["-since"]
        verbose_name = _("holding of a post")
        verbose_name_plural = _("holdings of posts")
        constraints = [
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gte=F("since")), name="holding_ends_after_it_begins"
            )
        ]
        indexes = [models.Index(fields=["member", "since"])]  # whose work is whose

    def __str__(self) -> str:
        return f"{self.member}: {self.post}"
