"""References to other texts and to places of the same text, each with the key by which it is resolved.

The table is ordered: what an earlier rule took, a later one leaves. A resolution's number alone says nothing
("Resolution 70" exists at PP, WTSA, WTDC and ITU-R): the conference comes from the bracket, from "of the World
Telecommunication …", or from whose text it is. Traps and counts: facts/citations.json.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache, reduce
from operator import or_

from reader import facts, traces
from reader.document import Citation
from reader.sessions import Ground


@cache
def _conferences() -> dict[tuple[str, str], str]:
    table: dict[tuple[str, str], str] = {}
    for conference, places in facts.conferences().items():
        for place in places:
            city, _, year = place.rpartition(" ")
            table.setdefault((city.lower(), year), conference)
    return table


Trace = str | re.Pattern[str]


@dataclass(frozen=True, slots=True)
class Rule:
    """A form of citation. `examples`: text → the keys that it yields."""

    name: str
    kind: str
    pattern: re.Pattern[str]
    keys: Callable[[re.Match[str], Ground], list[str]]
    examples: tuple[tuple[str, tuple[str, ...]], ...]
    after_body: bool = False  # the body's name before the match belongs to the words
    needs: tuple[Trace, ...] = ()  # one of these must stand in a word of the text before the pattern is tried …
    also: tuple[Trace, ...] = ()  # … and one of these: see `reader.traces`


def _latin(symbol: str) -> str:
    """A symbol with look-alike letters made Latin and blanks taken out: "С26/59" → "C26/59"."""
    return re.sub(r"\s+", "", symbol.replace("С", "C").replace("А", "A").replace("Е", "E")).rstrip(".,;")


_NUMBER = re.compile(r"\d{1,4}(?:-\d)?")


def _numbers(words: str) -> list[str]:
    return _NUMBER.findall(words)


_OF_CONFERENCE = re.compile(
    r"\s+of\s+(?:the\s+)?(?P<c>World\s+Telecommunication\s+(?P<w>Standardization|Development)|WTSA|WTDC|Radiocommunication\s+Assembly|RA\b|Plenipotentiary)"
)


def _of_conference(match: re.Match[str], ground: Ground) -> list[str]:
    city, year = match["city"].strip().lower(), match["year"]
    conference = _conferences().get((city, year))
    if named := _OF_CONFERENCE.match(match.string, match.end(), match.end() + 90):
        words = named["c"]
        conference = (
            "WTSA"
            if "Standard" in words or words == "WTSA"
            else "WTDC"
            if "Development" in words or words == "WTDC"
            else "PP"
            if "Pleni" in words
            else "RA"
        )
    elif match.groupdict().get("sector"):
        conference = {"R": "RA", "T": "WTSA", "D": "WTDC"}[match["sector"]]
    kind = match["kind"].capitalize().rstrip("s")
    stem = conference or "ITU"
    prefix = stem if kind == "Resolution" else f"{stem}/{kind}"
    return [f"{prefix}/{number}" for number in _numbers(match["numbers"])]


# The body that stands before "resolution": "UNGA Resolution 70/1", "its resolution 50/12", "Council Resolution 1332"
_BODY_BEFORE = re.compile(
    r"\b(?P<body>UNGA|(?:United\s+Nations\s+|UN\s+)?General\s+Assembly|Economic\s+and\s+Social\s+Council|ECOSOC|Human\s+Rights\s+Council"
    r"|(?:United\s+Nations\s+)?Environment\s+Assembly|UN-Habitat\s+Assembly|(?:ITU\s+)?Council|Assembly|its|PP"
    r"|Plenipotentiary(?:\s+Conference)?)\s+$"
)
_BODY_ENDS = ("Assembly", "Council", "Conference", "UNGA", "ECOSOC", "its", "PP", "Plenipotentiary")


@lru_cache(4)  # where the words begin is asked first, and then by the rule which body they name
def _body_before(match: re.Match[str]) -> tuple[str, int]:
    """The body named before the match, in lower case, and where the words begin; "" and the match's start for none."""
    left, start = max(0, match.start() - 60), match.start()
    if not match.string[left:start].rstrip().endswith(_BODY_ENDS):
        return "", start  # most have none, and a pattern that must end at a place is tried from every place before it
    found = _BODY_BEFORE.search(match.string, left, start)
    return (" ".join(found["body"].lower().split()), found.start()) if found else ("", match.start())


