"""Bring the demo's applications to the addresses of this start: `make demo` may run on other ports each time."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from betony.dispensary.workflows import demo
from betony.kit import server
from betony.kit.environment import BadSetting


class Command(BaseCommand):
    """A bad address ends it with the one sentence that names the variable."""

    help = "Write the addresses of this start into the demo's applications and their webhooks."

    def handle(self, *args: Any, **options: Any) -> None:
        server.check_owner_is_known("DISPENSARY")
        try:
            left = demo.refresh_applications()
        except BadSetting as error:
            raise CommandError(str(error)) from error
        for sentence in left:
            self.stderr.write(sentence)
