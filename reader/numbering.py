"""Automatic paragraph labels of a Word file, counted the way Word counts them.

The XML holds no printed number: it holds a reference (`w:numId`, `w:ilvl`) to a list whose levels say how to count.
A redline has two countings, because an inserted item pushes the ones below it in one reading only; so `Numbering`
holds what the file says, and each reading counts with a `Counter` of its own.

Rules: ECMA-376 part 1, §17.9 (numbering) and §17.18.59 (number formats).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from lxml import etree

from reader.ooxml import BULLETS, twips, val, w

LEVELS = 9  # §17.9.6: a list has nine levels
MOST = 32_767  # Word counts no further; a hostile start value must not build a label of a million letters


def letters(alphabet: str) -> Callable[[int], str]:
    """After the last letter Word doubles them: z, aa, bb (not aa, ab)."""

    def figure(value: int) -> str:
        turns, place = divmod(value - 1, len(alphabet))
        return alphabet[place] * (turns + 1)

    return figure


def roman(value: int) -> str:
    """4 → iv"""
    figures = ((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"))
    out = []
    for worth, figure in (*figures, (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i")):
        turns, value = divmod(value, worth)
        out.append(figure * turns)
    return "".join(out)


def ordinal(value: int) -> str:
    """1 → 1st, 12 → 12th"""
    ending = "th" if 10 < value % 100 < 14 else {1: "st", 2: "nd", 3: "rd"}.get(value % 10, "th")
    return f"{value}{ending}"


def chinese(value: int) -> str:
    """12 → 十二; from a hundred on, plain figures."""
    if value >= 100:
        return str(value)
    figures = "〇一二三四五六七八九"
    tens, units = divmod(value, 10)
    return ("" if not tens else ("" if tens == 1 else figures[tens]) + "十") + (figures[units] if units else "")


LATIN = "abcdefghijklmnopqrstuvwxyz"
RUSSIAN = "абвгдежзиклмнопрстуфхцчшщэюя"  # without ё, й, ъ, ы, ь, as Word counts and as UN texts letter their items
ARABIC = "أبتثجحخدذرزسشصضطظعغفقكلمنهوي"
ABJAD = "أبجدهوزحطيكلمنسعفصقرشتثخذضظغ"

FORMATS: dict[str, Callable[[int], str]] = {
    "decimal": str,
    "decimalZero": lambda value: f"{value:02d}",
    "lowerLetter": letters(LATIN),
    "upperLetter": letters(LATIN.upper()),
    "lowerRoman": roman,
    "upperRoman": lambda value: roman(value).upper(),
    "ordinal": ordinal,
    "numberInDash": lambda value: f"- {value} -",
    "russianLower": letters(RUSSIAN),
    "russianUpper": letters(RUSSIAN.upper()),
    "arabicAlpha": letters(ARABIC),
    "arabicAbjad": letters(ABJAD),
    "chineseCounting": chinese,
    "chineseCountingThousand": chinese,
    "ideographDigital": chinese,
    "none": lambda value: "",
}

# The codes of the older w:numberingChange (§17.13.5.22), where the old label stands as "%1:3:4:)":
# level, value, format, the sign after it. The codes are those of the binary format, [MS-OSHARED] 2.2.1.3 (MSONFC).
OLD_FORMATS = {
    "0": "decimal",
    "1": "upperRoman",
    "2": "lowerRoman",
    "3": "upperLetter",
    "4": "lowerLetter",
    "5": "ordinal",
}
OLD_LABEL = re.compile(r"%\d:(\d+):(\d+):([^%]*)")
PLACE = re.compile(r"%([1-9])")


def figure(value: int, form: str) -> str:
    """`value` in the number format `form`; an unknown format counts in plain figures, as Word does."""
    if not 0 < value <= MOST and form not in ("none", "decimalZero"):
        return str(value)
    return FORMATS.get(form, str)(value)


def old_label(original: str) -> str | None:
    """The label before a w:numberingChange: "%1:2:4:)" → "b)"."""
    parts = [
        figure(min(int(value[:9]), MOST), OLD_FORMATS.get(form, "decimal")) + sign
        for value, form, sign in OLD_LABEL.findall(original)
    ]
    return "".join(parts) or None


@dataclass(frozen=True, slots=True)
class Level:
    """How one level of a list counts. `restart` 0: never; k: after a paragraph of level k or above; None: always."""

    start: int = 1
    form: str = "decimal"
    text: str = ""
    restart: int | None = None
    legal: bool = False
    indent: float | None = None


class Numbering:
    """The lists of a file. `level` answers for a w:num and a level of it; cycles of list styles end in nothing."""

    def __init__(self, root: etree._Element | None, list_styles: dict[str, str] | None = None) -> None:
        """`root` is the w:numbering element; `list_styles` says which w:numId a list style (w:styleLink) uses."""
        self.abstracts: dict[str, dict[int, Level]] = {}
        self.nums: dict[str, tuple[str, dict[int, Level], dict[int, int]]] = {}
        self.by_style: dict[tuple[str, str], int] = {}  # (abstract list, paragraph style) → the level it stands for
        self._links: dict[str, str] = {}
        self._list_styles = list_styles or {}
        self._known: dict[tuple[str, int], Level | None] = {}
        if root is not None:
            self._read(root)

    def _read(self, root: etree._Element) -> None:
        for abstract in root.iterfind(w("abstractNum")):
            key = abstract.get(w("abstractNumId")) or ""
            self.abstracts[key] = {}
            link = abstract.find(w("numStyleLink"))
            if link is not None:
                self._links[key] = val(link) or ""
            for lvl in abstract.iterfind(w("lvl")):
                ilvl = whole(lvl.get(w("ilvl")), 0)
                self.abstracts[key][ilvl] = read_level(lvl)
                style = lvl.find(w("pStyle"))
                if style is not None:
                    self.by_style[key, val(style) or ""] = ilvl
        for num in root.iterfind(w("num")):
            abstract = num.find(w("abstractNumId"))
            overrides: dict[int, Level] = {}
            starts: dict[int, int] = {}
            for override in num.iterfind(w("lvlOverride")):
                ilvl = whole(override.get(w("ilvl")), 0)
                lvl, start = override.find(w("lvl")), override.find(w("startOverride"))
                if lvl is not None:
                    overrides[ilvl] = read_level(lvl)
                if start is not None:
                    starts[ilvl] = whole(val(start), 1)
            self.nums[num.get(w("numId")) or ""] = (
                (val(abstract) if abstract is not None else None) or "",
                overrides,
                starts,
            )

    def abstract(self, num_id: str) -> str | None:
        """The list that a w:num counts in, followed through list styles."""
        seen: set[str] = set()
        while num_id in self.nums and num_id not in seen:
            seen.add(num_id)
            key = self.nums[num_id][0]
            if key not in self._links:
                return key if key in self.abstracts else None
            num_id = self._list_styles.get(self._links[key], "")
        return None

    def level(self, num_id: str, ilvl: int) -> Level | None:
        place = (num_id, ilvl)
        if place not in self._known:
            self._known[place] = self._level(num_id, ilvl)
        return self._known[place]

    def _level(self, num_id: str, ilvl: int) -> Level | None:
        key = self.abstract(num_id)
        if key is None:
            return None
        _, overrides, starts = self.nums[num_id]
        level = overrides.get(ilvl) or self.abstracts[key].get(ilvl)
        if level is not None and ilvl in starts:
            level = replace(level, start=starts[ilvl])
        return level

    def counter(self) -> Counter:
        return Counter(self)


class Counter:
    """One counting through the document, from its first paragraph to its last."""

    def __init__(self, numbering: Numbering) -> None:
        self.numbering = numbering
        self.counts: dict[str, list[int | None]] = {}
        self.seen: set[str] = set()

    def label(self, num_id: str, ilvl: int) -> str | None:
        """The label of the next paragraph of this list and level; None where the list is unknown or prints nothing."""
        numbering = self.numbering
        level = numbering.level(num_id, ilvl)
        key = numbering.abstract(num_id)
        if level is None or key is None:
            return None
        counts = self.counts.setdefault(key, [None] * LEVELS)
        if num_id not in self.seen:  # two w:num of one list go on counting, unless the second says where to start
            self.seen.add(num_id)
            for place in numbering.nums[num_id][2]:
                if 0 <= place < LEVELS:
                    counts[place] = None
        now = counts[ilvl]
        counts[ilvl] = level.start if now is None else now + 1
        for deeper in range(ilvl + 1, LEVELS):
            below = numbering.level(num_id, deeper)
            if below is None or below.restart is None or ilvl < below.restart:
                counts[deeper] = None
        if level.form == "bullet":
            return level.text or None

        def printed(place: re.Match[str]) -> str:
            wanted = int(place[1]) - 1
            shown = numbering.level(num_id, wanted)
            if shown is None or wanted > ilvl:
                return ""
            value = counts[wanted]
            return figure(shown.start if value is None else value, "decimal" if level.legal else shown.form)

        return PLACE.sub(printed, level.text).strip() or None


def read_level(lvl: etree._Element) -> Level:
    """A w:lvl as a value."""
    start, form, text, restart, legal = (
        lvl.find(w(name)) for name in ("start", "numFmt", "lvlText", "lvlRestart", "isLgl")
    )
    shown = (val(text) if text is not None else None) or ""
    kind = (val(form) if form is not None else None) or "decimal"
    if kind == "bullet":
        shown = "".join(BULLETS.get(sign, sign) for sign in shown).strip()
        if lvl.find(w("lvlPicBulletId")) is not None:
            shown = "•"
    ind = lvl.find(f"{w('pPr')}/{w('ind')}")
    return Level(
        start=min(max(whole(val(start), 0) if start is not None else 0, 0), MOST),
        form=kind,
        text=shown,
        restart=None if restart is None else whole(val(restart), 0),
        legal=legal is not None and val(legal) not in ("0", "false", "off"),
        indent=None if ind is None else twips(ind.get(w("left")) or ind.get(w("start"))),
    )


def whole(text: str | None, otherwise: int) -> int:
    """A whole number from an attribute; what is no number counts as `otherwise`."""
    try:
        return int((text or "")[:9])
    except ValueError:
        return otherwise
