"""Files that nobody would make on purpose: twenty documents, changed at random in their bytes and in their XML."""

from __future__ import annotations

import json
import os
import random
import signal
import time
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait
from contextlib import suppress
from itertools import islice
from pathlib import Path

from lxml import etree

import reader
from reader.document import Unreadable
from tests.reader import test_fuzz as fuzz

from .databases import ROOT
from .row import SQLITE, Outcome, at_least, none, row
from .trial import Trial

FILES = 20
LONGEST = 30 * 60  # seconds for the whole row
HANGS_AFTER = 60  # seconds of processor time for one file; what reads documents in the house gives up sooner
LARGEST = 400_000  # bytes of a document: a larger one is read too seldom in half an hour


def documents() -> dict[str, bytes]:
    """The redline that ships, one of everything, and the shared documents where they are here, by size."""
    found = {
        "redline.docx": fuzz.REDLINE,
        "everything.docx": fuzz.EVERYTHING,
        "statement.xml": fuzz.AKN,
        "page.html": fuzz.HTML,
        "text.txt": fuzz.TEXT,
    }
    shared = Path(os.environ.get("MANDATES_SHARED", ROOT.parent / "shared")) / "data" / "documents"
    files = sorted(shared.rglob("*.*"), key=lambda path: (-path.stat().st_size, path.name))
    fit = (path for path in files if path.suffix in {".docx", ".html"} and path.stat().st_size <= LARGEST)
    return found | {path.name: path.read_bytes() for path in islice(fit, FILES - len(found))}


def mutation(data: bytes, name: str, seed: int) -> bytes:
    chance = random.Random(seed)
    if name.endswith(".docx") and chance.random() < 0.8:
        with suppress(etree.XMLSyntaxError):  # a picture in the package: there are no elements to move
            return fuzz.repacked(data, chance)
    return fuzz.mutated(data, chance)


class Hung(BaseException):
    """Thrown into a reading that does not end."""


def _hung(*_: object) -> None:
    raise Hung(f"not read after {HANGS_AFTER} seconds")


def read_one(name: str, data: bytes, seed: int) -> tuple[str, float]:
    """What came of it: "read", "refused" or the crash; and the seconds of processor time."""
    changed, began = mutation(data, name, seed), time.process_time()
    signal.signal(signal.SIGPROF, _hung)
    signal.setitimer(signal.ITIMER_PROF, HANGS_AFTER)
    try:
        json.dumps(reader.as_json(reader.read(changed, name)))
        came = "read"
    except Unreadable as why:
        came = "refused" if str(why).endswith(".") and "\n" not in str(why) else f"no sentence: {why}"
    except BaseException as error:
        came = f"{type(error).__name__}: {error}"
    signal.setitimer(signal.ITIMER_PROF, 0)
    return came, time.process_time() - began


@row(on=(SQLITE,))
def mutated_files(trial: Trial) -> Outcome:
    """Twenty documents are changed at random in their bytes and in their XML, 20,000 times or for 30 minutes: each is
    read, or refused with one sentence.
    """
    files, most = documents(), trial.size(20_000, 1_000)
    end = time.monotonic() + trial.size(LONGEST, 120)
    came: dict[str, int] = {"read": 0, "refused": 0}
    hung = tried = 0
    for name, seed, (said, seconds) in _read(files, most, end):
        tried += 1
        hung += said.startswith("Hung")
        if said not in came:
            print(f"{name}, seed {seed}: {said} ({seconds:.1f} s)", flush=True)
        came[said] = came.get(said, 0) + 1
    crashed = tried - came["read"] - came["refused"] - hung
    return Outcome.of(
        f"{tried:,} mutations of {len(files)} files, {came['read']:,} read, {came['refused']:,} refused",
        at_least("tried", tried, most / 20),
        none("crashed", crashed),
        none("hung", hung),
    )


def _read(files: dict[str, bytes], most: int, end: float) -> Iterator[tuple[str, int, tuple[str, float]]]:
    """One after the other, in processes of their own; one that dies takes the row with it, as it would a worker."""
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        waiting = iter(enumerate(name for _round in range(most) for name in files))
        under_way = {}
        for seed, name in islice(waiting, most):
            if time.monotonic() > end:
                break
            under_way[pool.submit(read_one, name, files[name], seed)] = (name, seed)
            if len(under_way) >= 8:
                done, _left = wait(under_way, return_when=FIRST_COMPLETED)
                for one in done:
                    yield *under_way.pop(one), one.result()
        for one, (name, seed) in under_way.items():
            yield name, seed, one.result()


ROWS = {"G11": mutated_files}
