"""What the dispensary in memory knows: clinics with their people, plans and orders, tokens, the catalogue."""

import json
import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from betony.kit import clock

Json = dict[str, Any]

ALL_SCOPES = frozenset(
    {
        "catalog:read",
        "clinic:read",
        "clinic:write",
        "patients:read",
        "patients:write",
        "patients:treatment_plan_history",
        "patients:order_history",
    }
)
ACCESS_LIVES = timedelta(seconds=7200)
CODE_LIVES = timedelta(minutes=10)


class Refusal(Exception):
    """An answer that is no success; whatever was asked for was not done."""

    def __init__(self, status: int, error: Any, **headers: str) -> None:
        super().__init__(status)
        self.status = status
        self.body: Json = error if isinstance(error, dict) else {"error": error}
        self.headers = headers


def not_found() -> Refusal:
    return Refusal(404, {"status": 404, "error": "Not Found"})


def instant(moment: datetime | None = None) -> str:
    """Return an instant as the API writes it; now unless given."""
    chosen = (moment or clock.now()).astimezone(UTC)
    return chosen.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def new_id() -> str:
    return str(uuid4())


def token() -> str:
    return secrets.token_urlsafe(32)


@dataclass
class Pair:
    """An access token and its refresh token. The pair it came from ends when this one is first used."""

    access: str
    refresh: str
    expires_at: datetime
    previous: "Pair | None" = None
    is_over: bool = False


@dataclass
class Grant:
    """What one person allowed the application; ended as a whole by a revocation."""

    clinic: "Clinic"
    owner: Json
    owner_type: str
    pairs: list[Pair] = field(default_factory=list)
    is_revoked: bool = False


@dataclass
class Code:
    """An authorization code, good once and for ten minutes."""

    clinic: "Clinic"
    owner: Json
    owner_type: str
    redirect_uri: str
    challenge: str
    made_at: datetime
    grant: Grant | None = None


