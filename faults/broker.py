"""Redis stopped and killed, jobs handed out again, workers told to end under load. The rows are the queue."""

from __future__ import annotations

import random
import signal
import time
from collections import Counter
from functools import partial

from django.urls import reverse

from config import health
from config.jobs import sign_of_life
from mandates.jobs import make_ahead, read_document
from mandates.models import Document, Task, Version
from reports.jobs import send_letters, write_letters
from reports.models import Letter

from .edits import TEXT
from .letters_world import people, waiting
from .row import Outcome, at_most, exactly, none, row
from .servers import wait_until
from .sink import Mode
from .trial import Trial
from .visitor import Answer, Visitor
from .world import coordinators, form, tasks, update_address

DOWN = 600 / 20  # seconds: ten minutes, scaled as the timetable is
TICK = 60  # seconds: the sweep's and the senders' turn on the timetable as it is
PATIENCE = 300  # seconds for what waits to be done on a busy machine
PAGES = ("my-work", "texts", "tasks", "sessions")


def bring(who: Visitor, number: int) -> Answer:
    """Bring in a short text of its own."""
    return who.upload(reverse("bring-in"), f"{number}.txt", TEXT.format(number=number, year=26, more="").encode())


def unread() -> int:
    return Document.objects.exclude(state="read").count()


def unsent() -> int:
    """Letters that say something and have not gone out."""
    return Letter.objects.exclude(state__in=["sent", "empty"]).count()


def all_done() -> bool:
    return not unread() and not unsent()


def until_done() -> float:
    """Seconds until nothing waits any more. What still does where it takes too long is told."""
    try:
        return wait_until(all_done, "what waited is not done", within=PATIENCE, every=0.5)
    except TimeoutError:
        print(Counter(Document.objects.values_list("state", "failure", "attempts")))
        print(Counter(Letter.objects.values_list("kind", "state", "error", "attempts")))
        raise


def doubled_mails(trial: Trial) -> int:
    taken = Counter(mail.message_id for mail in trial.sink.mails)
    return taken.total() - len(taken)


def doubled_texts() -> int:
    """Documents that were laid down more than once."""
    laid = Counter(Version.objects.values_list("document", flat=True))
    return laid.total() - len(laid)


@row("redis", "mail")
def redis_is_down(trial: Trial) -> Outcome:
    """Redis is away for ten minutes (half a minute, with the timetable scaled alike) while documents are brought in and
    letters go out: every page answers, nothing is lost or done twice, and what waited is done at most one turn of the
    timetable after its return.
    """
    web, who = trial.web(), coordinators(1)[0]
    visitor, task = Visitor(web.port, who), tasks(1, status="todo")[0]
    waiting(people(trial.size(300, 50)))
    trial.worker(beat=True, app="faults.scaled")
    wait_until(lambda: bool(trial.sink.mails), "no letter goes out", within=PATIENCE)
    answers = [bring(visitor, number) for number in range(3100, 3105)]
    trial.redis.end(signal.SIGKILL)
    end, number = time.monotonic() + DOWN, 3105
    while time.monotonic() < end:
        answers += [visitor.get(reverse(name)) for name in PAGES]
        if number < 3110:
            answers.append(bring(visitor, number))
        seen = Task.objects.values_list("revision", flat=True).get(pk=task.pk)
        typed = form(task, seen=seen, status=("prog", "risk")[number % 2], words=f"Word {seen}.")
        answers.append(visitor.post(update_address(task), typed))
        number += 1
    trial.redis.start()
    late = until_done()
    return Outcome.of(
        f"{len(answers)} pages, {Document.objects.count()} documents and {len(trial.sink.mails)} letters",
        none("pages failed", sum(answer.status not in (200, 302) for answer in answers)),
        none("documents or letters lost", unread() + unsent()),
        none("done twice", doubled_mails(trial) + doubled_texts()),
        at_most("seconds until all was done after its return", round(late), TICK),
    )


@row("redis")
def redis_is_killed(trial: Trial) -> Outcome:
    """Redis is killed and started again, twenty times: each time the worker takes up the next job within 30 seconds,
    without being restarted.
    """
    chance, kills = random.Random(2), trial.size(20, 2)
    worker, slowest = trial.worker(), 0.0
    for _kill in range(kills + 1):  # the first time only to see that it works
        before = health.last_life()
        began = time.monotonic()
        sign_of_life.delay()
        wait_until(lambda seen=before: health.last_life() != seen, "the worker takes up no job", within=PATIENCE)
        slowest = max(slowest, (time.monotonic() - began) * bool(_kill))
        if _kill < kills:
            time.sleep(chance.uniform(2, 10))
            trial.redis.end(signal.SIGKILL)
            time.sleep(0.5)
            trial.redis.start()
    return Outcome.of(
        f"{kills} kills",
        at_most("seconds at most until a job was done", round(slowest, 1), 30),
        none("workers ended", int(not worker.lives)),
    )


