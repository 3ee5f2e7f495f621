"""Records for tests: practitioners and staff with their sign-ins. Call inside `tenancy.organization(…)`."""

from typing import Any

from betony.dispensary.accounts import factories as accounts
from betony.dispensary.accounts.models import Organization, Role
from betony.dispensary.practices.models import Practitioner, PractitionerType, Staff
from betony.kit import clock


def practitioner(
    organization: Organization, *, code: str = "ND", is_owner: bool = False, **values: Any
) -> Practitioner:
    """Return a new practitioner of the dispensary, who has signed in before."""
    user = accounts.user(organization, is_owner=is_owner, **values)
    return Practitioner.objects.create(
        organization=organization,
        user=user,
        first_name=user.first_name,
        last_name=user.last_name,
        email=user.email,
        practitioner_type=PractitionerType.objects.get(code=code),
        joined_at=clock.now(),
    )


def staff(organization: Organization, **values: Any) -> Staff:
    """Return a new staff member of the dispensary, who has signed in before."""
    user = accounts.user(organization, role=Role.STAFF, **values)
    return Staff.objects.create(
        organization=organization,
        user=user,
        first_name=user.first_name,
        last_name=user.last_name,
        email=user.email,
        joined_at=clock.now(),
    )
