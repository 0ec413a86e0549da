"""Texts: the document that was brought in, the resolution that persists, its versions, sections and paragraphs."""

from __future__ import annotations

import secrets
from pathlib import PurePosixPath

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from .bodies import Body, Session


def stored_name(document: Document, original: str) -> str:
    """A random name under `documents/`: of what the uploader called the file, only a known ending reaches the disk."""
    ending = PurePosixPath(original.replace("\\", "/")).suffix.lower()
    return f"documents/{secrets.token_hex(16)}{ending if ending in KNOWN_ENDINGS else '.bin'}"


KNOWN_ENDINGS = {".docx", ".pdf", ".html", ".htm", ".txt", ".xml"}


class DocumentQuerySet(models.QuerySet):
    def waiting(self) -> DocumentQuerySet:
        """Documents that nobody has begun to read."""
        return self.filter(state=Document.State.RECEIVED)

    def left_behind(self, since) -> DocumentQuerySet:
        """Documents whose reading was claimed before `since` and never ended: their worker has died."""
        return self.filter(state=Document.State.READING, claimed_at__lt=since)


class Document(models.Model):
    """A paper of a session, kept as it was uploaded. The row is the queue of the reading.

    Comes in by `actions.documents.receive`, is read by `actions.documents.file_away`. Two people who bring in the
    same bytes get the same row.
    """

    class State(models.TextChoices):
        RECEIVED = "received", _("waiting to be read")
        READING = "reading", _("being read")
        READ = "read", _("read")
        FAILED = "failed", _("could not be read")

    class Step(models.TextChoices):
        """How far the reading has come, as the page of the document shows it."""

        NONE = "", _("waiting for its turn")
        OPENING = "opening", _("opening the file and reading both texts")
        COMPARING = "comparing", _("laying the text beside what is held already")
        FILING = "filing", _("filing paragraphs and suggestions")
        DONE = "done", _("ready for review")

    file = models.FileField(_("file"), upload_to=stored_name, max_length=120)
    original_name = models.CharField(_("name of the file"), max_length=255)
    size = models.PositiveBigIntegerField(_("size in bytes"))
    sha256 = models.CharField(max_length=64, unique=True)
    symbol = models.CharField(_("symbol"), max_length=80, blank=True)
    received_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="documents")
    received_at = models.DateTimeField(_("brought in"))
    state = models.CharField(max_length=8, choices=State.choices, default=State.RECEIVED)
    step = models.CharField(max_length=10, choices=Step.choices, default=Step.NONE, blank=True)
    claimed_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    read_at = models.DateTimeField(null=True, blank=True)
    failure = models.TextField(_("why it could not be read"), blank=True)
    front_matter = models.JSONField(default=list, blank=True)
    format = models.CharField(max_length=8, blank=True)

    objects = DocumentQuerySet.as_manager()

    class Meta:
        ordering = ["-received_at"]
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        indexes = [models.Index(fields=["state", "claimed_at"])]  # the sweep

    def __str__(self) -> str:
        return self.symbol or self.original_name

    def get_absolute_url(self) -> str:
        return reverse("document", args=[self.pk])


class Resolution(models.Model):
    """The logical instrument that persists through its versions: Council Resolution 1332.

    `key` is what citations resolve by: "ITU-Council/1332", "PP/140", "A/RES/80/173".
    """

    class Kind(models.TextChoices):
        RESOLUTION = "resolution", _("resolution")
        DECISION = "decision", _("decision")
        OUTCOME = "outcome", _("outcome document")
        OTHER = "other", _("text")

    key = models.CharField(_("key"), max_length=120, unique=True)
    slug = models.SlugField(max_length=120, unique=True)
    body = models.ForeignKey(Body, models.PROTECT, related_name="resolutions")
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices, default=Kind.RESOLUTION)
    number = models.CharField(_("number"), max_length=40, blank=True)
    title = models.TextField(_("title"))
    official_url = models.URLField(_("official document"), blank=True)
    history = HistoricalRecords(history_change_reason_field=models.TextField(null=True))

    class Meta:
        ordering = ["body__code", "number"]
        verbose_name = _("resolution")
        verbose_name_plural = _("resolutions")

    def __str__(self) -> str:
        body = self.body.short_name if self.body_id and numbered(self.number) else None
        return text_name(kind=self.kind, number=self.number, title=self.title, body=body)

    def get_absolute_url(self) -> str:
        return reverse("resolution", args=[self.slug])

    @property
    def short(self) -> str:
        """How an address begins: "Res. 1332", "A/RES/80/173"."""
        if not self.number or "/" in self.number:
            return self.number or self.title[:40]
        return f"Dec. {self.number}" if self.kind == self.Kind.DECISION else f"Res. {self.number}"


