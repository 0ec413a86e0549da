"""Traces: what spares a text a pattern must never spare it one that would have met something."""

import re

import pytest

from reader import citations, deadlines, grammar, openers, routes, taxonomies, traces
from reader.masking import masked
from reader.words import ADVERBS, alternatives

SPOKEN = [
    "to report, as appropriate, to the Council at its 2027 session, through the Task Force, within existing resources",
    "to submit to the General Assembly, at its eighty-first session, a report on Action Lines C2 and C5",
    "Regularly to brief Member States on lines of action C1 to C3 and SDG 9, without prejudice to their mandates",
    "pour publier une feuille de route – road map – pour l’action",
]
EXAMPLES = [text for _, text, _ in (*deadlines.explained(), *citations.explained())] + SPOKEN


@pytest.fixture(scope="module")
def corpus(request):
    """The rules' own examples, and the lines of real resolutions where they are at hand."""
    lines = list(EXAMPLES)
    try:
        shared = request.getfixturevalue("shared")
    except pytest.skip.Exception:
        return lines
    for path in (shared / "data" / "documents" / "resolutions").glob("*.txt"):
        words = path.read_text(encoding="utf-8")
        lines += re.split(r"\n\s*\n", words) + words.split("\n")
    return lines


def test_no_deadline_rule_is_spared_a_text_that_its_pattern_meets(corpus):
    for text in corpus:
        told = {rule.name for rule, _ in deadlines._telling(traces.of(masked(text)) & deadlines._EVERY)}
        for rule, pattern in deadlines._compiled():
            assert rule.name in told or not pattern.search(masked(text).lower()), (rule.name, text)


def test_no_citation_rule_is_spared_a_text_that_its_pattern_meets(corpus):
    for text in corpus:
        told = {rule.name for rule in citations._telling(traces.of(text) & citations._EVERY)}
        for rule in citations.RULES:
            assert rule.name in told or not rule.pattern.search(text), (rule.name, text)


@pytest.mark.parametrize(
    ("pattern", "mask"),
    [
        (routes._QUALIFIER, routes._QUALIFIES),
        (routes._HANDS_OVER, routes._MOVES),
        (routes._THING, routes._MADE),
        (routes._PLAIN_HEAD, routes._MAKES),
        (routes._LATER, routes._MAKES),
        (taxonomies._LED, taxonomies._LINE | taxonomies._SHORT_LINE),
        (taxonomies._SDG, taxonomies._GOALS),
    ],
)
def test_no_other_pattern_is_spared_a_text_that_it_meets(pattern, mask, corpus):
    met = [text for text in corpus if pattern.search(text)]
    assert met
    assert [text for text in met if not traces.of(text) & mask] == []


def test_a_trace_named_after_a_word_was_seen_is_found_in_it():
    assert traces.of("a zymurgist speaks") is not None
    late = traces.mask("zymurg")
    assert traces.of("a Zymurgist speaks") & late
    assert not traces.of("a brewer speaks") & late


def test_printed_traces_meet_their_own_case_only():
    abbreviation = traces.mask("RA", printed=True)
    assert traces.of("to the RA of 2027") & abbreviation
    assert not traces.of("to raise funds") & abbreviation


def test_neither_long_nor_many_words_are_kept():
    traces.of("x" * 1000)
    assert "x" * 1000 not in traces._WORDS
    session = traces.mask("session")
    assert traces.of(" ".join(f"w{n}" for n in range(traces._KEPT + 5)) + " sessions") & session
    assert len(traces._WORDS) <= traces._KEPT


def test_every_verb_opens_a_clause_though_only_its_first_word_is_looked_at_first():
    adverbs = ("", "Also ", "Once again ", "In particular ", "Strongly, ", "Continues to ")
    for verb in grammar.verbs():
        for adverb in adverbs:
            text = f"{adverb}{verb.upper()} the Secretary-General"
            assert grammar.opening(text) or not grammar._third().match(text), text


def test_every_adverb_may_begin_a_clause():
    for adverb in ADVERBS.removeprefix("(?:").removesuffix(")").split("|"):
        assert grammar.opening(f"{adverb.replace(chr(92) + 's+', ' ')} requests the Council"), adverb


def test_of_names_that_begin_alike_the_longest_is_met_and_whole_ones_begin_a_word():
    names = ["Council", "Council Working Group", "Commission", "(other) States"]
    found = re.compile(alternatives(names)).findall("subCouncil, Council  Working\tGroup, Commission, (other) States")
    assert found == ["Council", "Council  Working\tGroup", "Commission", "(other) States"]
    whole = re.compile(alternatives(names, whole=True)).findall("subCouncil, ex-Commission, the Council Working Group")
    assert whole == ["Council Working Group"]


def test_what_is_known_of_openers_holds_no_long_text():
    long = "instructs the Council, the Group and the Union, " * 10
    assert openers.opener(long[:100])
    assert openers.alone("instructs the Council")
    before = openers._opener_of_line.cache_info().currsize, openers._alone.cache_info().currsize
    assert openers.opener(long)
    assert openers.alone(long) is None
    assert (openers._opener_of_line.cache_info().currsize, openers._alone.cache_info().currsize) == before
