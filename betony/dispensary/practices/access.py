"""The only roads from a person and an id to a practitioner or staff member."""

from typing import TypeVar
from uuid import UUID

from django.db.models import QuerySet

from betony.dispensary.accounts.models import OwnerType, Role, User
from betony.dispensary.accounts.oauth.actions import ResourceOwner
from betony.dispensary.practices.models import (
    Practitioner,
    PractitionerQuerySet,
    PractitionerType,
    Staff,
    StaffQuerySet,
)

Row = TypeVar("Row", Practitioner, Staff)


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


def everybody(organization_id: UUID) -> list[Practitioner | Staff]:
    """Return practitioners, then staff, former ones last, each in the order of their names."""
    practitioners = Practitioner.objects.filter(organization_id=organization_id).select_related(
        "practitioner_type", "user"
    )
    members = Staff.objects.filter(organization_id=organization_id).select_related("user")
    people: list[Practitioner | Staff] = [*_by_name(practitioners), *_by_name(members)]
    return sorted(people, key=lambda person: person.archived_at is not None)


def _by_name(rows: QuerySet[Row]) -> QuerySet[Row]:
    return rows.order_by("last_name", "first_name", "pk")


def is_former(email: str, organization_id: UUID) -> bool:
    """Tell whether somebody who worked for the dispensary had this email."""
    former = {
        "organization_id": organization_id,
        "email": email.strip().lower(),
        "archived_at__isnull": False,
    }
    return Practitioner.objects.filter(**former).exists() or Staff.objects.filter(**former).exists()


def anybody(person_id: UUID, organization_id: UUID) -> Practitioner | Staff | None:
    """Return a practitioner or staff member of the dispensary, former ones too, or None."""
    return (
        Practitioner.objects.filter(organization_id=organization_id, pk=person_id)
        .select_related("user")
        .first()
        or Staff.objects.filter(organization_id=organization_id, pk=person_id).select_related("user").first()
    )
