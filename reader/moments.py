"""How the words that a rule of `deadlines` met become a session, a date or a recurrence."""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable
from functools import cache

from reader.document import Deadline
from reader.sessions import Ground, bodies_pattern, body_id, by_year, following, number_of, series_of, session_year

MONTHS = {name: number for number, name in enumerate(calendar.month_name) if name}


class Hit:
    """Where a rule's pattern met the text: groups by name (None where absent), the start, and the text as printed."""

    __slots__ = ("groups", "start", "text")

    def __init__(self, match: re.Match[str], text: str) -> None:
        self.groups = match.groupdict()
        self.start = match.start()
        self.text = text

    def __getitem__(self, name: str) -> str | None:
        return self.groups.get(name)


def _session(series: str | None, number: int | None = None, year: int | None = None) -> tuple[str | None, int | None]:
    if series is None:
        return None, year
    if number is not None and series_of(series).get("years") not in ("yy", "yyyy"):
        return f"{series}-{number}", year or session_year(series, number)
    return (by_year(series, year) if year else None), year


# Bodies as they are named in running text: capitals tell "the Council" from "an advisory council"
@cache
def _body_regex() -> re.Pattern[str]:
    return re.compile(rf"\b(?:{bodies_pattern()}|Council|Assembly|Commission)\b")


def _body_of(hit: Hit, ground: Ground) -> str | None:
    """The body that the words name, else the one last named before them ("to the General Assembly at its …")."""
    if hit["body"]:
        return body_id(hit["body"], ground)
    last = None
    for name in _body_regex().finditer(hit.text, max(0, hit.start - 160), hit.start):
        last = body_id(name[0], ground) or last
    return last


def ordinal_session(hit: Hit, ground: Ground) -> Deadline | None:
    series = _body_of(hit, ground)
    if series is None and not hit["body"]:
        series = ground.body
    year = int(hit["year"]) if hit["year"] else None
    if not hit["body"] and _of_another(hit, ground):
        return Deadline(
            "", year=year
        )  # "to the Executive Board at its first session in 2024": its sessions we can't count
    number = number_of(hit["ord"] or "")
    meets = session_year(series, number) if series and number and year else None
    if meets and year and abs(meets - year) > 3:
        return Deadline("", year=year)  # "at its second regular session of 2025": the second of that year
    session, year = _session(series, number, year)
    return Deadline("", session=session, year=year)


_ANOTHER = re.compile(
    r"(?P<name>(?:[A-Z][\w-]*\s+(?:(?:of|on|for|and)\s+(?:the\s+)?)?)*?(?:Board|Council|Committee|Commission|Conference|Group|Assembly|Forum|Bureau))"
    r"(?:\s+of\s+[^,;]{3,80})?,?(?:\s+for\s+\w+(?:\s+\w+){0,3},)?\s+(?:(?:at|before|by|during|in|to|until)\s+|(?:no|not)\s+later\s+than\s+(?:at\s+)?)?$"
)


def _of_another(hit: Hit, ground: Ground) -> bool:
    """Is the session that of a body named right before it, and one whose sessions no list of ours holds?"""
    named = _ANOTHER.search(hit.text, max(0, hit.start - 160), hit.start)
    if named is None:
        return False
    last = named["name"].split()[-1]
    return (
        body_id(named["name"].removeprefix("The "), ground) is None
        and (body_id(last, ground) is None or last != named["name"])
        and not any(body_id(m[0], ground) for m in _body_regex().finditer(named["name"]))
    )


def year_session(hit: Hit, ground: Ground) -> Deadline | None:
    year = int(hit["year"] or hit["y2"] or 0)
    year = year + 2000 if year < 100 else year
    series = _body_of(hit, ground) or (None if hit["body"] else ground.body)
    if series is None:
        return None
    session, _ = _session(series, None, year)
    return Deadline("", session=session, year=year)


def next_session(hit: Hit, ground: Ground) -> Deadline | None:
    series = _body_of(hit, ground) or (None if hit["body"] else ground.body)
    if series is None:
        return Deadline("")
    session, year = following(series, ground)
    return Deadline("", session=session, year=year)


def date(hit: Hit, _ground: Ground) -> Deadline | None:
    year = int(hit["year"] or 0)
    month = MONTHS.get((hit["month"] or "").capitalize())
    iso = f"{year}-{month:02d}" if month else str(year)
    if hit["end"] and not month:
        iso += {"end": "-12-31", "beginning": "-01", "start": "-01", "middle": "-06"}[hit["end"]]
    elif month and hit["day"]:
        iso += f"-{int(hit['day']):02d}"
    return Deadline("", date=iso, year=year)


def part_of_year(hit: Hit, _ground: Ground) -> Deadline:
    """The last month of a quarter or half: "in the second half of 2027" → 2027-12."""
    year = int(hit["year"] or 0)
    months = 3 if hit["part"] == "quarter" else 6
    nth = {"first": 1, "second": 2, "third": 3, "fourth": 4, "last": 12 // months}[hit["nth"] or "last"]
    return Deadline("", date=f"{year}-{min(12, nth * months):02d}", year=year)


def future_year(hit: Hit, ground: Ground) -> Deadline | None:
    """A bare "in 2027" is a deadline only where it lies ahead of the text."""
    found = date(hit, ground)
    if found is None or ground.year is None or found.year is None or found.year < ground.year:
        return None
    return found


def recurs(rule: str) -> Callable[[Hit, Ground], Deadline]:
    return lambda _hit, _ground: Deadline("", recurrence=rule)


_COUNTS = {
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


def every(hit: Hit, _ground: Ground) -> Deadline:
    count = _COUNTS.get(hit["n"] or "") or int(hit["n"] or 1)
    unit = "MONTHLY" if (hit["unit"] or "").startswith("month") else "YEARLY"
    return Deadline("", recurrence=f"FREQ={unit};INTERVAL={count}")


def each_session(hit: Hit, ground: Ground) -> Deadline | None:
    series = _body_of(hit, ground) or ground.body
    body = series_of(series)
    if series != "C" and not body.keys() & {"every", "per_year"}:
        return Deadline("")  # said to recur, but we don't know how often that body meets
    if body.get("per_year"):
        return Deadline("", recurrence=f"FREQ=MONTHLY;INTERVAL={12 // body['per_year']}")
    every = body.get("every", 1)
    return Deadline("", recurrence="FREQ=YEARLY" if every == 1 else f"FREQ=YEARLY;INTERVAL={every}")
