"""Patients in the practice's pages."""

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from betony.dispensary.accounts.models import Organization
from betony.dispensary.orders import factories as orders
from betony.dispensary.patients import factories
from betony.dispensary.patients.models import Patient
from betony.dispensary.practices.models import Practitioner
from betony.dispensary.treatment_plans import factories as plans
from betony.dispensary.treatment_plans.models import TreatmentPlan
from betony.dispensary.webhooks.models import Event
from betony.kit.audit.models import AuditEvent
from betony.kit.jobs import testing

pytestmark = pytest.mark.slow

DAN = {
    "first_name": "Dan", "last_name": "Zoë-Müller", "email": "Dan@Example.com", "date_of_birth": "1980/02/03",
    "gender": "male", "mobile_number": "(607) 555-0100", "discount": "5", "text_message_notification": "on",
}  # fmt: skip


def test_a_patient_is_added_welcomed_and_told_to_applications(alice: Client, cedar: Organization) -> None:
    answer = alice.post("/patients/add/", DAN)
    dan = Patient.objects.get()
    assert answer["Location"] == f"/patients/{dan.pk}/"
    assert (dan.email, dan.mobile_number, dan.discount) == ("dan@example.com", "+16075550100", 5)
    testing.run_queued()
    assert [letter.to for letter in mail.outbox] == [["dan@example.com"]]
    assert Event.objects.get().type == "patient.created"


def test_who_wants_no_mail_gets_none(alice: Client, cedar: Organization) -> None:
    alice.post("/patients/add/", {**DAN, "email_refused": "on"})
    testing.run_queued()
    assert mail.outbox == []


def test_problems_stand_beside_their_fields(alice: Client, carol: Patient) -> None:
    taken = alice.post("/patients/add/", {**DAN, "email": carol.email})
    assert taken.status_code == 422
    assert "Another patient here has this email." in taken.content.decode()
    broken = alice.post("/patients/add/", {**DAN, "date_of_birth": "2999/01/01", "first_name": ""})
    assert broken.status_code == 422
    assert Patient.objects.count() == 1


def test_the_list_pages_by_key_and_finds_by_any_word(alice: Client, cedar: Organization) -> None:
    for number in range(60):
        factories.patient(
            cedar, first_name="Pat", last_name=f"Row{number:02d}", email=f"p{number}@example.com"
        )
    first = alice.get("/patients/")
    assert [patient.last_name for patient in first.context["rows"]][:2] == ["Row00", "Row01"]
    second = alice.get("/patients/" + first.context["next_url"])
    assert [patient.last_name for patient in second.context["rows"]][-1] == "Row59"
    back = alice.get("/patients/" + second.context["previous_url"])
    assert [patient.pk for patient in back.context["rows"]] == [p.pk for p in first.context["rows"]]
    found = alice.get("/patients/", {"q": "row37 PAT"}).context["rows"]
    assert [patient.last_name for patient in found] == ["Row37"]


def test_a_patient_is_changed_archived_and_restored(alice: Client, carol: Patient) -> None:
    shown = alice.get(f"/patients/{carol.pk}/edit/").context["form"]
    assert shown.initial["email"] == carol.email
    alice.post(f"/patients/{carol.pk}/edit/", {**DAN, "email": carol.email})
    alice.post(f"/patients/{carol.pk}/archive/")
    carol.refresh_from_db()
    assert (carol.first_name, carol.is_archived) == ("Dan", True)
    assert alice.get("/patients/").context["rows"] == []
    assert alice.get("/patients/", {"archived": "yes"}).context["rows"] == [carol]
    refused = alice.post(f"/patients/{carol.pk}/edit/", {**DAN, "email": carol.email, "first_name": "Eve"})
    assert refused.status_code == 422
    alice.post(f"/patients/{carol.pk}/restore/")
    carol.refresh_from_db()
    assert not carol.is_archived


def test_restoring_is_refused_when_the_email_is_somebody_elses_now(
    alice: Client, cedar: Organization, carol: Patient
) -> None:
    alice.post(f"/patients/{carol.pk}/archive/")
    factories.patient(cedar, email=carol.email)
    alice.post(f"/patients/{carol.pk}/restore/")
    carol.refresh_from_db()
    assert carol.is_archived


def test_the_page_shows_plans_and_orders_without_markup(
    alice: Client, carol: Patient, plan: TreatmentPlan
) -> None:
    order = orders.order(plan)
    for path in (f"/patients/{carol.pk}/", "/patients/", f"/plans/{plan.pk}/", "/plans/",
                 f"/orders/{order.pk}/", f"/patients/{carol.pk}/edit/"):  # fmt: skip
        shown = alice.get(path).content.decode()
        for piece in ("<img src=x", "<b>30</b>", "<u>O'Brien</u>", "Cedar <b>"):
            assert piece not in shown, path
    assert order.number in alice.get(f"/patients/{carol.pk}/").content.decode()


def test_every_reading_is_in_the_trail(alice: Client, carol: Patient) -> None:
    alice.get(f"/patients/{carol.pk}/")
    alice.get("/patients/")
    actions = {event.action for event in AuditEvent.objects.filter(patient_ids__contains=[carol.pk])}
    assert {"patients.patient_shown", "patients.list_shown"} <= actions


def test_another_practice_finds_nothing(charlie: Client, carol: Patient, plan: TreatmentPlan) -> None:
    order = orders.order(plan)
    for path in (f"/patients/{carol.pk}/", f"/patients/{carol.pk}/edit/", f"/patients/{carol.pk}/plans/new/",
                 f"/plans/{plan.pk}/", f"/plans/{plan.pk}/products/add/", f"/orders/{order.pk}/",
                 f"/o/patients/{carol.number}/checkout"):  # fmt: skip
        assert charlie.get(path).status_code == 404, path
    for path in (f"/patients/{carol.pk}/archive/", f"/plans/{plan.pk}/activate/", f"/plans/{plan.pk}/cancel/",
                 f"/plans/{plan.pk}/in-office-checkout/", f"/plans/{plan.pk}/message/"):  # fmt: skip
        assert charlie.post(path).status_code == 404, path
    assert charlie.get("/patients/", {"q": "carol"}).context["rows"] == []
    assert charlie.get("/plans/").context["rows"] == []


@pytest.mark.parametrize("path", ["/patients/", "/plans/", "/favourites/", "/patients/add/"])
def test_who_is_not_signed_in_is_asked_to(db: None, path: str) -> None:
    assert Client().get(path)["Location"] == f"/sign-in/?next={path}"


@pytest.mark.parametrize("path", ["/patients/", "/plans/", "/patients/{carol}/"])
def test_a_longer_list_takes_no_more_queries(
    alice: Client, cedar: Organization, doctor: Practitioner, carol: Patient, path: str
) -> None:
    by, address = factories.alice(cedar), path.format(carol=carol.pk)

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert alice.get(address).status_code == 200
        return len(captured)

    orders.order(plans.active(by=by, patient=carol, practitioner=doctor))
    queries()  # the session notes the first visit
    few = queries()
    for patient in (carol, factories.patient(cedar), factories.patient(cedar)):
        orders.order(plans.active(by=by, patient=patient, practitioner=doctor))
    assert queries() == few


def test_an_email_that_grows_in_lower_case_is_refused_beside_its_field(alice: Client) -> None:
    answer = alice.post("/patients/add/", {**DAN, "email": "İ" * 200 + "@example.com"})
    assert answer.status_code == 422
    assert "Enter an email of at most 254 characters." in answer.content.decode()
