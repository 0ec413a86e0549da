"""Who does the work, and who logs in."""

from __future__ import annotations

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords


class Unit(models.Model):
    """Who does the work, in the house or outside it. Units outlive people. Loaded by `actions.facts.load`."""

    abbr = models.CharField(_("short name"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=200)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    kind = models.CharField(_("kind"), max_length=40, blank=True)
    aliases = models.JSONField(_("other names"), default=list, blank=True)
    source = models.TextField(_("source"), blank=True)
    history = HistoricalRecords()

    class Meta:
        ordering = ["abbr"]
        verbose_name = _("unit")
        verbose_name_plural = _("units")

    def __str__(self) -> str:
        return self.abbr


class Member(AbstractUser):
    """A person with a log-in. What each role may do stands in `mandates.rules`."""

    class Role(models.TextChoices):
        VIEWER = "viewer", _("viewer")
        MEMBER = "member", _("task-force member")
        COORDINATOR = "coordinator", _("coordinator")
        CHAIR = "chair", _("chair")
        ADMINISTRATOR = "administrator", _("administrator")

    role = models.CharField(_("role"), max_length=13, choices=Role.choices, default=Role.VIEWER)
    unit = models.ForeignKey(Unit, models.SET_NULL, null=True, blank=True, related_name="members")

    class Meta:
        verbose_name = _("member")
        verbose_name_plural = _("members")

    def __str__(self) -> str:
        return self.get_full_name() or self.username
