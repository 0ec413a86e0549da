"""A letter in writing: the same facts in both forms, 76 columns, any title, any language, no fetching, 320 px."""

from __future__ import annotations

import os
import re
from datetime import date
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from django.core.mail import EmailMultiAlternatives
from lxml import html as lxml_html

from mandates.models import Member
from reports.letters import stopping, weekly, written
from reports.letters.weekly import WeeklyLetter
from tests.browser.conftest import Visitor
from tests.factories import NOON
from tests.mandates.work import hold, task

from .letter_world import MONDAY, MORNING, world

DOCS = Path(__file__).resolve().parents[2] / "docs"
OTHERS = [("en", "English"), ("ar", "Arabic"), ("fr", "French")]


def plain(text: str) -> str:
    """Words as they are read, whatever lines and signs of direction do."""
    return re.sub(r"\s+", " ", re.sub("[\u2066-\u2069]", "", text))


def read(html: str) -> str:
    """What a person sees of a page."""
    body = lxml_html.fromstring(html).find("body")
    for hidden in body.xpath("//*[@aria-hidden]"):
        hidden.drop_tree()
    return plain(body.text_content())


def in_writing(member: Member, now=NOON, reader: Member | None = None) -> written.Written:
    letter = WeeklyLetter.for_person(member, MONDAY, now)
    assert letter
    return written.of(letter, member, reader=reader)


@pytest.mark.django_db
@pytest.mark.parametrize("who", ["mariam", "denis", "tomas"])
@pytest.mark.parametrize("language", ["en", "ar"])
def test_both_forms_say_the_same(settings, who, language):
    settings.LANGUAGES = OTHERS
    member = getattr(world(), who)
    member.language = language
    letter = WeeklyLetter.for_person(member, MONDAY, MORNING)
    words = written.of(letter, member)
    text, page = plain(words.text), read(words.html)
    with written.translation.override(language):
        facts = [fact for part in letter.parts() for fact in facts_of(part)]
        facts += [letter.intro(), letter.not_listed(), letter.why(), letter.button().words]
    assert len(facts) >= 7
    assert [fact for fact in facts if plain(fact) not in text] == []
    assert [fact for fact in facts if plain(fact) not in page] == []
    links = set(lxml_html.fromstring(words.html).xpath("//a/@href"))
    assert links == set(re.findall(r"https?://\S+", words.text))


def facts_of(part) -> list[str]:
    shown = [fact for row in part.rows for fact in (
        row.day, row.distance, row.reason, row.title, row.where, row.session, row.status, row.note
    )]  # fmt: skip
    return [*shown, *(line.words for line in part.lines)] + ([part.more.words] if part.more else [])


@pytest.mark.django_db
def test_plain_text_keeps_to_76_columns_and_breaks_no_link(settings):
    settings.SITE_URL = "https://a-name-that-is-rather-long.mandates.example.org"
    for line in in_writing(world().mariam, MORNING).text.splitlines():
        assert len(line) <= 76 or re.fullmatch(r".*https://\S+", line)


AWKWARD = [
    "Report\r\nBcc: everybody@example.org",
    "Report\n\n--\nfooter",
    "Report \u202eFDP.exe\u202c on",
    "Report \u2066left\u2069",
    "تقرير عن النتائج المحققة",
    "向CSTD第30届会议报告成果",
    "Report 📄 on 👩‍👩‍👧 ✔",
    "<b>Report</b> & 'quotes' \"double\"",
    "{{ letter }} {% now %} %(n)d %s",
    "x" * 300,
    "a\u0300" * 100,
    "-- ",
]


@pytest.mark.django_db
def test_any_title_and_name_make_one_sound_mail(mariam, settings):
    """Row A9, as far as the words go: one line each, nothing turned around, nothing taken for markup or a header."""
    hold(mariam)
    mariam.first_name, mariam.last_name = "Ma\r\nriam\u202e", "D<i>allo 😀"
    for title in AWKWARD:
        task(title=title, due_on=date(2026, 10, 1))
    words = in_writing(mariam)
    mail = EmailMultiAlternatives(words.subject, words.text, "a@example.org", ["b@example.org"])
    mail.attach_alternative(words.html, "text/html")
    sent = message_from_bytes(mail.message().as_bytes(), policy=policy.default)
    assert not sent.defects
    assert sent["Bcc"] is None
    for form in (words.text, words.html):
        assert not re.search("[\u202a-\u202e\u2066-\u2069\r]", form)
    page = lxml_html.fromstring(words.html)
    shown = [link.text_content() for link in page.xpath("//li//a")]
    assert shown[:10] == [" ".join(re.sub("[\u202a-\u202e\u2066-\u2069]", "", title).split()) for title in AWKWARD[:10]]
    assert not page.xpath("//li//b[not(@class)] | //i | //script")
    assert "Dear Ma riam D<i>allo 😀," in words.text


