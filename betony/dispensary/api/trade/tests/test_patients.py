"""Patients through the API: made, found, changed, and never another dispensary's."""

import json

import pytest
from django.core import mail
from django.test import Client

from betony.dispensary.accounts import factories as accounts
from betony.dispensary.accounts.models import Organization
from betony.dispensary.api import factories as api
from betony.dispensary.patients import factories as patients
from betony.dispensary.patients.models import Patient
from betony.dispensary.practices import factories as practices
from betony.dispensary.practices.models import Practitioner
from betony.kit import tenancy
from betony.kit.audit.models import AuditEvent
from betony.kit.jobs import testing

ANN = {"first_name": "Ann", "last_name": "Lee", "email": "Ann@Example.org"}


def test_a_patient_is_answered_in_full(program: api.Program) -> None:
    answer = program.post(
        "clinic/patients",
        {
            **ANN, "date_of_birth": "1980-02-03", "gender": "female", "mobile_number": "+12223334444",
            "discount": "5", "metadata": {"id": "EMR-77"}, "send_welcome_email": "false",
        },
    )  # fmt: skip
    assert answer.status_code == 201
    patient = answer.json()["patient"]
    identifier = patient.pop("id")
    assert patient == {
        "first_name": "Ann",
        "last_name": "Lee",
        "email": "ann@example.org",
        "archived": False,
        "date_of_birth": "1980-02-03",
        "gender": "female",
        "discount": 5,
        "total_discount": 15,
        "mobile_number": "+12223334444",
        "text_message_notification": True,
        "metadata": {"id": "EMR-77"},
        "is_dependent": False,
        "guardian_patient_id": None,
    }
    assert program.get(f"clinic/patients/{identifier}").json()["patient"] == {"id": identifier, **patient}


def test_a_new_patient_gets_one_welcome_letter_unless_told_otherwise(program: api.Program) -> None:
    program.post("clinic/patients", ANN)
    program.post("clinic/patients", {**ANN, "email": "b@example.org", "send_welcome_email": False})
    testing.run_queued()
    testing.run_queued()
    assert [letter.to for letter in mail.outbox] == [["ann@example.org"]]


def test_the_same_email_again_is_refused_whatever_its_capitals(program: api.Program, carol: Patient) -> None:
    answer = program.post("clinic/patients", {**ANN, "email": " CAROL@example.com "})
    assert answer.status_code == 422
    assert json.loads(answer.json()["error"]) == ["Email has already been taken"]


def test_every_missing_or_broken_field_is_named(program: api.Program) -> None:
    answer = program.post(
        "clinic/patients",
        {"email": "nobody", "gender": "q", "discount": 101, "date_of_birth": "2999-01-01", "first_name": " "},
    )
    assert answer.status_code == 422
    messages = json.loads(answer.json()["error"])
    assert {"First name can't be blank", "Last name can't be blank", "Email is invalid"} <= set(messages)


def test_a_birth_in_the_future_is_refused(program: api.Program) -> None:
    answer = program.post("clinic/patients", {**ANN, "date_of_birth": "2999-01-01"})
    assert json.loads(answer.json()["error"]) == ["Date of birth is invalid"]


def test_a_change_leaves_alone_what_was_not_sent(program: api.Program, carol: Patient) -> None:
    answer = program.patch(f"clinic/patients/{carol.pk}", {"last_name": "O'Brien", "metadata": {"id": "9"}})
    assert answer.status_code == 200
    shown = answer.json()["patient"]
    assert (shown["first_name"], shown["last_name"], shown["email"]) == ("Carol", "O'Brien", carol.email)
    assert shown["metadata"] == {"id": "9"}


def test_a_program_sees_only_its_own_metadata(
    owner: Practitioner, program: api.Program, carol: Patient
) -> None:
    program.patch(f"clinic/patients/{carol.pk}", {"metadata": {"id": "EMR-1"}})
    other = api.program(owner)
    assert other.get(f"clinic/patients/{carol.pk}").json()["patient"]["metadata"] == {"id": None}
    found = program.get("clinic/metadata?type=patient&id=EMR-1").json()["metadata"]
    assert [one["data"]["id"] for one in found] == [str(carol.pk)]
    assert other.get("clinic/metadata?type=patient&id=EMR-1").json()["metadata"] == []


def test_lists_and_searches_show_the_short_form(program: api.Program, carol: Patient) -> None:
    row = {
        "id": str(carol.pk), "first_name": "Carol", "last_name": "Reyes", "email": "carol@example.com",
        "archived": False,
    }  # fmt: skip
    listed = program.get("clinic/patients?page%5Bsize%5D=5").json()
    assert listed["patients"] == [row]
    assert listed["meta"]["total_count"] == 1
    assert program.get("clinic/search/patients?query=REYES%20car").json()["patients"] == [row]
    assert program.get("clinic/search/patients?query=carol%40example.com").json()["patients"] == [row]
    assert program.get("clinic/search/patients?query=100%25").json()["patients"] == []


