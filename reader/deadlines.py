"""When something is owed: an ordered table of rules, each with a name, a pattern, a resolver and its examples.

A deadline is a session, a date or a recurrence, with the words that say so. Years that belong to a title or a citation
("2030 Agenda", "(Rev. Bucharest, 2022)", "WSIS+20", "Geneva, 2014") are none: `_masked` takes them out of sight before
any rule looks. What "next" means, and which session "its" is, follows from the text's own body and date: `Ground`.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cache

from reader import facts
from reader.document import Deadline, Title


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


@dataclass(frozen=True, slots=True)
class Found:
    """A deadline, where its words stand, the rule that found it and how sure we are."""

    deadline: Deadline
    span: tuple[int, int]
    rule: str
    confidence: float


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


def ground(title: Title, hints: str = "") -> Ground:
    """Whose text it is and of which year, from what the document says of itself (`hints`: further words of it)."""
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
    if year is None and title.revision:
        if council := re.match(r"C(\d{2})\b", title.revision):
            year = 2000 + int(council[1])
        elif printed := re.search(r"\b((?:19|20)\d{2})\b", title.revision):
            year = int(printed[1])
    if year is None and (printed := re.search(r"\b((?:19|20)\d{2})\b", f"{title.title or ''} {hints}")):
        year = int(printed[1])
    if own is None and family == "ITU" and title.revision and not title.revision.startswith("C"):
        own = "PP"  # "Rev. Dubai, 2018": a conference, not the Council; the plenipotentiary is by far the likeliest
    return Ground(family, year, session, month, own)


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
def _bodies_pattern() -> str:
    return "|".join(re.escape(name).replace(r"\ ", r"\s+") for name, _ in _series()[1])


def body_id(name: str, ground: Ground) -> str | None:
    """The series a printed name means in this text: "the Council" is the ITU Council's, ECOSOC's or the HRC's."""
    plain = re.sub(r"\s+", " ", name).replace("Assemblies", "Assembly")
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


def following(series: str, ground: Ground) -> tuple[str | None, int | None]:
    """The first session of a series after the text's own date: "the next plenipotentiary conference" of 2018 → PP-22."""
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


# ---- what is not a deadline ------------------------------------------------------------------------------------------

# Titles, citations and events that carry a year or an ordinal of their own.
_MASK = re.compile(
    r"\b(?:2030\s+(?:Sustainable\s+Development\s+)?Agenda|Agenda\s+2030|Connect\s+2030|Agenda\s+2063|WSIS\s*\+\s*\d+|Vision\s+20\d\d"
    r"|Istanbul\s+Programme\s+of\s+Action[^,;.]{0,60}Decade\s+20\d\d\s*[-–]\s*20\d\d)"
    r"|\((?:Rev\.?\s*|Mod(?:ified)?\.?\s*)?[^()]{0,60}?(?:19|20)\d\d\)"  # (Rev. Bucharest, 2022), (Geneva, 2014), (2024)
    r"|\b[Rr]esolutions?\s+(?:[A-Z]+/)*\d+/\d+(?:\s*[A-Z])?(?:,?\s+(?:of|adopted\s+on|dated)\s+\d{1,2}\s+[A-Z][a-z]+\s+\d{4})?"
    r"|\b(?:decision|resolution|decisions|resolutions)\s+\S{1,30}\s+of\s+\d{1,2}\s+[A-Z][a-z]+\s+\d{4}"
    r"|(?<!be\s)(?<!Be\s)\b(?:adopted|held|signed|done|opened|concluded|convened|endorsed|established|launched|organized|organised|hosted|issued|submitted|made|"
    r"took\s+place|approved|agreed|celebrated|created|published|revised)\s+(?:in|on|at|by)\s+[^,;.]{0,90}?(?:19|20)\d\d"
    r"|\bentitled\s+[“\"][^”\"]*[”\"]|[“\"][^”\"]{0,250}[”\"]"
    r"|\breport\s+of\s+the\s+[^,;.]{0,60}\s+on\s+its\s+\S+\s+session"
    r"|\b(?:A|E|S)/[A-Z0-9][\w./()-]*|\bC\d\d/\w+"
    r"|\b(?:Framework|Plan|Programme|Agenda|Strategy|Decade|Accord|Declaration|Roadmap|budget|biennium|period)\s+(?:of\s+Action\s+)?(?:for\s+(?:the\s+)?)?(?:\w+\s+){0,3}?20\d\d\s*[-–]\s*20?\d\d"
    r"|\b20\d\d\s*[-–]\s*20\d\d\b"
)


