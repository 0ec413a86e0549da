"""PostgreSQL stopped hard under people who save."""

from __future__ import annotations

import random
import time

from django.db import connection

from .row import Outcome, at_most, none, row
from .trial import Trial
from .writers import doubled, half_acts, missing, wait_for_saves, writing

WRITERS = 8
BACK_WITHIN = 5  # seconds from the server's first answer to the first form that is saved


@row("cluster")
def database_stopped_hard(trial: Trial) -> Outcome:
    """PostgreSQL is stopped as by a power cut (`-m immediate`) and started again, five times, while eight people save:
    nothing acknowledged is missing, nothing is there twice or by halves, pages fail only while it is down, and the web
    process, which nobody restarts, saves again within five seconds.
    """
    web, stops, chance = trial.web(), trial.size(5, 2), random.Random(1)
    pid, down, slowest = web.pid, [], 0.0
    with writing(web.port, WRITERS) as writers:
        for _stop in range(stops):
            wait_for_saves(writers, WRITERS * 3)
            time.sleep(chance.uniform(0, 0.5))
            stopped = time.monotonic()
            trial.cluster.crash()
            time.sleep(1)
            trial.cluster.start()
            up = time.monotonic()
            down.append((stopped, up))
            wait_for_saves(writers, 1)
            slowest = max(slowest, time.monotonic() - up)
    connection.close()  # ours was cut off too
    failed = [times for writer in writers for times in writer.failed]
    outside = [asked for asked, ended in failed if not any(asked < up and ended > stopped for stopped, up in down)]
    return Outcome.of(
        f"{stops} stops, {sum(len(writer.saved) for writer in writers):,} forms saved, {len(failed)} tries failed",
        none("acknowledged and missing", missing(writers)),
        none("doubled", doubled(writers)),
        none("half acts", half_acts(writers)),
        none("failed while it was up", len(outside)),
        at_most("seconds at most until the next was saved", round(slowest, 1), BACK_WITHIN),
        none("restarts of the web process", (web.pid != pid) + (not web.lives)),
    )


ROWS = {"B1": database_stopped_hard}
