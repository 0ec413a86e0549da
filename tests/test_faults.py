"""The rows of `make faults`: their frame, and the cheapest of them in a short form. The whole of it takes hours."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import simple_history.models
from django.utils import timezone

from faults.__main__ import told
from faults.clocks import three_weeks_off, years_end
from faults.databases import Databases
from faults.edits import World
from faults.interleaving import interleave
from faults.row import Outcome, at_most, exactly, none, row
from faults.rows import all_rows
from faults.trial import Trial
from mandates.actions import facts

ROOT = Path(__file__).resolve().parent.parent


SERVER = os.environ.get("DATABASE_URL", "")


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "faults", *arguments]
    environment = {**os.environ, **({"TEST_DATABASE_URL": SERVER} if SERVER else {})}
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


# ── The frame ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_an_outcome_says_what_was_expected_only_where_it_did_not_come():
    good = Outcome.of("1,000 pairs", exactly("won once", 1000, 1000), none("updates lost", 0))
    bad = Outcome.of("60 kills", none("lost", 1), at_most("uncertain", 60, 60))
    assert (good.words, good.held) == ("1,000 pairs: 1,000 won once, 0 updates lost", True)
    assert (bad.words, bad.held) == ("60 kills: 1 lost (expected 0), 60 uncertain", False)


def test_every_row_says_what_it_proves_and_stands_in_the_paper():
    paper = (ROOT / "docs" / "faults.md").read_text()
    rows = all_rows()
    assert [name for name, one in rows.items() if not one.sentence.endswith(".")] == []
    assert set(re.findall(r"^\| ([A-Z]\d+) \|", paper, re.MULTILINE)) == set(rows)


def test_what_the_machine_lacks_is_said_in_one_line_and_passed_over(monkeypatch, capsys):
    monkeypatch.setenv("PATH", "/nowhere")
    nothing = row("redis")(lambda _trial: Outcome("", False))
    with Databases() as databases:
        assert told("C9", nothing, "postgresql", databases, quick=True, keep=False)
    said = "C9 passed over: redis-server is missing: install Redis (Debian: redis-server).\n"
    assert capsys.readouterr().out == said


def test_a_row_that_is_not_there_is_named_with_those_that_are():
    answer = run("Z9")
    assert answer.returncode == 2
    assert re.match(r"There is no row Z9\. There are: A1, .*E1", answer.stderr)


# ── Short forms ──────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.slow
def test_of_two_editors_one_wins_and_the_other_is_told():
    answer = run("E1", "--quick", "--on", "postgresql" if SERVER.startswith("postgres") else "sqlite")
    words = "E1 20 pairs: 20 won once, 20 losers shown both values with their text kept, 0 updates lost"
    assert (answer.returncode, answer.stdout.startswith(words)) == (0, True), answer.stdout + answer.stderr


@pytest.mark.django_db
@pytest.mark.parametrize("body", [three_weeks_off, years_end])
def test_clocks(body, tmp_path):
    outcome = body.body(Trial("sqlite", tmp_path, quick=True))
    assert outcome.held, outcome.words


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("one", "other"),
    [("edit", "take_back"), ("take_back", "say"), ("take_back", "give_evidence"), ("new_text", "edit"),
     ("new_text", "new_text"), ("first_text", "first_text"), ("new_text", "take_back"), ("hand_on", "re_date")],
)  # fmt: skip
@pytest.mark.parametrize("at", [2, 9])
def test_acts_that_fall_into_each_other(one, other, at, li_na, boris, monkeypatch):
    monkeypatch.setattr(simple_history.models, "timezone", timezone)  # the acts are of now; so is what goes with them
    facts.load(at=timezone.now())
    world = World(li_na, boris)
    *runs, reached = interleave(getattr(world, one), getattr(world, other), at)
    assert reached
    assert [run.broke for run in runs if run.broke] == []
    assert list(world.orphans()) == []
