"""The first board that a fresh process draws, and those after it: `python -m bench.cold` prints both as JSON."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time

from . import databases
from .goals import Report

TURNS = 3


def rows(report: Report, database: str, url: str) -> None:
    """In processes of their own, each with a connection of its own; loading the program is not counted, as the server
    that starts it does that before anybody asks."""
    firsts, later = [], []
    for _ in range(TURNS):
        out = subprocess.run(
            [sys.executable, "-m", "bench.cold"], env={**os.environ, "DATABASE_URL": url}, cwd=databases.ROOT,
            check=True, capture_output=True,
        )  # fmt: skip
        told = json.loads(out.stdout)
        firsts.append(told["first"])
        later.append(told["warm"])
    first, warm = statistics.median(firsts), statistics.median(later)
    words = f"first board of a fresh process, {database}: {first * 1000:.0f} ms against {warm * 1000:.0f} ms warm"
    report.row("P16", first / warm, words)
    report.row("P16 seconds", first, f"seconds until it is there, {database}")


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    from django.db import connection
    from django.test import Client
    from django.urls import reverse

    from config.wsgi import application  # noqa: F401  what a server loads before the first reader comes
    from mandates.models import Member

    client = Client(SERVER_NAME="localhost")
    client.force_login(Member.objects.get(username="coordinator"))
    connection.close()
    times = []
    for _ in range(8):
        start = time.perf_counter()
        answer = client.get(reverse("board", args=["line"]))
        times.append(time.perf_counter() - start)
        if answer.status_code != 200:
            raise RuntimeError(f"the board answers {answer.status_code}")
    print(json.dumps({"first": times[0], "warm": statistics.median(times[3:])}))


if __name__ == "__main__":
    main()
