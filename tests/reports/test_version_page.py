"""The page of a version."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from mandates.actions import versions
from mandates.actions.facts import load
from mandates.models import Citation, Version
from reader import as_json, read
from reports.resolution import VersionPage, version_that_matters
from tests.factories import (
    NOON,
    DocumentFactory,
    DoubtFactory,
    ParagraphFactory,
    ResolutionFactory,
    SectionFactory,
    SessionFactory,
    SuggestionFactory,
    VersionFactory,
    instruction_in,
)


def plain(html: str) -> str:
    return re.sub(r"\s+([,.;:)])", r"\1", " ".join(re.sub(r"<[^>]+>", " ", html).split()))


def provision(html: str, anchor: str) -> str:
    """The paragraph of that anchor with what stands beside it."""
    return re.search(rf'<div class="prov[^>]* id="{anchor}".*?(?=<div class="prov[ "]|</section>)', html, re.DOTALL)[0]


@pytest.fixture
def page(client, mariam, proposal):
    client.force_login(mariam)

    def get(query: str = "", address: str = "") -> str:
        return client.get((address or proposal.address) + query).text

    return get


def tags(html: str) -> list[str]:
    return [plain(tag) for tag in re.findall(r'<span class="tag.*?</span>', html)]


# ── What stands on it ────────────────────────────────────────────────────────────────────────────────────────────


def test_a_sentence_says_what_one_reads_and_each_number_leads_to_these_paragraphs(page):
    html = page()
    assert (
        "You are reading C26 as proposed: 2 paragraphs new, 1 deleted, 1 reworded, 1 only renumbered. "
        "A bar in the margin marks each change." in plain(html)
    )
    assert 'href="/texts/itu-council-1332/C26/?show=changes&amp;only=gone"' in html
    only = page("?show=changes&only=gone")
    assert "to brand the Forum 2025" in only
    assert "keep the database" not in only


def test_versions_stand_in_a_line_with_their_states_the_proposed_one_behind_a_dashed_stroke(page):
    line = re.search(r'<ol class="line">.*?</ol>', page(), re.DOTALL)[0]
    assert plain(line) == "C24 &nbsp; in force since 2024 C26 &nbsp; proposed"
    assert re.findall(r'class="is-next"><a href="([^"]+)" aria-current', line) == ["/texts/itu-council-1332/C26/"]


def test_the_text_after_is_shown_first_with_what_became_of_each_paragraph_beside_it(page):
    html = page()
    assert tags(provision(html, "sg-1")) == ["new"]
    assert tags(provision(html, "sg-2")) == ["was 1, reworded"]
    assert tags(provision(html, "sg-3")) == ["was 2", "a) new"]
    assert "<del>" not in provision(html, "sg-2")
    assert 'class="prov chg"' in provision(html, "sg-2")
    assert 'class="prov"' in provision(html, "sg-3"), "what is only renumbered has no bar"


def test_a_deleted_paragraph_stands_in_its_place_with_its_first_words_and_a_way_to_all(page):
    html = provision(page(), "sg-3-gone")
    assert "<del>3</del>" in html
    assert plain(html).startswith("3 Deleted: “to brand the Forum 2025;” Show the words")
    assert 'href="?show=changes#sg-3-gone"' in html
    changes = provision(page("?show=changes"), "sg-3-gone")
    assert "<del>to brand the Forum 2025;</del>" in changes


def test_the_changes_show_what_was_struck_and_put_in_and_both_numbers(page):
    html = page("?show=changes")
    assert "to hold the Forum <del>every</del><ins>each</ins> year;" in provision(html, "sg-2")
    assert "<del>1</del>" in provision(html, "sg-2")
    assert "<ins><bdi>2</bdi></ins>" in provision(html, "sg-2")
    assert "<ins>to report to the 30th session" in provision(html, "sg-1")


def test_the_text_before_is_the_older_version_and_says_what_became_of_it(page):
    html = page("?show=before")
    assert "You are reading C24, the text before C26." in plain(html)
    assert tags(provision(html, "sg-1")) == ["now 2, reworded"]
    assert tags(provision(html, "sg-2")) == ["now 3"]
    assert tags(provision(html, "sg-3")) == ["deleted in C26"]
    assert "30th session" not in html


@pytest.mark.parametrize(
    "query", ["?show=sideways", "?show=changes&only=everything", "?show=before&only=new", "?only="]
)
def test_an_address_that_makes_no_sense_shows_a_text(client, mariam, proposal, query):
    client.force_login(mariam)
    assert client.get(proposal.address + query).status_code == 200


def test_a_first_version_has_no_switch_and_says_that_there_is_nothing_to_compare_with(page):
    html = page(address="/texts/itu-council-1332/C24/")
    assert 'class="switch"' not in html
    assert "You are reading C24, in force. No earlier version is held to compare it with." in plain(html)


def test_instructions_stand_beside_their_paragraph_and_name_the_sub_paragraph(page, proposal):
    SessionFactory(number=30)
    one = instruction_in(proposal.report, title="Report to CSTD 30")
    two = instruction_in(proposal.sub, title="Keep copies", deadline=None, reports_to=[], addressees=["Director BDT"])
    html = page()
    assert f'<a href="/instructions/{one.pk}/"><bdi>Report to CSTD 30</bdi></a>' in provision(html, "sg-1")
    assert "Secretary-General · CSTD 30" in plain(provision(html, "sg-1"))
    assert "days not announced" in provision(html, "sg-1")
    assert f'<bdi class="dim">a)</bdi> <a href="/instructions/{two.pk}/"><bdi>Keep copies</bdi></a>' in provision(
        html, "sg-3"
    )


def test_what_a_deleted_paragraph_asked_for_stands_beside_the_place_where_it_stood(page, proposal, li_na):
    from mandates.actions import instructions

    one = instruction_in(proposal.gone.predecessor, title="Brand the Forum", deadline=None)
    instructions.close(instruction=one, by=li_na, at=NOON, reason="deleted")
    assert "Brand the Forum" in provision(page(), "sg-3-gone")
    assert "closed" in plain(provision(page(), "sg-3-gone"))


def test_what_is_cited_is_a_link_where_we_hold_it_and_says_that_it_waits_where_we_do_not(page, proposal):
    other = ResolutionFactory(number="140", key="PP/140", slug="pp-140")
    Citation.objects.create(paragraph=proposal.forum, text="hold", start=3, end=7, kind="internal", key="x",
                            paragraph_cited=proposal.report, resolution=proposal.after.resolution)  # fmt: skip
    Citation.objects.create(paragraph=proposal.forum, text="Forum", start=12, end=17, kind="un", key="PP/140",
                            resolution=other)  # fmt: skip
    Citation.objects.create(paragraph=proposal.forum, text="year", start=23, end=27, kind="un", key="A/RES/80/173")
    html = provision(page(), "sg-2")
    assert '<a href="#sg-1">hold</a>' in html
    assert '<a href="/texts/pp-140/">Forum</a>' in html
    assert 'title="We do not hold A/RES/80/173 yet.">year</span>' in html


def test_a_footnote_is_called_at_its_place_and_stands_under_its_paragraph(page, proposal):
    proposal.forum.footnotes = [{"mark": "1", "text": "Held in Geneva.", "at": 17}]
    proposal.forum.save()
    html = provision(page(), "sg-2")
    assert 'to hold the Forum<sup class="call">1</sup> each year;' in html
    assert "<sup>1</sup> Held in Geneva." in html


def test_text_is_labelled_as_read_by_machine_until_it_is_reviewed(page, proposal, li_na):
    from mandates.actions import doubts, suggestions

    suggestion, doubt = SuggestionFactory(paragraph=proposal.report), DoubtFactory(paragraph=proposal.forum)
    html = page()
    assert "read by machine: 1 to review" in plain(provision(html, "sg-1"))
    assert "1 question" in plain(provision(html, "sg-2"))
    assert "Review 1 suggestion" in plain(html)
    suggestions.reject(suggestion=suggestion, seen=1, by=li_na, at=NOON)
    doubts.answer(doubt=doubt, words="new", by=li_na, at=NOON)
    assert "read by machine" not in page()


def test_words_of_a_document_are_text_never_markup(page, proposal):
    evil = "<img src=x onerror=alert(1)>"
    for paragraph in (proposal.forum, proposal.sub):
        paragraph.text, paragraph.redline = evil, [{"text": evil, "side": "after"}]
        paragraph.save()
    proposal.gone.redline = [{"text": evil, "side": "before"}]
    proposal.gone.save()
    for query in ("", "?show=changes", "?show=before"):
        assert "<img" not in page(query)


# ── The way to it ────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_resolution_leads_to_the_latest_proposal_else_to_what_is_in_force(client, mariam, proposal):
    client.force_login(mariam)
    assert client.get("/texts/itu-council-1332/").url == "/texts/itu-council-1332/C26/"
    Version.objects.filter(pk=proposal.after.pk).update(state="withdrawn")
    assert client.get("/texts/itu-council-1332/").url == "/texts/itu-council-1332/C24/"


def test_of_versions_none_of_which_is_in_force_the_latest_matters():
    old, new = Version(position=1, state="superseded"), Version(position=2, state="deferred")
    assert version_that_matters([old, new]) is new
    assert version_that_matters([]) is None


def test_the_permalink_of_a_paragraph_leads_to_its_place(client, mariam, proposal):
    client.force_login(mariam)
    assert client.get(f"/p/{proposal.sub.pk}/").url == "/texts/itu-council-1332/C26/#sg-3-a"
    assert client.get("/p/999999/").status_code == 404


@pytest.mark.parametrize("address", ["/texts/nothing/", "/texts/itu-council-1332/C99/"])
def test_what_we_do_not_hold_is_not_found(client, mariam, proposal, address):
    client.force_login(mariam)
    assert client.get(address).status_code == 404


def test_the_way_in_is_no_resolution(client, li_na):
    client.force_login(li_na)
    assert client.get("/texts/bring-in/").status_code == 200
    assert reverse("resolution", args=["bring-in-mind"]) == "/texts/bring-in-mind/"


# ── How much it asks ─────────────────────────────────────────────────────────────────────────────────────────────


def long_text(paragraphs: int, number: str) -> Version:
    version = VersionFactory(resolution=ResolutionFactory(number=number))
    section = SectionFactory(version=version)
    rows = [
        ParagraphFactory.build(
            section=section, version=version, position=n, number=str(n), address=f"x/{n}", anchor=f"p-{n}", change="new"
        )
        for n in range(paragraphs)
    ]
    from mandates.models import Paragraph

    Paragraph.objects.bulk_create(rows)
    for row in rows[:: max(1, paragraphs // 10)]:
        instruction_in(row)
        Citation.objects.create(paragraph=row, text="to", start=0, end=2, kind="un", key=f"waits-{row.pk}")
    return version


def fetched(version: Version) -> Version:
    return Version.objects.select_related("resolution__body", "session__body", "document", "predecessor").get(
        pk=version.pk
    )


def test_a_version_takes_the_same_queries_for_10_paragraphs_and_for_1000(db, queries):
    short, long = (fetched(long_text(count, number)) for count, number in ((10, "1"), (1000, "2")))
    few = queries(lambda: VersionPage.of(short, show="after"))
    assert few <= 12
    assert queries(lambda: VersionPage.of(long, show="after")) == few


@pytest.mark.parametrize("show", ["before", "after", "changes"])
def test_the_template_asks_the_database_nothing(proposal, li_na, draw, show):
    instruction_in(proposal.report)
    SuggestionFactory(paragraph=proposal.report)
    page = VersionPage.of(fetched(proposal.after), show=show)
    assert "Council Resolution 1332" in draw("reports/version.html", li_na, page=page, may_change=True)


# ── The founding document ────────────────────────────────────────────────────────────────────────────────────────


def test_the_founding_document_reads_as_people_counted_it(client, li_na, sample):
    load(at=NOON)
    reading = as_json(read(sample.read_bytes(), sample.name))
    version = versions.lay_down(reading=reading, document=DocumentFactory(), by=li_na, at=NOON)
    client.force_login(li_na)
    html = client.get(version.get_absolute_url()).text
    assert "You are reading C26 as proposed: 13 paragraphs new, 10 deleted, 13 reworded, 6 only renumbered." in plain(
        html
    )
    toc = re.search(r'<nav class="toc".*?</nav>', html, re.DOTALL)[0]
    assert "resolves 7" in plain(toc)
    assert "instructs SG 15" in plain(toc)
    assert 'pursuant to <a href="#resolves-5">resolves 5</a> above' in html or "resolves 5 above</a>" in html
