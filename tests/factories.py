"""Rows for tests. Each factory makes the smallest thing that holds; a test says what it is about."""

from __future__ import annotations

import hashlib
from datetime import UTC, date, datetime

import factory
from factory.django import DjangoModelFactory

from mandates import models
from mandates.actions import instructions
from reports.models import Letter

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


class MemberFactory(DjangoModelFactory):
    class Meta:
        model = models.Member
        skip_postgeneration_save = True

    username = factory.Sequence(lambda n: f"member-{n}")
    email = factory.LazyAttribute(lambda o: f"{o.username}@example.org")
    role = models.Member.Role.MEMBER
    password = factory.django.Password("correct horse battery")


class BodyFactory(DjangoModelFactory):
    class Meta:
        model = models.Body
        django_get_or_create = ("code",)

    code = "ITU Council"
    name = factory.LazyAttribute(lambda o: o.code)
    short_name = factory.LazyAttribute(lambda o: o.code.removeprefix("ITU "))
    house = "ITU"


class SessionFactory(DjangoModelFactory):
    class Meta:
        model = models.Session
        django_get_or_create = ("code",)

    code = "CSTD-30"
    name = factory.LazyAttribute(lambda o: o.code)
    body = factory.SubFactory(BodyFactory, code="CSTD", house="UN")
    starts = date(2027, 3, 1)
    ends = date(2027, 4, 30)
    precision = models.Session.Precision.MONTH


class DocumentFactory(DjangoModelFactory):
    class Meta:
        model = models.Document

    original_name = "proposal.docx"
    file = factory.django.FileField(filename="proposal.docx", data=b"bytes")
    size = 5
    sha256 = factory.Sequence(lambda n: hashlib.sha256(str(n).encode()).hexdigest())
    received_by = factory.SubFactory(MemberFactory)
    received_at = NOON
    state = models.Document.State.READ


class ResolutionFactory(DjangoModelFactory):
    class Meta:
        model = models.Resolution
        django_get_or_create = ("key",)

    key = factory.LazyAttribute(lambda o: f"ITU-Council/{o.number}")
    slug = factory.LazyAttribute(lambda o: f"itu-council-{o.number}")
    body = factory.SubFactory(BodyFactory)
    number = "1332"
    title = "ITU role in the implementation of the WSIS outcomes"


class VersionFactory(DjangoModelFactory):
    class Meta:
        model = models.Version

    resolution = factory.SubFactory(ResolutionFactory)
    label = "C26"
    slug = factory.LazyAttribute(lambda o: o.label)
    position = factory.LazyAttribute(lambda o: o.resolution.versions.count() + 1)
    document = factory.SubFactory(DocumentFactory)


class SectionFactory(DjangoModelFactory):
    class Meta:
        model = models.Section

    version = factory.SubFactory(VersionFactory)
    position = factory.LazyAttribute(lambda o: o.version.sections.count())
    part = models.Section.Part.OPERATIVE
    opener = "instructs the Secretary-General"
    address = factory.LazyAttribute(lambda o: o.opener)
    slug = factory.LazyAttribute(lambda o: f"s{o.position}")


class ParagraphFactory(DjangoModelFactory):
    class Meta:
        model = models.Paragraph

    section = factory.SubFactory(SectionFactory)
    version = factory.SelfAttribute("section.version")
    position = factory.LazyAttribute(lambda o: o.version.paragraphs.count())
    number = factory.LazyAttribute(lambda o: str(o.section.paragraphs.count() + 1) if o.section.pk else "1")
    printed = factory.SelfAttribute("number")
    address = factory.LazyAttribute(lambda o: f"{o.section.address}/{o.number}")
    anchor = factory.LazyAttribute(lambda o: f"p-{o.position}")
    text = "to report to the 30th session of CSTD in 2027 on the outcomes achieved;"
    redline = factory.LazyAttribute(lambda o: [{"text": o.text, "side": "both"}])


