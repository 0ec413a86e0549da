"""The databases of a run: made on the server that TEST_DATABASE_URL names, filled with a world, dropped at the end.

One process looks at several of them in turn: `at` lays one under Django's ORM in the place of the default.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

URL = os.environ.get("TEST_DATABASE_URL", "postgresql://postgres@127.0.0.1:5432/mandates")
KEEP = bool(os.environ.get("BENCH_KEEP"))  # the next run finds them again: filling a large one takes minutes
ROOT = Path(__file__).resolve().parent.parent


def name_of(scale: str) -> str:
    return f"{urlsplit(URL).path.strip('/')}_bench_{scale}"


def url_of(name: str) -> str:
    return urlunsplit(urlsplit(URL)._replace(path=f"/{name}"))


def why_no_server() -> str:
    """Why there is no PostgreSQL to measure on; "" where there is."""
    try:
        psycopg.connect(url_of("postgres"), connect_timeout=3).close()
    except psycopg.OperationalError:
        return "no PostgreSQL answers; say where one is by TEST_DATABASE_URL=postgresql://…"
    return ""


def _serve(statement: str, name: str) -> None:
    with psycopg.connect(url_of("postgres"), autocommit=True) as server:
        server.execute(sql.SQL(statement).format(sql.Identifier(name)))


def is_there(name: str) -> bool:
    with psycopg.connect(url_of("postgres")) as server:
        return server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone() is not None


@contextmanager
def world(scale: str) -> Iterator[str]:
    """The address of a database on the server with a world of that scale in it."""
    name = name_of(scale)
    if not (KEEP and is_there(name)):
        _serve("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)
        _serve("CREATE DATABASE {}", name)
        _fill(scale, {"DATABASE_URL": url_of(name)})
    try:
        yield url_of(name)
    finally:
        if not KEEP:
            _serve("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)


@contextmanager
def file_world(scale: str) -> Iterator[str]:
    """The address of an SQLite file with a world of that scale in it."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/world.sqlite3"
        _fill(scale, {"DATABASE_URL": url})
        yield url


def _fill(scale: str, where: dict[str, str]) -> None:
    print(f"A world of the scale “{scale}” is made …", file=sys.stderr, flush=True)
    for command in (["migrate"], ["makeworld", "--scale", scale], ["rebuildtallies"]):
        manage(command, where)


def manage(command: list[str], where: dict[str, str]) -> None:
    """One of our own commands in a process of its own."""
    subprocess.run(
        [sys.executable, "manage.py", *command], cwd=ROOT, env={**os.environ, **where}, check=True,
        stdout=subprocess.DEVNULL,
    )  # fmt: skip


def prepare(urls: dict[str, str]) -> None:
    """Django, with these databases by their names beside the default one."""
    import django
    from django.conf import settings
    from django.db import connections

    django.setup()
    import environ

    default = settings.DATABASES["default"]
    made = {}
    for name, url in urls.items():
        made[name] = environ.Env.db_url_config(url)
        made[name]["OPTIONS"] = settings.DATABASE_OPTIONS[made[name]["ENGINE"]]
        made[name]["CONN_MAX_AGE"] = 3600
    connections.settings.update(connections.configure_settings({"default": default, **made}))


@contextmanager
def at(name: str) -> Iterator[None]:
    """The ORM looks at this database while the block runs, and what is kept is kept of it: the names that pages of a
    small world have kept would else stand on those of a large one."""
    from django.core.cache import caches
    from django.db import connections

    before, prefix = connections["default"], caches["default"].key_prefix
    connections["default"], caches["default"].key_prefix = connections[name], name
    try:
        yield
    finally:
        connections["default"], caches["default"].key_prefix = before, prefix
