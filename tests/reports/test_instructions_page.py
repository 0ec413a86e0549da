"""The list of instructions and its filters."""

from __future__ import annotations

import re

import pytest
from django.http import QueryDict

from mandates.actions import instructions as verbs
from mandates.models import ActionLine, Goal, Instruction
from reports.instructions import ON_A_PAGE, InstructionsPage
from tests.factories import NOON, ParagraphFactory, SectionFactory, SessionFactory, VersionFactory, instruction_in


def plain(html: str) -> str:
    return re.sub(r"\s+([,.;:)])|(\()\s+", r"\1\2", " ".join(re.sub(r"<[^>]+>", " ", html).split()))


def listed(query: str = "") -> list[str]:
    return [row.instruction.title for row in InstructionsPage.of(QueryDict(query)).rows]


def counts(name: str, query: str = "") -> dict[str, int]:
    page = InstructionsPage.of(QueryDict(query))
    return {one.words: one.count for found in page.filters if found.name == name for one in found.choices}


@pytest.fixture
def three(proposal, li_na):
    """Report (new in C26), Forum (in force, each year, action line C2, SDG 9), and Brand, which is closed."""
    SessionFactory(number=30)
    ActionLine.objects.create(code="C2", title="Infrastructure", position=2)
    Goal.objects.create(number=9, title="Industry")
    report = instruction_in(proposal.report, title="Report", by=li_na)
    forum = instruction_in(
        proposal.forum.predecessor,
        title="Forum",
        by=li_na,
        force="requests",
        addressees=["Director"],
        action="hold the Forum",
        deadline={"text": "each year", "recurrence": "FREQ=YEARLY"},
        reports_to=[],
        action_lines=["C2"],
        sdgs=[9],
    )
    verbs.place(instruction=forum, paragraph=proposal.forum, spans={})
    brand = instruction_in(proposal.gone.predecessor, title="Brand", by=li_na, deadline=None, reports_to=[])
    verbs.close(instruction=brand, by=li_na, at=NOON, reason="deleted")
    return report, forum, brand


# ── The filters ──────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["Report", "Forum"]),
        ("state=closed", ["Brand"]),
        ("state=all", ["Report", "Forum", "Brand"]),
        ("version=adopted", ["Forum"]),
        ("version=proposed", ["Report"]),
        ("version=proposed&state=all", ["Report"]),
        ("force=requests", ["Forum"]),
        ("session=CSTD-30", ["Report"]),
        ("line=C2", ["Forum"]),
        ("goal=9", ["Forum"]),
        ("resolution=itu-council-1332", ["Report", "Forum"]),
        ("resolution=nothing", []),
        ("q=FORUM", ["Forum"]),
        ("q=hold+each", ["Forum"]),
        ("q=30th+session", ["Report"]),
        ("q=forum+report", []),
        ("force=requests&session=CSTD-30", []),
    ],
)
def test_each_filter_finds_what_it_says(three, query, found):
    assert sorted(listed(query)) == sorted(found)


def test_the_list_follows_the_newest_text_or_the_dates(three, proposal):
    assert listed() == ["Report", "Forum"]
    assert listed("order=date") == ["Report", "Forum"]
    Instruction.objects.filter(title="Report").first().schedules.all().delete()
    SessionFactory(code="CSTD-29", starts=NOON.date(), ends=NOON.date(), number=29)
    instruction_in(proposal.kept, title="Sooner", deadline={"session": "CSTD-29"})
    assert listed("order=date")[0] == "Sooner"


def test_a_count_says_how_many_there_would_be_under_the_other_filters(three):
    assert counts("force") == {"instructs": 1, "requests": 1}
    assert counts("force", "state=all") == {"instructs": 2, "requests": 1}
    assert counts("force", "force=requests") == {"instructs": 1, "requests": 1}, "its own choice does not narrow it"
    assert counts("state", "force=requests") == {"open": 1, "closed": 0, "open and closed": 1}
    assert counts("version") == {"in force": 1, "proposed": 1}
    assert counts("addressee") == {"Director (ITU)": 1, "Secretary-General (ITU)": 1}
    assert counts("session") == {"CSTD 30 (2027)": 1}
    assert counts("line") == {"C2": 1}
    assert counts("goal") == {"9 Industry": 1}


