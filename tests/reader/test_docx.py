"""Word files: what each kind of tracked change, and each thing that Word puts into a paragraph, means for the text."""

from __future__ import annotations

from pathlib import Path

import pytest

from reader import docx
from reader.document import Line, Manuscript, Note, Run, Side

from .wordsmith import (
    WHO,
    call,
    cell,
    document,
    document_xml,
    field,
    footnotes,
    gone,
    ins,
    moved_away,
    moved_here,
    p,
    pack,
    parts,
    r,
    row,
    style,
    styles,
    table,
)  # fmt: skip

REDLINE = Path(__file__).parents[2] / "mandates/samples/council-resolution-1332-c26-proposal.docx"


def read(*blocks: str, **others: str) -> Manuscript:
    return docx.manuscript(document(*blocks, **others))


def texts(lines: tuple[Line, ...] | None) -> list[str]:
    return [line.text for line in lines or ()]


def readings(*blocks: str, **others: str) -> tuple[list[str], list[str]]:
    """The texts before and after."""
    read_in = read(*blocks, **others)
    return texts(read_in.before), texts(read_in.after)


def test_insertions_and_deletions_give_two_readings_and_a_redline() -> None:
    manuscript = read(p("a)\tto report ", gone("annually"), ins("to CSTD 30"), ";"))
    assert texts(manuscript.before) == ["a)\tto report annually;"]
    assert texts(manuscript.after) == ["a)\tto report to CSTD 30;"]
    assert manuscript.redline == (
        (Run("a)\tto report "), Run("annually", Side.BEFORE), Run("to CSTD 30", Side.AFTER), Run(";")),
    )  # fmt: skip


def test_a_document_without_changes_has_no_reading_before() -> None:
    assert read(p("resolves"), p("1\tto continue")).before is None


def test_a_change_of_letters_alone_is_no_change_of_the_text() -> None:
    changed = f"<w:i/><w:rPrChange {WHO}><w:rPr/></w:rPrChange>"
    manuscript = read(p(r("resolves", changed)))
    assert manuscript.before is None
    assert manuscript.after[0].italic


def test_moved_words_are_gone_in_one_place_and_new_in_the_other() -> None:
    before, after = readings(p("one ", moved_away("two "), "three "), p("four ", moved_here("two")))
    assert (before, after) == (["one two three ", "four "], ["one three ", "four two"])


def test_what_was_added_and_struck_again_stands_in_neither_reading() -> None:
    manuscript = read(p("kept ", ins("added ", gone("regretted "), "stays")))
    assert texts(manuscript.before) == ["kept "]
    assert texts(manuscript.after) == ["kept added stays"]
    assert "".join(run.text for run in manuscript.redline[0]) == "kept added stays"


@pytest.mark.parametrize("depth", [6, 60])
def test_changes_nested_deep_are_still_the_one_change_that_they_are(depth: int) -> None:
    inner = r("added")
    for _ in range(depth):
        inner = ins(inner)
    before, after = readings(p("kept ", inner))
    assert (before, after) == (["kept "], ["kept added"])


def test_a_struck_paragraph_mark_joins_two_paragraphs_after_the_changes() -> None:
    manuscript = read(p("to report annually", style="A", mark="del"), p("to the Council", style="B"))
    assert texts(manuscript.before) == ["to report annually", "to the Council"]
    assert texts(manuscript.after) == ["to report annually to the Council"]
    # the mark that stays is the second one, and with it the second one's style
    assert [(line.style, line.source) for line in manuscript.after] == [("B", (0, 1))]
    assert joined(manuscript.redline, (0, 1), Side.AFTER) == "to report annually to the Council"
    assert joined(manuscript.redline, (0, 1), Side.BEFORE) == "to report annuallyto the Council"


def joined(redline: tuple[tuple[Run, ...], ...], source: tuple[int, ...], side: Side) -> str:
    return "".join(run.text for n in source for run in redline[n] if run.side in (Side.BOTH, side))


