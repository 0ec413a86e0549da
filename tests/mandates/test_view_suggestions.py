"""Decisions on the review page: with script and without, alone and with somebody else at the same thing."""

from __future__ import annotations

import re

import pytest

from mandates.actions import doubts
from mandates.actions import suggestions as decisions
from mandates.models import Doubt, Instruction, Suggestion
from tests.factories import (
    NOON,
    DoubtFactory,
    ParagraphFactory,
    SessionFactory,
    SuggestionFactory,
    fields,
    instruction_in,
)

HTMX = {"HX-Request": "true"}
TYPED = {
    "title": "Report to CSTD 30 on the task force",
    "force": "instructs",
    "addressees": "Secretary-General\nChair of CWG-WSIS&SDG",
    "action": "report on the outcomes",
    "session": "CSTD-30",
}


@pytest.fixture
def suggestion(db) -> Suggestion:
    SessionFactory()
    return SuggestionFactory(paragraph__anchor="sg-5")


@pytest.fixture
def coordinator(client, li_na):
    client.force_login(li_na)
    return client


def post(client, what: object, act: str, data: dict | None = None, **more):
    kind = {"Suggestion": "suggestions", "Doubt": "doubts", "Paragraph": "paragraphs"}[type(what).__name__]
    seen = {"seen": what.revision} if isinstance(what, Suggestion) else {}
    return client.post(f"/{kind}/{what.pk}/{act}/", {**seen, **(data or {})}, **more)


def tokenless(html: str) -> str:
    """A page or piece without the one thing that differs each time: the token of its forms."""
    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", html)


def piece(html: str, anchor: str = "sg-5") -> str:
    return tokenless(re.search(rf'<article class="pair[^>]* id="{anchor}".*?</article>', html, re.DOTALL)[0])


def fresh(client, what) -> str:
    version = what.version
    return client.get(f"/texts/{version.resolution.slug}/{version.slug}/review/").text


# ── Each decision ────────────────────────────────────────────────────────────────────────────────────────────────


def test_confirming_makes_the_instruction_and_goes_back_to_the_paragraph(coordinator, suggestion, li_na):
    answer = post(coordinator, suggestion, "confirm")
    assert answer["Location"] == "/texts/itu-council-1332/C26/review/?at=sg-5#sg-5"
    suggestion.refresh_from_db()
    assert (suggestion.state, suggestion.decided_by) == ("confirmed", li_na)
    assert suggestion.instruction.title == "Report on the outcomes achieved"


def test_rejecting_keeps_the_reason_and_makes_nothing(coordinator, suggestion):
    post(coordinator, suggestion, "reject", {"reason": " Said twice. "})
    suggestion.refresh_from_db()
    assert (suggestion.state, suggestion.reason) == ("rejected", "Said twice.")
    assert not Instruction.objects.exists()


def test_a_decision_is_taken_back(coordinator, suggestion):
    post(coordinator, suggestion, "confirm")
    suggestion.refresh_from_db()
    post(coordinator, suggestion, "undo")
    suggestion.refresh_from_db()
    assert suggestion.is_open
    assert not Instruction.objects.exists()


def test_one_becomes_two_and_two_become_one(coordinator, suggestion):
    html = post(coordinator, suggestion, "split", headers=HTMX).text
    assert "1 of 2" in html
    first, second = Suggestion.objects.order_by("position")
    html = post(coordinator, second, "merge", {"into": first.pk}, headers=HTMX).text
    second.refresh_from_db()
    assert second.state == "rejected"
    assert "Merged into “Report on the outcomes achieved”." in html


def test_what_a_person_types_replaces_what_was_read_and_the_words_stay_marked(coordinator, suggestion):
    post(coordinator, suggestion, "edit", TYPED)
    suggestion.refresh_from_db()
    instruction = suggestion.instruction
    assert suggestion.state == "edited"
    assert instruction.title == TYPED["title"]
    assert [str(one) for one in instruction.addressees.all()] == ["Chair of CWG-WSIS&SDG", "Secretary-General"]
    assert instruction.places.get().spans["deadline"] == [10, 45]
    assert suggestion.fields["addressees"] == ["Secretary-General"]  # what the machine read stays beside it


