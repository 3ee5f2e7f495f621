"""A patient's profile as a value: what a form, an import or the portal hands to the actions."""

import dataclasses
import datetime
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from betony.clinic.patients import rules

NOT_ASKED = "not_asked"


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """Everything a person tells the clinic about themselves, as they said it.

    Phones are what was typed; `values` reads them. Consents are values of `models.Consent`.
    """

    first_name: str
    last_name: str
    date_of_birth: datetime.date
    middle_name: str = ""
    preferred_name: str = ""
    email: str = ""
    sex: str = "unknown"
    gender_identity: str = ""
    pronouns: str = ""
    race: str = ""
    ethnicity: str = ""
    preferred_language: str = ""
    marital_status: str = ""
    occupation: str = ""
    mobile_phone: str = ""
    home_phone: str = ""
    alternative_phone: str = ""
    contact_method: str = ""
    address_line_1: str = ""
    address_line_2: str = ""
    city: str = ""
    region: str = ""
    postal_code: str = ""
    country: str = ""
    time_zone: str = ""
    personal_id: str = ""
    next_of_kin_name: str = ""
    next_of_kin_relation: str = ""
    next_of_kin_phone: str = ""
    emergency_name: str = ""
    emergency_relation: str = ""
    emergency_phone: str = ""
    guardian: str = ""
    primary_practitioner_id: UUID | None = None
    primary_care_physician: str = ""
    referral_source: str = ""
    notes: str = ""
    email_consent: str = NOT_ASKED
    text_consent: str = NOT_ASKED
    phone_consent: str = NOT_ASKED
    portal_consent: str = NOT_ASKED
    shares_with_dispensary: str = NOT_ASKED
    portal_access: bool = False
    deceased_date: datetime.date | None = None
    tags: tuple[str, ...] = ()

    def values(self, *, country: str) -> dict[str, Any]:
        """Return the fields of the record: texts trimmed, the email with its key, phones in E.164.

        `country` (US or CA) is where a phone without a country code is. Raises rules.UnreadablePhone.
        """
        found: dict[str, Any] = {}
        for field in dataclasses.fields(self):
            value = getattr(self, field.name)
            found[field.name] = value.strip() if isinstance(value, str) else value
        del found["tags"]
        for name in rules.PHONE_FIELDS:
            typed = found[name]
            found[name] = rules.read_phone(typed, country=found["country"] or country) if typed else ""
            found[f"{name}_typed"] = typed
        found["email_key"] = rules.email_key(found["email"])
        return found
