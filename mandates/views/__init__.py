"""The pages on which people work.

A view fetches, asks the rule, calls one action, and hands a filled value to a template that asks nothing more. HTMX
gets the piece that the page includes, everybody else the page or a redirect to it.
"""

from __future__ import annotations

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from mandates.models import Member


class PageRequest(HttpRequest):
    """A request as it comes through the middleware: everything is behind log-in, and HTMX's requests are told apart."""

    htmx: HtmxDetails
    user: Member


def number_in(text: str, *, digits: int = 9) -> int | None:
    """The whole number that came in a form or an address; None where it is none, or longer than any of ours."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= digits else None
