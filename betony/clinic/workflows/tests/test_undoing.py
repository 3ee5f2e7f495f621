"""Undoing a merge: what nobody touched goes back exactly, the rest stays and is named."""

import datetime

import pytest
import time_machine

from betony.clinic.health_record import actions as health
from betony.clinic.health_record.details import AllergyDetails
from betony.clinic.health_record.models import Allergy
from betony.clinic.patients.merging import actions
from betony.clinic.patients.merging.rules import Choice
from betony.clinic.patients.models import Patient, PatientMerge
from betony.clinic.prescriptions import queries
from betony.clinic.prescriptions.models import Order, PatientLink, Prescription, PrescriptionItem
from betony.clinic.prescriptions.tests import cast
from betony.clinic.workflows.tests import records
from betony.kit import clock, tenancy
from betony.kit.audit.models import AuditEvent

pytestmark = pytest.mark.slow


def test_everything_is_as_it_was(home, june, margaret):
    for patient in (june, margaret):
        records.with_health(home, patient)
        cast.link(home, patient)
        cast.draft(home, patient)
        records.with_order(home, patient, f"R-{patient.first_name}")
        records.with_tag(home, patient, "Newsletter")
    records.with_tag(home, margaret, "Diabetes program")
    before = records.everything(home)
    done = records.merge(home, margaret, into=june, choices={"email": Choice.MERGED})
    assert records.everything(home) != before
    records.undo(home, done)
    assert records.everything(home) == before


def test_what_was_added_since_stays_and_is_named_before(home, june, margaret):
    records.with_health(home, margaret)
    done = records.merge(home, margaret, into=june)
    with tenancy.organization(home.pk):
        health.add_allergy(
            by=home.actor("Alice"), patient_id=june.pk, details=AllergyDetails(substance="Latex")
        )
    told = records.undo_preview(home, done)
    assert (told.returning["allergies"], told.added_since) == (1, {"allergies": 1})
    records.undo(home, done)
    with tenancy.organization(home.pk):
        assert Allergy.objects.get(substance="Latex").patient_id == june.pk
        assert Allergy.objects.get(substance="Penicillin").patient_id == margaret.pk


def test_a_field_changed_since_stays_as_it_was_changed(home, june, margaret):
    done = records.merge(
        home, margaret, into=june, choices={"email": Choice.MERGED, "first_name": Choice.MERGED}
    )
    with tenancy.organization(home.pk):
        Patient.objects.filter(pk=june.pk).update(email="new@example.com", email_key="new@example.com")
    told = records.undo_preview(home, done)
    assert (told.returning_fields, told.staying_fields) == (["First name"], ["Email"])
    records.undo(home, done)
    kept = cast.now(home, june)
    assert (kept.first_name, kept.email) == ("June", "new@example.com")


def test_a_product_that_was_sent_since_stays_on_its_prescription(home, june, margaret):
    for patient in (june, margaret):
        cast.link(home, patient)
    ours, theirs = cast.draft(home, june), cast.draft(home, margaret)
    with tenancy.organization(home.pk):
        PrescriptionItem.objects.filter(prescription=theirs).update(variant_id="another")
    done = records.merge(home, margaret, into=june)
    cast.save(home, ours)
    told = records.undo_preview(home, done)
    assert told.staying == {"drafted": 1}
    assert told.reasons == ["The unfinished prescription has been saved or discarded since."]
    records.undo(home, done)
    with tenancy.organization(home.pk):
        assert PrescriptionItem.objects.filter(prescription=ours).count() == 2


def test_reasons_go_back_with_their_draft_and_stay_where_it_was_sent_since(home, june, margaret):
    for patient in (june, margaret):
        cast.link(home, patient)
    ours, theirs = cast.draft(home, june), cast.draft(home, margaret)
    with tenancy.organization(home.pk):
        reason = records.give_reason(theirs, digest="theirs", reason="Low dose")
    records.undo(home, records.merge(home, margaret, into=june))
    assert cast.now(home, reason).prescription_id == theirs.pk
    done = records.merge(home, margaret, into=june)
    with tenancy.organization(home.pk):
        Prescription.objects.filter(pk=ours.pk).update(state="waiting", saved_at=clock.now())
    assert records.undo_preview(home, done).staying == {}
    records.undo(home, done)
    assert cast.now(home, reason).prescription_id == ours.pk


