"""What hangs holds up its own kind of job only; what broke or was killed is gone on with."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, cast

import pytest
from django.db import connection
from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector

from betony.kit import jobs
from betony.kit.jobs.tests import as_worker
from betony.kit.jobs.worker import Workers

the_other_side_answers = threading.Event()
mail_left = threading.Event()
called: list[int] = []
backends: list[int] = []


@jobs.job("tests.call_somebody_who_hangs", calls_out=True)
def call_somebody_who_hangs(*, number: int) -> None:
    called.append(number)
    the_other_side_answers.wait(timeout=30)


@jobs.job("tests.send_mail")
def send_mail() -> None:
    mail_left.set()


@contextmanager
def working(*, ordinary: int = 2, calling_out: int = 3) -> Iterator[None]:
    """A worker process's two workers, in a thread."""
    connector = cast(DjangoConnector, app.connector).get_worker_connector()
    started: list[Workers] = []

    async def work(worker_app: Any) -> None:
        async with worker_app.open_async():
            started.append(Workers(worker_app, ordinary=ordinary, calling_out=calling_out))
            await started[0].run()

    with app.replace_connector(connector) as worker_app:
        thread = threading.Thread(target=lambda: asyncio.run(work(worker_app)))
        thread.start()
        try:
            yield
        finally:
            the_other_side_answers.set()
            for one in started:
                one.stop()
            thread.join(timeout=20)
        assert not thread.is_alive()


@pytest.fixture
def worker(committed_db: None) -> Iterator[None]:
    """A worker at work."""
    the_other_side_answers.clear()
    mail_left.clear()
    called.clear()
    with working():
        yield


@pytest.mark.slow
def test_mail_leaves_while_more_calls_hang_than_there_are_slots(worker: None) -> None:
    for number in range(10):
        call_somebody_who_hangs.queue(number=number)
    for _ in range(200):
        if len(called) == 3:
            break
        threading.Event().wait(0.1)
    send_mail.queue()
    assert mail_left.wait(timeout=20)
    assert len(called) == 3
    the_other_side_answers.set()
    for _ in range(200):
        if len(called) == 10:
            break
        threading.Event().wait(0.1)
    assert sorted(called) == list(range(10))


@pytest.mark.django_db
def test_a_job_named_by_an_event_waits_in_the_queue_of_its_kind() -> None:
    jobs.queue.queue_by_name("tests.call_somebody_who_hangs", {"number": 1})
    jobs.queue.queue_by_name("tests.send_mail", {})
    with connection.cursor() as cursor:
        cursor.execute("select task_name, queue_name from procrastinate_jobs order by id")
        assert cursor.fetchall() == [
            ("tests.call_somebody_who_hangs", "calling_out"),
            ("tests.send_mail", "default"),
        ]


@pytest.mark.slow
def test_a_worker_takes_up_what_another_left_behind_as_soon_as_it_starts(committed_db: None) -> None:
    mail_left.clear()
    send_mail.queue(once_key="mail", lock="mail")
    dead = as_worker.register()
    assert as_worker.fetch(dead) is not None
    as_worker.kill(dead)
    send_mail.queue(once_key="mail", lock="mail")
    with working():
        assert mail_left.wait(timeout=20)


@pytest.mark.slow
def test_a_worker_goes_on_looking_for_what_was_left_behind(
    committed_db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("betony.kit.jobs.worker.SECONDS_BETWEEN_LOOKS", 0.2)
    mail_left.clear()
    send_mail.queue()
    other = as_worker.register()
    assert as_worker.fetch(other) is not None
    with working():
        assert not mail_left.wait(timeout=1)
        as_worker.kill(other)
        assert mail_left.wait(timeout=20)


@jobs.job("tests.ask_the_database")
def ask_the_database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("select pg_backend_pid()")
        backends.append(cursor.fetchone()[0])


@pytest.mark.slow
def test_a_thread_whose_connection_broke_gets_another_one(committed_db: None) -> None:
    backends.clear()
    with working(ordinary=1):
        for number in (1, 2):
            ask_the_database.queue()
            for _ in range(200):
                if len(backends) == number:
                    break
                threading.Event().wait(0.1)
            assert len(backends) == number
            with connection.cursor() as cursor:
                cursor.execute("select pg_terminate_backend(%s)", [backends[-1]])
