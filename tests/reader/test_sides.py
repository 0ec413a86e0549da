"""Before and after side by side."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from reader import sides
from reader.document import Change, Line, Manuscript, Run, Side
from reader.outline import outline
from tests.reader.structure import at, codes, walk

BOTH, BEFORE, AFTER = Side.BOTH, Side.BEFORE, Side.AFTER


def redlined(*paragraphs: list[tuple[str, Side]]) -> Manuscript:
    """A manuscript from the runs of the file's paragraphs, as docx.py would give it."""
    lines: dict[Side, list[Line]] = {BEFORE: [], AFTER: []}
    for number, runs in enumerate(paragraphs):
        for side, found in lines.items():
            text = "".join(words for words, of in runs if of in (BOTH, side))
            if text:
                found.append(Line(text, source=(number,)))
    redline = tuple(tuple(Run(words, side) for words, side in runs) for runs in paragraphs)
    return Manuscript("docx", tuple(lines[AFTER]), tuple(lines[BEFORE]), redline)


RESOLUTION = redlined(
    [("RESOLUTION 1332 (", BOTH), ("C24", BEFORE), ("C26", AFTER), (")", BOTH)],
    [("Title", BOTH)],
    [("The ITU Council,", BOTH)],
    [("resolves", BOTH)],
    [("1\tto act in ", BOTH), ("2024", BEFORE), ("2025", AFTER), (";", BOTH)],
    [("2\tto report yearly to the Council;", AFTER)],
    [("2", BEFORE), ("3", AFTER), ("\tthat the group should go on;", BOTH)],
    [("3\tthat the forum be renamed,", BEFORE)],
    [("instructs the Secretary-General", BOTH)],
    [("1\tto go away, as referred to in resolves 2;", BEFORE)],
    [("1\tto report at length to everybody;", AFTER)],
    [("2\tto act on resolves 2 above", BOTH), (" at once", AFTER), (".", BOTH)],
    [("invites everyone", BEFORE)],
    [("1\tto leave the room in silence.", BEFORE)],
)


def test_each_paragraph_says_what_became_of_it() -> None:
    reading = outline(RESOLUTION)

    assert [(node.address, node.number, node.number_before, node.change) for node in walk(reading)] == [
        ("resolves/1", "1", "1", Change.REWORDED),
        ("resolves/2", "2", None, Change.NEW),
        ("resolves/3", "3", "2", Change.RENUMBERED),
        ("resolves/3 (before)", None, "3", Change.GONE),
        ("instructs the Secretary-General/1 (before)", None, "1", Change.GONE),
        ("instructs the Secretary-General/1", "1", None, Change.NEW),
        ("instructs the Secretary-General/2", "2", "2", Change.REWORDED),
        ("invites everyone/1", None, "1", Change.GONE),
    ]
    assert [(version.label, version.side) for version in reading.versions] == [("C24", BEFORE), ("C26", AFTER)]
    assert reading.title.revision == "C24"


def test_the_redline_gives_back_both_texts_and_is_the_authors_own() -> None:
    reading = outline(RESOLUTION)

    for node in walk(reading):
        assert sides.text_of(node.redline, AFTER) == (node.text or "")
        assert sides.text_of(node.redline, BEFORE) == (node.text_before or "")
    assert at(reading, "resolves/1").redline == (
        Run("to act in "),
        Run("2024", BEFORE),
        Run("2025", AFTER),
        Run(";"),
    )
    assert at(reading, "resolves/3").redline == (Run("that the group should go on;"),)


def test_a_struck_paragraph_and_a_new_one_in_its_place_ask_whether_one_follows_the_other() -> None:
    reading = outline(RESOLUTION)
    (asked,) = (doubt for doubt in reading.doubts if doubt.code == "successor")
    struck = next(node for node in walk(reading) if node.text is None and node.number_before == "1")

    assert asked.address == "instructs the Secretary-General/1"
    assert asked.text == struck.text_before  # a question that hides the old words can't be answered


def test_a_reference_that_renumbering_has_made_mean_another_paragraph_is_asked_about() -> None:
    found = [doubt for doubt in outline(RESOLUTION).doubts if doubt.code == "stale-reference"]

    assert [(doubt.address, doubt.text, doubt.readings) for doubt in found] == [
        (
            "instructs the Secretary-General/2",
            "resolves 2",
            ("resolves 3, which was 2 before", "resolves 2 as it is now"),
        )
    ]


def test_a_paragraph_moved_word_for_word_is_moved_and_not_gone_and_new() -> None:
    reading = outline(
        redlined(
            [("The ITU Council,", BOTH)],
            [("resolves", BOTH)],
            [("1\tto hold the forum every year;", BEFORE)],
            [("2", BEFORE), ("1", AFTER), ("\tto act;", BOTH)],
            [("2\tto hold the forum every year,", AFTER)],
        )
    )

    moved = at(reading, "resolves/2")
    assert (moved.change, moved.number_before, moved.text_before) == (
        Change.REWORDED,
        "1",
        "to hold the forum every year;",
    )
    assert len(list(walk(reading))) == 2


def test_gone_children_stay_where_they_stood_below_their_parent() -> None:
    reading = outline(
        redlined(
            [("The ITU Council,", BOTH)],
            [("resolves", BOTH)],
            [("1\tto call for inputs", BOTH), (" through:", BEFORE), (";", AFTER)],
            [("i)\ta form;", BEFORE)],
            [("ii)\ta meeting;", BEFORE)],
            [("2\tto report.", BOTH)],
        )
    )

    assert [(child.address, child.change) for child in at(reading, "resolves/1").children] == [
        ("resolves/1/i", Change.GONE),
        ("resolves/1/ii", Change.GONE),
    ]


def test_a_text_without_tracked_changes_has_empty_before_fields() -> None:
    reading = outline(Manuscript("text", (Line("resolves"), Line("1\tto act."))))
    (node,) = walk(reading)

    assert (node.number_before, node.text_before, node.change, node.redline) == (None, None, None, (Run("to act."),))
    assert [version.side for version in reading.versions] == [AFTER]
    assert codes(reading) == []


WORDS = st.lists(
    st.sampled_from(["to act", " ", ";", "a)", "\t", "1", "report", ",", "the Council", "–", "résumé", "\n"]),
    max_size=8,
)


@given(st.lists(st.lists(st.tuples(WORDS.map("".join), st.sampled_from(list(Side))), max_size=5), max_size=8))
def test_whatever_was_changed_the_redline_gives_back_both_texts(paragraphs: list[list[tuple[str, Side]]]) -> None:
    reading = outline(redlined([("resolves", BOTH)], *paragraphs))

    for node in walk(reading):
        assert sides.text_of(node.redline, AFTER) == (node.text or "")
        assert sides.text_of(node.redline, BEFORE) == (node.text_before or "")
    addresses = [node.address for node in walk(reading)]
    assert len(addresses) == len(set(addresses))
