"""A system that hangs holds up its own kind of job only."""

import asyncio
import threading
from collections.abc import Iterator
from typing import Any, cast

import pytest
from django.db import connection, connections
from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector

from betony.kit import jobs
from betony.kit.jobs.worker import Workers

the_other_side_answers = threading.Event()
mail_left = threading.Event()
called: list[int] = []


@jobs.job("tests.call_somebody_who_hangs", calls_out=True)
def call_somebody_who_hangs(*, number: int) -> None:
    called.append(number)
    the_other_side_answers.wait(timeout=30)
    connections.close_all()  # its thread ends with the test


@jobs.job("tests.send_mail")
def send_mail() -> None:
    connections.close_all()
    mail_left.set()


@pytest.fixture
def worker(committed_db: None) -> Iterator[None]:
    """A worker process's two workers, in a thread."""
    the_other_side_answers.clear()
    mail_left.clear()
    called.clear()
    connector = cast(DjangoConnector, app.connector).get_worker_connector()
    started: list[Workers] = []

    async def work(worker_app: Any) -> None:
        async with worker_app.open_async():
            started.append(Workers(worker_app, ordinary=2, calling_out=3))
            await started[0].run()

    with app.replace_connector(connector) as worker_app:
        thread = threading.Thread(target=lambda: asyncio.run(work(worker_app)))
        thread.start()
        yield
        the_other_side_answers.set()
        for one in started:
            one.stop()
        thread.join(timeout=20)
        assert not thread.is_alive()


@pytest.mark.slow
def test_mail_leaves_while_more_calls_hang_than_there_are_slots(worker: None) -> None:
    for number in range(10):
        call_somebody_who_hangs.queue(number=number)
    for _ in range(100):
        if len(called) == 3:
            break
        threading.Event().wait(0.1)
    send_mail.queue()
    assert mail_left.wait(timeout=5)
    assert len(called) == 3
    the_other_side_answers.set()
    for _ in range(100):
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
