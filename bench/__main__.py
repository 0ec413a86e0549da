"""All figures: `python -m bench [agency|un]`. See docs/speed.md for the rows, and for the floors under them.

Ends with failure when a row falls short. Where no PostgreSQL answers, the rows that need none still run, on SQLite.
"""

from __future__ import annotations

import os
import secrets
import sys
import tempfile
from contextlib import ExitStack

from config.stack import in_one_piece

from . import databases
from .goals import Report

SCALES = ("agency", "un")


def main(scale: str) -> int:
    os.environ.update(DJANGO_SETTINGS_MODULE="config.settings", DEBUG="off", LOG_LEVEL="ERROR")
    os.environ.setdefault("SECRET_KEY", secrets.token_urlsafe(50))
    os.environ.pop("DATABASE_URL", None)
    report = Report()
    why_not = databases.why_no_server()
    with ExitStack() as kept:
        os.environ["VAR_DIR"] = kept.enter_context(tempfile.TemporaryDirectory())
        urls = {"sqlite": kept.enter_context(databases.file_world("agency"))}
        if not why_not:
            scales = SCALES if scale == "un" else ("agency",)
            urls |= {one: kept.enter_context(databases.world(one)) for one in scales}
        _measure(report, urls, scale, why_not)
    if report.missed:
        print(f"{len(report.missed)} fell short: {', '.join(report.missed)}")
    return 1 if report.missed else 0


def _measure(report: Report, urls: dict[str, str], scale: str, why_not: str) -> None:
    databases.prepare(urls)
    from django.conf import settings
    from django.db import connections

    settings.ROOT_URLCONF = "bench.urls"
    from . import cold, reading, writing

    if why_not:
        reading.rows(report, small="sqlite")
        writing.rows(report, "sqlite", seconds=0)
        cold.rows(report, "sqlite", urls["sqlite"])
        report.passed_over("P2 P15 P17 P19", why_not)
    else:
        reading.rows(report, small="agency", large="un" if scale == "un" else "", other="sqlite")
        for name in urls.keys() - {"sqlite"}:
            writing.rows(report, name, seconds=60 if name == "un" else 10)
            cold.rows(report, name, urls[name])
    writing.file_writers(report, "sqlite", seconds=10)
    if scale != "un":
        report.passed_over("P2, and growth in P4 P5 P7", "both sizes are made by make bench SCALE=un")
    connections.close_all()


if __name__ == "__main__":
    scale = sys.argv[1] if len(sys.argv) > 1 else "agency"
    if scale not in SCALES:
        sys.exit(f"“{scale}” is no scale: say agency or un.")
    sys.exit(in_one_piece(main, scale))  # as pages and jobs are
