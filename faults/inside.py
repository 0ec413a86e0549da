"""One row on one engine, inside the process that was made for it. Started by `faults.__main__`; not by hand.

    python -m faults.inside ROW ENGINE FOLDER [--needs redis,mail] [--quick]

The environment names the folder and the database. The outcome is written into the folder, as `outcome.json`.
"""

from __future__ import annotations

import argparse
import json
import os
from contextlib import ExitStack
from pathlib import Path

from .servers import Cluster, Redis
from .sink import Sink
from .trial import Trial


def prepared(needs: frozenset[str], folder: Path, leaving: ExitStack) -> dict[str, Redis | Cluster | Sink]:
    """The servers that the row needs, running, and named in the environment from which the settings are read."""
    found: dict[str, Redis | Cluster | Sink] = {}
    if "cluster" in needs:
        cluster = Cluster(folder)
        cluster.make()
        found["cluster"] = cluster
        os.environ["DATABASE_URL"] = cluster.url
    if "redis" in needs:
        redis = found["redis"] = Redis(folder)
        os.environ["CELERY_BROKER_URL"] = redis.url
    if "mail" in needs:
        found["sink"] = Sink()
    for server in found.values():
        server.start()
        leaving.callback(server.stop if isinstance(server, Sink) else server.end)
    if "mail" in needs:
        os.environ["EMAIL_URL"] = f"smtp://127.0.0.1:{found['sink'].port}"
    return found


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("row")
    parser.add_argument("engine")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--needs", default="")
    parser.add_argument("--quick", action="store_true")
    asked = parser.parse_args()
    with ExitStack() as leaving:
        servers = prepared(frozenset(filter(None, asked.needs.split(","))), asked.folder, leaving)
        from .rows import all_rows  # only now: the settings read the environment once

        rows = all_rows()
        from django.conf import settings
        from django.core.management import call_command

        settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # quick: they guard nothing here

        if "cluster" in servers:
            call_command("migrate", verbosity=0)
        trial = Trial(asked.engine, asked.folder, quick=asked.quick, **servers)  # type: ignore[arg-type]
        leaving.callback(trial.end)
        outcome = rows[asked.row].body(trial)
        (asked.folder / "outcome.json").write_text(json.dumps({"words": outcome.words, "held": outcome.held}))


if __name__ == "__main__":
    main()
