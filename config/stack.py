"""Python's stack in one piece, wherever in it a page or a job begins.

CPython 3.11 to 3.13 keeps the frames of a thread in pieces of 16 KB. A loop whose calls cross the seam of two pieces
has a piece asked of the system and given back for each call: the board took twice as long at one depth of the stack as
at another, by the accident of how many frames the server and the middleware had laid below it (python/cpython issue
142183, mended only in late 3.13 and after). A frame that is larger than a piece is given a piece of its own size,
rounded up to a power of two; what it calls stands in what is left of that. So one call through a frame that says it
needs a little over half a megabyte gives everything above it half a megabyte without a seam. The system gives memory
only for what is touched, which is as much as before.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

SLOTS = 66_000  # of eight bytes: just over half a megabyte, so that the piece is one of a whole megabyte


def in_one_piece(call: Callable[..., Any], *args: Any, **named: Any) -> Any:
    """What the call returns; no call that it makes, a few hundred deep, meets a seam of the stack."""
    return call(*args, **named)


in_one_piece.__code__ = in_one_piece.__code__.replace(co_stacksize=SLOTS)
