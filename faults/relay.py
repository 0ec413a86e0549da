"""The sink as a relay that keeps a log as Postfix does, and that can be told to do something at each step of a mail."""

from __future__ import annotations

import re
import time
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from .sink import Sink

NAMED = re.compile(rb"^message-id: *(<[^>]+>)", re.IGNORECASE | re.MULTILINE)
Step = Callable[[], None]


class Relay(Sink):
    """`at_recipient`, `at_words`, `at_taken` are called when a recipient is named, when the words begin to come, and
    when the mail is taken and its sender has not heard of it. Where `at_words` gives True the mail is cut off there.
    """

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.log = folder / "mail.log"
        self.at_recipient: Step | None = None
        self.at_words: Callable[[], bool] | None = None
        self.at_taken: Step | None = None
        self.never: Callable[[str], bool] = lambda _recipient: False
        self._number = 0
        self._say("postfix/master", "daemon started")
        self.start()

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    def environment(self, *, record: bool, timeout: int = 15) -> dict[str, str]:
        """What the processes that send by it are told: short waits, so that a trial needs no ten minutes."""
        told = {"EMAIL_URL": self.url, "EMAIL_TIMEOUT": str(timeout), "LETTER_LEASE": str(4 * timeout + 1)}
        return told | ({"LETTER_RELAY_LOG": f"{self.log}*"} if record else {"LETTER_RELAY_LOG": ""})

    def taken(self) -> Counter[str]:
        """How often each Message-ID was taken."""
        return Counter(found[1].decode() for mail in list(self.mails) if (found := NAMED.search(mail.data)))

    def _say(self, who: str, words: str) -> None:
        with self.log.open("a") as log:
            log.write(f"{datetime.now(tz=UTC).isoformat()} relay {who}[1]: {words}\n")

    async def _serve(self, lines, out) -> None:
        self._say("postfix/smtpd", "connect from localhost[127.0.0.1]")
        try:
            await super()._serve(lines, out)
        finally:
            self._say("postfix/smtpd", "disconnect from localhost[127.0.0.1]")

    def _answer_to(self, recipient: str) -> int:
        if self.at_recipient:
            self.at_recipient()
        if self.never(recipient):
            self.tries[recipient] = self.tries.get(recipient, 0) + 1
            return 550
        return super()._answer_to(recipient)

    async def _data(self, lines) -> bytes:
        if self.at_words and self.at_words():
            raise ConnectionError  # it will never see the dot at the end
        return await super()._data(lines)

    async def _take(self, recipients: list[str], data: bytes) -> bool:
        self._number += 1
        queue, found = f"{self._number:06X}", NAMED.search(data)
        self._say("postfix/cleanup", f"{queue}: message-id={found[1].decode() if found else '<>'}")
        count = len(self.mails)
        hears = await super()._take(recipients, data)
        if len(self.mails) > count:
            self._say("postfix/qmgr", f"{queue}: from=<mandates@localhost>, size={len(data)}, nrcpt=1 (queue active)")
        if self.at_taken:
            self.at_taken()
        return hears


def wait_for(true: Callable[[], bool], seconds: float, every: float = 0.02) -> bool:
    """Whether it became true in time."""
    end = time.monotonic() + seconds
    while not true():
        if time.monotonic() > end:
            return False
        time.sleep(every)
    return True
