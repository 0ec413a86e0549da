"""Saved views: filters of a list that a member keeps under a name."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode

from django.db import transaction
from django.utils.translation import gettext as _

from mandates import rules
from mandates.models import Member, SavedView
from mandates.models.words import one_line

from . import Refused

MOST = 50  # views of one member on one page
LONGEST = 1000  # characters of the query: the width of its column


@transaction.atomic
def keep(*, member: Member, page: str, name: str, query: str) -> SavedView:
    """Keep the filters of a list (`query` is the address after the question mark) under a name; the same name again
    replaces them. The number of the page in the list is left out: a view opens at its beginning."""
    rules.require(member, "read")
    name = one_line(name, 80)
    if not name:
        raise Refused(_("Give the view a name."))
    parts = [(key, value) for key, value in parse_qsl(query.lstrip("?")) if key != "page"]
    query = urlencode(parts)
    if len(query) > LONGEST:
        raise Refused(_("These filters are too many to be kept as a view."))
    Member.objects.select_for_update().get(pk=member.pk)
    others = SavedView.objects.filter(member=member, page=page).exclude(name=name).count()
    if others >= MOST:
        raise Refused(_("You keep %(most)d views of this list already: let one go first.") % {"most": MOST})
    view, _made = SavedView.objects.update_or_create(member=member, page=page, name=name, defaults={"query": query})
    return view


def forget(*, view: SavedView, by: Member) -> None:
    """Let a view go. Nobody but its member can."""
    if view.member_id != by.pk:
        raise Refused(_("This view is somebody else’s."))
    view.delete()
