"""The only roads from a person and an id to a practitioner or staff member."""

from uuid import UUID

from betony.dispensary.accounts.models import OwnerType, Role, User
from betony.dispensary.accounts.oauth.actions import ResourceOwner
from betony.dispensary.practices.models import (
    Practitioner,
    PractitionerQuerySet,
    PractitionerType,
    Staff,
    StaffQuerySet,
)


def practitioners(organization_id: UUID) -> PractitionerQuerySet:
    """Return the practitioners of the dispensary."""
    return Practitioner.objects.filter(organization_id=organization_id).active()


def practitioner(practitioner_id: UUID, *, organization_id: UUID) -> Practitioner:
    """Return an active practitioner of the dispensary, or raise Practitioner.DoesNotExist."""
    return practitioners(organization_id).get(pk=practitioner_id)


def staff(organization_id: UUID) -> StaffQuerySet:
    """Return the staff of the dispensary."""
    return Staff.objects.filter(organization_id=organization_id).active()


def staff_member(staff_id: UUID, *, organization_id: UUID) -> Staff:
    """Return an active staff member of the dispensary, or raise Staff.DoesNotExist."""
    return staff(organization_id).get(pk=staff_id)


def practitioner_type(type_id: UUID) -> PractitionerType | None:
    """Return a credential, or None."""
    return PractitionerType.objects.filter(pk=type_id).first()


def practitioner_of(user: User) -> Practitioner | None:
    """Return the practitioner who signs in as this user, or None for staff."""
    found = Practitioner.objects.filter(organization_id=user.organization_id, user=user)
    return found.active().first()


def resource_owner_of(user: User) -> ResourceOwner | None:
    """Return who the user is for applications; None when they are no longer of the practice."""
    if user.role == Role.PRACTITIONER:
        found = practitioner_of(user)
        return ResourceOwner(OwnerType.PRACTITIONER.value, found.pk) if found else None
    member = Staff.objects.filter(organization_id=user.organization_id, user=user).active().first()
    return ResourceOwner(OwnerType.STAFF.value, member.pk) if member else None
