"""Word lists that the rules of the grammar share: what counts as an infinitive, an actor, a connecting adverb.

Lists rather than guesses by the shape of a word: "to report" is a duty and "to reports" is not, and English does not
tell the two apart by their endings. The lists are in `facts/words.json`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from reader import facts

# Verbs that follow "to" in operative paragraphs.
INFINITIVES = facts.words("infinitives")

# Words that an infinitive leans on without their being told to do it: "efforts to promote", "in order to".
LEANERS = facts.words("leaners")

# The head of a name for those who may be told to do something.
ACTORS = facts.words("actors")

# Words before which a verb keeps its force: "Also requests", "Strongly encourages", "Once again urges".
ADVERBS = (
    r"(?:also|further|furthermore|again|once\s+again|once\s+more|strongly|urgently|solemnly|earnestly|particularly"
    r"|especially|in\s+particular|therefore|thus|accordingly|consequently|hereby|moreover|likewise|similarly|first"
    r"|additionally|respectfully|kindly|specifically|explicitly|formally|fully|firmly|continues\s+to|jointly|still)"
)


def alternatives(names: Iterable[str], *, whole: bool = False) -> str:
    """Names as alternatives of a pattern, the longest first, blanks of any width; parted by their first letter.

    Of a hundred names a pattern tries each at every place where one may begin; parted, it tries those of one letter.
    A `whole` name begins where a word does. That is asked behind its first letter: a pattern that begins with letters
    passes quickly over all others.
    """
    by_letter: dict[str, list[str]] = {}
    for name in sorted(dict.fromkeys(names), key=len, reverse=True):
        by_letter.setdefault(re.escape(name[0]), []).append(re.escape(name[1:]).replace(r"\ ", r"\s+"))
    return "|".join(
        letter + (rf"(?<![\w-]{letter})" if whole else "") + f"(?:{'|'.join(rest)})"
        for letter, rest in by_letter.items()
    )
