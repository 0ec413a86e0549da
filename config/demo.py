"""`make demo`: the house on one machine, with a worker and its clock really running.

    python -m config.demo            prepare, start, stay until Ctrl-C
    python -m config.demo --check    prepare, start, wait until it answers and the sample has been read, stop

PORT (8000) says where. Everything that is written lies under VAR_DIR. Exit 0 when all went well, 1 with one sentence
when something did not.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from types import FrameType

ROOT = Path(__file__).resolve().parent.parent
READY_WITHIN = 180  # seconds; a slow laptop reads the sample in a few
STOP_WITHIN = 20


class Trouble(Exception):
    """The message is the sentence that the person at the terminal reads."""


def manage(*arguments: str) -> str:
    """Run a command of manage.py; its output, which is also shown."""
    done = subprocess.run(
        [sys.executable, "manage.py", *arguments], cwd=ROOT, stdout=subprocess.PIPE, text=True, check=False
    )
    if done.returncode:
        print(done.stdout, end="")
        raise Trouble(f"`manage.py {' '.join(arguments)}` failed with the words above.")
    return done.stdout


def port_of(text: str) -> int:
    """The port that PORT names, once it is sure that nobody else has it."""
    if not text.isdigit() or not 0 < int(text) < 65536:
        raise Trouble(f"PORT is “{text}”: it must be a number between 1 and 65535.")
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", int(text)))
        except OSError as error:
            raise Trouble(
                f"Port {text} is taken by another program: stop it, or try `PORT={int(text) + 1} make demo`."
            ) from error
    return int(text)


def health(port: int) -> dict[str, str]:
    """What the health page says; empty while nothing answers."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/health/", timeout=5) as answer:
            return json.load(answer)
    except (OSError, ValueError, urllib.error.URLError):
        return {}


class House:
    """The processes of the demo: they start together, and when one ends all end."""

    def __init__(self, port: int, log: Path) -> None:
        self.port = port
        self.log = log
        self.processes: dict[str, subprocess.Popen[bytes]] = {}

    def start(self) -> None:
        beat_file = self.log.parent / "beat-schedule"
        python = [sys.executable, "-m"]
        worker = ["celery", "--app", "config", "worker", "--beat", "--schedule", str(beat_file)]
        worker += ["--concurrency", "2", "--loglevel", "INFO"]
        web = ["gunicorn", "config.wsgi", "--bind", f"127.0.0.1:{self.port}", "--workers", "2", "--threads", "2"]
        with self.log.open("ab") as out:
            for name, command in {"web": web, "worker": worker}.items():
                # Each in a session of its own: Ctrl-C reaches this process only, which then stops them in order.
                self.processes[name] = subprocess.Popen(
                    [*python, *command], cwd=ROOT, stdout=out, stderr=out, start_new_session=True
                )

    def check(self) -> None:
        for name, process in self.processes.items():
            if process.poll() is not None:
                raise Trouble(f"The {name} process ended by itself: its last words are in {self.log}.")

    def wait_until(self, ready: str, test: Callable[[], bool]) -> None:
        end = time.monotonic() + READY_WITHIN
        while not test():
            self.check()
            if time.monotonic() > end:
                raise Trouble(f"After {READY_WITHIN} seconds {ready}; see {self.log}.")
            time.sleep(0.5)

    def stop(self) -> None:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # a second Ctrl-C must not leave processes behind
        for process in self.processes.values():
            if process.poll() is None:
                process.terminate()
        end = time.monotonic() + STOP_WITHIN
        for process in self.processes.values():
            try:
                process.wait(timeout=max(0.1, end - time.monotonic()))
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()


def interrupt(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def ring() -> None:
    """Let the worker look for what waits now, as the timetable would within a minute."""
    from mandates.jobs import sweep

    sweep.delay()


def sample_is_read() -> bool:
    """Whether the worker has read all that the demo brought in; Trouble where it could not."""
    from mandates.models import Document

    documents = list(Document.objects.all())
    for document in documents:
        if document.state == Document.State.FAILED:
            raise Trouble(f"“{document.original_name}” was not read. The page says: {document.failure}")
    return bool(documents) and all(document.state == Document.State.READ for document in documents)


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="make demo")
    parser.add_argument("--check", action="store_true", help="stop as soon as everything has been seen to work")
    check = parser.parse_args(arguments).check or os.environ.get("DEMO_ONCE") == "1"
    for sign in (signal.SIGINT, signal.SIGTERM):
        signal.signal(sign, interrupt)

    port = port_of(os.environ.get("PORT", "8000"))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    os.environ.setdefault("SITE_URL", f"http://localhost:{port}")
    import django
    from django.conf import settings

    django.setup()
    settings.VAR_DIR.mkdir(parents=True, exist_ok=True)
    house = House(port, settings.VAR_DIR / "demo.log")
    try:
        print("Preparing the database …", flush=True)
        manage("migrate", "--verbosity", "0")
        manage("loadfacts")
        house.start()
        house.wait_until("the pages do not answer", lambda: health(port).get("database") == "ok")
        words = manage("makedemo")
        ring()
        print(f"\n{words.strip()}\n\n  Mandates runs at http://localhost:{port}/ – stop it with Ctrl-C.")
        print(f"  What the processes say is kept in {house.log}.\n", flush=True)
        if check:
            house.wait_until("the sample has not been read", sample_is_read)
            house.wait_until("no worker has given a sign of life", lambda: health(port).get("worker") == "ok")
            print("The demo stands: pages answer, and a worker has read the sample.", flush=True)
            return 0
        while True:
            time.sleep(1)
            house.check()
    except KeyboardInterrupt:
        print("\nStopping …", flush=True)
        return 0
    finally:
        house.stop()


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except Trouble as trouble:
        print(trouble, file=sys.stderr)
        sys.exit(1)
