"""The list of sessions, and what one session asks for."""

from __future__ import annotations

import re
from datetime import date

import pytest

from mandates.models import Instruction, Session
from reports.sessions import SessionPage, SessionsPage
from tests.factories import (
    BodyFactory,
    ParagraphFactory,
    SectionFactory,
    SessionFactory,
    VersionFactory,
    instruction_in,
)

TODAY = date(2026, 11, 24)


def plain(html: str) -> str:
    return re.sub(r"\s+([,.;:)])", r"\1", " ".join(re.sub(r"<[^>]+>", " ", html).split()))


@pytest.fixture
def cstd(db) -> Session:
    body = BodyFactory(code="CSTD", name="Commission on Science and Technology for Development", house="UN")
    return SessionFactory(number=30, body=body)


def session_page(session: Session, today: date = TODAY) -> SessionPage:
    return SessionPage.of(Session.objects.select_related("body").get(pk=session.pk), today=today)


def owed(**deadline) -> dict:
    return {"deadline": deadline, "reports_to": ["CSTD"]}


def titles(rows) -> list[str]:
    return [row.instruction.title for row in rows]


# ── One session ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_what_is_due_what_comes_back_and_what_passes_through_are_told_apart(cstd):
    paragraph = ParagraphFactory()
    instruction_in(paragraph, title="Due", **owed(session="CSTD-30"))
    instruction_in(paragraph, title="Yearly", **owed(recurrence="FREQ=YEARLY"))
    instruction_in(paragraph, title="Through", deadline=None, reports_to=["ECOSOC"], via=["the CSTD"])
    instruction_in(paragraph, title="Elsewhere", deadline=None, reports_to=["Council"], via=["CWG"])
    page = session_page(cstd)
    assert (titles(page.due), titles(page.recurring), titles(page.through)) == (["Due"], ["Yearly"], ["Through"])


def test_nothing_is_listed_twice_and_what_is_closed_is_not_asked_for(cstd):
    paragraph = ParagraphFactory()
    instruction_in(paragraph, title="Both", via=["CSTD"], **owed(session="CSTD-30", recurrence="FREQ=YEARLY"))
    closed = instruction_in(paragraph, title="Closed", **owed(session="CSTD-30"))
    Instruction.objects.filter(pk=closed.pk).update(state="closed")
    page = session_page(cstd)
    assert (titles(page.due), page.recurring, page.through) == (["Both"], (), ())


@pytest.mark.parametrize(
    ("until", "comes"),
    [("", True), ("2026", False), ("2027", True), ("CSTD-29", False), ("CSTD-31", True), ("some day", True)],
)
def test_what_recurs_comes_back_until_its_end(cstd, until, comes):
    SessionFactory(code="CSTD-29", body=cstd.body, starts=date(2026, 4, 1), ends=date(2026, 4, 30))
    SessionFactory(code="CSTD-31", body=cstd.body, starts=date(2028, 4, 1), ends=date(2028, 4, 30))
    instruction_in(ParagraphFactory(), **owed(recurrence="FREQ=YEARLY", until=until))
    assert bool(session_page(cstd).recurring) is comes


def test_what_begins_at_a_later_session_does_not_come_back_before_it_begins(cstd):
    SessionFactory(code="CSTD-31", body=cstd.body, number=31, starts=date(2028, 4, 1), ends=date(2028, 4, 30))
    instruction_in(ParagraphFactory(), **owed(session="CSTD-31", recurrence="FREQ=YEARLY"))
    assert session_page(cstd).count == 0


def test_a_past_session_lists_what_named_it_and_not_what_recurs_today(cstd):
    paragraph = ParagraphFactory()
    instruction_in(paragraph, title="Due", **owed(session="CSTD-30"))
    instruction_in(paragraph, title="Yearly", **owed(recurrence="FREQ=YEARLY"))
    page = session_page(cstd, today=date(2028, 1, 1))
    assert (titles(page.due), page.recurring) == (["Due"], ())


