"""Pages that belong to no part of the domain."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from config.health import report


@login_not_required
@require_safe
def health(request: HttpRequest) -> JsonResponse:
    parts, standing = report(now=timezone.now())
    return JsonResponse(parts, status=200 if standing else 503)


@require_safe
def account(request: HttpRequest) -> HttpResponse:
    """Who I am here. The address is the secretariat's to change: single sign-on knows a member by it."""
    return render(request, "account/account.html")