def _stem(body: str, ground: Ground) -> str:
    if "human rights" in body:
        return "A/HRC"
    if "environment" in body:
        return "UNEA"
    if "habitat assembly" in body:
        return "HSP"
    if body.strip() in {"council", "its", "council's"} and ground.family == "HRC":
        return "A/HRC"
    if body.strip() in {"its", ""} and ground.family == "UNEA":
        return "UNEA"
    if body.strip() == "" and ground.family == "HRC":
        return "A/HRC"
    return "A"


def _council(match: re.Match[str], ground: Ground) -> list[str]:
    kind = match["kind"].capitalize().rstrip("s")
    numbers = _numbers(match["numbers"])
    body, _ = _body_before(match)
    if body in {"council", "itu council"}:
        return [f"ITU-Council/{n}" if kind == "Resolution" else f"ITU-Council/{kind}/{n}" for n in numbers]
    if match["year"]:
        if ground.family != "ITU":
            return [f"S/RES/{n}({match['year'][-4:]})" for n in numbers if len(n) >= 3]
        return [f"ITU-Council/{n}" if kind == "Resolution" else f"ITU-Council/{kind}/{n}" for n in numbers]
    if ground.family != "ITU":
        return []
    after = match.string[match.end() : match.end() + 60]
    if named := re.match(
        r"\s+of\s+(?:the\s+)?(WTSA|WTDC|World\s+Telecommunication\s+(?:Standardization|Development))", after
    ):
        stem = "WTSA" if "WTSA" in named[1] or "Standard" in named[1] else "WTDC"
    else:
        stem = (
            "ITU-Council"
            if any(len(n) == 4 for n in numbers)
            else "PP"
            if body in {"pp", "plenipotentiary", "plenipotentiary conference"} or int(numbers[0].split("-")[0]) >= 100
            else "ITU"
        )
    return [f"{stem}/{n}" if kind == "Resolution" else f"{stem}/{kind}/{n}" for n in numbers]


_OUTCOMES = (
    r"Tunis\s+Agenda(?:\s+for\s+the\s+Information\s+Society)?|Geneva\s+Declaration\s+of\s+Principles|Geneva\s+Plan\s+of\s+Action|Tunis\s+Commitment|"
    r"Global\s+Digital\s+Compact|Compact|2030\s+Agenda(?:\s+for\s+Sustainable\s+Development)?|Addis\s+Ababa\s+Action\s+Agenda|Beijing\s+Platform\s+for\s+Action"
)


def _paragraphs(match: re.Match[str], ground: Ground) -> list[str]:
    words = match["numbers"]
    numbers: list[str] = []
    for piece in re.finditer(r"(?P<sep>[-–]|to\s+)?\s*(?P<n>\d{1,3}(?:\s?[a-z]\))?)", words):
        number = re.sub(r"[\s)]", "", piece["n"])
        ranged = bool(piece["sep"] and numbers) and number.isdigit() and numbers[-1].isdigit()
        if ranged and 0 < int(number) - int(numbers[-1]) <= 80:
            numbers[-1] = f"{numbers[-1]}-{number}"
        else:
            numbers.append(number)
    if match["outcome"]:
        name = re.sub(r"\s+", " ", match["outcome"])
        name = re.sub(r" for (?:the Information Society|Sustainable Development)$", "", name)
        stem = "Global Digital Compact" if name == "Compact" else name
    elif match["resolution"]:
        inner = re.search(r"(\d{1,4}/\d{1,3})", match["resolution"])
        stem = ("E/RES/" if inner and len(inner[1].split("/")[0]) == 4 else "A/RES/") + inner[1] if inner else ""
    else:
        return [f"paragraph/{n}" for n in numbers] if match["above"] else []
    return [f"{stem}/{n}" for n in numbers]


