"""What is done to every answer, whichever view it comes from."""

from __future__ import annotations

from collections.abc import Callable
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.cache import add_never_cache_headers

from config.stack import in_one_piece
from mandates import rules

Answer = Callable[[HttpRequest], HttpResponse]


def in_one_piece_of_the_stack(get_response: Answer) -> Answer:
    """A page is drawn at the same speed whichever server it runs under. The outermost of all."""

    def answer(request: HttpRequest) -> HttpResponse:
        return in_one_piece(get_response, request)

    return answer


def keep_in_no_cache(get_response: Answer) -> Answer:
    """No browser and no proxy keeps a page, unless its view says for how long (row F5 of the faults and floors).

    Who logs out at a shared machine leaves nothing behind the back button; and going back to a review shows how it
    stands now, not how it stood.
    """

    def answer(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if not response.has_header("Cache-Control"):
            add_never_cache_headers(response)
        return response

    return answer


def times_are_those_of_the_seat(get_response: Answer) -> Answer:
    """Pages tell times by the clocks of the seat, as deadlines are days there: of one act all read the same time."""
    seat = ZoneInfo(settings.SEAT_TIME_ZONE)

    def answer(request: HttpRequest) -> HttpResponse:
        with timezone.override(seat):
            return get_response(request)

    return answer


def whose_work_is_asked_once(get_response: Answer) -> Answer:
    """A page that only reads asks whose work is whose once, however many of its parts want to know."""

    def answer(request: HttpRequest) -> HttpResponse:
        if request.method not in {"GET", "HEAD"}:
            return get_response(request)
        with rules.asked_once():
            return get_response(request)

    return answer


def nothing_is_called_by_nul(get_response: Answer) -> Answer:
    """An address with a NUL in it names nothing: PostgreSQL, asked for it, would fail instead of finding nothing."""

    def answer(request: HttpRequest) -> HttpResponse:
        if "\x00" in request.path_info:
            raise Http404
        return get_response(request)

    return answer
