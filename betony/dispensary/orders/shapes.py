"""An order as the API and events show it, in the public API's own words."""

from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

from betony.dispensary.orders.models import Order, OrderLine

Json = dict[str, Any]
Write = Callable[[Order], Json]


def row(order: Order) -> Json:
    """The short form of lists."""
    lines = _lines(order)
    return {
        **_head(order, lines),
        "variant_ids": list(dict.fromkeys(str(line.variant_id) for line in lines)),
        "patient_id": str(order.patient_id),
    }


def row_of_patient(order: Order) -> Json:
    """The short form in the list of one patient's orders, which does not repeat whose they are."""
    shape = row(order)
    del shape["patient_id"]
    return shape


def full(order: Order) -> Json:
    """The whole form."""
    return {
        **in_event(order),
        "item_total": str(order.item_total),
        "msrp_total": str(order.msrp_total),
        "payment_total": str(order.payment_total),
    }


def in_event(order: Order) -> Json:
    """The form in the event order.placed."""
    lines = _lines(order)
    practitioners = dict.fromkeys(str(line.treatment_plan.practitioner_id) for line in lines)
    return {
        **_head(order, lines),
        "practitioner_ids": list(practitioners),
        "patient_id": str(order.patient_id),
        "line_items": [
            {"variant_id": str(line.variant_id), "quantity": line.quantity, "type": "supplement"}
            for line in lines
        ],
    }


def _head(order: Order, lines: list[OrderLine]) -> Json:
    completed = order.completed_at.astimezone(ZoneInfo(order.organization.time_zone))
    return {
        "id": str(order.pk),
        "order_number": order.number,
        "completed_at": completed.isoformat(timespec="milliseconds"),
        "treatment_plan_ids": list(dict.fromkeys(str(line.treatment_plan_id) for line in lines)),
    }


def _lines(order: Order) -> list[OrderLine]:
    return sorted(order.lines.all(), key=lambda line: line.position)
