"""The facts the reader rests on: complete, sourced, and true where two of them meet."""

import json
import re
from importlib import resources

import pytest

from reader import facts, sessions


def test_every_action_line_and_sub_line_is_there_with_a_title():
    codes = [line["code"] for line in facts.action_lines()]
    assert codes == [
        "C1",
        "C2",
        "C3",
        "C4",
        "C5",
        "C6",
        "C7",
        *(f"C7.{n}" for n in range(1, 9)),
        "C8",
        "C9",
        "C10",
        "C11",
    ]
    assert all(line["title"] for line in facts.action_lines())


def test_a_file_is_read_once():
    assert facts.events() is facts.events()


def test_every_event_has_a_source_and_an_id_of_its_own():
    ids = [event["id"] for event in facts.events()]
    assert len(ids) == len(set(ids))
    assert all(event["source"] for event in facts.events())


@pytest.mark.parametrize(
    "event", [e for e in facts.events() if re.fullmatch(r"(?:UNGA|CSTD)-\d+", e["id"])], ids=lambda e: e["id"]
)
def test_the_rule_of_a_series_agrees_with_the_sessions_we_list(event):
    series, _, number = event["id"].rpartition("-")
    body = sessions.series_of(series)
    assert body["first"] + int(number) - 1 == int(event["start"][:4])


@pytest.mark.parametrize(
    ("series", "number", "year"),
    [
        ("HRC", 16, 2011),
        ("HRC", 31, 2016),
        ("HRC", 57, 2024),
        ("EB", 130, 2012),
        ("WHA", 66, 2013),
        ("UNHA", 2, 2023),
        ("IMO-A", 30, 2017),
    ],
)
def test_sessions_fall_in_the_years_in_which_they_met(series, number, year):
    assert sessions.session_year(series, number) == year


def test_no_file_names_a_path_of_a_machine_or_of_another_project():
    for file in resources.files("reader.facts").iterdir():
        if file.name.endswith(".json"):
            text = file.read_text(encoding="utf-8")
            json.loads(text)
            assert not re.search(r"(?<![\w/.])(?:/[a-z]+/|tools/|docs/)\w+\.(?:py|json|csv)", text), file.name


def test_the_matrix_maps_only_lines_that_exist_to_goals_that_exist():
    codes = {line["code"] for line in facts.action_lines()}
    assert {row["action_line"] for row in facts.wsis_sdg_matrix()} <= codes
    assert {row["goal"] for row in facts.wsis_sdg_matrix()} <= set(range(1, 18))