def test_an_instruction_that_the_machine_did_not_see_is_added(coordinator):
    paragraph = ParagraphFactory(anchor="sg-5")
    html = coordinator.get(f"/paragraphs/{paragraph.pk}/add/", headers=HTMX).text
    assert 'value="instructs"' in html  # the opener's own word is offered
    post(coordinator, paragraph, "add", {**TYPED, "session": ""})
    one = Suggestion.objects.get()
    assert (one.by_hand, one.state, one.instruction.title) == (True, "confirmed", TYPED["title"])


def test_nothing_is_added_to_a_paragraph_that_went_and_what_was_typed_is_still_there(coordinator):
    paragraph = ParagraphFactory(anchor="gone", change="gone")
    answer = post(coordinator, paragraph, "add", {**TYPED, "session": ""})
    assert answer.status_code == 409
    assert "This paragraph is deleted" in answer.text
    assert "Chair of CWG-WSIS&amp;SDG" in answer.text


def test_a_question_is_answered_and_asked_again(coordinator, li_na):
    doubt = DoubtFactory()
    html = post(coordinator, doubt, "answer", {"words": "Continues the old 5"}, headers=HTMX).text
    doubt.refresh_from_db()
    assert (doubt.answer, doubt.answered_by) == ("Continues the old 5", li_na)
    assert "Ask again" in html
    post(coordinator, doubt, "ask-again")
    doubt.refresh_from_db()
    assert doubt.answer == ""


def test_an_answer_without_words_is_refused_in_a_sentence(coordinator):
    doubt = DoubtFactory()
    answer = post(coordinator, doubt, "answer", {"words": "  "}, headers=HTMX)
    assert answer.status_code == 409
    assert "Say what it means, or choose one of the answers." in answer.text


# ── The form ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_form_opens_in_the_paragraph_with_script_and_as_a_page_without(coordinator, suggestion):
    inline = coordinator.get(f"/suggestions/{suggestion.pk}/edit/", headers=HTMX).text
    page = coordinator.get(f"/suggestions/{suggestion.pk}/edit/").text
    assert "<html" not in inline
    assert "<h1>" in page
    assert piece(inline) == piece(page)
    assert '<option value="CSTD-30" selected>' in inline
    left = coordinator.get(f"/suggestions/{suggestion.pk}/edit/?leave", headers=HTMX).text
    assert piece(left) == piece(fresh(coordinator, suggestion))


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"title": ""}, "This field is required."),
        ({"session": "", "date": "next spring"}, "Write it as 2027, 2027-04 or 2027-04-12."),
        ({"session": "", "date": "2027-02-30"}, "Write it as 2027, 2027-04 or 2027-04-12."),
        ({"date": "2027"}, "Give a session or a date, not both"),
        ({"recurrence": "other"}, "Write the rule, or choose how often from the list."),
        ({"recurrence": "other", "recurrence_rule": "each spring"}, "This is no rule that a calendar understands."),
        ({"addressees": "x" * 201}, "is longer than 200 characters."),
    ],
)
def test_a_mistake_is_said_at_its_field_and_what_was_typed_is_kept(coordinator, suggestion, wrong, sentence):
    answer = post(coordinator, suggestion, "edit", {**TYPED, "action": "words of mine", **wrong}, headers=HTMX)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert "words of mine" in answer.text
    suggestion.refresh_from_db()
    assert suggestion.is_open


