"""Speaking Fullscript's API over HTTP, as its public documentation describes it."""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

from betony.clinic.prescriptions.dispensary import bodies, parsing, shapes, wire
from betony.clinic.prescriptions.dispensary.catalogue import Catalogue
from betony.clinic.prescriptions.dispensary.oauth import OAuth

ONE_DAY = timedelta(days=1)


class HttpDispensary(OAuth, Catalogue):
    """One dispensary: connecting, its people, patients, treatment plans and orders, what happened, the catalogue.

    Every method raises the errors of `errors` and nothing else.
    """

    # The dispensary and its people

    def clinic(self) -> shapes.Clinic:
        """Return the dispensary the token is for."""
        return parsing.clinic(self._get("/api/clinic", "clinic"))

    def practitioners(self) -> list[shapes.Practitioner]:
        """Return everybody who may prescribe there."""
        return list(self._all("/api/clinic/practitioners", "practitioners", parsing.practitioner))

    # Patients

    def patients(self) -> Iterator[shapes.Patient]:
        """Yield every patient of the dispensary; rows carry no date of birth."""
        return self._all("/api/clinic/patients", "patients", parsing.patient)

    def search_patients(self, query: str) -> list[shapes.Patient]:
        """Return patients, dependents too, whose name or email contains the query; compare each hit."""
        params = {"query": query, "patient_type": "all"}
        return list(
            self._all("/api/clinic/search/patients", "patients", parsing.patient, params, most_pages=3)
        )

    def dependents(self, patient_id: str) -> list[shapes.Patient]:
        """Return those a patient is the guardian of; rows carry no date of birth."""
        path = f"/api/clinic/patients/{wire.segment(patient_id)}/dependents"
        return list(self._all(path, "patients", parsing.patient, most_pages=1))

    def patient(self, patient_id: str) -> shapes.Patient:
        """Return one patient, with the date of birth. Raises NotFound."""
        return parsing.patient(self._get(f"/api/clinic/patients/{wire.segment(patient_id)}", "patient"))

    def patients_by_metadata(self, metadata_id: str) -> list[shapes.Patient]:
        """Return the patients that carry this mark of ours: one, or none."""
        return self._by_metadata("patient", metadata_id, parsing.patient)

    def create_patient(self, new: shapes.NewPatient) -> shapes.Patient:
        """Create a patient, marked as ours, and return them as they stand there; what is empty is not sent."""
        body: dict[str, Any] = {
            "first_name": new.first_name, "last_name": new.last_name, "email": new.email,
            "send_welcome_email": "true" if new.send_welcome_email else "false",
            "metadata": {"id": new.metadata_id},
        }  # fmt: skip
        if new.date_of_birth:
            body["date_of_birth"] = new.date_of_birth.isoformat()
        if new.gender:
            body["gender"] = new.gender
        if new.mobile_number:
            body["mobile_number"] = new.mobile_number
        return parsing.patient(self._send("POST", "/api/clinic/patients", "patient", body))

    def change_email(self, patient_id: str, *, email: str) -> shapes.Patient:
        """Change the patient's email there and return the patient as they stand then."""
        path = f"/api/clinic/patients/{wire.segment(patient_id)}"
        return parsing.patient(self._send("PATCH", path, "patient", {"email": email}))

    # Treatment plans and orders

    def patient_plans(self, patient_id: str) -> Iterator[shapes.Plan]:
        """Yield the patient's plans without their products, the last changed first.

        In this order a plan that changes between two pages comes twice, and none is missed.
        """
        path = f"/api/clinic/patients/{wire.segment(patient_id)}/treatment_plans"
        return self._all(path, "treatment_plans", parsing.plan, wire.newest_first("updated_at"))

    def plan(self, plan_id: str) -> shapes.Plan:
        """Return one plan with its products and its message. Raises NotFound."""
        return parsing.plan(
            self._get(f"/api/clinic/treatment_plans/{wire.segment(plan_id)}", "treatment_plan")
        )

    def plans_by_metadata(self, metadata_id: str) -> list[shapes.Plan]:
        """Return the plans that carry this mark of ours: one, or none."""
        return self._by_metadata("treatment_plan", metadata_id, parsing.plan)

    def create_plan(self, new: shapes.NewPlan) -> shapes.Plan:
        """Create and activate a plan; the dispensary mails the patient, unless it is asked not to and listens."""
        body: dict[str, Any] = {
            "practitioner_id": new.practitioner_id,
            "state": "active",
            "metadata": {"id": new.metadata_id},
            "recommendations": [bodies.recommendation(one) for one in new.recommendations],
        }
        if new.message:
            body["personal_message"] = new.message
        if not new.is_mailed:
            body["skip_email_notification"] = True
        path = f"/api/clinic/patients/{wire.segment(new.patient_id)}/treatment_plans"
        headers = {"Idempotency-Key": new.metadata_id}
        return parsing.plan(self._send("POST", path, "treatment_plan", body, headers))

    def in_office_checkout(self, plan_id: str) -> str:
        """Return the address of the checkout page with this plan's cart."""
        path = f"/api/clinic/treatment_plans/{wire.segment(plan_id)}/in_office_checkout"
        row = parsing.mapping(self._send("POST", path, "in_office_checkout", {}))
        return parsing.needed(row, "url")

    def change_plan(self, plan_id: str, wanted: shapes.PlanContent) -> shapes.Plan:
        """Replace the plan's message and products."""
        body = {
            "personal_message": wanted.message,
            "recommendations": [bodies.recommendation(one) for one in wanted.recommendations],
        }
        path = f"/api/clinic/treatment_plans/{wire.segment(plan_id)}"
        return parsing.plan(self._send("PATCH", path, "treatment_plan", body))

    def cancel_plan(self, plan_id: str) -> shapes.Plan:
        """Cancel the plan; one that is cancelled already is answered as it is."""
        path = f"/api/clinic/treatment_plans/{wire.segment(plan_id)}/cancel"
        return parsing.plan(self._send("PATCH", path, "treatment_plan", {}))

    def patient_orders(self, patient_id: str) -> Iterator[shapes.Order]:
        """Yield the patient's orders, without their lines."""
        return self._all("/api/clinic/orders", "orders", parsing.order, {"patient_id": patient_id})

    def order(self, order_id: str) -> shapes.Order:
        """Return one order with its lines. Raises NotFound."""
        return parsing.order(self._get(f"/api/clinic/orders/{wire.segment(order_id)}", "order"))

    # What happened there

    def orders_since(self, day: date) -> Iterator[shapes.Order]:
        """Yield the orders completed on this day or later, the newest first, without their lines."""
        params = {**wire.newest_first("completed_at"), "completed_at": f">{day - ONE_DAY}"}
        return self._all("/api/clinic/orders", "orders", parsing.order, params)

    def events_since(self, family: str, moment: datetime) -> Iterator[shapes.EventRow]:
        """Yield what happened in this family at this moment or later, the newest first.

        The API's filter knows whole days only.
        """
        day = moment.astimezone(UTC).date()
        params = {**wire.newest_first("created_at"), "created_at": f">{day - ONE_DAY}"}
        for row in self._all(f"/api/events/{family}", "events", parsing.event_row, params):
            if row.created_at < moment:
                return
            yield row

    def event_body(self, event_id: str) -> str:
        """Return an event with its data, as a webhook would have brought it."""
        return json.dumps(
            {"event": parsing.mapping(self._get(f"/api/events/{wire.segment(event_id)}", "event"))}
        )
