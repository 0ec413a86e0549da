"""The containers of a real installation. No Docker runs here: the file is held against the schema of compose files,
what it starts is looked for, and the same processes are started without containers on PostgreSQL and Redis."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from importlib import import_module
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parent.parent
COMPOSE = ROOT / "docker-compose.yml"
BIN = Path(sys.executable).parent
SERVICES = yaml.safe_load(COMPOSE.read_text())["services"]
OURS = {name: service for name, service in SERVICES.items() if "build" in service}


def tool(name: str) -> str | None:
    """A program of the virtual environment that the tests run in."""
    return shutil.which(name, path=str(BIN))


def test_the_file_holds_to_the_schema_of_compose_files():
    checker = tool("check-jsonschema")
    assert checker, "check-jsonschema is among the development requirements"
    done = subprocess.run(
        [checker, "--builtin-schema", "vendor.compose-spec", str(COMPOSE)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout


def test_the_schema_would_say_so_if_the_file_did_not(tmp_path):
    broken = tmp_path / "docker-compose.yml"
    broken.write_text(COMPOSE.read_text().replace("stop_grace_period", "grace"))
    done = subprocess.run(
        [tool("check-jsonschema") or "", "--builtin-schema", "vendor.compose-spec", str(broken)],
        capture_output=True,
        check=False,
    )
    assert done.returncode == 1


def test_web_worker_beat_database_and_broker_stand_and_each_tells_of_its_health():
    assert set(SERVICES) == {"prepare", "web", "worker", "beat", "postgres", "redis"}
    assert [name for name, service in SERVICES.items() if "healthcheck" not in service] == ["prepare"]


def commands() -> list[tuple[str, list[str]]]:
    image = re.search(r"^CMD (\[.*\])$", (ROOT / "Dockerfile").read_text(), re.MULTILINE)
    assert image
    found = [("web", yaml.safe_load(image[1]))]
    for name, service in OURS.items():
        if "command" in service:
            words = shlex.split(service["command"])
            inner = words[2].split(" && ") if words[:2] == ["sh", "-c"] else [service["command"]]
            found += [(name, shlex.split(each)) for each in inner]
        if "healthcheck" in service:
            kind, *test = service["healthcheck"]["test"]
            found.append((f"{name}, healthcheck", test if kind == "CMD" else shlex.split(test[0])))
    return found


@pytest.mark.parametrize(("_service", "command"), commands(), ids=[name for name, _ in commands()])
def test_what_a_container_starts_is_there(_service, command):
    program, *arguments = command
    assert program == "python" or tool(program), f"{program} is not installed by the requirements"
    if program == "gunicorn":
        assert callable(import_module(arguments[0]).application)
    elif program == "celery":
        assert import_module(arguments[arguments.index("--app") + 1]).celery_app.main == "mandates"
    elif arguments[0] == "manage.py":
        from django.core.management import get_commands

        assert arguments[1] in get_commands()
    elif arguments[0] == "-m":
        assert callable(import_module(arguments[1]).main)
    else:
        compile(arguments[1], "healthcheck", "exec")


def test_each_variable_that_the_file_asks_for_is_in_the_example():
    asked = set(re.findall(r"(?<!\$)\$\{(\w+)", COMPOSE.read_text()))
    told = set(re.findall(r"^([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))
    assert asked <= told


def test_web_and_worker_share_the_documents_and_there_is_one_clock():
    assert OURS["web"]["volumes"] == OURS["worker"]["volumes"] == ["documents:/var/lib/mandates"]
    assert "--beat" not in OURS["worker"]["command"]
    assert "deploy" not in OURS["beat"]


def test_the_image_runs_as_nobody_in_particular_and_installs_by_hash():
    text = (ROOT / "Dockerfile").read_text()
    assert re.search(r"^USER (?!root)", text, re.MULTILINE)
    assert "--require-hashes" in text
    ignored = (ROOT / ".dockerignore").read_text().split()
    assert {".env", ".git", "var"} <= set(ignored)


def environment_of_the_example(database: str, broker: str, var: Path) -> dict[str, str]:
    """What a container gets: the example filled in, with the two addresses that the compose file sets."""
    example = dict(re.findall(r"^([A-Z_]+)=(.*)$", (ROOT / ".env.example").read_text(), re.MULTILINE))
    assert example["SECRET_KEY"] == ""
    return (
        os.environ
        | example
        | {
            "SECRET_KEY": "only-for-the-test-of-the-compose-file-0123456789",
            "DATABASE_URL": database,
            "CELERY_BROKER_URL": broker,
            "CACHE_URL": broker,
            "VAR_DIR": str(var),
            "STATIC_HASHED": "on",
            "HOSTNAME": socket.gethostname(),
            "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}",
        }
    )


@pytest.fixture
def a_database_of_its_own(django_db_blocker):
    """The address of an empty database on the server of the tests."""
    from django.db import connection

    settings = connection.settings_dict
    name = f"mandates_compose_{os.getpid()}"
    with django_db_blocker.unblock(), connection._nodb_cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {name}")
        yield f"postgresql://{settings['USER']}:{settings['PASSWORD']}@{settings['HOST']}:{settings['PORT']}/{name}"
        cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.mark.slow
@pytest.mark.postgres
@pytest.mark.redis
def test_the_processes_of_the_file_come_up_healthy_on_postgresql_and_redis(a_database_of_its_own, tmp_path):
    import redis

    broker = os.environ["TEST_REDIS_URL"]
    redis.Redis.from_url(broker).flushdb()
    environment = environment_of_the_example(a_database_of_its_own, broker, tmp_path / "var")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    log = tmp_path / "log"

    def said(command: str) -> str:
        """As the container would run it, at a port and in a folder of this test."""
        return command.replace(":8000", f":{port}").replace("/tmp/", f"{tmp_path}/").replace("$$", "$")  # noqa: S108

    def run(command: list[str]) -> int:
        with log.open("ab") as out:
            return subprocess.run(
                command, cwd=ROOT, env=environment, stdout=out, stderr=out, check=False, timeout=120
            ).returncode

    def healthy(service: dict) -> bool:
        kind, *test = service["healthcheck"]["test"]
        return run(["sh", "-c", said(test[0])] if kind == "CMD-SHELL" else [said(word) for word in test]) == 0

    processes = []
    try:
        assert run(["python", "manage.py", "collectstatic", "--noinput", "--verbosity", "0"]) == 0, log.read_text()
        assert run(shlex.split(OURS["prepare"]["command"])) == 0, log.read_text()
        image = dict(commands())["web"]
        starts = {"web": image, **{name: shlex.split(OURS[name]["command"]) for name in ("worker", "beat")}}
        with log.open("ab") as out:
            for command in starts.values():
                words = [said(word) for word in command]
                processes.append(subprocess.Popen(words, cwd=ROOT, env=environment, stdout=out, stderr=out))
        end = time.monotonic() + 100
        waiting = set(starts)
        while waiting := {name for name in waiting if not healthy(OURS[name])}:
            assert time.monotonic() < end, (waiting, log.read_text())
            assert [process.args for process in processes if process.poll() is not None] == [], log.read_text()
            time.sleep(1)

        # As the proxy passes it on: by https, under the public name.
        proxied = {"Host": "mandates.example.org", "X-Forwarded-Proto": "https", "X-Forwarded-For": "192.0.2.7"}
        request = urllib.request.Request(f"http://localhost:{port}/account/login/", headers=proxied)
        with urllib.request.urlopen(request, timeout=20) as page:
            text = page.read().decode()
            assert page.headers["Strict-Transport-Security"].startswith("max-age=31536000")
        style_sheet = re.search(r"/static/app\.[0-9a-f]{12}\.css", text)
        assert style_sheet, "the page names the style sheet by its hash"
        request = urllib.request.Request(f"http://localhost:{port}{style_sheet[0]}", headers=proxied)
        with urllib.request.urlopen(request, timeout=20) as page:
            assert "immutable" in page.headers["Cache-Control"]
    finally:
        for process in processes:
            process.terminate()
        stopped = [process.wait(timeout=30) for process in processes]
    assert stopped == [0, 0, 0], log.read_text()
