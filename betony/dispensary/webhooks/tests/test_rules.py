"""Since when an endpoint has failed without a break."""

from datetime import UTC, datetime, timedelta

from betony.dispensary.webhooks import rules

NOW = datetime(2026, 11, 30, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)


def test_a_failure_soon_after_another_goes_on_with_it() -> None:
    since = NOW - 20 * HOUR
    assert rules.failing_since(since=since, last_failed_at=NOW - 5 * HOUR, now=NOW) == since


def test_a_failure_after_a_long_silence_begins_anew() -> None:
    friday = NOW - timedelta(days=3)
    assert rules.failing_since(since=friday, last_failed_at=friday + 7 * HOUR, now=NOW) == NOW


def test_a_first_failure_begins() -> None:
    assert rules.failing_since(since=None, last_failed_at=None, now=NOW) == NOW


def test_a_break_is_longer_than_the_longest_wait_for_another_attempt() -> None:
    assert max(rules.WAITS) < rules.LONGEST_BREAK < rules.LONGEST_FAILING


def test_what_is_delivered_or_given_up_is_attempted_no_more() -> None:
    assert rules.may_become(rules.WAITING, rules.WAITING)
    assert not rules.may_become(rules.DELIVERED, rules.DELIVERED)
    assert not rules.may_become(rules.GIVEN_UP, rules.DELIVERED)
