"""Row P11: letters from the first look at who is due to the last one taken, against sending them ready-made.

    python -m bench.letters [COUNT]

Prints a line per figure and ends with failure when one falls short. The floor is two connections over which two
processes send messages that are ready as bytes, to a mail server (aiosmtpd) in a third process; the work is two
workers as the timetable runs them: one writes the letters and then sends, the other sends meanwhile, claim by claim.
Every letter has ten tasks. They take turns, on a PostgreSQL database of their own; 20,000 letters are the scale of the
goal, and 6,000 what is measured where nothing is said: of fewer, to begin and to end is too large a part.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import resource
import secrets
import smtplib
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from typing import Any

from config.stack import in_one_piece

from . import databases
from .goals import GOALS, Report

GOALS |= {"P11": 3.5, "P11 CPU": 2.5, "P11 RSS": 100, "P11 once": 0}
TURNS = 3
TASKS = 10  # in each letter
PERSONS = 10  # of a unit
COMMITS = 300
MEGABYTE = 2**20
start_process = multiprocessing.get_context("spawn").Process


# ── The mail server ──────────────────────────────────────────────────────────────────────────────────────────────


class Taken:
    """What aiosmtpd asks about each mail: all are taken, and who they were for is kept."""

    def __init__(self) -> None:
        self.recipients: list[str] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802  a name of aiosmtpd's
        self.recipients += envelope.rcpt_tos
        return "250 taken"


def serve(told: Any) -> None:
    """A mail server in a process of its own: says its port, and how many mails it took when it is asked.

    It is aiosmtpd, as row P11 has it, and stands under the floor and the work alike.
    """
    from aiosmtpd.controller import UnthreadedController

    loop, taken = asyncio.new_event_loop(), Taken()
    controller = UnthreadedController(taken, hostname="127.0.0.1", port=0, loop=loop)
    controller.begin()
    told.send(controller.server.sockets[0].getsockname()[1])

    def answer() -> None:
        told.recv()
        told.send((len(taken.recipients), len(set(taken.recipients))))
        taken.recipients.clear()

    loop.add_reader(told.fileno(), answer)
    loop.run_forever()


@contextmanager
def mail_server() -> Iterator[tuple[int, Callable[[], tuple[int, int]]]]:
    """Its port, and the question how many mails it took since, to how many people."""
    ours, theirs = multiprocessing.Pipe()
    process = start_process(target=serve, args=(theirs,), daemon=True)
    process.start()

    def taken() -> tuple[int, int]:
        ours.send("taken")
        return ours.recv()

    yield ours.recv(), taken
    process.kill()
    process.join()


# ── The floor ────────────────────────────────────────────────────────────────────────────────────────────────────


def send_ready_made(port: int, mails: Sequence[tuple[str, bytes]], begin: Any) -> None:
    """One connection, over which messages go that are bytes already."""
    begin.wait()
    with smtplib.SMTP("127.0.0.1", port) as smtp:
        for address, data in mails:
            smtp.sendmail("mandates@localhost", [address], data)


def floor(port: int, mails: Sequence[tuple[str, bytes]]) -> float:
    """Seconds for all of them over two connections."""
    begin = multiprocessing.get_context("spawn").Event()
    senders = [start_process(target=send_ready_made, args=(port, mails[half::2], begin)) for half in (0, 1)]
    return _timed(senders, begin)


def _timed(processes: Sequence[Any], begin: Any) -> float:
    for process in processes:
        process.start()
    time.sleep(10)  # until both have loaded what they need
    start = time.perf_counter()
    begin.set()
    for process in processes:
        process.join()
    seconds = time.perf_counter() - start
    if any(process.exitcode for process in processes):
        sys.exit("A process of the measurement broke.")
    return seconds


# ── The work ─────────────────────────────────────────────────────────────────────────────────────────────────────


def work_as_one(number: int, count: int, begin: Any, said: Any) -> None:
    """One worker of two. It says the processor time that it took, and by how much its memory grew."""
    import django

    django.setup()
    from django.urls import reverse
    from django.utils import timezone

    from reports.letters import filling, outbox
    from reports.models import Letter

    reverse("my-letters")  # a worker that runs for days has loaded all pages
    begin.wait()
    memory, used = _memory(), time.process_time()
    if number == 0:
        filling.fill(at=timezone.now())
    while Letter.objects.exclude(state="queued").count() < count:
        outbox.send_waiting(worker=str(number), clock=timezone.now)
        time.sleep(0.1)  # a worker is rung for when letters are written; to look all the time is no part of the work
    said.put((time.process_time() - used, (_memory() - memory) / MEGABYTE))


def _memory() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


def work(count: int) -> tuple[float, float, float]:
    """Seconds for all letters, seconds of processor time, and the largest growth of a worker in megabytes."""
    from reports.models import Letter

    Letter.objects.all().delete()
    context = multiprocessing.get_context("spawn")
    begin, said = context.Event(), context.Queue()
    told_to = [(work_as_one, number, count, begin, said) for number in (0, 1)]
    seconds = _timed([start_process(target=in_one_piece, args=one) for one in told_to], begin)
    told = [said.get() for _each in (0, 1)]
    return seconds, sum(used for used, _grown in told), max(grown for _used, grown in told)


# ── People, and the measurement ──────────────────────────────────────────────────────────────────────────────────


def fill_world(count: int) -> None:
    """Members in units that have ten tasks each, all of which a letter tells."""
    from django.utils import timezone

    from mandates import models

    from .work import text

    now = timezone.now()
    by = models.Member.objects.create(username="li.na", role="coordinator", letter_every="never")
    version, section = text(by, now)
    units = models.Unit.objects.bulk_create(
        models.Unit(abbr=f"U{number}", name=f"Unit {number}") for number in range(-(-count // PERSONS))
    )
    posts = models.Post.objects.bulk_create(models.Post(unit=unit, title="Focal point") for unit in units)
    members = models.Member.objects.bulk_create(
        models.Member(
            username=f"m{number}", email=f"m{number}@example.org", first_name="Member", last_name=str(number),
            role="member", letter_hour=0, date_joined=now - timedelta(days=60),
        )
        for number in range(count)
    )  # fmt: skip
    models.Holding.objects.bulk_create(
        models.Holding(post=posts[number // PERSONS], member=member, since=now.date() - timedelta(days=60))
        for number, member in enumerate(members)
    )
    instructions = models.Instruction.objects.bulk_create(
        models.Instruction(
            resolution=version.resolution, title=f"Report {number} on the outcomes achieved by the task force",
            force="instructs", action="report", created_by=by, created_at=now - timedelta(days=59),
        )
        for number in range(TASKS)
    )  # fmt: skip
    paragraphs = models.Paragraph.objects.bulk_create(
        models.Paragraph(
            section=section, version=version, position=n, number=str(n), printed=str(n), anchor=f"p-{n}",
            address=f"{section.address}/{n}", text="to report to the 30th session of CSTD on the outcomes achieved;",
        )
        for n in range(TASKS)
    )  # fmt: skip
    models.Place.objects.bulk_create(
        models.Place(instruction=one, paragraph=place) for one, place in zip(instructions, paragraphs, strict=True)
    )
    models.Task.objects.bulk_create(
        models.Task(
            instruction=one, occurrence=unit.abbr, lead=unit, status="prog", created_at=now - timedelta(days=59),
            due_on=now.date() - timedelta(days=number), matters_on=now.date() - timedelta(days=number),
        )
        for unit in units
        for number, one in enumerate(instructions)
    )  # fmt: skip


def ready_made() -> list[tuple[str, bytes]]:
    """The letters of the last turn, as bytes."""
    from reports.letters import message
    from reports.models import Letter

    rows = Letter.objects.filter(kind="weekly").select_related("member", "deputy")
    return [(row.address, message.message_of(row).data) for row in rows]


def measure(report: Report, port: int, taken: Callable[[], tuple[int, int]], count: int) -> None:
    fill_world(count)
    from reports.models import Letter

    ours, used, grown, floors, wrong = [], [], [], [], 0
    mails: list[tuple[str, bytes]] = []
    for _turn in range(TURNS):
        seconds, processor, memory = work(count)
        ours.append(seconds)
        used.append(processor)
        grown.append(memory)
        wrong += taken() != (count, count) or Letter.objects.filter(state="sent").count() != count
        mails = mails or ready_made()
        floors.append(floor(port, mails))
        taken()
    size = statistics.mean(len(data) for _address, data in mails)
    print(f"P11 beside it: a commit takes {commit():.2f} ms on this disk; a letter waits for one, the floor for none")
    ratio = statistics.median(ours) / statistics.median(floors)
    words = f"{count:,} letters of {size / 1000:.1f} kB: {statistics.median(ours):.1f} s against"
    report.row("P11", ratio, f"{words} {statistics.median(floors):.1f} s ready-made, two connections each")
    report.row("P11 CPU", statistics.median(used) / count * 1000, "ms of processor time a letter, both workers")
    report.row("P11 RSS", max(grown), "MB by which a worker grew")
    report.row("P11 once", wrong, "turns in which not each letter was sent exactly once")


def commit() -> float:
    """Milliseconds of a transaction that changes one row, the middle one of many: what exactly-once costs at least."""
    from django.db import connection

    took = []
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE bench_commit AS SELECT 0 AS n")
        for _each in range(COMMITS):
            start = time.perf_counter()
            cursor.execute("UPDATE bench_commit SET n = n + 1")
            took.append(time.perf_counter() - start)
        cursor.execute("DROP TABLE bench_commit")
    return statistics.median(took) * 1000


@contextmanager
def database() -> Iterator[str]:
    """The address of a database of its own, with tables and nothing in them."""
    import psycopg
    from psycopg import sql

    name = databases.name_of("letters")
    with psycopg.connect(databases.url_of("postgres"), autocommit=True) as server:
        drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
        server.execute(drop)
        server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        try:
            databases.manage(["migrate", "--verbosity", "0"], {"DATABASE_URL": databases.url_of(name)})
            yield databases.url_of(name)
        finally:
            server.execute(drop)


def main(count: int) -> int:
    report = Report()
    if why_not := databases.why_no_server():
        report.passed_over("P11", why_not)
        return 0
    key = secrets.token_urlsafe(50)
    os.environ.update(DJANGO_SETTINGS_MODULE="config.settings", DEBUG="off", LOG_LEVEL="ERROR", SECRET_KEY=key)
    with ExitStack() as kept:
        os.environ["VAR_DIR"] = kept.enter_context(tempfile.TemporaryDirectory())
        port, taken = kept.enter_context(mail_server())
        os.environ["EMAIL_URL"] = f"smtp://127.0.0.1:{port}"
        os.environ["DATABASE_URL"] = kept.enter_context(database())
        import django

        django.setup()
        from django.db import connection

        measure(report, port, taken, count)
        connection.close()
    return 1 if report.missed else 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 6000))
