"""Calendars as RFC 5545 text: the tasks of a feed as all-day events on the date that matters.

A client tells events apart by UID and takes a change by SEQUENCE (RFC 5545, 3.8.4.7 and 3.8.7.4), so the first never
changes and the second is the revision of the task. The same tasks give the same bytes.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

from django.db.models import Max
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from icalendar import Calendar, Event, vDuration

from mandates.actions import feeds
from mandates.models import Feed, Task
from mandates.models.words import one_line, plain

NAMESPACE = uuid.UUID("5bd0c2f7-3a61-4a3e-9df6-6d5f3cbe8a10")  # made once, for this: UIDs rest on it
REFRESH = timedelta(hours=6)  # how often a client need ask again (RFC 7986, 5.7)


def calendar_of(*, feed: Feed, today: date, link: Callable[[Task], str]) -> bytes:
    """The calendar of a feed as it stands on `today`; `link` gives the full address of a task's page.

    At most six queries, whatever the number of tasks.
    """
    tasks = list(feeds.tasks(feed=feed, today=today).select_related("instruction__resolution__body"))
    changed = dict(
        Task.history.filter(id__in=[task.pk for task in tasks])
        .values_list("id")
        .annotate(last=Max("history_date"))
        .order_by()
    )
    return calendar_text(
        title=feeds.title(feed=feed),
        events=[event_of(task=task, changed=changed.get(task.pk, task.created_at), link=link(task)) for task in tasks],
    )


def calendar_text(*, title: str, events: list[Event]) -> bytes:
    """A calendar of these events: lines folded at 75 octets, ended by CR LF, text escaped."""
    calendar = Calendar()
    calendar.add("prodid", "-//Mandates//Calendar feeds//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("name", one_line(title))  # RFC 7986; the X-name is what older clients read
    calendar.add("x-wr-calname", one_line(title))
    calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", vDuration(REFRESH).to_ical().decode())
    for event in events:
        calendar.add_component(event)
    return calendar.to_ical(sorted=False)


def event_of(*, task: Task, changed: datetime, link: str) -> Event:
    """One task as an all-day event on the date that matters. `changed` is when the row last did."""
    if task.matters_on is None:
        raise ValueError("a task without a date has no place in a calendar")
    event = Event()
    event.add("uid", uid_of(task=task))
    event.add("dtstamp", changed.astimezone(UTC).replace(microsecond=0))
    event.add("last-modified", changed.astimezone(UTC).replace(microsecond=0))
    event.add("created", task.created_at.astimezone(UTC).replace(microsecond=0))
    event.add("sequence", task.revision)
    event.add("dtstart", task.matters_on)
    event.add("dtend", task.matters_on + timedelta(days=1))  # the day after the last one (RFC 5545, 3.6.1)
    event.add("summary", _summary(task))
    event.add("description", _description(task, link))
    event.add("url", link)
    event.add("status", "CANCELLED" if task.status in {Task.Status.OVER, Task.Status.NOTUS} else "CONFIRMED")
    event.add("transp", "TRANSPARENT")  # a date by which something is owed does not make anybody busy
    event.add("class", "PRIVATE")
    if task.lead:
        event.add("categories", [one_line(task.lead.abbr)])
    return event


def uid_of(*, task: Task) -> str:
    """The name of a task's event for good: it rests on the key and on the moment when the task was made."""
    return f"{uuid.uuid5(NAMESPACE, f'{task.pk} {task.created_at.astimezone(UTC).isoformat()}')}@mandates"


def _summary(task: Task) -> str:
    title = one_line(task.instruction.title)
    if task.status == Task.Status.DONE:
        return _("Done: %(title)s") % {"title": title}
    return title


def _description(task: Task, link: str) -> str:
    lines = [
        _("%(resolution)s, led by %(unit)s") % {"resolution": task.instruction.resolution, "unit": task.lead or "–"},
        _("Where it stands: %(status)s") % {"status": task.state_words},
    ]
    if task.session:
        lines.append(_("For %(session)s, %(dates)s") % {"session": task.session.name, "dates": task.session.dates})
    if task.due_on and task.due_on != task.matters_on:
        lines.append(_("Due %(day)s") % {"day": date_format(task.due_on, "j F Y")})
    if task.late_after:
        lines.append(_("The day is not announced: this is the earliest that it can be."))
    if task.waiting_for:
        lines.append(_("Waiting for %(whom)s") % {"whom": task.waiting_for})
    return plain("\n".join([*map(one_line, lines), link]))
