"""Automatic labels, counted as Word counts them, and in each reading for itself."""

from __future__ import annotations

import pytest

from reader import docx
from reader.document import Line
from reader.numbering import figure, old_label

from .wordsmith import WHO, document, gone, ins, level, lists, p, style, styles

LETTERS = lists(level(0, "lowerLetter", "%1)"), level(1, "lowerRoman", "%2)"))


def labels(lines: tuple[Line, ...] | None) -> list[str | None]:
    return [line.label for line in lines or ()]


def counted(*blocks: str, **others: str) -> list[str | None]:
    return labels(docx.manuscript(document(*blocks, **others)).after)


@pytest.mark.parametrize(
    ("form", "value", "printed"),
    [
        ("decimal", 7, "7"), ("decimalZero", 7, "07"), ("lowerLetter", 26, "z"), ("lowerLetter", 28, "bb"),
        ("upperLetter", 3, "C"), ("lowerRoman", 4, "iv"), ("upperRoman", 1999, "MCMXCIX"),
        ("ordinal", 1, "1st"), ("ordinal", 12, "12th"), ("ordinal", 22, "22nd"), ("numberInDash", 2, "- 2 -"),
        ("russianLower", 4, "г"), ("arabicAlpha", 2, "ب"), ("chineseCounting", 12, "十二"), ("none", 5, ""),
        ("nobodyKnows", 5, "5"), ("lowerLetter", 0, "0"),
    ],
)  # fmt: skip
def test_number_formats_print_as_word_prints_them(form: str, value: int, printed: str) -> None:
    assert figure(value, form) == printed


def test_an_added_item_moves_the_letters_below_it_in_one_reading_only() -> None:
    manuscript = docx.manuscript(
        document(
            p("one", number=(1, 0)),
            p(ins("new"), number=(1, 0), mark="ins"),
            p("two", number=(1, 0)),
            numbering=LETTERS,
        )
    )
    assert labels(manuscript.before) == ["a)", "b)"]
    assert labels(manuscript.after) == ["a)", "b)", "c)"]


def test_a_struck_item_moves_them_too() -> None:
    manuscript = docx.manuscript(
        document(
            p(gone("old"), number=(1, 0), mark="del"),
            p("one", number=(1, 0)),
            p("two", number=(1, 1)),
            numbering=LETTERS,
        )
    )
    assert labels(manuscript.before) == ["a)", "b)", "i)"]
    assert labels(manuscript.after) == ["a)", "i)"]


def test_numbering_that_was_added_has_no_label_before() -> None:
    tracked = f'<w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/><w:ins {WHO}/></w:numPr>'
    manuscript = docx.manuscript(document(p("one", more=tracked), p("two", number=(1, 0)), numbering=LETTERS))
    assert (labels(manuscript.before), labels(manuscript.after)) == ([None, "a)"], ["a)", "b)"])


def test_old_properties_hold_the_number_that_a_paragraph_had() -> None:
    had = '<w:pPr><w:numPr><w:ilvl w:val="1"/><w:numId w:val="1"/></w:numPr></w:pPr>'
    manuscript = docx.manuscript(
        document(
            p("one", number=(1, 0)),
            p("two", number=(1, 0), more=f"<w:pPrChange {WHO}>{had}</w:pPrChange>"),
            numbering=LETTERS,
        )
    )
    assert (labels(manuscript.before), labels(manuscript.after)) == (["a)", "i)"], ["a)", "b)"])
    assert [line.level for line in manuscript.before or ()] == [0, 1]


def test_the_label_kept_by_older_versions_of_word_is_the_one_before() -> None:
    kept = f'<w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/><w:numberingChange {WHO} w:original="%1:4:2:."/></w:numPr>'
    manuscript = docx.manuscript(document(p("one", more=kept), numbering=LETTERS))
    assert (labels(manuscript.before), labels(manuscript.after)) == (["iv."], ["a)"])
    assert old_label("%1:2:0:.%2:1:4:)") == "2.a)"


def test_levels_restart_below_a_higher_one_unless_told_otherwise() -> None:
    steps = [(1, 0), (1, 1), (1, 1), (1, 0), (1, 1)]
    items = [p(str(n), number=step) for n, step in enumerate(steps)]
    assert counted(*items, numbering=LETTERS) == ["a)", "i)", "ii)", "b)", "i)"]
    through = lists(level(0, "decimal", "%1."), level(1, "decimal", "%1.%2", '<w:lvlRestart w:val="0"/>'))
    assert counted(*items, numbering=through) == ["1.", "1.1", "1.2", "2.", "2.3"]


