"""Decisions on the review page: on a suggestion, on a doubt, and an instruction that the machine did not see.

Each answers HTMX with the paragraph (or doubt) that it changed and the line of progress, and everybody else with a
redirect to the paragraph. Where somebody else was quicker the answer is 409, with what they did and what was typed.
"""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from mandates import rules
from mandates.actions import Overtaken, Refused, doubts, plans, successions
from mandates.actions import suggestions as decisions
from mandates.forms import InstructionForm
from mandates.models import Doubt, Paragraph, Suggestion, Version
from mandates.models.words import plain

from . import PageRequest, number_in
from .cards import Notice
from .review import Asked, progress_of, review_page


def _suggestion(pk: int) -> Suggestion:
    return get_object_or_404(Suggestion, pk=pk)


def _version(pk: int) -> Version:
    return Version.objects.select_related("resolution__body", "session", "document", "predecessor").get(pk=pk)


def _seen(request: PageRequest) -> int:
    """The revision that the person had before them when they decided."""
    seen = number_in(request.POST.get("seen", ""))
    if seen is None:
        raise BadRequest("The form does not say what was seen.")
    return seen


def _form(request: PageRequest, suggestion: Suggestion, *, bound: bool = False) -> InstructionForm:
    return InstructionForm(
        request.POST if bound else None,
        read=suggestion.fields,
        title=suggestion.title,
        today=plans.today(timezone.now()),
        of=suggestion.pk,
        auto_id=f"s{suggestion.pk}-%s",
    )


def _to_review(version: Version, paragraph: Paragraph | None) -> HttpResponse:
    """Back to the page of the review on which a paragraph stands."""
    address = reverse("review", args=[version.resolution.slug, version.slug])
    return redirect(f"{address}?at={paragraph.anchor}#{paragraph.anchor}" if paragraph else address)


def _answer(
    request: PageRequest, paragraph_id: int, version_id: int, asked: Asked, *, said: str = "", status: int = 200
) -> HttpResponse:
    """The paragraph as it stands now: as a piece, as a page while something is open in it, or back to the review."""
    asked.only = paragraph_id
    version = _version(version_id)
    if said and not request.htmx:
        messages.success(request, said)
        return _to_review(version, Paragraph.objects.get(pk=paragraph_id))
    other = number_in(request.POST.get("editing", ""), digits=18) if request.htmx else None
    if other and other not in asked.forms:  # another form stood open in the same paragraph: it stays open
        open_still = Suggestion.objects.filter(pk=other, paragraph=paragraph_id, state=Suggestion.State.OPEN).first()
        if open_still:
            asked.forms[other] = _form(request, open_still)
    page = review_page(version, request.user, asked)
    template = "mandates/_decided.html" if request.htmx else "mandates/paragraph.html"
    return render(request, template, {"page": page, "pair": page.pair, "progress": page.progress}, status=status)


def _decide(
    request: PageRequest, pk: int, act: Callable[[Suggestion, int], object], said: str, *, keep: bool = False
) -> HttpResponse:
    """Fetch, ask the rule, do it. `keep` says that the words of a form must outlive a refusal."""
    suggestion = _suggestion(pk)
    rules.require(request.user, "decide suggestions")
    seen = _seen(request)
    asked, status = Asked(), 200
    try:
        act(suggestion, seen)
    except Refused as why:
        asked.notices[pk] = Notice(str(why), why.theirs if isinstance(why, Overtaken) else ())
        if keep:
            asked.forms[pk] = _form(request, suggestion, bound=True)
        status, said = 409, ""
    return _answer(request, suggestion.paragraph_id, suggestion.version_id, asked, said=said, status=status)


@require_POST
def confirm(request: PageRequest, pk: int) -> HttpResponse:
    def act(suggestion: Suggestion, seen: int) -> None:
        decisions.confirm(suggestion=suggestion, seen=seen, by=request.user, at=timezone.now())

    return _decide(request, pk, act, _("Confirmed."))


@require_POST
def reject(request: PageRequest, pk: int) -> HttpResponse:
    def act(suggestion: Suggestion, seen: int) -> None:
        reason = plain(request.POST.get("reason", ""), 1000)
        decisions.reject(suggestion=suggestion, seen=seen, by=request.user, at=timezone.now(), reason=reason)

    return _decide(request, pk, act, _("Rejected. The paragraph stays; no instruction is made from these words."))


@require_POST
def undo(request: PageRequest, pk: int) -> HttpResponse:
    def act(suggestion: Suggestion, seen: int) -> None:
        decisions.undo(suggestion=suggestion, seen=seen, by=request.user, at=timezone.now())

    return _decide(request, pk, act, _("Taken back; it waits to be decided."))


@require_POST
def split(request: PageRequest, pk: int) -> HttpResponse:
    def act(suggestion: Suggestion, seen: int) -> None:
        decisions.split(suggestion=suggestion, seen=seen, by=request.user, at=timezone.now())

    return _decide(request, pk, act, _("Split in two. Edit each, then confirm."))


