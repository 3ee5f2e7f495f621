"""The health records of the demo's patients: believable, invented, the same in every load."""

import datetime
import random
from typing import Any
from uuid import UUID

from django.db import transaction

from betony.clinic.accounts import demo as accounts
from betony.clinic.health_record.models import (
    Allergy,
    CodeSystem,
    Condition,
    ConditionKind,
    Kind,
    MedicationStatement,
    Severity,
)
from betony.clinic.patients import demo as patients
from betony.clinic.patients.models import Patient
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
# Codes of ICD-10-CM, for the clinic in the United States; the one in Canada names its conditions only.
CONDITIONS = (
    ("Underactive thyroid", "E03.9"), ("Type 2 diabetes", "E11.9"), ("High blood pressure", "I10"),
    ("High cholesterol", "E78.5"), ("Migraine", "G43.909"), ("Acid reflux", "K21.9"), ("Asthma", "J45.909"),
    ("Iron deficiency anemia", "D50.9"), ("Generalized anxiety", "F41.1"),
    ("Irritable bowel syndrome", "K58.9"), ("Atrial fibrillation", "I48.91"),
)  # fmt: skip
# Of women between these ages some are pregnant, and some are breastfeeding.
CHILDBEARING = (24, 41)

# The people of the stories (contract.md 4), by their keys in patients.demo.
STORIES: dict[str, dict[str, list[tuple[Any, ...]]]] = {
    "june.hartley": {
        "allergies": [ALLERGIES[0]],
        "medications": [MEDICATIONS[4]],
        "supplements": [SUPPLEMENTS[0], SUPPLEMENTS[1]],
        "conditions": [CONDITIONS[8]],
    },
    "omar.reyes": {
        "allergies": [("Shellfish", "anaphylaxis", Severity.SEVERE)],
        "medications": [("Warfarin", "5 mg", "once a day, in the evening")],
        "supplements": [],
        "conditions": [CONDITIONS[10]],
    },
    "priya.raman": {"allergies": [], "medications": [], "supplements": [SUPPLEMENTS[4]], "conditions": []},
    "zoe.nakamura-obrien": {
        "allergies": [ALLERGIES[5]], "medications": [], "supplements": [], "conditions": [CONDITIONS[4]],
    },
    "harold.pike": {
        "allergies": [ALLERGIES[4]],
        "medications": [MEDICATIONS[2], MEDICATIONS[3]],
        "supplements": [],
        "conditions": [CONDITIONS[2], CONDITIONS[3]],
    },
}  # fmt: skip


def load(using: str = "migration", *, count: int) -> None:
    """Load health records for the stories' people and the first invented ones, unless they are there."""
    with transaction.atomic(using=using):
        if Allergy.objects.using(using).exists():
            return
        today = clock.now().date()
        allergies: list[Allergy] = []
        taken: list[MedicationStatement] = []
        conditions: list[Condition] = []
        for clinic in patients.CLINICS:
            for key, rows in _records(clinic, min(count, patients.WITH_HISTORY)):
                _collect(clinic, key, rows, today, allergies, taken)
                conditions += _conditions(clinic, key, rows["conditions"], today)
            conditions += _states(using, clinic, min(count, patients.WITH_HISTORY), today)
        Allergy.objects.using(using).bulk_create(allergies)
        MedicationStatement.objects.using(using).bulk_create(taken)
        Condition.objects.using(using).bulk_create(conditions)


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
                    "conditions": chance.sample(CONDITIONS, chance.choices((0, 1, 2), (60, 30, 10))[0]),
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


def _conditions(clinic: str, key: str, rows: list[tuple[Any, ...]], today: datetime.date) -> list[Condition]:
    chance = random.Random(f"conditions {clinic} {key}")  # noqa: S311  (invented people, not secrets)
    coded = clinic == accounts.MEADOWLARK
    return [
        Condition(
            **_common(clinic, key, f"condition {name}"), name=name, code=code if coded else "",
            code_system=CodeSystem.ICD_10_CM if coded else "",
            onset_date=today - datetime.timedelta(days=chance.randint(60, 2500)),
        )
        for name, code in rows
    ]  # fmt: skip


def _states(using: str, clinic: str, count: int, today: datetime.date) -> list[Condition]:
    """Return pregnancies and breastfeeding of some women of the age for it."""
    keys = {patients.patient_id(clinic, f"invented {number}"): number for number in range(count)}
    youngest, oldest = (today.year - age for age in CHILDBEARING)
    women = Patient.objects.using(using).filter(
        pk__in=keys, sex="female", date_of_birth__year__gt=oldest, date_of_birth__year__lte=youngest
    )
    found = []
    for patient_id in women.values_list("pk", flat=True):
        chance = random.Random(f"states {clinic} {keys[patient_id]}")  # noqa: S311  (invented people)
        kind = chance.choices(("", ConditionKind.PREGNANCY, ConditionKind.BREASTFEEDING), (60, 25, 15))[0]
        if kind:
            since = today - datetime.timedelta(days=chance.randint(40, 200))
            common = _common(clinic, f"invented {keys[patient_id]}", kind)
            found.append(Condition(**common, kind=kind, name=str(kind).capitalize(), onset_date=since))
    return found


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
