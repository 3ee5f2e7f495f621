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

COPIES = """
    create temporary table copied as
    select gen_random_uuid() as new_id, n from generate_series(1, %s::int) n
"""
COPY_PLAN = """
    insert into dispensary_treatment_plans_treatmentplan
    select (jsonb_populate_record(null::dispensary_treatment_plans_treatmentplan, to_jsonb(old)
      || jsonb_build_object('id', new_id, 'metadata_id', '', 'application_id', null, 'source', 'app',
           'invitation_token', left(md5(new_id::text), 10),
           'created_at', old.created_at - n * interval '1 minute',
           'updated_at', old.updated_at - n * interval '1 minute'))).*
      from dispensary_treatment_plans_treatmentplan old, copied where old.id = %s
"""
COPY_ITEMS = """
    insert into dispensary_treatment_plans_recommendation
    select (jsonb_populate_record(null::dispensary_treatment_plans_recommendation, to_jsonb(old)
      || jsonb_build_object('id', gen_random_uuid(), 'plan_id', new_id))).*
      from dispensary_treatment_plans_recommendation old, copied where old.plan_id = %s
"""
FORGET_CURSOR = """
    delete from clinic_prescriptions_historycursor c using clinic_prescriptions_patientlink l,
           clinic_prescriptions_prescription p
     where c.link_id = l.id and p.patient_id = l.patient_id and p.id = %s
"""
FORGET_IMPORT = """
    update clinic_prescriptions_patientlink l set imported_at = null, linked_at = now() - interval '1 hour'
      from clinic_prescriptions_prescription p where p.patient_id = l.patient_id and p.id = %s
"""


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
        """Return how many patients the dispensary has with the person's email."""
        return int(
            _one(
                self.dispensary,
                "select count(*) from dispensary_patients_patient where email = %s",
                person.email,
            )
        )

    def plans_there(self, *prescription_ids: str) -> list[int]:
        """Return how many plans the dispensary has for each prescription."""
        sql = "select count(*) from dispensary_treatment_plans_planreference where value = %s"
        return [int(_one(self.dispensary, sql, one)) for one in prescription_ids]

    def plan_id(self, prescription_id: str) -> str:
        """Return the id the dispensary gave a prescription that was sent."""
        sql = "select remote_id from clinic_prescriptions_prescription where id = %s"
        return str(_one(self.clinic, sql, prescription_id))

    def plan_there(self, prescription_id: str) -> dict[str, Any]:
        """Return the dispensary's plan of a prescription."""
        sql = (
            "select to_jsonb(t) from dispensary_treatment_plans_treatmentplan t"
            " join dispensary_treatment_plans_planreference r on r.plan_id = t.id where r.value = %s"
        )
        return dict(_one(self.dispensary, sql, prescription_id))

    def remote_dispensary_id(self) -> str:
        """Return the id of the dispensary the (one) connected clinic is connected to."""
        return str(
            _one(self.clinic, "select remote_id from clinic_prescriptions_dispensary where ended_at is null")
        )

    def cancel_there(self, plan_ids: list[str]) -> None:
        """Cancel plans at the dispensary without anybody being told."""
        self.dispensary.execute(
            "update dispensary_treatment_plans_treatmentplan"
            " set state = 'cancelled', cancelled_at = now(), updated_at = now() where id = any(%s::uuid[])",
            [plan_ids],
        )

    def envelopes_left(self) -> int:
        """Return how many webhooks are not worked on yet."""
        sql = "select count(*) from clinic_prescriptions_webhookenvelope where worked_on_at is null"
        return int(_one(self.clinic, sql))

    def copy_plan_there(self, plan_id: str, times: int) -> None:
        """Give the plan's patient so many more plans like it, made at the dispensary itself."""
        for sql, values in ((COPIES, (times,)), (COPY_PLAN, (plan_id,)), (COPY_ITEMS, (plan_id,))):
            self.dispensary.execute(sql, values)
        self.dispensary.execute("drop table copied")

    def forget_history_of(self, prescription_id: str) -> None:
        """Make the patient's history one that never was brought in."""
        self.clinic.execute(FORGET_CURSOR, [prescription_id])
        self.clinic.execute(FORGET_IMPORT, [prescription_id])

    def count_prescriptions_beside(self, prescription_id: str) -> int:
        """Return how many prescriptions the patient of this one has."""
        sql = (
            "select count(*) from clinic_prescriptions_prescription where patient_id ="
            " (select patient_id from clinic_prescriptions_prescription where id = %s)"
        )
        return int(_one(self.clinic, sql, prescription_id))

    def progress(self) -> tuple[int, int]:
        """Return how many plans of the histories that are coming in are here, and how many there are."""
        sql = (
            "select coalesce(sum(c.plans_done), 0), coalesce(sum(c.plans_total), 0)"
            " from clinic_prescriptions_historycursor c join clinic_prescriptions_patientlink l on l.id = c.link_id"
            " where l.imported_at is null"
        )
        row = self.clinic.execute(sql).fetchone()
        return (int(row[0]), int(row[1])) if row else (0, 0)

    def change_states(self, prescription_id: str) -> list[str]:
        """Return the states of the changes that were asked for of a prescription."""
        sql = (
            "select state from clinic_prescriptions_prescriptionchange where prescription_id = %s order by id"
        )
        return [str(row[0]) for row in self.clinic.execute(sql, [prescription_id]).fetchall()]

    def count_versions(self, prescription_id: str) -> int:
        """Return how many earlier versions of a prescription are kept."""
        sql = "select count(*) from clinic_prescriptions_prescriptionversion where prescription_id = %s"
        return int(_one(self.clinic, sql, prescription_id))

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
