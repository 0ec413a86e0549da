"""A reader answers any input: whatever the lines, there is an outline, and its addresses are unique."""

from __future__ import annotations

import contextlib
import random
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reader import html, matching, text
from reader.document import Line, Manuscript, Unreadable
from reader.outline import outline
from tests.reader.structure import walk

SCRAPS = st.sampled_from(
    [
        "a)",
        "i)",
        "(a)",
        "1",
        "1.",
        "1.1",
        ".1",
        "–",
        "•",
        "\t",
        " ",
        "resolves",
        "instructs the Secretary-General",
        "Recalling",
        "URGES",
        "The ITU Council,",
        "We, the people,",
        "ANNEX",
        "Terms of reference",
        "; ii) ",
        ", invites Member States",
        "to act",
        ":",
        ";",
        ".",
        "____________________ 1 note",
        "countries1",
        "C24C26",
        "46",
        "2bis",
        "resolves 5 above",
        "А/С",
        "\u202e",
        "é",
        "\x00",
        "\ud7ff",
        "37th meeting",
        "RESOLUTION 5 (C24)",
        "80/173. T",
        "OP1",
        "iv)",
        "fg)",
    ]
)
LINES = st.builds(
    Line,
    text=st.lists(SCRAPS, max_size=6).map("".join) | st.text(max_size=40),
    label=st.none() | st.sampled_from(["a)", "1.", "•", "", "Article 1", "(iv)", "x"]),
    style=st.none() | st.sampled_from(["Call", "AnnexNo", "Restitle", "Heading1", "enumlev1"]),
    level=st.integers(0, 4),
    indent=st.none() | st.floats(0, 500),
    bold=st.booleans(),
    heading=st.none() | st.integers(1, 3),
    source=st.lists(st.integers(-1, 9), max_size=2).map(tuple),
)


@given(st.lists(LINES, max_size=25), st.none() | st.lists(LINES, max_size=12), st.sampled_from(["docx", "text", "pdf"]))
@settings(max_examples=300, deadline=None)
def test_any_lines_have_an_outline(after: list[Line], before: list[Line] | None, form: str) -> None:
    reading = outline(Manuscript(form, tuple(after), None if before is None else tuple(before)))

    addresses = [node.address for node in walk(reading)]
    assert len(addresses) == len(set(addresses))
    sections = [section.address for section in reading.sections]
    assert len(sections) == len(set(sections))


@given(st.binary(max_size=300))
def test_any_bytes_are_a_text_and_a_page_or_are_refused(data: bytes) -> None:
    for form in (text, html):
        with contextlib.suppress(Unreadable):
            outline(form.manuscript(data))


def test_any_shuffling_of_a_real_text_is_read_and_keeps_its_words(shared) -> None:
    path = shared / "data" / "documents" / "council-contribution-resolution-1332-flattened.txt"
    lines = list(text.manuscript(path.read_bytes()).after)
    for seed in range(20):
        random.Random(seed).shuffle(lines)
        outline(Manuscript("text", tuple(lines)))


def test_twice_the_text_takes_no_more_than_about_twice_the_time() -> None:
    item = "to report annually on progress made, through the Commission, in line with resolves 2 above; and to go on;"
    once = "resolves\n" + "\n".join(f"{n}\t{item}" for n in range(1, 1500))

    def seconds(words: str) -> float:
        manuscript = text.manuscript(words.encode())
        best = 9.0
        for _ in range(3):
            begin = time.perf_counter()
            outline(manuscript)
            best = min(best, time.perf_counter() - begin)
        return best

    assert seconds(once + "\n" + once) < 3.5 * seconds(once)


HOSTILE = {
    "rule": "_" * 200_000,
    "blanks": " " * 200_000 + "x",
    "digits": "1" * 200_000,
    "blanks in a reference": "resolves 5" + " " * 100_000 + "x",
    "labels": "a) " * 60_000,
    "items": "; ii) " * 40_000,
    "notes": "[1: " * 50_000 + "[footnoteRef:1]",
    "names": "The Council " * 20_000,
    "openers": ", instructs the " * 20_000,
    "wrapped": "\n".join(["a line of a text that was wrapped at a margin, and that goes on and on -"] * 8_000),
}


@pytest.mark.parametrize("words", HOSTILE.values(), ids=HOSTILE)
def test_hostile_lines_take_no_time(words: str) -> None:
    begin = time.perf_counter()

    outline(text.manuscript(f"The ITU Council,\nresolves\n1\tto act,\n{words}".encode()))

    assert time.perf_counter() - begin < 5


@given(st.lists(st.text(max_size=60), max_size=6), st.lists(st.text(max_size=60), max_size=6))
def test_lineage_accounts_for_every_paragraph_of_both_texts(old: list[str], new: list[str]) -> None:
    found = matching.match(
        old=[matching.Kept(f"a/{n}", str(n), words) for n, words in enumerate(old)],
        new=[matching.Kept(f"a/{n}", str(n), words) for n, words in enumerate(new)],
    )

    assert {one.old for one in found if one.old is not None} == set(range(len(old)))
    assert {one.new for one in found if one.new is not None} == set(range(len(new)))