def test_an_added_paragraph_mark_joins_two_paragraphs_before_the_changes() -> None:
    before, after = readings(p("to report;", mark="ins"), p("to submit"))
    assert (before, after) == (["to report; to submit"], ["to report;", "to submit"])


def test_a_paragraph_struck_or_added_whole_stands_in_one_reading_and_leaves_no_empty_line() -> None:
    before, after = readings(p("one"), p(gone("two"), mark="del"), p(ins("three"), mark="ins"), p("four"))
    assert (before, after) == (["one", "two", "four"], ["one", "three", "four"])


def test_words_whose_mark_is_gone_run_on_over_several_paragraphs() -> None:
    before, after = readings(p("a", mark="del"), p("b ", mark="del"), p(gone("c"), mark="del"), p("d"))
    assert (before, after) == (["a", "b ", "c", "d"], ["a b d"])


def test_no_paragraph_runs_on_out_of_its_cell_or_past_a_table() -> None:
    before, after = readings(
        p("above", mark="del"), table(row(cell(p("left", mark="del")), cell(p("right")))), p("below")
    )
    assert before == after == ["above", "left", "right", "below"]


def test_rows_and_cells_that_were_added_or_struck_stand_in_one_reading() -> None:
    before, after = readings(
        table(
            row(cell(p("kept")), cell(p("new cell"), change="cellIns"), cell(p("old cell"), change="cellDel")),
            row(cell(p("new row")), change="ins"),
            row(cell(p("old row")), change="del"),
        )
    )
    assert (before, after) == (["kept", "old cell", "old row"], ["kept", "new cell", "new row"])


def test_lines_in_tables_say_so() -> None:
    manuscript = read(p("Purpose"), table(row(cell(p("in"), table(row(cell(p("deeper"))))))), p("out"))
    assert [line.table for line in manuscript.after] == [False, True, True, False]


def test_the_reading_before_uses_the_style_that_a_paragraph_had() -> None:
    old = f'<w:pPrChange {WHO}><w:pPr><w:pStyle w:val="Call"/></w:pPr></w:pPrChange>'
    kinds = styles(style("Call", "Call", letters="<w:i/>"), style("Heading1", "heading 1"))
    manuscript = read(p("resolves", style="Heading1", more=old), styles=kinds)
    assert [(line.style, line.italic, line.heading) for line in manuscript.before or ()] == [("Call", True, None)]
    assert [(line.style, line.italic, line.heading) for line in manuscript.after] == [("heading 1", False, 1)]


def test_a_text_box_is_read_once_and_after_the_paragraph_that_holds_it() -> None:
    box = (
        '<w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing><wps:txbx><w:txbxContent>{0}</w:txbxContent>'
        "</wps:txbx></w:drawing></mc:Choice><mc:Fallback><w:pict><v:textbox><w:txbxContent>{0}</w:txbxContent></v:textbox>"
        "</w:pict></mc:Fallback></mc:AlternateContent></w:r>"
    ).format(p("in the ", gone("old "), "box"))
    before, after = readings(p("before the box ", box, "and after it"), p("next"))
    assert after == ["before the box and after it", "in the box", "next"]
    assert before == ["before the box and after it", "in the old box", "next"]


def test_a_field_gives_its_result_and_never_its_code() -> None:
    nested = field("IF " + "</w:instrText></w:r>" + field("PAGE", "1") + "<w:r><w:instrText>= 1", "shown")
    _, after = readings(p("see ", field("REF _Ref1", "resolves 5"), " and ", nested, "."), p(gone("x")))
    assert after == ["see resolves 5 and shown."]


def test_a_field_that_never_ends_swallows_no_paragraph_after_it() -> None:
    begun = '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
    assert texts(read(p("one", begun, "code"), p("two")).after) == ["one", "two"]


def test_struck_and_added_fields_stand_in_their_own_reading() -> None:
    before, after = readings(p("see ", gone(field("REF a", "4")), ins(field("REF b", "5"))))
    assert (before, after) == (["see 4"], ["see 5"])


