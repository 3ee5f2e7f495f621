"""Bring the demo's applications to the addresses of this start: `make demo` may run on other ports each time."""

from typing import Any

from django.core.management.base import BaseCommand

from betony.dispensary.workflows import demo


class Command(BaseCommand):
    help = "Write the addresses of this start into the demo's applications and their webhooks."

    def handle(self, *args: Any, **options: Any) -> None:
        demo.refresh_applications()
