"""What is in a letter: nobody's work breaks another's, no words break a mail, and each is told what each may see."""

from __future__ import annotations

import email
import email.policy
import re
from datetime import timedelta

from django.test import Client
from django.utils import timezone

from mandates.models import Member, Task
from mandates.views.work import CLOCKS, Worker, groups_of
from reports.letters import filling, periods, weekly
from reports.letters.chosen import LISTED, SHOWN
from reports.models import Letter
from tests.factories import HoldingFactory, InstructionFactory, PostFactory, TaskFactory, UnitFactory

from .letters_world import busy, people
from .relay import Relay, wait_for
from .row import Outcome, exactly, none, row
from .trial import Trial

State = Letter.State
POISON = 10


@row()
def poisoned(trial: Trial) -> Outcome:
    """Ten of 1,000 members can't be written to (addresses that break a header or are none, refused ones, work that
    breaks the letter): 990 are sent, ten are marked with the reason, nothing is sent again.
    """
    relay = Relay(trial.folder)
    relay.never = lambda recipient: recipient.startswith("refused")
    members = people(trial.size(1000, 60))
    busy(members)
    addresses = ["nobody", "a@b\r\nBcc: all@example.org", "x y@example.org", "<@example.org"]
    addresses += [f"refused-{number}@example.org" for number in range(4)]
    for member, address in zip(members, addresses, strict=False):
        Member.objects.filter(pk=member.pk).update(email=address)
    broken = {members[8].pk, members[9].pk}
    whole = filling.SAYS[Letter.Kind.WEEKLY]

    def says(those, day, now):
        if broken & {member.pk for member in those}:
            raise ValueError("a unit without a name")
        return whole(those, day, now)

    filling.SAYS[Letter.Kind.WEEKLY] = says
    filling.fill(at=timezone.now())
    filling.SAYS[Letter.Kind.WEEKLY] = whole
    trial.python("faults.sender", "2", name="senders", **relay.environment(record=False))
    wait_for(lambda: not Letter.objects.filter(state__in=[State.QUEUED, State.SENDING]).exists(), 240, 0.2)
    filling.fill(at=timezone.now())
    letters = Letter.objects.filter(kind=Letter.Kind.WEEKLY, member__in=members)
    taken = relay.taken()
    return Outcome.of(
        f"{POISON} of {len(members):,}",
        exactly("sent", letters.filter(state=State.SENT).count(), len(members) - POISON),
        exactly("marked with the reason", letters.filter(state=State.FAILED).exclude(error="").count(), POISON),
        none("sent again", sum(taken.values()) - len(taken)),
        none("tried more than once", sum(tries > 1 for tries in relay.tries.values())),
    )


STRANGE = [
    "Report\r\nBcc: all@example.org", "Report\nX-Extra: 1", "a\rb", "a\r\n\r\nbody", "x\u2028y", "x\x0by", "x\x85y",
    "\u202ereversed", "\u2067isolated", "تقرير إلى المجلس", "דו״ח", "📄 émoji 🇨🇭", "👩‍👩‍👧‍👦", "日本語の件名", "Отчёт",
    "x" * 998, "é" * 150, "word " * 50, "=?utf-8?q?faked?=", "=?utf-8?b?Zg==?= <a@b>", ".", "..", "From the board",
    "tab\there", 'quote " and <angle>', "comma, and; semicolon", "back\\slash", "\u200b\u200e", "100 % %(n)s {x}",
    "<b>&amp;",
]  # fmt: skip


@row()
def strange_words(trial: Trial) -> Outcome:
    """Thirty strings (breaks of lines, right to left, emoji, lines of 998 signs) as titles and names: each letter is a
    valid mail with the usual headers and no other, whose lines are not too long.
    """
    relay = Relay(trial.folder)
    members = people(len(STRANGE) + 1, "usual")
    for member, words in zip(members, ["Report", *STRANGE], strict=True):
        Member.objects.filter(pk=member.pk).update(first_name=words[:150], last_name="")
        unit = UnitFactory(abbr=f"U-{member.pk}")
        HoldingFactory(member=member, post=PostFactory(unit=unit))
        instruction = InstructionFactory(title=words[:300], created_by__letter_every="never")
        TaskFactory(instruction=instruction, lead=unit, due_on=timezone.now().date(), created_at=timezone.now())
    filling.fill(at=timezone.now())
    trial.python("faults.sender", "1", name="senders", **relay.environment(record=False))
    wait_for(lambda: len(relay.mails) >= len(members), 60)
    mails = [mail.data for mail in relay.mails if b"<weekly." in mail.data]
    parsed = [email.message_from_bytes(data, policy=email.policy.default) for data in mails]
    usual = list(parsed[0].keys()) if parsed else []
    return Outcome.of(
        f"{len(STRANGE)} strings",
        exactly("mails", len(parsed), len(members)),
        none("with other headers", sum(list(one.keys()) != usual for one in parsed)),
        none("with a defect", sum(bool(one.defects) or any(part.defects for part in one.walk()) for one in parsed)),
        none("with lines too long", sum(max(map(len, data.split(b"\r\n"))) > 998 for data in mails)),
        none("to others", sum(not mail.recipient.startswith("usual-") for mail in relay.mails)),
    )


@row()
def told_what_they_may_see(trial: Trial) -> Outcome:
    """The tasks of 200 members' letters are those of their own page of work, group by group and in its order; each link
    opens for them.
    """
    now = timezone.now()
    members = people(trial.size(200, 20))
    units = [UnitFactory(abbr=f"U-{number}") for number in range(len(members) // 4)]
    instruction = InstructionFactory(created_by__letter_every="never")
    for number, member in enumerate(members):
        HoldingFactory(member=member, post=PostFactory(unit=units[number % len(units)]))
    for number in range(len(units) * 12):
        day = now.date() + timedelta(days=number % 150 - 60)
        status = ("none", "todo", "prog", "risk", "done")[number % 5]
        TaskFactory(instruction=instruction, lead=units[number % len(units)], due_on=day, status=status, created_at=now)
    letters = weekly.for_people(members, filling.next_monday(periods.day_of(members[0], now)), now)
    differ, closed, without = 0, 0, 0
    for member in members:
        groups = groups_of(Worker.of(member, now), shown=SHOWN)
        letter = letters.get(member.pk)
        for clock in CLOCKS:
            told = letter.groups.counts[clock] if letter else 0
            differ += told != groups[clock].count
        for clock in LISTED:
            differ += (letter.groups.keys[clock] if letter else ()) != groups[clock].keys
        without += letter is None and any(groups[clock].count for clock in LISTED)
        if letter:
            closed += _closed(member, letter)
    return Outcome.of(
        f"{len(members)} members, {Task.objects.count():,} tasks, {len(letters)} letters",
        none("with work to tell and no letter", without),
        none("differences from their page of work", differ),
        none("links that do not open for them", closed),
    )


def _closed(member: Member, letter) -> int:
    """How many of the letter's links to tasks do not open for the member."""
    client = Client(SERVER_NAME="localhost")
    client.force_login(member)
    links = {row.href for part in letter.parts() for row in part.rows}
    return sum(client.get(re.sub("#.*", "", link)).status_code != 200 for link in links)


ROWS = {"A6": poisoned, "A9": strange_words, "A10": told_what_they_may_see}
