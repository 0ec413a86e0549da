"""The page of all texts."""

from __future__ import annotations

import re

import pytest

from mandates.models import Document
from reports.texts import TextsPage
from tests.factories import (
    BodyFactory,
    DocumentFactory,
    DoubtFactory,
    ParagraphFactory,
    ResolutionFactory,
    SectionFactory,
    SuggestionFactory,
    VersionFactory,
    instruction_in,
)


def plain(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def test_the_front_door_leads_to_the_texts(client, mariam):
    client.force_login(mariam)
    assert client.get("/").url == "/texts/"


def test_nobody_reads_without_logging_in(client, proposal):
    for address in ("/texts/", proposal.address, "/instructions/", "/sessions/", f"/p/{proposal.sub.pk}/"):
        assert client.get(address).url.startswith("/account/login/")


def test_an_empty_page_says_what_to_do_next_to_who_may_and_to_who_may_not(client, li_na, mariam):
    client.force_login(li_na)
    html = client.get("/texts/").text
    assert "No text is held yet" in html
    assert html.count('href="/texts/bring-in/"') == 1
    client.force_login(mariam)
    html = client.get("/texts/").text
    assert "The coordinator brings in resolutions" in html
    assert "/texts/bring-in/" not in html


def test_a_text_stands_under_its_body_with_its_versions_and_what_is_open(client, li_na, proposal):
    instruction_in(proposal.report)
    SuggestionFactory(paragraph=proposal.forum)
    DoubtFactory(paragraph=proposal.forum)
    client.force_login(li_na)
    html = client.get("/texts/").text
    row = re.search(r"<tbody.*?</tbody>", html, re.DOTALL)[0]
    assert plain(row) == (
        "Council Resolution 1332 ITU role in the implementation of the WSIS outcomes "
        "C24 &nbsp; in force C26 &nbsp; proposed 1 1 suggestion left, 1 question"
    )
    assert 'href="/instructions/?resolution=itu-council-1332">1</a>' in row
    assert 'href="/texts/itu-council-1332/C26/review/"' in row


def test_a_text_with_nothing_left_to_decide_is_said_to_be_reviewed(client, li_na, proposal):
    client.force_login(li_na)
    assert 'class="st st--done"' in client.get("/texts/").text


def test_documents_that_wait_or_failed_are_shown_with_the_reason(client, li_na):
    DocumentFactory(state=Document.State.FAILED, failure="It is encrypted.", original_name="secret.docx")
    DocumentFactory(state=Document.State.RECEIVED, original_name="new.docx")
    DocumentFactory(state=Document.State.READ, original_name="done.docx")
    client.force_login(li_na)
    words = plain(client.get("/texts/").text)
    assert "Could not be read 1" in words
    assert "It is encrypted." in words
    assert "Being read 1 new.docx waiting to be read" in words
    assert "done.docx" not in words


def text(number: str) -> None:
    version = VersionFactory(resolution=ResolutionFactory(number=number, body=BodyFactory(code=f"Body {number}")))
    paragraph = ParagraphFactory(section=SectionFactory(version=version))
    instruction_in(paragraph)
    SuggestionFactory(paragraph=paragraph)
    DocumentFactory(state=Document.State.RECEIVED)


def test_three_texts_take_the_same_queries_as_one(db, queries):
    text("1")
    few = queries(TextsPage.load)
    assert few <= 6
    text("2")
    text("3")
    assert queries(TextsPage.load) == few


@pytest.mark.usefixtures("proposal")
def test_the_template_asks_the_database_nothing(li_na, draw):
    text("1")
    assert "Council Resolution 1332" in draw("reports/texts.html", li_na, page=TextsPage.load(), may_bring_in=True)
