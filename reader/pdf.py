"""PDF: printed rows become paragraphs again.

In go bytes, out comes a `Manuscript`. Running heads, page numbers and footnotes leave the text; footnotes come back as
notes where their marks are called. A paragraph begins where the gap above it, its indent or its label says so, and
goes on across a page. A word broken at the end of a row is mended by what the rest of the document calls it. Text that
is set from right to left comes out of a PDF in the wrong order: a doubt says so.
"""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from reader import labels, marks, openers, pdfrows
from reader.document import Doubt, Line, Manuscript, Note, Unreadable
from reader.limits import DEFAULTS, Limits
from reader.mending import WORD, joined, row_end
from reader.pdfrows import Row

_PAGE_NUMBER = re.compile(
    r"(?:[-–—]\s*)?(?:page\s+)?\d{1,4}(?:\s*(?:/|of)\s*\d{1,4})?(?:\s*[-–—])?$|[ivxlc]{1,6}$|\d{2}-\d{5}.*|.*\s\d{1,3}/\d{1,3}$"
    r"|\d{1,3}/\d{1,3}\s.*",
    re.IGNORECASE,
)
_RULE = re.compile(r"[_—–-]{4,}$")
_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
_LETTER = re.compile(r"[^\W\d_]")
_DIGITS = re.compile(r"\d+")
_FOOT_MARK = re.compile(r"(\d{1,3}|\*{1,3}|[a-z])(?:\s+|(?=[A-Z“\"]))(?=\S)")


def manuscript(data: bytes, limits: Limits = DEFAULTS) -> Manuscript:
    """The paragraphs of a PDF. Raises `Unreadable` where it is locked, damaged or holds pictures only."""
    pages, images = _pages(data, limits)
    if not any(page for page in pages):
        if images:
            raise Unreadable(
                "The PDF holds pictures of pages and no text: bring in the Word file, or a PDF with its text in it."
            )
        raise Unreadable("The PDF holds no text.")
    body = _body_size(pages)
    _without_heads(pages, body)
    notes = _without_footnotes(pages, body)
    found = _paragraphs(pages, body)
    words = _words(found)
    lines = tuple(_line(paragraph, number, notes, words, body) for number, paragraph in enumerate(found))
    return Manuscript(format="pdf", after=lines, doubts=_doubts(lines))


def _pages(data: bytes, limits: Limits) -> tuple[list[list[Row]], bool]:
    # pdfplumber and pdfminer take half a second to load
    import pdfplumber

    images = False
    try:
        with pdfplumber.open(io.BytesIO(data)) as pdf:
            if len(pdf.pages) > limits.pages:
                raise Unreadable(f"The PDF has more than {limits.pages:,} pages; it is not read.")
            pages = []
            for number, page in enumerate(pdf.pages, start=1):
                pages.append(pdfrows.rows(page, number))
                images = images or bool(page.images)
                page.close()
            return pages, images
    except Unreadable:
        raise
    except (MemoryError, RecursionError):
        raise
    except Exception as error:  # pdfminer raises errors of every kind on files that are damaged
        name = f"{type(error).__name__} {error}"
        if "Password" in name or "Encrypt" in name:
            raise Unreadable("The PDF is locked with a password; bring in one that is not.") from None
        raise Unreadable("The PDF is damaged or was cut short and can't be read.") from None


def _body_size(pages: Sequence[Sequence[Row]]) -> float:
    sizes: Counter[float] = Counter()
    for page in pages:
        for row in page:
            sizes[round(row.size * 2) / 2] += len(row.text)
    return sizes.most_common(1)[0][0] if sizes else 10.0


# ---- what is not the text's ---------------------------------------------------------------------------------------


def _key(row: Row) -> str:
    return _DIGITS.sub("#", row.text).strip().lower()