# Sections of an ITU text that other clauses point to: "resolves 5 above", "instructs the Secretary-General 3"
_SECTION = (
    r"(?:further\s+|also\s+)?(?:resolves(?:\s+(?:further|also|to\s+(?:instruct|invite|request)[^,;.0-9]{0,80}?))?|decides"
    r"|(?:considering|recogni[sz]ing|noting|recalling)(?:\s+(?:further|also))?|bearing\s+in\s+mind|emphasi[sz]ing"
    r"|(?:requests|instructs|invites|encourages|urges)\s+(?:the\s+)?[A-Z](?:[A-Za-z&,'-]|\x20){2,120}?)"
)


_SECTION_WORDS = (
    "resolves", "decides", "considering", "recognizing", "recognising", "noting", "recalling", "mind", "emphasizing",
    "emphasising", "requests", "instructs", "invites", "encourages", "urges",
)  # fmt: skip


_OF_ANOTHER = re.compile(r"\s*(?:(?:of|in)\s+(?:the\s+)?(?:same\s+)?(?:Resolution|Decision|resolution|said)\b|[“\"])")
_IN_ANOTHER = re.compile(r"\bResolution\s+\d+[^,;]{0,40}$")
_PLACE = re.compile(r"\d{1,2}(?:bis|ter)?|[a-z]{1,2}\)")


def _internal(match: re.Match[str], _ground: Ground) -> list[str]:
    text, left = match.string, max(0, match.start() - 60)
    # "in line with resolves 7 “that ITU should continue …”", "resolves 6 of Resolution 140": another text's clause
    if _OF_ANOTHER.match(text, match.end(), match.end() + 50) or _IN_ANOTHER.search(text, left, match.start()):
        return []
    if text.count("“", left, match.start()) > text.count("”", left, match.start()):
        return []
    section = " ".join(match["section"].split())
    return [f"{section}/{number.strip('()')}" for number in _PLACE.findall(match["numbers"])]


_SYMBOL = re.compile(r"\b(?:A/RES/|E/RES/|A/|E/)")
_PAIR = re.compile(r"(\d{1,4})/(\d{1,3})(?:\s?([A-Z])(?![A-Za-z]))?")


def _by_session(match: re.Match[str], ground: Ground) -> list[str]:
    numbers = match["numbers"]
    if numbers.startswith("A/HRC"):
        return [re.sub(r"^A/HRC/(?:RES/)?", "A/HRC/RES/", _latin(numbers.split(" ")[0]))]
    cleaned = _SYMBOL.sub("", match[0]) if "A/" in match[0] or "E/" in match[0] else match[0]
    body = "general assembly" if numbers.startswith("A/") else _body_before(match)[0]
    at = cleaned.lower().rfind("resolution")
    pairs = _PAIR.findall(cleaned, at)
    stem = _stem(body, ground)
    result = []
    for session, number, letter in pairs:
        if len(session) == 4:
            result.append(f"E/RES/{session}/{number}")
        elif stem == "UNEA":
            result.append(f"UNEP/EA.{session}/Res.{number}")
        else:
            prefix = {"A": "A/RES", "A/HRC": "A/HRC/RES", "HSP": "HSP/HA/RES"}[stem]
            result.append(f"{prefix}/{session}/{number}{letter}")
    return result


