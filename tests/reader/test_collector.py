"""The garbage collector is at rest while values are made, and is left as it was found."""

import gc
import weakref

import pytest

from reader import collector


@pytest.fixture(autouse=True)
def _collector_on():
    gc.enable()
    yield
    gc.enable()


class Circle:
    itself: object = None


def test_what_was_made_is_not_walked_over_as_soon_as_the_block_ends():
    collected = []
    gc.callbacks.append(lambda phase, info: collected.append(info["generation"]) if phase == "start" else None)
    try:
        with collector.at_rest():
            assert not gc.isenabled()
            made = [[number] for number in range(20_000)]
        assert gc.isenabled()
        _more = [[] for _ in range(10)]  # the next values, which would set off what is due
        assert collected == []
    finally:
        gc.callbacks.pop()
    assert len(made) == 20_000


def test_a_circle_made_in_the_block_is_still_found_by_a_full_collection():
    with collector.at_rest():
        circle = Circle()
        circle.itself = circle
        gone = weakref.ref(circle)
        del circle
    assert gone() is not None
    gc.collect()
    assert gone() is None


def test_the_collector_stays_off_where_it_was_off_even_after_an_error():
    gc.disable()
    with pytest.raises(ValueError, match="odd"), collector.at_rest():
        raise ValueError("odd")
    assert not gc.isenabled()


def test_what_somebody_else_has_frozen_stays_frozen():
    gc.freeze()
    try:
        frozen = gc.get_freeze_count()
        with collector.at_rest():
            pass
        assert gc.get_freeze_count() >= frozen > 0
    finally:
        gc.unfreeze()
