"""The patient's page, its banner and its menu: who sees what."""

import datetime
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from betony.clinic.accounts.permissions import PERMISSIONS, Role
from betony.clinic.health_record import actions as health_actions
from betony.clinic.health_record.details import AllergyDetails, MedicationDetails
from betony.clinic.patients.tests import factories
from betony.kit import tenancy
from betony.kit.audit.models import AuditEvent
from betony.kit.identifiers import uuid7


@pytest.fixture
def june(clinic):
    with tenancy.organization(clinic.pk):
        patient = factories.patient(
            clinic, first_name="June", last_name="Hartley", preferred_name="Junie", pronouns="she/her",
            date_of_birth=datetime.date(1979, 3, 14), email="june.hartley@example.com", sex="female",
            mobile_phone="+16075550142", primary_practitioner=factories.practitioner(clinic),
        )  # fmt: skip
        nina = factories.actor(factories.member(clinic, first="Ada"))
        allergy = AllergyDetails(substance="Penicillin", reaction="rash", severity="severe")
        health_actions.add_allergy(by=nina, patient_id=patient.pk, details=allergy)
        taken = MedicationDetails(kind="medication", name="Sertraline", dose="50 mg")
        health_actions.add_medication(by=nina, patient_id=patient.pk, details=taken)
        return patient


def words(client, address):
    return re.sub(r"\s+", " ", client.get(address).content.decode())


def entries(client, patient):
    """Return the menu as {group: [entries]}."""
    page = words(client, f"/patients/{patient.pk}/actions/")
    groups = re.split(r'role="group" aria-label="', page)[1:]
    return {
        one.split('"')[0]: [
            re.sub(r"<svg.*?</svg>", "", text).strip()
            for text in re.findall(r'role="menuitem"[^>]*>(.*?)</(?:a|button)>', one)
        ]
        for one in groups
    }


def test_the_page_shows_who_it_is_and_what_nobody_may_overlook(alice, june):
    page = words(alice, f"/patients/{june.pk}/")
    for text in ("June Hartley", "“Junie”", "she/her", "14 Mar 1979", "Female", "june.hartley@example.com",
                 "(607) 555-0142", "Allergy: Penicillin (rash)", "Sertraline", "Nina Alvarez, ND"):  # fmt: skip
        assert text in page, text
    assert 'aria-labelledby="profile-summary-heading"' in page


def test_the_menu_has_three_groups(alice, june):
    assert entries(alice, june) == {
        "Admin": ["Profile", "Edit profile", "Merge with another patient"],
        "Clinical": ["Health record"],
        "Point of Sale": ["Fullscript"],
    }


def test_the_notes_of_a_profile_are_for_those_who_work_with_the_patient(clinic, june):
    with tenancy.organization(clinic.pk):
        type(june).objects.filter(pk=june.pk).update(notes="Prefers mornings")
    seen_by = {
        role.value
        for role in Role
        if "Prefers mornings"
        in words(
            factories.signed_in(factories.member(clinic, role=role.value, first=role.value)),
            f"/patients/{june.pk}/",
        )
    }
    assert seen_by == {"owner", "practitioner", "clinical_staff", "front_desk"}
    # The form and a merge hold them too.
    for permission in ("patients.edit", "patients.merge"):
        assert {role.value for role in Role if permission in PERMISSIONS[role]} <= seen_by


def test_the_form_says_who_reads_its_notes(bob, june):
    page = words(bob, f"/patients/{june.pk}/profile/")
    assert "Seen by the front desk, practitioners and clinical staff." in page


def test_front_desk_sees_no_health_record(bob, june):
    page = words(bob, f"/patients/{june.pk}/")
    assert "Hartley" in page
    for text in ("Penicillin", "Sertraline", "Health record", "allergies"):
        assert text not in page
    assert "Clinical" not in entries(bob, june)
    assert bob.get(f"/patients/{june.pk}/health-record/").status_code == 404


def test_the_biller_sees_demographics_only(theo, june):
    page = words(theo, f"/patients/{june.pk}/")
    assert "june.hartley@example.com" in page
    for text in ("Penicillin", "Edit profile", "Make inactive", "Prescriptions"):
        assert text not in page
    assert entries(theo, june)["Admin"] == ["Profile"]


@pytest.mark.parametrize(
    "address", ["", "actions/", "profile/", "health-record/", "health-record/allergy/add/"]
)
def test_others_find_nothing_there(charlie, stranger, visitor, june, address):
    assert charlie.get(f"/patients/{june.pk}/{address}").status_code == 404
    assert stranger.get(f"/patients/{june.pk}/{address}").status_code == 404
    assert stranger.get(f"/patients/{uuid7()}/{address}").status_code == 404
    assert visitor.get(f"/patients/{june.pk}/{address}").status_code == 302


def test_one_reading_of_the_page_is_one_event(alice, clinic, june):
    alice.get(f"/patients/{june.pk}/")
    with tenancy.organization(clinic.pk):
        event = AuditEvent.objects.get(action="patients.patient_shown")
    assert (event.patient_ids, event.subject_id) == ([june.pk], june.pk)


def test_a_name_shared_with_another_patient_is_marked(alice, clinic, june):
    assert "Another patient has this name" not in words(alice, f"/patients/{june.pk}/")
    with tenancy.organization(clinic.pk):
        factories.patient(clinic, first_name="Júne", last_name="HARTLEY")
    assert "Another patient has this name" in words(alice, f"/patients/{june.pk}/")


def test_the_page_takes_the_same_queries_however_much_stands_on_it(alice, clinic, june):
    def taken():
        alice.get(f"/patients/{june.pk}/")
        with CaptureQueriesContext(connection) as seen:
            alice.get(f"/patients/{june.pk}/")
        return len(seen)

    before = taken()
    with tenancy.organization(clinic.pk):
        nina = factories.actor(factories.member(clinic, first="Eve"))
        for number in range(5):
            health_actions.add_allergy(
                by=nina, patient_id=june.pk, details=AllergyDetails(substance=f"Pollen {number}")
            )
    assert taken() == before
    assert "3 more" in words(alice, f"/patients/{june.pk}/")


def test_the_start_page_leads_to_the_patients(alice):
    assert alice.get("/").headers["Location"] == "/patients/"


def test_the_page_loads_the_patient_and_the_allergies_once(alice, clinic):
    with tenancy.organization(clinic.pk):
        patient = factories.patient(clinic)
    address = f"/patients/{patient.pk}/"
    alice.get(address)
    with CaptureQueriesContext(connection) as taken:
        assert alice.get(address).status_code == 200
    for table in (
        "clinic_patients_patient",
        "clinic_health_record_allergy",
        "clinic_health_record_condition",
    ):
        loads = [
            one["sql"]
            for one in taken.captured_queries
            if f'FROM "{table}"' in one["sql"] and f'"{table}"."id", ' in one["sql"]
        ]
        assert len(loads) == 1, (table, loads)
