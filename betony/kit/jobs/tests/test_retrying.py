"""A job that failed is tried again with growing waits; being told to wait is no try; the end is told for certain."""

import pytest
from django.db import connection
from procrastinate import jobs as procrastinate_jobs

from betony.kit import jobs
from betony.kit.jobs.tests import as_worker

THREE_TRIES = jobs.Retry(attempts=3, first_wait_seconds=10, longest_wait_seconds=25)
given_up: list[str] = []
# What the next runs meet, and what giving up meets.
trouble: list[Exception] = []
trouble_at_the_end: list[Exception] = []


def give_up(*, reason: str) -> None:
    if trouble_at_the_end:
        raise trouble_at_the_end.pop(0)
    given_up.append(reason)


@jobs.job("tests.meet_trouble", retry=THREE_TRIES, on_failure=give_up)
def meet_trouble() -> None:
    if trouble:
        raise trouble.pop(0)


@pytest.fixture(autouse=True)
def nothing_met_yet() -> None:
    for kept in (given_up, trouble, trouble_at_the_end):
        kept.clear()


def busy() -> jobs.RetryLater:
    return jobs.RetryLater("busy", seconds=5)


def away() -> jobs.RetryLater:
    return jobs.RetryLater("the other side is away")


def failed_times(attempts: int) -> procrastinate_jobs.Job:
    return procrastinate_jobs.Job(
        id=1, queue="default", lock=None, queueing_lock=None, task_name="tests.meet_trouble",
        attempts=attempts,
    )  # fmt: skip


def test_waits_grow_up_to_the_longest() -> None:
    assert 8 <= THREE_TRIES.wait_seconds(1) <= 12
    assert 16 <= THREE_TRIES.wait_seconds(2) <= 24
    assert 20 <= THREE_TRIES.wait_seconds(9) <= 30
    assert 20 <= THREE_TRIES.wait_seconds(5000) <= 30


def test_the_last_try_is_followed_by_none() -> None:
    assert THREE_TRIES.get_retry_decision(exception=RuntimeError(), job=failed_times(1)) is not None
    assert THREE_TRIES.get_retry_decision(exception=RuntimeError(), job=failed_times(2)) is None


@pytest.mark.django_db
def test_the_other_side_may_say_when_to_come_back_at_the_soonest() -> None:
    trouble[:] = [jobs.RetryLater("busy", seconds=120), jobs.RetryLater("busy", seconds=1)]
    meet_trouble.queue()
    worker = as_worker.register()
    assert 115 < (as_worker.run_next(worker) or 0) < 125
    # Not sooner than the backoff, though: a second is what one says who has not measured.
    assert 15 < (as_worker.run_next(worker) or 0) < 25


@pytest.mark.django_db
def test_being_told_to_wait_is_no_try_and_waits_grow_all_the_same() -> None:
    trouble[:] = [busy() for _ in range(20)] + [away(), busy(), away(), away()]
    meet_trouble.queue()
    worker = as_worker.register()
    waits = [as_worker.run_next(worker) for _ in range(23)]
    assert None not in waits
    assert 7 < (waits[0] or 0) < 13
    assert all(19 < (one or 0) < 31 for one in waits[2:20])
    assert given_up == []
    assert as_worker.run_next(worker) is None
    assert given_up == ["the other side is away"]


@pytest.mark.django_db
def test_being_told_to_wait_for_hours_counts_in_the_end() -> None:
    trouble[:] = [busy() for _ in range(9)]
    meet_trouble.queue()
    worker = as_worker.register()
    for _ in range(5):
        assert as_worker.run_next(worker) is not None
    with connection.cursor() as cursor:
        cursor.execute("update procrastinate_events set at = at - interval '361 minutes'")
    assert [as_worker.run_next(worker) is None for _ in range(3)] == [False, False, True]
    assert given_up == ["busy"]


@pytest.mark.django_db
def test_what_is_done_at_the_end_is_done_once_more_when_it_failed_itself() -> None:
    trouble[:] = [away() for _ in range(4)]
    trouble_at_the_end[:] = [RuntimeError("lock time-out")]
    meet_trouble.queue()
    worker = as_worker.register()
    assert as_worker.run_next(worker) is not None
    assert as_worker.run_next(worker) is not None
    # The third is the last. What waits for it would never be told, were the job failed for good now.
    assert (as_worker.run_next(worker) or 0) > 20
    assert given_up == []
    assert as_worker.run_next(worker) is None
    assert given_up == ["the other side is away"]


@pytest.mark.django_db
def test_a_job_that_goes_well_at_last_is_not_given_up() -> None:
    trouble[:] = [away(), away()]
    meet_trouble.queue()
    worker = as_worker.register()
    assert [as_worker.run_next(worker) is None for _ in range(3)] == [False, False, True]
    assert given_up == []


@pytest.mark.django_db
def test_what_no_further_try_would_change_is_given_up_at_once_and_has_not_failed() -> None:
    trouble[:] = [jobs.GiveUp("not allowed")]
    meet_trouble.queue()
    assert as_worker.run_next(as_worker.register()) is None
    assert given_up == ["not allowed"]
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from procrastinate_jobs")
        assert cursor.fetchone() == (0,)


@pytest.mark.django_db
def test_an_error_that_has_no_reason_is_named_by_its_kind() -> None:
    trouble[:] = [RuntimeError("nobody's business") for _ in range(3)]
    meet_trouble.queue()
    worker = as_worker.register()
    assert [as_worker.run_next(worker) is None for _ in range(3)] == [False, False, True]
    assert given_up == ["RuntimeError"]


@jobs.job("tests.have_no_end", retry=jobs.Retry(attempts=1))
def have_no_end(*, does_it_help: bool) -> None:
    raise RuntimeError if does_it_help else jobs.GiveUp("no")


@pytest.mark.django_db
def test_a_job_that_nobody_waits_for_fails_or_ends_without_a_word() -> None:
    worker = as_worker.register()
    for does_it_help, left in ((False, 0), (True, 1)):
        have_no_end.queue(does_it_help=does_it_help)
        assert as_worker.run_next(worker) is None
        with connection.cursor() as cursor:
            cursor.execute("select count(*) from procrastinate_jobs where status = 'failed'")
            assert cursor.fetchone() == (left,)
