"""What a row is given: a database with its tables, a folder, and the processes of the house as production runs them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from .servers import Cluster, Redis, answers, free_port, wait_until
from .sink import Sink

ROOT = Path(__file__).resolve().parent.parent


def children(pid: int) -> list[int]:
    """The processes that this one has started and that still live."""
    try:
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


class Process:
    """One of the house's processes: started, killed for real, started again."""

    def __init__(self, name: str, command: list[str], log: Path, **environment: str) -> None:
        self.name, self.command, self.log = name, command, log
        self.environment = {**os.environ, **environment}
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", *self.command], cwd=ROOT, env=self.environment, stdout=log, stderr=log
            )

    @property
    def pid(self) -> int:
        assert self.process is not None
        return self.process.pid

    @property
    def lives(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def kill(self) -> None:
        """`kill -9`, of the process and of those that it has started: nobody says goodbye."""
        for pid in [self.pid, *children(self.pid)]:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.process.wait(timeout=30)  # type: ignore[union-attr]

    def end(self, within: float = 40) -> float:
        """Ask it to end (SIGTERM); the seconds that it took. Raises TimeoutError where it does not."""
        start = time.monotonic()
        if self.lives:
            self.process.terminate()  # type: ignore[union-attr]
            try:
                self.process.wait(timeout=within)  # type: ignore[union-attr]
            except subprocess.TimeoutExpired:
                self.kill()
                raise TimeoutError(f"{self.name} does not end within {within:g} seconds") from None
        return time.monotonic() - start


class Web(Process):
    """gunicorn, as the image starts it."""

    def __init__(self, log: Path, workers: int, threads: int) -> None:
        self.port = free_port()
        shared = ["--worker-tmp-dir", "/dev/shm"] if Path("/dev/shm").is_dir() else []  # noqa: S108 - as the image does
        command = ["gunicorn", "config.wsgi", "--bind", f"127.0.0.1:{self.port}", *shared]
        super().__init__("web", [*command, "--workers", str(workers), "--threads", str(threads)], log)

    def start(self) -> None:
        super().start()
        wait_until(lambda: answers(self.port) and bool(self.workers()), "the pages do not answer")

    def workers(self) -> list[int]:
        return children(self.pid)

    def kill_worker(self, which: int = 0) -> int:
        """`kill -9` of one of its workers; the master lives and starts another. The process that was killed."""
        wait_until(lambda: bool(self.workers()), "no worker is there")
        pids = self.workers()
        pid = pids[which % len(pids)]
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
        return pid


class Trial:
    """One row on one engine. Whatever is started through it is ended with it."""

    def __init__(
        self,
        engine: str,
        folder: Path,
        *,
        quick: bool = False,
        redis: Redis | None = None,
        cluster: Cluster | None = None,
        sink: Sink | None = None,
    ) -> None:
        self.engine, self.folder, self.quick = engine, folder, quick
        self._redis, self._cluster, self._sink = redis, cluster, sink
        self.processes: list[Process] = []

    @property
    def redis(self) -> Redis:
        assert self._redis is not None, "the row must say that it needs redis"
        return self._redis

    @property
    def cluster(self) -> Cluster:
        assert self._cluster is not None, "the row must say that it needs a cluster"
        return self._cluster

    @property
    def sink(self) -> Sink:
        assert self._sink is not None, "the row must say that it needs mail"
        return self._sink

    def size(self, full: int, quick: int) -> int:
        return quick if self.quick else full

    def web(self, *, workers: int = 3, threads: int = 2) -> Web:
        """The web process, started and answering."""
        return self._started(Web(self.folder / "web.log", workers, threads))

    def worker(
        self,
        *,
        concurrency: int = 2,
        name: str = "worker",
        beat: bool = False,
        app: str = "config",
        **environment: str,
    ) -> Process:
        """A Celery worker, started; `beat` gives it the timetable too. Whether it answers yet is for the row to see."""
        command = ["celery", "--app", app, "worker", "--concurrency", str(concurrency), "--hostname", f"{name}@%h"]
        if beat:
            command += ["--beat", "--schedule", str(self.folder / f"{name}-beat")]
        return self._started(Process(name, command, self.folder / f"{name}.log", **environment))

    def python(self, module: str, *arguments: str, name: str = "", **environment: str) -> Process:
        """`python -m module …`, started."""
        name = name or module
        return self._started(Process(name, [module, *arguments], self.folder / f"{name}.log", **environment))

    def _started(self, process):
        self.processes.append(process)
        process.start()
        return process

    def end(self) -> None:
        """End what still runs; by force, as nothing of a row matters once it has counted."""
        for process in self.processes:
            if process.lives:
                process.kill()

    def logs(self) -> Iterable[Path]:
        return sorted(self.folder.glob("*.log"))
