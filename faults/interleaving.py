"""Two acts on two connections, of which one stands still before one of its statements while the other runs.

Tried before each statement in turn, this visits every place at which a second act can fall into a first one; nothing is
left to luck and nothing is timed. Where the second waits for a lock of the first (the server says so), the first goes
on.
"""

from __future__ import annotations

import threading
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.http import Http404

from mandates.actions import Refused

LOOK_EVERY = 0.01  # seconds
GIVE_UP = 120
Act = Callable[[], object]
# What an act may answer instead of being done: a sentence, or that the page is not there (any more).
ANSWERS = (Refused, PermissionDenied, Http404)


@dataclass
class Run:
    """One act on a connection of its own. `pause_at` 0: without standing still."""

    act: Act
    pause_at: int = 0
    statements: int = 0
    backend: int = 0
    said: BaseException | None = None
    paused: threading.Event = field(default_factory=threading.Event)
    goes_on: threading.Event = field(default_factory=threading.Event)
    over: threading.Event = field(default_factory=threading.Event)

    def start(self) -> None:
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()

    def _run(self) -> None:
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_backend_pid()")
                self.backend = cursor.fetchone()[0]
            with connection.execute_wrapper(self._before):
                if self.pause_at:
                    with transaction.atomic():
                        self.act()
                        self._stand_still()  # all is done, and not committed yet
                else:
                    self.act()
        except BaseException as error:
            self.said = error
        finally:
            connection.close()
            self.over.set()
            self.paused.set()

    def _before(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        self._stand_still()
        return execute(sql, params, many, context)

    def _stand_still(self) -> None:
        self.statements += 1
        if self.statements == self.pause_at:
            self.paused.set()
            self.goes_on.wait(GIVE_UP)

    @property
    def broke(self) -> str:
        """How it ended otherwise than by being done or by an answer; empty where it did not."""
        if self.said is None or isinstance(self.said, ANSWERS):
            return ""
        return "".join(traceback.format_exception(self.said)[-3:])

    def waits(self) -> bool:
        """Whether it waits for a lock that another holds."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT cardinality(pg_blocking_pids(%s))", [self.backend])
            return cursor.fetchone()[0] > 0


def interleave(first: Act, second: Act, at: int) -> tuple[Run, Run, bool]:
    """Run `second` while `first` stands before its statement number `at`. Whether it came to that statement."""
    one, other = Run(first, at), Run(second)
    one.start()
    one.paused.wait(GIVE_UP)
    reached = not one.over.is_set()
    other.start()
    end = time.monotonic() + GIVE_UP
    while reached and not other.over.is_set() and not (other.backend and other.waits()):
        if time.monotonic() > end:
            raise TimeoutError("the second act neither ends nor waits for the first")
        time.sleep(LOOK_EVERY)
    one.goes_on.set()
    for run in (one, other):
        if not run.over.wait(GIVE_UP):
            raise TimeoutError("two acts wait for each other")
    return one, other, reached
