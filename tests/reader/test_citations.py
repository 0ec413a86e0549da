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


@pytest.mark.parametrize(
    "text",
    [
        "the Council of 2026 at C26",
        "telecommunications/ICTs in 2030",
        "at least 50 per cent of the 193 members",
        "in line with resolves 7 of Resolution",
        "considering that the 2030 Agenda",
        "action lines C2 and C5",
    ],
)
def test_other_numbers_are_no_citations(text):
    assert keys(text) == []


def test_the_same_form_of_words_is_another_body_in_another_text():
    text = "resolution 1540 (2004)"
    assert keys(text, Ground("UN", 2025)) == ["S/RES/1540(2004)"]
    assert keys(text, ITU) == ["ITU-Council/1540"]


def test_a_number_alone_belongs_to_the_conference_that_the_words_name():
    assert keys("Resolution 70 (Rev. Dubai, 2018) and Resolution 70 (Rev. Hammamet, 2016)") == ["PP/70", "WTSA/70"]
    assert keys("Resolution 37 (Rev. Buenos Aires, 2017) of the World Telecommunication Development Conference") == [
        "WTDC/37"
    ]


def test_each_member_of_a_list_is_cited():
    assert keys("considering e), f) and h) above") == ["considering/e", "considering/f", "considering/h"]
    assert keys("General Assembly resolutions 71/243 of 21 December 2016 and 72/279 of 31 May 2018")[:1] == [
        "A/RES/71/243"
    ]


def test_a_clause_of_another_resolution_is_not_one_of_this_text():
    assert keys("in line with resolves 7 “that ITU should continue its work”") == []
    assert keys("as in instructs the Secretary-General 3 of Resolution 140 (Rev. Bucharest, 2022)") == ["PP/140"]
