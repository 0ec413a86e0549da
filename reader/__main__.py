"""`python -m reader FILE [NAME]`: prints what the reader says of a file as one JSON object.

FILE may be `-` for standard input; NAME is the name it was uploaded under, where that is another. Exit 0 when it was
read, 2 with one sentence on standard error when it can't be read at all.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from reader import Unreadable, as_json, read
from reader.apart import limits_from_environment


def main(arguments: list[str]) -> int:
    if not 1 <= len(arguments) <= 2:
        print("usage: python -m reader FILE [NAME]", file=sys.stderr)
        return 2
    file, name = arguments[0], arguments[-1]
    try:
        data = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
        printed = json.dumps(as_json(read(data, name, limits_from_environment())), ensure_ascii=False)
    except OSError as why:
        print(f"{file} can't be opened: {why.strerror}.", file=sys.stderr)
        return 2
    except Unreadable as why:
        print(why, file=sys.stderr)
        return 2
    sys.stdout.buffer.write(printed.encode("utf-8", "surrogatepass") + b"\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
