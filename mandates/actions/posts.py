"""Posts: who holds them from which day, who deputises. The work stays with the unit when people move on."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from mandates import rules
from mandates.models import Holding, Member, Post, Unit
from mandates.models.words import one_line, plain

from . import Refused, plans, tracked


@transaction.atomic
def hand_over(*, post: Post, to: Member | None, since: date, by: Member, at: datetime, why: str = "") -> Holding | None:
    """Give a post to a member from a day on, in one edit.

    Afterwards whoever held it holds it until the day before, and `to` from `since`, without an end. `to` None leaves
    the post vacant. Who was to hold it from that very day, today or later, does not: a slip is put right. A post has
    one holder at a time: Refused where somebody holds it from a later day.
    """
    rules.require(by, "edit posts")
    Post.objects.select_for_update().get(pk=post.pk)
    standing = list(post.holdings.filter(Q(until=None) | Q(until__gte=since)).select_related("member"))
    begun = since < plans.today(at)  # what has been held is no slip
    later = [one for one in standing if one.since > since or (one.since == since and begun)]
    if later:
        raise Refused(
            _("%(who)s holds this post from %(day)s: choose a later day.")
            % {"who": later[0].member, "day": date_format(later[0].since, "j F Y")}
        )
    for holding in standing:
        if to is not None and holding.member_id == to.pk and holding.until is None:
            raise Refused(_("%(who)s holds this post already.") % {"who": to})
        reason = plain(why) or (_("handed over to %(who)s") % {"who": to} if to else _("left vacant"))
        if holding.since == since:
            tracked.delete(row=holding, by=by, at=at, why=reason)
            continue
        holding.until = since - timedelta(days=1)
        _save(holding, by, at, reason)
    if to is None:
        return None
    if not to.is_active:
        raise Refused(_("%(who)s can't log in any more.") % {"who": to})
    fresh = Holding(post=post, member=to, since=since)
    _save(fresh, by, at, why or None)
    return fresh


@transaction.atomic
def create(*, unit: Unit, title: str, by: Member, at: datetime, heads_unit: bool = False) -> Post:
    """Make a post in a unit. Nobody holds it yet."""
    rules.require(by, "edit posts")
    title = one_line(title, 120)
    if not title:
        raise Refused(_("A post needs a title."))
    post = Post(unit=unit, title=title, heads_unit=heads_unit)
    _save(post, by, at, None)
    return post


@transaction.atomic
def set_deputy(*, post: Post, deputy: Post | None, by: Member, at: datetime) -> None:
    """Say which post does the work of this one while its holder is away; None takes the deputy away."""
    rules.require(by, "edit posts")
    row = Post.objects.select_for_update().get(pk=post.pk)
    if deputy is not None and deputy.pk == row.pk:
        raise Refused(_("A post can't be its own deputy."))
    row.deputy = deputy
    _save(row, by, at, None)
    post.refresh_from_db()


def units_of(*, member: Member, day: date) -> frozenset[int]:
    """Keys of the units whose work is the member's on that day: of posts held or deputised for, and all below them."""
    return rules.units_of(member, day)


def holders(*, unit: Unit, day: date) -> list[Holding]:
    """Who holds the unit's posts on that day, the head first."""
    held = Holding.objects.on(day).filter(post__unit=unit, member__is_active=True)
    return list(held.select_related("post", "member").order_by("-post__heads_unit", "post__title", "pk"))


def _save(row: Post | Holding, by: Member, at: datetime, why: str | None) -> None:
    tracked.save(row=row, by=by, at=at, why=plain(why))
