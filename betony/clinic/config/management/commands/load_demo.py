"""`load_demo`: the demo's people and records, loaded once by the role that owns the tables."""

from typing import Any

from django.core.management.base import BaseCommand

from betony.clinic.accounts import demo as accounts
from betony.clinic.health_record import demo as health_record
from betony.clinic.patients import demo as patients
from betony.clinic.practice import demo as practice
from betony.kit import environment, server

USING = "migration"
MOST_PATIENTS = 1_000_000


class Command(BaseCommand):
    """Loads what is not there yet, and says how far it is."""

    help = "Load the demo's clinics, people and records."

    def handle(self, *_args: Any, **_options: Any) -> None:
        server.check_owner_is_known("CLINIC")
        count = environment.number("BETONY_DEMO_PATIENTS", 200, most=MOST_PATIENTS)
        self._say("clinics and their people")
        accounts.load(using=USING)
        practice.load(using=USING)
        self._say(f"{count:,} patients for each clinic")
        patients.load(using=USING, count=count, say=self._say)
        self._say("health records")
        health_record.load(using=USING, count=count)
        self._say("done")

    def _say(self, sentence: str) -> None:
        self.stdout.write(f"    {sentence}")
        self.stdout.flush()
