"""Running jobs. Those that wait for other systems have slots of their own: one that hangs holds up no mail."""

import asyncio
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from procrastinate import App, signals
from procrastinate.worker import Worker

from betony.kit.jobs.queue import CALLING_OUT, ORDINARY

OPTIONS: Mapping[str, Any] = {
    "fetch_job_polling_interval": 2.0,
    "update_heartbeat_interval": 3.0,
    "stalled_worker_timeout": 15.0,
    "shutdown_graceful_timeout": 5.0,
    "delete_jobs": "successful",
    # One signal stops both.
    "install_signal_handlers": False,
}


class Workers:
    """The two workers of a process: so many jobs at the same time of each kind."""

    def __init__(self, app: App, *, ordinary: int, calling_out: int) -> None:
        self._threads = ordinary + calling_out
        self._workers = [
            Worker(app=app, name=queue, queues=[queue], concurrency=count, **OPTIONS)
            for queue, count in ((ORDINARY, ordinary), (CALLING_OUT, calling_out))
        ]

    async def run(self) -> None:
        """Run jobs until told to stop, or until one of the two cannot go on: then a new process must."""
        threads = ThreadPoolExecutor(self._threads, thread_name_prefix="job")
        asyncio.get_running_loop().set_default_executor(threads)
        with signals.on_stop(self.stop):
            runs = [
                asyncio.create_task(worker.run())  # type: ignore[no-untyped-call]  # procrastinate's own
                for worker in self._workers
            ]
            await asyncio.wait(runs, return_when=asyncio.FIRST_COMPLETED)
            self.stop()
            await asyncio.gather(*runs)

    def stop(self) -> None:
        """Let the jobs that run end, and take no other."""
        for worker in self._workers:
            worker.stop()  # type: ignore[no-untyped-call]  # procrastinate's own