def _masked(text: str) -> str:
    """The text with titles and citations blanked out, offsets kept."""
    if not _HAS_YEAR.search(text) and '"' not in text and "“" not in text and "esolution" not in text:
        return text
    return _MASK.sub(lambda m: "\x00" * len(m[0]), text)


_HAS_YEAR = re.compile(r"(?:19|20)\d\d")

# ---- the table of rules ----------------------------------------------------------------------------------------------

_MONTHS = {name: number for number, name in enumerate(calendar.month_name) if name}
_MONTH = "|".join(_MONTHS)
_YEAR = r"(?:19|20)\d\d"
_WHEN = r"(?:to|at|by|before|for|until|during|in|from|prior\s+to|not\s+later\s+than|no\s+later\s+than|of)"
_KIND = r"(?:(?:regular|annual|substantive|resumed|ordinary|organizational|plenary|main|next|special)\s+)*"


@dataclass(frozen=True, slots=True)
class Rule:
    """A form of words for a deadline. `examples`: text → what `answer` prints of it (session, date, year, recurrence)."""

    name: str
    pattern: str
    resolve: Callable[[re.Match[str], Ground], Deadline | None]
    examples: tuple[tuple[str, str], ...]
    confidence: float = 0.95
    needs: str = ""  # a word that must stand in the lower-cased text before the pattern is tried


def _session(series: str | None, number: int | None = None, year: int | None = None) -> tuple[str | None, int | None]:
    if series is None:
        return None, year
    if number is not None:
        if _series()[0][series].get("years") in ("yy", "yyyy"):
            return (by_year(series, year) if year else None), year
        return f"{series}-{number}", year or session_year(series, number)
    return (by_year(series, year) if year else None), year


def _named_before(match: re.Match[str], ground: Ground) -> str | None:
    """The body last named before the match: "to the General Assembly at its eighty-first session"."""
    left = match.string[max(0, match.start() - 160) : match.start()]
    last = None
    for name in _body_regex().finditer(left):
        last = body_id(name[0], ground) or last
    return last


@cache
def _body_regex() -> re.Pattern[str]:
    return re.compile(rf"\b(?:{_bodies_pattern()}|Council|Assembly|Commission)\b")


def _ordinal_session(match: re.Match[str], ground: Ground) -> Deadline | None:
    parts = match.groupdict()
    number = number_of(parts["ord"])
    year = int(parts["year"]) if parts.get("year") else None
    series = body_id(parts["body"], ground) if parts.get("body") else None
    if not parts.get("body"):
        series = _named_before(match, ground) or (ground.body if parts.get("own") else None)
    if series is None and parts.get("body") is None and not parts.get("own"):
        series = ground.body
    session, meets = _session(series, number, year)
    return Deadline("", session=session, year=meets)


def _year_session(match: re.Match[str], ground: Ground) -> Deadline | None:
    parts = match.groupdict()
    year = int(parts["year"])
    year = year + 2000 if year < 100 else year
    series = body_id(parts["body"], ground) if parts.get("body") else _named_before(match, ground) or ground.body
    if series is None:
        return None
    session, _ = _session(series, None, year)
    return Deadline("", session=session, year=year)


def _next_session(match: re.Match[str], ground: Ground) -> Deadline | None:
    series = (
        body_id(match["body"], ground) if match.groupdict().get("body") else _named_before(match, ground) or ground.body
    )
    if series is None:
        return Deadline("")
    session, year = following(series, ground)
    return Deadline("", session=session, year=year)


