"""Python's garbage collector, told to wait while many values are made that will all be kept."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def uncollected() -> Iterator[None]:
    """No garbage collection meanwhile; what was on before is on again afterwards.

    A long document makes hundreds of thousands of values that all stay. The collector looks through them again and
    again and finds nothing, which takes an eighth of the whole reading.
    """
    running = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if running:
            gc.enable()
