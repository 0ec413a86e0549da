"""Bodies that adopt or receive, and their sessions."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from .tree import check_above


class Body(models.Model):
    """Who adopts or receives: UNGA, ECOSOC, CSTD, ITU Council, PP, CWG-WSIS&SDG. Loaded by `actions.facts.load`."""

    code = models.CharField(_("short name"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=200)
    short_name = models.CharField(_("as it stands before a number"), max_length=60, blank=True)  # "Council", "PP"
    house = models.CharField(_("organization"), max_length=60, blank=True)  # tells whose Secretary-General is meant
    aliases = models.JSONField(_("other names"), default=list, blank=True)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    governs = models.BooleanField(_("governing body"), default=True)  # what goes to it needs a second person's approval
    source = models.TextField(_("source"), blank=True)
    history = HistoricalRecords()

    class Meta:
        ordering = ["code"]
        verbose_name = _("body")
        verbose_name_plural = _("bodies")

    def __str__(self) -> str:
        return self.code

    def clean(self) -> None:
        check_above(self)


class SessionQuerySet(models.QuerySet):
    def upcoming(self, today: date) -> SessionQuerySet:
        """Sessions that have not ended on `today`, soonest first."""
        return self.filter(ends__gte=today).order_by("starts", "code")

    def past(self, today: date) -> SessionQuerySet:
        """Sessions that had ended before `today`, latest first."""
        return self.filter(ends__lt=today).order_by("-ends", "code")


class Session(models.Model):
    """A meeting of a body with its own dates: Council 2026, CSTD 30, PP-26.

    `starts` and `ends` bound what is known: a session known only by its year runs from 1 January to 31 December with
    precision "year". Say it with `dates`, which is honest about that. Changed by `actions.sessions`; `revision` is what
    an editor saw.
    """

    class State(models.TextChoices):
        TENTATIVE = "tentative", _("tentative")
        CONFIRMED = "confirmed", _("confirmed")
        HELD = "held", _("held")
        CANCELLED = "cancelled", _("cancelled")

    class Precision(models.TextChoices):
        DAY = "day", _("day")
        MONTH = "month", _("month")
        YEAR = "year", _("year")

    code = models.CharField(_("code"), max_length=40, unique=True)
    body = models.ForeignKey(Body, models.PROTECT, related_name="sessions")
    name = models.CharField(_("name"), max_length=200)
    number = models.PositiveSmallIntegerField(_("number"), null=True, blank=True)
    # Whose session of the year it is: a Council 2027 that is put off to January 2028 stays the session of 2027.
    year = models.PositiveSmallIntegerField(_("session of the year"), editable=False)
    starts = models.DateField(_("first day"))
    ends = models.DateField(_("last day"))
    precision = models.CharField(_("known to the"), max_length=5, choices=Precision.choices, default=Precision.DAY)
    place = models.CharField(_("place"), max_length=120, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.TENTATIVE)
    document_deadline = models.DateField(_("document deadline"), null=True, blank=True)
    aliases = models.JSONField(_("other names"), default=list, blank=True)
    source = models.TextField(_("source"), blank=True)
    revision = models.PositiveIntegerField(default=1, editable=False)
    history = HistoricalRecords(history_change_reason_field=models.TextField(null=True))

    objects = SessionQuerySet.as_manager()

    class Meta:
        ordering = ["starts", "code"]
        verbose_name = _("session")
        verbose_name_plural = _("sessions")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends__gte=models.F("starts")), name="session_ends_after_it_starts"
            )
        ]
        indexes = [models.Index(fields=["body", "starts"])]  # the next session of a body

    def __str__(self) -> str:
        return self.name

    def save(self, *args, **kwargs) -> None:
        if not self.year:
            self.year = self.starts.year
        super().save(*args, **kwargs)

    @property
    def is_vague(self) -> bool:
        """Whether the day on which it opens is not known."""
        return self.precision != self.Precision.DAY

    @property
    def dates(self) -> str:
        """The dates as precisely as they are known: "13–17 April 2027", "April 2027, days not announced"."""
        if self.precision == self.Precision.YEAR:
            return gettext("%(year)s, dates not announced") % {"year": self.starts.year}
        if self.precision == self.Precision.MONTH:
            month = date_format(self.starts, "F Y")
            if (self.starts.year, self.starts.month) != (self.ends.year, self.ends.month):
                first = date_format(self.starts, "F" if self.starts.year == self.ends.year else "F Y")
                month = f"{first}–{date_format(self.ends, 'F Y')}"
            return gettext("%(month)s, days not announced") % {"month": month}
        if self.starts == self.ends:
            return date_format(self.starts, "j F Y")
        if (self.starts.year, self.starts.month) == (self.ends.year, self.ends.month):
            return f"{self.starts.day}–{date_format(self.ends, 'j F Y')}"
        if self.starts.year == self.ends.year:
            return f"{date_format(self.starts, 'j F')} – {date_format(self.ends, 'j F Y')}"
        return f"{date_format(self.starts, 'j F Y')} – {date_format(self.ends, 'j F Y')}"
