"""Never across organizations: object rules, row-level security and keys, each alone."""

import pytest
from django.db import IntegrityError, transaction

from betony.clinic.patients import access
from betony.clinic.patients.models import Patient, PatientMerge
from betony.clinic.prescriptions.tests import cast
from betony.clinic.workflows import merge_patients
from betony.clinic.workflows.tests import records
from betony.kit import clock, tenancy
from betony.kit.actor import NotPermitted


@pytest.fixture
def other(home):
    return cast.house(name="Harbour", country="CA")


def try_to_merge(home, actor, kept, merged):
    with tenancy.working_for(home.pk):
        merge_patients.merge(
            by=actor, kept_id=kept.pk, merged_id=merged.pk, seen="1.1", choices={}, reason="x"
        )


def test_two_patients_of_two_clinics_are_never_merged(home, other):
    ours, theirs = records.june(home), records.margaret(other)
    for kept, merged in ((ours, theirs), (theirs, ours)):
        with pytest.raises(NotPermitted):
            try_to_merge(home, home.actor("Alice"), kept, merged)
    assert cast.now(other, theirs).merged_into_id is None


def test_the_scope_alone_hides_the_other_clinics_patient(home, other):
    """In a transaction where row-level security shows the row, the actor's organization decides."""
    theirs = records.margaret(other)
    with tenancy.organization(other.pk), pytest.raises(NotPermitted):
        access.patients_for_change(by=home.actor("Alice"), patient_ids=[theirs.pk], needs="patients.merge")


def test_row_level_security_alone_hides_the_other_clinics_patient(home, other):
    theirs = records.margaret(other)
    with tenancy.organization(home.pk):
        assert not Patient.objects.filter(pk=theirs.pk).exists()
        assert Patient.objects.filter(pk=theirs.pk).update(is_active=False) == 0


def test_the_key_alone_refuses_a_merge_that_crosses(home, other):
    """Both columns name existing rows, and the policy is satisfied: the key carries the organization."""
    ours, theirs = records.june(home), records.margaret(other)
    with tenancy.organization(home.pk), pytest.raises(IntegrityError), transaction.atomic():
        Patient.objects.filter(pk=ours.pk).update(merged_into_id=theirs.pk, is_active=False)
    with tenancy.organization(home.pk), pytest.raises(IntegrityError), transaction.atomic():
        PatientMerge.objects.create(
            organization_id=home.pk, kept=ours, merged_id=theirs.pk, merged_at=clock.now(),
            merged_by=home.members["Alice"], reason="x", manifest={},
        )  # fmt: skip


def test_another_clinics_merge_is_neither_shown_nor_undone(home, other):
    done = records.merge(home, records.margaret(home), into=records.june(home))
    with tenancy.working_for(other.pk), pytest.raises(NotPermitted):
        merge_patients.undo(by=other.actor("Alice"), kept_id=done.kept_id, merge_id=done.pk, reason="x")
    assert cast.now(home, done).undone_at is None
