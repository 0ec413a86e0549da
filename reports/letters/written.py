"""A letter in writing: subject, plain text and HTML, in the language of whoever reads it.

Both forms are drawn from the same parts: a fact that stands in one stands in the other.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Protocol

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mandates.models import Member

from . import drawn, stopping
from .parts import Line, Part, Row, day_in_words, safe

WIDTH = 76  # columns of plain text: it survives being quoted
EVERY = {
    Member.LetterEvery.WEEK: gettext_lazy("You get one letter a week, and none when there is nothing to say."),
    Member.LetterEvery.FORTNIGHT: gettext_lazy(
        "You get one letter every second week, and none when there is nothing to say."
    ),
    Member.LetterEvery.MONTH: gettext_lazy("You get one letter a month, and none when there is nothing to say."),
}


class Says(Protocol):
    """What every kind of letter can say: `weekly.WeeklyLetter`, `reminders.ReminderLetter`, …"""

    kind: str

    def title(self) -> str: ...
    def subject(self) -> str: ...
    def intro(self) -> str: ...
    def preheader(self) -> str: ...
    def parts(self) -> tuple[Part, ...]: ...
    def button(self) -> Line: ...
    def not_listed(self) -> str: ...
    def why(self) -> str: ...


@dataclass(frozen=True)
class Written:
    """A letter as it is sent."""

    subject: str
    text: str
    html: str
    language: str


def language_of(member: Member) -> str:
    """The member's language where it is offered, else that of the house: a letter half in another one helps nobody."""
    return member.language if member.language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE


def of(letter: Says, member: Member, *, reader: Member | None = None) -> Written:
    """The letter to `member` in writing. `reader` is who reads it in their place, where somebody does: it comes in
    their language, and says whose it is."""
    language = language_of(reader or member)
    with translation.override(language):
        page, backwards = _Page.of(letter, member, reader), translation.get_language_bidi()
        text = "\n".join(_plain(page, isolate=backwards)) + "\n"
        head = drawn.head(subject=page.subject, language=language, right_to_left=backwards)
        body = drawn.body(
            preheader=page.preheader, title=page.title, greeting=page.opening, parts=page.parts, button=page.button,
            footer=page.footer, change=page.change, site=settings.SITE_URL,
        )  # fmt: skip
    return Written(safe(page.subject), text, head + body, language)


@dataclass(frozen=True)
class _Page:
    """All the words of a letter, put once in the language of the reader."""

    subject: str
    title: str
    preheader: str
    greeting: str
    parts: Sequence[Part]
    button: Line
    footer: tuple[str, ...]
    change: Line

    @classmethod
    def of(cls, letter: Says, member: Member, reader: Member | None) -> _Page:
        footer = [letter.not_listed(), letter.why()]
        if letter.kind == "weekly" and member.letter_every in EVERY:
            footer.append(str(EVERY[Member.LetterEvery(member.letter_every)]))
        if reader:
            footer.insert(0, _in_place_of(member, reader, member.away_until))
        return cls(
            subject=letter.subject(),
            title=letter.title(),
            preheader=letter.preheader(),
            greeting=_("Dear %(name)s, %(intro)s") % {"name": safe(member), "intro": letter.intro()},
            parts=letter.parts(),
            button=letter.button(),
            footer=tuple(words for words in footer if words),
            change=Line(_("Change when it comes, or stop"), _way_out(member, reader)),
        )

    @property
    def rows(self) -> bool:
        return any(part.rows for part in self.parts)

    @property
    def opening(self) -> str:
        """The greeting, with what the links do where there are tasks. Asked for in the language of the reader."""
        how = _("Each link opens the task; saying that it still stands takes one click.") if self.rows else ""
        return f"{self.greeting} {how}" if how else self.greeting


def _way_out(member: Member, reader: Member | None) -> str:
    """The page that stops letters without logging in; from there a link leads to how often they come."""
    return stopping.path(member, reader)


def _in_place_of(member: Member, reader: Member, until: date | None) -> str:
    words = {"reader": safe(reader), "member": safe(member), "day": day_in_words(until) if until else ""}
    if until:
        return _("%(reader)s, you read the letters of %(member)s until %(day)s.") % words
    return _("%(reader)s, you read the letters of %(member)s.") % words


# ── Plain text ───────────────────────────────────────────────────────────────────────────────────────────────────


def _plain(page: _Page, *, isolate: bool) -> Iterator[str]:
    """The letter, line by line."""
    site = settings.SITE_URL
    yield from (*_wrapped(page.title.upper()), "")
    yield from _wrapped(page.opening)
    for part in page.parts:
        yield _part(part, site, isolate)
    yield from ("", *_wrapped(f"{page.button.words}: {site}{page.button.href}"), "", "--")
    for words in (*page.footer, f"{page.change.words}: {site}{page.change.href}"):
        yield from _wrapped(words)


@lru_cache(maxsize=256)
def _part(part: Part, site: str, isolate: bool) -> str:
    """A section, after an empty line: kept, as `drawn.part` is."""
    lines = ["", *_wrapped(part.title.upper() + (f" ({part.count})" if part.count is not None else ""))]
    lines += (_row(row, site, isolate) for row in part.rows)
    for line in part.lines:
        lines += ("", *_wrapped(f"- {line.words}"), f"  {site}{line.href}")
    if part.more:
        lines += ("", *_wrapped(part.more.words), f"{site}{part.more.href}")
    return "\n".join(lines)


@lru_cache(maxsize=4096)
def _row(row: Row, site: str, isolate: bool) -> str:
    """A task, after an empty line: kept, as `drawn.row` is."""
    # In a text from right to left, codes in Latin letters keep their own direction between these two signs.
    where = f"\u2068{row.where}\u2069" if isolate else row.where
    lines = (
        "",
        "- " + ", ".join(filter(None, (row.day, row.distance, row.reason))),
        f"  {row.title}",
        "  " + " ".join(f"{words}." for words in (where, row.session, row.status, row.note) if words),
        f"  {site}{row.href}",
    )
    return "\n".join(wrapped for line in lines for wrapped in _wrapped(line))


def _wrapped(line: str) -> list[str]:
    """The line in lines of so many columns; those of an item stand below its first word. A word is never broken."""
    if len(line) <= WIDTH:
        return [line]
    indent = "  " if line.startswith(("- ", "  ")) else ""
    lines, words = [], line.removeprefix("  ").split(" ") if indent else line.split(" ")
    now = indent + words[0] if line.startswith("  ") else words[0]
    for word in words[1:]:
        if len(now) + 1 + len(word) <= WIDTH:
            now = f"{now} {word}"
        else:
            lines.append(now)
            now = indent + word
    return [*lines, now]