@row("redis", "mail")
def longer_than_handed_out(trial: Trial) -> Outcome:
    """Jobs that take longer than the time after which Redis hands them out again (three seconds here, an hour in the
    house), with a second process free to take them: each letter goes out once, each document is laid down once.
    """
    trial.sink.mode = Mode(wait=2)
    letters = waiting(people(trial.size(20, 5)))
    document = Visitor(trial.web().port, coordinators(1)[0])
    for number in range(3200, 3203):
        bring(document, number)
    worker = trial.worker(concurrency=3, app="faults.scaled", FAULTS_VISIBILITY="3")
    for _each in range(3):
        send_letters.delay()
    until_done()
    time.sleep(10)  # for what is handed out once more
    return Outcome.of(
        f"{len(letters)} letters of two seconds each, {Document.objects.count()} documents",
        exactly("mails", len(trial.sink.mails), len(letters)),
        none("done twice", doubled_mails(trial) + doubled_texts()),
        exactly("tries", sum(Letter.objects.values_list("attempts", flat=True)), len(letters)),
        none("workers ended", int(not worker.lives)),
    )


@row("redis", "mail")
def the_same_message_five_times(trial: Trial) -> Outcome:
    """Each message is delivered five times, to four processes at once: a document is read once, a letter sent once, and
    what is made ahead is made once.
    """
    visitor, count = Visitor(trial.web().port, coordinators(1)[0]), trial.size(20, 4)
    for number in range(3300, 3300 + count):
        bring(visitor, number)
    members = people(count)
    waiting(members)
    for job in (
        *(partial(read_document.delay, key) for key in Document.objects.values_list("pk", flat=True)),
        *(send_letters.delay, write_letters.delay, make_ahead.delay),
    ):
        for _time in range(5):
            job()
    trial.worker(concurrency=4)
    until_done()
    wait_until(lambda: not queued(trial), "messages are left", within=PATIENCE)
    return Outcome.of(
        f"{count} documents and {count} letters, five messages each",
        exactly("texts laid down", Version.objects.count(), count),
        exactly("tries to read", sum(Document.objects.values_list("attempts", flat=True)), count),
        exactly("mails", len(trial.sink.mails), count),
        none("done twice", doubled_mails(trial) + doubled_texts()),
    )


def queued(trial: Trial) -> int:
    """Messages that wait, or that a worker has in hand."""
    import redis

    with redis.Redis.from_url(trial.redis.url) as client:
        return int(client.llen("celery")) + int(client.hlen("unacked"))


@row("redis", "mail")
def deploys_under_load(trial: Trial) -> Outcome:
    """The worker is told to end (SIGTERM) and started anew, twenty times, while it reads documents and sends letters:
    it ends within 30 seconds, nothing is lost or done twice, and no letter is left uncertain.
    """
    visitor, deploys, chance = Visitor(trial.web().port, coordinators(1)[0]), trial.size(20, 2), random.Random(5)
    trial.sink.mode = Mode(wait=0.05)
    members = people(50)
    worker = trial.worker(beat=True, app="faults.scaled")
    slowest = 0.0
    for deploy in range(deploys):
        waiting(members, period=f"2027-W{deploy + 1:02}")
        for number in range(3):
            bring(visitor, 3400 + deploy * 3 + number)
        start = len(trial.sink.mails)
        wait_until(lambda start=start: len(trial.sink.mails) > start, "no letter goes out", within=PATIENCE)
        time.sleep(chance.uniform(0, 2))
        slowest = max(slowest, worker.end(within=PATIENCE))
        worker.start()
    until_done()
    return Outcome.of(
        f"{deploys} deploys, {Document.objects.count()} documents, {len(trial.sink.mails):,} letters",
        none("lost", unread() + unsent()),
        none("done twice", doubled_mails(trial) + doubled_texts()),
        at_most("seconds at most to end", round(slowest, 1), 30),
    )


ROWS = {
    "C1": redis_is_down,
    "C2": redis_is_killed,
    "C3": longer_than_handed_out,
    "C4": the_same_message_five_times,
    "C5": deploys_under_load,
}
