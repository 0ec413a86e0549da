"""Time: clocks that are put forward and back, that jump, that stand still for weeks, and years that end.

The moment is handed in (nothing below a job reads a clock), so each tick is made at the moment that it is about.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise, product
from zoneinfo import ZoneInfo

from mandates.models import Member
from reports.letters import filling, outbox, periods
from reports.models import Letter
from tests.factories import HoldingFactory, InstructionFactory, MemberFactory, PostFactory, TaskFactory, UnitFactory

from .databases import ROOT
from .row import BOTH, Outcome, exactly, none, row
from .trial import Trial

HOUR, DAY, WEEK = timedelta(hours=1), timedelta(days=1), timedelta(weeks=1)
JOINED = datetime(2020, 1, 1, tzinfo=UTC)
# Where the clocks change (Zürich by an hour at 02:00, Chatham at 02:45, Lord Howe by half an hour), and both ends.
ZONES = ("Europe/Zurich", "Pacific/Chatham", "Australia/Lord_Howe", "Pacific/Kiritimati", "Etc/GMT+12", "Asia/Tehran")
# The Sundays on which they change in 2026: in Zürich twice, in Chatham and on Lord Howe twice.
CHANGES = (date(2026, 3, 29), date(2026, 10, 25), date(2026, 4, 5), date(2026, 9, 27), date(2026, 10, 4))


def readers(zones: Sequence[str], hours: Sequence[int], **wishes: str) -> list[Member]:
    """A member for each zone and hour, all in one unit that has something overdue."""
    unit = UnitFactory(abbr="SPM")
    TaskFactory(
        instruction=InstructionFactory(created_by__letter_every="never"), lead=unit, due_on=date(2020, 2, 1),
        created_at=JOINED,
    )  # fmt: skip
    post = PostFactory(unit=unit)
    found = []
    for zone, hour in product(zones, hours):
        name = f"{zone}-{hour}".replace("/", "-").lower()
        member = MemberFactory(
            username=name, email=f"{len(found)}@example.org", time_zone=zone, letter_hour=hour, date_joined=JOINED,
            **wishes,
        )  # fmt: skip
        HoldingFactory(member=member, post=post)
        found.append(member)
    return found


def ticks(first: datetime, last: datetime, every: timedelta) -> Iterator[datetime]:
    while first <= last:
        yield first
        first += every


def weekly() -> Counter[tuple[int, str]]:
    """How many weekly letters there are, by member and period."""
    return Counter(Letter.objects.filter(kind="weekly", state="queued").values_list("member_id", "period"))


def midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


@row(on=BOTH)
def clocks_are_changed(trial: Trial) -> Outcome:
    """Over the days on which clocks are put forward or back, in Zürich, in Chatham, on Lord Howe and at both ends of
    the world, a tick every five minutes writes each member one letter for the week, within the hour they chose.
    """
    members = readers(ZONES, range(0, 24, trial.size(3, 6)))
    every = timedelta(minutes=trial.size(5, 60))
    made, missing, early_or_late = 0, 0, 0
    for sunday in CHANGES[: trial.size(5, 1)]:
        filling.fill(at=midnight(sunday - 2 * DAY))  # Friday: all have the letter of the week that ends
        monday = sunday + DAY
        for at in ticks(midnight(sunday - DAY), midnight(sunday + 2 * DAY) + 12 * HOUR, every):
            made += filling.fill(at=at)
        period = periods.name_of(monday)
        written = dict(
            Letter.objects.filter(kind="weekly", period=period, state="queued").values_list("member", "made_at")
        )
        missing += len(members) - len(written)
        for member in members:
            early_or_late += not _in_their_hour(member, monday, written.get(member.pk), every)
    doubled = sum(count - 1 for count in weekly().values())
    return Outcome.of(
        f"{len(members)} members in {len(ZONES)} zones, {len(CHANGES[: trial.size(5, 1)])} changes of clocks",
        none("without their letter", missing),
        none("doubled", doubled),
        none("at another hour", early_or_late),
    )


def _in_their_hour(member: Member, monday: date, at: datetime | None, every: timedelta) -> bool:
    """Whether it was written on their Monday, at the first tick of the hour on their wall."""
    if at is None:
        return True  # counted as missing
    there = at.astimezone(ZoneInfo(member.time_zone))
    begun = timedelta(hours=there.hour - member.letter_hour, minutes=there.minute)
    return there.date() == monday and timedelta(0) <= begun < every + timedelta(minutes=30)


@row("mail", on=BOTH)
def the_clock_jumps(trial: Trial) -> Outcome:
    """The clock of the house jumps back and forward by an hour and by eight days while letters go out: each letter
    arrives once, and a week that was jumped over is left out, not made up for.
    """
    members = readers(["Europe/Zurich"], [0, 7, 23])
    at = datetime(2026, 11, 2, tzinfo=UTC)  # a Monday
    seen: dict[str, set[str]] = {}  # the periods that came while the clock stood in them
    steps = [*[HOUR] * 40, -HOUR, HOUR, *[HOUR] * 20, HOUR, 8 * DAY, -HOUR, -8 * DAY, *[6 * HOUR] * 40, 8 * DAY]
    for step in steps:
        at += step
        filling.fill(at=at)
        outbox.settle(at=at)
        outbox.send_waiting(worker="one", clock=lambda now=at: now)
        for member in members:
            if period := periods.period_of(member, at):
                seen.setdefault(member.email, set()).add(period)
    arrived = Counter((mail.recipient, mail.message_id) for mail in trial.sink.mails if "weekly" in mail.message_id)
    expected = sum(len(periods_) for periods_ in seen.values())
    return Outcome.of(
        f"{len(steps)} ticks with jumps of −1 h, +1 h, +8 days and −8 days",
        exactly("letters arrived", len(arrived), expected),
        none("doubled", arrived.total() - len(arrived)),
        none("left behind", Letter.objects.exclude(state__in=["sent", "empty"]).count()),
    )


@row(on=BOTH)
def three_weeks_off(trial: Trial) -> Outcome:
    """Nothing runs for three weeks: each member gets one letter, of the newest week, not three."""
    members = readers(ZONES, [0, 7, 23])
    filling.fill(at=midnight(date(2026, 11, 4)))
    before = weekly().total()
    for at in ticks(midnight(date(2026, 11, 25)), midnight(date(2026, 11, 26)), HOUR):
        filling.fill(at=at)
    came = Letter.objects.filter(kind="weekly", made_at__gte=midnight(date(2026, 11, 24)))
    return Outcome.of(
        f"{len(members)} members",
        exactly("letters before", before, len(members)),
        exactly("letters after", came.count(), len(members)),
        none("of another week than the newest", came.exclude(period="2026-W48").count()),
    )


@row()
def the_edge_of_a_day(trial: Trial) -> Outcome:
    """10,000 cases of a task at the edge of a day: page, letter, export, list and roll-up agree on what is overdue."""
    tests = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/reports/test_overdue_everywhere.py"]
    done = subprocess.run(tests, cwd=ROOT, capture_output=True, text=True, check=False)
    print(done.stdout[-3000:])
    passed, failed = (
        sum(map(int, re.findall(rf"(\d+) {word}", done.stdout))) for word in ("passed", "(?:failed|error)")
    )
    return Outcome.of("10,000 cases over five days", exactly("days agreed", passed, 5), none("disagreed", failed))


# Around a 53rd week, a leap day, years that end in the middle of a week, and one that ends with a Sunday.
SPANS = (
    (date(2026, 12, 7), date(2027, 1, 25)),
    (date(2028, 2, 7), date(2028, 3, 20)),
    (date(2024, 12, 9), date(2025, 1, 27)),
    (date(2028, 12, 11), date(2029, 1, 22)),
    (date(2032, 12, 6), date(2033, 1, 24)),
)


@row()
def years_end(trial: Trial) -> Outcome:
    """Over a 53rd week, 29 February and the ends of years, ticks of an hour give each period once: every Monday, every
    second Monday, the first Monday of each month, by whatever name its week has.
    """
    tried, wrong, every_hours = 0, 0, HOUR * trial.size(1, 6)
    for zone, hour, every in product(ZONES, (0, 7, 23), ("week", "fortnight", "month")):
        member = Member(time_zone=zone, letter_hour=hour, letter_every=every)
        for first, last in SPANS:
            came = [periods.period_of(member, at) for at in ticks(midnight(first), midnight(last), every_hours)]
            names = list(dict.fromkeys(name for name in came if name))
            tried += 1
            wrong += not _as_expected(names, every, first, last) or names != sorted(names)
    return Outcome.of(f"{tried} tables of {len(SPANS)} years' ends", none("wrong", wrong))


def _as_expected(names: list[str], every: str, first: date, last: date) -> bool:
    """Whether these are the periods of the Mondays between two Mondays; what began before the first may come first."""
    mondays = [first + n * WEEK for n in range((last - first).days // 7 + 1)]
    came = [date.fromisocalendar(int(name[:4]), int(name[6:]), 1) for name in names]
    inside = [day for day in came if first < day < last]
    if every == "week":
        return inside == mondays[1:-1]
    if every == "month":
        return inside == [day for day in mondays[1:-1] if day.day <= 7]
    return inside[0] in mondays[1:3] and all(later - sooner == 2 * WEEK for sooner, later in pairwise(inside))


ROWS = {
    "D1": clocks_are_changed,
    "D2": the_clock_jumps,
    "D3": three_weeks_off,
    "D4": the_edge_of_a_day,
    "D5": years_end,
}
