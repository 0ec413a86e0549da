"""The house's Celery application with its times scaled down, so that a trial of ten minutes takes half of one.

    celery --app faults.scaled worker --beat

The timetable runs twenty times as often. FAULTS_VISIBILITY: seconds after which Redis hands a job out again that nobody
has said to be done (3,600 in the house).
"""

from __future__ import annotations

import os

from celery.schedules import schedule

from config.celery import TIMETABLE, app

BY = 20

app.conf.beat_schedule = {
    name: {"task": job, "schedule": schedule(seconds / BY), "options": {"expires": seconds}}
    for name, job, seconds, _why in TIMETABLE
}
if "FAULTS_VISIBILITY" in os.environ:
    options = {**app.conf.broker_transport_options, "visibility_timeout": int(os.environ["FAULTS_VISIBILITY"])}
    app.conf.broker_transport_options = options