def test_links_content_controls_and_smart_tags_are_looked_through() -> None:
    link = f'<w:hyperlink r:id="rId9">{r("the annex")}</w:hyperlink>'
    control = f"<w:sdt><w:sdtPr><w:tabs><w:tab/></w:tabs></w:sdtPr><w:sdtContent>{r(' of ')}</w:sdtContent></w:sdt>"
    tag = f'<w:smartTag w:element="place">{r("Geneva")}</w:smartTag>'
    block = f"<w:sdt><w:sdtContent>{p('inside')}</w:sdtContent></w:sdt>"
    assert texts(read(p(link, control, tag), block).after) == ["the annex of Geneva", "inside"]


def test_signs_that_are_elements_become_signs() -> None:
    letter = '<w:sym w:font="Symbol" w:char="F061"/>'
    signs = f"<w:r><w:t>C26</w:t><w:noBreakHyphen/><w:t>9</w:t><w:br/>{letter}<w:softHyphen/></w:r>"
    assert texts(read(p("1\t", signs)).after) == ["1\tC26\u20119\nα"]


def test_tab_stops_are_no_tabs() -> None:
    stops = '<w:tabs><w:tab w:val="left" w:pos="794"/><w:tab w:val="left" w:pos="1191"/></w:tabs>'
    assert texts(read(p("1\tto report", more=stops)).after) == ["1\tto report"]


def test_a_formula_and_the_words_under_a_reading_aid_are_kept() -> None:
    space = "http://schemas.openxmlformats.org/officeDocument/2006/math"
    formula = f'<m:oMath xmlns:m="{space}"><m:r><m:t>x=1</m:t></m:r></m:oMath>'
    ruby = f"<w:r><w:ruby><w:rt>{r('aid')}</w:rt><w:rubyBase>{r('word')}</w:rubyBase></w:ruby></w:r>"
    assert texts(read(p(formula, " ", ruby)).after) == ["x=1 word"]


def test_a_footnote_is_called_where_it_stands_in_each_reading() -> None:
    notes = footnotes(n2=p("<w:r><w:footnoteRef/></w:r>", "\tIncluding ", gone("ICANN"), ins("the IETF"), "."))
    manuscript = read(p(gone("relevant "), "organizations", call(2), " involved"), footnotes=notes)
    assert manuscript.before is not None
    assert manuscript.before[0].notes == (Note("1", "Including ICANN.", 22),)
    assert manuscript.after[0].notes == (Note("1", "Including the IETF.", 13),)
    assert manuscript.after[0].text == "organizations involved"


def test_footnotes_are_counted_in_each_reading_for_itself() -> None:
    notes = footnotes(n2=p("old"), n3=p("kept"))
    manuscript = read(p("a", gone(call(2))), p("b", call(3)), footnotes=notes)
    assert [line.notes for line in manuscript.before or ()] == [(Note("1", "old", 1),), (Note("2", "kept", 1),)]
    assert [line.notes for line in manuscript.after] == [(), (Note("1", "kept", 1),)]


def test_a_footnote_added_to_a_paragraph_without_words_is_not_lost() -> None:
    manuscript = read(p("a"), p(ins(call(2))), footnotes=footnotes(n2=p("new")))
    assert [line.notes for line in manuscript.after] == [(), (Note("1", "new", 0),)]
    assert [line.notes for line in manuscript.before or ()] == [()]


def test_a_changed_footnote_alone_makes_two_readings() -> None:
    manuscript = read(p("a", call(2)), footnotes=footnotes(n2=p("old ", gone("words"))))
    assert [line.notes[0].text for line in (*(manuscript.before or ()), *manuscript.after)] == ["old words", "old"]


def test_a_mark_typed_by_hand_belongs_to_the_footnote_and_not_to_the_line() -> None:
    typed = '<w:r><w:footnoteReference w:customMarkFollows="1" w:id="2"/><w:t>*</w:t></w:r>'
    manuscript = read(p("Group", typed, " of experts"), footnotes=footnotes(n2=p("See above.")))
    assert manuscript.after[0].text == "Group of experts"
    assert manuscript.after[0].notes == (Note("*", "See above.", 5),)


