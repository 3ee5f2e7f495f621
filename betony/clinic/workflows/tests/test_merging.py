"""Merging two patients: every row follows, and nothing else moves."""

import pytest

from betony.clinic.health_record.models import Allergy, MedicationStatement
from betony.clinic.patients import queries as patient_queries
from betony.clinic.patients.merging import actions
from betony.clinic.patients.merging.records import kept_id, record_ids
from betony.clinic.patients.merging.rules import Choice
from betony.clinic.patients.models import Patient, PatientTag
from betony.clinic.prescriptions.actions import acknowledging
from betony.clinic.prescriptions.models import Order, PatientLink, Prescription, PrescriptionItem
from betony.clinic.prescriptions.tests import cast, warned
from betony.clinic.workflows.tests import records
from betony.kit import tenancy
from betony.kit.audit.models import AuditEvent

pytestmark = pytest.mark.slow


def of(home, model, patient):
    with tenancy.organization(home.pk):
        return set(model._base_manager.filter(patient=patient).values_list("pk", flat=True))


def test_the_rows_of_every_module_follow(home, june, margaret):
    for patient in (june, margaret):
        records.with_health(home, patient)
        cast.link(home, patient)
        cast.draft(home, patient)
        records.with_order(home, patient, f"R-{patient.first_name}")
    records.with_tag(home, margaret, "Diabetes program")
    models = (Allergy, MedicationStatement, PatientLink, Order, PatientTag)
    before = {model: of(home, model, june) | of(home, model, margaret) for model in models}
    records.merge(home, margaret, into=june)
    assert {model: of(home, model, june) for model in models} == before
    assert all(of(home, model, margaret) == set() for model in models)


def test_the_merged_record_stays_and_says_where_it_went(home, june, margaret):
    records.merge(home, margaret, into=june)
    gone = cast.now(home, margaret)
    assert (gone.merged_into_id, gone.is_active) == (june.pk, False)
    assert gone.first_name == "Margaret"


def test_it_is_one_event_with_both_ids_the_reason_and_what_moved(home, june, margaret):
    records.with_health(home, margaret)
    records.merge(home, margaret, into=june, reason="Same person, two names")
    with tenancy.organization(home.pk):
        event = AuditEvent.objects.get(action="patients.patients_merged")
        allergy = Allergy.objects.get()
    assert event.patient_ids == [june.pk, margaret.pk]
    assert event.reason == "Same person, two names"
    assert str(allergy.pk) in str(event.changes["moved"])


def test_the_chosen_values_stay_and_a_value_beats_none(home, june):
    margaret = records.margaret(
        home, mobile_phone="+16075550142", mobile_phone_typed="607 555 0142", city="Ithaca"
    )
    records.merge(home, margaret, into=june, choices={"email": Choice.MERGED, "last_name": Choice.KEPT})
    kept = cast.now(home, june)
    assert (kept.email, kept.email_key, kept.last_name) == (
        "margaret@example.com",
        "margaret@example.com",
        "Hartley",
    )
    assert (kept.mobile_phone_typed, kept.city) == ("607 555 0142", "Ithaca")


def test_notes_of_both_stay_one_after_the_other(home):
    june, margaret = records.june(home, notes="Prefers mornings."), records.margaret(home, notes="Has a dog.")
    records.merge(home, margaret, into=june)
    assert cast.now(home, june).notes == "Prefers mornings.\n\nHas a dog."


def test_a_refusal_stays_unless_somebody_chooses_otherwise(home, june, margaret):
    records.with_consent(home, june, "email_consent", "agreed")
    records.with_consent(home, margaret, "email_consent", "refused")
    records.merge(home, margaret, into=june)
    kept = cast.now(home, june)
    with tenancy.organization(home.pk):
        history = [one.answer for one in patient_queries.consent_history(kept)]
        holds = patient_queries.latest_consents(kept)["email_consent"]
    assert kept.email_consent == "refused"
    assert history == ["agreed", "refused"]
    assert (holds.answer, holds.patient_id) == ("refused", margaret.pk)


def test_a_tag_that_both_have_stands_there_once(home, june, margaret):
    for patient in (june, margaret):
        records.with_tag(home, patient, "Newsletter")
    records.merge(home, margaret, into=june)
    with tenancy.organization(home.pk):
        assert patient_queries.tags_of(june) == ["Newsletter"]


def test_every_link_is_kept_one_for_writing_the_others_receive(home, june, margaret):
    for patient in (june, margaret):
        cast.link(home, patient)
    records.merge(home, margaret, into=june)
    with tenancy.organization(home.pk):
        links = PatientLink.objects.filter(patient=june).order_by("pk")
        assert [(link.remote_name, link.is_for_writing, link.ended_at) for link in links] == [
            ("June Hartley", True, None), ("Margaret Hall", False, None),
        ]  # fmt: skip


def test_the_only_link_becomes_the_one_for_writing(home, june, margaret):
    cast.link(home, margaret)
    records.merge(home, margaret, into=june)
    assert cast.link_of(home, june).is_for_writing


