"""Databases for the rows: one with the tables is made on each engine, and every row gets a copy of it."""

from __future__ import annotations

import os
import secrets
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg

from .row import SQLITE
from .servers import Missing

ROOT = Path(__file__).resolve().parent.parent
SERVER = os.environ.get("TEST_DATABASE_URL", "postgresql://postgres@127.0.0.1:5432/mandates")
# What our own environment says of the house does not hold in a row.
OURS = {"DATABASE_URL", "CACHE_URL", "CELERY_BROKER_URL", "EMAIL_URL", "VAR_DIR", "SECRET_KEY", "LOG_LEVEL", "DEBUG"}


def environment(folder: Path, address: str) -> dict[str, str]:
    """The environment of a row: a folder and a database of its own."""
    return {key: value for key, value in os.environ.items() if key not in OURS} | {
        "VAR_DIR": str(folder),
        "DATABASE_URL": address,
        "SECRET_KEY": secrets.token_urlsafe(50),
        "LOG_LEVEL": "WARNING",
    }


class Databases:
    """Used as a context: at its end what it made is dropped, with whoever is still in it."""

    def __init__(self) -> None:
        self._leaving = ExitStack()
        self._models: dict[str, str] = {}

    def __enter__(self) -> Databases:
        return self

    def __exit__(self, *_: object) -> None:
        self._leaving.close()

    @contextmanager
    def copy(self, engine: str, row: str, folder: Path) -> Iterator[str]:
        """The address of an empty database with all tables. Raises Missing where there is no server."""
        if engine == SQLITE:
            shutil.copyfile(urlsplit(self._model(engine)).path, folder / "trial.sqlite3")
            yield f"sqlite:///{folder / 'trial.sqlite3'}"
            return
        with _made(f"{row.lower()}_{os.getpid()}", like=self._model(engine)) as address:
            yield address

    def _model(self, engine: str) -> str:
        if engine not in self._models:
            folder = Path(self._leaving.enter_context(tempfile.TemporaryDirectory(prefix="faults-")))
            if engine == SQLITE:
                address = f"sqlite:///{folder / 'model.sqlite3'}"
            else:
                address = self._leaving.enter_context(_made(f"model_{os.getpid()}"))
            migrate = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
            subprocess.run(migrate, cwd=ROOT, env=environment(folder, address), check=True)
            self._models[engine] = address
        return self._models[engine]


@contextmanager
def _made(name: str, like: str = "") -> Iterator[str]:
    """The address of a database on the server; dropped at the end."""
    parts = urlsplit(SERVER)
    name = f"{parts.path.strip('/')}_faults_{name}"
    try:
        server = psycopg.connect(urlunsplit(parts._replace(path="/postgres")), autocommit=True, connect_timeout=5)
    except psycopg.OperationalError as error:
        raise Missing("no PostgreSQL server answers where TEST_DATABASE_URL says: start one, or name it") from error
    with server:
        template = f' TEMPLATE "{urlsplit(like).path.strip("/")}"' if like else ""
        server.execute(f'CREATE DATABASE "{name}"{template}')
        try:
            yield urlunsplit(parts._replace(path=f"/{name}"))
        finally:
            server.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
