"""A person at the web process: logged in, with a browser's cookies and forms, over real connections."""

from __future__ import annotations

import html
import re
import secrets
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from typing import Any
from urllib.parse import urlencode

WAIT = 60  # seconds for an answer


@dataclass(frozen=True)
class Answer:
    """What came back. `status` is 0 where nobody answered: the connection was refused or broke."""

    status: int
    text: str = ""
    location: str = ""

    def fields(self, name: str) -> list[str]:
        """The values of the hidden fields of this name."""
        return [html.unescape(value) for value in re.findall(rf'name="{re.escape(name)}" value="([^"]*)"', self.text)]

    @property
    def typed(self) -> str:
        """What stands in the text boxes."""
        return html.unescape("\n".join(re.findall(r"<textarea[^>]*>(.*?)</textarea>", self.text, re.DOTALL))).strip()

    @property
    def words(self) -> str:
        """What a person reads of it, without the text boxes."""
        bare = re.sub(r"<textarea[^>]*>.*?</textarea>|<[^>]*>", " ", self.text, flags=re.DOTALL)
        return " ".join(html.unescape(bare).split())


class Visitor:
    """Each request is a connection of its own, so that one visitor may be used by several threads."""

    def __init__(self, port: int, member: Any) -> None:
        from django.conf import settings
        from django.test import Client

        browser = Client()
        browser.force_login(member, backend="django.contrib.auth.backends.ModelBackend")
        self.port, self.member = port, member
        self.csrf = secrets.token_hex(16)
        session = browser.cookies[settings.SESSION_COOKIE_NAME].value
        self.cookies = f"{settings.SESSION_COOKIE_NAME}={session}; {settings.CSRF_COOKIE_NAME}={self.csrf}"

    def get(self, path: str, *, htmx: bool = False) -> Answer:
        return self._ask("GET", path, None, htmx)

    def post(self, path: str, typed: dict[str, Any], *, htmx: bool = True) -> Answer:
        return self._ask("POST", path, urlencode(typed, doseq=True).encode(), htmx)

    def upload(self, path: str, name: str, content: bytes) -> Answer:
        """A file in the field `file`, as a form without script sends it."""
        edge = secrets.token_hex(16)
        head = f'--{edge}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
        body = head.encode() + content + f"\r\n--{edge}--\r\n".encode()
        return self._ask("POST", path, body, False, f"multipart/form-data; boundary={edge}")

    def _ask(
        self, method: str, path: str, body: bytes | None, htmx: bool, kind: str = "application/x-www-form-urlencoded"
    ) -> Answer:
        headers = {"Cookie": self.cookies, "X-CSRFToken": self.csrf}
        if htmx:
            headers["HX-Request"] = "true"
        if body is not None:
            headers["Content-Type"] = kind
        connection = HTTPConnection("127.0.0.1", self.port, timeout=WAIT)
        try:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            text = answer.read().decode("utf-8", "replace")
            return Answer(answer.status, text, answer.headers.get("Location", ""))
        except (OSError, HTTPException):
            return Answer(0)
        finally:
            connection.close()
