"""Whose text it is, and which session of which body its words mean: "its eighty-first session", "the next conference".

How the sessions of a body are counted stands in `facts/events.json`; the text's own body and date come from its title.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, lru_cache

from reader import facts
from reader.document import Title
from reader.words import alternatives


@dataclass(frozen=True, slots=True)
class Ground:
    """Whose text it is and when it was adopted: what "the Council", "its next session" and "past" rest on."""

    family: str = "UN"  # ITU | UN | ECOSOC | HRC | WHO | UNEA | UN-Habitat | IMO
    year: int | None = None
    session: int | None = None  # the ordinal of the body's session at which the text was adopted
    month: int | None = None
    own: str | None = None  # the series of sessions of the text's own body, where the family does not say it

    @property
    def body(self) -> str:
        """The id of the series of sessions of the text's own body."""
        return self.own or _OWN_SERIES.get(self.family, "UNGA")


_OWN_SERIES = {
    "ITU": "C",
    "UN": "UNGA",
    "ECOSOC": "ECOSOC",
    "HRC": "HRC",
    "WHO": "WHA",
    "UNEA": "UNEA",
    "UN-Habitat": "UNHA",
    "IMO": "IMO-A",
}


# ---- sessions --------------------------------------------------------------------------------------------------------


@cache
def _series() -> tuple[dict[str, dict], list[tuple[str, str]]]:
    by_id: dict[str, dict] = {}
    names: list[tuple[str, str]] = []
    for kind in ("bodies", "by_year"):
        for body in facts.series()[kind]:
            by_id.setdefault(body["id"], body)
            names += [(name, body["id"]) for name in body["names"]]
    return by_id, sorted(names, key=lambda pair: -len(pair[0]))


@cache
def bodies_pattern() -> str:
    """All names of bodies whose sessions we can count, longest first, as alternatives of a pattern."""
    return alternatives(name for name, _ in _series()[1])


@cache
def body_id(name: str, ground: Ground) -> str | None:
    """The series a printed name means in this text: "the Council" is the ITU Council's, ECOSOC's or the HRC's."""
    plain = re.sub(r"\s+", " ", name).replace("ssemblies", "ssembly")
    if plain.lower() == "council":
        return {"ITU": "C", "HRC": "HRC", "ECOSOC": "ECOSOC", "UN": "ECOSOC"}.get(ground.family)
    if plain.lower() == "assembly":
        return {
            "UN": "UNGA",
            "IMO": "IMO-A",
            "UNEA": "UNEA",
            "UN-Habitat": "UNHA",
            "WHO": "WHA",
            "HRC": "UNGA",
            "ECOSOC": "UNGA",
        }.get(ground.family)
    if plain.lower() == "commission" and ground.family in {"ITU", "ECOSOC"}:
        return "CSTD"
    for known, series in _series()[1]:
        if known.lower() == plain.lower():
            families = _series()[0][series].get("families")
            if families is None or ground.family in families:
                return series
    return None


@cache
def session_year(series: str, number: int) -> int | None:
    """The year in which session `number` of a series opens, where a rule or a table says so (facts/events.json)."""
    for event in facts.events():
        if event["id"] == f"{series}-{number}" and event["start"][:4].isdigit():
            return int(event["start"][:4])
    body = _series()[0].get(series, {})
    if "every" in body and "first" in body:
        return body["first"] + body["every"] * (number - 1)
    if "per_year" in body:
        return body["first"] + (number - 1 + body.get("shift", 0)) // body["per_year"]
    if isinstance(years := body.get("years"), dict):
        return years.get(str(number))
    return None


@cache
def by_year(series: str, year: int) -> str | None:
    """The id of a body's session in a year: C + 2027 → "C27", CSTD + 2027 → "CSTD-30"."""
    body = _series()[0][series]
    if body.get("years") == "yy":
        return f"{series}{year % 100:02d}" if series == "C" else f"{series}-{year % 100:02d}"
    if body.get("years") == "yyyy":
        return f"{series}-{year}"
    for number in range(1, 200):
        if (meets := session_year(series, number)) is not None and meets >= year:
            return f"{series}-{number}" if meets == year and not body.get("per_year") else None
    return None


