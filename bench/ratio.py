"""A piece of work against the floor under it: they take turns, and their medians are compared.

Both wait for the same database on the same machine, so the clock is the one on the wall; taking turns, both meet the
same other load. Where the floor was not the same in the first half of the turns as in the second, nothing was measured,
and it is measured again.
"""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

TURNS = 5
LEAST = 0.15  # seconds of a turn: short work is done several times in it, and the middle one counts
STEADY = 0.15  # by so much may the halves of the floor differ
TRIES = 4

Work = Callable[[], object]


@dataclass(frozen=True)
class Ratio:
    """Seconds of the floor and of the work, and how far apart the floor's halves were."""

    floor: float
    work: float
    unsteady: float = 0.0

    @property
    def value(self) -> float:
        return self.work / self.floor

    def __str__(self) -> str:
        shaken = f", floor unsteady by {self.unsteady:.0%}" if self.unsteady > STEADY else ""
        return f"{_ms(self.work)} against {_ms(self.floor)}{shaken}"


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:.3g} ms" if seconds < 10 else f"{seconds:.3g} s"


def against(floor: Work, work: Work, *, turns: int = TURNS) -> Ratio:
    """The ratio of work to floor, the steadiest of at most four tries. Each is done once before its first turn."""
    found: list[Ratio] = []
    for _ in range(TRIES):
        found.append(_try(floor, work, turns))
        if found[-1].unsteady <= STEADY:
            break
    return min(found, key=lambda one: one.unsteady)


def _try(floor: Work, work: Work, turns: int) -> Ratio:
    counts = [_count(floor), _count(work)]
    # What the benchmark itself holds is not gone through by the collector again and again in the turns.
    gc.collect()
    gc.freeze()
    times: tuple[list[float], list[float]] = ([], [])
    for _ in range(turns):
        for kept, count, one in zip(times, counts, (floor, work), strict=True):
            kept.append(_turn(one, count))
    half = turns // 2
    first, second = statistics.median(times[0][:half]), statistics.median(times[0][-half:])
    return Ratio(statistics.median(times[0]), statistics.median(times[1]), abs(first - second) / min(first, second))


def _count(work: Work) -> int:
    """How often a piece of work is done in a turn. Doing it once warms it up."""
    work()
    return max(1, min(50, round(LEAST / max(_turn(work, 1), 1e-6))))


def _turn(work: Work, count: int) -> float:
    gc.collect()
    taken = []
    for _ in range(count):
        start = time.perf_counter()
        work()
        taken.append(time.perf_counter() - start)
    return statistics.median(taken)
