"""The broker without a server: messages are files in a folder.

kombu's own `filesystem://` transport writes a message in place, so that a worker that looks at the wrong moment takes
half a message and stops; it rewrites its table of exchanges in place too; and it moves taken messages through the
machine's shared folder for temporary files. Here each file is written aside and renamed, which is all or nothing,
tables are changed under one lock, and everything stays in our own folders, which nobody else can read.
"""

from __future__ import annotations

import fcntl
import json
import time
import uuid
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import Empty
from typing import Any

from kombu.transport import TRANSPORT_ALIASES, filesystem

Row = list[str]  # routing key, pattern, queue


def prepare(folders: Iterable[Path]) -> None:
    """Make the folders with mode 0700, and let `filesystem://` mean the transport below."""
    for folder in folders:
        folder.mkdir(parents=True, exist_ok=True)
        folder.parent.chmod(0o700)
        folder.chmod(0o700)
    TRANSPORT_ALIASES["filesystem"] = "config.folders:Transport"


def write_whole(path: Path, text: str) -> None:
    """Write a file so that whoever looks sees all of it or none of it."""
    aside = path.parent / f".{uuid.uuid4().hex}.part"
    aside.write_text(text, encoding="utf-8")
    aside.replace(path)


class Channel(filesystem.Channel):
    """kombu's channel over folders, with writing made whole."""

    # The two classes of kombu above this one name the argument differently.
    def _put(self, queue: str, payload: dict[str, Any], **_: Any) -> None:  # type: ignore[override]
        name = f"{time.time_ns():020d}_{uuid.uuid4()}.{queue}.msg"
        write_whole(Path(self.data_folder_out) / name, json.dumps(payload))

    def _waiting(self, queue: str) -> list[Path]:
        """The messages of a queue, oldest first."""
        suffix = f"{queue}.msg"
        return sorted(path for path in Path(self.data_folder_in).iterdir() if path.name.partition(".")[2] == suffix)

    def _get(self, queue: str, timeout: float | None = None) -> dict[str, Any]:
        for path in self._waiting(queue):
            taken = Path(self.processed_folder) / path.name
            try:
                path.rename(taken)  # whoever renames it has it
            except FileNotFoundError:
                continue
            text = taken.read_text(encoding="utf-8")
            taken.unlink()
            try:
                return json.loads(text)
            except ValueError:
                continue  # not written by us: a message is a hint, the row is the queue
        raise Empty

    def get_table(self, exchange: str) -> list[filesystem.exchange_queue_t]:
        try:
            text = self._exchange_file(exchange).read_text(encoding="utf-8")
        except FileNotFoundError:
            return []
        return [filesystem.exchange_queue_t(*row) for row in json.loads(text)]

    def _queue_bind(self, exchange: str, routing_key: str, pattern: str, queue: str) -> None:
        row = [routing_key or "", pattern or "", queue or ""]
        self._change_table(exchange, lambda rows: rows if row in rows else [row, *rows])

    def _delete(self, queue: str, exchange: str, routing_key: str, pattern: str, *_: Any, **__: Any) -> None:
        row = [routing_key or "", pattern or "", queue or ""]
        self._change_table(exchange, lambda rows: [other for other in rows if other != row])
        self._purge(queue)

    def _purge(self, queue: str) -> int:
        gone = 0
        for path in self._waiting(queue):
            path.unlink(missing_ok=True)
            gone += 1
        return gone

    def _size(self, queue: str) -> int:
        return len(self._waiting(queue))

    def _change_table(self, exchange: str, change: Callable[[list[Row]], list[Row]]) -> None:
        with self._lock():
            rows = [list(row) for row in self.get_table(exchange)]
            changed = change(rows)
            if changed != rows:
                write_whole(self._exchange_file(exchange), json.dumps(changed))

    @contextmanager
    def _lock(self) -> Iterator[None]:
        with (Path(self.control_folder) / "lock").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield


class Transport(filesystem.Transport):
    Channel = Channel
