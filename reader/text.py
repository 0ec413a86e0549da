"""Plain text: a line is a paragraph, unless the text was wrapped at a margin.

In go bytes in UTF-8, UTF-16 or Windows-1252, out comes a `Manuscript`. Converters leave traces that are not the text's:
bookmarks ("[bookmark: _bookmark80]") go, and footnotes ("[footnoteRef:1]1 … [1: 1 Including …]") are attached where
they are called.
"""

from __future__ import annotations

import re
from collections import Counter
from statistics import median

from reader import labels, mending, openers
from reader.document import Line, Manuscript, Note, Unreadable

_BOOKMARK = re.compile(r"\[bookmark:[^\]\n]{0,80}\]")
_NOTE_CALL = re.compile(r"\[footnoteRef:\s?(\d{1,3})\](\d{0,3})")
_NOTE_TEXT = re.compile(r"\s?\[(\d{1,3}):\s*(?:\1\s+)?([^\[\]]*(?:\[[^\[\]]*\][^\[\]]*)*)\]")
_NUL_OR_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f\ufeff\u200b\u00ad]")
_RULE = re.compile(r"[_\-=*~·.\s]{3,}$")


def decode(data: bytes) -> str:
    """The text of the bytes, by its byte-order mark, else UTF-8, else UTF-16 without a mark, else Windows-1252."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", "replace")
    head = data[:2000]
    if head.count(0) > max(2, len(head) // 4):
        return data.decode("utf-16-le" if head[1::2].count(0) >= head[::2].count(0) else "utf-16-be", "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def manuscript(data: bytes, limits: object = None) -> Manuscript:
    """The lines of a plain text. Raises `Unreadable` where there is none."""
    text = _NUL_OR_CONTROL.sub("", _BOOKMARK.sub("", decode(data)))
    rows = text.replace("\r\n", "\n").replace("\r", "\n").replace("\f", "\n").replace("\u2028", "\n").split("\n")
    if not any(not row.isspace() and row for row in rows):
        raise Unreadable("The file holds no text.")
    lines = []
    for number, row in enumerate(_unwrapped(rows)):
        if row and not row.isspace():
            lines.append(_line(row, number))
    return Manuscript(format="text", after=tuple(lines))


def _line(row: str, number: int) -> Line:
    notes: list[Note] = []
    if "[" in row and "footnoteRef" in row:
        row, notes = _without_notes(row)
    lead = len(row) - len(row.lstrip())
    level = row[:lead].count("\t")
    return Line(text=row.strip(), level=level, notes=tuple(_shift(note, lead) for note in notes), source=(number,))


def _shift(note: Note, by: int) -> Note:
    return Note(note.mark, note.text, max(0, note.at - by))


def _without_notes(row: str) -> tuple[str, list[Note]]:
    texts = {match.group(1): match.group(2).strip() for match in _NOTE_TEXT.finditer(row)}
    row = _NOTE_TEXT.sub("", row)
    notes: list[Note] = []
    kept: list[str] = []
    at = size = 0
    for match in _NOTE_CALL.finditer(row):
        kept.append(row[at : match.start()])
        size += match.start() - at
        mark = match.group(2) or match.group(1)
        notes.append(Note(mark, texts.get(match.group(1), ""), size))
        at = match.end()
    kept.append(row[at:])
    return "".join(kept), notes


def _unwrapped(rows: list[str]) -> list[str]:
    """Join the lines of a paragraph that was wrapped at a margin; leave a text with one paragraph a line as it is.

    A text is taken as wrapped where its lines end at one margin: blank lines between paragraphs, and hardly a line
    longer than the margin of mail and typewriters.
    """
    filled = [row for row in rows if row.strip()]
    if len(filled) < 4:
        return rows
    lengths = sorted(len(row.rstrip()) for row in filled)
    margin = lengths[int(len(lengths) * 0.95)]
    long = sum(1 for size in lengths if size > margin * 0.8)
    if margin > 120 or margin < 50:
        return rows
    if (long < len(filled) * 0.35 or median(lengths) < 30 or len(filled) < 6) and not _in_blocks(rows, margin):
        return rows
    return _join(rows, margin)


def _in_blocks(rows: list[str], margin: int) -> bool:
    """Whether blank lines part the paragraphs, and within one all lines but the last run to the margin."""
    blocks: list[list[int]] = [[]]
    for row in rows:
        if row.strip():
            blocks[-1].append(len(row.rstrip()))
        elif blocks[-1]:
            blocks.append([])
    several = [sizes for sizes in blocks if len(sizes) > 1]
    full = sum(1 for sizes in several if min(sizes[:-1]) > margin * 0.7)
    return len(blocks) > 2 and bool(several) and full >= len(several) * 0.8


def _join(rows: list[str], margin: int) -> list[str]:
    paragraphs: list[list[str]] = []  # the rows of each, joined at the end: a long one is not copied for every row
    words = Counter(word.lower() for row in rows for word in mending.WORD.findall(row))
    opened = False  # whether the row before is an opener that runs to the margin, and may go on
    open_row = False  # whether the row before ran to the margin, so that this one may continue it
    for row in rows:
        stripped = row.strip()
        if not stripped:
            open_row = False
            continue
        label = labels.read(stripped)
        alone = openers.alone(stripped) is not None
        begins = alone or bool(label and label.sure) or _RULE.match(stripped) is not None
        if open_row and opened:
            # "instructs the Director of the Telecommunication Development Bureau, in close / collaboration with …"
            begins = begins or stripped.startswith(("to ", "that "))
        if open_row and not begins and paragraphs[-1][-1].rstrip()[-1:] in ",;.":
            # "…," / "Recalling also …": a clause of the UN family begins with its verb, and a body's name stands apart.
            found = openers.opener(stripped)
            begins = openers.enacting(stripped) or (found is not None and found.case != "lower")
        if open_row and not begins:
            paragraphs[-1][-1] = mending.row_end(paragraphs[-1][-1], stripped, words)
            paragraphs[-1].append(stripped)
        else:
            paragraphs.append([row])
        opened = alone and len(row.rstrip()) > margin * 0.7
        open_row = opened or (not alone and (len(row.rstrip()) > margin * 0.7 or (open_row and not begins)))
    return ["".join(parts) for parts in paragraphs]