def _date(match: re.Match[str], _ground: Ground) -> Deadline | None:
    parts = match.groupdict()
    year = int(parts["year"])
    month = _MONTHS.get((parts.get("month") or "").capitalize())
    day = parts.get("day")
    if parts.get("end"):
        edge = parts["end"].lower()
        if not month:
            iso = {
                "end": f"{year}-12-31",
                "beginning": f"{year}-01",
                "start": f"{year}-01",
                "middle": f"{year}-06",
            }.get(edge, str(year))
        else:
            iso = f"{year}-{month:02d}"
    elif month and day:
        iso = f"{year}-{month:02d}-{int(day):02d}"
    else:
        iso = f"{year}-{month:02d}" if month else str(year)
    return Deadline("", date=iso, year=year)


def _future_year(match: re.Match[str], ground: Ground) -> Deadline | None:
    """A bare "in 2027" is a deadline only where it lies ahead of the text."""
    found = _date(match, ground)
    if found is None or ground.year is None or found.year is None or found.year < ground.year:
        return None
    return found


def _recurs(rule: str) -> Callable[[re.Match[str], Ground], Deadline]:
    return lambda _match, _ground: Deadline("", recurrence=rule)


def _every(match: re.Match[str], _ground: Ground) -> Deadline:
    counts = {
        "two": 2,
        "second": 2,
        "other": 2,
        "three": 3,
        "third": 3,
        "four": 4,
        "fourth": 4,
        "five": 5,
        "fifth": 5,
        "six": 6,
        "ten": 10,
    }
    count = counts.get(match["n"].lower()) or int(match["n"])
    if match["unit"].lower().startswith("month"):
        return Deadline("", recurrence=f"FREQ=MONTHLY;INTERVAL={count}")
    return Deadline("", recurrence=f"FREQ=YEARLY;INTERVAL={count}")


def _each_session(match: re.Match[str], ground: Ground) -> Deadline | None:
    series = (
        body_id(match["body"], ground) if match.groupdict().get("body") else _named_before(match, ground) or ground.body
    )
    body = _series()[0].get(series or "", {})
    if series != "C" and not body.keys() & {"every", "per_year"}:
        return Deadline("")  # said to recur, but we don't know how often that body meets
    every = body.get("every", 1)
    if body.get("per_year"):
        return Deadline("", recurrence=f"FREQ=MONTHLY;INTERVAL={12 // body['per_year']}")
    return Deadline("", recurrence="FREQ=YEARLY" if every == 1 else f"FREQ=YEARLY;INTERVAL={every}")


