"""Orders that the dispensary tells of: kept once, and noted on the prescriptions they came from."""

from collections.abc import Sequence

from django.db import transaction
from django.db.models import F

from betony.clinic.prescriptions import queries
from betony.clinic.prescriptions.actions import linking, variants
from betony.clinic.prescriptions.dispensary import shapes
from betony.clinic.prescriptions.models import Dispensary, Order, OrderLine, Prescription
from betony.kit import clock
from betony.kit.actor import Actor
from betony.kit.audit import trail


def note_orders(prescription: Prescription) -> None:
    """Say on a prescription that it was ordered, when its order came before we knew its id there."""
    first = (
        Order.objects.filter(
            dispensary_id=prescription.dispensary_id,
            prescription_remote_ids__contains=[prescription.remote_id],
        )
        .order_by("completed_at")
        .first()
    )
    if first is not None:
        Prescription.objects.filter(pk=prescription.pk, ordered_at=None).update(ordered_at=first.completed_at)


@transaction.atomic
def keep_order(*, by: Actor, dispensary: Dispensary, order: shapes.Order) -> Order | None:
    """Bring an order into the chart of the patient it is linked to; the same order twice changes nothing."""
    link = linking.locked_by_remote(dispensary, order.patient_id)
    if link is None:
        return None
    kept, is_new = Order.objects.get_or_create(
        dispensary=dispensary,
        remote_id=order.id,
        defaults={
            "organization_id": dispensary.organization_id,
            "patient_id": link.patient_id,
            "order_number": order.order_number[:40],
            "completed_at": order.completed_at,
            "prescription_remote_ids": list(order.plan_ids),
            "payment_total": variants.in_cents(order.payment_total),
            "currency": variants.currency_of(dispensary),
            "brought_by": link,
        },
    )
    if not is_new:
        return kept
    _keep_lines(kept, dispensary, order.lines)
    Prescription.objects.filter(
        dispensary=dispensary, remote_id__in=list(order.plan_ids), ordered_at=None
    ).update(ordered_at=order.completed_at or clock.now(), version=F("version") + 1)
    trail.record(
        by=by, action="prescriptions.order_received", subject=kept, patient_ids=[link.patient_id],
        changes={"order_number": [None, kept.order_number]},
    )  # fmt: skip
    return kept


def _keep_lines(kept: Order, dispensary: Dispensary, lines: Sequence[shapes.OrderLine]) -> None:
    """Keep what was ordered; names come from what is remembered of the variants."""
    known = queries.known_variants(dispensary.environment, [line.variant_id for line in lines])
    for line in lines:
        name = known.get(line.variant_id)
        OrderLine.objects.create(
            organization_id=kept.organization_id, order=kept, variant_id=line.variant_id[:64],
            product_name=name.product_name if name else "", quantity=max(line.quantity, 0),
        )  # fmt: skip
