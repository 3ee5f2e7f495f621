"""Locations and practitioners for tests."""

from typing import Any

from betony.clinic.accounts.models import Membership, Organization
from betony.clinic.practice.models import Location, Modality, Practitioner
from betony.kit import tenancy


def location(of: Organization, **values: Any) -> Location:
    """Make a location, Main Street unless told otherwise."""
    with tenancy.organization(of.pk):
        return Location.objects.create(
            **{"organization": of, "name": "Main Street", "time_zone": "America/New_York", **values}
        )


def practitioner(membership: Membership, **values: Any) -> Practitioner:
    """Make the member's practitioner profile."""
    with tenancy.organization(membership.organization_id):
        return Practitioner.objects.create(
            **{
                "organization_id": membership.organization_id,
                "membership": membership,
                "credential": "ND",
                "modality": Modality.NATUROPATHIC,
                **values,
            }
        )
