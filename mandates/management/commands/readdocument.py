"""`manage.py readdocument FILE --json`: what the reader says of a document, without touching the database."""

import json
import sys
from pathlib import Path

from django.core.management.base import BaseCommand

from mandates.actions.documents import limits
from reader.apart import read_apart
from reader.document import Unreadable


class Command(BaseCommand):
    help = "Reads a document (DOCX, PDF, HTML, plain text, Akoma Ntoso XML) and prints what it says."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser):
        parser.add_argument("file", help="the document")
        parser.add_argument("--json", action="store_true", help="print one JSON object instead of an outline")

    def handle(self, *args, **options):
        try:
            with Path(options["file"]).open("rb") as file:
                reading = read_apart(file.read(), options["file"], limits())
        except OSError as why:
            self.stderr.write(f"{options['file']} can't be opened: {why.strerror}.")
            sys.exit(2)
        except Unreadable as why:
            self.stderr.write(str(why))
            sys.exit(2)
        if options["json"]:
            self.stdout.write(json.dumps(reading, ensure_ascii=False, indent=1))
        else:
            self.stdout.write("\n".join(outline(reading)))


def outline(reading: dict) -> list[str]:
    """The reading as a person skims it: sections, numbers, and under each paragraph what it asks."""
    said = reading["document"]
    lines = [" ".join(filter(None, [said["body"], said["kind"], said["number"] or said["symbol"], said["title"]]))]
    lines += [f"  ! {warning}" for warning in said["warnings"]]
    asked: dict[str, list[dict]] = {}
    for instruction in reading["instructions"]:
        asked.setdefault(instruction["address"], []).append(instruction)
    for section in reading["sections"]:
        lines.append(f"\n{section['opener'] or section['heading'] or section['kind']}")
        stack = [(node, 1) for node in reversed(section["paragraphs"])]
        while stack:
            node, depth = stack.pop()
            number = node["number"] or node["number_before"] or ""
            lines.append(f"{'  ' * depth}{number:<4}{(node['text'] or '(gone)')[:90]}")
            for one in [] if node["change"] == "gone" else asked.get(node["address"], []):
                due = (one["deadline"] or {}).get("text") or "no date"
                who = ", ".join(one["addressees"]) or "nobody named"
                lines.append(f"{'  ' * depth}      → {one['force']}: {who}: {one['action'][:70]} ({due})")
            stack += [(child, depth + 1) for child in reversed(node["children"])]
    return lines
