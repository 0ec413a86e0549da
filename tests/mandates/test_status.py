"""Where a task stands: only allowed steps, said by those who may, once, and never over somebody else's words."""

from __future__ import annotations

import threading
from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile
from django.core.management import call_command
from django.db import connection

from mandates.actions import Overtaken, Refused, bulk, status
from mandates.actions.evidence import Given
from mandates.models import Schedule, StatusUpdate, Task, states
from tests.factories import (
    NOON,
    BodyFactory,
    HoldingFactory,
    MemberFactory,
    PostFactory,
    SessionFactory,
    TaskFactory,
    UnitFactory,
)

Status, Kind = Task.Status, StatusUpdate.Kind
LATER = NOON + timedelta(minutes=5)
LINK = Given(link="https://example.org/report")


@pytest.fixture
def spm_mariam(mariam):
    """Mariam, focal point of the unit that leads the tasks of these tests."""
    HoldingFactory(member=mariam)
    return mariam


def say(task, to, by, *, words="We wrote to the Bureaux.", seen=None, at=NOON, **more):
    more.setdefault("evidence", [LINK] if to == Status.DONE else [])
    return status.update(task=task, to=to, words=words, by=by, at=at, seen=seen or task.revision, **more)


# ── The day ──────────────────────────────────────────────────────────────────────────────────────────────────────────


LATE = datetime(2026, 11, 24, 23, 30, tzinfo=UTC)  # half an hour into the 25th at the seat


@pytest.mark.django_db
def test_the_day_of_an_act_is_the_day_at_the_seat(mariam, li_na):
    holding = HoldingFactory(member=mariam, since=date(2026, 11, 25))
    task, other = TaskFactory(lead=holding.post.unit), TaskFactory(lead=holding.post.unit)
    say(task, Status.DONE, mariam, at=LATE)
    assert task.delivered_on == date(2026, 11, 25)
    assert bulk.update_many(seen={other.pk: 1}, to=Status.PROG, words="Begun.", by=mariam, at=LATE) == 1

    holding.since, holding.until = date(2026, 1, 1), date(2026, 11, 24)
    holding.save()
    with pytest.raises(PermissionDenied):
        say(other, Status.RISK, mariam, seen=2, at=LATE)
    with pytest.raises(bulk.NotAll):
        bulk.update_many(seen={other.pk: 2}, to=Status.RISK, words="Late.", by=mariam, at=LATE)


# ── Steps ────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.django_db
@pytest.mark.parametrize("to", Status.values)
@pytest.mark.parametrize("before", Status.values)
def test_only_the_steps_of_the_table_pass(before, to, li_na):
    task = TaskFactory(status=before)
    stays = before == to and before in states.OPEN

    if stays or to in states.STEPS[before]:
        said = say(task, to, li_na)
        assert (task.status, said.before, said.after) == (to, before, to)
    else:
        with pytest.raises(Refused):
            say(task, to, li_na)
        task.refresh_from_db()
        assert (task.status, task.revision, task.updates.count()) == (before, 1, 0)


@pytest.mark.django_db
@pytest.mark.parametrize("to", Status.values)
@pytest.mark.parametrize("before", Status.values)
def test_only_what_is_closed_is_opened_again_and_only_to_an_open_state(before, to, li_na):
    task = TaskFactory(status=before, nothing_due=before == Status.OVER, delivered_on=date(2026, 11, 1))
    if before in states.ENDS and to in states.OPEN:
        status.reopen(task=task, to=to, reason="A member asked again.", by=li_na, at=NOON, seen=1)
        assert (task.status, task.is_open, task.nothing_due, task.delivered_on) == (to, True, False, None)
    else:
        with pytest.raises(Refused):
            status.reopen(task=task, to=to, reason="A member asked again.", by=li_na, at=NOON, seen=1)


def test_nothing_leads_back_to_no_information_and_nothing_out_of_an_end_but_by_reopening():
    assert all(Status.NONE not in onward for onward in [*states.STEPS.values(), *states.REOPENS.values()])
    assert all(states.STEPS[end] == () for end in states.ENDS)
    assert set(states.STEPS) == set(Status.values)
    assert set(states.ENDS) == set(Task.CLOSED)


