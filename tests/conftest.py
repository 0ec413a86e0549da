"""What every test may lean on: the shared documents, folders of its own, a queue that goes nowhere, the cast."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser

ROOT = Path(__file__).resolve().parent.parent
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of documents that the project may not hold: MANDATES_SHARED, or `shared` beside the repository."""
    folder = Path(os.environ.get("MANDATES_SHARED", ROOT.parent / "shared"))
    if not (folder / "data" / "documents").is_dir():
        pytest.skip("the shared documents are not here: set MANDATES_SHARED to their folder")
    return folder


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The Chromium of the system, one for the whole run: a thread takes one loop of Playwright."""
    from playwright.sync_api import sync_playwright

    # Playwright runs a loop of its own in this thread; Django must not take our plain calls for asynchronous ones.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    path = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    if not path:
        pytest.skip("no Chromium here: install it, or say where it is in CHROMIUM")
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session", autouse=True)
def _queue_that_goes_nowhere() -> None:
    """No test may leave messages in a developer's own queue; one that wants a broker names it."""
    from config.celery import app

    app.conf.update(broker_url="memory://", broker_transport_options={})


@pytest.fixture(autouse=True)
def _own_folders(settings, tmp_path_factory) -> None:
    settings.MEDIA_ROOT = tmp_path_factory.mktemp("media")
    # A cache of its own too: the wrong passwords of one test are not counted in the next.
    cache = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": str(settings.MEDIA_ROOT)}
    settings.CACHES = {"default": cache}
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # quick: passwords here guard nothing
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"


@pytest.fixture(autouse=True)
def _what_tests_lay_down_was_there_before(monkeypatch) -> None:
    """Rows that no action writes have a history too, dated by the clock. The tests' own clock stands at NOON: on a
    later day the first row of a history would be newer than what the test does with it."""
    from types import SimpleNamespace

    import simple_history.models
    from django.utils import timezone

    from tests.factories import NOON

    def now() -> datetime:
        return min(timezone.now(), NOON - timedelta(days=30))

    monkeypatch.setattr(simple_history.models, "timezone", SimpleNamespace(now=now))


# ── The cast: everybody knows them ───────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def li_na(db):
    """The coordinator: brings documents in, decides suggestions."""
    from tests.factories import MemberFactory

    return MemberFactory(username="li.na", first_name="Li", last_name="Na", role="coordinator")


@pytest.fixture
def boris(db):
    """A second coordinator, who is at the same thing at the same time."""
    from tests.factories import MemberFactory

    return MemberFactory(username="boris", first_name="Boris", last_name="Hahn", role="coordinator")


@pytest.fixture
def mariam(db):
    """A task-force member: sees all, decides nothing here."""
    from tests.factories import MemberFactory

    return MemberFactory(username="mariam.diallo", first_name="Mariam", last_name="Diallo", role="member")


@pytest.fixture
def sample() -> Path:
    """The founding document: the redline of Council Resolution 1332."""
    return ROOT / "mandates" / "samples" / "council-resolution-1332-c26-proposal.docx"


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Each kind of test that a plain machine can't run is passed over in one line, which says how to get it."""
    if item.get_closest_marker("browser") and not os.environ.get("BROWSER_TESTS"):
        pytest.skip("browser journeys: `make browser` runs them, in the Chromium of the system")
    if item.get_closest_marker("postgres") and not os.environ.get("DATABASE_URL", "").startswith("postgres"):
        pytest.skip("what only holds on PostgreSQL: `make test-postgres` runs it, where TEST_DATABASE_URL says")
    if item.get_closest_marker("redis") and not os.environ.get("TEST_REDIS_URL"):
        pytest.skip("what needs Redis: set TEST_REDIS_URL=redis://… to a database that may be emptied")
