"""The mail server that takes our letters on. One connection carries many; each answer becomes one of six words.

`Session.send` returns where the relay took the letter. Otherwise it raises what happened, with a sentence: it refused
it for good, it wants it later, its answer was never heard, it does not speak with us at all, or we were too slow.
"""

from __future__ import annotations

import re
import smtplib
from collections.abc import Callable
from contextlib import suppress
from email.utils import parseaddr
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.core import mail
from django.core.mail.backends.smtp import EmailBackend
from django.utils.encoding import punycode

from .message import Message

PLAIN = re.compile(r"[\w.+-]+@[\w.-]+", re.ASCII)  # addresses that are said as they are
LOST = (OSError, smtplib.SMTPServerDisconnected)  # timeouts are OSErrors


class Unsent(Exception):
    """The relay did not say that it took the letter. The message is a sentence for the log of letters."""


class Refused(Unsent):
    """For good. `of_address`: it is the address that it does not take."""

    def __init__(self, why: str, *, of_address: bool = False):
        super().__init__(why)
        self.of_address = of_address


class Deferred(Unsent):
    """For now: it asked us to come again, or was gone before the letter was handed over."""


class Unheard(Unsent):
    """The whole letter was on its way when the connection ended: taken or not, only the relay knows."""


class Asleep(Unsent):
    """This worker took so long that others may have the letter by now: it was not handed over."""


class Down(Unsent):
    """It does not speak with us, whatever the letter."""


class _Stale(Unsent):
    """A connection that had carried letters was found dead when the next one was begun."""


class Session:
    """A connection to the relay, opened when it is needed and opened again when it has died in between."""

    def __init__(self) -> None:
        self.backend: Any = mail.get_connection()
        self._carried = 0

    @property
    def is_open(self) -> bool:
        return not isinstance(self.backend, EmailBackend) or self.backend.connection is not None

    def open(self) -> None:
        """Connect and log in; Down where that fails, for whatever reason."""
        self._carried = 0
        try:
            self.backend.open()
            if isinstance(self.backend, EmailBackend) and self.backend.connection is not None:
                self.backend.connection.ehlo_or_helo_if_needed()
        except (OSError, smtplib.SMTPException) as why:
            self.close()
            raise Down(_sentence(why)) from why

    def close(self) -> None:
        """End the connection; one that has died is let go."""
        with suppress(OSError, smtplib.SMTPException):
            self.backend.close()
        if isinstance(self.backend, EmailBackend):
            self.backend.connection = None

    def send(self, message: Message, address: str, *, still_ours: Callable[[], bool]) -> None:
        """Hand one letter over to `address`. `still_ours` is asked at the last moment before its words go out."""
        if not isinstance(self.backend, EmailBackend):
            _look(still_ours)
            self.backend.send_messages([message.for_django()])  # the console, a folder, a test's mailbox
            return
        try:
            self._send(message, address, still_ours)
        except _Stale:
            self.close()
            self.open()
            self._send(message, address, still_ours)
        self._carried += 1

    def _send(self, message: Message, address: str, still_ours: Callable[[], bool]) -> None:
        """One SMTP transaction, step by step: where it ends decides whether the letter may have arrived."""
        smtp = self.backend.connection
        takes_eight = smtp.has_extn("8bitmime")
        eight, data = (" BODY=8BITMIME", message.data) if takes_eight else ("", message.in_seven_bits())
        try:
            self._ask(smtp.docmd, "MAIL", f"FROM:{_quoted(_envelope_from(settings.DEFAULT_FROM_EMAIL))}{eight}")
        except Deferred as why:
            raise (_Stale(str(why)) if self._carried and not self.is_open else why) from why
        except Refused as why:
            raise Down(str(why)) from why  # it takes no letter from us
        try:
            self._ask(smtp.docmd, "RCPT", f"TO:{_quoted(address)}")
        except Refused as why:
            raise Refused(str(why), of_address=True) from why
        self._ask(smtp.docmd, "DATA", fine=354)
        try:
            _look(still_ours)
        except Asleep:
            smtp.close()  # hang up: what is said now would be taken for the letter's words
            self.backend.connection = None
            raise
        try:
            smtp.send(_wired(data))
            answer = smtp.getreply()
        except LOST as why:
            self.close()
            raise Unheard(_sentence(why)) from why
        self._judge(answer, 250)

    def _ask(self, command: Any, *arguments: Any, fine: int = 250) -> None:
        try:
            answer = command(*arguments)
        except LOST as why:
            self.close()
            raise Deferred(_sentence(why)) from why
        self._judge(answer, fine)

    def _judge(self, answer: tuple[int, bytes], fine: int) -> None:
        code, words = answer
        if code == fine or (fine == 250 and code == 251):
            return
        said = f"{code} {words.decode('utf-8', 'replace')}"
        if code == 421:
            self.close()
        elif self.is_open:
            with suppress(*LOST):
                self.backend.connection.rset()
        raise (Refused if 500 <= code < 600 else Deferred)(said)


def _look(still_ours: Callable[[], bool]) -> None:
    if not still_ours():
        raise Asleep("The worker took too long to hand it over.")


@lru_cache(maxsize=8)
def _envelope_from(words: str) -> str:
    """The address alone, of those words that say who letters come from."""
    name, _at, domain = parseaddr(words)[1].rpartition("@")
    return f"{name}@{punycode(domain)}"


def _quoted(address: str) -> str:
    """As it stands in MAIL and RCPT. To take one apart takes a tenth of a millisecond, and most need it not."""
    return f"<{address}>" if PLAIN.fullmatch(address) else smtplib.quoteaddr(address)


def _wired(data: bytes) -> bytes:
    """As it stands on the wire: lines end in CR LF, a dot that begins one is doubled, a dot alone ends it all."""
    if not data.count(b"\r\n") == data.count(b"\n") == data.count(b"\r"):
        data = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n").replace(b"\n", b"\r\n")
    lines = data.replace(b"\r\n.", b"\r\n..")
    first = b"." if lines.startswith(b".") else b""
    return first + lines + (b"" if lines.endswith(b"\r\n") else b"\r\n") + b".\r\n"


def _sentence(why: BaseException) -> str:
    if isinstance(why, smtplib.SMTPResponseException):
        words = why.smtp_error
        return f"{why.smtp_code} {words.decode('utf-8', 'replace') if isinstance(words, bytes) else words}"
    return f"{type(why).__name__}: {why}" if str(why) else type(why).__name__