_B = "(?P<body>BODY)"
RULES: tuple[Rule, ...] = (
    Rule(
        "ordinal-session-of-body",
        rf"(?:{_WHEN}\s+)?(?:(?:the|its)\s+)?(?P<ord>{ORDINAL})\s+{_KIND}(?:session|meeting)s?\s+of\s+(?:the\s+)?{_B}(?:(?:,?\s+to\s+be\s+held)?,?\s+in\s+(?P<year>{_YEAR}))?",
        _ordinal_session,
        (
            (
                "to report to the 30th session of CSTD in 2027 on the outcomes",
                "to the 30th session of CSTD in 2027 | CSTD-30 | 2027",
            ),
            (
                "a report, at the eighty-first session of the General Assembly",
                "at the eighty-first session of the General Assembly | UNGA-81 | 2026",
            ),
        ),
        needs="sessi",
    ),
    Rule(
        "body-at-its-ordinal-session",
        rf"(?:{_WHEN}\s+)(?P<own>its|their|the)\s+(?P<ord>{ORDINAL})(?:\s+and\s+{ORDINAL}|(?:,\s+{ORDINAL})+,?\s+and\s+{ORDINAL})?\s+{_KIND}sessions?\b(?!\s+of\s)(?:(?:,?\s+to\s+be\s+held)?,?\s+in\s+(?P<year>{_YEAR}))?",
        _ordinal_session,
        (
            ("report the results to CSTD at its 30th session in 2027", "at its 30th session in 2027 | CSTD-30 | 2027"),
            (
                "to submit to the General Assembly at its eighty-first session a report",
                "at its eighty-first session | UNGA-81 | 2026",
            ),
            (
                "Decides to include in the provisional agenda of its eighty-first session the item",
                "of its eighty-first session | UNGA-81 | 2026",
            ),
        ),
        needs="sessi",
    ),
    Rule(
        "ordinal-assembly",
        rf"(?:{_WHEN}\s+)?(?:the\s+)?(?P<ord>{ORDINAL})(?:(?:,\s+{ORDINAL})*,?\s+and\s+{ORDINAL})?\s+(?P<body>World\s+Health\s+Assembl(?:y|ies)|Health\s+Assembl(?:y|ies)|United\s+Nations\s+Environment\s+Assembly|UN-Habitat\s+Assembly)(?:,?\s+in\s+(?P<year>{_YEAR}))?",
        _ordinal_session,
        (
            (
                "to report to the Seventy-ninth World Health Assembly in 2026",
                "to the Seventy-ninth World Health Assembly in 2026 | WHA-79 | 2026",
            ),
        ),
        needs="assembl",
    ),
    Rule(
        "numbered-session",
        r"(?:(?:to|at|by|before|for|until)\s+(?:the\s+)?)?\b(?P<body>UNEA|CSTD|CSW|UNFF|HRC|WHA)(?:-|\s+)(?P<ord>\d{1,3})\b(?P<own>)(?:,?\s+in\s+(?P<year>(?:19|20)\d\d))?",
        _ordinal_session,
        (
            ("to be presented at UNEA-7", "at UNEA-7 | UNEA-7 | 2025"),
            ("report to CSTD 30 in 2027", "to CSTD 30 in 2027 | CSTD-30 | 2027"),
        ),
    ),
    Rule(
        "year-session-of-body",
        rf"(?:{_WHEN}\s+)?(?:(?:the|its)\s+)?(?P<year>{_YEAR})\s+{_KIND}(?:session|meeting)\s+of\s+(?:the\s+)?{_B}",
        _year_session,
        (("to the 2027 session of the Council", "to the 2027 session of the Council | C27 | 2027"),),
        needs="20",
    ),
    Rule(
        "year-conference",
        rf"(?:{_WHEN}\s+)?(?:(?:the|its)\s+)?\b(?P<year>{_YEAR})\s+(?:session\s+of\s+the\s+)?{_B}\b(?!\s+(?:Agenda|Working))",
        _year_session,
        (
            (
                "submit it to Council and to the 2026 Plenipotentiary Conference through",
                "to the 2026 Plenipotentiary Conference | PP-26 | 2026",
            ),
            (
                "to report to the 2022 plenipotentiary conference on",
                "to the 2022 plenipotentiary conference | PP-22 | 2022",
            ),
        ),
        needs="20",
    ),
    Rule(
        "conference-in-year",
        rf"(?:{_WHEN}\s+)?(?:the\s+)?\b{_B},?\s+(?:(?:to\s+be\s+(?:held|convened)\s+)?in\s+|session\s+)?(?P<year>{_YEAR})\b(?!/)",
        _year_session,
        (
            ("to the Plenipotentiary Conference in 2026", "to the Plenipotentiary Conference in 2026 | PP-26 | 2026"),
            ("for submission to Council 2027", "to Council 2027 | C27 | 2027"),
            (
                "at the high-level political forum in 2027",
                "at the high-level political forum in 2027 | HLPF-2027 | 2027",
            ),
        ),
        needs="20",
    ),
    Rule(
        "its-year-session",
        rf"(?:{_WHEN}\s+)(?:its|their|the)\s+(?:(?P<year>{_YEAR})\s+{_KIND}session|{_KIND}session\s+(?:of|in|for)\s+(?P<y2>{_YEAR}))",
        lambda m, g: _year_session_own(m, g),
        (
            ("to the Council at its 2027 session", "at its 2027 session | C27 | 2027"),
            (
                "to the Economic and Social Council at its substantive session of 2007",
                "at its substantive session of 2007 | ECOSOC-2007 | 2007",
            ),
        ),
        needs="sessi",
    ),
    Rule(
        "short-conference",
        r"(?:(?:to|at|by|before|for|until|prior\s+to)\s+(?:the\s+)?)\b(?P<body>PP|WTSA|WTDC|WRC|RA|WTPF|Council)-(?P<year>\d{2})\b(?!/)",
        _year_session,
        (("to report to PP-26 on progress", "to PP-26 | PP-26 | 2026"), ("to WTSA-24", "to WTSA-24 | WTSA-24 | 2024")),
        needs="-",
    ),
    Rule(
        "next-conference",
        rf"(?:{_WHEN}\s+)?(?:the|its)\s+next\s+(?:{_KIND}(?:session|meeting)\s+of\s+(?:the\s+)?)?{_B}",
        _next_session,
        (
            (
                "to report to the next plenipotentiary conference on",
                "to the next plenipotentiary conference | PP-26 | 2026",
            ),
            (
                "before the next World Telecommunication Development Conference",
                "before the next World Telecommunication Development Conference | WTDC-29 | 2029",
            ),
        ),
        confidence=0.85,
        needs="next",
    ),
    Rule(
        "next-session",
        rf"(?:{_WHEN}\s+)(?:its|their|the)\s+next\s+{_KIND}session\b(?!\s+of\s)",
        _next_session,
        (("to submit to the Council at its next session", "at its next session | C26 | 2026"),),
        confidence=0.8,
        needs="next",
    ),
    Rule(
        "by-date",
        rf"(?:by|before|until|not\s+later\s+than|no\s+later\s+than|on|prior\s+to|from|as\s+of|starting)\s+(?:the\s+)?(?P<day>\d{{1,2}})\s+(?P<month>{_MONTH}),?\s+(?P<year>{_YEAR})",
        _date,
        (("to submit views by 31 December 2027", "by 31 December 2027 | 2027-12-31 | 2027"),),
        needs="20",
    ),
    Rule(
        "by-month",
        rf"(?:by|before|until|not\s+later\s+than|no\s+later\s+than|in|during|starting\s+in|from)\s+(?:the\s+)?(?:(?P<end>end|beginning|start|middle)\s+of\s+)?(?P<month>{_MONTH}),?\s+(?P<year>{_YEAR})",
        _date,
        (("The report should be available by June 2006", "by June 2006 | 2006-06 | 2006"),),
        confidence=0.9,
        needs="20",
    ),
    Rule(
        "by-end-of-year",
        rf"(?:by|before|until|at|no\s+later\s+than|not\s+later\s+than)\s+(?:the\s+)?(?P<end>end|beginning|start|middle)\s+of\s+(?:the\s+year\s+)?(?P<year>{_YEAR})",
        _date,
        (("to complete the work by the end of 2026", "by the end of 2026 | 2026-12-31 | 2026"),),
        needs="20",
    ),
    Rule(
        "by-year",
        rf"(?:by|before|until|no\s+later\s+than|not\s+later\s+than)\s+(?:the\s+year\s+)?(?P<year>{_YEAR})\b(?!\s*[-–/]\s*\d)",
        _date,
        (("to connect every school to the Internet by 2030", "by 2030 | 2030 | 2030"),),
        confidence=0.85,
        needs="20",
    ),
    Rule(
        "in-year",
        rf"(?:in|during|for|starting\s+in)\s+(?P<year>{_YEAR})\b(?!\s*[-–/]\s*\d)",
        _future_year,
        (("to convene, in 2035, a high-level meeting", "in 2035 | 2035 | 2035"),),
        confidence=0.75,
        needs="20",
    ),
    # An annual forum is coordinated, held or attended once a year; "the annual reports presented" says nothing of when.
    Rule(
        "each-session",
        rf"(?:(?:to|at|for|of)\s+)?(?:every|each)\s+(?:{_KIND}session\s+of\s+(?:the\s+)?|session\s+of\s+|(?:ITU\s+)?(?=Council))(?P<body>BODY|Council)|(?:at\s+)?(?:every|each)\s+(?:of\s+its\s+)?{_KIND}sessions?\b",
        _each_session,
        (
            ("to report to every Council on", "to every Council | FREQ=YEARLY"),
            ("to each session of the Council", "to each session of the Council | FREQ=YEARLY"),
        ),
    ),
    Rule(
        "every-n-years",
        r"(?:once\s+)?every\s+(?P<n>two|second|other|three|third|four|fourth|five|fifth|six|ten|\d+)\s+(?P<unit>years?|months?)",
        _every,
        (("to review the list every two years", "every two years | FREQ=YEARLY;INTERVAL=2"),),
        needs="every",
    ),
    Rule(
        "biennially",
        r"(?:on\s+a\s+)?\b(?:biennial(?:ly)?(?:\s+(?:basis|reports?))?)\b(?!\s+(?:budget|programme|plan|financial|period))",
        _recurs("FREQ=YEARLY;INTERVAL=2"),
        (
            ("to submit a biennial report", "biennial report | FREQ=YEARLY;INTERVAL=2"),
            ("to report biennially", "biennially | FREQ=YEARLY;INTERVAL=2"),
        ),
        confidence=0.9,
        needs="biennial",
    ),
    Rule(
        "quadrennially",
        r"(?:on\s+a\s+)?\bquadrennial(?:ly)?\s*(?:basis|reports?)?\b(?!\s+(?:comprehensive|budget|plan))",
        _recurs("FREQ=YEARLY;INTERVAL=4"),
        (("to report quadrennially", "quadrennially | FREQ=YEARLY;INTERVAL=4"),),
        needs="quadrennial",
    ),
    Rule(
        "quarterly",
        r"(?:on\s+a\s+)?\bquarterly(?:\s+(?:basis|reports?|briefings?|updates?))?\b|\bevery\s+quarter\b",
        _recurs("FREQ=MONTHLY;INTERVAL=3"),
        (("to brief the members quarterly", "quarterly | FREQ=MONTHLY;INTERVAL=3"),),
        needs="quarter",
    ),
    Rule(
        "half-yearly",
        r"\b(?:twice\s+(?:a|per)\s+year|twice\s+yearly|semi-?annual(?:ly)?|bi-?annual(?:ly)?)\b",
        _recurs("FREQ=MONTHLY;INTERVAL=6"),
        (("to report twice a year", "twice a year | FREQ=MONTHLY;INTERVAL=6"),),
    ),
    Rule(
        "monthly",
        r"\b(?:on\s+a\s+)?monthly(?:\s+basis)?\b|\bevery\s+month\b",
        _recurs("FREQ=MONTHLY"),
        (("to report monthly", "monthly | FREQ=MONTHLY"),),
        needs="month",
    ),
    Rule(
        "yearly",
        r"\b(?:on\s+an?\s+(?:annual|yearly)\s+basis|annually|yearly|every\s+year|each\s+year|once\s+a\s+year)\b",
        _recurs("FREQ=YEARLY"),
        (
            ("to report annually on progress", "annually | FREQ=YEARLY"),
            ("to monitor and evaluate on a yearly basis the actions", "on a yearly basis | FREQ=YEARLY"),
        ),
    ),
    Rule(
        "annual-report",
        r"\b(?:an|its|his|her|their|his\s+or\s+her|the\s+present(?:ing)?|regular)\s+annual\s+(?:[a-z-]+\s+){0,3}?(?:reports?|briefings?|updates?|reviews?|summary|inputs?)\b(?!\s+(?:presented|submitted|of\s+the))|\bannual\s+(?:[a-z-]+\s+){0,2}?reports\s+(?=to\b|on\b)",
        _recurs("FREQ=YEARLY"),
        (("to submit an annual written report to the Council", "an annual written report | FREQ=YEARLY"),),
        confidence=0.9,
        needs="annual",
    ),
    Rule(
        "annual-event",
        r"(?:\b(?:at|to|for|in|coordinate|organize|organise|hold|convene|host)\s+(?:the|its|an)\s+)annual\s+(?:[A-Za-z&-]+\s+){0,4}?(?:Forum|forum|[Mm]eetings?|[Cc]onference|[Cc]onsultations?|[Dd]ialogue|[Ee]vent|Prizes|[Ss]essions?|[Ss]ymposium|segment|Day|discussion)\b",
        _recurs("FREQ=YEARLY"),
        (
            (
                "to continue to coordinate the annual WSIS Forum as a platform",
                "coordinate the annual WSIS Forum | FREQ=YEARLY",
            ),
            (
                "to nominate projects for the annual WSIS Project Prizes",
                "for the annual WSIS Project Prizes | FREQ=YEARLY",
            ),
        ),
        confidence=0.6,
        needs="annual",
    ),
)


