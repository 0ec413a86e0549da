"""Documents: received, read, filed away, tried again. The row is the queue; nothing uploaded is ever lost."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import datetime, timedelta

from django.conf import settings
from django.core.files import File
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _

import reader.apart
from mandates.models import Document, Member
from reader.document import Unreadable
from reader.limits import Limits

from . import Refused, versions

State, Step = Document.State, Document.Step

# A worker that has said nothing for this long is dead: twice the time a reading may take, wall clock.
LEASE = timedelta(minutes=5)
# A document that kills its worker each time is not tried for ever.
MOST_ATTEMPTS = 3


def limits() -> Limits:
    """The reader's limits, as the settings give them."""
    return Limits(**settings.READER_LIMITS)


def receive(*, file: File, name: str, by: Member, at: datetime) -> tuple[Document, bool]:
    """Keep an uploaded file, whatever is in it.

    Afterwards the bytes are on disk under a random name and a row waits to be read. The same bytes brought in before
    are recognised: then the document of that time comes back, and False.
    """
    digest = hashlib.sha256()
    for chunk in file.chunks():
        digest.update(chunk)
    file.seek(0)
    known = Document.objects.filter(sha256=digest.hexdigest()).first()
    if known:
        return known, False
    document = Document(
        original_name=name[-255:], size=file.size, sha256=digest.hexdigest(), received_by=by, received_at=at
    )
    document.file.save(name, file, save=False)
    try:
        with transaction.atomic():
            document.save(force_insert=True)
    except IntegrityError:  # the same file arrived a moment ago by another hand
        document.file.delete(save=False)
        return Document.objects.get(sha256=digest.hexdigest()), False
    return document, True


def claim(*, document_id: int, at: datetime) -> Document | None:
    """Take a waiting document for reading; None where another worker has it, or where it is read already."""
    taken = Document.objects.filter(pk=document_id, state=State.RECEIVED).update(
        state=State.READING, step=Step.OPENING, claimed_at=at, attempts=F("attempts") + 1, failure=""
    )
    return Document.objects.get(pk=document_id) if taken else None


def file_away(*, document: Document, clock: Callable[[], datetime]) -> None:
    """Read a claimed document and file what it says.

    Afterwards it is read, with its versions, paragraphs, suggestions and doubts in place; or it has failed, and says
    in a sentence why. Either way the file is where it was. Nothing is filed by halves.
    """
    try:
        with document.file.open("rb") as stored:
            reading = reader.apart.read_apart(stored.read(), document.original_name, limits())
        _step(document, Step.FILING, clock())
        with transaction.atomic():
            versions.lay_down(reading=reading, document=document, by=document.received_by, at=clock())
            _end(document, state=State.READ, step=Step.DONE, read_at=clock(), failure="")
    except (Unreadable, Refused) as why:
        _end(document, state=State.FAILED, failure=str(why))
    except FileNotFoundError:
        _end(
            document,
            state=State.FAILED,
            failure=_("The file is no longer in its place on the server; bring it in again."),
        )
    except Exception:
        _end(
            document,
            state=State.FAILED,
            failure=_("Something went wrong on our side while this file was filed. The file is kept; try again."),
        )
        raise


def try_again(*, document: Document, by: Member, at: datetime) -> None:
    """Put a document that could not be read back into the queue. One that is read already stays as it is."""
    again = Document.objects.filter(pk=document.pk, state=State.FAILED).update(
        state=State.RECEIVED, step=Step.NONE, failure="", claimed_at=None, attempts=0
    )
    if not again:
        raise Refused(_("This document is not waiting for another try."))


def sweep(*, at: datetime) -> list[int]:
    """Put back what dead workers left behind, give up what keeps killing them; ids of all that wait to be read."""
    left = Document.objects.left_behind(at - LEASE)
    left.filter(attempts__gte=MOST_ATTEMPTS).update(
        state=State.FAILED,
        failure=_("The reading of this file was cut off three times. The file is kept; try again later."),
    )
    left.update(state=State.RECEIVED, step=Step.NONE, claimed_at=None)
    return list(Document.objects.waiting().order_by("received_at").values_list("pk", flat=True))


def _step(document: Document, step: str, at: datetime) -> None:
    """Say how far the reading is; this also renews the claim."""
    Document.objects.filter(pk=document.pk).update(step=step, claimed_at=at)


def _end(document: Document, **fields) -> None:
    Document.objects.filter(pk=document.pk).update(**fields)
    document.refresh_from_db()
