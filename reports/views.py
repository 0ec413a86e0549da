"""Pages that only read: a view says what is asked for and which day it is, a dataclass fills itself."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from mandates import rules
from mandates.actions import plans
from mandates.models import Holding, Instruction, Member, Paragraph, Resolution, Session
from mandates.views import PageRequest
from mandates.views.inputs import SessionInputs

from .boards.burn_up import BurnUp
from .clocks import Moment
from .instruction import InstructionPage
from .instruction_work import InstructionWork
from .instructions import InstructionsPage
from .resolution import VersionPage, version_that_matters
from .session_plan import SessionWork
from .sessions import SessionPage, SessionsPage
from .texts import TextsPage


@require_safe
def home(request: PageRequest) -> HttpResponse:
    """Where a day begins: who holds a post has work, a chair asks how things stand, the others read."""
    if Holding.objects.on(plans.today(timezone.now())).filter(member=request.user).exists():
        return redirect("my-work")
    if request.user.role == Member.Role.CHAIR:
        return redirect("board", "line")
    return redirect("texts")


@require_safe
def texts(request: PageRequest) -> HttpResponse:
    context = {"page": TextsPage.load(), "may_bring_in": rules.may(request.user, "bring in documents")}
    return render(request, "reports/texts.html", context)


@require_safe
def resolution(request: PageRequest, slug: str) -> HttpResponse:
    """The version that matters today: the latest proposal, else the text in force."""
    held = get_object_or_404(Resolution, slug=slug)
    matters = version_that_matters(list(held.versions.order_by("position").select_related("resolution")))
    if matters is None:
        raise Http404(_("We hold no version of this text yet."))
    return redirect(matters)


@require_safe
def version(request: PageRequest, slug: str, version: str) -> HttpResponse:
    page = VersionPage.at(slug, version, show=request.GET.get("show", ""), only=request.GET.get("only", ""))
    if page is None:
        raise Http404(_("We hold no such version."))
    context = {"page": page, "may_change": rules.may(request.user, "change versions")}
    return render(request, "reports/version.html", context)


@require_safe
def paragraph(request: PageRequest, pk: int) -> HttpResponse:
    """The permalink of a paragraph: its place in its version."""
    return redirect(get_object_or_404(Paragraph.objects.select_related("version__resolution"), pk=pk))


@require_safe
def instruction(request: PageRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(Instruction.objects.select_related("resolution__body", "created_by"), pk=pk)
    context = {
        "page": InstructionPage.of(row),
        "work": InstructionWork.of(row, member=request.user, now=timezone.now()),
        "may_assign": rules.may(request.user, "assign units"),
        "may_edit": rules.may(request.user, "edit instructions"),
        "why_not": rules.why_not(request.user, "edit instructions"),
    }
    return render(request, "reports/instruction.html", context)


@require_safe
def instructions(request: PageRequest) -> HttpResponse:
    return render(request, "reports/instructions.html", {"page": InstructionsPage.of(request.GET)})


@require_safe
def sessions(request: PageRequest) -> HttpResponse:
    page = SessionsPage.on(plans.today(timezone.now()))
    return render(request, "reports/sessions.html", {"page": page})


@require_safe
def session(request: PageRequest, code: str) -> HttpResponse:
    row = get_object_or_404(Session.objects.select_related("body"), code=code)
    moment = Moment.of(timezone.now())
    today = moment.day
    work = SessionWork.of(row, today=today)
    context = {
        "page": SessionPage.of(row, today=today),
        "work": work,
        "burn_up": BurnUp.of(row, moment=moment, deadline=work.deadline),
        "inputs": SessionInputs.of(row, member=request.user, day=today),
        "may_edit": rules.may(request.user, "edit sessions"),
    }
    return render(request, "reports/session.html", context)