@pytest.mark.django_db
@pytest.mark.parametrize("unknown", ["", "DONE", "finished", "done "])
def test_a_state_that_there_is_not_is_refused_with_a_sentence(unknown, li_na):
    with pytest.raises(Refused, match="Choose where it stands"):
        say(TaskFactory(), unknown, li_na)


@pytest.mark.django_db
def test_every_act_leaves_one_fact_and_one_row_of_history_by_the_person(spm_mariam):
    task = TaskFactory()

    said = say(task, Status.PROG, spm_mariam, waiting_for="a reply from UNGIS", token="form-1")

    row = task.history.first()
    assert (row.history_user, row.history_date, row.history_change_reason) == (spm_mariam, NOON, said.words)
    assert (row.status, row.revision) == (Status.PROG, 2)
    assert task.history.count() == 2
    assert list(task.updates.all()) == [said]
    assert (task.waiting_for, task.waiting_since, task.last_word_at) == ("a reply from UNGIS", NOON, NOON)


@pytest.mark.django_db
@pytest.mark.parametrize("to", states.ENDS)
def test_an_end_asks_for_words(to, li_na):
    with pytest.raises(Refused):
        say(TaskFactory(), to, li_na, words=" \n ")


@pytest.mark.django_db
def test_done_asks_for_evidence_and_takes_what_hangs_there_already(li_na):
    task = TaskFactory()
    with pytest.raises(Refused, match="needs evidence"):
        say(task, Status.DONE, li_na, evidence=[])
    say(task, Status.PROG, li_na, evidence=[LINK])

    say(task, Status.DONE, li_na, evidence=[], at=LATER)

    assert (task.status, task.is_open, task.delivered_on) == (Status.DONE, False, NOON.date())


@pytest.mark.django_db
def test_a_refused_file_leaves_nothing_of_the_update_behind(li_na):
    task = TaskFactory()
    bad = Given(file=ContentFile(b"MZ\x90\x00\x03\x00" + bytes(100)), name="report.pdf")

    with pytest.raises(Refused, match="not kept"):
        say(task, Status.DONE, li_na, evidence=[LINK, bad])

    task.refresh_from_db()
    assert (task.status, task.revision, task.updates.count(), task.evidence.count()) == (Status.NONE, 1, 0, 0)


@pytest.mark.django_db
def test_the_day_of_delivery_is_another_thing_than_the_day_it_was_due_and_not_in_the_future(li_na):
    task = TaskFactory(due_on=date(2026, 10, 1))
    with pytest.raises(Refused, match="future"):
        say(task, Status.DONE, li_na, delivered_on=date(2026, 11, 26))

    say(task, Status.DONE, li_na, delivered_on=date(2026, 9, 28))

    assert (task.due_on, task.delivered_on) == (date(2026, 10, 1), date(2026, 9, 28))


@pytest.mark.django_db
def test_a_second_word_without_a_step_is_a_word_and_silence_is_none(spm_mariam):
    task = TaskFactory(status=Status.PROG)
    said = say(task, Status.PROG, spm_mariam, words="C2 has answered too.")
    assert (said.before, said.after, said.words) == ("prog", "prog", "C2 has answered too.")
    with pytest.raises(Refused, match="Still so"):
        say(task, Status.PROG, spm_mariam, words="")


@pytest.mark.django_db
def test_waiting_for_somebody_counts_from_when_it_began_and_ends_with_the_task(li_na):
    task = TaskFactory()
    say(task, Status.PROG, li_na, waiting_for="UNGIS")
    say(task, Status.RISK, li_na, waiting_for="UNGIS", at=LATER)
    assert task.waiting_since == NOON
    say(task, Status.OVER, li_na, waiting_for="UNGIS", at=LATER + timedelta(1))
    assert (task.waiting_for, task.waiting_since) == ("", None)


