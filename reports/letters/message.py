"""A letter as it goes over the wire: the same bytes each time it is sent, whatever stands in names and titles.

The bytes are put together here, and not by `email`: to build, walk and fold a tree of objects takes longer than to
write a letter. What stands in them is fixed but for eight headers and two texts.
"""

from __future__ import annotations

import hashlib
from binascii import b2a_qp
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes
from email.header import Header
from email.utils import format_datetime, formataddr, parseaddr
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.core.mail.message import EmailMultiAlternatives
from django.utils.encoding import punycode

from mandates.models.words import one_line
from reports.models import Letter

from . import stopping

LONGEST_SUBJECT = 300
LONGEST_LINE = 78  # characters of a header on one line (RFC 5322, 2.1.1)
LONGEST_OF_ALL = 998  # bytes of any line (the same)
CRLF = b"\r\n"


def host() -> str:
    """The name after the @ of our message ids: that of the address letters come from."""
    return _host_in(settings.DEFAULT_FROM_EMAIL)


@lru_cache(maxsize=8)
def _host_in(words: str) -> str:
    return parseaddr(words)[1].rpartition("@")[2] or "localhost"


def id_of(kind: str, member: int, period: str) -> str:
    """The Message-ID of the one letter of that kind to that member for that period."""
    return f"<{kind}.{member}.{period}@{host()}>"


@dataclass(frozen=True)
class Message:
    """A letter ready to be sent. `data` is the whole of it, as it goes to a mail server."""

    letter: Letter
    data: bytes

    def in_seven_bits(self) -> bytes:
        """The whole of it for a mail server that does not say that it takes other bytes than those of ASCII
        (RFC 6152)."""
        return self.data if self.data.isascii() else _head(self.letter) + _body(self.letter, eight=False)

    def for_django(self) -> EmailMultiAlternatives:
        """The same for any of Django's ways to send a mail that is not to a mail server."""
        letter = self.letter
        mail = _Ready(
            subject=one_line(letter.subject, LONGEST_SUBJECT), body=letter.text,
            from_email=settings.DEFAULT_FROM_EMAIL, to=[ascii_address(letter.address)],
        )  # fmt: skip
        if letter.html:
            mail.attach_alternative(letter.html, "text/html")
        mail.data = self.data
        return mail


class _Ready(EmailMultiAlternatives):
    data: bytes

    def message(self) -> Any:  # type: ignore[override]  # the types are those of Django 6
        return message_from_bytes(self.data)


def message_of(letter: Letter) -> Message:
    """The letter with its headers. No break in a name or a title can make a header of its own."""
    return Message(letter, _head(letter) + _body(letter))


def _head(letter: Letter) -> bytes:
    reader = letter.reader
    lines = (
        _header("Subject", one_line(letter.subject, LONGEST_SUBJECT)),
        _from(settings.DEFAULT_FROM_EMAIL),
        _mailbox("To", one_line(reader), ascii_address(letter.address)),
        _header("Message-ID", letter.message_id),
        _date(letter.made_at),
        _header("Auto-Submitted", "auto-generated"),
        _header("Precedence", "bulk"),
        _header("Content-Language", letter.language or settings.LANGUAGE_CODE),
        # On one line, however long: there is no blank in it at which it could be folded.
        f"List-Unsubscribe: <{stopping.link(letter.member, reader)}>",
        _header("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"),
        "MIME-Version: 1.0",
    )
    return "\r\n".join(lines).encode("ascii") + CRLF


def _body(letter: Letter, *, eight: bool = True) -> bytes:
    plain = _text("plain", letter.text, eight)
    return _both(letter.message_id, plain, _text("html", letter.html, eight)) if letter.html else plain


def _both(identity: str, plain: bytes, html: bytes) -> bytes:
    """Two forms of the same words. The boundary comes from the Message-ID: what is sent again is the same to the
    byte."""
    boundary = b"=_" + hashlib.sha256(identity.encode()).hexdigest()[:32].encode()
    head = b'Content-Type: multipart/alternative; boundary="%s"\r\n' % boundary
    return b"%s\r\n--%s\r\n%s\r\n--%s\r\n%s\r\n--%s--\r\n" % (head, boundary, plain, boundary, html, boundary)


def _text(kind: str, words: str, eight: bool) -> bytes:
    """A part of text with its own headers. Lines that are too long for a mail server are wrapped so that mail programs
    put them together again; so are all where it takes no bytes of eight bits."""
    if "\r" in words:
        words = words.replace("\r\n", "\n").replace("\r", "\n")
    data = words.encode("utf-8", "replace").replace(b"\n", CRLF)
    how = b"7bit" if data.isascii() else b"8bit"
    if max(map(len, data.split(CRLF))) > LONGEST_OF_ALL or not (eight or how == b"7bit"):
        how, data = b"quoted-printable", b2a_qp(data)
    head = b'Content-Type: text/%s; charset="utf-8"\r\nContent-Transfer-Encoding: %s\r\n\r\n'
    return head % (kind.encode("ascii"), how) + data


# ── Headers ──────────────────────────────────────────────────────────────────────────────────────────────────────


def _is_plain(words: str) -> bool:
    """Whether it may stand in a header as it is: letters of ASCII, and nothing that looks as if it were encoded."""
    return words.isascii() and words.isprintable() and "=?" not in words


def _header(name: str, value: str) -> str:
    line = f"{name}: {value}"
    if len(line) <= LONGEST_LINE and _is_plain(value):
        return line
    return f"{name}: {_encoded(name, value)}"


def _encoded(name: str, words: str) -> str:
    """Folded between its words; encoded (RFC 2047) where it takes more than ASCII, or a word fills a whole line."""
    form = "us-ascii" if _is_plain(words) and max(map(len, words.split())) < LONGEST_LINE // 2 else "utf-8"
    return Header(words, form, header_name=name).encode(linesep="\r\n")


def _mailbox(header: str, name: str, address: str) -> str:
    """Who it is from or to. An address stands on a line of its own where the two do not fit on one."""
    said = formataddr((name, "")).removesuffix(" <>") if _is_plain(name) else _encoded(header, name)
    line = f"{header}: {said} <{address}>" if name else f"{header}: {address}"
    return line if len(line) <= LONGEST_LINE or not name else f"{header}: {said}\r\n <{address}>"


@lru_cache(maxsize=8)
def _date(at: datetime) -> str:
    """Kept: those of one Monday morning were written together."""
    return _header("Date", format_datetime(at))


@lru_cache(maxsize=8)
def _from(words: str) -> str:
    name, address = parseaddr(words)
    return _mailbox("From", one_line(name), ascii_address(address))


def ascii_address(address: str) -> str:
    """The address as every relay understands it; ValueError with a sentence where there is no such form."""
    name, at, domain = address.strip().rpartition("@")
    if not (name and at and domain) or not name.isascii() or any(sign.isspace() or sign in "<>," for sign in address):
        raise ValueError(f"“{address}” is no address that mail can be sent to")
    return f"{name}@{punycode(domain)}"
