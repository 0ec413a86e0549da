"""Reads a file and prints what it says as JSON.

    python -m reader FILE [--name NAME] [--limits JSON]

FILE may be "-", the standard input. Exit status 0: read; 2: it can't be read, with one sentence on standard error.
`--limits` holds values of `reader.limits.Limits` that differ from the defaults; with `--confined`, the process first
gives up all memory, time and writing beyond them, which is how `reader.apart` runs it.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import logging
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from reader import as_json, read
from reader.document import Unreadable
from reader.limits import Limits

UNREADABLE = 2


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m reader", description="Prints what a document says, as JSON.")
    parser.add_argument("file", metavar="FILE", help='the document; "-" for standard input')
    parser.add_argument("--name", help="the name that the document was uploaded under, where FILE says less")
    parser.add_argument("--limits", type=json.loads, default={}, help="values of Limits that differ from the defaults")
    parser.add_argument("--confined", action="store_true", help="give up memory, time and writing beyond the limits")
    options = parser.parse_args(arguments)
    limits = Limits(**{**asdict(Limits()), **options.limits})
    logging.disable(logging.CRITICAL)  # standard error holds one sentence or nothing
    if options.confined:
        confine(limits)
    try:
        data, name = content(options.file, limits)
        text = json.dumps(as_json(read(data, options.name or name, limits)), ensure_ascii=False)
        sys.stdout.buffer.write(text.encode("utf-8", "replace") + b"\n")
    except Unreadable as refusal:
        print(refusal, file=sys.stderr)
        return UNREADABLE
    except MemoryError:
        print("The file needs more memory than a reading may take; it is not read.", file=sys.stderr)
        return UNREADABLE
    return 0


def content(file: str, limits: Limits) -> tuple[bytes, str]:
    """The bytes of FILE and its name. One byte more than is allowed is enough to refuse it, so no more are read."""
    if file == "-":
        return sys.stdin.buffer.read(limits.file_bytes + 1), ""
    path = Path(file)
    try:
        with path.open("rb") as opened:
            return opened.read(limits.file_bytes + 1), path.name
    except OSError as error:
        raise Unreadable(f"The file can't be opened: {error.strerror or error}.") from None


def confine(limits: Limits) -> None:
    """Give up what an honest reading does not need. Where a system knows no such limit, the others still hold."""
    try:
        import resource
    except ImportError:  # Windows
        return
    for kind, most in (
        ("RLIMIT_AS", limits.memory_bytes),  # macOS accepts it and does not keep to it
        ("RLIMIT_CPU", limits.cpu_seconds),
        ("RLIMIT_FSIZE", 0),  # no file is written, whatever a library would like
        ("RLIMIT_CORE", 0),
    ):
        with contextlib.suppress(AttributeError, ValueError, OSError):
            number = getattr(resource, kind)
            _, hard = resource.getrlimit(number)
            resource.setrlimit(number, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))


if __name__ == "__main__":
    sys.exit(main())
