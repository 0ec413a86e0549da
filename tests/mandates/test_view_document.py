"""What came of a document."""

from __future__ import annotations

import pytest
from django.shortcuts import render

from mandates import jobs
from mandates.models import Document
from mandates.views.documents import document_page, safe_name
from tests.factories import DocumentFactory, DoubtFactory, ParagraphFactory, SuggestionFactory

State, Step = Document.State, Document.Step


def test_while_it_is_read_the_page_shows_the_step_and_asks_again_by_itself(client, mariam):
    client.force_login(mariam)
    document = DocumentFactory(state=State.READING, step=Step.FILING)
    text = client.get(f"/documents/{document.pk}/").text
    assert f'hx-get="/documents/{document.pk}/progress/"' in text
    assert '<noscript><meta http-equiv="refresh"' in text
    now = text.split('aria-current="step"')[1].split("</li>")[0]
    assert "Filing paragraphs and suggestions" in now


def test_the_piece_that_is_asked_for_again_is_the_one_in_the_page(client, mariam):
    client.force_login(mariam)
    document = DocumentFactory(state=State.READING, step=Step.OPENING)
    piece = client.get(f"/documents/{document.pk}/progress/", headers={"HX-Request": "true"}).text
    assert piece.strip() in client.get(f"/documents/{document.pk}/").text
    assert client.get(f"/documents/{document.pk}/progress/")["Location"] == f"/documents/{document.pk}/"


def test_what_was_read_leads_to_its_review_with_what_is_left(client, mariam):
    client.force_login(mariam)
    paragraph = ParagraphFactory()
    SuggestionFactory.create_batch(2, paragraph=paragraph)
    DoubtFactory(paragraph=paragraph)
    version = paragraph.version
    text = client.get(f"/documents/{version.document_id}/").text
    assert f'href="/texts/{version.resolution.slug}/C26/review/"' in text
    assert "1 paragraph, 2 suggestions, 2 to decide, 1 question" in " ".join(text.split())
    assert "hx-trigger" not in text


def test_a_document_with_two_texts_leads_to_the_review_of_the_newer_in_the_same_queries(
    client, mariam, django_assert_max_num_queries, django_assert_num_queries
):
    client.force_login(mariam)
    older = ParagraphFactory(section__version__label="C24").version
    with django_assert_max_num_queries(6) as few:
        client.get(f"/documents/{older.document_id}/")
    newer = ParagraphFactory(section__version__label="C26", section__version__document=older.document).version
    assert newer.position > older.position
    with django_assert_num_queries(len(few)):
        text = client.get(f"/documents/{older.document_id}/").text
    assert "/C26/review/" in text
    assert "/C24/review/" not in text


def test_the_template_asks_the_database_nothing(li_na, rf, django_assert_num_queries):
    version = ParagraphFactory(section__version__document__received_by=li_na).version
    page = document_page(Document.objects.select_related("received_by").get(pk=version.document_id), li_na)
    request = rf.get("/")
    request.user = li_na
    with django_assert_num_queries(0):
        html = render(request, "mandates/document.html", {"page": page}).content.decode()
    assert "1 paragraph" in html


def test_one_that_could_not_be_read_says_why_and_that_it_is_kept(client, mariam):
    client.force_login(mariam)
    document = DocumentFactory(state=State.FAILED, failure="This file is encrypted.")
    text = client.get(f"/documents/{document.pk}/").text
    assert "This file is encrypted." in text
    assert "The file is kept." in text
    assert "/again/" not in text  # only the coordinator may


def test_the_coordinator_tries_again_and_the_workers_are_rung(
    client, li_na, monkeypatch, django_capture_on_commit_callbacks
):
    rung: list[int] = []
    monkeypatch.setattr(jobs.read_document, "delay", rung.append)
    client.force_login(li_na)
    document = DocumentFactory(state=State.FAILED, failure="This file is encrypted.")
    assert "/again/" in client.get(f"/documents/{document.pk}/").text
    with django_capture_on_commit_callbacks(execute=True):
        client.post(f"/documents/{document.pk}/again/")
    document.refresh_from_db()
    assert (document.state, rung) == (State.RECEIVED, [document.pk])


def test_what_is_read_already_is_not_tried_again(client, li_na, mariam):
    client.force_login(li_na)
    document = DocumentFactory()
    assert "not waiting for another try" in client.post(f"/documents/{document.pk}/again/", follow=True).text
    client.force_login(mariam)
    assert client.post(f"/documents/{document.pk}/again/").status_code == 403


def test_the_file_is_handed_out_as_an_attachment_that_nobody_keeps(client, mariam):
    client.force_login(mariam)
    document = DocumentFactory(original_name="C26 – 59.html")
    answer = client.get(f"/documents/{document.pk}/file/")
    assert b"".join(answer.streaming_content) == b"bytes"
    assert answer["Content-Disposition"] == "attachment; filename*=utf-8''C26%20%E2%80%93%2059.html"
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert set(answer["Cache-Control"].split(", ")) == {"private", "no-store"}


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\temp\\proposal.docx", "proposal.docx"),
        ('a"b\r\nX-Header: 1.docx', 'a"bX-Header: 1.docx'),
        ("proposal\u202excod.exe", "proposalxcod.exe"),
        ("..", "document-7"),
    ],
)
def test_a_name_carries_no_path_and_no_sign_that_steers(name, safe):
    assert safe_name(Document(pk=7, original_name=name)) == safe


def test_a_file_that_has_gone_from_the_disk_is_said_not_to_be_there(client, mariam):
    client.force_login(mariam)
    document = DocumentFactory()
    document.file.storage.delete(document.file.name)
    assert client.get(f"/documents/{document.pk}/file/").status_code == 404


def test_front_matter_is_shown_as_text_never_as_markup(client, mariam):
    client.force_login(mariam)
    document = DocumentFactory(front_matter=["<script>alert(1)</script>", "MOD"])
    text = client.get(f"/documents/{document.pk}/").text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text
    assert "<script>alert" not in text
