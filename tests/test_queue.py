"""The queue: messages in folders arrive whole and once, and a real worker answers on either broker."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections import Counter
from contextlib import contextmanager
from pathlib import Path
from queue import Empty

import pytest
from kombu import Connection

from config import folders
from config.celery import TIMETABLE, app

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture
def options(tmp_path):
    names = {
        "data_folder_in": "messages",
        "data_folder_out": "messages",
        "processed_folder": "taken",
        "control_folder": "control",
    }
    options = {name: str(tmp_path / "queue" / folder) for name, folder in names.items()}
    folders.prepare(Path(folder) for folder in options.values())
    return options


@contextmanager
def simple_queue(options):
    with Connection("filesystem://", transport_options=options) as connection:
        # A name of its own for each test: kombu remembers per process which queues it has made.
        yield connection.SimpleQueue(Path(options["control_folder"]).parent.parent.name, serializer="json")


def test_messages_come_out_in_the_order_in_which_they_went_in(options):
    with simple_queue(options) as queue:
        for number in range(20):
            queue.put({"number": number})
        taken = [queue.get(block=False) for _ in range(20)]
        assert [message.payload["number"] for message in taken] == list(range(20))
        with pytest.raises(Empty):
            queue.get(block=False)


def test_two_who_read_while_one_writes_get_every_message_whole_and_once(options):
    long = "x" * 200_000  # long enough to be seen half written, were it written in place
    got: list[int] = []
    done = threading.Event()
    open_ = threading.Barrier(3)  # what is sent while a worker makes its queue known may find none: the sweep brings it

    def read() -> None:
        with simple_queue(options) as queue:
            open_.wait(30)
            while True:
                last_look = done.is_set()
                try:
                    message = queue.get(block=False)
                except Empty:
                    if last_look:
                        return
                    continue
                assert message.payload["text"] == long
                got.append(message.payload["number"])
                message.ack()

    readers = [threading.Thread(target=read) for _ in range(2)]
    for reader in readers:
        reader.start()
    with simple_queue(options) as queue:
        open_.wait(30)
        for number in range(150):
            queue.put({"number": number, "text": long})
    done.set()
    for reader in readers:
        reader.join()
    assert Counter(got) == Counter(range(150))


def test_a_file_that_is_no_message_is_passed_over(options):
    with simple_queue(options) as queue:
        queue.put({"number": 1})
        broken = Path(options["data_folder_in"]) / f"00_broken.{queue.queue.name}.msg"
        broken.write_text('{"body": "half a mes')
        assert queue.get(block=False).payload == {"number": 1}
        assert not broken.exists()


def test_nobody_else_on_the_machine_can_read_the_queue(options, tmp_path):
    seen = {path.name: oct(path.stat().st_mode & 0o777) for path in (tmp_path / "queue").iterdir()}
    assert seen == {"messages": "0o700", "taken": "0o700", "control": "0o700"}
    assert (tmp_path / "queue").stat().st_mode & 0o777 == 0o700


def test_every_line_of_the_timetable_names_a_job_that_exists_and_says_why():
    app.loader.import_default_modules()
    assert [job for _name, job, _seconds, _why in TIMETABLE if job not in app.tasks] == []
    assert all(why for *_rest, why in TIMETABLE)


def run(environment: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", *arguments],
        cwd=ROOT,
        env=environment,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
        timeout=60,
    )


@pytest.mark.slow
@pytest.mark.parametrize("broker", ["filesystem://", pytest.param("redis", marks=pytest.mark.redis)])
def test_a_real_worker_does_what_it_is_sent_and_stops_when_told(broker, tmp_path):
    address = os.environ["TEST_REDIS_URL"] if broker == "redis" else broker
    environment = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "CACHE_URL"}}
    environment |= {"VAR_DIR": str(tmp_path), "CELERY_BROKER_URL": address}
    if broker == "redis":
        import redis

        redis.Redis.from_url(address).flushdb()
    command = [sys.executable, "-m", "celery", "--app", "config", "worker", "--concurrency", "1"]
    log = tmp_path / "worker.log"
    with log.open("w") as out:
        worker = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=out, stderr=out)
    try:
        # Nothing has come yet: the container of the clock would be called sick.
        assert run(environment, "config.health").returncode == 1
        sent = run(environment, "celery", "--app", "config", "call", "config.jobs.sign_of_life")
        assert sent.returncode == 0, sent.stdout
        end = time.monotonic() + 40
        while (seen := run(environment, "config.health")).returncode:
            assert time.monotonic() < end, (seen.stdout, log.read_text())
            assert worker.poll() is None, log.read_text()
        ping = run(environment, "celery", "--app", "config", "inspect", "ping", "--timeout", "8")
        assert "1 node online" in ping.stdout, ping.stdout
    finally:
        worker.terminate()
        assert worker.wait(timeout=20) == 0, log.read_text()
