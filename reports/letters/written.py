"""A letter in writing: subject, plain text and HTML, in the language of whoever reads it.

Both forms are drawn from the same parts: a fact that stands in one stands in the other.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Protocol

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.formats import date_format
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mandates.models import Member

from . import stopping
from .look import IN_THE_DARK, LOOK
from .parts import Line, Part, Row, safe

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
        page = _Page.of(letter, member, reader)
        html = render_to_string(
            "reports/letters/letter.html",
            {
                "page": page,
                "parts": [(part, [_drawn(row, settings.SITE_URL) for row in part.rows]) for part in page.parts],
                "site": settings.SITE_URL,
                "language": language,
                "dir": "rtl" if translation.get_language_bidi() else "ltr",
                "look": LOOK,
                "in_the_dark": IN_THE_DARK,
            },
        )
        text = "\n".join(_wrapped(_plain(page, isolate=translation.get_language_bidi()))) + "\n"
    return Written(safe(page.subject), text, html, language)


@lru_cache(maxsize=4096)
def _drawn(row: Row, site: str) -> SafeString:
    """A row in HTML: kept, as whoever shares a unit, heads it or deputises in it is told the same (1 kB each)."""
    drawn = render_to_string("reports/letters/row.html", {"row": row, "look": LOOK, "site": site})
    return mark_safe(drawn.strip())  # noqa: S308 - the template has escaped it


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
    def how(self) -> str:
        return _("Each link opens the task; saying that it still stands takes one click.") if self.rows else ""


def _way_out(member: Member, reader: Member | None) -> str:
    """The page that stops letters without logging in; from there a link leads to how often they come."""
    return reverse("letters-stop", args=[stopping.token(member, reader)])


def _in_place_of(member: Member, reader: Member, until: date | None) -> str:
    words = {"reader": safe(reader), "member": safe(member), "day": date_format(until, "j F Y") if until else ""}
    if until:
        return _("%(reader)s, you read the letters of %(member)s until %(day)s.") % words
    return _("%(reader)s, you read the letters of %(member)s.") % words


# ── Plain text ───────────────────────────────────────────────────────────────────────────────────────────────────


def _plain(page: _Page, *, isolate: bool) -> Iterator[str]:
    """The letter, a paragraph a line; lines that begin with two spaces belong to the item above them."""
    yield from (page.title.upper(), "", " ".join(filter(None, (page.greeting, page.how))))
    for part in page.parts:
        yield ""
        yield part.title.upper() + (f" ({part.count})" if part.count is not None else "")
        for row in part.rows:
            yield from ("", *_row(row, isolate))
        for line in part.lines:
            yield from ("", f"- {line.words}", f"  {settings.SITE_URL}{line.href}")
        if part.more:
            yield from ("", part.more.words, f"{settings.SITE_URL}{part.more.href}")
    yield from ("", f"{page.button.words}: {settings.SITE_URL}{page.button.href}")
    yield from ("", "--", *page.footer, f"{page.change.words}: {settings.SITE_URL}{page.change.href}")


def _row(row: Row, isolate: bool) -> Iterator[str]:
    yield "- " + ", ".join(filter(None, (row.day, row.distance, row.reason)))
    yield f"  {row.title}"
    # In a text from right to left, codes in Latin letters keep their own direction between these two signs.
    where = f"\u2068{row.where}\u2069" if isolate else row.where
    yield "  " + " ".join(f"{words}." for words in (where, row.session, row.status, row.note) if words)
    yield f"  {settings.SITE_URL}{row.href}"


def _wrapped(lines: Iterator[str]) -> Iterator[str]:
    for line in lines:
        if len(line) <= WIDTH:  # most are, and to wrap them costs as much as all the rest of the text
            yield line
            continue
        indent = "  " if line.startswith(("- ", "  ")) else ""
        yield from textwrap.wrap(line, WIDTH, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False)
