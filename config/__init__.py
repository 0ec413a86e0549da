"""How the house is put together: settings, addresses, the queue and its timetable, the two server entrances."""

from config.celery import app as celery_app

__all__ = ["celery_app"]