@cache
def following(series: str, ground: Ground) -> tuple[str | None, int | None]:
    """The first session of a series after the text's own date: "the next plenipotentiary conference", 2018 → PP-22."""
    if ground.year is None:
        return None, None
    body = _series()[0][series]
    if series == ground.body and ground.session is not None and "years" not in body:
        return f"{series}-{ground.session + 1}", session_year(series, ground.session + 1)
    if "known_years" in body:
        year = next((y for y in body["known_years"] if y > ground.year), None)
    elif "known" in body:
        # A conference of the same year still lies ahead of a text of another body ("the next plenipotentiary
        # conference" in a Council text of May 2026 is PP-26: it meets in November)
        ahead = series != ground.body and body["every"] > 1 and (ground.month is None or ground.month < 9)
        first = ground.year if ahead else ground.year + 1
        year = first + (body["known"] - first) % body["every"]
    elif series == "C":
        year = ground.year + 1
    else:
        year = next((y for y in range(ground.year + 1, ground.year + 6) if by_year(series, y)), None)
    return (by_year(series, year), year) if year else (None, None)


# ---- numbers in words ------------------------------------------------------------------------------------------------

_UNITS = ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth"]
_TEENS = [
    "tenth",
    "eleventh",
    "twelfth",
    "thirteenth",
    "fourteenth",
    "fifteenth",
    "sixteenth",
    "seventeenth",
    "eighteenth",
    "nineteenth",
]
_TENS = {"twent": 20, "thirt": 30, "fort": 40, "fift": 50, "sixt": 60, "sevent": 70, "eight": 80, "ninet": 90}
ORDINAL = (
    r"(?:\d{1,3}(?:st|nd|rd|th)|(?:(?:one\s+)?hundred\s+and\s+)?(?:(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)"
    r"[-\s](?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth)|(?:twent|thirt|fort|fift|sixt|sevent|eight|ninet)ieth"
    r"|tenth|eleventh|twelfth|(?:thir|four|fif|six|seven|eigh|nine)teenth|first|second|third|fourth|fifth|sixth|seventh|eighth"
    r"|ninth)|(?:one\s+)?hundredth)"
)


@lru_cache(512)
def number_of(words: str) -> int | None:
    """An ordinal as a number: "eighty-first" → 81, "30th" → 30, "one hundred and fifty-eighth" → 158."""
    words = re.sub(r"[\s-]+", " ", words.lower()).strip()
    if digits := re.match(r"\d+", words):
        return int(digits[0])
    total = 0
    if "hundred" in words:
        total, words = 100, re.sub(r"^(?:one )?hundred(?:th)?(?: and )?", "", words)
    for word in words.split():
        if word in _UNITS:
            total += _UNITS.index(word) + 1
        elif word in _TEENS:
            total += _TEENS.index(word) + 10
        elif stem := next((s for s in _TENS if word.startswith(s)), None):
            total += _TENS[stem]
        else:
            return None
    return total or None


def series_of(key: str | None) -> dict:
    """What facts/events.json says of a series of sessions; empty where it says nothing."""
    return _series()[0].get(key or "", {})


# ---- whose text ------------------------------------------------------------------------------------------------------

