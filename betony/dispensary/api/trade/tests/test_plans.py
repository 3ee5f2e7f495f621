"""Treatment plans through the API: strings and numbers alike, activated once, found by metadata."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from django.core import mail

from betony.dispensary.accounts import factories as accounts
from betony.dispensary.accounts.models import Grant, Organization
from betony.dispensary.api import factories as api
from betony.dispensary.catalog import factories as catalog
from betony.dispensary.catalog.models import Variant
from betony.dispensary.patients import actions as patient_actions
from betony.dispensary.patients import factories as patients
from betony.dispensary.patients.models import Patient
from betony.dispensary.practices import actions as practice_actions
from betony.dispensary.practices import factories as practices
from betony.dispensary.practices.models import Practitioner
from betony.dispensary.treatment_plans import factories
from betony.dispensary.treatment_plans.models import TreatmentPlan
from betony.dispensary.webhooks.models import Event
from betony.kit import tenancy
from betony.kit.jobs import testing

pytestmark = pytest.mark.slow


@pytest.fixture
def zinc(cedar: Organization) -> Variant:
    return catalog.variant()


def body(variant: Variant, **values: Any) -> dict[str, Any]:
    return {"recommendations": [{"variant_id": str(variant.pk), "units_to_purchase": "2"}], **values}


def messages(answer: Any) -> list[str]:
    assert answer.status_code == 422
    return list(json.loads(answer.json()["error"]))


def test_strings_and_native_types_say_the_same(program: api.Program, carol: Patient, zinc: Variant) -> None:
    as_text = {
        "variant_id": str(zinc.pk), "units_to_purchase": "2", "refill": "true", "take_with": "food",
        "dosage": {"amount": "1-2", "duration": "30", "format": "capsule", "time_of_day": "morning"},
    }  # fmt: skip
    as_native = {
        "variant_id": zinc.sku, "units_to_purchase": 2.0, "refill": 3, "take_with": "food",
        "dosage": {"amount": "1-2", "duration": 30, "format": "capsule", "time_of_day": ["morning"],
                   "frequency": "", "additional_info": ""},
    }  # fmt: skip
    made = []
    for one in (as_text, as_native):
        answer = program.post(f"clinic/patients/{carol.pk}/treatment_plans", {"recommendations": [one]})
        assert answer.status_code == 201
        made.append(answer.json()["treatment_plan"])
    assert made[0]["recommendations"] == made[1]["recommendations"]
    assert made[0]["recommendations"] == [
        {
            "variant_id": str(zinc.pk), "refill": True, "units_to_purchase": 2, "take_with": "food",
            "dosage": {
                "amount": "1-2", "frequency": None, "duration": "30", "format": "capsule",
                "time_of_day": ["morning"], "additional_info": None,
            },
        }
    ]  # fmt: skip


def test_a_new_plan_is_active_and_answered_in_full(
    owner: Practitioner, carol: Patient, zinc: Variant
) -> None:
    with time_machine.travel(datetime(2026, 11, 22, 3, 0, tzinfo=UTC), tick=False):
        answer = api.program(owner).post(
            f"clinic/patients/{carol.pk}/treatment_plans",
            body(zinc, personal_message="Soon <b>better</b>", metadata={"id": "rx-1"}),
        )
    plan = answer.json()["treatment_plan"]
    assert plan["state"] == "active"
    assert plan["patient"] == {"id": str(carol.pk)}
    assert plan["practitioner"] == {"id": str(owner.pk)}
    assert plan["available_at"] == "2026-11-21"  # the day where the dispensary is
    assert plan["created_at"] == plan["updated_at"] == "2026-11-22T03:00:00.000Z"
    assert plan["source"] == "api"
    assert plan["personal_message"] == "Soon <b>better</b>"
    assert plan["metadata"] == {"id": "rx-1"}
    kept = TreatmentPlan.objects.get()
    assert plan["invitation_url"].endswith(f"/welcome/cedar/{kept.invitation_token}")
    assert len(kept.invitation_token) == 10


def test_an_active_plan_is_mailed_once_and_says_nothing_of_what_is_on_it(
    program: api.Program, carol: Patient, zinc: Variant
) -> None:
    message = "Take the zinc for your anaemia"
    made = program.post(
        f"clinic/patients/{carol.pk}/treatment_plans", body(zinc, personal_message=message)
    ).json()["treatment_plan"]
    testing.run_queued()
    program.patch(f"clinic/treatment_plans/{made['id']}/activate")
    testing.run_queued()
    (letter,) = mail.outbox
    assert isinstance(letter, mail.EmailMultiAlternatives)
    html = str(letter.alternatives[0][0])
    assert letter.to == [carol.email]
    assert made["invitation_url"] in letter.body
    assert made["invitation_url"] in html
    for text in (letter.subject, letter.body, html):
        assert "Cedar Dispensary" in text
        assert not {"zinc", "anaemia", "carol"} & set(text.lower().replace("@", " ").split())
        assert message not in text


def test_a_draft_is_not_mailed_and_has_no_day(program: api.Program, carol: Patient, zinc: Variant) -> None:
    plan = program.post(f"clinic/patients/{carol.pk}/treatment_plans", body(zinc, state="draft")).json()[
        "treatment_plan"
    ]
    testing.run_queued()
    assert (plan["state"], plan["available_at"], mail.outbox) == ("draft", None, [])
    active = program.patch(f"clinic/treatment_plans/{plan['id']}/activate").json()["treatment_plan"]
    testing.run_queued()
    assert (active["state"], len(mail.outbox)) == ("active", 1)


def test_what_cannot_be_kept_is_refused_in_words(
    program: api.Program, cedar: Organization, carol: Patient, zinc: Variant
) -> None:
    address = f"clinic/patients/{carol.pk}/treatment_plans"
    assert messages(program.post(address, {})) == ["Recommendations can't be blank"]
    unknown = {"variant_id": "SKU-NOPE", "units_to_purchase": 1}
    assert messages(program.post(address, {"recommendations": [unknown]})) == [
        "Recommendations[1] variant must exist"
    ]
    nobody = body(zinc, practitioner_id=str(carol.pk))
    assert messages(program.post(address, nobody)) == ["Practitioner must exist"]
    abroad = catalog.product(of_brand=catalog.brand(name="Maple", countries=["CA"])).variants.get()
    assert messages(program.post(address, body(abroad))) == [
        "Recommendations[1] variant is not available at this clinic"
    ]
    patient_actions.archive_patient(by=patients.alice(cedar), patient_id=carol.pk)
    assert messages(program.post(address, body(zinc))) == ["Patient is archived"]
    assert TreatmentPlan.objects.count() == 0


def test_a_staff_token_must_name_the_practitioner(
    cedar: Organization, owner: Practitioner, carol: Patient, zinc: Variant
) -> None:
    program = api.program(practices.staff(cedar))
    address = f"clinic/patients/{carol.pk}/treatment_plans"
    assert messages(program.post(address, body(zinc))) == ["Practitioner can't be blank"]
    named = program.post(address, body(zinc, practitioner_id=str(owner.pk)))
    assert named.json()["treatment_plan"]["practitioner"] == {"id": str(owner.pk)}


def test_the_same_metadata_again_is_refused_and_the_plan_is_found_by_it(
    program: api.Program, carol: Patient, zinc: Variant
) -> None:
    address = f"clinic/patients/{carol.pk}/treatment_plans"
    made = program.post(address, body(zinc, metadata={"id": "rx-9"})).json()["treatment_plan"]
    assert messages(program.post(address, body(zinc, metadata={"id": "rx-9"}))) == [
        "Metadata has already been taken"
    ]
    found = program.get("clinic/metadata?type=treatment_plan&id=rx-9").json()["metadata"]
    assert [(one["type"], one["data"]["id"]) for one in found] == [("treatment_plan", made["id"])]
    assert program.get("clinic/metadata?type=treatment_plan&id=rx-10").json()["metadata"] == []


def test_a_draft_whose_practitioner_has_left_is_not_activated(
    cedar: Organization, program: api.Program, carol: Patient
) -> None:
    by, gone = patients.alice(cedar), practices.practitioner(cedar)
    draft = factories.draft(by=by, patient=carol, practitioner=gone)
    practice_actions.archive_person(by=by, person=gone)
    answer = program.patch(f"clinic/treatment_plans/{draft.pk}/activate")
    assert messages(answer) == ["Practitioner must exist"]
    draft.refresh_from_db()
    assert draft.state == "draft"


def test_a_program_marks_a_plan_that_the_practice_wrote_and_finds_it(
    cedar: Organization, owner: Practitioner, program: api.Program, carol: Patient
) -> None:
    plan = factories.active(by=patients.alice(cedar), patient=carol, practitioner=owner)
    changed = plan.updated_at
    address = f"clinic/treatment_plans/{plan.pk}"
    answer = program.patch(address, {"metadata": {"id": "rx-1"}})
    assert answer.json()["treatment_plan"]["metadata"] == {"id": "rx-1"}
    found = program.get("clinic/metadata?type=treatment_plan&id=rx-1").json()["metadata"]
    assert [one["data"]["id"] for one in found] == [str(plan.pk)]
    other = api.program(owner)
    assert other.get(address).json()["treatment_plan"]["metadata"] == {"id": None}
    assert other.get("clinic/metadata?type=treatment_plan&id=rx-1").json()["metadata"] == []
    plan.refresh_from_db()
    assert plan.updated_at == changed  # nobody else has anything to read again
    # Without the scope of the history a program knows programs' plans only, whatever it has marked.
    few = [one for one in program.application.scopes if one != "patients:treatment_plan_history"]
    weak = api.program(owner, scopes=few, application=program.application)
    Grant.objects.filter(integration__application=program.application).update(scopes=few)
    assert weak.get("clinic/metadata?type=treatment_plan&id=rx-1").json()["metadata"] == []


def test_a_mark_that_is_taken_is_refused_and_one_that_is_emptied_is_free(
    program: api.Program, carol: Patient, zinc: Variant
) -> None:
    address = f"clinic/patients/{carol.pk}/treatment_plans"
    one, two = (
        program.post(address, body(zinc, metadata={"id": name})).json()["treatment_plan"]["id"]
        for name in ("rx-1", "rx-2")
    )
    taken = program.patch(f"clinic/treatment_plans/{two}", {"metadata": {"id": "rx-1"}})
    assert messages(taken) == ["Metadata has already been taken"]
    assert program.patch(f"clinic/treatment_plans/{one}", {"metadata": {"id": ""}}).status_code == 200
    answer = program.patch(f"clinic/treatment_plans/{two}", {"metadata": {"id": "rx-1"}})
    assert answer.json()["treatment_plan"]["metadata"] == {"id": "rx-1"}


def test_another_programs_metadata_may_be_the_same(
    owner: Practitioner, program: api.Program, carol: Patient, zinc: Variant
) -> None:
    address = f"clinic/patients/{carol.pk}/treatment_plans"
    made = program.post(address, body(zinc, metadata={"id": "rx-9"})).json()["treatment_plan"]
    other = api.program(owner)
    assert other.post(address, body(zinc, metadata={"id": "rx-9"})).status_code == 201
    shown = other.get(f"clinic/treatment_plans/{made['id']}").json()["treatment_plan"]
    assert shown["metadata"] == {"id": None}


def test_a_repeated_idempotency_key_makes_one_plan(
    program: api.Program, carol: Patient, zinc: Variant
) -> None:
    address = f"clinic/patients/{carol.pk}/treatment_plans"
    first, second = (program.post(address, body(zinc), Idempotency_Key="k1") for _ in range(2))
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json() == second.json()
    assert TreatmentPlan.objects.count() == 1


def test_a_change_replaces_what_was_sent(program: api.Program, carol: Patient, zinc: Variant) -> None:
    made = program.post(
        f"clinic/patients/{carol.pk}/treatment_plans", body(zinc, personal_message="One")
    ).json()["treatment_plan"]
    iron = catalog.variant(name="Iron")
    changed = program.patch(
        f"clinic/treatment_plans/{made['id']}",
        {"recommendations": [{"variant_id": str(iron.pk), "units_to_purchase": 1}]},
    ).json()["treatment_plan"]
    assert [one["variant_id"] for one in changed["recommendations"]] == [str(iron.pk)]
    assert changed["personal_message"] == "One"


def test_a_cancelled_plan_stays_cancelled(program: api.Program, carol: Patient, zinc: Variant) -> None:
    made = program.post(f"clinic/patients/{carol.pk}/treatment_plans", body(zinc)).json()["treatment_plan"]
    address = f"clinic/treatment_plans/{made['id']}"
    cancelled = program.patch(f"{address}/cancel").json()["treatment_plan"]
    assert (cancelled["state"], cancelled["recommendations"]) == ("cancelled", [])
    assert program.call("POST", f"{address}/cancel").status_code == 200
    assert messages(program.patch(f"{address}/activate")) == ["State cannot change from cancelled"]
    assert messages(program.patch(address, {"personal_message": "x"})) == [
        "State cannot change from cancelled"
    ]
    assert messages(program.post(f"{address}/in_office_checkout")) == ["Treatment plan is not active"]


def test_in_office_checkout_answers_its_address(program: api.Program, carol: Patient, zinc: Variant) -> None:
    made = program.post(f"clinic/patients/{carol.pk}/treatment_plans", body(zinc)).json()["treatment_plan"]
    answer = program.post(f"clinic/treatment_plans/{made['id']}/in_office_checkout")
    assert answer.status_code == 201
    assert answer.json()["in_office_checkout"]["url"].endswith(f"/o/patients/{carol.number}/checkout")


def test_without_the_history_scope_only_plans_of_programs_are_seen(
    cedar: Organization, owner: Practitioner, carol: Patient
) -> None:
    here = factories.active(by=patients.alice(cedar), patient=carol, practitioner=owner)
    weak = api.program(owner, scopes=["patients:read", "clinic:write"])
    strong = api.program(owner)
    address = f"clinic/patients/{carol.pk}/treatment_plans"
    assert weak.get(address).json()["treatment_plans"] == []
    assert weak.get(f"clinic/treatment_plans/{here.pk}").status_code == 404
    assert weak.patch(f"clinic/treatment_plans/{here.pk}/cancel").status_code == 404
    rows = strong.get(address).json()["treatment_plans"]
    assert [set(row) for row in rows] == [
        {"id", "state", "patient", "practitioner", "available_at", "created_at", "updated_at"}
    ]


def test_another_dispensarys_plan_does_not_exist(program: api.Program) -> None:
    elsewhere = accounts.organization()
    with tenancy.organization(elsewhere.pk):
        stranger = patients.patient(elsewhere)
        doctor = practices.practitioner(elsewhere)
        plan = factories.active(by=patients.alice(elsewhere), patient=stranger, practitioner=doctor)
    address = f"clinic/treatment_plans/{plan.pk}"
    assert program.get(address).status_code == 404
    for ending in ("", "/activate", "/cancel"):
        assert program.patch(f"{address}{ending}", {}).status_code == 404
    assert program.post(f"{address}/in_office_checkout").status_code == 404


def test_two_activations_at_once_make_one_letter_and_one_event(committed_db, at_once) -> None:
    organization = accounts.organization()
    with tenancy.organization(organization.pk):
        doctor = practices.practitioner(organization)
        program = api.program(doctor)
        carol = patients.patient(organization)
        plan = factories.draft(by=patients.alice(organization), patient=carol, practitioner=doctor)

    def activate() -> int:
        return program.patch(f"clinic/treatment_plans/{plan.pk}/activate").status_code

    assert at_once(activate, activate) == [200, 200]
    testing.run_queued()
    with tenancy.organization(organization.pk):
        assert Event.objects.filter(type="treatment_plan.created").count() == 1
    assert len(mail.outbox) == 1
