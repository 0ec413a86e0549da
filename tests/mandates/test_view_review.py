"""The page of a review."""

from __future__ import annotations

import re

import pytest
from django.shortcuts import render
from django.test import RequestFactory
from django.urls import reverse

from mandates.actions import suggestions as decisions
from mandates.models import Paragraph, Section, Suggestion, Version
from mandates.views.review import ON_A_PAGE, Asked, review_page, version_of
from mandates.views.wording import wording_of
from tests.factories import (
    NOON,
    DoubtFactory,
    ParagraphFactory,
    ResolutionFactory,
    SectionFactory,
    SessionFactory,
    SuggestionFactory,
    VersionFactory,
    fields,
)

WORDS = "to report to the 30th session of CSTD in 2027 on the outcomes achieved;"


def address(version: Version, query: str = "") -> str:
    return reverse("review", args=[version.resolution.slug, version.slug]) + query


def plain(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def piece(html: str, anchor: str) -> str:
    """The paragraph of that anchor, as the page has it."""
    return re.search(rf'<article class="pair[^>]* id="{anchor}".*?</article>', html, re.DOTALL)[0]


# ── What stands on it ────────────────────────────────────────────────────────────────────────────────────────────


def test_official_words_stand_beside_what_was_read_with_the_words_of_each_field_lettered(client, li_na):
    session = SessionFactory(document_deadline="2027-02-12", name="CSTD 30")
    paragraph = ParagraphFactory(change="new", redline=[{"text": WORDS, "side": "after"}], anchor="sg-5")
    suggestion = SuggestionFactory(paragraph=paragraph)
    client.force_login(li_na)
    html = piece(client.get(address(paragraph.version)).text, "sg-5")
    assert f'<mark data-of="{suggestion.pk}-deadline" data-k="a">to the 30th session of CSTD in 2027</mark>' in html
    when = re.search(rf'<div data-of="{suggestion.pk}-deadline">.*?</div>', html, re.DOTALL)[0]
    assert plain(when) == (
        f"a When 12 February 2027 document deadline of CSTD 30; session: {session.dates}; "
        "“to the 30th session of CSTD in 2027”"
    )
    assert "93 % sure" in html
    assert "read by machine" in html


def test_a_redline_shows_what_was_struck_and_what_was_put_in_and_the_old_number_above_the_new(client, li_na):
    paragraph = ParagraphFactory(
        anchor="sg-13",
        number="13",
        number_before="12",
        change="reworded",
        text="to provide this report through CWG;",
        redline=[
            {"text": "to provide this report ", "side": "both"},
            {"text": "to the ", "side": "before"},
            {"text": "through ", "side": "after"},
            {"text": "CWG;", "side": "both"},
        ],
    )
    client.force_login(li_na)
    html = piece(client.get(address(paragraph.version)).text, "sg-13")
    assert "to provide this report <del>to the </del><ins>through </ins>CWG;" in html
    assert "<del>12</del><ins>13</ins>" in html


def test_spans_count_in_the_text_that_stands_whatever_was_struck_before_them(db):
    paragraph = ParagraphFactory(
        text="to report annually;",
        redline=[
            {"text": "to ", "side": "both"},
            {"text": "continue to ", "side": "before"},
            {"text": "report ann", "side": "both"},
            {"text": "ually", "side": "after"},
            {"text": ";", "side": "both"},
        ],
    )
    suggestion = SuggestionFactory.build(pk=1, paragraph=paragraph, fields={"spans": {"deadline": [10, 18]}})
    marked = [(one.text, one.side, one.letters) for one in wording_of(paragraph, [suggestion]).stretches if one.of]
    assert marked == [("ann", "both", ""), ("ually", "after", "a")]


def test_spans_of_a_paragraph_that_went_count_in_the_text_that_stood(db):
    paragraph = ParagraphFactory(change="gone", text="", redline=[{"text": "to report annually;", "side": "before"}])
    suggestion = SuggestionFactory.build(pk=1, paragraph=paragraph, fields={"spans": {"deadline": [10, 18]}})
    assert [one.text for one in wording_of(paragraph, [suggestion]).stretches if one.of] == ["annually"]


def test_words_within_words_are_marked_each_and_only_the_whole_sentence_is_quiet(db):
    paragraph = ParagraphFactory(text="to report to the 30th session of CSTD in 2027 on it;")
    spans = {"action": [0, 51], "deadline": [10, 45], "reports_to": [33, 37]}
    suggestion = SuggestionFactory.build(pk=1, paragraph=paragraph, fields={"spans": spans})
    wording = wording_of(paragraph, [suggestion])
    assert [(one.text, one.letters, one.wide) for one in wording.stretches] == [
        ("to report ", "", True),
        ("to the 30th session of ", "", False),
        ("CSTD", "a", False),
        (" in 2027", "b", False),
        (" on it", "", True),
        (";", "", False),
    ]
    assert wording.stretches[2].of == "1-action 1-reports_to 1-deadline"


@pytest.mark.parametrize("span", [[0, 500], [-3, 5], [9, 9], [12, 4], [3]])
def test_a_span_outside_the_text_marks_nothing_and_breaks_nothing(db, span):
    paragraph = ParagraphFactory(text=WORDS)
    suggestion = SuggestionFactory.build(pk=1, paragraph=paragraph, fields={"spans": {"deadline": span}})
    stretches = wording_of(paragraph, [suggestion]).stretches
    assert [(one.text, one.of) for one in stretches] == [(WORDS, "")]


def test_words_of_a_document_are_text_never_markup(client, li_na):
    evil = "<img src=x onerror=alert(1)>"
    paragraph = ParagraphFactory(text=evil, anchor="evil", section__opener=evil)
    SuggestionFactory(paragraph=paragraph, title=evil, fields=fields(action=evil, addressees=[evil], spans={}))
    DoubtFactory(paragraph=paragraph, sentence=evil, readings=[evil], text=evil)
    client.force_login(li_na)
    html = client.get(address(paragraph.version)).text
    assert "<img" not in html
    assert html.count("&lt;img src=x onerror=alert(1)&gt;") >= 6


def test_an_instruction_whose_words_are_gone_is_offered_to_be_closed(client, li_na):
    paragraph = ParagraphFactory(change="gone", text="", redline=[{"text": WORDS, "side": "before"}], anchor="gone")
    SuggestionFactory(paragraph=paragraph, kind="close", title="Contribute to the Summit")
    client.force_login(li_na)
    html = piece(client.get(address(paragraph.version)).text, "gone")
    assert "Close “Contribute to the Summit”" in html
    assert "Its instruction is closed; its history stays." in html
    assert "Add an instruction" not in html


def test_questions_stand_at_their_place_with_their_readings_and_those_of_the_document_at_the_top(client, li_na):
    paragraph = ParagraphFactory(anchor="sg-5")
    DoubtFactory(paragraph=paragraph)
    DoubtFactory(version=paragraph.version, paragraph=None, sentence="Old and new are glued together.", readings=[])
    client.force_login(li_na)
    html = client.get(address(paragraph.version)).text
    assert 'value="Continues the old 5"' in piece(html, "sg-5")
    assert html.index("Old and new are glued together.") < html.index('id="sg-5"')
    assert "2 questions" in html


def test_progress_is_counted_in_a_sentence(client, li_na):
    paragraph = ParagraphFactory()
    for state, many in (("confirmed", 3), ("edited", 2), ("rejected", 1)):
        SuggestionFactory.create_batch(many, paragraph=paragraph, state=state, decided_by=li_na, decided_at=NOON)
    SuggestionFactory.create_batch(4, paragraph=paragraph, confidence=0.5)
    DoubtFactory(version=paragraph.version, paragraph=None)
    client.force_login(li_na)
    said = plain(client.get(address(paragraph.version)).text)
    assert "6 of 10 suggestions decided: 3 confirmed, 2 edited, 1 rejected. 4 left , 1 question ." in said


def test_those_who_do_not_decide_read_along_and_are_told_who_decides(client, mariam):
    paragraph = ParagraphFactory()
    SuggestionFactory(paragraph=paragraph)
    DoubtFactory(paragraph=paragraph)
    client.force_login(mariam)
    answer = client.get(address(paragraph.version))
    assert "Only the coordinator decides suggestions." in answer.text
    assert "Report on the outcomes achieved" in answer.text
    main = answer.text.split("<main")[1].split("</main>")[0]
    assert re.findall(r'<form[^>]*method="post"', main) == []


def test_a_version_that_is_not_held_is_not_found(client, li_na):
    client.force_login(li_na)
    version = VersionFactory()
    assert client.get(f"/texts/{version.resolution.slug}/C99/review/").status_code == 404
    assert client.get("/texts/nothing/C26/review/").status_code == 404


# ── Filters, folds, pages ────────────────────────────────────────────────────────────────────────────────────────


def shown(version, member, **asked) -> list[str]:
    page = review_page(version, member, Asked(**asked))
    return [pair.paragraph.number for part in page.parts for block in part.blocks for pair in block.pairs]


def test_filters_show_what_is_left_or_what_is_asked(li_na):
    section = SectionFactory()
    quiet, decided, left, asked = ParagraphFactory.create_batch(4, section=section)
    SuggestionFactory(paragraph=decided, state="confirmed", decided_by=li_na, decided_at=NOON)
    SuggestionFactory(paragraph=left)
    DoubtFactory(paragraph=asked)
    DoubtFactory(paragraph=quiet, answer="So it is", answered_by=li_na, answered_at=NOON)
    assert shown(section.version, li_na) == ["1", "2", "3", "4"]
    assert shown(section.version, li_na, show="left") == ["3", "4"]
    assert shown(section.version, li_na, show="questions") == ["4"]
    assert shown(section.version, li_na, show="nonsense") == ["1", "2", "3", "4"]


def test_quiet_paragraphs_are_folded_but_new_operative_words_without_an_instruction_are_not(li_na):
    section = SectionFactory()
    ParagraphFactory.create_batch(3, section=section, change="same")
    ParagraphFactory(section=section, change="new")
    SuggestionFactory(paragraph=ParagraphFactory(section=section, change="same"))
    blocks = review_page(section.version, li_na, Asked()).parts[0].blocks
    assert [(len(block.pairs), block.folded) for block in blocks] == [
        (3, "1 to 3: 3 paragraphs in which nothing was read"),
        (1, ""),
        (1, ""),
    ]


def test_what_was_deleted_and_asked_nothing_is_folded(li_na):
    section = SectionFactory()
    ParagraphFactory.create_batch(2, section=section, change="gone")
    (block,) = review_page(section.version, li_na, Asked()).parts[0].blocks
    assert block.folded == "Deleted: 2 paragraphs in which nothing was read"


def test_a_preamble_is_folded_and_says_how_much_of_it_changed(li_na):
    section = SectionFactory(part=Section.Part.PREAMBULAR, opener="recalling")
    ParagraphFactory(section=section, change="same", printed="a)")
    ParagraphFactory(section=section, change="new", printed="b)")
    (block,) = review_page(section.version, li_na, Asked()).parts[0].blocks
    assert block.folded == "a) to b): 2 paragraphs, 1 of them changed; nothing was read in them"


def test_a_long_text_comes_in_pages_that_begin_with_a_section_and_lose_nothing(li_na):
    version = VersionFactory()
    for count in (50, 60, 40, 300):
        ParagraphFactory.create_batch(count, section=SectionFactory(version=version))
    pages = [review_page(version, li_na, Asked(page=turn)) for turn in range(1, 7)]
    sizes = [sum(len(block.pairs) for part in page.parts for block in part.blocks) for page in pages]
    assert sizes[:5] == [110, 40, ON_A_PAGE, ON_A_PAGE, 60]
    assert {page.pages for page in pages} == {5}
    assert pages[5].number == 5  # a page beyond the last is the last
    assert [entry.page for entry in pages[0].entries] == [1, 1, 2, 3]


def test_a_paragraph_and_what_is_below_it_are_not_parted_by_a_page(li_na):
    section = SectionFactory()
    ParagraphFactory.create_batch(ON_A_PAGE - 1, section=section)
    ParagraphFactory(section=section)
    below = ParagraphFactory(section=section, depth=1)
    page = review_page(section.version, li_na, Asked())
    assert [block.pairs[-1].paragraph for part in page.parts for block in part.blocks][-1] == below


@pytest.mark.parametrize("query", ["?page=²", "?page=" + "9" * 40, "?page=-1", "?at=%00", "?show=%F0%9F%92%A5&page="])
def test_odd_addresses_show_the_first_or_the_last_page(client, li_na, query):
    version = ParagraphFactory().version
    client.force_login(li_na)
    assert client.get(address(version, query)).status_code == 200


def test_an_address_with_a_paragraph_in_it_opens_its_page(li_na):
    section = SectionFactory()
    ParagraphFactory.create_batch(ON_A_PAGE + 30, section=section)
    last = section.version.paragraphs.last()
    assert review_page(section.version, li_na, Asked(at=last.anchor)).number == 2
    assert review_page(section.version, li_na, Asked(at="no-such-place")).number == 1


# ── Queries ──────────────────────────────────────────────────────────────────────────────────────────────────────


def long_text(paragraphs: int) -> Version:
    resolution = ResolutionFactory(number=str(paragraphs))
    older = VersionFactory(resolution=resolution, label="C24")
    version = VersionFactory(resolution=resolution, predecessor=older)
    sections = SectionFactory.create_batch(4, version=version)
    rows = Paragraph.objects.bulk_create(
        Paragraph(
            version=version,
            section=sections[position * 4 // paragraphs],
            position=position,
            number=str(position),
            printed=str(position),
            address=f"resolves/{position}",
            anchor=f"resolves-{position}",
            text=WORDS,
            change="new",
            footnotes=[{"mark": "1", "text": "See there.", "at": 3}],
        )
        for position in range(paragraphs)
    )
    Suggestion.objects.bulk_create(
        Suggestion(paragraph=row, version=version, title="Report", fields=fields(citations=["resolves/1"]))
        for row in rows
        for _twice in range(2)
    )
    for row in rows[:3]:
        DoubtFactory(paragraph=row, version=version)
    return version


def test_a_review_takes_the_same_queries_for_10_paragraphs_and_for_1000(
    client, li_na, django_assert_num_queries, django_assert_max_num_queries
):
    SessionFactory()
    short, long = long_text(10), long_text(1000)
    client.force_login(li_na)
    with django_assert_max_num_queries(13) as few:
        client.get(address(short))
    with django_assert_num_queries(len(few)):
        assert client.get(address(long)).text.count("<article") == 120


def test_the_template_asks_the_database_nothing(li_na, django_assert_num_queries):
    version = long_text(10)
    decisions.confirm(suggestion=version.suggestions.first(), seen=1, by=li_na, at=NOON)
    request = RequestFactory().get("/")
    request.user = li_na
    page = review_page(version_of(version.resolution.slug, version.slug), li_na, Asked())
    with django_assert_num_queries(0):
        html = render(request, "mandates/review.html", {"page": page, "progress": page.progress}).content.decode()
    assert "Report" in html


# ── All that are certain ─────────────────────────────────────────────────────────────────────────────────────────


def test_all_that_are_certain_are_confirmed_in_one_go_and_the_rest_waits(client, li_na, settings):
    settings.CERTAIN_FROM = 0.9
    paragraph, doubtful = ParagraphFactory.create_batch(2, section=SectionFactory())
    sure = SuggestionFactory(paragraph=paragraph, confidence=0.95)
    unsure = SuggestionFactory(paragraph=paragraph, confidence=0.89)
    asked = SuggestionFactory(paragraph=doubtful, confidence=0.99)
    DoubtFactory(paragraph=doubtful)
    client.force_login(li_na)
    assert "Confirm 1 that is certain" in client.get(address(paragraph.version)).text
    answer = client.post(address(paragraph.version) + "confirm-certain/", follow=True)
    assert "1 suggestion confirmed. 2 suggestions left." in answer.text
    states = {one.pk: one.state for one in Suggestion.objects.all()}
    assert states == {sure.pk: "confirmed", unsure.pk: "open", asked.pk: "open"}
    assert "that is certain" not in answer.text


def test_only_the_coordinator_confirms_in_one_go(client, mariam):
    suggestion = SuggestionFactory(confidence=0.99)
    client.force_login(mariam)
    assert client.post(address(suggestion.version) + "confirm-certain/").status_code == 403
    assert client.get(address(suggestion.version) + "confirm-certain/").status_code == 405
    suggestion.refresh_from_db()
    assert suggestion.is_open
