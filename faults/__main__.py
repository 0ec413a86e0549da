"""Runs rows and says what they gave, a line each.

    python -m faults [ROW …] [--quick] [--on postgresql|sqlite] [--list] [--keep]

    E1 1,000 pairs: 1,000 won once, 0 updates lost ok

Exit 1 when a row falls short or breaks. What a row needs and the machine lacks is said in one line, and passed over.
TEST_DATABASE_URL names the PostgreSQL server on which databases are made and dropped again.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from .databases import Databases, environment
from .row import POSTGRESQL, SQLITE, Row
from .rows import all_rows
from .servers import Cluster, Missing, Redis

ROOT = Path(__file__).resolve().parent.parent
LONGEST = 2 * 3600  # seconds for a row; longer is a row that hangs


def look_for(needs: frozenset[str]) -> None:
    """Raises Missing for what the machine lacks."""
    if "redis" in needs:
        Redis.find()
    if "cluster" in needs:
        Cluster.find()


@contextmanager
def folder_of(row: str, keep: bool) -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix=f"faults-{row.lower()}-"))
    try:
        yield folder
    finally:
        if keep:
            print(f"   kept: {folder}")
        else:
            shutil.rmtree(folder, ignore_errors=True)


def run(name: str, row: Row, engine: str, databases: Databases, *, quick: bool, keep: bool) -> tuple[str, bool]:
    """What the row gave on this engine, in words, and whether it held. Raises Missing."""
    needs = row.needed(engine)
    look_for(needs)
    with folder_of(name, keep) as folder, ExitStack() as leaving:
        # A row with a server of its own makes its tables there.
        address = "" if "cluster" in needs else leaving.enter_context(databases.copy(engine, name, folder))
        command = [sys.executable, "-m", "faults.inside", name, engine, str(folder), "--needs", ",".join(sorted(needs))]
        log = folder / "row.log"
        with log.open("ab") as out:
            inside = subprocess.Popen(
                [*command, *(["--quick"] if quick else [])],
                cwd=ROOT, env=environment(folder, address), stdout=out, stderr=out, start_new_session=True,
            )  # fmt: skip
        try:
            inside.wait(timeout=LONGEST)
        except subprocess.TimeoutExpired:
            return f"did not end within {LONGEST:,} seconds", False
        finally:
            with suppress(ProcessLookupError):
                os.killpg(inside.pid, signal.SIGKILL)  # it and all that it started
            inside.wait()
        outcome = folder / "outcome.json"
        if not outcome.exists():
            print(log.read_text(errors="replace")[-6000:], file=sys.stderr)
            return "broke; its last words stand above", False
        said = json.loads(outcome.read_text())
        if not said["held"]:
            print(log.read_text(errors="replace")[-8000:], file=sys.stderr)
        return said["words"], said["held"]


def interrupt(*_: object) -> None:
    raise KeyboardInterrupt


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m faults", description="Faults, tried for real.")
    parser.add_argument("rows", nargs="*", metavar="ROW", help="E1, A1 …; all of them where none is named")
    parser.add_argument("--quick", action="store_true", help="a short form of each")
    parser.add_argument("--on", choices=[POSTGRESQL, SQLITE], help="on one engine only")
    parser.add_argument("--list", action="store_true", help="say what each row proves, and run none")
    parser.add_argument("--keep", action="store_true", help="keep the folders, with what the processes said")
    asked = parser.parse_args(arguments)
    signal.signal(signal.SIGTERM, interrupt)

    with tempfile.TemporaryDirectory() as folder:  # to look at the rows needs settings, and settings need a folder
        outside, own = dict(os.environ), {"VAR_DIR": folder, "DATABASE_URL": ""}
        os.environ.update(own)
        found = all_rows()
        os.environ.clear()
        os.environ.update(outside)
    unknown = [name for name in asked.rows if name not in found]
    if unknown:
        print(f"There is no row {', '.join(unknown)}. There are: {', '.join(found)}.", file=sys.stderr)
        return 2
    names = asked.rows or list(found)
    if asked.list:
        print("\n".join(f"{name} {found[name].sentence}" for name in names))
        return 0
    held = True
    with Databases() as databases:
        for name in names:
            for engine in found[name].on:
                if asked.on in (None, engine):
                    held &= told(name, found[name], engine, databases, quick=asked.quick, keep=asked.keep)
    return 0 if held else 1


def told(name: str, row: Row, engine: str, databases: Databases, *, quick: bool, keep: bool) -> bool:
    """Run a row and print its line; False where it fell short."""
    start = time.monotonic()
    where = "" if engine == POSTGRESQL else ", on SQLite"
    try:
        words, held = run(name, row, engine, databases, quick=quick, keep=keep)
    except Missing as missing:
        print(f"{name} passed over{where}: {missing}.", flush=True)
        return True
    seconds = time.monotonic() - start
    print(f"{name} {words}{where} ({seconds:.0f} s) {'ok' if held else 'FELL SHORT'}", flush=True)
    return held


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit("\nStopped; nothing is left behind.")
