"""The pages about letters: how I want mine, the link that stops them, the log, and sending again."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from mandates.models import ActionLine, Following, Member
from reports.letters import stopping, written
from reports.letters.weekly import WeeklyLetter
from reports.models import Letter, Relay
from tests.factories import (
    NOON,
    HoldingFactory,
    LetterFactory,
    MemberFactory,
    PostFactory,
    ResolutionFactory,
    TaskFactory,
)
from tests.mandates.work import hold, task

pytestmark = pytest.mark.django_db
USUAL = {"every": "week", "hour": "7", "time_zone": "", "language": ""}


@pytest.fixture(autouse=True)
def _noon():
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def as_mariam(client, mariam):
    client.force_login(mariam)
    return client


@pytest.fixture
def as_li_na(client, li_na):
    client.force_login(li_na)
    return client


# ── How I want my letters ────────────────────────────────────────────────────────────────────────────────────────


def test_a_member_says_how_letters_come_and_the_page_shows_it(as_mariam, mariam):
    line = ActionLine.objects.create(code="C2", title="Infrastructure", position=2)
    text, other = ResolutionFactory(), MemberFactory()
    said = USUAL | {"every": "fortnight", "hour": "9", "time_zone": "Asia/Tokyo", "away_until": "2026-12-04"}
    said |= {"letters_to": other.pk, "lines": [line.pk], "resolutions": [text.pk]}
    html = as_mariam.post("/letters/", said, follow=True).text
    mariam.refresh_from_db()
    assert (mariam.letter_every, mariam.letter_hour, mariam.time_zone) == ("fortnight", 9, "Asia/Tokyo")
    assert (mariam.away_until, mariam.letters_to) == (date(2026, 12, 4), other)
    assert {str(one) for one in Following.objects.filter(member=mariam)} == {str(line), str(text)}
    assert "Kept." in html
    assert len(re.findall(r"<input[^>]*\bchecked", html)) == 2
    as_mariam.post("/letters/", USUAL)
    assert not Following.objects.exists()
    assert Member.objects.get(pk=mariam.pk).letters_to is None


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"every": "hourly"}, "Select a valid choice"),
        ({"time_zone": "Mars/Olympus"}, "Select a valid choice"),
        ({"away_until": "2026-11-23", "letters_to": "other"}, "This day has passed."),
        ({"away_until": "2026-12-04"}, "Say both: until when you are away"),
        ({"letters_to": "other"}, "Say both: until when you are away"),
        ({"letters_to": "me", "away_until": "2026-12-04"}, "Select a valid choice"),
    ],
)
def test_what_makes_no_sense_is_said_beside_its_field_and_nothing_is_kept(as_mariam, mariam, typed, sentence):
    people = {"other": MemberFactory().pk, "me": mariam.pk}
    typed = {name: people.get(value, value) for name, value in typed.items()}
    answer = as_mariam.post("/letters/", USUAL | {"every": "month"} | typed)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert Member.objects.get(pk=mariam.pk).letter_every == "week"


def test_an_absence_that_is_over_is_not_shown(as_mariam, mariam):
    Member.objects.filter(pk=mariam.pk).update(away_until=NOON.date() - timedelta(days=1), letters_to=MemberFactory())
    assert 'value="2026-11-23"' not in as_mariam.get("/letters/").text


def test_who_gets_no_letters_because_mail_came_back_is_told(as_mariam, mariam):
    Member.objects.filter(pk=mariam.pk).update(mail_failed_at=NOON, mail_failed_why="550 no such user")
    assert "550 no such user" in as_mariam.get("/letters/").text


# ── The link that stops them ─────────────────────────────────────────────────────────────────────────────────────


def test_the_button_in_a_mail_program_stops_letters_without_log_in_and_without_a_page(mariam):
    address = stopping.link(mariam).partition("/letters")[1:]
    answer = Client(enforce_csrf_checks=True).post("".join(address), {"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    assert Member.objects.get(pk=mariam.pk).letter_every == "never"


def test_to_look_at_the_link_changes_nothing_and_shows_one_button(mariam):
    page = Client().get(reverse("letters-stop", args=[stopping.token(mariam)]))
    assert page.status_code == 200
    assert page.text.count('<button class="btn btn--main"') == 1
    assert page["Referrer-Policy"] == "no-referrer"
    assert Member.objects.get(pk=mariam.pk).letter_every == "week"


def test_a_deputy_who_stops_the_letters_of_another_keeps_their_own_and_the_other_gets_theirs(mariam):
    deputy = MemberFactory()
    Member.objects.filter(pk=mariam.pk).update(letters_to=deputy, away_until=date(2026, 12, 4))
    Client().post(reverse("letters-stop", args=[stopping.token(mariam, deputy)]))
    mariam.refresh_from_db()
    deputy.refresh_from_db()
    assert (mariam.letters_to, mariam.letter_every, deputy.letter_every) == (None, "week", "week")


def test_no_token_but_a_whole_one_of_ours_opens_anything(mariam):
    whole = stopping.token(mariam)
    forged = [whole[:cut] for cut in range(1, len(whole))] + [whole + "x", whole.replace(f"{mariam.pk}.", "999999.", 1)]
    forged += [f"{mariam.pk}.{mariam.pk}", f"{mariam.pk}.{mariam.pk}:x", "x", "é"]
    for token in forged:
        assert Client().post(reverse("letters-stop", args=[token])).status_code == 404, token
    assert Member.objects.get(pk=mariam.pk).letter_every == "week"


# ── The log ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_log_says_who_got_what_when_and_what_failed_and_why(as_li_na):
    LetterFactory(member__first_name="Ana", state="sent", sent_at=NOON, attempts=1)
    LetterFactory(member__first_name="Ben", state="failed", error="550 no such user")
    LetterFactory(member__first_name="Cy", state="empty", kind="weekly", text="")
    html = as_li_na.get("/letters/log/").text
    for words in ("Ana", "24 Nov 2026, 13:00", "550 no such user", "nothing to say", "3 letters of 3."):
        assert words in html
    assert "1 failed or is uncertain: a person decides." in html
    assert html.count(">Send again<span") == 1


def test_the_log_is_narrowed_by_state_kind_period_and_name(as_li_na):
    LetterFactory(member__first_name="Ana", state="sent")
    LetterFactory(member__first_name="Ben", state="failed", period="2026-W47")
    LetterFactory(member__first_name="Cy", kind="reminder", period="2026-11-24")

    def names(query: str) -> list[str]:
        page = as_li_na.get(f"/letters/log/?{query}").context["page"]
        return [row.letter.member.first_name for row in page.rows]

    assert names("state=sent") == ["Ana"]
    assert names("period=2026-W47") == ["Ben"]
    assert names("kind=reminder&state=queued") == ["Cy"]
    assert names("q=ana") == ["Ana"]
    assert names("state=nonsense") == []
    assert names("q=%00&page=999999999999") == ["Cy", "Ben", "Ana"]


def test_the_log_asks_as_much_for_one_letter_as_for_three(as_li_na):
    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            as_li_na.get("/letters/log/")
        return len(queries)

    LetterFactory(deputy=MemberFactory())
    one = asked()
    LetterFactory(deputy=MemberFactory()), LetterFactory()
    assert asked() == one


def test_a_mail_server_that_is_down_is_said_on_the_log_and_on_the_health_page(as_li_na):
    LetterFactory()
    Relay.objects.create(pk=1, down_since=NOON, error="ConnectionRefusedError: refused")
    assert "The mail server has not answered since 24 November 2026, 13:00." in as_li_na.get("/letters/log/").text
    answer = as_li_na.get("/health/")
    assert answer.json()["mail"] == "down since 2026-11-24 12:00 UTC"


def test_a_letters_page_shows_its_text_and_where_its_html_stands_alone(as_li_na):
    letter = LetterFactory(text="<script>alert(1)</script>", html="<p style='color:red'>Hello</p>")
    html = as_li_na.get(f"/letters/log/{letter.pk}/").text
    assert "&lt;script&gt;alert(1)" in html
    assert letter.message_id.strip("<>") in html
    alone = as_li_na.get(f"/letters/log/{letter.pk}/html/")
    assert alone.text == letter.html
    policy = alone["Content-Security-Policy"]
    assert "sandbox" in policy
    assert "default-src 'none'" in policy
    assert "script-src" not in policy


def test_whoever_reads_a_letter_of_another_does_not_see_the_link_that_stops_it(as_li_na, mariam):
    hold(mariam)
    task(due_on=date(2026, 10, 1))
    words = written.of(WeeklyLetter.for_person(mariam, date(2026, 11, 23), NOON), mariam)
    letter = LetterFactory(member=mariam, text=words.text, html=words.html)
    assert stopping.token(mariam) in letter.text
    assert stopping.token(mariam) in letter.html
    for page in (f"log/{letter.pk}/", f"log/{letter.pk}/html/", f"next/?member={mariam.pk}"):
        shown = as_li_na.get(f"/letters/{page}").text
        assert "Mariam" in shown
        assert "/letters/stop/" not in shown


def test_to_send_again_is_asked_first_with_what_may_happen(as_li_na, li_na):
    letter = LetterFactory(state="uncertain", error="not known")
    page = as_li_na.get(f"/letters/log/{letter.pk}/again/").text
    assert "It may have arrived already: then it would come twice." in page
    assert Letter.objects.get().state == "uncertain"
    answer = as_li_na.post(f"/letters/log/{letter.pk}/again/", follow=True).text
    assert "The letter waits in the outbox" in answer
    assert "Li Na" in answer
    row = Letter.objects.get()
    assert (row.state, row.again_by) == ("queued", li_na)
    assert "by now" in as_li_na.post(f"/letters/log/{letter.pk}/again/", follow=True).text


# ── Next Monday ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_next_mondays_letter_of_anybody_can_be_seen_and_nothing_is_kept(as_li_na, mariam):
    post = PostFactory()
    HoldingFactory(member=mariam, post=post)
    TaskFactory(lead=post.unit, instruction__title="Report to CSTD 30", due_on=date(2026, 11, 20))
    page = as_li_na.get(f"/letters/next/?member={mariam.pk}").text
    assert "For Mariam Diallo, on Monday 30 November 2026." in page
    assert "Report to CSTD 30" in page
    assert not Letter.objects.exists()
    idle = MemberFactory()
    assert "no letter would be sent" in as_li_na.get(f"/letters/next/?member={idle.pk}").text
    for nobody in ("", "0", "x", "99999999999999999999", "%00"):
        assert as_li_na.get(f"/letters/next/?member={nobody}").status_code == 200
