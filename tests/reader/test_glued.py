"""Text flattened from tracked changes: told for what it is, each glued place asked about, no false alarm."""

from __future__ import annotations

import pytest

from reader import text
from reader.outline import outline
from tests.reader.structure import codes, read


@pytest.mark.parametrize(
    ("words", "place", "readings"),
    [
        ("the outcomes of the 20242025 Forum", "20242025", ("2024", "2025")),
        ("Resolution A/70/12580/173 on the review", "A/70/12580/173", ("A/70/125", "A/80/173")),
        ("Resolution A/78/L.49265 on systems", "A/78/L.49265", ("A/78/L.49", "A/78/265")),
        ("the process (WSIS+2030) of review", "WSIS+2030", ("WSIS+20", "WSIS+30")),
        ("the twenty30-year review", "twenty30", ("twenty", "30")),
        ("as amended at C24C26 by the Council", "C24C26", ("C24", "C26")),
    ],
)
def test_a_glued_place_is_asked_about_with_both_readings(words: str, place: str, readings: tuple[str, str]) -> None:
    reading = read(f"The ITU Council,\nresolves\n1\tto act on {words};\n2\tto stop.")

    assert [(doubt.code, doubt.text, doubt.readings, doubt.address) for doubt in reading.doubts] == [
        ("glued", place, readings, "resolves/1")
    ]
    start, end = reading.doubts[0].span
    assert reading.sections[0].paragraphs[0].text[start:end] == place


@pytest.mark.parametrize(
    "words",
    [
        "A/70/125/Add.1, A/C.2/59/3, A/HRC/RES/53/29 and E/CN.16/2015/2",
        "the years 2024, 2025 and 2024-2025, and 2020/2021",
        "Documents C26/59 and C26/60, CWG-WSIS&SDG-44/8(Rev.1) and WSIS+20",
        "a twenty-year review, etc., and e-mail 20 times; all of it",
        "telephone 41227305111 and ISO 9001:2015",
    ],
)
def test_clean_symbols_and_years_raise_no_alarm(words: str) -> None:
    assert codes(read(f"The ITU Council,\nresolves\n1\tto act on {words};\n2\tto stop.")) == []


def test_numbers_run_together_are_asked_about_and_leave_no_gap() -> None:
    reading = read(
        "The ITU Council,\nconsidering\na)\tone;\nb)\ttwo;\nbc)\tthree,\nresolves\n1\tto go;\n"
        "2\tto stay;\n23\tto run;\n"
        "34\tto rest;\n3\tto go."
    )

    assert [(doubt.code, doubt.text, doubt.readings) for doubt in reading.doubts] == [
        ("flattened", None, ("old and new text run together",)),
        ("glued", "bc)", ("c (was b)", "bc)")),
        ("glued", "23", ("3 (was 2)", "23")),
        ("glued", "34", ("4 (was 3)", "34")),
        ("number-twice", "3", ("both stand, and one is misnumbered", "one was struck and the other put in its place")),
    ]


def test_a_long_list_is_no_list_of_glued_numbers() -> None:
    items = "\n".join(f"{n}. Decides to act;" for n in range(1, 130))

    assert codes(read(f"The General Assembly,\nRecalling much,\n{items}")) == []


def test_none_of_the_glued_places_of_the_flattened_contribution_passes_in_silence(shared) -> None:
    path = shared / "data" / "documents" / "council-contribution-resolution-1332-flattened.txt"
    reading = outline(text.manuscript(path.read_bytes()))
    asked = {doubt.text for doubt in reading.doubts}

    assert reading.doubts[0].code == "flattened"
    assert "Word file" in reading.doubts[0].sentence
    assert asked >= {
        "46",
        "57",
        "C24C26",
        "A/70/12580/173",
        "A/78/L.49265",
        "20242025",
        "fg)",
        "gh)",
        "hi)",
        "1213",
        "1314",
        "1415",
        "WSIS+2030",
        "twenty30",
        "to the through",
        "the to",
        "implementationthe",
        "engagement;.",
        "in 2025;,",
    }
    assert {doubt.address for doubt in reading.doubts if doubt.code == "number-twice"} == {
        "considering/e (2)",
        "resolves/6",
        "instructs the Secretary-General/5 (2)",
    }