def test_a_restart_after_a_level_that_is_named_waits_for_that_level() -> None:
    steps = [(1, 0), (1, 1), (1, 2), (1, 1), (1, 2), (1, 0), (1, 2)]
    third = level(2, "decimal", "%3", '<w:lvlRestart w:val="1"/>')
    numbering = lists(level(0, "decimal", "%1"), level(1, "decimal", "%2"), third)
    assert counted(*(p("x", number=step) for step in steps), numbering=numbering) == ["1", "1", "1", "2", "2", "2", "1"]


def test_legal_numbering_shows_all_levels_in_figures() -> None:
    numbering = lists(level(0, "upperRoman", "%1"), level(1, "decimal", "%1.%2", "<w:isLgl/>"))
    assert counted(p("a", number=(1, 0)), p("b", number=(1, 1)), numbering=numbering) == ["I", "1.1"]


def test_two_lists_of_one_kind_go_on_counting_unless_the_second_says_where_to_start() -> None:
    on = '<w:num w:numId="2"><w:abstractNumId w:val="0"/></w:num>'
    start = '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="5"/></w:lvlOverride>'
    anew = f'<w:num w:numId="3"><w:abstractNumId w:val="0"/>{start}</w:num>'
    numbering = lists(level(0, "lowerLetter", "%1)"), nums=on + anew)
    items = [p("x", number=(num, 0)) for num in (1, 2, 3, 3, 1)]
    assert counted(*items, numbering=numbering) == ["a)", "b)", "e)", "f)", "g)"]


def test_a_level_may_be_replaced_for_one_list() -> None:
    other = f'<w:lvlOverride w:ilvl="0">{level(0, "decimal", "(%1)")}</w:lvlOverride>'
    own = f'<w:num w:numId="2"><w:abstractNumId w:val="0"/>{other}</w:num>'
    assert counted(p("x", number=(2, 0)), numbering=lists(level(0, "lowerLetter", "%1)"), nums=own)) == ["(1)"]


def test_a_style_gives_its_paragraphs_numbers_and_zero_takes_them_away() -> None:
    kinds = styles(
        style("Num", "List", '<w:numPr><w:numId w:val="1"/></w:numPr>'), style("Sub", "Sublist", based_on="Num")
    )
    numbering = lists(level(0, "decimal", "%1"), level(1, "lowerLetter", "%2)", '<w:pStyle w:val="Sub"/>'))
    items = (
        p("one", style="Num"),
        p("under it", style="Sub"),
        p("off", style="Num", number=(0, 0)),
        p("two", style="Num"),
    )
    assert counted(*items, styles=kinds, numbering=numbering) == ["1", "a)", None, "2"]


def test_bullets_are_the_signs_that_a_reader_sees() -> None:
    numbering = lists(level(0, "bullet", "\uf0b7"), level(1, "bullet", "–"), level(2, "bullet", "\uf02d"))
    assert counted(*(p("x", number=(1, n)) for n in range(3)), numbering=numbering) == ["•", "–", "–"]


def test_an_empty_item_counts_though_it_leaves_no_line() -> None:
    assert counted(p("x", number=(1, 0)), p("", number=(1, 0)), p("y", number=(1, 0)), numbering=LETTERS) == [
        "a)",
        "c)",
    ]


def test_the_list_gives_the_distance_from_the_margin_where_the_paragraph_does_not() -> None:
    numbering = lists(level(0, "decimal", "%1", '<w:pPr><w:ind w:left="720"/></w:pPr>'))
    lines = docx.manuscript(
        document(p("a", number=(1, 0)), p("b", number=(1, 0), more='<w:ind w:left="794"/>'), numbering=numbering)
    ).after
    assert [line.indent for line in lines] == [36.0, 39.7]


def test_lists_that_point_at_themselves_or_nowhere_have_no_labels() -> None:
    circle = (
        '<w:abstractNum w:abstractNumId="7"><w:numStyleLink w:val="Ring"/></w:abstractNum>'
        '<w:num w:numId="7"><w:abstractNumId w:val="7"/></w:num>'
        '<w:num w:numId="8"><w:abstractNumId w:val="99"/></w:num>'
    )
    kinds = styles(
        '<w:style w:type="numbering" w:styleId="Ring"><w:name w:val="Ring"/>'
        '<w:pPr><w:numPr><w:numId w:val="7"/></w:numPr></w:pPr></w:style>'
    )
    items = (p("a", number=(7, 0)), p("b", number=(8, 0)), p("c", number=(12345, 0)))
    assert counted(*items, styles=kinds, numbering=lists(nums=circle)) == [None, None, None]