def _without_heads(pages: list[list[Row]], body: float) -> None:
    """Drop running heads, running feet and page numbers."""
    if not pages:
        return
    bottoms = [row.bottom for page in pages for row in page]
    height = max(bottoms)
    seen: Counter[str] = Counter()
    for page in pages:
        for row in {_key(row): row for row in _margins(page, height)}.values():
            seen[_key(row)] += 1
    for number, page in enumerate(pages):
        dropped: set[int] = set()
        head = _top(page)
        for row in head:
            repeated = seen[_key(row)] > 1 and number > 0
            small = row.size < body * 0.93 and number > 0
            if repeated or small or (_PAGE_NUMBER.match(row.text.strip()) and row.top < height * 0.12):
                dropped.add(id(row))
            else:
                break
        dropped |= _foot(page, height, body, seen, number)
        if dropped:
            page[:] = [row for row in page if id(row) not in dropped]


def _foot(page: Sequence[Row], height: float, body: float, seen: Counter[str], number: int) -> set[int]:
    """The rows of the running foot: the last of the page that a gap parts from the text, or that every page repeats."""
    dropped: set[int] = set()
    block: list[Row] = []
    for at in range(len(page) - 1, -1, -1):
        row = page[at]
        if row.top < height * 0.88 or row.mark or _RULE.match(row.text.strip()):
            break
        if not _may_be_foot(row, body, seen, number):
            break
        block.append(row)
        gap = row.top - page[at - 1].bottom if at else 99.0
        marks = [one for one in block if seen[_key(one)] > 1 or _PAGE_NUMBER.match(one.text.strip())]
        small = all(one.size < body * 0.93 for one in block)
        if gap > body * 0.9 and (marks or number == 0 or (small and gap > body * 1.5)) and len(block) < 5:
            dropped = {id(one) for one in block}
    if not dropped:
        for row in block:
            if not (seen[_key(row)] > 1 or _PAGE_NUMBER.match(row.text.strip())):
                break
            dropped.add(id(row))
    return dropped


def _may_be_foot(row: Row, body: float, seen: Counter[str], number: int) -> bool:
    """Whether a low row may belong to the running foot: the last paragraph of a page must not go with it."""
    text = row.text.strip()
    if seen[_key(row)] > 1 or _PAGE_NUMBER.match(text) or row.size < body * 0.93:
        return True
    return number == 0 and len(text) < 60 and text[-1:] not in ".;:," and labels.read(text) is None


def _margins(page: Sequence[Row], height: float) -> list[Row]:
    return [row for row in page if row.top < height * 0.12 or row.top > height * 0.88]


def _top(page: Sequence[Row]) -> list[Row]:
    """The first rows of a page, as far down as a running head may reach."""
    return list(page[:6])


def _gap_above(page: Sequence[Row], row: Row) -> float:
    above = [other.bottom for other in page if other.bottom <= row.top + 1 and other is not row]
    return row.top - max(above) if above else 99.0


def _without_footnotes(pages: list[list[Row]], body: float) -> dict[tuple[int, str], str]:
    """Take the footnotes out of each page: (page, mark) → words. A footnote may go on at the foot of the next page."""
    notes: dict[tuple[int, str], str] = {}
    last: tuple[int, str] | None = None
    for page in pages:
        start = len(page)
        while start > 0 and (page[start - 1].size < body * 0.93 or _RULE.match(page[start - 1].text.strip())):
            start -= 1
        zone = page[start:]
        rule = next((at for at, row in enumerate(zone) if _RULE.match(row.text.strip())), None)
        if rule is not None:
            zone = zone[rule:]
        else:
            marked = next((at for at, row in enumerate(zone) if row.mark or _FOOT_MARK.match(row.text)), None)
            if marked is None:
                continue
            zone = zone[marked:]
        if not zone:
            continue
        number = zone[0].page
        taken = {id(row) for row in zone}
        for row in zone:
            text = row.text.strip()
            if _RULE.match(text):
                continue
            mark = row.mark
            if mark is None and (match := _FOOT_MARK.match(text)) and _next_mark(last, match.group(1), number):
                mark, text = match.group(1), text[match.end() :]
            if mark is not None:
                last = (number, mark)
                notes[last] = text.strip()
            elif last is not None:
                notes[last] = joined(notes[last], text, {})
        page[:] = [row for row in page if id(row) not in taken]
    return notes