def test_an_empty_patient_type_is_none_at_all(program: api.Program, carol: Patient) -> None:
    patients.dependent(carol, last_name="Reyes")
    for parameter in ("", "&patient_type="):
        answer = program.get(f"clinic/search/patients?query=reyes{parameter}").json()
        assert [row["id"] for row in answer["patients"]] == [str(carol.pk)]
    assert program.get("clinic/patients?patient_type=").json()["meta"]["total_count"] == 2


def test_a_query_may_come_as_it_was_typed(cedar: Organization, program: api.Program) -> None:
    zoe = patients.patient(cedar, first_name="Zoë", last_name="Nakamura")
    # Some clients write the letters of an address as bytes of UTF-8, without percent signs.
    answer = Client().get(
        "/api/clinic/search/patients", headers={"Authorization": f"Bearer {program.token}"},
        QUERY_STRING="query=Zo\u00c3\u00ab",
    )  # fmt: skip
    assert [row["id"] for row in answer.json()["patients"]] == [str(zoe.pk)]


def test_a_search_counts_everybody_and_finds_the_rare_ones(
    cedar: Organization, program: api.Program, carol: Patient
) -> None:
    mia = patients.dependent(carol, last_name="Reyes")
    Patient.objects.bulk_create(
        Patient(
            organization=cedar, first_name="Many", last_name="Reyes", email=f"many{number}@example.com",
            search_text=f"many reyes many{number}@example.com",
        )
        for number in range(2001)
    )  # fmt: skip
    found = program.get("clinic/search/patients?query=reyes&patient_type=all").json()
    assert found["meta"]["total_count"] == 2003
    found = program.get("clinic/search/patients?query=reyes&patient_type=dependent").json()
    assert [row["id"] for row in found["patients"]] == [str(mia.pk)]


def test_metadata_is_answered_by_the_page(program: api.Program, carol: Patient, cedar: Organization) -> None:
    ids = [carol.pk, *(patients.patient(cedar).pk for _each in range(2))]
    for one in ids:
        program.patch(f"clinic/patients/{one}", {"metadata": {"id": "family"}})
    nina = program.get("clinic/practitioners").json()["practitioners"][0]["id"]
    program.patch(f"clinic/practitioners/{nina}", {"metadata": {"id": "family"}})
    seen = []
    for number, size in ((1, 2), (2, 2), (3, 0)):
        answer = program.get(f"clinic/metadata?id=family&page[size]=2&page[number]={number}").json()
        assert len(answer["metadata"]) == size
        assert (answer["meta"]["total_count"], answer["meta"]["total_pages"]) == (4, 2)
        seen += [one["data"]["id"] for one in answer["metadata"]]
    assert (len(seen), set(seen)) == (4, {nina, *map(str, ids)})
    assert program.get("clinic/metadata?type=patient").json()["meta"]["total_count"] == 3


def test_dependents_and_addresses_are_empty_lists(program: api.Program, carol: Patient) -> None:
    assert program.get(f"clinic/patients/{carol.pk}/dependents").json()["patients"] == []
    assert program.get(f"clinic/patients/{carol.pk}/addresses").json()["addresses"] == []


def test_another_dispensarys_patient_does_not_exist(program: api.Program) -> None:
    elsewhere = accounts.organization()
    with tenancy.organization(elsewhere.pk):
        stranger = patients.patient(elsewhere)
    for path in ("", "/dependents", "/addresses", "/orders", "/treatment_plans"):
        assert program.get(f"clinic/patients/{stranger.pk}{path}").status_code == 404
    assert program.patch(f"clinic/patients/{stranger.pk}", {"first_name": "X"}).status_code == 404
    assert program.get("clinic/search/patients?query=Carol").json()["patients"] == []


def test_reading_needs_the_scope(owner: Practitioner, carol: Patient) -> None:
    weak = api.program(owner, scopes=["clinic:read"])
    assert weak.get("clinic/patients").status_code == 403
    assert weak.post("clinic/patients", ANN).status_code == 403
    assert weak.get("clinic/metadata?type=patient&id=1").status_code == 403


def test_every_reading_is_in_the_trail(cedar: Organization, program: api.Program, carol: Patient) -> None:
    program.get(f"clinic/patients/{carol.pk}")
    program.get("clinic/patients")
    events = AuditEvent.objects.filter(patient_ids__contains=[carol.pk], actor_kind="application")
    assert {event.action for event in events} == {"patients.patient_shown", "patients.list_shown"}


@pytest.mark.slow
def test_two_creates_with_one_email_at_once_make_one_patient(committed_db, at_once) -> None:
    organization = accounts.organization()
    with tenancy.organization(organization.pk):
        program = api.program(practices.practitioner(organization))

    def create() -> int:
        return program.post("clinic/patients", ANN).status_code

    assert sorted(at_once(create, create)) == [201, 422]
    with tenancy.organization(organization.pk):
        assert Patient.objects.count() == 1
        testing.run_queued()
    assert len(mail.outbox) == 1
