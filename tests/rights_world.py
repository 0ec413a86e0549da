"""What the walk over all URLs asks for: one thing of each kind, by the name that `rights_table` calls it, and a client
for each role. The member's unit leads the task; the outsider's has no part in anything.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.core.files.base import ContentFile
from django.test import Client

from mandates.actions import assignments, comments, evidence, feeds, inputs, saved_views, status
from mandates.models import ActionLine, Assignment, Document, Member, Task
from reports.letters import stopping
from tests.factories import (
    NOON,
    DocumentFactory,
    DoubtFactory,
    HoldingFactory,
    InstructionFactory,
    LetterFactory,
    MemberFactory,
    ParagraphFactory,
    PostFactory,
    SessionFactory,
    SuggestionFactory,
    TaskFactory,
    UnitFactory,
    instruction_in,
)

ROLES = ("viewer", "member", "coordinator", "chair", "administrator")


@dataclass
class World:
    """`clients` by role, `things` by name: what stands in an address."""

    clients: dict[str, Client] = field(default_factory=dict)
    members: dict[str, Member] = field(default_factory=dict)
    things: dict[str, Any] = field(default_factory=dict)


def make_world() -> World:
    world = World()
    for name in (*ROLES, "outsider", "disabled"):
        role = {"outsider": "member", "disabled": "administrator"}.get(name, name)
        member = MemberFactory(
            username=name,
            role=role,
            is_staff=role in {"coordinator", "administrator"},
            is_superuser=role == "administrator",
        )
        client = Client(raise_request_exception=False)
        client.force_login(member)
        world.members[name], world.clients[name] = member, client
    world.clients["anonymous"] = Client(raise_request_exception=False)
    Member.objects.filter(username="disabled").update(is_active=False)
    _things(world)
    return world


def _things(world: World) -> None:
    coordinator, member = world.members["coordinator"], world.members["member"]
    post = PostFactory()
    holding = HoldingFactory(member=member, post=post)
    outside = PostFactory(unit=UnitFactory(abbr="TSB"))
    HoldingFactory(member=world.members["outsider"], post=outside)
    paragraph = ParagraphFactory()
    session = SessionFactory()
    instruction = instruction_in(paragraph, by=coordinator)
    lead = assignments.assign(
        instruction=instruction, unit=post.unit, part=Assignment.Part.LEAD, by=coordinator, at=NOON
    )
    task = TaskFactory(instruction=instruction, occurrence="now")
    submitted = TaskFactory(instruction=instruction, occurrence="submitted", session=session)
    link = evidence.Given(link="https://example.org/report")
    for each, by in (
        (submitted, member),
        (closed := TaskFactory(instruction=instruction, occurrence="closed"), member),
    ):
        status.update(task=each, to=Task.Status.DONE, words="Sent.", by=by, at=NOON, seen=1, evidence=[link])
    internal = evidence.add(task=task, given=evidence.Given(link="C26/59"), by=member, at=NOON)
    filed = evidence.Given(file=ContentFile(b"%PDF-1.7 minutes"), name="minutes.pdf")
    minutes = evidence.add(task=task, given=filed, by=member, at=NOON)
    public = evidence.add(task=task, given=evidence.Given(link="C26/60", public=True), by=member, at=NOON)
    line = ActionLine.objects.create(code="C2", title="Infrastructure", position=2, focal_unit=UnitFactory(abbr="BDT"))
    suggested = Assignment.objects.create(instruction=InstructionFactory(), unit=line.focal_unit)
    [asked] = inputs.ask(task=task, units=[outside.unit], by=coordinator, at=NOON)
    feed = feeds.make(member=member, of="person", target="", at=NOON + timedelta(1))
    world.things.update(
        {
            "text": paragraph.version.resolution.slug,
            "version": paragraph.version.slug,
            "paragraph": paragraph.pk,
            "document": paragraph.version.document_id,
            "failed document": DocumentFactory(state=Document.State.FAILED).pk,
            "suggestion": SuggestionFactory(paragraph=paragraph).pk,
            "other suggestion": SuggestionFactory(paragraph=paragraph).pk,
            "doubt": DoubtFactory(paragraph=paragraph).pk,
            "resolution": paragraph.version.resolution_id,
            "instruction": instruction.pk,
            "schedule": instruction.schedules.get().pk,
            "session": session.code,
            "task": task.pk,
            "submitted task": submitted.pk,
            "closed task": closed.pk,
            "evidence": internal.pk,
            "evidence file": minutes.pk,
            "public evidence": public.pk,
            "comment": comments.add(task=task, words="Any news?", by=member, at=NOON).pk,
            "input": asked.pk,
            "unit": post.unit_id,
            "another unit": line.focal_unit_id,
            "post": post.pk,
            "holding": holding.pk,
            "assignment": lead.pk,
            "suggested assignment": suggested.pk,
            "line": line.code,
            "counted by": "line",
            "counted across": "unit",
            "feed": feed.pk,
            "feed secret": feed.secret,
            "letter": LetterFactory(state="failed", member=member).pk,
            "letter token": stopping.token(member),
            "view": saved_views.keep(member=member, page="tasks", name="Mine", query="status=risk").pk,
            "somebody": world.members["viewer"].pk,
        }
    )
