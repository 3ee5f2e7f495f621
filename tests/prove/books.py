"""What is true after all: both databases and the mailbox, looked at from outside the servers."""

import email
import email.policy
import time
from collections.abc import Callable
from typing import Any

import psycopg

from betony.cli.testing import demo as demos
from tests.prove.staff import Person

WELCOME = "has set up an account for you"
PLAN = "has something new for you"
LOOK_SECONDS = 0.25


class Books:
    """Looks as the roles that own the tables."""

    def __init__(self, demo: demos.Demo) -> None:
        self.demo = demo
        self.clinic = _open(demo, "clinic")
        self.dispensary = _open(demo, "dispensary")

    def close(self) -> None:
        """Leave both databases."""
        self.clinic.close()
        self.dispensary.close()

    def is_connected(self, email_address: str) -> bool:
        """Tell whether this user's connection to the dispensary is live."""
        return bool(
            _one(
                self.clinic,
                "select count(*) from clinic_prescriptions_connection c"
                " join clinic_accounts_membership m on m.id = c.membership_id"
                " join clinic_accounts_user u on u.id = m.user_id"
                " where u.email = %s and c.ended_at is null and c.broken_at is null",
                email_address,
            )
        )

    def link_state(self, person: Person) -> str:
        """Return how far the person's link to the dispensary is; empty without one."""
        return str(
            _one(
                self.clinic,
                "select max(state) from clinic_prescriptions_patientlink"
                " where patient_id = %s and ended_at is null",
                person.id,
            )
            or ""
        )

    def state(self, prescription_id: str) -> str:
        """Return a prescription's state at the clinic."""
        return str(
            _one(
                self.clinic,
                "select state from clinic_prescriptions_prescription where id = %s",
                prescription_id,
            )
        )

    def patients_there(self, person: Person) -> int:
        """Return how many patients the dispensary has with the person's e-mail."""
        return int(
            _one(
                self.dispensary,
                "select count(*) from dispensary_patients_patient where email = %s",
                person.email,
            )
        )

    def plans_there(self, *prescription_ids: str) -> list[int]:
        """Return how many plans the dispensary has for each prescription."""
        sql = "select count(*) from dispensary_treatment_plans_treatmentplan where metadata_id = %s"
        return [int(_one(self.dispensary, sql, one)) for one in prescription_ids]

    def plan_id(self, prescription_id: str) -> str:
        """Return the id the dispensary gave a prescription that was sent."""
        sql = "select remote_id from clinic_prescriptions_prescription where id = %s"
        return str(_one(self.clinic, sql, prescription_id))

    def times_in_trail(self, action: str, subject_id: str) -> int:
        """Return how often the clinic's trail says that this was done to a record."""
        sql = "select count(*) from kit_audit_auditevent where action = %s and subject_id = %s"
        return int(_one(self.clinic, sql, action, subject_id))

    def plans_of(self, person: Person) -> int:
        """Return how many plans the dispensary has for the person, whoever made them."""
        return int(
            _one(
                self.dispensary,
                "select count(*) from dispensary_treatment_plans_treatmentplan t"
                " join dispensary_patients_patient p on p.id = t.patient_id where p.email = %s",
                person.email,
            )
        )

    def prescriptions_of(self, person: Person) -> int:
        """Return how many prescriptions stand in the person's chart."""
        sql = "select count(*) from clinic_prescriptions_prescription where patient_id = %s"
        return int(_one(self.clinic, sql, person.id))

    def mails_to(self, person: Person, subject: str) -> int:
        """Return how many mails with these words in the subject the person got."""
        count = 0
        for file in self.demo.mails():
            parsed = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
            count += person.email in str(parsed["To"]) and subject in str(parsed["Subject"])
        return count

    def hurry(self) -> None:
        """Let the time pass that both servers' jobs wait for before they try again."""
        for database in (self.clinic, self.dispensary):
            database.execute(
                "update procrastinate_jobs set scheduled_at = now() where status = 'todo' and scheduled_at > now()"
            )

    def wait(
        self, is_true: Callable[[], bool], what: str, *, seconds: float = 45, hurrying: bool = True
    ) -> None:
        """Wait until something is true; raises AssertionError with `what` when it stays false."""
        until = time.monotonic() + seconds
        while not is_true():
            assert time.monotonic() < until, f"{what} within {seconds:.0f} s"
            if hurrying:
                self.hurry()
            time.sleep(LOOK_SECONDS)

    def settle(self, *, seconds: float = 45) -> None:
        """Wait until no job of either server is left to do."""
        sql = "select count(*) from procrastinate_jobs where status in ('todo', 'doing')"
        self.wait(
            lambda: all(_one(database, sql) == 0 for database in (self.clinic, self.dispensary)),
            "All jobs are done", seconds=seconds,
        )  # fmt: skip


def _open(demo: demos.Demo, server: str) -> "psycopg.Connection[Any]":
    return psycopg.connect(demo.database_url(server, role="migration"), autocommit=True)


def _one(database: "psycopg.Connection[Any]", sql: str, *values: object) -> Any:
    row = database.execute(sql, values).fetchone()
    return row[0] if row else None