def _next_mark(last: tuple[int, str] | None, mark: str, page: int) -> bool:
    """A number at the beginning of a footnote's row is its mark where it follows the last one, not a year or a page."""
    if not mark.isdigit():
        return mark.startswith("*")
    if last is None or not last[1].isdigit():
        return int(mark) <= 3 or last is None
    return int(mark) == int(last[1]) + 1 or (int(mark) == 1 and last[0] != page)


# ---- rows to paragraphs -------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Paragraph:
    rows: list[Row] = field(default_factory=list)


def _paragraphs(pages: Sequence[Sequence[Row]], body: float) -> list[_Paragraph]:
    gaps = [
        below.top - above.top
        for page in pages
        for above, below in pairwise(page)
        if 0 < below.top - above.top < body * 2.2 and abs(above.size - below.size) < 1
    ]
    pitch = _common(gaps) if gaps else body * 1.2
    rights = [row.x1 for page in pages for row in page if len(row.text) > 40]
    right = _upper(rights) if rights else 400.0
    left = _common([row.x0 for page in pages for row in page if len(row.text) > 40] or [60.0])
    out: list[_Paragraph] = []
    above: Row | None = None
    for page in pages:
        for row in page:
            if not row.text.strip() or _RULE.match(row.text.strip()):
                continue
            if above is None or _begins(row, above, out[-1], pitch, right, left):
                out.append(_Paragraph([row]))
            else:
                out[-1].rows.append(row)
            above = row
    return out


def _common(values: Sequence[float]) -> float:
    return Counter(round(value, 0) for value in values).most_common(1)[0][0]


def _upper(values: Sequence[float]) -> float:
    ordered = sorted(values)
    return ordered[int(len(ordered) * 0.9)]


def _begins(row: Row, above: Row, paragraph: _Paragraph, pitch: float, right: float, left: float) -> bool:
    """Whether a row begins a paragraph."""
    text = row.text
    before = above.text.rstrip()
    if row.bold != above.bold and (row.bold or not _bold_label(paragraph)):
        return True
    if abs(row.size - above.size) > 1.2:
        return True
    if row.page == above.page:
        gap = row.top - above.top
        if gap < -2 or (abs(gap) < 2 and row.x0 > above.x1):
            return abs(gap) >= 2 or row.x0 - above.x1 > 30
        if gap > pitch * 1.3:
            return True
        close = True
    else:
        close = False
    first = paragraph.rows[0]
    label = labels.read(text)
    ended = before[-1:] in ".;:,"
    if label is not None and (label.sure or ended) and (label.sure or text[:1].isdigit()):
        hanging = abs(row.x0 - above.x0) > 4 or above.x1 < right - 12 or len(paragraph.rows) == 1 or ended
        if hanging and (ended or (label.sure and not _mid_sentence(before))):
            return True
    if row.italic and not above.italic and openers.alone(text):
        return True
    if above.italic and len(paragraph.rows) == 1 and openers.alone(before) and (not row.italic or label is not None):
        return True
    if _apart_by_words(text, before, alone=len(paragraph.rows) == 1):
        return True
    deeper = row.x0 - above.x0
    if len(paragraph.rows) > 1 and deeper > 8 and (ended or above.x1 < right - 25):
        return True  # the rows after the first show the margin; one to the right of it begins a paragraph
    short = above.x1 < right - 0.12 * (right - left)
    if not close:
        if row.x0 > left + 8 and before[-1:] in ".;:," and first.x0 - left > 4:
            return True
        return short and before[-1:] in ".;:" and not text[:1].islower()
    return (
        short and before[-1:] in ".;:" and text[:1].isupper() and abs(row.x0 - first.x0) < 3 and above.bold == row.bold
    )


