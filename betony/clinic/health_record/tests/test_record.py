"""Allergies, medications and supplements: added, corrected, ended, never deleted."""

import datetime

import pytest

from betony.clinic.health_record import actions
from betony.clinic.health_record.details import AllergyDetails, Ending, MedicationDetails
from betony.clinic.health_record.models import Allergy, MedicationStatement, Status
from betony.clinic.health_record.tests.pages import base, only
from betony.clinic.patients.tests import factories
from betony.kit import tenancy
from betony.kit.actor import NotPermitted
from betony.kit.audit.models import AuditEvent
from betony.kit.identifiers import uuid7
from betony.kit.ui.testing import HTMX, words

pytestmark = pytest.mark.slow

MARKUP = "<script>alert(1)</script>"


def test_an_allergy_is_added_once_and_shown(alice, clinic, june):
    form = {"substance": " Penicillin ", "reaction": "rash", "severity": "severe", "entry_id": str(uuid7())}
    for _twice in range(2):
        answer = alice.post(base(june) + "allergy/add/", form, headers=HTMX)
        assert answer.headers["HX-Redirect"] == base(june)
    allergy = only(clinic, Allergy)
    assert (allergy.substance, allergy.severity, allergy.status) == ("Penicillin", "severe", "active")
    with tenancy.organization(clinic.pk):
        event = AuditEvent.objects.get(action="health_record.allergy_added")
    assert event.patient_ids == [june.pk]
    assert event.changes["substance"] == [None, "Penicillin"]
    page = words(alice.get(base(june)))
    assert "Penicillin" in page
    assert 'aria-label="Actions for Penicillin"' in page


@pytest.mark.parametrize("kind", ["medication", "supplement"])
def test_what_somebody_takes_is_added_corrected_and_ended(alice, clinic, june, kind):
    alice.post(base(june) + f"{kind}/add/", {"name": "Warfarin", "dose": "5 mg", "since_date": "2026-01-10"})
    row = only(clinic, MedicationStatement)
    assert (row.kind, row.dose, row.since_date) == (kind, "5 mg", datetime.date(2026, 1, 10))
    one = base(june) + f"{kind}/{row.pk}/"
    alice.post(one, {"name": "Warfarin", "dose": "4 mg", "since_date": "2026-01-10", "version": "1"})
    with tenancy.organization(clinic.pk):
        amended = AuditEvent.objects.get(action=f"health_record.{kind}_amended")
    assert amended.changes == {"dose": ["5 mg", "4 mg"]}
    alice.post(one + "end/", {"ended_date": "2026-02-01", "reason": "switched"})
    row = only(clinic, MedicationStatement)
    assert (row.status, row.ended_date, row.reason) == ("ended", datetime.date(2026, 2, 1), "switched")
    page = words(alice.get(base(june)))
    assert "No longer current" in page
    assert "switched" in page


def test_a_row_entered_in_error_stays_readable(alice, clinic, june):
    alice.post(base(june) + "allergy/add/", {"substance": "Latex", "severity": "mild"})
    row = only(clinic, Allergy)
    alice.post(base(june) + f"allergy/{row.pk}/end/", {"is_error": "on", "reason": "wrong patient"})
    assert only(clinic, Allergy).status == Status.ERROR
    assert "Entered in error" in words(alice.get(base(june)))
    with tenancy.organization(clinic.pk):
        assert AuditEvent.objects.filter(action="health_record.allergy_marked_as_error").exists()


def test_of_two_people_correcting_a_row_the_second_is_told(alice, clinic, june):
    alice.post(base(june) + "allergy/add/", {"substance": "Latex", "severity": "mild"})
    one = base(june) + f"allergy/{only(clinic, Allergy).pk}/"
    alice.post(one, {"substance": "Latex", "severity": "severe", "version": "1"})
    answer = alice.post(one, {"substance": "Latex gloves", "severity": "mild", "version": "1"}, headers=HTMX)
    assert answer.status_code == 422
    assert "This was changed in the meantime, so what you typed is not saved." in words(answer)
    assert 'value="Latex gloves"' in words(answer)
    assert only(clinic, Allergy).severity == "severe"


