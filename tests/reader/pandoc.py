"""What pandoc reads in a Word file, as plain paragraphs, so that our reading can be held against it."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

Node = dict[str, Any]
META = ("title", "subtitle", "author", "date", "abstract")  # pandoc takes paragraphs of these styles out of the text
SPACES = ("Space", "SoftBreak", "LineBreak")
WRAPPED = ("Emph", "Strong", "Underline", "Strikeout", "Superscript", "Subscript", "SmallCaps")
SECOND = ("Span", "Link", "Quoted", "Math", "Code")  # the words stand after the attributes
NO_WORDS = ("Image", "Note", "RawInline")


def paragraphs(file: Path, changes: str) -> list[str]:
    """The paragraphs of `file`, all changes accepted ("accept") or rejected ("reject"), with single spaces."""
    command = ["pandoc", f"--track-changes={changes}", "--from=docx", "--to=json", str(file)]
    answer = json.loads(subprocess.run(command, capture_output=True, check=True, timeout=60).stdout)
    found: list[str] = []
    for key in META:
        value = answer["meta"].get(key)
        for one in () if value is None else value["c"] if value["t"] == "MetaList" else (value,):
            if one["t"] == "MetaInlines":
                found.append(inline(one["c"]))
            else:
                blocks(one["c"], found)
    blocks(answer["blocks"], found)
    return [text for text in map(plain, found) if text]


def plain(text: str) -> str:
    """Runs of white space as one space; a hyphen that does not break is a hyphen, one that hides is none."""
    return " ".join(text.replace("\u2011", "-").replace("\u00ad", "").split())


def blocks(nodes: list[Node], found: list[str]) -> None:
    for node in nodes:
        kind, content = node["t"], node.get("c")
        if kind in ("Para", "Plain"):
            found.append(inline(content))
        elif kind == "Header":
            found.append(inline(content[2]))
        elif kind == "BulletList":
            for item in content:
                blocks(item, found)
        elif kind == "OrderedList":
            for item in content[1]:
                blocks(item, found)
        elif kind == "BlockQuote":
            blocks(content, found)
        elif kind == "Div":
            blocks(content[1], found)
        elif kind == "Table":
            _, caption, _, head, bodies, foot = content
            blocks(caption[1], found)
            for rows in (head[1], *(part for body in bodies for part in body[2:]), foot[1]):
                for line in rows:
                    for cell in line[1]:
                        blocks(cell[4], found)
        elif kind not in ("HorizontalRule", "Null"):
            raise ValueError(f"pandoc gave a block of a kind not foreseen: {kind}")


def inline(nodes: list[Node]) -> str:
    words = []
    for node in nodes:
        kind, content = node["t"], node.get("c")
        if kind == "Str":
            words.append(content)
        elif kind in SPACES:
            words.append(" ")
        elif kind in WRAPPED:
            words.append(inline(content))
        elif kind in SECOND:
            words.append(content[1] if isinstance(content[1], str) else inline(content[1]))
        elif kind not in NO_WORDS:
            raise ValueError(f"pandoc gave words of a kind not foreseen: {kind}")
    return "".join(words)
