"""What runs in the background: thin functions that fetch by id and call one action."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from mandates.actions import documents, tasks


@shared_task(ignore_result=True)
def read_document(document_id: int) -> None:
    """Read one document, unless another worker has it."""
    document = documents.claim(document_id=document_id, at=timezone.now())
    if document:
        documents.file_away(document=document, clock=timezone.now)


@shared_task(ignore_result=True)
def sweep() -> None:
    """Ring for every document that waits: the doorbell of one may have been lost with a broker or a worker."""
    for document_id in documents.sweep(at=timezone.now()):
        read_document.delay(document_id)


@shared_task(ignore_result=True)
def make_ahead() -> None:
    """Make the tasks that the window of the years ahead has reached. Once a day is enough; twice does no harm."""
    tasks.make_ahead(at=timezone.now())
