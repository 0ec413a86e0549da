"""The settings: what the environment may say, what is said of nonsense, what every answer carries."""

from __future__ import annotations

import ast
import dataclasses
import os
import re
import runpy
import subprocess
import sys
import threading
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import ConnectionHandler, OperationalError
from django.db.backends.base.base import BaseDatabaseWrapper
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from reader.limits import Limits

ROOT = Path(__file__).resolve().parent.parent
SETTINGS = ROOT / "config" / "settings.py"
LONG_KEY = "a-key-that-is-long-enough-for-anyone-0123456789"


@pytest.fixture
def settings_with(monkeypatch, tmp_path):
    """The settings as they would be with this environment and no other."""

    def load(**variables: str) -> dict:
        for name in names_read():
            monkeypatch.delenv(name, raising=False)
        for name, value in {"VAR_DIR": str(tmp_path / "var"), **variables}.items():
            monkeypatch.setenv(name, value)
        return runpy.run_path(str(SETTINGS))

    return load


def names_read() -> set[str]:
    """The environment variables that settings.py reads, from its text."""
    names = set()
    for node in ast.walk(ast.parse(SETTINGS.read_text())):
        if isinstance(node, ast.Call) and ast.unparse(node.func).startswith(("env.", "said", "above_zero")):
            # said(env.bool, "NAME", …), env.str("NAME", …): the name is the first piece of text.
            texts = [part.value for part in node.args if isinstance(part, ast.Constant) and isinstance(part.value, str)]
            names |= {text for text in texts[:1] if text.isupper()}
    return names | {f"READER_{name.upper()}" for name in reader_names()}


def reader_names() -> list[str]:
    text = SETTINGS.read_text()
    start = text.index("READER_LIMITS = {")
    return re.findall(r'^        "(\w+)": "the', text[start : text.index("} | {", start)], re.MULTILINE)


@pytest.mark.parametrize(
    ("variables", "sentence"),
    [
        ({"DATABASE_URL": "postgresql://db/mandates"}, "SECRET_KEY is missing: with a database server"),
        ({"SECRET_KEY": "short"}, "SECRET_KEY is too short"),
        ({"DATABASE_URL": "mysql://me:hunter2@db/x", "SECRET_KEY": LONG_KEY}, "begins with “mysql”: it must be"),
        ({"CELERY_BROKER_URL": "amqp://me:hunter2@mq"}, "CELERY_BROKER_URL begins with “amqp”: it must be"),
        ({"CACHE_URL": "memcached://me:hunter2@cache"}, "CACHE_URL begins with “memcached”: it must be"),
        ({"OIDC_ISSUER": "https://login.example.org"}, "OIDC_ISSUER is set: set OIDC_CLIENT_ID and"),
        ({"TRUSTED_PROXIES": "one"}, "TRUSTED_PROXIES is “one”: it must be the number of proxies"),
        ({"UPLOAD_MAX_BYTES": "20 MB"}, "UPLOAD_MAX_BYTES is “20 MB”: it must be the size in bytes"),
        ({"SITE_URL": "mandates.example"}, "SITE_URL is “mandates.example”: it must be the address people open"),
        ({"READER_PAGES": "0"}, "READER_PAGES is “0”: it must be the number of pages"),
    ],
)
def test_what_makes_no_sense_stops_the_start_with_a_sentence_that_shows_no_password(settings_with, variables, sentence):
    with pytest.raises(ImproperlyConfigured) as stopped:
        settings_with(**variables)
    assert sentence in str(stopped.value)
    assert "hunter2" not in str(stopped.value)