@pytest.mark.parametrize(
    ("typed", "deadline"),
    [
        ({"session": "", "date": "2027-4"}, ("2027-04", None, 2027, None)),
        ({"session": "", "date": "2027"}, (None, None, 2027, None)),
        ({"session": "CSTD-30"}, (None, "CSTD-30", 2027, None)),
        ({"session": "", "recurrence": "FREQ=YEARLY"}, (None, None, None, "FREQ=YEARLY")),
        (
            {"session": "", "recurrence": "other", "recurrence_rule": "rrule:freq=yearly;interval=3"},
            (None, None, None, "FREQ=YEARLY;INTERVAL=3"),
        ),
    ],
)
def test_a_deadline_is_as_precise_as_it_was_typed(suggestion, typed, deadline):
    from datetime import date

    from mandates.forms import InstructionForm

    form = InstructionForm({**TYPED, **typed}, read=suggestion.fields, today=date(2026, 11, 24))
    assert form.is_valid(), form.errors
    said = form.as_fields()["deadline"]
    assert (said["date"], said["session"], said["year"], said["recurrence"]) == deadline


def test_what_was_read_goes_through_the_form_unchanged(suggestion):
    """Opening the form and saving it must not lose a word of what the machine read."""
    from datetime import date

    from django.http import QueryDict

    from mandates.forms import InstructionForm

    read = fields(
        addressees=["Secretary-General", "Directors of the Bureaux"],
        via=["CWG-WSIS&SDG"],
        qualifiers=["as appropriate"],
        citations=["resolves/5"],
        deadline={
            **fields()["deadline"],
            "session": "CSTD-99",
            "recurrence": "FREQ=YEARLY;INTERVAL=3",
            "until": "PP-30",
        },
    )
    unbound = InstructionForm(read=read, title="Report", today=date(2026, 11, 24))
    data = QueryDict(mutable=True)
    for bound in unbound:
        value = bound.value()
        data.setlist(bound.name, value if isinstance(value, list) else [value if value is not None else ""])
    form = InstructionForm(data, read=read, today=date(2026, 11, 24))
    assert form.is_valid(), form.errors
    assert form.as_fields() == read


# ── The piece is the page's piece ────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("act", ["confirm", "reject", "split"])
def test_what_a_decision_sends_back_is_what_a_fresh_page_shows(coordinator, suggestion, act):
    SuggestionFactory(paragraph=suggestion.paragraph)
    DoubtFactory(paragraph=suggestion.paragraph)
    patched = post(coordinator, suggestion, act, headers=HTMX).text
    page = fresh(coordinator, suggestion)
    assert piece(patched) == piece(page)
    progress = re.search(r'<div class="progress".*?<progress.*?</div>', patched, re.DOTALL)[0]
    assert tokenless(progress).replace(' hx-swap-oob="true"', "") in tokenless(page)


def test_what_an_answer_sends_back_is_what_a_fresh_page_shows(coordinator, suggestion):
    doubt = DoubtFactory(paragraph=suggestion.paragraph)
    patched = post(coordinator, doubt, "answer", {"words": "A new instruction"}, headers=HTMX).text
    notice = re.search(rf'<div class="notice" id="doubt-{doubt.pk}".*?\n</div>', patched, re.DOTALL)[0]
    assert tokenless(notice) in tokenless(fresh(coordinator, suggestion))


def test_a_form_that_stands_open_beside_a_decision_stays_open(coordinator, suggestion):
    other = SuggestionFactory(paragraph=suggestion.paragraph)
    html = post(coordinator, suggestion, "confirm", {"editing": other.pk}, headers=HTMX).text
    assert f'data-draft="suggestion-{other.pk}"' in html
    assert f'data-draft="suggestion-{suggestion.pk}"' not in html


# ── Two people at once ───────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("act", ["confirm", "reject", "split"])
@pytest.mark.parametrize("headers", [HTMX, {}])
def test_who_comes_second_is_shown_what_the_first_did_and_changes_nothing(coordinator, suggestion, boris, act, headers):
    theirs = Suggestion.objects.get(pk=suggestion.pk)
    decisions.reject(suggestion=theirs, seen=1, by=boris, at=NOON, reason="Said twice.")
    answer = post(coordinator, suggestion, act, headers=headers)
    assert answer.status_code == 409
    assert "Boris Hahn: rejected, 24 November, 13:00." in answer.text
    suggestion.refresh_from_db()
    assert (suggestion.state, suggestion.decided_by, suggestion.revision) == ("rejected", boris, 2)


