"""How much a file may ask of the reader. Settings of the app may say otherwise; these are the defaults, and why."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """How much a file may ask of us. All are far above what resolutions need, and low enough to stay quick."""

    file_bytes: int = 20_000_000  # the largest council documents, with pictures, stay below 10 MB
    parts: int = 500  # a Word file has 10 to 40 parts, one more per picture
    unpacked_bytes: int = 200_000_000  # all parts together: what a web server can spare for one reading
    part_bytes: int = 64_000_000  # one part: some 6,000 pages of text
    ratio: int = 200  # unpacked against packed: XML reaches 30, tables of empty cells 100, bombs 1,000
    ratio_from_bytes: int = 1_048_576  # small parts of one repeated letter may well pack 1,000 to 1
    elements: int = 2_000_000  # a 400-page redline has 250,000; the tree takes some 130 bytes for each
    xml_bytes: int = 64_000_000  # of all XML parts together, as their trees live in memory at the same time
    pages: int = 1_000  # of a PDF; the longest outcome documents have 300
    characters: int = 10_000_000  # of plain text, HTML or Akoma Ntoso: fifty times the Final Acts of a conference
    cpu_seconds: int = 20  # for the child process: an honest file of 5 MB takes one
    wall_seconds: float = 60.0  # the child may have to wait for a processor, but not for ever
    memory_bytes: int = 1_000_000_000  # for the child process: ten times what a 400-page redline takes
    output_bytes: int = 200_000_000  # of the child's answer, which holds each word up to four times


DEFAULTS = Limits()


def megabytes(count: int) -> str:
    """20000000 → "20.0 MB"."""
    return f"{count / 1_000_000:.1f} MB"
