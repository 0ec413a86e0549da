"""The JSON that `python -m reader` prints: its keys, and how the command ends."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from reader import as_json
from reader.__main__ import main
from reader.document import (
    Change,
    Citation,
    Deadline,
    Doubt,
    Instruction,
    Note,
    Paragraph,
    Part,
    Reading,
    Run,
    Section,
    Side,
    Title,
    VersionLabel,
)  # fmt: skip

ROOT = Path(__file__).parents[2]
REDLINE = ROOT / "mandates/samples/council-resolution-1332-c26-proposal.docx"

SUB = Paragraph(
    address="resolves/1/a",
    number="a",
    text="to act",
    printed="a)",
    change=Change.NEW,
    redline=(Run("to act", Side.AFTER),),
)
ONE = Paragraph(
    address="resolves/1", number="1", text="new", number_before="2", text_before="old", address_before="resolves/2",
    change=Change.REWORDED, redline=(Run("old", Side.BEFORE), Run("new", Side.AFTER)), children=(SUB,),
    footnotes=(Note("1", "see", 3),), footnotes_before=(Note("*", "was", 0),), printed="1", source=(4, 5),
)  # fmt: skip
DUTY = Instruction(
    address="resolves/1", verb="resolves", force="resolves", addressees=("Council",), action="act",
    deliverable="report",
    reports_to=("CSTD",), via=("ECOSOC",), deadline=Deadline("by 2027", year=2027), action_lines=("C2",), sdgs=(9,),
    qualifiers=("as appropriate",), citations=("PP/140",), spans={"deadline": (3, 10)}, rules={"deadline": "by-year"},
    confidences={"deadline": 0.9}, confidence=0.8,
)  # fmt: skip
READING = Reading(
    title=Title(kind="resolution", number="1332", title="ITU role", body="ITU Council", revision="C24"),
    versions=(VersionLabel("C24", Side.BEFORE), VersionLabel("C26", Side.AFTER)),
    sections=(Section(Part.OPERATIVE, "resolves", "resolves", None, ("Council",), (ONE,)),),
    instructions=(DUTY,),
    citations=(Citation("resolves/1", "Resolution 140", "PP/140", "itu-resolution", (0, 14)),),
    doubts=(Doubt("glued", "Two numbers may stand here.", "resolves/1", "46", ("4", "6"), Side.AFTER, (0, 2)),),
    front_matter=("Purpose",),
    format="docx",
)


def test_a_reading_prints_every_value_under_its_key() -> None:
    answer = as_json(READING)
    assert json.loads(json.dumps(answer)) == answer
    assert answer["document"] == {
        "kind": "resolution", "symbol": None, "number": "1332", "title": "ITU role", "body": "ITU Council",
        "revision": "C24", "adopted": None,
        "style": "ITU", "warnings": ["Two numbers may stand here."],
    }  # fmt: skip
    assert answer["versions"] == [{"label": "C24", "side": "before"}, {"label": "C26", "side": "after"}]
    (section,) = answer["sections"]
    assert {key: value for key, value in section.items() if key != "paragraphs"} == {
        "kind": "operative", "address": "resolves", "opener": "resolves", "heading": None, "addressees": ["Council"],
    }  # fmt: skip
    (paragraph,) = section["paragraphs"]
    (child,) = paragraph.pop("children")
    assert paragraph == {
        "address": "resolves/1", "address_before": "resolves/2", "number": "1", "number_before": "2", "printed": "1",
        "text": "new", "text_before": "old", "change": "reworded",
        "redline": [{"text": "old", "side": "before"}, {"text": "new", "side": "after"}],
        "footnotes": [{"mark": "1", "text": "see", "at": 3}],
        "footnotes_before": [{"mark": "*", "text": "was", "at": 0}],
    }  # fmt: skip
    assert (child["number"], child["number_before"], child["text_before"], child["change"]) == ("a", None, None, "new")
    assert answer["instructions"] == [
        {
            "address": "resolves/1", "verb": "resolves", "force": "resolves", "addressees": ["Council"],
            "action": "act",
            "deliverable": "report", "reports_to": ["CSTD"], "via": ["ECOSOC"],
            "deadline": {"text": "by 2027", "session": None, "date": None, "year": 2027, "recurrence": None,
                         "until": None,
                         "past": False},
            "action_lines": ["C2"], "sdgs": [9], "qualifiers": ["as appropriate"], "citations": ["PP/140"],
            "spans": {"deadline": [3, 10]}, "rules": {"deadline": "by-year"}, "confidences": {"deadline": 0.9},
            "confidence": 0.8,
        }
    ]  # fmt: skip
    assert answer["citations"] == [
        {"address": "resolves/1", "text": "Resolution 140", "key": "PP/140", "kind": "itu-resolution", "span": [0, 14]}
    ]
    assert answer["doubts"][0] == {
        "code": "glued", "sentence": "Two numbers may stand here.", "address": "resolves/1", "text": "46",
        "readings": ["4", "6"], "side": "after", "span": [0, 2],
    }  # fmt: skip
    assert (answer["front_matter"], answer["format"], answer["instructions_before"]) == (["Purpose"], "docx", [])


def test_the_command_prints_the_reading_of_a_file() -> None:
    done = subprocess.run([sys.executable, "-m", "reader", REDLINE], capture_output=True, check=True, cwd=ROOT)
    assert done.stderr == b""
    answer = json.loads(done.stdout)
    assert answer["document"]["number"] == "1332"
    assert answer["versions"] == [{"label": "C24", "side": "before"}, {"label": "C26", "side": "after"}]


def test_a_file_that_cannot_be_read_ends_with_2_and_one_sentence(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    empty = tmp_path / "empty.docx"
    empty.write_bytes(b"")
    for file in (empty, tmp_path / "missing.docx", tmp_path):
        assert main([str(file)]) == 2
        out, complaint = capfd.readouterr()
        assert out == ""
        assert complaint.count("\n") == 1
        assert complaint.strip().endswith(".")
