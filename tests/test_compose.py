"""The containers of a real installation. No Docker runs here: the file is held against the schema of compose files,
and what it starts is looked for. How the same processes were started by hand is told in docs/running.md."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
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
