"""Small ways to say what a reading's structure is, for the tests to compare with."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from reader import text
from reader.document import Paragraph, Part, Reading, Side
from reader.outline import outline


def read(words: str) -> Reading:
    """The outline of a plain text."""
    return outline(text.manuscript(words.encode()))


def openers(reading: Reading) -> list[tuple[str | None, int]]:
    """Each section's opener, heading or part, and how many paragraphs hang below it."""
    return [
        (section.opener or section.heading or section.part.value, len(section.paragraphs))
        for section in reading.sections
    ]


def tree(paragraphs: Iterable[Paragraph]) -> list[object]:
    """The numbers as printed: a paragraph with children is a pair of its number and theirs."""
    return [(node.printed, tree(node.children)) if node.children else node.printed for node in paragraphs]


def walk(reading: Reading) -> Iterator[Paragraph]:
    """Every paragraph of a reading, in order."""
    waiting = [node for section in reversed(reading.sections) for node in reversed(section.paragraphs)]
    while waiting:
        node = waiting.pop()
        yield node
        waiting.extend(reversed(node.children))


def at(reading: Reading, address: str) -> Paragraph:
    """The paragraph at an address."""
    return next(node for node in walk(reading) if node.address == address)


def operative(reading: Reading, side: Side) -> int:
    """How many outermost operative paragraphs one reading has."""
    return sum(
        (node.text if side is Side.AFTER else node.text_before) is not None
        for section in reading.sections
        if section.part is Part.OPERATIVE
        for node in section.paragraphs
    )


def codes(reading: Reading) -> list[str]:
    """The codes of the doubts, in order."""
    return [doubt.code for doubt in reading.doubts]
