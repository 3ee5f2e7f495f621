"""Random patients with random rows, merged and taken apart again: every column of every row is as before."""

import datetime

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from betony.clinic.health_record.models import Allergy, Condition, MedicationStatement
from betony.clinic.patients.merging import fields
from betony.clinic.patients.merging.rules import Choice
from betony.clinic.patients.models import ConsentAnswer, Patient, PatientTag, Tag
from betony.clinic.prescriptions import queries
from betony.clinic.prescriptions.models import Order, PatientLink, Prescription, PrescriptionItem
from betony.clinic.workflows.tests import records
from betony.kit import clock, tenancy

pytestmark = pytest.mark.slow

TEXT = st.text(alphabet="abcé '", max_size=6)
PROFILE = st.fixed_dictionaries(
    {
        "first_name": st.sampled_from(["June", "Juno", "Margaret"]),
        "last_name": st.sampled_from(["Hall", "Hartley"]),
        "email": st.sampled_from(["", "june@example.com", "Hall@example.com"]),
        "date_of_birth": st.dates(datetime.date(1940, 1, 1), datetime.date(2020, 1, 1)),
        "sex": st.sampled_from(["unknown", "female", "male"]),
        "notes": TEXT,
        "city": TEXT,
        "postal_code": TEXT,
        "emergency_name": TEXT,
        "emergency_phone": TEXT,
        "email_consent": st.sampled_from(["not_asked", "agreed", "refused"]),
        "portal_access": st.booleans(),
        "is_active": st.booleans(),
    }
)
ROWS = st.fixed_dictionaries(
    {
        "allergies": st.lists(st.sampled_from(["active", "ended", "error"]), max_size=3),
        "taken": st.integers(0, 3),
        "conditions": st.integers(0, 2),
        "tags": st.sets(st.sampled_from(["a", "b", "c"])),
        "consents": st.lists(st.sampled_from(["agreed", "refused"]), max_size=2),
        "link": st.sampled_from(["", "linked", "creating", "question", "failed", "ended"]),
        "draft": st.none() | st.sets(st.sampled_from(["v1", "v2", "v3"])),
        "reasons": st.sets(st.sampled_from(["d1", "d2", "d3"])),
        "message": st.sampled_from(["", "Take care", "Rest"]),
        "prescriptions": st.lists(st.booleans(), max_size=3),
        "orders": st.integers(0, 2),
    }
)
CHOICES = st.dictionaries(st.sampled_from([one.key for one in fields.FIELDS]), st.sampled_from(list(Choice)))


def fill(home, patient, rows, there):
    own = {"organization_id": home.pk, "patient": patient}
    stamps = {"created_at": clock.now(), "updated_at": clock.now()}
    for status in rows["allergies"]:
        Allergy.objects.create(substance="Pollen", status=status, **own, **stamps)
    for number in range(rows["taken"]):
        kind = "medication" if number else "supplement"
        MedicationStatement.objects.create(name="Zinc", kind=kind, **own, **stamps)
    for _ in range(rows["conditions"]):
        Condition.objects.create(name="Migraine", **own, **stamps)
    for name in rows["tags"]:
        tag, _made = Tag.objects.get_or_create(organization_id=home.pk, name=name)
        PatientTag.objects.create(tag=tag, **own)
    for answer in rows["consents"]:
        ConsentAnswer.objects.create(subject="email_consent", answer=answer, answered_at=clock.now(), **own)
    prescribe(home, patient, rows, there, link_for(patient, rows["link"], there, own))


def link_for(patient, state, there, own):
    if not state:
        return None
    is_linked = state in ("linked", "ended")
    return PatientLink.objects.create(
        dispensary=there, state="linked" if is_linked else state, remote_id=str(patient.pk) if is_linked else None,
        created_at=clock.now(), ended_at=clock.now() if state == "ended" else None, **own,
    )  # fmt: skip


def prescribe(home, patient, rows, there, link):
    own = {"organization_id": home.pk, "patient": patient, "dispensary": there}
    if rows["draft"] is not None:
        draft = Prescription.objects.create(
            state="draft", written_by=home.members["Alice"], message=rows["message"], written_at=clock.now(),
            **own,
        )  # fmt: skip
        for position, variant in enumerate(sorted(rows["draft"]), start=1):
            PrescriptionItem.objects.create(
                organization_id=home.pk, prescription=draft, position=position, variant_id=variant,
                product_name=variant,
            )  # fmt: skip
        for digest in sorted(rows["reasons"]):
            records.give_reason(draft, digest=digest, reason=f"{digest} of {patient.last_name}")
    for number, is_hidden in enumerate(rows["prescriptions"]):
        hidden_at = clock.now() if is_hidden and link else None
        Prescription.including_hidden.create(
            state="sent", remote_id=f"{patient.pk}-{number}", brought_by=link, hidden_at=hidden_at,
            written_at=clock.now(), **own,
        )  # fmt: skip
    for number in range(rows["orders"]):
        Order.objects.create(remote_id=f"{patient.pk}-{number}", order_number="R", brought_by=link, **own)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(profiles=st.tuples(PROFILE, PROFILE), rows=st.tuples(ROWS, ROWS), choices=CHOICES)
def test_an_undo_leaves_everything_as_it_was(home, profiles, rows, choices):
    with transaction.atomic():
        kept, merged = (home.patient(**profile) for profile in profiles)
        with tenancy.organization(home.pk):
            there = queries.current_dispensary(home.actor("Alice"))
            for patient, have in zip((kept, merged), rows, strict=True):
                fill(home, patient, have, there)
        before = records.everything(home)
        done = records.merge(home, merged, into=kept, choices=choices)
        whole_and_hidden(home, kept, merged, before)
        records.undo(home, done)
        assert records.everything(home) == before
        transaction.set_rollback(True)


def whole_and_hidden(home, kept, merged, before):
    """No row was lost or made, and the merged record holds nothing but what its reasons say."""
    after = records.everything(home)
    assert {name: set(rows) for name, rows in after.items()} == {
        name: set(rows) for name, rows in before.items()
    }
    left = {
        name: rows
        for name, found in after.items()
        if (rows := [row for row in found.values() if row.get("patient_id") == merged.pk])
    }
    may_stay = {
        "clinic_patients.consentanswer", "clinic_patients.patienttag",
        "clinic_prescriptions.patientlink", "clinic_prescriptions.prescription",
    }  # fmt: skip
    assert left.keys() <= may_stay
    ours = {
        row["tag_id"] for row in after["clinic_patients.patienttag"].values() if row["patient_id"] == kept.pk
    }
    assert all(row["tag_id"] in ours for row in left.get("clinic_patients.patienttag", ()))
    assert all(row["state"] == "draft" for row in left.get("clinic_prescriptions.prescription", ()))
    assert all(row["remote_id"] is None for row in left.get("clinic_prescriptions.patientlink", ()))
    with tenancy.organization(home.pk):
        assert not Patient.objects.active().filter(pk=merged.pk).exists()
