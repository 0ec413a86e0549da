"""Verbs: which one opens a clause, with what force, and what looks like one and is none."""

import pytest

from reader import grammar


@pytest.mark.parametrize(
    ("text", "force", "strength"),
    [
        ("Requests the Secretary-General to submit", "requests", "D"),
        ("Also strongly encourages Member States to", "encourages", "S"),
        ("Calls once again upon all parties to", "calls upon", "D"),
        ("CALLS ON international organizations to", "calls upon", "D"),
        ("Reiterates its call upon States to", "calls upon", "D"),
        ("Reiterates its request to the Secretary-General to", "requests", "D"),
        ("Calls for the full implementation of", "calls for", "S"),
        ("REQUESTS FURTHER the Secretary-General to", "requests", "D"),
        ("Authorises the Director to", "authorizes", "D"),
        ("Decides, in this regard, to convene", "decides", "C"),
        ("Takes note with appreciation of the report", "takes note with appreciation", "N"),
        ("Welcomes the efforts of", "welcomes", "N"),
        ("resolves to instruct the Director of", "instructs", "D"),
        ("further resolves to invite Member States", "invites", "S"),
    ],
)
def test_the_verb_that_opens_a_clause_has_its_force(text, force, strength):
    verb = grammar.opening(text)
    assert (verb.force, verb.strength) == (force, strength)


@pytest.mark.parametrize(
    "text", ["Recalling its resolution 70/1", "to report annually", "Requested by the Council", "The Assembly"]
)
def test_other_words_open_no_clause(text):
    assert grammar.opening(text) is None


def test_a_declaration_prints_the_verb_without_a_subject():
    verb = grammar.bare("Request the Secretary-General to submit a report")
    assert (verb.force, verb.strength) == ("requests", "D")
    assert grammar.bare("request the Secretary-General to") is None  # only where a sentence begins


def test_each_sentence_of_ours_has_its_verb():
    text = "We recognize the gap. We therefore also call upon all stakeholders to act. We commit to closing it."
    assert [(v.force, v.strength) for v in grammar.said_by_us(text)] == [
        ("recognizes", "N"),
        ("calls upon", "D"),
        ("commits", "C"),
    ]


@pytest.mark.parametrize(
    ("text", "forces"),
    [
        ("Recognizes the work done, and in this regard requests the Council to act", ["requests"]),
        ("Welcomes the offer, calls upon donors to help, and invites States to join", ["calls upon", "invites"]),
        ("Recalls the resolution which requests the Secretary-General to report", []),
        ("Takes note of requests received from Member States", []),
    ],
)
def test_a_second_verb_is_found_behind_the_first_and_only_there(text, forces):
    assert [v.force for v in grammar.second(text, grammar.opening(text).span[1], len(text))] == forces


@pytest.mark.parametrize(
    ("text", "verb"),
    [
        ("to report", "report"),
        ("to regularly update the list", "update"),
        ("to apply the Principles", "apply"),
        ("to also invite", "invite"),
    ],
)
def test_an_infinitive_is_known_with_an_adverb_between(text, verb):
    assert grammar.infinitive(text, 0)["verb"] == verb


@pytest.mark.parametrize("text", ["to the Council", "to developing countries", "to reports", "to ECOSOC"])
def test_what_follows_to_is_not_always_a_verb(text):
    assert grammar.infinitive(text, 0) is None