def test_a_footnote_in_a_joined_paragraph_keeps_its_place() -> None:
    manuscript = read(p("one", mark="del"), p("two", call(2)), footnotes=footnotes(n2=p("note")))
    assert manuscript.after[0].text == "one two"
    assert manuscript.after[0].notes == (Note("1", "note", 7),)


def test_a_style_inherits_from_its_parents_and_a_circle_of_parents_ends() -> None:
    kinds = styles(
        style("Base", "Base", '<w:jc w:val="center"/><w:ind w:left="1134"/>', "<w:b/>", based_on="Leaf"),
        style("Leaf", "Res_title", '<w:outlineLvl w:val="1"/>', based_on="Base"),
    )
    (line,) = read(p("ITU role", style="Leaf"), styles=kinds).after
    assert (line.style, line.centred, line.indent, line.bold, line.heading) == ("Res_title", True, 56.7, True, 2)


def test_a_line_is_italic_only_if_all_its_words_are() -> None:
    kinds = styles(style("Call", "Call", letters="<w:i/>"))
    lines = read(
        p("resolves", style="Call"), p("not ", r("all", '<w:i w:val="0"/>'), style="Call"),
        p(r("resolves", "<w:i/>"), " ", r("further", "<w:i/>")), p(r("noting", "<w:i/>"), " that"), styles=kinds,
    ).after  # fmt: skip
    assert [line.italic for line in lines] == [True, False, True, False]


def test_letters_that_say_nothing_of_slant_or_weight_leave_the_line_as_its_style_has_it() -> None:
    (line,) = read(p(r("the annex", '<w:rStyle w:val="Hyperlink"/>'))).after
    assert (line.italic, line.bold) == (False, False)


def test_a_line_break_of_the_xml_is_a_space() -> None:
    assert texts(read(p("to report\nannually")).after) == ["to report annually"]


def test_the_strict_dialect_and_other_prefixes_read_alike() -> None:
    strict = parts(p("to report ", gone("annually"), ins("yearly")))
    text = str(strict["word/document.xml"])
    text = text.replace(
        "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
        "http://purl.oclc.org/ooxml/wordprocessingml/main",
    )
    strict["word/document.xml"] = (
        text.replace("xmlns:w=", "xmlns:x=").replace("<w:", "<x:").replace("</w:", "</x:").replace(" w:", " x:")
    )
    manuscript = docx.manuscript(pack(strict))
    assert (texts(manuscript.before), texts(manuscript.after)) == (["to report annually"], ["to report yearly"])


def test_words_outside_any_paragraph_are_not_lost() -> None:
    manuscript = docx.manuscript(
        pack(parts() | {"word/document.xml": document_xml(r("stray"), p("kept"), r(" words"))})
    )
    assert "".join(texts(manuscript.after)) == "straykept words"


def test_a_part_kept_in_another_file_is_said_to_be_missing() -> None:
    assert [doubt.code for doubt in read(p("a"), '<w:altChunk r:id="rId5"/>').doubts] == ["left-out"]


def test_both_readings_of_the_resolution_1332_redline_are_whole() -> None:
    manuscript = docx.manuscript(REDLINE.read_bytes())
    assert manuscript.before is not None
    assert (len(manuscript.before), len(manuscript.after), len(manuscript.redline)) == (126, 129, 141)
    for lines, side in ((manuscript.before, Side.BEFORE), (manuscript.after, Side.AFTER)):
        for line in lines:
            assert joined(manuscript.redline, line.source, side) == line.text
            assert not any(glued in line.text for glued in ("C24C26", "A/70/12580/173", "20242025", "fg)"))
            assert not line.text.startswith(("46", "57"))
    assert "RESOLUTION 1332 (C11, last amended C24)" in texts(manuscript.before)
    assert "RESOLUTION 1332 (C11, last amended C26)" in texts(manuscript.after)
    assert [note.mark for line in manuscript.after for note in line.notes] == ["1"]