def test_the_page_says_dates_as_precisely_as_they_are_known_and_what_is_not_announced(client, mariam, cstd):
    client.force_login(mariam)
    html = client.get("/sessions/CSTD-30/").text
    assert "CSTD 30 (2027): what it asks for" in html
    assert '<span class="vague">' in html
    assert "Document deadline not announced" in plain(html)
    assert "Nothing is owed to this session" in html
    assert "Edit the session" not in html


def test_a_document_deadline_says_how_many_days_are_left(cstd):
    Session.objects.filter(pk=cstd.pk).update(document_deadline=date(2027, 2, 12))
    assert session_page(cstd).days == 80


def test_texts_proposed_to_a_session_stand_on_its_page(client, mariam, proposal):
    client.force_login(mariam)
    words = plain(client.get("/sessions/C24/").text)
    assert "Texts of this session 1 Council Resolution 1332 (C24) in force" in words


def test_the_sessions_of_a_body_lead_to_each_other(cstd):
    older = SessionFactory(code="CSTD-29", body=cstd.body, number=29, starts=date(2026, 4, 1), ends=date(2026, 4, 30))
    assert session_page(cstd).previous == older
    assert session_page(older).next == cstd
    assert session_page(cstd).next is None


@pytest.mark.parametrize("code", ["CWG-WSIS&SDG-44", "HLPF 2027", "C26-last"])
def test_a_code_with_a_sign_in_it_has_an_address(client, mariam, db, code):
    SessionFactory(code=code)
    client.force_login(mariam)
    html = client.get("/sessions/").text
    address = re.search(r'href="(/sessions/[^"]+/)"', html)[1].replace("&amp;", "&")
    assert client.get(address).status_code == 200


# ── The list ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_sessions_stand_in_two_lists_the_soonest_and_the_latest_first(cstd):
    for code, starts in (("CSTD-28", date(2025, 4, 1)), ("CSTD-29", date(2026, 4, 1)), ("CSTD-31", date(2028, 4, 1))):
        SessionFactory(code=code, body=cstd.body, starts=starts, ends=starts)
    page = SessionsPage.on(TODAY)
    assert [row.session.code for row in page.upcoming] == ["CSTD-30", "CSTD-31"]
    assert [row.session.code for row in page.past] == ["CSTD-29", "CSTD-28"]


def test_a_session_that_ends_today_is_not_past(cstd):
    Session.objects.filter(pk=cstd.pk).update(starts=TODAY, ends=TODAY)
    assert [row.session for row in SessionsPage.on(TODAY).upcoming] == [cstd]


def test_the_number_of_what_is_due_leads_to_these_instructions(client, mariam, cstd):
    instruction_in(ParagraphFactory(), **owed(session="CSTD-30"))
    client.force_login(mariam)
    assert '<a href="/instructions/?session=CSTD-30">1</a>' in client.get("/sessions/").text


# ── How much is asked ────────────────────────────────────────────────────────────────────────────────────────────


def fill(section) -> None:
    paragraph = ParagraphFactory(section=section)
    instruction_in(paragraph, **owed(session="CSTD-30"))
    instruction_in(paragraph, **owed(recurrence="FREQ=YEARLY"))
    instruction_in(paragraph, deadline=None, reports_to=[], via=["CSTD"])


def test_three_of_each_take_the_same_queries_as_one(cstd, queries):
    section = SectionFactory(version=VersionFactory(session=cstd))
    fill(section)
    few = queries(lambda: session_page(cstd)), queries(lambda: SessionsPage.on(TODAY))
    assert few[0] <= 14
    fill(section)
    fill(section)
    SessionFactory(code="CSTD-31", body=cstd.body)
    assert (queries(lambda: session_page(cstd)), queries(lambda: SessionsPage.on(TODAY))) == few


def test_the_templates_ask_the_database_nothing(cstd, mariam, draw):
    fill(SectionFactory(version=VersionFactory(session=cstd)))
    SessionFactory(code="CSTD-29", body=cstd.body, number=29, starts=date(2026, 4, 1), ends=date(2026, 4, 30))
    assert "CSTD 29" in draw("reports/session.html", mariam, page=session_page(cstd), may_edit=True)
    assert "CSTD 30" in draw("reports/sessions.html", mariam, page=SessionsPage.on(TODAY))
