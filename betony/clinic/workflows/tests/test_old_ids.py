"""Workers, jobs and webhooks that still hold the merged patient's id."""

import pytest
from django.db import DatabaseError, transaction

from betony.clinic.health_record.models import Allergy
from betony.clinic.patients.diversion import MergedIntoAnother
from betony.clinic.patients.tests import factories
from betony.clinic.prescriptions import queries
from betony.clinic.prescriptions.actions import linking, writing
from betony.clinic.prescriptions.exchange import importing
from betony.clinic.prescriptions.models import Order, PatientLink, Prescription
from betony.clinic.prescriptions.tests import cast, worker
from betony.clinic.workflows.tests import records
from betony.kit import clock, tenancy
from betony.kit.jobs import testing

pytestmark = pytest.mark.slow


def links(home):
    with tenancy.organization(home.pk):
        rows = PatientLink.objects.current().order_by("pk")
        return [(one.patient_id, one.remote_name, one.state, one.is_for_writing) for one in rows]


def ask(home, patient):
    with tenancy.organization(home.pk):
        there = queries.current_dispensary(home.actor("Alice"))
        linking.ask_for_link(by=home.actor("Alice"), patient=patient, dispensary=there)


def test_somebody_created_there_while_the_records_were_merged_is_linked_to_the_kept_one(home, june, margaret):
    cast.link(home, june)
    ask(home, margaret)
    home.server.meanwhile(lambda: records.merge(home, margaret, into=june), on="POST /api/clinic/patients")
    worker.work()
    assert links(home) == [
        (june.pk, "June Hartley", "linked", True), (june.pk, "", "creating", False),
        (june.pk, "Margaret Hall", "linked", False),
    ]  # fmt: skip
    assert len(home.there.patients) == 2


def test_the_same_where_the_kept_record_had_no_link_of_its_own(home, june, margaret):
    ask(home, margaret)
    home.server.meanwhile(lambda: records.merge(home, margaret, into=june), on="POST /api/clinic/patients")
    worker.work()
    assert links(home) == [(june.pk, "Margaret Hall", "linked", True)]
    assert len(home.there.patients) == 1


def test_a_job_that_names_the_merged_patient_works_for_the_kept_one(home, june, margaret):
    home.there.add_patient("June", "Hartley", "june@example.com", date_of_birth="1980-04-03")
    records.merge(home, margaret, into=june)
    testing.declared_job("prescriptions.match_patient")(organization_id=home.pk, patient_id=margaret.pk)
    assert links(home) == [(june.pk, "June Hartley", "linked", True)]


def test_a_prescription_that_waited_for_the_merged_patient_is_sent_for_the_kept_one(home, june, margaret):
    cast.link(home, june)
    draft = cast.draft(home, margaret)
    cast.save(home, draft)
    records.merge(home, margaret, into=june)
    worker.work()
    now = cast.now(home, draft)
    assert (now.state, now.patient_id) == ("sent", june.pk)
    assert [plan["patient"]["id"] for plan in home.there.plans] == [home.there.patients[0]["id"]]


def test_an_order_of_the_merged_patient_comes_into_the_kept_record(home, june, margaret):
    there = cast.link(home, margaret)
    cast.link(home, june)
    records.merge(home, margaret, into=june)
    variant = home.zinc["variants"][0]["id"]
    plan = home.there.write_plan(there, home.there.practitioners[0], [variant])
    order = home.there.place_order(plan)
    with tenancy.working_for(home.pk):
        importing.import_plan(home.pk, plan["id"])
        importing.import_order(home.pk, order["id"])
    with tenancy.organization(home.pk):
        assert Order.objects.get().patient_id == june.pk
        assert Prescription.objects.get().patient_id == june.pk


def test_a_link_being_set_up_goes_on_for_the_kept_record(home, june, margaret):
    ask(home, margaret)
    records.merge(home, margaret, into=june)
    worker.work()
    assert [(one[0], one[2], one[3]) for one in links(home)] == [(june.pk, "linked", True)]


def test_giving_up_on_the_merged_patient_says_so_in_the_kept_record(home, june, margaret):
    home.server.trouble("refused", on="POST /api/clinic/patients", status=422)
    cast.save(home, cast.draft(home, margaret))
    records.merge(home, margaret, into=june)
    worker.work()
    with tenancy.organization(home.pk):
        assert Prescription.objects.get().patient_id == june.pk
        assert Prescription.objects.get().state == "not_sent"


def test_a_product_added_by_a_view_that_loaded_the_patient_before_is_refused(home, june, margaret):
    records.merge(home, margaret, into=june)
    with tenancy.organization(home.pk), pytest.raises(MergedIntoAnother):
        writing.add_product(
            by=home.actor("Alice"), patient=margaret, product=cast.product(home), directions=cast.DIRECTIONS
        )


def test_the_database_refuses_a_row_for_a_merged_patient_whatever_road_it_comes_by(home, june, margaret):
    records.with_health(home, june)
    records.merge(home, margaret, into=june)
    new = Allergy(
        organization_id=home.pk, patient=margaret, substance="Latex", created_at=clock.now(), updated_at=clock.now()
    )  # fmt: skip
    for write in (
        lambda: new.save(force_insert=True),
        lambda: Allergy.objects.filter(patient=june).update(patient=margaret),
    ):
        with tenancy.organization(home.pk), pytest.raises(DatabaseError, match="was merged into"):
            in_a_savepoint(write)


def in_a_savepoint(write):
    with transaction.atomic():
        write()


def test_the_writer_of_the_merged_patient_says_where_the_record_went(home, june, margaret):
    client = factories.signed_in(home.members["Alice"])
    records.merge(home, margaret, into=june)
    response = client.get(f"/fullscript/writer/{margaret.pk}/")
    assert response.headers["Location"] == f"/fullscript/writer/{june.pk}/"
    posted = client.post(f"/fullscript/writer/{margaret.pk}/set-up/", headers={"HX-Request": "true"})
    assert (posted.status_code, posted.headers["HX-Reswap"]) == (422, "none")
