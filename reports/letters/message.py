"""A letter as it goes over the wire: the same bytes each time it is sent, whatever stands in names and titles."""

from __future__ import annotations

import hashlib
from email.policy import Compat32
from email.utils import format_datetime, formataddr, parseaddr
from functools import cached_property
from typing import Any

from django.conf import settings
from django.core.mail.message import EmailMultiAlternatives
from django.utils.encoding import punycode

from mandates.models.words import one_line
from reports.models import Letter

from . import stopping

LONGEST_SUBJECT = 300
LONGEST_LINE = 78  # characters of a header on one line (RFC 5322, 2.1.1)


def host() -> str:
    """The name after the @ of our message ids: that of the address letters come from."""
    return parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"


def id_of(kind: str, member: int, period: str) -> str:
    """The Message-ID of the one letter of that kind to that member for that period."""
    return f"<{kind}.{member}.{period}@{host()}>"


class _Plainly(Compat32):
    """Headers that fit on their line are written as they stand: to look where each could be folded takes half the time
    of making a message."""

    def fold_binary(self, name: str, value: Any) -> bytes:
        line = f"{name}: {value}"
        if isinstance(value, str) and len(line) <= LONGEST_LINE and line.isascii() and line.isprintable():
            return f"{line}{self.linesep}".encode("ascii")
        return super().fold_binary(name, value)


class _Message(EmailMultiAlternatives):
    """Built once. Its boundary comes from the Message-ID, so that what is sent again is the same to the byte."""

    def message(self) -> Any:  # type: ignore[override]  # the types are those of Django 6
        return self._built

    @cached_property
    def _built(self) -> Any:
        whole: Any = super().message()
        for part in whole.walk():
            part.policy = PLAINLY
        if whole.is_multipart():
            whole.set_boundary("=_" + hashlib.sha256(self.extra_headers["Message-ID"].encode()).hexdigest()[:32])
        return whole


PLAINLY = _Plainly()


def message_of(letter: Letter) -> EmailMultiAlternatives:
    """The letter with its headers. No break in a name or a title can make a header of its own."""
    reader = letter.reader
    message = _Message(
        subject=one_line(letter.subject, LONGEST_SUBJECT),
        body=letter.text,
        from_email=settings.DEFAULT_FROM_EMAIL,
        to=[formataddr((one_line(reader), ascii_address(letter.address)))],
        headers={
            "Message-ID": letter.message_id,
            "Date": format_datetime(letter.made_at),
            "Auto-Submitted": "auto-generated",
            "Precedence": "bulk",
            "Content-Language": letter.language or settings.LANGUAGE_CODE,
            "List-Unsubscribe": f"<{stopping.link(letter.member, reader)}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        },
    )
    if letter.html:
        message.attach_alternative(letter.html, "text/html")
    return message


def ascii_address(address: str) -> str:
    """The address as every relay understands it; ValueError with a sentence where there is no such form."""
    name, at, domain = address.strip().rpartition("@")
    if not (name and at and domain) or not name.isascii() or any(sign.isspace() or sign in "<>," for sign in address):
        raise ValueError(f"“{address}” is no address that mail can be sent to")
    return f"{name}@{punycode(domain)}"
