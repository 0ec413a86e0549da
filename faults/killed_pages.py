"""The web process loses a worker in the middle of an act."""

from __future__ import annotations

import random
import time

from .row import BOTH, Outcome, at_least, none, row
from .trial import Trial
from .writers import doubled, half_acts, missing, wait_for_saves, writing

WRITERS = 6


@row(on=BOTH)
def workers_killed_in_the_middle(trial: Trial) -> Outcome:
    """`kill -9` of a gunicorn worker while six people save: what was acknowledged is there, and what was not is there
    whole or not at all: status, row of history, fact and evidence together. The same form again has one effect.
    """
    web, kills, chance = trial.web(), trial.size(200, 10), random.Random(4)
    with writing(web.port, WRITERS) as writers:
        for _kill in range(kills):
            wait_for_saves(writers, 3)
            time.sleep(chance.uniform(0, 0.2))
            web.kill_worker(chance.randrange(3))
    return Outcome.of(
        f"{kills} kills, {sum(len(writer.saved) for writer in writers):,} forms saved",
        at_least("cut off and sent again", sum(writer.cut_off for writer in writers), kills / 10),
        none("half acts", half_acts(writers)),
        none("acknowledged and missing", missing(writers)),
        none("doubled", doubled(writers)),
        none("told otherwise", sum(len(writer.refused) for writer in writers)),
    )


ROWS = {"B4": workers_killed_in_the_middle}
