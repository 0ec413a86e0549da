"""What a document says of itself: kind, number, title, body, the label of its version, the day it was adopted.

In go the lines before the first clause (and the closing lines of a UN text), out comes a `Title`. Nothing is known
here of the file's name or of today's date; where the document does not say, the field is None.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from reader import openers
from reader.document import Line, Title

_MONTHS = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
]
_DAY = re.compile(rf"\b(\d{{1,2}})\s+({'|'.join(_MONTHS)})\s+((?:19|20)\d\d)\b", re.IGNORECASE)
_DAY_US = re.compile(rf"\b({'|'.join(_MONTHS)})\s+(\d{{1,2}}),\s+((?:19|20)\d\d)\b", re.IGNORECASE)

# RESOLUTION 1332 (C11, last amended C24)   Resolution A.1149(32)   DRAFT NEW RESOLUTION [ITU-1]   DECISION 5 (REV. …)
_NUMBERED = re.compile(
    r"(?P<draft>(?:preliminary\s+)?draft\s+(?:(?:new|revised|revision\s+(?:of|to))\s+)*)?"
    r"(?P<kind>resolution|decision|recommendation|opinion)\s+(?:n[o°º]\.?\s*)?"
    r"(?P<number>(?:ITU-[RTD]\s+)?\[?[A-Z0-9][\w./\[\]-]*(?:\s?\(\d{1,3}\))?\]?)(?P<after>.*)$",
    re.IGNORECASE,
)
# 80/173. Outcome document …   2024/14. Title   S-30/1. Title   6/1 Title (UNEA)   WHA66.10 Title   EB150.R5 Title
_UN_NUMBERED = re.compile(
    r"(?P<number>(?:S-|ES-)?\d{1,4}/(?:S-)?\d{1,3}|(?:WHA|EB)\d{1,3}(?:\.(?:R)?\d{1,3}|\(\d{1,3}\)))"
    r"(?P<sign>[.:])?(?:\s+(?P<title>\S.*))?$"
)
# SEVENTY-FOURTH WORLD HEALTH ASSEMBLY          WHA74.7
_WHO_NUMBERED = re.compile(
    r".*\bWORLD HEALTH ASSEMBLY\s+(?P<number>WHA\d{1,3}\.\d{1,3})(?P<sign>\s*)(?P<title>)$", re.IGNORECASE
)
_SYMBOL = re.compile(
    r"(?<![\w/])(?:[AES]|UNEP|HSP|HSP/HA|HSP/GC|TD|DP|ICC|CWG|WTSA|WTDC|PP)(?:/[A-Z0-9][A-Za-z0-9.()&-]*){1,6}"
)
_BESIDE = re.compile(
    r"United Nations|Distr\.?:?|General|Limited|Document|Original:?|English|Symbol|Only|[A-Z][a-z]+ \d{4}|\d{1,2}"
)
_WORDS = re.compile(r"[A-Za-z]{3}")
_BRACKET = re.compile(r"\(([^()]*)\)")
_COUNCIL_LABEL = re.compile(r"\bC-?(\d{2}(?:C\d{2})*)\b")
_LOOKALIKE = str.maketrans("АВСЕНІКМОРТХ", "ABCEHIKMOPTX")

# The enacting words or the head of the document → the body's short name and its drafting style. The first that fits.
BODIES: tuple[tuple[str, str, str], ...] = (
    (r"Plenipotentiary Conference", "PP", "ITU"),
    (r"World Telecommunication Standardi[sz]ation Assembly", "WTSA", "ITU"),
    (r"World Telecommunication Development Conference", "WTDC", "ITU"),
    (r"Radiocommunication Assembly", "RA", "ITU"),
    (r"World Radiocommunication Conference", "WRC", "ITU"),
    (r"World Conference on International Telecommunications", "WCIT", "ITU"),
    (r"ITU Council|Council of the International Telecommunication Union|Administrative Council", "ITU Council", "ITU"),
    (r"World Health Assembly", "WHA", "WHO"),
    (r"Executive Board", "WHO Executive Board", "WHO"),
    (r"United Nations Environment Assembly", "UNEA", "UN"),
    (
        r"United Nations Habitat Assembly|UN-Habitat Assembly|United Nations Human Settlements Programme Assembly",
        "UN-Habitat Assembly",
        "UN",
    ),
    (r"Human Rights Council", "HRC", "UN"),
    (r"Economic and Social Council", "ECOSOC", "UN"),
    (r"Commission on Science and Technology for Development", "CSTD", "UN"),
    (r"Security Council", "Security Council", "UN"),
    (r"General Assembly", "UNGA", "UN"),
    (r"Maritime Safety Committee", "MSC", "IMO"),
    (r"Marine Environment Protection Committee", "MEPC", "IMO"),
    (r"General Conference", "UNESCO General Conference", "UN"),
)
_BODIES = tuple((re.compile(pattern, re.IGNORECASE), body, style) for pattern, body, style in BODIES)
_RES_SYMBOL = {"UNGA": "A/RES/", "ECOSOC": "E/RES/", "HRC": "A/HRC/RES/"}


# "Ministerial declaration of the high-level segment", "Agreed conclusions"
_OUTCOME = re.compile(
    r"\b(?:declaration|outcome\s+document|agreed\s+conclusions|communiqu[eé]|plan\s+of\s+action|programme\s+of\s+action|"
    r"compact|call\s+(?:to|for)\s+action|chair’?'?s\s+summary)\b",
    re.IGNORECASE,
)


def names_an_outcome(text: str) -> bool:
    """Whether a line is the title of an outcome: it has the word, and is no sentence."""
    return len(text) < 300 and text.rstrip()[-1:] not in ".,;:" and text[:1].isupper() and bool(_OUTCOME.search(text))


@dataclass(frozen=True, slots=True)
class Head:
    """A `Title`, and which of the lines it was read from: the rest is front matter."""

    title: Title
    used: frozenset[int]
    label: str | None


def read(
    front: Sequence[Line],
    enacting: Line | None,
    closing: Iterable[str] = (),
    declares: bool = False,
    facts: dict[str, str] | None = None,
) -> Head:
    """The head of a document from the lines before its first clause.

    `enacting` is the line that names the body, `closing` the lines after the last clause ("71st plenary meeting",
    "17 December 2025"), `declares` whether a declaration ("We, the Ministers …") speaks, `facts` what the file says
    of itself (Akoma Ntoso).
    """
    facts = facts or {}
    texts = [line.text.translate(_LOOKALIKE) if not line.text.isascii() else line.text for line in front]
    at, number, kind, after = _numbered(texts)
    used = {at} if at is not None else set()
    title, more = _title(front, texts, at, after, enacting is not None)
    used |= more
    body, style = _body(enacting, texts, number)
    label = _label(after)
    symbol = _symbol(texts, body, number)
    if number is None and symbol:
        match = re.search(r"/(?:RES|Res\.?|DEC)/?(.+)$", symbol)
        number = match.group(1) if match else None
    adopted = _adopted(texts, list(closing), after, facts)
    if kind is None:
        kind = _kind(texts, enacting is not None)
    if enacting is not None and not openers.enacting(enacting.text) and kind == "resolution":
        kind, symbol = "decision", symbol.replace("/RES/", "/DEC/") if symbol else None  # told in one sentence
    if declares and kind in ("resolution", "other"):
        kind = "outcome"
    title = title or facts.get("title")
    return Head(
        Title(
            kind=kind,
            symbol=symbol or facts.get("symbol"),
            number=number or facts.get("number"),
            title=title,
            body=body or facts.get("body"),
            revision=label,
            adopted=adopted,
            style=style,
        ),
        frozenset(used),
        label,
    )


def _numbered(texts: Sequence[str]) -> tuple[int | None, str | None, str | None, str]:
    """Which line carries the number, the number, the kind, and what stands after the number."""
    found: tuple[int | None, str | None, str | None, str] = (None, None, None, "")
    for at, text in enumerate(texts):
        if len(text) > 300 or not text:
            continue
        stripped = text.strip().lstrip("*").strip()
        match = _NUMBERED.match(stripped)
        if match and _is_number(match):
            kind = "draft" if match.group("draft") else match.group("kind").lower()
            kind = kind if kind in ("resolution", "decision", "draft") else "other"
            # The last such line before the clauses is the resolution's own; those above may be a list of contents.
            found = (at, match.group("number").strip("[].,:"), kind, match.group("after"))
            continue
        match = _UN_NUMBERED.match(stripped) or _WHO_NUMBERED.match(stripped)
        if not match or not (match.group("title") or match.group("sign") is not None or len(texts) - at < 6):
            continue
        if found[0] is None or _UN_NUMBERED.match(texts[found[0]].strip()):
            kind = "decision" if match.group("number").endswith(")") else "resolution"
            found = (at, match.group("number"), kind, match.group("title") or "")
    return found


def _is_number(match: re.Match[str]) -> bool:
    number, after = match.group("number"), match.group("after").strip()
    if not any(sign.isdigit() for sign in number) and not number.startswith("["):
        return False
    return not after or after[0] in "([.:–—-*" or after[:1].isupper() or after.lower().startswith("rev")


def _title(
    front: Sequence[Line], texts: Sequence[str], at: int | None, after: str, enacted: bool
) -> tuple[str | None, set[int]]:
    own = after.strip()
    own = re.sub(r"^(?:\s*\([^()]*\))+", "", own).strip(" .:–—-\t")
    own = re.sub(r"\s*\((?:Rev\.|REV\.)[^()]*\)\s*$", "", own)
    used: set[int] = set()
    parts = [own] if len(own) > 3 else []
    start = (at + 1) if at is not None else None
    if start is None:
        styled = [
            n
            for n, line in enumerate(front)
            if (line.style or "").lower().replace("_", "").startswith(("restitle", "title"))
        ]
        start = styled[-1] if styled else None
    if start is None and enacted:
        # A draft of the UN family has no number: its title is the last line before "The General Assembly,".
        last = next(
            (n for n in range(len(texts) - 1, -1, -1) if _WORDS.search(texts[n]) and not openers.enacting(texts[n])),
            None,
        )
        start = (
            last
            if last is not None and texts[last].rstrip()[-1:] not in ".:;" and texts[last][:1] not in "(["
            else None
        )
    if start is None and not enacted:
        start = next((n for n in range(len(texts) - 1, -1, -1) if names_an_outcome(texts[n])), None)
    if start is not None:
        for n in range(start, len(texts)):
            text = texts[n].strip()
            lowered = text.lower()
            if not text or text[0] in "([" or lowered.startswith(("adopted ", "agenda item")) or openers.enacting(text):
                if parts and text:
                    break
                continue
            if len(text) > 400 or (parts and not _goes_on(front, n)):
                break
            if re.fullmatch(r"[_\W\d]+", text):
                continue
            parts.append(text)
            used.add(n)
            if len(used) >= 3:
                break
    title = " ".join(parts) or None
    return (title.rstrip("*").strip() if title else None), used


def _goes_on(front: Sequence[Line], n: int) -> bool:
    """Whether a line goes on with the title above it: set alike, and no label before it."""
    line, above = front[n], front[n - 1]
    if (
        line.page is not None
        and (line.bold, line.centred) == (above.bold, above.centred)
        and (line.bold or line.centred)
    ):
        return True
    return bool(line.style) and line.style == above.style and (line.style or "").lower() not in ("normal", "")


def _body(enacting: Line | None, texts: Sequence[str], number: str | None) -> tuple[str | None, str]:
    head = " ".join(text for text in texts if len(text) < 300)
    if enacting is not None and not enacting.text.startswith("We"):
        for pattern, body, style in _BODIES:
            if pattern.search(enacting.text):
                return body, style
        words = enacting.text.strip(" ,")
        if re.match(r"the council\b", words, re.IGNORECASE):
            return "ITU Council", "ITU"
        if words == "THE ASSEMBLY" or (number and re.match(r"A\.\d", number)):
            return "IMO Assembly", "IMO"
        if re.match(r"the governing council", words, re.IGNORECASE):
            habitat = re.search(r"human settlements|habitat|HSP/", head, re.IGNORECASE)
            return ("UN-Habitat Governing Council" if habitat else "UNEP Governing Council"), "UN"
    if number and (match := re.match(r"(WHA|EB)\d", number)):
        return ("WHA" if match.group(1) == "WHA" else "WHO Executive Board"), "WHO"
    adopted = re.search(r"adopted by the ([A-Z][\w ]+?)(?: on | at |$)", head)
    for text in ([adopted.group(1)] if adopted else []) + [head]:
        for pattern, body, style in _BODIES:
            if pattern.search(text):
                return body, style
    if enacting is not None:
        return enacting.text.strip(" ,").removeprefix("The ").removeprefix("THE ") or None, "UN"
    return None, "ITU" if "ITU" in head else "UN"


def _label(after: str) -> str | None:
    """The label of a version from the bracket after the number: "C24", "Rev. Dubai, 2018"."""
    for bracket in _BRACKET.findall(after):
        councils = _COUNCIL_LABEL.findall(bracket)
        if councils:
            return f"C{councils[-1]}"
        words = " ".join(bracket.split())
        if re.search(r"(?:19|20)\d\d", words):
            words = re.sub(r"^REV\.?\s*", "Rev. ", words, flags=re.IGNORECASE)
            return words if not words.replace("Rev. ", "").isupper() else _titled(words)
    return None


def _titled(words: str) -> str:
    """ "Rev. BUENOS AIRES, 2017" → "Rev. Buenos Aires, 2017"."""
    return re.sub(r"[A-ZÀ-Ý]{2,}", lambda match: match.group().capitalize(), words)


def _symbol(texts: Sequence[str], body: str | None, number: str | None) -> str | None:
    if body in _RES_SYMBOL and number and re.fullmatch(r"(?:S-|ES-)?\d{1,4}/(?:S-)?\d{1,3}", number):
        return _RES_SYMBOL[body] + number
    for text in texts[:40]:
        # A line that is little more than the symbol: "United Nations A/80/L.41", "Document C26/59-E"; a symbol in a
        # sentence is another document's.
        if len(text) < 120 and (match := _SYMBOL.search(text)):
            symbol = match.group().rstrip(".-,;")
            beside = _BESIDE.sub("", text.replace(match.group(), ""))
            if any(sign.isdigit() for sign in symbol) and len(beside.strip(" .,:;*|\t")) < 6:
                return symbol
    return None


def date(text: str) -> str | None:
    """The first full date in the text, as ISO: "17 December 2025" → "2025-12-17"."""
    if match := _DAY.search(text):
        day, month, year = match.groups()
    elif match := _DAY_US.search(text):
        month, day, year = match.groups()
    else:
        return None
    if not 1 <= int(day) <= 31:
        return None
    return f"{year}-{_MONTHS.index(month.lower()) + 1:02d}-{int(day):02d}"


def _adopted(texts: Sequence[str], closing: list[str], after: str, facts: dict[str, str]) -> str | None:
    for at, text in enumerate(texts):
        if "dopted" in text and len(text) < 300:
            found = date(text) or (date(texts[at + 1]) if at + 1 < len(texts) and len(texts[at + 1]) < 60 else None)
            if found:
                return found
    for text in closing:
        if found := date(text):
            return found
    if facts.get("adopted"):
        return facts["adopted"]
    for bracket in _BRACKET.findall(after):
        # "(Rev. Dubai, 2018)" names the conference of that year; "(C11, last amended C24)" names no date.
        if match := re.search(r",\s*((?:19|20)\d\d)$", bracket.strip()):
            return match.group(1)
    return None


def _kind(texts: Sequence[str], enacted: bool) -> str:
    head = " ".join(text for text in texts if len(text) < 200)
    if re.search(r"\bamendments?\s+to\s+(?:the\s+)?draft", head, re.IGNORECASE):
        return "amendment"
    if re.search(r"\bdraft\s+(?:\w+\s+)?(?:resolution|decision|proposal)", head, re.IGNORECASE):
        return "draft"
    if re.search(r"\bdecision\b", head, re.IGNORECASE) and not re.search(r"\bresolution\b", head, re.IGNORECASE):
        return "decision"
    if enacted or re.search(r"\bresolution adopted\b", head, re.IGNORECASE):
        return "resolution"
    if any(names_an_outcome(text) for text in texts):
        return "outcome"
    return "other"
