"""Deadlines: the examples above the rules are their tests; beside them what must not be read as a deadline."""

import pytest

from reader import deadlines
from reader.deadlines import Ground

ITU = Ground("ITU", 2026)


@pytest.mark.parametrize(("rule", "text", "expected"), list(deadlines.explained()))
def test_each_rule_reads_its_own_examples(rule, text, expected):
    ground = Ground("ITU", 2025) if "next" in text or "Council" in text else Ground("UN", 2025, 80)
    found = deadlines.deadlines(text, ground)
    assert [deadlines.answer(f) for f in found] == [expected]
    assert found[0].rule == rule
    start, end = found[0].span
    assert text[start:end] == found[0].deadline.text
