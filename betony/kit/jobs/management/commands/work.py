"""`work`: run this server's jobs until told to stop."""

import asyncio
from argparse import ArgumentParser
from typing import Any, cast

from django.core.management.base import BaseCommand
from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector


class Command(BaseCommand):
    help = "Run this server's jobs until told to stop."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--concurrency", type=int, default=4, help="jobs at the same time")

    def handle(self, *args: Any, **options: Any) -> None:
        connector = cast(DjangoConnector, app.connector).get_worker_connector()
        with app.replace_connector(connector) as worker_app:
            asyncio.run(self._work(worker_app, options["concurrency"]))

    async def _work(self, worker_app: Any, concurrency: int) -> None:
        async with worker_app.open_async():
            await worker_app.run_worker_async(
                concurrency=concurrency,
                fetch_job_polling_interval=2.0,
                update_heartbeat_interval=3.0,
                stalled_worker_timeout=15.0,
                shutdown_graceful_timeout=5.0,
                delete_jobs="successful",
                install_signal_handlers=True,
            )
