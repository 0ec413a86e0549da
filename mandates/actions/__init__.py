"""The verbs of the domain. A module is a noun, a function is a verb: `documents.receive(file=…, by=…, at=…)`.

Keyword-only; `by` is the member, `at` the moment: nothing here reads the clock. Each is one transaction.
"""


class Refused(Exception):
    """The action can't be done as things stand. The message is a sentence for the person who tried."""


class Overtaken(Refused):
    """Somebody else changed the thing meanwhile. `theirs` says what, as sentences; nothing of ours was written."""

    def __init__(self, message: str, theirs: tuple[str, ...] = ()):
        super().__init__(message)
        self.theirs = theirs