def fields(**changes) -> dict:
    """An instruction in the reader's form: what the suggestion of "to report to CSTD 30" reads."""
    return {
        "address": "instructs the Secretary-General/1",
        "verb": "instructs",
        "force": "instructs",
        "addressees": ["Secretary-General"],
        "action": "report on the outcomes achieved",
        "deliverable": "report",
        "reports_to": ["CSTD"],
        "via": [],
        "deadline": {
            "text": "to the 30th session of CSTD in 2027",
            "session": "CSTD-30",
            "date": None,
            "year": 2027,
            "recurrence": None,
            "until": None,
            "past": False,
        },
        "action_lines": [],
        "sdgs": [],
        "qualifiers": [],
        "citations": [],
        "spans": {"deadline": [10, 45], "action": [3, 9]},
        "rules": {"deadline": "session-ordinal"},
        "confidences": {"deadline": 0.98},
        "confidence": 0.93,
        **changes,
    }


class SuggestionFactory(DjangoModelFactory):
    class Meta:
        model = models.Suggestion

    paragraph = factory.SubFactory(ParagraphFactory)
    version = factory.SelfAttribute("paragraph.version")
    position = factory.LazyAttribute(lambda o: o.paragraph.suggestions.count())
    title = "Report on the outcomes achieved"
    fields = factory.LazyFunction(fields)
    confidence = 0.93


class DoubtFactory(DjangoModelFactory):
    class Meta:
        model = models.Doubt

    paragraph = factory.SubFactory(ParagraphFactory)
    version = factory.SelfAttribute("paragraph.version")
    code = "successor"
    sentence = "Is the new 5 a successor of the old 5?"
    readings = ["A new instruction", "Continues the old 5"]


def instruction_in(paragraph: models.Paragraph, *, title: str = "Report to CSTD 30", by=None, at=NOON, **changes):
    """An instruction that stands in `paragraph`, made through its own door."""
    return instructions.add(
        paragraph=paragraph, fields=fields(**changes), title=title, by=by or MemberFactory(role="coordinator"), at=at
    )


# ── Work ─────────────────────────────────────────────────────────────────────────────────────────────────────────


class UnitFactory(DjangoModelFactory):
    class Meta:
        model = models.Unit
        django_get_or_create = ("abbr",)

    abbr = "SPM"
    name = factory.LazyAttribute(lambda o: f"Unit {o.abbr}")
    kind = "department"


class PostFactory(DjangoModelFactory):
    class Meta:
        model = models.Post

    unit = factory.SubFactory(UnitFactory)
    title = factory.LazyAttribute(lambda o: f"Focal point of {o.unit}")


class HoldingFactory(DjangoModelFactory):
    class Meta:
        model = models.Holding

    post = factory.SubFactory(PostFactory)
    member = factory.SubFactory(MemberFactory)
    since = date(2020, 1, 1)


class InstructionFactory(DjangoModelFactory):
    class Meta:
        model = models.Instruction

    resolution = factory.SubFactory(ResolutionFactory)
    title = "Report on the outcomes achieved"
    force = "instructs"
    action = "report on the outcomes achieved"
    created_by = factory.SubFactory(MemberFactory, role="coordinator")
    created_at = NOON


class AssignmentFactory(DjangoModelFactory):
    """A confirmed lead; `confirmed_at=None` makes a suggestion."""

    class Meta:
        model = models.Assignment

    instruction = factory.SubFactory(InstructionFactory)
    unit = factory.SubFactory(UnitFactory)
    confirmed_at = NOON


class TaskFactory(DjangoModelFactory):
    """Work that goes to nobody in particular: give it `session=SessionFactory()` and it goes to CSTD, which governs."""

    class Meta:
        model = models.Task

    instruction = factory.SubFactory(InstructionFactory)
    occurrence = factory.Sequence(lambda n: f"time-{n}")
    lead = factory.SubFactory(UnitFactory)
    due_on = date(2027, 2, 12)
    matters_on = factory.SelfAttribute("due_on")
    created_at = NOON


# ── Letters ──────────────────────────────────────────────────────────────────────────────────────────────────────


class LetterFactory(DjangoModelFactory):
    """A letter that waits to be sent."""

    class Meta:
        model = Letter

    member = factory.SubFactory(MemberFactory)
    period = "2026-W48"
    message_id = factory.LazyAttribute(lambda o: f"<{o.kind}.{o.member.pk}.{o.period}@mandates.test>")
    kind = Letter.Kind.WEEKLY
    address = factory.SelfAttribute("member.email")
    subject = "15 open tasks: 2 overdue"
    text = "15 open tasks: 2 overdue.\n"
    html = "<!doctype html><title>Letter</title><p>15 open tasks: 2 overdue.</p>"
    made_at = NOON
    next_try_at = NOON
