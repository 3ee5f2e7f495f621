"""The only roads from a signed-in person and an id to a record of practice. Unknown and forbidden are both 404."""

from uuid import UUID

from django.shortcuts import get_object_or_404

from betony.clinic.accounts import actors
from betony.clinic.practice import queries
from betony.clinic.practice.models import Delegation, Location, Practitioner
from betony.kit.actor import Actor


def location(by: Actor, location_id: UUID) -> Location:
    """Return a location of the actor's organization; needs settings.manage."""
    by.require("settings.manage")
    return get_object_or_404(queries.locations(actors.organization_of(by)), pk=location_id)


def own_delegation(by: Actor, delegation_id: UUID) -> Delegation:
    """Return a delegation the actor has given, ended or not; needs practice.delegate."""
    by.require("practice.delegate")
    rows = Delegation.objects.filter(organization_id=actors.organization_of(by))
    return get_object_or_404(rows, pk=delegation_id, practitioner__membership_id=actors.membership_of(by))


def practitioner(by: Actor, practitioner_id: UUID) -> Practitioner:
    """Return a practitioner who works in the actor's organization now."""
    return get_object_or_404(queries.practitioners(actors.organization_of(by)), pk=practitioner_id)
