"""Numbers as strings: what stands before a paragraph, taken apart without ever being turned into a mere integer.

In goes the beginning of a line, out comes a `Label` with the number as printed but for its closing sign ("5", "b)bis",
"iii", "–"), the sign and all ("iii)"), and every way in which it may be counted: "i)" is the ninth letter and the first
small Roman numeral, and only the neighbours can tell which (`reader.tree`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

SUFFIXES = ("bis", "ter", "quater", "quinquies", "sexies", "septies", "octies", "nonies", "novies", "decies", "alt")
_SUFFIX_RANK = {suffix: rank for rank, suffix in enumerate(SUFFIXES, start=1)}
_SUFFIX = r"(?:" + "|".join(SUFFIXES) + r")"
_DASHES = "–—‒―−-"
_BULLETS = "•·▪◦●○■□\uf0b7\uf0a7\uf02d"


@dataclass(frozen=True, slots=True)
class Way:
    """One way to count a label: the family it is counted in, its place there, and its place after "bis", "ter" …"""

    family: str
    value: int
    suffix: int = 0


@dataclass(frozen=True, slots=True)
class Label:
    number: str  # "5", "b)bis", "iii", "1.2", "–"
    printed: str  # "5", "b)bis", "(iii)", "1.2", "–"
    end: int  # where the words begin in the text it was read from
    ways: tuple[Way, ...]
    sure: bool  # False where a bare number might as well be a word of the sentence: "30 years ago"
    glued: bool = False  # two letters in a row before one bracket: an old and a new label run together

    @property
    def dash(self) -> bool:
        return self.ways[0].family in ("dash", "bullet")


# a)   (a)   aa)   b)bis   b bis)   (1)   12)   iv)   (IV)
_BRACKETED = re.compile(
    rf"(\()?(\d{{1,3}}|[a-zA-Z]{{1,2}}|[ivx]{{1,7}}|[IVX]{{1,7}})([ .]?{_SUFFIX})?\)"
    rf"([ ]?{_SUFFIX}\b\.?)?(?=\W|[A-Za-z“‘]|$)"
)
# 1.   12bis.   1.1   2.3.1.   a.   iv.   A.   IV.
_DOTTED = re.compile(rf"(\d{{1,3}}|[a-zA-Z]|[ivx]{{1,7}}|[IVX]{{1,7}})([ ]?{_SUFFIX})?\.(?=\s|$|[A-Z“\"'‘])")
_DECIMAL = re.compile(rf"(\d{{1,3}}(?:\.\d{{1,3}}){{1,4}})([ ]?{_SUFFIX})?\.?(\s+|$)")
# 5<tab>to report   5 to report   9bis that   9 bis that
_BARE = re.compile(rf"(\d{{1,6}})([ \u00a0]?{_SUFFIX}\b)?(\s*\t\s*|[ \u00a0\u2002\u2003\u2007\u202f]+|$)")
# – the ITU activities   • to assist
_DASH = re.compile(rf"([{_DASHES}]|[{_BULLETS}]|\*|o(?=\t))(\s+|$)")
# OP 5. / PP3bis (drafts under negotiation)
_OP = re.compile(rf"\(?((?:OP|PP|Op|Pp)\s?\d{{1,3}}(?:\s?{_SUFFIX})?)[.:)]?(\s+|$)")
# .1<tab>to report (IMO)
_LED = re.compile(r"(\.\d{1,2})(?:\s+|$)")
_ROMAN_CAPITAL = re.compile(r"([IVX]{1,6}|[A-Z])(\s*\t\s*)")

_FIRST = frozenset("0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ(*." + _DASHES + _BULLETS)
_ROMAN = {"i": 1, "v": 5, "x": 10}
_ROMAN_FORM = re.compile(r"x{0,3}(?:ix|iv|v?i{0,3})$")


def roman(letters: str) -> int | None:
    """The value of a small Roman numeral below forty, or None: "xiv" → 14, "iiv" → None."""
    letters = letters.lower()
    if not letters or not _ROMAN_FORM.match(letters):
        return None
    total = 0
    for here, following in zip(letters, letters[1:] + " ", strict=True):
        value = _ROMAN.get(here, 0)
        total += -value if _ROMAN.get(following, 0) > value else value
    return total


_KNOWN: dict[str, Label | None] = {}  # labels already read, by the first word and its blank: most lines begin alike
_KNOWN_MOST = 4096
_SUFFIX_BEGINS = frozenset("btqsnoda")  # "9 bis": a suffix may stand after the blank


def read(text: str) -> Label | None:
    """The label with which a text begins, or None. Leading blanks are stepped over.

    >>> read("b)bis to report").number
    'b)bis'
    """
    if text[:1] not in _FIRST and not text[:1].isspace():
        return None
    head = text[:9]
    tab = head.find("\t")
    at = tab if tab > 0 else head.find(" ")
    following = text[at + 1 : at + 2]
    if at <= 0 or following.isspace() or not following or (following in _SUFFIX_BEGINS and tab < 0):
        return _read(text)
    prefix = text[: at + 1]
    if prefix in _KNOWN:
        return _KNOWN[prefix]
    found = _read(prefix + "x")
    if found is not None and found.end > len(prefix):
        return _read(text)
    if len(_KNOWN) > _KNOWN_MOST:
        _KNOWN.clear()
    _KNOWN[prefix] = found
    return found


def _read(text: str) -> Label | None:
    start = 0
    length = len(text)
    while start < length and text[start].isspace():
        start += 1
    if start == length or text[start] not in _FIRST:
        return None
    first = text[start]
    second = text[start + 1 : start + 2]
    if first.isalpha() and second.isalpha() and text[start + 2 : start + 3].isalpha() and first not in "ivxIVX":
        # A word: only the numbered paragraphs of a draft ("OP5", "PP1") begin with letters in a row and are labels.
        return _op(text, start) if first in "OP" else None
    if (first in "OP" and second in "Pp") or (first == "(" and second in "OP"):
        found = _op(text, start)
        if found:
            return found
    match = _BRACKETED.match(text, start)
    if match:
        label = _bracketed(match, text)
        if label:
            return label
    match = _DECIMAL.match(text, start)
    if match:
        return _decimal(match)
    match = _DOTTED.match(text, start)
    if match:
        label = _dotted(match, text)
        if label:
            return label
    if first.isdigit():
        match = _BARE.match(text, start)
        return _bare(match, text) if match else None
    if first == ".":
        match = _LED.match(text, start)
        way = Way("number led", int(match.group(1)[1:])) if match else None
        return Label(match.group(1), match.group(1), match.end(), (way,), sure=True) if match and way else None
    match = _DASH.match(text, start)
    if match:
        mark = match.group(1)
        family = "dash" if mark in _DASHES else "bullet"
        return Label(mark, mark, match.end(), (Way(family, 0),), sure=mark not in "-*" or "\t" in match.group(2))
    match = _ROMAN_CAPITAL.match(text, start)
    if match:
        return Label(match.group(1), match.group(1), match.end(), _capital(match.group(1), ""), sure=True)
    return None


def automatic(printed: str) -> Label:
    """The label that Word or HTML counts by itself, given as printed: "a)", "1.", "•". Whatever its form, it is one."""
    printed = printed.strip()
    found = read(printed + "\t")
    if found and not printed[found.end :].strip():
        return Label(found.number, printed, 0, found.ways, sure=True)
    number = printed.strip("()[]").rstrip(".:") or printed
    value = int(match.group()) if (match := re.search(r"\d{1,6}$", number)) else 0
    family = "word " + re.sub(r"\d+$", "", number).lower().strip() if value else "bullet"
    return Label(number, printed, 0, (Way(family, value),), sure=True)


def _end(text: str, at: int) -> int:
    while at < len(text) and text[at].isspace():
        at += 1
    return at


def _rank(*found: str | None) -> int:
    for one in found:
        if one:
            return _SUFFIX_RANK.get(one.strip(" .\u00a0").lower(), 0)
    return 0


def _letters(token: str) -> int | None:
    """The place of a small letter label: "c" → 3, "cc" → 29; None where the two letters differ."""
    if len(token) == 1:
        return ord(token) - 96
    return ord(token[0]) - 96 + 26 if token[0] == token[1] else None


def _small(token: str, sign: str, rank: int) -> tuple[Way, ...]:
    ways = []
    if len(token) <= 2 and (value := _letters(token)):
        ways.append(Way("letter" + sign, value, rank))
    if (value := roman(token)) is not None:
        ways.append(Way("roman" + sign, value, rank))
    return tuple(ways)


def _capital(token: str, sign: str, rank: int = 0) -> tuple[Way, ...]:
    ways = []
    if len(token) == 1:
        ways.append(Way("CAPITAL" + sign, ord(token) - 64, rank))
    if (value := roman(token)) is not None:
        ways.append(Way("ROMAN" + sign, value, rank))
    return tuple(ways)


def _bracketed(match: re.Match[str], text: str) -> Label | None:
    opening, token, inner, outer = match.groups()
    sign = "()" if opening else ")"
    rank = _rank(inner, outer)
    printed = match.group().strip()
    number = f"{token})" + outer.strip(" .") if outer else token + (inner or "").replace(".", "")
    end = _end(text, match.end())
    if token.isdigit():
        return Label(number, printed, end, (Way("number" + sign, int(token), rank),), sure=True)
    if token.islower():
        ways = _small(token, sign, rank)
        if ways:
            return Label(number, printed, end, ways, sure=True)
        if len(token) == 2 and not opening and token[0] < token[1]:
            # "fg)": nobody prints such a label; a struck "f)" and a new "g)" have run together.
            return Label(number, printed, end, (Way("letter)", _letters(token[1]) or 0, rank),), sure=True, glued=True)
        return None
    ways = _capital(token, sign, rank) if token.isupper() else ()
    return Label(number, printed, end, ways, sure=True) if ways else None


def _dotted(match: re.Match[str], text: str) -> Label | None:
    token, suffix = match.groups()
    rank = _rank(suffix)
    number = token + (suffix or "")
    end = _end(text, match.end())
    if token.isdigit():
        return Label(number, match.group(), end, (Way("number.", int(token), rank),), sure=True)
    ways = _small(token, ".", rank) if token.islower() else _capital(token, ".", rank) if token.isupper() else ()
    return Label(number, match.group(), end, ways, sure=True) if ways else None


def _decimal(match: re.Match[str]) -> Label:
    number, suffix, gap = match.groups()
    parts = number.split(".")
    printed = match.group().strip()
    way = Way(f"decimal{len(parts)}", int(parts[-1]), _rank(suffix))
    return Label(number + (suffix or ""), printed, match.end(), (way,), sure="\t" in gap)


def _bare(match: re.Match[str], text: str) -> Label | None:
    number, suffix, gap = match.groups()
    tabbed = "\t" in gap or not gap
    if len(number) > 3 and not tabbed:
        return None
    if not gap and match.end() == len(text) and len(number) > 3:
        return None
    # Two blanks or more are what a tab becomes in plain text.
    sure = tabbed or len(gap) > 1 or gap[:1] in "\u2002\u2003" or bool(suffix)
    way = Way("number", int(number), _rank(suffix))
    return Label(number + (suffix or ""), number + (suffix or ""), match.end(), (way,), sure=sure)


def _op(text: str, start: int) -> Label | None:
    match = _OP.match(text, start)
    if not match:
        return None
    number = match.group(1)
    digits = re.search(r"\d+", number)
    suffix = re.search(_SUFFIX, number)
    way = Way(number[:2].upper(), int(digits.group()) if digits else 0, _rank(suffix.group() if suffix else None))
    return Label(number, match.group().strip(), match.end(), (way,), sure=True)
