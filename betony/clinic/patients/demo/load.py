"""Putting the demo's patients into the database: fast, once, always the same people."""

import datetime
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from itertools import chain
from typing import Any
from uuid import UUID

from django.db import connections, models, transaction

from betony.clinic.accounts import demo as accounts
from betony.clinic.accounts.permissions import Role
from betony.clinic.patients import rules
from betony.clinic.patients.demo import people
from betony.clinic.patients.models import Consent, ConsentAnswer, ConsentSubject, Patient, PatientTag, Tag
from betony.clinic.practice import demo as practice
from betony.kit import clock
from betony.kit.audit.models import AuditEvent

SEED = "betony demo 2026"
# So many people of each clinic have consents on record, and a health record; the rest demographics only.
WITH_HISTORY = 200
SAY_EVERY = 10_000
SEARCH_INDEX = "patient_by_any_word"
CLINICS = {accounts.MEADOWLARK: "US", accounts.HARBOUR: "CA"}

Say = Callable[[str], None]


def patient_id(clinic: str, key: str) -> UUID:
    """Return the id a patient of the demo has in every load; `key` is such as june.hartley."""
    return accounts.demo_id(f"patient {clinic} {key}")


def load(using: str = "migration", *, count: int, say: Say) -> None:
    """Load the stories' people and `count` invented ones into each clinic, unless they are there."""
    with transaction.atomic(using=using):
        missing = [
            clinic
            for clinic in CLINICS
            if not Patient.objects.using(using).filter(organization_id=_organization_id(clinic)).exists()
        ]
        with _search_index_made_at_the_end(using, worth_it=bool(missing) and count >= SAY_EVERY, say=say):
            for clinic in missing:
                _load_clinic(using, clinic, CLINICS[clinic], count=count, say=say)


@contextmanager
def _search_index_made_at_the_end(using: str, *, worth_it: bool, say: Say) -> Iterator[None]:
    """Make the trigram index once, which takes a tenth of the time of adding row by row."""
    if not worth_it:
        yield
        return
    with connections[using].cursor() as cursor:
        cursor.execute("select indexdef from pg_indexes where indexname = %s", [SEARCH_INDEX])
        (definition,) = cursor.fetchone()
        cursor.execute(f"drop index {SEARCH_INDEX}")
        yield
        say("search index")
        # The references are checked at the end of the transaction, and no index is made before that.
        cursor.execute("set constraints all immediate")
        cursor.execute(definition)


def _load_clinic(using: str, clinic: str, country: str, *, count: int, say: Say) -> None:
    organization_id = accounts.demo_id(clinic)
    now = clock.now()
    practitioners = [
        profile.email for profile in practice.PROFILES if profile.email.endswith(f"@{clinic}.example")
    ]
    invented = people.invented(country, practitioners, count=count, seed=f"{SEED} {clinic}")
    fixed: Iterable[people.Values] = people.fixed() if clinic == accounts.MEADOWLARK else ()
    tagged: list[tuple[UUID, str]] = []
    remembered: list[dict[str, Any]] = []

    def rows() -> Iterator[dict[str, Any]]:
        for number, person in enumerate(chain(fixed, invented)):
            row = _row(person, clinic, country, now, number)
            tagged.extend((row["id"], name) for name in person.get("tags", ()))
            if number < WITH_HISTORY:
                remembered.append(row)
            if number and number % SAY_EVERY == 0:
                say(f"{clinic}: {number:,} patients")
            yield row

    loaded = _copy(using, rows())
    _load_tags(using, organization_id, tagged)
    _load_consents(using, clinic, remembered)
    _tell(using, organization_id, now)
    say(f"{clinic}: {loaded:,} patients")