def _year_session_own(match: re.Match[str], ground: Ground) -> Deadline | None:
    year = int(match["year"] or match["y2"])
    series = _named_before(match, ground) or ground.body
    session, _ = _session(series, None, year)
    return Deadline("", session=session, year=year)


@cache
def _compiled() -> tuple[tuple[Rule, re.Pattern[str]], ...]:
    return tuple(
        (
            rule,
            re.compile(
                rule.pattern.replace("BODY", _bodies_pattern() + "|Council|Assembly|Commission"),
                re.I if "PP|" not in rule.pattern else 0,
            ),
        )
        for rule in RULES
    )


# One look tells most paragraphs apart that say nothing of time.
_MAY_HOLD = re.compile(
    r"(?:19|20)\d\d|session|ssembly|next|nnual|yearl|year|ennial|every|each|uarter|onthl|(?:PP|WTSA|WTDC|WRC|RA|WTPF|UNEA|CSTD|CSW|UNFF|Council)[- ]\d"
)
# "with a focus on the 2027 UNGA-HLPF", "following the 2026 session": a time that is talked about, not set
_TALKED_ABOUT = re.compile(
    r"\b(?:focus\s+on|follow-up|rotat(?:es|ing)|following|since|after|preparations?\s+for|held\s+(?:at|in|during)|outcomes?\s+of|results?\s+of|adopted\s+(?:at|by)|"
    r"decided\s+(?:at|by)|review\s+of|agreed\s+(?:at|by)|report\s+of|mandate\s+of|follow-up\s+to|referred\s+to\s+in|contained\s+in|theme\s+of|contribution)"
    r"\s+(?:to\s+)?(?:the\s+|its\s+)?$",
    re.I,
)


