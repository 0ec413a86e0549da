"""Whether the house stands: what `/health/` says, and what the check of the beat container asks.

The page answers 200 as long as it can keep what people bring (database and queue), and 503 when it can't. A worker
that has been silent, or a mail server that does not answer, is said, but is no reason to take the web process away:
what waits in rows is picked up later.

`python -m config.health` asks for the sign of life instead: exit 0 when beat and a worker gave one lately.
"""

from __future__ import annotations

import sys
import tempfile
from datetime import UTC, datetime, timedelta

SILENT_AFTER = timedelta(seconds=150)  # ten turns of the sign of life on the timetable
LIFE_KEY = "sign-of-life"


def note_life(*, at: datetime) -> None:
    from django.core.cache import cache

    cache.set(LIFE_KEY, at.isoformat(), timeout=None)


def last_life() -> datetime | None:
    from django.core.cache import cache

    noted = cache.get(LIFE_KEY)
    return datetime.fromisoformat(noted) if noted else None


def database_answers() -> str:
    """ "ok", or the kind of error."""
    from django.db import Error, connection

    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Error as error:
        return type(error).__name__
    return "ok"


def queue_answers() -> str:
    """ "ok", or the kind of error. The folder must take a file; Redis must answer within two seconds."""
    from django.conf import settings

    if settings.BROKER_URL.startswith("filesystem://"):
        try:
            folder = settings.QUEUE_DIR / "messages"
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            with tempfile.NamedTemporaryFile(dir=folder, prefix=".health-"):
                return "ok"
        except OSError as error:
            return type(error).__name__
    import redis

    try:
        with redis.Redis.from_url(settings.BROKER_URL, socket_timeout=2, socket_connect_timeout=2) as client:
            client.ping()
    except redis.RedisError as error:
        return type(error).__name__
    return "ok"


def worker_seen(*, now: datetime) -> str:
    """ "ok", "silent" or "never seen"; "unknown" where the cache itself does not answer."""
    try:
        life = last_life()
    except Exception:  # the cache's own error, whichever cache it is: a worker may well be alive
        return "unknown"
    if life is None:
        return "never seen"
    return "ok" if now - life < SILENT_AFTER else "silent"


def mail_answers() -> str:
    """ "ok" as far as is known, "down since …" while letters wait for the mail server, "unknown" without a database."""
    from django.db import Error

    from reports.models import Relay

    try:
        relay = Relay.objects.exclude(down_since=None).first()
    except Error:
        return "unknown"
    return f"down since {relay.down_since:%Y-%m-%d %H:%M} UTC" if relay and relay.down_since else "ok"


def tallies_hold() -> str:
    """Whether the sums of the board were what the facts say when they were last compared: "ok", "wrong" (which figure
    stands in the log), "never compared", or "unknown" where the database does not answer."""
    from django.db import Error

    from reports.models import Fold

    try:
        held = Fold.objects.first()
    except Error:
        return "unknown"
    if held is None or held.checked_at is None:
        return "never compared"
    return "wrong" if held.wrong else "ok"


def report(*, now: datetime) -> tuple[dict[str, str], bool]:
    """What stands and what does not, and whether pages can be served."""
    parts = {"database": database_answers(), "queue": queue_answers()}
    parts |= {"worker": worker_seen(now=now), "mail": mail_answers(), "tallies": tallies_hold()}
    return parts, parts["database"] == parts["queue"] == "ok"


def main() -> int:
    import django

    django.setup()
    seen = worker_seen(now=datetime.now(tz=UTC))
    print(f"worker: {seen}")  # noqa: T201 - the log of a container's health check
    return 0 if seen == "ok" else 1


if __name__ == "__main__":
    sys.exit(main())
