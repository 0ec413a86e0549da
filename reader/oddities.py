"""What was odd about the numbers of a text, said to a person.

In go the oddities that `reader.tree` noticed while hanging the lines, out come doubts with the readings they may have.
"""

from __future__ import annotations

from reader.document import Doubt, Part, Side
from reader.tree import Node, Sec


def doubt(code: str, node: Node, expected: str | None, sec: Sec, side: Side) -> Doubt | None:
    where = sec.opener or sec.heading or ("the preamble" if sec.part is Part.PREAMBULAR else "the operative part")
    printed = node.printed or ""
    if code == "number-twice":
        sentence = f"{where}: {printed} stands twice."
        readings: tuple[str, ...] = (
            "both stand, and one is misnumbered",
            "one was struck and the other put in its place",
        )
    elif code == "number-gap":
        sentence = f"{where}: {printed} follows {expected}: a number is missing."
        readings = ("an item was left out", "the numbers were not put in order")
    elif code == "numbering-restarts":
        sentence = f"{where}: the numbering begins again at {printed}: an opener or a heading may be missing above it."
        readings = ("a new section begins here", "the list begins again")
    elif code == "number-back":
        sentence = f"{where}: {printed} follows {expected}: the numbers run backwards."
        readings = ("the items are out of order", "the number is a misprint")
    elif code == "list-begins-late":
        sentence = f"{where}: a list begins with {printed}: what stands before it may be missing."
        readings = ("the items before it were left out", "the number is a misprint")
    elif code == "letter-or-numeral":
        sentence = f"{where}: {printed} may be a numeral, below the item before it, or the letter after that item's."
        readings = ("a numeral, below the item before it", "a letter, the next item")
    else:
        return None
    return Doubt(code, sentence, node.address, printed, readings, side)