def test_every_variable_is_told_of_in_the_example_and_no_other_is():
    told = set(re.findall(r"^(?:# )?([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))
    for_compose_or_the_image_only = {"POSTGRES_PASSWORD", "PORT"}
    set_by_the_image = {"STATIC_HASHED"}
    assert told - for_compose_or_the_image_only == names_read() - set_by_the_image


def test_the_environment_is_read_in_the_first_block_and_nowhere_else():
    after = SETTINGS.read_text().partition("# ── What must hold between them")[2]
    assert not re.search(r"env\.(str|bool|int|list)\(|os\.environ|said\(|above_zero\(", after)
    reasons = {"reader/apart.py": "hands its child process the little of it that Python needs to start"}
    elsewhere = [
        path.relative_to(ROOT).as_posix()
        for folder in ("mandates", "reports", "reader")
        for path in (ROOT / folder).rglob("*.py")
        if "os.environ" in path.read_text() or "os.getenv" in path.read_text()
    ]
    assert [name for name in elsewhere if name not in reasons] == []


def test_the_limits_of_the_reader_are_those_that_the_reader_knows(settings_with):
    everything = {f"READER_{name.upper()}": "7" for name in reader_names()}
    limits = settings_with(UPLOAD_MAX_BYTES="5", **everything)["READER_LIMITS"]
    assert set(limits) <= {field.name for field in dataclasses.fields(Limits)}
    assert Limits(**limits).file_bytes == 5
    assert Limits(**limits).memory_bytes == 7


def test_without_a_word_the_reader_keeps_its_own_limits(settings_with):
    assert Limits(**settings_with()["READER_LIMITS"]) == Limits()


def test_with_https_cookies_stay_on_it_and_browsers_remember(settings_with):
    told = settings_with(HTTPS="on", TRUSTED_PROXIES="1")
    assert told["SESSION_COOKIE_SECURE"]
    assert told["CSRF_COOKIE_SECURE"]
    assert told["SECURE_HSTS_SECONDS"] >= 31_536_000
    assert told["SECURE_PROXY_SSL_HEADER"] == ("HTTP_X_FORWARDED_PROTO", "https")
    assert "SECURE_PROXY_SSL_HEADER" not in settings_with(HTTPS="on")  # anybody could send it, where no proxy does


def test_the_way_to_the_identity_provider_is_open_in_forms_and_to_no_other_place(settings_with):
    told = settings_with(
        OIDC_ISSUER="https://login.example.org/realms/one", OIDC_CLIENT_ID="mandates", OIDC_CLIENT_SECRET="s"
    )
    directives = told["CONTENT_SECURITY_POLICY"]["DIRECTIVES"]
    assert directives["form-action"] == ["'self'", "https://login.example.org"]
    assert [app["client_id"] for app in told["SOCIALACCOUNT_PROVIDERS"]["openid_connect"]["APPS"]] == ["mandates"]


def test_the_key_is_made_once_and_kept_from_others(settings_with, tmp_path):
    first = settings_with()["SECRET_KEY"]
    assert settings_with()["SECRET_KEY"] == first
    assert (tmp_path / "var" / "secret-key").stat().st_mode & 0o777 == 0o600


def test_redis_as_broker_is_the_shared_cache_too(settings_with):
    told = settings_with(CELERY_BROKER_URL="redis://r:6379/0")
    assert told["CACHES"]["default"]["LOCATION"] == "redis://r:6379/0"


def test_sqlite_lets_four_writers_read_and_then_write_without_one_being_turned_away(settings_with, django_db_blocker):
    databases = settings_with()["DATABASES"]
    refused: list[Exception] = []

    def count_up() -> None:
        connection = ConnectionHandler(databases)["default"]
        try:
            for _ in range(25):
                with transaction_of(connection) as cursor:
                    (count,) = cursor.execute("SELECT count FROM tally").fetchone()
                    cursor.execute("UPDATE tally SET count = %s", [count + 1])
        except OperationalError as error:
            refused.append(error)
        finally:
            connection.close()

    with django_db_blocker.unblock():
        first = ConnectionHandler(databases)["default"]
        with first.cursor() as cursor:
            assert cursor.execute("PRAGMA journal_mode").fetchone() == ("wal",)
            assert cursor.execute("PRAGMA synchronous").fetchone() == (1,)  # NORMAL
            cursor.execute("CREATE TABLE tally (count integer)")
            cursor.execute("INSERT INTO tally VALUES (0)")
        writers = [threading.Thread(target=count_up) for _ in range(4)]
        for writer in writers:
            writer.start()
        for writer in writers:
            writer.join()
        with first.cursor() as cursor:
            assert (refused, cursor.execute("SELECT count FROM tally").fetchone()) == ([], (100,))
        first.close()


@contextmanager
def transaction_of(connection: BaseDatabaseWrapper):
    """What transaction.atomic does, on a connection that is not among Django's own."""
    connection.ensure_connection()
    connection._start_transaction_under_autocommit()
    with connection.cursor() as cursor:
        yield cursor
        cursor.execute("COMMIT")


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/health/", 200),
        ("/account/login/", 200),
        ("/static/app.css", 200),
        ("/static/icon.svg", 200),
        ("/texts/", 302),
        ("/nowhere/", 404),
    ],
)
@pytest.mark.django_db
def test_every_answer_carries_the_headers_that_protect_its_reader(client, address, status):
    answer = client.get(address)
    assert answer.status_code == status
    protects(answer.headers)


