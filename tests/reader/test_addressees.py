"""Addressees: who is told, as the words name them, and whose official that is."""

import pytest

from reader import addressees, directions, grammar


@pytest.mark.parametrize(
    ("opener", "names"),
    [
        (
            "instructs the Secretary-General and the Directors of the Bureaux",
            ("Secretary-General", "Directors of the Bureaux"),
        ),
        (
            "invites Member States, Sector Members, and all Stakeholders",
            ("Member States", "Sector Members", "all Stakeholders"),
        ),
        (
            "instructs the Directors of the Telecommunication Standardization "
            "and Telecommunication Development Bureaux",
            ("Directors of the Telecommunication Standardization and Telecommunication Development Bureaux",),
        ),
        (
            "instructs the Council Working Group on the World Summit on the Information Society and SDGs",
            ("Council Working Group on the World Summit on the Information Society and SDGs",),
        ),
        ("instructs the Secretary-General, in consultation with the Directors of the Bureaux", ("Secretary-General",)),
        ("instructs ITU-T Study Groups 2 and 17", ("ITU-T Study Groups 2 and 17",)),
        ("URGES Member States:¹", ("Member States",)),
        ("resolves further", ()),
    ],
)
def test_an_opener_names_those_it_tells(opener, names):
    assert directions.opener_told(opener).addressees == names


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Requests the Secretary-General, in consultation with Member States, to submit", ["Secretary-General"]),
        (
            "Requests the United Nations High Commissioner for Human Rights to prepare",
            ["United Nations High Commissioner for Human Rights"],
        ),
        (
            "Encourages international, regional and subregional organizations to help",
            ["international, regional and subregional organizations"],
        ),
        (
            "Urges Governments, the private sector, civil society and academia to act",
            ["Governments", "private sector", "civil society", "academia"],
        ),
        (
            "Requests the Special Rapporteur on the rights to assembly and of association to report",
            ["Special Rapporteur on the rights to assembly and of association"],
        ),
        ("Requests that the Economic and Social Council consider the report", ["Economic and Social Council"]),
        (
            "Invites the Food and Agriculture Organization of the United Nations and UNESCO to help",
            ["Food and Agriculture Organization of the United Nations", "UNESCO"],
        ),
        ("Calls upon Israel, the occupying Power, to cease", ["Israel"]),
        ("Urges States in a position to do so to contribute", ["States"]),
        (
            "Invites States and, where applicable, relevant stakeholders to consider",
            ["States", "relevant stakeholders"],
        ),
        ("Requests the private sector to apply the Principles", ["private sector"]),
        ("Invites the internal task force to monitor", ["internal task force"]),
        ("Encourages the heads of the funds and programmes to report", ["heads of the funds and programmes"]),
        ("Recommends to Member States that they review their laws", ["Member States"]),
        ("Calls upon States not to interfere with the use of encryption", ["States"]),
        (
            "Urges Governments to gamify their services",
            ["Governments"],
        ),  # no verb of our list, but what else could it be
        (
            "Invites the Working Group on the issue of human rights and transnational corporations to consider",
            ["Working Group on the issue of human rights and transnational corporations"],
        ),
        ("Decides that the President of the General Assembly will appoint", ["President of the General Assembly"]),
    ],
)
def test_the_text_names_those_it_tells(text, names):
    verb = grammar.opening(text)
    assert [n.name for n in addressees.after(text, verb.span[1], len(text)).named] == names


@pytest.mark.parametrize(
    "text",
    [
        "Encourages efforts to promote peace",
        "Calls for the full implementation of the resolution",
        "Encourages the development of tools to promote access",
        "Decides that the Day shall be observed annually",
        "Invites contributions to the fund",
    ],
)
def test_deeds_and_things_are_nobody(text):
    verb = grammar.opening(text)
    assert addressees.after(text, verb.span[1], len(text)).named == ()


def test_a_name_stands_where_its_span_says():
    text = "Requests the Secretary-General and all Member States to report"
    for one in addressees.after(text, 8, len(text)).named:
        assert text[slice(*one.span)] == one.name


@pytest.mark.parametrize(
    ("name", "family", "whose"),
    [
        ("Secretary-General", "ITU", "SG"),
        ("Secretary-General", "UN", "UNSG"),
        ("Secretary-General of the United Nations", "ITU", "UNSG"),
        ("Council", "ITU", "Council"),
        ("Council", "HRC", "HRC"),
        ("Council", "ECOSOC", "ECOSOC"),
        ("Assembly", "IMO", "IMO-A"),
        ("Group", "ITU", "UNGIS"),
        ("Group", "WHO", None),
    ],
)
def test_whose_official_it_is_follows_from_whose_text_it_is(name, family, whose):
    assert addressees.whose(name, family) == whose
