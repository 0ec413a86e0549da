"""Instructions: one or several per paragraph, each with its verb, force, addressees and words."""

from __future__ import annotations

import time

import pytest

from reader.directions import directions
from reader.document import Instruction, Paragraph, Part, Reading, Section, Side, Title, VersionLabel

UN = Title(kind="resolution", symbol="A/RES/79/194", body="UNGA", adopted="2024-12-19", style="UN")
ITU = Title(kind="resolution", number="1332", body="ITU Council", revision="C24")


def reading(title: Title, *sections: Section) -> Reading:
    return Reading(title=title, versions=(VersionLabel("C26", Side.AFTER),), sections=sections)


def paragraph(text: str, *items: str, address: str = "1") -> Paragraph:
    children = tuple(Paragraph(f"{address}/{chr(97 + n)}", chr(97 + n), item) for n, item in enumerate(items))
    return Paragraph(address, address, text, children=children)


def of(text: str, *items: str, title: Title = UN) -> list[Instruction]:
    """The instructions of one operative paragraph that carries its own verb, as UN texts print them."""
    return list(
        directions(
            reading(title, Section(Part.OPERATIVE, "operative", paragraphs=(paragraph(text, *items),)))
        ).instructions
    )


def under(opener: str, text: str, *items: str, title: Title = ITU) -> list[Instruction]:
    """The instructions of one numbered item under an opener of its own line, as ITU texts print them."""
    section = Section(Part.OPERATIVE, opener, opener=opener, paragraphs=(paragraph(text, *items),))
    return list(directions(reading(title, section)).instructions)


def told(found: list[Instruction]) -> list[tuple[str, str, tuple[str, ...]]]:
    return [(i.address, i.force, i.addressees) for i in found]


def test_each_directive_verb_of_a_paragraph_is_an_instruction_of_its_own():
    found = of(
        "Requests the Secretary-General to submit to the General Assembly at its eighty-first session a report, and "
        "decides to include in the provisional agenda of its eighty-first session the item entitled “Technology”;"
    )
    assert told(found) == [("1", "requests", ("Secretary-General",)), ("1", "decides", ())]
    assert [i.deadline.session for i in found] == ["UNGA-81", "UNGA-81"]


def test_a_verb_that_asks_for_nothing_gives_none_but_the_second_verb_does():
    assert of("Welcomes the progress made in the field;") == []
    found = of("Recognizes the gap, and in this regard calls upon all stakeholders to provide resources;")
    assert told(found) == [("1", "calls upon", ("all stakeholders",))]


@pytest.mark.parametrize(
    "text",
    [
        "Adopts the strategy set out in the annex;",
        "Decides to remain seized of the matter.",
        "Remains actively seized of the matter.",
        "Endorses the recommendations of the Committee;",
        "Proclaims 2027 the International Year of Quinoa;",
        "Decides to adopt the plan of action;",
        "Recalls that resolution 48/13 calls upon States to build capacities;",
    ],
)
def test_what_is_done_once_adopted_leaves_nobody_anything_to_do(text):
    assert of(text) == []


def test_an_and_to_list_is_several_duties():
    found = under(
        "instructs the Secretary-General",
        "to report annually on progress, through the Commission on Science and Technology for Development, to the "
        "Economic and Social Council and to provide this report through CWG-WSIS&SDG;",
    )
    assert [(i.reports_to, i.via, i.deadline and i.deadline.recurrence) for i in found] == [
        (("ECOSOC",), ("CSTD",), "FREQ=YEARLY"),
        ((), ("CWG-WSIS&SDG",), None),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "to liaise and to cooperate with the regional organizations",
        "to explore ways, in order to increase the role of ITU, and to promote greater participation",
        "to take the necessary steps for ITU to play a role in the process and to help its members",
        "to invite UNESCO to contribute to the work and to report on it",
    ],
)
def test_words_that_hang_together_stay_one_duty(text):
    assert len(under("instructs the Secretary-General", text)) == 1


def test_an_introduction_that_only_names_who_is_told_gives_its_verb_to_its_items():
    found = of(
        "Urges Member States, in accordance with national priorities:",
        "to develop plans;",
        "to share data, and to report on it;",
    )
    member_states = ("Member States",)
    assert told(found) == [
        ("1/a", "urges", member_states),
        ("1/b", "urges", member_states),
        ("1/b", "urges", member_states),
    ]


def test_an_introduction_with_an_action_of_its_own_is_a_duty_beside_its_items():
    found = under(
        "resolves",
        "to use the WSIS framework as the foundation, including by:",
        "updating its Action Line Roadmaps for C2, C4, C5 and C6;",
        "providing input into the work plans of WSIS Action Lines C1, C3, C7, C8, C9 and C11;",
    )
    assert [i.address for i in found] == ["1", "1/a", "1/b"]
    assert found[1].action_lines == ("C2", "C4", "C5", "C6")
    assert found[2].action_lines == ("C1", "C3", "C7", "C8", "C9", "C11")
    assert found[0].action_lines == ("C1", "C2", "C3", "C4", "C5", "C6", "C7", "C8", "C9", "C11")  # it covers its items


def test_nouns_listed_under_a_duty_are_no_duties():
    found = of(
        "Requests the Executive Director to assist Member States in the following areas:", "legislation;", "data;"
    )
    assert [i.address for i in found] == ["1"]