def _row(
    person: people.Values, clinic: str, country: str, now: datetime.datetime, number: int
) -> dict[str, Any]:
    """Return one person as columns; who came first has been known longest."""
    row = dict(_empty_row())
    row |= {name: value for name, value in person.items() if name in row}
    row |= {
        "id": patient_id(clinic, person["key"]),
        "organization_id": _organization_id(clinic),
        "primary_practitioner_id": _practitioner_id(person["practitioner"]),
        "email_key": rules.email_key(row["email"]),
        "created_at": now - datetime.timedelta(days=720 - number % 700, minutes=number % 480),
    }
    for name in rules.PHONE_FIELDS:
        typed = row[f"{name}_typed"]
        row[name] = _e164(typed) if typed else ""
    row["updated_at"] = row["created_at"]
    return row


def _e164(typed: str) -> str:
    # The demo's numbers are all ten digits of North America; reading them one by one would take minutes.
    return "+1" + "".join(sign for sign in typed if sign.isdigit())


@cache
def _columns() -> "list[models.Field[Any, Any]]":
    return [field for field in Patient._meta.concrete_fields if not field.generated]


@cache
def _empty_row() -> dict[str, Any]:
    return {field.attname: _default(field) for field in _columns()}


@cache
def _organization_id(clinic: str) -> UUID:
    return accounts.demo_id(clinic)


@cache
def _practitioner_id(email: str) -> UUID:
    return practice.practitioner_id(email)


def _default(field: "models.Field[Any, Any]") -> Any:
    if field.has_default():
        value = field.get_default()
        return value.value if isinstance(value, Consent) else value
    return "" if isinstance(field, models.CharField | models.TextField) else None


def _copy(using: str, rows: Iterator[dict[str, Any]]) -> int:
    """Copy rows in by way of a table of this transaction: COPY cannot fill one with row-level security."""
    names = [field.column for field in _columns()]
    columns = ", ".join(f'"{name}"' for name in names)
    with connections[using].cursor() as cursor:
        cursor.execute("create temporary table demo_patient (like clinic_patients_patient) on commit drop")
        with cursor.copy(f"copy demo_patient ({columns}) from stdin") as copy:
            for row in rows:
                copy.write_row([row[name] for name in names])
        cursor.execute(
            f"insert into clinic_patients_patient ({columns}) select {columns} from demo_patient"  # noqa: S608
        )
        loaded: int = cursor.rowcount
        cursor.execute("drop table demo_patient")
        cursor.execute("analyze clinic_patients_patient")
    return loaded


def _load_tags(using: str, organization_id: UUID, tagged: list[tuple[UUID, str]]) -> None:
    tags = {
        name: Tag(
            id=accounts.demo_id(f"tag {organization_id} {name}"), organization_id=organization_id, name=name
        )
        for name in sorted({name for _patient, name in tagged})
    }
    Tag.objects.using(using).bulk_create(tags.values())
    PatientTag.objects.using(using).bulk_create(
        (
            PatientTag(
                id=accounts.demo_id(f"tagged {patient} {name}"), organization_id=organization_id,
                patient_id=patient, tag=tags[name],
            )
            for patient, name in tagged
        ),
        batch_size=5000,
    )  # fmt: skip


def _load_consents(using: str, clinic: str, rows: list[dict[str, Any]]) -> None:
    staff = [person for person in accounts.PEOPLE if person.clinic == clinic]
    desk = next((person for person in staff if person.role is Role.FRONT_DESK), staff[0])
    ConsentAnswer.objects.using(using).bulk_create(
        ConsentAnswer(
            id=accounts.demo_id(f"consent {row['id']} {subject}"), organization_id=row["organization_id"],
            patient_id=row["id"], subject=subject, answer=row[subject], answered_at=row["created_at"],
            recorded_by_id=desk.membership_id,
        )
        for row in rows
        for subject in ConsentSubject.values
        if row[subject] != Consent.NOT_ASKED
    )  # fmt: skip


def _tell(using: str, organization_id: UUID, now: datetime.datetime) -> None:
    AuditEvent.objects.using(using).create(
        organization_id=organization_id, occurred_at=now, actor_kind="system", actor_role="demo data",
        action="patients.demo_loaded",
    )  # fmt: skip