@pytest.mark.parametrize("headers", [HTMX, {}])
def test_who_edits_second_keeps_every_word_typed(coordinator, suggestion, boris, headers):
    theirs = Suggestion.objects.get(pk=suggestion.pk)
    decisions.confirm(suggestion=theirs, seen=1, by=boris, at=NOON)
    typed = {**TYPED, "title": "My own title", "qualifiers": "within existing resources"}
    answer = post(coordinator, suggestion, "edit", typed, headers=headers)
    assert answer.status_code == 409
    assert "Boris Hahn: confirmed, 24 November, 13:00." in answer.text
    assert 'value="My own title"' in answer.text
    assert "within existing resources" in answer.text
    assert Instruction.objects.get().title == "Report on the outcomes achieved"


def test_no_form_opens_for_what_somebody_has_decided_meanwhile(coordinator, suggestion, boris):
    decisions.confirm(suggestion=suggestion, seen=1, by=boris, at=NOON)
    answer = coordinator.get(f"/suggestions/{suggestion.pk}/edit/", headers=HTMX)
    assert "Save and confirm" not in answer.text
    assert "Boris Hahn" in answer.text


def test_an_edit_that_was_overtaken_can_be_sent_again_once_its_writer_has_seen_why(coordinator, suggestion, boris):
    theirs = Suggestion.objects.get(pk=suggestion.pk)
    decisions.split(suggestion=theirs, seen=1, by=boris, at=NOON)
    answer = post(coordinator, suggestion, "edit", TYPED, headers=HTMX)
    assert answer.status_code == 409
    form = re.search(rf'data-draft="suggestion-{suggestion.pk}".*?</form>', answer.text, re.DOTALL)[0]
    seen = re.search(r'name="seen" value="(\d+)"', form)[1]
    post(coordinator, suggestion, "edit", {**TYPED, "seen": seen})
    suggestion.refresh_from_db()
    assert suggestion.state == "edited"


def test_a_double_click_confirms_once(coordinator, suggestion):
    assert post(coordinator, suggestion, "confirm", headers=HTMX).status_code == 200
    assert post(coordinator, suggestion, "confirm", headers=HTMX).status_code == 409
    assert Instruction.objects.count() == 1


def test_who_answers_second_sees_the_first_answer(coordinator, boris):
    doubt = DoubtFactory()
    doubts.answer(doubt=Doubt.objects.get(pk=doubt.pk), words="A new instruction", by=boris, at=NOON)
    answer = post(coordinator, doubt, "answer", {"words": "Continues the old 5"}, headers=HTMX)
    assert answer.status_code == 409
    assert "Boris Hahn: “A new instruction”" in answer.text
    assert Doubt.objects.get().answer == "A new instruction"
    assert "Boris Hahn: “A new instruction”" in post(coordinator, doubt, "answer", {"words": "No"}, follow=True).text


def test_an_instruction_that_people_have_edited_since_is_not_taken_back_in_silence(coordinator, suggestion, li_na):
    from mandates.actions import instructions

    post(coordinator, suggestion, "confirm")
    suggestion.refresh_from_db()
    instructions.edit(instruction=suggestion.instruction, seen=1, fields=fields(), title="Better", by=li_na, at=NOON)
    answer = post(coordinator, suggestion, "undo", headers=HTMX)
    assert answer.status_code == 409
    assert "This instruction has been edited since." in answer.text


# ── Rights and odd requests ──────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("act", ["confirm", "edit", "reject", "undo", "split"])
def test_only_the_coordinator_decides(client, mariam, suggestion, act):
    client.force_login(mariam)
    answer = post(client, suggestion, act, TYPED)
    assert answer.status_code == 403
    assert "Only the coordinator decides suggestions." in answer.text
    suggestion.refresh_from_db()
    assert suggestion.is_open


