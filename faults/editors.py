"""Two people, or one person twice, at the same task."""

from __future__ import annotations

import html
import re
from functools import partial

from mandates.models import StatusUpdate, Task

from .row import BOTH, Outcome, exactly, none, row
from .trial import Trial
from .visitor import Answer, Visitor
from .world import at_once, coordinators, form, tasks, update_address, wrong_histories


@row(on=BOTH)
def two_editors(trial: Trial) -> Outcome:
    """Two people save the same task, both having seen the same revision: one wins, the other is told with 409 what the
    first said, reads both values, and keeps the text that was typed. No update is lost.
    """
    web = trial.web()
    people = [Visitor(web.port, member) for member in coordinators(2)]
    pairs = trial.size(1000, 20)
    rows = tasks(10, status="todo")
    won_once = told = lost = 0
    for number in range(pairs):
        task = rows[number % len(rows)]
        seen = Task.objects.values_list("revision", flat=True).get(pk=task.pk)
        typed = [
            form(task, seen=seen, status=status, words=f"Pair {number}: {who} says “{status}” & more.")
            for who, status in (("one", "risk"), ("other", "cont"))
        ]
        answers = at_once(
            [partial(who.post, update_address(task), said) for who, said in zip(people, typed, strict=True)]
        )
        winners = [index for index, answer in enumerate(answers) if answer.status == 200]
        losers = [index for index, answer in enumerate(answers) if answer.status == 409]
        if len(winners) != 1 or len(losers) != 1:
            continue
        won_once += 1
        mine, theirs = typed[losers[0]], typed[winners[0]]
        told += _told(answers[losers[0]], mine, theirs)
        last = StatusUpdate.objects.filter(task=task).order_by("-pk").values_list("words", "after").first()
        lost += last != (theirs["words"], theirs["status"])
    lost += wrong_histories()
    return Outcome.of(
        f"{pairs:,} pairs",
        exactly("won once", won_once, pairs),
        exactly("losers shown both values with their text kept", told, pairs),
        none("updates lost", lost),
    )


def _told(answer: Answer, mine: dict[str, str], theirs: dict[str, str]) -> bool:
    """Whether the slower one is shown what the quicker one said, and keeps their own words and their own choice."""
    chosen = re.search(r'<input type="radio" name="status" value="(\w+)"[^>]*\bchecked', answer.text)
    label = str(Task.Status(theirs["status"]).label)
    return (
        theirs["words"] in answer.words
        and label in answer.words
        and answer.typed == html.unescape(mine["words"])
        and chosen is not None
        and chosen[1] == mine["status"]
    )


ROWS = {"E1": two_editors}