def test_what_is_over_is_not_changed_again(alice, clinic, june):
    alice.post(base(june) + "allergy/add/", {"substance": "Latex", "severity": "mild"})
    one = base(june) + f"allergy/{only(clinic, Allergy).pk}/"
    alice.post(one + "end/", {})
    for address, form in (
        (one, {"substance": "Soy", "severity": "mild", "version": "2"}),
        (one + "end/", {}),
    ):
        answer = alice.post(address, form | {"reason": "again"}, headers=HTMX)
        assert answer.status_code == 422
        assert "This was ended in the meantime, so what you typed is not saved." in words(answer)
    assert only(clinic, Allergy).substance == "Latex"


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        ({"name": ""}, "This field is required."),
        ({"name": "Iron", "since_date": "2999/01/01"}, "That date is in the future."),
        ({"name": "Iron", "since_date": "03/04/2020"}, "Enter the date as year/month/day, like 1985/03/04."),
    ],
)
def test_an_error_stands_in_words_beside_the_field(alice, clinic, june, form, sentence):
    answer = alice.post(base(june) + "supplement/add/", form, headers=HTMX)
    assert answer.status_code == 422
    assert sentence in words(answer)


def test_nothing_ends_before_it_began(alice, clinic, june):
    alice.post(base(june) + "medication/add/", {"name": "Iron", "since_date": "2026-01-10"})
    one = base(june) + f"medication/{only(clinic, MedicationStatement).pk}/end/"
    assert "That date is before the date it began." in words(alice.post(one, {"ended_date": "2025-01-01"}))


def test_markup_is_text(alice, clinic, june):
    alice.post(base(june) + "allergy/add/", {"substance": MARKUP, "reaction": MARKUP, "severity": "mild"})
    alice.post(base(june) + "medication/add/", {"name": MARKUP, "dose": MARKUP, "frequency": MARKUP})
    allergy = only(clinic, Allergy)
    for address in (base(june), f"/patients/{june.pk}/", base(june) + f"allergy/{allergy.pk}/"):
        page = words(alice.get(address))
        assert "<script>alert" not in page
        assert "&lt;script&gt;alert(1)" in page


@pytest.mark.parametrize("address", ["allergy/add/", "medication/add/", "nonsense/add/"])
def test_only_who_may_edit_adds(bob, theo, charlie, stranger, clinic, june, address):
    for client in (bob, theo, charlie, stranger):
        answer = client.post(base(june) + address, {"substance": "Latex", "name": "Iron", "severity": "mild"})
        assert answer.status_code == 404
    with tenancy.organization(clinic.pk):
        assert not Allergy.objects.exists()
        assert not MedicationStatement.objects.exists()


def test_the_auditor_reads_and_changes_nothing(clinic, june):
    auditor = factories.signed_in(factories.member(clinic, role="auditor", first="Audrey"))
    page = words(auditor.get(base(june)))
    assert "No allergies recorded" in page
    assert "Add allergy" not in page
    assert auditor.get(base(june) + "allergy/add/").status_code == 404


def test_a_row_of_one_patient_is_not_reached_through_another(alice, clinic, june):
    alice.post(base(june) + "allergy/add/", {"substance": "Latex", "severity": "mild"})
    row = only(clinic, Allergy)
    with tenancy.organization(clinic.pk):
        carol = factories.patient(clinic)
    assert alice.get(base(carol) + f"allergy/{row.pk}/").status_code == 404
    assert alice.post(base(carol) + f"allergy/{row.pk}/end/", {}).status_code == 404
    assert only(clinic, Allergy).status == Status.ACTIVE


def test_actions_themselves_refuse_who_may_not(clinic, june):
    desk = factories.actor(factories.member(clinic, role="front_desk", first="Bob"))
    with tenancy.organization(clinic.pk):
        with pytest.raises(NotPermitted):
            actions.add_allergy(by=desk, patient_id=june.pk, details=AllergyDetails(substance="Latex"))
        details = MedicationDetails(kind="medication", name="Iron")
        with pytest.raises(NotPermitted):
            actions.add_medication(by=desk, patient_id=june.pk, details=details)
        with pytest.raises(NotPermitted):
            actions.end_allergy(
                by=desk, patient_id=june.pk, entry_id=uuid7(), ending=Ending(), is_error=False
            )
