"""Citations: the examples above the rules are their tests; beside them what looks like a citation and is none."""

import pytest

from reader import citations
from reader.deadlines import Ground

ITU = Ground("ITU", 2026)


def keys(text, ground=ITU):
    return [c.key for c in citations.citations(text, "x/1", ground)]


@pytest.mark.parametrize(("rule", "text", "expected"), list(citations.explained()))
def test_each_rule_reads_its_own_examples(rule, text, expected):
    assert tuple(keys(text)) == expected
    for found in citations.citations(text, "x/1", ITU):
        assert text[slice(*found.span)] == found.text