@dataclass
class Clinic:
    """One dispensary. Rows are the full objects of the API."""

    name: str
    id: str = field(default_factory=new_id)
    practitioners: list[Json] = field(default_factory=list)
    staff: list[Json] = field(default_factory=list)
    patients: list[Json] = field(default_factory=list)
    plans: list[Json] = field(default_factory=list)
    orders: list[Json] = field(default_factory=list)
    categories: list[Json] = field(default_factory=list)
    dosages: dict[tuple[str, str], Json] = field(default_factory=dict)
    mails: list[tuple[str, str]] = field(default_factory=list)
    events: list[Json] = field(default_factory=list)

    def tell(self, kind: str, data: Json) -> None:
        """Note what happened; what the application itself did is nobody's news."""
        self.events.append(
            {"id": new_id(), "type": kind, "created_at": instant(), "clinic_id": self.id,
             "integration_id": self.id, "data": json.loads(json.dumps(data))}
        )  # fmt: skip

    def add_practitioner(self, first_name: str, last_name: str, email: str) -> Json:
        """Add somebody who may prescribe."""
        row = {**_person(first_name, last_name, email), "practitioner_type_id": new_id(),
               "invite_accepted": True}  # fmt: skip
        self.practitioners.append(row)
        return row

    def add_staff(self, first_name: str, last_name: str, email: str) -> Json:
        """Add somebody who works there without prescribing."""
        row = _person(first_name, last_name, email)
        self.staff.append(row)
        return row

    def remove_practitioner(self, practitioner: Json) -> None:
        self.practitioners.remove(practitioner)

    def add_patient(
        self, first_name: str, last_name: str, email: str | None, *, is_told: bool = True, **values: Any
    ) -> Json:
        """Add a patient as the practice or the patient does: without the application's mark."""
        row = {
            "id": new_id(), "first_name": first_name, "last_name": last_name, "email": email,
            "archived": False, "date_of_birth": None, "gender": None, "discount": 0, "total_discount": 0,
            "mobile_number": None, "text_message_notification": True, "metadata": {"id": None},
            "is_dependent": False, "guardian_patient_id": None, **values,
        }  # fmt: skip
        self.patients.append(row)
        if is_told:
            self.tell("patient.created", {"patient": row})
        return row

    def change_patient(self, patient: Json, **values: Any) -> Json:
        """Change a patient at the dispensary itself."""
        patient.update(values)
        self.tell("patient.updated", {"patient": patient})
        return patient

    def add_dependent(self, guardian_id: str, first_name: str, last_name: str, **values: Any) -> Json:
        """Add somebody whom a patient is the guardian of; such a row needs no email."""
        return self.add_patient(
            first_name, last_name, values.pop("email", None), is_dependent=True,
            guardian_patient_id=guardian_id, **values,
        )  # fmt: skip

    def write_plan(self, patient: Json, practitioner: Json, variant_ids: list[str], **values: Any) -> Json:
        """Write and activate a plan at the dispensary itself."""
        now = instant()
        row = {
            "id": new_id(), "state": "active", "patient": {"id": patient["id"]},
            "practitioner": {"id": practitioner["id"]}, "available_at": now[:10], "created_at": now,
            "updated_at": now, "source": "web", "invitation_url": "https://dispensary.example/welcome/x/1",
            "personal_message": None, "metadata": {"id": None},
            "recommendations": [
                {"variant_id": one, "refill": False, "units_to_purchase": 1, "take_with": None,
                 "dosage": {"amount": "1", "frequency": "once per day", "duration": "30",
                            "format": "capsule", "time_of_day": [], "additional_info": None}}
                for one in variant_ids
            ],
            **values,
        }  # fmt: skip
        self.plans.append(row)
        if row["source"] != "api" and row["state"] == "active":
            self.tell("treatment_plan.created", {"treatment_plan": row})
        return row

    def touch(self, plan: Json, *, is_told: bool = True, **values: Any) -> Json:
        """Change a plan at the dispensary itself; a draft changes without anybody being told."""
        was_draft = plan["state"] == "draft"
        plan.update(values, updated_at=instant(self._after_all_plans()))
        if is_told and plan["state"] != "draft":
            is_content = {"recommendations", "personal_message"} & set(values)
            kind = "created" if was_draft else "recommendation.updated" if is_content else "updated"
            self.tell(f"treatment_plan.{kind}", {"treatment_plan": plan})
        return plan

    def _after_all_plans(self) -> datetime:
        """Return now, or the first millisecond in which no plan has changed yet: what changes last is newest."""
        changed = (datetime.fromisoformat(one["updated_at"]) for one in self.plans)
        return max(clock.now(), max(changed) + timedelta(milliseconds=1))

    def cancel_plan(self, plan: Json) -> Json:
        """Cancel a plan at the dispensary itself."""
        return self.touch(plan, state="cancelled")

    def place_order(self, plan: Json) -> Json:
        """Order everything on a plan, as its patient does in the shop."""
        lines = [
            {"variant_id": one["variant_id"], "quantity": one["units_to_purchase"], "type": "supplement"}
            for one in plan["recommendations"]
        ]
        row = {
            "id": new_id(), "order_number": f"R{len(self.orders) + 100000001}", "completed_at": instant(),
            "treatment_plan_ids": [plan["id"]], "practitioner_ids": [plan["practitioner"]["id"]],
            "patient_id": plan["patient"]["id"], "line_items": lines,
            "item_total": "19.99", "msrp_total": "19.99", "payment_total": "24.50",
        }  # fmt: skip
        self.orders.append(row)
        self.tell("order.placed", row)
        return row


def _person(first_name: str, last_name: str, email: str) -> Json:
    return {"id": new_id(), "first_name": first_name, "last_name": last_name, "email": email,
            "metadata": {"id": None}}  # fmt: skip
