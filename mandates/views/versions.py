"""A version is put in force, deferred, proposed again or withdrawn."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from mandates import rules
from mandates.actions import Refused, versions
from mandates.models import Version
from mandates.models.words import one_line
from mandates.work_forms import LONGEST_REASON

from . import PageRequest
from .review import version_of


@require_POST
def state(request: PageRequest, slug: str, version: str) -> HttpResponse:
    rules.require(request.user, "change versions")
    row = version_of(slug, version)
    wanted = request.POST.get("state", "")
    reason = one_line(request.POST.get("reason", ""), LONGEST_REASON)
    try:
        if wanted == Version.State.IN_FORCE:
            versions.adopt(version=row, by=request.user, at=timezone.now(), reason=reason)
        else:
            versions.set_aside(version=row, state=wanted, by=request.user, at=timezone.now(), reason=reason)
    except Refused as why:
        messages.error(request, str(why))
    else:
        messages.success(
            request,
            _("%(version)s is now %(state)s.") % {"version": row, "state": row.get_state_display()},
        )
    return redirect(row)
