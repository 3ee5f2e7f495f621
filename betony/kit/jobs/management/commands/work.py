"""`work`: run this server's jobs until told to stop."""

import asyncio
from argparse import ArgumentParser
from typing import Any, cast

from django.core.management.base import BaseCommand
from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector

from betony.kit.jobs.worker import Workers


class Command(BaseCommand):
    help = "Run this server's jobs until told to stop."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--concurrency", type=int, default=4, help="ordinary jobs at the same time")
        parser.add_argument(
            "--calls", type=int, default=4, help="jobs at the same time that wait for other systems"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        connector = cast(DjangoConnector, app.connector).get_worker_connector()
        with app.replace_connector(connector) as worker_app:
            asyncio.run(self._work(worker_app, options["concurrency"], options["calls"]))

    async def _work(self, worker_app: Any, ordinary: int, calling_out: int) -> None:
        async with worker_app.open_async():
            worker_app.perform_import_paths()
            await Workers(worker_app, ordinary=ordinary, calling_out=calling_out).run()