def protects(headers) -> None:
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["X-Frame-Options"] == "DENY"


@pytest.mark.parametrize(
    ("method", "address", "status"),
    [
        ("get", "/texts/", 200),
        ("get", "/account/password/change/", 200),
        ("get", "/texts/bring-in/", 403),
        ("get", "/nowhere/", 404),
        ("delete", "/texts/", 405),
        ("get", "/instructions/", 500),
    ],
)
def test_what_is_behind_log_in_is_kept_by_no_cache_whatever_came_of_it(mariam, monkeypatch, method, address, status):
    def fail(_asked):
        raise RuntimeError

    monkeypatch.setattr("reports.views.InstructionsPage.of", fail)
    visitor = Client(raise_request_exception=False)
    visitor.force_login(mariam)
    answer = getattr(visitor, method)(address)
    assert answer.status_code == status
    assert {"no-store", "private"} <= set(answer["Cache-Control"].split(", "))
    protects(answer.headers)


@pytest.mark.django_db
def test_what_is_the_same_for_everybody_may_be_kept(client):
    assert "no-store" not in client.get("/static/app.css")["Cache-Control"]


@pytest.mark.django_db
def test_health_says_what_stands(client, settings, tmp_path):
    settings.QUEUE_DIR = tmp_path
    answer = client.get("/health/")
    assert answer.status_code == 200
    stands = {"database": "ok", "queue": "ok", "worker": "never seen", "mail": "ok", "tallies": "never compared"}
    assert answer.json() == stands


@pytest.mark.django_db
def test_health_is_503_when_nothing_could_be_kept(client, settings, tmp_path):
    settings.BROKER_URL = "filesystem://"
    (tmp_path / "messages").write_text("a file where the folder should be")
    settings.QUEUE_DIR = tmp_path
    assert client.get("/health/").status_code == 503


# The doors that stand open without a log-in, and why.
OPEN = {
    "health": "asked by machines, and tells nothing of the people",
    "feed": "asked by calendars, with the secret in its address",
    "letters-stop": "pressed in a mail program, with the signed token in its address",
    "set_language": "the log-in page has a choice of language",
    "account_login": "log-in itself",
    "account_logout": "leads back to it",
    "account_signup": "says that it is closed",
    "account_inactive": "says why somebody cannot come in",
    "account_email_verification_sent": "a step of log-in",
    "account_confirm_email": "followed from a mail",
    "account_reset_password": "for whoever cannot log in",
    "account_reset_password_done": "the step after it",
    "account_reset_password_from_key": "followed from a mail",
    "account_reset_password_from_key_done": "the step after it",
    "account_confirm_login_code": "a step of log-in",
    "socialaccount_login_cancelled": "back from the identity provider",
    "socialaccount_login_error": "back from the identity provider",
    "socialaccount_signup": "says that it is closed",
    "openid_connect_login": "the way to the identity provider",
    "openid_connect_callback": "back from the identity provider",
    "mfa_authenticate": "the second step of log-in",
    "mfa_trust": "a step of log-in",
    "login": "the admin's log-in, which leads to ours",
}