# ── Clocks ───────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.django_db
def test_still_so_makes_a_silent_task_fresh_and_changes_nothing_else(spm_mariam):
    long_ago = NOON - timedelta(days=117)
    task = TaskFactory(status=Status.CONT, last_word_at=long_ago, created_at=long_ago)
    since = NOON - timedelta(days=90)
    assert list(Task.objects.silent(since, NOON.date() + timedelta(days=365))) == [task]
    assert task.days_silent(NOON) == 117

    said = status.confirm_unchanged(task=task, by=spm_mariam, at=NOON, seen=1)

    assert list(Task.objects.silent(since, NOON.date() + timedelta(days=365))) == []
    assert (said.kind, task.status, task.days_silent(NOON)) == (Kind.CONFIRMED, Status.CONT, 0)


@pytest.mark.django_db
@pytest.mark.parametrize("standing", [Status.NONE, *states.ENDS])
def test_nothing_is_still_so_where_nobody_has_spoken_or_all_is_closed(standing, li_na):
    with pytest.raises(Refused):
        status.confirm_unchanged(task=TaskFactory(status=standing), by=li_na, at=NOON, seen=1)


# ── Two people (E1, E5) ──────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.django_db
def test_the_second_of_two_is_told_what_changed_meanwhile_and_nothing_is_lost(spm_mariam, li_na):
    task = TaskFactory()
    say(Task.objects.get(), Status.PROG, spm_mariam, words="Outline agreed.")
    status.confirm_unchanged(task=Task.objects.get(), by=li_na, at=LATER, seen=2)

    with pytest.raises(Overtaken) as caught:
        say(task, Status.RISK, li_na, seen=1, at=LATER)

    assert caught.value.theirs == (
        "Mariam Diallo, 24 November, 13:00: No information → In progress. “Outline agreed.”",
        "Li Na, 24 November, 13:05: said that it still stands so.",
    )
    task.refresh_from_db()
    assert (task.status, task.revision, task.updates.count()) == (Status.PROG, 3, 2)


@pytest.mark.django_db
def test_the_same_form_twice_has_one_effect_and_the_same_answer(li_na):
    task = TaskFactory()
    first = say(task, Status.PROG, li_na, token="form-1", seen=1)
    again = say(task, Status.PROG, li_na, token="form-1", seen=1, at=LATER)

    assert again == first
    assert (task.revision, task.updates.count(), task.history.count()) == (2, 1, 2)


@pytest.mark.django_db
def test_a_form_of_one_task_is_no_key_to_another(li_na, boris):
    say(TaskFactory(), Status.PROG, li_na, token="form-1")
    with pytest.raises(Refused, match="another task"):
        say(TaskFactory(), Status.PROG, li_na, token="form-1")
    with pytest.raises(Refused, match="another task"):
        say(Task.objects.first(), Status.PROG, boris, token="form-1")


@pytest.mark.django_db
@pytest.mark.parametrize("token", ["x" * 41, "\x00", "a b", "é"])
def test_a_damaged_form_number_is_refused_with_a_sentence(token, li_na):
    with pytest.raises(Refused, match="damaged"):
        say(TaskFactory(), Status.PROG, li_na, token=token)


def _race(acts) -> list[str]:
    """Run the acts at the same moment, each on its own connection; what came of each."""
    start, results = threading.Barrier(len(acts)), []

    def run(act):
        start.wait()
        try:
            act()
            results.append("won")
        except Overtaken:
            results.append("told")
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[act]) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(results)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_of_two_editors_at_the_same_moment_exactly_one_wins():
    li_na, boris = MemberFactory(role="coordinator"), MemberFactory(role="coordinator")
    for pair in range(50):
        task = TaskFactory()
        acts = [
            lambda who=who, to=to, task=task: say(Task.objects.get(pk=task.pk), to, who, seen=1)
            for who, to in ((li_na, Status.PROG), (boris, Status.RISK))
        ]
        assert _race(acts) == ["told", "won"], f"pair {pair}"
        task.refresh_from_db()
        assert (task.revision, task.updates.count(), task.history.count()) == (2, 1, 2)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_double_click_at_the_same_moment_has_one_effect():
    li_na = MemberFactory(role="coordinator")
    for click in range(20):
        task = TaskFactory()
        acts = [
            lambda task=task, click=click: say(task, Status.PROG, li_na, seen=1, token=f"click-{click}")
            for _hand in range(2)
        ]
        assert _race(acts) == ["won", "won"]
        task.refresh_from_db()
        assert (task.revision, task.updates.count()) == (2, 1)


