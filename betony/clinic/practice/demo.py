"""The places of the demo's clinics, and who practises there. Numbers are invented and well-formed."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction

from betony.clinic.accounts import demo as accounts
from betony.clinic.practice import rules
from betony.clinic.practice.models import DateFormat, Location, Modality, Practitioner

LOCATIONS: list[dict[str, Any]] = [
    {
        "clinic": accounts.MEADOWLARK, "name": "Main Street", "address": "214 Main Street\nIthaca, NY 14850",
        "phone": "(607) 555-0100", "time_zone": "America/New_York", "date_format": DateFormat.MONTH_FIRST,
    },
    {
        "clinic": accounts.MEADOWLARK, "name": "Lakeside", "address": "8 Taughannock Road\nIthaca, NY 14850",
        "phone": "(607) 555-0101", "time_zone": "America/New_York", "date_format": DateFormat.MONTH_FIRST,
    },
    {
        "clinic": accounts.HARBOUR, "name": "Harbour", "address": "1040 Water Street\nVancouver, BC V6B 1A1",
        "phone": "(604) 555-0180", "time_zone": "America/Vancouver", "date_format": DateFormat.YEAR_FIRST,
    },
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Profile:
    """What a practitioner of the demo is known by: the first nine digits of an NPI, or a licence."""

    email: str
    credential: str
    modality: Modality
    npi_nine: str = ""
    licence_number: str = ""
    licence_province: str = ""


PROFILES = (
    Profile("nina.alvarez@meadowlark.example", "ND", Modality.NATUROPATHIC, npi_nine="155501001"),
    Profile("sam.okafor@meadowlark.example", "LAc", Modality.ACUPUNCTURE, npi_nine="155501002"),
    Profile("dana.whitfield@meadowlark.example", "DC", Modality.CHIROPRACTIC, npi_nine="155501003"),
    Profile(
        "mei.chen@harbour.example", "R.TCM.P", Modality.CHINESE_MEDICINE,
        licence_number="05551", licence_province="BC",
    ),
    Profile(
        "luc.tremblay@harbour.example", "RMT", Modality.MASSAGE, licence_number="05552", licence_province="BC"
    ),
)  # fmt: skip


def load(using: str = "migration") -> None:
    """Make locations and practitioner profiles for the people of accounts.demo, unless they are there."""
    with transaction.atomic(using=using):
        if Location.objects.using(using).filter(pk=_location_id(LOCATIONS[0])).exists():
            return
        Location.objects.using(using).bulk_create(
            Location(
                id=_location_id(values), organization_id=accounts.demo_id(values["clinic"]),
                **{name: value for name, value in values.items() if name != "clinic"},
            )
            for values in LOCATIONS
        )  # fmt: skip
        people = {person.email: person for person in accounts.PEOPLE}
        Practitioner.objects.using(using).bulk_create(
            _practitioner(profile, people[profile.email]) for profile in PROFILES
        )


def practitioner_id(email: str) -> UUID:
    """Return the id of the practitioner of the demo with this email."""
    return accounts.demo_id(f"practitioner {email}")


def _location_id(values: dict[str, Any]) -> UUID:
    return accounts.demo_id(f"location {values['clinic']} {values['name']}")


def _practitioner(profile: Profile, person: accounts.Person) -> Practitioner:
    nine = profile.npi_nine
    return Practitioner(
        id=practitioner_id(profile.email),
        organization_id=accounts.demo_id(person.clinic),
        membership_id=person.membership_id,
        credential=profile.credential,
        modality=profile.modality,
        npi=nine + rules.npi_check_digit(nine) if nine else "",
        licence_number=profile.licence_number,
        licence_province=profile.licence_province,
    )