def test_counts_count_instructions_however_many_places_they_have(three):
    assert counts("resolution") == {"Council Resolution 1332": 2}


def test_what_is_chosen_and_finds_nothing_stays_in_its_box_with_its_name(three):
    director = Instruction.objects.get(title="Forum").addressees.get()
    assert counts("addressee", f"addressee={director.pk}&session=CSTD-30") == {
        "Secretary-General (ITU)": 1,
        "Director": 0,
    }
    assert counts("line", "line=C99") == {"C2": 1, "C99": 0}


@pytest.mark.parametrize(
    "query",
    [
        "addressee=x", "addressee=99999999999999999999", "goal=%C2%B2", "goal=-1", "page=0", "page=x", "page=9999",
        "state=odd", "version=odd", "q=%00", "session=%00", "force=" + "x" * 5000, "q=" + "x+" * 500,
        "q=%25", "line='", "order=odd", "state=", "resolution=%F0%9F%98%80",
    ],
)  # fmt: skip
def test_no_address_breaks_the_list(client, mariam, three, query):
    client.force_login(mariam)
    assert client.get(f"/instructions/?{query}").status_code == 200


def test_a_sign_that_means_something_to_a_database_is_a_sign_like_others(three):
    assert listed("q=%25") == []
    assert listed("q=_") == []


# ── The page ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_row_says_where_whom_when_and_which_lines(client, mariam, three):
    client.force_login(mariam)
    html = client.get("/instructions/").text
    rows = [plain(row) for row in re.findall(r"<tr role=\"row\"><th role=\"rowheader\".*?</tr>", html, re.DOTALL)]
    assert rows[0].startswith("Report Res. 1332 instructs SG 1 (C26 proposed) instructs Secretary-General CSTD 30")
    assert rows[1] == "Forum Res. 1332 instructs SG 1 (C24) requests Director each year C2"


def test_a_text_in_force_gives_the_address_and_where_there_is_none_the_latest(three):
    page = InstructionsPage.of(QueryDict())
    assert [str(row.address) for row in page.rows] == [
        "Res. 1332 instructs SG 1 (C26 proposed)",
        "Res. 1332 instructs SG 1 (C24)",
    ]


def test_when_nothing_fits_the_page_says_how_to_widen(client, mariam, three):
    client.force_login(mariam)
    html = client.get("/instructions/?force=requests&session=CSTD-30&q=annual").text
    words = plain(html)
    assert "No instruction fits all of these filters" in words
    assert "without Force: requests" in words
    assert 'href="?session=CSTD-30&amp;q=annual">without Force' in html
    assert "without Words: “annual”" in words


def test_before_the_first_confirmation_the_page_says_where_instructions_come_from(client, mariam):
    client.force_login(mariam)
    assert "No instruction is confirmed yet" in client.get("/instructions/").text


def test_fifty_stand_on_a_page_and_the_filters_go_with_the_turn_of_it(client, mariam):
    paragraph = ParagraphFactory()
    for _n in range(ON_A_PAGE + 1):
        instruction_in(paragraph, deadline=None, reports_to=[])
    client.force_login(mariam)
    html = client.get("/instructions/?force=instructs&q=report").text
    assert html.count('<th role="rowheader"') == ON_A_PAGE
    assert "1–50 of 51" in plain(html)
    assert 'href="?force=instructs&amp;q=report&amp;page=2"' in html
    assert client.get("/instructions/?force=instructs&q=report&page=2").text.count('<th role="rowheader"') == 1


def test_three_rows_take_the_same_queries_as_one(db, queries):
    SessionFactory()
    section = SectionFactory(version=VersionFactory())
    instruction_in(ParagraphFactory(section=section))
    few = queries(lambda: InstructionsPage.of(QueryDict()))
    assert few <= 18
    instruction_in(ParagraphFactory(section=section))
    instruction_in(ParagraphFactory(section=section), addressees=["Director", "Council"])
    assert queries(lambda: InstructionsPage.of(QueryDict())) == few


def test_the_template_asks_the_database_nothing(three, mariam, draw):
    html = draw("reports/instructions.html", mariam, page=InstructionsPage.of(QueryDict("q=report")))
    assert "Report" in html
