"""Many tasks are changed at once: seen first, then all or nothing."""

from __future__ import annotations

import re
from datetime import date

import pytest

from mandates.models import Task, Unit
from tests.factories import TaskFactory, UnitFactory

ADDRESS = "/work/all/change/"


@pytest.fixture
def bdt(db) -> Unit:
    return UnitFactory(abbr="BDT")


def hidden(html: str) -> dict[str, str]:
    """The hidden fields of the form that does it."""
    form = html.split('name="go"')[1].split("</form>")[0]
    fields = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form))
    return {"go": "1", **fields}


def test_a_preview_says_from_what_to_what_and_changes_nothing(client, li_na, bdt):
    task = TaskFactory(instruction__title="Report to CSTD")
    client.force_login(li_na)
    html = client.post(ADDRESS, {"act": "reassign", "unit": bdt.pk, "task": [task.pk], "query": "q=x"}).text
    assert "1 task would change." in html
    assert "Report to CSTD" in html
    assert "Nothing is saved yet." in html
    assert 'href="/work/all/?q=x"' in html
    assert Task.objects.get().lead != bdt


def test_what_was_seen_is_done_and_the_list_is_shown_again_with_its_filters(client, li_na, bdt):
    tasks = [TaskFactory() for _number in range(3)]
    client.force_login(li_na)
    seen = client.post(
        ADDRESS, {"act": "reassign", "unit": bdt.pk, "tasks": ",".join(str(t.pk) for t in tasks), "query": "order=lead"}
    )
    answer = client.post(ADDRESS, hidden(seen.text))
    assert answer["Location"] == "/work/all/?order=lead"
    assert set(Task.objects.values_list("lead__abbr", flat=True)) == {"BDT"}


def test_a_double_click_has_one_effect(client, li_na, bdt):
    task = TaskFactory()
    client.force_login(li_na)
    form = hidden(client.post(ADDRESS, {"act": "redate", "to": "2027-05-01", "task": [task.pk]}).text)
    for _click in range(2):
        assert client.post(ADDRESS, form).status_code == 302
    task.refresh_from_db()
    assert (task.due_on, task.revision, task.updates.count()) == (date(2027, 5, 1), 2, 1)


def test_where_somebody_was_quicker_nothing_is_done_and_the_preview_is_drawn_anew(client, li_na, bdt):
    first, second = TaskFactory(), TaskFactory()
    client.force_login(li_na)
    form = hidden(client.post(ADDRESS, {"act": "reassign", "unit": bdt.pk, "task": [first.pk, second.pk]}).text)
    Task.objects.filter(pk=second.pk).update(revision=5)
    answer = client.post(ADDRESS, form)
    assert answer.status_code == 409
    assert f"{second.pk}:5" in hidden(answer.text)["seen"]
    assert not Task.objects.filter(lead=bdt).exists()


def test_what_cannot_be_changed_is_said_with_its_reason_and_left(client, li_na, bdt):
    task, closed = TaskFactory(), TaskFactory(status="done")
    client.force_login(li_na)
    seen = client.post(ADDRESS, {"act": "reassign", "unit": bdt.pk, "task": [task.pk, closed.pk]})
    assert "It is closed." in seen.text
    client.post(ADDRESS, hidden(seen.text))
    closed.refresh_from_db()
    assert closed.lead != bdt
    assert Task.objects.get(pk=task.pk).lead == bdt


def test_a_member_says_the_status_of_their_own_tasks_only(client, mariam):
    TaskFactory()
    client.force_login(mariam)
    html = client.post(ADDRESS, {"act": "update", "status": "prog", "task": [Task.objects.get().pk]}).text
    assert "Nothing would change." in html
    assert "Only the units that lead this work" in html


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"act": "reassign"}, "Choose the unit that the tasks go to."),
        ({"act": "redate", "to": "soon"}, "This is no day"),
        ({"act": "redate"}, "Give the day on which the tasks are due."),
        ({"act": "update"}, "Choose the status."),
        ({"act": "else"}, "Say what is to be done"),
        ({}, "Say what is to be done"),
        ({"act": "redate", "to": "2027-01-01", "tasks": "a,b,-1"}, "Mark the tasks first."),
        ({"act": "redate", "to": "2027-01-01", "go": "1", "seen": "x:y"}, "The form came back damaged."),
        ({"act": "redate", "to": "2027-01-01", "go": "1", "seen": "1:1", "token": "<>"}, "came back damaged"),
        ({"act": "redate", "to": "2027-01-01", "go": "1", "seen": f"{10**17}:1"}, "is gone."),
        ({"act": "reassign", "unit": "99999999999999999999999"}, "Choose the unit"),
    ],
)
def test_a_form_that_makes_no_sense_is_answered_with_a_sentence(client, li_na, said, sentence):
    client.force_login(li_na)
    assert sentence in client.post(ADDRESS, {"query": "a=\0\r\nb", **said}, follow=True).text
