"""The outbox: one row for each letter to a person. The row is the queue; a worker is only the doorbell's answer."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from mandates.models import Member


class LetterQuerySet(models.QuerySet):
    def due(self, now) -> LetterQuerySet:
        """Letters that may be sent at `now`, the longest waiting first."""
        return self.filter(state=Letter.State.QUEUED, next_try_at__lte=now).order_by("next_try_at", "pk")


class Letter(models.Model):
    """A letter to one person for one period: written before it is claimed, sent once, and kept as it was sent.

    There is one for each kind, member and period (`one_letter_per_period`), so to write it twice has no effect. Made,
    claimed, sent and settled by `reports.letters.outbox` alone. `message_id` is worked out from the row: a relay that
    took the letter just before a crash sees the same one again.
    """

    class Kind(models.TextChoices):
        WEEKLY = "weekly", _("weekly letter")
        REMINDER = "reminder", _("reminder")
        ESCALATION = "escalation", _("silence in a unit")

    class State(models.TextChoices):
        QUEUED = "queued", _("to be sent")
        SENDING = "sending", _("being sent")
        SENT = "sent", _("sent")
        FAILED = "failed", _("failed")  # refused for good, or tried too often
        UNCERTAIN = "uncertain", _("uncertain")  # handed to a relay whose answer nobody heard: a person decides
        DROPPED = "dropped", _("not sent")  # not wanted any more when its turn came: left, stopped, bounced
        EMPTY = "empty", _("nothing to say")  # so nothing is sent, nor looked for again in that period

    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices, default=Kind.WEEKLY)
    member = models.ForeignKey(Member, models.CASCADE, related_name="letters", verbose_name=_("to"))
    period = models.CharField(_("period"), max_length=20)  # "2026-W48" in the member's zone; a reminder's day
    # Who was to read it in the member's place when it was written: they are away.
    deputy = models.ForeignKey(
        Member, models.SET_NULL, null=True, blank=True, related_name="letters_for_others", verbose_name=_("deputy"),
        db_index=False,
    )  # fmt: skip
    state = models.CharField(_("state"), max_length=9, choices=State.choices, default=State.QUEUED)
    message_id = models.CharField(max_length=200)  # one for each kind, member and period, as it is made of them
    address = models.CharField(_("address"), max_length=254)  # whoever reads it: the deputy's while they are away
    language = models.CharField(max_length=10, blank=True)
    subject = models.CharField(_("subject"), max_length=300)
    text = models.TextField(_("plain text"))
    html = models.TextField()
    made_at = models.DateTimeField(_("written"))
    attempts = models.PositiveSmallIntegerField(_("tries"), default=0)
    next_try_at = models.DateTimeField(_("next try"))
    claimed_at = models.DateTimeField(null=True, blank=True)
    claimed_by = models.CharField(max_length=80, blank=True)  # the worker that has it: host and process
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    error = models.TextField(_("what went wrong"), blank=True)
    again_by = models.ForeignKey(  # had it sent again
        Member, models.SET_NULL, null=True, blank=True, related_name="+", db_index=False
    )
    again_at = models.DateTimeField(null=True, blank=True)

    objects = LetterQuerySet.as_manager()

    class Meta:
        ordering = ["-made_at", "-pk"]
        verbose_name = _("letter")
        verbose_name_plural = _("letters")
        constraints = [models.UniqueConstraint(fields=["kind", "member", "period"], name="one_letter_per_period")]
        # A letter is written three times in the minute in which it goes out, and each time into every index.
        indexes = [
            models.Index(fields=["state", "next_try_at", "id"]),  # the next one to send
            models.Index(fields=["state", "claimed_at"]),  # what a dead worker left
            models.Index(fields=["deputy"], name="letter_read_by", condition=models.Q(deputy__isnull=False)),
            models.Index(fields=["again_by"], name="letter_again_by", condition=models.Q(again_by__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.period}, {self.member}"

    @property
    def reader(self) -> Member:
        """For whom it was written: the member, or whoever reads in their place."""
        return self.deputy or self.member


class Relay(models.Model):
    """How the mail server stands, as all senders see it: one row. It is kept by `reports.letters.breaker`.

    While it is down nobody claims a letter, so that no try is lost on it, and one sender knocks now and then.
    """

    down_since = models.DateTimeField(null=True, blank=True)  # empty: it answers, as far as we know
    next_try_at = models.DateTimeField(null=True, blank=True)
    error = models.CharField(max_length=500, blank=True)

    class Meta:
        verbose_name = _("mail server")
        verbose_name_plural = _("mail servers")
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="one_relay")]

    def __str__(self) -> str:
        return f"down since {self.down_since:%Y-%m-%d %H:%M}" if self.down_since else "answers"
