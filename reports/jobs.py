"""What runs in the background for reports: thin functions that call one verb. Twice does no harm."""

from __future__ import annotations

import os
import socket
from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from reports.letters import filling, outbox
from reports.rollup import folding, recounting

SEND_FOR = timedelta(seconds=50)  # then the worker looks at what else waits, and goes on at the next turn


@shared_task(ignore_result=True)
def write_letters() -> None:
    """Write the letters that have become due, and ring for the senders."""
    if filling.fill(at=timezone.now()):
        send_letters.delay()


@shared_task(ignore_result=True)
def send_letters() -> None:
    """Send what waits in the outbox."""
    worker = f"{socket.gethostname()}:{os.getpid()}"
    outbox.send_waiting(worker=worker, clock=timezone.now, until=timezone.now() + SEND_FOR)


@shared_task(ignore_result=True)
def settle_letters() -> None:
    """Settle the letters that dead workers left behind."""
    outbox.settle(at=timezone.now())


@shared_task(ignore_result=True)
def fold_tallies() -> None:
    """Fold into the tallies what history has got since."""
    folding.fold(now=timezone.now())


@shared_task(ignore_result=True)
def recount_tallies() -> None:
    """Once a night, hold the tallies against the facts; what is wrong is logged as an error and shown by /health/."""
    now = timezone.now()
    if recounting.is_due(now=now):
        recounting.recount(now=now)
