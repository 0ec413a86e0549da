"""The one job of the house itself: to show that beat, broker and worker are alive."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from config import health


@shared_task
def sign_of_life() -> None:
    health.note_life(at=timezone.now())
