"""From a Word file to instructions, by keyboard alone."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from mandates import jobs
from mandates.actions import documents, facts
from mandates.actions import suggestions as decisions
from mandates.models import Document, Instruction, Suggestion
from mandates.views.review import ON_A_PAGE
from tests.factories import ParagraphFactory, SectionFactory, SuggestionFactory

pytestmark = pytest.mark.browser


@pytest.fixture
def read_at_once(monkeypatch) -> None:
    """Reading happens where the doorbell rings, instead of in a worker."""

    def read(pk: int) -> None:
        document = documents.claim(document_id=pk, at=timezone.now())
        if document:
            documents.file_away(document=document, clock=timezone.now)

    monkeypatch.setattr(jobs.read_document, "delay", read)


@pytest.fixture
def held(li_na, boris, mariam):
    """The cast, and the facts that the reading rests on."""
    facts.load(at=timezone.now())


@pytest.fixture
def reviewed(held, li_na, sample: Path) -> str:
    """The address of the review of the founding document."""
    from django.core.files.base import ContentFile

    document, _new = documents.receive(
        file=ContentFile(sample.read_bytes(), name=sample.name), name=sample.name, by=li_na, at=timezone.now()
    )
    documents.file_away(document=documents.claim(document_id=document.pk, at=timezone.now()), clock=timezone.now)
    version = document.versions.order_by("-position").first()
    return f"/texts/{version.resolution.slug}/{version.slug}/review/"


def state(pk: int) -> str:
    return Suggestion.objects.get(pk=pk).state


def test_upload_review_confirm_instruction_with_the_keyboard_only(visit, held, read_at_once, sample):
    who = visit()
    who.log_in("li.na", then="/texts/bring-in/")
    who.tab_to("file")
    who.page.locator("input[type=file]").set_input_files(sample)  # the system's own window takes the keys from here
    who.tab_to("Bring in")
    who.press("Enter")
    who.page.wait_for_url("**/documents/*/")
    expect(who.page.get_by_text("Ready for review")).to_be_visible()
    who.tab_to("Review what was read")
    who.press("Enter")
    who.page.wait_for_url("**/review/")

    first = Suggestion.objects.filter(state="open").first()
    who.page.locator(f"#suggestion-{first.pk}").focus()
    who.press_and_wait("c")
    assert state(first.pk) == "confirmed"
    assert who.focus != f"suggestion-{first.pk}"  # the next that is undecided
    assert who.focus.startswith(("suggestion-", "doubt-"))

    who.press("k")
    assert who.focus == f"suggestion-{first.pk}"
    who.tab_to("Open the instruction")
    who.press("Enter")
    who.page.wait_for_url("**/instructions/*/")
    expect(who.page.locator("h1")).to_contain_text(Instruction.objects.get().title)
    assert who.complaints == []


def test_the_page_of_a_document_follows_its_reading_by_itself(visit, held, li_na, sample):
    from django.core.files.base import ContentFile

    document, _new = documents.receive(
        file=ContentFile(sample.read_bytes(), name=sample.name), name=sample.name, by=li_na, at=timezone.now()
    )
    who = visit()
    who.log_in("mariam.diallo", then=f"/documents/{document.pk}/")
    expect(who.page.locator("[aria-current=step]")).to_have_text("Waiting for its turn")
    claimed = documents.claim(document_id=document.pk, at=timezone.now())
    expect(who.page.locator("[aria-current=step]")).to_have_text("Opening the file and reading both texts")
    documents.file_away(document=claimed, clock=timezone.now)
    expect(who.page.get_by_role("link", name="Review what was read")).to_be_visible()
    assert who.complaints == []


def test_every_key_of_the_review_does_what_the_list_of_keys_says(visit, reviewed):
    who = visit()
    who.log_in("li.na", then=reviewed)
    one, two, three = Suggestion.objects.filter(state="open", kind="new")[:3]
    who.page.locator(f"#suggestion-{one.pk}").focus()

    who.press("j")
    assert who.focus == f"suggestion-{two.pk}"
    who.press("k")
    assert who.focus == f"suggestion-{one.pk}"

    who.press_and_wait("c")
    assert (state(one.pk), who.focus) == ("confirmed", f"suggestion-{two.pk}")
    who.press_and_wait("u")  # the last decision, from wherever one is
    assert (state(one.pk), who.focus) == ("open", f"suggestion-{one.pk}")

    who.press("j", "r")
    assert who.focus == f"why-{two.pk}"
    who.page.keyboard.type("cruel jokes?")  # every letter of it is a key elsewhere
    who.press_and_wait("Enter")
    two.refresh_from_db()
    assert (two.state, two.reason) == ("rejected", "cruel jokes?")
    assert who.focus == f"suggestion-{three.pk}"

    who.press_and_wait("e")
    assert who.focus == f"s{three.pk}-title"
    who.press("Control+a")
    who.page.keyboard.type("In words of ours")
    who.press_and_wait("Enter")
    three.refresh_from_db()
    assert (three.state, three.instruction.title) == ("edited", "In words of ours")

    who.page.locator(f"#suggestion-{one.pk}").focus()
    who.press_and_wait("a")
    assert who.focus == f"p{one.paragraph_id}-title"
    who.press_and_wait("Escape")
    assert who.page.locator("form[data-draft]").count() == 0

    who.press("?")
    expect(who.page.locator("#keys")).to_be_visible()
    who.press("Escape")
    expect(who.page.locator("#keys")).to_be_hidden()
    assert who.complaints == []


def test_a_key_never_decides_on_what_is_out_of_sight(visit, reviewed):
    who = visit(viewport={"width": 1280, "height": 300})
    who.log_in("li.na", then=reviewed)
    one = Suggestion.objects.filter(state="open").first()
    who.page.locator(f"#suggestion-{one.pk}").focus()
    who.page.locator("h1").click()
    who.page.evaluate("() => { document.activeElement.blur(); window.scrollTo(0, 0) }")
    who.press("c")
    assert state(one.pk) == "open"
    assert who.focus == f"suggestion-{one.pk}"
    who.press_and_wait("c")
    assert state(one.pk) == "confirmed"


def test_a_question_is_answered_with_a_digit(visit, reviewed):
    who = visit()
    who.log_in("li.na", then=reviewed + "?show=questions")
    doubt = who.page.locator(".notice[data-item]").first
    doubt.focus()
    words = doubt.locator('[data-key="2"]').inner_text()
    who.press_and_wait("2")
    expect(who.page.locator(".st--done", has_text=words)).to_be_visible()


def test_single_keys_can_be_switched_off_and_stay_off(visit, reviewed):
    who = visit()
    who.log_in("li.na", then=reviewed)
    who.press("?")
    who.page.get_by_label("Single keys are on in this browser").uncheck()
    who.press("Escape")
    who.page.reload()
    one = Suggestion.objects.filter(state="open").first()
    who.page.locator(f"#suggestion-{one.pk}").focus()
    who.press("c", "r", "j")
    assert who.focus == f"suggestion-{one.pk}"
    assert state(one.pk) == "open"


def test_the_words_of_a_field_are_lit_under_the_pointer_and_under_the_focus(visit, reviewed):
    who = visit()
    who.log_in("li.na", then=reviewed)
    one = next(each for each in Suggestion.objects.filter(state="open") if "deadline" in each.fields["spans"])
    words = one.fields["deadline"]["text"]
    lit = who.page.locator("mark.is-lit")
    row = who.page.locator(f'dl [data-of="{one.pk}-deadline"]')
    row.hover()
    assert words in "".join(lit.all_inner_texts())
    who.page.mouse.move(0, 0)
    assert lit.count() == 0
    who.page.locator(f"#suggestion-{one.pk}").focus()
    row.focus()
    assert words in "".join(lit.all_inner_texts())


def test_what_is_being_typed_outlives_a_reload_and_a_log_out(visit, reviewed):
    who = visit()
    who.log_in("li.na", then=reviewed)
    one = Suggestion.objects.filter(state="open", kind="new").first()
    who.page.locator(f"#suggestion-{one.pk}").focus()
    who.press_and_wait("e")
    who.page.fill(f"#s{one.pk}-title", "Half a thought")
    who.page.context.clear_cookies(name="sessionid")  # logged out while typing
    who.page.locator(f"#s{one.pk}-title").press("Enter")
    who.page.wait_for_url("**/account/login/**")
    who.log_in("li.na", then=reviewed)
    assert state(one.pk) == "open"
    who.page.locator(f"#suggestion-{one.pk}").focus()
    who.press_and_wait("e")
    assert who.page.input_value(f"#s{one.pk}-title") == "Half a thought"
    who.press_and_wait("Enter")
    assert Suggestion.objects.get(pk=one.pk).instruction.title == "Half a thought"


def test_two_people_decide_the_same_and_the_second_sees_what_the_first_did(visit, reviewed, boris):
    who = visit()
    who.log_in("li.na", then=reviewed)
    one = Suggestion.objects.filter(state="open", kind="new").first()
    who.page.locator(f"#suggestion-{one.pk}").focus()
    who.press_and_wait("e")
    who.page.fill(f"#s{one.pk}-title", "My words")
    decisions.confirm(suggestion=one, seen=one.revision, by=boris, at=timezone.now())
    who.press_and_wait("Enter")
    expect(who.page.locator("[data-notice]")).to_contain_text("Boris Hahn: confirmed")
    assert who.page.input_value(f"#s{one.pk}-title") == "My words"
    assert Suggestion.objects.get(pk=one.pk).decided_by == boris


def test_without_script_the_same_is_done_by_pages(visit, reviewed):
    who = visit(java_script_enabled=False)
    who.log_in("li.na", then=reviewed)
    one, two = Suggestion.objects.filter(state="open", kind="new")[:2]
    who.page.locator(f"#suggestion-{one.pk}").get_by_role("button", name="Confirm").click()
    assert state(one.pk) == "confirmed"
    who.page.locator(f"#suggestion-{two.pk}").get_by_role("link", name="Edit").click()
    who.page.fill(f"#s{two.pk}-title", "By a page")
    who.page.get_by_role("button", name="Save and confirm").click()
    assert Suggestion.objects.get(pk=two.pk).instruction.title == "By a page"
    expect(who.page.locator(".messages")).to_contain_text("Confirmed in your words.")


def test_a_server_that_fails_is_said_and_nothing_typed_is_lost(visit, reviewed):
    who = visit()
    who.log_in("li.na", then=reviewed)
    one = Suggestion.objects.filter(state="open", kind="new").first()
    # In the way before the form is fetched from the same address: once the one that is sent slipped by it.
    who.page.route(
        "**/suggestions/*/edit/",
        lambda route: route.abort() if route.request.method == "POST" else route.continue_(),
    )
    who.page.locator(f"#suggestion-{one.pk}").focus()
    who.press_and_wait("e")
    who.page.fill(f"#s{one.pk}-title", "Kept")
    who.press("Enter")
    expect(who.page.locator("#toasts")).to_contain_text("Not saved: the server did not answer.")
    assert who.page.input_value(f"#s{one.pk}-title") == "Kept"
    who.page.unroute("**/suggestions/*/edit/")
    who.press_and_wait("Enter")
    assert Suggestion.objects.get(pk=one.pk).instruction.title == "Kept"


def test_a_file_is_dropped_and_one_too_large_is_refused_before_it_is_sent(visit, held, read_at_once, settings):
    settings.UPLOAD_MAX_BYTES = 100
    who = visit()
    who.log_in("li.na", then="/texts/bring-in/")
    drop = """([form, size]) => {
        const carried = new DataTransfer();
        carried.items.add(new File(['x'.repeat(size)], 'dropped.txt'));
        form.dispatchEvent(new DragEvent('drop', {dataTransfer: carried, bubbles: true, cancelable: true}));
    }"""
    form = who.page.locator("[data-drop]").element_handle()
    who.page.evaluate(drop, [form, 101])
    expect(who.page.locator("[data-errors]")).to_contain_text("larger than what is taken in")
    who.page.get_by_role("button", name="Bring in").click()
    assert not Document.objects.exists()
    who.page.evaluate(drop, [form, 60])
    who.page.get_by_role("button", name="Bring in").click()
    who.page.wait_for_url("**/documents/*/")
    assert Document.objects.get().original_name == "dropped.txt"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_axe_finds_nothing(visit, reviewed, scheme, width):
    who = visit(color_scheme=scheme, viewport={"width": width, "height": 900})
    who.log_in("li.na", then=reviewed)
    document = Document.objects.get()
    one = Suggestion.objects.filter(state="open", kind="new").first()
    failed = Document.objects.create(
        original_name="x.docx",
        size=1,
        sha256="0" * 64,
        received_by=document.received_by,
        received_at=timezone.now(),
        state="failed",
        failure="This file is encrypted.",
    )
    findings = {}
    for path in (
        reviewed,
        f"/suggestions/{one.pk}/edit/",
        "/texts/bring-in/",
        f"/documents/{document.pk}/",
        f"/documents/{failed.pk}/",
        "/gallery/",
        "/nowhere/",
    ):
        who.goto(path)
        if found := who.accessibility_findings():
            findings[path] = found
        wide = who.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if wide > 0:
            findings[path + " is wider than the window"] = wide
    assert findings == {}


def test_after_the_last_decision_of_a_page_the_focus_is_on_the_way_to_the_next(visit, held):
    section = SectionFactory()
    paragraphs = ParagraphFactory.create_batch(ON_A_PAGE + 1, section=section, change="new")
    for paragraph in (paragraphs[0], paragraphs[-1]):
        SuggestionFactory(paragraph=paragraph)
    who = visit()
    version = section.version
    who.log_in("li.na", then=f"/texts/{version.resolution.slug}/{version.slug}/review/")
    who.press("j")
    who.press_and_wait("c")
    assert "Later paragraphs" in who.focus
    who.press("Enter")
    who.page.wait_for_url("**page=2")
    expect(who.page.locator("[data-item][data-open]")).to_have_count(1)
