"""A limit whose window moves along: never more in any stretch of time, and whoever waits as told is let in."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from betony.kit import clock
from betony.kit.rate_limits import counting

LIMIT = counting.Limit("test.rolling", most=100, window_seconds=300)
START = datetime(2026, 11, 30, 12, 4, 59, tzinfo=UTC)


def hits(count: int) -> int:
    """Hit so often, and return how many were let in."""
    return sum(counting.hit_rolling(LIMIT, "somebody") == 0 for _each in range(count))


@pytest.mark.django_db
@pytest.mark.slow
def test_a_burst_before_and_one_after_any_moment_are_within_one_window() -> None:
    with time_machine.travel(START, tick=False) as now:
        assert hits(101) == 100
        for seconds in range(20, 300, 20):
            now.shift(timedelta(seconds=20))
            assert hits(1) == 0, seconds
        now.shift(timedelta(seconds=30))
        assert hits(101) == 100


@pytest.mark.django_db
@pytest.mark.slow
def test_whoever_waits_as_long_as_they_were_told_is_let_in() -> None:
    with time_machine.travel(START, tick=False) as now:
        hits(40)
        now.shift(timedelta(seconds=100))
        hits(60)
        wait = counting.hit_rolling(LIMIT, "somebody")
        assert 190 <= wait <= 210
        now.shift(timedelta(seconds=wait - 1))
        assert hits(1) == 0
        now.shift(timedelta(seconds=1))
        assert hits(50) == 40


@pytest.mark.django_db
def test_others_are_counted_by_themselves_and_old_counters_are_swept() -> None:
    with time_machine.travel(START, tick=False) as now:
        assert counting.hit_rolling(counting.Limit("test.none", most=0, window_seconds=300), "x") == 300
        assert hits(1) == 1
        assert counting.hit_rolling(LIMIT, "somebody else") == 0
        now.shift(timedelta(seconds=320))
        assert counting.sweep() == 2
        assert clock.now() > START
