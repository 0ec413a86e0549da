"""Chromium of the system, a live server, and what a person does in it. Waits are for htmx, never for seconds."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.db import connections
from playwright.sync_api import Browser, Page

PASSWORD = "correct horse battery"
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@pytest.fixture(scope="session")
def django_db_modify_db_settings(tmp_path_factory) -> None:
    """SQLite in a file, as in a real installation: in memory its tables are locked instead of waited for."""
    for connection in connections.all():
        if connection.vendor == "sqlite":
            connection.settings_dict["TEST"]["NAME"] = str(tmp_path_factory.mktemp("database") / "browser.sqlite3")


class Visitor:
    """A person at a browser."""

    def __init__(self, page: Page, base: str) -> None:
        self.page, self.base = page, base
        self.complaints: list[str] = []
        page.on("console", lambda message: self.complaints.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def goto(self, path: str) -> None:
        self.page.goto(self.base + path)

    def log_in(self, username: str, then: str = "/") -> None:
        self.goto(f"/account/login/?next={then}")
        self.page.fill("[name=login]", username)
        self.page.fill("[name=password]", PASSWORD)
        self.page.keyboard.press("Enter")
        self.page.wait_for_url(self.base + then)

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def press_and_wait(self, key: str) -> None:
        """Press a key that asks the server, and wait until htmx has put the answer in its place."""
        self.page.evaluate(
            "() => { window.settled = new Promise(done => document.addEventListener('htmx:afterSettle',"
            " () => requestAnimationFrame(() => done(true)), {once: true})) }"
        )
        self.page.keyboard.press(key)
        self.page.wait_for_function("() => window.settled")

    @property
    def focus(self) -> str:
        """What has the focus: its id, or its name, or its words."""
        return self.page.evaluate(
            "(e => e.id || e.name || e.textContent.trim().replace(/\\s+/g, ' '))(document.activeElement)"
        )

    def tab_to(self, words: str) -> None:
        """Press Tab until what has the focus says `words`: what can't be reached so is out of reach."""
        for _turn in range(60):
            self.page.keyboard.press("Tab")
            if words in self.focus:
                return
        raise AssertionError(f"“{words}” can't be reached with Tab")

    def accessibility_findings(self) -> list[str]:
        result = Axe().run(self.page, options={"runOnly": {"type": "tag", "values": WCAG}})
        return [
            f"{found['id']}: {node['html'][:160]}" for found in result.response["violations"] for node in found["nodes"]
        ]


@pytest.fixture
def visit(chromium: Browser, live_server, transactional_db) -> Iterator:
    """`visit(color_scheme="dark", viewport=…)`: a browser of its own for each person."""
    contexts = []

    def come(**options) -> Visitor:
        context = chromium.new_context(**{"viewport": {"width": 1280, "height": 900}, **options})
        context.set_default_timeout(15_000)
        contexts.append(context)
        return Visitor(context.new_page(), live_server.url)

    yield come
    for context in contexts:
        context.close()
