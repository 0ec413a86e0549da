"""The admin asks the same table of rights as the pages, and leaves to the actions what they guard."""

from __future__ import annotations

from datetime import date

import pytest
from django.contrib import admin
from django.urls import reverse

from mandates import models
from tests.factories import (
    NOON,
    DoubtFactory,
    MemberFactory,
    ParagraphFactory,
    SessionFactory,
    SuggestionFactory,
    UnitFactory,
    instruction_in,
)

OURS = [model for model in admin.site._registry if model._meta.app_label == "mandates"]
GUARDED = [
    models.Version,
    models.Paragraph,
    models.Document,
    models.Citation,
    models.Instruction,
    models.Schedule,
    models.Suggestion,
    models.Doubt,
]


def place(model, what: str, *args) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{what}", args=args)


@pytest.fixture
def rows(db) -> dict[type, object]:
    """One row of each kind that people look at."""
    SessionFactory()
    suggestion = SuggestionFactory()
    instruction = instruction_in(suggestion.paragraph)
    models.Citation.objects.create(paragraph=suggestion.paragraph, text="x", start=0, end=1, kind="un", key="x")
    DoubtFactory(paragraph=suggestion.paragraph)
    models.Unit.objects.create(abbr="SPM", name="Strategic Planning")
    models.ActionLine.objects.create(code="C2", title="Infrastructure", position=2)
    models.Goal.objects.create(number=9, title="Industry")
    assert instruction.schedules.exists()
    return {model: model.objects.first() for model in OURS}


@pytest.fixture
def coordinator(client, db) -> models.Member:
    member = MemberFactory(role="coordinator", is_staff=True)
    client.force_login(member)
    return member


@pytest.mark.usefixtures("coordinator")
@pytest.mark.parametrize("model", OURS, ids=lambda model: model.__name__)
def test_every_list_and_every_row_opens(client, rows, model):
    assert client.get(place(model, "changelist") + "?q=x").status_code == 200
    assert client.get(place(model, "change", rows[model].pk)).status_code == 200


@pytest.mark.usefixtures("coordinator")
@pytest.mark.parametrize("model", GUARDED, ids=lambda model: model.__name__)
def test_what_an_action_guards_is_looked_at_and_not_changed(client, rows, model):
    html = client.get(place(model, "change", rows[model].pk)).text
    assert 'name="_save"' not in html
    assert client.post(place(model, "change", rows[model].pk), {}).status_code == 403
    assert client.post(place(model, "delete", rows[model].pk), {"post": "yes"}).status_code == 403
    assert client.get(place(model, "add")).status_code == 403


@pytest.mark.usefixtures("coordinator")
def test_a_guarded_row_says_where_it_is_changed(client, rows):
    html = client.get(place(models.Instruction, "change", rows[models.Instruction].pk)).text
    assert "Changed on its page, so that its history says who and why." in html
    assert f'href="{rows[models.Instruction].get_absolute_url()}"' in html


@pytest.mark.usefixtures("coordinator")
def test_the_dates_of_a_session_are_changed_on_its_page_only(client, db):
    session = SessionFactory(name="CSTD 30")
    sent = {
        "name": "CSTD, 30th",
        "number": 30,
        "aliases": "[]",
        "source": "seen",
        "starts": "2030-01-01",
        "state": "held",
    }
    assert client.post(place(models.Session, "change", session.pk), sent).status_code == 302
    session.refresh_from_db()
    assert (session.name, session.starts, session.state) == ("CSTD, 30th", date(2027, 3, 1), "tentative")


def new_session(**changes) -> dict[str, object]:
    return {"code": "CSTD-31", "name": "CSTD 31", "starts": "2028-04-03", "ends": "2028-04-07", "precision": "day",
            "state": "tentative", "aliases": "[]", **changes}  # fmt: skip


