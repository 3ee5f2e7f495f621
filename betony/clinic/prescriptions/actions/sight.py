"""What a link brought in: out of sight when the link is undone, back when it is made again."""

from django.db import transaction

from betony.clinic.prescriptions.models import Order, PatientLink, Prescription
from betony.kit import clock


@transaction.atomic
def hide(*, link: PatientLink) -> int:
    """Take the prescriptions and orders that came by this link out of sight, and return how many prescriptions.

    Those written here stay: they are about this patient, whoever they were sent to.
    """
    now = clock.now()
    hidden = Prescription.objects.filter(brought_by=link, written_by=None).update(hidden_at=now)
    Order.objects.filter(brought_by=link).update(hidden_at=now)
    return hidden


@transaction.atomic
def bring_back(*, link: PatientLink) -> int:
    """Bring back what undone links to the same person had brought, and return how many prescriptions."""
    mine = {
        "patient_id": link.patient_id,
        "dispensary_id": link.dispensary_id,
        "brought_by__remote_id": link.remote_id,
        "hidden_at__isnull": False,
    }
    shown = Prescription.objects.filter(dispensary_id=link.dispensary_id).exclude(remote_id=None)
    prescriptions = Prescription.including_hidden.filter(**mine).exclude(
        remote_id__in=shown.values("remote_id")
    )
    ids = list(prescriptions.values_list("pk", flat=True))
    Prescription.including_hidden.filter(pk__in=ids).update(hidden_at=None, brought_by=link)
    orders_shown = Order.objects.filter(dispensary_id=link.dispensary_id)
    orders = Order.including_hidden.filter(**mine).exclude(remote_id__in=orders_shown.values("remote_id"))
    order_ids = list(orders.values_list("pk", flat=True))
    Order.including_hidden.filter(pk__in=order_ids).update(hidden_at=None, brought_by=link)
    return len(ids)
