"""Changes of patients: one audit event each, undone with it when it fails; letters sent once."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.core import mail
from django.db import DatabaseError, connection

from betony.dispensary.accounts import factories as accounts
from betony.dispensary.accounts.models import Organization
from betony.dispensary.patients import actions, factories, queries
from betony.dispensary.patients.models import Address, Patient
from betony.kit import tenancy
from betony.kit.audit import trail
from betony.kit.audit.models import AuditEvent
from betony.kit.jobs import testing


@pytest.fixture
def cedar(db: None) -> Iterator[Organization]:
    organization = accounts.organization(name="Cedar\r\nBcc: evil@example.com <b>")
    with tenancy.organization(organization.pk):
        yield organization


def test_each_change_is_one_event_in_the_trail(cedar: Organization) -> None:
    by = factories.alice(cedar)
    patient = actions.add_patient(by=by, values=factories.values(email="a@example.com"), is_welcomed=False)
    actions.change_patient(
        by=by, patient_id=patient.pk, values=factories.values(email="a@example.com", first_name="Dan")
    )
    actions.archive_patient(by=by, patient_id=patient.pk)
    actions.archive_patient(by=by, patient_id=patient.pk)
    actions.restore_patient(by=by, patient_id=patient.pk)
    events = AuditEvent.objects.filter(patient_ids=[patient.pk]).order_by("pk")
    assert [event.action for event in events] == [
        "patients.patient_added",
        "patients.patient_changed",
        "patients.patient_archived",
        "patients.patient_restored",
    ]
    assert events[1].changes["first_name"] == ["Carol", "Dan"]


def test_a_change_without_its_audit_event_does_not_happen(
    cedar: Organization, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(**_: Any) -> None:
        raise DatabaseError("the trail is broken")

    monkeypatch.setattr(trail, "record", fail)
    with pytest.raises(DatabaseError):
        actions.add_patient(by=factories.alice(cedar), values=factories.values())
    assert Patient.objects.count() == 0
    assert testing.queued() == []


def test_the_welcome_letter_leaves_once_however_often_its_job_runs(cedar: Organization) -> None:
    actions.add_patient(by=factories.alice(cedar), values=factories.values())
    ((name, arguments),) = testing.queued()
    testing.run_queued()
    testing.declared_job(name)(**arguments)
    assert len(mail.outbox) == 1


def test_an_archived_patient_gets_no_letter(cedar: Organization) -> None:
    by = factories.alice(cedar)
    patient = actions.add_patient(by=by, values=factories.values())
    actions.archive_patient(by=by, patient_id=patient.pk)
    testing.run_queued()
    assert mail.outbox == []


def test_the_letter_names_the_practice_and_carries_no_markup_or_headers(cedar: Organization) -> None:
    actions.add_patient(
        by=factories.alice(cedar), values=factories.values(email="x@example.com", first_name="<script>")
    )
    testing.run_queued()
    (letter,) = mail.outbox
    assert isinstance(letter, mail.EmailMultiAlternatives)
    assert letter.recipients() == ["x@example.com"]
    assert "\n" not in letter.subject
    assert "\n" not in letter.from_email
    html = str(letter.alternatives[0][0])
    assert "<b>" not in html
    assert "<script>" not in html + str(letter.body)


def test_an_archived_patients_email_is_free_again(cedar: Organization) -> None:
    by = factories.alice(cedar)
    first = factories.patient(cedar, email="a@example.com")
    actions.archive_patient(by=by, patient_id=first.pk)
    actions.add_patient(by=by, values=factories.values(email="a@example.com"))
    with pytest.raises(actions.InvalidPatient):
        actions.restore_patient(by=by, patient_id=first.pk)


def test_the_same_address_is_kept_once(cedar: Organization) -> None:
    patient = factories.patient(cedar)
    for _ in range(2):
        actions.keep_address(
            by=factories.alice(cedar), patient=patient, address1="1 Elm", address2="", city="Ithaca",
            state="NY", zipcode="14850", country="US",
        )  # fmt: skip
    assert Address.objects.count() == 1


def test_the_search_never_looks_into_another_dispensary(cedar: Organization) -> None:
    elsewhere = accounts.organization()
    with tenancy.organization(elsewhere.pk):
        factories.patient(elsewhere, last_name="Findable")
    ours = factories.patient(cedar, last_name="Findable")
    found = queries.searched(Patient.objects.for_organization(cedar.pk), "findable")
    assert [patient.pk for patient in found] == [ours.pk]
    with connection.cursor() as cursor:
        cursor.execute("select dispensary_patients_search(%s, %s)", [["findable"], 10])
        assert [row[0] for row in cursor.fetchall()] == [ours.pk]


def test_without_an_organization_the_search_finds_nothing(cedar: Organization) -> None:
    factories.patient(cedar, last_name="Findable")
    with connection.cursor() as cursor:
        cursor.execute("select set_config('betony.organization', '', true)")
        cursor.execute("select dispensary_patients_search(%s, %s)", [["findable"], 10])
        assert cursor.fetchall() == []
