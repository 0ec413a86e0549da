"""The texts of a made-up world: resolutions, their versions, sections and paragraphs, and what they cite."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from mandates.models import Body, Citation, Document, Paragraph, Resolution, Section, Session, Version

from . import words
from .house import YEARS_BACK, House, moment
from .sheets import Book


@dataclass(frozen=True)
class Clause:
    """A paragraph under an opener that lays a duty on somebody, with its keys in each version, oldest first."""

    paragraphs: tuple[int, ...]
    text: str
    addressee: str
    force: str


@dataclass(frozen=True)
class Text:
    resolution: int
    body: Body
    adopted: datetime
    clauses: tuple[Clause, ...]


def write(book: Book, house: House, number: int, length: int) -> Text:
    """A resolution of about `length` paragraphs in all its versions."""
    chance = house.chance
    body = house.bodies[int(len(house.bodies) * chance.random() ** 1.5)]
    slug = f"{body.code.lower().replace(' ', '-').replace('&', '-')}-{number}"
    adopted = moment((house.at - timedelta(days=chance.randrange(40, 365 * YEARS_BACK))).date(), chance)
    row = book.sheet(Resolution).put(
        key=f"{body.code}/{number}", slug=slug, body_id=body.pk, number=str(number),
        kind="decision" if chance.random() < 0.1 else "resolution",
        title=words.skewed(chance, words.THINGS).capitalize(),
    )  # fmt: skip
    book.trail(Resolution).note(row, "+", adopted, house.secretariat[0])
    drawn = chance.random()
    states = ["in force"] if drawn < 0.8 else ["superseded", "in force"] if drawn < 0.92 else ["in force", "proposed"]
    outline = _outline(house, max(3, round(length / len(states))))
    keys: list[list[int]] = []
    for position, state in enumerate(states, start=1):
        keys.append(_version(book, house, row, body, adopted, position, state, outline, keys))
    clauses = tuple(
        Clause(tuple(column[place] for column in keys), text, addressee, force)
        for place, (_section, text, addressee, force) in enumerate(outline)
        if addressee
    )
    return Text(row["id"], body, adopted, clauses)


def _outline(house: House, length: int) -> list[tuple[int, str, str, str]]:
    """(section, text, addressee, force) of each paragraph; the first two fifths are the preamble."""
    chance = house.chance
    recitals = max(1, length * 2 // 5)
    found: list[tuple[int, str, str, str]] = []
    section = 0
    for place in range(recitals):
        if place and chance.random() < 0.3:
            section += 1
        found.append((section, f"that {words.clause(chance)},", "", ""))
    while len(found) < length:
        section += 1
        _opener, addressee, force = chance.choices(words.DUTIES, weights=words.DUTY_WEIGHTS)[0]
        for _ in range(min(1 + int(chance.expovariate(0.25)), length - len(found))):
            found.append((section, f"to {words.clause(chance)};", addressee, force))
    return found


def _version(
    book: Book,
    house: House,
    resolution: dict[str, Any],
    body: Body,
    adopted: datetime,
    position: int,
    state: str,
    outline: list[tuple[int, str, str, str]],
    before: list[list[int]],
) -> list[int]:
    """One version with its sections and paragraphs; the keys of the paragraphs."""
    chance = house.chance
    session = _session_of(house, body, (adopted if state != "proposed" else house.at).date())
    label = session.code if position == 1 else f"{session.code}-{position}"
    by = house.secretariat[0]
    document = book.sheet(Document).put(
        file=f"documents/{resolution['slug']}-{position}.docx", original_name=f"{resolution['slug']}.docx", size=48_000,
        sha256=hashlib.sha256(f"{resolution['slug']}/{position}".encode()).hexdigest(), symbol=f"{label}/{position}",
        received_by_id=by, received_at=adopted, state="read", step="done", attempts=1, read_at=adopted, format="docx",
    )  # fmt: skip
    version = book.sheet(Version).put(
        resolution_id=resolution["id"], label=label, slug=label, position=position, state=state,
        session_id=session.pk, document_id=document["id"], adopted=adopted.date().isoformat(),
    )  # fmt: skip
    book.trail(Version).note(version, "+", adopted, by)
    keys: list[int] = []
    section: dict[str, Any] = {}
    last = -1
    for place, (number, text, addressee, force) in enumerate(outline):
        if number != last:
            last, inside = number, 0
            section = _section(book, house, version["id"], number, addressee, force)
        inside += 1
        older = before[-1][place] if before else None
        change = "" if older is None else "reworded" if chance.random() < 0.2 else "same"
        paragraph = book.sheet(Paragraph).put(
            version_id=version["id"], section_id=section["id"], position=place, number=str(inside),
            printed=f"{chr(96 + inside)})" if not addressee and inside <= 26 else str(inside),
            address=f"{section['address']}/{inside}", anchor=f"p-{place}",
            text=f"{text[:-1]}, as amended{text[-1]}" if change == "reworded" else text,
            change=change, predecessor_id=older,
        )  # fmt: skip
        keys.append(paragraph["id"])
        if chance.random() < 0.1:
            _cite(book, house, paragraph, resolution)
    return keys


def _section(book: Book, house: House, version: int, number: int, addressee: str, force: str) -> dict[str, Any]:
    opener = next((one for one, name, how in words.DUTIES if (name, how) == (addressee, force)), "")
    opener = opener or words.RECITALS[number % len(words.RECITALS)]
    return book.sheet(Section).put(
        version_id=version, position=number, part="operative" if addressee else "preambular", opener=opener,
        address=f"{opener} {number}", slug=f"s-{number}", addressees=json.dumps([addressee] if addressee else []),
    )  # fmt: skip


def _cite(book: Book, house: House, paragraph: dict[str, Any], resolution: dict[str, Any]) -> None:
    """A citation, half of them of a text that is held."""
    chance = house.chance
    ours = chance.random() < 0.5 and resolution["id"] > 1
    cited = chance.randrange(1, resolution["id"]) if ours else None
    text = words.skewed(chance, words.THINGS)[:20]
    book.sheet(Citation).put(
        paragraph_id=paragraph["id"], text=text, start=0, end=len(text), kind="resolution",
        key=f"X/{cited or chance.randrange(100_000)}", resolution_id=cited,
    )  # fmt: skip


def _session_of(house: House, body: Body, day: date) -> Session:
    sessions = house.sessions[body.pk]
    return next((one for one in reversed(sessions) if one.starts <= day), sessions[0])
