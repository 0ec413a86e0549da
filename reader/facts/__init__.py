"""The facts that the reader rests on: JSON files beside this module, each with its sources.

Each function hands out one file, read once and shared: callers look, they don't change. The files hold what people
know (which action line has which title, which session meets when), so that the code holds none of it.
"""

from __future__ import annotations

import json
from functools import cache
from importlib import resources
from typing import Any


@cache
def _file(name: str) -> dict[str, Any]:
    return json.loads(resources.files(__package__).joinpath(f"{name}.json").read_text(encoding="utf-8"))


def openers() -> list[dict[str, Any]]:
    """The phrases that open a clause: phrase, part, style, strength (D demand, S suggestion, C decision, N none)."""
    return _file("clause_openers")["openers"]


def units() -> list[dict[str, Any]]:
    """Bodies, officials, units and groups: abbr, name, parent, kind, aliases, source."""
    return _file("units")["units"]


def bodies() -> list[dict[str, Any]]:
    """Bodies that adopt or receive: code, name, short, house (whose text it is), parent, aliases, source."""
    return _file("bodies")["bodies"]


def events() -> list[dict[str, Any]]:
    """Sessions and other meetings: id, name, start, end, precision, place, body, kind, status, aliases, source."""
    return _file("events")["events"]


def lead_times() -> list[dict[str, Any]]:
    """How long before a body's deadline each step must be done: body, steps (step, days, lasts, source)."""
    return _file("lead_times")["lead_times"]


def series() -> dict[str, list[dict[str, Any]]]:
    """How the sessions of a body are counted: `bodies` by ordinal ("30th session"), `by_year` ("Council 2027")."""
    return _file("events")["series"]


def relative_references() -> list[dict[str, str]]:
    """Phrases such as "next plenipotentiary conference" and the rule that resolves them."""
    return _file("events")["relative_references"]["rules"]


def citations() -> list[dict[str, Any]]:
    """The forms of citations: id, what, regex, examples, seen."""
    return _file("citations")["formats"]


def conferences() -> dict[str, list[str]]:
    """Where and when ITU's conferences met: "WTSA" → ["Montreal 2000", …, "New Delhi 2024"]."""
    return _file("citations")["conferences"]["places"]


def action_lines() -> list[dict[str, Any]]:
    """The WSIS action lines with C7's sub-lines: code, title, short, sdgs, itu_role, parent."""
    return _file("action_lines")["action_lines"]


def wsis_sdg_matrix() -> list[dict[str, Any]]:
    """Which action line serves which goal or target: action_line, goal, target."""
    return _file("wsis_sdg_matrix")["mapping"]


@cache
def words(kind: str) -> frozenset[str]:
    """One of the word lists of the grammar: "infinitives", "leaners" or "actors"."""
    return frozenset(word for line in _file("words")[kind]["words"] for word in line.split())
