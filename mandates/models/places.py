"""Which of its places an instruction is said to stand at, where it stands in several versions of a text."""

from __future__ import annotations

from collections.abc import Iterable

from .instructions import Place
from .texts import Version


def place_that_matters(places: Iterable[Place]) -> Place:
    """Where an instruction is said to stand: in the text in force where it has a place there, else in the latest."""
    return max(
        places,
        key=lambda place: (
            place.paragraph.version.state == Version.State.IN_FORCE,
            place.paragraph.version.position,
            -place.paragraph.position,
        ),
    )


def newer_place(places: Iterable[Place], shown: Place) -> Place | None:
    """A place in a later version whose words are others than those shown: what is proposed for them; None if none."""
    later = [
        place
        for place in places
        if place.paragraph.version.position > shown.paragraph.version.position
        and place.paragraph.version.state in {Version.State.PROPOSED, Version.State.DEFERRED}
        and place.paragraph.text != shown.paragraph.text
    ]
    return max(later, key=lambda place: place.paragraph.version.position, default=None)
