"""Reading in a process of its own: the same answer, and a sentence whatever happens to the child."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

import reader
from reader import apart
from reader.__main__ import confine, main
from reader.document import Unreadable
from reader.limits import Limits

from .wordsmith import document, p

REDLINE = Path(__file__).parents[2] / "mandates/samples/council-resolution-1332-c26-proposal.docx"
linux = pytest.mark.skipif(sys.platform != "linux", reason="other systems do not keep to these limits")


def test_apart_says_what_reading_here_says() -> None:
    here = reader.as_json(reader.read(REDLINE.read_bytes(), REDLINE.name))
    assert apart.read_apart(REDLINE) == here
    assert apart.read_apart(REDLINE.read_bytes(), REDLINE.name) == here


@pytest.mark.parametrize(
    ("data", "name", "words"),
    [
        (b"", "a.docx", "empty"),
        (b"{\\rtf1}", "a.docx", ".rtf"),
        (b"\0" * 9, "--help", "no text"),
        (b"x", "\0.pdf", "called a PDF"),
    ],
)
def test_a_refusal_comes_back_as_its_sentence(data: bytes, name: str, words: str) -> None:
    with pytest.raises(Unreadable, match=words):
        apart.read_apart(data, name)


def test_a_file_over_the_limit_or_missing_is_refused_at_once(tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match="larger than"):
        apart.read_apart(b"x" * 100, "a.txt", Limits(file_bytes=99))
    with pytest.raises(Unreadable, match="opened"):
        apart.read_apart(tmp_path / "missing.docx")


def test_a_child_that_takes_too_long_is_stopped() -> None:
    start = time.perf_counter()
    with pytest.raises(Unreadable, match="too long"):
        apart.read_apart(document(p("resolves")), "a.docx", Limits(wall_seconds=0.01))
    assert time.perf_counter() - start < 5


def test_a_reading_that_wants_more_memory_than_it_may_have_ends_with_a_sentence(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def hungry(*given: object) -> None:
        raise MemoryError

    monkeypatch.setattr("reader.__main__.read", hungry)
    assert main([str(REDLINE)]) == 2
    assert "memory" in capfd.readouterr().err


@linux
@pytest.mark.parametrize(
    ("act", "words"),
    [("while True: pass", "too long"), ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", "too long"),
     ("import os; os.abort()", "gave up"), ("raise ZeroDivisionError", "gave up"), ("print('not JSON')", "gave up")],
)  # fmt: skip
def test_whatever_happens_to_the_child_we_get_a_sentence(
    act: str, words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The child finds a reader that misbehaves, as one might on a file that nobody foresaw."""
    folder = tmp_path / "reader"
    folder.mkdir()
    (folder / "__init__.py").write_text("")
    limited = (
        "import resource\nfor kind in (resource.RLIMIT_CPU, resource.RLIMIT_CORE): resource.setrlimit(kind, (1, 1))"
    )
    (folder / "__main__.py").write_text(f"{limited}\n{act}\n")
    monkeypatch.setattr(apart, "ROOT", tmp_path)
    with pytest.raises(Unreadable, match=words) as caught:
        apart.read_apart(document(p("resolves")), "a.docx")
    assert "\n" not in str(caught.value)


def confined(act: Callable[[], object]) -> int:
    """How a child of ours ends that gives up what `confine` takes, and then acts; 7 where it was refused."""
    pid = os.fork()
    if pid == 0:  # limits can't be taken back, so they are never ours
        try:
            confine(Limits())
            act()
        except (OSError, MemoryError):
            os._exit(7)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


@linux
def test_a_confined_process_has_little_memory_and_writes_no_file(tmp_path: Path) -> None:
    assert confined(lambda: None) == 0
    assert confined(lambda: bytearray(Limits().memory_bytes)) == 7
    leak = tmp_path / "leak"
    assert confined(lambda: leak.write_text("x")) in (7, -signal.SIGXFSZ)
    assert not leak.exists() or leak.read_text() == ""


def test_the_child_knows_no_secret_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", "only ours")
    assert "only ours" not in apart.environment().values()
