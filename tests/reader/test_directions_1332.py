"""What the founding document asks of whom: the instructions of the proposal to revise Council Resolution 1332."""

from __future__ import annotations

from pathlib import Path

import pytest

from reader import read
from reader.document import Instruction, Reading

SAMPLE = Path(__file__).parents[2] / "mandates" / "samples" / "council-resolution-1332-c26-proposal.docx"
SG = "instructs the Secretary-General"
SG_AND_DIRECTORS = "instructs the Secretary-General and the Directors of the Bureaux"


@pytest.fixture(scope="module")
def redline() -> Reading:
    return read(SAMPLE.read_bytes(), SAMPLE.name)


@pytest.fixture(scope="module")
def by_address(redline) -> dict[str, list[Instruction]]:
    found: dict[str, list[Instruction]] = {}
    for one in redline.instructions:
        found.setdefault(one.address, []).append(one)
    return found


def test_two_deadlines_at_cstd_30_and_two_at_the_plenipotentiary(redline):
    due = {(i.address, i.deadline.session) for i in redline.instructions if i.deadline and i.deadline.session}
    assert due == {("resolves/4", "CSTD-30"), (f"{SG}/5", "CSTD-30"), (f"{SG}/3", "PP-26"), (f"{SG}/8", "PP-26")}


def test_the_yearly_ones(redline):
    said = {i.address: i.deadline.text for i in redline.instructions if i.deadline and i.deadline.recurrence}
    assert said[f"{SG}/6"] == said[f"{SG}/7"] == "annually"
    assert "on a yearly basis" in said.values()


def test_the_action_lines(by_address):
    assert by_address["resolves/3/a"][0].action_lines == ("C2", "C4", "C5", "C6")
    assert by_address["resolves/3/b"][0].action_lines == ("C1", "C3", "C7", "C8", "C9", "C11")
    both = ("C1", "C2", "C3", "C4", "C5", "C6", "C7", "C8", "C9", "C11")
    assert by_address["resolves/3"][0].action_lines == both
    assert by_address[f"{SG_AND_DIRECTORS}/1"][0].action_lines == both


def test_a_report_on_what_another_clause_sets_up_cites_it(by_address):
    (report,) = by_address[f"{SG}/5"]
    assert (report.citations, report.deliverable, report.reports_to) == (("resolves/5",), "report", ("CSTD",))
    assert report.action.startswith("report … on the outcomes achieved by the ITF")


def test_the_way_of_a_report_and_its_copy(by_address):
    report, copy = by_address[f"{SG}/6"]
    assert (report.reports_to, report.via) == (("ECOSOC",), ("CSTD",))
    assert copy.via == ("CWG-WSIS&SDG",)


def test_it_is_itus_own_secretary_general(by_address):
    assert by_address[f"{SG_AND_DIRECTORS}/1"][0].addressees == ("Secretary-General", "Directors of the Bureaux")
    assert by_address[f"{SG_AND_DIRECTORS}/1"][0].rules["whose"] == "SG, Directors"


def test_what_the_struck_clauses_asked_is_known(redline):
    sessions = {i.deadline.session for i in redline.instructions_before if i.deadline}
    assert {"C25", "WSIS-Forum-2025"} <= sessions


def test_every_numbered_clause_of_the_operative_part_gives_an_instruction(redline, by_address):
    from reader.document import Part

    for section in redline.sections:
        if section.part is Part.OPERATIVE:
            for paragraph in section.paragraphs:
                assert paragraph.text is None or paragraph.address in by_address, paragraph.address
