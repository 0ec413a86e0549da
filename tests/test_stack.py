"""Loops of calls meet no seam of Python's stack. Each crossing takes a new piece of memory from the system, and the
first touch of a piece is a fault of the page: those are counted, so nothing here is timed."""

from __future__ import annotations

import resource

import pytest

from config.stack import in_one_piece

CALLS = 500


def _leaf(a: int) -> int:
    return a


def _loop() -> int:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    for n in range(CALLS):
        _leaf(n)
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before


def _deep(depth: int, call) -> int:
    return _deep(depth - 1, call) if depth else call()


def test_at_no_depth_does_a_loop_cross_a_seam():
    faults = [in_one_piece(_deep, depth, _loop) for depth in range(400)]
    assert max(faults) < CALLS / 10


def test_wherever_it_begins_there_is_room():
    faults = [_deep(depth, lambda: in_one_piece(_deep, 50, _loop)) for depth in range(300)]
    assert max(faults) < CALLS / 10


def test_what_a_call_returns_and_raises_comes_through():
    assert in_one_piece(lambda a, b: (a, b), 1, b=2) == (1, 2)
    with pytest.raises(KeyError):
        in_one_piece({}.__getitem__, "nothing")


def test_pages_and_jobs_stand_in_one_piece(settings):
    from config.celery import Job
    from reports.jobs import send_letters

    assert settings.MIDDLEWARE[0] == "config.middleware.in_one_piece_of_the_stack"
    assert isinstance(send_letters._get_current_object(), Job)
