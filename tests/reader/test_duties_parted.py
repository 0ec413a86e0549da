"""Where one duty ends and the next begins, who is told, and when: sentences that once were read wrongly."""

from __future__ import annotations

import pytest

from tests.reader.test_directions import ITU, UN, of, told, under


@pytest.mark.parametrize(
    ("sentence", "actions"),
    [
        (  # once a comma alone has parted two items, the next "and to" closes the list, whatever stands between
            "Requests all Governments to cooperate fully with the Special Rapporteur, to respond favourably to "
            "requests to visit their countries and to provide all necessary information;",
            ["cooperate fully with", "respond favourably", "provide all necessary information"],
        ),
        (  # a verb that stands in no list, told by the object that it takes
            "Invites Governments to implement harmonized procedures and to furnish the Organization with information;",
            ["implement harmonized procedures", "furnish the Organization"],
        ),
        (  # the same shape where "to" is a preposition: no verb, no cut
            "Requests the Secretary-General to hold consultations with a view to discussing the relationship between "
            "standards and rights, and to submit a report thereon;",
            ["hold consultations", "submit a report"],
        ),
        (  # an effort is no purpose: the second duty does not hang on it
            "Requests the Secretary-General to make every effort to achieve balanced budgets, and to bring any "
            "difficulty to the attention of the Committee;",
            ["make every effort", "bring any difficulty"],
        ),
        (  # a report to somebody is a duty of its own, even where it shares the "to" (Resolution 1332, resolves 4)
            "Requests the facilitators to develop road maps for their lines, taking into account the targets, and "
            "report the results of these efforts to the Commission at its thirtieth session;",
            ["develop road maps", "report the results of these efforts to the Commission"],
        ),
        (
            "Invites Member States to share experience, and report good practice where they find it;",
            ["share experience, and report good practice"],
        ),
        (
            "Urges States to make every effort to prevent and to combat all forms of trafficking;",
            ["make every effort to prevent and to combat"],
        ),
    ],
)
def test_a_sentence_is_parted_into_its_duties_and_no_further(sentence: str, actions: list[str]) -> None:
    found = of(sentence)
    assert len(found) == len(actions)
    assert all(one.action.startswith(words) for one, words in zip(found, actions, strict=True))


@pytest.mark.parametrize(
    ("sentence", "names"),
    [
        (
            "Reiterates its request to the Secretary-General to ensure that all organs take child rights into account;",
            ("Secretary-General",),
        ),
        (
            "Encourages all member States to, based on the best available knowledge of sources, prioritize measures;",
            ("all member States",),
        ),
        (
            "Requests the Secretary-General, for the purposes of article VIII(b)(v) of the Convention, to transmit "
            "certified copies to all Parties;",
            ("Secretary-General",),
        ),
        (
            "Invites the governing bodies of all organizations within the United Nations system to take account of it;",
            ("governing bodies of all organizations within the United Nations system",),
        ),
        ("Requests the Secretary-General, within the United Nations system, to report;", ("Secretary-General",)),
        ("Encourages the special procedures to take these issues into account;", ("special procedures",)),
        ("Encourages Governments at all levels to promote effective governance;", ("Governments at all levels",)),
        (
            "Urges the United Nations entities still not actively cooperating in the implementation of the outcomes of "
            "the World Summit through the United Nations system to take the necessary steps;",
            ("United Nations entities",),
        ),
    ],
)
def test_who_is_told_is_named_without_what_stands_around(sentence: str, names: tuple[str, ...]) -> None:
    assert [one.addressees for one in of(sentence)] == [names]


def test_a_condition_between_that_and_the_name_hides_nobody() -> None:
    (one,) = under("decides", "that, if no conference is held in 2030, the Council shall establish the budgets;")
    assert one.addressees == ("Council",)


def test_and_to_with_a_colon_says_one_duty_and_opens_the_others() -> None:
    found = of(
        "Requests the Executive Director, within available resources, to support the group, and to:",
        "Convene its first meeting no later than the end of 2024;",
        "Develop a platform on housing;",
    )
    assert [(one.address, one.action.split()[0]) for one in found] == [
        ("1", "support"),
        ("1/a", "Convene"),
        ("1/b", "Develop"),
    ]
    assert all(one.addressees == ("Executive Director",) for one in found)


