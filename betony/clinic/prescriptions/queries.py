"""Reading connections, links and prescriptions; always inside the organization's transaction."""

from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

from django.db.models import F

from betony.clinic.accounts import actors
from betony.clinic.accounts.models import Membership
from betony.clinic.patients.models import Patient
from betony.clinic.practice import queries as practice_queries
from betony.clinic.practice import rules as practice_rules
from betony.clinic.prescriptions import rules
from betony.clinic.prescriptions.models import (
    Connection,
    Dispensary,
    DispensaryPractitioner,
    KnownVariant,
    Order,
    PatientLink,
    Prescription,
)
from betony.kit import clock, tenancy
from betony.kit.actor import Actor

IMPORT_TAKES = timedelta(minutes=2)
STALE_PRACTITIONERS = timedelta(seconds=30)


def environment_of(membership: Membership) -> str:
    """Return which Fullscript this member's organization talks to, by its country."""
    return "ca" if membership.organization.country == "CA" else "us"


def current_dispensary(by: Actor) -> Dispensary | None:
    """Return the dispensary the actor's organization is connected to."""
    return Dispensary.objects.filter(organization_id=by.organization, ended_at=None).first()


def has_connection(by: Actor) -> bool:
    """Tell whether anybody of the organization is connected."""
    return Connection.objects.current().filter(organization_id=by.organization).exists()


def connection_of(by: Actor) -> Connection | None:
    """Return the user's own connection, live or broken, with its dispensary and chosen practitioner."""
    return (
        Connection.objects.current()
        .select_related("dispensary", "writes_as")
        .filter(organization_id=by.organization, membership_id=by.membership)
        .first()
    )


def live_connections(organization_id: UUID) -> list[Connection]:
    """Return the connections that background work may use, the newest first. Opens its own transaction."""
    with tenancy.organization(organization_id):
        rows = Connection.objects.live().filter(organization_id=organization_id)
        return list(rows.select_related("dispensary").order_by("-connected_at", "-id"))


def practitioners_are_stale(dispensary: Dispensary) -> bool:
    """Tell whether the practitioners should be asked for again."""
    fetched = dispensary.practitioners_fetched_at
    return fetched is None or fetched < clock.now() - STALE_PRACTITIONERS


def refusal_to_send(prescription: Prescription) -> str:
    """Return why a waiting prescription must not be sent after all, as one of rules.REFUSALS; else nothing.

    Its sender, with the user, and its prescriber must be loaded.
    """
    sender, prescriber = prescription.sender, prescription.prescriber
    if sender is None or not (sender.is_active and sender.user.is_active):
        return rules.SENDER_LEFT
    by = actors.staff(sender)
    if not by.may("prescriptions.write"):
        return rules.SENDER_MAY_NOT_PRESCRIBE
    if prescriber is None or prescriber.removed_at is not None:
        return rules.PRESCRIBER_REMOVED
    allowed = _practitioners_for(by, prescription.dispensary_id)
    return "" if prescriber.pk in {one.pk for one in allowed} else rules.NOT_FOR_THIS_PRESCRIBER


def practitioners_for(by: Actor, connection: Connection) -> list[DispensaryPractitioner]:
    """Return whom the user may prescribe as, the one with the user's own e-mail first (story 2.5 and 2.8).

    A practitioner at the dispensary who bears the e-mail of another member, also of one who has left, is that
    member's alone, unless they delegated; one who is nobody here may be chosen by the clinic's practitioners.
    """
    return _practitioners_for(by, connection.dispensary_id)


def _practitioners_for(by: Actor, dispensary_id: UUID) -> list[DispensaryPractitioner]:
    if not by.may("prescriptions.write"):
        return []
    membership = Membership.objects.select_related("user").get(pk=by.membership)
    people = list(
        DispensaryPractitioner.objects.filter(dispensary_id=dispensary_id, removed_at=None).order_by(
            "last_name", "first_name", "id"
        )
    )
    mine = {
        rules.email_key(one.membership.user.email)
        for one in practice_queries.practitioners_the_user_may_write_for(membership)
    }
    members = {
        rules.email_key(email)
        for email in Membership.objects.filter(organization_id=by.organization).values_list(
            "user__email", flat=True
        )
    }
    writes_as_self = membership.role in {role.value for role in practice_rules.ROLES_THAT_WRITE_AS_THEMSELVES}
    allowed = [
        one
        for one in people
        if rules.email_key(one.email) in mine
        or (writes_as_self and rules.email_key(one.email) not in members)
    ]
    return rules.own_first([(one.email, one) for one in allowed], membership.user.email)


def current_link(patient_id: UUID, dispensary: Dispensary) -> PatientLink | None:
    """Return the patient's link for writing at this dispensary; others only receive."""
    return PatientLink.objects.for_writing().filter(dispensary=dispensary, patient_id=patient_id).first()


def history_is_coming_in(patient_id: UUID, dispensary: Dispensary) -> bool:
    """Tell whether the patient was linked moments ago and the history is still being brought in."""
    moments_ago = clock.now() - IMPORT_TAKES
    rows = PatientLink.objects.current().filter(dispensary=dispensary, patient_id=patient_id)
    return rows.filter(imported_at=None, linked_at__gt=moments_ago).exists()


def chart_person(patient: Patient) -> rules.ChartPerson:
    """Return what the linking rule needs to know of a patient."""
    return rules.ChartPerson(
        first_name=patient.first_name,
        preferred_name=patient.preferred_name,
        last_name=patient.last_name,
        email=patient.email,
        date_of_birth=patient.date_of_birth,
        is_active=patient.is_active,
        is_deceased=patient.is_deceased,
        refuses_sharing=patient.refuses_dispensary,
    )


def other_charts_with_email(patient: Patient) -> int:
    """Return how many other active charts bear the patient's e-mail."""
    key = rules.email_key(patient.email)
    if not key:
        return 0
    rows = Patient.objects.filter(organization_id=patient.organization_id, is_active=True, email_key=key)
    return rows.exclude(pk=patient.pk).count()


def history(patient_id: UUID) -> list[Prescription]:
    """Return the patient's prescriptions, newest first, with their products."""
    rows = Prescription.objects.newest_first().filter(patient_id=patient_id)
    return list(rows.select_related("prescriber", "dispensary").prefetch_related("items")[:200])


def orders(patient_id: UUID) -> list[Order]:
    """Return the patient's orders, newest first, with their lines."""
    rows = Order.objects.filter(patient_id=patient_id).order_by("-completed_at", "-id")
    return list(rows.prefetch_related("lines")[:200])


def draft_of(by: Actor, patient_id: UUID) -> Prescription | None:
    """Return the unfinished prescription this user has for the patient, at the current dispensary first."""
    return (
        Prescription.objects.filter(patient_id=patient_id, state="draft", written_by_id=by.membership)
        .order_by(F("dispensary__ended_at").desc(nulls_first=True), "-written_at", "-id")
        .prefetch_related("items")
        .first()
    )


def waiting_of(by: Actor) -> list[Prescription]:
    """Return the prescriptions that still wait to be sent with the user's connection."""
    rows = Prescription.objects.filter(state="waiting", sender_id=by.membership)
    return list(rows.select_related("patient").order_by("written_at", "id"))


def known_variants(environment: str, variant_ids: Iterable[str]) -> dict[str, KnownVariant]:
    """Return what we remember of these variants, by their id at the dispensary."""
    rows = KnownVariant.objects.filter(environment=environment, remote_id__in=list(variant_ids))
    return {row.remote_id: row for row in rows}