def test_what_an_item_of_resolves_says_of_itself_decides_who_is_told():
    assert told(under("resolves", "that ITU, as UNGIS secretariat, should establish a task force;")) == [
        ("1", "resolves", ("ITU",))
    ]
    assert told(under("resolves", "to continue the work being done;")) == [("1", "resolves", ())]
    inviting = under("resolves", "to invite the members and other stakeholders to contribute their views;")
    assert told(inviting) == [("1", "invites", ("members", "other stakeholders"))]
    assert inviting[0].verb == "resolves"


def test_terms_of_reference_tell_their_group():
    section = Section(
        Part.ANNEX,
        "Annex",
        heading="Terms of reference of the Council Working Group on WSIS&SDG",
        paragraphs=(
            paragraph("To facilitate input from the membership;", address="a"),
            paragraph("The working group shall report to each session of the Council.", address="b"),
            paragraph("Participation is open to all Member States.", address="c"),
        ),
    )
    found = directions(reading(ITU, section)).instructions
    assert [(i.address, i.addressees) for i in found] == [
        ("a", ("Council Working Group on WSIS&SDG",)),
        ("b", ("working group",)),
    ]
    assert found[1].deadline.recurrence == "FREQ=YEARLY"


def test_a_declaration_is_read_sentence_by_sentence():
    found = of(
        "We recognize the gap. We call upon donors to help, and urge all States to act. "
        "Our work will encourage their leadership."
    )
    assert told(found) == [("1", "calls upon", ("donors",)), ("1", "urges", ("all States",))]


def test_the_preamble_instructs_nobody_but_is_cited_from():
    section = Section(
        Part.PREAMBULAR,
        "recalling",
        opener="recalling",
        paragraphs=(paragraph("Resolution 140 (Rev. Bucharest, 2022), which requests"),),
    )
    found = directions(reading(ITU, section))
    assert found.instructions == ()
    assert [(c.address, c.key) for c in found.citations] == [("1", "PP/140")]


def test_the_second_item_of_a_list_does_not_take_the_deadline_of_the_first():
    found = of(
        "Requests the Secretary-General to submit a report by 31 December 2026, and to publish it in all languages;"
    )
    assert [i.deadline and i.deadline.date for i in found] == ["2026-12-31", None]


def test_a_deadline_put_in_before_the_addressee_is_found():
    found = of("Requests, no later than 1 March 2027, the Secretary-General to submit a report;")
    assert (found[0].addressees, found[0].deadline.date) == (("Secretary-General",), "2027-03-01")


def test_what_is_past_and_what_does_not_agree_is_doubted():
    text = (
        "Requests the Secretary-General to report to the thirtieth session of CSTD in 2028, and to finish by June 2006;"
    )
    found = directions(reading(UN, Section(Part.OPERATIVE, "operative", paragraphs=(paragraph(text),))))
    assert [d.code for d in found.doubts] == ["session-year", "deadline-past"]


def test_the_text_before_the_changes_has_instructions_of_its_own():
    kept = Paragraph(
        "resolves/2",
        "2",
        "to meet annually",
        number_before="1",
        text_before="to meet in 2025",
        address_before="resolves/1",
    )
    gone = Paragraph("resolves/x", text_before="to rest", number_before="2", address_before="resolves/2")
    found = directions(reading(ITU, Section(Part.OPERATIVE, "resolves", opener="resolves", paragraphs=(kept, gone))))
    assert [i.address for i in found.instructions] == ["resolves/2"]
    assert [(i.address, i.action) for i in found.instructions_before] == [
        ("resolves/1", "meet"),
        ("resolves/2", "rest"),
    ]


def test_every_span_shows_the_words_it_stands_for():
    text = (
        "Requests the Secretary-General, within existing resources, to submit a report on SDG 9 and action lines C2 "
        "and C5 "
        "to the Council, through CSTD, by 31 December 2027, pursuant to resolution 70/1;"
    )
    (found,) = of(text)
    words = {field: text[slice(*span)] for field, span in found.spans.items()}
    assert words["verb"] == "Requests"
    assert words["addressees"] == "Secretary-General"
    assert words["deadline"] == found.deadline.text == "by 31 December 2027"
    assert words["deliverable"] == "report"
    assert words["reports_to"] == "Council"
    assert words["via"] == "CSTD"
    assert words["qualifiers"] == "within existing resources"
    assert words["action_lines"] == "action lines C2 and C5"
    assert words["sdgs"] == "SDG 9"
    assert words["citations"] == "resolution 70/1"
    assert set(found.spans) - {"action"} <= set(found.rules)


@pytest.mark.parametrize(
    "piece",
    [
        "to report and to submit ",
        "Invites Member States, ",
        "in 2027 ",
        "Resolution 1, 2 and 3, ",
        "We request ",
        "its thirtieth session and ",
        "to ",
    ],
)
def test_time_grows_with_the_length_of_a_paragraph_and_not_with_its_square(piece):
    def seconds(times: int) -> float:
        begin = time.process_time()
        of("Requests the Secretary-General " + piece * times)
        return time.process_time() - begin

    seconds(50)  # patterns compile once
    short, long = max(seconds(400), 0.01), seconds(4000)
    assert long < 40 * short


def test_a_time_set_in_the_introduction_holds_for_the_items_that_set_none():
    found = of("We commit by 2030 to:", "Connect all schools to the Internet;", "Close the gap by 2028;")
    assert [(i.address, i.force, i.deadline.date) for i in found] == [
        ("1/a", "commits", "2030"),
        ("1/b", "commits", "2028"),
    ]


def test_in_the_passive_who_is_told_stands_before_the_verb():
    found = of("The Secretary-General is requested to report annually, and Member States are encouraged to cooperate.")
    assert told(found) == [("1", "requests", ("Secretary-General",)), ("1", "encourages", ("Member States",))]