# ── A second person approves ─────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def owed():
    """A task that goes to CSTD, which governs."""
    return TaskFactory(session=SessionFactory(), status=Status.PROG)


@pytest.mark.django_db
def test_work_for_a_governing_body_is_done_when_a_second_person_approves(owed, spm_mariam, li_na):
    said = say(owed, Status.DONE, spm_mariam, words="Report submitted.", delivered_on=date(2026, 11, 17))
    assert (said.kind, owed.status, owed.is_open, owed.to_approve) == (Kind.SUBMITTED, Status.PROG, True, True)
    assert owed.state_words == "Done, to approve"
    assert list(Task.objects.waiting()) == [owed]

    status.approve(task=owed, by=li_na, at=LATER, seen=2)

    assert (owed.status, owed.is_open, owed.to_approve) == (Status.DONE, False, False)
    assert (owed.submitted_by, owed.approved_by, owed.approved_at) == (spm_mariam, li_na, LATER)
    assert owed.delivered_on == date(2026, 11, 17)


@pytest.mark.django_db
def test_nobody_approves_what_they_or_somebody_for_them_handed_in(owed, spm_mariam, li_na, boris):
    head = MemberFactory(role="member", first_name="Head")
    HoldingFactory(member=head, post=PostFactory(heads_unit=True))
    say(owed, Status.DONE, li_na, on_behalf_of=head)
    for own in (li_na, head, spm_mariam):
        with pytest.raises(PermissionDenied):
            status.approve(task=owed, by=own, at=LATER, seen=2)

    status.return_(task=owed, by=boris, at=LATER, seen=2, words="The annex is missing.")
    assert (owed.status, owed.to_approve, owed.submitted_by, owed.delivered_on) == (Status.PROG, False, None, None)

    say(owed, Status.DONE, spm_mariam, at=LATER)
    status.approve(task=owed, by=head, at=LATER, seen=owed.revision)
    assert owed.approved_by == head


@pytest.mark.django_db
def test_handing_in_says_that_it_was_begun_so_a_return_does_not_lead_back_to_no_information(owed, spm_mariam, li_na):
    Task.objects.update(status=Status.NONE)
    say(owed, Status.DONE, spm_mariam)
    status.return_(task=owed, by=li_na, at=LATER, seen=2, words="Too short.")
    assert owed.status == Status.PROG


@pytest.mark.django_db
def test_only_what_is_submitted_is_approved_or_returned_and_only_once_submitted(owed, spm_mariam, li_na):
    for act in (status.approve, status.return_):
        with pytest.raises(Refused, match="Nothing is submitted"):
            act(task=owed, by=li_na, at=NOON, seen=1, words="Good.")
    say(owed, Status.DONE, spm_mariam)
    with pytest.raises(Refused, match="submitted already"):
        say(owed, Status.DONE, spm_mariam)


@pytest.mark.django_db
def test_another_word_takes_a_submission_back_and_the_approver_is_told(owed, spm_mariam, li_na):
    say(owed, Status.DONE, spm_mariam)
    say(owed, Status.RISK, spm_mariam, words="The wrong file, sorry.", at=LATER)
    assert (owed.to_approve, owed.submitted_by) == (False, None)
    with pytest.raises(Overtaken) as caught:
        status.approve(task=owed, by=li_na, at=LATER, seen=2)
    assert "The wrong file" in caught.value.theirs[0]


