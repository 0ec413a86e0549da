"""How I want letters, the link with which they are stopped, and the log of letters for the coordinator."""

from __future__ import annotations

from csp.decorators import csp
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from mandates import rules
from mandates.actions import Refused
from mandates.actions import letters as wishes
from mandates.views import PageRequest

from .letter_forms import WishesForm, wishes_of
from .letters import outbox, periods, stopping
from .letters.log import LogPage, PreviewPage, Row
from .models import Letter

# A letter as a mail program shows it: its own style sheet, and nothing else may load or run.
LETTER_ALONE = {
    "sandbox": True,
    "default-src": ["'none'"],
    "style-src": ["'unsafe-inline'"],
    "frame-ancestors": ["'none'"],
}


@require_http_methods(["GET", "HEAD", "POST"])
def mine(request: PageRequest) -> HttpResponse:
    """How I want my letters; a POST keeps it."""
    rules.require(request.user, "choose letters")
    now = timezone.now()
    day = periods.day_of(request.user, now)
    form = WishesForm(request.POST or None, member=request.user, day=day, initial=wishes_of(request.user, day))
    if request.method == "POST" and form.is_valid():
        try:
            wishes.wish(wishes=form.wishes(), by=request.user, at=now)
        except Refused as why:
            form.add_error(None, str(why))
        else:
            messages.success(request, _("Kept. So your letters come from now on."))
            return redirect("my-letters")
    context = {"form": form, "member": request.user, "may_see_log": rules.may(request.user, "see letters")}
    return render(request, "reports/my_letters.html", context, status=422 if form.errors else 200)


@csrf_exempt  # a mail program presses the button, by RFC 8058, without a page of ours; the token is the proof
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: PageRequest, token: str) -> HttpResponse:
    """Stop letters by the link in one. Looking at it changes nothing: mail scanners follow links."""
    found = stopping.of_token(token)
    if found is None:
        raise Http404(_("This link is not whole. Copy all of it, or log in and choose under “Letters”."))
    member, reader = found
    if request.method == "POST":
        wishes.stop(member=member, by=reader, at=timezone.now())
    context = {
        "member": member,
        "reader": reader,
        "for_other": member.pk != reader.pk,
        "stopped": request.method == "POST",
    }
    response = render(request, "reports/letters_stop.html", context)
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex"
    return response


# ── The log ──────────────────────────────────────────────────────────────────────────────────────────────────────


@require_safe
def log(request: PageRequest) -> HttpResponse:
    rules.require(request.user, "see letters")
    return render(request, "reports/letters.html", {"page": LogPage.of(request.GET)})


def _letter(pk: int) -> Letter:
    return get_object_or_404(Letter.objects.select_related("member", "deputy", "again_by"), pk=pk)


@require_safe
def letter(request: PageRequest, pk: int) -> HttpResponse:
    rules.require(request.user, "see letters")
    return render(request, "reports/letter.html", {"row": Row(_letter(pk))})


@csp(LETTER_ALONE)  # type: ignore[arg-type]  # it types a view as if an address had no parts
@require_safe
def letter_html(request: PageRequest, pk: int) -> HttpResponse:
    """The letter as a mail program shows it, alone in a sandbox."""
    rules.require(request.user, "see letters")
    html = Row(_letter(pk)).html
    if not html:
        raise Http404(_("This letter has no words."))
    return HttpResponse(html)


@require_http_methods(["GET", "HEAD", "POST"])
def letter_again(request: PageRequest, pk: int) -> HttpResponse:
    """What may happen when a letter is sent again; a POST sends it."""
    rules.require(request.user, "see letters")
    row = Row(_letter(pk))
    if request.method == "POST":
        try:
            outbox.send_again(letter=row.letter, by=request.user, at=timezone.now())
        except Refused as why:
            messages.error(request, str(why))
        else:
            messages.success(request, _("The letter waits in the outbox, and goes out within a minute or two."))
        return redirect("letter", pk)
    if not row.may_be_sent_again:
        return redirect("letter", pk)
    return render(request, "reports/letter_again.html", {"row": row})


@require_safe
def preview(request: PageRequest) -> HttpResponse:
    """Next Monday's letter of any person, as things stand now."""
    rules.require(request.user, "see letters")
    page = PreviewPage.of(request.GET.get("member", ""), timezone.now())
    return render(request, "reports/letter_preview.html", {"page": page})
