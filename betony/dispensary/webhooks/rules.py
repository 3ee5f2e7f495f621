"""What a webhook says, to whom, signed how, and when it is tried again: pure functions over values."""

import hashlib
import hmac
import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

PATIENT_CREATED = "patient.created"
PATIENT_UPDATED = "patient.updated"
PLAN_CREATED = "treatment_plan.created"
PLAN_UPDATED = "treatment_plan.updated"
PLAN_RECOMMENDATION_UPDATED = "treatment_plan.recommendation.updated"
ORDER_PLACED = "order.placed"
PRODUCT_UPDATED = "product.updated"
CLINIC_KEY_ACTIVATED = "clinic_key.activated"
CLINIC_KEY_REVOKED = "clinic_key.revoked"

# Which scope an application needs, with a live grant, to be told of an event.
SCOPE_OF_EVENT: Mapping[str, str] = {
    PATIENT_CREATED: "patients:read",
    PATIENT_UPDATED: "patients:read",
    PLAN_CREATED: "patients:treatment_plan_history",
    PLAN_UPDATED: "patients:treatment_plan_history",
    PLAN_RECOMMENDATION_UPDATED: "patients:treatment_plan_history",
    ORDER_PLACED: "patients:order_history",
    PRODUCT_UPDATED: "catalog:read",
    CLINIC_KEY_ACTIVATED: "clinic:read",
    CLINIC_KEY_REVOKED: "clinic:read",
}
EVENT_TYPES = tuple(SCOPE_OF_EVENT)
# The families of the API's lists: GET /api/events/FAMILY, with the scope each needs.
FAMILIES: Mapping[str, tuple[str, str]] = {
    "patients": ("patient.", "patients:read"),
    "treatment_plans": ("treatment_plan.", "patients:treatment_plan_history"),
    "orders": ("order.", "patients:order_history"),
    "products": ("product.", "catalog:read"),
    "clinic_keys": ("clinic_key.", "clinic:read"),
    "lab_orders": ("lab_order.", "patients:order_history"),
}

WAITING, DELIVERED, GIVEN_UP = "waiting", "delivered", "given_up"
DELIVERY_MOVES: Mapping[str, frozenset[str]] = {
    WAITING: frozenset({WAITING, DELIVERED, GIVEN_UP}),
    DELIVERED: frozenset(),
    GIVEN_UP: frozenset(),
}

MOST_ATTEMPTS = 6
WAITS = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(minutes=60),
    timedelta(hours=5),
)
LONGEST_FAILING = timedelta(hours=24)
# An endpoint fails without a break as long as no longer than this lies between two failures: the longest wait for
# another attempt, and an hour for a worker that is late.
LONGEST_BREAK = max(WAITS) + timedelta(hours=1)
DAYS_OF_HISTORY = 30
LONGEST_KEPT_BODY = 2000


def may_become(state: str, wanted: str) -> bool:
    """Tell whether a delivery in this state may move to the other; one that waits may go on waiting."""
    return wanted in DELIVERY_MOVES[state]


def state_after(*, is_success: bool, is_over: bool) -> str:
    """Return what a delivery is after an attempt; `is_over`: there is no other one."""
    if is_success:
        return DELIVERED
    return GIVEN_UP if is_over else WAITING


def instant(value: datetime) -> str:
    """Return an instant as the API writes it: 2026-01-31T15:04:05.000Z."""
    return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{value.microsecond // 1000:03d}Z"


def scope_of(event_type: str) -> str:
    """Return the scope that lets an application know of the event."""
    return SCOPE_OF_EVENT[event_type]


def body(event: Mapping[str, Any], *, is_wrapped: bool) -> bytes:
    """Return the bytes that are signed and sent."""
    content: Mapping[str, Any] = {"event": event}
    return json.dumps({"event_payload": content} if is_wrapped else content, separators=(",", ":")).encode()


def signature(content: bytes, *, secrets: Iterable[str], at: datetime) -> str:
    """Return the value of Fullscript-Signature: the time, and one v1 for each secret that is live."""
    seconds = str(int(at.timestamp()))
    message = seconds.encode() + b"." + content
    marks = [hmac.new(secret.encode(), message, hashlib.sha256).hexdigest() for secret in secrets]
    return ",".join([f"t={seconds}", *(f"v1={mark}" for mark in marks)])


def problem_of_answer(*, status: int, content: bytes, challenge: str) -> str:
    """Return what is wrong with a receiver's answer; empty when it acknowledges the delivery."""
    if status not in (200, 201):
        return f"The answer's status was {status}, not 200 or 201."
    try:
        answer = json.loads(content)
    except (ValueError, RecursionError):
        return "The answer was not JSON."
    given = answer.get("challenge") if isinstance(answer, dict) else None
    if not isinstance(given, str) or not hmac.compare_digest(
        given.encode("utf-8", "surrogatepass"), challenge.encode()
    ):
        return "The answer did not hold the challenge token."
    return ""


def next_attempt_at(*, attempt: int, now: datetime) -> datetime | None:
    """Return when to try again after so many attempts (one or more); None when they are used up."""
    return now + WAITS[attempt - 1] if attempt < MOST_ATTEMPTS else None


def failing_since(*, since: datetime | None, last_failed_at: datetime | None, now: datetime) -> datetime:
    """Return since when an endpoint has failed without a break, now that it has failed again.

    What failed on Friday says nothing about Monday: with too long a break between two failures the time starts anew.
    """
    is_unbroken = last_failed_at is not None and now - last_failed_at <= LONGEST_BREAK
    return since if since is not None and is_unbroken else now


def reason_to_disable(*, status: int, failing_since: datetime | None, now: datetime) -> str:
    """Return why an endpoint must be switched off after a failed attempt: gone, failing, or nothing."""
    if status == 410:
        return "gone"
    if failing_since is not None and now - failing_since > LONGEST_FAILING:
        return "failing"
    return ""


def patient_id_of(data: Mapping[str, Any]) -> UUID | None:
    """Return whose data an event carries: a patient's, a plan's or an order's; None for other events."""
    patient, plan = data.get("patient"), data.get("treatment_plan")
    if isinstance(patient, Mapping):
        found = patient.get("id")
    elif isinstance(plan, Mapping):
        found = plan["patient"]["id"]
    else:
        found = data.get("patient_id")
    return UUID(str(found)) if found else None
