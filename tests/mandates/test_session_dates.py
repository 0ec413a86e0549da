"""A session says its dates as precisely as they are known, and no more."""

from __future__ import annotations

from datetime import date

import pytest

from mandates.models import Session


@pytest.mark.parametrize(
    ("starts", "ends", "precision", "said"),
    [
        (date(2026, 11, 9), date(2026, 11, 27), "day", "9–27 November 2026"),
        (date(2027, 4, 28), date(2027, 5, 8), "day", "28 April – 8 May 2027"),
        (date(2026, 12, 30), date(2027, 1, 3), "day", "30 December 2026 – 3 January 2027"),
        (date(2026, 11, 7), date(2026, 11, 7), "day", "7 November 2026"),
        (date(2027, 7, 1), date(2027, 7, 31), "month", "July 2027, days not announced"),
        (date(2027, 3, 1), date(2027, 4, 30), "month", "March–April 2027, days not announced"),
        (date(2027, 12, 1), date(2028, 1, 31), "month", "December 2027–January 2028, days not announced"),
        (date(2028, 1, 1), date(2028, 12, 31), "year", "2028, dates not announced"),
    ],
)
def test_dates_are_as_precise_as_they_are_known(starts, ends, precision, said):
    assert Session(starts=starts, ends=ends, precision=precision).dates == said
