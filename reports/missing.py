"""What is missing: each kind as a number that leads to exactly its rows, who sits on it, and what to do next.

A gap whose rows are a list that stands elsewhere leads there; the rows of the others stand on this page, below `show`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.core.paginator import Page, Paginator
from django.http import QueryDict

from mandates.models import Member

from .clocks import Moment
from .gaps import GAPS, Row

ON_A_PAGE = 50


@dataclass(frozen=True, slots=True)
class Whom:
    """Somebody with whom a part of a gap lies; `url` leads to that part, "" where there is no list of it."""

    words: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One kind of gap: its number and the way to its rows."""

    key: str
    title: str
    why: str
    count: int
    url: str
    whom: tuple[Whom, ...]
    next: str


@dataclass(frozen=True)
class Shown:
    """The rows of one gap, a page of them."""

    key: str
    title: str
    rows: tuple[Row, ...]
    page: Page

    @property
    def total(self) -> int:
        return self.page.paginator.count

    @property
    def query(self) -> str:
        return f"show={self.key}"


@dataclass(frozen=True)
class MissingPage:
    """All gaps, as of now. A fixed number of queries."""

    lines: tuple[Line, ...]
    shown: Shown | None

    @classmethod
    def of(cls, query: QueryDict, now: datetime) -> MissingPage:
        moment = Moment.of(now)
        coordinators = Member.objects.filter(role=Member.Role.COORDINATOR, is_active=True).order_by("pk")
        named = tuple(Whom(str(member)) for member in coordinators[:3])
        asked = next((gap for gap in GAPS if gap.key == query.get("show") and not gap.list_url), None)
        shown = None
        if asked is not None:
            page = Paginator(asked.rows(moment), ON_A_PAGE).get_page(query.get("page"))
            shown = Shown(asked.key, str(asked.title), tuple(asked.said(list(page.object_list))), page)
        return cls(
            lines=tuple(
                Line(
                    key=gap.key,
                    title=str(gap.title),
                    why=str(gap.why),
                    count=gap.rows(moment).count(),
                    url=gap.list_url or f"?show={gap.key}#rows",
                    whom=tuple(Whom(*each) for each in gap.whom(moment)) if gap.whom else named,
                    next=str(gap.next),
                )
                for gap in GAPS
            ),
            shown=shown,
        )

    @property
    def found(self) -> tuple[Line, ...]:
        return tuple(line for line in self.lines if line.count)

    @property
    def clear(self) -> str:
        """What is not missing, in one sentence."""
        return "; ".join(line.title for line in self.lines if not line.count)
