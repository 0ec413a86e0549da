"""Bringing a document in."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from kombu.exceptions import OperationalError

from mandates import jobs
from mandates.models import Document
from tests.factories import DocumentFactory

ADDRESS = "/texts/bring-in/"


@pytest.fixture
def rung(monkeypatch) -> list[int]:
    """The documents for which the workers were rung."""
    rung: list[int] = []
    monkeypatch.setattr(jobs.read_document, "delay", rung.append)
    return rung


def paper(data: bytes = b"resolves\n1 to report;", name: str = "C26-59.docx") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data)


def test_a_file_is_kept_a_worker_is_rung_and_the_page_of_the_document_opens(
    client, li_na, rung, django_capture_on_commit_callbacks
):
    client.force_login(li_na)
    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post(ADDRESS, {"file": paper()})
    document = Document.objects.get()
    assert answer.status_code == 302
    assert answer["Location"] == f"/documents/{document.pk}/"
    assert document.file.open("rb").read() == b"resolves\n1 to report;"
    assert (document.original_name, document.received_by) == ("C26-59.docx", li_na)
    assert rung == [document.pk]


def test_with_a_broker_that_is_down_the_page_still_opens_and_says_that_the_document_waits(
    client, li_na, monkeypatch, django_capture_on_commit_callbacks
):
    def refuse(pk):
        raise OperationalError("no broker")

    monkeypatch.setattr(jobs.read_document, "delay", refuse)
    client.force_login(li_na)
    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post(ADDRESS, {"file": paper()}, follow=True)
    assert answer.status_code == 200
    assert "Waiting for its turn" in answer.text
    assert Document.objects.get().state == Document.State.RECEIVED


def test_the_same_file_twice_opens_the_document_of_then_and_says_whose_it_was(
    client, li_na, boris, rung, django_capture_on_commit_callbacks
):
    client.force_login(boris)
    client.post(ADDRESS, {"file": paper()})
    client.force_login(li_na)
    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post(ADDRESS, {"file": paper(name="another-name.docx")}, follow=True)
    assert answer.redirect_chain == [(f"/documents/{Document.objects.get().pk}/", 302)]
    assert "Boris Hahn brought in this very file on" in answer.text
    assert rung == []


@pytest.mark.parametrize(
    ("data", "sentence"),
    [(b"", "This file is empty"), (b"x" * 101, "This file has 101\xa0bytes; up to 100\xa0bytes are taken in.")],
)
def test_a_file_that_is_not_taken_leaves_the_form_and_a_sentence(client, li_na, settings, data, sentence):
    settings.UPLOAD_MAX_BYTES = 100
    client.force_login(li_na)
    answer = client.post(ADDRESS, {"file": paper(data)})
    assert answer.status_code == 422
    assert sentence in answer.text
    assert 'name="file"' in answer.text
    assert not Document.objects.exists()


def test_no_file_at_all_is_said(client, li_na):
    client.force_login(li_na)
    assert "Choose a file first." in client.post(ADDRESS).text


def test_htmx_gets_the_form_alone_or_is_led_to_the_document(client, li_na):
    client.force_login(li_na)
    wrong = client.post(ADDRESS, headers={"HX-Request": "true"})
    assert (wrong.status_code, "<html" in wrong.text) == (422, False)
    right = client.post(ADDRESS, {"file": paper()}, headers={"HX-Request": "true"})
    assert right["HX-Redirect"] == Document.objects.get().get_absolute_url()


@pytest.mark.parametrize("method", ["get", "post"])
def test_only_the_coordinator_brings_in_and_others_read_why(client, mariam, method):
    client.force_login(mariam)
    answer = getattr(client, method)(ADDRESS)
    assert answer.status_code == 403
    assert "Only the coordinator brings in documents." in answer.text


def test_the_list_of_what_was_brought_in_takes_the_same_queries_for_one_and_for_three(
    client, li_na, django_assert_max_num_queries, django_assert_num_queries
):
    client.force_login(li_na)
    DocumentFactory()
    with django_assert_max_num_queries(6) as few:
        assert "proposal.docx" in client.get(ADDRESS).text
    DocumentFactory.create_batch(2, state=Document.State.FAILED)
    with django_assert_num_queries(len(few)):
        assert client.get(ADDRESS).text.count("proposal.docx") == 3


def test_the_way_in_is_where_the_pages_say_it_is():
    assert reverse("bring-in") == ADDRESS
