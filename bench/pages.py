"""A page and the floor under it: its own statements without the ORM, and its template drawn from the values at hand.

Both are asked for by the same client with the same cookie through the whole middleware, so that what is compared is
what a page adds: the ORM, and the thinking between the database and the template.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import connection
from django.http import HttpRequest
from django.template import loader
from django.test import Client
from django.test.utils import setup_test_environment, teardown_test_environment

from .databases import at

FLOORS: list[Page] = []
OF_THE_REQUEST = ("block", "forloop", "request", "user", "csrf_token", "messages", "perms")
FOR_THE_LOG_IN = 2  # statements that each page begins with: the session, the member


class Page:
    """A member at a page of one of the databases."""

    def __init__(self, database: str, username: str, address: str, template: str) -> None:
        from mandates.models import Member

        self.database, self.address, self.template = database, address, template
        self.statements: list[tuple[str, Any]] = []
        self.client = Client(SERVER_NAME="localhost")
        self._floor_address = f"/bench/floor/{len(FLOORS)}/"
        FLOORS.append(self)
        with at(database):
            self.client.force_login(Member.objects.get(username=username))
            self._look()

    def _look(self) -> None:
        """What the page asks the database, and what it gives its template."""
        self.get()
        with connection.execute_wrapper(self._keep):
            self.get()
        self.queries = len(self.statements)
        del self.statements[:FOR_THE_LOG_IN]
        setup_test_environment(debug=False)
        answer = self.get()
        teardown_test_environment()
        layers = answer.context if isinstance(answer.context, list) else [answer.context]
        self.given: dict[str, Any] = {}
        for layer in reversed(layers):
            self.given.update(layer.flatten())
        for name in OF_THE_REQUEST:
            self.given.pop(name, None)

    def _keep(self, execute: Callable, sql: str, params: Any, many: bool, context: Any) -> Any:
        self.statements.append((sql, params))
        return execute(sql, params, many, context)

    def draw(self, request: HttpRequest) -> str:
        for sql, params in self.statements:
            with connection.cursor() as cursor:
                cursor.execute(sql, params)
                if cursor.description:
                    cursor.fetchall()
        return loader.get_template(self.template).render(self.given, request)

    def get(self) -> Any:
        return self._ask(self.address)

    def floor(self) -> Any:
        return self._ask(self._floor_address)

    def _ask(self, address: str) -> Any:
        with at(self.database):
            answer = self.client.get(address)
        if answer.status_code != 200:
            raise RuntimeError(f"{address} answers {answer.status_code}")
        return answer
