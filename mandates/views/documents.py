"""Bringing a document in, and what came of it."""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass

from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.db.models import Count, Q
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import HttpResponseClientRedirect

from mandates import jobs, rules
from mandates.actions import Refused, documents, plans
from mandates.forms import DocumentForm
from mandates.models import Document, Member, Paragraph, Suggestion, Version

from . import PageRequest

LATELY = 20  # documents in the list under the form
State, Step = Document.State, Document.Step
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class StepLine:
    word: str
    state: str  # done | now | to come


@dataclass(frozen=True)
class DocumentPage:
    """What came of a document: how far its reading is, and the versions that were filed from it."""

    document: Document
    versions: tuple[Version, ...]
    may_try: bool

    @property
    def is_under_way(self) -> bool:
        return self.document.state in {State.RECEIVED, State.READING}

    @property
    def newest(self) -> Version | None:
        """The version that a person is to review: the text after the changes."""
        return self.versions[-1] if self.versions else None

    @property
    def steps(self) -> list[StepLine]:
        """The steps of the reading, each done, under way, or to come."""
        order = [Step.NONE, Step.OPENING, Step.COMPARING, Step.FILING, Step.DONE]
        at = order.index(Step(self.document.step))
        finished = self.document.state == State.READ
        return [
            StepLine(str(step.label), "done" if finished or turn < at else "now" if turn == at else "to come")
            for turn, step in enumerate(order)
        ]


def document_page(document: Document, member: Member) -> DocumentPage:
    standing = ~Q(paragraphs__change=Paragraph.Change.GONE)
    versions = (
        document.versions.select_related("resolution__body", "session")
        .annotate(
            paragraph_count=Count("paragraphs", filter=standing, distinct=True),
            suggestion_count=Count("suggestions", distinct=True),
            left_count=Count("suggestions", filter=Q(suggestions__state=Suggestion.State.OPEN), distinct=True),
            question_count=Count("doubts", filter=Q(doubts__answer=""), distinct=True),
        )
        .order_by("position")
    )
    return DocumentPage(document, tuple(versions), rules.may(member, "bring in documents"))


def _ring_after_commit(document: Document) -> None:
    """Tell the workers that a document waits."""

    def ring() -> None:
        jobs.read_document.delay(document.pk)

    # A broker that is down costs only the doorbell: the row is the queue, and the sweep finds it. (Robust callbacks
    # must be functions: Django names the one that failed by its __qualname__, which a partial lacks.)
    transaction.on_commit(ring, robust=True)


@require_http_methods(["GET", "POST"])
def bring_in(request: PageRequest) -> HttpResponse:
    rules.require(request.user, "bring in documents")
    form = DocumentForm(request.POST or None, request.FILES or None)
    if request.method == "POST":
        form = DocumentForm(request.POST, request.FILES)
        if form.is_valid():
            file = form.cleaned_data["file"]
            document, is_new = documents.receive(file=file, name=file.name, by=request.user, at=timezone.now())
            if is_new:
                _ring_after_commit(document)
            else:
                when = date_format(plans.at_the_seat(document.received_at), "j F Y, H:i")
                messages.warning(
                    request,
                    _("%(who)s brought in this very file on %(when)s; here is what came of it.")
                    % {"who": document.received_by, "when": when},
                )
            address = document.get_absolute_url()
            return HttpResponseClientRedirect(address) if request.htmx else redirect(address)
    lately = Document.objects.select_related("received_by").order_by("-received_at")[:LATELY]
    context = {"form": form, "lately": list(lately), "most": settings.UPLOAD_MAX_BYTES}
    template = "mandates/_bring_in_form.html" if request.htmx else "mandates/bring_in.html"
    return render(request, template, context, status=422 if form.errors else 200)


@require_safe
def document(request: PageRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(Document.objects.select_related("received_by"), pk=pk)
    return render(request, "mandates/document.html", {"page": document_page(row, request.user)})


@require_safe
def progress(request: PageRequest, pk: int) -> HttpResponse:
    """How far the reading is, asked for again and again while it is under way."""
    row = get_object_or_404(Document.objects.select_related("received_by"), pk=pk)
    if not request.htmx:
        return redirect(row)
    return render(request, "mandates/_progress.html", {"page": document_page(row, request.user)})


@require_POST
def again(request: PageRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(Document, pk=pk)
    rules.require(request.user, "bring in documents")
    try:
        documents.try_again(document=row, by=request.user, at=timezone.now())
    except Refused as why:
        messages.warning(request, str(why))
    else:
        _ring_after_commit(row)
    return redirect(row)


def safe_name(document: Document) -> str:
    """The name under which the file is handed out: as it was called, without paths and signs that steer."""
    name = re.sub(r"[\x00-\x1f\x7f\u200e\u200f\u202a-\u202e\u2066-\u2069]", "", document.original_name)
    name = re.split(r"[\\/]", name)[-1].strip(" .")
    return name or f"document-{document.pk}"


@cache_control(private=True, no_store=True)
@require_safe
def file(request: PageRequest, pk: int) -> HttpResponse | FileResponse:
    row = get_object_or_404(Document, pk=pk)
    try:
        stored = row.file.open("rb")
    except FileNotFoundError:
        log.error("The file of document %s is not where it was put", row.pk)
        raise Http404(_("The file is no longer in its place on the server.")) from None
    # never shown in the page's own origin, whatever is in it
    answer = FileResponse(stored, as_attachment=True, filename=safe_name(row), content_type="application/octet-stream")
    answer["X-Content-Type-Options"] = "nosniff"
    return answer
