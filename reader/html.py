"""HTML pages of ITU, the UN and WHO: the elements that print a line become lines.

In go bytes, out comes a `Manuscript`. Lists that the browser numbers are counted here ("<ol type=a start=3>"). Inserted
and struck words (`<ins>`, `<del>`, `<s>`) are tracked changes: where there are any, both readings are given. Scripts,
styles, navigation and what the page hides stay out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import lxml.html
from lxml import etree

from reader.document import Line, Manuscript, Note, Run, Side, Unreadable
from reader.limits import DEFAULTS, Limits
from reader.text import decode

_LINES = frozenset(
    [
        "p",
        "div",
        "li",
        "dt",
        "dd",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "td",
        "th",
        "caption",
        "blockquote",
        "pre",
        "address",
        "article",
        "section",
        "header",
        "main",
        "figcaption",
        "summary",
        "legend",
        "body",
        "tr",
        "ul",
        "ol",
        "dl",
        "table",
        "thead",
        "tbody",
        "tfoot",
        "form",
        "fieldset",
        "center",
    ]
)
_OUT = frozenset(
    [
        "script",
        "style",
        "noscript",
        "template",
        "nav",
        "iframe",
        "object",
        "svg",
        "math",
        "head",
        "button",
        "select",
        "textarea",
        "input",
    ]
)
_HEADINGS = {"h1": 1, "h2": 2, "h3": 3, "h4": 4, "h5": 5, "h6": 6}
_INSERTED = frozenset(("ins",))
_STRUCK = frozenset(("del", "s", "strike"))
_BOLD = frozenset(("b", "strong"))
_ITALIC = frozenset(("i", "em", "cite"))
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_DECLARED = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w-]{2,40})", re.IGNORECASE)
_MARK = re.compile(r"[\[(]?(?:\d{1,3}|\*{1,3}|[†‡])[\])]?$")
_ROMANS = ((10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))


@dataclass(slots=True)
class _Open:
    """The line that is being gathered."""

    runs: list[tuple[str, Side]] = field(default_factory=list)
    label: str | None = None
    bold: int = 0
    italic: int = 0
    letters: int = 0
    heading: int | None = None
    level: int = 0
    style: str | None = None
    table: bool = False
    centred: bool = False
    calls: list[tuple[str, str, int, int]] = field(default_factory=list)  # mark, anchor, length after and before
    mark: str | None = None  # a raised mark before the first word: the line may be a footnote
    anchor: str | None = None  # the id of the element that holds the line, where a footnote's call points at it


@dataclass(slots=True)
class _Setting:
    """What the elements around a stretch of text say of it."""

    side: Side = Side.BOTH
    bold: bool = False
    italic: bool = False
    heading: int | None = None
    level: int = 0
    table: bool = False
    style: str | None = None
    centred: bool = False
    pre: bool = False
    raised: bool = False
    target: str = ""  # where the link points that holds the words
    anchor: str | None = None


def manuscript(data: bytes, limits: Limits = DEFAULTS) -> Manuscript:
    """The lines of an HTML page, and those of both readings where words are marked as inserted or struck."""
    text = _decoded(data)
    if len(text) > limits.characters:
        raise Unreadable(f"The page has more than {limits.characters:,} characters; it is not read.")
    # A declared encoding would be believed over the string that has just been decoded.
    text = re.sub(r"^\s*<\?xml[^>]*\?>", "", text, count=1).replace("\x00", "")
    try:
        parser = lxml.html.HTMLParser(no_network=True, remove_comments=True, remove_pis=True, huge_tree=False)
        root = lxml.html.document_fromstring(text, parser=parser) if text.strip() else None
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        root = None
    if root is None:
        raise Unreadable("The page holds no text.")
    if any("depth" in error.message for error in parser.error_log):
        # What is nested deeper the parser leaves out without a word.
        raise Unreadable("The page's elements are nested deeper than any document needs; it is not opened.")
    gathered = _Gatherer(root).lines()
    if not gathered:
        raise Unreadable("The page holds no text.")
    gathered, notes = _footnotes(gathered)
    changed = any(side is not Side.BOTH for line in gathered for _, side in line.runs)
    after = tuple(found for n, line in enumerate(gathered) if (found := _line(line, n, Side.AFTER, notes)))
    before = (
        tuple(found for n, line in enumerate(gathered) if (found := _line(line, n, Side.BEFORE, notes)))
        if changed
        else None
    )
    redline = tuple(tuple(Run(text, side) for text, side in line.runs) for line in gathered)
    return Manuscript(format="html", after=after, before=before, redline=redline)


def _decoded(data: bytes) -> str:
    declared = _DECLARED.search(data[:4000])
    if declared and data[:2] not in (b"\xff\xfe", b"\xfe\xff"):
        try:
            return data.decode(declared.group(1).decode("ascii"))
        except (LookupError, UnicodeDecodeError):
            pass
    return decode(data)


class _Gatherer:
    """Walks the tree without recursion and gathers lines."""

    def __init__(self, root: etree._Element) -> None:
        self.root = root
        self.done: list[_Open] = []
        self.open = _Open()
        self.counters: list[tuple[str, int, int]] = []  # (type, next number, step) of each open list

    def lines(self) -> list[_Open]:
        body = self.root.find("body")
        start = body if body is not None else self.root
        stack: list[tuple[etree._Element, Iterator[etree._Element], _Setting]] = []
        setting = self._enter(start, _Setting())
        stack.append((start, iter(start), setting))
        while stack:
            element, children, here = stack[-1]
            child = next(children, None)
            if child is None:
                stack.pop()
                self._leave(element, here)
                if stack and element.tail:
                    self._text(element.tail, stack[-1][2])
                continue
            if not isinstance(child.tag, str) or child.tag in _OUT or self._hidden(child):
                if child.tail:
                    self._text(child.tail, here)
                continue
            inner = self._enter(child, here)
            stack.append((child, iter(child), inner))
        self._close()
        return self.done

    def _hidden(self, element: etree._Element) -> bool:
        return element.get("hidden") is not None or bool(_HIDDEN.search(element.get("style") or ""))

    def _enter(self, element: etree._Element, outer: _Setting) -> _Setting:
        tag = element.tag
        here = _Setting(
            outer.side,
            outer.bold,
            outer.italic,
            outer.heading,
            outer.level,
            outer.table,
            outer.style,
            outer.centred,
            outer.pre,
            outer.raised,
            outer.target,
            outer.anchor,
        )
        if tag in _INSERTED:
            here.side = Side.AFTER if outer.side is Side.BOTH else outer.side
        elif tag in _STRUCK:
            here.side = Side.BEFORE
        elif tag in _BOLD:
            here.bold = True
        elif tag in _ITALIC:
            here.italic = True
        elif tag == "sup":
            here.raised = True
        elif tag == "a":
            here.target = element.get("href") or ""
            here.raised = here.raised or here.target.startswith(("#_ftn", "#fn", "#footnote", "#note"))
        if identity := element.get("id") or element.get("name"):
            here.anchor = identity
        style = (element.get("style") or "").lower()
        if style:
            here.bold = (
                here.bold or "font-weight:bold" in style.replace(" ", "") or "font-weight:700" in style.replace(" ", "")
            )
            here.italic = here.italic or "italic" in style
            here.centred = here.centred or "text-align:center" in style.replace(" ", "")
        if tag in _LINES:
            self._close()
            if element.get("align") == "center" or tag == "center":
                here.centred = True
            if tag in ("ol", "ul", "dl"):
                here.level = outer.level + 1
                self._list(element)
            elif tag == "li":
                self.open.label = self._number(element)
            elif tag in ("td", "th"):
                here.table = True
            elif tag == "pre":
                here.pre = True
            here.heading = _HEADINGS.get(tag, here.heading)
            here.style = element.get("class") or outer.style
            self._dress(here)
        elif tag == "br":
            self._break(here)
        if element.text:
            self._text(element.text, here)
        return here

    def _dress(self, here: _Setting) -> None:
        self.open.heading, self.open.level, self.open.table = here.heading, max(0, here.level - 1), here.table
        self.open.style, self.open.centred, self.open.anchor = here.style, here.centred, here.anchor

    def _break(self, here: _Setting) -> None:
        """`<br>` ends a line where the words do: a sign before it, or two in a row."""
        label = self.open.label if not "".join(text for text, _ in self.open.runs).strip() else None
        self._close()
        self._dress(here)
        self.open.label = label

    def _leave(self, element: etree._Element, here: _Setting) -> None:
        if element.tag in _LINES:
            self._close()
            if element.tag in ("ol", "ul", "dl") and self.counters:
                self.counters.pop()

    def _list(self, element: etree._Element) -> None:
        kind = element.get("type") or ("1" if element.tag == "ol" else "•")
        if element.tag == "ul" and kind not in "1aAiI":
            kind = "•"
        style = (element.get("style") or "").replace(" ", "")
        for name, sign in (
            ("lower-alpha", "a"),
            ("lower-latin", "a"),
            ("upper-alpha", "A"),
            ("lower-roman", "i"),
            ("upper-roman", "I"),
            ("list-style-type:none", ""),
            ("list-style:none", ""),
        ):
            if name in style:
                kind = sign
        first = _whole(element.get("start"), 1)
        step = -1 if element.get("reversed") is not None else 1
        self.counters.append((kind, first, step))

    def _number(self, item: etree._Element) -> str | None:
        if not self.counters:
            return None
        kind, number, step = self.counters[-1]
        number = _whole(item.get("value"), number)
        self.counters[-1] = (kind, number + step, step)
        return _printed(kind, number)

    def _text(self, text: str, here: _Setting) -> None:
        if here.pre and "\n" in text:
            first, *rest = text.split("\n")
            self._text(first, here)
            for part in rest:
                self._close()
                self._dress(here)
                self._text(part, here)
            return
        held = self.open
        words = re.sub(r"[ \n\r\f\t]+", " ", text)
        if words == " " and not held.runs:
            return
        if not held.runs:
            words = words.lstrip(" ")
            if not words:
                return
        elif held.runs[-1][0].endswith(" ") and words.startswith(" "):
            words = words[1:]
        if not words:
            return
        if here.raised and _MARK.match(words.strip()):
            mark = words.strip().strip("[]()")
            if not held.runs:
                held.mark = mark
            else:
                sizes = [
                    sum(len(one) for one, side in held.runs if side in (Side.BOTH, of))
                    for of in (Side.AFTER, Side.BEFORE)
                ]
                held.calls.append((mark, here.target.lstrip("#"), sizes[0], sizes[1]))
            return
        letters = sum(map(str.isalpha, words))
        held.letters += letters
        held.bold += letters if here.bold else 0
        held.italic += letters if here.italic else 0
        if held.runs and held.runs[-1][1] is here.side:
            held.runs[-1] = (held.runs[-1][0] + words, here.side)
        else:
            held.runs.append((words, here.side))

    def _close(self) -> None:
        held = self.open
        if any(not text.isspace() for text, _ in held.runs):
            self.done.append(held)
            self.open = _Open()
        else:
            self.open = _Open(label=held.label, level=held.level)


def _whole(value: str | None, default: int) -> int:
    try:
        return int(value) if value is not None and len(value) < 7 else default
    except ValueError:
        return default


def _printed(kind: str, number: int) -> str | None:
    """The label that a browser would print: ("a", 3) → "c."."""
    if kind == "1":
        return f"{number}."
    if kind in ("a", "A") and 1 <= number <= 702:
        letters = ""
        while number:
            number, place = divmod(number - 1, 26)
            letters = chr(97 + place) + letters
        return f"{letters if kind == 'a' else letters.upper()}."
    if kind in ("i", "I") and 1 <= number < 40:
        roman = ""
        for value, letters in _ROMANS:
            while number >= value:
                roman += letters
                number -= value
        return f"{roman if kind == 'i' else roman.upper()}."
    return "•" if kind == "•" else None


def _footnotes(gathered: list[_Open]) -> tuple[list[_Open], dict[str, str]]:
    """Take the footnotes out of the lines: by the anchor that their call points at, or by mark and anchor → words."""
    called = {anchor for line in gathered for _, anchor, _, _ in line.calls if anchor}
    marks = {mark for line in gathered for mark, _, _, _ in line.calls}
    notes: dict[str, str] = {}
    kept = []
    for line in gathered:
        by_anchor = line.anchor in called and line.anchor is not None
        if by_anchor or (line.mark in marks and line.mark is not None):
            words = "".join(text for text, side in line.runs if side is not Side.BEFORE).strip()
            for key in (line.anchor if by_anchor else None, line.mark):
                if key:
                    notes.setdefault(key, words)
        else:
            kept.append(line)
    return kept, notes


def _line(held: _Open, number: int, side: Side, notes: dict[str, str]) -> Line | None:
    raw = "".join(text for text, of in held.runs if of is side or of is Side.BOTH)
    lead = len(raw) - len(raw.lstrip(" \t\n"))
    text = raw.strip(" \t\n")
    if not text.strip():
        return None
    style = held.style if held.style and re.match(r"(?:Call|Res|Annex|Heading|Title|enumlev)", held.style) else None
    found = tuple(
        Note(
            mark,
            notes.get(anchor) or notes.get(mark) or "",
            min(len(text), max(0, (after if side is Side.AFTER else before) - lead)),
        )
        for mark, anchor, after, before in held.calls
    )
    return Line(
        text=text,
        label=held.label,
        style=style,
        level=held.level,
        bold=held.letters > 0 and held.bold >= held.letters * 0.95,
        italic=held.letters > 0 and held.italic >= held.letters * 0.95,
        heading=held.heading,
        table=held.table,
        centred=held.centred,
        notes=found,
        source=(number,),
    )
