"""`manage.py printdocs`: docs/states.md and docs/rights.md, printed from the tables that the code runs on."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import override

from mandates import rules
from mandates.models import Member, Task, states

PRINTED = "<!-- Printed by `manage.py printdocs`: change the table in the code, not this page. -->"


class Command(BaseCommand):
    help = "Print docs/states.md and docs/rights.md from the tables of states and rights."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="write nothing; fail where a page is out of date")

    def handle(self, *args: Any, **options: Any) -> None:
        folder = Path(settings.BASE_DIR) / "docs"
        with override("en"):
            pages = {folder / "states.md": states_page(), folder / "rights.md": rights_page()}
        for path, text in pages.items():
            held = path.read_text(encoding="utf-8") if path.exists() else ""
            if held == text:
                continue
            if options["check"]:
                raise CommandError(f"docs/{path.name} is out of date: run manage.py printdocs")
            path.write_text(text, encoding="utf-8")
            self.stdout.write(f"docs/{path.name} written")


def states_page() -> str:
    """The table of states as a picture and as a table."""
    status = Task.Status
    lines = [
        "# Where a task stands",
        "",
        PRINTED,
        "",
        "The table is `mandates/models/states.py`; `actions.status` and `actions.bulk` are its only writers. Overdue",
        "and silent are no states: they are worked out from dates, each time.",
        "",
        "```mermaid",
        "stateDiagram-v2",
        "  [*] --> none",
    ]
    lines += [f"  {value}: {label}" for value, label in status.choices]
    lines += [f"  {before} --> {to}" for before, onward in states.STEPS.items() for to in onward]
    lines += [f"  {before} --> {to}: reopen" for before, onward in states.REOPENS.items() for to in onward]
    lines += [
        "```",
        "",
        "| from ↓ to → | " + " | ".join(map(str, status.labels)) + " |",
        "| --- " * (len(status) + 1) + "|",
    ]
    for before, label in status.choices:
        cells = [_step(before, to) for to in status.values]
        lines.append(f"| **{label}** | " + " | ".join(cells) + " |")
    words = ", ".join(str(status(end).label) for end in states.ENDS)
    evidenced = ", ".join(str(status(end).label) for end in sorted(states.ASKS_FOR_EVIDENCE))
    handed = " or ".join(f"“{status(before).label}”" for before in states.WHILE_SUBMITTED)
    lines += [
        "",
        "- **step**: by an update. **word**: it stays, with a new word, or “Still so”. **reopen**: with a reason.",
        f"- {words} ask for words: what was done, or why.",
        f"- {evidenced} asks for evidence too. Work that goes to a governing body",
        "  is submitted, and is done when a second person approves; until then it stays open (what was",
        f"  {handed} becomes “{status.PROG.label}”), and another word takes the submission back.",
        "- Redeploying an instruction opens its coming tasks that were “Not for us” for the new unit, “Not started”.",
        "- Once somebody has spoken, nothing leads back to “No information”.",
        "- “Nothing due this time” closes an occurrence as overtaken, with its reason and a mark of its own.",
        "",
    ]
    return "\n".join(lines)


def _step(before: str, to: str) -> str:
    if states.may_step(before, to):
        return "step"
    if to in states.REOPENS.get(before, ()):
        return "reopen"
    return "word" if before == to and before in states.OPEN else ""


def rights_page() -> str:
    """Roles × rights, with the sentence that those without a right read."""
    roles = Member.Role
    lines = [
        "# Who may do what",
        "",
        PRINTED,
        "",
        "The table is `mandates/rules.py`. Everybody who is named may read everything but internal evidence; nobody",
        "else may do anything. What is theirs is what the units of their posts, the posts that they deputise for,",
        "and the units below these do, on that day. A superuser has every right of this table.",
        "",
        "| right | " + " | ".join(str(label) for label in roles.labels) + " | who may not reads |",
        "| --- " * (len(roles) + 2) + "|",
    ]
    notes = []
    for name, right in rules.RIGHTS.items():
        cells = ["yes" if role in right.roles else "own" if role in right.own else "" for role in roles]
        lines.append(f"| {name} | " + " | ".join(cells) + f" | {right.sentence} |")
        if right.own_words:
            notes.append(f"- **{name}**, own: {right.own_words}.")
        if right.bars_sentence:
            notes.append(f"- **{name}**, even for those who have it: {right.bars_sentence}")
    notes += [
        "- **Evidence** is internal or public. Viewers see what is public; internal evidence is for all other roles.",
        "- **Many at once**, imports, feeds and history ask the same rights as the page of each task.",
    ]
    return "\n".join([*lines, "", *notes, ""])
