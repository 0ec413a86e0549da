"""Action lines and Sustainable Development Goals: what work is rolled up by."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from .tree import check_above


class ActionLine(models.Model):
    """One of the WSIS action lines C1 to C11, or one of C7's eight sub-lines. Loaded by `actions.facts.load`."""

    class Role(models.TextChoices):
        """ITU's role in the line, as Resolution 140 and Resolution 1332 give it."""

        FACILITATOR = "facilitator", _("facilitator")
        COFACILITATOR = "co-facilitator or partner", _("co-facilitator or partner")
        PARTNER = "partner", _("partner")
        NONE = "", _("no role named")

    code = models.CharField(_("code"), max_length=8, unique=True)
    title = models.CharField(_("title"), max_length=300)
    short = models.CharField(_("short title"), max_length=120, blank=True)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="sublines")
    position = models.PositiveSmallIntegerField(_("order"))
    itu_role = models.CharField(_("ITU's role"), max_length=40, blank=True)
    focal_unit = models.ForeignKey(
        "Unit", models.SET_NULL, null=True, blank=True, related_name="focal_for", verbose_name=_("focal point")
    )
    goals: models.ManyToManyField[Goal, Any] = models.ManyToManyField("Goal", related_name="action_lines", blank=True)
    source = models.TextField(_("source"), blank=True)
    history = HistoricalRecords()

    class Meta:
        ordering = ["position"]
        verbose_name = _("action line")
        verbose_name_plural = _("action lines")

    def __str__(self) -> str:
        return f"{self.code} {self.short or self.title}"

    def clean(self) -> None:
        check_above(self)


class Goal(models.Model):
    """A Sustainable Development Goal, 1 to 17. Loaded by `actions.facts.load`."""

    number = models.PositiveSmallIntegerField(_("number"), unique=True)
    title = models.CharField(_("title"), max_length=200)

    class Meta:
        ordering = ["number"]
        verbose_name = _("Sustainable Development Goal")
        verbose_name_plural = _("Sustainable Development Goals")

    def __str__(self) -> str:
        return f"SDG {self.number} {self.title}"
