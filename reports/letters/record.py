"""The relay's own record of what it took: its log files, or a command that knows. Asked when a worker was lost.

An answer is True (the relay took the letter), False (it did not), or None: it can't be said. False is said only where
the record surely covers the time of the hand-over, as a letter is sent again on its word.
"""

from __future__ import annotations

import gzip
import logging
import re
import shlex
import subprocess
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.conf import settings

logger = logging.getLogger(__name__)

ANSWERS_WITHIN = 10  # seconds for the command
# Postfix: "… postfix/cleanup[7]: 4F2A1: message-id=<weekly.7.2026-W48@host>", and only once the letter is safe in the
# queue "… postfix/qmgr[7]: 4F2A1: from=<…>, size=…, nrcpt=1 (queue active)".
NAMED = re.compile(r": (?P<queue>[0-9A-Za-z]+): message-id=(?P<id><[^>]+>)")
KEPT = re.compile(r": (?P<queue>[0-9A-Za-z]+): from=<")
ISO = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d)?")
SYSLOG = re.compile(r"[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d")


def is_kept() -> bool:
    """Whether there is a record that can be asked."""
    return bool(settings.LETTER_RELAY_LOG or settings.LETTER_RELAY_COMMAND)


def of(claimed: dict[str, datetime]) -> dict[str, bool | None]:
    """Whether the relay took the letters with these message ids, each claimed at that moment."""
    if not claimed:
        return {}
    if settings.LETTER_RELAY_COMMAND:
        return {identity: _command_says(identity) for identity in claimed}
    if settings.LETTER_RELAY_LOG:
        return _log_says(claimed)
    return dict.fromkeys(claimed)


def _command_says(identity: str) -> bool | None:
    """The command gets the message id as its last word, and prints "yes" or "no". A bare exit code would not do: a
    script that breaks ends with 1 too."""
    command = [*shlex.split(settings.LETTER_RELAY_COMMAND), identity]
    try:
        ended = subprocess.run(command, capture_output=True, timeout=ANSWERS_WITHIN, check=True)  # noqa: S603
    except (OSError, subprocess.SubprocessError) as why:
        logger.warning("The relay's record can't be asked: %s", why)
        return None
    return {b"yes": True, b"no": False}.get(ended.stdout.strip().lower())


def _log_says(claimed: dict[str, datetime]) -> dict[str, bool | None]:
    try:
        pattern = Path(settings.LETTER_RELAY_LOG)
        files = sorted(pattern.parent.glob(pattern.name), key=lambda file: file.stat().st_mtime)
        taken = _taken(_lines(files), set(claimed))
        begins = min(filter(None, map(_begin, files)), default=None)
        written = datetime.fromtimestamp(files[-1].stat().st_mtime, tz=UTC) if files else None
    except OSError as why:
        logger.warning("The relay's record can't be read: %s", why)
        return dict.fromkeys(claimed)

    def covers(moment: datetime) -> bool:
        return begins is not None and written is not None and begins <= moment <= written

    return {
        identity: True if identity in taken else (False if covers(moment) else None)
        for identity, moment in claimed.items()
    }


def _taken(lines: Iterable[str], asked: set[str]) -> set[str]:
    """Those of the message ids whose letters came into the relay's queue. Its lines come in the order of time."""
    named: dict[str, str] = {}
    taken = set()
    for line in lines:
        if "message-id=" in line and (found := NAMED.search(line)) and found["id"] in asked:
            named[found["queue"]] = found["id"]
        elif named and (kept := KEPT.search(line)) and kept["queue"] in named:
            taken.add(named[kept["queue"]])
    return taken


def _lines(files: Iterable[Path]) -> Iterator[str]:
    for file in files:
        with _opened(file) as log:
            yield from log


def _opened(file: Path):
    if file.suffix == ".gz":
        return gzip.open(file, "rt", encoding="utf-8", errors="replace")
    return file.open(encoding="utf-8", errors="replace")


def _begin(file: Path) -> datetime | None:
    """The time of the first line; None where it has none that we can read."""
    with _opened(file) as log:
        line = log.readline()
    if found := ISO.match(line):
        moment = datetime.fromisoformat(found[0])
        return moment if moment.tzinfo else moment.astimezone()
    if not (found := SYSLOG.match(line)):
        return None
    # The old form says neither year nor zone: the newest such moment that is not ahead of the file.
    newest = datetime.fromtimestamp(file.stat().st_mtime).astimezone() + timedelta(days=1)
    for year in (newest.year, newest.year - 1):
        try:
            moment = datetime.strptime(f"{year} {found[0]}", "%Y %b %d %H:%M:%S").astimezone()
        except ValueError:  # 29 February of another year
            continue
        if moment <= newest:
            return moment
    return None