@pytest.mark.django_db
def test_arabic_runs_from_the_right_and_codes_keep_their_own_direction(settings):
    settings.LANGUAGES = OTHERS
    member = world().mariam
    member.language = "ar"
    words = in_writing(member, MORNING)
    page = lxml_html.fromstring(words.html)
    assert (page.get("lang"), page.get("dir"), words.language) == ("ar", "rtl", "ar")
    assert "12 أكتوبر 2026" in words.text
    assert "\u2068Res. 1332 instructs SG 8 (C24)\u2069" in words.text
    assert "<bdi>Res. 1332 instructs SG 8 (C24)</bdi>" in words.html
    assert all(link.get("dir") == "auto" or link.find("bdi") is not None for link in page.xpath("//li//a"))


@pytest.mark.django_db
def test_a_language_that_is_not_offered_is_that_of_the_house(mariam):
    hold(mariam)
    task(due_on=date(2026, 10, 1))
    mariam.language = "ru"
    assert in_writing(mariam).language == "en"


@pytest.mark.django_db
def test_who_reads_for_somebody_gets_it_in_their_own_language_and_is_told_whose_it_is(settings, mariam, li_na):
    settings.LANGUAGES = OTHERS
    hold(mariam)
    task(due_on=date(2026, 10, 1))
    mariam.language, li_na.language, mariam.away_until = "ar", "fr", date(2026, 12, 4)
    words = in_writing(mariam, reader=li_na)
    assert words.language == "fr"
    assert plain(words.text).count("Li Na, you read the letters of Mariam Diallo until 4 décembre 2026.") == 1
    assert "Dear Mariam Diallo" in words.text


@pytest.mark.django_db
def test_the_foot_leads_to_where_its_reader_stops_letters_without_logging_in(client, mariam, li_na):
    hold(mariam)
    task(due_on=date(2026, 10, 1))
    for reader in (None, li_na):
        foot = lxml_html.fromstring(in_writing(mariam, reader=reader).html).xpath("//a/@href")[-1]
        assert foot == stopping.link(mariam, reader)
        assert client.get(foot).status_code == 200


@pytest.mark.django_db
def test_the_page_fetches_nothing_and_is_sound(settings):
    html = in_writing(world().mariam, MORNING).html
    page = lxml_html.fromstring(html)
    assert not page.xpath("//img | //link | //script | //iframe | //@src | //@background")
    assert "url(" not in html
    assert "@import" not in html
    assert [head.tag for head in page.xpath("//h1 | //h2 | //h3")][:2] == ["h1", "h2"]
    assert len(page.xpath("//h1")) == len(page.xpath("//main")) == 1
    styled = page.xpath("//body//*[not(self::bdi) and not(self::br) and not(@style) and not(self::span[not(@*)])]")
    assert [element.tag for element in styled] == []  # mail programs drop what stands in the head


@pytest.mark.django_db
def test_the_reader_of_the_list_sees_what_is_latest_and_what_is_next(settings):
    page = lxml_html.fromstring(in_writing(world().mariam, MORNING).html)
    assert page.xpath("//*[@aria-hidden]")[0].text_content() == (
        "Submit the report on WSIS implementation to PP-26: 42 days late."
        " Next: 4 Jan 2027, Contribute to HLPF 2027 and give the report through CWG-WSIS&SDG."
    )


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_it_can_be_read_on_a_small_screen_in_light_and_dark(chromium, settings, tmp_path):
    """Nothing is wider than the page, and axe finds nothing. `WRITE_LETTERS=1` makes the picture of the docs anew."""
    settings.SITE_URL, settings.LANGUAGES = "https://mandates.example", OTHERS
    found = world()
    letters = weekly.for_people(list(found.people.values()), MONDAY, MORNING)
    for language, name in (("en", "letter"), ("ar", "arabic")):
        found.mariam.language = language
        paper = tmp_path / f"{name}.html"
        paper.write_text(written.of(letters[found.mariam.pk], found.mariam).html)
        for width in (320, 360, 600):
            for scheme in ("light", "dark"):
                context = chromium.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
                visitor = Visitor(context.new_page(), paper.as_uri())
                visitor.goto("")
                assert visitor.page.evaluate("document.documentElement.scrollWidth") <= width
                assert visitor.accessibility_findings() == []
                if os.environ.get("WRITE_LETTERS") and (language, width, scheme) == ("en", 360, "light"):
                    visitor.page.screenshot(path=DOCS / "letter.png", full_page=True)
                context.close()


def test_what_is_said_of_the_frequency_follows_the_member():
    assert set(written.EVERY) == set(Member.LetterEvery) - {Member.LetterEvery.NEVER}
