"""Years that set no time: of a title, a citation, an event or a quotation.

"2030 Agenda", "(Rev. Bucharest, 2022)", "resolution 70/125 of 16 December 2015", "held in Geneva in 2014".
"""

from __future__ import annotations

import re

# A year that is part of a name, a title or a citation, told by what stands after it …
_NAME_AFTER = re.compile(
    r"(?:19|20)\d\d(?:\s+(?:Sustainable\s+Development\s+)?Agenda\b|\s+agenda\s+for\s+sustainable|\)|\s*[-–]\s*(?:19|20)\d\d)"
)
# … or by what stands before it: "Connect 2030", "(Rev. Bucharest, 2022", "resolution 70/125 of 16 December 2015",
# "held in Geneva in 2014", "2018–2023"
_NAME_BEFORE = re.compile(
    r"(?:\b(?:Agenda|Connect|Vision|Decade|Horizon)\s+|WSIS\s*\+\s*|[-–]\s*|\([^()]{0,60}"
    r"|\b(?:[Rr]esolutions?|[Dd]ecisions?)\s+[^;]{0,60}?\b(?:of|dated|adopted\s+on)\s+(?:\d{1,2}\s+)?[A-Z][a-z]+\s+"
    r"|(?<!be\s)(?<!Be\s)\b(?:adopted|held|signed|done|opened|concluded|convened|endorsed|established|launched|organi[sz]ed|hosted|issued|"
    r"submitted|took\s+place|approved|agreed|celebrated|created|published|revised)\s+(?:in|on|at|by)\s+"
    r"(?:(?:[A-Z][\w’'-]*|the|of|and|from|to|on|in|at|for|\d{1,2}|[-–]),?\s+){0,14})$"
)
_YEARS = re.compile(r"(?:19|20)\d\d")
# What is quoted is a title or another text, and sets no time of its own.
_QUOTED = re.compile(r"[“\"][^”\"]{0,250}[”\"]|\breport\s+of\s+the\s+[^,;.]{0,60}\s+on\s+its\s+\S+\s+session")
_SYMBOL = re.compile(r"\b(?:A|E|S)/[A-Z0-9][\w./()-]*|\bC\d\d/\w+|\b[Rr]esolutions?\s+(?:[A-Z]+/)*\d+/\d+")


def masked(text: str) -> str:
    """The text with the years of titles and citations blanked out, and what is quoted; offsets kept."""
    hidden = text
    if "“" in text or '"' in text or "report of the" in text:
        hidden = _QUOTED.sub(_blank, hidden)
    if "20" not in hidden and "19" not in hidden:
        return hidden
    if "/" in hidden:
        hidden = _SYMBOL.sub(_blank, hidden)
    for match in _YEARS.finditer(hidden):
        start, end = match.span()
        if _NAME_AFTER.match(hidden, start) or _NAME_BEFORE.search(hidden, max(0, start - 110), start):
            hidden = hidden[:start] + "\x00\x00\x00\x00" + hidden[end:]
    return hidden


def _blank(match: re.Match[str]) -> str:
    return "\x00" * len(match[0])
