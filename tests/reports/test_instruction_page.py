"""The page of an instruction."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from mandates.actions import instructions as verbs
from mandates.actions import suggestions, versions
from mandates.fields import LABELS
from mandates.models import ActionLine, Citation, Goal, Instruction
from reports.history import history_of
from reports.instruction import InstructionPage
from tests.factories import NOON, ParagraphFactory, SessionFactory, SuggestionFactory, fields, instruction_in


def plain(html: str) -> str:
    return re.sub(r"\s+([,.;:)])|(\()\s+", r"\1\2", " ".join(re.sub(r"<[^>]+>", " ", html).split()))


def section(html: str, name: str) -> str:
    return re.search(rf'aria-labelledby="{name}".*?</section>', html, re.DOTALL)[0]


@pytest.fixture
def page(client, li_na):
    client.force_login(li_na)

    def get(instruction: Instruction) -> str:
        return client.get(instruction.get_absolute_url()).text

    return get


@pytest.fixture
def report(proposal, li_na):
    """The report to CSTD 30, confirmed from what the machine read."""
    SessionFactory(number=30)
    suggestion = SuggestionFactory(paragraph=proposal.report)
    return suggestions.confirm(suggestion=suggestion, seen=1, by=li_na, at=NOON)


def test_the_exact_words_stand_under_their_opener_with_the_words_of_each_field_lettered(page, report):
    words = section(page(report), "words")
    assert "instructs the Secretary-General" in words
    assert '<mark data-k="a">report</mark>' in words
    assert re.search(r'<mark data-k="b">[^<]+</mark>', words)
    assert "b When" in plain(section(page(report), "asks"))


def test_each_letter_at_the_words_stands_at_its_field_too(page, report):
    Goal.objects.create(number=9, title="Industry, innovation and infrastructure")
    place = report.places.get()
    place.spans = {name: [turn, turn + 1] for turn, name in enumerate(LABELS)}
    place.save()
    verbs.edit(
        instruction=report,
        seen=report.revision,
        fields=fields(reports_to=["CSTD"], via=["ECOSOC"], qualifiers=["as appropriate"], action="report", sdgs=[9]),
        title="Report",
        by=report.created_by,
        at=NOON,
    )
    Citation.objects.create(paragraph=place.paragraph, text="a", start=0, end=1, kind="text", key="A/1")
    html = page(report)
    at_the_words = set(" ".join(re.findall(r'data-k="([a-z ]+)"', section(html, "words"))).split())
    assert len(at_the_words) == len(LABELS)
    assert set(re.findall(r'class="key">([a-z])<', section(html, "asks"))) == at_the_words


def test_what_it_asks_is_said_field_by_field_and_what_is_missing_is_said_to_be_missing(page, report):
    words = plain(section(page(report), "asks"))
    assert "Secretary-General of ITU" in words
    assert "Action lines none named" in words
    assert "CSTD 30, March" in words
    assert "“to the 30th session of CSTD in 2027”" in words
    assert "Route to CSTD" in words
    bare = instruction_in(
        ParagraphFactory(section=report.places.get().paragraph.section),
        addressees=[],
        deadline=None,
        reports_to=[],
        deliverable="",
    )
    words = plain(section(page(bare), "asks"))
    assert "Addressees Nobody is named" in words
    assert "When No date in the text" in words
    assert "Deliverable none named" in words


def test_action_lines_come_with_the_role_that_itu_has_in_them(page, proposal):
    ActionLine.objects.create(code="C2", title="Infrastructure", position=2, itu_role="facilitator")
    ActionLine.objects.create(code="C3", title="Access", position=3)
    Goal.objects.create(number=9, title="Industry")
    one = instruction_in(proposal.report, action_lines=["C2", "C3"], sdgs=[9])
    words = plain(section(page(one), "asks"))
    assert "C2 Infrastructure ITU: facilitator C3 Access no role of ITU named" in words
    assert "SDGs SDG 9 Industry" in words


def test_where_it_stands_lists_each_version_and_says_whether_the_words_are_the_same(page, proposal):
    one = instruction_in(proposal.forum.predecessor)
    verbs.place(instruction=one, paragraph=proposal.forum, spans={})
    words = plain(section(page(one), "places"))
    assert words.endswith("Res. 1332 instructs SG 2 (C26 proposed) in other words Res. 1332 instructs SG 1 (C24)")


def test_where_it_came_from_says_how_sure_the_machine_was_by_which_rule_and_who_confirmed(page, report):
    words = plain(section(page(report), "source"))
    assert "Read by machine in Res. 1332 (C26), 93 % sure." in words
    assert "Li Na: confirmed, 24 November 2026, 13:00" in words
    assert "When session-ordinal" in words


def test_what_a_person_added_is_not_said_to_be_read_by_machine(page, proposal, li_na):
    one = suggestions.add(paragraph=proposal.report, fields=fields(), title="By hand", by=li_na, at=NOON)
    words = plain(section(page(one), "source"))
    assert "Written by hand in Res. 1332 (C26)." in words
    assert "machine" not in words


def test_an_instruction_of_a_proposed_text_says_so_until_the_text_is_in_force(page, report, proposal, li_na):
    assert "It stands in a proposed text only." in page(report)
    versions.adopt(version=proposal.after, by=li_na, at=NOON)
    assert "It stands in a proposed text only." not in page(report)


def test_a_closed_instruction_keeps_its_page(page, report, li_na):
    verbs.close(instruction=report, by=li_na, at=NOON + timedelta(days=1), reason="its paragraph is deleted in C28")
    html = page(report)
    assert "This instruction is closed." in html
    assert "closed it Why: its paragraph is deleted in C28" in plain(section(html, "history"))


def test_what_it_rests_on_is_named_once_and_waits_where_we_do_not_hold_it(page, report, proposal):
    for start in (0, 10):
        Citation.objects.create(paragraph=proposal.report, text="UNGA 80/173", start=start, end=start + 2, kind="un",
                                key="A/RES/80/173")  # fmt: skip
    asks = section(page(report), "asks")
    assert asks.count("UNGA 80/173") == 1
    assert 'title="We do not hold A/RES/80/173 yet."' in asks


def test_an_instruction_whose_text_is_gone_still_has_a_page(page, proposal):
    one = instruction_in(proposal.report)
    one.places.all().delete()
    assert "It stands in no text that we hold any more." in page(one)


def test_words_of_a_document_are_text_never_markup(page):
    evil = "<img src=x onerror=alert(1)>"
    row = ParagraphFactory(text=evil, section__opener=evil)
    one = instruction_in(row, title=evil, action=evil, verb=evil[:80], deliverable=evil, qualifiers=[evil],
                         reports_to=[evil], via=[evil], spans={"action": [0, 9]}, addressees=[evil],
                         deadline={"text": evil, "until": evil[:40]})  # fmt: skip
    assert "<img" not in page(one)


@pytest.mark.parametrize("span", [[0, 500], [-3, 5], [9, 9], [3], None, "ab"])
def test_a_span_that_does_not_lie_in_the_text_marks_nothing_and_breaks_nothing(page, span):
    assert "<mark" not in page(instruction_in(ParagraphFactory(), spans={"action": span}))


# ── History ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_history_says_who_changed_what_when_and_why_latest_first(proposal, li_na, boris):
    ActionLine.objects.create(code="C2", title="Infrastructure", position=2)
    SessionFactory(number=30)
    one = instruction_in(proposal.report, title="Report", by=li_na, deadline=None, reports_to=[])
    verbs.edit(
        instruction=one,
        seen=1,
        fields={
            **fields(deliverable="roadmap", action_lines=["C2"], addressees=["Director BDT"], qualifiers=["if asked"]),
            "why": "as Council said",
        },
        title="Report to CSTD",
        by=boris,
        at=NOON + timedelta(hours=1),
    )
    latest, first = history_of(one)
    assert (first.by, first.sentences) == (li_na, ("made the instruction",))
    assert (latest.by, latest.why) == (boris, "as Council said")
    assert list(latest.sentences) == [
        "changed the short title from “Report” to “Report to CSTD”",
        "changed the deliverable from “report” to “roadmap”",
        "gave the qualifiers: “if asked”",
        "took away the addressee Secretary-General",
        "named Director BDT as addressee",
        "added action line C2 Infrastructure",
        "set when it is due: CSTD 30, to CSTD",
    ]


def test_a_date_that_was_taken_away_is_history_too(report, li_na):
    later = NOON + timedelta(hours=1)
    verbs.edit(instruction=report, seen=1, fields=fields(deadline=None, reports_to=[]), title=report.title, by=li_na,
               at=later)  # fmt: skip
    assert history_of(report)[0].sentences == ("took the date away",)


def test_history_takes_the_same_queries_for_one_change_and_for_three(report, li_na, queries):
    fetched = Instruction.objects.select_related("resolution__body", "created_by").get(pk=report.pk)
    few = queries(lambda: InstructionPage.of(fetched))
    assert few <= 20
    for turn in range(1, 4):
        verbs.edit(
            instruction=report,
            seen=turn,
            fields=fields(addressees=[f"Director {turn}"]),
            title=f"Turn {turn}",
            by=li_na,
            at=NOON + timedelta(hours=turn),
        )
    assert queries(lambda: InstructionPage.of(fetched)) == few


def test_the_template_asks_the_database_nothing(report, proposal, mariam, draw):
    verbs.place(instruction=report, paragraph=proposal.forum, spans={})
    page = InstructionPage.of(Instruction.objects.select_related("resolution__body", "created_by").get(pk=report.pk))
    html = draw("reports/instruction.html", mariam, page=page, may_edit=False, why_not="Only the coordinator.")
    assert 'title="Only the coordinator."' in html
