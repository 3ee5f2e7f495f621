"""Patients with rows of every kind, merging them, and reading whole records to compare."""

from typing import Any
from uuid import UUID

from django.apps import apps

from betony.clinic.health_record import actions as health
from betony.clinic.health_record.details import AllergyDetails, MedicationDetails
from betony.clinic.patients.merging.rules import Choice
from betony.clinic.patients.models import ConsentAnswer, Patient, PatientMerge, PatientTag, Tag
from betony.clinic.prescriptions.models import Acknowledgement, Order, Prescription
from betony.clinic.prescriptions.tests import cast
from betony.clinic.workflows import merge_patients
from betony.kit import clock, tenancy

# What a merge and its undo leave behind on purpose: the steps themselves, and how often a record was saved.
FOOTPRINTS = {"version", "updated_at"}


def june(home: cast.House, **fields: Any) -> Patient:
    values = {"first_name": "June", "last_name": "Hartley", "email": "june@example.com", **fields}
    return home.patient(**values)


def margaret(home: cast.House, **fields: Any) -> Patient:
    values = {"first_name": "Margaret", "last_name": "Hall", "email": "margaret@example.com", **fields}
    return home.patient(**values)


def with_health(home: cast.House, patient: Patient, substance: str = "Penicillin") -> None:
    """An allergy and a medication."""
    by = home.actor("Alice")
    with tenancy.organization(home.pk):
        health.add_allergy(by=by, patient_id=patient.pk, details=AllergyDetails(substance=substance))
        taken = MedicationDetails(kind="medication", name="Sertraline", dose="50 mg")
        health.add_medication(by=by, patient_id=patient.pk, details=taken)


def with_tag(home: cast.House, patient: Patient, name: str) -> None:
    with tenancy.organization(home.pk):
        tag, _made = Tag.objects.get_or_create(organization_id=home.pk, name=name)
        PatientTag.objects.create(organization_id=home.pk, patient=patient, tag=tag)


def with_consent(home: cast.House, patient: Patient, subject: str, answer: str) -> None:
    with tenancy.organization(home.pk):
        ConsentAnswer.objects.create(
            organization_id=home.pk, patient=patient, subject=subject, answer=answer,
            answered_at=clock.now(), recorded_by=home.members["Alice"],
        )  # fmt: skip
        Patient.objects.filter(pk=patient.pk).update(**{subject: answer})


def with_order(home: cast.House, patient: Patient, number: str) -> None:
    with tenancy.organization(home.pk):
        link = cast.link_of(home, patient)
        assert link is not None
        Order.objects.create(
            organization_id=home.pk, dispensary_id=link.dispensary_id, patient=patient, remote_id=number,
            order_number=number, completed_at=clock.now(), brought_by=link,
        )  # fmt: skip


def give_reason(draft: Prescription, *, digest: str, reason: str) -> Acknowledgement:
    """The author's reason for prescribing against a severe warning; inside the clinic's transaction."""
    return Acknowledgement.objects.create(
        organization_id=draft.organization_id, prescription=draft, digest=digest, finding_key=digest,
        product_name="Quiet Mood", severity="severe", left="St. John's wort", right="Warfarin", text="May bleed",
        reason=reason, acknowledged_by_name="Alice Archer", acknowledged_at=clock.now(),
    )  # fmt: skip


def seen(home: cast.House, kept: Patient, merged: Patient) -> str:
    return f"{cast.now(home, kept).version}.{cast.now(home, merged).version}"


def merge(
    home: cast.House, merged: Patient, *, into: Patient, by: str = "Alice", reason: str = "One person",
    choices: dict[str, Choice] | None = None, having_seen: str = "",
) -> PatientMerge:  # fmt: skip
    """Press **Merge … into …**."""
    with tenancy.working_for(home.pk):
        return merge_patients.merge(
            by=home.actor(by), kept_id=into.pk, merged_id=merged.pk, choices=choices or {},
            seen=having_seen or seen(home, into, merged), reason=reason,
        )  # fmt: skip


def undo(home: cast.House, done: PatientMerge, *, by: str = "Alice") -> PatientMerge:
    """Press **Undo merge**."""
    with tenancy.working_for(home.pk):
        return merge_patients.undo(
            by=home.actor(by), kept_id=done.kept_id, merge_id=done.pk, reason="They are two people"
        )


def undo_preview(home: cast.House, done: PatientMerge) -> merge_patients.UndoPreview:
    with tenancy.organization(home.pk):
        return merge_patients.preview_undo(by=home.actor("Alice"), kept_id=done.kept_id, merge_id=done.pk)


def preview(home: cast.House, kept: Patient, merged: Patient) -> merge_patients.Preview:
    with tenancy.organization(home.pk):
        return merge_patients.preview(by=home.actor("Alice"), kept_id=kept.pk, merged_id=merged.pk)


def everything(home: cast.House) -> dict[str, dict[UUID, dict[str, Any]]]:
    """Return every row of the clinic that has anything to do with patients, column by column."""
    left_out = {"clinic_patients.patientmerge"}
    found = {}
    with tenancy.organization(home.pk):
        for label in ("clinic_patients", "clinic_health_record", "clinic_prescriptions"):
            for model in apps.get_app_config(label).get_models():
                name = model._meta.label_lower
                if name in left_out or not hasattr(model, "organization_id"):
                    continue
                columns = [
                    field.attname for field in model._meta.concrete_fields
                    if not (name == "clinic_patients.patient" and field.name in FOOTPRINTS)
                ]  # fmt: skip
                rows = model._base_manager.values(*columns)
                found[name] = {row["id"]: row for row in rows}
    return found