_SYMBOL_YEARS: tuple[tuple[str, str, Callable[[re.Match[str]], tuple[int | None, int | None]]], ...] = (
    (r"A/HRC/(?:RES|DEC)/(?P<n>\d+)/", "HRC", lambda m: (session_year("HRC", int(m["n"])), int(m["n"]))),
    (r"A/HRC/(?P<n>\d+)/L", "HRC", lambda m: (session_year("HRC", int(m["n"])), int(m["n"]))),
    (r"A/(?:RES/|DEC/)?(?P<n>\d{2})/", "UN", lambda m: (1945 + int(m["n"]), int(m["n"]))),
    (r"E/(?:RES/)?(?P<n>\d{4})/", "ECOSOC", lambda m: (int(m["n"]), None)),
    (r"(?:UNEP/)?EA\.(?P<n>\d)/", "UNEA", lambda m: (session_year("UNEA", int(m["n"])), int(m["n"]))),
    (r"WHA(?P<n>\d{2})[.(/]", "WHO", lambda m: (1947 + int(m["n"]), int(m["n"]))),
    (r"EB(?P<n>\d{3})", "WHO", lambda m: (session_year("EB", int(m["n"])), None)),
    (r"HSP/HA\.(?P<n>\d)", "UN-Habitat", lambda m: (session_year("UNHA", int(m["n"])), int(m["n"]))),
    (
        r"(?:A|MEPC|MSC|LEG|FAL|TC)\.\d+\((?P<n>\d+)\)",
        "IMO",
        lambda m: (session_year("IMO-A", int(m["n"])) if m[0][0] == "A" else None, None),
    ),
)
# Words in the name of a body → whose text it is, and the series of its sessions.
_BODIES: tuple[tuple[str, str, str | None], ...] = (
    (r"human rights council|^hrc\b", "HRC", "HRC"),
    (r"commission on science and technology|^cstd\b", "ECOSOC", "CSTD"),
    (r"economic and social council|^ecosoc\b", "ECOSOC", "ECOSOC"),
    (r"habitat", "UN-Habitat", "UNHA"),
    (r"environment assembly|^unea\b", "UNEA", "UNEA"),
    (r"executive board", "WHO", "EB"),
    (r"health assembly|world health|^who\b|^wha\b", "WHO", "WHA"),
    (r"marine environment|^mepc\b", "IMO", "MEPC"),
    (r"maritime safety|^msc\b", "IMO", "MSC"),
    (r"\bimo\b|maritime", "IMO", "IMO-A"),
    (r"plenipotentiary|^pp\b", "ITU", "PP"),
    (r"standardi[sz]ation assembly|\bwtsa\b", "ITU", "WTSA"),
    (r"development conference|\bwtdc\b", "ITU", "WTDC"),
    (r"radiocommunication assembly|^ra\b", "ITU", "RA"),
    (r"radiocommunication conference|^wrc\b", "ITU", "WRC"),
    (r"\bitu\b|telecommunication", "ITU", "C"),
    (r"general assembly|^unga\b", "UN", "UNGA"),
)


def ground(title: Title, label: str = "") -> Ground:
    """Whose text it is and of which year, from what the document says of itself.

    `label` is that of the reading in question ("C26", "Rev. Dubai, 2018"): before and after the tracked changes may be
    years apart.
    """
    family, own = next(
        ((f, o) for pattern, f, o in _BODIES if re.search(pattern, (title.body or "").lower())), (None, None)
    )
    year, session, month = None, None, None
    for pattern, whose, resolve in _SYMBOL_YEARS:
        if title.symbol and (match := re.match(pattern, title.symbol)):
            if family is None:
                family, own = whose, _OWN_SERIES.get(whose)
            year, session = resolve(match)
            break
    family = family or (
        "ITU" if title.style == "ITU" else title.style if title.style in {"WHO", "IMO", "UNEA", "HRC"} else "UN"
    )
    if title.adopted and (date := re.match(r"(\d{4})(?:-(\d{2}))?", title.adopted)):
        year, month = int(date[1]), int(date[2]) if date[2] else None
    for words in (label, title.revision or ""):
        # "C26"; where old and new are glued ("C24C26") the later one
        if councils := re.findall(r"C(\d{2})(?=\b|C)", words):
            year, month = 2000 + int(councils[-1]), None
            break
        if year is None and (printed := re.search(r"\b((?:19|20)\d{2})\b", words)):
            year = int(printed[1])
    if year is None and (printed := re.search(r"\b((?:19|20)\d{2})\b", title.title or "")):
        year = int(printed[1])
    if own is None and family == "ITU" and title.revision and not title.revision.startswith("C"):
        own = "PP"  # "Rev. Dubai, 2018": a conference, not the Council; the plenipotentiary is by far the likeliest
    return Ground(family, year, session, month, own)
