"""A patient as the API and events show it, in the public API's own words."""

from typing import Any

from betony.dispensary.accounts.models import Organization
from betony.dispensary.patients import rules
from betony.dispensary.patients.models import Address, Patient

Json = dict[str, Any]


def row(patient: Patient) -> Json:
    """The short form of lists and searches."""
    return {
        "id": str(patient.pk),
        "first_name": patient.first_name,
        "last_name": patient.last_name,
        "email": patient.email or None,
        "archived": patient.is_archived,
    }


def full(patient: Patient, *, organization: Organization, reference: str | None) -> Json:
    """The whole form; `reference` is the id the asking application knows the patient by."""
    return {
        **row(patient),
        **_details(patient, organization),
        "metadata": {"id": reference},
        "is_dependent": patient.is_dependent,
        "guardian_patient_id": str(patient.guardian_id) if patient.guardian_id else None,
    }


def in_event(patient: Patient, *, organization: Organization) -> Json:
    """The form in events: without metadata, which is each application's own, and without archived."""
    short = row(patient)
    del short["archived"]
    return {**short, **_details(patient, organization)}


def address(found: Address) -> Json:
    """An address of a patient."""
    return {
        "id": str(found.pk),
        "address1": found.address1,
        "address2": found.address2 or None,
        "zipcode": found.zipcode,
        "city": found.city,
        "state": found.state,
        "country": found.country,
    }


def _details(patient: Patient, organization: Organization) -> Json:
    born = patient.date_of_birth
    return {
        "date_of_birth": born.isoformat() if born else None,
        "gender": patient.gender or None,
        "discount": patient.discount,
        "total_discount": rules.total_discount(
            own=patient.discount, practice=organization.discount_percent, country=organization.country
        ),
        "mobile_number": patient.mobile_number or None,
        "text_message_notification": patient.text_message_notification,
    }