def test_a_link_that_was_replaced_since_does_not_write_again(home, june, margaret):
    with tenancy.organization(home.pk):
        there = queries.current_dispensary(home.actor("Alice"))
        own = PatientLink.objects.create(
            organization_id=home.pk, dispensary=there, patient=june, state="question", created_at=clock.now()
        )
    cast.link(home, margaret)
    done = records.merge(home, margaret, into=june)
    assert not cast.now(home, own).is_for_writing
    with tenancy.organization(home.pk):
        PatientLink.objects.filter(patient=june, state="linked").update(ended_at=clock.now())
        new = PatientLink.objects.create(
            organization_id=home.pk, dispensary=there, patient=june, state="creating", created_at=clock.now()
        )
    assert records.undo_preview(home, done).reasons == [
        "Prescriptions now go through another link to Fullscript."
    ]
    records.undo(home, done)
    assert not cast.now(home, own).is_for_writing
    assert cast.now(home, new).is_for_writing


def test_what_the_merged_persons_link_brought_since_goes_back_with_it(home, june, margaret):
    for patient in (june, margaret):
        cast.link(home, patient)
    done = records.merge(home, margaret, into=june)
    with tenancy.organization(home.pk):
        link = PatientLink.objects.get(remote_name="Margaret Hall")
        for number, brought_by in (
            ("R-1", link),
            ("R-2", PatientLink.objects.get(remote_name="June Hartley")),
        ):
            Order.objects.create(
                organization_id=home.pk, dispensary_id=link.dispensary_id, patient=june, remote_id=number,
                order_number=number, completed_at=clock.now(), brought_by=brought_by,
            )  # fmt: skip
    assert records.undo_preview(home, done).added_since == {"orders": 1}
    records.undo(home, done)
    with tenancy.organization(home.pk):
        assert {one.order_number: one.patient_id for one in Order.objects.all()} == {
            "R-1": margaret.pk, "R-2": june.pk,
        }  # fmt: skip


def test_after_thirty_days_it_is_refused(home, june, margaret):
    done = records.merge(home, margaret, into=june)
    with time_machine.travel(done.merged_at + datetime.timedelta(days=30), tick=False):
        with pytest.raises(actions.TooLate):
            records.undo(home, done)
        with pytest.raises(actions.TooLate):
            records.undo_preview(home, done)
    assert cast.now(home, margaret).merged_into_id == june.pk
    with time_machine.travel(done.merged_at + datetime.timedelta(days=29, hours=23), tick=False):
        records.undo(home, done)
    assert cast.now(home, margaret).is_active


def test_it_is_undone_once(home, june, margaret):
    done = records.merge(home, margaret, into=june)
    records.undo(home, done)
    with pytest.raises(actions.UndoneAlready):
        records.undo(home, done)


def test_merging_again_after_an_undo_works(home, june, margaret):
    records.undo(home, records.merge(home, margaret, into=june))
    again = records.merge(home, margaret, into=june)
    assert cast.now(home, margaret).merged_into_id == june.pk
    with tenancy.organization(home.pk):
        assert PatientMerge.objects.filter(undone_at=None).get() == again


def test_the_latest_merge_is_undone_first(home, june, margaret):
    rita = records.june(home, first_name="Rita", email="rita@example.com")
    first = records.merge(home, margaret, into=june)
    second = records.merge(home, june, into=rita)
    with pytest.raises(actions.UndoOtherFirst) as told:
        records.undo(home, first)
    assert told.value.merge == second


def test_a_chain_is_undone_exactly_link_by_link(home, june, margaret):
    rita = records.june(home, first_name="Rita", email="rita@example.com")
    for patient in (june, margaret, rita):
        records.with_health(home, patient)
        records.with_tag(home, patient, "Newsletter")
    before = records.everything(home)
    first = records.merge(home, margaret, into=june)
    between = records.everything(home)
    second = records.merge(home, june, into=rita)
    records.undo(home, second)
    assert records.everything(home) == between
    records.undo(home, first)
    assert records.everything(home) == before


def test_it_is_one_event_with_both_ids(home, june, margaret):
    records.with_health(home, margaret)
    records.undo(home, records.merge(home, margaret, into=june))
    with tenancy.organization(home.pk):
        event = AuditEvent.objects.get(action="patients.merge_undone")
    assert event.patient_ids == [june.pk, margaret.pk]
    assert event.reason == "They are two people"


def test_a_prescription_of_the_merged_record_that_was_sent_since_goes_back(home, june, margaret):
    cast.link(home, margaret)
    draft = cast.draft(home, margaret)
    done = records.merge(home, margaret, into=june)
    with tenancy.organization(home.pk):
        Prescription.objects.filter(pk=draft.pk).update(state="waiting", saved_at=clock.now())
    records.undo(home, done)
    assert cast.now(home, draft).patient_id == margaret.pk
