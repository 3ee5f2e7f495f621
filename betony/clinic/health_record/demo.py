"""The health records of the demo's patients: believable, invented, the same in every load."""

import datetime
import random
from typing import Any
from uuid import UUID

from django.db import transaction

from betony.clinic.accounts import demo as accounts
from betony.clinic.health_record.models import Allergy, Kind, MedicationStatement, Severity
from betony.clinic.patients import demo as patients
from betony.kit import clock

ALLERGIES = (
    ("Penicillin", "rash", Severity.MODERATE), ("Shellfish", "swelling of the lips", Severity.SEVERE),
    ("Peanuts", "anaphylaxis", Severity.SEVERE), ("Latex", "itching", Severity.MILD),
    ("Sulfa drugs", "hives", Severity.MODERATE), ("Ragweed", "hay fever", Severity.MILD),
    ("Soy", "stomach cramps", Severity.MILD), ("Bee venom", "swelling", Severity.SEVERE),
    ("Ibuprofen", "wheezing", Severity.MODERATE), ("Tree nuts", "hives", Severity.MODERATE),
)  # fmt: skip
MEDICATIONS = (
    ("Levothyroxine", "75 mcg", "once a day, on waking"), ("Metformin", "500 mg", "twice a day, with food"),
    ("Lisinopril", "10 mg", "once a day"), ("Atorvastatin", "20 mg", "once a day, in the evening"),
    ("Sertraline", "50 mg", "once a day"), ("Omeprazole", "20 mg", "once a day, before breakfast"),
    ("Albuterol inhaler", "2 puffs", "as needed"), ("Amlodipine", "5 mg", "once a day"),
    ("Estradiol patch", "0.05 mg", "twice a week"), ("Sumatriptan", "50 mg", "as needed"),
)  # fmt: skip
SUPPLEMENTS = (
    ("Vitamin D3", "2000 IU", "once a day"), ("Magnesium glycinate", "200 mg", "at bedtime"),
    ("Fish oil", "1000 mg", "twice a day"), ("Probiotic", "1 capsule", "once a day"),
    ("Vitamin B12", "1000 mcg", "once a day"), ("Zinc", "15 mg", "once a day"),
    ("Turmeric", "500 mg", "twice a day"), ("Iron bisglycinate", "25 mg", "every other day"),
)  # fmt: skip

# The people of the stories (contract.md 4), by their keys in patients.demo.
STORIES: dict[str, dict[str, list[tuple[Any, ...]]]] = {
    "june.hartley": {
        "allergies": [ALLERGIES[0]],
        "medications": [MEDICATIONS[4]],
        "supplements": [SUPPLEMENTS[0], SUPPLEMENTS[1]],
    },
    "omar.reyes": {
        "allergies": [("Shellfish", "anaphylaxis", Severity.SEVERE)],
        "medications": [("Warfarin", "5 mg", "once a day, in the evening")],
        "supplements": [],
    },
    "priya.raman": {"allergies": [], "medications": [], "supplements": [SUPPLEMENTS[4]]},
    "zoe.nakamura-obrien": {"allergies": [ALLERGIES[5]], "medications": [], "supplements": []},
    "harold.pike": {
        "allergies": [ALLERGIES[4]],
        "medications": [MEDICATIONS[2], MEDICATIONS[3]],
        "supplements": [],
    },
}


def load(using: str = "migration", *, count: int) -> None:
    """Load health records for the stories' people and the first invented ones, unless they are there."""
    with transaction.atomic(using=using):
        if Allergy.objects.using(using).exists():
            return
        today = clock.now().date()
        allergies: list[Allergy] = []
        taken: list[MedicationStatement] = []
        for clinic in patients.CLINICS:
            for key, rows in _records(clinic, min(count, patients.WITH_HISTORY)):
                _collect(clinic, key, rows, today, allergies, taken)
        Allergy.objects.using(using).bulk_create(allergies)
        MedicationStatement.objects.using(using).bulk_create(taken)


def _records(clinic: str, count: int) -> list[tuple[str, dict[str, list[tuple[Any, ...]]]]]:
    found = list(STORIES.items()) if clinic == accounts.MEADOWLARK else []
    for number in range(count):
        chance = random.Random(f"health {clinic} {number}")  # noqa: S311  (invented people, not secrets)
        found.append(
            (
                f"invented {number}",
                {
                    "allergies": chance.sample(ALLERGIES, chance.choices((0, 1, 2), (68, 26, 6))[0]),
                    "medications": chance.sample(
                        MEDICATIONS, chance.choices((0, 1, 2, 3), (50, 28, 15, 7))[0]
                    ),
                    "supplements": chance.sample(
                        SUPPLEMENTS, chance.choices((0, 1, 2, 3), (35, 30, 22, 13))[0]
                    ),
                },
            )
        )
    return found


def _collect(
    clinic: str,
    key: str,
    rows: dict[str, list[tuple[Any, ...]]],
    today: datetime.date,
    allergies: list[Allergy],
    taken: list[MedicationStatement],
) -> None:
    chance = random.Random(f"dates {clinic} {key}")  # noqa: S311  (invented people, not secrets)
    for substance, reaction, severity in rows["allergies"]:
        noted = today - datetime.timedelta(days=chance.randint(30, 700))
        allergies.append(
            Allergy(
                **_common(clinic, key, f"allergy {substance}"), substance=substance, reaction=reaction,
                severity=severity, noted_date=noted,
            )
        )  # fmt: skip
    for kind, name in ((Kind.MEDICATION, "medications"), (Kind.SUPPLEMENT, "supplements")):
        for what, dose, frequency in rows[name]:
            since = today - datetime.timedelta(days=chance.randint(20, 900))
            taken.append(
                MedicationStatement(
                    **_common(clinic, key, f"{kind.value} {what}"), kind=kind, name=what, dose=dose,
                    frequency=frequency, since_date=since,
                )
            )  # fmt: skip


def _common(clinic: str, key: str, what: str) -> dict[str, Any]:
    patient: UUID = patients.patient_id(clinic, key)
    now = clock.now()
    return {
        "id": accounts.demo_id(f"{what} of {patient}"),
        "organization_id": accounts.demo_id(clinic),
        "patient_id": patient,
        "created_at": now,
        "updated_at": now,
    }
