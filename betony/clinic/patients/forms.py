"""Reading what people type about a patient."""

import datetime
from collections.abc import Mapping
from typing import Any
from uuid import UUID

import email_validator
from django import forms
from django.core.exceptions import ValidationError
from django.forms.models import fields_for_model
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from betony.clinic.patients import rules
from betony.clinic.patients.columns import CHOICES
from betony.clinic.patients.models import Consent, ConsentSubject, Patient
from betony.clinic.patients.profile import Profile
from betony.kit.ui.date_field import DateField
from betony.kit.ui.email_field import check_fits
from betony.kit.ui.lines_field import LinesField

OLDEST_YEARS = 130
LONGEST_PHONE = 40
LONGEST_NOTES = 4000

ESSENTIALS = ("first_name", "last_name", "preferred_name", "email", "date_of_birth", "sex", "mobile_phone")
ABOUT = (
    "middle_name", "gender_identity", "pronouns", "race", "ethnicity", "preferred_language", "marital_status",
    "occupation", "personal_id",
)  # fmt: skip
CONTACT = ("home_phone", "alternative_phone", "contact_method", "time_zone")
ADDRESS = ("address_line_1", "address_line_2", "city", "region", "postal_code", "country")
FAMILY = (
    "next_of_kin_name", "next_of_kin_relation", "next_of_kin_phone", "emergency_name", "emergency_relation",
    "emergency_phone", "guardian",
)  # fmt: skip
CARE = (
    "primary_practitioner_id", "primary_care_physician", "referral_source", "tags", "notes", "deceased_date",
)  # fmt: skip
CONSENTS = (*ConsentSubject.values, "portal_access")

SECTIONS: list[tuple[str, "Promise | str", tuple[str, ...]]] = [
    ("address", _("Address"), ADDRESS),
    ("about", _("More about the person"), ABOUT),
    ("contact", _("Other ways to reach them"), CONTACT),
    ("family", _("Family and emergency"), FAMILY),
    ("care", _("Care and notes"), CARE),
    ("consent", _("Consent and portal"), CONSENTS),
]

TIME_ZONES = (
    "America/St_Johns", "America/Halifax", "America/Toronto", "America/New_York", "America/Winnipeg",
    "America/Chicago", "America/Regina", "America/Edmonton", "America/Denver", "America/Phoenix",
    "America/Vancouver", "America/Los_Angeles", "America/Anchorage", "Pacific/Honolulu",
)  # fmt: skip

_MISSING = {
    "first_name": _("Enter the first name."),
    "last_name": _("Enter the last name."),
    "date_of_birth": _("Enter the date of birth."),
}
_PHONES = {
    "mobile_phone": _("Mobile phone"),
    "home_phone": _("Home phone"),
    "alternative_phone": _("Alternative phone"),
}
# Named so that nobody, a person using a screen reader least of all, takes them for the fields of that name.
_CONSENTS = {
    "email_consent": _("Consent: email"),
    "text_consent": _("Consent: text messages"),
    "phone_consent": _("Consent: phone calls"),
    "portal_consent": _("Consent: portal messages"),
    "shares_with_dispensary": _("Consent: sharing with Fullscript"),
}
_HINTS = {
    "email": _("Needed for Fullscript and the portal"),
    "sex": _("At birth"),
    "tags": _("Separated by commas"),
    "notes": _(
        "Seen by the front desk, practitioners and clinical staff. Clinical information belongs in the health record."
    ),
    "personal_id": _("Driver's licence or other official number"),
    "guardian": _("Who is responsible for them, and how to reach that person"),
    "time_zone": _("If left blank, the practice's own"),
    "shares_with_dispensary": _("Their name, email, date of birth and sex go there when you prescribe"),
    "portal_access": _("They can have a log-in for the patient portal"),
}
_AUTOCOMPLETE_OFF = {"autocomplete": "off"}


