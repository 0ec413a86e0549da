"""Pandoc as the oracle: on public files with tracked changes, what it accepts and rejects is what we read.

The files that differ, and why each does, stand in docs/word-oracle.md; a test keeps that page true.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from reader import docx
from reader.document import Line

from . import pandoc

pytestmark = pytest.mark.skipif(
    shutil.which("pandoc") is None, reason="pandoc is not installed (Debian package pandoc)"
)

PAGE = Path(__file__).parents[2] / "docs/word-oracle.md"
# In both readings of each; the reasons stand on the page.
DIFFER = {"open-xml-powertools__HC031-Complicated-Document.docx", "open-xml-powertools__Jupiter.docx"}


def ours(lines: tuple[Line, ...]) -> list[str]:
    return [text for text in (pandoc.plain(line.text) for line in lines) if text]


def test_at_least_33_of_35_files_read_alike_in_both_readings(shared: Path) -> None:
    files = sorted((shared / "data/documents/tracked-changes").glob("*.docx"))
    assert len(files) == 35
    different: dict[str, set[str]] = {"accept": set(), "reject": set()}
    for file in files:
        manuscript = docx.manuscript(file.read_bytes())
        before = manuscript.after if manuscript.before is None else manuscript.before
        for changes, lines in (("accept", manuscript.after), ("reject", before)):
            if ours(lines) != pandoc.paragraphs(file, changes):
                different[changes].add(file.name)
    assert different == {"accept": DIFFER, "reject": DIFFER}


def test_each_difference_is_explained() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert all(f"`{name}`" in page for name in DIFFER)


def test_the_resolution_1332_redline_reads_alike() -> None:
    file = Path(__file__).parents[2] / "mandates/samples/council-resolution-1332-c26-proposal.docx"
    manuscript = docx.manuscript(file.read_bytes())
    assert manuscript.before is not None
    assert ours(manuscript.after) == pandoc.paragraphs(file, "accept")
    assert ours(manuscript.before) == pandoc.paragraphs(file, "reject")