def test_a_session_is_announced_by_its_action(client, coordinator):
    body = SessionFactory().body
    answer = client.post(place(models.Session, "add"), new_session(body=body.pk, aliases='["31st session"]'))
    assert answer.status_code == 302
    made = models.Session.objects.get(code="CSTD-31")
    assert (made.aliases, made.revision) == (["31st session"], 1)
    assert made.history.earliest().history_change_reason == "announced"
    assert made.history.earliest().history_user == coordinator


@pytest.mark.usefixtures("coordinator")
@pytest.mark.parametrize("changes", [{"code": "CSTD/31"}, {"document_deadline": "2029-01-01"}, {"ends": "2028-01-01"}])
def test_a_session_that_makes_no_sense_is_not_announced(client, changes):
    body = SessionFactory().body
    assert client.post(place(models.Session, "add"), new_session(body=body.pk, **changes)).status_code == 200
    assert models.Session.objects.count() == 1


def test_a_coordinator_names_no_members_and_an_administrator_does(client, coordinator):
    sent = {"username": coordinator.username, "role": "administrator", "is_active": "on", "is_staff": "on"}
    assert client.post(place(models.Member, "change", coordinator.pk), sent).status_code == 403
    admin_member = MemberFactory(role="administrator", is_staff=True)
    client.force_login(admin_member)
    assert client.get(place(models.Member, "add")).status_code == 200
    assert client.post(place(models.Member, "delete", coordinator.pk), {"post": "yes"}).status_code == 403


def test_a_member_whose_address_is_corrected_gets_letters_again(client, db):
    client.force_login(MemberFactory(role="administrator", is_staff=True, is_superuser=True))
    member = MemberFactory(mail_failed_at=NOON, mail_failed_why="550 no such user")
    address = place(models.Member, "change", member.pk)
    typed = client.get(address).context["adminform"].form.initial
    typed |= {"date_joined_0": "2026-11-01", "date_joined_1": "12:00:00", "last_login_0": "", "last_login_1": ""}
    typed = {name: value for name, value in typed.items() if value is not None}

    def failed_after(**changed) -> bool:
        assert client.post(address, typed | changed).status_code == 302
        member.refresh_from_db()
        return member.mail_failed_at is not None

    assert failed_after()
    assert not failed_after(email="right@example.org")
    assert member.mail_failed_why == ""


@pytest.mark.parametrize("staff", [False, True])
def test_a_member_who_may_only_read_changes_nothing_here(client, db, staff):
    session = SessionFactory()
    client.force_login(MemberFactory(role="member", is_staff=staff))
    answer = client.post(place(models.Session, "change", session.pk), {"name": "Mine"})
    assert answer.status_code == (403 if staff else 302)
    session.refresh_from_db()
    assert session.name != "Mine"


@pytest.mark.usefixtures("coordinator")
def test_the_lists_take_the_same_queries_for_one_row_and_for_three(client, rows, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def asked(model) -> int:
        with CaptureQueriesContext(connection) as found:
            client.get(place(model, "changelist"))
        return len(found)

    few = {model: asked(model) for model in (models.Suggestion, models.Instruction, models.Paragraph)}
    for _n in range(2):
        paragraph = ParagraphFactory(section=rows[models.Paragraph].section)
        SuggestionFactory(paragraph=paragraph)
        instruction_in(paragraph)
    assert {model: asked(model) for model in few} == few


def test_no_unit_stands_above_itself(client, db):
    client.force_login(MemberFactory(role="administrator", is_staff=True, is_superuser=True))
    above = UnitFactory(abbr="BDT")
    below = UnitFactory(abbr="DNS", parent=UnitFactory(abbr="ENV", parent=above))
    typed = {"abbr": "BDT", "name": "BDT", "parent": below.pk, "aliases": "[]"}
    answer = client.post(f"/admin/mandates/unit/{above.pk}/change/", typed)
    assert "It would stand above itself" in answer.text
    above.refresh_from_db()
    assert above.parent is None