@require_POST
def merge(request: PageRequest, pk: int) -> HttpResponse:
    into = get_object_or_404(Suggestion, pk=number_in(request.POST.get("into", ""), digits=18))

    def act(suggestion: Suggestion, seen: int) -> None:
        decisions.merge(suggestion=suggestion, seen=seen, into=into, by=request.user, at=timezone.now())

    return _decide(request, pk, act, _("Merged. What both say waits to be decided."))


@require_http_methods(["GET", "POST"])
def edit(request: PageRequest, pk: int) -> HttpResponse:
    suggestion = _suggestion(pk)
    rules.require(request.user, "decide suggestions")
    if request.method == "GET":
        # what somebody has decided meanwhile is shown as decided: a form for it could only be refused
        opens = suggestion.is_open and "leave" not in request.GET
        asked = Asked(forms={pk: _form(request, suggestion)}) if opens else Asked()
        return _answer(request, suggestion.paragraph_id, suggestion.version_id, asked)
    form = _form(request, suggestion, bound=True)
    if not form.is_valid():
        return _answer(request, suggestion.paragraph_id, suggestion.version_id, Asked(forms={pk: form}), status=422)

    def act(suggestion: Suggestion, seen: int) -> None:
        decisions.edit(
            suggestion=suggestion,
            seen=seen,
            fields=form.as_fields(),
            title=form.cleaned_data["title"],
            by=request.user,
            at=timezone.now(),
        )

    return _decide(request, pk, act, _("Confirmed in your words."), keep=True)


@require_http_methods(["GET", "POST"])
def add(request: PageRequest, pk: int) -> HttpResponse:
    paragraph = get_object_or_404(Paragraph.objects.select_related("section"), pk=pk)
    rules.require(request.user, "decide suggestions")
    said = {"addressees": paragraph.section.addressees, "force": paragraph.section.opener.split(" ")[0]}
    form = InstructionForm(
        request.POST if request.method == "POST" else None,
        read={} if request.method == "POST" else said,
        today=plans.today(timezone.now()),
        auto_id=f"p{pk}-%s",
    )
    if request.method == "GET":
        asked = Asked() if "leave" in request.GET else Asked(adding=form)
        return _answer(request, pk, paragraph.version_id, asked)
    if not form.is_valid():
        return _answer(request, pk, paragraph.version_id, Asked(adding=form), status=422)
    try:
        decisions.add(
            paragraph=paragraph,
            fields=form.as_fields(),
            title=form.cleaned_data["title"],
            by=request.user,
            at=timezone.now(),
        )
    except Refused as why:
        asked = Asked(adding=form, notice=Notice(str(why)))
        return _answer(request, pk, paragraph.version_id, asked, status=409)
    return _answer(request, pk, paragraph.version_id, Asked(), said=_("Added."))


def _answer_at_doubt(
    request: PageRequest, doubt: Doubt, *, said: str = "", notice: Notice | None = None, typed: str = ""
) -> HttpResponse:
    """The doubt as it stands now, or back to where it stands."""
    version = _version(doubt.version_id)
    doubt = Doubt.objects.select_related("answered_by", "paragraph").get(pk=doubt.pk)
    if not request.htmx:
        if notice:
            messages.error(request, " ".join((notice.sentence, *notice.theirs)))
        else:
            messages.success(request, said)
        return _to_review(version, doubt.paragraph)
    progress = progress_of(version, request.user)
    context = {"doubt": doubt, "may_decide": True, "notice": notice, "typed": typed, "progress": progress}
    answer = render(request, "mandates/_doubt_answered.html", context, status=409 if notice else 200)
    if not notice and successions.reaches_beyond(doubt):
        answer["HX-Refresh"] = "true"  # the struck paragraph and its suggestions changed too, elsewhere on the page
    return answer


@require_POST
def answer_doubt(request: PageRequest, pk: int) -> HttpResponse:
    doubt = get_object_or_404(Doubt, pk=pk)
    rules.require(request.user, "decide suggestions")
    words = plain(request.POST.get("words", ""), 2000)
    try:
        doubts.answer(doubt=doubt, words=words, by=request.user, at=timezone.now())
    except Refused as why:
        theirs = why.theirs if isinstance(why, Overtaken) else ()
        return _answer_at_doubt(request, doubt, notice=Notice(str(why), theirs), typed=words)
    return _answer_at_doubt(request, doubt, said=_("Answered."))


@require_POST
def ask_again(request: PageRequest, pk: int) -> HttpResponse:
    doubt = get_object_or_404(Doubt, pk=pk)
    rules.require(request.user, "decide suggestions")
    try:
        doubts.ask_again(doubt=doubt, by=request.user, at=timezone.now())
    except Refused as why:
        return _answer_at_doubt(request, doubt, notice=Notice(str(why), ()))
    return _answer_at_doubt(request, doubt, said=_("The question stands again."))
