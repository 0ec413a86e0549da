"""Reading in a process of its own, so that a hostile file can take neither the web process nor its worker with it.

The child gets the bytes on standard input and answers on standard output. It may use so much memory and processor
time and write no file; what it answers beyond the limits, or instead of JSON, counts as unreadable.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from reader.document import Unreadable
from reader.limits import DEFAULTS, Limits

_LIMITS = "READER_CHILD_LIMITS"  # how the parent's limits reach the child
_ROOT = Path(__file__).resolve().parent.parent


def read_apart(data: bytes, name: str, limits: Limits = DEFAULTS) -> dict[str, Any]:
    """What the reader says of `data`, as the dictionary of `as_json`. Raises `Unreadable` with one sentence."""
    if len(data) > limits.file_bytes:
        from reader.gate import admit

        admit(data, name, limits)  # says it in its own words
    environment = {
        "PATH": os.environ.get("PATH", ""),
        "PYTHONPATH": str(_ROOT),
        "PYTHONIOENCODING": "utf-8",
        "PYTHONDONTWRITEBYTECODE": "1",
        _LIMITS: json.dumps(asdict(limits)),
    }
    try:
        done = subprocess.run(  # noqa: S603 - our own interpreter and our own module; the name is one argument
            [sys.executable, "-m", "reader", "-", name.replace("\0", "") or "document"],
            input=data,
            capture_output=True,
            cwd=_ROOT,
            env=environment,
            timeout=limits.wall_seconds,
            preexec_fn=_fences(limits),
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise Unreadable("Reading this file took too long, so it was stopped.") from None
    except OSError as why:
        raise Unreadable("The reader could not be started just now; try again.") from why
    if done.returncode == 2:
        sentence = done.stderr.decode("utf-8", "replace").strip().splitlines()
        raise Unreadable(sentence[-1] if sentence else "The file can't be read.")
    if done.returncode != 0 or len(done.stdout) > limits.output_bytes:
        raise Unreadable("Reading this file took more memory or time than a document may, so it was stopped.")
    try:
        answer: dict[str, Any] = json.loads(done.stdout)
    except ValueError:
        raise Unreadable("The reader gave no answer that could be understood.") from None
    return answer


def limits_from_environment() -> Limits:
    """The limits that the parent handed over; the defaults where nobody did."""
    said = os.environ.get(_LIMITS)
    return Limits(**json.loads(said)) if said else DEFAULTS


def _fences(limits: Limits) -> Callable[[], None] | None:
    """What the child does before anything else: accept limits on memory, time and files. None where there are none."""
    try:
        import resource
    except ImportError:  # Windows has no such limits; the timeout still holds
        return None

    def fence() -> None:
        for kind, most in (
            (resource.RLIMIT_AS, limits.memory_bytes),
            (resource.RLIMIT_CPU, limits.cpu_seconds),
            (resource.RLIMIT_FSIZE, 0),
            (resource.RLIMIT_CORE, 0),
        ):
            try:
                resource.setrlimit(kind, (most, most))
            except (ValueError, OSError):  # macOS refuses some of them; the others and the timeout hold
                continue

    return fence
