"""Reading locations and practitioners. Every query runs in the organization of the transaction."""

from uuid import UUID

from django.db.models import QuerySet

from betony.clinic.accounts.models import Membership
from betony.clinic.accounts.permissions import Role
from betony.clinic.practice import rules
from betony.clinic.practice.models import Delegation, Location, Practitioner

LOCATION_KEYS = ("-is_active", "name", "id")


def locations(organization_id: UUID) -> QuerySet[Location]:
    """Return the organization's locations by name, closed ones too."""
    return Location.objects.filter(organization_id=organization_id).order_by(*LOCATION_KEYS)


def open_locations(organization_id: UUID) -> QuerySet[Location]:
    """Return the locations that are not closed, in the order they were added: the clinic's first one first."""
    rows = Location.objects.filter(organization_id=organization_id, is_active=True)
    return rows.order_by("created_at", "id")


def practitioners(organization_id: UUID) -> QuerySet[Practitioner]:
    """Return who practises here now, by name, each with the person loaded.

    Who left, or took a role that does not treat people, keeps the profile and is not among them.
    """
    return (
        Practitioner.objects.filter(
            organization_id=organization_id, is_active=True, membership__is_active=True,
            membership__user__is_active=True,
            membership__role__in=[role.value for role in rules.ROLES_THAT_WRITE_AS_THEMSELVES],
        )
        .select_related("membership__user")
        .order_by("membership__user__last_name", "membership__user__first_name", "id")
    )  # fmt: skip


def credential_of(organization_id: UUID, email: str) -> str:
    """Return the credential of who practises here under this email; "" for who does not, or has none."""
    found = practitioners(organization_id).filter(membership__user__email__iexact=email).first()
    return found.credential if found is not None else ""


def practitioner_choices(organization_id: UUID) -> list[tuple[UUID, str]]:
    """Return (id, display name) of the practitioners who work here now, for a drop-down."""
    return [(one.pk, one.display_name) for one in practitioners(organization_id)]


def practitioner_of(membership: Membership) -> Practitioner | None:
    """Return the member's practitioner profile, active or not; None for who has none."""
    return (
        Practitioner.objects.filter(organization_id=membership.organization_id, membership_id=membership.pk)
        .select_related("membership__user")
        .first()
    )


def practitioners_the_user_may_write_for(membership: Membership) -> QuerySet[Practitioner]:
    """Return whom this member may prescribe as (story 2.8).

    Practitioners, and owners who practise, as themselves; clinical staff as those who delegated to them and
    may still write themselves; nobody else as anybody.
    """
    writers = practitioners(membership.organization_id)
    role = _role(membership)
    if not membership.is_active or role is None:
        return writers.none()
    if role in rules.ROLES_THAT_WRITE_AS_THEMSELVES:
        return writers.filter(membership_id=membership.pk)
    if role in rules.ROLES_THAT_MAY_BE_DELEGATED_TO:
        open_delegations = Delegation.objects.filter(membership_id=membership.pk, ended_at__isnull=True)
        return writers.filter(pk__in=open_delegations.values("practitioner_id"))
    return writers.none()


def members_who_may_be_delegated_to(organization_id: UUID) -> QuerySet[Membership]:
    """Return the active clinical staff, by name, each with the person loaded."""
    return (
        Membership.objects.filter(
            organization_id=organization_id, is_active=True, user__is_active=True,
            role__in=[role.value for role in rules.ROLES_THAT_MAY_BE_DELEGATED_TO],
        )
        .select_related("user")
        .order_by("user__last_name", "user__first_name", "id")
    )  # fmt: skip


def open_delegations_of(practitioner: Practitioner) -> QuerySet[Delegation]:
    """Return the delegations the practitioner has not ended, by the colleague's name."""
    return (
        Delegation.objects.filter(
            organization_id=practitioner.organization_id, practitioner=practitioner, ended_at__isnull=True
        )
        .select_related("membership__user")
        .order_by("membership__user__last_name", "membership__user__first_name", "id")
    )


def open_delegations_to(membership: Membership) -> QuerySet[Delegation]:
    """Return who has delegated to this member and not ended it, by the practitioner's name."""
    return (
        Delegation.objects.filter(
            organization_id=membership.organization_id, membership=membership, ended_at__isnull=True
        )
        .select_related("practitioner__membership__user")
        .order_by("practitioner__membership__user__last_name", "id")
    )


def _role(membership: Membership) -> Role | None:
    try:
        return Role(membership.role)
    except ValueError:
        return None
