"""A document is kept whatever happens to it, and read once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.files.base import ContentFile

from mandates.actions import Refused, documents, facts
from mandates.jobs import read_document, sweep
from mandates.models import Document, Version
from tests.factories import NOON, DocumentFactory

pytestmark = pytest.mark.django_db


def clock():
    return NOON


def bring(data: bytes, by, name: str = "paper.docx"):
    return documents.receive(file=ContentFile(data), name=name, by=by, at=NOON)


def test_a_document_is_stored_under_a_name_that_its_uploader_did_not_choose(li_na):
    document, new = bring(b"bytes", li_na, name="../../etc/passwd.docx")
    assert new
    assert document.file.name.startswith("documents/")
    assert "passwd" not in document.file.name
    assert document.file.read() == b"bytes"


def test_the_same_bytes_are_recognised_whoever_brings_them(li_na, boris):
    first, _ = bring(b"bytes", li_na)
    again, new = bring(b"bytes", boris, name="other name.docx")
    assert (again, new, Document.objects.count()) == (first, False, 1)
    assert again.received_by == li_na


def test_only_one_of_two_workers_gets_a_document(li_na):
    document, _ = bring(b"bytes", li_na)
    assert documents.claim(document_id=document.pk, at=NOON) == document
    assert documents.claim(document_id=document.pk, at=NOON) is None


def test_the_founding_document_goes_through_the_queue_to_its_review(li_na, sample):
    facts.load(at=NOON)
    document, _ = bring(sample.read_bytes(), li_na)

    read_document(document.pk)

    document.refresh_from_db()
    assert (document.state, document.failure) == ("read", "")
    assert [str(version) for version in document.versions.all()] == ["Res. 1332 (C24)", "Res. 1332 (C26)"]
    assert document.front_matter[0] == "Purpose"


def test_a_file_that_cannot_be_read_is_kept_and_says_why_and_may_be_tried_again(li_na):
    document, _ = bring(b"PK\x03\x04 not really", li_na)
    documents.claim(document_id=document.pk, at=NOON)

    documents.file_away(document=Document.objects.get(pk=document.pk), clock=clock)

    document.refresh_from_db()
    assert document.state == "failed"
    assert document.failure.endswith(".")
    assert document.file.read() == b"PK\x03\x04 not really"
    documents.try_again(document=document, by=li_na, at=NOON)
    document.refresh_from_db()
    assert (document.state, document.failure) == ("received", "")


def test_a_document_that_was_read_is_not_read_again(li_na):
    with pytest.raises(Refused):
        documents.try_again(document=DocumentFactory(state="read"), by=li_na, at=NOON)


def test_an_error_of_ours_files_nothing_by_halves(li_na, sample, monkeypatch):
    def broken(**_):
        Version.objects.first().save()
        raise RuntimeError("a bug")

    facts.load(at=NOON)
    document, _ = bring(sample.read_bytes(), li_na)
    monkeypatch.setattr("mandates.actions.versions.suggestions.propose", broken)
    claimed = documents.claim(document_id=document.pk, at=NOON)

    with pytest.raises(RuntimeError):
        documents.file_away(document=claimed, clock=clock)

    document.refresh_from_db()
    assert (document.state, Version.objects.count()) == ("failed", 0)
    assert "The file is kept" in document.failure


def test_the_sweep_rings_for_what_waits_and_for_what_a_dead_worker_left(monkeypatch):
    rung = []
    monkeypatch.setattr("mandates.jobs.read_document.delay", rung.append)
    long_ago = NOON - timedelta(days=400)
    waiting = DocumentFactory(state="received")
    left = DocumentFactory(state="reading", claimed_at=long_ago, attempts=1)
    hopeless = DocumentFactory(state="reading", claimed_at=long_ago, attempts=3)
    DocumentFactory(state="read")

    sweep()

    assert sorted(rung) == sorted([waiting.pk, left.pk])
    hopeless.refresh_from_db()
    assert hopeless.state == "failed"
    assert "three times" in hopeless.failure
