"""Servers that a row may start, kill and start again: PostgreSQL and Redis of its own, on free ports of 127.0.0.1."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

START_WITHIN = 60  # seconds


class Missing(Exception):
    """A server is not here; the message says in one sentence how to get it."""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until(true: Callable[[], bool], what: str, *, within: float = START_WITHIN, every: float = 0.05) -> float:
    """Seconds until it was true. Raises TimeoutError with `what` otherwise."""
    start = time.monotonic()
    while not true():
        if time.monotonic() - start > within:
            raise TimeoutError(f"after {within:g} seconds: {what}")
        time.sleep(every)
    return time.monotonic() - start


def answers(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


class Server:
    """A process that listens on `port`. It stays in our process group, so that whoever ends the row ends it too."""

    def __init__(self, folder: Path, name: str) -> None:
        self.folder, self.name = folder, name
        self.port = free_port()
        self.process: subprocess.Popen[bytes] | None = None

    def command(self) -> list[str]:
        raise NotImplementedError

    def ready(self) -> bool:
        return answers(self.port)

    def start(self, *, wait: bool = True) -> None:
        with (self.folder / f"{self.name}.log").open("ab") as log:
            self.process = subprocess.Popen(self.command(), stdout=log, stderr=log, **self.as_whom())
        if wait:
            wait_until(self.ready, f"{self.name} does not answer")

    def as_whom(self) -> dict[str, str]:
        return {}

    def end(self, how: signal.Signals = signal.SIGINT) -> None:
        """End the process with this signal and wait until it is gone. SIGINT: at once, whoever is still connected."""
        if self.process is not None:
            with suppress(ProcessLookupError):
                self.process.send_signal(how)
            self.process.wait(timeout=30)
            self.process = None


class Redis(Server):
    """As in production: an append-only file, so that what waits outlives the process."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, "redis")
        self.url = f"redis://127.0.0.1:{self.port}/0"

    @staticmethod
    def find() -> str:
        path = shutil.which("redis-server")
        if not path:
            raise Missing("redis-server is missing: install Redis (Debian: redis-server)")
        return path

    def command(self) -> list[str]:
        kept = ["--save", "", "--appendonly", "yes", "--dir", str(self.folder)]
        return [self.find(), "--bind", "127.0.0.1", "--port", str(self.port), *kept]

    def ready(self) -> bool:
        import redis

        try:
            with redis.Redis.from_url(self.url, socket_timeout=1) as client:
                return bool(client.ping())
        except redis.RedisError:
            return False


class Cluster(Server):
    """A PostgreSQL server with data of its own. As root it runs under the user `postgres`, as it refuses root."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, "cluster")
        self.data = folder / "cluster"
        self.url = f"postgresql://postgres@127.0.0.1:{self.port}/postgres"

    @staticmethod
    def find() -> Path:
        found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb")) or [Path(shutil.which("initdb") or "/-")]
        if not found[-1].exists():
            raise Missing("initdb is missing: install PostgreSQL's server programs (Debian: postgresql)")
        return found[-1].parent

    def as_whom(self) -> dict[str, str]:
        return {"user": "postgres"} if os.geteuid() == 0 else {}

    def make(self) -> None:
        """The data, empty."""
        self.data.mkdir()
        if os.geteuid() == 0:
            owner = pwd.getpwnam("postgres")
            os.chown(self.data, owner.pw_uid, owner.pw_gid)
            self.folder.chmod(0o755)
        initdb = [str(self.find() / "initdb"), "-D", str(self.data), "-U", "postgres", "-A", "trust", "-E", "UTF8"]
        subprocess.run(
            [*initdb, "--locale", "C.UTF-8"], check=True, capture_output=True, cwd=self.data, **self.as_whom()
        )

    def command(self) -> list[str]:
        here = ["-c", "listen_addresses=127.0.0.1", "-c", f"unix_socket_directories={self.data}"]
        return [str(self.find() / "postgres"), "-D", str(self.data), "-p", str(self.port), *here]

    def ready(self) -> bool:
        import psycopg

        try:
            psycopg.connect(self.url, connect_timeout=2).close()
        except psycopg.OperationalError:
            return False
        return True

    def crash(self) -> None:
        """Stop it as `pg_ctl stop -m immediate` does: nobody is asked to finish, nothing is written down."""
        self.end(signal.SIGQUIT)
