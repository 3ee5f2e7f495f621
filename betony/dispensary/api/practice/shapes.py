"""How the API writes a dispensary and its people. Pure."""

from typing import Any

from django.conf import settings

from betony.dispensary.accounts.models import Organization
from betony.dispensary.practices.models import Person, Practitioner, Staff

Json = dict[str, Any]


def clinic(
    organization: Organization, *, patients: int, practitioners: int, integration: tuple[str, str | None]
) -> Json:
    """The dispensary, which the API calls a clinic. `integration`: its id and when it was activated."""
    integration_id, activated_at = integration
    return {
        "id": str(organization.pk),
        "name": organization.name,
        "patient_count": patients,
        "practitioner_count": practitioners,
        "discount": organization.discount_percent,
        "dispensary_url": f"{settings.BETONY_PUBLIC_URL}/welcome/{organization.slug}",
        "integration_id": integration_id,
        "integration_activated_at": activated_at,
        "margin_type": "profit",
    }


def _person(found: Person, reference: str | None) -> Json:
    return {
        "id": str(found.pk),
        "first_name": found.first_name,
        "last_name": found.last_name,
        "email": found.email,
        "metadata": {"id": reference},
    }


def practitioner(found: Practitioner, *, reference: str | None) -> Json:
    """Somebody who may prescribe; `reference` is the id the asking application knows them by."""
    return {
        **_person(found, reference),
        "practitioner_type_id": str(found.practitioner_type_id),
        "invite_accepted": found.joined_at is not None,
    }


def staff(found: Staff, *, reference: str | None) -> Json:
    """Somebody who works there without prescribing; `reference` as for practitioners."""
    return _person(found, reference)