@pytest.mark.django_db
def test_what_was_approved_is_opened_again_by_those_who_approve(owed, spm_mariam, li_na, boris):
    say(owed, Status.DONE, spm_mariam)
    status.approve(task=owed, by=li_na, at=LATER, seen=2)
    with pytest.raises(PermissionDenied):
        status.reopen(task=owed, to=Status.PROG, reason="Forgot a page.", by=spm_mariam, at=LATER, seen=3)

    status.reopen(task=owed, to=Status.PROG, reason="Forgot a page.", by=boris, at=LATER, seen=3)

    assert (owed.approved_by, owed.approved_at, owed.submitted_by) == (None, None, None)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("governs", "reports_to", "expected"), [(True, [], True), (False, [], False), (False, ["the Council"], True)]
)
def test_whether_work_needs_approval_follows_from_where_it_goes(governs, reports_to, expected):
    BodyFactory(code="ITU Council", aliases=["the Council"])
    task = TaskFactory(session=SessionFactory(code="X-1", body=BodyFactory(code="CWG", governs=governs)))
    task.schedule = Schedule.objects.create(instruction=task.instruction, reports_to=reports_to)
    assert status.needs_approval(task=task) is expected


@pytest.mark.django_db
def test_submitting_what_needs_no_approval_is_refused(li_na):
    with pytest.raises(Refused, match="close it yourself"):
        status.submit(task=TaskFactory(), words="Done.", by=li_na, at=NOON, seen=1, evidence=[LINK])


# ── For somebody else, nothing due ───────────────────────────────────────────────────────────────────────────────


@pytest.mark.django_db
def test_the_coordinator_speaks_for_anybody_and_the_record_says_so(li_na, mariam):
    said = say(TaskFactory(), Status.PROG, li_na, on_behalf_of=mariam, words="As she told us.")
    assert (said.by, said.on_behalf_of) == (li_na, mariam)
    assert (
        status.sentence(said=said)
        == "Li Na for Mariam Diallo, 24 November, 13:00: No information → In progress. “As she told us.”"
    )


@pytest.mark.django_db
def test_a_member_speaks_for_colleagues_of_their_units_and_for_nobody_else(spm_mariam):
    colleague, stranger = MemberFactory(), MemberFactory()
    HoldingFactory(member=colleague)
    HoldingFactory(member=stranger, post=PostFactory(unit=UnitFactory(abbr="BDT")))
    task = TaskFactory()

    say(task, Status.PROG, spm_mariam, on_behalf_of=colleague)
    with pytest.raises(PermissionDenied):
        say(task, Status.RISK, spm_mariam, on_behalf_of=stranger)


@pytest.mark.django_db
def test_nothing_due_this_time_needs_a_reason_and_counts_as_reported(spm_mariam):
    task = TaskFactory(status=Status.TODO)
    with pytest.raises(Refused, match="Say why"):
        status.nothing_due(task=task, reason=" ", by=spm_mariam, at=NOON, seen=1)

    status.nothing_due(task=task, reason="The session was cancelled.", by=spm_mariam, at=NOON, seen=1)

    assert (task.status, task.nothing_due, task.state_words) == (Status.OVER, True, "Nothing due this time")
    assert list(Task.objects.unreported()) == []


@pytest.mark.django_db
def test_words_are_kept_without_what_no_store_can_hold(li_na):
    said = say(TaskFactory(), Status.PROG, li_na, words="one\x00\r\ntwo\x0b\ud800\uffff <b>é</b> ")
    said.refresh_from_db()
    assert said.words == "one\ntwo <b>é</b>"


@pytest.mark.django_db
def test_the_picture_of_the_states_and_the_table_of_rights_are_those_of_the_code():
    call_command("printdocs", "--check")


@pytest.mark.django_db
def test_what_is_made_years_ahead_is_not_silent_until_its_year_comes():
    long_ago = NOON - timedelta(days=117)
    far = TaskFactory(created_at=long_ago, matters_on=date(2030, 7, 1))
    near = TaskFactory(created_at=long_ago, matters_on=date(2027, 3, 1))
    dateless = TaskFactory(created_at=long_ago, matters_on=None)
    since = NOON - timedelta(days=90)
    assert set(Task.objects.silent(since, NOON.date() + timedelta(days=365))) == {near, dateless}
    assert far in Task.objects.silent(since, date(2030, 12, 31))
