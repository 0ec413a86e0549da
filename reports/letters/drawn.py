"""A letter in HTML: one column, rules on each element (`look`), nothing fetched from anywhere.

Put together as words, not by a template: a template takes as long for one letter as all the rest of it, and twenty
thousand are drawn in a row. All that comes from people or the catalogue of words goes through `escape`. Lines end
between elements, so that none is longer than a mail server takes (998 bytes).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from html import escape

from .look import IN_THE_DARK, LOOK
from .parts import Line, Part, Row

HEAD = """\
<!doctype html>
<html lang="{language}" dir="{dir}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<title>{subject}</title>
{in_the_dark}
</head>
<body{look[page]}>
"""


def head(*, subject: str, language: str, right_to_left: bool) -> str:
    """All before what is seen."""
    return HEAD.format(
        subject=escape(subject), language=escape(language), dir="rtl" if right_to_left else "ltr",
        in_the_dark=IN_THE_DARK, look=LOOK,
    )  # fmt: skip


def body(
    *,
    preheader: str,
    title: str,
    greeting: str,
    parts: Sequence[Part],
    button: Line,
    footer: Sequence[str],
    change: Line,
    site: str,
) -> str:
    """All that is seen, to the end of the page. Links begin with `site`."""
    look = LOOK
    drawn = [f'<div{look["pre"]} aria-hidden="true">{escape(preheader)}</div>\n'] if preheader else []
    drawn += (
        f"<main{look['w']}>\n<p{look['b']}>Mandates</p>\n<h1{look['h1']}>{escape(title)}</h1>\n",
        f"<p{look['p']}>{escape(greeting)}</p>\n",
    )
    for one in parts:
        drawn.append(part(one, site))
    drawn += (
        f"<p{look['p']}>{_link(button.href, escape(button.words), site, look='go')}</p>\n<p{look['f']}>",
        *(f"{escape(words)} " for words in footer),
        f"{_link(change.href, escape(change.words), site)}.</p>\n</main>\n</body>\n</html>",
    )
    return "".join(drawn)


@lru_cache(maxsize=256)
def part(part: Part, site: str) -> str:
    """A section: kept, as a part that several letters share is the same object in each (10 kB each)."""
    return "".join(_lines(part, site))


def _lines(part: Part, site: str) -> Iterator[str]:
    count = "" if part.count is None else f" <span{LOOK['n']}>{part.count}</span>"
    yield f"<h2{LOOK['h2']}>{escape(part.title)}{count}</h2>\n<ul{LOOK['ul']}>"
    for one in part.rows:
        yield row(one, site)
    for line in part.lines:
        words = f"<bdi>{escape(line.linked)}</bdi>"
        yield f"<li{LOOK['li']}>{escape(line.before)}{_link(line.href, words, site)}{escape(line.after)}</li>\n"
    yield "</ul>\n"
    if part.more:
        yield f"<p{LOOK['more']}>{_link(part.more.href, escape(part.more.words), site)}</p>\n"


@lru_cache(maxsize=4096)
def row(row: Row, site: str) -> str:
    """A task: kept, as whoever shares a unit, heads it or deputises in it is told the same (1 kB each)."""
    look = LOOK
    distance = f" <span{look['late'] if row.late else ''}>{escape(row.distance)}</span>" if row.distance else ""
    reason = f", <bdi>{escape(row.reason)}</bdi>" if row.reason else ""
    more = "".join(f" · <bdi>{escape(words)}</bdi>" for words in (row.session, row.note) if words)
    status = f"<span{look['risk' if row.risk else 's']}>{escape(row.sign)} {escape(row.status)}</span>"
    return (
        f"<li{look['li']}><p{look['d']}><b{look['day']}>{escape(row.day)}</b>{distance}{reason}</p>\n"
        f'<p{look["t"]}><a{look["a"]} href="{escape(site + row.href)}" dir="auto">{escape(row.title)}</a></p>\n'
        f"<p{look['d']}>{status} · <bdi>{escape(row.where)}</bdi>{more}</p></li>\n"
    )


def _link(href: str, words: str, site: str, *, look: str = "a") -> str:
    """`words` are escaped already."""
    return f'<a{LOOK[look]} href="{escape(site + href)}">{words}</a>'