def _apart_by_words(text: str, before: str, alone: bool) -> bool:
    """Whether the words of two rows say that a paragraph ends between them, whatever the gap: an annex, the name of
    the body that speaks, a clause that begins with its verb."""
    if marks.annex(text) or (alone and marks.annex(before)):
        return True
    if alone and openers.enacting(before):
        # "The Plenipotentiary Conference of the … Union" / "(Dubai, 2018),": the name may go on in the next row
        return not (text[:1] == "(" or (text[:1].islower() and openers.opener(text) is None))
    if text[-1:] == "," and openers.enacting(text) and not _mid_sentence(before):
        return True
    if before[-1:] not in ",;:":
        return False
    found = openers.opener(text)
    return found is not None and found.case != "lower"


def _mid_sentence(before: str) -> bool:
    """Whether the row before ends inside a sentence, as in "paragraph" / "5. of …"."""
    return bool(
        re.search(r"(?:\b(?:paragraphs?|and|or|of|to|in|the|resolutions?|no|article|section)|[(–-])$", before, re.I)
    )


def _bold_label(paragraph: _Paragraph) -> bool:
    return len(paragraph.rows) == 1 and len(paragraph.rows[0].text) < 6


# ---- paragraphs to lines --------------------------------------------------------------------------------------------


def _words(paragraphs: Sequence[_Paragraph]) -> Counter[str]:
    """How often each word, hyphens included, stands unbroken: what a broken one is mended by."""
    words: Counter[str] = Counter()
    for paragraph in paragraphs:
        for row in paragraph.rows:
            words.update(word.lower() for word in WORD.findall(row.text))
    return words


def _line(
    paragraph: _Paragraph, number: int, notes: dict[tuple[int, str], str], words: Counter[str], body: float
) -> Line:
    parts: list[str] = []
    length = 0  # of what stands before the row
    found: list[Note] = []
    for row in paragraph.rows:
        words_of_row, calls = _with_calls(row, notes)
        if parts:
            end = row_end(parts[-1], words_of_row, words)
            length += len(end) - len(parts[-1])
            parts[-1] = end
        found.extend(Note(mark, note, length + at) for at, mark, note in calls)
        parts.append(words_of_row)
        length += len(words_of_row)
    text = "".join(parts)
    first = paragraph.rows[0]
    bold = all(row.bold for row in paragraph.rows)
    large = first.size > body + 1
    return Line(
        text=text,
        italic=all(row.italic for row in paragraph.rows),
        bold=bold or large,
        centred=False,
        indent=round(first.x0, 1),
        page=first.page,
        notes=tuple(found),
        source=(number,),
    )


def _with_calls(row: Row, notes: dict[tuple[int, str], str]) -> tuple[str, list[tuple[int, str, str]]]:
    """The words of a row and the footnotes called in it: (offset, mark, words). A raised figure that calls no footnote
    is part of the words: "m2"."""
    words = row.text
    calls: list[tuple[int, str, str]] = []
    shift = 0
    for at, mark in row.calls:
        note = notes.get((row.page, mark)) or notes.get((row.page + 1, mark))
        if note is not None:
            calls.append((min(len(words), at + shift), mark, note))
        else:
            words = words[: at + shift] + mark + words[at + shift :]
            shift += len(mark)
    lead = len(words) - len(words.lstrip())
    return words.strip(), [(max(0, at - lead), mark, note) for at, mark, note in calls]


def _doubts(lines: Sequence[Line]) -> tuple[Doubt, ...]:
    text = "".join(line.text for line in lines)
    found = len(_RIGHT_TO_LEFT.findall(text))
    if found and found > 0.2 * len(_LETTER.findall(text)):
        return (
            Doubt(
                "right-to-left",
                "This PDF is set from right to left, and a PDF gives such text in the wrong order: "
                "bring in the Word file.",
            ),
        )
    return ()
