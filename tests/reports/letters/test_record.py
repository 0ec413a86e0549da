"""The relay's record: Postfix's log, as it is written; "not taken" is said only where the log covers the time."""

from __future__ import annotations

import gzip
import os
from datetime import UTC, datetime, timedelta

import pytest

from reports.letters import record

CLAIMED = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
TAKEN, CUT_OFF, UNKNOWN = (f"<weekly.{number}.2026-W48@mandates.test>" for number in (1, 2, 3))
# What Postfix 3.7 writes of a letter that it took, and of one whose sender was lost in the middle.
LINES = f"""{{0}} relay postfix/smtpd[71]: connect from web[10.0.0.7]
{{0}} relay postfix/smtpd[71]: 4F2A1C0B7: client=web[10.0.0.7]
{{0}} relay postfix/cleanup[74]: 4F2A1C0B7: message-id={TAKEN}
{{0}} relay postfix/qmgr[60]: 4F2A1C0B7: from=<mandates@example.org>, size=6423, nrcpt=1 (queue active)
{{0}} relay postfix/smtpd[71]: 5A77E00FF: client=web[10.0.0.7]
{{0}} relay postfix/cleanup[74]: 5A77E00FF: message-id={CUT_OFF}
{{0}} relay postfix/smtpd[71]: lost connection after DATA (3120 bytes) from web[10.0.0.7]
"""


@pytest.fixture
def log(settings, tmp_path):
    settings.LETTER_RELAY_LOG = str(tmp_path / "mail.log*")
    return tmp_path / "mail.log"


def written(path, stamp: str, until: datetime) -> None:
    path.write_text(LINES.format(stamp))
    os.utime(path, (until.timestamp(), until.timestamp()))


def asked(claimed=CLAIMED):
    return record.of({TAKEN: claimed, CUT_OFF: claimed, UNKNOWN: claimed})


@pytest.mark.parametrize("form", ["%Y-%m-%dT%H:%M:%S+00:00", "%b %d %H:%M:%S"], ids=["ISO", "old"])
def test_what_came_into_the_queue_was_taken_and_what_was_cut_off_was_not(log, form, monkeypatch):
    begin = CLAIMED - timedelta(minutes=5)
    written(log, (begin if "%Y" in form else begin.astimezone()).strftime(form), CLAIMED + timedelta(minutes=5))
    assert asked() == {TAKEN: True, CUT_OFF: False, UNKNOWN: False}


def test_a_log_that_begins_later_or_ended_before_cannot_say_no(log):
    written(log, (CLAIMED + timedelta(minutes=1)).isoformat(), CLAIMED + timedelta(minutes=5))
    assert asked() == {TAKEN: True, CUT_OFF: None, UNKNOWN: None}
    written(log, (CLAIMED - timedelta(minutes=9)).isoformat(), CLAIMED - timedelta(minutes=1))
    assert asked() == {TAKEN: True, CUT_OFF: None, UNKNOWN: None}


def test_older_logs_are_read_too_also_packed_ones(log, tmp_path):
    old = tmp_path / "mail.log.1.gz"
    old.write_bytes(gzip.compress(LINES.format((CLAIMED - timedelta(minutes=5)).isoformat()).encode()))
    os.utime(old, (CLAIMED.timestamp(), CLAIMED.timestamp()))
    log.write_text(f"{(CLAIMED + timedelta(minutes=1)).isoformat()} relay postfix/smtpd[71]: connect from web\n")
    assert asked() == {TAKEN: True, CUT_OFF: False, UNKNOWN: False}


def test_without_a_log_or_one_that_can_be_read_nothing_is_said(settings, log):
    assert asked() == {TAKEN: None, CUT_OFF: None, UNKNOWN: None}
    log.write_text("no time here\n")
    assert asked() == {TAKEN: None, CUT_OFF: None, UNKNOWN: None}
    settings.LETTER_RELAY_LOG = ""
    assert asked() == {TAKEN: None, CUT_OFF: None, UNKNOWN: None}


@pytest.mark.parametrize("command", ["/no/such/command", "sh -c 'sleep 5'", "false", "echo", "sh -c 'echo no; exit 1'"])
def test_a_command_that_is_missing_hangs_breaks_or_mumbles_says_nothing(settings, monkeypatch, command):
    monkeypatch.setattr(record, "ANSWERS_WITHIN", 0.5)
    settings.LETTER_RELAY_COMMAND = command
    assert record.of({TAKEN: CLAIMED}) == {TAKEN: None}
