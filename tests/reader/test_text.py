"""Plain text: encodings, wrapped lines, what converters leave behind."""

from __future__ import annotations

import pytest

from reader import text
from reader.document import Unreadable

WORDS = "The ITU Council,\nresolves\n1\tto act – at once;\n2\tto name the résumé."


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
def test_the_encoding_is_found_out(encoding: str) -> None:
    lines = text.manuscript(WORDS.encode(encoding)).after

    assert [line.text for line in lines] == WORDS.split("\n")


def test_a_text_wrapped_at_a_margin_is_joined_and_labels_and_openers_begin_anew() -> None:
    wrapped = """The Plenipotentiary Conference of the International Telecommunication
Union (Dubai, 2018),

recalling

a)   Resolution 140 (Rev. Bucharest, 2022) on the role of ITU in the
     implementation of the outcomes of the summit, which is a people-
     centred text that goes on for longer than one line would hold;
b)   Resolution 70 (Rev. Bucharest, 2022) on mainstreaming a gender
     perspective in the work of the Union and of all its members,

resolves

1    to continue to use the framework of the summit as the foundation
     through which it helps to achieve the agenda.
"""

    assert [line.text for line in text.manuscript(wrapped.encode()).after] == [
        "The Plenipotentiary Conference of the International Telecommunication Union (Dubai, 2018),",
        "recalling",
        "a)   Resolution 140 (Rev. Bucharest, 2022) on the role of ITU in the implementation of the outcomes of the "
        "summit, which is a people-centred text that goes on for longer than one line would hold;",
        "b)   Resolution 70 (Rev. Bucharest, 2022) on mainstreaming a gender perspective in the work of the Union and "
        "of all its members,",
        "resolves",
        "1    to continue to use the framework of the summit as the foundation through which it helps to achieve the "
        "agenda.",
    ]


def test_converters_bookmarks_go_and_their_footnotes_are_attached_where_they_are_called() -> None:
    words = "[bookmark: _x1](adopted)\na)\torganizations[footnoteRef:1]1 and others, [1: 1 \tIncluding ICANN [sic].] "
    first, second = text.manuscript(words.encode()).after

    assert first.text == "(adopted)"
    assert second.text == "a)\torganizations and others,"
    assert [(note.mark, note.text, second.text[: note.at]) for note in second.notes] == [
        ("1", "Including ICANN [sic].", "a)\torganizations")
    ]


@pytest.mark.parametrize("data", [b"", b"  \n\t\n", b"\xef\xbb\xbf", b"\x00\x01\x02"])
def test_a_file_without_text_is_refused_with_a_sentence(data: bytes) -> None:
    with pytest.raises(Unreadable, match="no text"):
        text.manuscript(data)
