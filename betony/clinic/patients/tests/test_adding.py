"""Adding a patient: what is stored, what is told, and who looks alike."""

import datetime

import pytest

from betony.clinic.patients import actions
from betony.clinic.patients.models import Consent, ConsentAnswer, Patient, PatientTag, Tag
from betony.clinic.patients.profile import Profile
from betony.clinic.patients.resemblance import Reason
from betony.clinic.patients.rules import UnreadablePhone
from betony.clinic.patients.tests import factories
from betony.kit import tenancy
from betony.kit.actor import NotPermitted
from betony.kit.audit import trail
from betony.kit.audit.models import AuditEvent
from betony.kit.identifiers import uuid7

BORN = datetime.date(1979, 3, 14)


@pytest.fixture
def clinic(db):
    clinic = factories.organization()
    with tenancy.organization(clinic.pk):
        yield clinic


def june(**values) -> Profile:
    return Profile(**{"first_name": "June", "last_name": "Hartley", "date_of_birth": BORN, **values})


def test_an_added_patient_is_tidied_stored_and_told(clinic):
    alice = factories.actor(factories.member(clinic))
    patient = actions.add_patient(
        by=alice,
        profile=june(
            first_name=" June ", email=" June.Hartley@Example.com ", mobile_phone="(607) 555-0142",
            text_consent=Consent.AGREED, tags=("Fatigue  program", "fatigue program"),
        ),
    )  # fmt: skip
    stored = Patient.objects.get(pk=patient.pk)
    assert (stored.first_name, stored.email, stored.email_key) == (
        "June",
        "June.Hartley@Example.com",
        "june.hartley@example.com",
    )
    assert (stored.mobile_phone, stored.mobile_phone_typed) == ("+16075550142", "(607) 555-0142")
    assert list(Tag.objects.values_list("name", flat=True)) == ["Fatigue program"]
    assert PatientTag.objects.filter(patient=stored).count() == 1
    consent = ConsentAnswer.objects.get()
    assert (consent.subject, consent.answer, consent.recorded_by_id) == (
        "text_consent",
        "agreed",
        alice.membership_id,
    )
    event = AuditEvent.objects.get(action="patients.patient_added")
    assert event.patient_ids == [stored.pk]
    assert event.changes["email"] == [None, "June.Hartley@Example.com"]
    assert "notes" not in event.changes


def test_the_same_form_twice_adds_one_patient(clinic):
    alice = factories.actor(factories.member(clinic))
    form_id = uuid7()
    first = actions.add_patient(by=alice, profile=june(), patient_id=form_id)
    second = actions.add_patient(by=alice, profile=june(), patient_id=form_id)
    assert first == second
    assert Patient.objects.count() == 1
    assert AuditEvent.objects.filter(action="patients.patient_added").count() == 1


@pytest.mark.parametrize(
    ("other", "reason"),
    [
        ({"first_name": "Júne", "last_name": "hartley"}, Reason.NAME_AND_BIRTHDAY),
        ({"first_name": "June", "last_name": "Hartly"}, Reason.NAME_AND_BIRTHDAY),
        ({"first_name": "Hartley", "last_name": "June"}, Reason.NAME_AND_BIRTHDAY),
        ({"last_name": "Married"}, Reason.NAME_AND_BIRTHDAY),
        ({"first_name": "Ann", "last_name": "Else", "email": "JUNE@example.com"}, Reason.EMAIL),
        ({"first_name": "Ann", "last_name": "Else", "mobile_phone": "607.555.0142"}, Reason.PHONE),
    ],
)
def test_a_patient_who_looks_like_an_existing_one_is_asked_about(clinic, other, reason):
    alice = factories.actor(factories.member(clinic))
    known = actions.add_patient(
        by=alice, profile=june(email="june@example.com", mobile_phone="6075550142", preferred_name="Junie")
    )
    with pytest.raises(actions.LooksLikeExisting) as caught:
        actions.add_patient(by=alice, profile=june(**other))
    assert [(one.patient, one.reasons) for one in caught.value.found] == [(known, [reason])]
    saved = actions.add_patient(by=alice, profile=june(**other), is_somebody_else=True)
    assert saved != known


def test_a_stranger_is_not_asked_about(clinic):
    alice = factories.actor(factories.member(clinic))
    actions.add_patient(by=alice, profile=june(email="june@example.com"))
    actions.add_patient(by=alice, profile=june(first_name="Otto", last_name="Adams"))
    actions.add_patient(by=alice, profile=june(date_of_birth=datetime.date(2001, 1, 1)))
    assert Patient.objects.count() == 3


def test_swapped_day_and_month_is_noticed(clinic):
    alice = factories.actor(factories.member(clinic))
    actions.add_patient(by=alice, profile=june(date_of_birth=datetime.date(1979, 3, 4)))
    with pytest.raises(actions.LooksLikeExisting):
        actions.add_patient(by=alice, profile=june(date_of_birth=datetime.date(1979, 4, 3)))


def test_a_phone_nobody_can_read_is_refused(clinic):
    alice = factories.actor(factories.member(clinic))
    with pytest.raises(UnreadablePhone):
        actions.add_patient(by=alice, profile=june(home_phone="call my mother"))


def test_who_may_not_edit_adds_nobody(clinic):
    theo = factories.actor(factories.member(clinic, role="biller", first="Theo"))
    with pytest.raises(NotPermitted):
        actions.add_patient(by=theo, profile=june())
    assert Patient.objects.count() == 0


def test_a_failed_audit_write_undoes_the_change(clinic, monkeypatch):
    alice = factories.actor(factories.member(clinic))

    def fail(**_values):
        raise RuntimeError("the trail is full")

    monkeypatch.setattr(trail, "record", fail)
    with pytest.raises(RuntimeError):
        actions.add_patient(by=alice, profile=june())
    assert Patient.objects.count() == 0


def test_two_people_adding_the_same_patient_at_once_do_not_miss_each_other(at_once):
    clinic = factories.organization()
    members = [factories.member(clinic), factories.member(clinic, first="Bob")]

    def add(member):
        def run():
            with tenancy.organization(clinic.pk):
                return actions.add_patient(by=factories.actor(member), profile=june())

        return run

    results = at_once(*(add(member) for member in members))
    assert sorted(type(result).__name__ for result in results) == ["LooksLikeExisting", "Patient"]