_N = r"\d{1,4}(?:-\d)?"
_DIGIT = re.compile(r"\d")
_PARTED = re.compile(r"\d/\d")
RULES: tuple[Rule, ...] = (
    # "§ 109 of the Tunis Agenda", "paragraphs 67 and 113 of Resolution 80/173"
    Rule(
        "paragraph-of-a-text",
        "paragraph",
        re.compile(
            r"(?:§§?|\b[Pp]aragraphs?|\bparas?\.?)\s*(?P<numbers>\d{1,3}(?:\s?[a-z]\)|[a-z]\b)?(?:(?:\s*,\s*|\s*[-–]\s*|,?\s+and\s+|\s+to\s+)(?:§\s*)?\d{1,3}(?:\s?[a-z]\))?(?![/\d])){0,20})"
            r"(?:\s+(?P<above>above|below|of\s+the\s+present\s+resolution)|(?:,?\s+(?:of|in|contained\s+in)\s+(?:the\s+)?(?:its\s+|General\s+Assembly\s+|UNGA\s+|Assembly\s+|UN\s+General\s+Assembly\s+)?"
            rf"(?:(?P<outcome>{_OUTCOMES})|(?P<resolution>[Rr]esolution\s+(?:A/RES/|A/)?\d{{1,4}}/\d{{1,3}})))?)"
        ),
        _paragraphs,
        (
            ("as stated in § 109 of the Tunis Agenda", ("Tunis Agenda/109",)),
            ("refers to paragraphs 67 and 113 of Resolution 80/173", ("A/RES/80/173/67", "A/RES/80/173/113")),
            ("in paragraphs 29-82 of the Tunis Agenda", ("Tunis Agenda/29-82",)),
            ("referred to in paragraph 5 above", ("paragraph/5",)),
        ),
        needs=("aragraph", "§", "para"),
        also=(_DIGIT,),
    ),
    # "resolves 5 above", "instructs the Secretary-General 3 above", "considering e), f) and h) above"
    Rule(
        "clause-of-this-text",
        "internal",
        re.compile(
            rf"\b(?P<section>{_SECTION})\s+(?P<numbers>(?:\d{{1,2}}(?:bis|ter)?|[a-z]{{1,2}}\))(?:(?:,\s*(?:and\s+)?|\s+and\s+|\s*[-–]\s*)(?:\d{{1,2}}(?:bis)?|[a-z]{{1,2}}\))){{0,15}})(?![\d/.])(?P<above>\s+(?:above|below))?"
        ),
        _internal,
        (
            ("established pursuant to resolves 5 above, for consideration", ("resolves/5",)),
            ("referred to in instructs the Secretary-General 3 above", ("instructs the Secretary-General/3",)),
            ("in line with resolves 7 “that ITU should continue its work”", ()),
        ),
        needs=_SECTION_WORDS,
        also=(re.compile(r"^\d{1,2}|^[a-z]{1,2}\)"),),
    ),
    # "Resolution 140 (Rev. Bucharest, 2022)", "Resolutions 101 and 102 (Rev. …, 2010)", "Resolution ITU-R 67 (…)"
    Rule(
        "itu-conference-resolution",
        "itu-resolution",
        re.compile(
            rf"(?P<kind>Resolutions?|Decisions?|Recommendations?|Opinions?)\s+(?:ITU-(?P<sector>[RTD])\s+)?(?P<numbers>{_N}(?:(?:,\s*(?:and\s+)?|\s+and\s+)(?:Resolution\s+)?{_N}){{0,15}})\s*\((?:Rev\.?\s*)?(?P<city>[A-Z][^()\d,]*?),?\s*(?P<year>\d{{4}})\)"
        ),
        _of_conference,
        (
            ("Resolution 140 (Rev. Bucharest, 2022) on", ("PP/140",)),
            (
                "Resolutions 101, 102 and 133 (Rev. Guadalajara, 2010) of the Plenipotentiary Conference",
                ("PP/101", "PP/102", "PP/133"),
            ),
            ("Resolution 44 (Rev. Hammamet, 2016)", ("WTSA/44",)),
            ("Resolution 70 (Rev. Dubai 2018)", ("PP/70",)),
        ),
        needs=("esolution", "ecision", "ecommendation", "pinion"),
        also=(re.compile(r"\d{4}\)"),),
    ),
    # "UNGA Resolution 70/1", "General Assembly resolutions 71/243 and 72/279", "its resolution 50/12"
    Rule(
        "resolution-by-session",
        "un-resolution",
        re.compile(
            r"[Rr]esolutions?\s+(?P<numbers>(?:A/RES/|A/HRC/RES/|E/RES/|A/|E/)?\d{1,4}/\d{1,3}(?:\s?[A-Z](?![A-Za-z]))?(?:(?:,?\s+and\s+|,\s+)(?:A/RES/)?\d{1,4}/\d{1,3}){0,15})(?:,?\s+of\s+\d{1,2}\s+[A-Z][a-z]+\s+\d{4}(?:(?:,\s*|,?\s+and\s+)\d{1,4}/\d{1,3}\s+of\s+\d{1,2}\s+[A-Z][a-z]+\s+\d{4}){0,15})?"
        ),
        _by_session,
        (
            ("UNGA Resolution 70/1 on", ("A/RES/70/1",)),
            ("General Assembly resolutions 71/243 and 72/279", ("A/RES/71/243", "A/RES/72/279")),
            ("Economic and Social Council resolution 2006/46 of 28 July 2006", ("E/RES/2006/46",)),
        ),
        needs=("esolution",),
        also=(_PARTED,),
        after_body=True,
    ),
    # "resolution 217 A (III)", "resolution 2200 A (XXI)"
    Rule(
        "old-assembly-resolution",
        "un-resolution",
        re.compile(r"[Rr]esolution\s+(?P<n>\d{2,4}\s?[A-Z]?)\s?\((?P<s>(?:S-)?[IVXLC]+)\)"),
        lambda m, _g: [f"A/RES/{_latin(m['n'])}({m['s']})"],
        (("resolution 217 A (III)", ("A/RES/217A(III)",)),),
        needs=("esolution",),
        also=(re.compile(r"\((?:S-)?[IVXLC]+\)"),),
    ),
    # "CWG-WSIS&SDG-44/8(Rev.1)"
    Rule(
        "itu-group-document",
        "itu-document",
        re.compile(r"\bCWG-[A-Za-z&]+-\d{1,3}/\d{1,3}(?:\s?\(Rev\.\s?\d+\))?"),
        lambda m, _g: [_latin(m[0])],
        (("CWG-WSIS&SDG-44/8(Rev.1)", ("CWG-WSIS&SDG-44/8(Rev.1)",)),),
        needs=("CWG",),
    ),
    # "Document C26/59", "С26/60" with a Cyrillic С
    Rule(
        "itu-council-document",
        "itu-document",
        re.compile(r"[CС](?<![\w/][CС])\d{2}/(?:ADM/|INF/|DT/|DL/)?\d{1,3}(?:\(Rev\.\d+\))?(?![\d/])"),
        lambda m, _g: [_latin(m[0])],
        (("Documents С26/59 and C26/60", ("C26/59", "C26/60")),),
        needs=(re.compile(r"[CС]\d\d/"),),
    ),
    # "WHA66.24", "decision WHA65(8)", "EB130.R7"
    Rule(
        "who-resolution",
        "un-resolution",
        re.compile(
            r"\b(?:WHA\d{2}\.\d{1,2}|WHA\d{2}\(\d{1,2}\)|EB\d{2,3}\.R\d{1,2}|EB\d{2,3}\(\d{1,2}\)|[A-Z]{3}/RC\d{2}/R\d{1,2})"
        ),
        lambda m, _g: [m[0]],
        (("resolution WHA66.24 and EB130.R7", ("WHA66.24", "EB130.R7")),),
        needs=("WHA", "EB1", "EB9", "/RC"),
    ),
    # "resolution MEPC.278(70)", "A.1126(30)"
    Rule(
        "imo-resolution",
        "un-resolution",
        re.compile(r"\b(?:A|MEPC|MSC|LEG|FAL|TC)\.\d{1,4}\(\d{1,3}\)"),
        lambda m, _g: [m[0]],
        (("resolution A.1126(30)", ("A.1126(30)",)),),
        needs=("MEPC.", "MSC.", "A.", "LEG.", "FAL.", "TC."),
    ),
    # "A/RES/80/173", "A/C.2/59/3", "E/2025/31", "UNEP/EA.5/Res.14"
    Rule(
        "un-symbol",
        "un-document",
        re.compile(
            r"(?<![\w/.])(?:A|E|S|ST|TD|ECE|ESCAP|HSP|UNEP|FCCC|CEDAW|DP|EA\.\d)/(?:[A-Z0-9][A-Za-z0-9.()\-]*/)*[A-Z0-9][A-Za-z0-9()\-]*(?:\.\d+)?(?:/(?:Add|Rev|Corr)\.\d+)*"
        ),
        lambda m, _g: [_latin(m[0])] if re.search(r"\d", m[0]) else [],
        (("in document A/C.2/59/3.", ("A/C.2/59/3",)), ("A/RES/80/173 and E/2025/31", ("A/RES/80/173", "E/2025/31"))),
        needs=(re.compile(r"(?:[ADEPSTW]|FCCC|EA\.\d)/[A-Z0-9]"),),
    ),
    # "Council Resolution 1332 (C11, last amended C24)", "Resolution 1305 (2009)", "PP Resolution 214"
    Rule(
        "resolution-by-number",
        "itu-resolution",
        re.compile(
            r"(?P<kind>[Rr]esolutions?|Decisions?)\s+(?P<numbers>\d{1,4}(?:(?:,\s*(?:and\s+)?|\s+and\s+)\d{1,4}){0,15})(?![\d/.])(?:\s*\((?P<year>(?:Rev\.?\s*|Mod(?:ified)?\.?\s*)?(?:19|20)\d\d)\)|\s*\([^()]*C\d\d[^()]*\))?"
        ),
        _council,
        (
            ("Council Resolution 1332 (C11, last amended C24)", ("ITU-Council/1332",)),
            ("PP Resolution 214", ("PP/214",)),
        ),
        needs=("esolution", "ecision"),
        also=(_DIGIT,),
        after_body=True,
    ),
)