def numbered(number: str) -> bool:
    """Whether a number needs a word before it: "1332", not "A/RES/80/173"."""
    return bool(number) and "/" not in number


def text_name(*, kind: str, number: str, title: str, body: str | None) -> str:
    """What a text is called: "Council Resolution 1332", "A/RES/80/173". `body` is the short name of its body."""
    if numbered(number):
        word = _("Decision") if kind == Resolution.Kind.DECISION else _("Resolution")
        return f"{word} {number}" if body is None else f"{body} {word} {number}"
    return number or title


class VersionQuerySet(models.QuerySet["Version"]):
    def at(self, text: str, version: str) -> Version | None:
        """The version at an address, with all that its pages say of it; of one text in two languages the first held."""
        return (
            self.select_related("resolution__body", "session__body", "document", "predecessor")
            .filter(resolution__slug=text, slug=version)
            .order_by("pk")
            .first()
        )


class Version(models.Model):
    """The text of a resolution at a session: C24 (in force), C26 (proposed).

    Made by `actions.versions.lay_down`; its state is changed by `actions.versions.adopt` and its siblings. Exactly
    one version of a resolution is in force: the database keeps it so.
    """

    class State(models.TextChoices):
        PROPOSED = "proposed", _("proposed")
        DEFERRED = "deferred", _("deferred")
        IN_FORCE = "in force", _("in force")
        SUPERSEDED = "superseded", _("superseded")
        WITHDRAWN = "withdrawn", _("withdrawn")

    resolution = models.ForeignKey(Resolution, models.CASCADE, related_name="versions")
    label = models.CharField(_("label"), max_length=80)
    slug = models.SlugField(max_length=80)
    position = models.PositiveSmallIntegerField(_("order"))
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.PROPOSED)
    session = models.ForeignKey(Session, models.PROTECT, null=True, blank=True, related_name="versions")
    document = models.ForeignKey(Document, models.PROTECT, null=True, blank=True, related_name="versions")
    predecessor = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="successors")
    adopted = models.CharField(_("adopted"), max_length=10, blank=True)  # ISO date, as precise as the document is
    language = models.CharField(_("language"), max_length=8, default="en")
    history = HistoricalRecords(history_change_reason_field=models.TextField(null=True))

    objects = VersionQuerySet.as_manager()

    class Meta:
        ordering = ["resolution", "position"]
        verbose_name = _("version")
        verbose_name_plural = _("versions")
        constraints = [
            models.UniqueConstraint(fields=["resolution", "label", "language"], name="one_version_per_label"),
            models.UniqueConstraint(fields=["resolution", "slug", "language"], name="one_version_per_slug"),
            models.UniqueConstraint(
                fields=["resolution", "language"], condition=Q(state="in force"), name="one_version_in_force"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.resolution.short} ({self.label})"

    def get_absolute_url(self) -> str:
        return reverse("version", args=[self.resolution.slug, self.slug])


class Section(models.Model):
    """A run of paragraphs under one opener ("recalling", "instructs the Secretary-General") or one heading."""

    class Part(models.TextChoices):
        PREAMBULAR = "preambular", _("preamble")
        OPERATIVE = "operative", _("operative part")
        ANNEX = "annex", _("annex")

    version = models.ForeignKey(Version, models.CASCADE, related_name="sections")
    position = models.PositiveSmallIntegerField()
    part = models.CharField(max_length=10, choices=Part.choices)
    address = models.CharField(max_length=400)
    slug = models.SlugField(max_length=120)
    opener = models.TextField(blank=True)
    heading = models.TextField(blank=True)
    addressees = models.JSONField(default=list, blank=True)

    class Meta:
        ordering = ["version", "position"]
        constraints = [models.UniqueConstraint(fields=["version", "position"], name="one_section_per_position")]

    def __str__(self) -> str:
        return self.opener or self.heading or self.address


class ParagraphQuerySet(models.QuerySet):
    def standing(self) -> ParagraphQuerySet:
        """Paragraphs that are part of the text: those that went are kept in their place but do not stand."""
        return self.exclude(change=Paragraph.Change.GONE)


class Paragraph(models.Model):
    """A node of a version. Its number is a label at this version; its identity is its key.

    A paragraph of the predecessor that is struck stands in the newer version as a row with change "gone" and without
    text, where it stood, so that what it asked for can be closed there.
    """

    class Change(models.TextChoices):
        NONE = "", _("not compared")
        SAME = "same", _("same")
        REWORDED = "reworded", _("reworded")
        RENUMBERED = "renumbered", _("renumbered")
        MOVED = "moved", _("moved")
        NEW = "new", _("new")
        GONE = "gone", _("deleted")

    version = models.ForeignKey(Version, models.CASCADE, related_name="paragraphs")
    section = models.ForeignKey(Section, models.CASCADE, related_name="paragraphs")
    parent = models.ForeignKey("self", models.CASCADE, null=True, blank=True, related_name="children")
    position = models.PositiveIntegerField()
    depth = models.PositiveSmallIntegerField(default=0)
    number = models.CharField(max_length=40, blank=True)
    printed = models.CharField(max_length=40, blank=True)  # with its signs: "a)", "5", "–"
    address = models.CharField(max_length=400)
    anchor = models.CharField(max_length=200)
    text = models.TextField(blank=True)
    redline = models.JSONField(default=list, blank=True)  # [{"text": …, "side": both | before | after}]
    change = models.CharField(max_length=10, choices=Change.choices, blank=True, default=Change.NONE)
    predecessor = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="successors")
    number_before = models.CharField(max_length=40, blank=True)
    footnotes = models.JSONField(default=list, blank=True)  # [{"mark": …, "text": …, "at": offset in the text}]

    objects = ParagraphQuerySet.as_manager()

    class Meta:
        ordering = ["version", "position"]
        constraints = [
            models.UniqueConstraint(fields=["version", "position"], name="one_paragraph_per_position"),
            models.UniqueConstraint(fields=["version", "anchor"], name="one_paragraph_per_anchor"),
        ]
        indexes = [models.Index(fields=["version", "address"])]  # citations inside a resolution

    def __str__(self) -> str:
        return self.address

    def get_absolute_url(self) -> str:
        return f"{self.version.get_absolute_url()}#{self.anchor}"


class CitationQuerySet(models.QuerySet):
    def waiting(self) -> CitationQuerySet:
        """Citations of texts that we do not hold yet."""
        return self.filter(resolution=None, paragraph_cited=None)


class Citation(models.Model):
    """A reference in a paragraph to another text or paragraph. It waits until we hold what it names."""

    paragraph = models.ForeignKey(Paragraph, models.CASCADE, related_name="citations")
    text = models.TextField()
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()
    kind = models.CharField(max_length=20)
    key = models.CharField(max_length=200, db_index=True)
    resolution = models.ForeignKey(Resolution, models.SET_NULL, null=True, blank=True, related_name="cited_by")
    paragraph_cited = models.ForeignKey(Paragraph, models.SET_NULL, null=True, blank=True, related_name="cited_by")

    objects = CitationQuerySet.as_manager()

    class Meta:
        ordering = ["paragraph", "start"]
        verbose_name = _("citation")
        verbose_name_plural = _("citations")

    def __str__(self) -> str:
        return self.text