def test_only_the_coordinator_adds_and_answers(client, mariam):
    doubt = DoubtFactory()
    client.force_login(mariam)
    assert post(client, doubt, "answer", {"words": "x"}).status_code == 403
    assert post(client, doubt, "ask-again").status_code == 403
    assert post(client, doubt.paragraph, "add", TYPED).status_code == 403
    assert client.get(f"/paragraphs/{doubt.paragraph_id}/add/").status_code == 403


@pytest.mark.parametrize("seen", ["", "x", "²", "-1", "9" * 40])
def test_a_decision_that_does_not_say_what_was_seen_is_refused(coordinator, suggestion, seen):
    assert post(coordinator, suggestion, "confirm", {"seen": seen}).status_code == 400


def test_a_decision_needs_its_token_and_a_post(li_na, suggestion):
    from django.test import Client

    strict = Client(enforce_csrf_checks=True)
    strict.force_login(li_na)
    assert post(strict, suggestion, "confirm").status_code == 403
    assert strict.get(f"/suggestions/{suggestion.pk}/confirm/").status_code == 405


def test_a_character_that_databases_refuse_is_left_out(coordinator, suggestion):
    doubt = DoubtFactory(paragraph=suggestion.paragraph)
    assert post(coordinator, doubt, "answer", {"words": "so\x00 it is"}).status_code == 302
    edited = post(coordinator, suggestion, "edit", {**TYPED, "addressees": "Secretary\x00-General"})
    assert edited.status_code == 302
    other = SuggestionFactory(paragraph=suggestion.paragraph)
    assert post(coordinator, other, "reject", {"reason": "said\x00 twice"}).status_code == 302
    other.refresh_from_db()
    doubt.refresh_from_db()
    suggestion.refresh_from_db()
    assert (other.reason, doubt.answer) == ("said twice", "so it is")
    assert [str(one) for one in suggestion.instruction.addressees.all()] == ["Secretary-General"]


@pytest.mark.parametrize(
    "path",
    [
        "/documents/{n}/",
        "/documents/{n}/file/",
        "/documents/{n}/progress/",
        "/suggestions/{n}/edit/",
        "/paragraphs/{n}/add/",
        "/texts/{n}/{n}/review/?page={n}&show={n}&at=%00",
    ],
)
def test_numbers_beyond_every_row_are_not_found(coordinator, path):
    assert coordinator.get(path.format(n="9" * 40)).status_code == 404


@pytest.mark.parametrize("into", ["", "x", "999999", "9" * 30])
def test_merging_into_nothing_is_not_found(coordinator, suggestion, into):
    assert post(coordinator, suggestion, "merge", {"into": into}).status_code == 404


def test_suggestions_of_two_paragraphs_are_not_merged(coordinator, suggestion):
    other = SuggestionFactory(paragraph=ParagraphFactory(section=suggestion.paragraph.section))
    answer = post(coordinator, other, "merge", {"into": suggestion.pk}, headers=HTMX)
    assert answer.status_code == 409
    assert "Only two undecided suggestions of one paragraph can be merged." in answer.text


def test_what_was_held_before_is_carried_over_or_closed_from_the_page(coordinator, li_na):
    from tests.factories import SectionFactory, VersionFactory

    older = VersionFactory(label="C24")
    before = ParagraphFactory(section=SectionFactory(version=older))
    held = instruction_in(before, by=li_na)
    newer = VersionFactory(resolution=older.resolution, predecessor=older)
    section = SectionFactory(version=newer)
    kept = ParagraphFactory(section=section, predecessor=before, change="reworded", anchor="kept")
    gone = ParagraphFactory(section=section, predecessor=before, change="gone", text="", anchor="gone")
    carry = SuggestionFactory(paragraph=kept, kind="kept", instruction=held)
    close = SuggestionFactory(paragraph=gone, kind="close", instruction=held)
    assert "Carried over from C24, reworded" in piece(fresh(coordinator, carry), "kept")
    post(coordinator, carry, "confirm")
    post(coordinator, close, "confirm")
    held.refresh_from_db()
    assert held.state == Instruction.State.CLOSED
    assert set(held.places.values_list("paragraph__anchor", flat=True)) == {before.anchor, "kept"}
