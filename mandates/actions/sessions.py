"""Sessions: found by the code that a text's words come to, or announced where we hold none yet."""

from __future__ import annotations

import re
from datetime import date

from mandates.models import Body, Session

from . import facts


def find_or_announce(*, code: str, year: int | None, source: str) -> Session | None:
    """The session that `code` ("CSTD-30", "UNGA-81", "C27") names.

    Where we hold none, it is announced: tentative, known by its year only, with the text that names it as its source.
    None where neither a body nor a year can be told.
    """
    held = Session.objects.filter(code=code).first()
    if held:
        return held
    body = _body_of(code)
    if body is None or year is None:
        return None
    ordinal = re.search(r"-(\d{1,3})$", code)
    return Session.objects.create(
        code=code,
        body=body,
        name=f"{body.short_name or body.code} {ordinal[1] if ordinal else year}",
        number=int(ordinal[1]) if ordinal else None,
        starts=date(year, 1, 1),
        ends=date(year, 12, 31),
        precision=Session.Precision.YEAR,
        source=source,
    )


def _body_of(code: str) -> Body | None:
    if re.fullmatch(r"C\d{2}", code):
        return Body.objects.filter(code="ITU Council").first()
    stem = re.sub(r"-\d{1,4}$", "", code)
    return facts.body_names().get(stem.casefold())
