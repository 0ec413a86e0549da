"""A letter on the wire: valid, with its own headers and no others, the same each time."""

from __future__ import annotations

import email
import email.policy

import pytest

from faults.sink import Mode
from mandates.models.words import one_line
from reports.letters import message, stopping
from tests.factories import NOON, LetterFactory

pytestmark = pytest.mark.django_db


def headers_of(letter) -> list[str]:
    return list(email.message_from_bytes(message.message_of(letter).for_django().message().as_bytes()).keys())


def test_a_letter_has_the_headers_that_a_mail_program_asks_for(settings):
    letter = LetterFactory()
    sent = message.message_of(letter).for_django().message()
    assert sent["Message-ID"] == letter.message_id
    assert sent["List-Unsubscribe"] == f"<{stopping.link(letter.member)}>"
    assert sent["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert sent["Auto-Submitted"] == "auto-generated"
    assert sent["Date"] == "Tue, 24 Nov 2026 12:00:00 +0000"


def test_the_same_letter_is_the_same_to_the_byte_each_time():
    letter = LetterFactory()
    assert message.message_of(letter).data == message.message_of(letter).data


STRANGE = [
    "Report\r\nBcc: everybody@example.org", "Report\nX-Extra: 1", "a\rb", "x\u2028y", "‮reversed", "تقرير إلى المجلس",
    "📄 émoji 🇨🇭", "x" * 998, "é" * 998, "word " * 400, "=?utf-8?q?faked?=", "", ".", "..", "From the board",
    "tab\there", "quote \" and <angle>", "comma, and; semicolon", "日本語の件名", "\u200b\u200e",
]  # fmt: skip


@pytest.mark.parametrize("takes_eight", [True, False])
@pytest.mark.parametrize("words", STRANGE)
def test_no_words_in_a_title_or_a_name_break_a_message(sink, words, takes_eight):
    from reports.letters import outbox

    sink.mode = Mode(takes_eight=takes_eight)
    usual = headers_of(LetterFactory())
    letter = LetterFactory(subject=words[:300], text=f"{words}\n.\n..dots\n{words}", html=f"<p>{words}</p>")
    letter.member.first_name = words[:150]
    letter.member.save()
    assert outbox.send_waiting(worker="w", clock=lambda: NOON)["sent"] == 2
    data = sink.mails[-1].data
    assert takes_eight or data.isascii()
    got = email.message_from_bytes(data, policy=email.policy.default)
    assert list(got.keys()) == usual
    assert got["Subject"] == one_line(words[:300])
    [to] = got["To"].addresses
    assert to.addr_spec == letter.member.email
    # Python reads the blanks between encoded words of a name, which mean nothing (RFC 2047, 6.2), as blanks.
    assert to.display_name.replace(" ", "") == one_line(letter.member).replace(" ", "")
    assert not got.defects
    assert max(map(len, data.split(b"\r\n"))) <= 998
    plain = got.get_body(("plain",)).get_content()
    assert plain.replace("\r\n", "\n").rstrip("\n") == letter.text.replace("\r\n", "\n").replace("\r", "\n").rstrip(
        "\n"
    )
