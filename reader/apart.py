"""Reading in a process of its own, with little memory, little time and no way to write.

A file from a stranger may find a fault in a library that no gate knows of. Whatever happens then, happens to a child
that holds nothing but that file; the process that asked gets a sentence.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from reader.__main__ import UNREADABLE
from reader.document import Unreadable
from reader.limits import DEFAULTS, Limits, megabytes

TOO_LONG = "Reading the file took too long and was stopped; bring in a shorter document or one saved again by Word."
FAILED = "The file could not be read: the reader gave up on it. The file is kept; please report it."
ROOT = Path(__file__).resolve().parent.parent


def read_apart(
    source: bytes | str | os.PathLike[str], name: str | None = None, limits: Limits = DEFAULTS
) -> dict[str, Any]:
    """What `reader.as_json(reader.read(…))` says of a file, found out in a child process.

    `source` is the file's bytes or its path; `name` the name it was uploaded under (of a path, its own name). Raises
    `Unreadable` with one sentence, also where the child ran out of memory or time or was killed.
    """
    if isinstance(source, bytes):
        data = source
    else:
        path = Path(source)
        name = name if name is not None else path.name
        try:
            with path.open("rb") as opened:
                data = opened.read(limits.file_bytes + 1)
        except OSError as error:
            raise Unreadable(f"The file can't be opened: {error.strerror or error}.") from None
    if len(data) > limits.file_bytes:  # no need to wake a child for that
        raise Unreadable(f"The file is larger than the {megabytes(limits.file_bytes)} that can be read.")
    settings = json.dumps(asdict(limits))
    child = subprocess.Popen(  # noqa: S603  our own module, by the path of this very interpreter
        [
            sys.executable,
            "-m",
            "reader",
            "-",
            "--confined",
            f"--name={clean(name)}",
            f"--limits={settings}",
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=ROOT,
        env=environment(),
        start_new_session=True,  # a signal meant for the server, or a terminal's Ctrl-C, is not the child's
    )
    try:
        out, complaint = child.communicate(data, timeout=limits.wall_seconds)
    except subprocess.TimeoutExpired:
        child.kill()
        child.communicate()
        raise Unreadable(TOO_LONG) from None
    except BaseException:
        child.kill()
        child.communicate()
        raise
    if child.returncode == UNREADABLE:
        raise Unreadable(complaint.decode("utf-8", "replace").strip().splitlines()[-1] if complaint.strip() else FAILED)
    if child.returncode in (-signal.SIGXCPU, -signal.SIGKILL):  # its time was up, or the system wanted its memory
        raise Unreadable(TOO_LONG)
    if child.returncode != 0 or len(out) > limits.output_bytes:
        raise Unreadable(FAILED)
    try:
        answer = json.loads(out)
    except ValueError:
        raise Unreadable(FAILED) from None
    return dict(answer)


def clean(name: str | None) -> str:
    """A file's name as an argument: no NUL, which no argument may hold, and no more of it than its ending needs."""
    return (name or "").replace("\x00", "")[-255:].encode("utf-8", "replace").decode()


def environment() -> dict[str, str]:
    """What the child knows of its surroundings: where Python and its libraries are, and none of our secrets."""
    kept = ("PATH", "HOME", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "VIRTUAL_ENV", "TMPDIR")
    known = {key: os.environ[key] for key in kept if key in os.environ}
    paths = os.pathsep.join([str(ROOT), *filter(None, sys.path)])
    return known | {"PYTHONPATH": paths, "PYTHONIOENCODING": "utf-8", "PYTHONDONTWRITEBYTECODE": "1"}
