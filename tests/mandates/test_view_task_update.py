"""The form in which somebody says where a task stands: on a row of My work, and on the task's page."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from mandates import task_forms
from mandates.actions import plans, status
from mandates.models import Member, StatusUpdate, Task
from mandates.models.prepared import Prepared
from tests.factories import AssignmentFactory, MemberFactory

from .work import HTMX, form, governed, hold, task

pytestmark = pytest.mark.django_db


@pytest.fixture
def spm(client, mariam):
    client.force_login(mariam)
    return hold(mariam)


def address(row: Task) -> str:
    return reverse("task-update", args=[row.pk])


def row_in(html: str, row: Task) -> str:
    """The row as it stands in a page, without what differs in every answer: the masked number against forgery."""
    found = re.search(rf'<li class="task[^"]*" id="t{row.pk}">.*?</li>', html, re.DOTALL)
    assert found
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", found[0])


def test_the_form_offers_the_steps_that_the_table_of_states_allows_and_no_other(client, spm):
    row = task(status="prog")
    html = client.get(address(row), **HTMX).text
    offered = re.findall(r'type="radio" name="status" value="(\w+)"', html)
    assert offered == ["todo", "prog", "risk", "done", "cont", "over", "notus"]
    assert "to report to the 30th session of CSTD in 2027" in html  # the exact words
    assert html.count("<html") == 0


def test_the_row_that_a_save_sends_back_is_the_row_of_a_fresh_page(client, spm):
    row = task()
    answer = client.post(address(row), form(row, status="prog", words="Inputs asked for."), **HTMX)
    assert answer.status_code == 200
    fresh = client.get(reverse("my-work") + "?show=all").text
    assert row_in(answer.text, row) == row_in(fresh, row)
    assert "Inputs asked for." in answer.text


def test_a_save_brings_the_counts_along(client, spm):
    row = task(status="prog", due_on=None, created_at=timezone.now() - timedelta(days=200))
    data = form(row, status="prog", words="Going on.", group="silent")
    answer = client.post(address(row), data, **HTMX).text
    assert '<span class="count" id="count-silent" hx-swap-oob="true">0</span>' in answer
    assert '<span class="count" id="count-later" hx-swap-oob="true">1</span>' in answer
    assert re.search(r'id="tally" hx-swap-oob="true">.*1 open task.*1 later', answer, re.DOTALL)
    assert "It stands under “Later” when you load this list anew." in answer


def test_a_double_click_has_one_effect(client, spm):
    row = task()
    data = form(row, status="done", words="Sent.", link="C26/59")
    answers = [client.post(address(row), data, **HTMX) for _click in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert StatusUpdate.objects.count() == 1
    assert row.evidence.count() == 1


def test_the_second_of_two_is_told_what_the_first_said_and_keeps_what_was_typed(client, spm, boris):
    row = task(status="todo")
    data = form(row, status="prog", words="Mine, half a page of it.")
    status.update(task=row, to="risk", words="Theirs.", by=boris, at=timezone.now(), seen=row.revision)
    answer = client.post(address(row), data, **HTMX)
    assert answer.status_code == 409
    html = answer.text
    assert "Boris Hahn" in html
    assert "Theirs." in html
    assert "At risk" in html
    assert "Mine, half a page of it." in html
    assert re.search(r'value="prog"[^>]*checked', html)
    assert f'name="seen" value="{row.revision}"' in html
    row.refresh_from_db()
    assert row.status == "risk"
    again = client.post(address(row), {**data, "seen": row.revision}, **HTMX)  # having read it, they say theirs
    assert again.status_code == 200
    row.refresh_from_db()
    assert row.status == "prog"


def test_what_was_typed_is_kept_also_where_the_other_closed_it(client, spm, boris):
    row = task(status="prog")
    data = form(row, status="risk", words="Mine.")
    status.update(task=row, to="over", words="The text is gone.", by=boris, at=timezone.now(), seen=row.revision)
    answer = client.post(address(row), data, **HTMX)
    assert answer.status_code == 409
    assert "Mine." in answer.text
    assert "The text is gone." in answer.text
    assert "on its page it can be opened again" in answer.text
    assert 'type="radio"' not in answer.text


def test_a_closed_task_has_no_form_to_open(client, spm):
    row = task(status="over")
    assert "<fieldset" not in client.get(address(row), **HTMX).text
    assert client.get(address(row) + "?back=task")["Location"] == row.get_absolute_url()


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"status": "done", "words": "Sent."}, "needs evidence"),
        ({"status": "done", "link": "C26/59"}, "Say in a sentence what was done."),
        ({"status": ""}, "Choose where it stands."),
        ({"status": "prog", "link": "javascript:alert(1)"}, "A link begins with https://"),
        ({"status": "done", "words": "Sent.", "link": "x", "delivered_on": "2999-01-01"}, "lies in the future"),
        ({"status": "none", "words": "x"}, "none is not one of the available choices"),
        ({"status": "prog", "words": "x", "on_behalf_of": "999999"}, "not one of the available choices"),
    ],
)
def test_what_is_refused_comes_back_as_a_sentence_with_what_was_typed(client, spm, typed, sentence):
    row = task(status="todo")
    for extra in ({}, HTMX):
        answer = client.post(address(row), form(row, **typed), **extra)
        assert answer.status_code == 422
        assert sentence in answer.text
        assert typed.get("words", "") in answer.text
    row.refresh_from_db()
    assert (row.status, row.revision) == ("todo", 1)


def test_a_file_that_is_not_what_it_is_called_is_refused_at_the_form(client, spm):
    row = task(status="prog")
    file = SimpleUploadedFile("minutes.pdf", b"MZ\x90\x00\x03 not a pdf")
    answer = client.post(address(row), form(row, status="done", words="Sent.", file=file), **HTMX)
    assert answer.status_code == 422
    assert "Files of this kind are not kept" in answer.text


def test_a_link_and_a_file_are_two_pieces_of_evidence(client, spm):
    row = task(status="prog")
    file = SimpleUploadedFile("minutes.pdf", b"%PDF-1.7 minutes")
    data = form(row, status="done", words="Sent.", link="C26/59", file=file, public="on")
    assert client.post(address(row), data, **HTMX).status_code == 200
    assert sorted(map(str, row.evidence.all())) == ["C26/59", "minutes.pdf"]
    assert all(one.is_public for one in row.evidence.all())


def test_work_for_a_governing_body_is_submitted_and_the_button_says_so(client, spm):
    row = governed(status="prog")
    assert "Submit for approval" in client.get(address(row), **HTMX).text
    client.post(address(row), form(row, status="done", words="Sent.", link="C26/59"), **HTMX)
    row.refresh_from_db()
    assert (row.status, row.to_approve) == ("prog", True)
    assert "Done, to approve" in client.get(reverse("my-work")).text
    assert "Submit for approval" not in client.get(address(task(status="prog", title="Else")), **HTMX).text


def test_a_colleague_is_spoken_for_and_nobody_else_is_offered(client, spm):
    colleague, stranger = MemberFactory(first_name="Ana"), MemberFactory(first_name="Zoe")
    hold(colleague)
    hold(stranger, unit="TSB")
    row = task(status="todo")
    html = client.get(address(row), **HTMX).text
    assert "Ana" in html
    assert "Zoe" not in html
    data = form(row, status="prog", words="Told on the phone.", on_behalf_of=colleague.pk)
    assert "for Ana" in client.post(address(row), data, **HTMX).text


def test_of_very_many_members_the_coordinator_speaks_for_those_whose_units_are_at_it(client, li_na, monkeypatch):
    def at_most(number: int) -> None:
        monkeypatch.setattr(task_forms, "MOST_OFFERED", number)
        monkeypatch.setattr(task_forms, "ANYBODY", Prepared(lambda: task_forms._colleagues(of_units=False)))

    at_most(2)
    leads, helps, stranger = (MemberFactory(first_name=name) for name in ("Ana", "Boris", "Zoe"))
    hold(leads)
    unit = hold(helps, unit="BDT")
    hold(stranger, unit="TSB")
    row = task(status="todo")
    AssignmentFactory(instruction=row.instruction, unit=unit, part="contributes")
    day = plans.today(timezone.now())
    assert task_forms.spoken_for(li_na, day, row) == [leads, helps]
    at_most(50)
    assert set(task_forms.spoken_for(li_na, day, row)) == set(Member.objects.exclude(pk=li_na.pk))


def test_without_script_a_save_leads_back_to_where_it_was_made(client, spm):
    row = task(status="todo")
    answer = client.post(address(row), form(row, status="prog", words="Begun."))
    assert answer["Location"] == f"{reverse('my-work')}#t{row.pk}"
    row.refresh_from_db()
    answer = client.post(address(row), form(row, status="risk", words="Late.", back="task"))
    assert answer["Location"] == row.get_absolute_url()


def test_on_the_page_of_the_task_a_save_loads_it_anew_and_a_refusal_gives_the_form(client, spm):
    row = task(status="todo")
    answer = client.post(address(row), form(row, status="done", words="x", back="task"), **HTMX)
    assert answer.status_code == 422
    assert answer.text.strip().startswith('<div id="update">')
    answer = client.post(address(row), form(row, status="prog", words="x", back="task"), **HTMX)
    assert (answer.status_code, answer["HX-Refresh"]) == (204, "true")


def test_leaving_it_as_it_was_gives_the_closed_row(client, spm):
    row = task(status="todo")
    html = client.get(address(row) + "?leave", **HTMX).text
    assert row_in(html, row) == row_in(client.get(reverse("my-work") + "?show=all").text, row)
    assert "<fieldset" not in html


def test_a_form_that_does_not_say_what_was_seen_is_no_form_of_ours(client, spm):
    row = task(status="todo")
    assert client.post(address(row), {"status": "prog", "words": "x"}).status_code == 400
    assert client.post(address(row), {"status": "prog", "words": "x", "seen": "١"}).status_code == 400


def test_the_table_of_36_holds_by_this_page_too(client, spm):
    """Row E4: only legal steps pass."""
    for before in Task.Status.values:
        for to in Task.Status.values:
            row = task(status=before, title=f"{before} {to}", occurrence=f"{before}-{to}")
            answer = client.post(address(row), form(row, status=to, words="x", link="C26/59"), **HTMX)
            legal = to in status.states.steps_from(before)
            row.refresh_from_db()
            assert (answer.status_code == 200, row.status == to) == (legal, legal or before == to), (before, to)


def test_a_damaged_number_of_the_form_is_said_and_reaches_no_database(client, spm):
    row = task()
    data = {**form(row, status="prog", words="Inputs asked for."), "token": "a\0b"}
    answer = client.post(address(row), data, **HTMX)
    assert answer.status_code < 500
    assert "Inputs asked for." in answer.text  # what was typed is kept
    assert not StatusUpdate.objects.exists()
