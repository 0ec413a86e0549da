"""What a text may hold, told by its words: a cheap look that spares the patterns a text in which they can't match.

A rule names its traces, pieces of words without one of which its pattern matches nothing: "session", "/", "20". To look
for a hundred traces in every paragraph costs more than all the patterns together. So they are looked for in words, all
at once and once per word: a document of thousands of paragraphs is made of a few thousand words.

    SESSION = traces.mask("session", "meeting")       when the module is loaded
    holds = traces.of("to report to the session …")   per text
    if holds & SESSION: …

A trace lies within one word, so it has no blank. In lower case it meets any case; `printed` traces meet only their own.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import reduce
from operator import or_

_KEPT = 20_000  # words; a text that has more of them starts anew
_LONGEST = 60  # letters; a word that is longer is looked at each time, and not kept

_bits: dict[tuple[str | re.Pattern[str], bool], int] = {}


def mask(*needs: str | re.Pattern[str], printed: bool = False) -> int:
    """The mask of these traces, one bit each: pieces of words, or patterns that are searched for in a word.

    They meet the word in lower case or, where they are `printed` ones, as it stands.
    """
    found = 0
    for need in needs:
        if (need, printed) not in _bits:
            _bits[need, printed] = 1 << len(_bits)
            _WORDS.clear()  # what was said of a word did not know of this trace
        found |= _bits[need, printed]
    return found


class _Words(dict[str, int]):
    """The traces in each word that was seen."""

    def __missing__(self, word: str) -> int:
        lower = word.lower()
        found = 0
        for (need, printed), bit in _bits.items():
            form = word if printed else lower
            if need in form if isinstance(need, str) else need.search(form):
                found |= bit
        if len(self) >= _KEPT:
            self.clear()
        if len(word) <= _LONGEST:
            self[word] = found
        return found


_WORDS = _Words()


def of(text: str) -> int:
    """The traces that the words of a text hold."""
    return reduce(or_, filter(None, map(_WORDS.__getitem__, text.split())), 0)


def masks(conditions: Iterable[Iterable[str | re.Pattern[str]]], *, printed: bool = False) -> tuple[int, ...]:
    """A mask for each condition: a text meets them all when it holds a trace of each."""
    return tuple(mask(*needs, printed=printed) for needs in conditions if needs)