def views(resolver: URLResolver):
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLPattern):
            yield pattern.name, pattern.callback
        else:
            yield from views(pattern)


def test_every_page_is_behind_log_in_but_for_those_that_say_why():
    standing_open = {name for name, view in views(get_resolver()) if not getattr(view, "login_required", True)}
    assert standing_open - set(OPEN) == set()


@pytest.mark.django_db
def test_the_sixth_wrong_password_for_one_name_is_not_even_looked_at(django_user_model):
    django_user_model.objects.create_user("li.na", "li.na@example.org", "the right password")
    visitor = Client()
    for _ in range(5):
        visitor.post(reverse("account_login"), {"login": "li.na", "password": "a wrong one"})
    visitor.post(reverse("account_login"), {"login": "li.na", "password": "the right password"})
    assert "_auth_user_id" not in visitor.session


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["li.na", "li.na@example.org"])
def test_a_member_comes_in_by_name_or_by_address(django_user_model, name):
    member = django_user_model.objects.create_user("li.na", "li.na@example.org", "the right password")
    visitor = Client()
    visitor.post(reverse("account_login"), {"login": name, "password": "the right password"})
    assert visitor.session["_auth_user_id"] == str(member.pk)


@pytest.mark.django_db
def test_nobody_makes_an_account_for_themselves(client, django_user_model):
    client.post(
        reverse("account_signup"),
        {"username": "eve", "email": "eve@example.org", "password1": "long enough 12", "password2": "long enough 12"},
    )
    assert not django_user_model.objects.filter(username="eve").exists()


@pytest.mark.django_db
def test_the_second_step_is_set_up_with_a_picture_that_the_policy_lets_through(django_user_model):
    django_user_model.objects.create_user("li.na", "li.na@example.org", "the right password")
    visitor = Client()
    visitor.post(reverse("account_login"), {"login": "li.na", "password": "the right password"})
    visitor.post(reverse("account_reauthenticate"), {"password": "the right password"})
    page = visitor.get(reverse("mfa_activate_totp")).content.decode()
    picture = page[page.index("<svg") : page.index("</svg>")]
    assert "style=" not in picture
    assert 'fill="white"' in picture
    assert "data:" not in page


@pytest.mark.django_db
def test_nobody_adds_an_address_by_which_single_sign_on_would_know_them(django_user_model):
    member = django_user_model.objects.create_user("li.na", "li.na@example.org", "the right password")
    visitor = Client()
    visitor.force_login(member)
    assert visitor.get("/account/email/").status_code == 200
    answer = visitor.post("/account/email/", {"action_add": "", "email": "chair@example.org"})
    assert answer.status_code == 405


def test_django_itself_finds_nothing_to_warn_of_in_a_real_installation(tmp_path):
    told = {"HTTPS": "on", "VAR_DIR": str(tmp_path), "SECRET_KEY": LONG_KEY * 2}
    done = subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        cwd=ROOT,
        env=os.environ | told,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.django_db
def test_a_page_says_that_it_is_in_a_language_only_when_its_words_are(client, settings):
    offered = {code for code, _name in settings.LANGUAGES}
    for code, _name in settings.DECLARED_LANGUAGES:
        page = client.get(reverse("account_login"), headers={"Accept-Language": code}).content.decode()
        assert f'lang="{code if code in offered else "en"}"' in page


def test_a_web_process_has_its_pages_in_hand_before_anybody_asks():
    """Addresses, views and templates are loaded when the program is: the first reader after a start waits for none."""
    loads = (
        "import config.wsgi, sys; from django.template import engines; from django.urls import get_resolver\n"
        "loader = engines['django'].engine.template_loaders[0]\n"
        "print('reports.views_boards' in sys.modules, get_resolver()._populated,"
        " any(str(key) == 'reports/board.html' for key in loader.get_template_cache))"
    )
    told = subprocess.run([sys.executable, "-c", loads], cwd=ROOT, capture_output=True, text=True, check=True)
    assert told.stdout.split() == ["True", "True", "True"]
