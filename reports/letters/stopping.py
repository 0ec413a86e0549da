"""The link in a letter with which its reader stops letters, without logging in (RFC 8058).

It carries whose letter it is and who reads it, signed: nobody can make one for somebody else. It does one thing, which
the page of wishes takes back, so it has no end of its own; letters lie in mailboxes for years.
"""

from __future__ import annotations

import re
from functools import lru_cache

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.urls import reverse

from mandates.models import Member

_signer = Signer(salt="reports.letters.stopping")


def token(member: Member, reader: Member | None = None) -> str:
    """`reader` is whoever reads the letter in the member's place; the link then stops that, and not the letter."""
    return _signer.sign(f"{member.pk}.{(reader or member).pk}")


def link(member: Member, reader: Member | None = None) -> str:
    """The whole address, as it stands in a letter and in its header."""
    return settings.SITE_URL + path(member, reader)


def path(member: Member, reader: Member | None = None) -> str:
    """The page that the link opens."""
    before, after = _around_token()
    return f"{before}{token(member, reader)}{after}"


@lru_cache(maxsize=1)
def _around_token() -> tuple[str, str]:
    """What stands before a token and after it in the address of the page. Nothing in a token needs to be escaped."""
    before, _token, after = reverse("letters-stop", args=["token"]).partition("token")
    return before, after


def without_links(words: str) -> str:
    """A letter for the eyes of others: where its reader's own link stands, the page of wishes, which asks who comes."""
    own = re.escape(reverse("letters-stop", args=["token"])).replace("token", r"[^/\s\"<>]+")
    return re.sub(own, reverse("my-letters"), words)


def of_token(text: str) -> tuple[Member, Member] | None:
    """Whose letters, and who reads them; None for what we did not sign, and for people who are gone."""
    try:
        member, _dot, reader = _signer.unsign(text).partition(".")
    except BadSignature:
        return None
    found = Member.objects.in_bulk([int(member), int(reader)])
    return (found[int(member)], found[int(reader)]) if len(found) == len({member, reader}) else None
