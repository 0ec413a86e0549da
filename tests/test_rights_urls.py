"""Every URL, every method, every role, against one table (row F1 of the faults and floors)."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import Group
from django.db import connection, reset_queries, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from mandates.models import Citation, Goal, Member, Paragraph, Task
from tests import rights_table as table
from tests.rights_world import World, make_world

METHODS = ("get", "post", "put", "delete")
ROLES = ("anonymous", "disabled", "viewer", "outsider", "member", "coordinator", "chair", "administrator")
WRITES = re.compile(
    r'^\s*(INSERT|UPDATE|DELETE)\b[^"]*"(mandates|reports|auth|account|mfa|socialaccount)_', re.IGNORECASE
)


def walk(patterns: list[Any], space: str = "", route: str = "") -> Iterator[tuple[str, str]]:
    """The name of every URL, with its route; one without a name goes by its route."""
    for pattern in patterns:
        here = route + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from walk(pattern.url_patterns, f"{space}{pattern.namespace}:" if pattern.namespace else space, here)
        elif isinstance(pattern, URLPattern):
            yield f"{space}{pattern.name}" if pattern.name else here, here


URLS = sorted(set(walk(get_resolver().url_patterns)))
# Addresses that only send on: the admin's old form of a row's address, and what it says to any address it has not.
SEND_ON = [(name, route) for name, route in URLS if name == route and name.startswith("admin/")]
OURS = [name for name, _route in URLS if name in table.PAGES or name in table.OPEN]
ADMIN = [name for name, _route in URLS if name.startswith("admin:")]
ACCOUNT = [(name, route) for name, route in URLS if route.startswith("account/")]


@pytest.fixture
def world(db) -> World:
    return make_world()


def ask(world: World, role: str, method: str, address: str, data: dict[str, Any] | None = None) -> str:
    """What came of it, in one word; whatever it did is taken back. Looking is seen to write nothing."""
    client = world.clients[role]
    cookies = copy.deepcopy(client.cookies)
    reset_queries()  # the log of questions is short, and would forget the last ones
    with transaction.atomic(), CaptureQueriesContext(connection) as asked:
        response = client.post(address, data or {}) if method == "post" else getattr(client, method)(address)
        if response.streaming:
            b"".join(response.streaming_content)  # read to its end; closing it halfway would close the connection too
        transaction.set_rollback(True)
    client.cookies = cookies  # who logged out is in again, as their session is
    written = [query["sql"][:80] for query in asked if WRITES.match(query["sql"])]
    if method != "post" and written:
        return f"wrote {written[0]}"
    if response.status_code in {301, 302, 303}:
        target = response["Location"]
        return "log in" if target.startswith((reverse("account_login"), reverse("admin:login"))) else "in"
    if response.status_code >= 500:
        return f"broke ({response.status_code})"
    return {401: "log in", 403: "no", 404: "lost", 405: "no such method"}.get(response.status_code, "in")


def wanted(row: table.Row, role: str, method: str) -> set[str]:
    """What may come of it by the table."""
    who = {"get": row.get, "post": row.post}.get(method, row.get if row.any_method else None)
    if role in table.STRANGERS and not (who and role in who):
        return {"log in"} if row.get is None or role not in row.get else {"log in", "no such method"}
    if who is None:
        return {"no such method", "no"}  # whether the right or the method is asked first is of no importance
    return {"in"} if role in who else {"no", "lost"}


def test_no_url_is_missing_from_the_table():
    unknown = [
        f"{name}  ({route})"
        for name, route in URLS
        if table.row_of(name) is None
        and not table.before_log_in(name)
        and not table.own_account(name)
        and (name, route) not in SEND_ON
    ]
    assert unknown == [], "say in tests/rights_table.py who may ask for these"


def test_no_row_of_the_table_is_of_a_page_that_is_gone():
    assert sorted({*table.PAGES, *table.OPEN} - {name for name, _route in URLS}) == []


@pytest.mark.parametrize("name", OURS)
def test_our_pages_answer_whom_the_table_names_and_nobody_else(name, world):
    row = table.row_of(name)
    address = reverse(name, args=[world.things[thing] for thing in row.args])
    data = {field: world.things[thing] for field, thing in row.says}
    wrong = [
        f"{role} {method.upper()}: {came}, not {' or '.join(sorted(may))}"
        for role in ROLES
        for method in METHODS
        if (came := ask(world, role, method, address, data)) not in (may := wanted(row, role, method))
    ]
    assert not wrong, "\n".join(wrong)


def test_without_log_in_nobody_gets_further_than_the_pages_of_log_in(world):
    args = {"key": "x", "uidb36": "1", "provider_id": "sso"}
    wrong = []
    for name, route in ACCOUNT:
        if name == route:
            address = f"/{route}"
        else:
            address = reverse(name, kwargs={key: args[key] for key in args if f"<{key}>" in route})
        for role in ROLES:
            for method in METHODS:
                came = ask(world, role, method, address)
                if came.startswith("broke") or came == "no":
                    wrong.append(f"{name} {role} {method}: {came}")
                if role in table.STRANGERS and table.own_account(name) and came not in {"log in", "no such method"}:
                    wrong.append(f"{name} {role} {method}: {came}")
    assert not wrong, "\n".join(wrong)


def row_for_admin(world: World, label: str, name: str) -> Any:
    """A row of a model that the admin knows, made where the world has none."""
    model = apps.get_model(label, name)
    member = world.members["member"]
    app = SocialApp.objects.get_or_create(provider="x", name="x", client_id="x")[0]
    account = SocialAccount.objects.get_or_create(user=member, provider="x", uid="1")[0]
    made = {
        Group: lambda: Group.objects.create(name="x"),
        EmailAddress: lambda: EmailAddress.objects.create(user=member, email="x@example.org"),
        SocialApp: lambda: app,
        SocialAccount: lambda: account,
        SocialToken: lambda: SocialToken.objects.create(app=app, account=account, token="x"),
        Authenticator: lambda: Authenticator.objects.create(user=member, type="totp", data={"secret": "x"}),
        Goal: lambda: Goal.objects.create(number=9, title="Industry"),
        Citation: lambda: Citation.objects.create(
            paragraph=Paragraph.objects.first(), text="x", start=0, end=1, kind="un", key="x"
        ),
    }
    return model.objects.first() or made[model]()


def admin_address(world: World, name: str) -> str:
    short = name.removeprefix("admin:")
    if short == "view_on_site":
        return reverse(name, args=[10**6, 1])
    if short == "app_list":
        return reverse(name, args=["mandates"])
    if short == "auth_user_password_change":
        return reverse(name, args=[world.things["somebody"]])
    if short == "autocomplete":
        return f"{reverse(name)}?app_label=mandates&model_name=session&field_name=body&term=c"
    parts = short.split("_")
    if len(parts) < 3 or not any(app.label == parts[0] for app in apps.get_app_configs()):
        return reverse(name)
    if parts[2] in {"changelist", "add"}:
        return reverse(name)
    row = row_for_admin(world, parts[0], parts[1])
    if short.endswith("simple_history"):
        return reverse(name, args=[row.pk, row.history.first().history_id])
    return reverse(name, args=[row.pk])


@pytest.mark.parametrize("role", ROLES)
def test_the_admin_answers_whom_the_table_names_and_nobody_else(role, world):
    wrong = []
    for name in sorted(set(ADMIN)):
        row = table.row_of(name)
        if row.any_method:
            continue
        address = admin_address(world, name)
        for method in METHODS:
            came = ask(world, role, method, address)
            may = wanted(row, role, method)
            if role not in table.STRANGERS and role not in table.SECRETARIAT:
                may = {"log in", "no"}  # the door of the admin is closed to them, whatever is behind it
            elif method in {"put", "delete"} or getattr(row, method) is None:
                # The admin takes any other method for a look, and shows what a look shows.
                may = may | {"in", "no"} if row.get is None or role in row.get else may | {"no"}
            if came not in may | ({"lost"} if name == "admin:view_on_site" else set()):
                wrong.append(f"{name} {role} {method.upper()}: {came}, not {' or '.join(sorted(may))}")
    assert not wrong, "\n".join(wrong)


def test_the_status_of_a_task_is_not_changed_in_the_admin(world):
    """Row E4: the only writers of a status are the actions."""
    held = admin.site._registry.get(Task)
    if held is None:
        return
    request = type("Request", (), {"user": world.members["administrator"], "method": "POST"})()
    readonly = set(held.get_readonly_fields(request, Task.objects.first()))
    assert not held.has_add_permission(request)
    assert not held.has_change_permission(request, Task.objects.first()) or "status" in readonly


def test_who_was_disabled_a_moment_ago_is_out_at_the_next_request(world):
    client, member = world.clients["coordinator"], world.members["coordinator"]
    assert client.get(reverse("texts")).status_code == 200
    Member.objects.filter(pk=member.pk).update(is_active=False)
    assert client.get(reverse("texts"))["Location"].startswith(reverse("account_login"))