class ProfileForm(forms.Form):
    """Every field of a patient's profile. `profile()` is what was read."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        country: str,
        practitioners: list[tuple[UUID, str]],
        today: datetime.date,
        initial: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(data, initial=dict(initial or {}), auto_id="profile_%s")
        self._country = country
        self._today = today
        own = (
            "date_of_birth",
            "deceased_date",
            "primary_practitioner_id",
            "tags",
            "notes",
            *rules.PHONE_FIELDS,
        )
        named = (*ESSENTIALS, *(name for _key, _label, names in SECTIONS for name in names))
        self.fields.update(fields_for_model(Patient, fields=[name for name in named if name not in own]))
        self._add_own_fields(practitioners)
        for name, sentence in _MISSING.items():
            self.fields[name].error_messages["required"] = str(sentence)
        for name, label in _CONSENTS.items():
            self.fields[name].label = label
        for name, hint in _HINTS.items():
            self.fields[name].help_text = hint
        for field in self.fields.values():
            field.widget.attrs.update(_AUTOCOMPLETE_OFF)
        self.fields["email"].widget.attrs["inputmode"] = "email"

    def _add_own_fields(self, practitioners: list[tuple[UUID, str]]) -> None:
        self.fields["date_of_birth"] = DateField(label=_("Date of birth"))
        self.fields["deceased_date"] = DateField(label=_("Date of death"), required=False)
        self.fields["primary_practitioner_id"] = forms.TypedChoiceField(
            label=_("Primary practitioner"),
            choices=[("", _("Nobody yet")), *practitioners],
            # Asked whether it changed, the form reads its first value too, which is no text.
            coerce=lambda chosen: UUID(str(chosen)),
            empty_value=None,
            required=False,
        )
        self.fields["notes"] = LinesField(label=_("Notes"), max_length=LONGEST_NOTES, required=False)
        self.fields["tags"] = forms.CharField(label=_("Tags"), max_length=400, required=False)
        for name in rules.PHONE_FIELDS:
            phone = forms.CharField(label=_PHONES[name], max_length=LONGEST_PHONE, required=False)
            phone.widget.attrs["inputmode"] = "tel"
            self.fields[name] = phone
        zones = [("", _("The practice's")), *((zone, zone.replace("_", " ")) for zone in TIME_ZONES)]
        self.fields["time_zone"] = forms.ChoiceField(label=_("Time zone"), choices=zones, required=False)

    def essentials(self) -> list[forms.BoundField]:
        """Return the fields everybody fills in, in their order."""
        return [self[name] for name in ESSENTIALS]

    def sections(self) -> list[dict[str, Any]]:
        """Return the other fields by section; the address, and what has an error, stand open."""
        return [
            {
                "key": key,
                "label": label,
                "fields": [self[name] for name in names],
                "is_open": key == "address" or any(self[name].errors for name in names),
            }
            for key, label, names in SECTIONS
        ]

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"].strip()
        if not email:
            return ""
        try:
            email_validator.validate_email(email, check_deliverability=False)
        except email_validator.EmailNotValidError as error:
            raise ValidationError(_("Enter the email like name@example.com, or leave it empty.")) from error
        check_fits(email)
        return email

    def clean_date_of_birth(self) -> datetime.date:
        born: datetime.date = self.cleaned_data["date_of_birth"]
        if born > self._today:
            raise ValidationError(_("The date of birth is in the future."))
        if self._today.year - born.year > OLDEST_YEARS:
            raise ValidationError(_("That is more than 130 years ago. Check the year."))
        return born

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        country = cleaned.get("country") or self._country
        for name in rules.PHONE_FIELDS:
            self._check_phone(name, cleaned.get(name, ""), country)
        died, born = cleaned.get("deceased_date"), cleaned.get("date_of_birth")
        if died and born and died < born:
            self.add_error("deceased_date", _("The date of death is before the date of birth."))
        if died and died > self._today:
            self.add_error("deceased_date", _("The date of death is in the future."))
        return cleaned

    def _check_phone(self, name: str, typed: str, country: str) -> None:
        try:
            if typed:
                rules.read_phone(typed, country=country)
        except rules.UnreadablePhone:
            self.add_error(name, _("Enter the phone number with its area code, like (607) 555-0142."))

    def profile(self) -> Profile:
        """Return what was read; only of a valid form."""
        values = {name: value for name, value in self.cleaned_data.items() if name != "version"}
        values["tags"] = rules.read_tags(values["tags"].split(","))
        return Profile(**values)


def initial_of(patient: Patient, tags: list[str]) -> dict[str, Any]:
    """Return a patient's profile as the form shows it: phones as they were typed."""
    named = (*ESSENTIALS, *(name for _key, _label, names in SECTIONS for name in names))
    values = {name: getattr(patient, name) for name in named if name != "tags"}
    for name in rules.PHONE_FIELDS:
        values[name] = getattr(patient, f"{name}_typed") or values[name]
    return {**values, "tags": ", ".join(tags), "version": patient.version}


def initial_of_new(country: str) -> dict[str, Any]:
    """Return what a new patient's form starts with."""
    return {"country": country, "sex": "unknown"} | dict.fromkeys(ConsentSubject.values, Consent.NOT_ASKED)


class DeactivateForm(forms.Form):
    """Why a patient becomes inactive."""

    reason = forms.CharField(label=_("Reason"), max_length=200, required=False)

    def __init__(self, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data, auto_id="deactivate_%s")


class ListViewForm(forms.Form):
    """How the list of patients is drawn."""

    rows = forms.ChoiceField(
        label=_("Rows"), widget=forms.RadioSelect,
        choices=[("compact", _("Compact")), ("comfortable", _("Comfortable"))],
    )  # fmt: skip
    columns = forms.MultipleChoiceField(
        label=_("Columns"), choices=CHOICES, widget=forms.CheckboxSelectMultiple, required=False,
        help_text=_("The name always comes first."),
    )  # fmt: skip
