"""Reading a patient's prescriptions and orders: page by page, what is still moving, and how old it is."""

from datetime import UTC, datetime
from uuid import UUID

from django.db.models import Exists, Max, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Coalesce

from betony.clinic.prescriptions.models import (
    HistoryCursor,
    Order,
    PatientLink,
    Prescription,
    PrescriptionChange,
    PrescriptionVersion,
    Synchronization,
)
from betony.clinic.prescriptions.rules import ChangeState, PrescriptionState
from betony.kit import pagination
from betony.kit.actor import Actor

PAGE_SIZE = 20
VERSIONS_SIZE = 10
# Where an order stands that the dispensary gave no day for: before all others, as one that was placed just now.
NO_DAY = datetime(9999, 1, 1, tzinfo=UTC)


def prescriptions(patient_id: UUID) -> QuerySet[Prescription]:
    """Return the patient's prescriptions, newest first, with their products and changes."""
    rows = Prescription.objects.newest_first().filter(patient_id=patient_id)
    return rows.select_related("prescriber", "dispensary").prefetch_related("items", "changes")


def prescriptions_page(by: Actor, patient_id: UUID, *, cursor: str) -> pagination.Page[Prescription]:
    """Return a page of the patient's prescriptions, without what a colleague has not finished writing."""
    rows = prescriptions(patient_id).filter(
        ~Q(state=PrescriptionState.DRAFT) | Q(written_by_id=by.membership)
    )
    return pagination.page_by_key(rows, keys=("-written_at", "-id"), cursor=cursor, size=PAGE_SIZE)


def orders(patient_id: UUID) -> QuerySet[Order]:
    """Return the patient's orders, newest first, with their lines."""
    rows = Order.objects.filter(patient_id=patient_id).annotate(
        placed_at=Coalesce("completed_at", Value(NO_DAY))
    )
    return rows.order_by("-placed_at", "-id").prefetch_related("lines")


def orders_page(patient_id: UUID, *, cursor: str) -> pagination.Page[Order]:
    """Return a page of the patient's orders."""
    return pagination.page_by_key(
        orders(patient_id), keys=("-placed_at", "-id"), cursor=cursor, size=PAGE_SIZE
    )


def ordered_from(prescription: Prescription) -> list[Order]:
    """Return every order that was placed from a prescription, newest first."""
    if not prescription.remote_id:
        return []
    rows = orders(prescription.patient_id).filter(dispensary_id=prescription.dispensary_id)
    return list(rows.filter(prescription_remote_ids__contains=[prescription.remote_id]))


def versions_page(prescription: Prescription, *, cursor: str) -> pagination.Page[PrescriptionVersion]:
    """Return a page of what the prescription said before, the latest first."""
    rows = prescription.versions.all()
    return pagination.page_by_key(rows, keys=("-number",), cursor=cursor, size=VERSIONS_SIZE)


def is_moving(patient_id: UUID) -> bool:
    """Tell whether one of the patient's prescriptions, or a change of one, waits to be sent."""
    waiting = PrescriptionChange.objects.filter(prescription_id=OuterRef("pk"), state=ChangeState.WAITING)
    rows = Prescription.objects.filter(patient_id=patient_id)
    return rows.filter(Q(state=PrescriptionState.WAITING) | Exists(waiting)).exists()


def last_known_at(patient_id: UUID) -> datetime | None:
    """Return as of when what is here of the patient's prescriptions was in agreement with the dispensary.

    That is when the two were last compared, or the history was brought in; where neither ever happened, when
    the newest of them was written or changed there. None for a patient who has neither.
    """
    links = PatientLink.objects.filter(patient_id=patient_id, imported_at__isnull=False)
    compared = Synchronization.objects.filter(dispensary__in=links.values("dispensary"))
    instants = [
        compared.aggregate(at=Max("synced_at"))["at"],
        HistoryCursor.objects.filter(link__in=links).aggregate(at=Max("visited_at"))["at"],
        links.aggregate(at=Max("imported_at"))["at"],
    ]
    known = [one for one in instants if one is not None]
    return max(known) if known else _newest_at(patient_id)


def _newest_at(patient_id: UUID) -> datetime | None:
    rows = Prescription.objects.filter(patient_id=patient_id)
    newest: datetime | None = rows.aggregate(at=Max(Coalesce("remote_updated_at", "written_at")))["at"]
    return newest