# What the words of a text must hold for a rule to find anything: cheaper than any pattern.
_NEEDS = tuple(traces.masks((rule.needs, rule.also), printed=True) for rule in RULES)
_EVERY = reduce(or_, (need for needs in _NEEDS for need in needs))


@lru_cache(4096)
def _telling(holds: int) -> tuple[Rule, ...]:
    """The rules that may find something in a text which holds these traces."""
    return tuple(rule for rule, needs in zip(RULES, _NEEDS, strict=True) if all(holds & need for need in needs))


def citations(text: str, address: str, ground: Ground, holds: int | None = None) -> list[Citation]:
    """Every reference in `text`, in its order; a list ("Resolutions 101, 102 and 133") gives one for each member.

    `holds` are the traces of the text, where they are known already.
    """
    rules = _telling((traces.of(text) if holds is None else holds) & _EVERY)
    if not rules:
        return []
    taken = bytearray(len(text))
    found: list[Citation] = []
    for rule in rules:
        for match in rule.pattern.finditer(text):
            start, end = _body_before(match)[1] if rule.after_body else match.start(), match.end()
            if taken.find(1, start, end) >= 0:
                continue
            keys = rule.keys(match, ground)
            if not keys:
                continue
            taken[start:end] = b"\1" * (end - start)
            words = text[start:end]
            lead = len(words) - len(words.lstrip())
            found += [Citation(address, words.strip(), key, rule.kind, (start + lead, end)) for key in keys]
    return sorted(found, key=lambda c: c.span[0])


def explained() -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """Rule, example, keys: what the tests check and the documentation prints."""
    for rule in RULES:
        for text, keys in rule.examples:
            yield rule.name, text, keys