def test_two_drafts_of_one_author_become_one_without_losing_a_product(home, june, margaret):
    for patient in (june, margaret):
        cast.link(home, patient)
    ours, theirs = cast.draft(home, june), cast.draft(home, margaret)
    with tenancy.organization(home.pk):
        PrescriptionItem.objects.filter(prescription=theirs).update(variant_id="another", position=2)
        Prescription.objects.filter(pk=theirs.pk).update(message="Take care")
    records.merge(home, margaret, into=june)
    with tenancy.organization(home.pk):
        assert PrescriptionItem.objects.filter(prescription=ours).count() == 2
        assert Prescription.objects.get(patient=june, state="draft").message == "Take care"


def test_the_reasons_of_both_drafts_stay_and_the_kept_ones_where_both_gave_one(home, june, margaret):
    ours, theirs = cast.draft(home, june), cast.draft(home, margaret)
    with tenancy.organization(home.pk):
        for digest, reason in (("both", "Ours"), ("ours", "Watched weekly")):
            records.give_reason(ours, digest=digest, reason=reason)
        for digest, reason in (("both", "Theirs"), ("theirs", "Low dose")):
            records.give_reason(theirs, digest=digest, reason=reason)
    records.merge(home, margaret, into=june)
    with tenancy.organization(home.pk):
        kept = dict(ours.acknowledgements.values_list("digest", "reason"))
        assert kept == {"both": "Ours", "ours": "Watched weekly", "theirs": "Low dose"}
        assert [one.reason for one in theirs.acknowledgements.all()] == ["Theirs"]


def test_a_warning_with_a_reason_in_the_merged_draft_is_not_asked_about_again(home, june, margaret):
    for patient in (june, margaret):
        cast.link(home, patient)
    warned.stock(home, margaret)
    ours, theirs = cast.draft(home, june), cast.draft(home, margaret, row=home.wort)
    (digest,) = warned.digests(home, margaret)
    with tenancy.organization(home.pk):
        acknowledging.acknowledge(
            by=home.actor("Alice"), prescription=theirs, reasons={digest: "INR is watched weekly"}
        )
    records.merge(home, margaret, into=june)
    warned.save(home, ours)
    assert cast.now(home, ours).state == "waiting"
    assert [one.reason for one in warned.acknowledged(home)] == ["INR is watched weekly"]


def test_a_draft_that_changes_a_prescription_goes_with_it(home, june, margaret):
    for patient in (june, margaret):
        cast.link(home, patient)
    cast.draft(home, june)
    sent = cast.draft(home, margaret)
    with tenancy.organization(home.pk):
        Prescription.objects.filter(pk=sent.pk).update(state="not_sent")
        change = Prescription.objects.create(
            organization_id=home.pk, patient=margaret, dispensary_id=sent.dispensary_id, state="draft",
            written_by_id=sent.written_by_id, written_at=sent.written_at, revises=sent, revises_content={},
        )  # fmt: skip
    records.merge(home, margaret, into=june)
    assert (cast.now(home, sent).patient_id, cast.now(home, change).patient_id) == (june.pk, june.pk)


def test_a_draft_of_another_author_follows_as_it_is(home, june, margaret):
    cast.link(home, margaret)
    draft = cast.draft(home, margaret)
    records.merge(home, margaret, into=june)
    assert cast.now(home, draft).patient_id == june.pk


def test_merged_records_are_in_no_list_no_search_and_look_like_nobody(home, june, margaret):
    records.merge(home, margaret, into=june)
    with tenancy.organization(home.pk):
        for standing in ("active", "inactive", "all"):
            for search in ("", "Hall", "margaret@example.com"):
                listing = patient_queries.Listing(standing=standing, search=search)
                assert margaret not in patient_queries.listed(home.pk, listing), (standing, search)
        person = patient_queries.as_person(margaret)
        assert patient_queries.look_alikes(home.pk, person, besides=june.pk) == []


def test_a_chain_leads_to_its_end(home, june, margaret):
    rita = records.june(home, first_name="Rita", email="rita@example.com")
    records.with_health(home, margaret, "Latex")
    records.merge(home, margaret, into=june)
    records.merge(home, june, into=rita)
    with tenancy.organization(home.pk):
        assert kept_id(margaret.pk) == kept_id(june.pk) == rita.pk
        assert record_ids(rita.pk) == [rita.pk, june.pk, margaret.pk]
        assert Allergy.objects.get(substance="Latex").patient_id == rita.pk


def test_a_second_click_is_told_that_it_is_done(home, june, margaret):
    seen = records.seen(home, june, margaret)
    first = records.merge(home, margaret, into=june, having_seen=seen)
    with pytest.raises(actions.AlreadyMerged) as told:
        records.merge(home, margaret, into=june, having_seen=seen)
    assert told.value.merge == first


def test_the_other_way_round_is_refused_afterwards(home, june, margaret):
    records.merge(home, margaret, into=june)
    with pytest.raises(actions.MergedElsewhere):
        records.merge(home, june, into=margaret)


def test_what_changed_since_the_preview_is_looked_at_again(home, june, margaret):
    with pytest.raises(actions.SeenOtherwise):
        records.merge(home, margaret, into=june, having_seen="7.1")
    assert cast.now(home, margaret).merged_into_id is None


def test_nobody_dies_before_being_born(home, june):
    other = records.margaret(home, date_of_birth="1990-01-01")
    with tenancy.organization(home.pk):
        Patient.objects.filter(pk=june.pk).update(deceased_date="1985-01-01", date_of_birth="1940-01-01")
    with pytest.raises(actions.DiedBeforeBirth):
        records.merge(home, other, into=june, choices={"date_of_birth": Choice.MERGED})
