"""A Word file (.docx) → the lines of both its readings."""

from __future__ import annotations

from lxml import etree

from reader import collector, package
from reader.context import AFTER, BEFORE
from reader.document import Doubt, Manuscript
from reader.limits import DEFAULTS, Limits
from reader.numbering import Numbering
from reader.ooxml import w
from reader.package import Package
from reader.revisions import Transcript
from reader.styles import Styles


def manuscript(data: bytes, limits: Limits = DEFAULTS) -> Manuscript:
    """The lines of a Word file after its tracked changes and, where it has any, before them.

    Raises `Unreadable` where the package is over a limit, damaged, unsafe or not a Word document.
    """
    opened = package.inspect(data, limits)
    folder = opened.main.rsplit("/", 1)[0] if "/" in opened.main else ""
    targets = {kind: target for kind, target, outside in opened.relations(opened.main).values() if not outside}

    def part(kind: str) -> etree._Element | None:
        return opened.xml(targets.get(kind) or f"{folder}/{kind}.xml".lstrip("/"))

    styles = Styles(part("styles"))
    numbering = Numbering(part("numbering"), styles.list_styles)
    notes: dict[tuple[str, str, int], str] = {}
    changed = False
    for kind in ("footnote", "endnote"):
        root = part(f"{kind}s")
        if root is not None:
            changed |= read_notes(root, kind, styles, numbering, notes)
    opened.screen(read_parts(opened, targets, folder))
    transcript = Transcript(styles, numbering, notes)
    with collector.at_rest():
        for passage in opened.passages(opened.main, w("body")):
            transcript.hear(passage)
    transcript.end()
    changed = changed or transcript.changed
    return Manuscript(
        format="docx",
        after=tuple(transcript.after),
        before=tuple(transcript.before) if changed else None,
        redline=tuple(transcript.redline),
        doubts=tuple(doubts(transcript)),
    )


def read_parts(opened: Package, targets: dict[str, str], folder: str) -> set[str]:
    """The parts that have been read, and so checked, already."""
    kinds = ("styles", "numbering", "footnotes", "endnotes")
    read = {(targets.get(kind) or f"{folder}/{kind}.xml").lower() for kind in kinds}
    return read | {opened.main.lower(), package.TYPES.lower()}


def read_notes(
    root: etree._Element, kind: str, styles: Styles, numbering: Numbering, notes: dict[tuple[str, str, int], str]
) -> bool:
    """Fill `notes` with the words of each footnote in both readings; says whether any of them was changed."""
    changed = False
    for element in root.iterchildren(w(kind)):
        if element.get(w("type"), "normal") != "normal":  # the lines that part notes from text are kept here too
            continue
        transcript = Transcript(styles, numbering)
        transcript.hear(element)
        transcript.end()
        changed |= transcript.changed
        for side, lines in ((BEFORE, transcript.before), (AFTER, transcript.after)):
            notes[kind, element.get(w("id")) or "", side] = "\n".join(line.text.strip() for line in lines)
    return changed


def doubts(transcript: Transcript) -> list[Doubt]:
    if not transcript.left_out:
        return []
    return [
        Doubt(
            "left-out",
            "A part of this document is kept in another file and is not shown here; bring that file in as well.",
        )
    ]