def deadlines(text: str, ground: Ground) -> list[Found]:
    """Every deadline that the words of `text` set, in their order, none inside another."""
    if not _MAY_HOLD.search(text):
        return []
    hidden = _masked(text)
    low = hidden.lower()
    found: list[Found] = []
    taken: list[tuple[int, int]] = []
    for rule, pattern in _compiled():
        if rule.needs and rule.needs not in low:
            continue
        for match in pattern.finditer(hidden):
            start, end = match.span()
            if any(start < right and end > left for left, right in taken):
                continue
            if _TALKED_ABOUT.search(hidden, max(0, start - 40), start):
                taken.append((start, end))
                continue
            resolved = rule.resolve(match, ground)
            if resolved is None:
                continue
            taken.append((start, end))
            past = bool(resolved.year and ground.year and resolved.year < ground.year)
            found.append(
                Found(replace(resolved, text=text[start:end], past=past), (start, end), rule.name, rule.confidence)
            )
    return sorted(found, key=lambda f: f.span)


_UNTIL = re.compile(r"\b(?:until|till|up\s+to|through)\b", re.I)


def chosen(found: list[Found]) -> Found | None:
    """The deadline of one instruction out of all that its words name: the first session or date, else the recurrence.

    "annually until the 2026 Plenipotentiary Conference" → yearly, until PP-26.
    """
    fixed = [f for f in found if not f.deadline.recurrence]
    recurring = [f for f in found if f.deadline.recurrence]
    if recurring and fixed:
        until = next((f for f in fixed if _UNTIL.match(f.deadline.text)), None)
        if until:
            first = recurring[0]
            end = until.deadline.session or until.deadline.date
            return replace(first, deadline=replace(first.deadline, until=end))
        if recurring[0].rule in {"annual-event"}:
            return fixed[0]
        return recurring[0] if recurring[0].span < fixed[0].span else fixed[0]
    if not found:
        return None
    best = (fixed or recurring)[0]
    if best.rule == "in-year":
        best = next((f for f in fixed if f.rule != "in-year"), best)
    return best


def answer(found: Found) -> str:
    """A deadline as one line, the form in which the rules' examples are written."""
    deadline = found.deadline
    parts = (deadline.session, deadline.date, str(deadline.year) if deadline.year else None, deadline.recurrence)
    return " | ".join([deadline.text, *(part for part in parts if part)])


def explained() -> Iterator[tuple[str, str, str]]:
    """Rule, example, answer: what the tests check and the documentation prints."""
    for rule in RULES:
        for text, expected in rule.examples:
            yield rule.name, text, expected
