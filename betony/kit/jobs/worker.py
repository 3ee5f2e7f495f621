"""Running jobs. Those that wait for other systems have slots of their own: one that hangs holds up no mail.

Beside them each worker process looks for the jobs that another left behind when it was killed.
"""

import asyncio
import contextlib
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from procrastinate import App, signals
from procrastinate.worker import Worker

from betony.kit.jobs import stalled
from betony.kit.jobs.queue import CALLING_OUT, ORDINARY

OPTIONS: Mapping[str, Any] = {
    "fetch_job_polling_interval": 2.0,
    "update_heartbeat_interval": 3.0,
    "stalled_worker_timeout": float(stalled.SECONDS_WITHOUT_HEARTBEAT),
    "shutdown_graceful_timeout": 5.0,
    "delete_jobs": "successful",
    # One signal stops both.
    "install_signal_handlers": False,
}
SECONDS_BETWEEN_LOOKS = 15.0


class Workers:
    """The two workers of a process: so many jobs at the same time of each kind."""

    def __init__(self, app: App, *, ordinary: int, calling_out: int) -> None:
        # Jobs that hang do not keep it from looking for what was left behind.
        self._threads = ordinary + calling_out + 1
        # With what procrastinate does around a job in Django: a connection that broke is not used again.
        options = {**app.worker_defaults, **OPTIONS}
        self._workers = [
            Worker(app=app, name=queue, queues=[queue], concurrency=count, **options)
            for queue, count in ((ORDINARY, ordinary), (CALLING_OUT, calling_out))
        ]

    async def run(self) -> None:
        """Run jobs until told to stop, or until something of it cannot go on: then a new process must."""
        threads = ThreadPoolExecutor(self._threads, thread_name_prefix="job")
        asyncio.get_running_loop().set_default_executor(threads)
        with signals.on_stop(self.stop):
            runs = [
                asyncio.create_task(worker.run())  # type: ignore[no-untyped-call]  # procrastinate's own
                for worker in self._workers
            ]
            looking = asyncio.create_task(_look_for_stalled_jobs())
            await asyncio.wait([*runs, looking], return_when=asyncio.FIRST_COMPLETED)
            self.stop()
            looking.cancel()
            await asyncio.gather(*runs)
            with contextlib.suppress(asyncio.CancelledError):
                await looking

    def stop(self) -> None:
        """Let the jobs that run end, and take no other."""
        for worker in self._workers:
            worker.stop()  # type: ignore[no-untyped-call]  # procrastinate's own


async def _look_for_stalled_jobs() -> None:
    while True:
        await asyncio.to_thread(stalled.look)
        await asyncio.sleep(SECONDS_BETWEEN_LOOKS)
