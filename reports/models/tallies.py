"""Sums made ahead of what history says: small rows, from which a board of 300,000 tasks is counted in a moment."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Tally(models.Model):
    """By how much the figures of all tasks, or of those of one line, change on a day: summed up to a day, they are its.

    `key` is empty for all tasks, a line's code, or "none" for what has no line. `span` says whether the row is a day's
    or a month's; a month's stands on its first day and is the sum of its days'. Days to come have rows too: a task
    becomes overdue, or silent, without anybody's doing. Written by `reports.rollup.folding` alone.
    """

    class Span(models.TextChoices):
        DAY = "day", _("day")
        MONTH = "month", _("month")

    span = models.CharField(max_length=5, choices=Span.choices)
    day = models.DateField()
    key = models.CharField(max_length=8)  # as long as the code of an action line
    done = models.IntegerField(default=0)
    cont = models.IntegerField(default=0)
    prog = models.IntegerField(default=0)
    risk = models.IntegerField(default=0)
    todo = models.IntegerField(default=0)
    none = models.IntegerField(default=0)
    off = models.IntegerField(default=0)
    overdue = models.IntegerField(default=0)
    silent = models.IntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["span", "day", "key"], name="one_tally_per_day")]

    def __str__(self) -> str:
        return f"{self.key or '*'} {self.day} ({self.span})"


class Fold(models.Model):
    """How far history is folded into tallies. One row; none where nothing is folded yet, and all is counted.

    Folded are the rows of history up to `tasks` and `tags`, by their keys. `thresholds` and `lines` are what the
    tallies were made with; with others they are made anew. `checked_at` and `wrong` say when the tallies were last
    compared with the facts, and the first figure that was another.
    """

    tasks = models.BigIntegerField(default=0)
    tags = models.BigIntegerField(default=0)
    thresholds = models.CharField(max_length=100, blank=True)  # days of silence and of what is soon; the seat's zone
    lines = models.TextField(blank=True)
    folded_at = models.DateTimeField(null=True, blank=True)
    checked_at = models.DateTimeField(null=True, blank=True)
    wrong = models.TextField(blank=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="one_fold")]

    def __str__(self) -> str:
        return f"{self.tasks}, {self.tags}"
