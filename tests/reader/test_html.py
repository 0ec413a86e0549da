"""HTML pages: lists that the browser numbers, marked changes, footnotes, what is no text."""

from __future__ import annotations

import pytest

from reader import html
from reader.document import Change, Side, Unreadable
from reader.outline import outline
from tests.reader.structure import at, openers, tree

PAGE = """<html><head><meta charset="utf-8"><title>x</title><style>p {}</style></head><body><nav>Menu</nav>
<h1>RESOLUTION 1332 (C11, last amended <del>C24</del><ins>C26</ins>)</h1><p>The role of ITU</p><p>The ITU Council,</p>
<p><i>recalling</i></p><p>a)&nbsp;&nbsp;Resolution 140;</p><p>b) <del>the old</del><ins>the new</ins> text,</p>
<p><i>resolves</i></p><ol><li>to do this;</li><li>to do that:
<ol type="a" start="2"><li>first;</li><li>second,</li></ol></li></ol>
<p><em>instructs the Secretary-General</em></p><p>1 to act.<sup><a href="#fn1">1</a></sup></p>
<ul><li id="fn1">A footnote.</li></ul><p style="display: none">hidden</p></body></html>"""


def test_a_page_is_read_with_its_lists_its_changes_and_its_footnotes() -> None:
    reading = outline(html.manuscript(PAGE.encode()))

    assert openers(reading) == [("recalling", 2), ("resolves", 2), ("instructs the Secretary-General", 1)]
    assert tree(reading.sections[1].paragraphs) == ["1.", ("2.", ["b.", "c."])]
    changed = at(reading, "recalling/b")
    assert (changed.text, changed.text_before, changed.change) == ("the new text,", "the old text,", Change.REWORDED)
    assert [(version.label, version.side) for version in reading.versions] == [
        ("C24", Side.BEFORE),
        ("C26", Side.AFTER),
    ]
    assert [note.text for note in at(reading, "instructs the Secretary-General/1").footnotes] == ["A footnote."]


def test_numerals_are_counted_as_a_browser_does() -> None:
    page = "<ol type=i start=9><li>a<li>b<li value=14>c</ol><ol reversed start=3><li>d<li>e</ol><ul><li>f</ul>"

    assert [line.label for line in html.manuscript(page.encode()).after] == ["ix.", "x.", "xiv.", "3.", "2.", "•"]


def test_line_breaks_table_cells_and_preformatted_lines_are_lines() -> None:
    page = "<p>one<br>two</p><table><tr><td>three</td><td>four</td></tr></table><pre>five\nsix</pre>"

    assert [line.text for line in html.manuscript(page.encode()).after] == [
        "one",
        "two",
        "three",
        "four",
        "five",
        "six",
    ]


def test_a_declared_encoding_is_believed() -> None:
    page = "<meta charset=iso-8859-1><p>résumé</p>".encode("iso-8859-1")

    assert html.manuscript(page).after[0].text == "résumé"


@pytest.mark.parametrize(
    "page", ["", "   ", "<html><head><title>x</title></head><body></body></html>", "<!-- x -->", "\x00"]
)
def test_a_page_without_text_is_refused_with_a_sentence(page: str) -> None:
    with pytest.raises(Unreadable, match="no text"):
        html.manuscript(page.encode())


def test_deep_nesting_is_refused_rather_than_read_in_part() -> None:
    assert html.manuscript(("<div>" * 200 + "deep" + "</div>" * 200).encode()).after[0].text == "deep"
    with pytest.raises(Unreadable, match="nested deeper"):
        html.manuscript(("<div>" * 5000 + "deep" + "</div>" * 5000 + "<p>after</p>").encode())
