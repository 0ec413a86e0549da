"""The house's Celery application with a timetable in a hurry: letters are written, sent and settled each second.

celery --app faults.hurried beat
"""

from __future__ import annotations

from celery.schedules import schedule

from config.celery import app

app.conf.beat_schedule = {
    name: {**entry, "schedule": schedule(1)} for name, entry in app.conf.beat_schedule.items() if "letters" in name
}
