"""What the reading pages are tried on: a resolution with a proposal to revise it, and templates drawn alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext

from mandates.models import Paragraph, Version
from tests.factories import ParagraphFactory, ResolutionFactory, SectionFactory, SessionFactory, VersionFactory


@dataclass
class Proposal:
    """Resolution 1332: C24 in force, and C26, which changes it in each of the ways there are."""

    before: Version
    after: Version
    report: Paragraph  # C26, instructs SG 1: new
    forum: Paragraph  # C26, instructs SG 2: the old 1, reworded
    kept: Paragraph  # C26, instructs SG 3: the old 2, renumbered
    sub: Paragraph  # C26, instructs SG 3 a: new, below it
    gone: Paragraph  # C26: the old 3, deleted

    @property
    def address(self) -> str:
        return "/texts/itu-council-1332/C26/"


@pytest.fixture
def proposal(db) -> Proposal:
    resolution = ResolutionFactory()
    council = resolution.body
    c24 = SessionFactory(code="C24", body=council, starts=date(2024, 6, 4), ends=date(2024, 6, 14), precision="day")
    before = VersionFactory(resolution=resolution, label="C24", state="in force", session=c24)
    older = SectionFactory(version=before)
    forum = ParagraphFactory(section=older, text="to hold the Forum every year;", anchor="sg-1")
    kept = ParagraphFactory(section=older, text="to keep the database;", anchor="sg-2")
    gone = ParagraphFactory(section=older, text="to brand the Forum 2025;", anchor="sg-3")
    after = VersionFactory(resolution=resolution, predecessor=before)
    newer = SectionFactory(version=after)
    return Proposal(
        before=before,
        after=after,
        report=ParagraphFactory(section=newer, change="new", anchor="sg-1"),
        forum=ParagraphFactory(
            section=newer,
            number="2",
            number_before="1",
            predecessor=forum,
            change="reworded",
            anchor="sg-2",
            text="to hold the Forum each year;",
            redline=[
                {"text": "to hold the Forum ", "side": "both"},
                {"text": "every", "side": "before"},
                {"text": "each", "side": "after"},
                {"text": " year;", "side": "both"},
            ],
        ),
        kept=(
            third := ParagraphFactory(
                section=newer,
                number="3",
                number_before="2",
                predecessor=kept,
                change="renumbered",
                anchor="sg-3",
                text=kept.text,
            )
        ),
        sub=ParagraphFactory(
            section=newer,
            parent=third,
            depth=1,
            number="a",
            printed="a)",
            address="instructs the Secretary-General/3/a",
            anchor="sg-3-a",
            change="new",
            text="and its copies;",
        ),
        gone=ParagraphFactory(
            section=newer,
            number="",
            printed="",
            number_before="3",
            predecessor=gone,
            change="gone",
            anchor="sg-3-gone",
            address="instructs the Secretary-General/3 gone",
            text="",
            redline=[{"text": "to brand the Forum 2025;", "side": "before"}],
        ),
    )


@pytest.fixture
def queries():
    """How many queries a call takes: `queries(lambda: …)`."""

    def count(call) -> int:
        with CaptureQueriesContext(connection) as asked:
            call()
        return len(asked)

    return count


@pytest.fixture
def draw(django_assert_num_queries):
    """Draw a template with a filled page, and see that the database is not asked once."""

    def drawn(template: str, member: Any, **context: Any) -> str:
        request = RequestFactory().get("/")
        request.user = member
        with django_assert_num_queries(0):
            return render_to_string(template, {"user": member, **context}, request)

    return drawn
