"""Orders: the practice's list, one patient's list, one."""

from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import OuterRef, QuerySet, Subquery

from betony.dispensary.api import frame
from betony.dispensary.orders import access, queries, shapes
from betony.dispensary.orders.models import Order, OrderLine
from betony.dispensary.patients import access as patients
from betony.kit.audit import trail
from betony.kit.identifiers import read_uuid

SORTS = {
    "completed_at": "completed_at",
    "order_number": "number",
    "patient_id": "patient_id",
    "treatment_plan_id": "first_plan_id",
}


@frame.operation("patients:order_history")
def list_orders(call: frame.Call) -> frame.Body:
    """Answer the orders, oldest first, narrowed by the parameters."""
    rows = _narrowed(call, access.orders(by=call.actor))
    return _page(call, rows, shapes.row)


@frame.operation("patients:order_history")
def list_orders_of_patient(call: frame.Call, patient_id: UUID) -> frame.Body:
    """Answer the orders of a patient, oldest first."""
    patient = patients.patient(by=call.actor, patient_id=patient_id)
    return _page(call, access.orders(by=call.actor).filter(patient=patient), shapes.row_of_patient)


@frame.operation("patients:order_history")
def show_order(call: frame.Call, order_id: UUID) -> frame.Body:
    """Answer one order."""
    order = access.order(by=call.actor, order_id=order_id)
    trail.record_read(by=call.actor, action="orders.order_shown", patient_ids=[order.patient_id])
    return {"order": shapes.full(order)}


def _page(call: frame.Call, rows: QuerySet[Order], write: shapes.Write) -> frame.Body:
    def note_read(found: list[Order]) -> None:
        trail.record_read(
            by=call.actor, action="orders.list_shown", patient_ids=[order.patient_id for order in found]
        )

    first = OrderLine.objects.filter(order=OuterRef("pk")).order_by("position").values("treatment_plan_id")
    rows = rows.annotate(first_plan_id=Subquery(first[:1]))
    rows = queries.with_lines(frame.sort(call, rows, SORTS, default="completed_at"))
    return frame.page(call, "orders", rows, write, shown=note_read)


def _narrowed(call: frame.Call, rows: QuerySet[Order]) -> QuerySet[Order]:
    if wanted := call.parameter("patient_id"):
        patient_id = read_uuid(wanted)
        rows = rows.filter(patient_id=patient_id) if patient_id else rows.none()
    if wanted := call.parameter("treatment_plan_id"):
        lines = OrderLine.objects.for_organization(call.organization_id)
        plan_id = read_uuid(wanted)
        of_plan = lines.filter(treatment_plan_id=plan_id).values("order_id")
        rows = rows.filter(pk__in=of_plan) if plan_id else rows.none()
    if number := call.parameter("order_number"):
        rows = rows.filter(number=number)
    if call.parameter("type") == "labs":
        rows = rows.none()
    zone = ZoneInfo(call.organization.time_zone)
    return frame.between_dates(call, "completed_at", rows, field="completed_at", zone=zone)