@pytest.mark.parametrize(
    ("intro", "items"),
    [
        ("to carry out the following tasks:", ("to act as a catalyst;", "to assist Member States;")),
        ("to take immediate steps to:", ("develop a mechanism;", "launch a programme of fellowships;")),
    ],
)
def test_an_introduction_that_only_announces_its_items_is_no_duty_beside_them(
    intro: str, items: tuple[str, str]
) -> None:
    found = under("instructs the Director of the Telecommunication Development Bureau", intro, *items)
    assert [one.address for one in found] == ["1/a", "1/b"]


def test_nouns_under_the_following_stay_with_their_introduction() -> None:
    found = of(
        "Decides that the committee is to consider the following:",
        "Obligations and voluntary approaches;",
        "The need for a financial mechanism;",
    )
    assert [(one.address, one.addressees) for one in found] == [("1", ("committee",))]


def test_provisions_of_an_instrument_are_no_duties_of_those_who_draft_it() -> None:
    found = of(
        "Decides that the committee is to develop an instrument, including provisions:",
        "To specify its objectives;",
        "To promote sustainable consumption;",
    )
    assert [one.address for one in found] == ["1"]


def test_a_decision_tells_in_the_past_tense_item_by_item() -> None:
    found = of(
        "At its 17th plenary meeting, on 7 June 2023, the Economic and Social Council:",
        "Took note of the report of the Commission;",
        "Requested the Secretary-General to submit the final report to the Council at its 2024 session;",
        "Encouraged by the progress made, invited nobody;",
    )
    assert told(found) == [("1/b", "requests", ("Secretary-General",))]
    assert [one.deadline and one.deadline.year for one in found] == [2024]


def test_a_decision_to_request_tells_those_whom_it_requests() -> None:
    found = of(
        "At its 53rd plenary meeting, on 19 December 2024, the General Assembly, on the recommendation of the Second "
        "Committee, decided to request the Secretary-General to submit the report at its eightieth session."
    )
    assert [(one.force, one.addressees) for one in found] == [("requests", ("Secretary-General",))]


def test_an_assembly_that_has_considered_a_report_decides_what_its_items_say() -> None:
    found = of(
        "The Seventy-sixth World Health Assembly, having considered the report by the Director-General, decided:",
        "to request the Director-General to develop a baseline report;",
        "to encourage Member States to report on progress by the end of 2026;",
    )
    assert [(one.force, one.addressees) for one in found] == [
        ("requests", ("Director-General",)),
        ("encourages", ("Member States",)),
    ]


def test_that_session_is_the_session_named_last() -> None:
    found = of(
        "Requests the Secretary-General to submit to the General Assembly at its eighty-second session a report, and "
        "decides to include in the provisional agenda of that session a sub-item entitled “Forests”."
    )
    assert [one.deadline.session if one.deadline else None for one in found] == ["UNGA-82", "UNGA-82"]


def test_a_board_whose_sessions_nobody_counts_gets_the_year_and_no_session_of_another_body() -> None:
    (one,) = of(
        "Requests the Executive Director to submit the guidelines to the Executive Board at its first session in 2027;"
    )
    assert one.deadline is not None
    assert (one.deadline.session, one.deadline.year) == (None, 2027)


def test_a_contribution_to_a_forum_is_due_at_the_forum() -> None:
    (one,) = under("instructs the Secretary-General", "to submit a contribution to the HLPF 2027;", title=ITU)
    assert one.deadline is not None
    assert one.deadline.session == "HLPF-2027"


def test_a_sub_line_named_behind_its_code_is_that_sub_line() -> None:
    (one,) = under("instructs the Secretary-General", "to report on action lines C2, C5 and C7 e-health;")
    assert one.action_lines == ("C2", "C5", "C7.4")


def test_we_decide_to_request_tells_whom_it_requests() -> None:
    found = of(
        "We will take bold actions. We decide to:",
        "Scale up our efforts;",
        "Request the Secretary-General to report to the General Assembly at its eighty-first session.",
        title=UN,
    )
    assert [one.addressees for one in found if one.force == "requests"] == [("Secretary-General",)]


def test_words_that_others_hang_on_stay_in_the_short_form() -> None:
    both = of(
        "Requests the Secretary-General to submit to the Council at its 2027 session and the Commission a report;"
    )
    assert both[0].action == "submit to the Council at its 2027 session and the Commission a report"
