"""Orders, events and deliveries through the API."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from betony.dispensary.accounts import factories as accounts
from betony.dispensary.accounts.models import Integration, Organization
from betony.dispensary.api import factories as api
from betony.dispensary.orders import factories
from betony.dispensary.orders.models import Order
from betony.dispensary.patients import factories as patients
from betony.dispensary.patients.models import Patient
from betony.dispensary.practices import factories as practices
from betony.dispensary.practices.models import Practitioner
from betony.dispensary.treatment_plans import factories as plans
from betony.dispensary.webhooks import factories as webhook_factories
from betony.dispensary.webhooks import sending
from betony.dispensary.workflows import keep_patient
from betony.kit import tenancy
from betony.kit.audit.models import AuditEvent
from betony.kit.jobs import testing

pytestmark = pytest.mark.slow

NOON = datetime(2026, 11, 20, 17, 0, tzinfo=UTC)


@pytest.fixture
def order(cedar: Organization, owner: Practitioner, carol: Patient) -> Order:
    with time_machine.travel(NOON, tick=False):
        plan = plans.active(by=patients.alice(cedar), patient=carol, practitioner=owner)
        return factories.order(plan)


def test_an_order_is_answered_in_full(program: api.Program, owner: Practitioner, order: Order) -> None:
    line = order.lines.get()
    shown = program.get(f"clinic/orders/{order.pk}").json()["order"]
    assert shown == {
        "id": str(order.pk),
        "order_number": order.number,
        "completed_at": "2026-11-20T12:00:00.000-05:00",
        "treatment_plan_ids": [str(line.treatment_plan_id)],
        "practitioner_ids": [str(owner.pk)],
        "patient_id": str(order.patient_id),
        "line_items": [{"variant_id": str(line.variant_id), "quantity": 2, "type": "supplement"}],
        "item_total": "23.04",
        "msrp_total": "25.60",
        "payment_total": "29.99",
    }


def test_lists_have_the_short_form(program: api.Program, order: Order) -> None:
    row = {
        "id": str(order.pk),
        "order_number": order.number,
        "completed_at": "2026-11-20T12:00:00.000-05:00",
        "treatment_plan_ids": [str(order.lines.get().treatment_plan_id)],
        "variant_ids": [str(order.lines.get().variant_id)],
    }
    assert program.get(f"clinic/patients/{order.patient_id}/orders").json()["orders"] == [row]
    assert program.get("clinic/orders").json()["orders"] == [{**row, "patient_id": str(order.patient_id)}]


def test_a_day_of_orders_is_one_of_the_dispensarys_own(
    cedar: Organization, owner: Practitioner, program: api.Program, carol: Patient
) -> None:
    plan = plans.active(by=patients.alice(cedar), patient=carol, practitioner=owner)
    # Ten in the evening in New York is tomorrow for those who count in UTC.
    with time_machine.travel(datetime(2026, 2, 1, 3, tzinfo=UTC), tick=False):
        order = factories.order(plan)
    for days, count in (
        ("2026-01-31", 1),
        ("2026-02-01", 0),
        (">2026-01-31", 0),
        ("2026-01-30..2026-01-31", 1),
    ):
        (found, meta) = program.get(f"clinic/orders?completed_at={days}").json().values()
        assert meta["total_count"] == count
        assert [row["completed_at"][:10] for row in found] == ["2026-01-31"] * count
        assert [row["id"] for row in found] == [str(order.pk)] * count


@pytest.mark.parametrize(
    ("parameters", "is_found"),
    [
        ("patient_id={patient}", True),
        ("patient_id={order}", False),
        ("patient_id=nonsense", False),
        ("treatment_plan_id={plan}", True),
        ("treatment_plan_id={patient}", False),
        ("order_number={number}", True),
        ("order_number=R000000000", False),
        ("completed_at=2026-11-20", True),
        ("completed_at=%3C2026-11-20", False),
        ("completed_at=2026-11-01..2026-11-30", True),
        ("type=labs", False),
        ("type=all&sort_by=treatment_plan_id&order_by=DESC", True),
    ],
)
def test_the_list_of_orders_is_narrowed(
    program: api.Program, order: Order, parameters: str, is_found: bool
) -> None:
    chosen = parameters.format(
        patient=order.patient_id, order=order.pk, number=order.number,
        plan=order.lines.get().treatment_plan_id,
    )  # fmt: skip
    assert len(program.get(f"clinic/orders?{chosen}").json()["orders"]) == int(is_found)


def test_another_dispensarys_order_does_not_exist(program: api.Program) -> None:
    elsewhere = accounts.organization()
    with tenancy.organization(elsewhere.pk):
        doctor = practices.practitioner(elsewhere)
        carol = patients.patient(elsewhere)
        plan = plans.active(by=patients.alice(elsewhere), patient=carol, practitioner=doctor)
        stranger = factories.order(plan)
    assert program.get(f"clinic/orders/{stranger.pk}").status_code == 404
    assert program.get(f"clinic/orders?patient_id={carol.pk}").json()["orders"] == []


def test_what_a_program_did_itself_is_no_event_for_it(
    cedar: Organization, owner: Practitioner, program: api.Program
) -> None:
    program.post("clinic/patients", {"first_name": "A", "last_name": "B", "email": "a@example.org"})
    assert program.get("events/patients").json()["events"] == []
    heard = api.program(owner).get("events/patients").json()["events"]
    assert [event["type"] for event in heard] == ["patient.created"]


def test_what_people_did_in_the_pages_is_an_event(
    cedar: Organization, program: api.Program, order: Order
) -> None:
    patient = keep_patient.add_patient(by=patients.alice(cedar), values=patients.values())
    (row,) = program.get("events/patients").json()["events"]
    assert set(row) == {"id", "type", "created_at", "clinic_id"}
    integration = Integration.objects.get(application=program.application)
    event = program.get(f"events/{row['id']}").json()["event"]
    assert event["integration_id"] == str(integration.pk)
    assert event["data"]["patient"]["id"] == str(patient.pk)
    assert "metadata" not in event["data"]["patient"]


def test_the_events_of_plans_and_orders_have_their_shapes(program: api.Program, order: Order) -> None:
    with time_machine.travel(NOON + timedelta(days=1)):
        rows = program.get("events/treatment_plans").json()["events"]
        plan = program.get(f"events/{rows[0]['id']}").json()["event"]["data"]["treatment_plan"]
        assert (plan["state"], plan["active"]) == ("active", "true")
        dosage = plan["recommendations"][0]["dosage"]
        assert dosage["amount"] == dosage["recommended_amount"] == "1-2"
        rows = program.get("events/orders?event_type=order.placed&sort_by=event_type").json()["events"]
        data = program.get(f"events/{rows[0]['id']}").json()["event"]["data"]
        assert data["order_number"] == order.number
        assert program.get("events/lab_orders").json()["events"] == []


def test_events_are_forgotten_after_thirty_days(owner: Practitioner, order: Order) -> None:
    with time_machine.travel(NOON + timedelta(days=30, minutes=1)):
        assert api.program(owner).get("events/orders").json()["events"] == []


def test_an_event_needs_the_scope_of_its_family(
    owner: Practitioner, program: api.Program, order: Order
) -> None:
    with time_machine.travel(NOON + timedelta(days=1)):
        (row,) = api.program(owner).get("events/orders").json()["events"]
        weak = api.program(owner, scopes=["patients:read"])
        assert weak.get("events/orders").status_code == 403
        assert weak.get(f"events/{row['id']}").status_code == 403


def test_the_attempts_to_tell_a_program_are_listed_for_it(
    cedar: Organization, owner: Practitioner, program: api.Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    testing.run_queued()  # that the program was let in is told before it has an address
    webhook_factories.endpoint(program.application)
    outcome = sending.Outcome(status=200, body="{}", ip_address="203.0.113.7", headers={"a": "b"})
    monkeypatch.setattr(sending, "deliver", lambda receiver, content, at: outcome)
    patient = keep_patient.add_patient(by=patients.alice(cedar), values=patients.values(), is_welcomed=False)
    testing.run_queued()
    address = "webhooks/deliveries?successfully_delivered="
    (shown,) = program.get(f"{address}true").json()["webhook_deliveries"]
    assert (shown["attempt_number"], shown["response_status"]) == (1, 200)
    assert shown["response_ip_address"] == "203.0.113.7"
    event = shown["event_payload"]["event"]
    assert event["data"]["patient"]["id"] == str(patient.pk)
    assert (shown["previous_attempt_at"], shown["next_attempt_at"]) == (None, None)
    assert program.get(f"{address}false").json()["webhook_deliveries"] == []
    assert program.get(f"{address}true&event_id={event['id']}").json()["meta"]["total_count"] == 1
    assert api.program(owner).get(f"{address}true").json()["webhook_deliveries"] == []


@pytest.mark.parametrize(
    "path", ["clinic/orders", "clinic/patients", "clinic/patients/{carol}/treatment_plans", "events/orders"]
)
def test_a_longer_list_takes_no_more_queries(
    cedar: Organization, owner: Practitioner, program: api.Program, carol: Patient, path: str
) -> None:
    by, address = patients.alice(cedar), path.format(carol=carol.pk)

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert program.get(address).status_code == 200
        return len(captured)

    factories.order(plans.active(by=by, patient=carol, practitioner=owner))
    program.get(address)
    few = queries()
    for patient in (carol, patients.patient(cedar), patients.patient(cedar)):
        factories.order(plans.active(by=by, patient=patient, practitioner=owner))
    assert queries() == few


def test_reading_an_event_is_in_the_trail_of_its_patient(
    cedar: Organization, program: api.Program, carol: Patient, owner: Practitioner
) -> None:
    plan = plans.active(by=patients.alice(cedar), patient=carol, practitioner=owner)
    factories.order(plan)
    keep_patient.archive_patient(by=patients.alice(cedar), patient_id=carol.pk)
    for family in ("patients", "treatment_plans", "orders"):
        (row,) = program.get(f"events/{family}").json()["events"]
        program.get(f"events/{row['id']}")
    read = AuditEvent.objects.filter(action="webhooks.event_shown", patient_ids=[carol.pk])
    assert read.count() == 3
