"""Lineage between two separate texts."""

from __future__ import annotations

from reader.document import Change
from reader.matching import Kept, Lineage, match


def kept(section: str, *texts: str) -> list[Kept]:
    return [Kept(f"{section}/{n}", str(n), text) for n, text in enumerate(texts, start=1)]


OLD = kept(
    "resolves",
    "to report annually to the Council on progress;",
    "to hold a forum and to publish a yearly book about the forum and its outcomes for all members;",
    "to stop everything at once;",
    "to keep the database of projects up to date;",
    "that members pay their dues in time;",
    "that members send their reports by June;",
)


def test_what_became_of_each_paragraph() -> None:
    new = kept(
        "resolves",
        "to report twice a year to the Council on the progress made;",
        "to hold a forum;",
        "to publish a yearly book about the forum and its outcomes for all members;",
        "to invite everybody else to dinner in Geneva;",
        "to keep the database of projects up to date;",
        "that members pay their dues in time and that members send their reports by June.",
    )

    assert [(found.old, found.new, found.lineage) for found in match(old=OLD, new=new)] == [
        (0, 0, Lineage.REWORDED),
        (1, 1, Lineage.SPLIT),
        (1, 2, Lineage.SPLIT),
        (None, 3, Lineage.NEW),
        (3, 4, Lineage.RENUMBERED),
        (4, 5, Lineage.MERGED),
        (5, 5, Lineage.MERGED),
        (2, None, Lineage.GONE),
    ]


def test_the_same_text_again_is_all_the_same() -> None:
    assert {found.lineage for found in match(old=OLD, new=OLD)} == {Lineage.SAME}


def test_a_paragraph_out_of_order_or_in_another_section_was_moved() -> None:
    swapped = kept("resolves", *(OLD[at].text for at in (5, 0, 1, 2, 3, 4)))
    elsewhere = [*OLD[:-1], Kept("invites Member States/1", "1", OLD[-1].text)]

    assert match(old=OLD, new=swapped)[0].lineage is Lineage.MOVED
    assert match(old=OLD, new=elsewhere)[-1].lineage is Lineage.MOVED


def test_of_two_paragraphs_with_the_same_words_each_finds_its_own() -> None:
    old = [Kept("a/1", "1", "to act;"), Kept("b/1", "1", "to act;")]

    assert [(found.old, found.new) for found in match(old=old, new=old)] == [(0, 0), (1, 1)]


def test_look_alike_letters_make_no_new_paragraph() -> None:
    (found,) = match(
        old=[Kept("a/1", "1", "Document С26/59 (Cyrillic)")], new=[Kept("a/1", "1", "Document C26/59 (Cyrillic)")]
    )

    assert (found.old, found.likeness) == (0, 1.0)


def test_a_split_or_a_merger_is_a_rewording_in_the_words_of_a_paragraphs_change() -> None:
    new = kept(
        "resolves", "to hold a forum;", "to publish a yearly book about the forum and its outcomes for all members;"
    )

    assert [found.change for found in match(old=OLD[1:2], new=new)] == [Change.REWORDED, Change.REWORDED]


def test_nothing_against_something() -> None:
    assert [found.lineage for found in match(old=[], new=OLD[:1])] == [Lineage.NEW]
    assert [found.lineage for found in match(old=OLD[:1], new=[])] == [Lineage.GONE]
    assert match(old=[], new=[]) == []
