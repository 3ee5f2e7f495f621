"""Prescriptions, their changes and their products: what a page or a worker needs of them."""

from collections.abc import Iterable
from uuid import UUID

from django.db.models import F, QuerySet

from betony.clinic.prescriptions.models import (
    KnownVariant,
    PatientLink,
    Prescription,
    PrescriptionChange,
)
from betony.clinic.prescriptions.queries import links
from betony.clinic.prescriptions.rules import ChangeState, PrescriptionState
from betony.kit.actor import Actor


def latest_change(prescription_id: UUID) -> PrescriptionChange | None:
    """Return the change of a prescription that was asked for last, if any was."""
    return (
        PrescriptionChange.objects.filter(prescription_id=prescription_id)
        .order_by("-asked_at", "-pk")
        .first()
    )


def draft_of(by: Actor, patient_id: UUID) -> Prescription | None:
    """Return the unfinished prescription this user has for the patient, if any, at the current dispensary first."""
    return (
        Prescription.objects.filter(
            patient_id=patient_id, state=PrescriptionState.DRAFT, written_by_id=by.membership
        )
        .order_by(F("dispensary__ended_at").desc(nulls_first=True), "-written_at", "-id")
        .select_related("revises", "dispensary")
        .prefetch_related("items", "changes")
        .first()
    )


def waiting_of(by: Actor) -> list[Prescription]:
    """Return the prescriptions that still wait to be sent with the user's connection."""
    rows = Prescription.objects.filter(state=PrescriptionState.WAITING, sender_id=by.membership)
    return list(rows.select_related("patient").order_by("written_at", "id"))


def waiting_changes_of(by: Actor) -> list[PrescriptionChange]:
    """Return the changes that still wait to be sent with the user's connection."""
    rows = PrescriptionChange.objects.filter(
        state=ChangeState.WAITING, asked_by_id=by.membership, is_automatic=False
    )
    return list(rows.select_related("prescription__patient").order_by("asked_at", "pk"))


def on_the_way(link: PatientLink) -> QuerySet[Prescription]:
    """Return the prescriptions whose sending by this link has begun and that nobody knows to have arrived."""
    rows = Prescription.objects.filter(patient_id=link.patient_id, dispensary_id=link.dispensary_id)
    begun = rows.filter(state=PrescriptionState.WAITING, sending_began_at__isnull=False)
    return (begun if link.is_for_writing else begun.none()).order_by("written_at", "pk")


def stands_with_patient(prescription: Prescription) -> bool:
    """Tell whether a sent prescription stands with somebody at the dispensary who is its patient now.

    It does not after an unlinking that came too late for it. Its dispensary must be loaded.
    """
    people = links.receiving_links(prescription.patient_id, prescription.dispensary)
    return people.filter(remote_id=prescription.remote_patient_id).exists()


def known_variants(environment: str, variant_ids: Iterable[str]) -> dict[str, KnownVariant]:
    """Return what we remember of these variants, by their id at the dispensary."""
    rows = KnownVariant.objects.filter(environment=environment, remote_id__in=list(variant_ids))
    return {row.remote_id: row for row in rows}


def known_product(environment: str, product_id: str) -> KnownVariant | None:
    """Return what we remember of this product, or None for one that nobody has looked at."""
    rows = KnownVariant.objects.filter(environment=environment, product_id=product_id)
    return rows.order_by("-fetched_at", "id").first() if product_id else None


def knows_product(environment: str, product_id: str) -> bool:
    """Tell whether a variant of this product is remembered."""
    return (
        bool(product_id)
        and KnownVariant.objects.filter(environment=environment, product_id=product_id).exists()
    )
